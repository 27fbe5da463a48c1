"""The pictures of the pages are what the commands print today, and can be read in light and in dark."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

import pytest

from tools.pictures import FOLDER, ROOT, Run, comment, pictures

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return pictures()


def test_they_are_current(drawn: dict[str, str]) -> None:
    kept = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.svg")}
    assert kept == drawn, "run make pictures"


def test_they_have_both_schemes_and_everything_lies_within_them(drawn: dict[str, str]) -> None:
    for text in drawn.values():
        picture = ElementTree.fromstring(text)
        _, _, width, height = map(float, picture.attrib["viewBox"].split())
        assert "prefers-color-scheme: dark" in (picture.findtext(f"{SVG}style") or "")
        for each in picture.iter(f"{SVG}text"):
            assert float(each.attrib["x"]) + float(each.attrib["textLength"]) < width
            assert float(each.attrib["y"]) < height


def test_the_picture_of_the_overview_is_of_a_size_that_a_page_can_have() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*pictures(), "overview.png"}
    picture = (FOLDER / "overview.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, 800 < height < 2400) == (1280, True)
    assert len(picture) <= 250_000
    assert "](docs/pictures/overview.png)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_people_wrote_is_no_markup() -> None:
    picture = ElementTree.fromstring(comment("- publish `<b>&amp;` in `a`\n"))
    assert [each.text for each in picture.iter(f"{SVG}text")][-4:] == ["publish", "<b>&amp;", " in", "a"]


def test_bold_text_is_wider_than_plain_text() -> None:
    assert Run("Versions", "bold").width > Run("Versions").width > 0
