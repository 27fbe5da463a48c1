"""Progress of replication, and the stage of a version."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.progress import VersionProgress, sample, seconds_left, versions_of
from plan.observed import RegionProgress
from tests.support import builders as inputs


def region(state: str) -> RegionProgress:
    return RegionProgress("koreacentral", state, 50, "")


@pytest.mark.parametrize(
    ("state", "regions", "stage"),
    [
        ("Succeeded", ("Completed",), "ready"),
        ("Succeeded", (), "ready"),
        ("Succeeded", ("Completed", "Replicating"), "replicating"),
        ("Updating", ("Completed",), "replicating"),
        ("Creating", ("Unknown",), "replicating"),
        ("Creating", ("Failed", "Replicating"), "failed"),
        ("Failed", (), "failed"),
    ],
)
def test_the_stage_of_a_version(state: str, regions: tuple[str, ...], stage: str) -> None:
    version = inputs.observed_version(provisioning_state=state)
    definition = inputs.observed_definition(versions={"1.0.0": version})
    told = {version.id.lower(): tuple(map(region, regions))}
    (found,) = versions_of(inputs.observed_gallery(definition), inputs.catalogue(), told)
    assert (found.name, found.stage, found.managed) == ("gis:1.0.0", stage, True)


def test_what_the_catalogue_does_not_name_is_shown_in_order() -> None:
    versions = {number: inputs.observed_version(id=number) for number in ("1.10.0", "1.9.0", "1.0.0")}
    gallery = inputs.observed_gallery(inputs.observed_definition(versions=versions))
    found = versions_of(gallery, inputs.catalogue(), {})
    assert [(item.number, item.managed) for item in found] == [("1.0.0", True), ("1.9.0", False), ("1.10.0", False)]


def test_what_the_gallery_lacks_is_missing() -> None:
    both = inputs.catalogue(gis=inputs.image(versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()}))
    found = versions_of(inputs.observed_gallery(inputs.observed_definition()), both, {})
    assert [(item.name, item.stage) for item in found] == [("gis:1.0.0", "ready"), ("gis:1.1.0", "missing")]
    assert [(item.name, item.stage, item.managed) for item in versions_of(None, inputs.catalogue(), {})] == [
        ("gis:1.0.0", "missing", True)
    ]
    nothing_said = inputs.observed_version(provisioning_state="")
    (there,) = versions_of(
        inputs.observed_gallery(inputs.observed_definition(versions={"1.0.0": nothing_said})), inputs.catalogue(), {}
    )
    assert there.stage == "replicating"


def progressed(*regions: tuple[str, int], number: str = "1.0.0") -> VersionProgress:
    steps = tuple(
        RegionProgress(f"region-{index}", state, percent, "") for index, (state, percent) in enumerate(regions)
    )
    return VersionProgress("gis", number, managed=True, state="Creating", regions=steps)


def test_an_estimate_comes_from_earlier_regions() -> None:
    first = sample(progressed(("Replicating", 0), ("Unknown", 0), ("Unknown", 0)), 0)
    one_done = sample(progressed(("Completed", 100), ("Replicating", 0), ("Unknown", 0)), 300)
    assert seconds_left(first, one_done) == 600
    half = sample(progressed(("Completed", 100), ("Replicating", 50), ("Unknown", 0)), 450)
    assert seconds_left(first, half) == 450
    assert seconds_left(first, sample(progressed(*[("Completed", 100)] * 3), 900)) == 0


def test_nothing_is_estimated_from_nothing() -> None:
    first = sample(progressed(("Replicating", 10), ("Unknown", 0)), 0)
    assert seconds_left(first, first) is None
    assert seconds_left(first, sample(progressed(("Replicating", 10), ("Unknown", 0)), 60)) is None
    assert seconds_left(first, sample(progressed(("Replicating", 5), ("Unknown", 0)), 60)) is None
    # A region that failed is no longer copied, so what was estimated with it does not hold.
    assert seconds_left(first, sample(progressed(("Replicating", 90), ("Failed", 20)), 60)) is None


PERCENTS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=5)


@given(PERCENTS, st.floats(1, 10_000))
def test_an_estimate_is_never_negative_and_ends_at_the_end(percents: list[tuple[int, int]], elapsed: float) -> None:
    first = sample(progressed(*(("Replicating", min(pair)) for pair in percents)), 0)
    last = sample(progressed(*(("Replicating", max(pair)) for pair in percents)), elapsed)
    left = seconds_left(first, last)
    assert left is None or left >= 0
    assert (left == 0) == (last.done == last.whole and last.done > first.done)
