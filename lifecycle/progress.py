"""Progress of the replication of versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.images.catalogue import Catalogue
from catalog.images.version import listing_key
from plan.observed import COMPLETED, FAILED, SUCCEEDED, ObservedGallery, RegionProgress

Stage = Literal["ready", "replicating", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class VersionProgress:
    """One version; `managed` is whether the catalogue has it, or leaves all versions of its image to others.

    `regions` keeps Azure's order.

    `state` is Azure's, empty for a version that the gallery lacks.
    """

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
        if not self.state and not self.regions:
            return "missing"
        states = {region.state for region in self.regions}
        if self.state == FAILED or FAILED in states:
            return "failed"
        return "ready" if self.state == SUCCEEDED and states <= {COMPLETED} else "replicating"


@dataclass(frozen=True, slots=True)
class Sample:
    """How much of a version was copied at a moment: `done` of `whole`, both in regions, at `seconds`.

    A region that failed counts in neither: nobody copies it any more.
    """

    seconds: float
    done: float
    whole: int


def sample(version: VersionProgress, seconds: float) -> Sample:
    """The sample of a version at the moment `seconds`."""
    copied = [region for region in version.regions if region.state != FAILED]
    done = sum(100 if region.state == COMPLETED else region.percent for region in copied) / 100
    return Sample(seconds, done, len(copied))


def seconds_left(first: Sample, last: Sample) -> float | None:
    """How long a version still takes if it goes on as between the two samples; None if nothing can be known yet."""
    gained = last.done - first.done
    if gained <= 0 or last.whole != first.whole:
        return None
    return (last.whole - last.done) * (last.seconds - first.seconds) / gained


def versions_of(
    gallery: ObservedGallery | None, catalogue: Catalogue, known: Mapping[str, tuple[RegionProgress, ...]]
) -> list[VersionProgress]:
    """Every version of the catalogue and the gallery by name and number. `known` is keyed by version id in lower case.

    No gallery (None) has no version.
    """
    wanted = {name.lower(): (name, image.versions.keys()) for name, image in catalogue.images.items()}
    external = {name.lower() for name, image in catalogue.images.items() if image.is_external}
    there = gallery.definitions if gallery else {}
    found: list[VersionProgress] = []
    for key in sorted(wanted.keys() | there.keys()):
        versions = there[key].versions if key in there else {}
        name, numbers = wanted.get(key, ("", ()))
        for number in sorted({*versions, *numbers}, key=listing_key):
            version = versions.get(number)
            found.append(
                VersionProgress(
                    image=there[key].name if key in there else name,
                    number=number,
                    managed=number in numbers or key in external,
                    state=(version.provisioning_state or "Unknown") if version else "",
                    regions=known.get(version.id.lower(), ()) if version else (),
                )
            )
    return found
