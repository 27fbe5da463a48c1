"""What a step is about: names in Azure instead of logical names, whatever those are."""

from __future__ import annotations

from typing import Any

import pytest

from cli.report.entry import ROLE, entries
from cli.report.layout import PLAIN
from cli.report.step import Step
from tests.support.ids import GROUPS

ARM_OBJECT = "pulumi-python:dynamic/lab-image-gallery:ArmObject"
LAB = f"{GROUPS}/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/autumn"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def words(kind: str, name: str, **inputs: Any) -> str:
    (entry,) = entries([Step("create", "urn", kind, name, {}, inputs)])
    return PLAIN.item(entry.line).replace("\n    ", " ").strip().removeprefix("- create ")


@pytest.mark.parametrize("name", ["attachment:contoso-labs-0a1b2c", "attachment:0/labs/contoso-labs"])
def test_an_attachment_by_its_lab(name: str) -> None:
    attached = words(ARM_OBJECT, name, resourceId=f"{LAB}/sharedGalleries/g")
    assert attached == "attachment to lab account labs/contoso-labs"


def test_a_switch_by_its_image_and_a_plan_by_its_name() -> None:
    assert words(ARM_OBJECT, "lab-plan:gis", resourceId=f"{PLAN}/images/GIS") == "switch in the lab plan of image GIS"
    marketplace = words(ARM_OBJECT, "marketplace:autumn-0a1b2c:a.b.c", resourceId=f"{PLAN}/images/a.b.c")
    assert marketplace == f"switch of Marketplace image a.b.c / {PLAN.split('/')[4]}/autumn"
    assert words(ARM_OBJECT, "lab-plan", resourceId=PLAN) == "attachment to lab plan autumn"
    assert words("azure-native:labservices:LabPlan", "lab-plan", labPlanName="autumn") == "lab plan autumn"
    assert words("azure-native:compute:Gallery", "gallery", galleryName="contoso") == "gallery contoso"


def test_without_inputs_the_logical_name_is_left() -> None:
    assert words(ARM_OBJECT, "attachment:contoso-labs-0a1b2c") == "attachment to lab account contoso-labs-0a1b2c"
    assert words(ROLE, "role:75e70407") == "role assignment 75e70407"
    assert words("azure-native:compute:Gallery", "gallery") == "gallery gallery"


def test_a_role_by_role_and_principal() -> None:
    definition = f"/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/{OWNER.upper()}"
    given = {"principalId": "0a00", "principalType": "Group"}
    assert words(ROLE, "role:75e70407", roleDefinitionId=definition, **given) == "role Owner of Group 0a00"
    assert words(ROLE, "role:75e70407", roleDefinitionId="/x/1234", principalId="0a00") == "role 1234 of 0a00"
