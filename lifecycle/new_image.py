"""A new image for the catalogue: what its first source tells, what a person says, and defaults for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, get_args

from pydantic import ValidationError

from catalog.fields.resource_id import parse
from catalog.files.diagnostic import dotted
from catalog.files.pydantic_errors import field_errors_of
from catalog.images.catalogue import Catalogue
from catalog.images.consumers import LAB_SERVICES, SERVICES, Consumer, Demand
from catalog.images.image import Image, is_for_lab_services, name_problem
from catalog.images.source import EXISTING, KINDS
from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings
from lifecycle.new_version import NewVersionError
from lifecycle.twin import demanded
from plan.image_conflicts import generalized_first
from plan.lab_services_limits import MAKE_AN_IMAGE, SUPPORTED
from plan.observed import ObservedSource
from plan.unseen_sources import way_out

OPTIONS: Final[Mapping[str, str]] = {
    "os_type": "--os-type",
    "os_state": "--os-state",
    "hyper_v_generation": "--generation",
    "architecture": "--architecture",
    "security_type": "--security-type",
    "publisher": "--publisher",
    "offer": "--offer",
    "sku": "--sku",
    "consumers": "--consumer",
}
"""The options of `labs add-image` by attribute of GivenImage."""

CONSUMERS: Final[tuple[Consumer, ...]] = get_args(Consumer)
"""Those who can use an image."""

SYSTEM: Final = ("os_type", "os_state", "hyper_v_generation", "architecture", "security_type")
"""What describes the system of an image."""
_HINTS: Final = {
    "os_state": " (Generalized if Sysprep or waagent -deprovision ran before it was captured, else Specialized)"
}


@dataclass(frozen=True, slots=True)
class GivenImage:
    """What a person says about a new image; None, or no consumers, where nothing was said.

    `suited_to` is the service whose rules the image is to meet.
    """

    os_type: str | None = None
    os_state: str | None = None
    hyper_v_generation: str | None = None
    architecture: str | None = None
    security_type: str | None = None
    publisher: str | None = None
    offer: str | None = None
    sku: str | None = None
    description: str | None = None
    consumers: tuple[Consumer, ...] = ()
    suited_to: Consumer | None = None


def choices(key: str) -> tuple[str, ...]:
    """The values that a key of an image can have."""
    return get_args(Image.model_fields[key].annotation)


def image_entry(
    name: str,
    source: tuple[str, ObservedSource | None],
    given: GivenImage,
    catalogue: Catalogue,
    settings: Settings,
) -> dict[str, Any]:
    """The entry of the image `name`, without its versions and without keys that have their default.

    `source` is the kind of the first version's source, and what Azure tells of it (None for a VHD). Publisher, if
    nobody says it, is that of the other images, or else the gallery's name; offer and SKU are the image's name.
    Consumers, if nobody says them, are the services that the stack attaches the gallery to. An image that is to suit a
    service is for it alone, and has what it demands where there is one value and the source does not tell another.

    Raises NewVersionError with everything that is missing, wrong, or contradicts the source.
    """
    kind, seen = source
    problem = name_problem(name)
    problems = [problem] if problem else []
    if seen is not None and seen.missing:
        raise NewVersionError("\n".join([*problems, f"--source: {seen.id} cannot be read: {seen.failure}"]))
    if seen is not None and seen.unseen == "tenant":
        ways = way_out("tenant", parse(seen.id).subscription)
        raise NewVersionError("\n".join([*problems, f"--source: {seen.id} cannot be read: {seen.failure}. {ways}"]))
    if (kind, given.os_state) == ("vm", "Generalized") and seen is not None and seen.os_state == "Specialized":
        problems.append(
            f"{OPTIONS['os_state']} Generalized contradicts Azure, where {seen.id} is not marked as generalized; "
            f"{_lowered(generalized_first(seen.id, Commands.of(settings)))}; or leave {OPTIONS['os_state']} out for a "
            "copy of that machine"
        )
        given = replace(given, os_state=None)
    entry: dict[str, Any] = {"description": given.description}
    entry["consumers"] = list(given.consumers) or _consumers(settings)
    if given.suited_to is not None:
        given, entry["consumers"] = _as_demanded(given, (kind, seen), problems), [given.suited_to]
    labs_take = SUPPORTED if is_for_lab_services(entry["consumers"] or None) else {}
    for key in SYSTEM:
        entry[key] = _agreed(key, (kind, seen), getattr(given, key), labs_take.get(key), problems)
    entry["identifier"] = {
        "publisher": given.publisher or _publisher(catalogue, settings, problems),
        "offer": given.offer or name,
        "sku": given.sku or name,
    }
    plan = seen.purchase_plan if seen is not None else None
    entry["purchase_plan"] = dict(zip(("name", "product", "publisher"), plan or (), strict=False))
    ordered = {key: entry[key] for key in Image.model_fields if entry.get(key)}
    kept = {key: value for key, value in ordered.items() if value != Image.model_fields[key].default}
    if not problems:
        problems += _invalid(kept)
    if problems:
        raise NewVersionError("\n".join(problems))
    return kept


def _agreed(
    key: str, source: tuple[str, ObservedSource | None], said: str | None, labs_take: str | None, problems: list[str]
) -> str | None:
    """The value from Azure, else from the user; appends what is missing or contradicts.

    `labs_take` is the only value that the image may have, None if it may have any.
    """
    kind, seen = source
    found = _found(key, source)
    option = OPTIONS[key]
    if found is not None and said is not None and found != said:
        advice = f"; leave {option} out"
        if labs_take is not None and found != labs_take:
            advice = (
                f", and labs take {labs_take} only: name another source ({MAKE_AN_IMAGE}), or give --consumer other"
            )
        problems.append(f"{option} {said} contradicts Azure, where the source is {found}{advice}")
    value = found or said
    if value is None and Image.model_fields[key].is_required():
        why = f", for it cannot be read ({seen.failure})" if seen is not None and seen.failure else ""
        problems.append(
            f"{option} is missing: the {KINDS[kind].noun} does not tell it{why}; give {option} "
            f"{' or '.join(choices(key))}{_HINTS.get(key, '')}"
        )
    return value


def _found(key: str, source: tuple[str, ObservedSource | None]) -> str | None:
    """What Azure tells of the source."""
    kind, seen = source
    found: str | None = getattr(seen, key) if seen is not None else None
    return "Generalized" if found is None and key == "os_state" and KINDS[kind].is_generalized else found


def _as_demanded(given: GivenImage, source: tuple[str, ObservedSource | None], problems: list[str]) -> GivenImage:
    """What was said, with what the service demands where nothing tells it; appends what contradicts the service."""
    service = given.suited_to
    if service is None:
        return given
    filled: dict[str, Any] = {}
    for key, demand in demanded(service).items():
        found, said = _found(key, source), getattr(given, key)
        if found is not None and found not in demand.accepted:
            problems.append(_wrong_source(service, demand, found))
            filled[key] = None
        elif said is not None and said not in demand.accepted:
            problems.append(_wrong_value(service, demand, said))
            filled[key] = demand.accepted[0]
        elif found is None and said is None:
            filled[key] = _demanded_value(key, _default(key), demand)
    return replace(given, **filled)


def suited_keys(
    keys: Mapping[str, Any], given: GivenImage, service: Consumer, source: tuple[str, ObservedSource | None]
) -> dict[str, Any]:
    """The keys of an image, as the catalogue writes them, made to suit a service; what was said goes before.

    Raises NewVersionError with everything in the source, and everything that was said, that the service does not take;
    and if the model is of another operating system.
    """
    said = {key: value for key in SYSTEM if (value := getattr(given, key)) is not None}
    made: dict[str, Any] = {**keys, **said, "consumers": [service]}
    rules = demanded(service)
    problems = [
        _wrong_source(service, demand, found)
        for key, demand in rules.items()
        if (found := _found(key, source)) is not None and found not in demand.accepted
    ]
    problems += [
        _wrong_value(service, rules[key], value)
        for key, value in said.items()
        if key in rules and value not in rules[key].accepted
    ]
    system, rule = None if "os_type" in said else keys.get("os_type"), rules.get("os_type")
    if rule is not None and system is not None and system not in rule.accepted:
        # Another generation or state is built anew from the same software; another system is no twin.
        problems.append(
            f"{_refusal(service, rule)}, and the image of --like is {system}; name another one in --like, or leave "
            "it out"
        )
    if problems:
        raise NewVersionError("\n".join(problems))
    for key, demand in rules.items():
        made[key] = _demanded_value(key, made.get(key, _default(key)), demand)
    usual = {key for key in SYSTEM if key not in keys and key not in said and made.get(key) == _default(key)}
    return {key: made[key] for key in Image.model_fields if key in made and key not in usual}


def _default(key: str) -> Any:
    """The value of a key that is not written; none of Azure's where it has to be."""
    field = Image.model_fields[key]
    return None if field.is_required() else field.default


def _demanded_value(key: str, value: str | None, demand: Demand) -> str | None:
    """A value that the service takes: this one if it does, else the one that its document names first.

    None where nothing tells it, no default is there, and the service takes several: then a person has to say it.
    """
    if value in demand.accepted:
        return value
    is_open = Image.model_fields[key].is_required() and len(demand.accepted) > 1
    return None if is_open else demand.accepted[0]


def unseen_demands(service: Consumer, kind: str) -> list[str]:
    """What a service demands of a new image that its source, of this kind, does not tell: a person has to look."""
    tells_state = KINDS[kind].is_generalized or kind in {"vm", "gallery_version"}
    return [
        f"Look yourself: {SERVICES[service].name} demands {demand.says} ({demand.source}, {demand.dated})."
        for demand in SERVICES[service].demands
        if demand.certain and (demand.property == "guest" or (demand.property == "os_state" and not tells_state))
    ]


def _refusal(service: Consumer, demand: Demand) -> str:
    return f"--for {service}: {SERVICES[service].name} demands {demand.says} ({demand.source}, {demand.dated})"


def _wrong_source(service: Consumer, demand: Demand, found: str) -> str:
    return f"{_refusal(service, demand)}, and the source is {found} in Azure; name another source"


def _wrong_value(service: Consumer, demand: Demand, said: str) -> str:
    """What is wrong with a value that somebody gave."""
    option = OPTIONS[demand.property]
    advice = f"leave {option} out" if len(demand.accepted) == 1 else f"give {' or '.join(demand.accepted)}"
    return f"{_refusal(service, demand)}, and {option} is {said}; {advice}"


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _publisher(catalogue: Catalogue, settings: Settings, problems: list[str]) -> str:
    known = {image.identifier.publisher.lower(): image.identifier.publisher for image in catalogue.images.values()}
    if len(known) > 1:
        problems.append(f"--publisher is missing, for the other images have several: {', '.join(known.values())}")
    return next(iter(known.values()), settings.gallery_name)


def _consumers(settings: Settings) -> list[Consumer]:
    attached: dict[Consumer, bool] = {
        LAB_SERVICES: bool(settings.lab_services),
        "devtest_labs": bool(settings.dev_test_lab_ids),
    }
    return [consumer for consumer, uses in attached.items() if uses]


def _invalid(entry: Mapping[str, Any]) -> list[str]:
    try:
        Image.model_validate({**entry, "versions": {"1.0.0": {"source": {EXISTING: True}}}})
    except ValidationError as error:
        found = field_errors_of(error, Image, lambda _: None)
        return [f"{OPTIONS.get(str(path[-1]), dotted(path))}: {message}" for path, message in dict.fromkeys(found)]
    return []


def options_of(given: GivenImage) -> list[str]:
    """The options that were given, description aside."""
    return [OPTIONS[key] for key, value in asdict(given).items() if value not in (None, ()) and key in OPTIONS]
