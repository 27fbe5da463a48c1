"""Names in another case than what exists: one object for Azure, another one for the engine.

The engine would delete such an object and make it again, or import it beside itself. So the names that the stack
chooses (gallery, image, lab plan) are refused, with the spelling to write; and resource groups, which Azure itself
spells in another case in some answers, keep the spelling that they have, whatever the stack says.

What a stack was deployed with counts before what Azure answers, because an import keeps the file's spelling in the
engine's state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from catalog.files.similar import same_name
from catalog.images.image import Image
from plan.conflict import Conflict
from plan.lab_plan import lab_plan_id
from plan.stack import Stack, Tagged
from plan.take_over import imports_definition

CONSEQUENCE: Final = (
    "Azure takes both for one, and the engine for two: it would delete what exists, with everything in it, and make it "
    "again"
)
"""What follows from a name in another case."""

DELETED_AFTERWARDS: Final = (
    "Azure takes both for one, and the engine for two: it would make the new one, and then delete it as the old one"
)
"""What follows if the object is gone from Azure and the engine still knows it."""


def with_known_groups(stack: Stack) -> Stack:
    """The stack with its resource groups as they are spelled where its objects exist."""
    settings, group = stack.settings, stack.observed.resource_group
    changes: dict[str, Any] = {}
    of_gallery = _known_gallery(stack) or same_name(stack.resource_group_id, _taken(group, stack))
    if of_gallery is not None:
        changes["resource_group_name"] = _group(of_gallery)
    of_plan = _known_plan(stack)
    if of_plan is not None and settings.lab_plan is not None:
        changes["lab_plan"] = settings.lab_plan.model_copy(update={"resourceGroupName": _group(of_plan)})
    return Stack(settings.model_copy(update=changes), stack.observed) if changes else stack


def spelling_conflicts(images: Mapping[str, Image], stack: Stack) -> Iterator[Conflict]:
    """One for each image, and for gallery and lab plan, that exists under a name that differs in case alone."""
    settings = stack.settings
    for name, image in images.items():
        known = _known_image(name, image, stack)
        if known is not None and known != name:
            exists = stack.definition(name) is not None
            yield Conflict(
                f"images.{name}",
                f"the image {'exists' if exists else 'was deployed'} as {known}, in another case",
                CONSEQUENCE if exists else DELETED_AFTERWARDS,
                f"Write {known} again" + ("" if exists else "; or take the image out, deploy that, and add it then"),
            )
    gallery = _known_gallery(stack) if stack.observed.gallery is not None else None
    if gallery is not None and _name(gallery) != settings.gallery_name:
        yield _of_stack("gallery", "galleryName", settings.gallery_name, gallery, stack)
    plan = _known_plan(stack) if stack.observed.lab_plan is not None else None
    if plan is not None and settings.lab_plan is not None and _name(plan) != settings.lab_plan.name:
        yield _of_stack("lab plan", "labPlan.name", settings.lab_plan.name, plan, stack)


def _of_stack(subject: str, key: str, name: str, known: str, stack: Stack) -> Conflict:
    path = "--path " if "." in key else ""
    return Conflict(
        subject,
        f"{key} is {name}, and it exists as {_name(known)}, in another case",
        CONSEQUENCE,
        f"Write it again with `{stack.commands.pulumi(f'config set {path}{key} {_name(known)}')}`",
    )


def _known_image(name: str, image: Image, stack: Stack) -> str | None:
    """The name under which an image was deployed, else Azure's if it is this stack's or becomes it."""
    found = stack.definition(name)
    taken = found is not None and (stack.owns(found) or imports_definition(image, found, stack))
    return same_name(name, (*stack.observed.deployed.images, *([found.name] if found and taken else [])))


def _known_gallery(stack: Stack) -> str | None:
    """The id with which the gallery was deployed, else Azure's if it is this stack's or becomes it."""
    deployed, found = stack.observed.deployed, stack.observed.gallery
    return same_name(stack.gallery_id, (*deployed.ids, *_taken(found, stack)))


def _known_plan(stack: Stack) -> str | None:
    """As `_known_gallery`, of a lab plan that the stack makes; None without one."""
    own, deployed, found = lab_plan_id(stack.settings), stack.observed.deployed, stack.observed.lab_plan
    if own is None or stack.settings.lab_plan is None:
        return None
    return same_name(own, (*deployed.ids, *_taken(found, stack)))


def _taken(found: Tagged | None, stack: Stack) -> Iterator[str]:
    """The id of what exists if it is this stack's or becomes it."""
    if found is not None and (stack.owns(found) or stack.settings.import_existing):
        yield found.id


def _group(known: str) -> str:
    return known.split("/")[4]


def _name(known: str) -> str:
    return known.rpartition("/")[2]
