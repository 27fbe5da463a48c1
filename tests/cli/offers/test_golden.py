"""What `labs teachers` prints in terminals of several widths, and its colours."""

from __future__ import annotations

import click
import pytest

from catalog.texts.language import LANGUAGES, Language
from cli.commands.teachers import lines
from cli.text_width import width_of
from tests.cli.offers.golden import FOLDER, WIDTHS, answer, printed, texts


@pytest.mark.parametrize(("file", "text"), texts().items(), ids=texts())
def test_what_is_printed_is_as_it_was_read(file: str, text: str) -> None:
    assert text == (FOLDER / file).read_text(encoding="utf-8"), "make generated writes it"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_fits_but_for_what_is_copied(width: int, language: Language) -> None:
    for line in printed(width, language).splitlines():
        # An id stays whole.
        assert width_of(line) <= width or line.strip().startswith("/subscriptions/"), line


def test_nothing_is_said_by_colour_alone() -> None:
    colours = {"seen 1.0.0": "green", "replaced by 1.0.0": "yellow", "not known": "yellow", "hidden": "red"}
    shown = "\n".join(lines(answer(), 100))
    for text, colour in colours.items():
        assert click.style(text, fg=colour) in shown
    styled = {click.unstyle(part) for part in shown.split("\x1b[0m") if "\x1b" in part}
    assert all(part.strip() for part in styled)
