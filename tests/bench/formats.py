"""Speed and memory of the XML formats: pages of PAGE, ALTO and hOCR, and a whole document of 300 pages in TEI."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.documents import PAGES, long_document
from tests.bench.figures import per_second, write
from transcriptions import exporting
from transcriptions.formats import pages

ROOT = Path(__file__).resolve().parents[2]
_MEASURED = """
import json, resource, sys, time
from pathlib import Path
def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
{made}
before, start = most(), time.perf_counter()
{done}
print(json.dumps([time.perf_counter() - start, most(), most() - before]))
"""
_WRITE = (
    "from tests.bench.documents import long_document\nfrom transcriptions.formats.tei import writing\n"
    "made = long_document()",
    "with Path(sys.argv[1]).open('wb') as out:\n    for chunk in writing.write(made): out.write(chunk)",
)
_READ = (
    "from transcriptions.formats.tei import reading",
    "reading.read(Path(sys.argv[1]).read_bytes(), name='x')",
)


def run(results: Path) -> None:
    """Measure each page format on one page, and TEI on the whole document, each in a process of its own."""
    snapshot = long_document(2)
    _, page = next(iter(exporting.pages(snapshot)))
    for form in pages.FORMATS.values():
        written = b"".join(form.write(page))
        write(results, "formats", f"{form.label}: written", per_second(lambda f=form: list(f.write(page))), "pages/s")
        rate = per_second(lambda f=form, data=written: f.read(data, name="x"))
        write(results, "formats", f"{form.label}: read", rate, "pages/s")
    rate = per_second(lambda: sum(1 for _ in exporting.pages(snapshot))) * 2
    write(results, "formats", "pages gathered out of a document", rate, "pages/s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.tei.xml"
        for name, (made, done) in {"written": _WRITE, "read": _READ}.items():
            seconds, most, more = _measure(made, done, path)
            write(results, "formats", f"TEI, {PAGES} pages: {name}", seconds, "s")
            write(results, "formats", f"TEI, {PAGES} pages: {name}", PAGES / seconds, "pages/s")
            write(results, "formats", f"TEI, {PAGES} pages: {name}, whole process", most, "MB")
            write(results, "formats", f"TEI, {PAGES} pages: {name}, beyond the document", more, "MB")
        write(results, "formats", f"TEI, {PAGES} pages: size", path.stat().st_size / 1e6, "MB")


def _measure(made: str, done: str, path: Path) -> tuple[float, float, float]:
    """Do something in a process of its own; give the seconds, its most memory, and how much that grew by."""
    program = _MEASURED.format(made=made, done=done)
    command = [sys.executable, "-c", program, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    seconds, most, more = json.loads(said)
    return seconds, most, more
