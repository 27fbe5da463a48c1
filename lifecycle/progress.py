"""Progress of the replication of versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.images.catalogue import Catalogue
from catalog.images.version_number import listing_key
from plan.observed import COMPLETED, FAILED, SUCCEEDED, ObservedGallery, ObservedVersion, RegionProgress

Stage = Literal["ready", "replicating", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class VersionProgress:
    """One version; `managed` is whether the catalogue has it, or leaves all versions of its image to others.

    `regions` keeps Azure's order.

    Where nobody asked how far it is (`in_doubt`), its replicas are complete by its state.

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


def in_doubt(gallery: ObservedGallery, catalogue: Catalogue, taken: Iterable[ObservedVersion]) -> list[ObservedVersion]:
    """The versions of which Azure is asked how far they are copied, which is a request for each.

    Those that are not whole, those `taken` by labs, and the highest ones of the catalogue: Azure can show a version as
    Succeeded before every region has its copy (source: AgentBaker, pull request 8373). A gallery of thousands of
    versions has few of these.
    """
    asked = {version.id.lower() for version in taken}
    highest = {
        name.lower(): max(map(listing_key, image.versions), default=None) for name, image in catalogue.images.items()
    }
    return [
        version
        for name, definition in gallery.definitions.items()
        for number, version in definition.versions.items()
        if version.provisioning_state != SUCCEEDED
        or version.id.lower() in asked
        or listing_key(number) == highest.get(name)
    ]


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
        declared = {(there[key].number_of(number) if key in there else None) or number for number in numbers}
        for number in sorted({*versions, *declared}, key=listing_key):
            version = versions.get(number)
            found.append(
                VersionProgress(
                    image=there[key].name if key in there else name,
                    number=number,
                    managed=number in declared or key in external,
                    state=(version.provisioning_state or "Unknown") if version else "",
                    regions=_regions(version, known) if version else (),
                )
            )
    return found


def _regions(version: ObservedVersion, known: Mapping[str, tuple[RegionProgress, ...]]) -> tuple[RegionProgress, ...]:
    """The regions of a version, by its progress or, if nobody asked for that, by its state."""
    progress = known.get(version.id.lower())
    if progress is None and version.provisioning_state == SUCCEEDED:
        return tuple(RegionProgress(replica.region, COMPLETED, 100, "") for replica in version.replicas)
    return progress or ()
