"""The arguments of a component as the engine sends them, made plain: known, no secrets, and only known names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_VALUE

from catalog.files.diagnostic import InvalidFile, dotted
from catalog.files.document import of_value
from catalog.files.similar import nearest
from catalog.images.catalogue import Catalogue, of_document
from catalog.stacks.settings import KEYS, Settings, SettingsError, read_settings
from components.package.parts import CATALOG, DEFAULTS, DEFINITION, IMAGE, IMAGES, ONE_OF, SUBSCRIPTION, WHOLE, Part

Path = tuple[str | int, ...]
Inputs = Mapping[str, PropertyValue]

UNKNOWN = (
    "is not known before an update, so nothing can be planned or checked, and nothing is guessed. Pass a value that is "
    "known now, such as the name or id itself or a value of the stack's configuration; or deploy first what it comes "
    "from: pulumi up --target URN"
)
PLAIN_ONLY = (
    "is a secret, but what is made from it stands in Azure and in the state as plain text, so it is not taken. Pass it "
    "as plain text: pulumi config set KEY VALUE, without --secret"
)


class ArgumentsError(Exception):
    """The arguments cannot be used; `findings` are all reasons, each a line."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(findings))


def plain(inputs: Inputs, part: Part = WHOLE, unknown: str | None = None) -> dict[str, Any]:
    """The arguments in plain types, without those that are not set, and without `unknown` where it is.

    Raises ArgumentsError for each that is unknown, secret, or none of the component's, and that is missing.
    """
    findings = list(_misspelt(inputs, part))
    for name, value in inputs.items():
        if not (name == unknown and _is_unknown(value)):
            findings += [f"{dotted(path)}: {reason}" for path, reason in _unusable((name,), value)]
    given = {name: found for name, value in inputs.items() if (found := plain_value(value)) is not None}
    findings += [f"{name}: is missing; set it" for name in part.required if name not in given]
    if findings:
        raise ArgumentsError(findings)
    return {name: found for name, found in given.items() if not _is_unknown(inputs[name])}


def settings_of(given: Mapping[str, Any], subscription: str | None, *, project: str, stack: str) -> Settings:
    """The settings in plain arguments. `subscription` is that of the provider's configuration.

    Raises ArgumentsError with everything that is wrong with them.
    """
    values = {key: given.get(key) for key in KEYS} | {SUBSCRIPTION: given.get(SUBSCRIPTION, subscription)}
    values |= {setting: [given[name]] for name, setting in ONE_OF.items() if name in given}
    wrong = list(_wrong_place(given))
    if wrong and CATALOG in given:
        values.pop(CATALOG)
    try:
        settings = read_settings(values, project=project, stack=stack)
    except SettingsError as error:
        found = (f"{dotted(_as_given(path, given))}: {message}" for path, message in error.errors)
        raise ArgumentsError([*wrong, *found]) from None
    if wrong:
        raise ArgumentsError(wrong)
    return settings


def _wrong_place(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with where the catalogue stands: in two places, or not whole in one."""
    inline = [key for key in (IMAGES, DEFAULTS) if key in given]
    if CATALOG in given:
        yield from (f"{key}: catalog names a file with it already; keep one" for key in inline)
    elif inline == [DEFAULTS] and IMAGE not in given:
        yield (
            "defaults: there are no images beside it, so the stack would have none, and no file is read; pass images, "
            "too, or write the defaults into the file that catalog names"
        )


def _as_given(path: Path, given: Mapping[str, Any]) -> Path:
    """The path of a setting as the arguments spell it."""
    one = next((name for name, setting in ONE_OF.items() if name in given and path[0] == setting), None)
    return path if one is None else (one, *path[2:])


def inline_catalogue(given: Mapping[str, Any], component: str = WHOLE.name) -> Catalogue | None:
    """The catalogue that stands in plain arguments; None if none does.

    Raises InvalidFile with every mistake, by its path.
    """
    content = {key: given[key] for key in (DEFAULTS, IMAGES) if key in given}
    return of_document(of_value(content, file=component)) if content else None


def catalogue_of_one(given: Mapping[str, Any], component: str) -> Catalogue:
    """The catalogue of the one image in plain arguments. Raises InvalidFile with every mistake, by its path."""
    name = given[IMAGE]
    content = {IMAGES: {name: given[DEFINITION]}, **({DEFAULTS: given[DEFAULTS]} if DEFAULTS in given else {})}
    try:
        return of_document(of_value(content, file=component))
    except InvalidFile as error:
        place = dotted((IMAGES, name))
        raise InvalidFile(replace(found, key=_in_definition(found.key, place)) for found in error.diagnostics) from None


def _in_definition(key: str, place: str) -> str:
    """The path of a mistake below `place`, the image in a catalogue, as the arguments have it."""
    if key == place:
        return IMAGE
    return f"{DEFINITION}{key.removeprefix(place)}" if key.startswith(f"{place}.") else key


def _misspelt(inputs: Inputs, part: Part) -> Iterator[str]:
    for name in sorted(inputs.keys() - part.arguments):
        near = nearest(name, part.arguments)
        yield f"{name}: there is no such argument" + (f"; write {near[0]}" if near else "")


def _is_unknown(value: PropertyValue) -> bool:
    return isinstance(value.value, Computed) or value.value == UNKNOWN_VALUE


def _unusable(path: Path, value: PropertyValue) -> Iterator[tuple[Path, str]]:
    inner = value.value
    if value.is_secret:
        yield path, PLAIN_ONLY
    elif _is_unknown(value):
        yield path, UNKNOWN
    elif isinstance(inner, Mapping):
        for key, each in inner.items():
            yield from _unusable((*path, key), each)
    elif isinstance(inner, Sequence) and not isinstance(inner, str):
        for place, each in enumerate(inner):
            yield from _unusable((*path, place), each)


def plain_value(value: PropertyValue) -> Any:
    """A value in plain types."""
    inner = value.value
    if isinstance(inner, Mapping):
        return {key: plain_value(each) for key, each in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain_value(each) for each in inner]
    # Every number comes as a float.
    return int(inner) if isinstance(inner, float) and inner.is_integer() else inner
