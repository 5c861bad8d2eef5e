"""Collections: lists of manifests, and of other collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from iiif_prezi3 import Collection, CollectionRef, ManifestRef  # type: ignore[import-untyped]

from manifests import description, uris, words
from manifests.annotations import PRESENTATION
from transcriptions.store.protocol import Summary


def build(name: str, summaries: Sequence[Summary], *, base: str, collections: Sequence[str] = ()) -> bytes:
    """Write a collection: first the collections in it, by their names, then its documents."""
    top = name == uris.TOP_COLLECTION
    named = [
        CollectionRef(id=uris.collection(base, each), type="Collection", label={"none": [each]}) for each in collections
    ]
    written: dict[str, Any] = Collection(
        id=uris.collection(base, name),
        type="Collection",
        label=words.both(words.ALL_DOCUMENTS) if top else {"none": [name]},
        items=[*named, *(_manifest(summary, base) for summary in summaries if summary.pages)],
    ).model_dump(mode="json", by_alias=True, exclude_none=True)
    dates = {uris.manifest(base, each.document.id): description.nav_date(each.document) for each in summaries}
    for reference in written["items"]:
        if day := dates.get(reference["id"]):
            reference["navDate"] = day
    if not top:
        parent = {"id": uris.collection(base), "type": "Collection", "label": words.both(words.ALL_DOCUMENTS)}
        written["partOf"] = [parent]
    return msgspec.json.encode({"@context": PRESENTATION, **written})


def _manifest(summary: Summary, base: str) -> ManifestRef:
    picture = summary.placement
    return ManifestRef(
        id=uris.manifest(base, summary.document.id),
        type="Manifest",
        label=description.title(summary.document),
        thumbnail=None if picture is None else [description.thumbnail(picture, base=base)],
    )
