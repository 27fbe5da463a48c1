"""A resource whose operations are this repository's own code, wherever that code runs.

In the program it is a dynamic resource: the state names the class of its operations, and the engine starts them with
the program's interpreter. A program of somebody else has no such interpreter, so there the package's own process, which
declares the resource, also serves it, under a type of the package.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, Final

from pulumi import Alias, CustomResource, ProviderResource, ResourceOptions
from pulumi.dynamic import Resource, ResourceProvider

PACKAGE: Final = "lab-image-gallery"
MODULE: Final = f"{PACKAGE}:index"

serving: ContextVar[ProviderResource | None] = ContextVar("serving", default=None)
"""The provider that this process serves; None in the program."""


class OwnResource(Resource):
    """A dynamic resource, or one of the package that has the dynamic one of the same name as its alias."""

    def __init__(
        self, operations: ResourceProvider, name: str, inputs: dict[str, Any], opts: ResourceOptions | None = None
    ) -> None:
        provider = serving.get()
        if provider is None:
            super().__init__(operations, name, inputs, opts)
            return
        dynamic = f"pulumi-python:{self._resource_type_name}"
        earlier = [Alias(type_=dynamic), *(_of_type(alias, dynamic) for alias in _aliases(opts))]
        own = ResourceOptions(provider=provider, aliases=earlier)
        kind = f"{MODULE}:{type(self).__name__}"
        CustomResource.__init__(self, kind, name, inputs, ResourceOptions.merge(opts, own))


def _aliases(opts: ResourceOptions | None) -> Iterator[Alias]:
    for alias in (opts.aliases if opts else None) or ():
        if isinstance(alias, Alias):
            yield alias


def _of_type(alias: Alias, type_: str) -> Alias:
    """The same alias for a resource that had another type as well."""
    typed = copy.copy(alias)
    typed.type_ = type_
    return typed
