"""The azure-native provider of a subscription, always explicit: no stack runs against whatever `az` is logged in to."""

from __future__ import annotations

import os

from pulumi import ResourceOptions
from pulumi_azure_native.provider import Provider


def azure_provider(subscription_id: str, opts: ResourceOptions | None = None) -> Provider:
    """The provider with which everything in this subscription is declared.

    It signs in with the variables of the environment. The cloud has to be handed on: given to no explicit provider,
    the SDK would write `public` and so overrule ARM_ENVIRONMENT.
    """
    return Provider(
        f"azure-native:{subscription_id}",
        subscription_id=subscription_id,
        environment=os.environ.get("ARM_ENVIRONMENT") or "public",
        opts=opts,
    )
