"""A resource as policies get it: plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_image_policies.model.resource_kind import ResourceKind


@dataclass(frozen=True, slots=True)
class Resource:
    """`type` is the token of the program; `properties` are the inputs, in a policy of the whole stack the outputs.

    `parent_urn` is empty without a parent. `feeding` are the resources of the same stack that its properties come
    from, by the name of the property, filled in once all are known; policies of the whole stack have them only.
    """

    kind: ResourceKind
    type: str
    urn: str
    name: str
    properties: Mapping[str, object]
    parent_urn: str = ""
    feeding: dict[str, list[Resource]] = field(default_factory=dict)
