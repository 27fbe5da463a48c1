"""The pretend subscriptions that the sandbox starts with, from sandbox/seed.yaml."""

from __future__ import annotations

from typing import Any

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.process.directory import REPOSITORY
from sandbox.emulator.rules import ArmError, Json
from sandbox.emulator.state import State
from sandbox.emulator.types.labs.lab_export import MACHINES
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.type_table import TYPES

SEED_FILE = REPOSITORY / "sandbox" / "seed.yaml"


def read() -> Json:
    """Return the contents of sandbox/seed.yaml."""
    import yaml  # noqa: PLC0415 - needed for a first start and a reset only, and slow to import

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contents: Json = yaml.load(SEED_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe loaders
    return contents


def plant(state: State, contents: Json) -> None:
    """Add subscriptions with what is in them, and the directory's principals; the form is seed.yaml's.

    Raises ArmError (400) for contents of another form.
    """
    try:
        principals = {str(item["objectId"]).lower(): item for item in contents.get("principals") or []}
        state.set_setting("principals", state.setting("principals", {}) | principals)
        machines = {str(name).lower(): machine for name, machine in (contents.get(MACHINES) or {}).items()}
        state.set_setting(MACHINES, state.setting(MACHINES, {}) | machines)
        for subscription_id, subscription in (contents.get("subscriptions") or {}).items():
            _plant_subscription(state, f"/subscriptions/{subscription_id}", subscription)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ArmError(
            400, "InvalidSandboxRequest", f"The seed does not have the form of seed.yaml: {error!r}."
        ) from error


def _plant_subscription(state: State, subscription_id: str, subscription: Json) -> None:
    _store(state, subscription_id, {"properties": {"displayName": subscription["displayName"]}})
    for group_name, group in subscription["resourceGroups"].items():
        group_id = f"{subscription_id}/resourceGroups/{group_name}"
        location = group["location"]
        _store(state, group_id, {"location": location, "properties": {}})
        for kind in TYPES.values():
            section = kind.type.rpartition("/")[2]
            for name, given in (group.get(section) or {}).items() if kind.seeded is not None else ():
                entry = given or {}
                resource_id = f"{group_id}/providers/{kind.type}/{name}"
                body = {"location": location, **kind.from_seed(group_id, entry)}
                _store(state, resource_id, body, generalized=bool(entry.get("generalized")))
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
