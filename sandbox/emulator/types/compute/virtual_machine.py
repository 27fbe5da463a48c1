"""Microsoft.Compute/virtualMachines: virtual machines, as far as an image is made from them."""

from __future__ import annotations

from typing import ClassVar

from sandbox.emulator.form import FLAG, NUMBER, TEXT, TEXTS, Field, Form
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.compute.disk import OS_TYPES
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import ActionResult, Context, ResourceType, WriteRequest

MACHINE_GENERALIZED = rule(
    "machine-generalized",
    "A virtual machine is generalized by POST .../generalize; its instance view then has the status "
    "OSState/generalized.",
    evidence=Evidence.DOCUMENT,
    where="Virtual Machines - Generalize, in Azure's REST reference",
)
MACHINE_SHOWN = rule(
    "machine-shown",
    "A virtual machine shows an id of its own, when it was made, and an etag that changes with every write; its user "
    "data only when they are asked for.",
    evidence=Evidence.EXAMPLE,
    where="VirtualMachine_Get; Virtual Machines - Get, in Azure's REST reference, for the user data",
)


class VirtualMachine(ResourceType):
    """A virtual machine; writes are answered at once."""

    type = "Microsoft.Compute/virtualMachines"
    api_versions = ("2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01")
    objects = ("storageProfile", "storageProfile.osDisk")
    lists = ("storageProfile.dataDisks",)
    read_only_beside = ("managedBy", "resources")
    read_only = ("provisioningState", "instanceView", "vmId", "timeCreated")
    actions = (("GET", "instanceview"), ("POST", "generalize"))
    seeded: ClassVar[Json] = {}
    seed_form: ClassVar[Form] = {
        "osType": Field(TEXT, OS_TYPES, required=True),
        "osDisk": Field(TEXT, required=True),
        "dataDisks": Field(TEXTS),
        "sizeGB": Field(NUMBER),
        "generalized": Field(FLAG),
    }

    def from_seed(self, group_id: str, entry: Json) -> Json:
        """Return a machine with disks of its resource group."""

        def attached(name: str) -> Json:
            disk_id = f"{group_id}/providers/Microsoft.Compute/disks/{name}"
            return {"name": name, "createOption": "Attach", "managedDisk": {"id": disk_id}}

        size = {"diskSizeGB": entry["sizeGB"]} if "sizeGB" in entry else {}
        os_disk = {"osType": entry["osType"], **attached(entry["osDisk"]), **size}
        data_disks = [{"lun": lun, **attached(name)} for lun, name in enumerate(entry.get("dataDisks") or [])]
        return {
            "properties": {
                "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
                "storageProfile": {"osDisk": os_disk, "dataDisks": data_disks},
                "vmId": "0f47b100-583c-48e3-a4c0-aefc2c9bbcc1",
            }
        }

    @MACHINE_GENERALIZED.applies
    def act(self, name: str, resource: Resource, body: Json, context: Context) -> ActionResult:
        """Show the instance view, or generalize the machine."""
        if name == "instanceview":
            return ActionResult(_instance_view(resource))
        resource.hidden["generalized"] = True
        context.state.put(resource)
        return ActionResult()

    def store(self, write: WriteRequest) -> Resource:
        """Return the machine with the number of its writes."""
        resource = super().store(write)
        resource.hidden["writes"] = resource.hidden.get("writes", 0) + 1
        return resource

    def show(self, resource: Resource, context: Context) -> Json:
        """Return the machine with its etag, its user data left out unless they are asked for."""
        shown = super().show(resource, context) | {"etag": f'"{resource.hidden.get("writes", 1)}"'}
        if context.query.get("$expand", "").lower() != "userdata":
            shown["properties"].pop("userData", None)
        return shown

    @MACHINE_SHOWN.applies
    def computed(self, resource: Resource, context: Context) -> Json:
        """Return the id and the time of making and, when it is asked for, the instance view beside the state."""
        shown = super().computed(resource, context)
        if resource.created:
            shown |= {"vmId": resource.unique("machine"), "timeCreated": resource.created}
        if context.query.get("$expand", "").lower() == "instanceview":
            shown["instanceView"] = _instance_view(resource)
        return shown


def _instance_view(machine: Resource) -> Json:
    statuses = [
        {"code": "ProvisioningState/succeeded", "level": "Info", "displayStatus": "Provisioning succeeded"},
        {"code": "PowerState/deallocated", "level": "Info", "displayStatus": "VM deallocated"},
    ]
    if machine.hidden.get("generalized"):
        statuses.append({"code": "OSState/generalized", "level": "Info", "displayStatus": "VM generalized"})
    return {"statuses": statuses}
