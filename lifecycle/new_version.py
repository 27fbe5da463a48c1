"""A new version for the catalogue: its number, its source, and its entry with the facts that Azure knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic import ValidationError

from catalog.fields.arm_id import example
from catalog.files.diagnostic import dotted, shown
from catalog.files.pydantic_errors import field_errors_of
from catalog.files.similar import nearest
from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.source import EXISTING, KINDS, STORAGE_ACCOUNT, Source, account_of, kind_of
from catalog.images.version import VersionDefaults
from catalog.images.version_number import VersionStep, number_above, version_key, version_problem
from catalog.stacks.settings import Settings
from plan.conflict import Conflict, PlanRefused
from plan.disks import DiskFacts
from plan.observed import Observed, ObservedSource
from plan.plan import LOOK, plan

FIRST: Final = "1.0.0"
CARRIED: Final = ("target_regions", "replicas_per_region", "storage_account_type")
"""How a version is published, which its successor keeps."""
LEFT: Final = ("exclude_from_latest", "end_of_life", "block_deletion_before_end_of_life", "tags", "protect")
"""What belongs to one version alone."""


class NewVersionError(ValueError):
    """The version cannot be added; the message says what to write instead."""


def next_number(known: Iterable[str], step: VersionStep = "patch") -> str:
    """The number one `step` above the highest of `known`; the first one when nothing is known.

    `known` are the numbers in the catalogue and in the gallery, where versions made by other tools may have zeros
    before a part. Raises NewVersionError if no higher number exists.
    """
    numbers = [number for number in known if version_problem(number) is None]
    if not numbers:
        return FIRST
    found = number_above(numbers, step)
    if found is None:
        others = [f"--{other}" for other in ("minor", "major") if number_above(numbers, other) is not None]
        advice = f"give {' or '.join(others)}" if others else "add an image under another name"
        raise NewVersionError(f"Azure has no {step} above {max(numbers, key=version_key)}; {advice}")
    return found


def read_source(text: str, storage_account: str | None = None) -> dict[str, Any]:
    """The source in an id, or in the address of a VHD and the id of its storage account, as the catalogue writes it.

    What it is follows from the id; `text` may say it too, as `KIND=ID`. A VHD without the id of its storage account
    has none here: `version_entry` refuses it with whatever else is missing. Raises NewVersionError if it is not valid.
    """
    kind, value = _kind_and_value(text)
    account = storage_account or _account_at(value)
    try:
        source = Source.model_validate({kind: {"storage_account": account, "uri": value} if kind == "vhd" else value})
    except ValidationError as error:
        found = [f"{dotted(path)}: {message}" for path, message in field_errors_of(error, Source, lambda _: None)]
        raise NewVersionError("; ".join(dict.fromkeys(found))) from None
    unknown = {"vhd": {"storage_account"}} if storage_account is None else None
    return source.model_dump(exclude_none=True, exclude=unknown)


def _account_at(uri: str) -> str:
    """The id of an account of the name that the address of a VHD has, in the place of one that nobody gave."""
    try:
        name = account_of(uri)
    except ValueError:
        name = None
    in_place = example(STORAGE_ACCOUNT)
    return f"{in_place.rpartition('/')[0]}/{name}" if name else in_place


def _kind_and_value(text: str) -> tuple[str, str]:
    made = [key for key, each in KINDS.items() if each.is_made]
    before, equals, after = text.partition("=")
    named = equals != "" and "/" not in before  # an id or address may have = in it
    kind, value = (before.strip(), after.strip()) if named else ("", text.strip())
    if EXISTING in (kind, value):
        raise NewVersionError("a version that is in the gallery already is taken over with: labs import IMAGE:VERSION")
    if named and kind not in made:
        near = nearest(kind, made)
        advice = f"write {near[0]}=ID, or the id alone" if near else f"it is one of {', '.join(made)}; or the id alone"
        raise NewVersionError(f"{shown(kind)} is no kind of source; {advice}")
    try:
        found = kind_of(value)
    except ValueError as error:
        if kind:
            return kind, value  # the model knows what an id of this kind looks like
        raise NewVersionError(str(error)) from None
    if kind and kind != found:
        raise NewVersionError(
            f"{kind}= is the key of a {KINDS[kind].noun}, and what follows names a {KINDS[found].noun}; write "
            f"{found}=ID, or the id alone"
        )
    return found, value


def agreed_facts(source: ObservedSource | None, size_gb: int | None, disks: int | None) -> DiskFacts:
    """Disk facts of a source: from Azure, else from the user. Each may be None.

    Raises NewVersionError if both are known and differ.
    """
    found = DiskFacts(source.os_disk_size_gb, source.data_disk_count) if source is not None else DiskFacts(None, None)
    both = (("--size", size_gb, found.os_disk_size_gb), ("--disks", disks, found.data_disk_count))
    wrong = [
        f"{option} {given} contradicts Azure, where the source has {actual}; leave {option} out"
        for option, given, actual in both
        if given is not None and actual is not None and given != actual
    ]
    if wrong:
        raise NewVersionError("; ".join(wrong))
    return DiskFacts(
        size_gb if found.os_disk_size_gb is None else found.os_disk_size_gb,
        disks if found.data_disk_count is None else found.data_disk_count,
    )


def version_entry(
    source: dict[str, Any], facts: DiskFacts, defaults: VersionDefaults, *, answered: bool = False
) -> dict[str, Any]:
    """The entry of a version, without facts that equal the catalogue's defaults. `answered`: Azure was asked for them.

    Raises NewVersionError with all that is missing: facts that Azure does not know, and the storage account of a VHD.
    """
    options = {"--size GB": facts.os_disk_size_gb, "--disks COUNT": facts.data_disk_count}
    missing = [option for option, fact in options.items() if fact is None]
    key, problems = next(iter(source)), []
    if key == "vhd" and "storage_account" not in source[key]:
        problems.append("a VHD also needs --storage-account with the id of its blob's storage account")
    if missing and (answered or not KINDS[key].tells_disks):
        which = "this" if KINDS[key].tells_disks else "a"
        problems.append(f"Azure does not know the disks of {which} {KINDS[key].noun}; give {' and '.join(missing)}")
    if problems:
        raise NewVersionError("\n".join(problems))
    given = {key: fact for key, fact in asdict(facts).items() if fact not in (None, getattr(defaults, key))}
    return {"source": source, **given}


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What a new version has from version `number`, the latest before it, and which of its keys stay behind."""

    number: str
    entry: dict[str, Any]
    left: tuple[str, ...]


def carried_over(image: Image, defaults: VersionDefaults) -> CarriedOver:
    """What the next version of `image` has from its latest one, without what equals the catalogue's defaults."""
    number = max(image.versions, key=version_key)
    latest = image.versions[number]
    own = {key for key in (*CARRIED, *LEFT) if getattr(latest, key) not in (None, getattr(defaults, key))}
    # false and no tags are what a version has that says nothing.
    left = tuple(key for key in LEFT if key in own and (getattr(latest, key) or key == "protect"))
    return CarriedOver(number, {key: _plain(getattr(latest, key)) for key in CARRIED if key in own}, left)


def _plain(value: Any) -> Any:
    """A value as the catalogue's file has it."""
    return list(value) if isinstance(value, (list, tuple)) else value


def new_version_conflicts(
    catalogue: Catalogue, image: str, number: str, settings: Settings, observed: Observed
) -> list[Conflict]:
    """Why the plan refuses one version of `catalogue`: conflicts of its source, or of its image in the gallery.

    The preview reports all other conflicts.
    """
    entry = catalogue.images[image]
    # Versions to take over stay: they allow the plan to take over a definition that others made.
    kept = {each: version for each, version in entry.versions.items() if each == number or version.source.existing}
    alone = entry.model_copy(update={"versions": kept})
    try:
        plan(catalogue.model_copy(update={"images": {image: alone}}), settings, observed)
    except PlanRefused as refused:
        own = f"images.{image}.versions.{number}"
        subjects = {LOOK, f"images.{image}", f"images.{image}.tags", own}
        return [each for each in refused.conflicts if each.subject in subjects or each.subject.startswith(f"{own}.")]
    return []
