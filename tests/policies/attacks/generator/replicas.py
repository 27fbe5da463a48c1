"""Where the oracle lets replicas lie, and where a version is the latest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.policies.attacks.generator.values import ELSEWHERE, MOST_REPLICAS, Sure, any_region, number, region


@dataclass(frozen=True)
class Replicas:
    """Replicas of a version, by canonical region: how many, and whether it is excluded from latest there."""

    sure: Sure
    by_region: dict[str, tuple[float, Any]]

    @property
    def total(self) -> float:
        """Replicas over all regions."""
        return sum(count for count, _ in self.by_region.values())


def replicas(home: Any, targets: list[tuple[Any, Any, Any]]) -> Replicas:
    """Replicas in (name, count, excluded) of each target: in one geography, once, at home too, 100 at most."""
    by_region: dict[str, tuple[float, Any]] = {}
    sure = Sure.GOOD if region(home) else Sure.BAD
    for name, count, excluded in targets:
        found, many = region(name), number(count)
        if found is None or found in by_region or many is None or many < 1 or not many.is_integer():
            sure = Sure.BAD
        by_region[found or repr(name)] = (many or 0, excluded)
    if any_region(home) in ELSEWHERE and any(any_region(name) in ELSEWHERE for name, _, _ in targets):
        return Replicas(Sure.DOUBTFUL, by_region)  # another geography, perhaps as a whole
    total = sum(count for count, _ in by_region.values())
    if region(home) not in by_region or total > MOST_REPLICAS:
        sure = Sure.BAD
    return Replicas(sure, by_region)


def of_component(home: Any, targets: Any) -> Replicas:
    """Replicas of a component's version."""
    if not isinstance(targets, list) or not all(isinstance(each, dict) for each in targets):
        return Replicas(Sure.BAD, {})
    return replicas(home, [(each.get("name"), each.get("replicas"), each.get("excludeFromLatest")) for each in targets])


def of_raw(location: Any, publishing: Any) -> Replicas:
    """Replicas of a version that is declared without the component; without targets one at its own location."""
    if publishing is None:
        publishing = {}
    if not isinstance(publishing, dict):
        return Replicas(Sure.BAD, {})
    everywhere = publishing.get("replicaCount")
    targets = publishing.get("targetRegions")
    extended = publishing.get("targetExtendedLocations")
    if targets is None or targets == []:
        targets = [{"name": location}]
    if not isinstance(targets, list) or not all(isinstance(each, dict) for each in targets):
        return Replicas(Sure.BAD, {})
    found = replicas(
        location, [(each.get("name"), _count(each, everywhere), each.get("excludeFromLatest")) for each in targets]
    )
    return Replicas(max(found.sure, Sure.BAD if extended not in (None, []) else Sure.GOOD), found.by_region)


def offered(everywhere: Any, there: Any) -> bool | None:
    """Whether a version may be the latest in a region; None if that is not known."""
    values = [False if value is None or value == 0 else value for value in (everywhere, there)]
    if True in values:
        return False
    return True if all(value is False for value in values) else None


def _count(target: dict[str, Any], everywhere: Any) -> Any:
    own = target.get("regionalReplicaCount")
    first = everywhere if own is None else own
    return 1 if first is None else first
