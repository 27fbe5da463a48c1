"""The components of the package as tables: which arguments and outputs each has.

`LabImageGallery` is everything that a stack has. The others are parts of it, for programs that compose a gallery
themselves: each takes the settings that its part of the plan follows from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.stacks.settings import KEYS, Settings
from components.own_resource import MODULE

Spec = Mapping[str, Any]

DEFAULTS, IMAGES, CATALOG = "defaults", "images", "catalog"
"""The arguments that hold a catalogue: the two keys of images.yaml, or the path of such a file."""

SUBSCRIPTION, GALLERY_ID, IMAGE, DEFINITION = "subscriptionId", "galleryId", "image", "definition"
LAB_ACCOUNT_ID, DEVTEST_LAB_ID = "labAccountId", "devTestLabId"
ONE_OF: Final[Mapping[str, str]] = {LAB_ACCOUNT_ID: "labAccountIds", DEVTEST_LAB_ID: "devTestLabIds"}
"""Arguments that are the only entry of a setting."""

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "object", "additionalProperties": _TEXT}
_REGIONS: Final = {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}}


@dataclass(frozen=True, slots=True)
class Part:
    """One component of the package.

    `settings` are keys of a stack's configuration, in `texts` with another text than there; `own` are further
    arguments, with their entries of the schema; `catalogue` says that it takes a catalogue.
    """

    name: str
    about: str
    settings: tuple[str, ...]
    outputs: Mapping[str, Spec]
    own: Mapping[str, Spec] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    catalogue: bool = False

    @property
    def token(self) -> str:
        """Its type."""
        return f"{MODULE}:{self.name}"

    @property
    def arguments(self) -> frozenset[str]:
        """The names of all its arguments."""
        of_stack = (SUBSCRIPTION, *self.settings) if self.settings else ()
        return frozenset((*of_stack, *self.own, *((IMAGES, DEFAULTS) if self.catalogue else ())))

    @property
    def arguments_required(self) -> frozenset[str]:
        """Those without which nothing can be planned."""
        settings = {key for key in self.settings if Settings.model_fields[KEYS[key]].is_required()}
        return frozenset(settings | set(self.required))


_WHERE: Final = ("galleryName", "resourceGroupName", "location", "createResourceGroup")
_LABS: Final = ("labAccountIds", "labPlan", "labPlanId")
_REPLICAS: Final = (
    "factLookups",
    "targetRegions",
    "excludeRegions",
    "includeRegionsWithoutLabs",
    "replicasPerRegion",
    "storageAccountType",
)
_OF_OBJECTS: Final = ("protect", "importExisting", "tags")
_ELSEWHERE: Final[Mapping[str, str]] = {
    "createResourceGroup": "Whether `Gallery` makes the resource group, so that it may be missing in a first preview.",
    "labAccountIds": "Lab accounts that `LabAccountAttachment` attaches to: they decide where replicas lie.",
    "labPlan": "The lab plan that `LabPlan` makes: it decides where replicas lie.",
    "labPlanId": "The existing lab plan that `LabPlan` attaches the gallery to: it decides where replicas lie.",
}
_GALLERY_FIRST: Final[Spec] = {
    **_TEXT,
    "description": "The output `galleryId` of `Gallery`, so that it comes first and goes last. It may be unknown in a "
    "preview.",
}
_IMAGE_TYPE: Final = {"$ref": f"#/types/{MODULE}:Image"}
_DEFAULTS_TYPE: Final = {"$ref": f"#/types/{MODULE}:VersionDefaults"}

WHOLE: Final = Part(
    name="LabImageGallery",
    about="A gallery of virtual-machine images for labs, published from a catalogue: the gallery, its images and "
    "versions, roles, and the attachment to labs. The catalogue is a file (`catalog`) or stands here (`images`, "
    "`defaults`).",
    settings=tuple(KEYS),
    catalogue=True,
    outputs={
        "galleryId": {**_TEXT, "description": "Id of the gallery."},
        "imageDefinitionIds": {**_TEXTS, "description": "Ids of the image definitions, by image."},
        "latestDeclaredVersions": {
            **_TEXTS,
            "description": "The last version of each image that is published here.",
        },
        "targetRegions": {
            "type": "object",
            "additionalProperties": _REGIONS,
            "description": "The regions of each version, by image and version.",
        },
        "attachments": {
            "type": "array",
            "items": _TEXT,
            "description": "Ids of the attachments to labs, and of the lab plan.",
        },
    },
)

GALLERY: Final = Part(
    name="Gallery",
    about="The gallery alone, with the roles on it as a whole, for programs that declare images and attachments one by "
    "one. A stack has one.",
    settings=(
        *_WHERE,
        "galleryDescription",
        "softDelete",
        *_LABS,
        "labAccountServicePrincipalObjectId",
        "labPlanServicePrincipalObjectId",
        "roleAssignments",
        *_OF_OBJECTS,
    ),
    texts={
        "labAccountIds": "Lab accounts that `LabAccountAttachment` attaches to: their service gets its role.",
        "labPlan": "The lab plan that `LabPlan` makes: its service gets its role.",
        "labPlanId": "The existing lab plan that `LabPlan` attaches the gallery to: its service gets its role.",
        "roleAssignments": "Roles on the gallery as a whole; those on one image belong to its `LabImage`.",
    },
    outputs={"galleryId": {**_TEXT, "description": "Id of the gallery, for the other parts."}},
)

LAB_IMAGE: Final = Part(
    name="LabImage",
    about="One image with its versions, in the gallery that `Gallery` declares in the same stack.",
    settings=(*_WHERE, *_REPLICAS, *_LABS, "roleAssignments", *_OF_OBJECTS),
    own={
        IMAGE: {**_TEXT, "description": "The image's name."},
        DEFINITION: {**_IMAGE_TYPE, "description": "What stands below the image's name in images.yaml."},
        DEFAULTS: {**_DEFAULTS_TYPE, "description": "Any key of a version, for every version that does not set it."},
        GALLERY_ID: _GALLERY_FIRST,
    },
    required=(IMAGE, DEFINITION, GALLERY_ID),
    texts={**_ELSEWHERE, "roleAssignments": "Roles on this image; `image` may be left out."},
    outputs={
        "definitionId": {**_TEXT, "description": "Id of the image definition."},
        "versionIds": {**_TEXTS, "description": "Ids of the versions that are published here, by number."},
    },
)

_ATTACHMENT_OUTPUT: Final = {"attachmentId": {**_TEXT, "description": "Id of the attachment."}}

LAB_ACCOUNT_ATTACHMENT: Final = Part(
    name="LabAccountAttachment",
    about="The gallery attached to one existing lab account. The catalogue, with every image of the gallery, says "
    "where labs can be made from them, which the policies judge.",
    settings=(*_WHERE, CATALOG, *_REPLICAS, "labPlan", "labPlanId"),
    own={
        LAB_ACCOUNT_ID: {**_TEXT, "description": "Resource id of the lab account."},
        GALLERY_ID: _GALLERY_FIRST,
    },
    required=(LAB_ACCOUNT_ID, GALLERY_ID),
    texts=_ELSEWHERE,
    catalogue=True,
    outputs=_ATTACHMENT_OUTPUT,
)

DEVTEST_ATTACHMENT: Final = Part(
    name="DevTestAttachment",
    about="The gallery attached to one existing DevTest lab.",
    settings=_WHERE,
    own={
        DEVTEST_LAB_ID: {**_TEXT, "description": "Resource id of the DevTest lab."},
        GALLERY_ID: _GALLERY_FIRST,
    },
    required=(DEVTEST_LAB_ID, GALLERY_ID),
    texts=_ELSEWHERE,
    outputs=_ATTACHMENT_OUTPUT,
)

LAB_PLAN: Final = Part(
    name="LabPlan",
    about="A lab plan that uses the gallery: one that is made here (`labPlan`), or one that exists (`labPlanId`). The "
    "catalogue, with every image of the gallery, says where labs can be made from them, and which teachers see.",
    settings=(*_WHERE, CATALOG, *_REPLICAS, "labAccountIds", "labPlan", "labPlanId", *_OF_OBJECTS),
    own={GALLERY_ID: _GALLERY_FIRST},
    required=(GALLERY_ID,),
    texts={key: _ELSEWHERE[key] for key in ("createResourceGroup", "labAccountIds")},
    catalogue=True,
    outputs={"planId": {**_TEXT, "description": "Id of the lab plan."}},
)

GUARD: Final = Part(
    name="GalleryGuard",
    about="Stops `destroy`, before anything is deleted, while the gallery has images that the stack did not make. It "
    "stands for nothing in Azure. Declare it last, with every other part in `dependsOn`.",
    settings=(),
    own={GALLERY_ID: {**_TEXT, "description": "The output `galleryId` of `Gallery`."}},
    required=(GALLERY_ID,),
    outputs={},
)

PARTS: Final[Mapping[str, Part]] = {
    part.token: part for part in (GALLERY, LAB_IMAGE, LAB_ACCOUNT_ATTACHMENT, DEVTEST_ATTACHMENT, LAB_PLAN, GUARD)
}
