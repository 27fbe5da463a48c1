"""Microsoft.LabServices/labaccounts: lab accounts."""

from __future__ import annotations

from typing import ClassVar

from sandbox.emulator.form import FLAG, OBJECTS, Field, Form
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.types.resource_type import ResourceType, WriteRequest

LAB_ACCOUNT_CLOSED = rule(
    "lab-account-closed",
    "New lab accounts cannot be created; existing ones can be changed and deleted.",
    evidence=Evidence.DOCUMENT,
    where="Azure Lab Services retirement guide",
)


class LabAccount(ResourceType):
    """A lab account."""

    type = "Microsoft.LabServices/labaccounts"
    api_versions = ("2019-01-01-preview", "2018-10-15", "2017-12-01-preview")
    seeded: ClassVar[Json] = {"enabledRegionSelection": False}
    seed_form: ClassVar[Form] = {"enabledRegionSelection": Field(FLAG), "marketplaceImages": Field(OBJECTS)}

    def check(self, write: WriteRequest) -> None:
        """Refuse a new lab account."""
        if write.existing is None:
            raise LAB_ACCOUNT_CLOSED.unknown_answer(
                f"The lab account '{write.path.name}' cannot be created: Azure Lab Services takes no new lab "
                "accounts. Use a lab account that exists."
            )
