"""What an image version is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from catalog.fields.arm_id import ArmId, example
from catalog.fields.fields import CatalogueModel, Flag, checked_text
from catalog.fields.resource_id import parse
from catalog.files.diagnostic import printable, shown
from catalog.files.field_error import field_error
from catalog.files.similar import nearest
from catalog.images.version_number import same_number, version_problem


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One key of a source, and what holds for every source of that kind."""

    noun: str
    """As messages call it."""
    type: str = ""
    """Resource type of the id that is the key's value; empty if the value is no id."""
    is_made: bool = True
    """Whether a version is made from it; False for a version that is in the gallery already."""
    tells_disks: bool = True
    """Whether Azure knows the size and number of its disks; if not, the catalogue must declare them."""
    is_generalized: bool = False
    """Whether its operating system is always generalized."""


KINDS: Final[Mapping[str, SourceKind]] = {
    "vm": SourceKind("virtual machine", "Microsoft.Compute/virtualMachines"),
    "managed_image": SourceKind("managed image", "Microsoft.Compute/images", is_generalized=True),
    "disk": SourceKind("disk", "Microsoft.Compute/disks"),
    "snapshot": SourceKind("snapshot", "Microsoft.Compute/snapshots"),
    "gallery_version": SourceKind("gallery version", "Microsoft.Compute/galleries/images/versions"),
    "vhd": SourceKind("VHD", tells_disks=False),
    "existing": SourceKind("version in the gallery", is_made=False),
}
"""The kinds by key. A source has exactly one of the keys; each is also a field of Source."""

STORAGE_ACCOUNT: Final = "Microsoft.Storage/storageAccounts"

_STORAGE_HOST: Final = re.compile(
    r"(?:(?P<account>[a-z0-9]+)(?:-[a-z0-9]+)?\.)?(?:z[0-9]{1,2}\.)?(?:privatelink\.)?(?P<service>[a-z]+)\."
    r"(?:core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn|cloudapi\.de)|storage\.azure\.net)"
)
"""The host of an Azure storage account's service. Source: "Storage account overview", endpoints: the standard ones,
those in a DNS zone, and those of a second region or another routing, with a dash and a word after the account's name.
"""

EXISTING: Final = "existing"
"""The key of a version that is never made, only taken over."""


def kinds_problem(given: tuple[str, ...]) -> str | None:
    """What is wrong with the keys that a source has, or None."""
    if len(given) == 1:
        return None
    if not given:
        return f"names no source; write exactly one of {', '.join(KINDS)}"
    return f"names {len(given)} sources ({', '.join(given)}); keep exactly one"


def kind_of(given: str) -> str:
    """The key that a source has by what names it: a resource id by its type, the address of a blob as `vhd`.

    Raises ValueError with what to write instead.
    """
    if "://" in given:
        return "vhd"
    found = parse(given).type
    by_type = {kind.type.lower(): key for key, kind in KINDS.items() if kind.type}
    key = by_type.get(found.lower())
    if key is not None:
        return key
    types = [kind.type for kind in KINDS.values() if kind.type]
    near = nearest(found, types, likeness=0.85)
    advice = _other_key(KINDS["gallery_version"].type, found)
    if advice is None:
        advice = f"is the id of a {found}, and no version is made from one; "
        advice += f"write {near[0]}" if near else f"name one of {', '.join(types)}"
    raise ValueError(advice)


def _other_key(wanted: str, found: str) -> str | None:
    """What to write for an id of type `found` under the key of type `wanted`; None without advice."""
    keys = {kind.type: key for key, kind in KINDS.items() if kind.type}
    if wanted in keys and found in keys:
        return f"is the id of a {found}; write {keys[found]}: instead of {keys[wanted]}:"
    if found == "Microsoft.Compute/galleries/images" and wanted == KINDS["gallery_version"].type:
        return "names an image definition; add the version that is meant, such as /versions/1.0.0"
    return None


def same_source(one: str, other: str) -> bool:
    """Whether two ids or addresses name one source, in any case, a gallery version with any zeros in its number."""
    if one.lower() == other.lower():
        return True
    (image, _, number), (other_image, _, other_number) = one.rpartition("/"), other.rpartition("/")
    is_version = image.lower() == other_image.lower() and image.lower().endswith("/versions")
    return is_version and same_number(number, [other_number]) is not None


def _id_of(key: str) -> ArmId:
    return ArmId(KINDS[key].type or STORAGE_ACCOUNT, other_type=_other_key)


def _vhd_problem(uri: str) -> str | None:
    advice = "write the blob's address, such as https://myaccount.blob.core.windows.net/vhds/my-image.vhd"
    try:
        parts = urlsplit(uri)
        host, user = parts.hostname, parts.username
    except ValueError:
        return f"is no address; {advice}"
    if "?" in uri or "#" in uri or user is not None:
        # The address is not echoed: what follows the question mark may be a secret.
        return (
            "must be the blob's address without ? and what follows: a SAS token must never be in git, and is not"
            " needed; if one was committed, revoke it"
        )
    if parts.scheme != "https" or not host or host.endswith(".") or "%" in host or not uri.isprintable() or " " in uri:
        return f"must start with https:// and a host, not {shown(uri)}; {advice}"
    if not parts.path.endswith(".vhd") or parts.path.count("/") < 2:
        return f"must be a page blob that ends in .vhd, not {shown(uri)}; {advice}"
    return None


def account_of(uri: str) -> str | None:
    """The storage account that the address of a blob names; None if its host is none of Azure's, as a domain of one's
    own and that of an Azure Stack are: whose account answers there only Azure knows.
    """
    host = _STORAGE_HOST.fullmatch(urlsplit(uri).hostname or "")
    return host["account"] if host else None


def _host_problem(uri: str) -> str | None:
    """What is wrong with an address at a host of Azure's storage."""
    host = _STORAGE_HOST.fullmatch(urlsplit(uri).hostname or "")
    if host is None or (host["account"] and host["service"] == "blob"):
        return None
    advice = "write the blob's address, such as https://myaccount.blob.core.windows.net/vhds/my-image.vhd"
    if not host["account"]:
        return f"names no storage account before .{host['service']}; {advice}"
    return f"is an address of the {host['service']} service, and a VHD is a page blob; {advice}"


def _version_id_problem(version: str) -> str | None:
    """What is wrong with the name of a version in its id. Azure has none called latest (hashicorp/packer-plugin-azure,
    issue 485: 404 ResourceNotFound).
    """
    number = version.rpartition("/")[2]
    if number.lower() == "latest":
        return (
            "latest is another version each time that one is published; name one by its number, as in …/versions/1.0.0"
        )
    problem = version_problem(number)
    return None if problem is None else f"names no version: {problem}"


def _must_be_true(value: bool) -> bool:
    if not value:
        raise field_error("can only be true; for a version that is to be made, name what to make it from")
    return value


class Vhd(CatalogueModel):
    """A VHD: a page blob and the storage account that it is in."""

    model_config = ConfigDict(title="VHD in a storage account")

    storage_account: Annotated[str, _id_of("vhd")] = Field(examples=[example(STORAGE_ACCOUNT)])
    """Id of the storage account."""
    uri: Annotated[str, checked_text(_vhd_problem)] = Field(
        examples=["https://myaccount.blob.core.windows.net/vhds/my-image.vhd"]
    )
    """Address of the blob, without a SAS token."""

    @field_validator("uri")
    @classmethod
    def _in_the_account(cls, uri: str, info: ValidationInfo) -> str:
        """The address is one of the storage account, as far as its host tells."""
        problem, named = _host_problem(uri), account_of(uri)
        if problem is not None:
            raise field_error(problem)
        account = str(info.data.get("storage_account", "")).rpartition("/")[2]
        if account and named is not None and named != account.lower():
            raise field_error(
                f"is a blob of the storage account {named}, and storage_account names {printable(account)}; Azure reads"
                " a VHD only from the account that is named: correct one of them"
            )
        return uri


class Source(CatalogueModel):
    """What a version is made from: exactly one of the keys."""

    model_config = ConfigDict(
        title="Source", json_schema_extra={"minProperties": 1, "maxProperties": 1}, hide_input_in_errors=True
    )

    vm: Annotated[str, _id_of("vm")] | None = None
    """Id of a virtual machine."""
    managed_image: Annotated[str, _id_of("managed_image")] | None = None
    """Id of a managed image; these are always generalized."""
    disk: Annotated[str, _id_of("disk")] | None = None
    """Id of a managed disk."""
    snapshot: Annotated[str, _id_of("snapshot")] | None = None
    """Id of a snapshot."""
    gallery_version: Annotated[str, _id_of("gallery_version"), checked_text(_version_id_problem)] | None = None
    """Id of a version in this or another gallery."""
    vhd: Vhd | None = None
    """A VHD in a storage account."""
    existing: Annotated[Flag, AfterValidator(_must_be_true)] | None = None
    """true: the version is in the gallery already, put there by Lab Services or a person; it is taken over."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        problem = kinds_problem(tuple(kind for kind in KINDS if getattr(self, kind) is not None))
        if problem is not None:
            raise field_error(problem)
        return self

    @property
    def kind(self) -> str:
        """Which of the keys this source has."""
        values = self.__dict__  # the plan asks half a dozen times a version
        return next(filter(lambda kind: values[kind] is not None, KINDS))

    @property
    def id(self) -> str | None:
        """The resource id: of a VHD its storage account; None for a version that exists already."""
        if self.vhd is not None:
            return self.vhd.storage_account
        return None if self.existing else str(getattr(self, self.kind))

    @property
    def uri(self) -> str | None:
        """The address of a VHD, else None."""
        return self.vhd.uri if self.vhd is not None else None
