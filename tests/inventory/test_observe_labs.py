"""Lab plans and DevTest labs, looked up in the sandbox's Azure."""

from __future__ import annotations

import re

from inventory.arm.client import Arm
from inventory.observe import observe
from plan.observed import ObservedLabPlan
from tests.support.builders import LAB_ACCOUNTS, LAB_PLANS, SUBSCRIPTION
from tests.support.pretend_azure import GALLERY, LABS, PretendAzure, catalogue, settings, source

WANTED = catalogue(one={"1.0.0": {"source": source("snapshot", "ubuntu-2204-python-100")}})
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
DEVTEST_LAB = f"{GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
PRINCIPALS = {
    "labAccountServicePrincipalObjectId": LAB_ACCOUNTS,
    "labPlanServicePrincipalObjectId": LAB_PLANS,
}


def test_an_existing_plan_and_its_gallery(azure: PretendAzure, arm: Arm) -> None:
    seen = observe(WANTED, settings(labPlanId=PLAN), arm).lab_plan
    assert seen == ObservedLabPlan(PLAN, region="koreacentral", allowed_regions=("koreacentral",))
    azure.gallery()
    azure.send("PATCH", f"{PLAN}", {"properties": {"sharedGalleryId": GALLERY}, "tags": {"a": "b"}})
    seen = observe(WANTED, settings(labPlanId=PLAN), arm).lab_plan
    assert seen is not None
    assert (seen.gallery_id, seen.tags) == (GALLERY, {"a": "b"})


def listed(azure: PretendAzure, failure: str) -> list[str]:
    """Names that the command of a failure shows, in the sandbox."""
    found = re.fullmatch(r'Azure has none with this id; `sandbox/arm GET "(\S+)"` lists those there are', failure)
    assert found is not None, failure
    return [entry["name"] for entry in azure.send("GET", found[1])["value"]]


def test_a_plan_that_is_not_there_is_missed_only_when_somebody_else_should_have_made_it(
    azure: PretendAzure, arm: Arm
) -> None:
    missing = observe(WANTED, settings(labPlanId=f"{PLAN}-2"), arm).lab_plan
    assert missing is not None
    assert missing.failure is not None
    assert missing.missing
    assert listed(azure, missing.failure) == ["contoso-plan"]
    assert observe(WANTED, settings(labPlan={"name": "autumn"}), arm).lab_plan is None
    fresh = {"createResourceGroup": True, "resourceGroupName": "new", "labPlan": {"name": "autumn"}}
    assert observe(WANTED, settings(**fresh), arm).lab_plan is None
    nowhere = settings(**{**fresh, "labPlan": {"name": "autumn", "resourceGroupName": "nowhere"}})
    lost = observe(WANTED, nowhere, arm).lab_plan
    assert lost is not None
    assert "Resource group 'nowhere' could not be found" in (lost.failure or "")


def test_no_plan_and_no_role_is_asked_for_that_nothing_needs(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    observe(WANTED, settings(**PRINCIPALS, labAccountIds=[]), arm)
    asked = " ".join(azure.asked())
    assert "labPlans" not in asked
    assert "roleAssignments" not in asked
    for name, (principal, role) in enumerate(zip(PRINCIPALS.values(), ("b24988ac", "8e3af657"), strict=True)):
        definition = f"/providers/Microsoft.Authorization/roleDefinitions/{role}-0000-0000-0000-000000000000"
        body = {"principalId": principal, "roleDefinitionId": definition, "principalType": "ServicePrincipal"}
        assignment = f"roleAssignments/{name}5c5a614-a7d6-4502-b150-c2fb455033ff"
        azure.send("PUT", f"{GALLERY}/providers/Microsoft.Authorization/{assignment}", {"properties": body})
    found = observe(WANTED, settings(**PRINCIPALS, labPlanId=PLAN), arm).role_assignments
    assert {role.principal_id for role in found} == set(PRINCIPALS.values())


def test_a_devtest_lab_with_its_gallery(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    attachment = f"{DEVTEST_LAB}/sharedGalleries/hers"
    body = {"location": "koreacentral", "properties": {"galleryId": GALLERY}}
    azure.send("PUT", f"{attachment}?api-version=2018-10-15-preview", body)
    found = observe(WANTED, settings(devTestLabIds=[DEVTEST_LAB, f"{DEVTEST_LAB}-2"]), arm).labs
    here, missing = found[DEVTEST_LAB.lower()], found[f"{DEVTEST_LAB}-2".lower()]
    assert (here.region, here.attachments, here.failure) == ("koreacentral", {attachment: GALLERY}, None)
    assert missing.missing
    assert listed(azure, missing.failure or "") == [DEVTEST_LAB.rpartition("/")[2]]


def test_a_service_that_is_gone_is_no_mistaken_id(azure: PretendAzure, arm: Arm) -> None:
    azure.send("POST", "/sandbox/providers", {"gone": ["Microsoft.LabServices"]})
    wanted = settings(labPlanId=PLAN, devTestLabIds=[DEVTEST_LAB])
    found = observe(WANTED, wanted, arm)
    account = found.labs[f"{LABS}/contoso-labs".lower()]
    assert found.lab_plan is not None
    assert (account.gone, found.lab_plan.gone) == (True, True)
    assert "InvalidResourceNamespace" in (account.failure or "")
    assert found.labs[DEVTEST_LAB.lower()].failure is None
    assert found.failures == ()


def test_a_plan_that_may_not_be_read_has_its_failure(azure: PretendAzure, arm: Arm) -> None:
    azure.fault("/labPlans/", 403)
    found = observe(WANTED, settings(labPlanId=PLAN), arm)
    assert found.lab_plan is not None
    assert found.lab_plan.gone is False
    assert "403" in (found.lab_plan.failure or "")


def test_marketplace_images_are_asked_for_only_if_the_stack_lists_them_and_page_by_page(
    azure: PretendAzure, arm: Arm
) -> None:
    focal = "canonical.0001-com-ubuntu-server-focal.20_04-lts"
    debian = "debian.debian-12.12"
    azure.send("PATCH", f"{PLAN}/images/{focal}", {"properties": {"enabledState": "Enabled"}})
    azure.send("PATCH", f"{PLAN}/images/{debian}", {"properties": {"enabledState": "Disabled"}})
    account = settings().lab_account_ids[0]
    old = "api-version=2018-10-15"
    azure.send("PATCH", f"{account}/galleryimages/{focal}?{old}", {"properties": {"isEnabled": False}})
    azure.send("PATCH", f"{account}/galleryimages/{debian}?{old}", {"properties": {"isEnabled": True}})

    silent = observe(WANTED, settings(labPlanId=PLAN), arm)
    assert silent.lab_plan is not None
    assert (silent.lab_plan.marketplace, silent.labs[account.lower()].marketplace) == (None, None)

    seen = observe(WANTED, settings(labPlanId=PLAN, marketplaceImages="[]"), arm)
    assert seen.lab_plan is not None
    found = (seen.lab_plan.marketplace, seen.labs[account.lower()].marketplace)
    for marketplace, offered, off in zip(found, (focal, debian), (debian, focal), strict=True):
        assert marketplace is not None
        assert (len(marketplace.images) > 200, marketplace.failure) == (True, None)
        switched = {name: image.offered for name, image in marketplace.images.items() if image.switched}
        assert switched == {offered: True, off: False}
    # One list of a plan has the images of its gallery as well, which are none of the Marketplace.
    azure.gallery()
    azure.send("PATCH", PLAN, {"properties": {"sharedGalleryId": GALLERY}})
    both = observe(WANTED, settings(labPlanId=PLAN, marketplaceImages="[]"), arm).lab_plan
    assert both is not None
    assert both.listed is not None
    assert both.marketplace == seen.lab_plan.marketplace

    azure.fault("/galleryImages", 403)
    refused = observe(WANTED, settings(labPlanId=PLAN, marketplaceImages="[]"), arm).labs[account.lower()].marketplace
    assert refused is not None
    assert (refused.images, bool(refused.failure)) == ({}, True)
