"""Resource groups."""

from __future__ import annotations

import re

from sandbox.emulator.arm_path import ArmPath
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest, canonical

ALLOWED = re.compile(r"[\w\-.()]+")
"""What a name is made of; anything else is invalid."""
LONGEST = 90

GROUP_NAME = rule(
    "group-name",
    "A resource group's name has 1-90 letters, digits, underscores, hyphens, periods and parentheses and does "
    "not end with a period.",
    evidence=Evidence.QUOTED,
    where="Azure/azure-cli issue 14481, with code and text, for the characters; Naming rules for Azure resources",
)
GROUP_LOCATION = rule(
    "group-location",
    "The location of a resource group cannot change.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public threads, with code and text",
)


class ResourceGroup(ResourceType):
    """A resource group; its deletion takes everything in it along."""

    type = "Microsoft.Resources/resourceGroups"
    route = "Microsoft.Resources/subscriptions/resourceGroups"
    api_versions = (
        "2020-10-01",
        "2021-01-01",
        "2021-04-01",
        "2022-09-01",
        "2023-07-01",
        "2024-03-01",
        "2024-07-01",
        "2024-11-01",
        "2025-03-01",
        "2025-04-01",
    )

    def check_place(self, write: WriteRequest) -> None:
        """Refuse a bad location, a changed one with the error of resource groups."""
        sent = write.body.get("location")
        if write.existing and isinstance(sent, str) and canonical(sent) != write.existing.location:
            raise GROUP_LOCATION.refusal(
                409,
                "InvalidResourceGroupLocation",
                f"Invalid resource group location '{sent}'. The Resource group already exists in location "
                f"'{write.existing.location}'.",
            )
        super().check_place(write)

    def check(self, write: WriteRequest) -> None:
        """Refuse a bad name."""
        invalid = ALLOWED.sub("", write.path.name)
        if invalid:
            raise GROUP_NAME.refusal(
                400,
                "InvalidResourceGroup",
                f"The provided resource group name '{write.path.name}' has these invalid characters: "
                f"'{invalid}'. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
            )
        if len(write.path.name) > LONGEST or write.path.name.endswith("."):
            raise GROUP_NAME.unknown_answer(
                f"The resource group name '{write.path.name}' has more than {LONGEST} characters or ends with a period."
            )

    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the resource groups of a subscription."""
        return [self.show(found, context) for found in context.state.of_type(self.route, container=path.container)]
