"""Microsoft.LabServices/labaccounts/sharedImages: the images that a lab account offers to teachers."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.regions import display_name
from sandbox.emulator.replication import outcome
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.types.compute.image_definition import ImageDefinition
from sandbox.emulator.types.compute.image_version import ImageVersion, copies_of
from sandbox.emulator.types.labs.shared_gallery import SharedGallery
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, pick

SIZE_LIMIT_GB = 128

LAB_IMAGES = rule(
    "lab-images",
    "A lab account lists an image of its gallery when the latest version that is not excluded has an OS disk "
    f"below {SIZE_LIMIT_GB} GB (or of unknown size), no data disk, and a finished copy in the lab account's "
    "region, and its definition is V1, x64 and Standard; nothing says why another is missing.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach a shared image gallery, and bring a custom image (generation 1); that "
    "only the latest version counts, that other architectures and security types are not listed, and what happens to "
    "unknown sizes, is UNVERIFIED",
)


class SharedImage(ResourceType):
    """An image offered by a lab account: only the list is imitated, it is worked out when asked for."""

    type = "Microsoft.LabServices/labaccounts/sharedImages"
    api_versions = ("2019-01-01-preview",)
    tracked = False

    def check(self, write: WriteRequest) -> None:
        """Refuse every write: enabling and disabling images is not imitated."""
        raise ArmError(405, "MethodNotAllowed", "The sandbox only lists the images of a lab account.")

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the images that teachers see."""
        account = context.state.get(path.container)
        found = []
        for attachment in context.state.of_type(SharedGallery.type, container=path.container):
            gallery_id = str(attachment.properties["galleryId"])
            for definition in context.state.of_type(ImageDefinition.type, container=gallery_id.lower()):
                version = latest(context, definition, account.location) if account else None
                if account and version and offered(definition, version, account.location, context.now):
                    found.append(self._entry(path, definition, gallery_id))
        return found

    def _entry(self, path: ArmPath, definition: Resource, gallery_id: str) -> Json:
        name = definition.path.name
        return {
            "id": f"{path.text}/{name}",
            "name": name,
            "type": self.type,
            "properties": {
                "EnableState": "Enabled",
                "sharedGalleryId": gallery_id,
                "osType": definition.properties["osType"],
                "imageType": definition.properties["osState"],
                "displayName": name,
                "definitionName": name,
                "provisioningState": "Succeeded",
            },
        }


def latest(context: Context, definition: Resource, location: str) -> Resource | None:
    """Return the version of a definition that teachers get in a region: the latest that is not excluded there."""
    versions = [
        version
        for version in context.state.of_type(ImageVersion.type, container=definition.path.key)
        if not _excluded(version, location)
    ]
    return max(versions, key=lambda version: [int(part) for part in version.path.name.split(".")], default=None)


def _excluded(version: Resource, location: str) -> bool:
    return bool(pick(version.properties, "publishingProfile.excludeFromLatest")) or any(
        entry["excludeFromLatest"] and entry["name"] == display_name(location)
        for entry in pick(version.properties, "publishingProfile.targetRegions")
    )


@LAB_IMAGES.applies
def offered(definition: Resource, version: Resource, location: str, now: float) -> bool:
    """Whether Lab Services shows the image of a latest version in a region."""
    profile = version.properties["storageProfile"]
    size = pick(profile, "osDiskImage.sizeInGB")
    here = [item for item in copies_of(version) if item.region == location]
    return (
        (size is None or size < SIZE_LIMIT_GB)
        and not profile.get("dataDiskImages")
        and bool(here)
        and outcome(here, now) == "Completed"
        and definition.properties.get("hyperVGeneration", "V1") == "V1"
        and definition.properties.get("architecture", "x64") == "x64"
        and _security_type(definition) == "Standard"
    )


def _security_type(definition: Resource) -> str:
    features = definition.properties.get("features") or []
    return next((feature["value"] for feature in features if feature["name"] == "SecurityType"), "Standard")
