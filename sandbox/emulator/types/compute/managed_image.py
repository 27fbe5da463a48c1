"""Microsoft.Compute/images: managed images."""

from __future__ import annotations

from typing import ClassVar

from sandbox.emulator.form import NUMBER, NUMBERS, TEXT, Field, Form
from sandbox.emulator.rules import Json
from sandbox.emulator.types.compute.disk import GENERATIONS, OS_STATES, OS_TYPES
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest, check_value, pick


class ManagedImage(ResourceType):
    """A managed image; writes are answered at once."""

    type = "Microsoft.Compute/images"
    api_versions = ("2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01")
    objects = ("storageProfile", "storageProfile.osDisk")
    lists = ("storageProfile.dataDisks",)
    seeded: ClassVar[Json] = {}
    seed_form: ClassVar[Form] = {
        "osType": Field(TEXT, OS_TYPES, required=True),
        "osState": Field(TEXT, OS_STATES),
        "sizeGB": Field(NUMBER),
        "snapshot": Field(TEXT),
        "dataDiskSizesGB": Field(NUMBERS),
        "generation": Field(TEXT, GENERATIONS),
    }

    def check(self, write: WriteRequest) -> None:
        """Refuse an unknown OS type or state."""
        os_disk = pick(write.properties, "storageProfile.osDisk") or {}
        check_value(os_disk.get("osType"), OS_TYPES, "storageProfile.osDisk.osType", required=True)
        check_value(os_disk.get("osState"), OS_STATES, "storageProfile.osDisk.osState", required=True)

    def from_seed(self, group_id: str, entry: Json) -> Json:
        """Return an image of an OS disk, from a snapshot of its resource group or of a size of its own."""
        os_disk: Json = {"osType": entry["osType"], "osState": entry.get("osState", "Generalized")}
        if "sizeGB" in entry:
            os_disk["diskSizeGB"] = entry["sizeGB"]
        if "snapshot" in entry:
            os_disk["snapshot"] = {"id": f"{group_id}/providers/Microsoft.Compute/snapshots/{entry['snapshot']}"}
        sizes = entry.get("dataDiskSizesGB") or []
        data_disks = [{"lun": lun, "diskSizeGB": size} for lun, size in enumerate(sizes)]
        profile = {"osDisk": os_disk, "dataDisks": data_disks, "zoneResilient": False}
        return {"properties": {"hyperVGeneration": entry.get("generation", "V1"), "storageProfile": profile}}
