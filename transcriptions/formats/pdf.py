"""PDF 1.7 (ISO 32000-1) as a stream: objects go out as they are made, and only their places are kept.

Pictures are JPEG and pass through as they are. Lengths are in points (1/72 inch), origin bottom left.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from images.geometry import Size

MEDIA_TYPE = "application/pdf"
PROFILE = "http://www.iso.org/standard/51502.html"

A4 = (595.276, 841.89)
"""Width and height of an upright sheet, in points."""

_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOGUE, _PAGES, _ABOUT = 1, 2, 3
_COLOURS = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


@dataclass(frozen=True, slots=True)
class Jpeg:
    """What the header of a JPEG says: its size in pixels, its components, and whether Adobe's program inverted them."""

    size: Size
    components: int
    inverted: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is in the file: its object, and its size in pixels."""

    number: int
    size: Size


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself; `language` is that of most of its text."""

    title: str
    subject: str = ""
    language: str = ""


def read_jpeg(data: bytes) -> Jpeg | None:
    """Read the header of a JPEG; None where the bytes are none that a PDF can hold."""
    if not data.startswith(b"\xff\xd8"):
        return None
    place, inverted = 2, False
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4])
        body = data[place + 4 : place + 2 + length]
        if marker == 0xEE and body.startswith(b"Adobe"):
            inverted = True
        if marker in _FRAMES:
            return _frame(body, inverted=inverted)
        if length < 2:
            return None
        place += 2 + length
    return None


def _frame(body: bytes, *, inverted: bool) -> Jpeg | None:
    if len(body) < 6 or body[0] != 8:
        return None
    height, width, components = int.from_bytes(body[1:3]), int.from_bytes(body[3:5]), body[5]
    if not width or not height or components not in _COLOURS:
        return None
    return Jpeg(Size(width, height), components, inverted and components == 4)


def number(value: float) -> str:
    """Write a number as PDF has them: no exponent, no more figures than can be seen."""
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if written in ("", "-0") else written


def text(words: str) -> str:
    """Write words outside of pages (a title, a label) in UTF-16 with its mark."""
    return f"<feff{words.encode('utf-16-be', 'replace').hex()}>"


class Writer:
    """Writes one file: every method that puts something in gives the bytes that are to go out.

    `finish` is the last. Pages are in the order in which they come.
    """

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._next = _ABOUT + 1
        self._written = 0
        self._kids: list[int] = []
        self._labels: list[str] = []
        self._bookmarks: list[tuple[str, int]] = []
        self._digest = hashlib.sha256()

    def reserve(self) -> int:
        """Give the number of an object that is put in later."""
        self._next += 1
        return self._next - 1

    def start(self) -> bytes:
        """Begin the file."""
        return self._out(_HEAD)

    def put(self, number: int, body: str) -> bytes:
        """Put an object in under a reserved number."""
        self._places[number] = self._written
        return self._out(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))

    def put_stream(self, number: int, data: bytes, entries: str = "", *, packed: bool = True) -> bytes:
        """Put a stream in; it is compressed here unless its bytes have a filter of their own, named in `entries`."""
        content = zlib.compress(data, 6) if packed else data
        filtered = "/Filter /FlateDecode " if packed else ""
        self._places[number] = self._written
        head = f"{number} 0 obj\n<< {filtered}{entries} /Length {len(content)} >>\nstream\n".encode("latin-1")
        return self._out(head + content + b"\nendstream\nendobj\n")

    def put_picture(self, data: bytes) -> tuple[Picture, bytes] | None:
        """Put a JPEG in; None where the bytes are none."""
        header = read_jpeg(data)
        if header is None:
            return None
        id = self.reserve()
        decode = "/Decode [1 0 1 0 1 0 1 0] " if header.inverted else ""
        entries = (
            f"/Type /XObject /Subtype /Image /Width {header.size.width} /Height {header.size.height} "
            f"/ColorSpace {_COLOURS[header.components]} /BitsPerComponent 8 {decode}/Filter /DCTDecode"
        )
        return Picture(id, header.size), self.put_stream(id, data, entries, packed=False)

    def put_page(
        self,
        size: tuple[float, float],
        content: str,
        *,
        fonts: Mapping[str, int],
        pictures: Mapping[str, Picture],
        label: str = "",
        bookmark: str = "",
    ) -> bytes:
        """Put a page in, with what its content names; `label` is the page's number as readers are shown it."""
        stream, page = self.reserve(), self.reserve()
        named = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
        shown = " ".join(f"/{name} {picture.number} 0 R" for name, picture in pictures.items())
        self._kids.append(page)
        self._labels.append(label)
        if bookmark:
            self._bookmarks.append((bookmark, page))
        return self.put_stream(stream, content.encode("latin-1")) + self.put(
            page,
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {number(size[0])} {number(size[1])}] "
            f"/Resources << /Font << {named} >> /XObject << {shown} >> >> /Contents {stream} 0 R >>",
        )

    def finish(self, about: About) -> Iterator[bytes]:
        """End the file: the list of pages, the bookmarks, what the file says of itself, and where everything is."""
        yield self.put(_PAGES, f"<< /Type /Pages /Count {len(self._kids)} /Kids [{_references(self._kids)}] >>")
        outlines, written = self._put_bookmarks()
        yield from written
        language = f"/Lang {text(about.language)} " if about.language else ""
        yield self.put(
            _CATALOGUE,
            f"<< /Type /Catalog /Pages {_PAGES} 0 R {language}/ViewerPreferences << /DisplayDocTitle true >> "
            f"{outlines}/PageLabels << /Nums [{self._page_labels()}] >> >>",
        )
        subject = f"/Subject {text(about.subject)} " if about.subject else ""
        yield self.put(_ABOUT, f"<< /Title {text(about.title)} {subject}/Producer {text('Stroka')} >>")
        yield self._trailer()

    def _page_labels(self) -> str:
        return " ".join(f"{index} << /P {text(label)} >>" for index, label in enumerate(self._labels))

    def _put_bookmarks(self) -> tuple[str, Sequence[bytes]]:
        if not self._bookmarks:
            return "", ()
        root = self.reserve()
        ids = [self.reserve() for _ in self._bookmarks]
        written = [self.put(root, f"<< /Type /Outlines /First {ids[0]} 0 R /Last {ids[-1]} 0 R /Count {len(ids)} >>")]
        for index, (title, page) in enumerate(self._bookmarks):
            before = f"/Prev {ids[index - 1]} 0 R " if index else ""
            after = f"/Next {ids[index + 1]} 0 R " if index + 1 < len(ids) else ""
            body = f"<< /Title {text(title)} /Parent {root} 0 R {before}{after}/Dest [{page} 0 R /Fit] >>"
            written.append(self.put(ids[index], body))
        return f"/Outlines {root} 0 R ", written

    def _trailer(self) -> bytes:
        count = self._next
        rows = [
            f"{self._places[id]:010} 00000 n \n" if id in self._places else "0000000000 65535 f \n"
            for id in range(1, count)
        ]
        place = self._written
        name = self._digest.hexdigest()[:32]
        return self._out(
            (
                f"xref\n0 {count}\n0000000000 65535 f \n{''.join(rows)}trailer\n<< /Size {count} "
                f"/Root {_CATALOGUE} 0 R /Info {_ABOUT} 0 R /ID [<{name}> <{name}>] >>\nstartxref\n{place}\n%%EOF\n"
            ).encode()
        )

    def _out(self, data: bytes) -> bytes:
        self._written += len(data)
        self._digest.update(data)
        return data


def _references(numbers: Iterable[int]) -> str:
    return " ".join(f"{each} 0 R" for each in numbers)
