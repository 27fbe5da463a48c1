"""Azure resource ids: parsed strictly, compared without regard to case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.files.diagnostic import shown

EXAMPLE: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/images"
    "/providers/Microsoft.Compute/snapshots/ubuntu-2204"
)

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAMESPACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+")
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_RESOURCE_GROUP: Final = re.compile(r"[-\w.()]{0,89}[-\w()]")
RESOURCE_GROUP_RULE: Final = "1 to 90 letters, digits, - _ . ( ), not ending in a full stop"
_FORBIDDEN: Final = re.compile(r"[\s<>*%&:\\?+#\"|;,\x00-\x1f\x7f-\x9f]")
_LONGEST_NAME: Final = 260
_LONGEST_ID: Final = 2048

# Azure compares types without regard to case; these are the spellings of its documentation.
_TYPE_SPELLINGS: Final = {
    spelling.lower(): spelling
    for spelling in (
        *API_VERSIONS,
        "Microsoft.DevTestLab/labs/sharedGalleries",
        "Microsoft.LabServices/labaccounts/sharedGalleries",
        "Microsoft.LabServices/labPlans/images",
        "Microsoft.Storage/storageAccounts",
    )
}


@dataclass(frozen=True, slots=True)
class ResourceId:
    """The parts of a resource id. `types` and `names` run from the outermost resource inwards, equally many of each.

    `resource_group` is None for a resource of the subscription itself. Two ids are the same resource when their `key`
    is equal.
    """

    subscription: str
    resource_group: str | None
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def type(self) -> str:
        """The full type, such as `Microsoft.Compute/galleries/images/versions`."""
        return "/".join((self.namespace, *self.types))

    @property
    def name(self) -> str:
        """The innermost name."""
        return self.names[-1]

    @property
    def key(self) -> str:
        """The id in lower case, for comparing and as a key of mappings."""
        return str(self).lower()

    def __str__(self) -> str:
        group = f"/resourceGroups/{self.resource_group}" if self.resource_group is not None else ""
        pairs = "".join(f"/{kind}/{name}" for kind, name in zip(self.types, self.names, strict=True))
        return f"/subscriptions/{self.subscription}{group}/providers/{self.namespace}{pairs}"


def is_guid(text: str) -> bool:
    """Whether a text has the form of a GUID, such as a subscription's id."""
    return _GUID.fullmatch(text) is not None


def parse(text: str) -> ResourceId:
    """The parts of a resource id; keywords, subscription and well-known types get their usual spelling.

    Raises ValueError with what is wrong and what an id looks like.
    """
    try:
        return _parse(text)
    except ValueError as error:
        raise ValueError(f"{error}; a resource id looks like {EXAMPLE}") from None


def _parse(text: str) -> ResourceId:
    if len(text) > _LONGEST_ID:
        raise ValueError(f"a resource id of {len(text)} characters is too long (at most {_LONGEST_ID})")
    if not text.startswith("/"):
        raise ValueError("a resource id starts with /subscriptions/")
    segments = text[1:].split("/")
    _check_segments(segments)
    if segments[0].lower() != "subscriptions" or len(segments) < 2:
        raise ValueError("a resource id starts with /subscriptions/ and the subscription's id")
    if not is_guid(segments[1]):
        raise ValueError(f"the subscription in a resource id is a GUID, not {shown(segments[1])}")
    rest = segments[2:]
    resource_group = None
    if rest and rest[0].lower() == "resourcegroups":
        if len(rest) < 2:
            raise ValueError("after /resourceGroups/ comes the resource group's name")
        resource_group = rest[1]
        if not is_resource_group(resource_group):
            raise ValueError(f"{shown(resource_group)} is no resource group: {RESOURCE_GROUP_RULE}")
        rest = rest[2:]
    if len(rest) < 2 or rest[0].lower() != "providers":
        raise ValueError("a resource id goes on with /providers/ and a namespace such as Microsoft.Compute")
    namespace, types = _type(rest)
    return ResourceId(segments[1].lower(), resource_group, namespace, types, tuple(rest[3::2]))


def _check_segments(segments: list[str]) -> None:
    for segment in segments:
        if not segment:
            raise ValueError("a resource id has no empty part: two slashes in a row, or one at the end")
        if segment in {".", ".."}:
            raise ValueError(f"a resource id has no part {shown(segment)}")
        if len(segment) > _LONGEST_NAME:
            raise ValueError(f"a name of {len(segment)} characters is too long (at most {_LONGEST_NAME})")
        if not segment.isprintable() or _FORBIDDEN.search(segment):
            # Invisible characters too, so that ids that look the same are the same.
            forbidden = next(char for char in segment if not char.isprintable() or _FORBIDDEN.match(char))
            raise ValueError(f"a resource id has no {forbidden!a} in it")


def is_resource_group(name: str) -> bool:
    """Whether a text can be a resource group's name. Source: "Naming rules and restrictions for Azure resources"."""
    return _RESOURCE_GROUP.fullmatch(name) is not None


def _type(rest: list[str]) -> tuple[str, tuple[str, ...]]:
    namespace, kinds = rest[1], rest[2::2]
    if not _NAMESPACE.fullmatch(namespace):
        raise ValueError(f"{shown(namespace)} is no namespace such as Microsoft.Compute")
    if not kinds or len(rest) % 2:
        raise ValueError("after the namespace come pairs of a type and a name")
    for kind in kinds:
        if not _TYPE.fullmatch(kind):
            raise ValueError(f"{shown(kind)} is no resource type")
        if kind.lower() == "providers":
            raise ValueError("a resource id here has one /providers/ only")
    spelling = "/".join((namespace, *kinds))
    namespace, *types = _TYPE_SPELLINGS.get(spelling.lower(), spelling).split("/")
    return namespace, tuple(types)
