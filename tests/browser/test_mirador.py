"""Mirador, served by the service itself, shows the demo's cable: tiles, both texts, and the insertion at its place."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

WINDOW = "Object.values(stroka.store.getState().windows)[0]"
DRAWN = "window.stroka && Object.values(stroka.store.getState().viewers)[0]?.zoom > 0"
INK = """([x, y, width, height]) => {
  const state = stroka.store.getState();
  const view = Object.values(state.viewers)[0];
  const overlays = [...document.querySelectorAll('.openseadragon-canvas canvas')].filter((one) => one.width > 0);
  let ink = 0;
  for (const canvas of overlays) {
    const place = canvas.getBoundingClientRect();
    const ratio = canvas.width / place.width;
    const scale = view.zoom * place.width;
    const left = place.width / 2 + (x - view.x) * scale;
    const top = place.height / 2 + (y - view.y) * scale;
    const context = canvas.getContext('2d');
    if (!context || left < 0 || top < 0) continue;
    const box = [left - 3, top - 3, width * scale + 6, height * scale + 6].map((one) => Math.round(one * ratio));
    const pixels = context.getImageData(...box).data;
    const blue = (at) => pixels[at + 3] > 0 && pixels[at + 2] > pixels[at] + 60;
    let top_row = 0, bottom_row = 0;
    for (let column = 0; column < box[2]; column += 1) {
      const at = (row) => 4 * (Math.floor(row) * box[2] + column);
      const near = (row) => [0, 1, 2, 3, 4, 5, 6].some((step) => blue(at(row + step * ratio)));
      if (near(0)) top_row += 1;
      if (near(box[3] - 7 * ratio)) bottom_row += 1;
    }
    ink = Math.max(ink, Math.min(top_row, bottom_row) / box[2]);
  }
  return ink;
}"""


def encoded(state: Any) -> str:
    """Encode a content state as the specification has it."""
    text = quote(json.dumps(state), safe="!'()*~-_.")
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def opened(visit: Any, state: str) -> Any:
    """Open Mirador, and wait until its annotations are there."""
    visited = visit(f"/view/mirador?iiif-content={state}")
    visited.page.wait_for_selector("[annotationid]")
    visited.settle()
    return visited


def collapsed(words: str) -> str:
    return " ".join(words.split())


def test_the_cable_opens_with_stored_tiles(visit: Any, cable: Any, assert_tiles: Any) -> None:
    visited = opened(visit, cable.document["manifest"])

    title = visited.page.locator(".mirador-window-top-bar h2").inner_text()

    assert title in cable.document["title"]["en"]
    visited.settle(tiles=4)
    assert_tiles(visited)
    visited.assert_clean()


def test_the_first_page_lists_its_lines_in_both_languages(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable.document["manifest"])

    listed = {collapsed(entry) for entry in visited.page.locator("[annotationid]").all_inner_texts()}

    for kind in ("transcription", "translation"):
        runs = [run for run in cable.runs(cable.text(kind)["id"]) if run["box"]]
        assert len(runs) > 5, kind
        missing = [run["text"] for run in runs if not any(collapsed(run["text"]) in entry for entry in listed)]
        assert not missing, f"{kind}: lines that Mirador does not list"


def test_the_insertion_is_drawn_at_its_place(visit: Any, cable: Any, service: Any) -> None:
    insertion = cable.insertion
    visited = opened(visit, cable.document["manifest"])
    box = ",".join(str(number) for number in insertion["box"])
    words = next(run["text"] for run in cable.runs(cable.text("transcription")["id"]) if run["line"] == insertion["id"])
    held = visited.page.evaluate(
        "Object.values(stroka.store.getState().annotations).flatMap((canvas) => Object.values(canvas))"
        ".flatMap((page) => page.json?.items ?? [])"
    )

    here = [one for one in held if one["target"] == f"{cable.first['canvas']}#xywh={box}"]
    bodies = [one["body"] if isinstance(one["body"], list) else [one["body"]] for one in here]
    values = [body["value"] for several in bodies for body in several]

    assert any(collapsed(words) in collapsed(value) for value in values)
    visited.wait(DRAWN)
    assert visited.page.evaluate(INK, insertion["box"]) > 0.8, "no frame is drawn around the insertion"


def test_a_content_state_opens_its_canvas_at_its_place(visit: Any, cable: Any) -> None:
    second = cable.document["pages"][-1]
    target = {
        "id": f"{second['canvas']}#xywh=200,300,800,400",
        "type": "Canvas",
        "partOf": [{"id": cable.document["manifest"], "type": "Manifest"}],
    }
    state = encoded({"type": "Annotation", "motivation": ["contentState"], "target": target})
    visited = visit(f"/view/mirador?iiif-content={state}")
    visited.wait(DRAWN)
    visited.settle()

    view = visited.page.evaluate("Object.values(stroka.store.getState().viewers)[0]")

    assert visited.page.evaluate(f"{WINDOW}.canvasId") == second["canvas"]
    assert abs(view["x"] - 600) < 5
    assert abs(view["y"] - 500) < 5
    visited.assert_clean()


def test_a_bad_content_state_is_explained(visit: Any) -> None:
    visited = visit("/view/mirador?iiif-content=xxxxx")

    assert "cut off" in visited.page.get_by_role("alert").inner_text()
    visited.assert_clean()
