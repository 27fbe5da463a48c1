"""The shape of a policy about images.

It takes the image of the resource, passes over images that the policy does not concern, refuses versions that cannot be
read, and names the subject. The check itself only looks at one image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from lab_image_policies.demands import judged_services
from lab_image_policies.messages import component, message, shown
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.image_of import subject
from lab_image_policies.rules import CONSUMERS, is_for_lab_services, unknown_consumers
from lab_image_policies.translation import N_, _
from lab_image_policies.violation import Violation


class Finding(NamedTuple):
    """A finding about a version, or about the whole image if `number` is None. No sentence has a full stop."""

    number: str | None
    cause: str
    consequence: str
    advice: str


_VERSIONS: Final = (
    N_("its versions are not known yet"),
    N_("its versions are missing"),
    N_("its versions are not a list"),
)
ImageCheck = Callable[[PolicyInput, Image], Iterator[Finding]]
Validate = Callable[[PolicyInput], Iterator[Violation]]


def for_lab_services(check: ImageCheck) -> Validate:
    """Make a policy of a check: for images that Lab Services uses."""

    def validate(given: PolicyInput) -> Iterator[Violation]:
        image = given.image
        return _violations(image, check(given, image)) if is_for_lab_services(image.consumers) else iter(())

    return validate


def for_listed_services(check: ImageCheck) -> Validate:
    """Make a policy of a check: for images that list a service with rules other than Lab Services."""

    def validate(given: PolicyInput) -> Iterator[Violation]:
        image = given.image
        return _violations(image, check(given, image)) if judged_services(image.consumers) else iter(())

    return validate


def for_every_image(check: ImageCheck) -> Validate:
    """Make a policy of a check: for all images, whoever uses them."""

    def validate(given: PolicyInput) -> Iterator[Violation]:
        return _violations(given.image, check(given, given.image))

    return validate


def differing(image: Image, compared: Callable[[Version], object]) -> Iterator[tuple[Version, Version]]:
    """The versions below a component that differ from its entries in what `compared` gives, each with its entry."""
    if image.component is not None:
        for version in image.readable_versions:
            entry = image.component.version(version.number)
            if entry is not None and compared(version) != compared(entry):
                yield version, entry


def disagreement(version: Version, what: str, entry: Version) -> Finding:
    """The finding that a version below a component differs from the component's entry in one fact.

    `what` is the fact, marked by `N_`.
    """
    return Finding(
        version.number,
        _(
            "{version} and {entry} do not have the same {what}",
            version=version.place,
            entry=entry.place,
            what=_(what),
        ),
        _("Somebody reviewed the one, and the other would be published"),
        _(
            "Take out what changes the resource on its way, such as a transformation, and change the catalogue "
            "instead; in a state that is deployed somebody replaced the version: publish the reviewed image under a "
            "new version number"
        ),
    )


def differing_definition(image: Image, component: Image) -> Finding:
    """The finding that a definition below a component is not the one that the component has."""
    return Finding(
        None,
        _("name, location or definition of {image} differ from {entry}", image=image.place, entry=component.place),
        _("Somebody reviewed the one, and the other would be published"),
        _("Take out what changes the resource on its way, such as a transformation, and change the catalogue instead"),
    )


def _violations(image: Image, findings: Iterator[Finding]) -> Iterator[Violation]:
    unknown = ", ".join(map(shown, unknown_consumers(image.consumers)))
    for number, cause, consequence, advice in findings:
        text = message(subject(image, number), cause, consequence, _with_unknown(advice, unknown))
        yield Violation(image.known_name, text, number=number)
    if isinstance(image.versions, Fault):
        text = message(
            subject(image, None),
            unreadable_list(image.versions, *_VERSIONS),
            _("Nobody can tell whether a teacher would see it, so it is refused"),
            _(
                "Use {component} in its current form; an older or another one passes other inputs",
                component=component(),
            ),
        )
        yield Violation(image.known_name, text)


def unreadable_list(fault: Fault, unknown: str, missing: str, malformed: str) -> str:
    """What is wrong with a list: the one of these sentences that holds."""
    return _({Fault.UNKNOWN: unknown, Fault.MISSING: missing}.get(fault, malformed))


def _with_unknown(advice: str, unknown: str) -> str:
    """Advice, followed by what is wrong with an image's consumers if there are `unknown` ones."""
    if not unknown:
        return advice
    return _(
        "{advice}. Of its consumers {unknown} is not known, so the rules of Lab Services hold; known are {known}",
        advice=advice,
        unknown=unknown,
        known=", ".join(sorted(CONSUMERS)),
    )
