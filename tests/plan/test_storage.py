"""What replicas occupy at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.version import ImageVersion
from catalog.stacks.settings import Settings
from plan.planned import PlannedRegion
from plan.storage import Storage, replica_count, storage_in_one_region, stored_gb, version_storage
from tests.support import builders as inputs
from tests.support.builders import SNAPSHOT

COUNTS = st.lists(st.integers(1, 100), max_size=20)


def version(**values: object) -> ImageVersion:
    return ImageVersion.model_validate({"source": {"snapshot": SNAPSHOT}, **values})


def settings(**values: object) -> Settings:
    return inputs.settings(location="eastus", labAccountIds=[], **values)


@given(COUNTS, st.integers(1, 4096))
def test_stored_is_size_times_replicas_over_all_regions(counts: list[int], size: int) -> None:
    regions = [PlannedRegion(f"region{index}", count, "Standard_LRS", False) for index, count in enumerate(counts)]
    assert replica_count(regions) == sum(counts)
    assert stored_gb(size, replica_count(regions)) == sum(size * count for count in counts)


def test_without_a_size_nothing_is_known() -> None:
    assert stored_gb(None, 3) is None
    assert version_storage(version(), settings()) == Storage(versions=1, replicas=9, stored_gb=0, undeclared=1)


@pytest.mark.parametrize(
    ("version_values", "settings_values", "replicas"),
    [
        ({}, {}, 9),
        ({}, {"targetRegions": "paired"}, 2),
        ({}, {"targetRegions": "paired", "replicasPerRegion": 3}, 6),
        ({"target_regions": "home"}, {"replicasPerRegion": 3}, 3),
        ({"target_regions": ["westus"], "replicas_per_region": {"West US": 5}}, {}, 6),
        ({"replicas_per_region": 2}, {"excludeRegions": ["westus", "westus3"]}, 14),
    ],
)
def test_replicas_follow_version_and_stack(
    version_values: dict[str, object], settings_values: dict[str, object], replicas: int
) -> None:
    found = version_storage(version(os_disk_size_gb=64, **version_values), settings(**settings_values))
    assert found == Storage(versions=1, replicas=replicas, stored_gb=64 * replicas, undeclared=0)


@pytest.mark.parametrize(
    ("per_region", "replicas"), [(None, 1), (4, 4), ({"eastus": 3, "westus": 2}, 3), ({"eastus": 1}, 1)]
)
def test_one_region_counts_its_most_replicas(per_region: object, replicas: int) -> None:
    found = storage_in_one_region(version(os_disk_size_gb=10, replicas_per_region=per_region))
    assert found == Storage(versions=1, replicas=replicas, stored_gb=10 * replicas, undeclared=0)


def test_sums() -> None:
    parts = [Storage(1, 3, 20, 1), Storage(1, 3, 20, 1)]
    assert sum(parts, Storage()) == Storage(versions=2, replicas=6, stored_gb=40, undeclared=2)


def test_contradictions_are_not_counted_but_told() -> None:
    with pytest.raises(ValueError, match="names japaneast, where this version has no replica"):
        version_storage(version(replicas_per_region={"japaneast": 2}), settings())
