"""Images that a stack declares without the component: versions with their definitions, and what stands twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lab_image_policies.model.image import Image, Version
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.consumers_tag import consumers_of
from lab_image_policies.reading.from_child import is_raw
from lab_image_policies.rules import plain_number
from lab_image_policies.run_state import parent_urn

_NAMES = {
    ResourceKind.LAB_IMAGE: ("image",),
    ResourceKind.DEFINITION: ("galleryName", "galleryImageName"),
    ResourceKind.VERSION: ("galleryName", "galleryImageName", "galleryImageVersionName"),
}


@dataclass(frozen=True, slots=True)
class RawVersion:
    """A version that is declared without the component. `definition` is the resource of its definition in the stack."""

    resource: Resource
    image: Image
    version: Version
    definition: Resource | None

    @property
    def key(self) -> object:
        """What versions of one image have in common, for messages and comparisons."""
        return self.definition.urn if self.definition is not None else self.image.name.lower()


def raw_versions(given: PolicyInput) -> Iterator[RawVersion]:
    """The versions that are declared without the component, in the order of the program."""
    state = given.run_state
    in_stack = {resource.urn: resource for resource in given.resources}
    declared = [one for one in state.declared.values() if one.kind is ResourceKind.DEFINITION]
    by_name: dict[tuple[str, ...], list[Resource]] = {}
    for one in declared:
        if (key := _names(one)) is not None:
            by_name.setdefault(key, []).append(one)
    for resource in state.declared.values():
        image = state.images.get(resource.urn)
        if resource.kind is not ResourceKind.VERSION or image is None or not is_raw(image):
            continue
        names = _names(resource, ResourceKind.DEFINITION) or ()
        feeding = in_stack[resource.urn].feeding if resource.urn in in_stack else {}
        fed = [one for one in feeding.get("galleryImageName", ()) if one.kind is ResourceKind.DEFINITION]
        named = [one for one in by_name.get(names, ()) if _may_be_beside(one, resource)]
        definition = next(iter((*named, *fed)), None)
        for version in image.readable_versions:
            yield RawVersion(resource, image, version, definition)


def beside_definition(given: PolicyInput) -> Iterator[Resource]:
    """The versions below a component that go to another image or gallery than the definition below it, or lack one."""
    declared = given.run_state.declared.values()
    definitions = {parent_urn(one): _place(one) for one in declared if one.kind is ResourceKind.DEFINITION}
    for resource in declared:
        below = resource.kind is ResourceKind.VERSION and given.run_state.component(resource) is not None
        if below and definitions.get(parent_urn(resource)) != _place(resource):
            yield resource


def declared_twice(given: PolicyInput) -> Iterator[tuple[Resource, Resource]]:
    """Pairs of resources that declare one image or one version, two components too, the later one first."""
    earlier: dict[tuple[str, ...], list[Resource]] = {}
    state = given.run_state
    for resource in state.declared.values():
        names = _names(resource)
        if names is None:
            continue
        same = earlier.setdefault(names, [])
        other = next((one for one in same if _may_be_beside(one, resource)), None)
        same.append(resource)
        if other is None:
            continue
        # Of two components their definitions and versions would say it again.
        below_both = state.component(resource) is not None and state.component(other) is not None
        if not below_both or parent_urn(resource) == parent_urn(other):
            yield resource, other


def consumers_of_definition(given: PolicyInput, definition: Resource) -> object:
    """Who uses the image of a definition: what its component says, else its tag."""
    declared = given.run_state.declared.get(definition.urn, definition)
    component = given.run_state.component(declared)
    return component.consumers if component is not None else consumers_of(declared.properties.get("tags"))


def _place(resource: Resource) -> tuple[object, ...]:
    keys = ("resourceGroupName", "galleryName", "galleryImageName")
    values = (resource.properties.get(key) for key in keys)
    return tuple(value.lower() if isinstance(value, str) else value for value in values)


def _may_be_beside(one: Resource, other: Resource) -> bool:
    """Whether two resources may lie in one resource group: unless both groups are known and differ."""
    groups = [each.properties.get("resourceGroupName") for each in (one, other)]
    return len({group.lower() for group in groups if isinstance(group, str)}) <= 1


def _names(resource: Resource, kind: ResourceKind | None = None) -> tuple[str, ...] | None:
    """The names that make up an id, as Azure compares them; None if one of them is not known, or for other kinds.

    With `kind` only those that make up the id of a resource of that kind above it.
    """
    keys = _NAMES.get(kind or resource.kind, ())
    names = [str(name).lower() for key in keys if isinstance(name := resource.properties.get(key), str)]
    if not names or len(names) < len(keys):
        return None
    if keys[-1] == "galleryImageVersionName":
        names[-1] = plain_number(names[-1])
    return tuple(names)
