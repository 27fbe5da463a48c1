"""Subscriptions."""

from __future__ import annotations

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource import Resource
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest

SUBSCRIPTION_FIXED = rule(
    "subscription-fixed",
    "Subscriptions are not made or changed through their own path.",
    evidence=Evidence.DOCUMENT,
    where="Azure's REST reference has no such operation; status 405 is UNVERIFIED",
)


class Subscription(ResourceType):
    """A subscription; it is seeded, not made by requests."""

    type = "Microsoft.Resources/subscriptions"
    api_versions = ("2016-06-01", "2019-06-01", "2020-01-01", "2021-01-01", "2022-12-01")
    tracked = False

    def check(self, write: WriteRequest) -> None:
        """Refuse every write."""
        raise SUBSCRIPTION_FIXED.refusal(405, "MethodNotAllowed", "A subscription cannot be written here.")

    def check_delete(self, resource: Resource, context: Context) -> None:
        """Refuse every deletion."""
        raise SUBSCRIPTION_FIXED.refusal(405, "MethodNotAllowed", "A subscription cannot be deleted here.")

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
