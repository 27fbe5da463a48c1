"""A version whose publication failed is published again, and after that nothing is left to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.tags import REPUBLISHED_TAG
from plan.observed import Observed, ObservedVersion, RegionProgress
from plan.plan import plan
from plan.planned import PlannedVersion
from plan.republish import FAILED_STATES, failed_publications
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import OURS

SETTINGS, CATALOGUE = inputs.settings(), inputs.catalogue()
FIRST, SECOND, THIRD = (f"2026-06-0{day}T12:00:00Z" for day in (1, 2, 3))
AGAIN = {REPUBLISHED_TAG: FIRST}


def azure(version: ObservedVersion, moment: str = SECOND, *, failed_copy: bool = False) -> Observed:
    definition = inputs.observed_definition(versions={"1.0.0": version})
    states = {"koreacentral": "Completed", "koreasouth": "Failed" if failed_copy else "Replicating"}
    steps = tuple(RegionProgress(region, state, 50, "") for region, state in states.items())
    return Observed(gallery=inputs.observed_gallery(definition), moment=moment, progress={version.id.lower(): steps})


def planned(observed: Observed) -> PlannedVersion:
    return plan(CATALOGUE, SETTINGS, observed).images[0].versions[0]


@pytest.mark.parametrize(
    ("state", "tags", "expected", "again"),
    [
        ("Succeeded", {}, {}, False),
        ("Succeeded", AGAIN, AGAIN, False),
        ("Updating", AGAIN, AGAIN, False),
        ("Creating", {}, {}, False),
        ("Failed", {}, {REPUBLISHED_TAG: SECOND}, True),
        ("Failed", AGAIN, {REPUBLISHED_TAG: SECOND}, True),
        ("Canceled", {}, {REPUBLISHED_TAG: SECOND}, True),
    ],
)
def test_only_what_failed_gets_a_new_tag(
    state: str, tags: dict[str, str], expected: dict[str, str], again: bool
) -> None:
    observed = azure(inputs.observed_version(provisioning_state=state, tags=OURS | tags))
    version = planned(observed)
    assert (version.tags, version.republished) == (OURS | expected, again)
    assert failed_publications(CATALOGUE.images, Stack(SETTINGS, observed)) == (["gis:1.0.0"] if again else [])


def test_of_a_version_that_succeeded_a_copy_may_have_failed() -> None:
    there = inputs.observed_version()
    assert planned(azure(there)).republished is False
    version = planned(azure(there, failed_copy=True))
    assert (version.republished, version.tags[REPUBLISHED_TAG]) == (True, SECOND)
    assert not planned(azure(replace(there, provisioning_state="Updating"), failed_copy=True)).republished
    newer = inputs.catalogue(gis=inputs.image(versions={each: inputs.version() for each in ("1.0.0", "1.1.0")}))
    stack = Stack(SETTINGS, azure(there, failed_copy=True))
    assert failed_publications(newer.images, stack) == [], "labs take the latest version, and only that is asked for it"


@pytest.mark.parametrize("tags", [{}, {"lab-image-gallery": "lab-image-gallery/other"}])
def test_what_is_not_ours_is_left_alone(tags: dict[str, str]) -> None:
    observed = azure(inputs.observed_version(provisioning_state="Failed", tags=tags | AGAIN))
    assert failed_publications(CATALOGUE.images, Stack(SETTINGS, observed)) == []
    assert "does not carry the tag" in inputs.refused(CATALOGUE, SETTINGS, observed)[0]
    taken_over = plan(CATALOGUE, inputs.settings(importExisting=True), observed).images[0].versions[0]
    assert (taken_over.tags, taken_over.republished) == (OURS, False), "the stack's tag is written, and that publishes"


def test_what_the_catalogue_lacks_is_not_published_again() -> None:
    definition = inputs.observed_definition(
        versions={number: inputs.observed_version(provisioning_state="Failed") for number in ("1.0.0", "1.1.0")}
    )
    stack = Stack(SETTINGS, Observed(gallery=inputs.observed_gallery(definition)))
    assert failed_publications(CATALOGUE.images, stack) == ["gis:1.0.0"]
    assert failed_publications(CATALOGUE.images, Stack(SETTINGS)) == []


@dataclass
class Engine:
    """What the engine remembers of the version, and what Azure has. A write is sent for other tags or a failure."""

    tags: Mapping[str, str]
    failed: bool
    version: ObservedVersion
    failed_copy: bool = False

    def up(self, moment: str, *, succeeds: bool = True) -> bool:
        """Whether an update writes the version."""
        wanted = planned(azure(self.version, moment, failed_copy=self.failed_copy)).tags
        if wanted == self.tags and not self.failed:
            return False
        state = "Succeeded" if succeeds else "Failed"
        self.version = replace(self.version, tags=wanted, provisioning_state=state)
        self.tags, self.failed, self.failed_copy = wanted, not succeeds, not succeeds
        return True

    def refresh(self) -> None:
        """The failure is forgotten, and the tags are Azure's."""
        self.tags, self.failed = self.version.tags, False


TAGS = st.sampled_from([OURS, OURS | AGAIN, OURS | {REPUBLISHED_TAG: "x"}, OURS | {"colour": "blue"}])


@given(
    remembered=TAGS,
    failed=st.booleans(),
    tags=TAGS,
    state=st.sampled_from(["Succeeded", "Updating", *sorted(FAILED_STATES)]),
    failed_copy=st.booleans(),
    steps=st.lists(st.sampled_from(["refresh", "failing up"]), max_size=3),
)
def test_after_an_update_in_which_nothing_fails_nothing_failed_is_left(
    remembered: dict[str, str], failed: bool, tags: dict[str, str], state: str, failed_copy: bool, steps: list[str]
) -> None:
    # Another write of the version is under way in `Updating`; what comes of it is seen by a later update.
    failed_copy = failed_copy and state != "Updating"
    engine = Engine(remembered, failed, inputs.observed_version(provisioning_state=state, tags=tags), failed_copy)
    for number, step in enumerate(steps):
        if step == "refresh":
            engine.refresh()
        else:
            engine.up(f"2026-05-0{number + 1}T12:00:00Z", succeeds=False)
    engine.up(SECOND)
    assert engine.version.provisioning_state not in FAILED_STATES
    assert not engine.failed_copy
    assert not engine.up(THIRD)
    engine.refresh()
    assert not engine.up(THIRD)
