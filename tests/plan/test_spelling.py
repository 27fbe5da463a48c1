"""Names in another case than what exists: refused with the spelling to write, or without any meaning."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from plan.conflict import Conflict, PlanRefused
from plan.definition import Definition
from plan.observed import (
    Deployed,
    ListedImage,
    ListedImages,
    Observed,
    ObservedLab,
    ObservedLabPlan,
    ObservedResourceGroup,
    ObservedRoleAssignment,
)
from plan.plan import plan
from plan.planned import Plan
from plan.roles import CONTRIBUTOR
from plan.spelling import CONSEQUENCE, DELETED_AFTERWARDS
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, LAB_ACCOUNTS, OURS, SNAPSHOT, TEACHERS
from tests.support.ids import GROUPS, SUBSCRIPTION

PLAN = f"{GROUPS}/galleries/providers/Microsoft.LabServices/labPlans/contoso-plan"
DEVTEST_LAB = f"{GROUPS}/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
STACK: dict[str, Any] = {
    "createResourceGroup": True,
    "devTestLabIds": [DEVTEST_LAB],
    "labPlan": {"name": "contoso-plan", "allowedRegions": ["koreacentral"]},
    "labAccountServicePrincipalObjectId": LAB_ACCOUNTS,
    "roleAssignments": [{"principalId": TEACHERS, "principalType": "Group", "role": "Reader", "image": "gis"}],
    "excludeRegions": ["japaneast"],
}
DEPLOYED = Deployed(images=("gis",), ids=(GALLERY, PLAN))
ROLE = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"


def world(**changes: Any) -> Observed:
    """Azure after a deployment of `gis` to labs of every kind."""
    listed = ListedImages((ListedImage(GALLERY, "gis", enabled=True),))
    values: dict[str, Any] = {
        "gallery": inputs.observed_gallery(inputs.observed_definition()),
        "resource_group": ObservedResourceGroup(f"{GROUPS}/galleries", "koreacentral", OURS),
        "role_assignments": (ObservedRoleAssignment("99999999-0000-0000-0000-000000000001", ROLE, LAB_ACCOUNTS),),
        "sources": {SNAPSHOT.lower(): inputs.observed_source()},
        "labs": {
            lab.lower(): ObservedLab(lab, "koreacentral", {f"{lab}/sharedGalleries/images": GALLERY}, listed=listed)
            for lab in (LAB_ACCOUNT, DEVTEST_LAB)
        },
        "lab_plan": ObservedLabPlan(PLAN, "koreacentral", ("koreacentral",), GALLERY, OURS, listed=listed),
        **changes,
    }
    return Observed(**values)


def conflicts(catalogue: Catalogue, settings: Settings, observed: Observed) -> list[Conflict]:
    try:
        plan(catalogue, settings, observed)
    except PlanRefused as refused:
        return list(refused.conflicts)
    return []


def test_every_name_is_refused_at_once_with_the_spelling_to_write() -> None:
    changed = {**STACK, "galleryName": "Images", "labPlan": {"name": "Contoso-Plan"}}
    found = conflicts(inputs.catalogue(Gis=inputs.image()), inputs.settings(**changed), world())
    assert {conflict.consequence for conflict in found} == {CONSEQUENCE}
    again = "Write it again with `sandbox/pulumi config set {} --stack dev`"
    assert [(conflict.subject, conflict.cause, conflict.remedy) for conflict in found] == [
        ("images.Gis", "the image exists as gis, in another case", "Write gis again"),
        (
            "gallery",
            "galleryName is Images, and it exists as images, in another case",
            again.format("galleryName images"),
        ),
        (
            "lab plan",
            "labPlan.name is Contoso-Plan, and it exists as contoso-plan, in another case",
            again.format("--path labPlan.name contoso-plan"),
        ),
    ]


def test_the_spelling_of_the_state_counts_before_that_of_azure() -> None:
    """What an earlier release imported has the file's spelling in the state."""
    deployed = Deployed(images=("GIS",), ids=(GALLERY.replace("/images", "/Images"), PLAN.upper()))
    as_deployed = {**STACK, "galleryName": "Images", "labPlan": {"name": "CONTOSO-PLAN"}}
    observed = world(deployed=deployed)
    assert conflicts(inputs.catalogue(GIS=inputs.image()), inputs.settings(**as_deployed), observed) == []
    found = conflicts(inputs.catalogue(), inputs.settings(**STACK), observed)
    assert [conflict.remedy.rpartition(" --stack")[0].rpartition(" ")[2] for conflict in found[1:]] == [
        "Images",
        "CONTOSO-PLAN",
    ]
    assert found[0].remedy == "Write GIS again"


@pytest.mark.parametrize("importing", [False, True])
def test_what_others_made_is_named_when_it_is_taken_over_only(importing: bool) -> None:
    theirs = inputs.observed_gallery(inputs.observed_definition(tags={}), tags={})
    changed = inputs.settings(galleryName="Images", importExisting=importing)
    found = conflicts(inputs.catalogue(Gis=inputs.image()), changed, Observed(gallery=theirs))
    assert (CONSEQUENCE in {conflict.consequence for conflict in found}) is importing


def test_names_of_what_does_not_exist_are_free() -> None:
    free = inputs.settings(galleryName="IMAGES", labPlan={"name": "New"})
    new = inputs.catalogue(GIS=inputs.image())
    # Gallery and lab plan also if somebody has deleted them in Azure: the engine deletes them before it creates.
    for deployed in (Deployed(("cad",), (GALLERY + "_2",)), Deployed((), DEPLOYED.ids)):
        assert plan(new, free, Observed(deployed=deployed)).gallery.name == "IMAGES"
    existing = inputs.image(versions={"1.0.0": inputs.version(source={"existing": True})})
    theirs = Observed(gallery=inputs.observed_gallery(inputs.observed_definition(tags={})))
    assert [each.remedy for each in conflicts(inputs.catalogue(GIS=existing), inputs.settings(), theirs)][:1] == [
        "Write gis again"
    ]


def test_an_image_that_somebody_deleted_in_azure_keeps_its_spelling() -> None:
    """The engine, which still knows it, would make the new one and then delete that as the old one."""
    (found,) = conflicts(inputs.catalogue(GIS=inputs.image()), inputs.settings(), Observed(deployed=DEPLOYED))
    assert (found.subject, found.consequence) == ("images.GIS", DELETED_AFTERWARDS)
    assert found.remedy == "Write gis again; or take the image out, deploy that, and add it then"


def recased(random: Random, text: str) -> str:
    return "".join(random.choice((char.lower(), char.upper())) for char in text)


def shuffled(random: Random, value: Any) -> Any:
    """The same with every id and every name of an image in another case; other keys are in lower case anyhow."""
    if isinstance(value, Definition):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        return replace(value, **{name: shuffled(random, getattr(value, name)) for name in names})
    if isinstance(value, tuple):
        return tuple(shuffled(random, each) for each in value)
    if isinstance(value, dict):
        return {recased(random, k) if "haredGalleries" in k else k: shuffled(random, v) for k, v in value.items()}
    is_name = isinstance(value, str) and (value.startswith("/") or value in {"gis", LAB_ACCOUNTS})
    return recased(random, value) if is_name else value


def with_ids_in_lower_case(planned: Plan) -> Plan:
    """Attachments have the ids that the stack writes, which their provider compares without regard to case."""
    attachments = tuple(replace(each, id=each.id.lower()) for each in planned.attachments)
    return replace(planned, attachments=attachments)


@given(st.integers())
def test_a_plan_does_not_depend_on_the_case_of_answers(seed: int) -> None:
    catalogue, settings = inputs.catalogue(), inputs.settings(**STACK)
    answers = replace(shuffled(Random(seed), world()), deployed=DEPLOYED)
    expected = plan(catalogue, settings, world(deployed=DEPLOYED))
    assert with_ids_in_lower_case(plan(catalogue, settings, answers)) == with_ids_in_lower_case(expected)


@given(st.integers())
def test_conflicts_do_not_depend_on_the_case_of_answers(seed: int) -> None:
    """Every conflict with what others have, in the same order and words but for the ids that are shown."""
    other = f"{GALLERY}_2"
    lab = ObservedLab(LAB_ACCOUNT, "koreacentral", {f"{LAB_ACCOUNT}/sharedGalleries/x": other})
    lab_plan = ObservedLabPlan(PLAN, "koreasouth", ("koreasouth",), other, OURS)
    definition = inputs.observed_definition(tags={}, os_type="Windows", location="koreasouth")
    gallery = inputs.observed_gallery(definition, tags={}, location="koreasouth")
    before = world(labs={LAB_ACCOUNT.lower(): lab}, lab_plan=lab_plan, gallery=gallery, deployed=DEPLOYED)
    catalogue, settings = inputs.catalogue(), inputs.settings(**STACK)
    expected = [str(each).lower() for each in conflicts(catalogue, settings, before)]
    found = conflicts(catalogue, settings, replace(shuffled(Random(seed), before), deployed=DEPLOYED))
    assert len(expected) > 6
    assert [str(each).lower() for each in found] == expected


@given(
    st.integers(),
    st.sampled_from(["gis", "GIS", "Gis"]),
    st.sampled_from(["images", "Images"]),
    st.sampled_from(["contoso-plan", "CONTOSO-plan"]),
    st.sampled_from([Deployed(), DEPLOYED]),
)
def test_files_in_another_case_are_refused_or_mean_the_same(
    seed: int, name: str, gallery: str, lab_plan: str, deployed: Deployed
) -> None:
    """Whatever name, id or region is written in another case: the same plan, or a conflict that leads back to it."""
    random = Random(seed)
    (role,) = STACK["roleAssignments"]
    written = {
        "galleryName": gallery,
        "resourceGroupName": recased(random, "galleries"),
        "location": random.choice(["koreacentral", "KoreaCentral", "Korea Central"]),
        "subscriptionId": recased(random, SUBSCRIPTION),
        "labAccountIds": [LAB_ACCOUNT.replace("/labs/", f"/{recased(random, 'labs')}/")],
        "devTestLabIds": ["/" + recased(random, DEVTEST_LAB[1:])],
        "labPlan": {
            "name": lab_plan,
            "allowedRegions": ["Korea Central"],
        },
        "labAccountServicePrincipalObjectId": recased(random, LAB_ACCOUNTS),
        "roleAssignments": [{**role, "principalId": recased(random, TEACHERS), "image": recased(random, "gis")}],
        "excludeRegions": [random.choice(["japaneast", "Japan East"])],
    }
    image = inputs.image(versions={"1.0.0": inputs.version(source={"snapshot": recased(random, SNAPSHOT)})})
    observed = world(deployed=deployed)
    catalogue, settings = inputs.catalogue(**{name: image}), inputs.settings(**{**STACK, **written})
    wrong = (name != "gis", gallery != "images", lab_plan != "contoso-plan")
    found = conflicts(catalogue, settings, observed)
    assert {conflict.consequence for conflict in found} <= {CONSEQUENCE}
    assert len(found) == sum(wrong)
    if not found:
        decided = with_ids_in_lower_case(plan(catalogue, settings, observed))
        expected = with_ids_in_lower_case(plan(inputs.catalogue(), inputs.settings(**STACK), observed))
        # The source of a published version is compared by the plan, and the component ignores how it is spelled.
        assert str(decided).lower() == str(expected).lower()
        assert replace(decided, images=()) == replace(expected, images=())
        assert [image.name for image in decided.images] == ["gis"]
