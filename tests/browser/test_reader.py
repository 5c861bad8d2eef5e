"""The reader shows scan, transcription and translation in step, and the insertion and the date for what they are."""

from __future__ import annotations

from typing import Any

import pytest


def opened(visit: Any, cable: Any, **options: Any) -> Any:
    """Open the reader, and wait for the lines on the scan and in the texts."""
    place = options.pop("place", f"?page={cable.first['id']}")
    visited = visit(f"/documents/{cable.document['id']}{place}", **options)
    visited.page.wait_for_selector(".scan-place")
    visited.page.wait_for_selector(".run.is-placed", state="attached")
    visited.settle()
    return visited


def shared_line(cable: Any) -> str:
    """Give a line that both texts have words on."""
    there = {run["line"] for run in cable.runs(cable.text("translation")["id"])}
    here = [run["line"] for run in cable.runs(cable.text("transcription")["id"]) if run["line"] in there]
    return str(next(line for line in here[5:] if line is not None))


FILLED = """(one) => {
  const box = one.getBBox(), place = one.getScreenCTM();
  return [place.e + place.a * box.x, place.f + place.d * box.y, place.a * box.width, place.d * box.height];
}"""


def lit(visited: Any, line: str) -> dict[str, bool]:
    """Say where a line, and nothing else, is lit."""
    return {
        name: visited.page.eval_on_selector_all(
            f"{place} .is-shown", "(all, line) => all.length > 0 && all.every((one) => one.dataset.line === line)", line
        )
        for name, place in (("scan", ".scan"), ("source", ".column-source"), ("translation", ".column-translation"))
    }


EVERYWHERE = {"scan": True, "source": True, "translation": True}


@pytest.mark.parametrize("place", [".column-source .run", ".column-translation .run"])
def test_pointing_at_a_line_in_a_text_lights_it_in_all_three(visit: Any, cable: Any, place: str) -> None:
    visited = opened(visit, cable)
    line = shared_line(cable)

    visited.page.locator(f'{place}[data-line="{line}"]').first.hover()

    assert lit(visited, line) == EVERYWHERE
    visited.assert_clean()


def test_pointing_at_a_line_on_the_scan_lights_it_in_all_three(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    line = shared_line(cable)

    visited.page.locator(f'.scan-place[data-line="{line}"] .scan-line').hover()

    assert lit(visited, line) == EVERYWHERE


def test_the_keyboard_walks_from_line_to_line(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    placed = [run["line"] for run in cable.runs(cable.text("transcription")["id"]) if run["line"]]
    stop = visited.page.locator('.column-source .run[tabindex="0"]')
    while not stop.evaluate("(one) => one === document.activeElement"):
        visited.page.keyboard.press("Tab")

    first = stop.get_attribute("data-line")
    assert first == placed[0]
    assert lit(visited, first)["scan"]
    visited.page.keyboard.press("j")
    visited.page.keyboard.press("ArrowDown")

    order = [line["id"] for line in cable.page["lines"]]
    third = order[order.index(first) + 2]
    visited.wait(f"location.hash === '#{third}'")
    assert lit(visited, third)["scan"]


def test_a_click_pans_the_scan_to_the_line_and_writes_the_address(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    line = shared_line(cable)

    visited.page.locator(f'.column-translation .run[data-line="{line}"]').first.click()

    visited.wait(f"location.hash === '#{line}'")
    middle = (
        "(() => {{ const scan = document.querySelector('.scan').getBoundingClientRect();"
        " const line = document.querySelector('.scan-place[data-line=\"{line}\"] .scan-line').getBoundingClientRect();"
        " return Math.abs((line.top + line.bottom) / 2 - (scan.top + scan.bottom) / 2) < scan.height * 0.1; }})()"
    )
    visited.wait(middle.format(line=line))


def test_a_deep_link_brings_its_line_back(visit: Any, cable: Any) -> None:
    line = shared_line(cable)

    visited = opened(visit, cable, place=f"?page={cable.first['id']}#{line}")

    visited.page.wait_for_selector(f'.scan-place.is-shown[data-line="{line}"]')
    assert lit(visited, line) == EVERYWHERE
    assert visited.page.url.endswith(f"?page={cable.first['id']}#{line}")


def test_the_insertion_stands_at_its_place_with_a_caret(visit: Any, cable: Any) -> None:
    insertion = cable.insertion
    words = next(run["text"] for run in cable.runs(cable.text("transcription")["id"]) if run["line"] == insertion["id"])
    visited = opened(visit, cable)
    inserted = visited.page.locator(f'.column-source .run[data-line="{insertion["id"]}"] ins.mark-insertion').first

    layer = visited.page.locator(".scan-layer").bounding_box()
    place = visited.page.locator(f'.scan-place[data-line="{insertion["id"]}"]')
    shown = place.locator(".scan-line").evaluate(FILLED)
    caret = place.locator(".scan-caret").evaluate(FILLED)
    scale = layer["width"] / cable.first["width"]
    x, y, width, height = insertion["box"]
    expected = [layer["x"] + x * scale, layer["y"] + y * scale, width * scale, height * scale]

    assert inserted.inner_text().strip() in words
    assert "\u2038" in inserted.evaluate("(one) => getComputedStyle(one, '::before').content")
    assert shown == pytest.approx(expected, abs=2)
    assert caret[0] + caret[2] / 2 == pytest.approx(layer["x"] + insertion["anchor"]["x"] * scale, abs=2)
    for side in ("source", "translation"):
        assert visited.page.locator(f".column-{side} ins.has-caret").count() > 0, side


def test_the_date_is_a_chip_that_tells_its_value(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    dates = [mark for mark in cable.page["marks"] if mark["kind"] == "date"]

    chip = visited.page.locator(f'.column-source [data-marks~="{dates[0]["id"]}"]')

    assert chip.count() == 1
    assert "mark-date" in str(chip.get_attribute("class"))
    assert visited.page.locator(".head .date-chip").count() == len(cable.document["dates"])


def test_the_pages_turn_and_the_address_follows(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    second = cable.document["parts"][0]["pages"] + cable.document["parts"][1]["pages"]

    visited.page.keyboard.press("]")

    visited.wait(f"new URLSearchParams(location.search).get('page') === '{second[1]}'")
    visited.page.go_back()
    visited.page.wait_for_selector(f'.pages a[aria-current="page"][href="?page={cable.first["id"]}"]')
    visited.assert_clean()


def test_the_page_speaks_the_reader_s_language_and_can_be_told_another(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable, locale="ru-RU")

    assert visited.page.locator("html").get_attribute("lang") == "ru"
    assert visited.page.locator(".column-translation article").get_attribute("lang") == "en"
    visited.page.get_by_role("button", name="English").click()
    assert visited.page.locator(".column-translation h2").inner_text() == "Translation"


def test_a_phone_shows_scan_and_one_text_without_sideways_scrolling(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable, width=390, height=844)

    assert visited.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not visited.page.locator(".column-translation").is_visible()
    visited.page.get_by_role("button", name="Translation").click()
    assert visited.page.locator(".column-translation").is_visible()


def test_a_document_that_is_not_there_is_said_to_be_missing(visit: Any) -> None:
    visited = visit("/documents/00000000000000000000000000")

    assert visited.answers[0].status == 404


def test_the_files_of_a_document_can_be_reached_from_the_page(visit: Any, cable: Any) -> None:
    visited = opened(visit, cable)
    visited.page.click(".about summary")
    links = visited.page.locator(".about-files a")
    labels = links.all_inner_texts()
    addresses = [link.get_attribute("href") for link in links.all()]
    answers = [visited.page.request.get(visited.page.url.partition("/documents/")[0] + each) for each in addresses]

    assert labels
    assert all(label.strip() for label in labels)
    assert [answer.status for answer in answers] == [200] * len(labels)
