"""The labs that a gallery is attached to, and lab plans, with the galleries that they have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from catalog.fields import resource_id
from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.attachment import AttachmentKind
from catalog.stacks.commands import listing
from catalog.stacks.settings import LAB_PLAN
from inventory.answer import part, region, tags, text
from inventory.arm.client import Arm, JsonObject
from inventory.arm.error import ArmError, ErrorKind
from inventory.marketplace import look_up_account_images, marketplace_of
from inventory.side_by_side import AFFECTS_EVERYTHING, AFFECTS_SUBSCRIPTION, affects_everything, side_by_side
from plan.observed import ListedImage, ListedImages, Observed, ObservedLab, ObservedLabPlan, ObservedMarketplace


def look_up_labs(
    arm: Arm,
    pool: Executor,
    wanted: Iterable[tuple[AttachmentKind, str]],
    home: str,
    *,
    marketplace: bool = False,
) -> Observed:
    """The labs (kind, id) with their attached galleries, and the failures that concern more than one of them.

    `home` is the gallery's subscription. That another cannot be seen is a failure of each of its labs alone. With
    `marketplace`, lab accounts are also asked for the Marketplace images that they offer.
    """
    labs: dict[str, ObservedLab] = {}
    failures: list[str] = []
    for lab, answer in side_by_side(
        pool, {lab: partial(_lab, arm, kind, lab, marketplace=marketplace) for kind, lab in wanted}
    ).items():
        if not isinstance(answer, ArmError):
            labs[lab.lower()] = answer
        elif affects_everything(answer, lab, home):
            failures.append(str(answer))
        else:
            labs[lab.lower()] = ObservedLab(lab, failure=str(answer))
    return Observed(labs=labs, failures=tuple(failures))


def look_up_lab_plan(
    arm: Arm, plan_id: str, *, made_here: bool, group_made_here: bool, marketplace: bool = False
) -> ObservedLabPlan | None:
    """The lab plan; None if it does not exist and the stack makes it, or even makes its resource group.

    With `marketplace`, with the Marketplace images that it offers.

    Raises ArmError for a failure that concerns more than this plan.
    """
    try:
        answer = arm.get(plan_id, API_VERSIONS[LAB_PLAN])
    except ArmError as error:
        if error.kind in AFFECTS_EVERYTHING | AFFECTS_SUBSCRIPTION:
            raise
        if group_made_here and error.kind is ErrorKind.NO_RESOURCE_GROUP:
            return None
        return ObservedLabPlan(plan_id, failure=str(error), gone=error.kind is ErrorKind.NO_PROVIDER)
    if answer is not None:
        return _with_images(arm, plan_id, read_lab_plan(answer), marketplace=marketplace)
    if made_here:
        return None
    return ObservedLabPlan(plan_id, failure=_missing(plan_id, LAB_PLAN), missing=True)


def _missing(lab: str, lab_type: str) -> str:
    command = listing(lab_type, resource_id.parse(lab).subscription)
    return f"Azure has none with this id; `{command}` lists those there are"


def _lab(arm: Arm, kind: AttachmentKind, lab: str, *, marketplace: bool) -> ObservedLab:
    """Raises ArmError for a failure that concerns more than this lab."""
    try:
        answer = arm.get(lab, kind.api_version)
        if answer is None:
            return ObservedLab(lab, failure=_missing(lab, kind.type), missing=True)
        attached = arm.list(f"{lab}/sharedGalleries", kind.api_version)
    except ArmError as error:
        if error.kind in AFFECTS_EVERYTHING | AFFECTS_SUBSCRIPTION:
            raise
        return ObservedLab(lab, failure=str(error), gone=error.kind is ErrorKind.NO_PROVIDER)
    return ObservedLab(
        id=lab,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
        listed=_listed(arm, f"{lab}/sharedImages", kind.type) if kind.lab_services and attached else None,
        images_chosen=any(part(item, "properties").get("allowAllImages") == "Disabled" for item in attached),
        marketplace=look_up_account_images(arm, lab) if kind.lab_services and marketplace else None,
    )


def _with_images(arm: Arm, plan_id: str, found: ObservedLabPlan, *, marketplace: bool) -> ObservedLabPlan:
    """The plan with what its list of images says: one list has those of the gallery and those of the Marketplace."""
    if not found.gallery_id and not marketplace:
        return found
    try:
        answers = arm.list(f"{plan_id}/images", API_VERSIONS[LAB_PLAN], absent=(ErrorKind.NOT_FOUND,))
    except ArmError as error:
        listed, offered = ListedImages(failure=str(error)), ObservedMarketplace(failure=str(error))
    else:
        listed, offered = _of_galleries(answers), marketplace_of(answers)
    return replace(found, listed=listed if found.gallery_id else None, marketplace=offered if marketplace else None)


def _listed(arm: Arm, path: str, lab_type: str) -> ListedImages:
    """The images of compute galleries in a list of Lab Services; nothing that it answers stops what is asked besides.

    Microsoft's own images, which a lab plan lists too, are left out. Sources: the module Az.LabServices
    (sharedImages), OpenAPI of Azure Lab Services (Images).
    """
    try:
        answers = arm.list(path, API_VERSIONS[lab_type], absent=(ErrorKind.NOT_FOUND,))
    except ArmError as error:
        return ListedImages(failure=str(error))
    return _of_galleries(answers)


def _of_galleries(answers: Iterable[JsonObject]) -> ListedImages:
    return ListedImages(tuple(image for image in map(read_listed_image, answers) if image is not None))


def read_listed_image(answer: JsonObject) -> ListedImage | None:
    """An image of a lab account or lab plan; None if it is of no compute gallery.

    A lab account names the gallery, and the definition in a property of its own; a lab plan names the definition.
    """
    properties = part(answer, "properties")
    gallery_id = text(properties.get("sharedGalleryId")) or ""
    gallery, *definition = re.split("/images/", gallery_id, maxsplit=1, flags=re.IGNORECASE)
    if not gallery:
        return None
    name = definition[0] if definition else text(properties.get("definitionName")) or str(answer.get("name", ""))
    state = text(properties.get("enabledState")) or text(properties.get("EnableState")) or "Disabled"
    return ListedImage(gallery=gallery, image=name, enabled=state.lower() == "enabled")


def read_lab_plan(answer: JsonObject) -> ObservedLabPlan:
    """A lab plan from what Azure answers for it, alone or in a list."""
    properties = part(answer, "properties")
    return ObservedLabPlan(
        id=str(answer["id"]),
        region=region(str(answer["location"])),
        allowed_regions=tuple(region(str(name)) for name in properties.get("allowedRegions") or []),
        gallery_id=text(properties.get("sharedGalleryId")),
        tags=tags(answer),
    )
