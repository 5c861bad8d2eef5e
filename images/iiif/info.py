"""Writes info.json of the Image API, 3.0 (section 5) and 2.1.1, with just what is offered."""

from __future__ import annotations

from typing import Any

from images.iiif.plan import Limits
from images.iiif.request import Format, Quality
from images.pyramid import Shape

CONTEXT_3 = "http://iiif.io/api/image/3/context.json"
CONTEXT_2 = "http://iiif.io/api/image/2/context.json"
PROTOCOL = "http://iiif.io/api/image"
LEVEL_3 = "http://iiif.io/api/image/3/level2.json"
LEVEL_2 = "http://iiif.io/api/image/2/level2.json"

_LEVEL_2_FORMATS = (Format.JPG, Format.PNG)
_SHARED_FEATURES = ("canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary")
_EXTRA_FEATURES = (*_SHARED_FEATURES, "sizeUpscaling")


_EXTRA_FORMATS = [each.value for each in Format if each not in _LEVEL_2_FORMATS]
_EXTRA_QUALITIES = [each.value for each in Quality if each is not Quality.DEFAULT]


def _shared(shape: Shape) -> dict[str, Any]:
    """Give what both versions say in the same words."""
    pyramid = shape.pyramid
    # As many sizes as there are zoom levels are taken for the sizes of those levels by OpenSeadragon: so they must be.
    sizes = reversed(pyramid.levels[1:] or pyramid.levels)
    return {
        "protocol": PROTOCOL,
        "width": pyramid.size.width,
        "height": pyramid.size.height,
        "sizes": [{"width": size.width, "height": size.height} for size in sizes],
        "tiles": [
            {
                "width": pyramid.tile,
                "height": pyramid.tile,
                "scaleFactors": [1 << level for level in range(len(pyramid.levels))],
            }
        ],
    }


def _bounds(limits: Limits) -> dict[str, int]:
    return {"maxWidth": limits.width, "maxHeight": limits.height, "maxArea": limits.area}


def version_3(id: str, shape: Shape, *, limits: Limits, rights: str = "", part_of: str = "") -> dict[str, Any]:
    """Describe an image service in the words of 3.0; `part_of` is a manifest's URI."""
    return {
        "@context": CONTEXT_3,
        "id": id,
        "type": "ImageService3",
        "profile": "level2",
        **_shared(shape),
        **_bounds(limits),
        "preferredFormats": [Format.JPG.value],
        "extraFormats": _EXTRA_FORMATS,
        "extraQualities": _EXTRA_QUALITIES,
        "extraFeatures": list(_EXTRA_FEATURES),
        **({"rights": rights} if rights else {}),
        **({"partOf": [{"id": part_of, "type": "Manifest"}]} if part_of else {}),
    }


def version_2(id: str, shape: Shape, *, limits: Limits, rights: str = "") -> dict[str, Any]:
    """Describe an image service in the words of 2.1.1; its limits stand in the profile."""
    offered = {
        "formats": _EXTRA_FORMATS,
        "qualities": _EXTRA_QUALITIES,
        "supports": [*_SHARED_FEATURES, "regionSquare", "sizeAboveFull"],
        **_bounds(limits),
    }
    return {
        "@context": CONTEXT_2,
        "@id": id,
        "profile": [LEVEL_2, offered],
        **_shared(shape),
        **({"license": rights} if rights else {}),
    }
