"""What is said about a document: its labels, metadata, credit, rights, day and first picture, as IIIF writes them."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping
from typing import Any

from pydantic import AnyUrl, ValidationError

from images.pyramid import confined
from manifests import uris, words
from manifests.annotations import ordered_texts
from transcriptions import dates
from transcriptions.model import Calendar, Date, DateKind, Document, Holding, Page, Placement, TextKind
from transcriptions.revision import Snapshot

LanguageValues = dict[str, list[str]]

_RIGHTS = re.compile(r"http://(creativecommons\.org|rightsstatements\.org)/\S+")
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+")
_VERSION_2 = re.compile(r"/(iiif/)?(image/)?v?2(\.\d)?/", re.IGNORECASE)
_THUMBNAIL_SIDE = 400
"""Longest side of thumbnails, in pixels; tile packs store whole pages of this size ready."""


def title(document: Document) -> LanguageValues:
    """Give a document's title, or its id where it has none."""
    return words.language_map(document.title) or {"none": [document.id]}


def fields(snapshot: Snapshot) -> list[tuple[LanguageValues, LanguageValues]]:
    """List the descriptive metadata, without dates: holdings, the document's own fields, languages, identifier."""
    document = snapshot.document
    listed = [(words.both(words.HOLDINGS[each.kind]), _holding(each)) for each in document.holdings]
    listed += [(words.language_map(each.label), words.language_map(each.value)) for each in document.fields]
    sources = (text.language for text in snapshot.texts if text.kind is not TextKind.TRANSLATION)
    tags = document.languages or tuple(dict.fromkeys(sources))
    if named := [words.language(tag) for tag in tags if tag and tag != "none"]:
        values = {"en": [each[0] for each in named], "ru": [each[1] for each in named]}
        listed.append((words.both(words.LANGUAGE), values))
    if document.source_id:
        listed.append((words.both(words.SOURCE_ID), {"none": [document.source_id]}))
    return [(label, value) for label, value in listed if label and value]


def date_fields(document: Document) -> list[tuple[LanguageValues, LanguageValues]]:
    """List the dates as metadata, each as its source writes it, with its reading where that is another."""
    return [(words.both(words.DATES[date.kind]), _date(date)) for date in document.dates if date.written or date.edtf]


def _date(date: Date) -> LanguageValues:
    said = date.written or date.edtf
    known = f" ({date.edtf})" if date.edtf and date.edtf != said else ""
    if date.calendar is Calendar.JULIAN:
        return {"en": [f"{said}{known}, {words.JULIAN[0]}"], "ru": [f"{said}{known}, {words.JULIAN[1]}"]}
    return {"none": [said + known]}


def _holding(holding: Holding) -> LanguageValues:
    return {"none": [", ".join(each for each in (holding.repository, holding.reference) if each)]}


def text_fields(snapshot: Snapshot) -> list[tuple[LanguageValues, LanguageValues]]:
    """List the texts as metadata, with who made them and what a reader must know; viewers show it beside the scan."""
    said: LanguageValues = {"en": [], "ru": []}
    for text in ordered_texts(snapshot):
        label = words.noticed_label(text, snapshot)
        for tag, values in said.items():
            named = (label.get(tag) or label.get("none") or next(iter(label.values())))[0]
            values.append(f"{named} – {text.creator}" if text.creator else named)
    return [(words.both(words.TEXTS), said)] if said["en"] else []


def credit(snapshot: Snapshot) -> LanguageValues:
    """Give the credit that must be shown: the document's, then that of each text."""
    credits = (snapshot.document.credit, *(text.credit for text in snapshot.texts))
    return words.joined(words.language_map(each) for each in credits)


def rights(snapshot: Snapshot) -> str | None:
    """Give the one rights URI that holds for every image and every text, or None."""
    document = snapshot.document
    images = {each.rights or document.rights for page in snapshot.pages for each in page.placements}
    texts = {text.rights or document.rights for text in snapshot.texts}
    every = images | texts
    held = every.pop() if len(every) == 1 else ""
    return held if _RIGHTS.fullmatch(held) else None


def nav_date(document: Document) -> str | None:
    """Give the document's day, where its date of writing is certain to the day and only one is given."""
    days = {dates.nav_date(date) for date in document.dates if date.kind is DateKind.WRITTEN}
    day = days.pop() if len(days) == 1 else None
    return day if day is not None and _is_day(day) else None


def _is_day(written: str) -> bool:
    """Say whether the day exists: a description may give any digits."""
    try:
        return datetime.date.fromisoformat(written[:10]).year > 0
    except ValueError:
        return False


def address(given: str) -> str | None:
    """Give an address that may be published as a link, or None where it is none."""
    try:
        return given if _ADDRESS.fullmatch(given) and AnyUrl(given).host else None
    except ValidationError:
        return None


def shown(values: Mapping[str, list[str]]) -> LanguageValues:
    """Write values for where IIIF allows HTML: words that only look like HTML are escaped."""
    return {tag: [_shown(value) for value in each] for tag, each in values.items()}


def _shown(value: str) -> str:
    stripped = value.strip()
    if stripped.startswith("<") and stripped.endswith(">"):
        return f"<span>{html.escape(stripped, quote=False)}</span>"
    return value


# --- pictures


def placements(page: Page) -> tuple[Placement, ...]:
    """Give a page's placements, without those whose foreign service has no usable address."""
    return tuple(each for each in page.placements if not each.service or address(each.service))


def service_uri(placement: Placement, *, base: str) -> str:
    """Name a placement's image service: ours, or the other institution's."""
    return placement.service or uris.image(base, placement.identifier)


def service(placement: Placement, *, base: str) -> dict[str, str]:
    """Describe a placement's image service as a manifest does."""
    uri = service_uri(placement, base=base)
    if _is_version_2(placement):
        return {"@id": uri, "@type": "ImageService2", "profile": "http://iiif.io/api/image/2/level2.json"}
    return {"id": uri, "type": "ImageService3", "profile": "level2"}


def image(placement: Placement, *, base: str) -> dict[str, Any]:
    """Describe the whole image of a placement, with its service."""
    whole = "full" if _is_version_2(placement) else "max"
    return {
        "id": f"{service_uri(placement, base=base)}/full/{whole}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": placement.size.width,
        "height": placement.size.height,
        "service": [service(placement, base=base)],
    }


def thumbnail(placement: Placement, *, base: str) -> dict[str, Any]:
    """Describe a small image of a placement: one that is stored ready where the image is ours."""
    uri = service_uri(placement, base=base)
    if placement.service:
        side = _THUMBNAIL_SIDE
        return _small(f"{uri}/full/!{side},{side}/0/default.jpg", placement, base)
    size = confined(placement.size, _THUMBNAIL_SIDE)
    small = _small(f"{uri}/full/{size.width},{size.height}/0/default.jpg", placement, base)
    return {**small, "width": size.width, "height": size.height}


def _small(uri: str, placement: Placement, base: str) -> dict[str, Any]:
    return {"id": uri, "type": "Image", "format": "image/jpeg", "service": [service(placement, base=base)]}


def _is_version_2(placement: Placement) -> bool:
    """Guess from a foreign service's address whether it speaks the second version of the Image API."""
    return bool(placement.service) and _VERSION_2.search(placement.service + "/") is not None
