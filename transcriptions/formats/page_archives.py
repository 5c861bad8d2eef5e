"""Exports of eScriptorium and Transkribus (ZIP): which files of an archive make which document folder.

Both put pages' pictures beside their PAGE or ALTO files, or these into folders named for them, and a METS file with the
order of the pages; Transkribus adds `metadata.xml` with a title. Other archives of document folders are told alike.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from transcriptions.formats import document_toml, xml

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".webp", ".gif", ".bmp"})
_PICTURE_FOLDERS = frozenset("images image img scans scan pages jpg jpeg png tif tiff".split())
_PAGE_FOLDERS = {"page": "page", "pagexml": "page", "page_xml": "page", "xml": "page", "alto": "alto"}
_ASIDE = frozenset({"__macosx", "thumbs", "thumb", "thumbnails"})
_METS = "mets.xml"
_TITLED = "metadata.xml"
_OWN = frozenset({_METS, _TITLED, "log.txt"})


@dataclass(frozen=True, slots=True)
class Found:
    """A document in an archive: its name, and the files of its folder by their paths there, with those in the archive.

    `place` is the archive's folder that its pictures are in, which tells it from others. `mets` and `titled` are the
    archive's paths of the METS file and of the file with a title; empty without one.
    """

    name: str
    place: str
    files: tuple[tuple[str, str], ...]
    mets: str = ""
    titled: str = ""
    described: bool = False


def find(names: Collection[str], *, archive: str) -> tuple[Found, ...]:
    """Find the documents among an archive's files: each folder with pictures is one.

    `archive` names a document that lies in no folder.
    Files that no document asks for (thumbnails, logs, archives in the archive) are left out.
    """
    kept = [name for name in names if not _is_aside(name)]
    homes: dict[tuple[str, str], list[str]] = {}
    for name in kept:
        if posixpath.splitext(name)[1].lower() in _PICTURES:
            folder = posixpath.dirname(name)
            above, _, last = folder.rpartition("/")
            base = above if last.lower() in _PICTURE_FOLDERS else folder
            homes.setdefault((base, folder), []).append(name)
    return tuple(_found(base, folder, kept, archive, alone=len(homes) == 1) for base, folder in sorted(homes))


def _is_aside(name: str) -> bool:
    steps = name.lower().split("/")
    return any(step.startswith(".") or step in _ASIDE for step in steps)


def _found(base: str, folder: str, names: Sequence[str], archive: str, *, alone: bool) -> Found:
    beside = {**_folded(base, names), **_folded(folder, names)}
    mets = next((name for name in names if name.lower() == posixpath.join(base, _METS).lower()), "")
    titled = next((name for name in names if name.lower() == posixpath.join(base, _TITLED).lower()), "")
    named = base.rpartition("/")[2]
    if base != folder and not alone:
        named = f"{named} {folder.rpartition('/')[2]}".strip()
    return Found(named or archive, folder, tuple(sorted(beside.items())), mets, titled, document_toml.NAME in beside)


def _folded(folder: str, names: Sequence[str]) -> dict[str, str]:
    """Give the files of a folder, and of its folders of page files, by where they stand in a document folder."""
    found = {}
    for name in names:
        above, _, last = name.rpartition("/")
        if above == folder and last.lower() not in _OWN:
            found[last] = name
        elif posixpath.dirname(above) == folder and (above or folder == ""):
            kind = _PAGE_FOLDERS.get(above.rpartition("/")[2].lower())
            if kind is not None and last.lower().endswith((".xml", ".hocr")):
                found[f"{kind}/{last}"] = name
    return found


def describe(found: Found, read: Callable[[str], bytes]) -> bytes | None:
    """Write the `document.toml` that a document's METS and metadata stand for; None where it needs none.

    `read` gives a file of the archive. Raises Unreadable.
    """
    if found.described:
        return None
    title = _title(read(found.titled), name=found.titled) if found.titled else ""
    places = [place for place, _ in found.files if posixpath.splitext(place)[1].lower() in _PICTURES]
    order = _ordered(read(found.mets), places, name=found.mets) if found.mets else ()
    if not title and not order:
        return None
    lines = [f"[title]\nnone = {_quoted(title)}\n"] if title else []
    if order:
        lines.append(f'[[parts]]\nid = "document"\npages = [{", ".join(map(_quoted, order))}]\n')
    return "\n".join(lines).encode()


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _title(data: bytes, *, name: str) -> str:
    root = xml.parse(data, name=name, roots=("trpDocMetadata",))
    return " ".join(xml.text_of(xml.child(root, "title")).split())


def _ordered(data: bytes, places: Sequence[str], *, name: str) -> tuple[str, ...]:
    """Give the pictures in the order of a METS file's physical structure; empty where it does not tell of all."""
    root = xml.parse(data, name=name, roots=("mets",))
    files = {xml.attribute(each, "ID"): _place(each) for each in root.iter("{*}file")}
    by_name = {place.lower(): place for place in places}
    listed = [
        by_name[files[id]]
        for pointer in _pointers(root)
        if (id := xml.attribute(pointer, "FILEID")) in files and files[id] in by_name
    ]
    order = tuple(dict.fromkeys(listed))
    return order if len(order) == len(places) else ()


def _place(file: etree._Element) -> str:
    location = xml.child(file, "FLocat")
    href = "" if location is None else xml.attribute(location, "href")
    return posixpath.basename(unquote(href.replace("\\", "/"))).lower()


def _pointers(root: etree._Element) -> Iterator[etree._Element]:
    maps = list(root.iter("{*}structMap"))
    physical = [each for each in maps if (each.get("TYPE") or "").lower() == "physical"] or maps
    for each in physical[:1]:
        yield from each.iter("{*}fptr", "{*}area")
