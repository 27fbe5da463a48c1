"""What stands in for versions that a real stack takes over (`existing: true`): a gallery that has them as declared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.engine.placeholders.documents import load_mapping, mapping
from sandbox.engine.placeholders.stack_files import RealStack

COMPUTE = "2024-03-03"
GROUPS = "2024-03-01"
OWNER_TAG = "lab-image-gallery"
PROPERTIES = {
    "osType": "os_type",
    "osState": "os_state",
    "identifier": "identifier",
    "hyperVGeneration": "hyper_v_generation",
    "architecture": "architecture",
    "purchasePlan": "purchase_plan",
    "eula": "eula",
    "privacyStatementUri": "privacy_statement_uri",
}
"""What Azure never changes on a definition, with its key in the catalogue."""


@dataclass(frozen=True)
class PlaceholderGallery:
    """`requests` are writes (path with api-version, body) in order; none where the catalogue takes nothing over.

    Versions are made as if from a VHD, of which Azure tells no size: then what the catalogue declares counts.
    `unknown` are the places in it that declare none.
    """

    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    versions: int = 0
    unknown: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stack: RealStack) -> "PlaceholderGallery":
        """The gallery of a stack as its catalogue declares what is in it."""
        content = load_mapping(stack.catalogue)
        defaults, owner = mapping(content.get("defaults")), {"tags": {OWNER_TAG: f"{stack.project}/{stack.name}"}}
        group, gallery = stack.gallery_group_id, stack.gallery_id
        found = cls()
        for name, image in mapping(content.get("images")).items():
            versions = mapping(mapping(image).get("versions"))
            entries = {number: {**defaults, **mapping(version)} for number, version in versions.items()}
            existing = {number: entry for number, entry in entries.items() if _is_existing(entry)}
            if not existing:
                continue
            if not found.requests:
                found.requests.append((f"{group}?api-version={GROUPS}", {"location": stack.location, **owner}))
                found.requests.append((f"{gallery}?api-version={COMPUTE}", {"location": stack.location, **owner}))
            # A definition that has versions of the stack's own is the stack's own.
            tags = owner if len(existing) < len(entries) else {}
            body = {"location": stack.location, "properties": _definition(mapping(image)), **tags}
            found.requests.append((f"{gallery}/images/{name}?api-version={COMPUTE}", body))
            found.requests.extend(_versions(f"{gallery}/images/{name}", stack.location, existing))
            found.unknown.extend(
                f"images.{name}.versions.{number}: os_disk_size_gb"
                for number, entry in existing.items()
                if not isinstance(entry.get("os_disk_size_gb"), int)
            )
        return cls(found.requests, sum("/versions/" in path for path, _ in found.requests), found.unknown)


def _is_existing(entry: Mapping[str, Any]) -> bool:
    return mapping(entry.get("source")).get("existing") is True


def _definition(image: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: image[key] for name, key in PROPERTIES.items() if image.get(key) is not None}
    security = image.get("security_type")
    return properties | ({"features": [{"name": "SecurityType", "value": security}]} if security else {})


def _versions(
    definition: str, location: str, entries: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A version lies at home, and in the regions that are listed."""
    for number, entry in entries.items():
        listed = entry.get("target_regions")
        regions = dict.fromkeys(map(_squeezed, [location, *(listed if isinstance(listed, list) else [])]))
        storage = entry.get("storage_account_type") or "Standard_LRS"
        count = entry.get("data_disk_count")
        disks = range(count if isinstance(count, int) else 0)
        yield (
            f"{definition}/versions/{number}?api-version={COMPUTE}",
            {
                "location": location,
                "properties": {
                    "publishingProfile": {
                        "targetRegions": [{"name": region, "storageAccountType": storage} for region in regions]
                    },
                    "storageProfile": {
                        "osDiskImage": {"source": _blob(definition)},
                        "dataDiskImages": [{"lun": lun, "source": _blob(definition)} for lun in disks],
                    },
                },
            },
        )


def _squeezed(region: object) -> str:
    """One spelling of a region, so that none stands twice."""
    return "".join(str(region).split()).lower()


def _blob(definition: str) -> dict[str, str]:
    account = f"{definition.partition('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/stoodin"
    return {"storageAccountId": account, "uri": "https://stoodin.blob.core.windows.net/vhds/stood-in.vhd"}
