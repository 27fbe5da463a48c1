"""Microsoft.Compute/images: managed images."""

from __future__ import annotations

from sandbox.emulator.types.resource_type import ResourceType, WriteRequest, check_value, pick


class ManagedImage(ResourceType):
    """A managed image; writes are answered at once."""

    type = "Microsoft.Compute/images"
    api_versions = ("2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01", "2024-11-01")
    objects = ("storageProfile", "storageProfile.osDisk")
    lists = ("storageProfile.dataDisks",)

    def check(self, write: WriteRequest) -> None:
        """Refuse an OS type or state that there is not."""
        os_disk = pick(write.properties, "storageProfile.osDisk") or {}
        check_value(os_disk.get("osType"), ("Windows", "Linux"), "storageProfile.osDisk.osType", required=True)
        check_value(
            os_disk.get("osState"), ("Generalized", "Specialized"), "storageProfile.osDisk.osState", required=True
        )
