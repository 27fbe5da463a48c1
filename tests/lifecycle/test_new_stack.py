"""A new stack: its file, and what Azure shows about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.document import parse
from catalog.regions.geography import all_regions
from catalog.stacks.attachment import LAB_ACCOUNT
from catalog.stacks.commands import Commands
from catalog.stacks.role import LAB_ACCOUNT_APPLICATION, LAB_PLAN_APPLICATION
from catalog.stacks.settings import Settings, read_settings
from catalog.stacks.stack_file import key_problems
from lifecycle.new_stack import (
    NewStackError,
    Seen,
    SubscriptionContents,
    applications,
    checked,
    contradictions,
    lab_obstacle,
    notes,
    regions_of,
    stack_text,
    value_problem,
    with_principals,
)
from plan.observed import ObservedLab, ObservedLabPlan
from tests.support.ids import REAL

SCOPE = f"/subscriptions/{REAL}"
LABS = f"{SCOPE}/resourceGroups/labs/providers/Microsoft.LabServices"
ACCOUNT, PLAN = f"{LABS}/labaccounts/contoso-labs", f"{LABS}/labPlans/contoso-plan"
OBJECT = "0a000000-0000-0000-0000-000000000001"
PROJECT = "lab-image-gallery"
VALUES: dict[str, object] = {
    "subscriptionId": REAL,
    "location": "Korea Central",
    "galleryName": "contoso_lab_images",
    "resourceGroupName": "galleries",
    "labAccountIds": [ACCOUNT],
}
COMMANDS = Commands("prod", pretend=False)
EMPTY = SubscriptionContents(galleries=(), resource_groups={}, lab_accounts=(), lab_plans=())


def stack(**changes: object) -> Settings:
    return checked({**VALUES, **changes}, project=PROJECT, stack="prod")


def gallery(group: str = "GALLERIES", name: str = "contoso_lab_images", region: str = "koreacentral") -> Seen:
    # A list has the resource group in upper case.
    return Seen(f"{SCOPE}/resourceGroups/{group}/providers/Microsoft.Compute/galleries/{name}", region)


def test_the_file_says_what_each_part_is_for() -> None:
    text = stack_text(stack(createResourceGroup=True, labAccountServicePrincipalObjectId=OBJECT))
    assert (
        text
        == f"""\
# The stack prod. Every key: docs/reference/configuration.md. Check it: ./labs check Pulumi.prod.yaml
config:
  azure-native:subscriptionId: {REAL}
  # Where the gallery goes. Its region is the home of every version.
  lab-image-gallery:galleryName: contoso_lab_images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:createResourceGroup: true
  lab-image-gallery:location: koreacentral
  # Whose teachers see the images.
  lab-image-gallery:labAccountIds:
    - {ACCOUNT}
  # Object id of "Azure Lab Services" in your tenant, which gets a role on the gallery.
  lab-image-gallery:labAccountServicePrincipalObjectId: {OBJECT}
"""
    )


NAME = st.text("abcXYZ019_.", min_size=1, max_size=20).filter(lambda name: name[0].isalnum() and name[-1].isalnum())
GROUP = st.text("abcé019-_.()", min_size=1, max_size=20).filter(lambda name: not name.endswith("."))
GUID = st.uuids().map(str)


@st.composite
def values(draw: st.DrawFn) -> dict[str, object]:
    def lab(kind: str) -> str:
        group = f"/subscriptions/{draw(GUID)}/resourceGroups/{draw(GROUP)}"
        return f"{group}/providers/Microsoft.LabServices/{kind}/{draw(NAME)}"

    accounts = {lab("labaccounts").lower() for _ in range(draw(st.integers(0, 3)))}
    found: dict[str, object] = {
        "subscriptionId": draw(GUID),
        "location": draw(st.sampled_from([region.display_name for region in all_regions()])),
        "galleryName": draw(NAME),
        "resourceGroupName": draw(GROUP),
        "labAccountIds": sorted(accounts),
        "createResourceGroup": draw(st.booleans()),
        "catalog": draw(st.sampled_from(["images.yaml", "sites/seoul: main.yaml", "7", "true", "'x'#.yaml"])),
    }
    if draw(st.booleans()):
        found |= {"labPlanId": lab("labPlans"), "labPlanServicePrincipalObjectId": draw(GUID)}
    return found


@given(values(), st.sampled_from(["lab-image-gallery", "contoso-images"]))
def test_the_file_is_read_as_it_was_meant(given_values: dict[str, object], project: str) -> None:
    settings = checked(given_values, project=project, stack="prod-1.x")
    document = parse(stack_text(settings), file="Pulumi.prod-1.x.yaml", least="config:")
    config: dict[str, Any] = document.value["config"]
    assert key_problems(document, project) == []
    plain = {key.removeprefix(f"{project}:").removeprefix("azure-native:"): value for key, value in config.items()}
    assert read_settings(plain, project=project, stack="prod-1.x") == settings
    assert {key.partition(":")[0] for key in config} == {"azure-native", project}


def test_everything_wrong_is_told_together_with_its_option() -> None:
    with pytest.raises(NewStackError) as refused:
        checked(
            {
                "subscriptionId": "mine",
                "location": "koreacentrall",
                "galleryName": "contoso-images",
                "labAccountIds": [f"{ACCOUNT}/", ACCOUNT.replace("labaccounts", "labPlans")],
                "labAccountServicePrincipalObjectId": LAB_ACCOUNT_APPLICATION,
            },
            project=PROJECT,
            stack="my prod",
        )
    lines = str(refused.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "STACK",
        "--gallery",
        "--resource-group",
        "--location",
        "--subscription",
        "--lab-account",
        "--lab-account",
        "--lab-account-principal",
    ]
    assert 'not "my prod"' in lines[0]
    assert "nearest: koreacentral (Korea Central)" in lines[3]
    assert all("pulumi config set" not in line for line in lines)


def test_one_value_is_judged_by_itself() -> None:
    assert value_problem("location", "KOREA CENTRAL") is None
    assert "nearest: koreacentral" in str(value_problem("location", "koreacentrl"))
    assert value_problem("labAccountIds", []) is None
    assert "it must be one of a Microsoft.LabServices/labPlans" in str(value_problem("labPlanId", ACCOUNT))
    assert "is missing" in str(value_problem("galleryName", ""))


@pytest.mark.parametrize(
    ("contents", "changes", "words"),
    [
        (
            SubscriptionContents(galleries=(gallery("OTHER"),), resource_groups={"Other": "koreacentral"}),
            {"galleryName": "Contoso_Lab_Images"},
            (
                "--gallery: contoso_lab_images is in resource group Other already, and a gallery's name is unique in "
                "its subscription; give --resource-group Other to use that one, or another name"
            ),
        ),
        (
            SubscriptionContents(galleries=(gallery(region="japaneast"),)),
            {},
            (
                "--location: the gallery contoso_lab_images exists, in japaneast, and cannot move; give --location "
                "japaneast, or another --gallery"
            ),
        ),
        (
            SubscriptionContents(resource_groups={"Galleries": "koreacentral"}),
            {"createResourceGroup": True},
            "--create-resource-group: Galleries exists; leave the option out",
        ),
    ],
)
def test_what_azure_contradicts(contents: SubscriptionContents, changes: dict[str, object], words: str) -> None:
    assert contradictions(stack(**changes), contents, COMMANDS) == [words]


@pytest.mark.parametrize("contents", [SubscriptionContents(), EMPTY, SubscriptionContents(galleries=(gallery(),))])
def test_what_a_list_lacks_is_no_contradiction(contents: SubscriptionContents) -> None:
    assert contradictions(stack(), contents, COMMANDS) == []


def test_what_is_to_know() -> None:
    seen = Seen(ACCOUNT.replace("contoso-labs", "contoso-lab"), "koreacentral")
    contents = SubscriptionContents(
        galleries=(gallery(),),
        resource_groups={"labs": "koreacentral"},
        lab_accounts=(seen,),
        principals={LAB_ACCOUNT_APPLICATION: None},
        unanswered=("its lab plans were not looked up: forbidden",),
    )
    told = notes(stack(labPlanId=PLAN), contents, COMMANDS)
    assert told[0] == "its lab plans were not looked up: forbidden"
    assert told[1].startswith("the gallery contoso_lab_images exists already")
    assert "`az group create --name galleries --location koreacentral --subscription" in told[2]
    assert told[3] == f"this sign-in sees no lab account {ACCOUNT}; the nearest is {seen.id}"
    assert told[4].startswith(
        f"the principal of Azure Lab Services ({LAB_ACCOUNT_APPLICATION}) is not in this directory"
    )
    assert told[5].startswith(f"the principal of Azure Lab Services ({LAB_PLAN_APPLICATION}) is not looked up; set it")
    assert told[5].endswith(
        f'pulumi config set labPlanServicePrincipalObjectId "$(az ad sp show --id {LAB_PLAN_APPLICATION} --query id '
        '--output tsv)" --stack prod'
    )
    assert len(told) == 6


def test_a_lab_account_where_no_version_goes_is_told() -> None:
    far = SubscriptionContents(
        lab_accounts=(Seen(ACCOUNT.upper(), "japaneast"),),
        labs={ACCOUNT.lower(): ObservedLab(ACCOUNT, region="japaneast")},
    )
    words = "is in japaneast, and versions go to koreacentral, koreasouth only: the policies lab-regions-covered and"
    assert any(words in note for note in notes(stack(), far, COMMANDS))
    foreign = ACCOUNT.replace(REAL, OBJECT)
    assert notes(stack(labAccountIds=[foreign], labAccountServicePrincipalObjectId=OBJECT), EMPTY, COMMANDS)[1:] == []


OTHER = f"{SCOPE}/resourceGroups/other/providers/Microsoft.Compute/galleries/old"
ELSEWHERE = OTHER.replace(REAL, OBJECT)


@pytest.mark.parametrize("other", [OTHER, ELSEWHERE])
def test_a_lab_account_with_another_gallery(other: str) -> None:
    attachment = f"{ACCOUNT}/sharedGalleries/old"
    contents = SubscriptionContents(labs={ACCOUNT.lower(): ObservedLab(ACCOUNT, "koreacentral", {attachment: other})})
    use = "use that gallery (--gallery old --resource-group other), " if other == OTHER else ""
    detach = f'az rest --method delete --url "{attachment}?api-version={LAB_ACCOUNT.api_version}"'
    assert contradictions(stack(), contents, COMMANDS) == [
        (
            f"--lab-account: {ACCOUNT} has another gallery, {other}, and a lab account has one at most, so a preview "
            f"will refuse it. Leave --lab-account out, {use}or, if nobody needs the images of that gallery there any "
            f"more, detach that one with `{detach}`"
        )
    ]
    assert lab_obstacle(stack(), Seen(ACCOUNT, "koreacentral"), contents) == "it has another gallery, old"
    assert f'`sandbox/arm DELETE "{attachment}?' in contradictions(stack(), contents, Commands("prod", pretend=True))[0]


def test_the_stacks_own_gallery_is_no_other_one() -> None:
    ours = gallery().id
    contents = SubscriptionContents(
        labs={ACCOUNT.lower(): ObservedLab(ACCOUNT, "koreacentral", {f"{ACCOUNT}/sharedGalleries/x": ours})},
        plans={PLAN.lower(): ObservedLabPlan(PLAN, "koreacentral", gallery_id=ours)},
    )
    assert contradictions(stack(labPlanId=PLAN), contents, COMMANDS) == []
    assert lab_obstacle(stack(), Seen(ACCOUNT, "koreacentral"), contents) == ""


def test_a_lab_plan_that_cannot_take_the_gallery() -> None:
    plan = ObservedLabPlan(PLAN, "koreasouth", gallery_id=OTHER)
    wanted, contents = stack(labPlanId=PLAN), SubscriptionContents(plans={PLAN.lower(): plan})
    region, taken = contradictions(wanted, contents, COMMANDS)
    assert region.startswith(f"--lab-plan: {PLAN} is in koreasouth, and a lab plan takes images only from")
    assert "make a stack with --location koreasouth" in region
    assert f"--lab-plan: {PLAN} has another gallery, {OTHER}" in taken
    assert "az rest --method patch" in taken
    free = SubscriptionContents(plans={PLAN.lower(): replace(plan, gallery_id=None)})
    assert lab_obstacle(wanted, Seen(PLAN, "koreasouth"), free) == "it takes images only from a gallery in koreasouth"
    assert lab_obstacle(stack(), Seen(ACCOUNT, "eastus"), free) == "no version goes to eastus"


def test_a_lab_that_cannot_be_read_is_told() -> None:
    labs = {ACCOUNT.lower(): ObservedLab(ACCOUNT, failure="forbidden")}
    told = notes(stack(labAccountServicePrincipalObjectId=OBJECT), SubscriptionContents(labs=labs), COMMANDS)
    assert told == [f"which gallery {ACCOUNT} has cannot be looked up: forbidden"]


def test_without_labs_nobody_sees_an_image() -> None:
    (told,) = notes(stack(labAccountIds=[]), SubscriptionContents(), COMMANDS)
    assert told.startswith("no lab account or lab plan is named, so no teacher sees an image: `pulumi config set")


def test_principals_are_filled_in_where_they_are_needed_and_not_given() -> None:
    both = {**VALUES, "labPlanId": PLAN}
    assert applications(both) == [LAB_ACCOUNT_APPLICATION, LAB_PLAN_APPLICATION]
    assert applications({**VALUES, "labAccountServicePrincipalObjectId": OBJECT}) == []
    contents = SubscriptionContents(principals={LAB_ACCOUNT_APPLICATION: OBJECT, LAB_PLAN_APPLICATION: None})
    filled = with_principals(both, contents)
    assert filled == {**both, "labAccountServicePrincipalObjectId": OBJECT}
    given_one = {**both, "labAccountServicePrincipalObjectId": REAL}
    assert with_principals(given_one, contents) == given_one
    assert with_principals({**VALUES, "labAccountIds": []}, contents) == {**VALUES, "labAccountIds": []}


def test_versions_go_to_the_regions_of_the_geography() -> None:
    assert regions_of(stack()) == ("koreacentral", "koreasouth")
