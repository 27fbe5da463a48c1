"""Where labs can be made from each image, as policies see it."""

from __future__ import annotations

from catalog.images.image import is_for_lab_services
from plan.external import regions_of_latest
from plan.planned import Plan, PlannedImage


def image_regions(plan: Plan) -> dict[str, list[str]]:
    """The regions of each image that Lab Services uses: teachers get its latest version, and never an excluded one.

    An image of others that has no version yet, or none that can be judged, is left out.
    """
    return {
        image.name: _regions_of_latest(image)
        for image in plan.images
        if is_for_lab_services(image.consumers) and image.external != ()
    }


def _regions_of_latest(image: PlannedImage) -> list[str]:
    if image.external is not None:
        return regions_of_latest(image.external)
    latest = next((version for version in reversed(image.versions) if not version.exclude_from_latest), None)
    return [region.name for region in latest.target_regions if not region.exclude_from_latest] if latest else []
