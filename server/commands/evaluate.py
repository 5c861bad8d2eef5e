"""`stroka evaluate`: measure what the program finds against what is known to be true."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
from numpy.typing import NDArray

from images.layout import network
from images.layout.analyse import analyse
from images.layout.evaluation import Tally, TruePage, tally
from images.layout.training.faces import read_faces
from images.layout.training.truths import real_truths, rendered_truths
from server.commands.evaluate_alignment import alignment, simulated
from server.errors import CannotServe
from server.settings import ROOT

_FONTS = ROOT / "server" / "web" / "node_modules"
_LEVELS = (0, 1, 2)


@click.group("evaluate")
def command() -> None:
    """Measure what is found against what is known to be true."""


command.add_command(alignment)
command.add_command(simulated)


@command.command("lines")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="[DIR]…")
@click.option("--rendered", type=click.IntRange(min=0), default=0, show_default=True,
              help="Also render so many pages of each level of faults.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=100_000, show_default=True,
              help="Seed of the first rendered page; training uses seeds from 0.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def lines(folders: tuple[Path, ...], rendered: int, seed: int, as_json: bool) -> None:
    """Find the lines of pages whose lines are known, and print how many are right.

    DIR is a folder of such pages: manifest.json, images/ and lines/. Of the insertions it is printed how many are
    found, are called insertions, are put into the right line, and between the right words of it.
    """
    if not folders and not rendered:
        raise click.UsageError("nothing to evaluate: name a folder, or give --rendered")
    groups: dict[str, Tally] = {}
    for page, pixels in _pages(folders, rendered, seed):
        begun = time.process_time()
        layout = analyse(pixels, network.own())
        counted = tally(page, layout)
        counted.seconds = time.process_time() - begun
        groups.setdefault(page.group, Tally()).add(counted)
    if as_json:
        click.echo(msgspec.json.encode({name: _figures(each) for name, each in sorted(groups.items())}))
    else:
        _print(groups)


def _pages(folders: tuple[Path, ...], rendered: int, seed: int) -> Iterator[tuple[TruePage, NDArray[np.uint8]]]:
    for folder in folders:
        try:
            yield from real_truths(folder)
        except (OSError, KeyError, ValueError) as error:
            raise CannotServe(f"{folder} is no folder of pages with known lines: {error}") from error
    if not rendered:
        return
    try:
        faces = read_faces(_FONTS)
    except FileNotFoundError as error:
        raise CannotServe(f"the typefaces of rendered pages are not installed ({error}); run: make setup") from error
    for level in _LEVELS:
        first = seed + level * rendered
        yield from rendered_truths(range(first, first + rendered), faces, level=level)


def _figures(counted: Tally) -> dict[str, Any]:
    return {
        "pages": counted.pages,
        "lines": counted.true,
        "precision": round(counted.precision, 4),
        "recall": round(counted.recall, 4),
        "f1": round(counted.f1, 4),
        "merged": counted.merged,
        "hand": round(counted.hand_accuracy, 4),
        "role": round(counted.role_f1, 4),
        "inserts": counted.inserts,
        "inserts_found": counted.inserts_found,
        "inserts_named": counted.inserts_named,
        "inserts_hosted": counted.inserts_hosted,
        "inserts_placed": counted.inserts_placed,
        "seconds": round(counted.seconds / max(1, counted.pages), 3),
        "reliability": [
            {"from": low, "to": high, "lines": count, "right": round(right, 3)}
            for low, high, count, right in counted.reliability()
        ],
    }


def _print(groups: dict[str, Tally]) -> None:
    click.echo(f"{'group':24}{'pages':>6}{'lines':>7}{'P':>8}{'R':>8}{'F1':>8}{'merged':>8}{'hand':>8}{'role':>8}"
               f"{'inserts':>9}{'found':>7}{'named':>7}{'hosted':>8}{'placed':>8}{'s/page':>8}")  # fmt: skip
    whole = Tally()
    for name, counted in sorted(groups.items()):
        whole.add(counted)
        click.echo(_row(name, counted))
    click.echo("\nconfidence     lines   right")
    for low, high, count, right in whole.reliability():
        click.echo(f"{low:.1f} to {high:.1f}  {count:8}{right:8.3f}")


def _row(name: str, counted: Tally) -> str:
    told = any(role is not None for role, _ in counted.roles)
    role = f"{counted.role_f1:8.3f}" if told else f"{'':8}"
    inserts = (
        f"{counted.inserts:9}{counted.inserts_found:7}{counted.inserts_named:7}"
        f"{counted.inserts_hosted:8}{counted.inserts_placed:8}"
    )
    return (
        f"{name:24}{counted.pages:6}{counted.true:7}{counted.precision:8.3f}{counted.recall:8.3f}{counted.f1:8.3f}"
        f"{counted.merged:8}{counted.hand_accuracy:8.3f}{role}{inserts if counted.inserts else '':39}"
        f"{counted.seconds / max(1, counted.pages):8.2f}"
    )
