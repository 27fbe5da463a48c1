"""The page of a university in each language."""

from __future__ import annotations

import pytest

from tests.cli.overview.golden import FOLDER, pages


@pytest.mark.parametrize(("file", "text"), pages().items(), ids=pages())
def test_the_page_is_as_it_was_read(file: str, text: str) -> None:
    assert text == (FOLDER / file).read_text(encoding="utf-8"), "make generated writes it"
