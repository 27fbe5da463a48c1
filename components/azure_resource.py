"""Resources of the azure-native provider by their type, without the classes of its SDK.

The SDK's classes describe every property for documentation and completion. A program pays for that: importing them, a
dozen aliases of old api-versions for each resource (computing these takes longer than all the rest), an output for
each property, and a look at types wherever an input is written or an output read. What reaches the engine is the same:
a test declares everything through the SDK's classes as well, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from pulumi import CustomResource, Output, ProviderResource, ResourceOptions

PACKAGE: Final = "azure-native"


class AzureResource(CustomResource):
    """A resource of type `azure-native:MODULE:NAME`; inputs are spelled as the provider has them."""

    provisioningState: Output[str]  # noqa: N815 - the names of the outputs are those of the state

    def __init__(self, kind: str, name: str, inputs: Mapping[str, Any], opts: ResourceOptions) -> None:
        # What is None is no input, and makes an output of that name.
        declared = {**inputs, "provisioningState": None}
        super().__init__(f"{PACKAGE}:{kind}", name, declared, ResourceOptions.merge(_release(), opts))


def azure_native(name: str, inputs: Mapping[str, Any], opts: ResourceOptions | None) -> ProviderResource:
    """The provider of these resources, in the release that the SDK is pinned to."""
    return ProviderResource(PACKAGE, name, dict(inputs), ResourceOptions.merge(_release(), opts))


@cache
def _release() -> ResourceOptions:
    """The provider's release is the SDK's, which stays installed: by it the engine knows which plugin to get."""
    return ResourceOptions(version=version("pulumi_azure_native"))
