"""Differences between property values, and their application to a third value.

The rules are those of the azure-native provider's public source: inputs are compared with inputs, arrays by
position, a key is named down to the leaf that changed, and what is new or gone is named where it hangs.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any


class Change(Enum):
    """What happened to a property."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Change]:
    """Changes from `old` to `new`, by property path such as `publishingProfile.targetRegions[1].name`.

    Another spelling of the top-level `location` (`Korea Central`, `koreacentral`) and another case of the top-level
    `resourceGroupName` are no change (`applyAzureSpecificDiff`).
    """
    changes = dict(_object_changes(old, new, ""))
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


def _object_changes(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[tuple[str, Change]]:
    for name in old | new:
        key = _key(path, name)
        if name not in new:
            yield key, Change.DELETE
        elif name not in old:
            yield key, Change.ADD
        else:
            yield from _value_changes(old[name], new[name], key)


def _value_changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _object_changes(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            key = f"{path}[{index}]"
            if index >= len(new):
                yield key, Change.DELETE
            elif index >= len(old):
                yield key, Change.ADD
            else:
                yield from _value_changes(old[index], new[index], key)
    elif _differ(old, new):
        yield path, Change.UPDATE


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
    return next(_value_changes(old, new, ""), None) is not None
