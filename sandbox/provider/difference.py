"""Differences between property values, and their application to a third value.

The rules are those of the azure-native provider's public source (pulumi/pulumi-azure-native,
provider/pkg/provider/diff.go): inputs are compared with inputs; a key is named down to the leaf that changed, and what
is new or gone is named where it hangs; arrays are compared by position, but those whose items have identifiers
(`x-ms-identifiers` of the OpenAPI specification) by these, so that their order is no change (`diffKeyedArrays`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import zip_longest
from typing import Any, NamedTuple

_ABSENT = object()


class Change(Enum):
    """What happened to a property."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


Identifiers = Mapping[str, tuple[str, ...]]
"""Names of the properties that identify the items of an array, by its path without positions."""


def differences(old: dict[str, Any], new: dict[str, Any], identifiers: Identifiers | None = None) -> dict[str, Change]:
    """Changes from `old` to `new`, by property path such as `publishingProfile.targetRegions[1].name`.

    Another spelling of the top-level `location` (`Korea Central`, `koreacentral`) and another case of the top-level
    `resourceGroupName` are no change (`applyAzureSpecificDiff`).
    """
    changes = dict(_object_changes(old, new, _Place("", ""), identifiers or {}))
    for name, canonical in (("location", _canonical), ("resourceGroupName", str.lower)):
        spelled = [values.get(name) for values in (old, new)]
        if all(isinstance(value, str) for value in spelled) and len({canonical(str(value)) for value in spelled}) == 1:
            changes.pop(name, None)
    return changes


def top_level(path: str) -> str:
    """The input that a property path lies in."""
    return path.partition(".")[0].partition("[")[0]


def _canonical(location: str) -> str:
    return location.replace(" ", "").lower()


class _Place(NamedTuple):
    """Where a value is: `path` with positions, as the engine is answered, `plain` without, as types name it."""

    path: str
    plain: str

    def under(self, name: str) -> _Place:
        return _Place(_key(self.path, name), f"{self.plain}.{name}" if self.plain else name)

    def at(self, index: int) -> _Place:
        return self._replace(path=f"{self.path}[{index}]")


def _object_changes(
    old: dict[str, Any], new: dict[str, Any], place: _Place, identifiers: Identifiers
) -> Iterator[tuple[str, Change]]:
    for name in old | new:
        inner = place.under(name)
        if name not in new:
            yield inner.path, Change.DELETE
        elif name not in old:
            yield inner.path, Change.ADD
        else:
            yield from _value_changes(old[name], new[name], inner, identifiers)


def _value_changes(old: Any, new: Any, place: _Place, identifiers: Identifiers) -> Iterator[tuple[str, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _object_changes(old, new, place, identifiers)
    elif isinstance(old, list) and isinstance(new, list):
        for index, before, after in _paired(old, new, identifiers.get(place.plain)):
            if after is _ABSENT:
                yield place.at(index).path, Change.DELETE
            elif before is _ABSENT:
                yield place.at(index).path, Change.ADD
            else:
                yield from _value_changes(before, after, place.at(index), identifiers)
    elif _differ(old, new):
        yield place.path, Change.UPDATE


def _paired(old: list[Any], new: list[Any], names: tuple[str, ...] | None) -> Iterator[tuple[int, Any, Any]]:
    """Items that belong together, with the position in `new`, or in `old` for what is gone.

    Of several items with the same identifiers the last one counts, and what is no object is passed over.
    """
    if names is None:
        yield from ((index, *both) for index, both in enumerate(zip_longest(old, new, fillvalue=_ABSENT)))
        return
    before = {_identity(item, names): (index, item) for index, item in enumerate(old) if isinstance(item, dict)}
    after = [(index, _identity(item, names), item) for index, item in enumerate(new) if isinstance(item, dict)]
    for index, identity, item in after:
        yield index, before[identity][1] if identity in before else _ABSENT, item
    for identity in before.keys() - {identity for _, identity, _ in after}:
        index, item = before[identity]
        yield index, item, _ABSENT


def _identity(item: dict[str, Any], names: tuple[str, ...]) -> str:
    return repr([item.get(name) for name in names])


def _differ(old: Any, new: Any) -> bool:
    """Python holds `True == 1`; the wire does not."""
    return bool(old != new) or isinstance(old, bool) is not isinstance(new, bool)


def _key(path: str, name: str) -> str:
    if any(character in name for character in '.["'):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{name}" if path else name


def applied(base: Any, old: Any, new: Any) -> Any:
    """`base` with a difference between `old` and `new` applied to it.

    `base` are inputs, `old` and `new` what Azure showed before and shows now, so `base` may be smaller, or spelled
    otherwise: a property that Azure shows as before keeps its value in `base`.
    """
    if isinstance(base, dict) and isinstance(old, dict) and isinstance(new, dict):
        kept = {name: value for name, value in base.items() if name in new or name not in old}
        for name, value in new.items():
            if name not in old or (name not in base and _changed(old[name], value)):
                kept[name] = value
            elif name in base and _changed(old[name], value):
                kept[name] = applied(base[name], old[name], value)
        return kept
    if isinstance(base, list) and isinstance(old, list) and isinstance(new, list):
        both = min(len(base), len(old))
        return [applied(base[i], old[i], value) if i < both else value for i, value in enumerate(new)]
    return new


def _changed(old: Any, new: Any) -> bool:
    return next(_value_changes(old, new, _Place("", ""), {}), None) is not None
