"""The lab plan, DevTest labs and roles in the plan, and what keeps them from being declared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalog.stacks.settings import Settings
from plan.conflict import PlanRefused
from plan.observed import Observed, ObservedLab, ObservedLabPlan, ObservedRoleAssignment
from plan.plan import plan
from plan.planned import Plan
from plan.roles import CONTRIBUTOR, OWNER
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, OURS, SUBSCRIPTION
from tests.support.builders import LAB_ACCOUNTS as ACCOUNTS
from tests.support.builders import LAB_PLANS as PLANS

GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
PLAN = f"{GROUPS}/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
DEVTEST_LAB = f"{GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
FOREIGN = GALLERY.replace("images", "other")


def declared(**changes: object) -> Settings:
    """A stack that makes a lab plan, without lab accounts."""
    return inputs.settings(**{"labAccountIds": [], "labPlan": {"name": "contoso-plan"}, **changes})


def existing(**changes: object) -> Settings:
    """A stack that attaches its gallery to an existing lab plan."""
    return inputs.settings(**{"labAccountIds": [], "labPlanId": PLAN, **changes})


def decided(settings: Settings, lab_plan: ObservedLabPlan | None = None, images: Any = None) -> Plan:
    return plan(inputs.catalogue(**(images or {})), settings, Observed(lab_plan=lab_plan))


def refused(settings: Settings, observed: Observed) -> list[str]:
    return inputs.refused(inputs.catalogue(), settings, observed)


def seen(**changes: Any) -> ObservedLabPlan:
    """The lab plan as Azure shows it, with nobody's tag and no gallery."""
    values = {"id": PLAN, "region": "koreacentral", "allowed_regions": ("koreacentral",)}
    return ObservedLabPlan(**{**values, **changes})


def test_a_declared_plan_lies_with_the_gallery_unless_it_is_told_otherwise() -> None:
    small = decided(declared()).lab_plan
    assert small is not None
    assert (small.resource_group, small.location, small.lab_regions) == ("galleries", "koreacentral", ("koreacentral",))
    assert (small.declared, small.support_info, small.protect, small.import_id) == (True, {}, True, None)
    wanted = {
        "name": "contoso-plan",
        "resourceGroupName": "labs",
        "allowedRegions": ["koreacentral", "Japan East"],
        "supportInfo": {"email": "it@contoso.example"},
        "tags": {"a": "plan"},
    }
    full = decided(declared(labPlan=wanted, tags={"a": "stack", "b": "stack"}, protect=False)).lab_plan
    assert full is not None
    assert full.id == PLAN
    assert full.lab_regions == ("koreacentral", "japaneast")
    assert full.support_info == {"email": "it@contoso.example"}
    assert full.tags == {"a": "plan", "b": "stack", **OURS}
    assert full.protect is False


def test_of_an_existing_plan_nothing_but_the_gallery_is_ours() -> None:
    found = decided(existing(tags={"a": "stack"}), seen(gallery_id=GALLERY.upper())).lab_plan
    assert found is not None
    assert (found.declared, found.tags, found.support_info, found.protect) == (False, {}, {}, False)
    assert (found.name, found.resource_group) == ("contoso-plan", "labs")
    assert (found.location, found.lab_regions) == ("koreacentral", ("koreacentral",))
    nobody_said = decided(existing(), seen(allowed_regions=())).lab_plan
    assert nobody_said is not None
    assert nobody_said.lab_regions is None


def test_only_images_of_which_the_catalogue_speaks_are_switched() -> None:
    def sku(name: str, **changes: Any) -> dict[str, Any]:
        return inputs.image(identifier={"publisher": "contoso", "offer": "gis", "sku": name}, **changes)

    images = {"on": sku("on", enabled_in_plan=True), "off": sku("off", enabled_in_plan=False), "open": sku("open")}
    found = decided(existing(), seen(), images).lab_plan
    assert found is not None
    assert {(image.image, image.id, image.enabled) for image in found.images} == {
        ("on", f"{PLAN}/images/on", True),
        ("off", f"{PLAN}/images/off", False),
    }
    assert decided(inputs.settings(), images=images).lab_plan is None


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (seen(), "does not carry the tag lab-image-gallery = lab-image-gallery/dev"),
        (seen(tags=OURS, region="japaneast"), "the lab plan is in japaneast, and the gallery in koreacentral"),
        (seen(tags=OURS, gallery_id=FOREIGN), f"the lab plan has another gallery: {FOREIGN}"),
        (seen(failure="no right to look"), "cannot be read: no right to look"),
        (seen(failure="no such namespace", gone=True), "its service no longer exists in Azure: no such namespace"),
    ],
)
def test_what_stops_a_declared_plan(found: ObservedLabPlan, cause: str) -> None:
    settings = declared(labPlan={"name": "contoso-plan", "resourceGroupName": "labs"})
    (conflict,) = refused(settings, Observed(lab_plan=found))
    assert conflict.startswith(f"{PLAN}: ")
    assert cause in conflict


@pytest.mark.parametrize(
    ("found", "cause", "remedy"),
    [
        (seen(failure="there is no such lab plan"), "cannot be read: there is no such lab plan", "Correct labPlanId"),
        (seen(region="japaneast"), "the lab plan is in japaneast", "make a second stack"),
        (seen(region="koreasouth"), "the lab plan is in koreasouth", "make a second stack"),
        *(
            (seen(gallery_id=other), f"another gallery: {other}", f'sandbox/arm PATCH "{PLAN}?api-version=')
            for other in (f"{GALLERY}2", GALLERY[:-1])
        ),
        (seen(failure="gone", gone=True), "its service no longer exists", "pulumi config rm labPlanId"),
    ],
)
def test_what_stops_an_existing_plan(found: ObservedLabPlan, cause: str, remedy: str) -> None:
    (conflict,) = refused(existing(), Observed(lab_plan=found))
    assert cause in conflict
    assert remedy in conflict


def test_a_plan_of_the_stack_whose_service_is_gone_is_forgotten_without_a_refresh() -> None:
    plan, gone = {"name": "contoso-plan", "resourceGroupName": "labs"}, Observed(lab_plan=seen(failure="x", gone=True))
    (conflict,) = refused(declared(labPlan=plan, protect=True), gone)
    urn = (
        "urn:pulumi:dev::lab-image-gallery::lab-image-gallery:index:LabPlan$azure-native:labservices:LabPlan::lab-plan"
    )
    assert conflict.endswith(
        "Take it out with `sandbox/pulumi config rm labPlan --stack dev`, take its protection off with "
        f"`sandbox/pulumi state unprotect '{urn}' --stack dev`, and run `sandbox/pulumi up --stack dev` without a "
        "refresh, which fails on it (docs/run/after-lab-services.md)."
    )
    (conflict,) = refused(declared(labPlan=plan, protect=False), gone)
    assert "unprotect" not in conflict


def test_an_image_that_labs_do_not_use_is_not_switched_in_a_plan() -> None:
    image = inputs.image(enabled_in_plan=False, consumers=["virtual_desktop"])
    with pytest.raises(PlanRefused, match=r"images\.gis\.enabled_in_plan: it switches the image in a lab plan"):
        decided(existing(), seen(), {"gis": image})
    assert decided(inputs.settings(), images={"gis": image}).lab_plan is None
    both = inputs.image(enabled_in_plan=False, consumers=["virtual_desktop", "lab_services"])
    assert decided(existing(), seen(), {"gis": both}).lab_plan is not None


def test_a_plan_of_ours_and_one_that_is_taken_over() -> None:
    settings = declared(labPlan={"name": "contoso-plan", "resourceGroupName": "labs"})
    ours = decided(settings, seen(tags=OURS, gallery_id=GALLERY)).lab_plan
    assert ours is not None
    assert ours.import_id is None
    importing = declared(labPlan={"name": "contoso-plan", "resourceGroupName": "labs"}, importExisting=True)
    taken = decided(importing, seen()).lab_plan
    assert taken is not None
    assert taken.import_id == PLAN


@given(
    accounts=st.booleans(),
    plan_named=st.sampled_from([{}, {"labPlan": {"name": "p"}}, {"labPlanId": PLAN}]),
    principals=st.tuples(st.booleans(), st.booleans()),
)
@hypothesis_settings(max_examples=30, deadline=None)
def test_each_principal_gets_the_role_its_attachment_needs_and_no_more(
    accounts: bool, plan_named: dict[str, object], principals: tuple[bool, bool]
) -> None:
    settings = inputs.settings(
        labAccountIds=[LAB_ACCOUNT] if accounts else [],
        labAccountServicePrincipalObjectId=ACCOUNTS if principals[0] else "",
        labPlanServicePrincipalObjectId=PLANS if principals[1] else "",
        **plan_named,
    )
    assigned = {
        role.principal_id: role.role_definition_id.rpartition("/")[2] for role in decided(settings).role_assignments
    }
    wanted = {ACCOUNTS: CONTRIBUTOR} if accounts and principals[0] else {}
    assert assigned == wanted | ({PLANS: OWNER} if plan_named and principals[1] else {})


def test_a_role_that_somebody_else_has_assigned_serves_too() -> None:
    role = ObservedRoleAssignment("by-hand", f"/providers/Microsoft.Authorization/roleDefinitions/{OWNER}", PLANS)
    contributor = ObservedRoleAssignment("less", f"/x/{CONTRIBUTOR}", PLANS)
    settings = existing(labPlanServicePrincipalObjectId=PLANS)
    assert plan(inputs.catalogue(), settings, Observed(role_assignments=(role,))).role_assignments == ()
    assert len(plan(inputs.catalogue(), settings, Observed(role_assignments=(contributor,))).role_assignments) == 1


def devtest(**changes: Any) -> Observed:
    lab = ObservedLab(DEVTEST_LAB, **{"region": "koreacentral", **changes})
    return Observed(labs={DEVTEST_LAB.lower(): lab})


def test_a_devtest_lab_gets_the_gallery_under_the_name_that_it_has_there() -> None:
    settings = inputs.settings(labAccountIds=[], devTestLabIds=[DEVTEST_LAB])
    (fresh,) = plan(inputs.catalogue(), settings, devtest()).attachments
    assert (fresh.id, fresh.region) == (f"{DEVTEST_LAB}/sharedGalleries/images", "koreacentral")
    assert fresh.key == f"{SUBSCRIPTION}/labs/contoso-devtest"
    by_hand = devtest(attachments={f"{DEVTEST_LAB}/sharedgalleries/myGallery": GALLERY.upper()})
    (kept,) = plan(inputs.catalogue(), settings, by_hand).attachments
    assert kept.id == f"{DEVTEST_LAB}/sharedGalleries/myGallery"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"failure": "there is no such lab"}, "the DevTest lab cannot be read: there is no such lab"),
        ({"failure": "gone", "gone": True}, "pulumi config rm devTestLabIds"),
        ({"attachments": {f"{DEVTEST_LAB}/sharedgalleries/x": FOREIGN}}, "another gallery is attached to this DevT"),
    ],
)
def test_what_stops_an_attachment_to_a_devtest_lab(changes: dict[str, Any], cause: str) -> None:
    (conflict,) = refused(inputs.settings(labAccountIds=[], devTestLabIds=[DEVTEST_LAB]), devtest(**changes))
    assert cause in conflict


def test_when_the_service_is_gone_every_lab_of_it_says_so_at_once() -> None:
    account = ObservedLab(LAB_ACCOUNT, failure="no such namespace", gone=True)
    observed = Observed(labs={LAB_ACCOUNT.lower(): account}, lab_plan=seen(failure="no namespace", gone=True))
    found = refused(inputs.settings(labPlanId=PLAN), observed)
    assert ["pulumi config rm labAccountIds" in found[0], "pulumi config rm labPlanId" in found[1]] == [True, True]
