"""`stroka align`: put texts on the lines of their scans: stored documents, or one text and the images of its pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console

from images.layout import network
from images.layout.analyse import analyse
from server import batch, ingest
from server.commands.analyse import read_image
from server.errors import CannotServe
from server.evidence import read_evidence
from server.progress import shown
from server.services import Services
from server.settings import Settings
from server.single import Sheet, Written, align, lines_as_one, page_lines, words_by_line, written
from transcriptions import ocr
from transcriptions.alignment.align import LineAlignment
from transcriptions.alignment.evidence import primary
from transcriptions.errors import Unreadable, VersionConflict
from transcriptions.formats import languages, plain
from transcriptions.identity import DocumentId, LineId, SegmentId
from transcriptions.model import Line, Link


def _language(_context: click.Context, _option: click.Parameter, written: str) -> str:
    """Take a tag, code or name of a language."""
    found = languages.tag(written)
    if not found:
        raise click.BadParameter(f"{written!r} names no language; allowed are tags (ru, zh-Hant), codes and names")
    return found


@click.command("align")
@click.argument("documents", nargs=-1, metavar="[DOCUMENT…]")
@click.option("--image", "images", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A page of the text that is given by --text; repeat it for each page, in order.")  # fmt: skip
@click.option("--text", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The text, plain.")
@click.option("--language", default="ru", show_default=True, callback=_language, help="The text's language (BCP 47).")
@click.option("--breaks", type=click.Choice(["auto", "kept", "none"]), default="auto", show_default=True,
              help="Whether the text's lines are those of the page.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to work with; by default STROKA_WORKERS.")
def command(
    documents: tuple[str, ...],
    images: tuple[Path, ...],
    text: Path | None,
    language: str,
    breaks: str,
    as_json: bool,
    jobs: int | None,
) -> None:
    """Put texts on the lines of their scans.

    With --image and --text, prints where one text lies on its pages, and stores nothing. Otherwise aligns the stored
    DOCUMENTs, or all of them, whose texts or lines changed since; stopped and started again, it goes on.
    """
    if bool(images) != bool(text) or (images and documents):
        raise click.UsageError("give --image and --text together, and no DOCUMENT; or none of them")
    if text is None:
        sys.exit(_align_stored(documents, jobs, as_json=as_json))
    given = written(_read(text), language=language, breaks=breaks)
    sheets = [_sheet(image, number, language) for number, image in enumerate(images, start=1)]
    found = align(sheets, given)
    if as_json:
        click.echo(msgspec.json.encode(_report(images, sheets, given, found)))
    else:
        _print(images, sheets, given, found)


def _read(path: Path) -> str:
    try:
        return plain.read(path.read_bytes(), name=path.name)[0]
    except Unreadable as error:
        raise CannotServe(f"{path} {error}") from error


def _sheet(image: Path, number: int, language: str) -> Sheet:
    pixels = read_image(image, Settings.from_env().max_pixels)
    page = page_lines(analyse(pixels, network.own()), f"p{number}")
    readable = primary(language) in ocr.readable().compared
    return Sheet(page, read_evidence(pixels, page.lines, [language] if readable else [], frame=page.size))


# --- what is printed


def _report(images: Sequence[Path], sheets: Sequence[Sheet], given: Written, found: LineAlignment) -> dict[str, Any]:
    words = words_by_line(found, given)
    links = {line: [link for link in found.links if link.line == line] for line in words}
    moved = _moved(found)
    unplaced = [
        {"segment": id, "words": _standing_nowhere(id, given, found), "reason": reason} for id, reason in found.unplaced
    ]
    return {
        "evidence": found.evidence,
        "note": _note(given),
        "breaks_kept": given.text.breaks_kept,
        "segments": [{"id": s.id, "kind": s.kind, "content": s.content} for s in given.segments],
        "pages": [
            {
                "image": image.name,
                "width": sheet.size.width,
                "height": sheet.size.height,
                "lines": [
                    _line(line, words.get(line.id, ("", 0.0)), links.get(line.id, []), moved=line.id in moved)
                    for line in lines_as_one(sheet.page.lines, found)
                ],
            }
            for image, sheet in zip(images, sheets, strict=True)
        ],
        "marks": [
            {"segment": m.segment, "kind": m.kind, "start": m.start, "end": m.end, "lines": m.lines, "raw": m.raw}
            for m in found.marks
        ],
        "unplaced": unplaced,
    }


def _line(line: Line, words: tuple[str, float], links: Sequence[Link], *, moved: bool) -> dict[str, Any]:
    box = line.box
    return {
        "id": line.id,
        "bbox": [box.x, box.y, box.right, box.bottom],
        "polygon": [[point.x, point.y] for point in line.boundary.points],
        "baseline": [[point.x, point.y] for point in line.baseline.points],
        "hand": line.hand,
        "role": line.role,
        "text": words[0],
        "confidence": round(words[1], 3),
        "moved": moved,
        "links": [
            {"segment": k.segment, "from": k.start, "to": k.end, "left": k.left, "right": k.right} for k in links
        ],
    }


def _note(given: Written) -> str:
    """Say what keeps lines from being read in the text's language, and whether --language may be another's."""
    doubt = ocr.other_script(given.text.language, "".join(segment.content for segment in given.segments))
    said = (f"{doubt} (--language)" if doubt else "", ocr.reason_for_absence(given.text.language))
    return "; ".join(each for each in said if each)


def _print(images: Sequence[Path], sheets: Sequence[Sheet], given: Written, found: LineAlignment) -> None:
    words, moved = words_by_line(found, given), _moved(found)
    click.echo(f"evidence: {found.evidence}")
    if note := _note(given):
        click.echo(note)
    for image, sheet in zip(images, sheets, strict=True):
        click.echo(image.name)
        for line in lines_as_one(sheet.page.lines, found):
            text, sure = words.get(line.id, ("", 0.0))
            box = line.box
            where = f"{box.x},{box.y} {box.width}x{box.height}"
            said = "  (moved)" if line.id in moved else ""
            click.echo(f"  {where:22} {line.hand:12} {sure:.2f}  {text}{said}")
    for id, reason in found.unplaced:
        click.echo(f"not placed: {_standing_nowhere(id, given, found)[:60]!r}: {reason}")


def _moved(found: LineAlignment) -> frozenset[LineId]:
    return frozenset(link.line for link in found.links if link.moved)


def _standing_nowhere(id: SegmentId, given: Written, found: LineAlignment) -> str:
    """Give the words of a segment that lie on no line."""
    content = next(segment.content for segment in given.segments if segment.id == id)
    placed = [(link.start, link.end) for link in found.links if link.segment == id]
    left = (c if not any(a <= at < b for a, b in placed) else " " for at, c in enumerate(content))
    return " ".join("".join(left).split())


# --- stored documents


def _align_stored(documents: Sequence[str], jobs: int | None, *, as_json: bool) -> int:
    """Align stored documents, and say what became of each; give the exit code."""
    console = Console(stderr=True)
    services = Services.open(Settings.from_env())
    failed = 0
    try:
        chosen = [DocumentId(id) for id in documents] or list(_stored(services))
        workers = jobs or services.settings.workers
        with batch.executor(workers) as pool, shown(console, "Documents", len(chosen)) as advance:
            for id in chosen:
                said = _align_one(services, id, pool=pool)
                failed += "error" in said
                click.echo(msgspec.json.encode(said) if as_json else _sentence(said))
                advance(1)
    except KeyboardInterrupt:
        console.print("Stopped. Run the same command again, and it goes on where it stopped.")
        return 130
    finally:
        services.close()
    return 1 if failed else 0


def _stored(services: Services) -> Iterator[DocumentId]:
    after: DocumentId | None = None
    while found := services.store.summaries(after=after):
        yield from (each.document.id for each in found)
        after = found[-1].document.id


def _align_one(services: Services, id: DocumentId, *, pool: Any) -> dict[str, Any]:
    """Align one document; one that fails does not stop the others."""
    quiet = Console(quiet=True, stderr=True)
    try:
        for _ in range(3):
            try:
                return {"document": id, "aligned_parts": ingest.align_document(services, id, pool, quiet)}
            except VersionConflict:
                continue
        return {"document": id, "error": "it is being changed by another process all the time"}
    except Exception as error:
        return {"document": id, "error": str(error)}


def _sentence(said: dict[str, Any]) -> str:
    if "error" in said:
        return f"{said['document']}: not aligned: {said['error']}"
    parts = said["aligned_parts"]
    return f"{said['document']}: {'nothing to do' if not parts else f'{parts} parts aligned'}"
