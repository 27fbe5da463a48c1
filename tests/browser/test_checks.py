"""Each check of a page finds what it is for, in a page that has just that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.opened import SEVERE, Opened, Screen, opened
from tests.browser.server import counted

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NARROW = Screen(360)
WIDE = "x" * 200
GOOD = """<h1>A page</h1><main><p>Text</p><section tabindex="0" aria-label="Table" style="overflow-x: auto">
<p style="width: 900px">wide</p></section></main>"""


@contextmanager
def shown(browser: Browser, folder: Path, body: str, head: str = "") -> Iterator[Opened]:
    page = folder / "page.html"
    text = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title>{head}</head><body>{body}'
    page.write_text(text, encoding="utf-8")
    with opened(browser, page, NARROW) as there:
        yield there


def test_a_good_page_has_no_finding(browser: Browser, tmp_path: Path) -> None:
    with shown(browser, tmp_path, GOOD) as there:
        assert there.too_wide() == []
        assert [finding for finding in there.against_accessibility() if finding[0] in SEVERE] == []
        assert there.asked_for == [(tmp_path / "page.html").as_uri()]
        assert there.complaints == []
        (box,) = there.scroll_boxes()
        (stop,) = there.tab_stops()
        assert (stop.box, stop.name, stop.outlined) == (box, "Table", True)
        assert there.cut_on_paper() == ["section. is cut on paper: 900 in 672"]


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (f"<p>{WIDE}</p>", "the page is"),
        ('<p style="position: relative; left: -20px">a</p>', 'p "a" reaches from -'),
        (f'<div style="overflow: hidden"><p>{WIDE}</p></div>', 'div "xxx'),
        ('<svg width="100" height="20"><text x="90" y="15">far away</text></svg>', 'text "far away" leaves'),
    ],
)
def test_what_does_not_fit_is_found(browser: Browser, tmp_path: Path, body: str, finding: str) -> None:
    with shown(browser, tmp_path, body) as there:
        assert any(each.startswith(finding) for each in there.too_wide()), there.too_wide()


def test_short_words_that_are_broken_are_found(browser: Browser, tmp_path: Path) -> None:
    table = '<table style="width: {}; overflow-wrap: anywhere"><tr><td>koreacentral at {}</td></tr></table>'
    with shown(browser, tmp_path, table.format("40px", "y" * 40)) as there:
        assert there.broken_words() == ["koreacentral"]
        assert "koreacentral is broken on paper" in there.cut_on_paper()
    with shown(browser, tmp_path, table.format("300px", "y" * 60)) as there:
        assert there.broken_words() == []


def test_texts_of_a_drawing_over_each_other_are_found(browser: Browser, tmp_path: Path) -> None:
    drawing = '<svg width="200" height="50"><text x="10" y="20">{}</text><text x="30" y="20">b</text></svg>'
    with shown(browser, tmp_path, drawing.format("long text")) as there:
        assert there.overlapping() == ['"long text" lies over "b"']
    with shown(browser, tmp_path, drawing.format("a")) as there:
        assert there.overlapping() == []


def test_a_picture_without_a_text_and_a_pale_text_are_severe(browser: Browser, tmp_path: Path) -> None:
    with shown(browser, tmp_path, '<img src="data:,"><p style="color: #ccc">pale</p>') as there:
        severe = [what.split(":")[0] for impact, what in there.against_accessibility() if impact in SEVERE]
    assert {"image-alt", "color-contrast"} <= set(severe)


def test_a_box_that_no_key_reaches_and_an_unseen_focus_are_noticed(browser: Browser, tmp_path: Path) -> None:
    body = '<a href="#" style="outline: none">a</a><div style="overflow-x: auto"><a href="#" style="width: 900px; '
    with shown(browser, tmp_path, body + 'display: block">b</a></div>') as there:
        assert len(there.scroll_boxes()) == 1
        assert [(stop.box, stop.outlined) for stop in there.tab_stops()] == [("", False), ("", True)]


def test_a_request_and_a_complaint_are_noticed(browser: Browser, tmp_path: Path) -> None:
    with counted() as (address, asked):
        image = f'<img alt="" src="{address}/x.png"><script>console.warn("careful"); undefined.x</script>'
        with shown(browser, tmp_path, image) as there:
            there.page.wait_for_load_state("networkidle")
            assert there.asked_for[1:] == [f"{address}/x.png"]
            # A message of the console and an error of the page come in either order.
            assert {"warning: careful", "Cannot read properties of undefined (reading 'x')"} <= set(there.complaints)
    assert asked == ["/x.png"]
