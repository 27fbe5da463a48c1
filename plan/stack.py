"""One stack: its settings and what Azure has, with the ids and the ownership that every planner asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.observed import Observed, ObservedDefinition


class Tagged(Protocol):
    """An object of Azure with tags."""

    @property
    def id(self) -> str:
        """Its resource id."""

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The settings of a stack and what was observed for it; nothing observed where only ids are asked for."""

    settings: Settings
    observed: Observed = field(default_factory=Observed)

    @property
    def resource_group_id(self) -> str:
        """Resource id of the resource group that the gallery lies in."""
        return f"/subscriptions/{self.settings.subscription_id}/resourceGroups/{self.settings.resource_group_name}"

    @property
    def gallery_id(self) -> str:
        """Resource id of the gallery."""
        return f"{self.resource_group_id}/providers/Microsoft.Compute/galleries/{self.settings.gallery_name}"

    @property
    def commands(self) -> Commands:
        """The commands for the stack, as messages name them."""
        return Commands.of(self.settings)

    def definition(self, image: str) -> ObservedDefinition | None:
        """The image definition that the gallery has under this name; Azure compares names without regard to case."""
        gallery = self.observed.gallery
        return gallery.definitions.get(image.lower()) if gallery else None

    def tags(self, *more: Mapping[str, str]) -> dict[str, str]:
        """The tags of an object: the stack's, then `more`, and the owner's."""
        tag, owner = self.settings.owner_tag
        return {**self.settings.tags, **{key: value for tags in more for key, value in tags.items()}, tag: owner}

    def owns(self, found: Tagged) -> bool:
        """Whether an object carries this stack's tag."""
        tag, owner = self.settings.owner_tag
        return found.tags.get(tag) == owner

    def is_unowned(self, found: Tagged) -> bool:
        """Whether no stack of this program has its tag on an object."""
        return self.settings.owner_tag[0] not in found.tags

    def not_ours(self, subject: str, found: Tagged, consequence: str, instead: str) -> Conflict:
        """The conflict of an object that exists without the stack's tag; `instead` is what to do else."""
        tag, owner = self.settings.owner_tag
        if self.is_unowned(found):
            why = "somebody else made it, or the tag was taken off"
            back = self.commands.tag(found.id, {**found.tags, tag: owner})
            take = f"take it over by one run with `{self.commands.pulumi('config set importExisting true')}`"
            instead = f"If it is this stack's, put the tag back with `{back}`; else {instead[0].lower()}{instead[1:]}"
            instead = f"{instead}, or {take}"
        else:
            why = f"it carries that of {found.tags[tag]}"
        return Conflict(
            subject,
            f"{found.id} exists and does not carry the tag {tag} = {owner}: {why}",
            consequence,
            instead,
        )
