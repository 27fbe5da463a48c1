"""What the program says about labs: in a preview what an update would leave, after an update what people see."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pulumi
from pulumi import Output

from catalog.texts.language import Language, UnknownLanguage, language_of
from catalog.texts.translation import speaking
from components.arm_object import ArmObject
from components.attachment import Attachment
from components.gallery import Gallery
from components.lab_image import LabImage
from components.lab_plan import LabPlan
from inventory.observe import observe
from lifecycle.after_up import after_up
from lifecycle.update import Update
from plan.planned import Plan

Sign = tuple[str, Output[Any]]


def say_what_labs_offer(
    update: Update,
    gallery: Gallery,
    images: Mapping[str, LabImage],
    attachments: Sequence[Attachment],
    lab_plans: Sequence[LabPlan],
) -> Output[int]:
    """Print the notices about labs when everything is declared, and in an update deployed; how many there are.

    A preview learns from the engine what stays as it is, in Azure too: what the stack's state has as planned is left
    alone, also if somebody has deleted or changed it since. An update looks into Azure again at its end.
    """
    signs = {
        **dict(_signs_of_gallery(update, gallery, images)),
        **dict(_signs_of_labs(update, attachments, lab_plans)),
    }
    return Output.from_input(_say(update, signs))  # in a program the SDK waits for it


async def _say(update: Update, signs: Mapping[str, Output[Any]]) -> int:
    """Print the notices; how many there are."""
    # In an update, every sign is known when its object is made.
    kept, there = {key for key, sign in signs.items() if await sign.is_known()}, update.observed
    if pulumi.runtime.is_dry_run():
        kept -= set(_imported(update.plan))
    else:
        there = await asyncio.to_thread(observe, update.catalogue, update.settings)
        if there.failures:
            pulumi.log.info(f"What people see in labs could not be looked up after this update: {there.failures[0]}")
            return 0
    # The engine deletes what is no longer declared when the program has ended.
    with speaking(_language()):
        notices = update.notices(after_up(update.plan, there, kept), datetime.now(UTC).date())
    for notice in notices:
        (pulumi.log.warn if notice.kind == "wrong" else pulumi.log.info)(notice.line)
    return len(notices)


def _language() -> Language:
    """The language of the environment; English, with a warning, if there is none of that name."""
    try:
        return language_of(os.environ)
    except UnknownLanguage as error:
        pulumi.log.warn(f"{error}.")
        return "en"


def _imported(plan: Plan) -> Iterator[str]:
    """Ids in lower case of what is taken over, and then becomes as planned."""
    for planned in (plan.gallery, plan.lab_plan, *plan.images, *(each for it in plan.images for each in it.versions)):
        if planned is not None and planned.import_id is not None:
            yield planned.import_id.lower()


def _signs_of_gallery(update: Update, gallery: Gallery, images: Mapping[str, LabImage]) -> Iterator[Sign]:
    """For each planned object, by its id in lower case, an output that a preview knows only if it is left alone."""
    planned = update.plan.gallery
    yield planned.id.lower(), gallery.gallery.provisioningState
    for image in update.plan.images:
        key, declared = f"{planned.id}/images/{image.name}".lower(), images[image.name]
        yield key, declared.definition.provisioningState
        for number, version in declared.image_versions.items():
            yield f"{key}/versions/{number}", version.provisioningState


def _signs_of_labs(update: Update, attachments: Sequence[Attachment], lab_plans: Sequence[LabPlan]) -> Iterator[Sign]:
    for planned, attachment in zip(update.plan.attachments, attachments, strict=True):
        yield planned.id.lower(), attachment.attachment_id
    for lab_plan in lab_plans:
        plan, planned_plan = lab_plan.plan, update.plan.lab_plan
        if planned_plan is not None:
            yield planned_plan.id.lower(), plan.id if isinstance(plan, ArmObject) else plan.provisioningState
        # A preview cannot tell a switch that it turns from one that somebody else has turned: both count as they are.
        yield from ((switch.lower(), declared.id) for switch, declared in lab_plan.switches.items())
