"""Attempts to get an image past the policies, on the real engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.policies.attack_programs import ATTACKS, HONEST, LIES, READ, SUPPORTING, lies, publish_behind_pulumis_back
from tests.policies.findings import COMPLETE, DEPLOYED_DISKS, LOCKED, NOTICES, OS_DISK
from tests.policies.foreign_project import ForeignProject, Run, analyze, run
from tests.policies.program_entries import definition, gallery, version
from tests.policies.transformed_project import BELOW, CHANGED, SECOND, UNSEEN, let_it_change, swap_behind_pulumis_back
from tests.support.project import Project

DEPLOY = ("up", "--yes", "--skip-preview")
GOOD = (gallery(), definition("gis"), version("gis-1", "gis", "1.0.0"), READ)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> ForeignProject:
    project = ForeignProject.write(Project.copy_to(tmp_path_factory.mktemp("attacks") / "project"))
    publish_behind_pulumis_back(project.project)
    return project


@pytest.fixture(scope="module")
def previewed(foreign: ForeignProject) -> Run:
    foreign.declare(*HONEST, *SUPPORTING, *(attack for _, attack in ATTACKS))
    return foreign.run("preview")


@pytest.mark.parametrize(("policy", "attack"), [pytest.param(*each, id=each[1]["name"]) for each in ATTACKS])
def test_one_policy_refuses_each_attack_of_a_foreign_program(
    previewed: Run, policy: str, attack: Mapping[str, Any]
) -> None:
    assert previewed.refusals().get(attack["name"]) == {policy}


def test_nothing_else_of_the_foreign_program_is_refused(previewed: Run) -> None:
    assert not previewed.succeeded
    assert set(previewed.refusals()) == {attack["name"] for _, attack in ATTACKS}


def test_honest_resources_of_a_foreign_program_pass(foreign: ForeignProject) -> None:
    foreign.declare(*HONEST)
    preview = foreign.run("preview")
    assert preview.succeeded, preview.printed
    assert {each.level for each in preview.said} == {"advisory"}


@pytest.fixture(scope="module")
def transformed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copy_to(tmp_path_factory.mktemp("transformed") / "project")


def test_what_changes_this_programs_resources_on_their_way_is_refused(transformed: Project) -> None:
    let_it_change(transformed, {each.resource: each.changes for each in CHANGED}, *(each for _, each in BELOW))
    preview = run(transformed, "preview")
    assert not preview.succeeded
    expected = {each.name: set(each.refused_by) for each in CHANGED}
    expected |= {each["name"]: {policy} for policy, each in BELOW}
    # Its definition is published under another name, so it is that of no image here any more.
    assert preview.refusals() == expected | {"windows-2022-office:2025.9.0": {COMPLETE}}


def test_a_second_component_for_one_image_is_refused(transformed: Project) -> None:
    transformed.write("changed.json", "{}")
    transformed.write("below.json", json.dumps(SECOND))
    preview = run(transformed, "preview")
    assert COMPLETE in preview.refusals().get("second", set()) | preview.refusals().get("windows-2022-cad", set())


@pytest.fixture(scope="module")
def deployed(foreign: ForeignProject) -> Mapping[str, Run]:
    """Runs, one after the other, of a program with versions of 256 GB whose tags say 64."""
    foreign.declare(*GOOD, *lies())
    runs = {"made": foreign.run(*DEPLOY), "unchanged": foreign.run("preview")}
    foreign.declare(*GOOD, *lies(course="gis"))
    runs["one tag changed"] = foreign.run("preview")
    switched_off = foreign.with_configuration({"all": "disabled"})
    runs["switched off"] = foreign.run("preview", *switched_off)
    runs["made again"] = foreign.run(*DEPLOY)
    runs["analyzed"] = analyze(foreign.project, foreign.state())
    exempted = foreign.configured({DEPLOYED_DISKS: {"exemptions": [EXEMPTION]}})
    runs["exempted"] = foreign.run(*DEPLOY, *exempted)
    runs["exempted in the state"] = analyze(foreign.project, foreign.state(), *exempted)
    return runs


EXEMPTION = {"image": "Large", "reason": "virtual desktops until June", "expires": "2099-12-31"}
"""For both images of the name, in another case."""


@pytest.mark.parametrize("when", ["made", "unchanged", "one tag changed", "made again", "analyzed"])
def test_a_lying_tag_is_found_out_once_azure_has_the_version(deployed: Mapping[str, Run], when: str) -> None:
    assert not deployed[when].succeeded
    assert deployed[when].refusals() == {name: {DEPLOYED_DISKS} for name in LIES}


@pytest.mark.parametrize("when", ["exempted", "exempted in the state"])
def test_an_exempted_version_passes_with_a_notice(deployed: Mapping[str, Run], when: str) -> None:
    assert deployed[when].succeeded, deployed[when].printed
    (notice,) = deployed[when].but_cost()
    assert (notice.policy, notice.level) == (NOTICES, "advisory")
    assert str(EXEMPTION["reason"]) in notice.message


def test_policies_that_are_switched_off_refuse_all_the_same_and_say_so(deployed: Mapping[str, Run]) -> None:
    refusals = deployed["switched off"].refusals()
    assert refusals.pop("foreign-dev") == {DEPLOYED_DISKS}
    assert refusals == {name: {DEPLOYED_DISKS} for name in LIES}
    told = deployed["switched off"].words("foreign-dev", DEPLOYED_DISKS)
    assert [name for name in sorted({*LOCKED, COMPLETE}) if f"{name}: " not in told] == []


def test_a_state_of_good_versions_without_tags_passes(foreign: ForeignProject, deployed: Mapping[str, Run]) -> None:
    assert deployed
    state = foreign.state()
    resources = state["deployment"]["resources"]
    kept = [each for each in resources if each["urn"].rpartition("::")[2] not in LIES]
    state["deployment"]["resources"] = kept
    for each in kept:
        for values in ("inputs", "outputs"):
            each.get(values, {}).pop("tags", None)
    assert {each["urn"].rpartition("::")[2] for each in kept} > {"gis-1", "read"}
    analysis = analyze(foreign.project, state)
    assert analysis.succeeded, analysis.printed
    assert analysis.but_cost() == []


def test_the_advice_for_a_definition_that_is_read_can_be_followed(foreign: ForeignProject) -> None:
    """The engine does not show policies what a program reads, so reading a definition helps nobody."""
    image = READ["id"].rpartition("/versions/")[0]
    read = {"name": "read-definition", "type": "azure-native:compute:GalleryImage", "properties": {}, "id": image}
    foreign.declare(read, version("into-read", "large", "3.0.0", galleryName="others"))
    preview = foreign.run("preview")
    assert preview.refusals() == {"into-read": {COMPLETE}}
    assert "`get`" not in preview.words("into-read", COMPLETE)


def test_a_swapped_image_is_refused_in_each_command_after_the_refresh(tmp_path: Path) -> None:
    project = Project.small(tmp_path / "project")
    project.up()
    swap_behind_pulumis_back(project)
    project.pulumi("refresh", "--yes", "--skip-preview")
    assert run(project, "preview").refusals() == {"databases": {OS_DISK}}
    # The component is told 32 GB on its way, and what it declares ignores the storage profile.
    let_it_change(project, UNSEEN)
    assert run(project, *DEPLOY).refusals() == {"databases:1.0.0": {DEPLOYED_DISKS}}
    state = json.loads(project.pulumi("stack", "export").stdout)
    assert analyze(project, state).refusals() == {"databases:1.0.0": {DEPLOYED_DISKS}}
