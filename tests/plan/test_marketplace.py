"""Marketplace images in the plan: the whole list in each lab, what stays declared, and what keeps it from being so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.settings import Settings
from plan.marketplace import plan_marketplace
from plan.observed import Observed, ObservedLab, ObservedLabPlan, ObservedMarketplace, ObservedMarketplaceImage
from plan.plan import plan
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import LAB_ACCOUNT, SUBSCRIPTION

LABS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices"
PLAN = f"{LABS}/labPlans/contoso-plan"
FOCAL = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts"}
FOCAL_NAME = "canonical.0001-com-ubuntu-server-focal.20_04-lts"
NAMES = [f"contoso.offer.{letter}" for letter in "abcdefgh"]
UNSET = object()


def stack(wanted: object = UNSET, states: Mapping[str, tuple[bool, bool]] | None = None, **changes: Any) -> Stack:
    """A stack with one lab account that lists these images: offered, switched."""
    settings = inputs.settings(**({} if wanted is UNSET else {"marketplaceImages": wanted}), **changes)
    images = {
        name: ObservedMarketplaceImage(f"{LAB_ACCOUNT}/galleryimages/{name.upper()}", name, *state)
        for name, state in (states or {FOCAL_NAME: (False, False)}).items()
    }
    account = ObservedLab(LAB_ACCOUNT, "koreacentral", marketplace=ObservedMarketplace(images))
    return Stack(settings, Observed(labs={LAB_ACCOUNT.lower(): account}))


def entry(name: str) -> dict[str, str]:
    return dict(zip(("publisher", "offer", "sku"), name.split("."), strict=True))


def decided(there: Stack) -> dict[str, bool]:
    """Whether each declared image of the one lab is offered."""
    conflicts: list[Any] = []
    (lab,) = plan_marketplace(there, conflicts)
    assert conflicts == []
    return {image.name: image.offered for image in lab.images}


def refused(settings: Settings, observed: Observed) -> list[str]:
    return inputs.refused(inputs.catalogue(), settings, observed)


def test_without_the_key_nothing_is_declared_and_an_empty_list_switches_off() -> None:
    states = {"contoso.offer.a": (True, True), "contoso.offer.b": (False, False)}
    assert plan_marketplace(stack(states=states), []) == ()
    assert plan_marketplace(stack("", states), []) == ()
    assert decided(stack("[]", states)) == {"contoso.offer.a": False}
    assert decided(stack([], states)) == {"contoso.offer.a": False}


def test_ids_are_those_of_the_list_whatever_the_case_of_the_configuration() -> None:
    conflicts: list[Any] = []
    (lab,) = plan_marketplace(stack([FOCAL]), conflicts)
    (image,) = lab.images
    assert (image.id, image.offered) == (f"{LAB_ACCOUNT}/galleryimages/{FOCAL_NAME.upper()}", True)
    assert (lab.lab, lab.name.startswith("marketplace:contoso-")) == (LAB_ACCOUNT, True)


def test_a_plan_that_the_stack_makes_gets_what_is_listed_and_no_list_is_needed() -> None:
    settings = inputs.settings(labAccountIds=[], labPlan={"name": "contoso-plan"}, marketplaceImages=[FOCAL])
    (lab,) = plan(inputs.catalogue(), settings, Observed()).marketplace
    made = PLAN.replace("/labs/", "/galleries/")
    assert [(image.id, image.offered) for image in lab.images] == [(f"{made}/images/{FOCAL_NAME}", True)]


def test_a_plan_and_an_account_of_one_name_have_their_own_switches() -> None:
    twin = LAB_ACCOUNT.replace("labaccounts", "labPlans")
    seen = ObservedLabPlan(twin, "koreacentral", marketplace=ObservedMarketplace())
    base = stack([], labPlanId=twin)
    both = plan_marketplace(Stack(base.settings, Observed(labs=base.observed.labs, lab_plan=seen)), [])
    assert len({lab.name for lab in both}) == 2


@given(
    states=st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from([(True, True), (False, True), (False, False)]), min_size=1
    ),
    data=st.data(),
)
def test_labs_then_offer_the_list_alone_and_a_second_update_declares_the_same(
    states: dict[str, tuple[bool, bool]], data: st.DataObject
) -> None:
    wanted = data.draw(st.lists(st.sampled_from(sorted(states)), unique=True))
    written = [entry(name) for name in wanted]
    declared = decided(stack(written, states))
    after = {
        name: (declared.get(name, offered), switched or name in declared)
        for name, (offered, switched) in states.items()
    }
    assert {name for name, (offered, _) in after.items() if offered} == set(wanted)
    assert decided(stack(written, after)) == declared
    # Taken out of the list, an image stays declared, switched off; nothing else changes.
    assert decided(stack(written[1:], after)) == {**declared, **dict.fromkeys(wanted[:1], False)}


def test_an_image_that_a_lab_does_not_list_is_refused_with_the_nearest_one() -> None:
    there = stack([{**FOCAL, "sku": "20_04-ltss"}, {"publisher": "x", "offer": "y", "sku": "z"}])
    near, far = refused(there.settings, there.observed)
    shows = f'sandbox/arm GET "{LAB_ACCOUNT}/galleryImages?api-version=2018-10-15"'
    expected = (
        f"marketplaceImages[0]: {LAB_ACCOUNT} lists no Marketplace image {FOCAL_NAME}s. Lab Services makes the list, "
        f"so nobody could switch the image on there. Write {FOCAL_NAME} there, in its three parts (`{shows}` shows the "
        "list), or take the entry out with `sandbox/pulumi config rm --path 'marketplaceImages[0]' --stack dev`."
    )
    assert near == expected
    assert "Write one that the lab lists (`" in far


def test_a_list_that_cannot_be_read_and_a_stack_without_labs_are_refused() -> None:
    settings = inputs.settings(marketplaceImages="[]")
    failing = ObservedLab(LAB_ACCOUNT, "koreacentral", marketplace=ObservedMarketplace(failure="no right to read"))
    (unread,) = refused(settings, Observed(labs={LAB_ACCOUNT.lower(): failing}))
    assert unread.startswith(f"{LAB_ACCOUNT}: its Marketplace images cannot be listed: no right to read. ")
    alone = inputs.settings(labAccountIds=[], marketplaceImages=[FOCAL])
    (nobody,) = refused(alone, Observed())
    assert nobody == (
        "marketplaceImages: the stack has neither a lab account nor a lab plan. Nobody would be offered these images, "
        "so the list says something that never happens. Set one of labAccountIds, labPlan and labPlanId, or take the "
        "list out with `sandbox/pulumi config rm marketplaceImages --stack dev`."
    )


def test_a_lab_that_cannot_be_read_at_all_is_refused_once() -> None:
    settings = inputs.settings(marketplaceImages=[FOCAL])
    found = refused(settings, Observed(labs={LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, failure="gone", gone=True)}))
    assert len(found) == 1
