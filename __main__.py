"""The whole program: read, observe, plan, declare, export."""

import gc
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

# The engine ends an aborted run with an interrupt, for which Python would print a traceback.
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
# Nearly everything made here is needed to the end: looking for garbage as often as usual takes a third of a run.
gc.set_threshold(100_000, 20, 20)

import pulumi

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import load
from catalog.stacks.provider_keys import NAMESPACE, PROVIDER_KEYS, unread_keys
from catalog.stacks.settings import KEYS, SettingsError, read_settings
from components.attachment import Attachment
from components.debug_messages import drop_debug_messages
from components.destroy_guard import DestroyGuard
from components.gallery import Gallery
from components.gallery_lock import gallery_lock
from components.lab_image import LabImage, republished
from components.lab_notices import say_what_labs_offer
from components.lab_plan import LabPlan
from components.marketplace_images import MarketplaceImages
from components.own_outputs import with_own_outputs
from components.providers import azure_provider
from inventory.observe import observe
from lifecycle.lab_principals import unnamed_principal
from lifecycle.update import Update
from plan.conflict import PlanRefused
from plan.plan import plan as make_plan
from plan.stack import Stack
from plan.unseen_sources import unseen_notices

ERRORS_ALREADY_SHOWN = 32  # the exit code by which the engine knows that the program has printed every error

# Set by who previews without Azure, where nothing is known of what is there: what labs offer, which end of life is new.
NO_NOTICES = "LAB_NO_NOTICES"

NO_IMAGES = (
    "the catalogue has no image, so this stack declares none; ./labs add-image NAME --source ID adds the first one"
)


def decide() -> Update:
    """What this stack plans, and from what. Raises what is wrong with its configuration, its catalogue, or Azure."""
    config, provider = pulumi.Config(), pulumi.Config(NAMESPACE)
    values = {key: config.get(key) for key in KEYS} | {"subscriptionId": provider.get("subscriptionId")}
    for key, message in unread_keys([f"{NAMESPACE}:{key}" for key in PROVIDER_KEYS if provider.get(key)]).items():
        pulumi.log.warn(f"{key}: {message}")
    settings = read_settings(values, project=pulumi.get_project(), stack=pulumi.get_stack())
    if unnamed := unnamed_principal(settings):
        pulumi.log.warn(f"{unnamed}.")
    catalogue = load(in_project(settings.catalog))
    observed = with_own_outputs(observe(catalogue, settings))
    if os.environ.get(NO_NOTICES):
        observed = replace(observed, moment="")
    for unseen in unseen_notices(catalogue.images, Stack(settings, observed)):
        pulumi.log.warn(f"{unseen}.")
    return Update(catalogue, settings, observed, make_plan(catalogue, settings, observed))


def in_project(path: str) -> Path:
    """A path of the configuration, which starts from the folder of Pulumi.yaml; `main:` there may name another one."""
    root = Path(pulumi.get_root_directory())
    return Path(path) if root.samefile(".") else root / path


def declare(update: Update) -> None:
    """Declare everything in the plan, export what others build on, and say what it means for labs."""
    plan = update.plan
    drop_debug_messages()
    opts = pulumi.ResourceOptions(providers=[azure_provider(plan.subscription_id)])
    gallery = Gallery(plan, opts)
    images = {image.name: LabImage(image, plan, gallery, opts) for image in plan.images}
    if not images:
        pulumi.log.warn(NO_IMAGES)
    repeated = republished(images.values())
    attachments = [Attachment(attachment, plan, gallery, opts, repeated) for attachment in plan.attachments]
    lab_plans = [LabPlan(plan.lab_plan, plan, gallery, images, opts)] if plan.lab_plan else []
    everything: list[pulumi.Resource] = [gallery, *images.values(), *attachments, *lab_plans]
    everything += [MarketplaceImages(each, lab_plans, opts) for each in plan.marketplace]
    if plan.lock is not None:
        everything.append(gallery_lock(plan.lock, plan.gallery.id, everything, opts))
    DestroyGuard(plan, gallery, everything)
    pulumi.export("galleryId", gallery.gallery_id)
    pulumi.export("imageDefinitionIds", {name: image.definition_id for name, image in images.items()})
    declared = [image for image in plan.images if image.versions]  # of the others somebody else publishes the versions
    pulumi.export("latestDeclaredVersions", {image.name: image.versions[-1].number for image in declared})
    pulumi.export(
        "targetRegions",
        {
            image.name: {
                version.number: [region.name for region in version.target_regions] for version in image.versions
            }
            for image in declared
        },
    )
    attached = [attachment.attachment_id for attachment in attachments]
    pulumi.export("attachments", [*attached, *(lab_plan.plan_id for lab_plan in lab_plans)])
    if not os.environ.get(NO_NOTICES):
        say_what_labs_offer(update, gallery, images, attachments, lab_plans)


try:
    declare(decide())
except (SettingsError, InvalidFile, PlanRefused) as error:
    for line in str(error).splitlines():
        pulumi.log.error(line)
    sys.exit(ERRORS_ALREADY_SHOWN)
