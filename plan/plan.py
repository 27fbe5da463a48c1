"""The one decision of the program: catalogue, settings and what is in Azure make a plan, or all conflicts together."""

from __future__ import annotations

from typing import Final

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from plan.attachments import plan_attachments
from plan.conflict import Conflict, PlanRefused
from plan.gallery import plan_gallery
from plan.gallery_conflicts import at_home
from plan.image import plan_image
from plan.lab_plan import plan_lab_plan
from plan.lock import plan_lock
from plan.marketplace import plan_marketplace
from plan.observed import Observed
from plan.planned import Plan, PlannedImage
from plan.removal import removal_conflicts
from plan.roles import plan_roles
from plan.spelling import spelling_conflicts, with_known_groups
from plan.stack import Stack
from plan.unseen_sources import unseen_conflicts

LOOK: Final = "the look at Azure"
"""Subject of the conflict that something in Azure cannot be read."""


def plan(catalogue: Catalogue, settings: Settings, observed: Observed) -> Plan:
    """Everything the stack declares, final. Raises PlanRefused with all conflicts when it must not be declared."""
    stack = Stack(settings, observed)
    conflicts = [
        Conflict(
            LOOK,
            failure,
            "What exists there cannot be seen, so nothing can be decided safely and nothing was touched",
            "Mend the access and run the command again",
        )
        for failure in observed.failures
    ]
    # In the order in which conflicts are listed.
    stack, images = plan_images(catalogue, stack, conflicts)
    conflicts += unseen_conflicts(catalogue.images, stack)
    conflicts += removal_conflicts(catalogue.images, stack)
    gallery = plan_gallery(images, stack, conflicts)
    attachments = plan_attachments(stack, conflicts)
    lab_plan = plan_lab_plan(catalogue, stack, conflicts)
    marketplace = plan_marketplace(stack, conflicts)
    roles = plan_roles(catalogue.images, stack, conflicts)
    if conflicts:
        raise PlanRefused(conflicts)
    return Plan(
        subscription_id=settings.subscription_id,
        gallery=gallery,
        images=images,
        attachments=attachments,
        role_assignments=roles,
        owner_tag=settings.owner_tag,
        lab_plan=lab_plan,
        lock=plan_lock(stack),
        marketplace=marketplace,
    )


def plan_images(
    catalogue: Catalogue, stack: Stack, conflicts: list[Conflict]
) -> tuple[Stack, tuple[PlannedImage, ...]]:
    """The images to declare, and the stack where its objects are; appends what keeps them from being declared."""
    stack = at_home(with_known_groups(stack), conflicts)
    conflicts += spelling_conflicts(catalogue.images, stack)
    return stack, tuple(plan_image(name, image, stack, conflicts) for name, image in catalogue.images.items())
