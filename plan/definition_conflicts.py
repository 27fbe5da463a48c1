"""Conflicts between an image definition that is in the gallery and the one that the catalogue wants."""

from __future__ import annotations

from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.immutable import definition_changes
from plan.observed import ObservedDefinition, ObservedGallery
from plan.planned import PlannedImage


def definition_conflicts(
    current: ObservedDefinition | None, wanted: PlannedImage, settings: Settings, gallery: ObservedGallery
) -> list[Conflict]:
    """Everything that keeps `wanted` from being declared over `current`, one conflict per property.

    `current` is None when the gallery has no definition of this name.
    """
    subject = f"images.{wanted.name}"
    if current is None:
        return _same_identifier(subject, wanted, gallery)
    conflicts = []
    tag, owner = settings.owner_tag
    if current.tags.get(tag) != owner and wanted.import_id is None:
        conflicts.append(
            Conflict(
                subject,
                f"the gallery already has an image definition of this name, without the tag {tag} = {owner}: "
                f"{current.id}",
                "It was made by a person, by a lab's export or by another stack, and is not changed unasked",
                "Give the image another name, or take it over by one run with `pulumi config set importExisting true`; "
                "an image that was exported from a lab comes into the catalogue with `./labs import`",
            )
        )
    conflicts += [
        Conflict(
            subject,
            f"{change.key} is {_shown(change.current)} in the gallery and {_shown(change.wanted)} in the catalogue",
            "Azure does not change it on an existing image definition: it would be deleted with all its versions",
            f"Write {change.key}: {_shown(change.current)} again, or add a new image under another name",
        )
        for change in definition_changes(current, wanted)
    ]
    if current.location != settings.location:
        conflicts.append(
            Conflict(
                subject,
                f"the image definition is in {current.location}, and the stack says location: {settings.location}",
                "An image definition cannot move: it would be deleted with all its versions",
                f"Set it back with `pulumi config set location {current.location}`",
            )
        )
    return conflicts


def _same_identifier(subject: str, wanted: PlannedImage, gallery: ObservedGallery) -> list[Conflict]:
    triple = (wanted.publisher, wanted.offer, wanted.sku)
    return [
        Conflict(
            subject,
            f"its identifier {_shown(triple)} is already that of the image definition {other.id}",
            "Azure has each identifier once in a gallery, so it refuses the new image; it cannot be renamed either",
            "Give the image another sku, or first remove the other one in a deployment of its own",
        )
        for other in gallery.definitions.values()
        if (other.publisher.lower(), other.offer.lower(), other.sku.lower()) == tuple(map(str.lower, triple))
    ]


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return " / ".join(map(str, value)) if isinstance(value, tuple) else str(value)
