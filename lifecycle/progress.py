"""Progress of the replication of versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.images.catalogue import Catalogue
from catalog.images.version import listing_key
from plan.observed import COMPLETED, FAILED, ObservedGallery, RegionProgress

Stage = Literal["ready", "replicating", "failed"]


@dataclass(frozen=True, slots=True)
class VersionProgress:
    """One version in the gallery; `managed` is whether the catalogue has it. `regions` keeps Azure's order."""

    image: str
    number: str
    managed: bool
    state: str
    regions: tuple[RegionProgress, ...]

    @property
    def name(self) -> str:
        """`gis:1.0.0`."""
        return f"{self.image}:{self.number}"

    @property
    def stage(self) -> Stage:
        """The state of the version and its regions together: failed if any of them failed."""
        states = {region.state for region in self.regions}
        if self.state == FAILED or FAILED in states:
            return "failed"
        return "ready" if self.state == "Succeeded" and states <= {COMPLETED} else "replicating"


def progress_of(
    gallery: ObservedGallery, catalogue: Catalogue, known: Mapping[str, tuple[RegionProgress, ...]]
) -> list[VersionProgress]:
    """Every version of the gallery by name and number. `known` is keyed by version id in lower case."""
    named = {name.lower(): image.versions for name, image in catalogue.images.items()}
    return [
        VersionProgress(
            image=definition.name,
            number=number,
            managed=number in named.get(key, {}),
            state=definition.versions[number].provisioning_state,
            regions=known.get(definition.versions[number].id.lower(), ()),
        )
        for key, definition in sorted(gallery.definitions.items())
        for number in sorted(definition.versions, key=listing_key)
    ]
