"""The whole program: read, observe, plan, declare, export."""

import gc
import os
import signal
import sys
from pathlib import Path

# The engine ends an aborted run with an interrupt, for which Python would print a traceback.
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
# Nearly everything made here is needed to the end: looking for garbage as often as usual takes a third of a run.
gc.set_threshold(100_000, 20, 20)

import pulumi

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import load
from catalog.stacks.settings import KEYS, SettingsError, read_settings
from components.debug_messages import drop_debug_messages
from components.destroy_guard import DestroyGuard
from components.dev_test_attachment import DevTestAttachment
from components.gallery import Gallery
from components.gallery_lock import gallery_lock
from components.lab_account_attachment import LabAccountAttachment
from components.lab_image import LabImage
from components.lab_plan import LabPlan
from components.providers import azure_provider
from inventory.observe import observe
from plan.conflict import PlanRefused
from plan.plan import plan
from plan.planned import Plan

ERRORS_ALREADY_SHOWN = 32  # exit code that tells the engine: every error is printed already


def decide() -> Plan:
    """The plan of this stack. Raises what is wrong with its configuration, its catalogue, or Azure."""
    config, provider = pulumi.Config(), pulumi.Config("azure-native")
    values = {key: config.get(key) for key in KEYS} | {"subscriptionId": provider.get("subscriptionId")}
    settings = read_settings(values, project=pulumi.get_project(), stack=pulumi.get_stack())
    catalogue = load(Path(settings.catalog))  # the engine runs the program in the project folder
    return plan(catalogue, settings, observe(catalogue, settings))


def declare(decided: Plan) -> None:
    """Declare everything in the plan, and export what others build on."""
    drop_debug_messages()
    opts = pulumi.ResourceOptions(providers=[azure_provider(decided.subscription_id)])
    gallery = Gallery(decided, opts)
    attachments = [LabAccountAttachment(attachment, decided, gallery, opts) for attachment in decided.attachments]
    images = {image.name: LabImage(image, decided, gallery, opts) for image in decided.images}
    dev_test = [DevTestAttachment(attachment, decided, gallery, opts) for attachment in decided.dev_test_attachments]
    plans = [LabPlan(decided.lab_plan, decided, gallery, images, opts)] if decided.lab_plan else []
    everything: list[pulumi.Resource] = [gallery, *images.values(), *attachments, *dev_test, *plans]
    if decided.lock is not None:
        everything.append(gallery_lock(decided.lock, decided.gallery.id, everything, opts))
    DestroyGuard(decided, gallery, everything)
    pulumi.export("galleryId", gallery.gallery_id)
    pulumi.export("imageDefinitionIds", {name: image.definition_id for name, image in images.items()})
    pulumi.export("latestDeclaredVersions", {image.name: image.versions[-1].number for image in decided.images})
    pulumi.export(
        "targetRegions",
        {
            image.name: {
                version.number: [region.name for region in version.target_regions] for version in image.versions
            }
            for image in decided.images
        },
    )
    attached = [each.attachment_id for each in attachments] + [each.attachment_id for each in dev_test]
    pulumi.export("attachments", [*attached, *(each.plan_id for each in plans)])


try:
    declare(decide())
except (SettingsError, InvalidFile, PlanRefused) as error:
    for line in str(error).splitlines():
        pulumi.log.error(line)
    sys.exit(ERRORS_ALREADY_SHOWN)
