"""Small inputs of a plan, built from plain values."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
import yaml

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.stacks.settings import Settings, read_settings
from plan.conflict import PlanRefused
from plan.definition import Definition, further_features
from plan.observed import (
    Observed,
    ObservedDefinition,
    ObservedGallery,
    ObservedReplica,
    ObservedSource,
    ObservedVersion,
)
from plan.plan import plan
from tests.support import ids

SUBSCRIPTION, COMPUTE = ids.SUBSCRIPTION, ids.BUILD
SNAPSHOT = f"{COMPUTE}/snapshots/gis-100"
LAB_ACCOUNT, GALLERY = f"{ids.LAB_ACCOUNTS}/contoso", f"{ids.GALLERIES}/images"
OURS = {"lab-image-gallery": "lab-image-gallery/dev"}
LAB_ACCOUNTS, LAB_PLANS, TEACHERS = (f"0a000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))
"""Object ids of the service of lab accounts, of that of lab plans, and of a group."""


def settings(**changes: object) -> Settings:
    """Settings of a stack in Korea with one lab account."""
    values: dict[str, object] = {
        "subscriptionId": SUBSCRIPTION,
        "galleryName": "images",
        "resourceGroupName": "galleries",
        "location": "koreacentral",
        "labAccountIds": [LAB_ACCOUNT],
    }
    return read_settings({**values, **changes}, project="lab-image-gallery", stack="dev")


def version(**changes: object) -> dict[str, Any]:
    """A version made from the snapshot, as in the catalogue's file."""
    return {"source": {"snapshot": SNAPSHOT}, "os_disk_size_gb": 64, "data_disk_count": 0, **changes}


def image(**changes: object) -> dict[str, Any]:
    """An image with the one version 1.0.0, as in the catalogue's file."""
    return {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "contoso", "offer": "gis", "sku": "one"},
        "versions": {"1.0.0": version()},
        **changes,
    }


def catalogue(**images: dict[str, Any]) -> Catalogue:
    """A catalogue with these images; without any, the one image `gis`."""
    return Catalogue.model_validate({"images": images or {"gis": image()}})


def complaints(document: object) -> str:
    """What is wrong with a catalogue of this content; empty if nothing is."""
    try:
        of_document(parse(yaml.safe_dump(document), file="images.yaml"))
    except InvalidFile as error:
        return str(error)
    return ""


def observed_source(**changes: Any) -> ObservedSource:
    """The snapshot as Azure shows it."""
    values: dict[str, Any] = {
        "id": SNAPSHOT,
        "region": "koreacentral",
        "os_type": "Linux",
        "hyper_v_generation": "V1",
        "os_disk_size_gb": 64,
        "data_disk_count": 0,
    }
    return ObservedSource(**{**values, **changes})


def replica(region: str, count: int = 1, storage: str = "Standard_LRS", *, excluded: bool = False) -> ObservedReplica:
    """`count` replicas in one region."""
    return ObservedReplica(region, count, storage, excluded)


def observed_version(**changes: Any) -> ObservedVersion:
    """Version 1.0.0 of `gis` as the gallery shows it, published by this stack over Korea."""
    values: dict[str, Any] = {
        "id": f"{GALLERY}/images/gis/versions/1.0.0",
        "location": "koreacentral",
        "source_id": SNAPSHOT,
        "os_disk_size_gb": 64,
        "data_disk_count": 0,
        "replicas": (replica("koreacentral"), replica("koreasouth")),
        "provisioning_state": "Succeeded",
        "tags": OURS,
    }
    return ObservedVersion(**{**values, **changes})


_PROPERTIES = {field.name for field in fields(Definition)}


def definition(**changes: Any) -> Definition:
    """The properties of `gis`."""
    values: dict[str, Any] = {
        "os_type": "Linux",
        "os_state": "Generalized",
        "hyper_v_generation": "V1",
        "architecture": "x64",
        "security_type": "Standard",
        "publisher": "contoso",
        "offer": "gis",
        "sku": "one",
    }
    return Definition(**{**values, **changes})


def observed_definition(**changes: Any) -> ObservedDefinition:
    """Definition `gis` as the gallery shows it, published by this stack; `changes` may be of its properties too."""
    features = changes.pop("features", ())
    changes["features"] = further_features(features)
    values: dict[str, Any] = {
        "id": f"{GALLERY}/images/gis",
        "location": "koreacentral",
        "features": features,
        "definition": definition(**{name: changes.pop(name) for name in _PROPERTIES & changes.keys()}),
        "tags": OURS,
        "versions": {"1.0.0": observed_version()},
    }
    return ObservedDefinition(**{**values, **changes})


def observed_gallery(*definitions: ObservedDefinition, **changes: Any) -> ObservedGallery:
    """The stack's gallery in Korea with these definitions."""
    by_name = {found.id.rpartition("/")[2].lower(): found for found in definitions}
    values = {"id": GALLERY, "location": "koreacentral", "tags": OURS, "definitions": by_name}
    return ObservedGallery(**{**values, **changes})


def refused(catalogue: Catalogue, settings: Settings, observed: Observed) -> list[str]:
    """The conflicts that keep the catalogue from being planned."""
    with pytest.raises(PlanRefused) as caught:
        plan(catalogue, settings, observed)
    return [str(conflict) for conflict in caught.value.conflicts]
