"""Conflicts between what is in Azure and the gallery, or the resource group, that the stack wants."""

from __future__ import annotations

from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.observed import Observed, ObservedGallery, ObservedResourceGroup


def gallery_conflicts(settings: Settings, observed: Observed) -> list[Conflict]:
    """Everything that keeps the gallery, and its resource group where the stack makes it, from being declared."""
    conflicts: list[Conflict] = []
    if observed.resource_group is not None:
        conflicts += _group_conflicts(settings, observed.resource_group)
    if observed.gallery is not None:
        conflicts += _conflicts(settings, observed.gallery)
    elif observed.namesake is not None:
        conflicts.append(_namesake(settings, observed.namesake))
    return conflicts


def _namesake(settings: Settings, namesake: str) -> Conflict:
    """Source: "Azure Compute Gallery troubleshooting"."""
    group = namesake.split("/")[4]
    return Conflict(
        "gallery",
        f"the subscription has a gallery of the name {settings.gallery_name} in another resource group: {namesake}",
        "The name of a gallery is unique in its subscription, so Azure would refuse ours",
        f"Choose another galleryName; if that gallery is meant, `pulumi config set resourceGroupName {group}`",
    )


def _conflicts(settings: Settings, gallery: ObservedGallery) -> list[Conflict]:
    conflicts = []
    tag, owner = settings.owner_tag
    if gallery.tags.get(tag) != owner and not settings.import_existing:
        conflicts.append(
            Conflict(
                "gallery",
                f"{gallery.id} exists and does not carry the tag {tag} = {owner}, so this stack did not make it",
                "Declaring it would stop halfway, or take over a gallery that somebody else looks after",
                "Choose another galleryName, or take it over for good by one run with "
                "`pulumi config set importExisting true`",
            )
        )
    if gallery.location != settings.location:
        conflicts.append(
            Conflict(
                "gallery",
                f"{gallery.id} is in {gallery.location}, and the stack says location: {settings.location}",
                "A gallery cannot move: it would be deleted with every image in it and made anew",
                f"Set it back with `pulumi config set location {gallery.location}`, or make a second stack for "
                f"{settings.location}",
            )
        )
    return conflicts


def _group_conflicts(settings: Settings, group: ObservedResourceGroup) -> list[Conflict]:
    conflicts = []
    tag, owner = settings.owner_tag
    use_it = "Use it as it is with `pulumi config set createResourceGroup false`"
    if group.tags.get(tag) != owner and not settings.import_existing:
        conflicts.append(
            Conflict(
                "resource group",
                f"createResourceGroup is true, but {group.id} exists and does not carry the tag {tag} = {owner}",
                "Making it would stop the deployment before anything is published",
                f"{use_it}, or take it over for good by one run with `pulumi config set importExisting true`",
            )
        )
    if group.location != settings.location:
        conflicts.append(
            Conflict(
                "resource group",
                f"createResourceGroup is true, but {group.id} is in {group.location}, and the stack says location: "
                f"{settings.location}",
                "A resource group cannot move, and is never made anew with what lies in it",
                f"{use_it}: a gallery may lie in a group of another region",
            )
        )
    return conflicts
