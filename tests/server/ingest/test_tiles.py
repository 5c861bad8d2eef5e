"""How the tiles of pages are kept is a setting."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from server.services import Services
from tests.server.ingest.conftest import load


def test_tiles_are_made_as_the_settings_say(services: Services, cable: Path, pool: ProcessPoolExecutor) -> None:
    settings = replace(services.settings, tile_side=256, tile_quality=70)
    snapshot, _ = load(replace(services, settings=settings), cable, pool)
    for page in snapshot.pages:
        made = services.images.open_pack(page.placements[0].pack).description.parameters
        assert (made.tile, made.quality) == (256, 70)
    assert snapshot.pages
