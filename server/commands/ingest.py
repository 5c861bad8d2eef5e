"""`stroka ingest`: take document folders in."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
import msgspec
from rich.console import Console

from server import batch, ingest
from server.errors import CannotServe
from server.ingest import Outcome
from server.services import Services
from server.settings import Settings
from transcriptions.errors import VersionConflict
from transcriptions.problems import Problem


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes to work with; by default STROKA_WORKERS.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each folder as JSON lines.")
def command(paths: tuple[str, ...], jobs: int | None, as_json: bool) -> None:
    """Take document folders in; PATH is one, or a folder of them.

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
        for path in _folders(paths):
            outcome = path if isinstance(path, Outcome) else _settled(services, path, pool=pool, console=console)
            outcomes.append(outcome)
            if as_json:
                click.echo(_json(outcome))
            else:
                _say(outcome, services, console)
    return outcomes


def _settled(services: Services, path: Path, **rest: object) -> Outcome:
    """Ingest one folder; where another process changed the document meanwhile, read it again and go on."""
    for _ in range(3):
        try:
            return ingest.ingest(services, path, **rest)  # type: ignore[arg-type]
        except VersionConflict:
            continue
    raise CannotServe(f"{path} is being changed by another process all the time; try again when that is done")


def _folders(paths: Iterable[Path]) -> Iterable[Path | Outcome]:
    for path in paths:
        problem = _unfit(path)
        if problem is not None:
            yield Outcome(path, None, (problem,))
            continue
        found = ingest.find_folders(path)
        if not found:
            yield Outcome(path, None, (Problem(str(path), None, "holds no document folder: none in it has images"),))
        yield from found


def _unfit(path: Path) -> Problem | None:
    """Say why a path is no folder to ingest."""
    if path.is_dir():
        return None
    if not path.exists():
        return Problem(str(path), None, "is not there")
    if path.suffix.lower() == ".json":
        return _unfit_manifest(path)
    return Problem(str(path), None, "is a file; give the folder that it is in")


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
