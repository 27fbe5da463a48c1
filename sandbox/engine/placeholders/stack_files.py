"""What the files of a stack of a real subscription say, for a preview that cannot ask that subscription."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.engine.placeholders.documents import load_mapping, mapping

SEED_FILE = Path(__file__).parents[2] / "seed.yaml"
SUBSCRIPTION_KEY = "azure-native:subscriptionId"
KINDS = {"snapshot": "snapshots", "disk": "disks", "vm": "virtualMachines", "managed_image": "images"}
"""Sources that the catalogue names by id, and their resource types in Microsoft.Compute."""
LABS = {"labAccountIds": "labaccounts", "labPlanId": "labPlans", "devTestLabIds": "labs"}
"""Configuration keys that name labs, and the kinds of labs."""
ONE_DISK = ("snapshot", "disk")
ID = re.compile(r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/([^/]+)/([^/]+)/([^/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class DeclaredSource:
    """A source as the catalogue's entry `place` declares it; None for what is not declared."""

    place: str
    kind: str
    id: str
    os_type: str
    os_state: str
    generation: str
    size_gb: int | None
    data_disks: int | None

    @property
    def undeclared(self) -> list[str]:
        """The facts about disks that the catalogue leaves open."""
        facts = {"os_disk_size_gb": self.size_gb, "data_disk_count": self.data_disks}
        return [name for name, value in facts.items() if value is None]


@dataclass(frozen=True)
class RealStack:
    """A stack's own configuration and the catalogue it names, read leniently: the program reports what is wrong."""

    name: str
    project: str
    folder: Path
    file: Path
    config: Mapping[str, Any]

    @classmethod
    def of(cls, project: str, stack: str, folder: Path, file: Path) -> "RealStack | None":
        """The stack that `file` configures; None when it names no subscription or one that the sandbox has."""
        config = mapping(load_mapping(file).get("config"))
        found = cls(stack, project, folder, file, config)
        if not found.subscription or found.subscription.lower() in pretend_subscriptions():
            return None
        return found

    @property
    def subscription(self) -> str:
        """Id of the stack's subscription, or ""."""
        return _text(self.config.get(SUBSCRIPTION_KEY))

    @property
    def location(self) -> str:
        """The gallery's region as it is written."""
        return _text(self._setting("location"))

    @property
    def group(self) -> str:
        """The gallery's resource group where it is expected to be there, else ""."""
        made_here = str(self._setting("createResourceGroup")).lower() == "true"
        return "" if made_here else _text(self._setting("resourceGroupName"))

    def labs(self) -> Iterator[tuple[str, str]]:
        """Every lab that the gallery is attached to: its kind in `sandbox/seed.yaml`, and its id."""
        for key, kind in LABS.items():
            value = self._setting(key)
            if isinstance(value, str) and value.startswith("["):  # the engine keeps a list set as one value as JSON
                try:
                    value = json.loads(value)
                except ValueError:
                    value = [value]
            for entry in value if isinstance(value, list) else [value]:
                if isinstance(entry, str) and entry:
                    yield kind, entry

    @property
    def gallery_group_id(self) -> str:
        """Id of the gallery's resource group, whoever makes it."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{_text(self._setting('resourceGroupName'))}"

    @property
    def gallery_id(self) -> str:
        """Id of the gallery."""
        name = _text(self._setting("galleryName"))
        return f"{self.gallery_group_id}/providers/Microsoft.Compute/galleries/{name}"

    @property
    def lab_plan_group(self) -> str:
        """The resource group of a lab plan that the stack makes, where it names one, else ""."""
        value = self._setting("labPlan")
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return ""
        return _text(mapping(value).get("resourceGroupName"))

    @property
    def catalogue(self) -> Path:
        """The catalogue's file."""
        return self.folder / (_text(self._setting("catalog")) or "images.yaml")

    def sources(self) -> Iterator[DeclaredSource]:
        """Every source with an id in the catalogue, in its order."""
        content = load_mapping(self.catalogue)
        defaults = mapping(content.get("defaults"))
        for name, image in mapping(content.get("images")).items():
            for number, version in mapping(mapping(image).get("versions")).items():
                entry = {**defaults, **mapping(version)}
                for kind, source_id in mapping(entry.get("source")).items():
                    if isinstance(source_id, str) and source_id.startswith("/"):
                        place = f"images.{name}.versions.{number}"
                        yield _declared(place, kind, source_id, mapping(image), entry)

    def _setting(self, key: str) -> Any:
        return self.config.get(f"{self.project}:{key}", self.config.get(key))


def pretend_subscriptions() -> set[str]:
    """Ids, in lower case, of the subscriptions that the sandbox starts with."""
    return {name.lower() for name in mapping(load_mapping(SEED_FILE).get("subscriptions"))}


def _declared(
    place: str, kind: str, source_id: str, image: Mapping[str, Any], entry: Mapping[str, Any]
) -> DeclaredSource:
    data_disks = _count(entry.get("data_disk_count"))
    if kind in ONE_DISK and data_disks is None:
        data_disks = 0
    return DeclaredSource(
        place=place,
        kind=kind,
        id=source_id.rstrip("/"),
        os_type=_text(image.get("os_type")),
        os_state=_text(image.get("os_state")),
        generation=_text(image.get("hyper_v_generation")) or "V1",
        size_gb=_count(entry.get("os_disk_size_gb")),
        data_disks=data_disks,
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
