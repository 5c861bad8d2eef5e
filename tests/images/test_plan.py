"""Parser and planner: what holds for every request and every image."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from images.errors import ImagesError, RequestInvalid
from images.geometry import Size
from images.iiif.plan import Limits, plan, turned_size
from images.iiif.request import (
    Format,
    ImageRequest,
    Quality,
    Region,
    RegionKind,
    Rotation,
    Scale,
    SizeKind,
    Version,
    parse,
    write,
)
from images.pyramid import Axis, Pyramid, Shape, confined

LIMITS = Limits()
LENGTHS = st.integers(1, 20_000)
WHOLE = st.integers(0, 30_000).map(Decimal)
PERCENT = st.decimals(0, 120, places=3).map(lambda number: number.normalize() + 0)


def positive(numbers: st.SearchStrategy[Decimal]) -> st.SearchStrategy[Decimal]:
    return numbers.filter(lambda number: number > 0)


REGIONS = st.one_of(
    st.sampled_from([Region(RegionKind.FULL), Region(RegionKind.SQUARE)]),
    st.builds(Region, st.just(RegionKind.PIXELS), WHOLE, WHOLE, positive(WHOLE), positive(WHOLE)),
    st.builds(Region, st.just(RegionKind.PERCENT), PERCENT, PERCENT, positive(PERCENT), positive(PERCENT)),
)


@st.composite
def scales(draw: st.DrawFn, version: Version) -> Scale:
    kinds = [kind for kind in SizeKind if kind is not SizeKind.FULL or version is Version.TWO]
    kind = draw(st.sampled_from(kinds))
    three = version is Version.THREE
    if kind is SizeKind.FULL:
        return Scale(kind)
    enlarge = draw(st.booleans()) if three else kind is not SizeKind.MAX
    width = draw(LENGTHS) if kind in (SizeKind.WIDTH, SizeKind.EXACT, SizeKind.CONFINED) else 0
    height = draw(LENGTHS) if kind in (SizeKind.HEIGHT, SizeKind.EXACT, SizeKind.CONFINED) else 0
    percent = draw(positive(PERCENT)) if kind is SizeKind.PERCENT else Decimal(0)
    return Scale(kind, width, height, percent, enlarge)


@st.composite
def requests(draw: st.DrawFn) -> ImageRequest:
    version = draw(st.sampled_from(Version))
    degrees = draw(st.decimals(0, 360, places=2).map(lambda number: number.normalize() + 0))
    return ImageRequest(
        version=version,
        region=draw(REGIONS),
        size=draw(scales(version)),
        rotation=Rotation(degrees, draw(st.booleans())),
        quality=draw(st.sampled_from(Quality)),
        format=draw(st.sampled_from(Format)),
    )


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    size = Size(draw(LENGTHS), draw(LENGTHS))
    tile = draw(st.sampled_from([128, 256, 512, 1024]))
    sizes = tuple(dict.fromkeys(confined(size, side) for side in (200, 1024) if side < max(size.width, size.height)))
    return Shape(Pyramid(size, tile), sizes, draw(st.booleans()))


@given(requests())
def test_parse_is_the_inverse_of_write(request: ImageRequest) -> None:
    assert parse(request.version, *write(request).split("/")) == request


@given(st.sampled_from(Version), st.lists(st.text(max_size=20), min_size=4, max_size=4))
def test_parsing_anything_gives_a_request_or_an_error_of_ours(version: Version, parts: list[str]) -> None:
    try:
        parse(version, *parts)
    except ImagesError as error:
        assert str(error)


@given(requests(), shapes())
def test_a_plan_stays_inside_the_image_and_the_limits(request: ImageRequest, shape: Shape) -> None:
    try:
        planned = plan(request, shape, limits=LIMITS)
    except RequestInvalid:
        return
    page, box, size = shape.pyramid.size, planned.region, planned.size

    assert 0 <= box.x < box.right <= page.width
    assert 0 <= box.y < box.bottom <= page.height
    assert size.width <= LIMITS.width
    assert size.height <= LIMITS.height
    assert size.area <= LIMITS.area
    if request.version is Version.THREE and not request.size.enlarge:
        assert size.width <= box.width
        assert size.height <= box.height


@given(requests(), shapes())
def test_a_plan_decodes_no_less_than_it_gives(request: ImageRequest, shape: Shape) -> None:
    try:
        planned = plan(request, shape, limits=LIMITS)
    except RequestInvalid:
        return
    if planned.level:
        step = 1 << planned.level

        assert planned.size.width * step <= 1.01 * planned.region.width + 1e-6
        assert planned.size.height * step <= 1.01 * planned.region.height + 1e-6


@given(requests(), shapes())
def test_the_canonical_path_is_its_own_canonical_path(request: ImageRequest, shape: Shape) -> None:
    try:
        planned = plan(request, shape, limits=LIMITS)
    except RequestInvalid:
        return
    again = plan(parse(request.version, *planned.canonical.split("/")), shape, limits=LIMITS)

    assert (again.region, again.size, again.canonical) == (planned.region, planned.size, planned.canonical)


def test_a_size_that_its_width_alone_would_lose_is_named_in_full() -> None:
    shape = Shape(Pyramid(Size(3, 1), 128), (), False)
    planned = plan(parse(Version.TWO, "full", "1,1", "0", "default.jpg"), shape, limits=LIMITS)

    assert planned.canonical == "full/1,1/0/default.jpg"
    assert planned.size == Size(1, 1)


@given(shapes())
def test_tiles_cover_every_level_without_overlap(shape: Shape) -> None:
    pyramid = shape.pyramid
    for level, size in enumerate(pyramid.levels):
        columns, rows = pyramid.grid(level)
        across = [pyramid.tile_box(level, column, 0) for column in range(columns)]
        down = [pyramid.tile_box(level, 0, row) for row in range(rows)]

        assert [box.x for box in across] == [0, *(box.right for box in across[:-1])]
        assert [box.y for box in down] == [0, *(box.bottom for box in down[:-1])]
        assert (across[-1].right, down[-1].bottom) == (size.width, size.height)


@given(shapes(), st.data())
def test_every_tile_that_a_viewer_asks_for_is_stored(shape: Shape, data: st.DataObject) -> None:
    pyramid = shape.pyramid
    level = data.draw(st.integers(0, len(pyramid.levels) - 1))
    columns, rows = pyramid.grid(level)
    column, row = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    region = pyramid.tile_region(level, column, row)
    box = pyramid.tile_box(level, column, row)
    path = f"{region.x},{region.y},{region.width},{region.height}/{box.width},{box.height}/0/default.jpg"
    planned = plan(parse(Version.THREE, *path.split("/")), shape, limits=LIMITS)

    assert planned.stored is not None
    if planned.stored < pyramid.tiles:
        assert planned.stored == pyramid.number(level, column, row)


@given(shapes(), st.data())
def test_an_axis_on_a_level_follows_the_page_without_a_gap(shape: Shape, data: st.DataObject) -> None:
    pyramid = shape.pyramid
    level = data.draw(st.integers(0, len(pyramid.levels) - 1))
    first = data.draw(st.integers(0, pyramid.size.width - 1))
    extent = data.draw(st.integers(1, pyramid.size.width - first))
    count = data.draw(st.integers(1, 3000))
    axis = Axis(first, extent / count, count)
    parts = pyramid.across(level, axis)

    assert sum(part.count for part in parts) == count
    whole = first + extent == pyramid.size.width
    assert not whole or abs(parts[-1].end - pyramid.levels[level].width) < 1e-6
    for before, after in pairwise(parts):
        assert abs(before.end - after.start) <= before.step
    centres = [part.start + part.step * (index + 0.5) for part in parts for index in range(part.count)]
    for index in (0, count // 2, count - 1):
        on_page = (axis.start + axis.step * (index + 0.5)) / (1 << level)
        assert abs(centres[index] - on_page) <= 0.5 + 1e-6 or pyramid.levels[level].width == 1
    assert all(after > before for before, after in pairwise(centres))


def test_two_requests_for_the_same_pixels_have_one_key() -> None:
    shape = Shape(Pyramid(Size(1000, 2000), 512), (), False)
    paths = (
        "full/500,/0/default.jpg",
        "0,0,1000,2000/500,1000/360/color.jpg",
        "pct:0,0,100,100/!500,2000/0/default.jpg",
    )
    keys = {plan(parse(Version.THREE, *path.split("/")), shape, limits=LIMITS).key for path in paths}

    assert len(keys) == 1


def test_a_turned_image_is_shown_whole() -> None:
    assert turned_size(Size(300, 100), Rotation(Decimal(90))) == Size(100, 300)
    assert turned_size(Size(300, 100), Rotation(Decimal(180), True)) == Size(300, 100)
    assert turned_size(Size(100, 100), Rotation(Decimal(45))) == Size(142, 142)
