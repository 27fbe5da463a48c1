"""A page that is open in a browser, and what can be wrong with it there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.repository import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

SCREENSHOTS: Final = ROOT / ".sandbox" / "screenshots"
SEVERE: Final = frozenset({"serious", "critical"})
"""Impacts of findings of axe that no page may have."""

A4: Final[ViewportSize] = {"width": 688, "height": 1000}
"""A sheet at 96 pixels an inch, less margins of 14 mm and 16 mm."""

# Width of the document and of each element against the window, the inside of boxes that do not scroll against
# themselves, and the texts of drawings against the drawing. What only a screen reader gets (one pixel), and a link that
# comes in from the left with the focus, is left out.
TOO_WIDE: Final = """() => {
    const found = [], wide = document.documentElement.clientWidth;
    const named = (element) => element.tagName.toLowerCase() + (element.getAttribute('class') ?
        '.' + element.getAttribute('class') : '') + ' "' + (element.textContent ?? '').trim().slice(0, 40) + '"';
    const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
    const inBox = (element) => element && (scrolls(element) || inBox(element.parentElement));
    const hidden = (element) => {
        for (let each = element; each; each = each.parentElement) {
            const style = getComputedStyle(each), box = each.getBoundingClientRect();
            if (style.display === 'none' || style.visibility === 'hidden') return true;
            const apart = ['absolute', 'fixed'].includes(style.position);
            if (apart && (box.width <= 1 && box.height <= 1 || box.right <= 0 && each.matches('a'))) return true;
        }
        return false;
    };
    const page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`);
    for (const element of document.body.querySelectorAll('*')) {
        const box = element.getBoundingClientRect();
        if (!box.width || hidden(element)) continue;
        if ((box.right > wide + 1 || box.left < -1) && !inBox(element.parentElement) && !element.closest('svg svg'))
            found.push(`${named(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} in ${wide}`);
        const cuts = ['hidden', 'clip'].includes(getComputedStyle(element).overflowX);
        if (cuts && !(element instanceof SVGElement) && element.scrollWidth > element.clientWidth + 1)
            found.push(`${named(element)} is cut: ${element.scrollWidth} in ${element.clientWidth}`);
        if (element.tagName === 'text' && element.ownerSVGElement) {
            const drawing = element.ownerSVGElement.getBoundingClientRect();
            if (box.left < drawing.left - 1 || box.right > drawing.right + 1 || box.bottom > drawing.bottom + 1 ||
                box.top < drawing.top - 1) found.push(`${named(element)} leaves its drawing`);
        }
    }
    return found;
}"""
# Short words in cells of tables that go over two lines, where a column is too narrow for them.
BROKEN: Final = """() => {
    const found = new Set();
    for (const cell of document.querySelectorAll('th, td')) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let text = texts.nextNode(); text; text = texts.nextNode())
            for (const word of text.data.matchAll(/[^\\s-]+/g)) {
                if (word[0].length > 16 || !/^[ -~]+$/.test(word[0])) continue;
                const range = document.createRange();
                range.setStart(text, word.index);
                range.setEnd(text, word.index + word[0].length);
                const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
                if (lines.size > 1) found.add(word[0]);
            }
    }
    return [...found];
}"""
# On paper nothing scrolls.
CUT_ON_PAPER: Final = """() => [...document.body.querySelectorAll('*')].filter((element) =>
    !(element instanceof SVGElement) && getComputedStyle(element).overflowX !== 'visible' &&
    element.getBoundingClientRect().width > 1 && element.scrollWidth > element.clientWidth + 1
).map((element) => `${element.tagName.toLowerCase()}.${element.className} is cut on paper: ` +
    `${element.scrollWidth} in ${element.clientWidth}`)"""
# Boxes whose content is wider than they are; each gets a number, by which `focused` knows it again.
SCROLL_BOXES: Final = """() => [...document.body.querySelectorAll('*')].filter((element) =>
    ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth
).map((element, index) => { element.dataset.box = index; return String(index); })"""
FOCUSED: Final = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    return {
        box: element.dataset.box ?? '',
        name: element.getAttribute('aria-label') ?? (element.getAttribute('aria-labelledby') ?? '').split(' ').map(
            (id) => document.getElementById(id)?.textContent ?? '').join(' ').trim() ?? '',
        element: element.tagName.toLowerCase(),
        outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    };
}"""
OVERLAPPING: Final = """() => {
    const found = [];
    for (const drawing of document.querySelectorAll('svg')) {
        const texts = [...drawing.querySelectorAll('text')].filter((each) => each.textContent.trim());
        const boxes = texts.map((each) => each.getBoundingClientRect());
        for (let one = 0; one < texts.length; one++) for (let other = one + 1; other < texts.length; other++) {
            const [a, b] = [boxes[one], boxes[other]];
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (across > 2 && down > Math.min(a.height, b.height) / 2 )
                found.push(`"${texts[one].textContent.trim()}" lies over "${texts[other].textContent.trim()}"`);
        }
    }
    return found;
}"""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a page is shown."""

    width: int
    height: int = 900
    dark: bool = False

    def __str__(self) -> str:
        """As it stands in the name of a test and of a screenshot."""
        return f"{self.width}-{'dark' if self.dark else 'light'}"


@dataclass(frozen=True, slots=True)
class Focus:
    """One place where the Tab key stops."""

    box: str
    """The number of the scroll box that it is, or ""."""
    name: str
    element: str
    outlined: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A page in a window, with what it asked for and what the console said."""

    page: Page
    asked_for: list[str] = field(default_factory=list)
    """Every address that the page asked for, its own first."""
    complaints: list[str] = field(default_factory=list)
    """Warnings and errors of the console."""

    def too_wide(self) -> list[str]:
        """What does not fit into the window, or is cut, outside boxes that scroll."""
        return _texts(self.page.evaluate(TOO_WIDE))

    def broken_words(self) -> list[str]:
        """Words of at most 16 letters in tables that are broken over two lines."""
        return _texts(self.page.evaluate(BROKEN))

    def overlapping(self) -> list[str]:
        """Texts of drawings that lie over each other."""
        return _texts(self.page.evaluate(OVERLAPPING))

    def cut_on_paper(self) -> list[str]:
        """What is lost on A4: what does not fit, what scrolls on a screen, and words that are broken."""
        self.page.emulate_media(media="print")
        before = self.page.viewport_size
        self.page.set_viewport_size(A4)
        try:
            broken = [f"{word} is broken on paper" for word in self.broken_words()]
            return self.too_wide() + _texts(self.page.evaluate(CUT_ON_PAPER)) + broken
        finally:
            self.page.emulate_media(media="screen")
            if before:
                self.page.set_viewport_size(before)

    def against_accessibility(self) -> list[tuple[str, str]]:
        """The impact of each finding of axe-core, and what it is about."""
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 # lies where the browser's packages are

        found = Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [(each["impact"], f"{each['id']}: {node['html'][:200]}") for each in found for node in each["nodes"]]

    def scroll_boxes(self) -> list[str]:
        """The boxes whose content is wider than they are, each as its number."""
        return _texts(self.page.evaluate(SCROLL_BOXES))

    def tab_stops(self, most: int = 200) -> list[Focus]:
        """Where the Tab key stops, from the top of the page until it leaves it."""
        stops: list[Focus] = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            now = self.page.evaluate(FOCUSED)
            if now is None:
                return stops
            stops.append(Focus(**now))
        raise AssertionError(f"the Tab key does not leave the page in {most} steps")

    def keep(self, name: str) -> None:
        """Keep a picture of the whole page for people."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def keep_findings(self, name: str, findings: Sequence[tuple[str, str]]) -> None:
        """Keep what axe-core found beside the pictures, for what is no error, too."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{impact}: {text}\n" for impact, text in findings)
        (SCREENSHOTS / f"{name}.axe.txt").write_text(lines, encoding="utf-8")

    def keep_paper(self, name: str) -> None:
        """Keep the page as it is printed on A4."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.pdf(path=SCREENSHOTS / f"{name}.pdf", format="A4", print_background=False)


@contextmanager
def opened(browser: Browser, path: Path, screen: Screen) -> Iterator[Opened]:
    """The file at `path` in a new window."""
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme="dark" if screen.dark else "light",
        reduced_motion="reduce",
    )
    try:
        shown = Opened(context.new_page())
        shown.page.on("request", lambda request: shown.asked_for.append(request.url))
        shown.page.on("console", lambda line: _keep_complaint(shown.complaints, line.type, line.text))
        shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.page.goto(path.as_uri())
        yield shown
    finally:
        context.close()


def _keep_complaint(complaints: list[str], level: str, text: str) -> None:
    if level in {"warning", "error"}:
        complaints.append(f"{level}: {text}")


def _texts(found: Sequence[object]) -> list[str]:
    return [str(each) for each in found]
