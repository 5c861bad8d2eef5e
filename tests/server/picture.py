"""A document of one page that shows a picture, in the stores of a service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from images.pack import View, build
from server.services import Services
from tests.builders import make_cable, make_id
from tests.server.conftest import keep
from transcriptions.model import Placement
from transcriptions.model import View as Shown

IDENTIFIER = make_id("picture")
RIGHTS = "http://rightsstatements.org/vocab/NoC-US/1.0/"


def draw(width: int, height: int, *, grey: bool = False) -> Image.Image:
    """Draw something smooth with a few strokes."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bands = [128 + 90 * np.sin(x / 97 + y / 191), 128 + 90 * np.cos(y / 153), 128 + 90 * np.sin((x + y) / 171)]
    pixels = np.stack(bands, axis=2)
    pixels[(x // 9 % 5 < 2) & (y // 40 % 2 == 0)] = 30
    result = pixels.astype(np.uint8)
    return Image.fromarray(result[:, :, 0] if grey else result)


def keep_picture(services: Services, picture: Image.Image, folder: Path, *, rights: str = "") -> str:
    """Make the pack of a picture and a document whose one page shows it as IDENTIFIER; give the pack's name."""
    master = folder / "picture.png"
    picture.save(master, compress_level=1)
    made = build(master, View(), folder)
    services.images.add_master(master)
    services.images.add_pack(folder / made.name, made.name)
    cable = make_cable("picture")
    placement = Placement(IDENTIFIER, made.size, view=Shown(master=made.master), pack=made.name, rights=rights)
    page = replace(cable.pages[0], size=made.size, placements=(placement,))
    part = replace(cable.parts[0], pages=(page.id,))
    keep(services, replace(cable, pages=(page,), parts=(part,), **_NOTHING))
    return made.name


_NOTHING = dict.fromkeys(("orders", "lines", "texts", "segments", "marks", "links", "beads"), ())
