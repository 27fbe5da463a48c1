"""`labs init` against the sandbox's Azure, without one, and on a terminal."""

from __future__ import annotations

import errno
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from sandbox.emulator.process.lease import Lease
from tests.support.commands import run_labs, start_labs
from tests.support.emulator_client import ACCOUNT, GALLERIES, ONE, Client
from tests.support.ids import REAL
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
PRETEND = ONE.rpartition("/")[2]
PLAN = ACCOUNT.replace("labaccounts/contoso-labs", "labPlans/contoso-plan")
PRINCIPAL = "lab-image-gallery:labAccountServicePrincipalObjectId: 0a000000-0000-0000-0000-000000000001\n"
NAMES = ("--location", "Korea Central", "--gallery", "contoso_lab_images", "--resource-group", "galleries")
FLAGS = ("--subscription", PRETEND, *NAMES)


@pytest.fixture
def project(folder: Path) -> Path:
    """A project without a stack; its catalogue is empty."""
    (folder / "Pulumi.yaml").write_text("name: lab-image-gallery\nruntime: python\n", encoding="utf-8")
    (folder / "images.yaml").write_text("images: {}\n", encoding="utf-8")
    return folder


@pytest.fixture
def azure(client: Client, endpoint: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The sandbox's Azure, in which nothing waits before it is tried again."""
    for name, value in Lease(endpoint).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    return client


@pytest.fixture
def offline(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project where nothing of Azure can be reached."""
    for name in ("ARM_ENDPOINT", "GRAPH_ENDPOINT", "IDENTITY_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("ARM_USE_MSI", "true")
    monkeypatch.setenv("IDENTITY_HEADER", "none")
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return project


def written(project: Path, stack: str = "prod") -> str:
    return (project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")


def flat(result: Result) -> str:
    """What was printed, on one line, without the marks of a list."""
    return " ".join((result.stdout + result.stderr).split())


def refused(project: Path, *arguments: str, code: int = 1) -> str:
    """What a call that must fail says; it writes nothing."""
    before = sorted(project.iterdir())
    result = run_labs("init", *arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert sorted(project.iterdir()) == before
    return " ".join(result.stderr.split())


def test_a_stack_is_written_checked_and_told_what_comes_next(azure: Client, project: Path) -> None:
    done = run_labs("init", "prod", *FLAGS, "--lab-account", ACCOUNT)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Pulumi.prod.yaml: written. Nothing was changed in Azure.",
        "Versions go to koreacentral, koreasouth, if the catalogue does not say otherwise.",
        "",
        "Next:",
        f"  {ROOT}/sandbox/labs add-image NAME --source ID --stack prod",
        f"  {ROOT}/labs check Pulumi.prod.yaml",
        f"  {ROOT}/sandbox/pulumi preview --stack prod",
    ]
    assert PRINCIPAL in written(project)
    good = run_labs("check")
    assert (good.exit_code, "No problem in Pulumi.prod.yaml, images.yaml." in good.stdout) == (0, True), good.output
    assert "Warning: images.yaml has no image yet" in good.stdout


def test_everything_can_be_given(azure: Client, project: Path) -> None:
    (project / "seoul.yaml").write_text("images:\n", encoding="utf-8")
    shouted = ACCOUNT.replace("resourceGroups", "RESOURCEGROUPS").replace("Services/laba", "services/LabA")
    own = ("--lab-account-principal", REAL.upper(), "--lab-plan-principal", REAL, "--catalog", "seoul.yaml")
    labs = ("--lab-account", shouted, "--lab-account", ACCOUNT.replace("contoso-labs", "other"), "--lab-plan", PLAN)
    done = run_labs("init", "Seoul_1.x", *FLAGS[:-1], "new-group", "--create-resource-group", *labs, *own)
    assert done.exit_code == 0, done.output
    text = written(project, "Seoul_1.x")
    assert f"    - {ACCOUNT}\n" in text
    assert "createResourceGroup: true\n" in text
    assert "catalog: seoul.yaml\n" in text
    assert text.count(REAL) == 2
    assert f"this sign-in sees no lab account {ACCOUNT.replace('contoso-labs', 'other')}; the nearest is" in flat(done)
    assert run_labs("check").exit_code == 0


def test_an_existing_stack_is_left_alone(azure: Client, project: Path) -> None:
    assert run_labs("init", "prod", *FLAGS).exit_code == 0
    text = written(project)
    said = refused(project, "prod", *FLAGS, "--lab-account", ACCOUNT)
    assert said == (
        "Error: Pulumi.prod.yaml: the stack exists already; init, which comes before `pulumi stack init`, never "
        f"changes one. Change a value with `{ROOT}/sandbox/pulumi config set --stack prod KEY VALUE`, or give another "
        f"name: {ROOT}/labs init NAME"
    )
    assert written(project) == text
    (project / "Pulumi.link.yaml").symlink_to("nowhere.yaml")
    assert "Pulumi.link.yaml: the stack exists already" in refused(project, "link", *FLAGS)


def test_a_name_that_differs_in_case_only_is_taken(azure: Client, project: Path) -> None:
    assert run_labs("init", "dev", *FLAGS).exit_code == 0
    said = refused(project, "DEV", *FLAGS)
    assert "Pulumi.dev.yaml: the stack exists already, and names that differ in case only are one file" in said
    assert "config set --stack dev KEY VALUE" in said


def test_values_that_are_empty_or_twice_are_wrong_usage(azure: Client, project: Path) -> None:
    given = ("--lab-plan", PLAN, "--lab-plan", f"{PLAN}-2", "--lab-account-principal", "", "--lab-account", " ")
    said = refused(project, "prod", *FLAGS, *given, code=2)
    for option in ("--lab-account-principal", "--lab-account"):
        assert f"{option} is given without a value, as by a shell variable that is not set" in said
    assert "--lab-plan is given 2 times; keep one" in said
    assert "\\n" not in said


def test_a_pretend_subscription_outside_the_sandbox(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_ENDPOINT", raising=False)
    said = refused(project, "prod", *FLAGS)
    assert said.startswith(
        f"Error: subscription {PRETEND} is a pretend one, which Azure does not have; use sandbox/labs"
    )
    assert said.endswith("Nothing was written.")


@pytest.fixture
def taken(azure: Client) -> str:
    """The gallery that the lab account has."""
    gallery = f"{GALLERIES}/dev_images"
    assert azure.put(gallery, {"location": "koreacentral"}).status == 201
    attached = azure.put(f"{ACCOUNT}/sharedGalleries/dev_images", {"properties": {"galleryId": gallery}})
    assert attached.status in {200, 201}, attached.body
    return gallery


def test_a_lab_account_with_another_gallery_is_refused(taken: str, project: Path) -> None:
    said = refused(project, "prod", *FLAGS, "--lab-account", ACCOUNT.upper())
    assert f"has another gallery, {taken}, and a lab account has one at most, so a preview will refuse it" in said
    assert "use that gallery (--gallery dev_images --resource-group galleries)" in said
    assert f'`{ROOT}/sandbox/arm DELETE "{ACCOUNT}/sharedGalleries/dev_images?api-version=' in said
    done = run_labs(
        "init", "prod", *FLAGS[:4], "--gallery", "DEV_images", "--resource-group", "Galleries", "--lab-account", ACCOUNT
    )
    assert done.exit_code == 0, done.output


def test_a_lab_account_in_another_region_is_told(azure: Client, project: Path) -> None:
    far = ACCOUNT.replace("/labs/", "/labs-us/") + "-us"
    done = run_labs("init", "prod", *FLAGS, "--lab-account", far)
    assert done.exit_code == 0, done.output
    assert "will refuse every image in a preview. Take the lab account out, and make a stack with" in flat(done)
    assert "--location eastus for it" in flat(done)


def test_a_lab_account_of_another_subscription_is_looked_at(azure: Client, project: Path) -> None:
    elsewhere = ACCOUNT.replace("0001", "0002").replace("contoso", "fabrikam")
    gallery = GALLERIES.replace("0001", "0002").replace("/galleries/providers", "/labs/providers") + "/theirs"
    assert azure.put(gallery, {"location": "koreacentral"}).status == 201
    azure.put(f"{elsewhere}/sharedGalleries/theirs", {"properties": {"galleryId": gallery}})
    said = refused(project, "prod", *FLAGS, "--lab-account", elsewhere)
    assert f"{elsewhere} has another gallery, {gallery}" in said
    assert "use that gallery" not in said


def test_of_several_at_once_one_writes(azure: Client, project: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        ran = [pool.submit(start_labs, "init", "prod", *FLAGS, cwd=project) for _ in range(4)]
        ended = [each.result() for each in ran]
    assert sorted(each.returncode for each in ended) == [0, 1, 1, 1]
    assert all(b"the stack exists already" in each.stderr for each in ended if each.returncode)
    assert run_labs("check").exit_code == 0


def test_everything_wrong_is_told_together(azure: Client, project: Path) -> None:
    given = ("--subscription", "mine", "--location", "koreacentrl", "--gallery", "a-b", "--resource-group", "x.")
    said = refused(project, "my prod", *given, "--lab-account", f"{ACCOUNT}/")
    for words in (
        "STACK: ",
        "--subscription: ",
        "--location: ",
        "--gallery: ",
        "--resource-group: ",
        "--lab-account: ",
    ):
        assert words in said
    assert "nearest: koreacentral (Korea Central)" in said
    assert "config set" not in said
    assert said.endswith("Nothing was written.")
    assert "--catalog: no.yaml: there is no such file" in refused(project, "prod", *FLAGS, "--catalog", "no.yaml")
    (project / "Pulumi.yaml").unlink()
    assert "call labs in the project's folder" in refused(project, "prod", *FLAGS, code=2)


def test_without_a_terminal_what_is_missing_is_named(project: Path) -> None:
    said = refused(project, "--location", "koreacentral", code=2)
    assert said.endswith(
        "Error: this is no terminal to ask on, so these are needed: STACK, --subscription, --gallery, "
        f"--resource-group; labs init prod --subscription {REAL} --location koreacentral --gallery contoso_lab_images "
        "--resource-group galleries"
    )


def test_a_gallery_that_is_elsewhere_is_refused(azure: Client, project: Path) -> None:
    assert azure.put(f"{GALLERIES}/Lab_Images", {"location": "koreacentral"}).status == 201
    mine = ("--subscription", PRETEND, "--location", "koreacentral", "--gallery", "lab_images", "--resource-group")
    assert "Lab_Images is in resource group galleries already" in refused(project, "prod", *mine, "labs")
    assert "--resource-group galleries to use that one" in refused(project, "prod", *mine, "labs")
    far = [*mine, "galleries"]
    far[3] = "japaneast"
    assert "--location: the gallery Lab_Images exists, in koreacentral" in refused(project, "prod", *far)
    assert "--create-resource-group: galleries exists" in refused(
        project, "prod", *mine, "galleries", "--create-resource-group"
    )
    done = run_labs("init", "prod", *mine, "Galleries")
    assert "the gallery lab_images exists already, and a stack changes only what it made" in flat(done)


def test_a_subscription_that_is_not_seen_is_written_all_the_same(azure: Client, project: Path) -> None:
    account = ACCOUNT.replace(PRETEND, REAL)
    done = run_labs("init", "prod", "--subscription", REAL, *NAMES, "--lab-account", account)
    assert done.exit_code == 0, done.output
    assert "nothing of the subscription was looked up: this sign-in cannot see the subscription" in flat(done)
    assert done.stdout.splitlines()[-3:] == [
        "  pulumi stack init prod",
        f"  {ROOT}/labs add-image NAME --source ID --stack prod",
        "  pulumi preview --stack prod",
    ]
    # The principal of this sign-in's tenant may be the wrong one.
    assert "ServicePrincipal" not in written(project)
    assert "is not looked up; set it with: pulumi config set labAccountServicePrincipalObjectId" in flat(done)
    assert run_labs("check").exit_code == 0


def test_what_may_not_be_listed_is_named(azure: Client, project: Path) -> None:
    for path in (".*/providers/Microsoft.Compute/galleries.*", "/v1.0/.*"):
        fault = {"method": "GET", "path": path, "status": 403, "times": 100}
        assert azure.send("POST", "/sandbox/faults", fault).status < 300
    done = run_labs("init", "prod", *FLAGS, "--lab-account", ACCOUNT)
    assert done.exit_code == 0, done.output
    assert "its galleries were not looked up: Azure refuses GET" in flat(done)
    assert "the principal of Azure Lab Services was not looked up" in flat(done)
    assert 'pulumi config set labAccountServicePrincipalObjectId "$(az ad sp show --id 1a14be2a' in flat(done)
    assert "labAccountServicePrincipalObjectId" not in written(project)
    assert "lab accounts were" not in flat(done)


def test_offline_it_is_written_and_told_what_is_unchecked(offline: Path) -> None:
    done = run_labs("init", "prod", "--subscription", REAL, *NAMES, "--lab-account", ACCOUNT)
    assert done.exit_code == 0, done.output
    assert "* nothing was looked up in Azure: signing in to Azure failed" in flat(done)
    assert "set it with: pulumi config set labAccountServicePrincipalObjectId" in flat(done)
    assert run_labs("check").exit_code == 0


def test_output_fits_a_terminal(azure: Client, project: Path) -> None:
    done = run_labs("init", "prod", "--subscription", REAL, *NAMES)
    long = [line for line in done.stdout.splitlines() if len(line) > 100 and " " in line.strip(" *")]
    # A command stays whole, to be copied, on a line of its own.
    assert [line for line in long if not re.fullmatch(r" *`[^`]+`[.,]?", line)] == []


def test_a_folder_that_cannot_be_written(azure: Client, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As a folder without write permission answers; whoever runs the tests may be root, who may write everywhere.
    opened = Path.open

    def denied(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if "x" in mode:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, mode, *rest, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.open", denied)
        result = run_labs("init", "prod", *FLAGS)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: Pulumi.prod.yaml: the file cannot be written: permission denied; nothing was changed\n"
    )


def test_of_a_file_that_does_not_fit_on_the_disk_no_part_is_left(azure: Client, project: Path) -> None:
    command = ("sh", "-c", 'ulimit -f 0; exec "$0" "$@"', sys.executable, "-P", "-m", "cli")
    ended = start_labs("init", "prod", *FLAGS, cwd=project, command=command, PYTHONPATH=str(ROOT))
    assert ended.returncode == 1
    assert b"the file cannot be written: file too large; nothing was changed" in ended.stderr
    assert not (project / "Pulumi.prod.yaml").exists()


@contextmanager
def terminal(project: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The command with a terminal as its standard input, and the end that is typed on."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [str(ROOT / "labs"), "init", *arguments],
        cwd=project,
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as running:
        os.close(slave)
        try:
            yield running, master
        finally:
            os.close(master)
            running.kill()


def answered(project: Path, answers: list[str], *given: str) -> tuple[str, str]:
    """What the command prints when it gets these answers: its output, and in one line what it says beside."""
    with terminal(project, *given) as (running, typed):
        os.write(typed, "".join(f"{line}\n" for line in answers).encode())
        stdout, stderr = (part.decode() for part in running.communicate(timeout=60))
    assert running.returncode == 0, stderr
    return stdout, " ".join(stderr.split())


def test_on_a_terminal_it_asks_until_an_answer_is_good(azure: Client, project: Path) -> None:
    azure.put(f"{GALLERIES}/other_images", {"location": "koreacentral"})
    answers = ["no name!", "", PRETEND[:-1], PRETEND, "koreacentrl", "koreacentral", "contoso-images"]
    answers += ["contoso_lab_images", "new-group", "y", "", "", ""]
    stdout, said = answered(project, answers)
    for words in (
        "Name of the stack [prod]:",
        "a stack's name is made of",
        "must be the id of a subscription",
        "nearest: koreacentral (Korea Central)",
        "Its geography is Korea: koreacentral, koreasouth.",
        # A list of galleries spells resource groups in capitals.
        f"Galleries in the subscription: {GALLERIES.replace('/galleries/', '/GALLERIES/')}/other_images (koreacentral)",
        "is no gallery name (dashes are not allowed in names of galleries)",
        "Is the stack to make this resource group? [Y/n]:",
        "Attach the lab account contoso-labs (resource group labs, koreacentral)? [Y/n]:",
        "Attach the lab account contoso-labs-us (resource group labs-us, eastus; no version goes to eastus)? [y/N]:",
        "Attach the lab plan contoso-plan (resource group labs, koreacentral)? [y/N]:",
    ):
        assert words in said, words
    text = written(project)
    assert "createResourceGroup: true\n" in text
    assert f"    - {ACCOUNT}\n" in text
    assert "contoso-labs-us" not in text
    assert PRINCIPAL in text
    assert stdout.startswith("Pulumi.prod.yaml: written.")
    assert run_labs("check").exit_code == 0


def test_on_a_terminal_what_azure_contradicts_is_asked_again(taken: str, project: Path) -> None:
    given = ("prod", "--subscription", PRETEND)
    answers = ["koreacentral", "dev_images", "labs", "", "mine", "galleries", "y", "", "n", "n"]
    _, said = answered(project, answers, *given)
    for words in (
        "Its resource group [galleries]:",
        "--gallery: dev_images is in resource group galleries already",
        "Region of the gallery, such as koreacentral [koreacentral]:",
        "Name of the gallery, such as contoso_lab_images [dev_images]:",
        "Its resource group [labs]:",
        "(resource group labs, koreacentral; it has another gallery, dev_images)? [y/N]:",
        "has another gallery, /subscriptions/",
    ):
        assert words in said, words
    text = written(project)
    assert "galleryName: mine\n" in text
    assert "labAccountIds" not in text


def test_commands_are_named_as_they_can_be_typed(azure: Client, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.program.PROGRAM", project.resolve())
    assert "\n  ./labs check Pulumi.one.yaml\n" in run_labs("init", "one", *FLAGS).stdout
    (project / "below").mkdir()
    monkeypatch.chdir(project / "below")
    shown = run_labs("init", "two", *FLAGS).stdout
    assert "\n  ../labs check ../Pulumi.two.yaml\n  ../sandbox/pulumi preview --stack two\n" in shown


def test_what_is_not_seen_is_typed(azure: Client, project: Path) -> None:
    given = ("prod", "--subscription", REAL, "--location", "koreacentral", "--gallery", "contoso_lab_images")
    account, plan = (each.replace(PRETEND, REAL) for each in (ACCOUNT, PLAN))
    answers = ["galleries", "n", f"{account},{account}", f" {account} ", account, plan]
    _, said = answered(project, answers, *given)
    assert "To know: nothing of the subscription was looked up: this sign-in cannot see the subscription" in said
    assert "entry 2 is the same lab account as entry 1; keep one" in said
    assert "it must be one of a Microsoft.LabServices/labPlans" in said
    assert "Is the stack to make this resource group? [y/N]:" in said
    text = written(project)
    assert f"    - {account}\n" in text
    assert f"labPlanId: {plan}\n" in text
    assert "createResourceGroup" not in text


def test_nothing_is_asked_when_everything_needed_is_given(azure: Client, project: Path) -> None:
    with terminal(project, "prod", *FLAGS) as (running, _):
        _, stderr = running.communicate(timeout=60)
    assert (running.returncode, stderr) == (0, b"")


@pytest.mark.parametrize("interrupted", [True, False])
def test_a_dialogue_that_ends_early_writes_nothing(azure: Client, project: Path, interrupted: bool) -> None:
    with terminal(project) as (running, typed):
        os.write(typed, f"prod\n{PRETEND}\n".encode())
        assert running.stderr is not None
        seen = b""
        deadline = time.monotonic() + 60
        while b"Region of the gallery" not in seen and time.monotonic() < deadline:
            seen += os.read(running.stderr.fileno(), 4096)
        if interrupted:
            os.killpg(running.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
        else:
            os.write(typed, b"\x04")  # Ctrl-D
        _, stderr = running.communicate(timeout=60)
    assert running.returncode == (-signal.SIGINT if interrupted else 1)
    assert b"Traceback" not in stderr
    assert [path.name for path in sorted(project.iterdir())] == ["Pulumi.yaml", "images.yaml"]
