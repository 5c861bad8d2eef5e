"""Reads a document folder: description, texts and the list of image files, with all that is wrong in it.

Nothing is followed out of the folder, nothing is written. Images are only listed here; whether they can be read is
found when their packs are made.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from server import bitexts, folder_review, printed, text_files
from server.bitexts import Memory
from server.folder_description import ArchivePage, document, filled, natural
from server.printed import Printed
from server.text_files import TextFile
from transcriptions import dates, imported, segmenter
from transcriptions.errors import Unreadable
from transcriptions.formats import digital_archive, document_toml, languages
from transcriptions.formats import pages as pages_format
from transcriptions.formats.document_toml import (
    DocumentDescription,
    PageDescription,
    PartDescription,
    TextDescription,
)
from transcriptions.formats.tei import reading as tei_reading
from transcriptions.formats.tei import supplying
from transcriptions.formats.tei.supplying import TeiSupply
from transcriptions.markup import Layer
from transcriptions.model import Date, Document, Origin, Supplied, TextKind
from transcriptions.parsed import ParsedSegment
from transcriptions.problems import Problem
from transcriptions.supplied import SuppliedBead, SuppliedLines, SuppliedPart, SuppliedText
from transcriptions.written import WrittenPage

T = TypeVar("T")

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".webp", ".gif", ".bmp"})
TEXT_SUFFIXES = frozenset({".txt", ".html", ".htm", ".docx"})
_NAMED = re.compile(
    r"(?:(?P<stem>.+)\.)?(?P<kind>transcription|translation)(?:\.(?P<language>[^.]+))?\.(?P<suffix>\w+)"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TEI_SUFFIXES = frozenset({".xml", ".tei"})
_MAIN = "document"
_BESIDE = ("page", "alto")
"""Folders in a document folder whose files are those of pages, as other programs' exports have them."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: `description` is the document without id; `pages` are in order, with their image files.

    `files` gives each page's image file by the page's place, `lines` its lines where a file holds them; `unused` names
    files that nothing asked for; `remarks` say what of a file was left out, which keeps nothing from being taken.
    """

    id: str
    description: Document
    pages: tuple[PageDescription, ...]
    parts: tuple[SuppliedPart, ...]
    texts: tuple[SuppliedText, ...]
    files: Mapping[str, Path]
    lines: Mapping[str, SuppliedLines]
    unused: tuple[str, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()
    beads: tuple[SuppliedBead, ...] = ()


def read(path: Path, *, origin: Origin, text_bytes: int) -> Folder:
    """Read a document folder; texts longer than `text_bytes` are refused."""
    return _Reading(path, origin, text_bytes).folder()


def understand(written: str) -> Date | None:
    """Understand the words of a date, whatever language they are in."""
    language = "ru" if re.search("[А-Яа-яЁё]", written) else "en"
    return dates.parse(written, language=language)


@dataclass(slots=True)
class _Reading:
    path: Path
    origin: Origin
    text_bytes: int
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    tei_names: set[str] = field(default_factory=set)

    def folder(self) -> Folder:
        names = self._names()
        described = self._described(names)
        pdfs, faults = printed.read_all(self.path, (name for name in names if not _NAMED.fullmatch(name)))
        self.problems.extend(faults)
        self.used.update(pdf.name for pdf in pdfs if pdf.archive)
        archive = self._archive_page(names, described) or next((pdf.archive for pdf in pdfs if pdf.archive), None)
        pages = self._pages(described, names, pdfs)
        parts = self._parts(described, pages)
        tei = self._tei(described, pages, parts, names)
        lines = self._lines(pages, names, {place: each for file in tei for place, each in file.lines.items()})
        texts = self._texts(described, parts, pages, names) + self._lined_texts(described, parts, lines)
        texts += tuple(text for file in tei for text in file.texts)
        if archive is not None:
            texts += archive.texts(parts[0].id)
        memory = self._memory(described, parts[0], texts, names)
        described = filled(described, [*([archive.parsed] if archive else ()), *(file.document for file in tei)])
        description = document(described, name=self.path.resolve().name, origin=self.origin)
        texts, unmet = folder_review.heard(texts + memory.texts, described.marks, document=description, line=self._line)
        self.problems += unmet
        self.remarks += folder_review.wrong_weekdays(description, texts, understand)
        return Folder(
            id=described.id,
            description=description,
            pages=pages,
            parts=parts,
            texts=texts,
            beads=memory.beads + tuple(bead for file in tei for bead in file.beads),
            files={page.file: self.path / (page.holder or page.file) for page in pages if page.file},
            lines=lines,
            unused=tuple(sorted(set(names) - self.used)),
            problems=tuple(sorted(self.problems, key=lambda each: (each.file, each.line or 0))),
            remarks=tuple(self.remarks),
        )

    def _fault(self, file: str, detail: str, line: int | None = None) -> None:
        self.problems.append(Problem(file, line, detail))

    def _names(self) -> list[str]:
        """List the folder's plain files; a link that leads out of the folder is a fault, not a file."""
        inside = self.path.resolve()
        names = []
        for entry in sorted(os.scandir(self.path), key=lambda each: natural(each.name)):
            if entry.name.startswith(".") or entry.name in ("Thumbs.db", "desktop.ini"):
                continue
            real = Path(entry.path).resolve()
            if entry.is_symlink() and inside not in real.parents:
                self._fault(entry.name, "is a link that leads out of the folder; copy the file itself into it")
            elif entry.is_symlink() and not real.exists():
                self._fault(entry.name, "is a link that leads nowhere")
            elif entry.is_file():
                names.append(entry.name)
        return names

    def _described(self, names: list[str]) -> DocumentDescription:
        if document_toml.NAME not in names:
            return DocumentDescription()
        self.used.add(document_toml.NAME)
        data = self._bytes(document_toml.NAME)
        described, problems = document_toml.read(data, understand=understand)
        self.problems.extend(problems)
        return described

    def _bytes(self, name: str) -> bytes:
        path = self.path / name
        try:
            if path.stat().st_size > self.text_bytes:
                self._fault(name, f"is larger than the {self.text_bytes:,} bytes that a text may have")
                return b""
            return path.read_bytes()
        except OSError as error:
            self._fault(name, f"cannot be read: {error.strerror}")
            return b""

    # --- pages and parts

    def _pages(
        self, described: DocumentDescription, names: list[str], pdfs: list[Printed]
    ) -> tuple[PageDescription, ...]:
        images = [name for name in names if Path(name).suffix.lower() in IMAGE_SUFFIXES]
        scans = printed.scans(self.path, images)
        if any(part.pages is not None for part in described.parts):
            listed = [page for part in described.parts for page in part.pages or ()]
            self._check_listed(listed, names)
            pages = printed.spread((page for page in listed if page.service or page.file in names), [*pdfs, *scans])
        elif images:
            pages = printed.spread((PageDescription(file=name) for name in images), scans)
        else:
            pages = [page for pdf in pdfs for page in pdf.pages(PageDescription(file=pdf.name), pdf.shown)]
        if not pages and not any(problem.file == document_toml.NAME for problem in self.problems):
            self._fault(
                ".", "holds no page images; allowed are " + ", ".join(sorted({*IMAGE_SUFFIXES, printed.SUFFIX}))
            )
        self.used.update(page.holder or page.file for page in pages if page.file)
        return tuple(pages)

    def _check_listed(self, listed: list[PageDescription], names: list[str]) -> None:
        seen: set[str] = set()
        for page in listed:
            place = page.file or page.service
            if page.file and page.file not in names:
                self._fault(
                    document_toml.NAME, f"names the image {page.file}, which is not in the folder", self._line(place)
                )
            if place in seen:
                self._fault(document_toml.NAME, f"lists {place} twice", self._line(place))
            seen.add(place)

    def _line(self, words: str) -> int | None:
        for number, line in enumerate(self._bytes(document_toml.NAME).decode("utf-8", "replace").splitlines(), 1):
            if words in line:
                return number
        return None

    def _parts(self, described: DocumentDescription, pages: tuple[PageDescription, ...]) -> tuple[SuppliedPart, ...]:
        every = tuple(page.file or page.service for page in pages)
        if not described.parts:
            return (SuppliedPart(_MAIN, (), every),)
        return tuple(self._part(part, pages, every) for part in described.parts)

    def _part(self, part: PartDescription, pages: tuple[PageDescription, ...], every: tuple[str, ...]) -> SuppliedPart:
        held: dict[str, list[str]] = {}
        for page in pages:
            held.setdefault(page.holder or page.file or page.service, []).append(page.file or page.service)
        listed = (name for page in part.pages or () for name in held.get(page.file or page.service, ()))
        return SuppliedPart(part.id, part.label, every if part.pages is None else tuple(listed), part.untranslated)

    # --- texts

    def _texts(
        self,
        described: DocumentDescription,
        parts: tuple[SuppliedPart, ...],
        pages: tuple[PageDescription, ...],
        names: list[str],
    ) -> tuple[SuppliedText, ...]:
        listed = [text for text in described.texts if text.file not in self.tei_names]
        listed += self._found_texts(described, pages, names)
        stems = {Path(page.file).stem: page.file for page in pages if page.file}
        return tuple(text for each in listed if (text := self._text(each, parts, stems, names)) is not None)

    def _found_texts(
        self, described: DocumentDescription, pages: tuple[PageDescription, ...], names: list[str]
    ) -> list[TextDescription]:
        listed = {text.file for text in described.texts}
        stems = {Path(page.file).stem for page in pages}
        found = []
        for name in names:
            named = _NAMED.fullmatch(name)
            if named is None or name in listed or name in self.used:
                continue
            self.used.add(name)
            suffix = "." + named["suffix"].lower()
            if named["language"] is None or _LANGUAGE.fullmatch(named["language"]) is None:
                self._fault(name, f"must name its language, as in {named['kind']}.ru{suffix}")
            elif suffix not in TEXT_SUFFIXES:
                self._fault(name, f"has a format that is not read here; allowed are {', '.join(sorted(TEXT_SUFFIXES))}")
            elif named["stem"] is not None and named["stem"] not in stems:
                self._fault(name, f"is a text for the page {named['stem']}, which is not there")
            else:
                found.append(TextDescription(name, TextKind(named["kind"]), named["language"].lower()))
        return found

    def _text(
        self, text: TextDescription, parts: tuple[SuppliedPart, ...], stems: Mapping[str, str], names: list[str]
    ) -> SuppliedText | None:
        self.used.add(text.file)
        if text.file not in names:
            detail = f"names the text {text.file}, which is not in the folder"
            self._fault(document_toml.NAME, detail, self._line(text.file))
            return None
        named = _NAMED.fullmatch(text.file)
        own_page = stems.get(named["stem"] or "") if named else None
        part = self._part_of(text, parts, own_page)
        if part is None:
            return None
        content = self._content(text.file)
        if content is None:
            return None
        layer = Layer.TRANSLATION if text.kind is TextKind.TRANSLATION else Layer.SOURCE
        cut = segmenter.segment(content.text, language=text.language, layer=layer, breaks=text.breaks)
        segments = content.with_kinds(cut)
        hints = {own_page: own_page} if own_page else self._page_hints(text, segments, part)
        if own_page:
            segments = tuple(replace(segment, page=own_page) for segment in segments)
        return SuppliedText(
            supplied=Supplied(text.file, content.sha256, content.encoding),
            part=part.id,
            kind=text.kind,
            language=text.language,
            segments=segments,
            breaks_kept=any("\n" in segment.content for segment in segments),
            label=text.label,
            creator=text.creator,
            source=text.source,
            rights=text.rights,
            credit=text.credit,
            pages=hints,
        )

    def _part_of(self, text: TextDescription, parts: tuple[SuppliedPart, ...], page: str | None) -> SuppliedPart | None:
        if text.part:
            found = next((part for part in parts if part.id == text.part), None)
            if found is None:
                known = ", ".join(part.id for part in parts)
                self._fault(
                    document_toml.NAME,
                    f"gives {text.file} to the part {text.part!r}; known are {known}",
                    self._line(text.file),
                )
            return found
        return next((part for part in parts if page in part.pages), parts[0])

    def _content(self, name: str) -> TextFile | None:
        content = self._taken(name, partial(text_files.read, name=name))
        if content is not None and not content.text.strip():
            self._fault(name, "is empty")
            return None
        self.remarks += [Problem(name, None, remark) for remark in content.remarks] if content else []
        return content

    def _page_hints(
        self, text: TextDescription, segments: tuple[ParsedSegment, ...], part: SuppliedPart
    ) -> dict[str, str]:
        """Give the pages that form feeds stand for: the first page of the text is the first of its part."""
        numbers = sorted({int(segment.page) for segment in segments if segment.page is not None})
        beyond = [number for number in numbers if number > len(part.pages)]
        if beyond:
            detail = f"goes on to a page {beyond[0]}, but its part has {len(part.pages)}"
            self._fault(text.file, detail)
        return {str(number): part.pages[number - 1] for number in numbers if number <= len(part.pages)}

    # --- page files

    def _lines(
        self, pages: tuple[PageDescription, ...], names: list[str], found: dict[str, SuppliedLines]
    ) -> dict[str, SuppliedLines]:
        """Read the files that hold lines of pages; each page takes the first that is its own, but for those found."""
        places = {page.file: page.file for page in pages if page.file}
        for name in [*names, *self._names_beside()]:
            if Path(name).suffix.lower() not in pages_format.SUFFIXES or name in self.used or _NAMED.fullmatch(name):
                continue
            if pages_format.sniff(self._bytes(name)) is None:
                continue
            if (taken := self._taken(name, partial(pages_format.read, name=name))) is None:
                continue
            format_, written = taken
            for place, page in self._placed(name, written, list(places)):
                if page.lines and found.setdefault(place, SuppliedLines(name, format_.name, page)).file != name:
                    detail = f"is not read for {place}, whose lines {found[place].file} gives"
                    self.remarks.append(Problem(name, None, detail))
        return found

    def _names_beside(self) -> list[str]:
        """List the files of folders that hold nothing but page files."""
        listed = []
        for folder in _BESIDE:
            beside = self.path / folder
            if beside.is_dir() and not beside.is_symlink():
                entries = sorted(os.scandir(beside), key=lambda each: natural(each.name))
                listed += [f"{folder}/{entry.name}" for entry in entries if entry.is_file(follow_symlinks=False)]
        return listed

    def _placed(self, name: str, written: tuple[WrittenPage, ...], places: list[str]) -> list[tuple[str, WrittenPage]]:
        """Say which page of the folder each page of a file is: by the file's name, by its image's, or in order."""
        own = [place for place in places if Path(name).name.startswith(Path(place).stem + ".")]
        if own and len(written) == 1:
            return [(max(own, key=len), written[0])]
        stems = {Path(place).stem: place for place in places}
        by_image = [stems.get(Path(page.image.replace("\\", "/")).stem) for page in written]
        named = [(place, page) for place, page in zip(by_image, written, strict=True) if place is not None]
        if len(named) == len(written):
            return named
        if len(written) == len(places):
            return list(zip(places, written, strict=True))
        image = next(page.image for place, page in zip(by_image, written, strict=True) if place is None)
        self._fault(name, f"holds the lines of the image {image or 'without a name'}, which is not in the folder")
        return named

    def _lined_texts(
        self,
        described: DocumentDescription,
        parts: tuple[SuppliedPart, ...],
        lines: Mapping[str, SuppliedLines],
    ) -> tuple[SuppliedText, ...]:
        """Make a text of each part's page files, where any holds words."""
        done: set[str] = set()
        texts = []
        for part in parts:
            filed = [place for place in part.pages if place in lines and lines[place].format != supplying.FORMAT]
            own = [(place, lines[place]) for place in filed if place not in done]
            done.update(place for place, _ in own)
            if any(line.text.strip() for _, each in own for line in each.page.lines):
                texts.append(self._lined_text(described, part, own))
        return tuple(texts)

    def _lined_text(
        self, described: DocumentDescription, part: SuppliedPart, own: list[tuple[str, SuppliedLines]]
    ) -> SuppliedText:
        tags = [tag for _, each in own if (tag := languages.tag(each.page.language))]
        language = max(tags, key=tags.count, default=next(iter(described.languages), "none"))
        composed = imported.compose([(place, each.page) for place, each in own], language=language)
        digest = hashlib.sha256()
        for _, each in own:
            digest.update(self._bytes(each.file))
        name = f"*.{pages_format.FORMATS[own[0][1].format].suffix}"
        return SuppliedText(
            supplied=Supplied(name if part.id == _MAIN else f"{part.id}/{name}", digest.hexdigest()),
            part=part.id,
            kind=TextKind.TRANSCRIPTION,
            language=language,
            segments=composed.segments,
            breaks_kept=True,
            pages={place: place for place, _ in own},
            born=composed.places,
        )

    # --- TEI files

    def _tei(
        self,
        described: DocumentDescription,
        pages: tuple[PageDescription, ...],
        parts: tuple[SuppliedPart, ...],
        names: list[str],
    ) -> list[TeiSupply]:
        """Read the TEI files: whole documents with their facsimile, or single texts."""
        found = []
        listed = {text.file: text for text in described.texts}
        for name in names:
            if Path(name).suffix.lower() not in TEI_SUFFIXES or name in self.used:
                continue
            data = self._bytes(name)
            if not tei_reading.looks_like(data):
                continue
            self.tei_names.add(name)
            if (file := self._taken(name, partial(tei_reading.read, name=name))) is None:
                continue
            supply = supplying.supply(
                file,
                data,
                name=name,
                pages=[page.file or page.service for page in pages],
                parts=parts,
                language=next(iter(described.languages), "none"),
                wanted=self._wanted(name, listed.get(name), parts),
            )
            found.append(supply)
            self.problems += [Problem(name, None, fault) for fault in supply.faults]
            self.remarks += [Problem(name, None, remark) for remark in supply.remarks]
        return found

    def _wanted(
        self, name: str, text: TextDescription | None, parts: tuple[SuppliedPart, ...]
    ) -> TextDescription | None:
        """Say what the folder's description, or else a file's name, tells of the texts in a TEI file."""
        if text is not None:
            part = self._part_of(text, parts, None) if text.part else None
            return replace(text, part=part.id if part else "")
        named = _NAMED.fullmatch(name)
        return TextDescription(name, TextKind(named["kind"]), (named["language"] or "").lower()) if named else None

    # --- Digital Archive pages

    def _archive_page(self, names: list[str], described: DocumentDescription) -> ArchivePage | None:
        listed = {text.file for text in described.texts}
        asked = [name for name in names if Path(name).suffix.lower() in TEXT_SUFFIXES and name not in listed]
        for name in asked:
            if not _NAMED.fullmatch(name) and digital_archive.looks_like(self._bytes(name)):
                return self._taken(name, partial(ArchivePage.read, name=name))
        return None

    def _memory(
        self, described: DocumentDescription, part: SuppliedPart, texts: tuple[SuppliedText, ...], names: list[str]
    ) -> Memory:
        """Read the first translation memory."""
        name = next((name for name in names if name.lower().endswith(bitexts.SUFFIX)), None)
        if name is None:
            return Memory()
        read = partial(bitexts.read, name=name, languages=described.languages, part=part.id, others=texts)
        memory = self._taken(name, read) or Memory()
        self.remarks += [Problem(name, None, memory.remark)] if memory.remark else []
        return memory

    def _taken(self, name: str, read: Callable[[bytes], T]) -> T | None:
        """Read a file that is asked for; what is wrong with it is a fault."""
        self.used.add(name)
        try:
            return read(self._bytes(name))
        except Unreadable as error:
            self._fault(name, str(error), error.line)
            return None
