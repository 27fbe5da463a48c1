"""Conflicts between what is in Azure and the gallery, or the resource group, that the stack wants."""

from __future__ import annotations

from collections.abc import Iterator

from plan.conflict import Conflict
from plan.observed import ObservedGallery, ObservedResourceGroup
from plan.stack import Stack


def gallery_conflicts(stack: Stack) -> Iterator[Conflict]:
    """Everything that keeps the gallery, and its resource group where the stack makes it, from being declared."""
    observed = stack.observed
    if observed.resource_group is not None:
        yield from _of_group(stack, observed.resource_group)
    if observed.gallery is not None:
        yield from _of_gallery(stack, observed.gallery)
    elif observed.namesake is not None:
        name, group = stack.settings.gallery_name, observed.namesake.split("/")[4]
        # Source: "Azure Compute Gallery troubleshooting".
        yield Conflict(
            "gallery",
            f"the subscription has a gallery of the name {name} in another resource group: {observed.namesake}",
            "The name of a gallery is unique in its subscription, so Azure would refuse ours",
            f"Choose another galleryName; if that gallery is meant, "
            f"`{stack.commands.pulumi(f'config set resourceGroupName {group}')}`",
        )


def at_home(stack: Stack, conflicts: list[Conflict]) -> Stack:
    """The stack in the region that its gallery is in; appends the conflict if its settings name another one.

    Everything in the gallery would be in the wrong region too: the cause is said once, and the rest of the plan is
    judged as if it were mended. A gallery that the stack neither has nor takes over says nothing about its region.
    """
    gallery, settings = stack.observed.gallery, stack.settings
    if gallery is None or gallery.location == settings.location:
        return stack
    if not stack.owns(gallery) and not settings.import_existing:
        return stack
    conflicts.append(_elsewhere(stack, gallery))
    return Stack(settings.model_copy(update={"location": gallery.location}), stack.observed)


def _elsewhere(stack: Stack, gallery: ObservedGallery) -> Conflict:
    location = stack.settings.location
    return Conflict(
        "gallery",
        f"{gallery.id} is in {gallery.location}, and the stack says location: {location}",
        "A gallery cannot move: it would be deleted with every image in it and made again",
        f"Set it back with `{stack.commands.pulumi(f'config set location {gallery.location}')}`, or make a second "
        f"stack for {location}",
    )


def _of_gallery(stack: Stack, gallery: ObservedGallery) -> Iterator[Conflict]:
    if not stack.owns(gallery) and not stack.settings.import_existing:
        yield stack.not_ours(
            "gallery",
            gallery,
            "Declaring it would stop halfway, or take over a gallery that somebody else looks after",
            "Choose another galleryName",
        )
    if gallery.location != stack.settings.location:
        yield _elsewhere(stack, gallery)


def _of_group(stack: Stack, group: ObservedResourceGroup) -> Iterator[Conflict]:
    location = stack.settings.location
    use_it = f"Use it as it is with `{stack.commands.pulumi('config set createResourceGroup false')}`"
    if not stack.owns(group) and not stack.settings.import_existing:
        yield stack.not_ours(
            "resource group",
            group,
            "createResourceGroup is true, and making it would stop the deployment before anything is published",
            use_it,
        )
    if group.location != location:
        yield Conflict(
            "resource group",
            f"createResourceGroup is true, but {group.id} is in {group.location}, and the stack says location: "
            f"{location}",
            "A resource group cannot move, and is never made again with what lies in it",
            f"{use_it}: a gallery may lie in a group of another region",
        )
