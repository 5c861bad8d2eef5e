"""`stroka export`: write a document, or a page of it, in another format."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from server import exports
from server.errors import CannotServe
from server.exports import Export
from server.services import Services
from server.settings import Settings
from transcriptions.errors import EntityUnknown
from transcriptions.formats.catalogue import DOCUMENT_FORMATS
from transcriptions.formats.pages import FORMATS as PAGE_FORMATS
from transcriptions.identity import DocumentId, PageId
from transcriptions.revision import Snapshot


@click.command("export")
@click.argument("document")
@click.option(
    "--format", "name", required=True, type=click.Choice(sorted({*DOCUMENT_FORMATS, *PAGE_FORMATS})), help="The format."
)
@click.option("--page", help="Number of the page, from 1, or its id; needed for formats of single pages.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="File or folder to write to; - is standard output.",
)
def command(document: str, name: str, page: str | None, output: Path | None) -> None:
    """Write DOCUMENT, named by its id, in another format. The file is there whole or not at all."""
    services = Services.open(Settings.from_env())
    try:
        export = _export(services, DocumentId(document), name, page)
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


def _export(services: Services, document: DocumentId, name: str, page: str | None) -> Export:
    """Find what is asked for. Raises CannotServe, which says what there is instead."""
    try:
        snapshot = services.store.snapshot(document)
    except EntityUnknown as error:
        raise CannotServe(f"there is no document {document}") from error
    if page is not None:
        form = PAGE_FORMATS.get(name)
        if form is None:
            raise CannotServe(f"{name} is a format of whole documents; of pages there are {', '.join(PAGE_FORMATS)}")
        found = exports.of_page(snapshot, _page(snapshot, page), form)
    elif name in DOCUMENT_FORMATS:
        found = exports.of_document(snapshot, DOCUMENT_FORMATS[name], exports.pictures_of(services.images))
    else:
        raise CannotServe(f"{name} is a format of single pages: name one with --page, or take {name}-zip")
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
