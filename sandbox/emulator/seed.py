"""The pretend subscriptions that the sandbox starts with, from sandbox/seed.yaml, and those that a request adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.form import NUMBER, OBJECT, OBJECTS, TEXT, Field, problems
from sandbox.emulator.process.directory import REPOSITORY
from sandbox.emulator.regions import region
from sandbox.emulator.rules import ArmError, Json
from sandbox.emulator.state import State
from sandbox.emulator.types.compute.disk import OS_TYPES
from sandbox.emulator.types.compute.image_source import VHDS
from sandbox.emulator.types.labs.lab_export import LAB_MACHINE, MACHINES
from sandbox.emulator.types.labs.marketplace import SEED_FORM as MARKETPLACE_FORM
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.type_table import TYPES

SEED_FILE = REPOSITORY / "sandbox" / "seed.yaml"

SUBSCRIPTIONS, PRINCIPALS = "subscriptions", "principals"
_SEED: Final = {SUBSCRIPTIONS: Field(OBJECT), PRINCIPALS: Field(OBJECTS), MACHINES: Field(OBJECT), VHDS: Field(OBJECT)}
_SUBSCRIPTION: Final = {"displayName": Field(TEXT, required=True), "resourceGroups": Field(OBJECT, required=True)}
_PRINCIPAL: Final = {
    "objectId": Field(TEXT, required=True),
    "applicationId": Field(TEXT),
    "type": Field(TEXT, ("ServicePrincipal", "User", "Group")),
    "name": Field(TEXT),
}
_VHD: Final = {"sizeGB": Field(NUMBER, required=True)}
_MACHINE: Final = {"osType": Field(TEXT, OS_TYPES), "sizeGB": Field(NUMBER)}
_SECTIONS: Final = {kind.type.rpartition("/")[2]: kind for kind in TYPES.values() if kind.seeded is not None}
_GROUP: Final = {"location": Field(TEXT, required=True)} | dict.fromkeys(_SECTIONS, Field(OBJECT))


def read() -> Json:
    """Return the contents of sandbox/seed.yaml."""
    import yaml  # noqa: PLC0415 - needed for a first start and a reset only, and slow to import

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contents: Json = yaml.load(SEED_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe loaders
    return contents


def plant(state: State, contents: Json) -> None:
    """Add subscriptions with what is in them, and the directory's principals; the form is seed.yaml's.

    Raises ArmError (400) with everything that is not of that form; nothing is added then.
    """
    wrong = list(_problems(contents))
    if wrong:
        raise ArmError(400, "InvalidSandboxRequest", f"{'; '.join(wrong)}. Nothing was added.")
    principals = {str(item["objectId"]).lower(): item for item in contents.get(PRINCIPALS) or []}
    state.set_setting(PRINCIPALS, state.setting(PRINCIPALS, {}) | principals)
    machines = {str(name).lower(): machine for name, machine in (contents.get(MACHINES) or {}).items()}
    state.set_setting(MACHINES, state.setting(MACHINES, {}) | machines)
    vhds = {str(uri).lower(): vhd for uri, vhd in (contents.get(VHDS) or {}).items()}
    state.set_setting(VHDS, state.setting(VHDS, {}) | vhds)
    for subscription_id, subscription in (contents.get(SUBSCRIPTIONS) or {}).items():
        _plant_subscription(state, f"/subscriptions/{subscription_id}", subscription)


def _problems(contents: Any) -> Iterator[str]:
    """Everything in which a seed differs from the form of seed.yaml."""
    yield from problems(contents, _SEED, "the seed")
    if contents == {}:
        yield f"the seed is empty; it has one of the keys {', '.join(_SEED)}"
    principals = contents.get(PRINCIPALS) if isinstance(contents, dict) else None
    for number, principal in enumerate(principals if isinstance(principals, list) else []):
        if isinstance(principal, dict):
            yield from problems(principal, _PRINCIPAL, f"{PRINCIPALS}[{number}]")
    for machine, facts in _entries(contents, MACHINES):
        place = f"{MACHINES}.{machine}"
        path = parse(machine)
        if path is None or path.type.lower() != LAB_MACHINE or path.is_collection:
            yield f"{place}: this is not the id of a lab's virtual machine"
        yield from problems(facts, _MACHINE, place)
    for uri, facts in _entries(contents, VHDS):
        yield from problems(facts, _VHD, f"{VHDS}.{uri}")
    for subscription, content in _entries(contents, SUBSCRIPTIONS):
        place = f"{SUBSCRIPTIONS}.{subscription}"
        yield from _name_problems(subscription, place)
        yield from problems(content, _SUBSCRIPTION, place)
        for name, group in _entries(content, "resourceGroups"):
            yield from _name_problems(name, f"{place}.resourceGroups.{name}")
            yield from _group_problems(group, f"{place}.resourceGroups.{name}")


def _group_problems(group: Any, place: str) -> Iterator[str]:
    yield from problems(group, _GROUP, place)
    location = group.get("location") if isinstance(group, dict) else None
    if isinstance(location, str) and location and region(location) is None:
        yield f"{place}: '{location}' is not a region"
    for section, kind in _SECTIONS.items():
        for name, entry in _entries(group, section):
            at = f"{place}.{section}.{name}"
            yield from _name_problems(name, at)
            yield from problems({} if entry is None else entry, kind.seed_form, at)
            for image, properties in _entries(entry, "images"):
                yield from _name_problems(image, f"{at}.images.{image}")
                if not isinstance(properties, dict):
                    yield f"{at}.images.{image}: an object with the image's properties is needed"
            more = entry.get("marketplaceImages") if isinstance(entry, dict) else None
            for number, wanted in enumerate(more if isinstance(more, list) else ()):
                yield from problems(wanted, MARKETPLACE_FORM, f"{at}.marketplaceImages[{number}]")


def _name_problems(name: Any, place: str) -> Iterator[str]:
    if not isinstance(name, str) or not name.strip() or "/" in name:
        yield f"{place}: a name is a text without '/'"


def _entries(body: Any, key: str) -> Iterator[tuple[Any, Any]]:
    """The entries of an object inside a body; nothing if there is none, which `problems` reports."""
    inner = body.get(key) if isinstance(body, dict) else None
    yield from inner.items() if isinstance(inner, dict) else ()


def _plant_subscription(state: State, subscription_id: str, subscription: Json) -> None:
    _store(state, subscription_id, {"properties": {"displayName": subscription["displayName"]}})
    for group_name, group in subscription["resourceGroups"].items():
        group_id = f"{subscription_id}/resourceGroups/{group_name}"
        location = group["location"]
        _store(state, group_id, {"location": location, "properties": {}})
        for section, kind in _SECTIONS.items():
            for name, given in (group.get(section) or {}).items():
                entry = given or {}
                resource_id = f"{group_id}/providers/{kind.type}/{name}"
                body = {"location": location, **kind.from_seed(group_id, entry)}
                more = entry.get("marketplaceImages") or []
                _store(state, resource_id, body, generalized=bool(entry.get("generalized")), marketplace=more)
                for image, properties in (entry.get("images") or {}).items():
                    _store(state, f"{resource_id}/images/{image}", {"properties": properties}, seeded=True)


def _store(state: State, resource_id: str, body: Json, **hidden: Any) -> None:
    path = parse(resource_id)
    if path is None or path.type.lower() not in TYPES:
        raise ValueError(f"not an id that the sandbox knows: {resource_id}")
    state.put(Resource(_known(state, path), body, hidden))


def _known(state: State, path: ArmPath) -> ArmPath:
    existing = state.get(path.key)
    return existing.path if existing else path
