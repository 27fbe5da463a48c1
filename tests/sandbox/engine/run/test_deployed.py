"""What `make up` says at its end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.notice import Notice
from sandbox.engine.run.deployed import MOST, WIDTH, summary

GROUPS = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups"
LABS = f"{GROUPS}/labs/providers/Microsoft.LabServices/labaccounts"


def events(
    *notices: Notice, images: int = 1, labs: int = 1, changes: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    outputs = {
        "galleryId": f"{GROUPS}/galleries/providers/Microsoft.Compute/galleries/contoso_lab_images",
        "targetRegions": {
            f"image-{number}": {"1.0.0": ["koreacentral", "koreasouth"], "1.1.0": ["koreacentral"]}
            for number in range(images)
        },
        "attachments": [f"{LABS}/contoso-{number}/sharedGalleries/contoso_lab_images" for number in range(labs)],
    }
    return [
        *({"diagnosticEvent": {"message": f"{notice.line}\n", "severity": "info"}} for notice in notices),
        {"resOutputsEvent": {"metadata": {"type": "pulumi:pulumi:Stack", "new": {"outputs": outputs}}}},
        {"summaryEvent": {"resourceChanges": changes or {"same": 3}}},
    ]


def test_what_is_there_and_what_to_do_next() -> None:
    seen = Notice("state", "teachers see 1 of 2 images in contoso-0")
    wrong = Notice("wrong", "image-1 is hidden in contoso-0")
    assert summary(
        events(seen, wrong, images=2, changes={"create": 30, "update": 1, "same": 2}), "dev", is_drawn=True
    ) == [
        "Changes      30 created, 1 updated",
        "Gallery      contoso_lab_images in resource group galleries",
        "Images       2 images with 4 versions",
        "Replicas in  koreacentral, koreasouth",
        "Attached to  contoso-0",
        "Labs         teachers see 1 of 2 images in contoso-0",
        "Overview     .sandbox/overview.html",
        "Next         sandbox/labs teachers --stack dev (1 finding)",
        "             sandbox/labs status --stack dev",
        "             make destroy",
    ]


def test_colours_of_a_terminal_change_nothing() -> None:
    plain = events(Notice("state", "teachers see 1 of 2 images in contoso-0"), Notice("wrong", "image-1 is hidden"))
    colored = [
        {"diagnosticEvent": {"message": f"<{{%reset%}}>\x1b[36m{event['diagnosticEvent']['message']}<{{%reset%}}>"}}
        if "diagnosticEvent" in event
        else event
        for event in plain
    ]
    assert summary(colored, "dev", is_drawn=True) == summary(plain, "dev", is_drawn=True)


def test_an_empty_stack() -> None:
    lines = summary(events(images=0, labs=0), "dev", is_drawn=True)
    assert (lines[0], lines[2], lines[3]) == (
        "Changes      none",
        "Images       0 images with 0 versions",
        "Attached to  no lab",
    )
    assert summary([], "dev", is_drawn=True)[1] == "Gallery      none"


@pytest.mark.parametrize("images", [1, 40])
def test_a_page_that_was_not_written_is_said(images: int) -> None:
    seen = Notice("state", "teachers see images in contoso-0 " * 20)
    lines = summary(events(seen, images=images, labs=40), "dev", is_drawn=False)
    assert lines[-4] == "Overview     not written; sandbox/labs overview --stack dev says why"


@given(st.text(max_size=600), st.integers(0, 40), st.integers(0, 40))
def test_it_is_short_and_fits_a_terminal(text: str, images: int, labs: int) -> None:
    lines = summary(events(Notice("state", text), images=images, labs=labs), "dev", is_drawn=True)
    assert len(lines) <= MOST
    assert max(map(len, lines)) <= WIDTH
    assert lines[-1].strip() == "make destroy"
    assert lines[-4] == "Overview     .sandbox/overview.html"
