"""Changes of a stack's objects among the events of the activity log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.activity import Event, changes

GALLERY = "/subscriptions/1/resourceGroups/galleries/providers/Microsoft.Compute/galleries/g"
START = datetime(2026, 11, 28, 14, 3, tzinfo=UTC)


def event(minutes: int = 0, id_: str = GALLERY, change: str = "a", *, failed: bool = False) -> Event:
    when = START + timedelta(minutes=minutes)
    return Event(when, "ann@contoso.edu", "Microsoft.Compute/galleries/write", id_, change, failed)


def test_the_first_event_of_a_change_says_when_somebody_made_it() -> None:
    assert changes([event(60), event(0), event(1)], [GALLERY]) == [event(0)]


def test_what_failed_changed_nothing() -> None:
    assert changes([event(0), event(1, failed=True), event(2, change="b")], [GALLERY]) == [event(2, change="b")]


def test_only_these_objects_and_what_is_below_them() -> None:
    below, beside = event(1, f"{GALLERY.upper()}/IMAGES/x", "b"), event(2, f"{GALLERY}-2/images/x", "c")
    assert changes([event(), below, beside], [f"{GALLERY}/"]) == [below, event()]
    assert changes([event()], []) == []


EVENTS = st.lists(
    st.builds(event, st.integers(0, 9), st.just(GALLERY), st.sampled_from("abc"), failed=st.booleans()), max_size=12
)


@given(EVENTS)
def test_each_change_once_the_latest_first(found: list[Event]) -> None:
    shown = changes(found, [GALLERY])
    assert len({one.change for one in shown}) == len(shown)
    assert [one.when for one in shown] == sorted((one.when for one in shown), reverse=True)
    assert {one.change for one in shown} == {one.change for one in found} - {one.change for one in found if one.failed}
