"""Which versions teachers see, and why not the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.lab_services_limits import OS_DISK_LIMIT_GB
from lifecycle.visibility import hidden_because, lab_regions
from plan.observed import Observed, ObservedGallery, ObservedLab
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, replica

KOREA = frozenset({"koreacentral"})


def reasons(
    definition: dict[str, Any] | None = None, regions: frozenset[str] | None = KOREA, **version: Any
) -> tuple[str, ...]:
    versions = {"1.0.0": inputs.observed_version(**version)}
    return hidden_because(inputs.observed_definition(**{"versions": versions, **(definition or {})}), "1.0.0", regions)


def test_one_disk_below_the_limit_in_the_labs_region_is_seen() -> None:
    assert reasons(os_disk_size_gb=OS_DISK_LIMIT_GB - 1) == ()
    assert reasons(provisioning_state="Updating") == ()
    assert reasons(regions=None, replicas=()) == ()


@pytest.mark.parametrize(
    ("definition", "version", "words"),
    [
        ({}, {"os_disk_size_gb": OS_DISK_LIMIT_GB}, f"its OS disk has {OS_DISK_LIMIT_GB} GB"),
        ({}, {"os_disk_size_gb": None}, "the size of its OS disk is not known"),
        ({}, {"data_disk_count": 1}, "it has 2 disks"),
        ({"hyper_v_generation": "V2"}, {}, "its generation is V2, and labs take V1"),
        ({"architecture": "Arm64"}, {}, "its architecture is Arm64"),
        ({"security_type": "TrustedLaunch"}, {}, "its security type is TrustedLaunch"),
        ({}, {"provisioning_state": "Failed"}, "its state is Failed"),
        ({}, {"replicas": (replica("koreasouth"),)}, "it has no replica in koreacentral"),
        ({}, {"replicas": (replica("koreacentral", excluded=True), replica("koreasouth"))}, "excluded from latest in"),
    ],
)
def test_each_reason(definition: dict[str, Any], version: dict[str, Any], words: str) -> None:
    (reason,) = reasons(definition, **version)
    assert words in reason


def test_all_reasons_are_told_together() -> None:
    found = reasons({"hyper_v_generation": "V2"}, os_disk_size_gb=256, data_disk_count=2, replicas=())
    assert len(found) == 4


def test_teachers_get_the_newest_usable_version_only() -> None:
    older, newer = inputs.observed_version(), inputs.observed_version()
    definition = inputs.observed_definition(versions={"1.9.0": older, "1.10.0": newer})
    assert hidden_because(definition, "1.9.0", KOREA) == ("labs take the latest version, 1.10.0",)
    assert hidden_because(definition, "1.10.0", KOREA) == ()
    failed = replace(definition, versions={"1.9.0": older, "1.10.0": replace(newer, provisioning_state="Failed")})
    assert hidden_because(failed, "1.9.0", KOREA) == ()


def test_labs_are_made_where_accounts_show_the_gallery() -> None:
    def seen(account: ObservedLab) -> frozenset[str] | None:
        gallery = ObservedGallery(GALLERY.upper(), "koreacentral")
        return lab_regions(inputs.settings(), Observed(gallery=gallery, labs={LAB_ACCOUNT.lower(): account}))

    assert seen(ObservedLab(LAB_ACCOUNT, "koreasouth", {"a": GALLERY})) == frozenset({"koreasouth"})
    assert seen(ObservedLab(LAB_ACCOUNT, "koreasouth", {"a": f"{GALLERY}2"})) == frozenset()
    assert seen(ObservedLab(LAB_ACCOUNT, failure="403")) is None
    assert lab_regions(inputs.settings(), Observed()) is None
    assert reasons(regions=frozenset()) == ("the gallery is attached to no lab account of this stack",)


@given(size=st.integers(1, 1024), disks=st.integers(0, 3), state=st.sampled_from(["Succeeded", "Failed", "Creating"]))
def test_seen_means_every_limit_is_kept(size: int, disks: int, state: str) -> None:
    found = reasons(os_disk_size_gb=size, data_disk_count=disks, provisioning_state=state)
    assert (found == ()) == (size < OS_DISK_LIMIT_GB and disks == 0 and state == "Succeeded")
