"""Images that resources of other types than azure-native's GalleryImage and GalleryImageVersion make.

Each route is read into what it writes to Azure: an object with type, names, properties and tags, or a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import in_any_case
from lab_image_policies.model.other_route import OtherRoute, route_of
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import without_api_version
from lab_image_policies.reading.arm_id import (
    COMPUTE,
    IMAGE_BUILDER,
    NO_OBJECT,
    RESOURCES,
    ArmName,
    names_of,
    read_id,
    read_type,
    segments_of,
    type_segments,
)
from lab_image_policies.reading.arm_template import (
    ArmObject,
    Found,
    MadeImage,
    Unreadable,
    images_of,
    images_of_template,
    parsed,
)
from lab_image_policies.translation import N_, _

Inputs = Mapping[str, Any]

_UNKNOWN_TYPE: Final = Unreadable(N_("the type of what it makes is not known"))
_PLAIN_NAMESPACE: Final = re.compile(r"[A-Za-z0-9.]+")
_PLAIN_ACTION: Final = re.compile(r"[A-Za-z]+")
_TOP_LEVEL: Final = 2  # a namespace and one type
_BELOW_NAMESPACE: Final = ("parentResourcePath", "resourceType")
_MAKES_NOTHING: Final = frozenset({"GET", "HEAD", "DELETE"})


def images_made_by(resource: Resource) -> list[Found]:
    """What a resource of another route makes, each once; empty if it makes no image, or is only read (`get`)."""
    route = route_of(without_api_version(resource.type))
    inputs = resource.properties
    if route is None or not inputs:
        return []
    found: list[Found] = []
    seen = set()
    for one in _READERS[route](inputs):
        key = repr(one)
        if key not in seen:
            seen.add(key)
            found.append(one)
    return found


def _native(*types: str) -> Callable[[Inputs], Iterator[Found]]:
    """The reader of a resource that is of one type, with the object's properties among its inputs."""
    name = ArmName(types, ())
    return lambda inputs: images_of(ArmObject(name, dict(inputs), None))


def _deployment(inputs: Inputs) -> Iterator[Found]:
    return images_of(ArmObject(ArmName((RESOURCES, "deployments"), ()), inputs.get("properties"), None))


def _generic(inputs: Inputs) -> Iterator[Found]:
    """A generic resource: its path is made of namespace, parent, type and name, whose borders anybody may move."""
    namespace, parent, written = (inputs.get(key) for key in ("resourceProviderNamespace", *_BELOW_NAMESPACE))
    name = inputs.get("resourceName")
    by_path = read_id("/".join(part for part in (namespace, parent, written, name) if isinstance(part, str)))
    if isinstance(namespace, str) and _PLAIN_NAMESPACE.fullmatch(namespace) and by_path == NO_OBJECT:
        return
    by_type = None
    if isinstance(namespace, str) and isinstance(written, str) and isinstance(parent, str | None):
        by_type = _by_type(namespace, parent or "", written, name)
    if by_type is None or by_path is None or by_path == NO_OBJECT:
        yield _UNKNOWN_TYPE
        return
    yield from _either(by_path, by_type, ArmObject(NO_OBJECT, inputs.get("properties"), inputs.get("tags")))
    if isinstance(name, Fault):
        yield from _below_gallery(by_type)


def _by_type(namespace: str, parent: str, written: str, name: object) -> ArmName | None:
    """The object where the type is written whole (`galleries/images/versions`) and so is the name (`g/i/1.0.0`)."""
    types = type_segments(written)
    if types is None:
        return None
    above = (namespace.lower(), *(segment.lower() for segment in (segments_of(parent) or [])[::2]))
    # Some repeat the namespace in the type.
    whole = (*above, *types) if "." not in types[0] else types
    return ArmName(whole, names_of(name, len(whole) - 1))


def _either(by_path: ArmName, by_type: ArmName, written: ArmObject) -> Iterator[Found]:
    """What an object makes by its path, which has the names; else by its type."""
    found = list(images_of(replace(written, name=by_path)))
    if not found and by_type != by_path:
        found = list(images_of(replace(written, name=by_type)))
    yield from found


def _below_gallery(name: ArmName) -> Iterator[Found]:
    """A gallery whose name is not known: the name may lead on to an image."""
    if name.is_of(COMPUTE, "galleries"):
        yield _UNKNOWN_TYPE


def _azapi_resource(inputs: Inputs) -> Iterator[Found]:
    """`type` with an api-version, below a parent."""
    return _azapi_object(inputs, None)


def _azapi_update(inputs: Inputs) -> Iterator[Found]:
    """As a resource, or with the id of what is there already."""
    return _azapi_object(inputs, inputs.get("resourceId"))


def _azapi_object(inputs: Inputs, resource_id: object) -> Iterator[Found]:
    types, parent, name = type_segments(inputs.get("type")), inputs.get("parentId"), inputs.get("name")
    by_type = read_type(inputs.get("type"), name)
    by_path: ArmName | None = NO_OBJECT
    if isinstance(resource_id, str):
        by_path = read_id(resource_id)
    elif types is not None and isinstance(parent, str) and isinstance(name, str):
        is_top = len(types) <= _TOP_LEVEL
        by_path = read_id("/".join((parent, *(("providers", *types) if is_top else types[-1:]), name)))
    if by_path is None or by_type is None:
        yield _UNKNOWN_TYPE
        return
    yield from _either(by_path, by_type, _body_of(inputs))
    if isinstance(name, Fault) and resource_id is None:
        yield from _below_gallery(by_type)


def _azapi_action(inputs: Inputs) -> Iterator[Found]:
    """A call of a path below an id: with `PUT` and `images/gis` below a gallery it makes an image."""
    target, action, method = inputs.get("resourceId"), inputs.get("action"), inputs.get("method")
    if isinstance(method, str) and method in _MAKES_NOTHING:
        return
    name = None
    if isinstance(target, str) and isinstance(action, str | None):
        name = read_id(f"{target}/{action or ''}")
    elif action is None or (isinstance(action, str) and _PLAIN_ACTION.fullmatch(action)):
        written = type_segments(inputs.get("type"))
        called = [action.lower()] if action else []
        name = ArmName((*written, *called), ()) if written is not None else None
    if name is None:
        yield _UNKNOWN_TYPE
    else:
        yield from images_of(replace(_body_of(inputs), name=name))


def _body_of(inputs: Inputs) -> ArmObject:
    """The object in `body` and `sensitiveBody`, which azapi puts together; a key that both have is not known."""
    bodies = [parsed(body) if isinstance(body, str) else body for body in _given(inputs, "body", "sensitiveBody")]
    properties, tags = None, inputs.get("tags")
    for body in bodies:
        properties = _merged(properties, in_any_case(body, "properties"))
        tags = _merged(tags, in_any_case(body, "tags"))
    return ArmObject(NO_OBJECT, properties, tags)


def _given(inputs: Inputs, *keys: str) -> list[Any]:
    return [inputs[key] for key in keys if inputs.get(key) is not None]


def _merged(one: object, other: object) -> object:
    """Two objects as one. A key that both have is not known, nor is anything if one of them is not."""
    if one is None or other is None:
        return other if one is None else one
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return Fault.UNKNOWN
    return {**one, **other, **dict.fromkeys(set(one) & set(other), Fault.UNKNOWN)}


def _dynamic(inputs: Inputs) -> Iterator[Found]:
    """A resource of a provider within a program, under any name.

    What its code does cannot be seen. It is judged if it has the id of an image, or takes the inputs of `ArmObject`.
    """
    resource_id = inputs.get("resourceId")
    if "apiVersion" in inputs and "body" in inputs:
        yield from _arm_object(inputs)
    elif isinstance(resource_id, str) and (name := read_id(resource_id)) is not None and name.is_image:
        yield from images_of(ArmObject(name, None, inputs.get("tags")))


def _arm_object(inputs: Inputs) -> Iterator[Found]:
    """An object by its id, with its properties in `body` and `initial`."""
    resource_id = inputs.get("resourceId")
    name = read_id(resource_id) if isinstance(resource_id, str) else None
    if name is not None:
        properties = _merged(inputs.get("initial"), inputs.get("body"))
        yield from images_of(ArmObject(name, properties, inputs.get("tags")))
    elif resource_id is not None:
        yield Unreadable(_("the id of what it makes is not known"))


def _classic_template(inputs: Inputs) -> Iterator[Found]:
    """azurerm's deployments: the template as JSON text, or a template spec that is somewhere else."""
    if inputs.get("templateSpecVersionId") is not None:
        yield Unreadable(_("its template is linked from elsewhere"))
        return
    for template in _given(inputs, "templateContent", "templateBody") or [None]:
        yield from images_of_template(template)


def _classic_version(inputs: Inputs) -> Iterator[Found]:
    yield MadeImage(_text(inputs.get("imageName")), _text(inputs.get("name")), is_version=True, tags=inputs.get("tags"))


def _classic_definition(inputs: Inputs) -> Iterator[Found]:
    yield MadeImage(_text(inputs.get("name")), None, is_version=False, tags=inputs.get("tags"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


_READERS: Final[Mapping[OtherRoute, Callable[[Inputs], Iterator[Found]]]] = {
    OtherRoute.GENERIC: _generic,
    OtherRoute.DEPLOYMENT: _deployment,
    OtherRoute.DEPLOYMENT_STACK: _native(RESOURCES, "deploymentstacks"),
    OtherRoute.TEMPLATE_SPEC: _native(RESOURCES, "templatespecs", "versions"),
    OtherRoute.IMAGE_BUILDER: _native(IMAGE_BUILDER, "imagetemplates"),
    OtherRoute.CLASSIC_TEMPLATE: _classic_template,
    OtherRoute.CLASSIC_VERSION: _classic_version,
    OtherRoute.CLASSIC_DEFINITION: _classic_definition,
    OtherRoute.AZAPI_RESOURCE: _azapi_resource,
    OtherRoute.AZAPI_UPDATE: _azapi_update,
    OtherRoute.AZAPI_ACTION: _azapi_action,
    OtherRoute.ARM_OBJECT: _arm_object,
    OtherRoute.DYNAMIC: _dynamic,
}
