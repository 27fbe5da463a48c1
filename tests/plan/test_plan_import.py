"""What is taken over by importExisting, and what is left to others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plan.observed import Observed, ObservedLab, ObservedResourceGroup, ObservedRoleAssignment
from plan.plan import plan
from plan.roles import CONTRIBUTOR
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT, OURS
from tests.support.builders import LAB_ACCOUNTS as PRINCIPAL

BUILT_IN = f"/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"
GROUP = GALLERY.partition("/providers")[0]


def everything() -> Observed:
    """Azure after a deployment, in the spelling that its answers may have."""
    shouted = GALLERY.upper().replace("/IMAGES", "/images")
    version = inputs.observed_version(id=f"{shouted}/IMAGES/gis/VERSIONS/1.0.0")
    definition = inputs.observed_definition(id=f"{shouted}/IMAGES/gis", versions={"1.0.0": version})
    return Observed(
        gallery=inputs.observed_gallery(definition, id=shouted),
        resource_group=ObservedResourceGroup(GROUP.upper(), "koreacentral", OURS),
    )


def settings(**changes: object) -> dict[str, object]:
    return {"labAccountServicePrincipalObjectId": PRINCIPAL, "createResourceGroup": True, **changes}


def role(name: str, **changes: str) -> ObservedRoleAssignment:
    values = {"role_definition_id": BUILT_IN, "principal_id": PRINCIPAL, **changes}
    return ObservedRoleAssignment(name, **values)


def own_name() -> str:
    (planned,) = plan(inputs.catalogue(), inputs.settings(**settings()), Observed()).role_assignments
    return planned.name


def test_ids_of_imports_are_spelled_as_usual_and_the_group_as_in_azure() -> None:
    observed = replace(everything(), role_assignments=(role(own_name()),))
    taken = plan(inputs.catalogue(), inputs.settings(**settings(importExisting=True)), observed)
    group, gallery = (each.replace("/galleries", "/GALLERIES", 1) for each in (GROUP, GALLERY))
    assert taken.gallery.resource_group_import_id == group
    assert taken.gallery.import_id == gallery
    assert taken.images[0].import_id == f"{gallery}/images/gis"
    assert taken.images[0].versions[0].import_id == f"{gallery}/images/gis/versions/1.0.0"
    (assignment,) = taken.role_assignments
    assert assignment.import_id == f"{gallery}/providers/Microsoft.Authorization/roleAssignments/{own_name()}"


def test_nothing_is_imported_unasked() -> None:
    observed = replace(everything(), role_assignments=(role(own_name()),))
    decided = plan(inputs.catalogue(), inputs.settings(**settings()), observed)
    (image,) = decided.images
    imports = [decided.gallery.import_id, decided.gallery.resource_group_import_id, image.import_id]
    imports += [image.versions[0].import_id, decided.role_assignments[0].import_id]
    assert imports == [None] * 5
    assert (image.exists, image.versions[0].exists) == (True, True)


def test_what_is_not_there_is_made_also_in_an_importing_run() -> None:
    images = inputs.image(versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()})
    taken = plan(inputs.catalogue(gis=images), inputs.settings(importExisting=True), everything())
    assert [(version.import_id is None, version.exists) for version in taken.images[0].versions] == [
        (False, True),
        (True, False),
    ]
    fresh = plan(inputs.catalogue(), inputs.settings(**settings(importExisting=True)), Observed())
    assert (fresh.gallery.import_id, fresh.gallery.resource_group_import_id) == (None, None)
    assert (fresh.images[0].import_id, fresh.role_assignments[0].import_id) == (None, None)


@pytest.mark.parametrize("importing", [True, False])
def test_a_role_that_somebody_else_assigned_is_left_alone(importing: bool) -> None:
    chosen = inputs.settings(**settings(importExisting=importing))
    theirs = role("99999999-0000-0000-0000-000000000000")
    assert plan(inputs.catalogue(), chosen, Observed(role_assignments=(theirs,))).role_assignments == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"role_definition_id": f"{BUILT_IN[:-4]}ffff"},
        *({"principal_id": f"0a000000-0000-0000-0000-{'0' * 11}{last}"} for last in (0, 9)),
    ],
)
def test_another_role_or_principal_says_nothing(changes: dict[str, str]) -> None:
    other = role("99999999-0000-0000-0000-000000000000", **changes)
    decided = plan(inputs.catalogue(), inputs.settings(**settings()), Observed(role_assignments=(other,)))
    assert [assignment.name for assignment in decided.role_assignments] == [own_name()]


def test_our_attachment_under_another_name_stays() -> None:
    key = f"{LAB_ACCOUNT.upper()}/SHAREDGALLERIES/made-by-hand"
    account = ObservedLab(LAB_ACCOUNT, "koreacentral", {key: GALLERY.lower()})
    decided = plan(inputs.catalogue(), inputs.settings(), Observed(labs={LAB_ACCOUNT.lower(): account}))
    assert [attachment.id for attachment in decided.attachments] == [f"{LAB_ACCOUNT}/sharedGalleries/made-by-hand"]
