"""`stroka export`: write a document, or a page of it, in another format."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from manifests import uris
from server import exports
from server.errors import CannotServe
from server.exports import Export
from server.services import Services
from server.settings import Settings
from transcriptions.errors import EntityUnknown
from transcriptions.formats.catalogue import DOCUMENT_FORMATS, Wish
from transcriptions.formats.pages import FORMATS as PAGE_FORMATS
from transcriptions.identity import DocumentId, PageId
from transcriptions.markup import State
from transcriptions.revision import Snapshot


@click.command("export")
@click.argument("document")
@click.option(
    "--format", "name", required=True, type=click.Choice(sorted({*DOCUMENT_FORMATS, *PAGE_FORMATS})), help="The format."
)
@click.option("--page", help="Number of the page, from 1, or its id; needed for formats of single pages.")
@click.option(
    "--state",
    type=click.Choice([each.value for each in State]),
    default=State.AS_CHANGED.value,
    show_default=True,
    help="The state that texts are read in.",
)
@click.option("--language", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Of the labels.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="File or folder to write to; - is standard output.",
)
def command(document: str, name: str, page: str | None, state: str, language: str, output: Path | None) -> None:
    """Write DOCUMENT, named by its id, in another format. The file is there whole or not at all."""
    services = Services.open(Settings.from_env())
    try:
        export = _export(services, DocumentId(document), name, page, _wish(services, document, state, language))
        if output == Path("-"):
            _print(export.write())
            return
        path = output or Path(export.filename)
        if path.is_dir():
            path /= export.filename
        exports.save(export, path)
    except OSError as error:
        raise CannotServe(f"{error.filename or output} cannot be written: {error.strerror}") from error
    finally:
        services.close()
    click.echo(str(path))


def _wish(services: Services, document: str, state: str, language: str) -> Wish:
    return Wish(
        State(state),
        language=language,
        address=uris.reader(services.settings.base, document),
        today=datetime.date.fromisoformat(services.clock()[:10]),
        pictures=exports.pictures_of(services.images),
        picture_address=exports.picture_address_of(services.settings.base),
    )


def _export(services: Services, document: DocumentId, name: str, page: str | None, wish: Wish) -> Export:
    """Find what is asked for. Raises CannotServe, which says what there is instead."""
    try:
        snapshot = services.store.snapshot(document)
    except EntityUnknown as error:
        raise CannotServe(f"there is no document {document}") from error
    place = None if page is None else _page(snapshot, page)
    form = DOCUMENT_FORMATS.get(name)
    if form is None and place is None:
        raise CannotServe(f"{name} is a format of single pages: name one with --page, or take {name}-zip")
    if form is not None and place is not None and not form.by_page:
        raise CannotServe(f"{name} is a format of whole documents")
    if form is not None:
        found = exports.of_document(snapshot, form, replace(wish, page=place))
    else:
        assert place is not None
        found = exports.of_page(snapshot, place, PAGE_FORMATS[name])
    if found is None:
        raise CannotServe(f"{document} has nothing that could be written as {name}")
    return found


def _page(snapshot: Snapshot, given: str) -> PageId:
    pages = snapshot.ordered_pages()
    if given.isascii() and given.isdigit() and 0 < int(given) <= len(pages):
        return pages[int(given) - 1].id
    if any(page.id == given for page in pages):
        return PageId(given)
    raise CannotServe(f"there is no page {given}; {snapshot.document.id} has {len(pages)}, numbered from 1")


def _print(chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
