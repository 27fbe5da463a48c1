"""The lab plan that uses the gallery: one that the stack makes, or one that exists and gets the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from catalog.fields import resource_id
from catalog.fields.api_versions import API_VERSIONS
from catalog.images.catalogue import Catalogue
from catalog.images.image import is_for_lab_services
from catalog.stacks.settings import LAB_PLAN, Settings
from plan.conflict import Conflict, lab_conflict
from plan.observed import ObservedLabPlan
from plan.planned import PlannedLabPlan, PlannedPlanImage
from plan.stack import Stack

_URN: Final = "lab-image-gallery:index:LabPlan$azure-native:labservices:LabPlan::lab-plan"
"""The end of the URN of a plan that the stack makes: types and logical name, as components/lab_plan.py has them."""


def lab_plan_id(settings: Settings) -> str | None:
    """Resource id of the stack's lab plan, made here or not; None without one."""
    if settings.lab_plan is None:
        return settings.lab_plan_id
    group = settings.lab_plan.resourceGroupName or settings.resource_group_name
    kind = f"providers/{LAB_PLAN}"
    return f"/subscriptions/{settings.subscription_id}/resourceGroups/{group}/{kind}/{settings.lab_plan.name}"


def plan_lab_plan(catalogue: Catalogue, stack: Stack, conflicts: list[Conflict]) -> PlannedLabPlan | None:
    """The lab plan with the gallery, None without one; appends what keeps it from being declared.

    Of an existing plan only its gallery is ever written, and nothing when that is ours already.
    """
    settings, seen = stack.settings, stack.observed.lab_plan
    plan_id = lab_plan_id(settings)
    if plan_id is None:
        return None
    switched = {name: image for name, image in catalogue.images.items() if image.enabled_in_plan is not None}
    conflicts += [
        Conflict(
            f"images.{name}.enabled_in_plan",
            "it switches the image in a lab plan, and consumers does not list lab_services",
            "Nobody checks whether Lab Services can show such an image, so its switch may never come",
            "Take enabled_in_plan out, or add lab_services to consumers",
        )
        for name, image in switched.items()
        if not is_for_lab_services(image.consumers)
    ]
    if seen is not None:
        conflicts += _conflicts(plan_id, stack, seen)
    images = tuple(
        # A teacher's image has the name of its definition: the service looks it up by that (azure-sdk-for-python
        # issue 33023); that it never gets another one is UNVERIFIED.
        PlannedPlanImage(name, f"{plan_id}/images/{name}", bool(image.enabled_in_plan))
        for name, image in switched.items()
    )
    if settings.lab_plan is not None:
        wanted = settings.lab_plan
        return PlannedLabPlan(
            id=plan_id,
            name=wanted.name,
            resource_group=wanted.resourceGroupName or settings.resource_group_name,
            declared=True,
            location=settings.location,
            lab_regions=wanted.allowedRegions or (settings.location,),
            images=images,
            support_info=wanted.supportInfo.model_dump(exclude_none=True),
            tags=stack.tags(wanted.tags),
            protect=settings.protect,
            import_id=plan_id if seen is not None and settings.import_existing else None,
        )
    return _existing(plan_id, images, seen)


def _forget(stack: Stack) -> str:
    """How to take out a protected plan of the stack whose service is gone.

    A refresh fails on it: azure-native does not take the answer of a service that does not exist for a deletion.
    """
    settings, commands = stack.settings, stack.commands
    unprotect = commands.pulumi(f"state unprotect 'urn:pulumi:{settings.stack}::{settings.project}::{_URN}'")
    return (
        f"Take it out with `{commands.pulumi('config rm labPlan')}`, take its protection off with "
        f"`{unprotect}`, and run `{commands.pulumi('up')}` without a refresh, which "
        "fails on it (docs/run/after-lab-services.md)"
    )


def _existing(plan_id: str, images: tuple[PlannedPlanImage, ...], seen: ObservedLabPlan | None) -> PlannedLabPlan:
    parsed = resource_id.parse(plan_id)
    return PlannedLabPlan(
        id=plan_id,
        name=parsed.name,
        resource_group=parsed.resource_group or "",
        declared=False,
        location=seen.region if seen else None,
        lab_regions=seen.allowed_regions or None if seen else None,
        images=images,
    )


def _conflicts(plan_id: str, stack: Stack, seen: ObservedLabPlan) -> Iterator[Conflict]:
    settings = stack.settings
    key = "labPlan" if settings.lab_plan is not None else "labPlanId"
    if seen.failure:
        found = lab_conflict(plan_id, seen, noun="lab plan", users="teachers", key=key, commands=stack.commands)
        forgets = seen.gone and settings.lab_plan is not None and settings.protect
        yield replace(found, remedy=_forget(stack)) if forgets else found
        return
    if settings.lab_plan is not None and not stack.owns(seen) and not settings.import_existing:
        yield stack.not_ours(
            plan_id,
            seen,
            "Declaring it would stop halfway, or overwrite what somebody else has set there",
            "To leave it as it is and only attach the gallery, name it in labPlanId instead of labPlan",
        )
    if seen.region is not None and seen.region != settings.location:
        yield Conflict(
            plan_id,
            f"the lab plan is in {seen.region}, and the gallery in {settings.location}",
            "A lab plan takes images only from a gallery in its own region, so Azure would refuse to attach it",
            f"Name a lab plan in {settings.location}, or make a second stack with a gallery in {seen.region}",
        )
    if seen.gallery_id and seen.gallery_id.lower() != stack.gallery_id.lower():
        take_off = stack.commands.rest(
            "patch", f"{plan_id}?api-version={API_VERSIONS[LAB_PLAN]}", '{"properties": {"sharedGalleryId": null}}'
        )
        yield Conflict(
            plan_id,
            f"the lab plan has another gallery: {seen.gallery_id}",
            "A lab plan has one gallery at most: with ours in its place teachers would lose the images of the other "
            "one",
            f"If they no longer need it, take it off with `{take_off}`; else take {key} out of the configuration",
        )
