"""Roles that the stack assigns: to Lab Services, and to whom `roleAssignments` names, on the gallery or on an image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.role import ROLES
from plan.conflict import PlanRefused
from plan.observed import Observed, ObservedRoleAssignment
from plan.plan import plan
from plan.planned import Plan, PlannedLock
from plan.roles import CONTRIBUTOR, principals
from tests.support import builders as inputs
from tests.support.builders import GALLERY, SUBSCRIPTION, TEACHERS
from tests.support.builders import LAB_ACCOUNTS as LAB_SERVICES

DEFINITIONS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"


def entry(**changes: str) -> dict[str, str]:
    return {"principalId": TEACHERS, "principalType": "Group", "role": "Reader", **changes}


def decided(*entries: dict[str, str], observed: Observed | None = None, **more: object) -> Plan:
    chosen = inputs.settings(roleAssignments=list(entries), **more)
    return plan(inputs.catalogue(), chosen, observed or Observed())


def test_a_role_on_the_gallery_and_one_on_an_image() -> None:
    on_gallery, on_image = decided(entry(), entry(image="GIS", description="reads maps")).role_assignments
    assert (on_gallery.image, on_image.image) == (None, "gis")
    assert on_gallery.name != on_image.name
    assert {on_gallery.role_definition_id, on_image.role_definition_id} == {f"{DEFINITIONS}/{ROLES['Reader']}"}
    assert (on_image.principal_id, on_image.principal_type) == (TEACHERS, "Group")
    assert on_image.description == "reads maps"


def test_what_lab_services_needs_is_declared_once() -> None:
    same = entry(principalId=LAB_SERVICES, principalType="ServicePrincipal", role="Contributor")
    alone = decided(labAccountServicePrincipalObjectId=LAB_SERVICES).role_assignments
    assert [role.principal_id for role in alone] == [LAB_SERVICES]
    assert decided(same, labAccountServicePrincipalObjectId=LAB_SERVICES).role_assignments == alone
    assert decided(same).role_assignments == alone
    described = decided(same | {"description": "labs"}, labAccountServicePrincipalObjectId=LAB_SERVICES)
    assert [replace(role, description=None) for role in described.role_assignments] == list(alone)
    assert [role.description for role in described.role_assignments] == ["labs"]


def test_roles_on_images_that_are_none_are_told_all_together() -> None:
    with pytest.raises(PlanRefused) as caught:
        decided(entry(image="giss"), entry(image="xyzzy"), entry())
    told = [conflict for conflict in caught.value.conflicts if conflict.subject == "roleAssignments"]
    wrong, foreign = told
    assert str(wrong) == (
        f"roleAssignments: {TEACHERS} is to get a role on the image giss, which the catalogue does not have. A role "
        "cannot be given on an image definition that is not declared here. Write image: gis."
    )
    assert foreign.cause.startswith(f"{TEACHERS} is to get a role on the image xyzzy")
    assert foreign.remedy == "Correct the image's name, or leave image out for the whole gallery"


@pytest.mark.parametrize(("image", "declared"), [(None, ["gis"]), ("GIS", [None])])
def test_a_role_that_somebody_assigned_is_left_alone_on_its_own_scope_only(
    image: str | None, declared: list[str | None]
) -> None:
    theirs = ObservedRoleAssignment(
        "99999999-0000-0000-0000-000000000000", f"/x/{ROLES['Reader'].upper()}", TEACHERS.upper(), image
    )
    found = decided(entry(), entry(image="gis"), observed=Observed(role_assignments=(theirs,)))
    assert [role.image for role in found.role_assignments] == declared


@pytest.mark.parametrize("importing", [True, False])
def test_our_own_role_on_an_image_is_taken_over_when_asked(importing: bool) -> None:
    (role,) = decided(entry(image="gis")).role_assignments
    ours = ObservedRoleAssignment(role.name, role.role_definition_id, TEACHERS, "gis")
    (found,) = decided(
        entry(image="gis"), observed=Observed(role_assignments=(ours,)), importExisting=importing
    ).role_assignments
    wanted = f"{GALLERY}/images/gis/providers/Microsoft.Authorization/roleAssignments/{role.name}"
    assert found.import_id == (wanted if importing else None)


def test_everybody_is_asked_for_once() -> None:
    chosen = inputs.settings(
        labAccountServicePrincipalObjectId=LAB_SERVICES,
        roleAssignments=[entry(), entry(image="gis"), entry(role="Owner")],
    )
    assert principals(chosen) == (LAB_SERVICES, TEACHERS)
    assert principals(inputs.settings()) == ()


PEOPLE = st.sampled_from([LAB_SERVICES, TEACHERS, "0a000000-0000-0000-0000-000000000004"])
ENTRIES = st.lists(
    st.tuples(PEOPLE, st.sampled_from(sorted(ROLES)), st.sampled_from([None, "gis"])), max_size=8, unique=True
)


@given(ENTRIES, st.randoms())
def test_names_are_unique_and_do_not_depend_on_the_order(entries: list[tuple[Any, ...]], random: Any) -> None:
    listed = [
        {"principalId": who, "principalType": "User", "role": role, **({"image": image} if image else {})}
        for who, role, image in entries
    ]
    first = decided(*listed).role_assignments
    random.shuffle(listed)
    again = decided(*listed).role_assignments
    assert len({role.name for role in first}) == len(entries)
    assert set(first) == set(again)


class TestLock:
    def test_there_is_none_unless_the_stack_says_so(self) -> None:
        assert decided(observed=Observed(lock=True)).lock is None

    @pytest.mark.parametrize(("there", "importing"), [(True, True), (True, False), (False, True)])
    def test_one_that_is_there_is_taken_over_when_asked(self, there: bool, importing: bool) -> None:
        lock_id = f"{GALLERY}/providers/Microsoft.Authorization/locks/lab-image-gallery"
        found = decided(observed=Observed(lock=there), lock="CanNotDelete", importExisting=importing).lock
        expected = lock_id if there and importing else None
        assert found == PlannedLock("lab-image-gallery", "CanNotDelete", None, there, expected)


@pytest.mark.parametrize("value", [None, True, False])
@pytest.mark.parametrize("there", [None, True, False])
def test_soft_delete_is_said_or_left_as_it_is(value: bool | None, there: bool | None) -> None:
    """Azure refuses to switch it off where the subscription lacks the feature, and shows no policy then."""
    observed = Observed(gallery=inputs.observed_gallery(soft_delete=there))
    expected = None if value is False and there is None else value
    assert decided(observed=observed, softDelete=value).gallery.soft_delete is expected
    assert decided(softDelete=value).gallery.soft_delete is (value or None)


class TestNamesake:
    ELSEWHERE = GALLERY.replace("/galleries/providers", "/Old-Images/providers")

    def test_a_gallery_of_the_same_name_elsewhere_is_told_with_its_group(self) -> None:
        with pytest.raises(PlanRefused) as caught:
            decided(observed=Observed(namesake=self.ELSEWHERE))
        assert str(caught.value) == (
            f"gallery: the subscription has a gallery of the name images in another resource group: {self.ELSEWHERE}. "
            "The name of a gallery is unique in its subscription, so Azure would refuse ours. Choose another "
            "galleryName; if that gallery is meant, `sandbox/pulumi config set resourceGroupName Old-Images "
            "--stack dev`."
        )

    def test_once_ours_exists_there_is_none(self) -> None:
        ours = inputs.observed_gallery()
        assert decided(observed=Observed(gallery=ours, namesake=self.ELSEWHERE)).gallery.id == GALLERY


def test_contributor_is_what_lab_accounts_need() -> None:
    assert CONTRIBUTOR == "b24988ac-6180-42a0-ab88-20f7382dd24c"
