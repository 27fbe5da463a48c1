"""The policy `image-by-known-route`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lab_image_policies.demands import judged_services
from lab_image_policies.messages import component, message, shown_text, untold
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.arm_template import MadeImage, Unreadable
from lab_image_policies.reading.consumers_tag import CONSUMERS_TAG, consumers_of
from lab_image_policies.reading.from_raw_resource import DATA_DISKS_TAG, SIZE_TAG
from lab_image_policies.rules import is_for_lab_services
from lab_image_policies.translation import _
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse images that another kind of resource makes, and what may make some and cannot be read."""
    resource = given.resources[0]
    for found in given.run_state.made[resource.urn]:
        # Of what cannot be read only the resource itself can say who uses it.
        tags = found.tags if isinstance(found, MadeImage) else resource.properties.get("tags")
        consumers = consumers_of(tags)
        services = judged_services(consumers)
        if is_for_lab_services(consumers):
            yield _made(resource, found) if isinstance(found, MadeImage) else _unreadable(resource, found)
        elif services:
            yield _for_others(resource, found, services)


def _for_others(resource: Resource, found: MadeImage | Unreadable, services: Sequence[str]) -> Violation:
    image = found.image if isinstance(found, MadeImage) else None
    text = message(
        shown_text(resource.name if image is None else image),
        _(
            "the resource {name} ({type}) makes an image, or may make one, where the policies cannot see what kind of "
            "machine it is for",
            name=shown_text(resource.name),
            type=shown_text(resource.type),
        ),
        untold(services),
        _(
            "Declare the image with {component}, or with azure-native's GalleryImage and GalleryImageVersion; if no "
            "service with rules uses it, give the resource the tag {tag} as other",
            component=component(),
            tag=CONSUMERS_TAG,
        ),
    )
    return Violation(image, text)


def _made(resource: Resource, found: MadeImage) -> Violation:
    known = [shown_text(name) for name in (found.image, found.number) if name is not None]
    subject = " ".join(known) if found.image is not None else shown_text(resource.name)
    sentences = _version(resource) if found.is_version else _definition(resource)
    return Violation(found.image, message(subject, *sentences))


def _definition(resource: Resource) -> tuple[str, str, str]:
    return (
        _(
            "the resource {name} ({type}) makes an image definition in a gallery",
            name=shown_text(resource.name),
            type=shown_text(resource.type),
        ),
        _(
            "The policies cannot see what kind of machine it is for there, and an image that Lab Services hides no "
            "teacher would ever see, so it is refused"
        ),
        _(
            "Declare the image with {component}, or with azure-native's GalleryImage; if no lab uses it, give it the "
            "tag {tag} with who does, such as other",
            component=component(),
            tag=CONSUMERS_TAG,
        ),
    )


def _version(resource: Resource) -> tuple[str, str, str]:
    return (
        _(
            "the resource {name} ({type}) makes an image version in a gallery",
            name=shown_text(resource.name),
            type=shown_text(resource.type),
        ),
        _(
            "The policies cannot see the size of its disks there, and an image that Lab Services hides no teacher "
            "would ever see, so it is refused"
        ),
        _(
            "Declare the image with {component}, or with azure-native's GalleryImageVersion with the tags {size_tag} "
            "and {disks_tag}; if no lab uses it, give it the tag {tag} with who does, such as other",
            component=component(),
            size_tag=SIZE_TAG,
            disks_tag=DATA_DISKS_TAG,
            tag=CONSUMERS_TAG,
        ),
    )


def _unreadable(resource: Resource, found: Unreadable) -> Violation:
    text = message(
        shown_text(resource.name),
        _("{cause} ({type})", cause=_(found.cause), type=shown_text(resource.type)),
        _("Nobody can tell whether it makes an image that Lab Services hides, so it is refused"),
        _(
            "Write it out in the program, with values that a preview knows, and declare images with {component}; if it "
            "makes no image for labs, give the resource the tag {tag} with who uses what it makes, such as other",
            component=component(),
            tag=CONSUMERS_TAG,
        ),
    )
    return Violation(None, text)


POLICY = Policy(
    name="image-by-known-route",
    title="Images by a known route",
    severity="critical",
    description="Every image is declared where the policies see what is in it.",
    refuses="an image definition or version that a generic resource, a template, azurerm, azapi, a provider within a "
    "program or Image Builder makes, and a template that cannot be read",
    why="There the policies see neither size nor number of disks, and an image that Lab Services hides is missing "
    "without a word",
    fix="Declare the image with `LabImage`, or with azure-native's `GalleryImage` and `GalleryImageVersion`; tag what "
    "no service with rules uses with `lab-consumers` as `other`",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=frozenset({ResourceKind.OTHER_ROUTE}),
    validate=validate,
    locked=True,
)
