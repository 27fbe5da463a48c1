"""Where people choose images: lab accounts, lab plans and DevTest labs, each in a region in which its labs are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from catalog.images.consumers import LAB_SERVICES, Consumer
from catalog.images.image import Image
from catalog.stacks.attachment import ATTACHMENT_KINDS, LAB_ACCOUNT, AttachmentKind
from catalog.texts.joined import listed
from catalog.texts.translation import N_, _
from lifecycle.reason import Reason
from plan.lab_plan import lab_plan_id
from plan.observed import ListedImages, ObservedLab, ObservedLabPlan
from plan.stack import Stack

LAB_PLAN: Final = N_("lab plan")
"""What messages call a lab plan, as `AttachmentKind.noun`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A lab in one region (canonical name; None if unknown).

    `noun` and `users` are what messages call the lab and those who choose images in it, `service` the consumer whose
    images belong there. `reasons` keep every image of the gallery from being offered. `listed` is what the lab itself
    lists, None if it was not asked; it holds for `listed_region` alone. `switches` is whether somebody has to enable
    each image there, as in a lab plan. Two places are equal if they are the same lab in the same region.
    """

    noun: str
    users: str
    service: Consumer
    id: str
    region: str | None
    reasons: tuple[Reason, ...] = field(default=(), compare=False)
    listed: ListedImages | None = field(default=None, compare=False)
    listed_region: str | None = field(default=None, compare=False)
    switches: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The lab's name."""
        return self.id.rstrip("/").rpartition("/")[2]

    def wants(self, image: Image | None) -> bool:
        """Whether an image of the catalogue is meant to be offered here; not if the catalogue lacks it."""
        if image is None or (self.switches and image.enabled_in_plan is False):
            return False
        return image.consumers is None or self.service in image.consumers


def places(stack: Stack) -> list[Place]:
    """Every place that the stack attaches its gallery to, in the order of the configuration: lab plans last."""
    labs = [
        _lab(kind, lab, stack.observed.labs.get(lab.lower()), stack)
        for kind in ATTACHMENT_KINDS
        for lab in stack.settings.lab_ids(kind)
    ]
    plan = lab_plan_id(stack.settings)
    return labs if plan is None else [*labs, *_plan(plan, stack.observed.lab_plan, stack)]


def _lab(kind: AttachmentKind, lab: str, seen: ObservedLab | None, stack: Stack) -> Place:
    attached = tuple(seen.attachments.values()) if seen else ()
    return Place(
        noun=kind.noun,
        users=kind.users,
        service=kind.consumer,
        id=lab,
        region=seen.region if seen else None,
        reasons=tuple(_reasons(kind.noun, seen, attached, stack)),
        listed=seen.listed if seen else None,
        listed_region=seen.region if seen else None,
    )


def _plan(plan: str, seen: ObservedLabPlan | None, stack: Stack) -> Iterator[Place]:
    """A lab plan in each region in which it allows labs."""
    attached = (seen.gallery_id,) if seen and seen.gallery_id else ()
    reasons = tuple(_reasons(LAB_PLAN, seen, attached, stack))
    for region in (seen.allowed_regions if seen else ()) or (seen.region if seen else None,):
        yield Place(
            noun=LAB_PLAN,
            users=LAB_ACCOUNT.users,
            service=LAB_SERVICES,
            id=plan,
            region=region,
            reasons=reasons,
            listed=seen.listed if seen else None,
            listed_region=seen.region if seen else None,
            switches=True,
        )


def _reasons(
    noun: str,
    seen: ObservedLab | ObservedLabPlan | None,
    attached: tuple[str, ...],
    stack: Stack,
) -> Iterator[Reason]:
    """Why no image of the gallery is offered in a lab, or may not be.

    A lab plan that was not seen is one that the stack has still to make.
    """
    ours = stack.gallery_id.lower()
    lab = _(noun)
    if seen is None and noun == LAB_PLAN:
        yield Reason("not_attached", _("the {lab} does not exist yet", lab=lab))
    elif seen is None:
        yield Reason("unreadable", _("the {lab} was not looked up", lab=lab), "may_hide")
    elif seen.missing:
        yield Reason("missing_lab", _("the {lab} does not exist: {failure}", lab=lab, failure=seen.failure))
    elif seen.gone:
        text = _("the {lab} is gone with its service: {failure}", lab=lab, failure=seen.failure)
        yield Reason("missing_lab", text)
    elif seen.failure:
        text = _("the {lab} could not be read: {failure}", lab=lab, failure=seen.failure)
        yield Reason("unreadable", text, "may_hide")
    elif not attached:
        yield Reason("not_attached", _("the {lab} has no gallery", lab=lab))
    elif ours not in map(str.lower, attached):
        text = _("the {lab} has another gallery: {galleries}", lab=lab, galleries=listed(attached))
        yield Reason("other_gallery", text)
    elif isinstance(seen, ObservedLab) and seen.images_chosen:
        yield Reason("disabled", f"the owner of the {noun} has chosen some images, which nobody looked up", "may_hide")
    if seen is not None and seen.listed is not None and seen.listed.failure:
        yield Reason("unreadable", f"the images of the {noun} could not be read: {seen.listed.failure}", "may_hide")
