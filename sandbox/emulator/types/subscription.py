"""Subscriptions."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType


class Subscription(ResourceType):
    """A subscription; it is seeded, not made by requests."""

    type = "Microsoft.Resources/subscriptions"
    api_versions = ("2016-06-01", "2019-06-01", "2020-01-01", "2021-01-01", "2022-12-01")
    tracked = False
    methods = ("GET", "HEAD")

    def show(self, resource: Resource, context: Context) -> Json:
        """Return a subscription, which has no `properties`."""
        subscription = resource.path.name
        return {
            "id": f"/subscriptions/{subscription}",
            "subscriptionId": subscription,
            "displayName": resource.properties["displayName"],
            "state": "Enabled",
        }

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return every subscription."""
        return [self.show(resource, context) for resource in context.state.of_type(self.type)]
