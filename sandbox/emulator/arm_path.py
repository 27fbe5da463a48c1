"""Paths and ids of Azure Resource Manager."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

RESOURCES = "Microsoft.Resources"


@dataclass(frozen=True)
class ArmPath:
    """A resource id, or the path of a collection: then there is one type more than names.

    `scope` is what stands before the last `/providers/`: a resource group, a subscription, or, for role
    assignments and locks, another resource. Subscriptions and resource groups themselves have an empty scope
    and the namespace Microsoft.Resources. Equality of two resources is equality of `key`.
    """

    scope: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def is_collection(self) -> bool:
        """Whether the path names a list and not one resource."""
        return len(self.types) > len(self.names)

    @cached_property
    def type(self) -> str:
        """The full type, in the caller's spelling, such as `Microsoft.Compute/galleries/images`."""
        return "/".join((self.namespace, *self.types))

    @cached_property
    def name(self) -> str:
        """The last name; the empty string for the list of all subscriptions."""
        return self.names[-1] if self.names else ""

    @cached_property
    def text(self) -> str:
        """The path as ARM writes it."""
        pairs = [part for pair in zip(self.types, self.names, strict=False) for part in pair]
        if self.is_collection:
            pairs.append(self.types[-1])
        provider = [] if self.namespace == RESOURCES and not self.scope else ["providers", self.namespace]
        return "/".join((self.scope, *provider, *pairs))

    @cached_property
    def key(self) -> str:
        """The path in lower case: ARM compares ids without regard to case."""
        return self.text.lower()

    @cached_property
    def parent(self) -> ArmPath | None:
        """The parent resource of a child type or of a child's collection; None for a type of its own."""
        depth = len(self.types) - 1
        if depth == 0:
            return None
        return ArmPath(self.scope, self.namespace, self.types[:depth], self.names[:depth])

    def child(self, child_type: str, name: str) -> ArmPath:
        """The path of a child of the resource."""
        return ArmPath(self.scope, self.namespace, (*self.types, child_type), (*self.names, name))

    @cached_property
    def container(self) -> str:
        """Key of what holds the resource: its parent resource, else its scope."""
        return self.parent.key if self.parent else self.scope.lower()

    @cached_property
    def subscription(self) -> str:
        """The subscription id, or the empty string."""
        parts = self.key.split("/")
        return parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else ""

    @cached_property
    def resource_group(self) -> str:
        """The resource group's name as spelled in the path, or the empty string."""
        parts = self.text.split("/")
        return parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""

    @cached_property
    def group_key(self) -> str:
        """Key of the resource group, or the empty string."""
        return "/".join(self.key.split("/")[:5]) if self.resource_group else ""


def parse(path: str) -> ArmPath | None:
    """Return the parsed path, or None if it is not an ARM path."""
    path = path.rstrip("/")
    cut = path.lower().rfind("/providers/")
    if cut >= 0:
        scope, rest = path[:cut], path[cut + len("/providers/") :].split("/")
        namespace, pairs = rest[0], rest[1:]
    else:
        scope, namespace, pairs = "", RESOURCES, path.removeprefix("/").split("/")
        if pairs[0].lower() != "subscriptions":
            return None
    if not pairs or not all(pairs) or not namespace:
        return None
    return ArmPath(scope, namespace, tuple(pairs[0::2]), tuple(pairs[1::2]))


def same_id(one: str | None, other: str | None) -> bool:
    """Whether two ids name the same resource."""
    return (one or "").rstrip("/").lower() == (other or "").rstrip("/").lower()
