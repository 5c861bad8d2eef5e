"""Training starts, resumes and ends in weights that OpenCV runs; only where PyTorch is installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from images.layout.network import load
from images.layout.training.corpus import keep, rendered_page
from tests.faces import faces, fonts_folder

torch = pytest.importorskip("torch")

from images.layout.training import learn  # noqa: E402 - needs PyTorch


def course(work: Path, *, steps: int) -> learn.Course:
    (work / "pages").mkdir(parents=True, exist_ok=True)
    page = rendered_page(0, faces())
    assert page is not None
    keep(work / "pages", page)
    return learn.Course(
        folders=(), left_out=(), rendered=1, fonts=fonts_folder(), work=work, steps=steps, seed=1, device="cpu",
        threads=1, start=None,
    )  # fmt: skip


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "_cosine", lambda done: 1.0)
    whole = learn.train(course(tmp_path / "whole", steps=4))
    parts = course(tmp_path / "parts", steps=2)
    learn.train(parts)

    resumed = learn.train(replace(parts, steps=4))

    grey = np.full((64, 64), 200, np.uint8)
    grey[30:36, 10:50] = 30
    first, second = load(whole).maps(grey), load(resumed).maps(grey)
    assert np.allclose(first.core, second.core, atol=1e-4)
    assert np.allclose(first.hand, second.hand, atol=1e-4)


def test_weights_come_with_what_they_say_about_a_picture(tmp_path: Path) -> None:
    written = learn.write(learn.build().state_dict(), tmp_path)

    with np.load(tmp_path / "witness.npz") as stored:
        maps = load(written).maps(stored["grey"])
        assert np.abs(stored["maps"][0].astype(np.float32) - maps.core).max() < 0.01
