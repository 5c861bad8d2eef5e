"""Universal Viewer, served by the service itself, shows the demo's cable, with the lines' words over the scan."""

from __future__ import annotations

from typing import Any

PLACES = """([x, y, width, height]) => {
  const viewer = stroka._assignedContentHandler.extension.centerPanel.viewer;
  const rect = viewer.viewport.viewportToViewerElementRectangle(
    viewer.world.getItemAt(0).imageToViewportRectangle(x, y, width, height));
  const frame = viewer.element.getBoundingClientRect();
  return [rect.x + frame.left, rect.y + frame.top, rect.width, rect.height];
}"""


def opened(visit: Any, manifest: str) -> Any:
    """Open Universal Viewer, and wait until the words lie over the scan."""
    visited = visit(f"/view/uv?iiif-content={manifest}")
    visited.page.wait_for_selector(".annotationRect")
    visited.settle()
    return visited


def test_the_cable_opens_with_stored_tiles(visit: Any, cable: Any, assert_tiles: Any) -> None:
    visited = opened(visit, cable.document["manifest"])

    shown = visited.page.inner_text("#viewer")

    assert cable.document["title"]["en"][0] in shown
    visited.settle(tiles=4)
    assert_tiles(visited)
    visited.assert_clean()


def test_the_lines_carry_their_words_in_both_languages(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable.document["manifest"])

    titles = "\n".join(visited.page.eval_on_selector_all(".annotationRect", "all => all.map((one) => one.title)"))
    titles = " ".join(titles.split())

    for kind in ("transcription", "translation"):
        runs = [run for run in cable.runs(cable.text(kind)["id"]) if run["box"]]
        missing = [run["text"] for run in runs if " ".join(run["text"].split()) not in titles]
        assert not missing, f"{kind}: lines without their words"


def test_the_insertion_is_shown_at_its_place(visit: Any, cable: Any) -> None:
    insertion = cable.insertion
    words = next(run["text"] for run in cable.runs(cable.text("transcription")["id"]) if run["line"] == insertion["id"])
    visited = opened(visit, cable.document["manifest"])
    shown = visited.page.eval_on_selector_all(
        ".annotationRect",
        "(all, words) => all.filter((one) => one.title.includes(words)).map((one) => {"
        " const place = one.getBoundingClientRect(); return [place.x, place.y, place.width, place.height]; })",
        words.strip(),
    )

    expected = visited.page.evaluate(PLACES, insertion["box"])

    assert any(all(abs(a - b) <= 2.5 for a, b in zip(place, expected, strict=True)) for place in shown)


def test_a_bad_content_state_is_explained(visit: Any) -> None:
    visited = visit("/view/uv?iiif-content=e30")

    assert "names nothing" in visited.page.get_by_role("alert").inner_text()
    visited.assert_clean()
