"""The smoke test for a real tenant, run in the sandbox: it works, cleans up, and asks what its page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.emulator import emulator as _registers_every_rule  # noqa: F401
from sandbox.emulator.process.lease import lease
from sandbox.emulator.rules import LEDGER
from tests.support.page import page
from tests.support.pretend_azure import PretendAzure
from tests.support.project import COMPUTE, LAB_ACCOUNT, LABS, ROOT, SUBSCRIPTION, Project
from tests.support.running import wait_until

OURS = {
    "attachment-name",
    "attachment-role",
    "definition-disallowed",
    "export-taken-over",
    "missing-plan",
    "roles-suffice",
}
ARGUMENTS = {
    "--subscription": SUBSCRIPTION,
    "--region": "Korea Central",
    "--second-region": "koreasouth",
    "--lab-account": LAB_ACCOUNT,
    "--lab-services": "0a000000-0000-0000-0000-000000000001",
}
PLANS = "api-version=2023-06-07"
Row = tuple[str, ...]


def smoke(*more: str, environment: dict[str, str] | None = None, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run the smoke test; `changed` are arguments that differ, with _ for -."""
    arguments = ARGUMENTS | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    command = [sys.executable, "-m", "tests.live", *(word for pair in arguments.items() for word in pair), *more]
    return Project(ROOT).run(*command, check=False, **(environment or {}))


def rows(text: str) -> list[Row]:
    """The cells of a table of questions, without its heading."""
    lines = re.findall(r"^\| (`.*) \|$", text, flags=re.MULTILINE)
    return [tuple(cell.strip().strip("`") for cell in line.split(" | ")) for line in lines]


def test_it_runs_in_the_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.setenv("PULUMI", str(ROOT / "sandbox" / "pulumi"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    report = tmp_path / "report.md"
    with lease(tmp_path / "sandbox") as held:
        azure = PretendAzure(held.endpoint)
        plan, exported = _an_export(azure)
        given = {"exported_version": exported, "lab_plan": plan}
        before = azure.send("GET", f"{exported}?{COMPUTE}")
        done = smoke("--report", str(report), "--yes", environment=held.environment(), **given)
        assert done.returncode == 0, done.stdout + done.stderr
        assert azure.send("GET", f"{exported}?{COMPUTE}") == before
        groups = azure.send("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups?api-version=2021-04-01")
        attached = azure.send("GET", f"{LAB_ACCOUNT}/sharedGalleries?{LABS}")
    assert not any("smoke" in group["name"] for group in groups["value"])
    assert attached["value"] == []
    assert not list(tmp_path.glob("lab-image-gallery-smoke-*"))
    printed = report.read_text(encoding="utf-8")
    assert printed in done.stdout
    answers = rows(printed)
    assert f"{len(answers)} answers, 0 of them not as assumed." in done.stdout
    documented = rows(page("run/smoke-test.md").partition("<!-- questions -->")[2])
    assert [answer[:2] for answer in answers] == [row[:2] for row in documented]
    for (rule, question, answer, day), (*_, assumed) in zip(answers, documented, strict=True):
        assert re.match(r"\d{4}-\d\d-\d\d(, |$)", day)
        assert assumed == "refused" or answer.partition(":")[0] == assumed, (rule, question, answer)
    assert {rule for rule, *_ in answers} - OURS <= set(LEDGER)
    assert answers[0][:2] == ("definition-security-type", "SecurityType=Standard in a new definition")


def test_a_step_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.setenv("PULUMI", str(ROOT / "sandbox" / "pulumi"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    fault = {"method": "PATCH", "path": "/versions/1.0.0", "status": 409, "code": "Conflict", "message": "in use"}
    with lease(tmp_path / "sandbox") as held:
        azure = PretendAzure(held.endpoint)
        azure.send("POST", "/sandbox/faults", fault | {"times": 1})
        done = smoke("--yes", environment=held.environment())
        groups = azure.send("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups?api-version=2021-04-01")
        attached = azure.send("GET", f"{LAB_ACCOUNT}/sharedGalleries?{LABS}")
    assert done.returncode == 1
    assert "smoke test: a step failed: Azure refuses PATCH" in done.stderr
    assert "Left behind" not in done.stderr
    assert not any("smoke" in group["name"] for group in groups["value"])
    assert attached["value"] == []
    # What was answered until then is printed all the same.
    assert "| `provider-gone` | a service that Azure has retired | 404 InvalidResourceNamespace" in done.stdout


def _an_export(azure: PretendAzure) -> tuple[str, str]:
    """A lab plan with a gallery, and the version that it saved there."""
    gallery = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/exports"
    labs = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices"
    azure.send("PUT", f"{gallery}?{COMPUTE}", {"location": "koreacentral"})
    plan = f"{labs}/labPlans/plan"
    azure.send("PUT", f"{plan}?{PLANS}", {"location": "koreacentral", "properties": {"sharedGalleryId": gallery}})
    machine = f"{labs}/labs/course/virtualMachines/0"
    azure.send("POST", f"{plan}/saveImage?{PLANS}", {"name": "course", "labVirtualMachineId": machine})
    version = f"{gallery}/images/course/versions/1.0.0"
    wait_until(
        lambda: azure.send("GET", f"{version}?{COMPUTE}")["properties"]["provisioningState"] == "Succeeded",
        "the exported version is published",
    )
    return plan, version


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"lab_plan": LAB_ACCOUNT}, "--lab-plan is an id of type microsoft.labservices/labplans"),
        ({"subscription": "mine"}, "--subscription is a GUID, not 'mine'"),
        ({"region": "atlantis"}, '"atlantis" is no Azure region'),
        ({"second_region": "KOREA CENTRAL"}, "--region and --second-region are both koreacentral"),
        ({"lab_account": "contoso-labs"}, "a resource id starts with /subscriptions/"),
        ({}, "Cost: below 1 US dollar"),
    ],
)
def test_arguments_are_checked_before_azure_is_asked(changed: dict[str, str], message: str) -> None:
    # Nothing listens at this endpoint: a request to Azure would fail with another message.
    done = smoke(environment={"ARM_ENDPOINT": "http://127.0.0.1:1"}, **changed)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lab_account_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_SANDBOX_DIR", str(tmp_path))
    gallery = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries/providers/Microsoft.Compute/galleries/mine"
    with lease(tmp_path) as held:
        azure = PretendAzure(held.endpoint)
        azure.send("PUT", f"{gallery}?{COMPUTE}", {"location": "koreacentral"})
        azure.send("PUT", f"{LAB_ACCOUNT}/sharedGalleries/mine?{LABS}", {"properties": {"galleryId": gallery}})
        done = smoke("--yes", environment=held.environment())
        log = azure.send("GET", "/sandbox/requests")
    assert done.returncode == 2
    assert "is attached to the lab account; name one that has no gallery" in done.stderr
    assert [entry["method"] for entry in log if entry["method"] not in {"GET", "HEAD"}] == ["PUT", "PUT"]
