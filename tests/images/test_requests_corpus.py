"""Hundreds of image requests with their expected plan or error, in tests/corpus/image_requests.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from images.errors import RequestInvalid, RequestUnsupported
from images.geometry import Size
from images.iiif.plan import Limits, plan
from images.iiif.request import Version, parse
from images.pyramid import Pyramid, Shape, confined

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "image_requests.txt"


def entries() -> Iterator[tuple[Version, Shape, str, str]]:
    version, shape = Version.THREE, Shape(Pyramid(Size(1, 1), 512), (), False)
    for line in CORPUS.read_text("utf-8").splitlines():
        if line.startswith("image "):
            _, number, width, height, colours = line.split()
            size = Size(int(width), int(height))
            longest = max(size.width, size.height)
            sizes = tuple(dict.fromkeys(confined(size, side) for side in (200, 400, 1024) if side < longest))
            version, shape = Version(int(number)), Shape(Pyramid(size, 512), sizes, colours == "grey")
        elif "  ->  " in line:
            path, expected = line.split("  ->  ")
            yield version, shape, path, expected


ENTRIES = tuple(entries())


def unescaped(path: str) -> str:
    return path.encode().decode("unicode_escape") if "\\" in path else path


def outcome(version: Version, shape: Shape, path: str) -> str:
    region, size, rotation, file = path.split("/")
    try:
        planned = plan(parse(version, region, size, rotation, file), shape, limits=Limits())
    except RequestInvalid as error:
        return f"invalid {error.parameter}"
    except RequestUnsupported as error:
        return f"unsupported {error.parameter}"
    box = planned.region
    how = f"level {planned.level}" if planned.stored is None else "stored"
    place = f"{box.x},{box.y},{box.width},{box.height}"
    return f"{place} {planned.size.width}x{planned.size.height} {how} {planned.canonical}"


@pytest.mark.parametrize("number", ["9" * 5000, "0" * 5000, "1." + "0" * 5000, "." + "9" * 5000])
@pytest.mark.parametrize("place", range(5))
def test_a_number_of_any_length_is_refused_by_name(place: int, number: str) -> None:
    region, size, turned = "full", "max", "0"
    parts = [
        (f"0,0,{number},9", size, turned),
        (f"pct:0,0,{number},9", size, turned),
        (region, f"{number},", turned),
        (region, f"pct:{number}", turned),
        (region, size, number),
    ]
    with pytest.raises(RequestInvalid) as refused:
        parse(Version.THREE, *parts[place], "default.jpg")

    assert refused.value.parameter == ("region", "region", "size", "size", "rotation")[place]


def test_the_corpus_is_read() -> None:
    assert len(ENTRIES) > 400


@pytest.mark.parametrize(
    ("version", "shape", "path", "expected"),
    ENTRIES,
    ids=[f"{version}-{shape.pyramid.size.width}-{path}" for version, shape, path, _ in ENTRIES],
)
def test_a_request_becomes_what_the_corpus_says(version: Version, shape: Shape, path: str, expected: str) -> None:
    assert outcome(version, shape, unescaped(path)) == expected


@pytest.mark.parametrize(
    ("version", "shape", "path", "expected"),
    [entry for entry in ENTRIES if not entry[3].startswith(("invalid", "unsupported"))],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_canonical_path_asks_for_the_same(version: Version, shape: Shape, path: str, expected: str) -> None:
    canonical = expected.split(" ")[-1]

    assert outcome(version, shape, canonical).split(" ")[:2] == expected.split(" ")[:2]
    assert outcome(version, shape, canonical).split(" ")[-1] == canonical
