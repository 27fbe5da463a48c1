"""The yardstick: the same resources, declared with the SDK directly. No file is read, nothing is looked up or checked.

It has the inputs and options that the components give, but no component, and it leaves out the attachment to the lab
account, which the SDK has no class for.
"""

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import authorization, compute

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP, LOCATION, GALLERY = "galleries", "koreacentral", "contoso_lab_images"
GALLERY_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Compute/galleries/{GALLERY}"
SOURCES = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/bench-sources/providers/Microsoft.Compute/snapshots"
CONTRIBUTOR = (
    f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    "/b24988ac-6180-42a0-ab88-20f7382dd24c"
)
TAGS = {"lab-image-gallery": "lab-image-gallery/bare"}
DEFINITION_IMMUTABLE = [
    "architecture",
    "eula",
    "features",
    "hyperVGeneration",
    "identifier",
    "osState",
    "osType",
    "privacyStatementUri",
    "purchasePlan",
]
VERSION_IMMUTABLE = [
    "storageProfile.source",
    "storageProfile.osDiskImage.source",
    "publishingProfile.replicationMode",
]
VERSIONS_PER_IMAGE = 3

provider = azure_native.Provider("azure", subscription_id=SUBSCRIPTION, environment="public")
gallery = compute.Gallery(
    "gallery",
    gallery_name=GALLERY,
    resource_group_name=GROUP,
    location=LOCATION,
    tags=TAGS,
    opts=pulumi.ResourceOptions(provider=provider, delete_before_replace=True),
)
role = authorization.RoleAssignment(
    "role",
    role_assignment_name="0b000000-0000-0000-0000-000000000001",
    scope=GALLERY_ID,
    role_definition_id=CONTRIBUTOR,
    principal_id="0a000000-0000-0000-0000-000000000001",
    principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[gallery], delete_before_replace=True),
)


def declare_image(name: str) -> compute.GalleryImage:
    """One image definition."""
    return compute.GalleryImage(
        name,
        gallery_image_name=name,
        gallery_name=GALLERY,
        resource_group_name=GROUP,
        location=LOCATION,
        description=f"Image {name} of a measurement",
        identifier={"publisher": "contoso-university", "offer": "bench", "sku": name},
        os_type=compute.OperatingSystemTypes.LINUX,
        os_state=compute.OperatingSystemStateTypes.GENERALIZED,
        hyper_v_generation="V1",
        architecture="x64",
        recommended={"v_cpus": {"min": 2, "max": 8}, "memory": {"min": 4, "max": 32}},
        tags=TAGS,
        opts=pulumi.ResourceOptions(
            provider=provider,
            depends_on=[gallery],
            replace_on_changes=DEFINITION_IMMUTABLE,
            delete_before_replace=True,
        ),
    )


def declare_version(image: str, number: str, definition: compute.GalleryImage) -> compute.GalleryImageVersion:
    """One version of an image."""
    return compute.GalleryImageVersion(
        f"{image}:{number}",
        gallery_image_version_name=number,
        gallery_image_name=image,
        gallery_name=GALLERY,
        resource_group_name=GROUP,
        location=LOCATION,
        storage_profile={"os_disk_image": {"source": {"id": f"{SOURCES}/{image}-{number.replace('.', '-')}"}}},
        publishing_profile={
            "target_regions": [
                {
                    "name": region,
                    "regional_replica_count": 1,
                    "storage_account_type": "Standard_LRS",
                    "exclude_from_latest": False,
                }
                for region in (LOCATION, "koreasouth")
            ],
            "exclude_from_latest": False,
            "replication_mode": compute.ReplicationMode.FULL,
        },
        safety_profile={"allow_deletion_of_replicated_locations": False, "block_deletion_before_end_of_life": False},
        tags=TAGS,
        opts=pulumi.ResourceOptions(
            provider=provider,
            depends_on=[definition],
            replace_on_changes=VERSION_IMMUTABLE,
            delete_before_replace=True,
            custom_timeouts=pulumi.CustomTimeouts(create="6h", update="6h", delete="1h"),
        ),
    )


wanted = pulumi.Config().require_int("versions")
definitions: dict[str, compute.GalleryImage] = {}
for index in range(wanted):
    image, patch = divmod(index, VERSIONS_PER_IMAGE)
    name = f"bench-image-{image:03}"
    if name not in definitions:
        definitions[name] = declare_image(name)
    declare_version(name, f"1.0.{patch}", definitions[name])
pulumi.export("galleryId", gallery.id)
pulumi.export("imageDefinitionIds", {name: definition.id for name, definition in definitions.items()})
