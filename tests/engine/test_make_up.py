"""`make up`, as somebody sees it who tries the program for the first time."""

from __future__ import annotations

from tests.support.project import SMALL_PUBLISHED, Project


def test_a_few_lines_say_what_is_there(small: Project) -> None:
    printed = small.run("make", "up").stdout.splitlines()
    assert "pretend Azure" in printed[0]
    assert printed[1].startswith("Setting up and deploying stack dev")
    page = small.path / ".sandbox" / "overview.html"
    assert "python" in page.read_text(encoding="utf-8")
    assert printed[3:] == [
        "Changes      15 created",
        "Gallery      contoso_lab_images in resource group galleries",
        "Images       2 images with 3 versions",
        "Replicas in  koreacentral, koreasouth",
        "Attached to  contoso-labs",
        "Labs         teachers see 2 of 2 images in contoso-labs",
        "Overview     .sandbox/overview.html",
        "Next         sandbox/labs teachers --stack dev",
        "             sandbox/labs status --stack dev",
        "             make destroy",
    ]
    assert max(map(len, printed)) <= 80
    assert small.published() == SMALL_PUBLISHED

    asked_for = small.run("make", "up", "VERBOSE=1").stdout
    assert "Outputs:" in asked_for
    assert "Changes      none" in asked_for

    # A page that cannot be written is no failure of the update.
    page.unlink()
    page.mkdir()
    without = small.run("make", "up").stdout.splitlines()
    assert without[-4] == "Overview     not written; sandbox/labs overview --stack dev says why"


def test_a_failure_shows_everything_and_keeps_the_exit_code(small: Project) -> None:
    small.fault("PUT", "/versions/1.1.0", status=403, code="AuthorizationFailed", message="not you", times=100)
    failed = small.run("sandbox/up", "dev", check=False)
    direct = small.run("sandbox/pulumi", "up", "--stack", "dev", "--yes", check=False)
    assert failed.returncode == direct.returncode != 0
    assert "pretend Azure" in failed.stdout.splitlines()[0]
    assert "not you" in failed.stdout
    assert "Diagnostics:" in failed.stdout
    assert "Gallery      " not in failed.stdout
