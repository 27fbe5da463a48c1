"""Everything that a stack declares: from what is wanted and what Azure has, to resources and outputs.

The program at the root and the package for other programs differ only in where the settings come from, and in where
the outputs go.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pulumi
from pulumi import Output, Resource, ResourceOptions

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from components.attachment import Attachment
from components.debug_messages import drop_debug_messages
from components.destroy_guard import DestroyGuard, Guarded
from components.gallery import Gallery
from components.gallery_lock import gallery_lock
from components.lab_image import LabImage, republished
from components.lab_notices import say_what_labs_offer
from components.lab_plan import LabPlan
from components.marketplace_images import MarketplaceImages
from components.providers import azure_provider
from components.source_positions import drop_source_positions
from lifecycle.lab_principals import unnamed_principal
from lifecycle.update import Update
from plan.observed import Observed
from plan.plan import plan as make_plan
from plan.stack import Stack
from plan.unseen_sources import unseen_notices

# Set by who previews without Azure, where nothing is known of what is there: what labs offer, which end of life is new.
NO_NOTICES: Final = "LAB_NO_NOTICES"

NO_IMAGES: Final = "the catalogue has no image, so this stack declares none"


@dataclass(frozen=True, slots=True)
class Declared:
    """`outputs` are what others build on, by their names; `said` is known when every notice is printed."""

    outputs: Mapping[str, Any]
    said: Output[int] | None


def make_update(catalogue: Catalogue, settings: Settings, observed: Observed) -> Update:
    """What the stack plans, and from what. Warns of what nobody else sees. Raises PlanRefused with every conflict."""
    warn_of_roles(settings)
    return make_part(catalogue, settings, observed)


def warn_of_roles(settings: Settings) -> None:
    """Warn of a role that Lab Services needs and nobody assigns here."""
    if unnamed := unnamed_principal(settings):
        pulumi.log.warn(f"{unnamed}.")


def make_part(catalogue: Catalogue, settings: Settings, observed: Observed) -> Update:
    """As `make_update`, where the roles on the gallery are declared elsewhere."""
    if os.environ.get(NO_NOTICES):
        observed = replace(observed, moment="")
    for unseen in unseen_notices(catalogue.images, Stack(settings, observed)):
        pulumi.log.warn(f"{unseen}.")
    return Update(catalogue, settings, observed, make_plan(catalogue, settings, observed))


def declare(update: Update, no_images: str = NO_IMAGES, opts: ResourceOptions | None = None) -> Declared:
    """Declare everything in the plan, and say what it means for labs. `opts` are those of every top-level resource."""
    plan = update.plan
    drop_debug_messages()
    drop_source_positions()
    provider = azure_provider(plan.subscription_id, opts)
    opts = ResourceOptions.merge(opts, ResourceOptions(providers=[provider]))
    gallery = Gallery(plan, opts)
    images = {image.name: LabImage(image, plan, gallery, opts) for image in plan.images}
    if not images:
        pulumi.log.warn(no_images)
    repeated = republished(images.values())
    attachments = [Attachment(attachment, plan, gallery, opts, repeated) for attachment in plan.attachments]
    lab_plans = [LabPlan(plan.lab_plan, plan, gallery, images, opts)] if plan.lab_plan else []
    everything: list[Resource] = [gallery, *images.values(), *attachments, *lab_plans]
    everything += [MarketplaceImages(each, lab_plans, opts) for each in plan.marketplace]
    if plan.lock is not None:
        everything.append(gallery_lock(plan.lock, plan.gallery.id, everything, opts))
    DestroyGuard(Guarded(gallery.gallery_id, plan.owner_tag), everything, opts)
    declared = [image for image in plan.images if image.versions]  # of the others somebody else publishes the versions
    attached = [attachment.attachment_id for attachment in attachments]
    outputs = {
        "galleryId": gallery.gallery_id,
        "imageDefinitionIds": {name: image.definition_id for name, image in images.items()},
        "latestDeclaredVersions": {image.name: image.versions[-1].number for image in declared},
        "targetRegions": {
            image.name: {
                version.number: [region.name for region in version.target_regions] for version in image.versions
            }
            for image in declared
        },
        "attachments": [*attached, *(lab_plan.plan_id for lab_plan in lab_plans)],
    }
    silent = os.environ.get(NO_NOTICES)
    said = None if silent else say_what_labs_offer(update, gallery, images, attachments, lab_plans)
    return Declared(outputs, said)
