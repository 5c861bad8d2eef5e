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
from images.layout.training.architecture import build  # noqa: E402 - needs PyTorch


def course(work: Path, *, steps: int) -> learn.Course:
    (work / "pages").mkdir(parents=True, exist_ok=True)
    page = rendered_page(0, faces())
    assert page is not None
    keep(work / "pages", page)
    return learn.Course(
        folders=(), left_out=(), rendered=1, fonts=fonts_folder(), work=work, steps=steps, seed=1, device="cpu",
        threads=1, start=None, rate=3e-3, kept=0.0,
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


def test_the_bands_by_hand_are_learned_but_not_given(tmp_path: Path) -> None:
    weights = build().state_dict()
    weights["head.weight"][3:6] = 1e6

    maps = load(learn.write(weights, tmp_path)).maps(np.full((64, 64), 200, np.uint8))

    assert np.isfinite(maps.hand).all()
    assert maps.hand.min() > 0
    assert maps.core.max() < 1


def test_weights_of_two_states_mix_in_shares() -> None:
    first, second = build().state_dict(), build().state_dict()

    between = learn.mixed(first, second, 0.25)

    assert torch.allclose(between["head.weight"], 0.25 * first["head.weight"] + 0.75 * second["head.weight"])


def test_weights_come_with_what_they_say_about_a_picture(tmp_path: Path) -> None:
    written = learn.write(build().state_dict(), tmp_path)

    with np.load(tmp_path / "witness.npz") as stored:
        maps = load(written).maps(stored["grey"])
        assert np.abs(stored["maps"][0].astype(np.float32) - maps.core).max() < 0.01
