"""What stands in for versions that a real stack takes over (`existing: true`): a gallery that has them as declared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

COMPUTE = "2024-03-03"
GROUPS = "2024-03-01"
OWNER_TAG = "lab-image-gallery"
PROPERTIES = {
    "osType": "os_type",
    "osState": "os_state",
    "hyperVGeneration": "hyper_v_generation",
    "architecture": "architecture",
    "eula": "eula",
    "privacyStatementUri": "privacy_statement_uri",
}
"""What Azure never changes on a definition, with its key in the answer of `labs check`."""


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
    def of(cls, declared: Mapping[str, Any], owner: str) -> "PlaceholderGallery":
        """The gallery of a stack with the existing versions it declares; `owner` is the tag of what the stack made."""
        location, gallery = declared["location"], declared["gallery"]
        tags = {"tags": {OWNER_TAG: owner}}
        around: list[tuple[str, dict[str, Any]]] = [
            (f"{declared['resource_group']['id']}?api-version={GROUPS}", {"location": location, **tags}),
            (f"{gallery}?api-version={COMPUTE}", {"location": location, **tags}),
        ]
        requests: list[tuple[str, dict[str, Any]]] = []
        unknown: list[str] = []
        count = 0
        for name, image in declared["images"].items():
            versions = image["versions"]
            existing = {number: entry for number, entry in versions.items() if entry["source"]["kind"] == "existing"}
            if not existing:
                continue
            count += len(existing)
            # A definition that has versions of the stack's own is the stack's own.
            owned = tags if len(existing) < len(versions) else {}
            body = {"location": location, "properties": _definition(image["definition"])} | owned
            requests.append((f"{gallery}/images/{name}?api-version={COMPUTE}", body))
            requests.extend(_versions(f"{gallery}/images/{name}", location, existing))
            unknown.extend(
                f"images.{name}.versions.{number}: os_disk_size_gb"
                for number, entry in existing.items()
                if entry["os_disk_size_gb"] is None
            )
        return cls(around + requests if requests else [], count, unknown)


def _definition(declared: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: declared[key] for name, key in PROPERTIES.items() if declared[key] is not None}
    properties["identifier"] = {key: declared[key] for key in ("publisher", "offer", "sku")}
    if declared["purchase_plan"]:
        properties["purchasePlan"] = dict(zip(("name", "product", "publisher"), declared["purchase_plan"], strict=True))
    features = [{"name": feature["name"], "value": feature["value"]} for feature in declared["features"]]
    if declared["security_type"] != "Standard":
        features.insert(0, {"name": "SecurityType", "value": declared["security_type"]})
    if features:
        properties["features"] = features
    return properties


def _versions(
    definition: str, location: str, entries: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, entry in entries.items():
        yield (
            f"{definition}/versions/{number}?api-version={COMPUTE}",
            {
                "location": location,
                "properties": {
                    "publishingProfile": {
                        "targetRegions": [
                            {"name": region["name"], "storageAccountType": region["storage_account_type"]}
                            for region in entry["target_regions"]
                        ]
                    },
                    "storageProfile": {
                        "osDiskImage": {"source": _blob(definition)},
                        "dataDiskImages": [
                            {"lun": lun, "source": _blob(definition)} for lun in range(entry["data_disk_count"] or 0)
                        ],
                    },
                },
            },
        )


def _blob(definition: str) -> dict[str, str]:
    account = f"{definition.partition('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/stoodin"
    return {"storageAccountId": account, "uri": "https://stoodin.blob.core.windows.net/vhds/stood-in.vhd"}
