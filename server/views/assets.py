"""The built scripts and styles of the pages: reads Vite's manifest, and writes the tags that a template needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from markupsafe import Markup

ENTRIES = {
    "library": "src/library.ts",
    "reader": "src/reader.tsx",
    "mirador": "src/mirador.ts",
    "uv": "src/uv.ts",
}
"""The pages' names in templates, and their entries in the front end's source."""

NOT_BUILT = Markup(
    '<p role="alert">The scripts of this page are not built: run <code>make setup</code>, '
    "then start the service again.</p>"
)


class Chunk(msgspec.Struct, frozen=True):
    """One file of the build: its path under static/, its styles, and the other files that it imports."""

    file: str
    css: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assets:
    """The build's files by source; `prefix` is the public path of static/, with a slash at its end."""

    chunks: Mapping[str, Chunk] = field(default_factory=dict)
    prefix: str = "/static/"

    def tags(self, page: str) -> Markup:
        """Write the link and script tags of a page: its styles, its imports ahead of use, its script."""
        if ENTRIES[page] not in self.chunks:
            return NOT_BUILT
        chunks = list(self._reached(ENTRIES[page]))
        styles = dict.fromkeys(style for chunk in chunks for style in chunk.css)
        lines = [Markup('<link rel="stylesheet" href="{}">').format(self.prefix + style) for style in styles]
        lines += [Markup('<link rel="modulepreload" href="{}">').format(self.prefix + c.file) for c in chunks[:-1]]
        lines.append(Markup('<script type="module" src="{}"></script>').format(self.prefix + chunks[-1].file))
        return Markup("\n").join(lines)

    def _reached(self, source: str) -> Iterator[Chunk]:
        """Give the chunk of a source after those that it imports, each once."""
        seen: set[str] = set()

        def walk(name: str) -> Iterator[Chunk]:
            if name in seen or name not in self.chunks:
                return
            seen.add(name)
            for imported in self.chunks[name].imports:
                yield from walk(imported)
            yield self.chunks[name]

        yield from walk(source)


def read(static: Path, prefix: str = "/static/") -> Assets:
    """Read the build's manifest; a folder without one gives empty assets, whose tags say what to do."""
    try:
        content = (static / ".vite" / "manifest.json").read_bytes()
    except FileNotFoundError:
        return Assets(prefix=prefix)
    return Assets(msgspec.json.decode(content, type=dict[str, Chunk]), prefix)
