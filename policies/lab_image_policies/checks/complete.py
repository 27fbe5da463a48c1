"""The policy `image-complete-in-stack`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from lab_image_policies.demands import judged_services
from lab_image_policies.geography import find
from lab_image_policies.messages import component, message, shown, shown_text, untold
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version, listed
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import LABS, LABS_OF_COMPONENT, PLACES, ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import DECLARING, subject
from lab_image_policies.reading.lab_plan import attaches_gallery, may_attach
from lab_image_policies.reading.raw_images import (
    RawVersion,
    beside_definition,
    consumers_of_definition,
    declared_twice,
    raw_versions,
)
from lab_image_policies.rules import (
    DEVTEST_LABS,
    is_for_lab_services,
    may_be_excluded,
    may_be_for,
    order_of,
    regions_without_latest,
    same_region,
    uncovered,
)
from lab_image_policies.translation import N_, _
from lab_image_policies.violation import Violation

_UNKNOWN: Final = N_("Nobody can tell whether a teacher would see it, so it is refused")


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse what only the whole stack shows of images that are declared without the component."""
    for resource, other in declared_twice(given):
        image = given.run_state.images.get(resource.urn) or given.run_state.component(resource)
        yield Violation(
            image.known_name if image else None,
            message(
                _("{first} and {second}", first=shown_text(resource.name), second=shown_text(other.name)),
                _("two resources declare {object}", object=_object(resource)),
                _(
                    "Each update would replace what the other one declares, and teachers would get the one that came "
                    "last"
                ),
                _("Take one of the two out, or give it a name of its own"),
            ),
            resource.urn,
        )
    for resource in beside_definition(given):
        parent = given.run_state.component(resource)
        yield Violation(
            parent.known_name if parent else None,
            message(
                shown_text(resource.name),
                _(
                    "its component declares no definition in its resource group, gallery {gallery} and image",
                    gallery=shown(resource.properties.get("galleryName")),
                ),
                _("Nobody reviewed what stands there, and labs may not be attached to it"),
                _("Take out what changes the resource on its way, such as a transformation"),
            ),
            resource.urn,
        )
    images: dict[object, list[RawVersion]] = {}
    for_devtest: dict[object, list[RawVersion]] = {}
    for version in raw_versions(given):
        yield from _definition(given, version)
        if is_for_lab_services(version.image.consumers):
            images.setdefault(version.key, []).append(version)
        if may_be_for(version.image.consumers, DEVTEST_LABS):
            for_devtest.setdefault(version.key, []).append(version)
    yield from _devtest(given, for_devtest.values())
    attachments, plans = _labs(given, LABS_OF_COMPONENT), _labs(given, LABS - LABS_OF_COMPONENT)
    yield from _unknown_regions(plans)
    for versions in images.values():
        last = versions[-1]
        gallery = last.resource.properties.get("galleryName")
        labs = [*attachments, *((plan, region) for plan, region in plans if may_attach(plan, gallery))]
        yield from _regions(last.image, [each.version for each in versions], labs, last.resource.urn)
    for urn, image in given.run_state.images.items():
        # Where accounts and plans of the component make labs is judged by lab-regions-covered.
        if image is not None and image.by_component and is_for_lab_services(image.consumers) and plans:
            yield from _regions(image, image.own_versions, plans, urn)


def _object(resource: Resource) -> str:
    names = (resource.properties.get(key) for key in ("image", "galleryImageName", "galleryImageVersionName"))
    return " ".join(shown_text(name) for name in names if isinstance(name, str))


def _definition(given: PolicyInput, found: RawVersion) -> Iterator[Violation]:
    """What is wrong with the definition that a version belongs to, if it is judged nowhere else."""
    image, definition = found.image, found.definition
    for_labs = is_for_lab_services(image.consumers)
    if definition is None:
        if for_labs:
            yield _violation(
                found,
                _("this stack has no definition of its image, so its generation and security type are not known"),
                _("Labs start generation 1, x64 and Standard only, so it is refused"),
                _(
                    "Declare the GalleryImage in the same program, with `import` if it exists; best of all use "
                    "{component}",
                    component=component(),
                ),
            )
        elif services := judged_services(image.consumers):
            yield _violation(
                found,
                _("this stack has no definition of its image, so its generation and security type are not known"),
                untold(services),
                _(
                    "Declare the GalleryImage in the same program, with `import` if it exists; best of all use "
                    "{component}",
                    component=component(),
                ),
            )
        return
    consumers = consumers_of_definition(given, definition)
    if is_for_lab_services(consumers) != for_labs:
        yield _violation(
            found,
            _("its consumers are others than those of its definition {name}", name=shown_text(definition.name)),
            _("Rules of Lab Services would judge one of the two only"),
            _("Give both the same tag lab-consumers, or none"),
        )
    elif set(judged_services(consumers)) != set(judged_services(image.consumers)):
        yield _violation(
            found,
            _("its consumers are others than those of its definition {name}", name=shown_text(definition.name)),
            _("Rules of a service would judge one of the two only"),
            _("Give both the same tag lab-consumers"),
        )


def _devtest(given: PolicyInput, raw: Iterable[Sequence[RawVersion]]) -> Iterator[Violation]:
    """Images that DevTest labs use and whose latest version has no replica in the region of one.

    The component's images are judged here too: its attachment to a DevTest lab does not carry their regions. A region
    that is not known is refused by lab-regions-covered.
    """
    labs = [each for each in given.run_state.declared.values() if each.kind is ResourceKind.DEVTEST_ATTACHMENT]
    images = [(each[-1].image, [one.version for one in each], each[-1].resource.urn) for each in raw]
    images += [
        (image, list(image.own_versions), urn)
        for urn, image in given.run_state.images.items()
        if image is not None and image.by_component and may_be_for(image.consumers, DEVTEST_LABS)
    ]
    for image, versions, urn in images if labs else ():
        offered = [version for version in versions if not may_be_excluded(version.exclude_from_latest)]
        if not versions or (not offered and is_for_lab_services(image.consumers)):
            continue  # of an image for labs image-has-latest-version says it, or this policy below
        latest = max(offered or versions, key=lambda version: order_of(version.number))
        # Of an image of others the versions are those that people take, each in its regions.
        counted = offered if image.is_external else [latest] if offered else []
        has = [region for version in counted for region in _offered_regions(version)]
        for lab in labs:
            location = lab.properties.get("labLocation")
            for region in uncovered([location], has) if isinstance(location, str) and find(location) else ():
                yield Violation(image.known_name, _without_replica(image, latest, lab, region), urn)


def _without_replica(image: Image, latest: Version, lab: Resource, region: str) -> str:
    if image.is_external:
        advice = _(
            "Have the next version of {image} published with a replica in {region}; or name who uses the image in its "
            "consumers, without devtest_labs",
            image=shown_text(image.name),
            region=region,
        )
    elif image.by_component:
        advice = _(
            "Add {region} to the target regions of {place}, without excludeFromLatest; or name who uses the image in "
            "its consumers, without devtest_labs",
            region=region,
            place=latest.place,
        )
    else:
        advice = _(
            "Add {region} to the target regions of {place}, without excludeFromLatest; or name who uses the image in "
            "its tag lab-consumers, without devtest_labs",
            region=region,
            place=latest.place,
        )
    return message(
        subject(image, latest.number),
        _(
            "the DevTest lab {lab} is in {region}, where the latest version has no replica that counts",
            lab=shown_text(lab.name),
            region=region,
        ),
        _(
            "Users there could make no machine from the image: DevTest Labs needs a replica in {region}",
            region=region,
        ),
        advice,
    )


def _labs(given: PolicyInput, kinds: Collection[ResourceKind]) -> list[tuple[Resource, object]]:
    """Where labs are made, by the resources of these kinds: each with one of its regions, of whatever shape."""
    declared = given.run_state.declared
    found = []
    for resource in declared.values():
        if resource.kind in kinds:
            parent = declared.get(resource.parent_urn)
            # The plan below the component makes labs where the component says; anything else was changed on its way.
            judged = _lab_regions(parent) if parent is not None and parent.kind is ResourceKind.LAB_PLAN else []
            found += [(resource, region) for region in _lab_regions(resource) if region not in judged]
    return found


def _lab_regions(resource: Resource) -> list[object]:
    """Where the labs of a lab account or lab plan are made. A plan without a gallery shows no image of one."""
    if resource.kind is not ResourceKind.PLAIN_LAB_PLAN:
        entries = listed(resource.properties.get("labRegions"))
        return [] if isinstance(entries, Fault) else list(entries)
    if not attaches_gallery(resource):
        return []
    given = resource.properties.get("allowedRegions")
    if given is None or given == []:
        return [resource.properties.get("location")]
    entries = listed(given)
    return [entries] if isinstance(entries, Fault) else list(entries)


def _unknown_regions(plans: list[tuple[Resource, object]]) -> Iterator[Violation]:
    for plan, region in plans:
        if not isinstance(region, str) or find(region) is None:
            cause = _("the regions in which its labs are made are not known ({value})", value=shown(region))
            advice = _("Write location and allowedRegions as plain values")
            yield Violation(None, message(shown_text(plan.name), cause, _(_UNKNOWN), advice), plan.urn)


def _regions(
    image: Image, versions: Sequence[Version], labs: Sequence[tuple[Resource, object]], urn: str
) -> Iterator[Violation]:
    """What is wrong with an image whose versions these are, where labs are made."""
    names = {region: lab for lab, region in reversed(labs) if isinstance(region, str) and find(region) is not None}
    offered = [version for version in versions if not may_be_excluded(version.exclude_from_latest)]
    if not image.by_component:  # of the component's images image-has-latest-version says it
        yield from _never_latest(image, offered, list(names), urn)
    if not offered:
        return
    latest = max(offered, key=lambda version: order_of(version.number))
    for region in dict.fromkeys(uncovered(names, _offered_regions(latest))):
        lab = next(lab for spelling, lab in names.items() if same_region(spelling, region))
        text = message(
            subject(image, latest.number),
            _(
                "labs of {lab} are made in {region}, where the latest version has no replica that counts",
                lab=shown_text(lab.name),
                region=region,
            ),
            _(
                "Teachers there would not see the image: Lab Services lists only those with a replica in {region}",
                region=region,
            ),
            _(
                "Add {region} to the target regions of {place}, without excludeFromLatest",
                region=region,
                place=latest.place,
            ),
        )
        yield Violation(image.known_name, text, urn)


def _never_latest(image: Image, offered: Sequence[Version], judged: Collection[str], urn: str) -> Iterator[Violation]:
    """An image without a latest version, everywhere or in a region other than those that are `judged` anyway."""
    if not offered:
        text = message(
            subject(image, None),
            _("every version of the image in this stack is excluded from latest"),
            _("Teachers can only pick the latest version, so no lab could be made from this image"),
            _("Take excludeFromLatest from one of them"),
        )
        yield Violation(image.known_name, text, urn)
    targets = [
        (False, [(str(region.name), may_be_excluded(region.exclude_from_latest)) for region in version.target_regions])
        for version in offered
        if not isinstance(version.target_regions, Fault)
    ]
    for region in regions_without_latest(targets):
        if any(same_region(region, each) for each in judged):
            continue
        text = message(
            subject(image, None),
            _(
                "every version that goes to {region} is excluded from latest there, or nobody can tell",
                region=shown_text(region),
            ),
            _("Teachers can only pick the latest version, so no lab could be made there from this image"),
            _(
                "Write excludeFromLatest of {region} as false for one version, or take the region out",
                region=shown_text(region),
            ),
        )
        yield Violation(image.known_name, text, urn)


def _offered_regions(version: Version) -> list[str]:
    if isinstance(version.target_regions, Fault):
        return []
    return [
        region.name
        for region in version.target_regions
        if isinstance(region.name, str) and not may_be_excluded(region.exclude_from_latest)
    ]


def _violation(found: RawVersion, cause: str, consequence: str, advice: str) -> Violation:
    text = message(subject(found.image, found.version.number), cause, consequence, advice)
    return Violation(found.image.known_name, text, found.resource.urn)


POLICY = Policy(
    name="image-complete-in-stack",
    title="Images without the component are complete",
    severity="high",
    description="Every image that is declared without the component has its definition and a replica for each lab, and "
    "every image for DevTest labs one where they are.",
    refuses="a version whose definition is not in the stack, two resources that declare one image or version, versions "
    "and definitions for different consumers, labs and DevTest labs in a region where the latest version has no "
    "replica, and an image of which every version is excluded from latest",
    why="One resource alone does not show it, and Lab Services lists an image only where it has a replica",
    fix="Declare the `GalleryImage` in the same program, add the region to the version's target regions; or "
    "use the `LabImage` component",
    url="https://learn.microsoft.com/azure/lab-services/how-to-use-shared-image-gallery",
    kinds=DECLARING | LABS | PLACES,
    validate=validate,
    whole_stack=True,
)
