"""The data of the geography map."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.regions.geography import all_regions, data_date
from catalog.regions.region import LabService, Region

REGIONS = {region.name: region for region in all_regions()}

LEAST = {"public": 61, "china": 6, "usgovernment": 5}


def test_every_region_of_every_cloud_is_there() -> None:
    counts = {cloud: sum(r.cloud == cloud for r in REGIONS.values()) for cloud in LEAST}
    assert all(counts[cloud] >= least for cloud, least in LEAST.items()), "regions come, none goes"
    assert list(REGIONS) == sorted(REGIONS)


def test_data_tells_its_day() -> None:
    assert date.fromisoformat(data_date()) >= date(2026, 9, 23)


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda region: region.name)
def test_entry_is_consistent(region: Region) -> None:
    assert region.name.isalnum()
    assert region.name.islower()
    assert region.geography
    assert region.geography_group
    if region.paired_region is not None:
        assert REGIONS[region.paired_region].cloud == region.cloud
    of_geography = [other for other in REGIONS.values() if other.geography == region.geography]
    assert {other.cloud for other in of_geography} == {region.cloud}
    assert {other.geography_aliases for other in of_geography} == {region.geography_aliases}


@pytest.mark.parametrize(
    ("name", "kinds", "offered"),
    [
        ("koreacentral", {LabService.ACCOUNTS}, True),
        ("koreacentral", {LabService.PLANS}, True),
        ("japanwest", {LabService.ACCOUNTS}, True),
        ("japanwest", {LabService.PLANS}, False),
        ("japanwest", set(LabService), True),
        ("uaenorth", {LabService.ACCOUNTS}, False),
        ("uaenorth", {LabService.PLANS}, True),
        ("westus3", set(LabService), False),
        ("jioindiawest", set(LabService), False),  # nobody tells: counts as not offered
        ("koreacentral", set(), False),
    ],
)
def test_where_labs_were_offered(name: str, kinds: set[LabService], offered: bool) -> None:
    assert REGIONS[name].offers_labs(frozenset(kinds)) is offered
