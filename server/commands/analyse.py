"""`stroka analyse`: find the lines of one page image, and print them."""

from __future__ import annotations

from pathlib import Path

import click
import cv2
import msgspec
import numpy as np

from images.errors import ImageRefused
from images.layout import overlay, report
from images.layout.analyse import analyse
from images.layout.page import Layout
from images.masters import open_master
from images.packfile import View
from images.whole import Pixels
from server.errors import CannotServe
from server.settings import Settings


@click.command("analyse")
@click.argument("image", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--overlay", "picture", type=click.Path(path_type=Path), help="Write a PNG of the page with its lines.")
def command(image: Path, as_json: bool, picture: Path | None) -> None:
    """Find the lines of one page IMAGE; coordinates are pixels of the upright image."""
    pixels = read_image(image, Settings.from_env().max_pixels)
    found = analyse(pixels)
    if picture is not None:
        drawn = overlay.draw(pixels, found)
        cv2.imwrite(str(picture), cv2.cvtColor(drawn, cv2.COLOR_RGB2BGR))
    if as_json:
        click.echo(msgspec.json.encode(report.report(found)))
    else:
        _print_table(found)


def read_image(path: Path, max_pixels: int) -> Pixels:
    """Read a page image upright. Raises CannotServe with the reason where it cannot be read."""
    try:
        opened = open_master(path, View(), max_pixels=max_pixels)
        return np.asarray(opened.strip(0, opened.size.height))
    except ImageRefused as error:
        raise CannotServe(f"{path}: {error}") from error


def _print_table(found: Layout) -> None:
    if found.remark:
        click.echo(found.remark)
    for place, index in enumerate(found.order, start=1):
        line = found.lines[index]
        box = line.box
        where = f"{box.x},{box.y} {box.width}x{box.height}"
        click.echo(f"{place:4} {where:24} {line.role:12} {line.hand:12} {line.confidence:.2f}")
