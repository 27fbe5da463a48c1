"""The golden inventory, and rules that every resource in it keeps."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.components import golden
from tests.components.registrations import registrations
from tests.components.representative import GALLERY, representative_plan
from tests.support.project import ROOT

ARM_OBJECT = "pulumi-python:dynamic/lab-image-gallery:ArmObject"


@cache
def inventory() -> dict[str, Any]:
    return golden.inventory()


def of_type(kind: str) -> dict[str, Any]:
    return {key: item for key, item in inventory().items() if key.startswith(f"{kind}:")}


def test_the_inventory_is_as_written() -> None:
    assert golden.text() == golden.FILE.read_text(encoding="utf-8"), (
        "what the representative plan becomes has changed; if that is meant, run `make generated` and review it"
    )


def test_nothing_depends_on_the_order_of_two_runs() -> None:
    assert golden.inventory() == golden.inventory()


def test_every_azure_resource_goes_through_the_provider_of_the_subscription() -> None:
    azure = {key: item["provider"] for key, item in inventory().items() if key.startswith("azure-native:")}
    assert len(azure) == 18
    assert set(azure.values()) == {"pulumi:providers:azure-native::azure-native:11111111-1111-1111-1111-111111111111"}


def test_versions_wait_for_definitions_and_definitions_for_the_gallery() -> None:
    versions, definitions = (
        of_type("azure-native:compute:GalleryImageVersion"),
        of_type("azure-native:compute:GalleryImage"),
    )
    assert len(versions) == 9
    for key, item in versions.items():
        image = key.split("::")[1].split(":")[0]
        assert item["options"]["dependsOn"] == [f"azure-native:compute:GalleryImage::{image}"]
        assert item["options"]["customTimeouts"] == {"create": "6h", "update": "6h", "delete": "1h"}
    assert {tuple(item["options"]["dependsOn"]) for item in definitions.values()} == {
        ("azure-native:compute:Gallery::gallery",)
    }


def test_attachments_wait_for_the_gallery_and_its_roles() -> None:
    waiting = of_type(f"{ARM_OBJECT}::attachment") | of_type("azure-native:labservices:LabPlan")
    assert len(waiting) == 3
    for item in waiting.values():
        assert item["options"]["dependsOn"] == [
            "azure-native:authorization:RoleAssignment::role:33333333-3333",
            "azure-native:compute:Gallery::gallery",
        ]


def test_images_are_switched_when_the_plan_has_the_gallery_and_their_versions_are_replicated() -> None:
    cad = inventory()[f"{ARM_OBJECT}::lab-plan:windows-2022-cad"]
    assert cad["inputs"]["body"] == {"enabledState": "Disabled"}
    assert cad["options"] == {
        "dependsOn": [
            "azure-native:compute:GalleryImageVersion::windows-2022-cad:0.9.0",
            "azure-native:compute:GalleryImageVersion::windows-2022-cad:1.0.0",
            "azure-native:labservices:LabPlan::lab-plan",
        ]
    }


def test_of_an_existing_plan_nothing_but_its_gallery_is_declared() -> None:
    plan = representative_plan()
    assert plan.lab_plan is not None
    theirs = replace(plan.lab_plan, declared=False, lab_regions=None, images=())
    found = registrations(lambda: golden.declare(replace(plan, lab_plan=theirs)))
    assert not [key for key in found if key.startswith("azure-native:labservices")]
    assert found[f"{ARM_OBJECT}::lab-plan"].inputs["body"] == {"sharedGalleryId": GALLERY}
    assert found[f"{ARM_OBJECT}::lab-plan"].inputs["updateOnly"] is True
    assert "labRegions" not in found["lab-image-gallery:index:LabPlan::lab-plan"].inputs


def test_no_module_of_azure_native_is_loaded_for_a_program() -> None:
    code = "import sys, components.declaration; sys.exit('pulumi_azure_native' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_role_on_an_image_waits_for_it() -> None:
    item = of_type("azure-native:authorization:RoleAssignment")[
        "azure-native:authorization:RoleAssignment::role:55555555-5555"
    ]
    assert item["inputs"]["scope"] == f"{GALLERY}/images/desktops"
    assert item["options"]["dependsOn"] == ["azure-native:compute:GalleryImage::desktops"]


def test_the_lock_goes_before_everything_else_and_the_guard_before_the_lock() -> None:
    """What depends on the others is deleted before them."""
    ours = {
        key for key in inventory() if not key.startswith(("lab-image-gallery:", "pulumi:", "pulumi-python:dynamic/l"))
    }
    attached = set(of_type("pulumi-python:dynamic/lab-image-gallery:ArmObject"))
    (lock,) = of_type("azure-native:authorization:ManagementLockByScope").items()
    (guard,) = of_type("pulumi-python:dynamic/lab-image-gallery:DestroyGuard").values()
    others = (ours | attached) - {lock[0]}
    assert others <= set(lock[1]["options"]["dependsOn"])
    assert others | {lock[0]} <= set(guard["options"]["dependsOn"])


def test_target_regions_never_replace_anything() -> None:
    for item in of_type("azure-native:compute:GalleryImageVersion").values():
        paths = item["options"]["replaceOnChanges"]
        assert paths
        assert not any(path.startswith("publishingProfile") and "replicationMode" not in path for path in paths)


def test_what_azure_adds_to_a_storage_profile_replaces_nothing() -> None:
    for item in of_type("azure-native:compute:GalleryImageVersion").values():
        paths = [path for path in item["options"]["replaceOnChanges"] if path.startswith("storageProfile")]
        assert paths
        assert all(path.endswith(".source") for path in paths)


def test_what_is_published_is_never_replaced_for_its_spelling() -> None:
    ignoring = {key: item["options"].get("ignoreChanges") for key, item in inventory().items()}
    versions = "azure-native:compute:GalleryImageVersion::windows-2022-cad"
    assert {key for key, ignored in ignoring.items() if ignored} == {
        "azure-native:authorization:RoleAssignment::role:33333333-3333",
        "azure-native:authorization:RoleAssignment::role:55555555-5555",
        "azure-native:compute:GalleryImage::windows-2022-cad",
        f"{versions}:0.9.0",
        f"{versions}:1.0.0",
    }
    for key, ignored in ignoring.items():
        if ignored and "GalleryImage" in key:
            replacing = inventory()[key]["options"]["replaceOnChanges"]
            assert [path for path in replacing if not any(path.startswith(whole) for whole in ignored)] == []


def test_imports_are_those_of_the_plan() -> None:
    imported = {key: item["options"]["importId"] for key, item in inventory().items() if "importId" in item["options"]}
    definition = f"{GALLERY}/images/windows-2022-cad"
    assert imported == {
        "azure-native:compute:GalleryImage::windows-2022-cad": definition,
        "azure-native:compute:GalleryImageVersion::windows-2022-cad:1.0.0": f"{definition}/versions/1.0.0",
    }


def test_the_resource_group_outlives_the_stack() -> None:
    (group,) = of_type("azure-native:resources:ResourceGroup").values()
    assert group["options"] == {"protect": True, "retainOnDelete": True}


@pytest.mark.parametrize(
    ("number", "profile"),
    [
        ("1.0.1", {"osDiskImage": {"source": {"id": "snapshots/ubuntu"}}}),
        ("1.0.2", {"osDiskImage": {"source": {"id": "disks/ubuntu"}}}),
        ("1.0.3", {"source": {"virtualMachineId": "virtualMachines/ubuntu"}}),
        ("1.0.4", {"source": {"id": "images/ubuntu"}}),
        ("1.0.5", {"source": {"id": "versions/1.0.0"}}),
        (
            "1.0.6",
            {"osDiskImage": {"source": {"storageAccountId": "storageAccounts/vhds", "uri": "images/ubuntu.vhd"}}},
        ),
    ],
)
def test_each_kind_of_source_is_named_where_azure_wants_it(number: str, profile: dict[str, Any]) -> None:
    item = inventory()[f"azure-native:compute:GalleryImageVersion::all-sources:{number}"]
    assert _ends(item["inputs"]["storageProfile"]) == profile


def _ends(value: Any) -> Any:
    """The last two segments of every id."""
    if isinstance(value, dict):
        return {key: _ends(item) for key, item in value.items()}
    return "/".join(value.split("/")[-2:])


def test_images_that_labs_do_not_use_are_no_matter_of_lab_regions() -> None:
    labs = of_type("lab-image-gallery:index:LabAccountAttachment") | of_type("lab-image-gallery:index:LabPlan")
    for item in labs.values():
        assert set(item["inputs"]["imageRegions"]) == {"all-sources", "windows-2022-cad"}
