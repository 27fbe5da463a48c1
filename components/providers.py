"""The azure-native provider of a subscription, always explicit: no stack runs against whatever `az` is logged in to."""

from __future__ import annotations

import os

from pulumi import ProviderResource, ResourceOptions

from components.azure_resource import azure_native


def azure_provider(subscription_id: str, opts: ResourceOptions | None = None) -> ProviderResource:
    """The provider with which everything in this subscription is declared.

    It signs in with the variables of the environment. The cloud is handed on as an input, so that the state
    shows it: `public` unless ARM_ENVIRONMENT names another.
    """
    inputs = {"subscriptionId": subscription_id, "environment": os.environ.get("ARM_ENVIRONMENT") or "public"}
    return azure_native(f"azure-native:{subscription_id}", inputs, opts)
