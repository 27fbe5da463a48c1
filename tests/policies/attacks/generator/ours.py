"""What the oracle knows of the component and of what is declared below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.policies.attacks.generator.raw import (
    Key,
    RawDefinition,
    as_deployed,
    data_disks,
    definition,
    key_of,
    number_of,
    of_type,
    security,
)
from tests.policies.attacks.generator.replicas import Replicas, of_component, of_raw, offered
from tests.policies.attacks.generator.values import (
    Sure,
    among,
    for_labs,
    no_data_disk,
    number,
    os_disk,
    plain,
    region,
    worst,
)
from tests.policies.attacks.programs import profile_of
from tests.policies.inputs import LAB_IMAGE
from tests.support.policy_server import Declared

_COMMON = ("hyperVGeneration", "osType", "osState")
SOURCES = ("vm", "managed_image", "disk", "snapshot", "gallery_version", "vhd", "existing")


@dataclass(frozen=True)
class OurImage:
    """A component with its definitions and the (image, number) of its versions."""

    definitions: Sequence[RawDefinition]
    children: Sequence[tuple[Key, str | None]]
    for_labs: bool
    sure: Sure


def our_images(program: Sequence[Declared]) -> list[OurImage]:
    """Every component of the program."""
    return [_image(program, each) for each in program if each.type == LAB_IMAGE]


def _image(program: Sequence[Declared], component: Declared) -> OurImage:
    inputs = plain(component.inputs)
    below = [each for each in program if each.parent_urn == component.urn]
    consumers = inputs.get("consumers")
    labs = for_labs(consumers) if isinstance(consumers, list) else True
    definitions, versions = list(of_type(below, "GalleryImage")), list(of_type(below, "GalleryImageVersion"))
    sures = [_component(inputs, labs=labs)]
    sures += [_definition(plain(each.inputs), inputs, labs=labs) for each in definitions]
    sures += [_child(each, inputs, labs=labs) for each in versions]
    return OurImage(
        [RawDefinition(key_of(plain(each.inputs)), labs, Sure.GOOD) for each in definitions],
        [(key_of(each), number_of(each)) for each in (plain(one.inputs) for one in versions)],
        labs,
        worst(sures),
    )


def _component(inputs: Mapping[str, Any], *, labs: bool) -> Sure:
    entries = inputs.get("versions")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        return Sure.BAD
    home = inputs.get("homeRegion")
    replicas = [of_component(home, each.get("targetRegions")) for each in entries]
    placed = worst(each.sure for each in replicas)
    numbers = [each.get("version") for each in entries]
    odd = len(numbers) != len({str(each) for each in numbers}) or not all(isinstance(each, str) for each in numbers)
    doubt = Sure.DOUBTFUL if odd or not isinstance(inputs.get("image"), str) else Sure.GOOD
    if not labs:
        return max(placed, doubt)
    supported = worst(
        (
            among(inputs.get("hyperVGeneration"), ["V1"]),
            among(inputs.get("architecture"), ["x64"]),
            among(inputs.get("securityType"), ["Standard"]),
            among(inputs.get("osType"), ["Linux", "Windows"]),
            among(inputs.get("osState"), ["Generalized", "Specialized"]),
        )
    )
    newest = inputs.get("newestUsableVersion")
    kept = Sure.GOOD if newest is None or newest in numbers else Sure.BAD
    entry_sures = (worst(_entry(each, inputs.get("osState"))) for each in entries)
    return worst((placed, doubt, supported, kept, _latest(entries, replicas), *entry_sures))


def _entry(entry: Mapping[str, Any], os_state: Any) -> Iterator[Sure]:
    source = entry.get("source")
    kind = source.get("kind") if isinstance(source, dict) else None
    yield Sure.GOOD if kind in SOURCES else Sure.BAD
    if kind == "managed_image":
        yield among(os_state, ["Generalized"])
    for judge, fact, declared in (
        (os_disk, "osDiskSizeGb", "declaredOsDiskSizeGb"),
        (no_data_disk, "dataDiskCount", "declaredDataDiskCount"),
    ):
        yield judge(entry.get(fact))
        said = entry.get(declared)
        yield Sure.GOOD if said is None or number(said) == number(entry.get(fact)) else Sure.BAD


def _latest(entries: Sequence[Mapping[str, Any]], replicas: Sequence[Replicas]) -> Sure:
    by_region: dict[str, list[bool]] = {}
    for entry, placed in zip(entries, replicas, strict=True):
        everywhere = entry.get("excludeFromLatest")
        for name, (_, there) in placed.by_region.items():
            if not isinstance(everywhere, bool) or not isinstance(there, bool):
                return Sure.BAD
            by_region.setdefault(name, []).append(bool(offered(everywhere, there)))
    return Sure.GOOD if by_region and all(map(any, by_region.values())) else Sure.BAD


def _definition(inputs: dict[str, Any], above: Mapping[str, Any], *, labs: bool) -> Sure:
    """Its own properties, and that they are the component's."""
    if not labs:
        return Sure.DOUBTFUL if _shape(inputs) != _shape(dict(above)) else Sure.GOOD
    differs = any(str(inputs.get(key)).lower() != str(above.get(key)).lower() for key in _COMMON)
    named = inputs.get("galleryImageName") == above.get("image")
    return worst((definition(inputs), Sure.BAD if differs else Sure.GOOD, Sure.GOOD if named else Sure.DOUBTFUL))


def _shape(inputs: dict[str, Any]) -> list[Any]:
    return [inputs.get(key) for key in ("hyperVGeneration", "osType", "osState", "architecture")]


def _child(child: Declared, above: Mapping[str, Any], *, labs: bool) -> Sure:
    """Its own properties, and that they are those of the component's entry with its number."""
    inputs = plain(child.inputs)
    entries = above.get("versions")
    listed = [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
    entry = next((each for each in listed if each.get("version") == inputs.get("galleryImageVersionName")), None)
    publishing = inputs.get("publishingProfile")
    placed = of_raw(above.get("homeRegion"), publishing)
    own = [security(inputs), as_deployed(child), _no_disks(inputs.get("storageProfile"))]
    if not isinstance(above.get("image"), str):
        return Sure.DOUBTFUL
    if entry is None or inputs.get("galleryImageName") != above["image"]:
        return max(placed.sure, Sure.BAD if labs else Sure.DOUBTFUL)
    theirs = of_component(above.get("homeRegion"), entry.get("targetRegions"))
    counts = [{name: count for name, (count, _) in each.by_region.items()} for each in (placed, theirs)]
    elsewhere = max(Sure.GOOD if counts[0] == counts[1] else Sure.BAD, _at_home(inputs, above))
    same = _same_source(inputs, entry) and _same_latest(inputs, placed, entry, theirs)
    if not labs:
        return max(placed.sure, elsewhere, Sure.GOOD if same and max(own) is Sure.GOOD else Sure.DOUBTFUL)
    return worst((placed.sure, elsewhere, *own, Sure.GOOD if same else Sure.BAD))


def _at_home(inputs: Mapping[str, Any], above: Mapping[str, Any]) -> Sure:
    """A version lies where its component does; one that does not say so lies where its group does."""
    here, home = inputs.get("location"), region(above.get("homeRegion"))
    if here is None or home is None:
        return Sure.DOUBTFUL
    return Sure.GOOD if region(here) == home else Sure.BAD


def _no_disks(profile: Any) -> Sure:
    listed = profile.get("dataDiskImages") if isinstance(profile, dict) else None
    return data_disks({"osDiskImage": {}, "dataDiskImages": listed}, None) if listed else Sure.GOOD


def _same_source(inputs: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    source, profile = entry.get("source"), inputs.get("storageProfile")
    if not isinstance(source, dict) or source.get("kind") not in SOURCES or not isinstance(profile, dict):
        return False
    shown = {key: value for key, value in profile.items() if key != "dataDiskImages"}
    return source["kind"] == "existing" or shown == profile_of({"id": None, **source})


def _same_latest(inputs: Mapping[str, Any], placed: Replicas, entry: Mapping[str, Any], theirs: Replicas) -> bool:
    publishing = inputs.get("publishingProfile")
    everywhere = publishing.get("excludeFromLatest") if isinstance(publishing, dict) else None
    shown = {name: offered(everywhere, there) for name, (_, there) in placed.by_region.items()}
    return shown == {
        name: offered(entry.get("excludeFromLatest"), there) for name, (_, there) in theirs.by_region.items()
    }
