"""What holds of the pipelines, whatever they run: rights, pins, who is let near Azure, what happens on a failure."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.get.pinned import pinned_version
from tests.support.page import page
from tests.support.project import ROOT
from tests.support.workflows import (
    FOLDER,
    NAMES,
    azure_pipeline,
    azure_steps,
    jobs,
    run_lines,
    shown_name,
    steps,
    workflow,
)

PIN = re.compile(r"uses: [\w-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ALLOWED = {"contents: read", "id-token: write", "pull-requests: write", "issues: write"}
PUBLISHING = {
    "release/publish": {"contents": "write", "id-token": "write", "attestations": "write"},
    "drift/pages": {"contents": "read", "id-token": "write", "pages": "write"},
    "prices/propose": {"contents": "write", "pull-requests": "write"},
    "regions/propose": {"contents": "write", "pull-requests": "write"},
}
JOBS = dict(jobs())
ON_AZURE = [place for place, job in JOBS.items() if "id-token" in job["permissions"] and place not in PUBLISHING]
FANNED_OUT = [place for place, job in JOBS.items() if "strategy" in job and place != "product/test"]
PIPELINES = [*(FOLDER / f"{name}.yml" for name in NAMES), ROOT / ".github" / "actions" / "set-up" / "action.yml"]
SAME = "github.event.pull_request.head.repo.full_name == github.repository"
FORK = SAME.replace("==", "!=")
IDENTITY = "vars.AZURE_TENANT_ID != ''"
PRODUCT = f"{FORK} || vars.LAB_PRODUCT_CHECKS == 'true'"
GATES = {
    "pull-request": "always()",
    "preview": f"always() && {IDENTITY} && {SAME}",
    "product": f"always() && ({PRODUCT})",
}
TARGETS = re.compile(r"^([a-z-]+):", re.MULTILINE)


def test_these_are_the_workflows_and_others_are_the_administrators() -> None:
    yours = (ROOT / "yours.txt").read_text(encoding="utf-8").splitlines()
    assert "/.github/workflows/*" in yours
    assert [line for line in yours if line.startswith("!/.github/workflows/")] == [
        f"!/.github/workflows/{name}.yml" for name in sorted(NAMES)
    ]
    assert {f"{name}.yml" for name in NAMES} <= {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    foreign = [line for line in lines if line != "uses: ./.github/actions/set-up"]
    assert foreign
    assert [line for line in foreign if not PIN.fullmatch(line.removeprefix("- "))] == []


def test_one_action_has_one_pin() -> None:
    found = {step["uses"] for _, step in steps() if "@" in step.get("uses", "")}
    assert len({use.split("@")[0] for use in found}) == len(found)


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_begins_without_any_right(name: str) -> None:
    assert workflow(name)["permissions"] == {}
    assert "pull_request_target" not in (FOLDER / f"{name}.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", JOBS)
def test_a_job_has_few_rights_a_limit_and_no_credentials_on_disk(place: str) -> None:
    job = JOBS[place]
    rights = job["permissions"]
    assert rights == PUBLISHING.get(place) or {f"{right}: {how}" for right, how in rights.items()} <= ALLOWED
    assert 0 < job["timeout-minutes"] <= 360
    checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


def test_pull_requests_from_anywhere_get_nothing_that_is_worth_taking() -> None:
    for place, job in JOBS.items():
        if place.split("/")[0] in ("pull-request", "product") and place != "pull-request/comment":
            rest = str({key: value for key, value in job.items() if key != "if"})
            for word in ("secrets.", "vars.", "id-token", "write", "environment", "azure/login"):
                assert word not in rest, (place, word)


def test_reports_and_comments_are_in_the_language_that_a_variable_says() -> None:
    # Nothing is set where there is no such variable: that is English.
    language = {"LABS_LANG": "${{ vars.LABS_LANG }}"}
    assert {name for name in NAMES if "env" in workflow(name)} == {"pull-request", "preview", "deploy", "drift"}
    for name in ("pull-request", "preview", "deploy", "drift"):
        assert workflow(name)["env"] == language
    # Azure Pipelines gives every step the variables of the pipeline; one in the file would stand against it.
    assert "LABS_LANG" not in str(azure_pipeline())


def test_one_comment_has_one_writer() -> None:
    sandbox, azure = JOBS["pull-request/comment"], JOBS["preview/comment"]
    without = IDENTITY.replace("!=", "==")
    assert sandbox["if"] == f"${{{{ !cancelled() && needs.preview.result != 'skipped' && {without} && {SAME} }}}}"
    # On Azure nothing is previewed, and so nothing commented on, without an identity or for a fork.
    assert azure["if"] == "${{ !cancelled() && needs.preview.result != 'skipped' }}"
    assert JOBS["preview/stacks"]["if"] == f"${{{{ {IDENTITY} && {SAME} }}}}"
    assert JOBS["drift/stacks"]["if"] == f"${{{{ {IDENTITY} }}}}"
    # A merge that deploys nothing is no success.
    assert "if" not in JOBS["deploy/stacks"]


def test_the_product_is_checked_where_its_variable_is_set_and_for_forks_which_get_no_variables() -> None:
    for place, job in JOBS.items():
        if place.startswith("product/") and place != "product/all":
            assert job["if"] == f"${{{{ {PRODUCT} }}}}", place
    (stage,) = (stage for stage in azure_pipeline()["stages"] if stage["stage"] == "product")
    assert stage["condition"] == "eq(variables['LAB_PRODUCT_CHECKS'], 'true')"
    theirs = {line for name in ("pull-request", "preview", "deploy", "drift") for line in run_lines(name)}
    theirs |= {_line(step) for place, step in azure_steps() if not place.startswith("product/")}
    assert theirs & {"make check", "make test", "make audit", "make preview"} == set()


@pytest.mark.parametrize("name", GATES)
def test_one_check_of_a_workflow_can_be_required(name: str) -> None:
    gate = JOBS[f"{name}/all"]
    others = [job for job in workflow(name)["jobs"] if job not in ("all", "comment")]
    assert gate["needs"] == others
    # Without always() it would be skipped after a failure, and GitHub takes a skipped check for a good one.
    assert gate["if"] == f"${{{{ {GATES[name]} }}}}"
    (step,) = (step for step in gate["steps"] if "run" in step)
    assert (step["run"], step["env"]) == ("tools/pipeline/gate", {"RESULTS": "${{ join(needs.*.result, ' ') }}"})


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ("success success success", 0),
        ("success success skipped", 0),
        ("success failure success", 1),
        ("cancelled success skipped", 1),
        ("success success neutral", 1),
        ("skipped skipped", 1),
        ("", 1),
    ],
)
def test_a_gate_is_open_only_if_all_jobs_are_good(results: str, code: int) -> None:
    ran = subprocess.run(
        [ROOT / "tools" / "pipeline" / "gate"],
        env={**os.environ, "RESULTS": results},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, bool(ran.stderr)) == (code, bool(code))


def test_the_page_names_the_checks_to_require_as_github_lists_them() -> None:
    rows = [line for line in page("run/first-day.md").splitlines() if line.startswith("| `All ")]
    named = {checks[0]: checks[1:] for checks in (re.findall(r"`([^`]+)`", row) for row in rows)}
    expected = {}
    for name in ("pull-request", "preview"):
        needed = workflow(name)["jobs"]["all"]["needs"]
        expected[shown_name(JOBS[f"{name}/all"])] = [shown_name(JOBS[f"{name}/{job}"]) for job in needed]
    assert named == expected
    contributing = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"`{shown_name(JOBS['product/all'])}`" in contributing
    # GitHub knows a required check by its name only.
    everywhere = [shown_name(job) for job in JOBS.values()]
    assert [everywhere.count(shown_name(JOBS[f"{name}/all"])) for name in GATES] == [1, 1, 1]


def test_who_signs_in_is_kept_in_an_environment() -> None:
    assert {place: JOBS[place]["environment"] for place in ON_AZURE} == {
        "preview/preview": "preview",
        "deploy/deploy": "deploy",
        "drift/drift": "preview",
        "regions/read": "preview",
    }


def test_a_fork_is_not_previewed_against_azure() -> None:
    assert SAME in JOBS["preview/stacks"]["if"]
    assert "stacks" in JOBS["preview/preview"]["needs"]
    preview = next(stage for stage in azure_pipeline()["stages"] if stage["stage"] == "preview")
    assert "ne(variables['System.PullRequest.IsFork'], 'True')" in preview["condition"]


def test_only_a_push_to_main_deploys() -> None:
    assert workflow("deploy")["on"] == {"push": {"branches": ["main"]}}
    updating = {
        place
        for place, step in steps()
        if re.search(r"pulumi (up|destroy|refresh(?! --preview-only))", step.get("run", ""))
    }
    assert updating == {"deploy/deploy"}
    deploy = next(stage for stage in azure_pipeline()["stages"] if stage["stage"] == "deploy")
    assert "eq(variables['Build.SourceBranch'], 'refs/heads/main')" in deploy["condition"]
    for reason in ("PullRequest", "Schedule"):
        assert f"ne(variables['Build.Reason'], '{reason}')" in deploy["condition"]


def test_drift_is_looked_for_in_both_pipelines_and_found_by_all_that_looks() -> None:
    looking = [
        step
        for step in JOBS["drift/drift"]["steps"]
        if "refresh" in step.get("run", "") or "look" in step.get("run", "")
    ]
    assert [step["run"].split()[0] for step in looking] == ["pulumi", "tools/pipeline/look"]
    # The second looks also if the first has found something, and the issue is closed if neither has.
    assert [step.get("if") for step in looking] == [None, "${{ !cancelled() }}"]
    assert JOBS["drift/issue"]["if"] == "${{ !cancelled() && needs.drift.result != 'skipped' }}"
    (drift,) = (stage for stage in azure_pipeline()["stages"] if stage["stage"] == "drift")
    assert drift["condition"] == "and(succeeded(), eq(variables['Build.Reason'], 'Schedule'))"
    (schedule,) = azure_pipeline()["schedules"]
    assert schedule["cron"] == workflow("drift")["on"]["schedule"][0]["cron"]
    lines = [(step.get("condition"), _line(step)) for place, step in azure_steps() if place == "drift/drift"]
    assert lines[-4:] == [
        (None, looking[0]["run"]),
        ("not(canceled())", "tools/pipeline/look"),
        ("not(canceled())", "tools/pipeline/overview azure"),
        ("not(canceled())", "tools/pipeline/drift-report azure"),
    ]


def test_what_was_looked_at_is_kept_for_the_issue() -> None:
    keep = _kept("events-${{ matrix.stack }}")
    assert keep["with"]["path"].split() == [".sandbox/*.events", ".sandbox/*.teachers", ".sandbox/*.activity"]


def test_an_overview_is_kept_whatever_was_found_and_does_not_reach_the_issue() -> None:
    writing = next(step for step in JOBS["drift/drift"]["steps"] if step.get("run") == "tools/pipeline/overview github")
    keep = _kept("overview-${{ matrix.stack }}")
    assert [step["if"] for step in (writing, keep)] == ["${{ !cancelled() }}"] * 2
    assert (keep["with"]["path"], keep["with"]["retention-days"]) == (".sandbox/overview-*.html", 30)
    (fetch,) = (step for step in JOBS["drift/issue"]["steps"] if "download-artifact" in step.get("uses", ""))
    assert fetch["with"]["pattern"] == "events-*"


def test_nothing_is_published_unless_a_variable_says_so() -> None:
    job = JOBS["drift/pages"]
    never_skipped = "!cancelled() && needs.drift.result != 'skipped'"
    assert job["if"] == f"${{{{ {never_skipped} && vars.OVERVIEW_PAGES == 'true' }}}}"
    assert job["environment"] == "github-pages"
    for place, other in JOBS.items():
        assert place == "drift/pages" or "pages" not in other["permissions"], place


def _kept(name: str) -> dict[str, Any]:
    """The step of the look for drift that keeps files under a name."""
    steps = (step for step in JOBS["drift/drift"]["steps"] if "upload-artifact" in step.get("uses", ""))
    (found,) = (step for step in steps if step["with"]["name"] == name)
    return dict(found)


def test_a_tag_of_the_product_is_checked_before_it_is_published_and_a_copys_is_not() -> None:
    assert workflow("release")["on"] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}
    assert JOBS["release/tag"]["if"] == "${{ vars.LAB_PRODUCT_CHECKS == 'true' }}"
    assert {job: JOBS[f"release/{job}"].get("needs") for job in ("tag", "check", "test", "publish")} == {
        "tag": None,
        "check": "tag",
        "test": "tag",
        "publish": ["check", "test"],
    }
    assert {"make check", "make test"} <= set(run_lines("release"))


def test_what_is_published_is_made_where_nothing_was_set_up_and_by_the_whole_history() -> None:
    publishing = JOBS["release/publish"]["steps"]
    assert [step.get("run") or step["uses"].split("@")[0] for step in publishing] == [
        "actions/checkout",
        "tools/pipeline/release",
        "actions/attest-build-provenance",
        "tools/pipeline/publish",
    ]
    assert publishing[0]["with"]["fetch-depth"] == 0
    assert publishing[2]["with"] == {"subject-path": ".sandbox/release/*.tar.gz"}
    with_token = [step["name"] for step in publishing if "GH_TOKEN" in step.get("env", {})]
    assert with_token == ["Publish"]


@pytest.mark.parametrize(
    ("subject", "condition", "rights"),
    [
        ("prices", f"{IDENTITY} && vars.LAB_PRODUCT_CHECKS != 'true'", {"contents": "read"}),
        ("regions", IDENTITY, {"contents": "read", "id-token": "write"}),
    ],
)
def test_lists_are_read_without_a_right_to_write_and_proposed_where_nothing_was_set_up(
    subject: str, condition: str, rights: dict[str, str]
) -> None:
    reading, proposing = JOBS[f"{subject}/read"], JOBS[f"{subject}/propose"]
    assert reading["if"] == f"${{{{ {condition} }}}}"
    assert reading["permissions"] == rights
    assert "token" not in str(reading["steps"])
    assert proposing["needs"] == "read"
    assert [step.get("run") or step["uses"].split("@")[0] for step in proposing["steps"]] == [
        "actions/checkout",
        "actions/download-artifact",
        f"tools/pipeline/propose {subject}",
    ]
    kept = next(step["with"] for step in reading["steps"] if "upload-artifact" in step.get("uses", ""))
    # Elsewhere it could replace what runs with the token.
    assert proposing["steps"][1]["with"]["path"] == f".sandbox/{subject}"
    written = {f"{folder}/{subject}.json" for folder in ("catalog/regions", "policies/lab_image_policies")}
    assert set(kept["path"].split()) == {*written, f".sandbox/{subject}.txt"}


@pytest.mark.parametrize("place", FANNED_OUT)
def test_a_failing_stack_does_not_stop_the_others(place: str) -> None:
    strategy = JOBS[place]["strategy"]
    assert strategy["fail-fast"] is False
    assert strategy["matrix"] == "${{ fromJSON(needs.stacks.outputs.matrix) }}"
    # An empty matrix is an error to GitHub; a project without stacks has nothing to do.
    assert JOBS[place]["if"] == "${{ fromJSON(needs.stacks.outputs.matrix).include[0] != null }}"


def test_every_version_of_python_that_sets_itself_up_is_tested() -> None:
    strategy = JOBS["product/test"]["strategy"]
    assert strategy["fail-fast"] is False
    looked_for = re.findall(r"\bpython(3\.\d+)", (ROOT / "tools" / "environment").read_text(encoding="utf-8"))
    assert sorted(strategy["matrix"]["python"]) == sorted(set(looked_for))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={strategy['matrix']['python'][0]}"


def test_what_the_browser_showed_is_kept_whatever_the_tests_said() -> None:
    keep = JOBS["product/test"]["steps"][-1]
    assert (keep["if"], keep["with"]["path"]) == ("${{ !cancelled() }}", ".sandbox/screenshots")
    assert keep["with"]["name"] == "screenshots-${{ matrix.python }}"


def test_the_version_of_a_leg_is_set_up_and_has_packages_of_its_own() -> None:
    set_up = next(step for step in JOBS["product/test"]["steps"] if step["name"] == "Set up")
    assert set_up["with"] == {"python": "${{ matrix.python }}"}
    python, packages = (step["with"] for place, step in steps() if place == "set-up" and "Python" in step["name"])
    assert python == {"python-version": "${{ inputs.python }}"}
    assert "-${{ inputs.python }}-" in packages["key"]


def test_one_deployment_of_a_stack_at_a_time_and_none_is_stopped() -> None:
    expected = {"group": "deploy-${{ matrix.stack }}", "cancel-in-progress": False}
    assert JOBS["deploy/deploy"]["concurrency"] == expected


CHECK = './labs check "Pulumi.$STACK.yaml"'


@pytest.mark.parametrize("place", ON_AZURE)
def test_nothing_signs_in_before_the_variables_are_known_to_be_set(place: str) -> None:
    lines = [step.get("run") or step.get("uses", "") for step in JOBS[place]["steps"]]
    signing_in = next(number for number, line in enumerate(lines) if line.startswith("azure/login@"))
    assert lines.index("tools/pipeline/variables github") < signing_in


def test_what_the_files_hide_from_teachers_stops_a_deployment_and_neither_the_comment_nor_the_look_at_azure() -> None:
    def lines(place: str) -> list[str]:
        return [str(step.get("run") or step.get("uses", "")) for step in JOBS[place]["steps"]]

    deployment = lines("deploy/deploy")
    assert deployment.index(CHECK) < next(i for i, line in enumerate(deployment) if line.startswith("azure/login@"))
    preview = lines("preview/preview")
    assert preview.index(CHECK) > next(i for i, line in enumerate(preview) if line.startswith("pulumi preview"))
    assert CHECK not in lines("drift/drift")
    of_azure = [place for place, step in azure_steps() if _line(step) == CHECK]
    assert of_azure == ["preview/preview", "deploy/deploy"]


@pytest.mark.parametrize("name", ["pull-request", "preview", "deploy", "drift"])
def test_only_real_stacks_are_previewed_and_deployed(name: str) -> None:
    assert [line for line in run_lines(name) if "matrix" in line] == ["tools/pipeline/matrix github --real"]


def test_every_step_runs_one_command_and_names_come_by_variables() -> None:
    targets = set(TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    lines = [(place, line) for place, step in [*steps(), *azure_steps()] if (line := _line(step))]
    assert len(lines) > 20
    for place, line in lines:
        assert "\n" not in line, place
        assert "${{" not in line, place
        assert "$(" not in line, place
        command, *arguments = line.split()
        assert command in {"make", "pulumi", "./labs"} or (ROOT / command).stat().st_mode & 0o100, place
        assert command != "make" or set(arguments) <= targets, place


def test_the_same_version_of_pulumi_everywhere() -> None:
    (step,) = (step for _, step in steps() if step.get("uses", "").startswith("pulumi/actions@"))
    assert step["with"]["pulumi-version"] == pinned_version()


def test_azure_pipelines_keeps_no_credentials_and_stays_signed_in_to_deploy() -> None:
    checkouts = [step for _, step in azure_steps() if "checkout" in step]
    assert checkouts
    assert all(step["persistCredentials"] is False for step in checkouts)
    signed_in = {place: step["inputs"] for place, step in azure_steps() if step.get("task") == "AzureCLI@2"}
    assert signed_in["preview/preview"]["azureSubscription"] == "lab-images-preview"
    assert signed_in["drift/drift"]["azureSubscription"] == "lab-images-preview"
    assert signed_in["deploy/deploy"]["azureSubscription"] == "lab-images-deploy"
    assert signed_in["deploy/deploy"]["keepAzSessionActive"] is True


def test_azure_pipelines_previews_pull_requests_in_the_sandbox_and_nothing_waits_for_that() -> None:
    stages = {stage["stage"]: stage for stage in azure_pipeline()["stages"]}
    assert stages["sandbox"]["condition"] == "eq(variables['Build.Reason'], 'PullRequest')"
    assert {name: stage.get("dependsOn") for name, stage in stages.items()} == {
        "check": None,
        "sandbox": [],
        "product": [],
        "preview": [],
        "deploy": "check",
        "drift": [],
    }
    # The sandbox installs the pack when nothing else switches it on.
    options = {"PULUMI_OPTION_POLICY_PACK": "policies", "PULUMI_OPTION_POLICY_PACK_CONFIG": "policy-config.json"}
    assert azure_pipeline()["variables"] == {"PULUMI_DEBUG_COMMANDS": "true"}
    assert {name for name, stage in stages.items() if stage.get("variables") == options} == {
        "preview",
        "deploy",
        "drift",
    }
    lines = [(step.get("condition"), _line(step)) for place, step in azure_steps() if place == "sandbox/preview"]
    preview = next(line for line in run_lines("pull-request") if line.startswith("sandbox/pulumi "))
    assert [line for line in lines if line[1]] == [(None, preview), ("not(canceled())", "tools/pipeline/summary azure")]


def _line(step: dict[str, Any]) -> str:
    """What a step of either pipeline runs, "" for one that runs an action or a task."""
    return str(step.get("run") or step.get("script") or step.get("inputs", {}).get("inlineScript") or "")
