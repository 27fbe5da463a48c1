"""The whole table, in the order of its files."""

from __future__ import annotations

from typing import Final

from tests.policies.attacks import (
    carriers,
    children,
    configuration,
    consumers,
    existing,
    external,
    malformed,
    messages,
    other_routes,
    services,
    sources,
    states,
    templates,
    tokens,
    unknowns,
    visible,
)
from tests.policies.attacks.row import Row

_ROUTES = (
    tokens,
    existing,
    external,
    children,
    other_routes,
    templates,
    carriers,
    unknowns,
    consumers,
    services,
    visible,
    configuration,
    states,
    malformed,
    sources,
    messages,
)
ROWS: Final[tuple[Row, ...]] = tuple(row for route in _ROUTES for row in route.rows())
