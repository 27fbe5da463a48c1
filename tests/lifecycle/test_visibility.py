"""Why a version in the gallery is not offered in a lab."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.place import places
from lifecycle.visibility import hidden_because, latest_in, taken_versions
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from plan.observed import Observed, ObservedLab, RegionProgress
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, replica

TODAY = date(2026, 6, 1)
ATTACHED = ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY.upper()})


def reasons(
    definition: dict[str, Any] | None = None,
    lab: ObservedLab = ATTACHED,
    progress: tuple[RegionProgress, ...] = (),
    **version: Any,
) -> tuple[str, ...]:
    found = inputs.observed_version(**version)
    stack = Stack(inputs.settings(), Observed(labs={LAB_ACCOUNT.lower(): lab}, progress={found.id.lower(): progress}))
    image = inputs.observed_definition(**{"versions": {"1.0.0": found}, **(definition or {})})
    (place,) = places(stack)
    return hidden_because(image, "1.0.0", place, stack.observed, TODAY, latest=latest_in(image.versions, place.region))


def progress(state: str, percent: int = 0, region: str = "koreacentral") -> tuple[RegionProgress, ...]:
    return (RegionProgress(region, state, percent, ""),)


def test_one_disk_below_the_limit_in_the_labs_region_is_seen() -> None:
    assert reasons(os_disk_size_gb=OS_DISK_LIMIT_GB - 1) == ()
    assert reasons(provisioning_state="Updating", progress=progress("Completed")) == ()
    assert reasons(end_of_life=datetime(2026, 6, 1, 23, 59, tzinfo=UTC)) == ()


@pytest.mark.parametrize(
    ("definition", "version", "words"),
    [
        ({}, {"os_disk_size_gb": OS_DISK_LIMIT_GB}, f"its OS disk has {OS_DISK_LIMIT_GB} GB"),
        ({}, {"os_disk_size_gb": None}, "the size of its OS disk is not known"),
        ({}, {"data_disk_count": 1}, "it has 2 disks"),
        ({}, {"data_disk_count": None}, "the number of its disks is not known"),
        ({"hyper_v_generation": "V2"}, {}, "its generation is V2, and labs take V1"),
        ({"architecture": "Arm64"}, {}, "its architecture is Arm64"),
        ({"security_type": "TrustedLaunch"}, {}, "its security type is TrustedLaunch"),
        ({"purchase_plan": ("a", "b", "c")}, {}, "it has a purchase plan"),
        ({"end_of_life": datetime(2026, 5, 31, tzinfo=UTC)}, {}, "its image's end of life, 2026-05-31, has passed"),
        ({}, {"end_of_life": datetime(2026, 5, 31, tzinfo=UTC)}, "its end of life, 2026-05-31, has passed"),
        ({}, {"provisioning_state": "Failed"}, "its publication failed"),
        ({}, {"provisioning_state": "Creating"}, "it is not finished (its state is Creating)"),
        ({}, {"provisioning_state": "Updating"}, "its state is Updating, and that of its replica in koreacentral"),
        ({}, {"provisioning_state": ""}, "its state is not known"),
        ({}, {"progress": progress("Failed")}, "its replication to koreacentral failed"),
        ({}, {"progress": progress("Replicating", 40)}, "is not finished (Replicating, 40 %)"),
        ({}, {"progress": progress("Unknown")}, "is not finished (Unknown, 0 %)"),
        (
            {},
            {
                "progress": (*progress("Failed", region="koreasouth"), *progress("Completed")),
                "provisioning_state": "Failed",
            },
            "its publication failed in koreasouth, and whether labs in koreacentral take it nevertheless",
        ),
        ({}, {"replicas": (replica("koreasouth"),)}, "it has no replica in koreacentral"),
        ({}, {"replicas": (replica("koreacentral", 0),)}, "it has no replica in koreacentral"),
        ({}, {"replicas": (replica("koreacentral", excluded=True), replica("koreasouth"))}, "excluded from latest in"),
        ({}, {"excluded": True}, "excluded from latest in koreacentral"),
        ({}, {"lab": ObservedLab(LAB_ACCOUNT, "koreacentral")}, "the lab account has no gallery"),
        ({}, {"lab": replace(ATTACHED, attachments={"a": f"{GALLERY}2"})}, f"has another gallery: {GALLERY}2"),
        ({}, {"lab": ObservedLab(LAB_ACCOUNT, failure="403")}, "the lab account could not be read: 403"),
    ],
)
def test_each_reason(definition: dict[str, Any], version: dict[str, Any], words: str) -> None:
    (reason,) = reasons(definition, **version)
    assert words in reason


def test_all_reasons_are_given_together() -> None:
    found = reasons({"hyper_v_generation": "V2"}, os_disk_size_gb=256, data_disk_count=2, replicas=())
    assert len(found) == 4


def test_labs_take_the_latest_version_only() -> None:
    older, newer = inputs.observed_version(), inputs.observed_version()
    stack = Stack(inputs.settings(), Observed(labs={LAB_ACCOUNT.lower(): ATTACHED}))
    definition = inputs.observed_definition(versions={"1.9.0": older, "1.10.0": newer})
    (place,) = places(stack)
    older_one = hidden_because(definition, "1.9.0", place, stack.observed, TODAY, latest="1.10.0")
    assert older_one == ("labs take the latest version, 1.10.0",)
    assert hidden_because(definition, "1.10.0", place, stack.observed, TODAY, latest="1.10.0") == ()
    dates = {"2024.01.15": newer, "2023.12.1": older}
    assert latest_in(dates, "koreacentral") == "2024.01.15"
    excluded = replace(newer, replicas=(replica("koreacentral", excluded=True), replica("koreasouth")))
    numbers = {"1.9.0": older, "1.10.0": excluded}
    assert (latest_in(numbers, "koreacentral"), latest_in(numbers, "koreasouth")) == ("1.9.0", "1.10.0")
    assert latest_in({}, "koreacentral") is None


@given(size=st.integers(1, 1024), disks=st.integers(0, 3), state=st.sampled_from(["Succeeded", "Failed", "Creating"]))
def test_seen_means_every_limit_is_kept(size: int, disks: int, state: str) -> None:
    found = reasons(os_disk_size_gb=size, data_disk_count=disks, provisioning_state=state)
    assert (found == ()) == (size < OS_DISK_LIMIT_GB and disks == 0 and state == "Succeeded")


def test_of_each_image_only_what_labs_take_is_taken() -> None:
    paths = {number: f"{GALLERY}/images/gis/versions/{number}" for number in ("1.0.0", "1.1.0", "1.2.0")}
    home = (replica("koreacentral"), replica("koreasouth", excluded=True))
    versions = {
        "1.0.0": inputs.observed_version(id=paths["1.0.0"]),
        "1.1.0": inputs.observed_version(id=paths["1.1.0"], replicas=home),
        "1.2.0": inputs.observed_version(id=paths["1.2.0"], excluded=True),
    }
    gallery = inputs.observed_gallery(inputs.observed_definition(versions=versions))

    def taken(*regions: str | None) -> list[str]:
        return sorted(version.id.rpartition("/")[2] for version in taken_versions(gallery, regions))

    assert taken("koreacentral", "koreacentral") == ["1.1.0"]
    assert taken("koreacentral", "koreasouth") == ["1.0.0", "1.1.0"]
    assert taken() == []
    assert taken_versions(None, ["koreacentral"]) == []
