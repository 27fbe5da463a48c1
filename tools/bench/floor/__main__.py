"""The floor: every registration of the program, sent as plainly as the protocol allows. It is what the engine costs.

Types, names, parents, inputs, dependencies, options and outputs are the program's own, as `CustomResource` and
`ComponentResource`, all constants. It imports neither azure-native's classes nor anything of this repository, reads no
file, asks Azure nothing, and judges nothing. Like the program it looks for garbage rarely and keeps the SDK's debug
messages from the engine, for both are what a careful author does.

Of what the program sends, aliases are missing: there are a few whatever the size, those of the role and of the
attachment. The floor does not ask the engine for the stack's own outputs either, and prints no notices. What names the
operations of the two dynamic resources to the engine (`__provider`) comes from the configuration, for making it would
take the program's classes; the engine starts the same process for them.
"""

import asyncio
import gc

gc.set_threshold(100_000, 20, 20)

import pulumi
from pulumi import ComponentResource, CustomResource, CustomTimeouts, ProviderResource, ResourceOptions

pulumi.log.debug = lambda *_, **__: None

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP, LOCATION, PAIRED, GALLERY = "galleries", "koreacentral", "koreasouth", "contoso_lab_images"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
GALLERY_ID = f"{GROUPS}/{GROUP}/providers/Microsoft.Compute/galleries/{GALLERY}"
SOURCES = f"{GROUPS}/bench-sources/providers/Microsoft.Compute/snapshots"
LAB_ACCOUNT = f"{GROUPS}/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
ATTACHMENT = "attachment:contoso-labs-8797f2"
ROLE = "75e70407-639a-512f-a303-0a9a4ff97a3b"
CONTRIBUTOR = (
    f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    "/b24988ac-6180-42a0-ab88-20f7382dd24c"
)
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
OS_DISK_SIZE_GB = 32

config = pulumi.Config()
wanted = config.require_int("versions")
sdk_version = config.require("sdkVersion")
owner = f"{pulumi.get_project()}/{pulumi.get_stack()}"
tags = {"lab-image-gallery": owner}
images: dict[str, list[str]] = {}
for index in range(wanted):
    number, patch = divmod(index, VERSIONS_PER_IMAGE)
    images.setdefault(f"bench-image-{number:03}", []).append(f"1.0.{patch}")

provider = ProviderResource(
    "azure-native",
    f"azure-native:{SUBSCRIPTION}",
    {"subscriptionId": SUBSCRIPTION, "environment": "public"},
    ResourceOptions(version=sdk_version),
)
with_provider = ResourceOptions(providers=[provider])


def image_inputs(name: str, numbers: list[str]) -> dict[str, object]:
    """What policies see of an image."""
    return {
        "image": name,
        "osType": "Linux",
        "osState": "Generalized",
        "hyperVGeneration": "V1",
        "architecture": "x64",
        "securityType": "Standard",
        "consumers": ["lab_services"],
        "homeRegion": LOCATION,
        "newestUsableVersion": numbers[-1],
        "versions": [
            {
                "version": number,
                "source": {"kind": "snapshot", "id": source_of(name, number)},
                "osDiskSizeGb": OS_DISK_SIZE_GB,
                "dataDiskCount": 0,
                "declaredOsDiskSizeGb": OS_DISK_SIZE_GB,
                "declaredDataDiskCount": 0,
                "targetRegions": [
                    {"name": region, "replicas": 1, "excludeFromLatest": False} for region in (LOCATION, PAIRED)
                ],
                "excludeFromLatest": False,
                "endOfLife": None,
            }
            for number in numbers
        ],
    }


def source_of(image: str, number: str) -> str:
    """Id of the snapshot that a version is made from."""
    return f"{SOURCES}/{image}-{number.replace('.', '-')}"


def declare_image(name: str, numbers: list[str]) -> tuple[ComponentResource, CustomResource]:
    """One image with its definition and its versions: the component and the definition."""
    component = ComponentResource("lab-image-gallery:index:LabImage", name, image_inputs(name, numbers), with_provider)
    definition = CustomResource(
        "azure-native:compute:GalleryImage",
        name,
        {
            "galleryImageName": name,
            "galleryName": GALLERY,
            "resourceGroupName": GROUP,
            "location": LOCATION,
            "description": f"Image {name} of a measurement",
            "identifier": {"publisher": "contoso-university", "offer": "bench", "sku": name},
            "osType": "Linux",
            "osState": "Generalized",
            "hyperVGeneration": "V1",
            "architecture": "x64",
            "recommended": {"vCPUs": {"min": 2, "max": 8}, "memory": {"min": 4, "max": 32}},
            "tags": tags,
        },
        ResourceOptions(
            parent=component,
            version=sdk_version,
            depends_on=[gallery],
            protect=False,
            retain_on_delete=False,
            replace_on_changes=DEFINITION_IMMUTABLE,
            delete_before_replace=True,
        ),
    )
    versions = {number: declare_version(name, number, component, definition) for number in numbers}
    component.register_outputs(
        {
            "image": name,
            "consumers": ["lab_services"],
            "definitionId": definition.id,
            "versionIds": {number: version.id for number, version in versions.items()},
        }
    )
    return component, definition


def declare_version(
    image: str, number: str, component: ComponentResource, definition: CustomResource
) -> CustomResource:
    """One version of an image."""
    return CustomResource(
        "azure-native:compute:GalleryImageVersion",
        f"{image}:{number}",
        {
            "galleryImageVersionName": number,
            "galleryImageName": image,
            "galleryName": GALLERY,
            "resourceGroupName": GROUP,
            "location": LOCATION,
            "storageProfile": {"osDiskImage": {"source": {"id": source_of(image, number)}}},
            "publishingProfile": {
                "targetRegions": [
                    {
                        "name": region,
                        "regionalReplicaCount": 1,
                        "storageAccountType": "Standard_LRS",
                        "excludeFromLatest": False,
                    }
                    for region in (LOCATION, PAIRED)
                ],
                "excludeFromLatest": False,
                "replicationMode": "Full",
            },
            "safetyProfile": {"allowDeletionOfReplicatedLocations": False, "blockDeletionBeforeEndOfLife": False},
            "tags": tags,
        },
        ResourceOptions(
            parent=component,
            version=sdk_version,
            depends_on=[definition],
            protect=False,
            retain_on_delete=False,
            replace_on_changes=VERSION_IMMUTABLE,
            delete_before_replace=True,
            custom_timeouts=CustomTimeouts(create="6h", update="6h", delete="1h"),
        ),
    )


storage_gb = {name: OS_DISK_SIZE_GB * len((LOCATION, PAIRED)) * len(numbers) for name, numbers in images.items()}
gallery_component = ComponentResource(
    "lab-image-gallery:index:Gallery",
    "gallery",
    {
        "location": LOCATION,
        "replicaStorageGb": sum(storage_gb.values()),
        "largestImages": [{"image": name, "storageGb": size} for name, size in list(storage_gb.items())[:3]],
    },
    with_provider,
)
gallery = CustomResource(
    "azure-native:compute:Gallery",
    "gallery",
    {"galleryName": GALLERY, "resourceGroupName": GROUP, "location": LOCATION, "tags": tags},
    ResourceOptions(
        parent=gallery_component,
        version=sdk_version,
        protect=False,
        retain_on_delete=False,
        delete_before_replace=True,
    ),
)
role = CustomResource(
    "azure-native:authorization:RoleAssignment",
    f"role:{ROLE[:13]}",
    {
        "roleAssignmentName": ROLE,
        "scope": GALLERY_ID,
        "roleDefinitionId": CONTRIBUTOR,
        "principalId": "0a000000-0000-0000-0000-000000000001",
        "principalType": "ServicePrincipal",
    },
    ResourceOptions(
        parent=gallery_component,
        version=sdk_version,
        depends_on=[gallery],
        delete_before_replace=True,
        ignore_changes=["principalId", "principalType", "roleDefinitionId", "scope"],
    ),
)
gallery_component.register_outputs({"galleryId": gallery.id})
declared = {name: declare_image(name, numbers) for name, numbers in images.items()}
attachment_component = ComponentResource(
    "lab-image-gallery:index:LabAccountAttachment",
    ATTACHMENT,
    {
        "labRegions": [LOCATION],
        "imageRegions": {name: [LOCATION, PAIRED] for name in images},
        "galleryLocation": LOCATION,
    },
    with_provider,
)
attachment = CustomResource(
    "pulumi-python:dynamic/lab-image-gallery:ArmObject",
    ATTACHMENT,
    {
        "resourceId": f"{LAB_ACCOUNT}/sharedGalleries/{GALLERY}",
        "apiVersion": "2019-01-01-preview",
        "body": {"galleryId": GALLERY_ID},
        "__provider": config.require("armObject"),
    },
    ResourceOptions(parent=attachment_component, depends_on=[gallery, role]),
)
attachment_component.register_outputs({"attachmentId": attachment.id})
components = [component for component, _ in declared.values()]
CustomResource(
    "pulumi-python:dynamic/lab-image-gallery:DestroyGuard",
    "destroy-guard",
    {
        "galleryId": gallery.id,
        "tagName": "lab-image-gallery",
        "tagValue": owner,
        "__provider": config.require("destroyGuard"),
    },
    ResourceOptions(depends_on=[gallery_component, *components, attachment_component]),
)
pulumi.export("galleryId", gallery.id)
pulumi.export("imageDefinitionIds", {name: definition.id for name, (_, definition) in declared.items()})
pulumi.export("latestDeclaredVersions", {name: numbers[-1] for name, numbers in images.items()})
pulumi.export("targetRegions", {name: {number: [LOCATION, PAIRED] for number in each} for name, each in images.items()})
pulumi.export("attachments", [attachment.id])


async def begun() -> None:
    """Let the registrations begin before the program ends.

    Else the SDK waits for all outputs at once, and again each time that one is known: with the square of their number.
    """
    await asyncio.sleep(0)


pulumi.run(begun)
