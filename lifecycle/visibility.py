"""Why a version in the gallery is not offered in a lab."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from catalog.fields.moment import day_of
from catalog.images.consumers import LAB_SERVICES
from catalog.images.version_number import listing_key
from catalog.texts.joined import listed
from catalog.texts.translation import N_, _
from lifecycle.place import Place
from lifecycle.reason import Reason, ReasonKind
from plan.lab_services_limits import MOST_DATA_DISKS, OS_DISK_LIMIT_GB, SUPPORTED
from plan.observed import (
    COMPLETED,
    FAILED,
    SUCCEEDED,
    Observed,
    ObservedDefinition,
    ObservedGallery,
    ObservedVersion,
)
from plan.take_over import USABLE

UNFINISHED: Final = frozenset({"Creating", "Deleting", "Migrating", "Canceled"})
"""States of a version that nobody can use. Source: GalleryProvisioningState of the Compute API."""
NEVER_FINISHED: Final = frozenset({"Deleting", "Canceled"})
"""Those of them that publish nothing any more."""

_OF_THE_MACHINE: Final[Mapping[str, tuple[ReasonKind, str]]] = {
    "hyper_v_generation": ("generation", N_("its generation is {value}, and labs take {usual}")),
    "architecture": ("architecture", N_("its architecture is {value}, and labs take {usual}")),
    "security_type": ("security_type", N_("its security type is {value}, and labs take {usual}")),
}

_ITS_END: Final = N_("its end of life, {day}, has passed, and no document says whether labs still take it")
_END_OF_IMAGE: Final = N_("its image's end of life, {day}, has passed, and no document says whether labs still take it")


def version_reasons(
    definition: ObservedDefinition, number: str, place: Place, observed: Observed, today: date
) -> Iterator[Reason]:
    """Why version `number` of `definition` is not offered in `place`, or may not be; empty if it is.

    The place's own reasons are left out, and whether a later version takes its place.
    """
    version = definition.versions[number]
    if place.service == LAB_SERVICES:
        # Azure shows the disks of a version only once it is made: that they are not known yet says nothing.
        being_made = version.os_disk_size_gb is None and version.provisioning_state in UNFINISHED - NEVER_FINISHED
        yield from (it for it in limit_reasons(definition, number) if it.effect == "hides" or not being_made)
        if definition.definition.purchase_plan is not None:
            text = _("it has a purchase plan, and no document says whether labs take such images")
            yield Reason("purchase_plan", text, "may_hide", settled=True)
    yield from _replica(version, place, observed)
    yield from _end_of_life({_ITS_END: version.end_of_life, _END_OF_IMAGE: definition.definition.end_of_life}, today)


def latest_in(versions: Mapping[str, ObservedVersion], region: str | None) -> str | None:
    """Number of the version that labs in `region` take: the latest one that is not excluded there.

    Source: "Use a shared image gallery in Azure Lab Services". That only the latest counts, also if it is not usable
    in the region, is UNVERIFIED; an older version is never said to be offered in its place.
    """
    numbers = (number for number, version in versions.items() if not is_excluded(version, region))
    return max(numbers, key=listing_key, default=None)


def taken_versions(gallery: ObservedGallery | None, regions: Iterable[str | None]) -> list[ObservedVersion]:
    """The versions of a gallery (None: there is none) that labs in these regions take, each once."""
    wanted = set(regions)
    found: dict[str, ObservedVersion] = {}
    for definition in gallery.definitions.values() if gallery else ():
        for number in {latest_in(definition.versions, region) for region in wanted} - {None}:
            version = definition.versions[str(number)]
            found[version.id.lower()] = version
    return list(found.values())


def is_excluded(version: ObservedVersion, region: str | None) -> bool:
    """Whether a version is passed over in `region` when the latest is asked for."""
    return version.excluded or any(
        replica.region == region and replica.exclude_from_latest for replica in version.replicas
    )


def hidden_because(
    definition: ObservedDefinition, number: str, place: Place, observed: Observed, today: date, *, latest: str | None
) -> tuple[str, ...]:
    """Why version `number` of `definition` is not seen in a place by what the gallery has; empty if it is.

    `latest` is the version that labs there take (`latest_in`), None without one.
    """
    reasons = [*place.reasons, *version_reasons(definition, number, place, observed, today)]
    found = dict.fromkeys(reason.text for reason in reasons)
    if is_excluded(definition.versions[number], place.region):
        found[_("it is excluded from latest in {region}", region=place.region)] = None
    elif latest is not None and listing_key(number) < listing_key(latest):
        found[_("labs take the latest version, {version}", version=latest)] = None
    return tuple(found)


def limit_reasons(definition: ObservedDefinition, number: str) -> Iterator[Reason]:
    """Which limits of Lab Services keep a version from being shown anywhere."""
    version = definition.versions[number]
    yield from disk_reasons(version.os_disk_size_gb, version.data_disk_count)
    yield from machine_reasons({key: getattr(definition.definition, key) for key in SUPPORTED})


def disk_reasons(size: int | None, data_disks: int | None) -> Iterator[Reason]:
    """Why teachers do not see an image with an OS disk of `size` GB and this number of other disks."""
    if size is None:
        yield Reason("os_disk_size", _("the size of its OS disk is not known"), "may_hide", settled=True)
    elif size >= OS_DISK_LIMIT_GB:
        limit = OS_DISK_LIMIT_GB
        text = _("its OS disk has {size} GB, and only images below {limit} GB are shown", size=size, limit=limit)
        yield Reason("os_disk_size", text)
    if data_disks is None:
        yield Reason("data_disks", _("the number of its disks is not known"), "may_hide", settled=True)
    elif data_disks > MOST_DATA_DISKS:
        text = _("it has {disks} disks, and only images with one are shown", disks=data_disks + 1)
        yield Reason("data_disks", text)


def machine_reasons(definition: Mapping[str, str]) -> Iterator[Reason]:
    """Why labs do not take machines of an image; `definition` are its values by key, left out if they are usual."""
    for key, (kind, text) in _OF_THE_MACHINE.items():
        value = definition.get(key, SUPPORTED[key])
        if value != SUPPORTED[key]:
            yield Reason(kind, _(text, value=value, usual=SUPPORTED[key]))


def replica_reason(regions: Collection[str], region: str) -> Iterator[Reason]:
    """Why labs in `region` do not take a version with replicas in `regions`."""
    if region not in regions:
        yield Reason("no_replica", _("it has no replica in {region}, where labs are made", region=region))


def _replica(version: ObservedVersion, place: Place, observed: Observed) -> Iterator[Reason]:
    region, state = place.region, version.provisioning_state
    if region is None:
        if not place.reasons:
            yield Reason("no_replica", _("where its labs are made is not known"), "may_hide", settled=True)
        return
    missing = list(replica_reason({replica.region for replica in version.replicas if replica.replicas}, region))
    if missing:
        yield from missing
        return
    states = {step.region: step for step in observed.progress.get(version.id.lower(), ())}
    here = states.get(region)
    if here is not None and here.state == FAILED:
        text = _("its replication to {region} failed", region=region)
        yield Reason("failed", f"{text}: {here.details}" if here.details else text)
    elif here is not None and here.state != COMPLETED:
        values = {"region": region, "state": here.state, "percent": here.percent}
        text = _("its replica in {region} is not finished ({state}, {percent} %)", **values)
        yield Reason("replicating", text)
    elif state in UNFINISHED:
        kind: ReasonKind = "failed" if state in NEVER_FINISHED else "replicating"
        yield Reason(kind, _("it is not finished (its state is {state})", state=state))
    elif state == FAILED:
        yield _failed(region, [step.region for step in states.values() if step.state == FAILED], known=here is not None)
    elif state not in USABLE or (state != SUCCEEDED and here is None):
        values = {"state": state or _("not known"), "region": region}
        text = _("its state is {state}, and that of its replica in {region} was not looked up", **values)
        yield Reason("replicating", text, "may_hide", settled=True)


def _failed(region: str, elsewhere: list[str], *, known: bool) -> Reason:
    """Its publication failed, while its replica in `region` is finished if that is `known`."""
    if not known:
        return Reason("failed", _("its publication failed"))
    if elsewhere:
        text = _(
            "its publication failed in {regions}, and whether labs in {region} take it nevertheless is not documented",
            regions=listed(elsewhere),
            region=region,
        )
    else:
        text = _(
            "its publication failed, and whether labs in {region} take it nevertheless is not documented", region=region
        )
    return Reason("failed", text, "may_hide", settled=True)


def _end_of_life(ends: Mapping[str, date | None], today: date) -> Iterator[Reason]:
    """Azure still makes machines after an end of life (source: "Azure Compute Gallery", image versions)."""
    for text, end in ends.items():
        if end is not None and (day := day_of(end)) < today:
            yield Reason("end_of_life", _(text, day=day), "may_hide")
