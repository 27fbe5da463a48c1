"""What people will see of one image after the update that publishes its new version."""

from __future__ import annotations

from datetime import date

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from lifecycle.after_up import after_up
from lifecycle.offer import Offer, offers
from plan.attachments import plan_attachments
from plan.conflict import Conflict
from plan.gallery import plan_gallery
from plan.image import plan_image
from plan.lab_plan import plan_lab_plan
from plan.observed import Observed
from plan.planned import Plan
from plan.stack import Stack


def new_offers(catalogue: Catalogue, name: str, settings: Settings, observed: Observed, today: date) -> list[Offer]:
    """The offers of the image `name` where the catalogue wants it to be seen, as an update would leave them.

    `observed` has that image and the labs; the rest of the gallery need not be known. What keeps the update from being
    made is not asked here: the preview says it.
    """
    stack = Stack(settings, observed)
    others: list[Conflict] = []
    alone = catalogue.model_copy(update={"images": {name: catalogue.images[name]}})
    images = (plan_image(name, alone.images[name], stack, others),)
    plan = Plan(
        subscription_id=settings.subscription_id,
        gallery=plan_gallery(images, stack, others),
        images=images,
        attachments=plan_attachments(stack, others),
        role_assignments=(),
        owner_tag=settings.owner_tag,
        lab_plan=plan_lab_plan(alone, stack, others),
    )
    planned = Stack(settings, after_up(plan, observed))
    return [offer for offer in offers(alone, planned, today, planned=True) if offer.image == name and offer.wanted]
