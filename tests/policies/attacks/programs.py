"""Whole programs that pass in silence; attacks change one thing of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.components import golden
from tests.policies.inputs import (
    ATTACHMENT,
    DEFINITION,
    GALLERY,
    LAB_IMAGE,
    SNAPSHOT,
    VERSION,
    attachment,
    gallery,
    lab_image,
    raw_definition,
    raw_version,
    version,
)
from tests.support.policy_server import UNKNOWN_TEXT, Declared

Changes = Mapping[str, Any]
NOTHING: Changes = {}
RAW_LAB_PLAN = "azure-native:labservices:LabPlan"
IGNORED = ("location", "storageProfile", "publishingProfile.replicationMode")
"""What the component ignores of a version that exists."""


def raw(
    version_changes: Changes = NOTHING, definition_changes: Changes = NOTHING, **outputs: Any
) -> tuple[Declared, Declared]:
    """A definition and a version that a program declares without the component, both new in a preview.

    With outputs the version is there already: Azure shows those.
    """
    defined = definition(definition_changes)
    return defined, only_version(version_changes, **outputs)


def definition(changes: Changes = NOTHING, token: str = DEFINITION, name: str = "gis") -> Declared:
    """A definition alone."""
    inputs = raw_definition(**changes)
    return Declared(token, name, inputs, unmade(inputs))


def only_version(changes: Changes = NOTHING, token: str = VERSION, name: str = "gis-1", **outputs: Any) -> Declared:
    """A version alone; with outputs it is there already."""
    inputs = raw_version(**changes)
    return Declared(token, name, inputs, deployed(inputs, **outputs) if outputs else unmade(inputs))


def unmade(inputs: Changes) -> dict[str, Any]:
    """Outputs of a resource that a preview would create: Azure takes no names among the properties."""
    shown = {key: value for key, value in inputs.items() if not key.endswith("Name")}
    return {**shown, "id": UNKNOWN_TEXT, "name": UNKNOWN_TEXT, "provisioningState": UNKNOWN_TEXT}


def changed(inputs: Changes) -> dict[str, Any]:
    """Outputs of a version that is there already and that a preview would change: its name is known."""
    return {**unmade(inputs), "name": inputs.get("galleryImageVersionName"), "id": "/as/it/was"}


def deployed(inputs: Changes, size: object = 64, **changes: Any) -> dict[str, Any]:
    """Outputs of a version as Azure shows it, with an OS disk of `size` GB; None: Azure shows no size."""
    profile = {"osDiskImage": {"source": {"id": SNAPSHOT}, **({} if size is None else {"sizeInGB": size})}}
    made = {"name": inputs.get("galleryImageVersionName"), "provisioningState": "Succeeded", "storageProfile": profile}
    return {**unmade(inputs), **made, **changes}


def component(*versions: Changes, name: str = "gis", **changes: Any) -> Declared:
    """The component alone, with the versions that it lists."""
    inputs = lab_image(*versions, **changes)
    return Declared(LAB_IMAGE, name, inputs, {"image": inputs["image"], "consumers": inputs["consumers"]})


def child_definition(above: Declared, **changes: Any) -> Declared:
    """The definition below a component, as the component declares it."""
    same = {key: above.inputs[key] for key in ("osType", "osState", "hyperVGeneration", "architecture")}
    features = {"features": [{"name": "SecurityType", "value": above.inputs["securityType"]}]}
    inputs = raw_definition(galleryImageName=above.inputs["image"], **{**same, **features, **changes})
    return Declared(DEFINITION, above.name, inputs, unmade(inputs), above)


def child_version(above: Declared, entry: Changes, **changes: Any) -> Declared:
    """A version below a component, as the component declares it for this entry."""
    regions = [
        {"name": each["name"], "regionalReplicaCount": each["replicas"], "excludeFromLatest": each["excludeFromLatest"]}
        for each in entry["targetRegions"]
    ]
    inputs = raw_version(
        **{
            "galleryImageName": above.inputs["image"],
            "galleryImageVersionName": entry["version"],
            "tags": {"lab-image-gallery": "labs/dev"},
            "publishingProfile": {"targetRegions": regions, "excludeFromLatest": entry["excludeFromLatest"]},
            "storageProfile": profile_of(entry["source"]),
            **changes,
        }
    )
    return Declared(VERSION, f"{above.name}:{entry['version']}", inputs, unmade(inputs), above)


def profile_of(source: Changes) -> dict[str, Any]:
    """The storage profile of a version made from a source of this kind; empty for one that exists."""
    return {
        "vm": {"source": {"virtualMachineId": source["id"]}},
        "managed_image": {"source": {"id": source["id"]}},
        "gallery_version": {"source": {"id": source["id"]}},
        "existing": {},
    }.get(source["kind"], {"osDiskImage": {"source": {"id": source["id"]}}})


def ours(entry: Changes | None = None, above: Changes = NOTHING, **changes: Any) -> tuple[Declared, Declared, Declared]:
    """A component with one version, its definition, and its version with changes."""
    entry = version() if entry is None else entry
    image = component(entry, **above)
    return image, child_definition(image), child_version(image, entry, **changes)


def ours_defined(**changes: Any) -> tuple[Declared, Declared, Declared]:
    """A component with one version, its definition with changes, and its version."""
    image, _, child = ours()
    return image, child_definition(image, **changes), child


def existing(program: tuple[Declared, ...], size: object = 64, **outputs: Any) -> tuple[Declared, ...]:
    """The same program when its last resource, a version, is there already, and its source ignored."""
    *others, last = program
    return *others, replace(last, outputs=deployed(last.inputs, size, **outputs), ignored=IGNORED)


def one_region(name: str = "Korea Central", **changes: Any) -> dict[str, Any]:
    """A publishing profile with one target region."""
    return {"targetRegions": [{"name": name, "regionalReplicaCount": 1, **changes}]}


def tags(size: object = "64", count: object = "0", **more: Any) -> dict[str, Any]:
    """Tags of a raw version; names with underscores stand for dashes."""
    facts = {"lab-os-disk-size-gb": size, "lab-data-disk-count": count}
    return facts | {key.replace("_", "-"): value for key, value in more.items()}


def labs(region: str = "koreacentral") -> Declared:
    """A lab account with labs in one region, to which the gallery is attached."""
    return Declared(ATTACHMENT, "attachment:labs", attachment(labRegions=[region], imageRegions={}), {})


def our_gallery(**changes: Any) -> Declared:
    """The component of the gallery."""
    return Declared(GALLERY, "gallery", gallery(**changes), {})


def raw_lab_plan(*regions: str, token: str = RAW_LAB_PLAN) -> Declared:
    """A lab plan that a program declares without the component, with labs in these regions."""
    inputs = {"labPlanName": "autumn", "location": regions[0], "allowedRegions": list(regions)}
    return Declared(token, "plan", {**inputs, "sharedGalleryId": UNKNOWN_TEXT}, inputs)


def all_of_ours() -> tuple[Declared, ...]:
    """Everything that this program declares in the test of its components, with every kind of source."""
    recorded = json.loads(golden.FILE.read_text(encoding="utf-8"))
    made: dict[str, Declared] = {}

    def declared(key: str) -> Declared | None:
        if key in recorded and key not in made:
            resource = recorded[key]
            ignored = resource["options"].get("ignoreChanges", ())
            above = declared(resource["parent"])
            kind, _, name = key.partition("::")
            made[key] = Declared(kind, name, resource["inputs"], parent=above, ignored=ignored)
        return made.get(key)

    for key in recorded:
        declared(key)
    return tuple(made.values())  # parents first, as the engine gets them
