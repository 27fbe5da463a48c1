"""Replication as a function of the clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.emulator.replication import ends, outcome, schedule, status

REGIONS = ["koreacentral", "koreasouth", "japaneast"]


def test_regions_are_copied_one_after_the_other() -> None:
    copies = schedule(REGIONS, 100.0, 10.0, ["koreasouth"])
    assert ends(copies) == 130.0
    shown = status(copies, 115.0)
    assert shown["aggregatedState"] == "InProgress"
    assert [(entry["region"], entry["state"], entry["progress"]) for entry in shown["summary"]] == [
        ("koreacentral", "Completed", 100),
        ("koreasouth", "Replicating", 25),
        ("japaneast", "Replicating", 0),
    ]
    assert status(copies, 130.0)["aggregatedState"] == "Failed"
    details = [entry.get("details", "") for entry in status(copies, 130.0)["summary"]]
    assert [bool(text) for text in details] == [False, True, False]
    assert "'Korea South'" in details[1]


@given(
    seconds=st.floats(0, 1000),
    failing=st.sets(st.sampled_from(REGIONS)),
    moments=st.lists(st.floats(-10, 4000), min_size=2),
)
def test_progress_never_goes_back_and_ends_as_it_was_told(
    seconds: float, failing: set[str], moments: list[float]
) -> None:
    copies = schedule(REGIONS, 0.0, seconds, failing)
    for copy in copies:
        progress = [copy.progress(moment) for moment in sorted(moments)]
        assert progress == sorted(progress)
        assert all(0 <= value <= 100 for value in progress)
    assert outcome(copies, ends(copies)) == ("Failed" if failing else "Completed")
