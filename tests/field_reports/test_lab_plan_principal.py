"""A lab plan without the principal that needs a role on the gallery is said, with the command that finds its id."""

from __future__ import annotations

from typing import Any

import pytest

from lifecycle.lab_principals import unnamed_principal
from tests.support import builders
from tests.support.builders import LAB_PLANS, SUBSCRIPTION

PLAN = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/contoso"
FINDS = "az ad sp show --id c7bb12bf-0b39-4f7f-9171-f418ff39b76a --query id --output tsv"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, False),
        ({"labPlanId": PLAN}, True),
        ({"labPlan": {"name": "contoso"}}, True),
        ({"labPlanId": PLAN, "labPlanServicePrincipalObjectId": LAB_PLANS}, False),
        ({"labPlanId": PLAN, "labAccountServicePrincipalObjectId": LAB_PLANS}, True),
    ],
)
def test_it_is_said_of_a_lab_plan_alone(keys: dict[str, Any], said: bool) -> None:
    text = unnamed_principal(builders.settings(**keys)) or ""
    assert (FINDS in text) is said
    assert ("the role Owner on the gallery" in text) is said
