"""Speed of the page analysis on the sample's first page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from images.layout import network
from images.layout.analyse import analyse
from server.commands.analyse import read_image
from server.commands.demo import FONTS
from server.demo import scan
from tests.bench.figures import per_second, write


def run(results: Path) -> None:
    """Render the first sample, and analyse its first page over and over."""
    with tempfile.TemporaryDirectory() as folder:
        rendered = scan.render(scan.samples()[0], FONTS, Path(folder) / "sample")
        first = sorted(path for path in rendered.folder.iterdir() if path.suffix in {".jpg", ".png", ".tif"})[0]
        pixels = read_image(first, 1 << 30)
        net = network.own()
        write(results, "layout", "pages analysed", per_second(lambda: analyse(pixels, net), seconds=5), "a second")
