"""What an image becomes, beside what the golden inventory shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from components.gallery import Gallery
from components.lab_image import LabImage
from components.version_source import storage_profile
from plan.definition import Feature
from plan.planned import ExternalVersion, PlannedImage, PlannedRegion, PlannedSource
from tests.components.golden import declare
from tests.components.registrations import Registration, registrations
from tests.components.representative import image, representative_plan, sources, version


@pytest.mark.parametrize("preview", [True, False])
def test_outputs_for_the_stack(preview: bool) -> None:
    seen: dict[str, object] = {}

    def program() -> None:
        plan = representative_plan()
        gallery = Gallery(plan)
        desktops = LabImage(plan.images[2], plan, gallery)
        gallery.gallery_id.apply(lambda value: seen.update(gallery=value))
        desktops.definition_id.apply(lambda value: seen.update(definition=value))

    registrations(program, preview=preview)
    assert seen == {"gallery": "id-of-gallery", "definition": "id-of-desktops"}


def test_an_entry_that_may_be_removed_says_so_itself() -> None:
    plan = representative_plan()
    mixed = image("mixed", version("1.0.0", sources()["disk"]), version("2.0.0", sources()["disk"], protect=False))
    found = registrations(lambda: declare(replace(plan, images=(mixed,), lab_plan=None)))
    protection = {key: item.options.get("protect") for key, item in found.items() if "mixed" in key}
    assert protection == {
        "lab-image-gallery:index:LabImage::mixed": None,
        "azure-native:compute:GalleryImage::mixed": True,
        "azure-native:compute:GalleryImageVersion::mixed:1.0.0": True,
        "azure-native:compute:GalleryImageVersion::mixed:2.0.0": False,
    }


def test_what_others_published_is_an_input_and_no_resource() -> None:
    plan = representative_plan()
    theirs = ExternalVersion(
        number="1.0.0",
        id="/versions/1.0.0",
        os_disk_size_gb=200,
        data_disk_count=None,
        target_regions=(PlannedRegion("koreacentral", 2, "Premium_LRS", exclude_from_latest=True),),
        exclude_from_latest=False,
        end_of_life=datetime(2027, 6, 28, tzinfo=UTC),
    )
    older = replace(theirs, number="0.9.0", os_disk_size_gb=None)
    packer = image("packer", external=(theirs,), older_external=(older,))
    waiting = image("waiting", external=())
    found = registrations(lambda: declare(replace(plan, images=(packer, waiting), lab_plan=None)))
    inputs = found["lab-image-gallery:index:LabImage::packer"].inputs
    assert (inputs["external"], inputs["versions"]) == (
        True,
        [
            {
                "version": "1.0.0",
                "source": {"kind": "external", "id": "/versions/1.0.0"},
                "osDiskSizeGb": 200,
                "dataDiskCount": None,
                "targetRegions": [
                    {
                        "name": "koreacentral",
                        "replicas": 2,
                        "excludeFromLatest": True,
                        "storageAccountType": "Premium_LRS",
                    }
                ],
                "excludeFromLatest": False,
                "endOfLife": "2027-06-28",
            }
        ],
    )
    region = {"name": "koreacentral", "replicas": 2, "storageAccountType": "Premium_LRS"}
    assert inputs["olderVersions"] == [
        {"version": "0.9.0", "osDiskSizeGb": None, "dataDiskCount": None, "targetRegions": [region]}
    ]
    without = found["lab-image-gallery:index:LabImage::waiting"].inputs
    assert (without["external"], without["versions"]) == (True, [])
    assert "olderVersions" not in without
    assert not [key for key in found if "GalleryImageVersion" in key]


def test_a_kind_that_nothing_is_made_from_is_refused() -> None:
    with pytest.raises(ValueError, match="of kind 'tape'"):
        storage_profile(PlannedSource("tape", ""))


def test_what_is_taken_over_names_no_source_to_azure() -> None:
    plan = representative_plan()
    taken = version("7.0.0", PlannedSource("existing", "own-id"), exists=True, import_id="own-id")
    exported = image("exported", taken, exists=True, import_id="definition-id")
    found = registrations(lambda: declare(replace(plan, images=(exported,), lab_plan=None)))
    published = found["azure-native:compute:GalleryImageVersion::exported:7.0.0"]
    assert published.inputs["storageProfile"] == {}
    assert (published.options["importId"], published.options["protect"]) == ("own-id", True)
    assert "storageProfile" in published.options["ignoreChanges"]
    shown = found["lab-image-gallery:index:LabImage::exported"].inputs["versions"][0]
    assert shown["source"] == {"kind": "existing", "id": "own-id"}


def declared_definition(wanted: PlannedImage) -> Registration:
    plan = replace(representative_plan(), images=(wanted,), lab_plan=None)
    return registrations(lambda: declare(plan))[f"azure-native:compute:GalleryImage::{wanted.name}"]


def test_a_new_definition_names_its_security_type_unless_it_is_standard() -> None:
    assert "features" not in declared_definition(image("plain")).inputs
    trusted = declared_definition(image("trusted", security_type="TrustedLaunch", hyper_v_generation="V2"))
    assert trusted.inputs["features"] == [{"name": "SecurityType", "value": "TrustedLaunch"}]
    assert "features" in trusted.options["replaceOnChanges"]


def test_features_that_azure_shows_are_declared_as_they_are_and_never_replace() -> None:
    shown = (Feature("DiskControllerTypes", "SCSI", "2.0.0"), Feature("SecurityType", "Standard"))
    changed = declared_definition(image("changed", exists=True, features=shown))
    assert changed.inputs["features"] == [
        {"name": "DiskControllerTypes", "value": "SCSI", "startsAtVersion": "2.0.0"},
        {"name": "SecurityType", "value": "Standard"},
    ]
    assert "features" not in changed.options["ignoreChanges"]
    assert "features" not in changed.options["replaceOnChanges"]


def test_features_of_a_state_stay_where_azure_shows_none() -> None:
    earlier = declared_definition(image("earlier", exists=True))
    assert "features" not in earlier.inputs
    assert "features" in earlier.options["ignoreChanges"]


def test_the_cloud_of_the_environment_reaches_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "pulumi:providers:azure-native::azure-native:11111111-1111-1111-1111-111111111111"
    monkeypatch.delenv("ARM_ENVIRONMENT", raising=False)
    assert registrations(lambda: declare(representative_plan()))[key].inputs["environment"] == "public"
    monkeypatch.setenv("ARM_ENVIRONMENT", "china")
    assert registrations(lambda: declare(representative_plan()))[key].inputs["environment"] == "china"


def test_group_gallery_and_role_are_imported_under_the_ids_of_the_plan() -> None:
    plan = representative_plan()
    role, _ = plan.role_assignments
    gallery = replace(plan.gallery, import_id="gallery-id", resource_group_import_id="group-id")
    plan = replace(plan, gallery=gallery, role_assignments=(replace(role, import_id="role-id"),))
    found = registrations(lambda: declare(plan))
    assert [
        found[f"azure-native:{key}"].options["importId"]
        for key in (
            "resources:ResourceGroup::resource-group",
            "compute:Gallery::gallery",
            f"authorization:RoleAssignment::{role.logical_name}",
        )
    ] == ["group-id", "gallery-id", "role-id"]


def test_a_lock_that_is_there_is_not_made_anew_for_the_spelling_of_its_scope() -> None:
    plan = representative_plan()
    assert plan.lock is not None
    key = "azure-native:authorization:ManagementLockByScope::lock"
    assert "ignoreChanges" not in registrations(lambda: declare(plan))[key].options
    plan = replace(plan, lock=replace(plan.lock, exists=True, import_id="lock-id"))
    options = registrations(lambda: declare(plan))[key].options
    assert (options["importId"], options["ignoreChanges"]) == ("lock-id", ["scope"])


def test_a_group_that_is_not_ours_is_not_declared() -> None:
    plan = representative_plan()
    plan = replace(plan, gallery=replace(plan.gallery, create_resource_group=False), role_assignments=(), lock=None)
    found = registrations(lambda: declare(plan))
    assert not any(
        item.type.startswith(("azure-native:resources", "azure-native:authorization")) for item in found.values()
    )
    assert "dependsOn" not in found["azure-native:compute:Gallery::gallery"].options
