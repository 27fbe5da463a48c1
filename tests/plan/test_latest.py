"""The newest version that teachers can get, and the number of the next one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.version import version_key
from lifecycle.new_version import NewVersionError, VersionStep, next_number
from plan.latest import highest, latest_of_stack, latest_usable
from plan.observed import Observed, ObservedGallery, ObservedReplica
from plan.plan import plan
from tests.support.builders import (
    GALLERY,
    OURS,
    catalogue,
    image,
    observed_definition,
    observed_source,
    observed_version,
    settings,
    version,
)

NUMBERS = st.builds("{}.{}.{}".format, *[st.integers(0, 2**31 - 2)] * 3)
HIDDEN = (ObservedReplica("koreacentral", 1, "Standard_LRS", exclude_from_latest=True),)


def newest(versions: dict[str, Any], published: dict[str, Any]) -> str | None:
    """What the plan of one image says, with these versions in the catalogue and in the gallery."""
    definition = observed_definition(versions=published)
    gallery = ObservedGallery(GALLERY, "koreacentral", OURS, {"gis": definition})
    source = observed_source()
    decided = plan(
        catalogue(gis=image(versions=versions)),
        settings(),
        Observed(gallery=gallery, sources={source.id.lower(): source}),
    )
    return decided.images[0].latest_usable


@pytest.mark.parametrize(
    ("known", "step", "expected"),
    [
        ([], "patch", "1.0.0"),
        ([], "major", "1.0.0"),
        (["1.0.0", "1.10.0", "1.9.9"], "patch", "1.10.1"),
        (["1.0.0", "1.10.3"], "minor", "1.11.0"),
        (["1.10.3"], "major", "2.0.0"),
        (["1.0", "01.2.3", "latest"], "patch", "1.0.0"),
    ],
)
def test_the_next_number(known: list[str], step: VersionStep, expected: str) -> None:
    assert next_number(known, step) == expected


@given(st.lists(NUMBERS), st.sampled_from(["patch", "minor", "major"]))
def test_the_next_number_is_above_all(known: list[str], step: VersionStep) -> None:
    found = next_number(known, step)
    assert all(version_key(found) > version_key(number) for number in known)


def test_after_the_last_number_there_is_none() -> None:
    with pytest.raises(NewVersionError, match="there is no patch above"):
        next_number(["1.0.2147483647"])


def test_usable_is_published_and_offered_somewhere() -> None:
    offered = (*HIDDEN, ObservedReplica("koreasouth", 1, "Standard_LRS", exclude_from_latest=False))
    versions = {
        "1.9.0": observed_version(replicas=offered, provisioning_state="Updating"),
        "1.10.0": observed_version(replicas=HIDDEN),
        "2.0.0": observed_version(provisioning_state="Failed"),
        "1.8.0": observed_version(),
    }
    assert latest_usable(versions) == "1.9.0"
    assert latest_usable({}) is None
    assert highest(["no number", "1.2.0", "1.10.0"]) == "1.10.0"


def test_the_newest_of_a_stack_is_the_same_before_and_after_an_update() -> None:
    versions = {"1.0.0": version(), "1.1.0": version()}
    first, second = observed_version(), observed_version(id=f"{GALLERY}/images/gis/versions/1.1.0")
    assert newest(versions, {}) == newest(versions, {"1.0.0": first, "1.1.0": second}) == "1.1.0"
    hidden = {**versions, "1.1.0": version(exclude_from_latest=True)}
    assert newest(hidden, {"1.0.0": first, "1.1.0": second}) == "1.0.0"
    by_region = {**versions, "1.1.0": version(exclude_from_latest=["koreacentral"])}
    assert newest(by_region, {"1.0.0": first}) == "1.1.0"


def test_a_version_that_is_no_longer_declared_is_the_newest_if_it_is_our_own() -> None:
    versions, first = {"1.0.0": version()}, observed_version()
    dropped = {"1.0.0": first, "1.1.0": observed_version(id="1.1.0")}
    assert newest(versions, dropped) == "1.1.0"
    assert newest(versions, {**dropped, "1.1.0": observed_version(id="1.1.0", tags={})}) == "1.0.0"
    assert newest(versions, {**dropped, "1.1.0": observed_version(id="1.1.0", provisioning_state="Failed")}) == "1.0.0"
    assert newest({**versions, "1.2.0": version()}, dropped) == "1.2.0"
    assert latest_of_stack([], {}, settings()) is None
