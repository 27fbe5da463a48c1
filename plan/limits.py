"""What Azure allows of an object whose parts come from the catalogue and the stack: its tags, and its replicas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from catalog.fields.fields import MOST_REPLICAS
from catalog.fields.tags import joined_tags_problem
from catalog.files.field_error import FieldError
from catalog.images.image import Image
from catalog.images.source import EXISTING
from catalog.stacks.settings import Settings
from plan.conflict import Conflict
from plan.planned import PlannedRegion
from plan.target_regions import version_regions

STACK: Final = "the stack"


def image_tags_problem(image: Image, settings: Settings) -> str | None:
    """What is wrong with the tags of the image's definition, taken together with the stack's."""
    return joined_tags_problem([(STACK, settings.tags), ("the image", image.tags)])


def version_tags_problem(image: Image, tags: Mapping[str, str], settings: Settings) -> str | None:
    """What is wrong with `tags`, those of a version of the image, taken together with the image's and the stack's."""
    return joined_tags_problem([(STACK, settings.tags), ("the image", image.tags), ("the version", tags)])


def tag_conflicts(subject: str, problem: str | None) -> Iterator[Conflict]:
    """The conflict of an object with wrong tags."""
    if problem is not None:
        yield Conflict(
            f"{subject}.tags",
            problem,
            "Azure would refuse the object, and the update would stop halfway",
            "Correct the tags of the catalogue or of the stack",
        )


def replicas_problem(regions: tuple[PlannedRegion, ...]) -> str | None:
    """What is wrong with the replicas of a version over all its regions taken together, or None.

    Source: "Azure Compute Gallery", limits: 100 replicas of a version.
    """
    replicas = sum(region.replicas for region in regions)
    if replicas <= MOST_REPLICAS:
        return None
    numbers = {region.replicas for region in regions}
    each = f"{numbers.pop()} in each of {len(regions)} regions" if len(numbers) == 1 else f"over {len(regions)} regions"
    return (
        f"replicas_per_region and target_regions make {replicas} replicas ({each}), and Azure allows {MOST_REPLICAS} of"
        " a version, over all regions together; write smaller numbers (at most"
        f" {MOST_REPLICAS // len(regions)} in each) or fewer regions"
    )


def image_problems(image: Image, settings: Settings) -> Iterator[FieldError]:
    """Each at its path in the image: tags that do not fit the stack's, more replicas than Azure allows.

    A version that is taken over may have what it has. Regions that contradict each other are not among them.
    """
    problem = image_tags_problem(image, settings)
    if problem is not None:
        yield ("tags",), problem
    for number, version in image.versions.items():
        problem = version_tags_problem(image, version.tags, settings)
        if problem is not None:
            yield ("versions", number, "tags"), problem
        if version.source.kind == EXISTING:
            continue
        try:
            problem = replicas_problem(version_regions(version, settings))
        except ValueError:
            continue
        if problem is not None:
            yield ("versions", number, "replicas_per_region"), problem
