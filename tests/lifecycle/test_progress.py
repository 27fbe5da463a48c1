"""Progress of replication, and the stage of a version."""

from __future__ import annotations

import pytest

from lifecycle.progress import versions_of
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
