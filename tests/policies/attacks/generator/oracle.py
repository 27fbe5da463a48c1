"""The oracle: what the page about policies says of a whole program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.policies.attacks.generator.ours import OurImage, our_images
from tests.policies.attacks.generator.raw import RawVersion, is_numbered, raw_definitions, raw_versions
from tests.policies.attacks.generator.replicas import offered
from tests.policies.attacks.generator.values import STORAGE_LIMIT_GB, Sure, any_region, is_broken, number, plain, worst
from tests.policies.inputs import ATTACHMENT, GALLERY, LAB_PLAN
from tests.support.policy_server import Declared, Mode


@dataclass(frozen=True)
class SideDoor:
    """A resource of another kind with what the page says of it."""

    resource: Declared
    is_refused: bool


def judged(program: Sequence[Declared], mode: Mode, doors: Sequence[SideDoor] = ()) -> Sure:
    """What comes of a program: bad is refused, good passes."""
    raw, ours = list(raw_versions(program, mode)), our_images(program)
    labs, lab_regions = _labs(program)
    sures = [
        labs,
        *(image.sure for image in ours),
        *(each.sure for each in raw_definitions(program)),
        *(each.sure for each in raw),
        *_complete(program, raw, ours, lab_regions),
        _storage(program, raw),
        *(Sure.BAD for door in doors if door.is_refused),
        *(Sure.BAD for each in program if is_broken(each.inputs)),
    ]
    return worst(sures)


def _labs(program: Sequence[Declared]) -> tuple[Sure, list[str]]:
    """Labs lie in known regions, and every image that is passed along has a replica there."""
    sures, regions = [Sure.GOOD], list[str]()
    for each in program:
        if each.type not in (ATTACHMENT, LAB_PLAN):
            continue
        inputs = plain(each.inputs)
        given, images = inputs.get("labRegions"), inputs.get("imageRegions")
        names = [any_region(name) for name in given] if isinstance(given, list) else []
        sures.append(Sure.GOOD if names and all(names) else Sure.BAD)
        regions += [name for name in names if name]
        sures.append(Sure.GOOD if isinstance(images, dict) else Sure.BAD)
        for where in images.values() if isinstance(images, dict) else ():
            covered = isinstance(where, list) and {any_region(name) for name in where} >= set(names)
            strange = not isinstance(where, list) or not all(isinstance(name, str) for name in where)
            sures.append(Sure.GOOD if covered and not strange else Sure.BAD)
        if each.type == LAB_PLAN:
            sures.append(_beside(inputs.get("location"), inputs.get("galleryLocation"), names))
    return worst(sures), regions


def _beside(plan: Any, gallery: Any, labs: Sequence[str | None]) -> Sure:
    """A lab plan and its gallery are in one region."""
    where = any_region(gallery)
    if where is None:
        return Sure.BAD
    return Sure.GOOD if (where in labs if plan is None else any_region(plan) == where) else Sure.BAD


def _complete(
    program: Sequence[Declared], raw: Sequence[RawVersion], ours: Sequence[OurImage], lab_regions: Sequence[str]
) -> Iterator[Sure]:
    """The stack as a whole: definitions beside their versions, nothing twice, a latest version where labs are."""
    definitions = [each.key for each in raw_definitions(program)]
    known = {*definitions, *(each.key for image in ours for each in image.definitions)}
    numbers = [(each.key, each.number) for each in raw]
    numbers += [key for image in ours for key in image.children]
    if any(each.key is None or each.number is None for each in raw):
        yield Sure.DOUBTFUL
    numbers = [(key, number) for key, number in numbers if key is not None and number is not None]
    yield Sure.BAD if len(set(numbers)) < len(numbers) else Sure.GOOD
    names = [*definitions, *(each.key for image in ours for each in image.definitions)]
    yield Sure.BAD if len(set(names)) < len(names) else Sure.GOOD
    for each in raw:
        yield Sure.BAD if each.for_labs and each.key not in known else Sure.GOOD
        yield Sure.BAD if each.for_labs and each.number is not None and not is_numbered(each.number) else Sure.GOOD
    for image in ours:
        strays = [key for key, _ in image.children if key not in known]
        yield Sure.GOOD if not strays else Sure.BAD if image.for_labs and None not in strays else Sure.DOUBTFUL
    consumers = {each.key: each.for_labs for each in raw_definitions(program)}
    for each in raw:
        yield Sure.BAD if consumers.get(each.key, each.for_labs) != each.for_labs else Sure.GOOD
    for key in {each.key for each in raw if each.for_labs}:
        yield _latest([each for each in raw if each.key == key], lab_regions)


def _latest(versions: Sequence[RawVersion], lab_regions: Sequence[str]) -> Sure:
    """Some version of an image is not excluded, and it has a replica in every region of labs."""
    by_region: dict[str, list[bool | None]] = {}
    for version in versions:
        for name, (_, there) in version.replicas.by_region.items():
            by_region.setdefault(name, []).append(offered(version.excluded, there))
    if any(None in values for values in by_region.values()):
        return Sure.DOUBTFUL
    somewhere = any(True in values for values in by_region.values())
    everywhere = all(True in by_region.get(name, []) for name in lab_regions)
    if len({version.number for version in versions}) > 1 and not everywhere:
        return Sure.DOUBTFUL
    return Sure.GOOD if somewhere and everywhere else Sure.BAD


def _storage(program: Sequence[Declared], raw: Sequence[RawVersion]) -> Sure:
    """The replicas of the stack occupy less than 20,000 GB."""
    stored = [number(plain(each.inputs).get("replicaStorageGb")) for each in program if each.type == GALLERY]
    if any(each is None or each < 0 for each in stored):
        return Sure.BAD
    total = sum(each or 0 for each in stored) + sum((each.size or 0) * each.replicas.total for each in raw)
    return Sure.GOOD if total < STORAGE_LIMIT_GB else Sure.BAD
