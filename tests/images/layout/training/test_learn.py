"""Training starts, resumes and ends in weights that OpenCV runs; only where PyTorch is installed."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from images.layout.network import load
from images.layout.training.corpus import keep, rendered_page
from tests.faces import faces, fonts_folder

torch = pytest.importorskip("torch")

from images.layout.training import learn  # noqa: E402 - needs PyTorch
from images.layout.training.architecture import GIVEN, build, finished  # noqa: E402 - needs PyTorch


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

    assert said(resumed) == pytest.approx(said(whole), abs=1e-4)


def test_an_interrupted_run_saves_its_last_step_and_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(done: float) -> float:
        if done == 0.5:
            signal.raise_signal(signal.SIGINT)
        return 1.0

    monkeypatch.setattr(learn, "_cosine", lambda done: 1.0)
    whole = learn.train(course(tmp_path / "whole", steps=4))
    parts = course(tmp_path / "parts", steps=4)
    monkeypatch.setattr(learn, "_cosine", interrupted)
    with pytest.raises(SystemExit, match="stopped at step 3 of 4"):
        learn.train(parts)
    assert not (tmp_path / "parts" / "lines.onnx").exists()

    resumed = learn.train(parts)

    assert said(resumed) == pytest.approx(said(whole), abs=1e-4)


def test_a_state_of_another_seed_is_refused(tmp_path: Path) -> None:
    begun = course(tmp_path, steps=1)
    learn.train(begun)

    with pytest.raises(ValueError, match="saved by a training with --seed 1"):
        learn.train(replace(begun, steps=2, seed=2))


def test_another_seed_learns_something_else(tmp_path: Path) -> None:
    first, second = (replace(course(tmp_path / str(seed), steps=2), seed=seed) for seed in (1, 2))

    assert said(learn.train(first)) != pytest.approx(said(learn.train(second)), abs=1e-4)


def said(weights: Path) -> list[float]:
    grey = np.full((64, 64), 200, np.uint8)
    grey[30:36, 10:50] = 30
    maps = load(weights).maps(grey)
    return [float(value) for value in np.concatenate([maps.core.ravel(), maps.hand.ravel()])]


def test_the_bands_by_hand_are_learned_but_not_given(tmp_path: Path) -> None:
    weights = build().state_dict()
    weights["head.weight"][3:6] = 1e6

    maps = load(learn.write(weights, tmp_path)).maps(np.full((64, 64), 200, np.uint8))

    assert np.isfinite(maps.hand).all()
    assert maps.hand.min() > 0
    assert maps.core.max() < 1


def test_the_network_that_is_given_says_what_the_one_that_learned_says() -> None:
    learned = build()
    for name, values in learned.named_buffers():
        if name.endswith(("running_mean", "running_var")):
            values.uniform_(0.5, 1.5)
    planes = torch.randn(1, 2, 48, 80)

    with torch.no_grad():
        given, said = finished(learned.state_dict())(planes), learned.eval()(planes)[:, list(GIVEN)]

    assert torch.allclose(given, said, atol=1e-4)
    assert said.std() > 0.01


def test_weights_of_two_states_mix_in_shares() -> None:
    first, second = build().state_dict(), build().state_dict()

    between = learn.mixed(first, second, 0.25)

    assert torch.allclose(between["head.weight"], 0.25 * first["head.weight"] + 0.75 * second["head.weight"])


def test_weights_come_with_what_they_say_about_a_picture(tmp_path: Path) -> None:
    written = learn.write(build().state_dict(), tmp_path)

    with np.load(tmp_path / "witness.npz") as stored:
        maps = load(written).maps(stored["grey"])
        assert np.abs(stored["maps"][0].astype(np.float32) - maps.core).max() < 0.01
