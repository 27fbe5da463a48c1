"""Where labs can be made from each image, as policies see it."""

from __future__ import annotations

from plan.planned import Plan, PlannedImage

LAB_SERVICES = "lab_services"


def image_regions(plan: Plan) -> dict[str, list[str]]:
    """The regions of each image that Lab Services uses: teachers get its latest version, and never an excluded one."""
    return {image.name: _regions_of_latest(image) for image in plan.images if _for_lab_services(image)}


def _for_lab_services(image: PlannedImage) -> bool:
    return image.consumers is None or LAB_SERVICES in image.consumers


def _regions_of_latest(image: PlannedImage) -> list[str]:
    latest = next((version for version in reversed(image.versions) if not version.exclude_from_latest), None)
    if latest is None:
        return []
    return [region.name for region in latest.target_regions if not region.exclude_from_latest]
