"""Trains the network that finds lines: `python -m images.layout.training.learn --help`. Needs PyTorch.

The same seed, pages and number of steps give the same examples in the same order; a run that was stopped goes on where
it last saved its state.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.nn import functional

from images.layout.network import planes_of
from images.layout.page import Hand
from images.layout.training import corpus
from images.layout.training.architecture import build, export, finished
from images.layout.training.crops import Example, Scrap, example, scraps_of
from images.layout.training.faces import read_faces
from images.layout.training.targets import NO_HAND

_BATCH = 8
_WARMING = 80
_SAVED_EVERY = 100
_HAND_WEIGHTS = (1.0, 1.5, 2.0)
_HANDS = 0.7
_CORES = (0.5, 0.7, 1.0)
_SIGMOIDS = 6
"""Planes of the network's answer that stand for themselves; those after them share a point between the hands."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is learned, from what: folders of ground truth and the names left out, the number of rendered pages."""

    folders: tuple[Path, ...]
    left_out: tuple[str, ...]
    rendered: int
    fonts: Path
    work: Path
    steps: int
    seed: int
    device: str
    threads: int
    start: Path | None
    rate: float
    kept: float


class Pages:
    """The pages of a course in memory, in groups that are drawn from equally often."""

    def __init__(self, names: Iterable[tuple[str, str]], folder: Path) -> None:
        groups: dict[str, list[corpus.LearnedPage]] = {}
        for group, name in names:
            page = corpus.kept(folder, name)
            if page is not None and page.lines:
                groups.setdefault(group, []).append(page)
        if not groups:
            raise ValueError("there is no page to learn from")
        every = [page for pages in groups.values() for page in pages]
        self.scraps = _balanced([scrap for page in every for scrap in scraps_of(page)])
        by_hand = [page for page in every if _share_by_hand(page) > 0.5]
        self.groups = [*groups.values(), *([by_hand] if by_hand else [])]

    def draw(self, key: tuple[int, ...]) -> Example:
        """Give the example of a key, always the same."""
        rng = np.random.default_rng(key)
        group = self.groups[int(rng.integers(len(self.groups)))]
        return example(group[int(rng.integers(len(group)))], self.scraps, rng)


def _share_by_hand(page: corpus.LearnedPage) -> float:
    return sum(line.hand is Hand.HANDWRITTEN for line in page.lines) / len(page.lines)


def _balanced(scraps: list[Scrap]) -> list[Scrap]:
    """Repeat the scraps of rarer hands until there are a third as many of each as of the most frequent one."""
    counts = Counter(scrap.line.hand for scrap in scraps)
    most = max(counts.values(), default=0)
    return [scrap for scrap in scraps for _ in range(max(1, round(most / 3 / counts[scrap.line.hand])))]


_pages: Pages | None = None


def _open(names: list[tuple[str, str]], folder: Path) -> None:
    global _pages
    # An interrupt goes to the whole group of processes; the one that learns decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)
    _pages = Pages(names, folder)


def _batch(key: tuple[int, int]) -> tuple[np.ndarray[Any, Any], ...]:
    assert _pages is not None
    examples = [_pages.draw((*key, number)) for number in range(_BATCH)]
    targets = [each.targets for each in examples]
    bands = np.stack([np.stack([t.core, t.upright, t.border, *t.cores]) for t in targets])
    return (
        np.stack([e.planes for e in examples]),
        bands,
        np.stack([t.hand for t in targets]),
        np.stack([t.weight for t in targets]),
        np.stack([t.known for t in targets]),
    )


def gather(course: Course) -> list[tuple[str, str]]:
    """Prepare what is not prepared yet, saying how far it is; give the group and name of every page."""
    kept = course.work / "pages"
    kept.mkdir(parents=True, exist_ok=True)
    makers: dict[tuple[str, str], Callable[[], corpus.LearnedPage | None]] = {}
    for folder in course.folders:
        for name in corpus.real_names(folder):
            if not any(name.startswith(begun) for begun in course.left_out):
                makers[name.split("_")[0], name] = partial(corpus.real_page, folder, name)
    faces = read_faces(course.fonts)
    for seed in range(course.rendered):
        # Two of the groups are rendered: they hold what real pages lack.
        makers[f"rendered {seed % 2}", f"rendered-{seed}"] = partial(corpus.rendered_page, seed, faces)
    for number, ((_, name), make) in enumerate(makers.items(), start=1):
        made = _keep_once(kept, name, make)
        if made and (number % 20 == 0 or number == len(makers)):
            print(f"page {number} of {len(makers)} prepared", flush=True)
    return list(makers)


def _keep_once(folder: Path, name: str, make: Callable[[], corpus.LearnedPage | None]) -> bool:
    if (folder / f"{name}.npz").is_file() or (folder / f"{name}.none").is_file():
        return False
    page = make()
    if page is None:
        (folder / f"{name}.none").touch()
    else:
        corpus.keep(folder, page)
    return True


def train(course: Course) -> Path:
    """Train, from the last saved state where there is one; gives the path of the ONNX file.

    A run that is interrupted saves its state after the step at hand, and raises SystemExit. Raises ValueError where the
    saved state belongs to another seed.
    """
    names = gather(course)
    torch.set_num_threads(course.threads)
    run = _begun(course)
    begun, first = time.monotonic(), run.step
    with _stopping() as stopped, _feeder(names, course) as pool:
        keys = ((course.seed, step) for step in range(first, course.steps))
        for arrays in _ahead(pool, keys):
            lost = _step(run, arrays, course)
            if run.step % 20 == 0:
                left = (time.monotonic() - begun) / (run.step - first) * (course.steps - run.step)
                print(f"step {run.step} of {course.steps}, loss {lost:.3f}, {left / 60:.0f} min left", flush=True)
            if run.step % _SAVED_EVERY == 0 or run.step == course.steps or stopped.is_set():
                _save(run, course)
            if stopped.is_set() and run.step < course.steps:
                raise SystemExit(f"stopped at step {run.step} of {course.steps}; the same command goes on from there")
    mean = run.mean
    if course.start is not None and course.kept > 0:
        mean = mixed(torch.load(course.start, weights_only=True)["mean"], mean, course.kept)
    return write(mean, course.work)


@dataclass(slots=True, eq=False)
class _Run:
    """A training on its way: weights and their running average, the optimiser, the number of steps taken."""

    net: Any
    optimiser: Any
    mean: dict[str, Any]
    step: int = 0


def _begun(course: Course) -> _Run:
    """Begin a training, or take it up where it was saved."""
    torch.manual_seed(course.seed)
    net = build().to(course.device, memory_format=torch.channels_last)
    if course.start is not None:
        net.load_state_dict(torch.load(course.start, weights_only=True)["mean"])
    optimiser = torch.optim.AdamW(net.parameters(), weight_decay=1e-3)
    run = _Run(net, optimiser, {key: value.clone() for key, value in net.state_dict().items()})
    if _saved(course).is_file():
        state = torch.load(_saved(course), weights_only=True)
        if state.get("seed", course.seed) != course.seed:
            raise ValueError(
                f"{_saved(course)} was saved by a training with --seed {state['seed']}; go on with that, or choose "
                "another --work"
            )
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        run.mean, run.step = state["mean"], int(state["step"])
    return run


def _step(run: _Run, arrays: Any, course: Course) -> float:
    """Take one step; gives the loss."""
    rate = course.rate * min(1.0, (run.step + 1) / _WARMING) * _cosine(run.step / course.steps)
    run.optimiser.param_groups[0]["lr"] = rate
    lost = _learn(run.net, run.optimiser, arrays, course.device)
    _average(run.mean, run.net.state_dict(), run.step if course.start is None else run.step + 400)
    run.step += 1
    return lost


def _saved(course: Course) -> Path:
    return course.work / "state.pt"


def _save(run: _Run, course: Course) -> None:
    state = {
        "net": run.net.state_dict(), "optimiser": run.optimiser.state_dict(), "mean": run.mean, "step": run.step,
        "seed": course.seed,
    }  # fmt: skip
    waiting = _saved(course).with_suffix(".part")
    torch.save(state, waiting)
    waiting.replace(_saved(course))


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give an event that is set when somebody interrupts the process or ends it; asked twice, it ends at once."""
    stopped = threading.Event()

    def stop(number: int, _: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def mixed(first: dict[str, Any], second: dict[str, Any], share: float) -> dict[str, Any]:
    """Give the weights between two states of one training, `share` of the way back from the second to the first.

    Between them lies what either has learned, where the one went on from the other (Wortsman et al., Model soups,
    2022).
    """
    return {
        key: value + share * (first[key].to(value.device) - value) if value.is_floating_point() else value
        for key, value in second.items()
    }


def write(mean: dict[str, Any], work: Path) -> Path:
    """Write averaged weights as ONNX beside the saved state, and what they say about a picture, to test engines by."""
    final = finished({key: value.cpu() for key, value in mean.items()})
    export(final, work / "lines.onnx")
    picture = _picture()
    with torch.no_grad():
        raw = final(torch.from_numpy(planes_of(picture)[None]))[0]
    said = torch.cat([torch.sigmoid(raw[:3]), torch.softmax(raw[3:], dim=0)])
    np.savez_compressed(work / "witness.npz", grey=picture, maps=said.numpy().astype(np.float16))
    return work / "lines.onnx"


def _picture() -> np.ndarray[Any, Any]:
    """Draw a few words, level ones and such as run up the margin."""
    picture = np.full((128, 256), 225, np.uint8)
    for place, words in enumerate(("the ambassador was", "received on Monday", "in the morning")):
        at = (48, 30 + 36 * place)
        cv2.putText(picture, words, at, cv2.FONT_HERSHEY_COMPLEX, 0.55, 50, 1, cv2.LINE_AA)
    margin = np.full((40, 128), 225, np.uint8)
    cv2.putText(margin, "to be filed", (14, 26), cv2.FONT_HERSHEY_SCRIPT_COMPLEX, 0.6, 60, 1, cv2.LINE_AA)
    picture[:, :40] = np.rot90(margin)
    return picture


def _feeder(names: list[tuple[str, str]], course: Course) -> Any:
    workers = 1 if course.device == "cpu" else max(1, (os.cpu_count() or 2) - 1)
    pages = course.work / "pages"
    return multiprocessing.get_context("spawn").Pool(workers, initializer=_open, initargs=(names, pages))


def _ahead(pool: Any, keys: Iterator[tuple[int, int]], *, reach: int = 8) -> Iterator[Any]:
    """Give batches in order, a few of them made in advance."""
    waiting = []
    for key in keys:
        waiting.append(pool.apply_async(_batch, (key,)))
        if len(waiting) > reach:
            yield waiting.pop(0).get()
    for each in waiting:
        yield each.get()


def _cosine(done: float) -> float:
    return 0.502 + 0.498 * math.cos(math.pi * min(done, 1.0))


def _learn(net: Any, optimiser: Any, arrays: Any, device: str) -> float:
    planes, bands, hand, weight, known = (torch.from_numpy(array).to(device) for array in arrays)
    with torch.autocast(device, dtype=torch.bfloat16):
        said = net(planes.to(memory_format=torch.channels_last))
    lost = loss(said.float(), bands.float(), hand.long(), weight, known)
    optimiser.zero_grad()
    lost.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimiser.step()
    return float(lost.item())


def loss(said: Any, bands: Any, hand: Any, weight: Any, known: Any) -> Any:
    """Give the loss: cross entropies, weighted by point, and how badly the bands of level lines cover the true ones.

    The bands by hand count only where all hands are `known`.
    """
    each = functional.binary_cross_entropy_with_logits(said[:, :_SIGMOIDS], bands, reduction="none")
    counted = torch.stack([weight] * 3 + [weight * known] * 3, dim=1)
    parts = (each * counted).sum((0, 2, 3)) / weight.sum()
    missed = _missed(torch.sigmoid(said[:, :1]), bands[:, :1], weight > 0)
    missed_cores = _missed(torch.sigmoid(said[:, 3:_SIGMOIDS]), bands[:, 3:], (weight * known) > 0)
    hands = torch.zeros((), device=said.device)
    if bool((hand != NO_HAND).any()):
        own = torch.tensor(_HAND_WEIGHTS, device=said.device)
        hands = functional.cross_entropy(said[:, _SIGMOIDS:], hand, own, ignore_index=NO_HAND)
    cores = sum(weight * part for weight, part in zip(_CORES, parts[3:], strict=True))
    return parts[0] + parts[1] + 0.5 * parts[2] + cores + 0.6 * missed + 0.4 * missed_cores + _HANDS * hands


def _missed(cover: Any, bands: Any, counted: Any) -> Any:
    """Give one less the share in which bands agree with the true ones, over all planes of each picture."""
    cover = cover * counted[:, None]
    both, sums = (cover * bands).sum((1, 2, 3)), (cover + bands).sum((1, 2, 3))
    return (1 - (2 * both + 20) / (sums + 20)).mean()


def _average(mean: dict[str, Any], now: dict[str, Any], step: int) -> None:
    kept = min(0.995, (step + 1) / (step + 20))
    for key, value in now.items():
        if value.is_floating_point():
            mean[key].mul_(kept).add_(value.detach(), alpha=1 - kept)
        else:
            mean[key].copy_(value)


def _course() -> Course:
    parser = argparse.ArgumentParser(description="Train the network that finds lines.")
    parser.add_argument("--truth", type=Path, action="append", default=[], help="a folder of ground truth; repeatable")
    parser.add_argument("--leave-out", action="append", default=[], help="pages whose ids begin so; repeatable")
    parser.add_argument("--rendered", type=int, default=300, help="number of rendered pages")
    parser.add_argument("--fonts", type=Path, required=True, help="a folder of npm packages with the typefaces")
    parser.add_argument("--work", type=Path, required=True, help="where pages, state and result are put")
    parser.add_argument("--steps", type=int, default=4400)
    parser.add_argument("--rate", type=float, default=3e-3, help="the learning rate to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--start", type=Path, help="a saved state whose averaged weights to go on from")
    parser.add_argument("--kept", type=float, default=0.0, help="share (0 to 1) of --start in the weights written")
    given = parser.parse_args()
    return Course(
        folders=tuple(given.truth), left_out=tuple(given.leave_out), rendered=given.rendered, fonts=given.fonts,
        work=given.work, steps=given.steps, seed=given.seed, device=given.device, threads=given.threads,
        start=given.start, rate=given.rate, kept=given.kept,
    )  # fmt: skip


if __name__ == "__main__":
    print(train(_course()))
