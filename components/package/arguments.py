"""The arguments of the component as the engine sends them, made plain: known, no secrets, and only known names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import Computed, PropertyValue
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_VALUE

from catalog.files.diagnostic import dotted
from catalog.files.document import of_value
from catalog.files.similar import nearest
from catalog.images.catalogue import Catalogue, of_document
from catalog.stacks.settings import KEYS, Settings, SettingsError, read_settings
from components.package.schema import DEFAULTS, IMAGES, arguments

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


def plain(inputs: Inputs) -> dict[str, Any]:
    """The arguments in plain types, without those that are not set.

    Raises ArgumentsError for each that is unknown, secret, or none of the component's.
    """
    findings = list(_misspelt(inputs))
    for name, value in inputs.items():
        findings += [f"{dotted(path)}: {reason}" for path, reason in _unusable((name,), value)]
    if findings:
        raise ArgumentsError(findings)
    return {name: found for name, value in inputs.items() if (found := plain_value(value)) is not None}


def settings_of(given: Mapping[str, Any], subscription: str | None, *, project: str, stack: str) -> Settings:
    """The settings in plain arguments. `subscription` is that of the provider's configuration.

    Raises ArgumentsError with everything that is wrong with them.
    """
    values = {key: given.get(key) for key in KEYS} | {"subscriptionId": given.get("subscriptionId", subscription)}
    wrong = list(_wrong_place(given))
    if wrong and "catalog" in given:
        values.pop("catalog")
    try:
        settings = read_settings(values, project=project, stack=stack)
    except SettingsError as error:
        raise ArgumentsError([*wrong, *(f"{dotted(path)}: {message}" for path, message in error.errors)]) from None
    if wrong:
        raise ArgumentsError(wrong)
    return settings


def _wrong_place(given: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with where the catalogue stands: in two places, or not whole in one."""
    inline = [key for key in (IMAGES, DEFAULTS) if key in given]
    if "catalog" in given:
        yield from (f"{key}: catalog names a file with it already; keep one" for key in inline)
    elif inline == [DEFAULTS]:
        yield (
            "defaults: there are no images beside it, so the stack would have none, and no file is read; pass images, "
            "too, or write the defaults into the file that catalog names"
        )


def inline_catalogue(given: Mapping[str, Any]) -> Catalogue | None:
    """The catalogue that stands in plain arguments; None if none does.

    Raises InvalidFile with every mistake, by its path.
    """
    content = {key: given[key] for key in (DEFAULTS, IMAGES) if key in given}
    return of_document(of_value(content, file="LabImageGallery")) if content else None


def _misspelt(inputs: Inputs) -> Iterator[str]:
    known = arguments()
    for name in sorted(inputs.keys() - known):
        near = nearest(name, known)
        yield f"{name}: there is no such argument" + (f"; write {near[0]}" if near else "")


def _unusable(path: Path, value: PropertyValue) -> Iterator[tuple[Path, str]]:
    inner = value.value
    if value.is_secret:
        yield path, PLAIN_ONLY
    elif isinstance(inner, Computed) or inner == UNKNOWN_VALUE:
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
