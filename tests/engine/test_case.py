"""Names in another case than deployed: refused, or without any meaning; never replaced, imported beside or deleted."""

from __future__ import annotations

from typing import Final

import pytest

from tests.support.project import CATALOGUE, SMALL_PUBLISHED, SNAPSHOTS, SUBSCRIPTION, Project

STACK: Final = "Pulumi.dev.yaml"
NAMES: Final = {
    "image": (CATALOGUE, ("  python:\n", "  Python:\n    protect: false\n"), "images.Python: ", "Write python again"),
    "gallery": (STACK, ("contoso_lab_images", "Contoso_lab_images"), "gallery: ", "galleryName contoso_lab_images"),
    "lab plan": (STACK, ("contoso-plan-2", "CONTOSO-plan-2"), "lab plan: ", "labPlan.name contoso-plan-2"),
}
"""File, edit, subject of the conflict and the end of what to do. The image is unprotected as for its removal."""


LABS: Final = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers"
OWN_PLAN: Final = f"""\
  labPlan: {{name: contoso-plan-2, resourceGroupName: labs}}
  devTestLabIds: [{LABS}/Microsoft.DevTestLab/labs/contoso-devtest]
"""
PLAN_OF_OTHERS: Final = f"""\
  labPlanId: {LABS}/Microsoft.LabServices/labPlans/contoso-plan
  labPlanServicePrincipalObjectId: 0a000000-0000-0000-0000-000000000002
"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small catalogue with a lab plan of the stack's own, deployed, and nothing protected."""
    project = Project.small(tmp_path_factory.mktemp("case") / "project")
    project.write(STACK, project.read(STACK) + OWN_PLAN)
    project.up()
    return project


def written(project: Project) -> int:
    return len([entry for entry in project.requests() if entry["method"] in {"PUT", "PATCH", "DELETE"}])


@pytest.fixture(scope="module")
def refused(planned: Project) -> list[str]:
    """What a preview, an update and one that takes over print with all these names at once; nothing is written."""
    edits = {file: [edit for named, edit, *_ in NAMES.values() if named == file] for file in (CATALOGUE, STACK)}
    before = written(planned)
    with planned.edited(CATALOGUE, *edits[CATALOGUE]), planned.edited(STACK, *edits[STACK]):
        printed = [planned.refused("preview"), planned.refused_up()]
        planned.pulumi("config", "set", "importExisting", "true")
        printed.append(planned.refused_up())
    assert written(planned) == before
    assert planned.published() == SMALL_PUBLISHED
    return [" ".join(each.split()) for each in printed]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_refused_with_the_spelling_to_write(refused: list[str], name: str) -> None:
    *_, subject, remedy = NAMES[name]
    for printed in refused:
        assert subject in printed
        assert remedy in printed


def test_settings_are_right_again_with_the_spelling_to_write(planned: Project) -> None:
    stack = [(edit, remedy) for file, edit, _, remedy in NAMES.values() if file == STACK]
    with planned.edited(STACK, *(edit for edit, _ in stack)):
        for _, remedy in stack:
            planned.pulumi("config", "set", "--path", *remedy.split())
        assert planned.steps() == []


def test_groups_ids_and_regions_in_another_case_change_nothing(planned: Project) -> None:
    with planned.edited(
        STACK,
        ("resourceGroupName: galleries", "resourceGroupName: GALLERIES"),
        (
            "/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs",
            "/LABS/PROVIDERS/microsoft.labservices/LABACCOUNTS/Contoso-Labs",
        ),
        ("resourceGroupName: labs", "resourceGroupName: Labs"),
        ("Microsoft.DevTestLab/labs/contoso-devtest", "microsoft.devtestlab/LABS/CONTOSO-devtest"),
        ("location: koreacentral", "location: Korea Central"),
        ("0a000000-0000-0000-0000-000000000001", "0A000000-0000-0000-0000-000000000001"),
    ):
        assert planned.steps() == []
        planned.up("--expect-no-changes")
        planned.pulumi("config", "set", "importExisting", "true")
        assert planned.steps() == []


def test_the_lab_plan_of_others_in_another_case_is_the_same(small: Project) -> None:
    small.edit(CATALOGUE, ("  python:\n", "  python:\n    enabled_in_plan: true\n"))
    small.write(STACK, small.read(STACK) + PLAN_OF_OTHERS)
    small.up()
    small.edit(STACK, ("/labPlans/contoso-plan", "/LABPLANS/Contoso-Plan"))
    assert small.steps() == []
    small.up("--expect-no-changes")


def test_a_source_in_another_case_is_no_other_source(planned: Project) -> None:
    before, shouted = written(planned), SNAPSHOTS.upper().replace("/SUBSCRIPTIONS", "/subscriptions")
    with planned.edited(CATALOGUE):
        planned.write(CATALOGUE, planned.read(CATALOGUE).replace(SNAPSHOTS, shouted))
        planned.up()
    assert written(planned) == before
    planned.up()


def test_a_state_with_other_spellings_than_azure_is_left_as_it_is(planned: Project) -> None:
    """What an earlier release imported has the file's spelling in its state."""
    state = planned.pulumi("stack", "export").stdout
    shouted = state.replace("contoso_lab_images", "Contoso_Lab_Images").replace(
        "resourceGroups/galleries", "resourceGroups/Galleries"
    )
    planned.write("state.json", shouted.replace('"resourceGroupName": "galleries"', '"resourceGroupName": "Galleries"'))
    planned.pulumi("stack", "import", "--file", "state.json")
    with planned.edited(STACK, ("contoso_lab_images", "Contoso_Lab_Images")):
        assert planned.steps() == []
    assert "galleryName Contoso_Lab_Images" in " ".join(planned.refused("preview").split())
    planned.write("state.json", state)
    planned.pulumi("stack", "import", "--file", "state.json")
    assert planned.steps() == []
