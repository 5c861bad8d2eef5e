"""`stroka analyse`: find the lines of one page image and print them, or show those of a folder of them."""

from __future__ import annotations

from pathlib import Path

import click
import cv2
import msgspec
import numpy as np

from images.errors import ImageRefused
from images.layout import network, overlay, report, steps
from images.layout.analyse import analyse, analyse_in_steps
from images.layout.page import Layout
from images.masters import open_master
from images.packfile import View
from images.whole import Pixels
from server.errors import CannotServe
from server.settings import Settings

_SHEET_COLUMNS, _SHEET_WIDTH = 4, 700


@click.command("analyse")
@click.argument("image", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--overlay", "picture", type=click.Path(path_type=Path), help="Write a PNG of the page with its lines.")
@click.option("--debug-dir", type=click.Path(file_okay=False, path_type=Path),
              help="Write PNGs of every step of the analysis into a folder.")  # fmt: skip
@click.option("--contact-sheet", "sheet", type=click.Path(dir_okay=False, path_type=Path),
              help="Write a PNG of all pages of the folder IMAGE, each with its lines.")  # fmt: skip
def command(image: Path, as_json: bool, picture: Path | None, debug_dir: Path | None, sheet: Path | None) -> None:
    """Find the lines of one page IMAGE; coordinates are pixels of the upright image."""
    most = Settings.from_env().max_pixels
    if sheet is not None:
        _write(sheet, contact_sheet(image, most))
        return
    if image.is_dir():
        raise click.UsageError(f"{image} is a folder: name a page image in it, or give --contact-sheet")
    pixels = read_image(image, most)
    seen = analyse_in_steps(pixels, network.own())
    if picture is not None:
        _write(picture, overlay.draw(pixels, seen.layout))
    if debug_dir is not None:
        debug_dir.mkdir(parents=True, exist_ok=True)
        for name, step in steps.pictures(pixels, seen):
            _write(debug_dir / f"{name}.png", step)
    if as_json:
        click.echo(msgspec.json.encode(report.report(seen.layout)))
    else:
        _print_table(seen.layout)


def read_image(path: Path, max_pixels: int) -> Pixels:
    """Read a page image upright. Raises CannotServe with the reason where it cannot be read."""
    try:
        opened = open_master(path, View(), max_pixels=max_pixels)
        return np.asarray(opened.strip(0, opened.size.height))
    except ImageRefused as error:
        raise CannotServe(f"{path}: {error}") from error


def contact_sheet(folder: Path, max_pixels: int) -> Pixels:
    """Draw the lines of all page images of a folder side by side; files that are no images are passed over.

    Raises CannotServe where there is no page image.
    """
    if not folder.is_dir():
        raise CannotServe(f"a contact sheet is made of a folder of page images, and {folder} is none")
    drawn = []
    for path in sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")):
        try:
            pixels = read_image(path, max_pixels)
        except CannotServe as error:
            click.echo(f"passed over: {error}", err=True)
            continue
        found = analyse(pixels, network.own())
        title = f"{path.name}  {len(found.lines)} lines" if not found.remark else f"{path.name}  {found.remark}"
        drawn.append((title, overlay.draw(pixels, found, width=_SHEET_WIDTH)))
    if not drawn:
        raise CannotServe(f"{folder} holds no page image")
    return steps.contact_sheet(drawn, columns=_SHEET_COLUMNS, width=_SHEET_WIDTH)


def _write(path: Path, picture: Pixels) -> None:
    """Write an RGB picture. Raises CannotServe where that cannot be done."""
    try:
        done = cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    except cv2.error as error:
        raise CannotServe(f"{path}: pictures are written as PNG or JPEG, named so by their suffix") from error
    if not done:
        raise CannotServe(f"{path} cannot be written")


def _print_table(found: Layout) -> None:
    if found.remark:
        click.echo(found.remark)
    for place, index in enumerate(found.order, start=1):
        line = found.lines[index]
        box = line.box
        where = f"{box.x},{box.y} {box.width}x{box.height}"
        click.echo(f"{place:4} {where:24} {line.role:12} {line.hand:12} {line.confidence:.2f}")
