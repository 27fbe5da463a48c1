"""Reports of pipelines that publish a version a day: galleries and catalogues with thousands of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import some_of
from catalog.images.catalogue import load
from catalog.images.editor import add_versions, edit_versions
from cli.terminal import NO_TERMINAL
from lifecycle.progress import in_doubt
from lifecycle.visibility import latest_in, taken_versions
from plan.observed import SUCCEEDED
from tests.cli.conftest import folder, scene  # noqa: F401 - fixtures
from tests.support import builders as inputs
from tests.support.exports_scene import CATALOGUE, Scene

pytest_plugins = ["tests.support.emulator"]
MANY = 300
ENTRY = {"source": {"existing": True}}


@pytest.fixture
def daily(scene: Scene) -> Scene:  # noqa: F811 - the fixture
    """A version a day, published by a pipeline over the whole geography."""
    scene.client.replication(secondsPerRegion=0)
    for number in range(MANY):
        scene.export_version(f"0.9.{number}", regions=("koreacentral", "koreasouth"))
    return scene


def _asked(scene: Scene) -> int:  # noqa: F811 - the scene itself
    """How many requests asked for the progress of one version."""
    log = scene.client.get("/sandbox/requests").body
    return sum("expand=ReplicationStatus" in request["path"] for request in log)


def test_status_asks_for_the_progress_of_few_versions_and_counts_the_rest(daily: Scene) -> None:
    shown = daily.labs("status")
    assert shown.exit_code == 0, shown.output
    assert _asked(daily) == 1
    assert f"python:0.9.{MANY - 1}: ready in koreacentral, koreasouth" in shown.stdout.splitlines()
    named = shown.stdout[shown.stdout.index("Not in images.yaml:") :].split("\n`")[0]
    assert " ".join(named.split()).endswith(f"python:0.9.6, python:0.9.7 and {MANY - 8} more")
    assert max(map(len, shown.stdout.splitlines()[-8:])) <= NO_TERMINAL


def test_versions_of_which_the_same_is_to_be_said_are_listed_together(daily: Scene) -> None:
    lines = daily.labs("list-unmanaged").stdout.splitlines()
    assert lines[2].startswith(f"python, an image in the catalogue: {MANY} versions, 0.9.0, 0.9.1, ")
    assert lines[3].endswith(f" and {MANY - 8} more")
    assert len(lines) < 12
    assert max(map(len, lines[:-2])) <= NO_TERMINAL


@pytest.mark.parametrize("command", [("import", "python:9.9.9"), ("rollback", "python", "--to", "9.9.9")])
def test_a_refusal_counts_versions_that_are_too_many_to_name(daily: Scene, command: tuple[str, ...]) -> None:
    refused = daily.labs(*command)
    assert refused.exit_code == 1
    assert f"0.9.6, 0.9.7 and {MANY - 7} more" in refused.stderr
    assert len(refused.stderr) < 500


def test_all_versions_of_an_image_are_taken_over_at_once(daily: Scene) -> None:
    added = daily.labs("import", "python")
    assert added.exit_code == 0, added.output
    assert f"0.9.6, 0.9.7 and {MANY - 8} more added" in added.stdout
    assert len(load(daily.catalogue).images["python"].versions) == MANY + 1


@given(numbers=st.sets(st.integers(1, 400), min_size=1, max_size=6))
def test_versions_added_together_are_those_added_one_by_one(numbers: set[int]) -> None:
    one_by_one = CATALOGUE
    for number in sorted(numbers):
        one_by_one = add_versions(one_by_one, "python", {f"2.0.{number}": ENTRY})
    entries = {f"2.0.{number}": ENTRY for number in sorted(numbers)}
    assert add_versions(CATALOGUE, "python", entries) == one_by_one


@given(data=st.data(), numbers=st.sets(st.integers(1, 400), min_size=1, max_size=8))
def test_versions_changed_together_are_those_changed_one_by_one(data: st.DataObject, numbers: set[int]) -> None:
    text = add_versions(CATALOGUE, "python", {f"2.0.{number}": ENTRY for number in sorted(numbers)})
    edits: dict[tuple[str, str], dict[str, bool] | None] = {
        ("python", f"2.0.{number}"): data.draw(st.sampled_from([None, {"protect": False}])) for number in numbers
    }
    one_by_one = text
    for name, values in edits.items():
        one_by_one = edit_versions(one_by_one, {name: values})
    assert edit_versions(text, edits) == one_by_one


@given(
    states=st.lists(st.sampled_from([SUCCEEDED, "Updating", "Creating", "Failed"]), max_size=60), latest=st.booleans()
)
def test_what_is_not_whole_or_taken_is_asked_for_and_little_else(states: list[str], latest: bool) -> None:
    versions = {
        f"0.9.{number}": inputs.observed_version(id=f"v{number}", provisioning_state=state)
        for number, state in enumerate(states)
    }
    if latest:
        versions["1.0.0"] = inputs.observed_version(id="declared")
    gallery = inputs.observed_gallery(inputs.observed_definition(versions=versions))
    regions = ["koreacentral", "koreasouth"]
    asked = {version.id for version in in_doubt(gallery, inputs.catalogue(), taken_versions(gallery, regions))}
    unfinished = {version.id for version in versions.values() if version.provisioning_state != SUCCEEDED}
    taken = {versions[number].id for region in regions if (number := latest_in(versions, region))}
    assert asked == unfinished | taken | ({"declared"} if latest else set())


@given(names=st.lists(st.text(min_size=1, max_size=4), max_size=30))
def test_names_are_listed_or_counted_and_none_is_lost(names: list[str]) -> None:
    text = some_of(names)
    assert text.startswith(", ".join(names[:8]))
    assert text.endswith(f" and {len(names) - 8} more") == (len(names) > 8)
