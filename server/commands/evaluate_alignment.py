"""`stroka evaluate alignment` and `simulated`: texts put on lines where the truth is known, and what came out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from server.errors import CannotServe
from server.evaluation import truth
from server.evaluation.alignment import Placed, Task, figures, trial
from server.evaluation.sheets import Source, sheets
from server.evaluation.simulated import predict
from server.settings import Settings


@click.command("alignment")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--task", "tasks", multiple=True, type=click.Choice([t.value for t in Task]), help="Only this task.")
@click.option("--lines", default="found", help='"found", "true", or a file of another detector\'s predictions.')
@click.option("--evaluator", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="evaluate.py to run.")
@click.option("--python", default=sys.executable, help="Python that has the evaluator's packages.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep lines and evidence here.")
@click.option("--pages", "named", multiple=True, help="Only pages whose id begins so.")
@click.option("--wrong", is_flag=True, help="List the lines that came out wrong.")
def alignment(
    folders: Sequence[Path],
    tasks: Sequence[str],
    lines: str,
    evaluator: Path | None,
    python: str,
    cache: Path | None,
    named: Sequence[str],
    wrong: bool,
) -> None:
    """Align the texts of ground-truth FOLDERS with the lines of their pages, and count the lines that are right."""
    source = Source(lines, cache, Settings.from_env().max_pixels)
    for folder in folders:
        pages = [page for page in truth.read(folder) if not named or page.id.startswith(tuple(named))]
        given = list(sheets(pages, source))
        for task in tasks or [task.value for task in Task]:
            placed = list(trial(Task(task), given))
            _print_figures(f"{folder.name} {task} ({lines} lines)", placed, wrong=wrong)
            if evaluator is not None:
                click.echo(_evaluated(folder, placed, evaluator, python))


@click.command("simulated")
@click.argument("tasks", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("answers", type=click.Path(dir_okay=False, path_type=Path))
def simulated(tasks: Path, answers: Path) -> None:
    """Answer a file of simulated lines (TASKS) into another (ANSWERS)."""
    try:
        answers.write_bytes(predict(tasks.read_bytes()))
    except msgspec.DecodeError as error:
        raise CannotServe(f"{tasks} is no file of simulated lines: {error}") from error


def _print_figures(title: str, placed: Sequence[Placed], *, wrong: bool) -> None:
    found = figures(placed)
    typed, by_hand = ("-" if share is None else f"{share:.3f}" for share in found.doubted)
    click.echo(
        f"{title}: typed {_share(found.typed)}  by hand {_share(found.by_hand)}  wrong ones in the tenth least sure "
        f"{typed} typed, {by_hand} by hand  {found.mean * 1000:.0f} ms a page, longest {found.longest * 1000:.0f} ms"
    )
    click.echo("   sure/right/lines: " + "  ".join(f"{a:.2f}/{b:.2f}/{n}" for a, b, n in found.reliability))
    for each in placed if wrong else ():
        for i, good in each.right().items():
            if not good:
                click.echo(f"   {each.page.id} {each.page.lines[i].hand}: {each.page.lines[i].words}")


def _share(counted: tuple[int, int]) -> str:
    return f"{counted[0]}/{counted[1]} {counted[0] / max(1, counted[1]):.3f}"


def _evaluated(folder: Path, placed: Sequence[Placed], evaluator: Path, python: str) -> str:
    """Run the evaluator over what came out, and give what it prints. Raises CannotServe where it fails."""
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "predictions.json"
        path.write_text(json.dumps({"pages": [_prediction(each) for each in placed]}), encoding="utf-8")
        ran = subprocess.run(
            [python, str(evaluator), "--gt", str(folder), "--pred", str(path)], capture_output=True, text=True
        )
    if ran.returncode:
        raise CannotServe(f"{evaluator} failed: {ran.stderr.strip().splitlines()[-1:]}")
    return ran.stdout


def _prediction(placed: Placed) -> dict[str, object]:
    return {
        "id": placed.page.id,
        "seconds": placed.seconds,
        "lines": [
            {
                "polygon": [[p.x, p.y] for p in line.boundary.points],
                "baseline": [[p.x, p.y] for p in line.baseline.points],
                "kind": line.hand.value,
                "text": placed.words.get(line.id, ("", 0.0))[0],
            }
            for line in placed.lines
        ],
    }
