"""Images that templates and other objects of Azure Resource Manager make.

Whatever cannot be read is told as `Unreadable`: nobody can tell what it makes. Conditions and loops are not evaluated:
what a template may make counts as made. Keys are compared without regard to case, as Azure does; two that differ in
nothing else cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import in_any_case
from lab_image_policies.reading.arm_id import IMAGE_BUILDER, RESOURCES, ArmName, read_id, read_type
from lab_image_policies.translation import N_, _

# Azure takes five levels of child resources, and nobody nests deployments deeper than a few.
DEEPEST: Final = 40
_TEMPLATE: Final = (
    N_("its template is missing"),
    N_("its template is not known yet"),
    N_("its template cannot be read"),
)
_OTHER_DISTRIBUTORS: Final = frozenset({"vhd", "managedimage"})


@dataclass(frozen=True, slots=True)
class MadeImage:
    """An image definition or version that something makes; a name is None if it is not known."""

    image: str | None
    number: str | None
    is_version: bool
    tags: object


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that may make images. `cause` is a sentence about its resource."""

    cause: str


Found = MadeImage | Unreadable


@dataclass(frozen=True, slots=True)
class ArmObject:
    """An object that is written to Azure."""

    name: ArmName
    properties: object
    tags: object


@dataclass(frozen=True, slots=True)
class _Place:
    """How deep a template lies, and the paths of the templates that are read together with it."""

    depth: int = 0
    linked: frozenset[str] = frozenset()

    def below(self) -> _Place:
        return replace(self, depth=self.depth + 1)


def images_of(written: ArmObject) -> Iterator[Found]:
    """The images that one object makes, and what of it cannot be read."""
    return _of_object(written, _Place())


def images_of_template(template: object) -> Iterator[Found]:
    """The images that a template makes, as an object or as JSON text, and what of it cannot be read."""
    return _of_template(template, _Place())


def images_of_distributors(distribute: object) -> Iterator[Found]:
    """The images that the distributors of an Image Builder template make."""
    if not isinstance(distribute, list):
        yield _unreadable(
            distribute,
            N_("the list of its distributors is missing"),
            N_("the list of its distributors is not known yet"),
            N_("the list of its distributors cannot be read"),
        )
        return
    for entry in distribute:
        kind = in_any_case(entry, "type")
        if isinstance(kind, str) and kind.lower() == "sharedimage":
            target = in_any_case(entry, "galleryimageid")
            known = read_id(target) if isinstance(target, str) and not target.startswith("[") else None
            name = known.names[1] if known is not None and known.is_image else None
            yield MadeImage(name, None, is_version=True, tags=in_any_case(entry, "artifacttags"))
        elif not (isinstance(kind, str) and kind.lower() in _OTHER_DISTRIBUTORS):
            yield Unreadable(_("it has a distributor whose type is none that is known here"))


def parsed(text: str) -> object:
    """The value of JSON text; `Fault.MALFORMED` if it is none, is nested too deep, or has a key twice."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_without_doubles, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return Fault.MALFORMED


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return content


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _of_template(given: object, place: _Place) -> Iterator[Found]:
    template = parsed(given) if isinstance(given, str) else given
    if not isinstance(template, Mapping):
        yield _unreadable(template, *_TEMPLATE)
    else:
        yield from _of_resources(in_any_case(template, "resources"), None, place)


def _of_resources(given: object, parent: ArmName | None, place: _Place) -> Iterator[Found]:
    """The resources of a template or below a resource: a list, or a map in language version 2.0."""
    if given is None:
        return
    has_names = isinstance(given, Mapping)
    if not isinstance(given, Mapping | list):
        yield _unreadable(
            given,
            N_("the list of resources of its template is missing"),
            N_("the list of resources of its template is not known yet"),
            N_("the list of resources of its template cannot be read"),
        )
    elif place.depth > DEEPEST:
        yield Unreadable(_("its template is nested deeper than {levels} levels", levels=DEEPEST))
    else:
        for entry in given.values() if isinstance(given, Mapping) else given:
            # Only a template of that version can name a resource that exists and is not to be made.
            exists = has_names and in_any_case(entry, "existing") is True
            yield from _of_entry(entry, parent, place, exists=exists)


def _of_entry(entry: object, parent: ArmName | None, place: _Place, *, exists: bool) -> Iterator[Found]:
    name = read_type(in_any_case(entry, "type"), in_any_case(entry, "name"), parent)
    if name is None:
        yield Unreadable(_("its template has a resource whose type cannot be read"))
        return
    if not exists:
        yield from _of_object(ArmObject(name, in_any_case(entry, "properties"), in_any_case(entry, "tags")), place)
    yield from _of_resources(in_any_case(entry, "resources"), name, place.below())


def _of_object(written: ArmObject, place: _Place) -> Iterator[Found]:
    name, properties = written.name, written.properties
    if name.is_image:
        names = (*name.names, None, None, None)
        yield MadeImage(names[1], names[2], is_version="versions" in name.types, tags=written.tags)
    elif name.is_of(RESOURCES, "deployments") or name.is_of(RESOURCES, "deploymentstacks"):
        yield from _of_deployment(properties, place)
    elif name.is_of(RESOURCES, "templatespecs", "versions"):
        yield from _of_template_spec(properties, place)
    elif name.is_of(IMAGE_BUILDER, "imagetemplates"):
        yield from images_of_distributors(in_any_case(properties, "distribute"))


def _of_deployment(properties: object, place: _Place) -> Iterator[Found]:
    if not isinstance(properties, Mapping):
        yield _unreadable(properties, *_TEMPLATE)
        return
    link = in_any_case(properties, "templatelink")
    path = in_any_case(link, "relativepath")
    elsewhere = any(in_any_case(link, key) is not None for key in ("uri", "id"))
    if link is None:
        yield from _of_template(in_any_case(properties, "template"), place.below())
    elif elsewhere or not isinstance(path, str) or path not in place.linked:
        yield Unreadable(_("its template is linked from elsewhere"))


def _of_template_spec(properties: object, place: _Place) -> Iterator[Found]:
    """A template spec: what its main template links to by path is stored, and read, with it."""
    linked = in_any_case(properties, "linkedtemplates")
    entries = linked if isinstance(linked, list) else []
    paths = frozenset(path for entry in entries if isinstance(path := in_any_case(entry, "path"), str))
    inner = replace(place.below(), linked=paths)
    if not (linked is None or isinstance(linked, list)):
        yield _unreadable(
            linked,
            N_("the list of its linked templates is missing"),
            N_("the list of its linked templates is not known yet"),
            N_("the list of its linked templates cannot be read"),
        )
    for template in (in_any_case(properties, "maintemplate"), *(in_any_case(entry, "template") for entry in entries)):
        yield from _of_template(template, inner)


def _unreadable(value: object, missing: str, unknown: str, malformed: str) -> Unreadable:
    """Why a value is none of use: the one of these sentences that holds."""
    if value is None:
        return Unreadable(_(missing))
    return Unreadable(_(unknown if value is Fault.UNKNOWN else malformed))
