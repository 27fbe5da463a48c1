"""The overview in a browser, opened as a file: on narrow and wide screens, in the dark, on paper, by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from catalog.texts.language import Language
from cli.overview.chapter import Chapter
from tests.browser import scenes
from tests.browser.opened import SEVERE, Opened, Screen, opened
from tests.browser.server import counted

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCENES: Final[dict[str, Callable[[], Sequence[Chapter]]]] = {
    "university": lambda: [scenes.university()],
    "hostile": lambda: [scenes.hostile()],
    "many": lambda: [scenes.many()],
    "several": lambda: [scenes.university(), scenes.empty(), scenes.unseen()],
}
WIDTHS: Final = (360, 1280, 2560)
SHOWN: Final[list[tuple[str, Language, Screen]]] = [
    *(("university", "en", Screen(width, dark=dark)) for width in WIDTHS for dark in (False, True)),
    *(("university", language, Screen(width)) for language in ("ko", "ja") for width in (360, 1280)),
    *(("hostile", "en", Screen(width, dark=width == 1280)) for width in WIDTHS),
    *(("many", "en", Screen(width)) for width in (360, 1280)),
    *(("several", language, Screen(360, dark=True)) for language in ("en", "ko", "ja")),
    ("several", "en", Screen(3840, 2160)),
]
FOR_EVERYBODY: Final[list[tuple[str, Language, Screen]]] = [
    ("university", "en", Screen(360)),
    ("university", "ja", Screen(1280, dark=True)),
    ("hostile", "en", Screen(1280)),
    ("several", "ko", Screen(1280)),
    ("many", "en", Screen(1280, dark=True)),
]
"""Its look at a page takes a second, and the width changes little of what it finds."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Language], Path]:
    """The page of a scene in a language, as a file."""
    folder = tmp_path_factory.mktemp("pages")

    def written(scene: str, language: Language = "en") -> Path:
        path = folder / f"{scene}-{language}.html"
        if not path.exists():
            path.write_text(scenes.page(*SCENES[scene](), language=language), encoding="utf-8")
        return path

    return written


Pages = Callable[..., Path]


@pytest.mark.parametrize(("scene", "language", "screen"), SHOWN, ids=str)
def test_a_page_fits_and_asks_for_nothing(
    browser: Browser, file: Pages, scene: str, language: Language, screen: Screen
) -> None:
    path = file(scene, language)
    with opened(browser, path, screen) as there:
        there.keep(f"{scene}-{language}-{screen}")
        assert there.too_wide() == []
        assert there.broken_words() == []
        assert there.overlapping() == []
        assert there.asked_for == [path.as_uri()]
        assert there.complaints == []
        assert there.page.locator("html").get_attribute("lang") == language
        _is_of_its_scheme(there, dark=screen.dark)


@pytest.mark.parametrize(("scene", "language", "screen"), FOR_EVERYBODY, ids=str)
def test_a_page_is_for_everybody(browser: Browser, file: Pages, scene: str, language: Language, screen: Screen) -> None:
    with opened(browser, file(scene, language), screen) as there:
        found = there.against_accessibility()
        there.keep_findings(f"{scene}-{language}-{screen}", found)
        assert [finding for finding in found if finding[0] in SEVERE] == []


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_is_lost_on_paper(browser: Browser, file: Pages, scene: str) -> None:
    with opened(browser, file(scene), Screen(1280)) as there:
        assert there.cut_on_paper() == []
        there.keep_paper(scene)


@pytest.mark.parametrize("screen", [Screen(360), Screen(1280)], ids=str)
def test_keys_reach_what_scrolls_and_the_focus_is_seen(browser: Browser, file: Pages, screen: Screen) -> None:
    with opened(browser, file("several"), screen) as there:
        boxes = there.scroll_boxes()
        stops = there.tab_stops()
        assert set(boxes) <= {stop.box for stop in stops}
        assert [stop for stop in stops if stop.box in boxes and not stop.name] == []
        assert [stop for stop in stops if not stop.outlined] == []
        assert boxes or screen.width > 360


def test_names_are_shown_as_they_are_and_do_nothing(browser: Browser, file: Pages) -> None:
    with opened(browser, file("hostile"), Screen(1280)) as there:
        text = there.page.locator("body").inner_text()
        missing = [name for name in scenes.HOSTILE.values() if name not in text and name.replace("/", "∕") not in text]
        assert missing == []
        # A mark that would turn the text around it is spelt out.
        assert "\u202e" not in there.page.content()
        assert "\\u202e" in text
        for element in ("script", "img", "iframe", "object", "embed", "link", "form", "base"):
            assert there.page.locator(element).count() == 0, element
        assert there.page.locator("h1").count() == 1
        assert there.page.title() == f"Lab images: {scenes.HOSTILE['closing']}"
        handlers = "() => [...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).map((a) => a.name)"
        names = set(there.page.evaluate(handlers))
        assert {name for name in names if name.startswith("on")} | names & {"style", "src", "srcdoc"} == set()


@pytest.mark.parametrize("refuses", [True, False])
def test_the_page_itself_forbids_what_it_does_not_need(
    browser: Browser, file: Pages, tmp_path: Path, refuses: bool
) -> None:
    page = file("university").read_text(encoding="utf-8")
    with counted() as (address, asked):
        injected = f'<img alt="" src="{address}/x.png"><p id="p" style="color: rgb(1, 2, 3)">a</p></main>'
        injected += '<script>document.title = "ran"</script>'
        copy = tmp_path / "copy.html"
        policy = "" if refuses else "x-no-policy-"
        text = page.replace("</main>", injected, 1).replace(
            '"Content-Security-Policy', f'"{policy}Content-Security-Policy'
        )
        copy.write_text(text, encoding="utf-8")
        with opened(browser, copy, Screen(1280)) as there:
            there.page.wait_for_load_state("networkidle")
            colour = there.page.evaluate("getComputedStyle(document.getElementById('p')).color")
            assert (there.page.title() == "ran", colour == "rgb(1, 2, 3)") == (not refuses, not refuses)
            violations = [line for line in there.complaints if "Content Security Policy" in line]
            assert (len(violations) >= 3) == refuses
    # Without the policy the request arrives, so that the check can tell.
    assert asked == ([] if refuses else ["/x.png"])


def _is_of_its_scheme(there: Opened, *, dark: bool) -> None:
    """The ground of the page is as the screen's scheme."""
    ground = there.page.evaluate(
        """() => {
            for (const element of [document.body, document.documentElement]) {
                const colour = getComputedStyle(element).backgroundColor;
                if (!colour.endsWith(', 0)')) return colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
            }
            return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0] : [255, 255, 255];
        }"""
    )
    assert (sum(ground) < 384) == dark
