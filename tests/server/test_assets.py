import json
from pathlib import Path

from server.views.assets import ENTRIES, NOT_BUILT, Assets, read

MANIFEST = {
    "src/reader.tsx": {"file": "a/reader.js", "css": ["a/reader.css"], "imports": ["_shared.js"], "isEntry": True},
    "src/library.ts": {"file": "a/library.js", "css": ["a/library.css"]},
    "_shared.js": {"file": "a/shared.js", "css": ["a/shared.css"], "imports": ["_shared.js"]},
    "fonts/x.woff2": {"file": "a/x.woff2", "src": "fonts/x.woff2"},
}


def built(folder: Path) -> Assets:
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    return read(folder, prefix="/files/")


def test_a_page_gets_its_styles_and_its_imports_and_then_its_script(tmp_path: Path) -> None:
    assert built(tmp_path).tags("reader").splitlines() == [
        '<link rel="stylesheet" href="/files/a/shared.css">',
        '<link rel="stylesheet" href="/files/a/reader.css">',
        '<link rel="modulepreload" href="/files/a/shared.js">',
        '<script type="module" src="/files/a/reader.js"></script>',
    ]


def test_a_page_of_one_file_gets_that_file(tmp_path: Path) -> None:
    assert built(tmp_path).tags("library").splitlines() == [
        '<link rel="stylesheet" href="/files/a/library.css">',
        '<script type="module" src="/files/a/library.js"></script>',
    ]


def test_a_page_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    assert read(tmp_path).tags("reader") == NOT_BUILT
    assert built(tmp_path).tags("uv") == NOT_BUILT
    assert "make setup" in NOT_BUILT


def test_every_entry_is_a_source_of_the_front_end() -> None:
    web = Path(__file__).resolve().parents[2] / "server" / "web"

    assert not [source for source in ENTRIES.values() if not (web / source).is_file()]
