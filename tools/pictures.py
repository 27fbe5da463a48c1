"""Writes the pictures of the pages from what commands print: `python -m tools.pictures`, or `make pictures`.

An SVG cannot ask how wide a text is, so widths come from a table and `textLength` makes them true on every machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs" / "pictures"
EVENTS: Final = "tests/cli/report/events"

WIDTH, MARGIN, BAR = 920, 24, 36
STYLE: Final = """\
text, .bullet { fill: #1f2328 } text { font: 14px Arial, Helvetica, 'Liberation Sans', sans-serif; white-space: pre }
.code, .pill { font: 12.5px Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace }
.bold, .title { font-weight: 700 } .title { font-size: 18px } .quiet { fill: #59636e }
.page { fill: #ffffff; stroke: #d1d9e0 } .bar { fill: #f6f8fa } .line { stroke: #d1d9e0 }
rect.pill, .dot { fill: #eff1f3 }
@media (prefers-color-scheme: dark) {
text, .bullet { fill: #f0f6fc } .quiet { fill: #9198a1 } .page { fill: #0d1117; stroke: #3d444d } .bar { fill: #151b23 }
rect.pill, .dot { fill: #262c36 } .line { stroke: #3d444d }
}"""
# Widths of Arial, Helvetica and Liberation Sans in thousandths of the size, which are the same.
ARIAL: Final = {
    letter: width
    for width, letters in {
        222: "ijl", 278: " !,./:;I[\\]ft", 333: "()-`r", 500: "ckJsvxyz", 584: "+<=>~", 611: "FTZ",
        667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1000: "→",
    }.items()
    for letter in letters
}  # fmt: skip
MONOSPACED, OTHERS, BOLDER = 600, 556, 1.06
SIZE: Final = {"": 14.0, "bold": 14.0, "title": 18.0, "quiet": 14.0, "code": 12.5, "pill": 12.5}
PADDING, INDENT = 4, 20


@dataclass(frozen=True, slots=True)
class Run:
    """A text in one style: a class of STYLE, or "" for plain text. A pill is code on a ground of its own."""

    text: str
    style: str = ""
    gap: float = 0
    """Room in place of a text, in pixels."""

    @property
    def width(self) -> float:
        """How wide the text is, in pixels."""
        if self.gap:
            return self.gap
        if self.style in {"code", "pill"}:
            return len(self.text) * MONOSPACED * SIZE[self.style] / 1000
        bolder = BOLDER if self.style in {"bold", "title"} else 1.0
        return bolder * sum(ARIAL.get(letter, OTHERS) for letter in self.text) * SIZE[self.style] / 1000

    @property
    def padding(self) -> float:
        """The room on each side of the text, in pixels."""
        return PADDING if self.style == "pill" else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a picture: its runs, how far it stands below the line before and is indented, and its bullet."""

    runs: tuple[Run, ...]
    step: float
    indent: float = 0
    bullet: bool = False


def terminal(command: str, printed: str) -> str:
    """A terminal in which `command` printed `printed`."""
    lines = [Line((Run(f"$ {command}", "code"),), step=24)]
    lines += [Line((Run(line, "code"),), step=18 if line else 10) for line in printed.splitlines()]
    dots = "".join(f'<circle class="dot" cx="{MARGIN + 18 * index}" cy="18" r="6"/>' for index in range(3))
    return _picture(lines, dots, f"A terminal that shows what {command} prints")


def comment(markdown: str) -> str:
    """The comment on a pull request that GitHub makes of `markdown`, a report."""
    who = Run("github-actions", "bold"), Run(" commented on this pull request", "quiet")
    bar = "".join(_drawn(Line(who, 0), 23))
    return _picture(list(_laid_out(markdown)), bar, "A comment on a pull request that says what it changes")


def _laid_out(markdown: str) -> Iterator[Line]:
    """The lines of a report: headings, bold lines, tables and lists."""
    lines = [line for line in markdown.splitlines() if line and not line.startswith(("<!--", "| ---"))]
    rows = [[_runs(cell, "") for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for line in lines:
        heading, item = re.match(r"#+ ", line), line.startswith("- ")
        if line.startswith("| "):
            yield _row(rows.pop(0), widths)
            continue
        text = line[heading.end() :] if heading else line[2:] if item else line.strip("*")
        runs = _runs(text, "title" if heading else "" if item else "bold")
        if item:
            yield from _wrapped(runs)
        else:
            yield Line(tuple(runs), step=36 if heading else 30)


def _runs(text: str, plain: str) -> list[Run]:
    return [Run(part, "pill" if odd else plain) for part, odd in _alternating(text.split("`"))]


def _width(runs: Iterable[Run]) -> float:
    return sum(run.width + 2 * run.padding for run in runs)


def _row(cells: Iterable[list[Run]], widths: Iterable[float]) -> Line:
    """A row of a table: each cell is filled up to the width of its column."""
    runs: list[Run] = []
    for cell, width in zip(cells, widths, strict=True):
        runs += [*cell, Run("", gap=width - _width(cell) + INDENT)]
    return Line(tuple(runs), step=25)


def _alternating(parts: Iterable[str]) -> Iterator[tuple[str, bool]]:
    return ((part, index % 2 == 1) for index, part in enumerate(parts) if part)


def _wrapped(runs: Iterable[Run]) -> Iterator[Line]:
    """An item of a list, broken between words where the picture ends."""
    line: list[Run] = []
    bullet = True
    for run in runs:
        for word in re.findall(r"\S+\s*|\s+", run.text):
            joined = bool(line) and line[-1].style == run.style
            longer = [*line[:-1], Run(line[-1].text + word, run.style)] if joined else [*line, Run(word, run.style)]
            if _width(longer) > WIDTH - 2 * MARGIN - INDENT:
                yield Line(tuple(line), 23 if bullet else 20, INDENT, bullet)
                longer, bullet = [Run(word, run.style)], False
            line = longer
    yield Line(tuple(line), 23 if bullet else 20, INDENT, bullet)


def _picture(lines: list[Line], bar: str, title: str) -> str:
    height = BAR + MARGIN + sum(line.step for line in lines)
    drawn: list[str] = []
    y = float(BAR)
    for line in lines:
        y += line.step
        drawn += _drawn(line, y)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img">',
            f"<title>{escape(title)}</title>",
            "<!-- Written by `make pictures`; a test keeps it current. -->",
            f"<style>{STYLE}</style>",
            f'<rect class="page" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1:g}" rx="6"/>',
            f'<path class="bar" d="M1 {BAR}V6q0-5 5-5H{WIDTH - 6}q5 0 5 5V{BAR}z"/>',
            f'<path class="line" d="M1 {BAR}.5H{WIDTH - 1}"/>{bar}',
            *drawn,
            "</svg>\n",
        )
    )


def _drawn(line: Line, y: float) -> Iterator[str]:
    x = MARGIN + line.indent
    if line.bullet:
        yield f'<circle class="bullet" cx="{x - 10:g}" cy="{y - 5:g}" r="2.5"/>'
    for run in line.runs:
        shown = Run(run.text.rstrip(), run.style)
        if run.style == "pill":
            ground = shown.width + 2 * PADDING
            yield f'<rect class="pill" x="{x:.1f}" y="{y - 14:g}" width="{ground:.1f}" height="19" rx="5"/>'
        if shown.text:
            style = f' class="{run.style}"' if run.style else ""
            yield (
                f'<text{style} x="{x + run.padding:.1f}" y="{y:g}" textLength="{shown.width:.1f}" '
                f'lengthAdjust="spacingAndGlyphs">{escape(shown.text)}</text>'
            )
        x += run.width + 2 * run.padding


def pictures() -> dict[str, str]:
    """The text of each picture, by file name."""
    report = f"./labs report {EVENTS}/changed.json"
    return {
        "terminal.svg": terminal(report, _printed("report", f"{EVENTS}/changed.json")),
        "comment.svg": comment(_printed("report", f"{EVENTS}/refused.json", "--format", "markdown")),
    }


def _printed(*arguments: str) -> str:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pictures().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
