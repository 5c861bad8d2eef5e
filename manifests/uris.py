"""Mint and parse every public URI; the base URL is an argument, without a slash at its end.

One canvas URI serves every version of the Presentation API, so that search hits, content states and overlays agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from images.geometry import Box


class Resource(StrEnum):
    """What a public URI names."""

    MANIFEST = "manifest"
    CANVAS = "canvas"
    ANNOTATION_PAGE = "annotation_page"
    ANNOTATION = "annotation"
    RANGE = "range"
    LAYER = "layer"
    COLLECTION = "collection"
    IMAGE = "image"
    READER = "reader"
    EXPORT = "export"
    PAGE_EXPORT = "page_export"


@dataclass(frozen=True, slots=True)
class Target:
    """What a URI names: the resource and its id.

    `layer` is given for annotation pages, `box` for a part of a canvas, `suffix` for exports.
    """

    resource: Resource
    id: str
    layer: str = ""
    box: Box | None = None
    suffix: str = ""


MARKS_LAYER = "marks"
"""The layer that holds a page's marks instead of a text's lines."""

TOP_COLLECTION = "top"

_ID = r"([A-Za-z0-9_-]+)"
_PATTERNS: tuple[tuple[Resource, re.Pattern[str]], ...] = (
    (Resource.MANIFEST, re.compile(rf"/iiif/presentation/3/{_ID}/manifest")),
    (Resource.ANNOTATION_PAGE, re.compile(rf"/iiif/canvas/{_ID}/annotations/{_ID}")),
    (Resource.CANVAS, re.compile(rf"/iiif/canvas/{_ID}")),
    (Resource.ANNOTATION, re.compile(rf"/iiif/annotation/{_ID}")),
    (Resource.RANGE, re.compile(rf"/iiif/range/{_ID}")),
    (Resource.LAYER, re.compile(rf"/iiif/layer/{_ID}")),
    (Resource.COLLECTION, re.compile(rf"/iiif/collection/{_ID}")),
    (Resource.IMAGE, re.compile(rf"/iiif/image/3/{_ID}")),
    (Resource.READER, re.compile(rf"/documents/{_ID}")),
    (Resource.EXPORT, re.compile(rf"/documents/{_ID}\.([a-z0-9.]+)")),
    (Resource.PAGE_EXPORT, re.compile(rf"/documents/{_ID}/pages/{_ID}\.([a-z0-9.]+)")),
)
_XYWH = re.compile(r"xywh=(\d+),(\d+),(\d+),(\d+)")


def manifest(base: str, document: str) -> str:
    """Mint a document's manifest URI."""
    return f"{base}/iiif/presentation/3/{document}/manifest"


def canvas(base: str, page: str) -> str:
    """Mint a page's canvas URI."""
    return f"{base}/iiif/canvas/{page}"


def annotation_page(base: str, page: str, layer: str) -> str:
    """Mint the URI of the annotation page of one text (or of the marks) on one canvas."""
    return f"{canvas(base, page)}/annotations/{layer}"


def annotation(base: str, id: str) -> str:
    """Mint an annotation's URI."""
    return f"{base}/iiif/annotation/{id}"


def part_range(base: str, part: str) -> str:
    """Mint the URI of a part's Range."""
    return f"{base}/iiif/range/{part}"


def layer(base: str, text: str) -> str:
    """Mint the URI of a text's AnnotationCollection."""
    return f"{base}/iiif/layer/{text}"


def collection(base: str, name: str = TOP_COLLECTION) -> str:
    """Mint a collection's URI."""
    return f"{base}/iiif/collection/{name}"


def image(base: str, identifier: str) -> str:
    """Mint the base URI of a placement's image service."""
    return f"{base}/iiif/image/3/{identifier}"


def reader(base: str, document: str) -> str:
    """Mint the address of a document's reader page."""
    return f"{base}/documents/{document}"


def export(base: str, document: str, suffix: str) -> str:
    """Mint the address of a document in a format, named by the ending of its files."""
    return f"{base}/documents/{document}.{suffix}"


def page_export(base: str, document: str, page: str, suffix: str) -> str:
    """Mint the address of a page in a format, named by the ending of its files."""
    return f"{base}/documents/{document}/pages/{page}.{suffix}"


def parse(base: str, uri: str) -> Target | None:
    """Say what a URI of ours names, or None where it is none of ours."""
    if not uri.startswith(base + "/"):
        return None
    path, _, fragment = uri[len(base) :].partition("#")
    for resource, pattern in _PATTERNS:
        if found := pattern.fullmatch(path):
            return _target(resource, found, fragment)
    return None


def _target(resource: Resource, found: re.Match[str], fragment: str) -> Target | None:
    if resource is Resource.ANNOTATION_PAGE:
        return None if fragment else Target(resource, found[1], layer=found[2])
    if resource in (Resource.EXPORT, Resource.PAGE_EXPORT):
        *_, id, suffix = found.groups()
        return None if fragment else Target(resource, id, suffix=suffix)
    if not fragment:
        return Target(resource, found[1])
    xywh = _XYWH.fullmatch(fragment)
    if resource is not Resource.CANVAS or xywh is None:
        return None
    x, y, width, height = (int(number) for number in xywh.groups())
    if width < 1 or height < 1:
        return None
    return Target(resource, found[1], box=Box(x, y, width, height))
