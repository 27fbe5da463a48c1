"""Which images teachers would not see by what the files say, before anything is built or asked.

Facts that the files leave out are not judged here: the preview asks Azure for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog.files.diagnostic import some_of
from catalog.images.catalogue import Catalogue
from catalog.images.image import Image, is_for_lab_services
from catalog.images.version import ImageVersion
from catalog.images.version_number import version_key
from catalog.stacks.settings import Settings
from lifecycle.exemption import PolicyRules
from lifecycle.reason import Reason, ReasonKind
from lifecycle.visibility import disk_reasons, machine_reasons, replica_reason
from plan.lab_services_limits import MAKE_AN_IMAGE, OS_DISK_LIMIT_GB, SUPPORTED
from plan.target_regions import version_regions

_KEYS: Final[Mapping[ReasonKind, str]] = {
    "os_disk_size": "os_disk_size_gb",
    "data_disks": "data_disk_count",
    "generation": "hyper_v_generation",
    "architecture": "architecture",
    "security_type": "security_type",
}

_MOST_NAMED: Final = 3

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HiddenImage:
    """A reason why teachers would not see an image, or version `version` of it.

    `path` is where the catalogue says so. `excuse` is why the policies let it through, None if they do not.
    """

    image: str
    version: str | None
    path: Path
    reason: Reason
    excuse: str | None

    @property
    def subject(self) -> str:
        """As a message names it: `gis 1.0.0`."""
        return self.image if self.version is None else f"{self.image} {self.version}"


def sentence(found: Sequence[HiddenImage], *, is_new: bool = False) -> str:
    """Findings of the same reason in one sentence, with what to do or their excuse, without a final full stop.

    `is_new`: the image is about to be added, by options instead of keys.
    """
    subjects = list(dict.fromkeys(each.subject for each in found))
    first = found[0]
    end = _remedy(first.reason.kind, is_new=is_new) if first.excuse is None else first.excuse
    return f"teachers would not see {some_of(subjects, _MOST_NAMED)}: {first.reason.text}; {end}"


def hidden_images(
    catalogue: Catalogue, settings: Settings | None, rules: PolicyRules, today: date
) -> Iterator[HiddenImage]:
    """Every reason of every image for Lab Services. With `settings` also those of the regions of the stack's labs."""
    for name, image in catalogue.images.items():
        if is_for_lab_services(image.consumers):
            for version, path, reason in _reasons(image, settings):
                excuse = rules.excuse(reason.kind, name, today)
                yield HiddenImage(name, version, ("images", name, *path), reason, excuse)


def hidden_version(
    catalogue: Catalogue, name: str, number: str, settings: Settings, rules: PolicyRules, today: date
) -> list[HiddenImage]:
    """The reasons of one version and of its image; none if Lab Services does not use it.

    That the version itself is excluded from latest is none: others may be offered.
    """
    image = catalogue.images[name]
    alone = image.model_copy(update={"versions": {number: image.versions[number]}})
    found = hidden_images(catalogue.model_copy(update={"images": {name: alone}}), settings, rules, today)
    return [hidden for hidden in found if hidden.reason.kind != "excluded"]


def _reasons(image: Image, settings: Settings | None) -> Iterator[tuple[str | None, Path, Reason]]:
    """Version (None: the image itself), path below the image, and reason."""
    for reason in machine_reasons(image.model_dump(include=set(SUPPORTED))):
        yield None, (_KEYS[reason.kind],), reason
    for number, version in image.versions.items():
        for reason in disk_reasons(version.os_disk_size_gb, version.data_disk_count):
            if reason.effect == "hides":
                yield number, ("versions", number, _KEYS[reason.kind]), reason
    offered = [number for number, version in image.versions.items() if version.exclude_from_latest is not True]
    if image.is_external:
        return  # only Azure tells of its versions
    if not offered:
        yield None, ("versions",), Reason("excluded", "each of its versions is excluded from latest")
    elif settings is not None:
        latest = max(offered, key=version_key)
        for reason in _region_reasons(image.versions[latest], settings):
            yield latest, ("versions", latest, "target_regions"), reason


def _region_reasons(version: ImageVersion, settings: Settings) -> Iterator[Reason]:
    """Labs of a lab plan that the stack makes: the files say in which regions. Those of other labs only Azure tells."""
    if settings.lab_plan is None:
        return
    try:
        regions = {region.name for region in version_regions(version, settings) if not region.exclude_from_latest}
    except ValueError:
        return  # the check reports the contradiction
    for region in settings.lab_plan.allowedRegions or (settings.location,):
        yield from replica_reason(regions, region)


def _remedy(kind: ReasonKind, *, is_new: bool) -> str:
    match kind:
        case "os_disk_size":
            text = f"build it on an OS disk of {OS_DISK_LIMIT_GB - 1} GB or less ({MAKE_AN_IMAGE})"
        case "data_disks":
            text = f"publish its OS disk alone, with data_disk_count: 0 ({MAKE_AN_IMAGE})"
        case "excluded":
            return "take exclude_from_latest from one of them, or publish another version"
        case "no_replica":
            return "add the region to its target_regions, and take it out of exclude_from_latest and excludeRegions"
        case _:
            key = next(key for each, key in _KEYS.items() if each == kind)
            text = f"publish a source with {key}: {SUPPORTED[key]} ({MAKE_AN_IMAGE})"
            if not is_new:
                text += ", under a new name if the image is published, since Azure never changes it"
    for_others = "give --consumer other" if is_new else "write consumers without lab_services"
    return f"{text}; or, if no lab uses it, {for_others}"
