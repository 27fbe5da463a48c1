"""Whether the catalogue can take over what is in the gallery, and why not.

The plan itself judges the catalogue with the new entries, so that no preview refuses what an import has written. What
the plan cannot say is added here: what the catalogue has no words for, what a take-over would change in Azure, and
replicas outside the geography, which the policies refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pydantic import ValidationError

from catalog.fields.tags import PROGRAM_TAGS
from catalog.files.diagnostic import dotted, shown
from catalog.files.pydantic_errors import field_errors_of
from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue
from catalog.images.consistency import across
from catalog.images.image import EXTERNAL, Image, name_problem
from catalog.regions import geography
from catalog.stacks.settings import Settings
from lifecycle.catalogue_entry import entries_of
from plan.conflict import Conflict
from plan.definition import Definition
from plan.observed import ObservedDefinition, ObservedVersion
from plan.plan import plan_images
from plan.planned import PlannedImage, PlannedVersion
from plan.stack import Stack

GEOGRAPHY_POLICY = "image-replicas-within-geography"
"""The policy that refuses replicas outside the geography of the gallery, unless an image is exempt from it."""


@dataclass(frozen=True, slots=True)
class ImportRefusals:
    """Why an image or versions of it cannot be taken over: what concerns the whole image, and reasons by number.

    A reason is cause, consequence and what to do, without a final full stop.
    """

    image: list[str] = field(default_factory=list)
    versions: dict[str, list[str]] = field(default_factory=dict)

    def of(self, number: str) -> tuple[str, ...]:
        """Why version `number` cannot be taken over; empty if it can."""
        return (*self.image, *self.versions.get(number, ()))


def import_refusals(
    catalogue: Catalogue, wanted: Mapping[str, Collection[str]], stack: Stack, exempt: Collection[str] = ()
) -> dict[str, ImportRefusals]:
    """Why versions cannot be taken over, by the names of their images in lower case.

    `wanted` has numbers of versions that the catalogue lacks, by the same names; the gallery has them all. Without any,
    the image is taken over as one whose versions others publish. Images among `exempt` (in lower case) may have
    replicas outside the geography.
    """
    found = {key: ImportRefusals(versions={number: [] for number in numbers}) for key, numbers in wanted.items()}
    edited: dict[str, Image] = {}
    for key in wanted:
        definition = _definition(key, stack)
        made = _with_versions(catalogue, stack.settings, definition, found[key])
        if made is not None:
            edited[same_name(key, catalogue.images) or definition.name] = made
    names = {name: name.lower() for name in edited}
    for path, text in across({**catalogue.images, **edited}):
        if path[1] in names:
            never = ". Azure never changes it, so change that of the catalogue's image, or take that image out"
            _add(found[names[str(path[1])]], path[2:], text + (never if path[2:] == ("identifier",) else ""))
    conflicts: list[Conflict] = []
    alone = catalogue.model_copy(update={"images": edited})
    stack, planned = plan_images(alone, stack, conflicts)
    for image in planned:
        refusals, definition = found[names[image.name]], _definition(image.name, stack)
        if definition.location != stack.settings.location:
            # What keeps the image out keeps its versions out, whatever else is to be said of them.
            _of_plan(image.name, conflicts, ImportRefusals(refusals.image))
            continue
        is_new = same_name(image.name, catalogue.images) is None
        _of_plan(image.name, conflicts, refusals)
        if is_new and not refusals.image:
            refusals.image.extend(_definition_changes(definition.definition, image))
            refusals.image.extend(map(_no_key, definition.inexpressible))
        _of_versions(image, definition, refusals)
        if image.name.lower() not in exempt:
            for number, reasons in refusals.versions.items():
                reasons.extend(_outside(definition.versions[number], stack))
    return found


def _definition(name: str, stack: Stack) -> ObservedDefinition:
    found = stack.definition(name)
    if found is None:
        raise KeyError(f"the gallery has no image {name}")
    return found


def _with_versions(
    catalogue: Catalogue, settings: Settings, definition: ObservedDefinition, refusals: ImportRefusals
) -> Image | None:
    """The image with the versions of `refusals`, None if it cannot be one; a version that cannot be one is left out.

    What the catalogue cannot express is added to `refusals`.
    """
    name = same_name(definition.name, catalogue.images)
    if name is None and (problem := name_problem(definition.name)):
        refusals.image.append(f"{problem}. Azure cannot rename an image, so publish it as one of another name")
        return None
    base, versions = entries_of(catalogue, definition, refusals.versions, settings)
    entries = {number: {**_defaults(catalogue), **entry} for number, entry in versions.items()}
    while True:
        try:
            made = Image.model_validate({**(base if name is None else _ANY_IMAGE), "versions": entries or EXTERNAL})
        except ValidationError as error:
            wrong = list(field_errors_of(error, Image, lambda _: None))
            for path, text in wrong:
                _add(refusals, path, f"the catalogue cannot express {dotted(path)} as in Azure: {text}")
            left = {number: entry for number, entry in entries.items() if not refusals.versions[number]}
            if refusals.image or not left or len(left) == len(entries):
                return None
            entries = left
        else:
            known = catalogue.images[name].versions if name else {}
            return (catalogue.images[name] if name else made).model_copy(
                update={"versions": {**known, **made.versions}}
            )


_ANY_IMAGE: Mapping[str, Any] = {
    "os_type": "Linux",
    "os_state": "Generalized",
    "identifier": {"publisher": "any", "offer": "any", "sku": "any"},
}
"""Stands for an image of the catalogue while versions of it are read."""


def _defaults(catalogue: Catalogue) -> Mapping[str, Any]:
    """What the catalogue's file gives every version."""
    return {key: getattr(catalogue.defaults, key) for key in catalogue.defaults.model_fields_set}


def _add(refusals: ImportRefusals, path: tuple[str | int, ...], text: str) -> None:
    """Add a reason to the version that `path`, below the image, leads to, else to the image."""
    number = str(path[1]) if len(path) > 1 and path[0] == "versions" else None
    reasons = refusals.versions.get(number, refusals.image) if number is not None else refusals.image
    if text not in reasons:
        reasons.append(text)


def _of_plan(name: str, conflicts: Collection[Conflict], refusals: ImportRefusals) -> None:
    """Add what the plan has against the image and its versions."""
    own, below = f"images.{name}", f"images.{name}.versions."
    for conflict in conflicts:
        text = f"{conflict.cause}. {conflict.consequence}. {conflict.remedy}"
        number = ".".join(conflict.subject.removeprefix(below).split(".")[:3])
        if conflict.subject in (own, f"{own}.tags"):
            _add(refusals, (), text)
        elif conflict.subject.startswith(below) and number in refusals.versions:
            _add(refusals, ("versions", number), text)


def _of_versions(image: PlannedImage, definition: ObservedDefinition, refusals: ImportRefusals) -> None:
    """Add what a take-over would change in versions against which nothing else speaks."""
    for version in image.versions:
        reasons = refusals.versions.get(version.number)
        if reasons == []:
            reasons.extend(_version_changes(definition.versions[version.number], version))


def _definition_changes(here: Definition, planned: PlannedImage) -> Iterator[str]:
    # What the catalogue does not say of features stays as it is.
    for name in (each.name for each in fields(Definition) if each.name != "features"):
        before, after = getattr(here, name), getattr(planned.definition, name)
        if before != after:
            yield _changed(name, before, after)


def _version_changes(here: ObservedVersion, planned: PlannedVersion) -> Iterator[str]:
    """What a take-over would change in a version: all but the tags that it gains."""
    replicas = {replica.region: replica for replica in here.replicas}
    home, *_ = planned.target_regions
    if home.name not in replicas:
        yield (
            f"it has no replica in {home.name}, the region of the gallery. Taken over it would be copied there, and a "
            f"take-over changes nothing. Have a replica added in {home.name} first"
        )
        return
    regions = {region.name: region for region in planned.target_regions}
    for key in ("replicas", "storage_account_type"):
        before = {name: getattr(replica, key) for name, replica in replicas.items()}
        after = {name: getattr(region, key) for name, region in regions.items()}
        if before != after:
            yield _changed(key, before, after)
    excluded = {name for name, replica in replicas.items() if replica.exclude_from_latest}
    would_be = {name for name, each in regions.items() if planned.exclude_from_latest or each.exclude_from_latest}
    if (here.excluded, excluded) != (planned.exclude_from_latest, would_be):
        yield _changed("exclude_from_latest", sorted(excluded), sorted(would_be))
    for key in ("end_of_life", "block_deletion_before_end_of_life", "allow_deletion_of_replicated_locations"):
        if getattr(here, key) != getattr(planned, key):
            yield _changed(key, getattr(here, key), getattr(planned, key))
    yield from map(_no_key, here.inexpressible)
    tags = {key.lower(): value for key, value in planned.tags.items()}
    lost = [key for key, value in here.tags.items() if tags.get(key.lower()) != value]
    lost = [key for key in lost if key.lower() not in PROGRAM_TAGS]
    if lost:
        yield f"its tags {', '.join(map(shown, lost))} would be lost or changed. A take-over changes nothing in Azure"


def _no_key(name: str) -> str:
    return f"it has {name}, for which the catalogue has no key. Taken over it could lose that, so it stays as it is"


def _changed(key: str, before: object, after: object) -> str:
    return (
        f"its {key} would change from {_text(before)} to {_text(after)}. A take-over changes nothing in Azure, and the "
        "catalogue cannot say it as it is"
    )


def _text(value: object) -> str:
    """A value for people."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {each}" for key, each in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)


def _outside(version: ObservedVersion, stack: Stack) -> Iterator[str]:
    home = stack.settings.location
    inside = {region.name for region in geography.regions_of_geography(home)}
    clouds = {region.name for region in geography.all_regions() if region.cloud == geography.region(home).cloud}
    outside = sorted({replica.region for replica in version.replicas} & clouds - inside)
    if outside:
        yield (
            f"it has replicas in {', '.join(outside)}, outside {geography.region(home).geography}, the geography of "
            f"the gallery. The policy {GEOGRAPHY_POLICY} refuses that. Have them removed by whoever publishes it, or "
            "exempt the image from the policy (docs/reference/policies.md)"
        )
