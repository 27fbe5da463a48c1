"""A plan that has one of everything: each kind of source, every optional property, and one import."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from catalog.stacks.attachment import DEVTEST_LAB, LAB_ACCOUNT
from catalog.stacks.settings import LAB_PLAN
from plan.definition import Definition, features_of
from plan.planned import (
    Plan,
    PlannedAttachment,
    PlannedGallery,
    PlannedImage,
    PlannedLabPlan,
    PlannedLock,
    PlannedMarketplace,
    PlannedMarketplaceImage,
    PlannedPlanImage,
    PlannedRegion,
    PlannedRoleAssignment,
    PlannedSource,
    PlannedVersion,
)
from tests.support.builders import definition

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
OTHER_SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"
BUILD = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers"
GALLERY = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/lab_images"
LABS = "/providers/Microsoft.LabServices/labaccounts/labs"
TAGS = {"lab-image-gallery": "lab-image-gallery/test"}

KOREA = (
    PlannedRegion("koreacentral", 2, "Standard_LRS", exclude_from_latest=False),
    PlannedRegion("koreasouth", 1, "Standard_ZRS", exclude_from_latest=True),
)


def version(number: str, source: PlannedSource, **changes: Any) -> PlannedVersion:
    plain = PlannedVersion(
        number=number,
        source=source,
        os_disk_size_gb=64,
        data_disk_count=0,
        declared_os_disk_size_gb=64,
        declared_data_disk_count=0,
        target_regions=KOREA,
        exclude_from_latest=False,
        end_of_life=None,
        block_deletion_before_end_of_life=False,
        allow_deletion_of_replicated_locations=False,
        tags=TAGS,
        protect=True,
    )
    return replace(plain, **changes)


def image(name: str, *versions: PlannedVersion, **changes: Any) -> PlannedImage:
    properties = {field.name: changes.pop(field.name) for field in fields(Definition) if field.name in changes}
    wanted = definition(publisher="contoso-university", offer="labs", sku=name, **properties)
    planned = PlannedImage(
        name=name,
        definition=wanted,
        features=features_of(wanted),
        consumers=None,
        tags=TAGS,
        protect=True,
        versions=versions,
        latest_usable=versions[-1].number if versions else None,
    )
    return replace(planned, **changes)


def sources() -> dict[str, PlannedSource]:
    other = f"{GALLERY}/images/debian/versions/1.0.0"
    storage = f"{BUILD}/Microsoft.Storage/storageAccounts/vhds"
    return {
        "snapshot": PlannedSource("snapshot", f"{BUILD}/Microsoft.Compute/snapshots/ubuntu"),
        "disk": PlannedSource("disk", f"{BUILD}/Microsoft.Compute/disks/ubuntu"),
        "vm": PlannedSource("vm", f"{BUILD}/Microsoft.Compute/virtualMachines/ubuntu"),
        "managed_image": PlannedSource("managed_image", f"{BUILD}/Microsoft.Compute/images/ubuntu"),
        "gallery_version": PlannedSource("gallery_version", other),
        "vhd": PlannedSource("vhd", storage, "https://vhds.blob.core.windows.net/images/ubuntu.vhd"),
    }


def _full_image() -> PlannedImage:
    return image(
        "windows-2022-cad",
        version("0.9.0", sources()["disk"], protect=False, exists=True),
        version(
            "1.0.0",
            sources()["snapshot"],
            os_disk_size_gb=None,
            data_disk_count=None,
            declared_os_disk_size_gb=None,
            declared_data_disk_count=None,
            exclude_from_latest=True,
            end_of_life=date(2027, 6, 28),
            block_deletion_before_end_of_life=True,
            allow_deletion_of_replicated_locations=True,
            exists=True,
            import_id=f"{GALLERY}/images/windows-2022-cad/versions/1.0.0",
        ),
        description="Windows Server 2022 with CAD",
        os_type="Windows",
        os_state="Specialized",
        recommended_vcpus=(2, 8),
        recommended_memory_gb=(8, 64),
        disallowed_disk_types=("Premium_LRS",),
        purchase_plan=("plan", "product", "publisher"),
        eula="https://example.edu/eula",
        privacy_statement_uri="https://example.edu/privacy",
        release_note_uri="https://example.edu/notes",
        end_of_life=date(2027, 6, 28),
        consumers=("lab_services",),
        exists=True,
        import_id=f"{GALLERY}/images/windows-2022-cad",
    )


def _lab_plan() -> PlannedLabPlan:
    plan_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/autumn"
    return PlannedLabPlan(
        id=plan_id,
        name="autumn",
        resource_group="labs",
        declared=True,
        location="koreacentral",
        lab_regions=("koreacentral", "japaneast"),
        images=(
            PlannedPlanImage("all-sources", f"{plan_id}/images/all-sources", enabled=True),
            PlannedPlanImage("windows-2022-cad", f"{plan_id}/images/windows-2022-cad", enabled=False),
        ),
        support_info={"email": "it@contoso.example"},
        tags=TAGS,
        protect=True,
    )


def _dev_test_attachment() -> PlannedAttachment:
    lab = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.DevTestLab/labs/courses"
    attachment = f"{lab}/sharedGalleries/lab_images"
    return PlannedAttachment(DEVTEST_LAB, f"{OTHER_SUBSCRIPTION}/labs/courses", attachment, "koreacentral")


def _marketplace(account: str) -> tuple[PlannedMarketplace, ...]:
    name, plan_id = "canonical.0001-com-ubuntu-server-focal.20_04-lts", _lab_plan().id
    return (
        PlannedMarketplace(
            account,
            LAB_ACCOUNT.type,
            "marketplace:labs-aaaaaa",
            (PlannedMarketplaceImage(name, f"{account}/galleryimages/{name}", offered=False),),
        ),
        PlannedMarketplace(
            plan_id,
            LAB_PLAN,
            "marketplace:autumn-bbbbbb",
            (PlannedMarketplaceImage(name, f"{plan_id}/images/{name}", offered=True),),
        ),
    )


def representative_plan() -> Plan:
    numbered = enumerate(sources().values(), start=1)
    all_sources = image("all-sources", *(version(f"1.0.{place}", source) for place, source in numbered), protect=False)
    desktops = image(
        "desktops", version("1.0.0", sources()["vm"]), os_type="Windows", consumers=("virtual_desktop", "devtest_labs")
    )
    accounts = {
        subscription: f"/subscriptions/{subscription}/resourceGroups/labs{LABS}"
        for subscription in (SUBSCRIPTION, OTHER_SUBSCRIPTION)
    }
    return Plan(
        subscription_id=SUBSCRIPTION,
        gallery=PlannedGallery(
            name="lab_images",
            id=GALLERY,
            resource_group="galleries",
            create_resource_group=True,
            location="koreacentral",
            description="Images for labs",
            tags=TAGS,
            protect=True,
            replica_storage_gb=1024,
            largest=(("all-sources", 768), ("windows-2022-cad", 256)),
            soft_delete=True,
        ),
        images=(_full_image(), all_sources, desktops),
        attachments=(
            *(
                PlannedAttachment(
                    LAB_ACCOUNT,
                    key=f"{subscription}/labs/labs",
                    id=f"{account}/sharedGalleries/lab_images",
                    region="koreacentral" if subscription == SUBSCRIPTION else None,
                )
                for subscription, account in accounts.items()
            ),
            _dev_test_attachment(),
        ),
        role_assignments=(
            PlannedRoleAssignment(
                name="33333333-3333-3333-3333-333333333333",
                role_definition_id=f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
                "/b24988ac-6180-42a0-ab88-20f7382dd24c",
                principal_id="44444444-4444-4444-4444-444444444444",
            ),
            PlannedRoleAssignment(
                name="55555555-5555-5555-5555-555555555555",
                role_definition_id=f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
                "/acdd72a7-3385-48ef-bd42-f606fba81ae7",
                principal_id="66666666-6666-6666-6666-666666666666",
                principal_type="Group",
                image="desktops",
                description="Reads the desktops",
            ),
        ),
        owner_tag=("lab-image-gallery", "lab-image-gallery/test"),
        lab_plan=_lab_plan(),
        lock=PlannedLock("lab-image-gallery", "CanNotDelete", "Labs run from these images"),
        marketplace=_marketplace(accounts[SUBSCRIPTION]),
    )
