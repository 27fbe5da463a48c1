"""Plain values from the proxies of the policy SDK.

The SDK's proxies raise at any access to a value that is not known yet, also at `in` and `.get`, are neither dict nor
list, and give every number as a float. `plain` returns dicts and lists, with `Fault.UNKNOWN` for such a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pulumi_policy.proxy import UnknownValueError

from lab_image_policies.model.fault import Fault

# Tested first, since nearly every value is one of these and a test for Mapping is slow.
_DEEPEST: Final = 150
_SIMPLE: Final = frozenset({str, float, int, bool, type(None)})


class Properties(Mapping[str, Any]):
    """The properties of a resource, each made plain on access: most policies need few of them."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def __getitem__(self, key: str) -> Any:
        return _item(self._given, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def plain(value: object, depth: int = _DEEPEST) -> Any:
    """A proxy as dict, list, str, float, bool or None; unknowns anywhere inside as `Fault.UNKNOWN`.

    Secrets come unwrapped from the SDK. Anything else, such as an asset, stays as it is. What lies deeper than `depth`
    levels is `Fault.MALFORMED`: nothing that a policy reads does.
    """
    if type(value) in _SIMPLE:
        return value
    if depth == 0:
        return Fault.MALFORMED
    if isinstance(value, Mapping):
        return {key: _item(value, key, depth - 1) for key in value}
    if isinstance(value, Sequence):
        return [_item(value, index, depth - 1) for index in range(len(value))]
    return value


def _item(container: Any, key: object, depth: int = _DEEPEST) -> Any:
    try:
        item = container[key]
    except UnknownValueError:
        return Fault.UNKNOWN
    return item if type(item) in _SIMPLE else plain(item, depth)
