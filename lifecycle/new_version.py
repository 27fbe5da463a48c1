"""A new version for the catalogue: its number, its source, and its entry with the facts that Azure knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from pydantic import ValidationError

from catalog.files.diagnostic import dotted, shown
from catalog.files.pydantic_errors import field_errors_of
from catalog.images.catalogue import Catalogue
from catalog.images.source import EXISTING, KINDS, Source
from catalog.images.version import VersionDefaults, version_key, version_problem
from catalog.stacks.settings import Settings
from plan.conflict import Conflict, PlanRefused
from plan.disks import Facts
from plan.observed import Observed, ObservedSource
from plan.plan import plan

VersionStep = Literal["patch", "minor", "major"]
FIRST: Final = "1.0.0"


class NewVersionError(ValueError):
    """The version cannot be added; the message says what to write instead."""


def next_number(known: Iterable[str], step: VersionStep = "patch") -> str:
    """The number one `step` above the highest of `known`; the first one when nothing is known.

    `known` are the numbers in the catalogue and in the gallery, where versions made by other tools may have leading
    zeros; these are ignored. Raises NewVersionError if no higher number exists.
    """
    numbers = [version_key(number) for number in known if version_problem(number) is None]
    if not numbers:
        return FIRST
    major, minor, patch = max(numbers)
    following = {"patch": (major, minor, patch + 1), "minor": (major, minor + 1, 0), "major": (major + 1, 0, 0)}[step]
    found = ".".join(map(str, following))
    problem = version_problem(found)
    if problem is not None:
        raise NewVersionError(f"there is no {step} above {major}.{minor}.{patch}: {problem}")
    return found


def read_source(text: str, storage_account: str | None = None) -> dict[str, Any]:
    """The source in `KIND=ID` as the catalogue writes it; of `vhd=URI`, with the id of its storage account.

    Raises NewVersionError when it is none.
    """
    kind, equals, value = text.partition("=")
    made = [key for key, each in KINDS.items() if each.is_made]
    if kind == EXISTING:
        raise NewVersionError("a version that is in the gallery already is taken over with: labs import IMAGE:VERSION")
    if not equals or kind not in made:
        raise NewVersionError(f"must be KIND=ID, KIND being one of {', '.join(made)}, not {shown(text)}")
    if kind == "vhd" and storage_account is None:
        raise NewVersionError("a VHD also needs --storage-account with the id of its blob's storage account")
    source: dict[str, Any] = {
        kind: {"storage_account": storage_account, "uri": value.strip()} if kind == "vhd" else value.strip()
    }
    try:
        Source.model_validate(source)
    except ValidationError as error:
        found = [f"{dotted(path)}: {message}" for path, message in field_errors_of(error, Source, lambda _: None)]
        raise NewVersionError("; ".join(dict.fromkeys(found))) from None
    return source


def agreed_facts(source: ObservedSource | None, size_gb: int | None, disks: int | None) -> Facts:
    """Facts that Azure told of a source and those that a person gave, either of which may be None.

    Raises NewVersionError where they disagree.
    """
    told = Facts(source.os_disk_size_gb, source.data_disk_count) if source is not None else Facts(None, None)
    both = (("--size", size_gb, told.os_disk_size_gb), ("--disks", disks, told.data_disk_count))
    wrong = [
        f"{option} {given} is not what Azure tells of the source: {found}; leave {option} out"
        for option, given, found in both
        if given is not None and found is not None and given != found
    ]
    if wrong:
        raise NewVersionError("; ".join(wrong))
    return Facts(
        size_gb if told.os_disk_size_gb is None else told.os_disk_size_gb,
        disks if told.data_disk_count is None else told.data_disk_count,
    )


def version_entry(source: dict[str, Any], facts: Facts, defaults: VersionDefaults) -> dict[str, Any]:
    """The entry of a version; facts that the defaults state already are not repeated.

    Raises NewVersionError when a fact of a VHD is missing, which Azure does not tell.
    """
    missing = [
        option
        for option, fact in (("--size GB", facts.os_disk_size_gb), ("--disks COUNT", facts.data_disk_count))
        if fact is None
    ]
    kind = KINDS[next(iter(source))]
    if missing and not kind.tells_disks:
        raise NewVersionError(f"Azure does not tell the disks of a {kind.noun}; give {' and '.join(missing)}")
    entry: dict[str, Any] = {"source": source}
    if facts.os_disk_size_gb not in (None, defaults.os_disk_size_gb):
        entry["os_disk_size_gb"] = facts.os_disk_size_gb
    if facts.data_disk_count not in (None, defaults.data_disk_count):
        entry["data_disk_count"] = facts.data_disk_count
    return entry


def new_version_conflicts(
    catalogue: Catalogue, image: str, number: str, settings: Settings, observed: Observed
) -> list[Conflict]:
    """What the plan has against one version of `catalogue`: misfits of its source, or of its image in the gallery.

    What else is wrong in the catalogue or in Azure is left to the preview.
    """
    entry = catalogue.images[image]
    # Versions that are to be taken over stay: they are why a definition of others may be taken over with them.
    kept = {each: version for each, version in entry.versions.items() if each == number or version.source.existing}
    alone = entry.model_copy(update={"versions": kept})
    try:
        plan(catalogue.model_copy(update={"images": {image: alone}}), settings, observed)
    except PlanRefused as refused:
        subjects = {"Azure", f"images.{image}", f"images.{image}.versions.{number}"}
        return [conflict for conflict in refused.conflicts if conflict.subject in subjects]
    return []
