"""What the program says about labs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.commands import Commands
from lifecycle.notice import Notice, notices
from tests.lifecycle.test_findings import LARGE, offer
from tests.support import builders as inputs

COMMANDS = Commands.of(inputs.settings())


def test_state_changes_and_what_stays_wrong() -> None:
    found = notices([offer(), offer("cad")], [offer(version="1.1.0"), offer("cad", None, LARGE)], COMMANDS)
    assert [(notice.kind, notice.text.split(";")[0]) for notice in found] == [
        ("state", "teachers see 1 of 2 images in contoso-labs"),
        ("change", "gis: new labs in contoso-labs get 1.1.0 instead of 1.0.0"),
        ("change", "cad: disappears from contoso-labs"),
        ("wrong", "cad is hidden in contoso-labs: its OS disk has 200 GB"),
    ]
    assert "add-version cad --source ID" in found[-1].text


def test_a_first_deployment_is_not_a_list_of_changes() -> None:
    assert [notice.kind for notice in notices([], [offer()], COMMANDS)] == ["state"]


@given(st.integers(4, 40))
def test_of_many_images_one_command_is_said_and_how_many_others_there_are(number: int) -> None:
    after = [offer("seen"), *(offer(f"image-{index}", None, LARGE) for index in range(number))]
    *_, wrong = notices([], after, COMMANDS)
    assert wrong.text.count("add-version ") == 1
    assert f"; likewise for the other {number - 1} images" in wrong.text
    assert (f" and {number - 8} more are hidden" in wrong.text) == (number > 8)


@given(st.sampled_from(["state", "again", "change", "wrong"]), st.text())
def test_a_printed_notice_is_found_again(kind: str, text: str) -> None:
    notice = Notice(kind, text)  # type: ignore[arg-type]
    assert Notice.of_line(notice.line) == notice


def test_other_lines_are_no_notices() -> None:
    assert Notice.of_line("the catalogue has no image") is None
