"""The table of images and labs."""

from __future__ import annotations

from dataclasses import replace

import click
from hypothesis import given
from hypothesis import strategies as st

from cli.offers import table_lines
from lifecycle.offer import Offer
from lifecycle.place import Place
from lifecycle.reason import Reason
from tests.support import ids

HIDDEN = Reason("os_disk_size", "its OS disk has 200 GB")
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/[],"), min_size=1, max_size=50)


def place(name: str) -> Place:
    return Place("lab account", "teachers", "lab_services", f"{ids.LAB_ACCOUNTS}/{name}", "koreacentral")


def offer(image: str, lab: str, *reasons: Reason) -> Offer:
    return Offer(image, place(lab), wanted=True, declared="1.0.0", latest="1.0.0", reasons=reasons)


def shown(offers: list[Offer], width: int = 80) -> list[str]:
    return [click.unstyle(line) for line in table_lines(offers, width)]


def test_what_is_equal_stands_together() -> None:
    offers = [offer(f"image-{image}", lab) for lab in "ab" for image in range(10)]
    offers[3] = offer("image-3", "a", HIDDEN)
    offers[13] = replace(offers[13], wanted=False)
    assert shown(offers) == [
        "image         a           b",
        "9 images [1]  seen 1.0.0  seen 1.0.0",
        "image-3       hidden      -",
        "- the catalogue does not have the image for this lab",
        "[1] image-0, image-1, image-2, image-4, image-5, image-6, image-7, image-8,",
        "    image-9",
    ]
    few = [offer(name, lab) for lab in "ab" for name in ("gis", "cad")]
    assert shown(few) == ["image  a", "       b", "gis    seen 1.0.0", "cad    seen 1.0.0"]


@given(st.dictionaries(st.tuples(NAMES, NAMES), st.booleans(), min_size=1, max_size=30), st.integers(60, 200))
def test_every_image_and_lab_is_named_in_lines_that_fit(states: dict[tuple[str, str], bool], width: int) -> None:
    images, labs = ({key[index] for key in states} for index in (0, 1))
    offers = [offer(image, lab, *([HIDDEN] if states.get((image, lab)) else [])) for lab in labs for image in images]
    lines = shown(offers, width)
    text = "".join("".join(lines).split())
    for line in lines:
        assert line.isprintable()
    for name in images | labs:
        assert "".join("".join(c if c.isprintable() else ascii(c)[1:-1] for c in name).split()) in text
