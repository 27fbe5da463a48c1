"""An image definition as the catalogue has it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from catalog.fields.fields import CatalogueModel, EndOfLife, Flag, Tags, Text, Url, checked_text, not_empty
from catalog.files.diagnostic import shown
from catalog.files.field_error import field_error
from catalog.images.consumers import LAB_SERVICES, Consumer
from catalog.images.features import Features
from catalog.images.version import ImageVersion
from catalog.images.version_number import VERSION_PATTERN, same_number, version_key, version_problem

OsType = Literal["Linux", "Windows"]
OsState = Literal["Generalized", "Specialized"]
HyperVGeneration = Literal["V1", "V2"]
Architecture = Literal["x64", "Arm64"]
SecurityType = Literal[
    "Standard",
    "TrustedLaunch",
    "TrustedLaunchSupported",
    "ConfidentialVM",
    "ConfidentialVmSupported",
    "TrustedLaunchAndConfidentialVmSupported",
]
DiskType = Literal[
    "Standard_LRS",
    "StandardSSD_LRS",
    "StandardSSD_ZRS",
    "Premium_LRS",
    "Premium_ZRS",
    "PremiumV2_LRS",
    "UltraSSD_LRS",
]
EXTERNAL: Final = "external"
"""What `versions` says if somebody else publishes them, such as Packer, Azure Image Builder or another stack."""

IMAGE_NAME_PATTERN: Final = r"[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?"
_IMAGE_NAME: Final = re.compile(IMAGE_NAME_PATTERN)
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")


def name_problem(name: str) -> str | None:
    """What is wrong with an image definition's name. Source: "Azure Compute Gallery troubleshooting"."""
    if _IMAGE_NAME.fullmatch(name):
        return None
    return (
        f"{shown(name)} is no image name: 1 to 80 letters, digits, full stops, dashes and underscores, a letter or"
        " digit first and last; write one such as ubuntu-2204-python"
    )


def is_for_lab_services(consumers: Collection[str] | None) -> bool:
    """Whether the rules of Lab Services judge an image: it lists them among its `consumers`, or lists nobody."""
    return consumers is None or LAB_SERVICES in consumers


def _identifier(longest: int) -> AfterValidator:
    """A validator of publisher, offer, sku. Source: "Azure Compute Gallery troubleshooting"."""

    def problem(value: str) -> str | None:
        if len(value) <= longest and _IDENTIFIER.fullmatch(value):
            return None
        return (
            f"must be 1 to {longest} letters, digits, full stops, dashes and underscores, not ending in a full stop,"
            f" not {shown(value)}"
        )

    return checked_text(problem)


def _range(unit: str, largest: int) -> tuple[PlainValidator, WithJsonSchema]:
    """A validator of [min, max]. Source: the ranges that Azure accepts for a definition's recommendation."""

    def check(value: object) -> tuple[int, int] | None:
        if value is None:
            return None
        numbers = list(value) if isinstance(value, list | tuple) else []
        if len(numbers) != 2 or any(isinstance(n, bool) or not isinstance(n, int) for n in numbers):
            raise field_error(f"must be two whole numbers of {unit}, least and most, such as [2, 8]")
        least, most = numbers
        if unit == "GB" and 1 <= least // 1024 <= most // 1024 <= largest and least % 1024 == most % 1024 == 0:
            meant = f"[{least // 1024}, {most // 1024}]"
            raise field_error(f"must be in GB, and [{least}, {most}] MB are {meant} GB; write {meant}")
        if not 1 <= least <= most <= largest:
            raise field_error(f"must be least and most {unit} between 1 and {largest}, not [{least}, {most}]")
        return least, most

    item = {"type": "integer", "minimum": 1, "maximum": largest}
    schema = {"type": ["array", "null"], "items": item, "minItems": 2, "maxItems": 2}
    return PlainValidator(check), WithJsonSchema(schema)


_VCPUS, _VCPUS_SCHEMA = _range("vCPUs", 80)
_MEMORY, _MEMORY_SCHEMA = _range("GB", 640)


def _sorted_versions(versions: dict[str, ImageVersion]) -> dict[str, ImageVersion]:
    return {number: versions[number] for number in sorted(versions, key=version_key)}


def _or_external(value: object, versions: ValidatorFunctionWrapHandler) -> Any:
    """The versions; none for the word that says that others publish them."""
    if isinstance(value, str):
        if value != EXTERNAL:
            raise field_error(
                f"must be versions by number, such as 1.0.0:, or {EXTERNAL} if somebody else publishes them, not "
                f"{shown(value)}"
            )
        return {}
    return versions(value)


class _OrExternal:
    """The word beside the versions in the JSON schema."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"const": EXTERNAL}]}


def _each_once(consumers: tuple[Consumer, ...] | None) -> tuple[Consumer, ...] | None:
    return tuple(dict.fromkeys(consumers)) if consumers else consumers


class Identifier(CatalogueModel):
    """Publisher, offer and SKU: one triple for each image of a gallery, without regard to case."""

    publisher: Annotated[str, _identifier(128)] = Field(examples=["contoso-university"])
    """At most 128 characters."""
    offer: Annotated[str, _identifier(64)] = Field(examples=["python"])
    """At most 64 characters."""
    sku: Annotated[str, _identifier(64)] = Field(examples=["ubuntu-2204"])
    """At most 64 characters."""

    @property
    def key(self) -> tuple[str, str, str]:
        """The triple as Azure compares it."""
        return self.publisher.lower(), self.offer.lower(), self.sku.lower()


class PurchasePlan(CatalogueModel):
    """The Marketplace plan of the image that this one derives from; must equal the source's exactly."""

    model_config = ConfigDict(title="Purchase plan")

    name: Text = Field(examples=["my-plan"])
    """Name of the plan."""
    product: Text = Field(examples=["my-offer"])
    """Product, which Azure also calls offer."""
    publisher: Text = Field(examples=["my-publisher"])
    """Publisher of the plan."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Name, product and publisher."""
        return self.name, self.product, self.publisher


class Recommended(CatalogueModel):
    """What size of machine the image is meant for."""

    vcpus: Annotated[tuple[int, int] | None, _VCPUS, _VCPUS_SCHEMA] = Field(default=None, examples=[[2, 8]])
    """Least and most vCPUs, 1 to 80."""
    memory_gb: Annotated[tuple[int, int] | None, _MEMORY, _MEMORY_SCHEMA] = Field(default=None, examples=[[4, 16]])
    """Least and most memory in GB, 1 to 640."""


VersionNumber = Annotated[
    str,
    checked_text(version_problem),
    WithJsonSchema({"type": "string", "pattern": rf"^{VERSION_PATTERN}$"}),
]


class Image(CatalogueModel):
    """An image definition and its versions, oldest first."""

    description: str | None = None
    """What teachers read about the image."""
    os_type: OsType
    """Operating system of the image."""
    os_state: OsState
    """Generalized: every machine gets its own name and user; Specialized: machines are copies of one."""
    identifier: Identifier = Field(
        examples=[{"publisher": "contoso-university", "offer": "python", "sku": "ubuntu-2204"}]
    )
    """Publisher, offer and SKU of the image."""
    hyper_v_generation: HyperVGeneration = "V1"
    """Generation of the virtual machine, equal to the source's. Lab Services wants V1."""
    architecture: Architecture = "x64"
    """Processor architecture."""
    security_type: SecurityType = "Standard"
    """Security features that machines of this image have or may have."""
    features: Features = Field(default={}, examples=[{"IsAcceleratedNetworkSupported": "True"}])
    """Further features of machines of this image, by Azure's names. Default: as they are in the gallery."""
    recommended: Recommended | None = None
    """Recommended size of machines."""
    disallowed_disk_types: tuple[DiskType, ...] = Field(default=(), examples=[["UltraSSD_LRS"]])
    """Disk types that machines of this image must not have."""
    purchase_plan: PurchasePlan | None = None
    """Plan of the Marketplace image that this one derives from."""
    eula: Text | None = None
    """Licence agreement: a text or an address."""
    privacy_statement_uri: Url | None = Field(default=None, examples=["https://example.org/privacy"])
    """Address of the privacy statement."""
    release_note_uri: Url | None = Field(default=None, examples=["https://example.org/notes"])
    """Address of the release notes."""
    end_of_life: EndOfLife | None = Field(default=None, examples=["2027-06-30"])
    """The day or moment after which the image should not be used any more."""
    tags: Tags = Field(default={}, examples=[{"course": "gis"}])
    """Azure tags of the image definition."""
    protect: Flag | None = None
    """Keeps the definition from being deleted or replaced. Default: the stack's protect."""
    enabled_in_plan: Flag | None = None
    """Whether teachers see the image in an attached lab plan. Default: as it is there."""
    consumers: Annotated[
        tuple[Consumer, ...] | None,
        not_empty("is an empty list; name who uses the image, or leave the key out"),
        AfterValidator(_each_once),
    ] = Field(default=None, examples=[["lab_services"]])
    """Who uses the image. Rules of Lab Services judge images that list lab_services or say nothing."""
    versions: Annotated[
        dict[VersionNumber, ImageVersion],
        not_empty(f"has no version; write at least one, such as 1.0.0:, or {EXTERNAL} if somebody else publishes them"),
        AfterValidator(_sorted_versions),
        WrapValidator(_or_external),
        _OrExternal(),
    ]
    """The versions by number, Major.Minor.Patch; external: somebody else publishes them into the gallery."""

    @property
    def is_external(self) -> bool:
        """Whether somebody else publishes its versions: only then the catalogue has none."""
        return not self.versions

    def number_of(self, number: str) -> str | None:
        """The key of the version that is `number` for Azure; None without one."""
        return same_number(number, self.versions)
