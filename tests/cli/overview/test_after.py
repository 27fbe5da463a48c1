"""The section of the page about what comes after Azure Lab Services."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from catalog.texts.language import Language
from catalog.texts.translation import current
from cli.overview.after import STATES, After, after
from cli.overview.answer import answer_of
from cli.overview.chapter import Chapter
from cli.overview.page import render
from cli.overview.words import Words
from lifecycle.readiness import STATUSES
from tests.support import builders as inputs
from tests.support.demands import rules_of_tests
from tests.support.overview_scene import view


@pytest.fixture(autouse=True)
def rules() -> Iterator[None]:
    with rules_of_tests():
        yield


def chapter(count: int = 1) -> Chapter:
    """A stack with so many Windows images of generation 1, and no gallery yet."""
    images = {
        f"office-{number}": inputs.image(
            os_type="Windows", identifier={"publisher": "contoso", "offer": "office", "sku": f"sku-{number}"}
        )
        for number in range(count)
    }
    return Chapter("dev", view(catalogue=inputs.catalogue(**images)))


def section(language: Language = "en", count: int = 1) -> After:
    overview = chapter(count).overview
    assert overview is not None
    return after(overview.readiness, overview.commands, Words(language))


def test_each_need_is_shown_with_its_document() -> None:
    shown = section()
    assert shown.services == ("Azure DevTest Labs", "Azure Virtual Desktop", "Windows 365")
    ((images, cells),) = shown.rows
    assert images == ("office-0",)
    assert [(cell.colour, cell.word) for cell in cells] == [("good", "ready"), ("good", "ready"), ("bad", "2 to do")]
    works = dict(shown.works)
    first = works["Rebuild (generation, processor and security type of an image never change)"][0]
    assert (first.text, first.images) == ("Windows 365 demands generation 2", ("V1: office-0",))
    assert first.source == "Source: A page about images, 2025-04-01"
    assert "Advice (recommended, or not certain)" in works
    (twin,) = shown.twins
    assert twin[1].endswith("labs add-image office-0-v2 --like office-0 --for windows_365 --source ID --stack dev")


def test_images_that_are_alike_share_a_row() -> None:
    (row,) = section(count=20).rows
    assert len(row[0]) == 20


@pytest.mark.parametrize(("language", "title"), [("ko", "Azure Lab Services 이후"), ("ja", "Azure Lab Services の後")])
def test_it_is_in_the_language_of_the_page(language: Language, title: str) -> None:
    assert section(language).title == title
    assert current() == "en", "only the section is"
    text = render([chapter()], language)
    assert title in text
    assert "Windows 365 demands" not in text


def test_json_has_it_in_english() -> None:
    (stack,) = answer_of([chapter()])["stacks"]
    assert stack["readiness"]["retirement"] == str(date(2027, 6, 28))
    assert stack["readiness"]["images"][0]["services"][2]["status"] == "work"


def test_every_status_has_a_mark() -> None:
    assert set(STATES) == set(STATUSES)
