"""`stroka ingest`: take document folders in."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import msgspec
from rich.console import Console

from server import batch, ingest, unpacking
from server.errors import CannotServe
from server.ingest import Outcome
from server.services import Services
from server.settings import Settings
from transcriptions.errors import Unreadable, VersionConflict
from transcriptions.model import Origin
from transcriptions.problems import Problem


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to work with; by default STROKA_WORKERS.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each folder as JSON lines.")
def command(paths: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Take document folders in; PATH is one, a folder of them, a PDF, or a ZIP archive.

    Everything wrong in a folder is listed, with file and line, and nothing of it is stored. Started again after it was
    stopped, it goes on; over folders that did not change, it changes nothing.
    """
    console = Console(stderr=True)
    services = Services.open(Settings.from_env())
    try:
        outcomes = ingest_all(services, [Path(path) for path in paths], jobs=jobs, console=console, as_json=as_json)
    except KeyboardInterrupt:
        console.print("Stopped. Run the same command again, and it goes on where it stopped.")
        sys.exit(130)
    finally:
        services.close()
    refused = [outcome for outcome in outcomes if outcome.document is None]
    if not as_json:
        count = len(outcomes) - len(refused)
        console.print(f"{count} of {len(outcomes)} document{'s' * (len(outcomes) != 1)} ingested.", highlight=False)
    sys.exit(1 if refused else 0)


def ingest_all(
    services: Services, paths: Sequence[Path], *, jobs: int | None, console: Console, as_json: bool = False
) -> list[Outcome]:
    """Ingest every document folder at or under the paths, and say what became of each."""
    outcomes = []
    with batch.executor(jobs or services.settings.workers) as pool:
        for each in _sources(paths, space=services.settings.home):
            outcome = each if isinstance(each, Outcome) else _settled(services, each, pool=pool, console=console)
            outcomes.append(outcome)
            if as_json:
                click.echo(_json(outcome))
            else:
                _say(outcome, services, console)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Source:
    """A document folder to ingest; `origin` says where it came from where that is not where it lies."""

    folder: Path
    shown: Path
    origin: Origin | None = None


def _settled(services: Services, source: _Source, **rest: object) -> Outcome:
    """Ingest one folder; where another process changed the document meanwhile, read it again and go on."""
    for _ in range(3):
        try:
            outcome = ingest.ingest(services, source.folder, origin=source.origin, **rest)  # type: ignore[arg-type]
            return replace(outcome, path=source.shown)
        except VersionConflict:
            continue
    said = f"{source.shown} is being changed by another process all the time; try again when that is done"
    raise CannotServe(said)


def _sources(paths: Iterable[Path], *, space: Path) -> Iterator[_Source | Outcome]:
    """Go through the document folders at or under paths; those of an archive are there until the next is asked for."""
    for path in paths:
        if path.is_file() and path.suffix.lower() in unpacking.SUFFIXES:
            yield from _packed(path, space)
            continue
        problem = _unfit(path)
        if problem is not None:
            yield Outcome(path, None, (problem,))
            continue
        found = ingest.find_folders(path)
        alone = _lone_files(path, found)
        if not found and not alone:
            detail = "holds no document: no folder in it has images, and it has no PDF and no ZIP archive"
            yield Outcome(path, None, (Problem(str(path), None, detail),))
        yield from (_Source(folder, folder) for folder in found)
        for file in alone:
            yield from _packed(file, space)


def _lone_files(path: Path, folders: Sequence[Path]) -> list[Path]:
    """List the files under a path that are documents of their own: those in no document folder."""
    files = (each for each in sorted(path.rglob("*")) if each.suffix.lower() in unpacking.SUFFIXES and each.is_file())
    return [
        each
        for each in files
        if not each.is_symlink() and not any(folder in each.parents for folder in folders) and each.name[0] != "."
    ]


def _packed(path: Path, space: Path) -> Iterator[_Source | Outcome]:
    try:
        with unpacking.unpacked(path, space=space) as documents:
            yield from (_Source(each.folder, each.shown, each.origin) for each in documents)
    except (Unreadable, OSError) as error:
        yield Outcome(path, None, (Problem(path.name, None, str(error)),))


def _unfit(path: Path) -> Problem | None:
    """Say why a path is no folder to ingest."""
    if path.is_dir():
        return None
    if not path.exists():
        return Problem(str(path), None, "is not there")
    if path.suffix.lower() == ".json":
        return _unfit_manifest(path)
    return Problem(str(path), None, "is a file; give the folder that it is in, a PDF or a ZIP archive")


def _unfit_manifest(path: Path) -> Problem:
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Problem(str(path), None, f"is not JSON: {error}")
    except OSError as error:
        return Problem(str(path), None, f"cannot be read: {error.strerror}")
    if not isinstance(content, dict) or (content.get("type") or content.get("@type")) not in (
        "Manifest",
        "sc:Manifest",
    ):
        return Problem(str(path), None, "is JSON, but no IIIF manifest")
    detail = "is a manifest; name its image services in the pages of a document.toml, with width and height"
    return Problem(str(path), None, detail)


def _say(outcome: Outcome, services: Services, console: Console) -> None:
    if outcome.document is None:
        console.print(f"{outcome.path}: not ingested", style="bold red", highlight=False)
        for problem in outcome.problems:
            console.print(f"  {problem}", highlight=False, markup=False, soft_wrap=True)
        return
    said = "ingested" if outcome.changed else "unchanged"
    address = f"{services.settings.base}/documents/{outcome.document}"
    console.print(f"{outcome.path.name}: {said}, {address}", highlight=False, markup=False, soft_wrap=True)
    for difference in outcome.differences:
        console.print(f"  {difference.entity} {difference.id}: {difference.detail}", highlight=False, soft_wrap=True)
    for remark in outcome.remarks:
        console.print(f"  {remark}", highlight=False, markup=False, soft_wrap=True)
    if outcome.unused:
        console.print(f"  not used: {', '.join(outcome.unused)}", highlight=False, markup=False, soft_wrap=True)


def _json(outcome: Outcome) -> str:
    return msgspec.json.encode(
        {
            "path": str(outcome.path),
            "document": outcome.document,
            "changed": outcome.changed,
            "problems": [
                {"file": problem.file, "line": problem.line, "detail": problem.detail} for problem in outcome.problems
            ],
            "differences": [
                {"entity": each.entity, "id": each.id, "detail": each.detail} for each in outcome.differences
            ],
            "remarks": [{"file": each.file, "detail": each.detail} for each in outcome.remarks],
            "unused": list(outcome.unused),
        }
    ).decode()
