"""The golden inventory: every resource that a representative plan becomes. `make generated` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi

from components.attachment import Attachment
from components.destroy_guard import DestroyGuard, Guarded
from components.gallery import Gallery
from components.gallery_lock import gallery_lock
from components.lab_image import LabImage
from components.lab_plan import LabPlan
from components.marketplace_images import MarketplaceImages
from components.providers import azure_provider
from plan.planned import Plan
from tests.components.registrations import registrations
from tests.components.representative import representative_plan

FILE = Path(__file__).with_name("golden.json")


def declare(plan: Plan) -> Gallery:
    """What the program declares for `plan`, in its order."""
    options = pulumi.ResourceOptions(providers=[azure_provider(plan.subscription_id)])
    gallery = Gallery(plan, options)
    images = {image.name: LabImage(image, plan, gallery, options) for image in plan.images}
    everything: list[pulumi.Resource] = [gallery, *images.values()]
    everything += [Attachment(attachment, plan, gallery, options) for attachment in plan.attachments]
    if plan.lab_plan:
        everything.append(LabPlan(plan.lab_plan, plan, gallery, images, options))
    everything += [MarketplaceImages(each, [], options) for each in plan.marketplace]
    if plan.lock is not None:
        everything.append(gallery_lock(plan.lock, plan.gallery.id, everything, options))
    DestroyGuard(Guarded(gallery.gallery_id, plan.owner_tag), everything)
    return gallery


def inventory() -> dict[str, Any]:
    """The registrations of the representative plan as plain JSON, sorted by type and name."""
    found = registrations(lambda: declare(representative_plan()))
    return {
        key: {
            "parent": item.parent,
            "provider": item.provider,
            "inputs": item.inputs,
            "outputs": item.outputs,
            "options": item.options,
        }
        for key, item in sorted(found.items())
    }


def text() -> str:
    """The inventory as it stands in the file."""
    return json.dumps(inventory(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
