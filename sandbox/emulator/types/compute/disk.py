"""Microsoft.Compute/disks: managed disks."""

from __future__ import annotations

from typing import ClassVar

from sandbox.emulator.form import NUMBER, TEXT, Field, Form
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, check_value, pick

OS_TYPES = ("Windows", "Linux")
OS_STATES = ("Generalized", "Specialized")
GENERATIONS = ("V1", "V2")

DISK_SIZE = rule(
    "disk-size",
    "A disk or snapshot that is created empty or by upload names its size; a copy takes size, OS type and "
    "generation from what it is copied from.",
    evidence=Evidence.QUOTED,
    where="an answer quoted for the azurerm Terraform provider, with status, code, text and target; Disk_Get and "
    "Snapshot_Get for what a copy takes",
)
DISK_CREATED = rule(
    "disk-created",
    "A new disk or snapshot is answered with 200, as an existing one is; here at once, so never with 202.",
    evidence=Evidence.PROVIDER_SOURCE,
    where="azure-mgmt-compute takes 200 and 202 for it, and 201 for an error",
)
DISK_SHOWN = rule(
    "disk-shown",
    "A disk shows when it was made; a copy shows the unique id of what it was copied from.",
    evidence=Evidence.EXAMPLE,
    where="Disk_Get, Snapshot_Get",
)


class Disk(ResourceType):
    """A managed disk; writes are answered at once."""

    type = "Microsoft.Compute/disks"
    api_versions = ("2022-07-02", "2023-01-02", "2023-04-02", "2023-10-02", "2024-03-02")
    read_only_beside = ("managedBy", "managedByExtended")
    create_status = 200
    seeded: ClassVar[Json] = {}
    seed_form: ClassVar[Form] = {
        "osType": Field(TEXT, OS_TYPES),
        "sizeGB": Field(NUMBER),
        "generation": Field(TEXT, GENERATIONS),
        "createOption": Field(TEXT),
    }
    objects = ("creationData",)
    read_only = (
        "provisioningState",
        "timeCreated",
        "uniqueId",
        "diskState",
        "diskSizeBytes",
        "LastOwnershipUpdateTime",
        "creationData.sourceUniqueId",
    )

    def check(self, write: WriteRequest) -> None:
        """Refuse a disk without a size, and values that the type does not have."""
        sent = self.properties(write)
        check_value(sent.get("osType"), OS_TYPES, "disk.properties.osType")
        check_value(sent.get("hyperVGeneration"), GENERATIONS, "disk.properties.hyperVGeneration")
        size = sent.get("diskSizeGB")
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise DISK_SIZE.invalid("Required parameter 'disk.diskSizeGb' is missing (null).", target="disk.diskSizeGb")

    @DISK_CREATED.applies
    @DISK_SIZE.applies
    def properties(self, write: WriteRequest) -> Json:
        """Return the properties, with those of the disk or snapshot that it is copied from."""
        sent = super().properties(write)
        source = write.state.find(pick(sent, "creationData.sourceResourceId"))
        if source is None:
            return sent
        inherited = ("osType", "hyperVGeneration", "diskSizeGB")
        kept = {key: source.properties[key] for key in inherited if key in source.properties}
        return kept | sent | {"creationData": sent["creationData"] | {"sourceUniqueId": source.unique("disk")}}

    def from_seed(self, group_id: str, entry: Json) -> Json:
        """Return a disk; a placeholder may lack the size."""
        properties: Json = {
            "creationData": {"createOption": entry.get("createOption", "Import")},
            "timeCreated": "2026-01-15T09:00:00+00:00",
        }
        if "sizeGB" in entry:
            properties["diskSizeGB"] = int(entry["sizeGB"])
        if entry.get("osType"):
            properties |= {"osType": entry["osType"], "hyperVGeneration": entry.get("generation", "V1")}
        return {"sku": {"name": "Standard_LRS"}, "properties": properties}

    @DISK_SHOWN.applies
    def computed(self, resource: Resource, context: Context) -> Json:
        """Return the time of making, the unique id and, where the size is known, the bytes beside the state."""
        size = resource.properties.get("diskSizeGB")
        in_bytes = {} if size is None else {"diskSizeBytes": int(size) * 1024**3}
        made = {"timeCreated": resource.created} if resource.created else {}
        shown = {"uniqueId": resource.unique("disk"), "diskState": "Unattached"}
        return made | in_bytes | shown | super().computed(resource, context)
