"""Microsoft.LabServices/labaccounts/sharedImages: the images that a lab account offers to teachers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.regions import display_name
from sandbox.emulator.replication import outcome
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute.image_definition import ImageDefinition, security_type
from sandbox.emulator.types.compute.image_version import ImageVersion, copies_of
from sandbox.emulator.types.labs.shared_gallery import SharedGallery
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, check_value, pick

SIZE_LIMIT_GB = 128
STATES = ("Enabled", "Disabled")

LAB_IMAGES = rule(
    "lab-images",
    "A lab account lists an image of its gallery when the latest version that is not excluded has an OS disk "
    f"below {SIZE_LIMIT_GB} GB (or of unknown size), no data disk, and a finished copy in the lab account's "
    "region, and its definition is V1, x64 and Standard; nothing says why another is missing.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services, attach or detach a shared image gallery, and bring a custom image (generation 1, so "
    "neither Arm64 nor Trusted Launch, which need generation 2); that only the latest version counts, and what "
    "happens to unknown sizes, is UNVERIFIED",
    question="the image is listed while its only version is excluded from latest",
)
LAB_IMAGE_SWITCH = rule(
    "lab-image-switch",
    "A lab account offers each image that it lists until a PUT with EnableState Disabled; a disabled one stays in the "
    "list. PUT neither makes an image nor changes anything else of it.",
    evidence=Evidence.DOCUMENT,
    where="PowerShell module Az.LabServices of Azure DevTest Labs' samples (PUT with EnableState); Azure Lab "
    "Services, attach or detach a shared image gallery (enabled by default); that it is done when it is answered, "
    "and that the state outlives a detached gallery, is UNVERIFIED",
    question="an image is switched off when it is answered",
)


class SharedImage(ResourceType):
    """An image offered by a lab account: worked out when asked for, but for its state."""

    type = "Microsoft.LabServices/labaccounts/sharedImages"
    api_versions = ("2019-01-01-preview",)
    tracked = False
    methods = ("GET", "HEAD", "PUT")

    @LAB_IMAGE_SWITCH.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse a new image and a bad state."""
        if write.existing is None:
            raise LAB_IMAGE_SWITCH.unknown_answer(
                f"The image '{write.path.name}' was not found in lab account '{write.path.names[0]}'. Images cannot be "
                "created."
            )
        check_value(write.properties.get("EnableState"), STATES, "properties.EnableState", required=True)

    def properties(self, write: WriteRequest) -> Json:
        """Return what was there, with the state that was sent: nothing else can be written."""
        there = write.existing.properties if write.existing else {}
        return dict(there) | {"EnableState": write.properties["EnableState"]}

    def found(self, path: ArmPath, context: Context) -> Resource | None:
        """Return an image by its path."""
        return next((image for image in self._images(path.container, context) if image.path.key == path.key), None)

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the images, disabled ones too; kept as `offered_images` are, for the next pages."""
        key = ("shared images", path.container)
        until, found = context.state.memo.get(key, (0.0, []))
        if context.now >= until:
            found = [self.show(image, context) for image in self._images(path.container, context)]
            context.state.memo[key] = (_until(context), found)
        return list(found)

    def _images(self, account_key: str, context: Context) -> Iterator[Resource]:
        account = context.state.get(account_key)
        if account is None:
            return
        kept = {image.path.key: image for image in context.state.of_type(self.type, container=account_key)}
        for attachment in context.state.of_type(SharedGallery.type, container=account_key):
            gallery_id = str(attachment.properties["galleryId"])
            for definition, _ in offered_images(gallery_id.lower(), account.location, context):
                path = account.path.child("sharedImages", definition.path.name)
                yield _image(path, definition, gallery_id, kept.get(path.key))


def _image(path: ArmPath, definition: Resource, gallery_id: str, kept: Resource | None) -> Resource:
    properties: Json = {
        "EnableState": kept.properties["EnableState"] if kept else "Enabled",
        "sharedGalleryId": gallery_id,
        "osType": definition.properties["osType"],
        "imageType": definition.properties["osState"],
        "displayName": definition.path.name,
        "definitionName": definition.path.name,
    }
    return Resource(path, {"properties": properties}, dict(kept.hidden) if kept else {})


def offered_images(gallery_key: str, location: str, context: Context) -> list[tuple[Resource, Resource]]:
    """Return the images of a gallery that Lab Services shows in a region, each as its definition and latest version.

    Every page of every lab's list asks for them, so they are kept until something changes or the next copy ends.
    """
    key = ("offered images", gallery_key, location)
    until, found = context.state.memo.get(key, (0.0, []))
    if context.now >= until:
        until, found = _offered(gallery_key, location, context)
        context.state.memo[key] = (until, found)
    return list(found)


def _until(context: Context) -> float:
    """Until when everything that is kept holds."""
    return min((until for until, _ in context.state.memo.values()), default=math.inf)


def _offered(gallery_key: str, location: str, context: Context) -> tuple[float, list[tuple[Resource, Resource]]]:
    """The images that are offered, and when the next copy ends, after which there may be others."""
    versions: dict[str, list[Resource]] = {}
    for version in context.state.of_type(ImageVersion.type, below=gallery_key):
        versions.setdefault(version.path.container, []).append(version)
    pairs = (
        (definition, latest(versions.get(definition.path.key, ()), location))
        for definition in context.state.of_type(ImageDefinition.type, container=gallery_key)
    )
    now = context.now
    ends = (copy.ends for group in versions.values() for version in group for copy in copies_of(version))
    until = min((end for end in ends if end > now), default=math.inf)
    return until, [(image, found) for image, found in pairs if found and offered(image, found, location, now)]


def latest(versions: Iterable[Resource], location: str) -> Resource | None:
    """Return the version of a definition that teachers get in a region: the latest that is not excluded there."""
    shown = (version for version in versions if not _excluded(version, location))
    return max(shown, key=lambda version: [int(part) for part in version.path.name.split(".")], default=None)


def _excluded(version: Resource, location: str) -> bool:
    return bool(pick(version.properties, "publishingProfile.excludeFromLatest")) or any(
        entry.get("excludeFromLatest") and entry["name"] == display_name(location)
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
        and security_type(definition.properties) == "Standard"
    )
