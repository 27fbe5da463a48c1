"""The pretend subscriptions that the sandbox starts with, from sandbox/seed.yaml."""

from __future__ import annotations

from collections.abc import Callable
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

    Raises ArmError (400) for a form that is not.
    """
    try:
        principals = {str(item["objectId"]).lower(): item for item in contents.get("principals") or []}
        state.set_setting("principals", state.setting("principals", {}) | principals)
        machines = {str(name).lower(): machine for name, machine in (contents.get(MACHINES) or {}).items()}
        state.set_setting(MACHINES, state.setting(MACHINES, {}) | machines)
        for subscription_id, subscription in (contents.get("subscriptions") or {}).items():
            _plant_subscription(state, f"/subscriptions/{subscription_id}", subscription)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ArmError(400, "InvalidSandboxRequest", f"The seed has not the form of seed.yaml: {error!r}.") from error


def _plant_subscription(state: State, subscription_id: str, subscription: Json) -> None:
    _store(state, subscription_id, {"properties": {"displayName": subscription["displayName"]}})
    for group_name, group in subscription["resourceGroups"].items():
        group_id = f"{subscription_id}/resourceGroups/{group_name}"
        location = group["location"]
        _store(state, group_id, {"location": location, "properties": {}})
        for kind, build in BUILDERS.items():
            for name, entry in (group.get(kind) or {}).items():
                resource_id = f"{group_id}/providers/{PROVIDERS.get(kind, 'Microsoft.Compute')}/{kind}/{name}"
                _store(
                    state,
                    resource_id,
                    {"location": location, **build(group_id, entry or {})},
                    generalized=bool((entry or {}).get("generalized")),
                )
                if kind == "labPlans":
                    for image, properties in ((entry or {}).get("images") or {}).items():
                        _store(state, f"{resource_id}/images/{image}", {"properties": properties}, seeded=True)


def _store(state: State, resource_id: str, body: Json, **hidden: Any) -> None:
    path = parse(resource_id)
    if path is None or path.type.lower() not in TYPES:
        raise ValueError(f"not an id that the sandbox knows: {resource_id}")
    state.put(Resource(_known(state, path), body, hidden))


def _known(state: State, path: ArmPath) -> ArmPath:
    existing = state.get(path.key)
    return existing.path if existing else path


def _disk(_group_id: str, entry: Json) -> Json:
    properties: Json = {
        "creationData": {"createOption": entry.get("createOption", "Import")},
        "timeCreated": "2026-01-15T09:00:00+00:00",
    }
    if "sizeGB" in entry:  # a disk that only stands in for another may have a size that nobody knows
        properties["diskSizeGB"] = int(entry["sizeGB"])
    if entry.get("osType"):
        properties |= {"osType": entry["osType"], "hyperVGeneration": entry.get("generation", "V1")}
    return {"sku": {"name": "Standard_LRS"}, "properties": properties}


def _machine(group_id: str, entry: Json) -> Json:
    def attached(name: str) -> Json:
        disk_id = f"{group_id}/providers/Microsoft.Compute/disks/{name}"
        return {"name": name, "createOption": "Attach", "managedDisk": {"id": disk_id}}

    size = {"diskSizeGB": entry["sizeGB"]} if "sizeGB" in entry else {}
    return {
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
            "storageProfile": {
                "osDisk": {"osType": entry["osType"], **attached(entry["osDisk"]), **size},
                "dataDisks": [{"lun": lun, **attached(name)} for lun, name in enumerate(entry.get("dataDisks") or [])],
            },
            "vmId": "0f47b100-583c-48e3-a4c0-aefc2c9bbcc1",
        }
    }


def _managed_image(group_id: str, entry: Json) -> Json:
    os_disk: Json = {"osType": entry["osType"], "osState": entry.get("osState", "Generalized")}
    if "sizeGB" in entry:
        os_disk["diskSizeGB"] = entry["sizeGB"]
    if "snapshot" in entry:
        os_disk["snapshot"] = {"id": f"{group_id}/providers/Microsoft.Compute/snapshots/{entry['snapshot']}"}
    sizes = entry.get("dataDiskSizesGB") or []
    data_disks = [{"lun": lun, "diskSizeGB": size} for lun, size in enumerate(sizes)]
    return {
        "properties": {
            "hyperVGeneration": entry.get("generation", "V1"),
            "storageProfile": {"osDisk": os_disk, "dataDisks": data_disks, "zoneResilient": False},
        }
    }


def _lab_account(_group_id: str, _entry: Json) -> Json:
    return {"properties": {"enabledRegionSelection": False}}


def _lab_plan(_group_id: str, entry: Json) -> Json:
    return {"properties": {"allowedRegions": entry.get("allowedRegions") or []}}


def _dev_test_lab(_group_id: str, _entry: Json) -> Json:
    return {"properties": {"labStorageType": "Premium"}}


BUILDERS: dict[str, Callable[[str, Json], Json]] = {
    "disks": _disk,
    "snapshots": _disk,
    "virtualMachines": _machine,
    "images": _managed_image,
    "labaccounts": _lab_account,
    "labPlans": _lab_plan,
    "labs": _dev_test_lab,
}
PROVIDERS = {
    "labaccounts": "Microsoft.LabServices",
    "labPlans": "Microsoft.LabServices",
    "labs": "Microsoft.DevTestLab",
}
