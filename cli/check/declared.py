"""What one stack declares, as plain JSON, for programs that must not read stack files and catalogues themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.version import ImageVersion
from catalog.stacks.attachment import ATTACHMENT_KINDS
from catalog.stacks.settings import LAB_PLAN, Settings
from plan.definition import definition_of
from plan.stack import Stack
from plan.target_regions import version_regions


def declared(settings: Settings, catalogue: Catalogue) -> dict[str, Any]:
    """What a stack with `settings` and `catalogue` declares.

    `lab_plan_resource_group` is None unless the stack makes a lab plan in a resource group that it names; `labs` are
    those that exist. `marketplace_images` are those that every lab has to list; empty without the key.
    """
    stack, plan = Stack(settings), settings.lab_plan
    labs = [(kind.type, lab) for kind in ATTACHMENT_KINDS for lab in settings.lab_ids(kind)]
    labs += [(LAB_PLAN, settings.lab_plan_id)] if settings.lab_plan_id else []
    return {
        "name": settings.stack,
        "project": settings.project,
        "catalogue": settings.catalog,
        "subscription": settings.subscription_id,
        "location": settings.location,
        "resource_group": {"id": stack.resource_group_id, "made_by_stack": settings.create_resource_group},
        "gallery": stack.gallery_id,
        "lab_plan_resource_group": plan.resourceGroupName if plan else None,
        "labs": [{"type": kind, "id": lab} for kind, lab in labs],
        "marketplace_images": [image.model_dump() for image in settings.marketplace_images or ()],
        "images": {name: _image(image, settings) for name, image in catalogue.images.items()},
    }


def _image(image: Image, settings: Settings) -> dict[str, Any]:
    end = image.end_of_life
    return {
        "definition": asdict(definition_of(image)) | {"end_of_life": end.isoformat() if end else None},
        "versions": {number: _version(version, settings) for number, version in image.versions.items()},
    }


def _version(version: ImageVersion, settings: Settings) -> dict[str, Any]:
    try:
        regions = version_regions(version, settings)
    except ValueError:
        regions = ()  # the check reports the contradiction
    return {
        "source": {"kind": version.source.kind, "id": version.source.id},
        "os_disk_size_gb": version.os_disk_size_gb,
        "data_disk_count": version.data_disk_count,
        "target_regions": [asdict(region) for region in regions],
    }
