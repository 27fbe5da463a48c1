"""What Azure does not let anybody change on an image definition or a version once it exists.

Source of the table: "Store and share images in an Azure Compute Gallery", section on updating resources, and the
refusals of the service (`PropertyChangeNotAllowed`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from catalog.images.source import EXISTING
from plan.observed import ObservedDefinition, ObservedVersion
from plan.planned import PlannedImage, PlannedVersion

REPLICATION_MODE: Final = "Full"
"""The mode of every version: a Shallow one has a single replica and is meant for a quick try."""


@dataclass(frozen=True, slots=True)
class Change:
    """A property that would have to change: its key in the catalogue, what Azure has, what is wanted."""

    key: str
    current: object
    wanted: object


_Definition = Callable[[ObservedDefinition], object]
_Image = Callable[[PlannedImage], object]

DEFINITION: tuple[tuple[str, _Definition, _Image], ...] = (
    ("os_type", lambda d: d.os_type, lambda i: i.os_type),
    ("os_state", lambda d: d.os_state, lambda i: i.os_state),
    ("hyper_v_generation", lambda d: d.hyper_v_generation, lambda i: i.hyper_v_generation),
    ("architecture", lambda d: d.architecture, lambda i: i.architecture),
    ("security_type", lambda d: d.security_type, lambda i: i.security_type),
    ("identifier.publisher", lambda d: d.publisher, lambda i: i.publisher),
    ("identifier.offer", lambda d: d.offer, lambda i: i.offer),
    ("identifier.sku", lambda d: d.sku, lambda i: i.sku),
    ("purchase_plan", lambda d: d.purchase_plan, lambda i: i.purchase_plan),
    ("eula", lambda d: d.eula, lambda i: i.eula),
    ("privacy_statement_uri", lambda d: d.privacy_statement_uri, lambda i: i.privacy_statement_uri),
)


def definition_changes(current: ObservedDefinition, wanted: PlannedImage) -> Iterator[Change]:
    """Immutable properties of the definition that differ, in the order of the table."""
    for key, read_current, read_wanted in DEFINITION:
        old, new = read_current(current), read_wanted(wanted)
        if old != new:
            yield Change(key, old, new)


def version_changes(current: ObservedVersion, wanted: PlannedVersion) -> Iterator[Change]:
    """What the catalogue can say of a version and Azure cannot change: its source, and storage in a region it has."""
    source = wanted.source.uri or wanted.source.id
    known = current.source_id is not None and wanted.source.kind != EXISTING
    if known and str(current.source_id).lower() != source.lower():
        yield Change("source", current.source_id, source)
    storage = {replica.region: replica.storage_account_type for replica in current.replicas}
    for region in wanted.target_regions:
        old = storage.get(region.name, region.storage_account_type)
        if old != region.storage_account_type:
            yield Change(f"storage_account_type in {region.name}", old, region.storage_account_type)


def version_misfits(current: ObservedVersion, location: str) -> Iterator[Change]:
    """What no version of a gallery in `location` that is declared here can have, however it was made."""
    if current.location != location:
        yield Change("location", current.location, location)
    if current.replication_mode != REPLICATION_MODE:
        yield Change("replication mode", current.replication_mode, REPLICATION_MODE)
