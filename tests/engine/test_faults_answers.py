"""Azure answers late, not at all, or no: nothing is lost, and the next run finishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.small_project import PUBLISHED, fault, publish_also, published, small_project
from tests.support.project import COMPUTE, GALLERY, GROUP, Project

DATABASES = f"{GALLERY}/images/databases/versions/"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return small_project(tmp_path / "project")


def forbidden(action: str) -> dict[str, object]:
    """What Azure answers to those who lack the permission for `action`."""
    text = (
        "The client 'ann' with object id '1' does not have authorization to perform action "
        f"'{action}' over scope '{GROUP}' or the scope is invalid. If access was recently granted, please refresh "
        "your credentials."
    )
    return {"status": 403, "code": "AuthorizationFailed", "message": text, "times": 99}


def test_what_passes_is_sat_out_within_the_run(project: Project) -> None:
    for what in (
        {"method": "GET", "path": "/msi/token", "status": 503},
        {"method": "GET", "path": "snapshots/debian", "status": 429, "retryAfter": 1},
        {"method": "GET", "path": "snapshots/ubuntu", "status": 503, "times": 2},
        {"method": "GET", "path": r"labaccounts/contoso-labs\?", "status": "reset"},
        {"method": "PUT", "path": r"/contoso_lab_images\?", "status": 502},
        {"method": "GET", "path": "capsOperations", "status": 500},
        {"method": "GET", "path": "capsOperations", "status": "reset"},
        {"method": "PUT", "path": "roleAssignments", "status": "reset"},
        {"method": "PUT", "path": r"images/databases\?", "status": 500, "times": 2},
        {"method": "PUT", "path": r"images/python\?", "status": "reset", "carriedOut": True},
        {"method": "PUT", "path": "images/python/versions/1.0.0", "status": 429, "retryAfter": 1},
        {"method": "PUT", "path": "images/python/versions/1.1.0", "status": 503, "carriedOut": True},
        {"method": "PUT", "path": "images/databases/versions", "delaySeconds": 2},
        {"method": "PUT", "path": "sharedGalleries", "status": 503},
        {"method": "PUT", "path": "sharedGalleries", "status": "reset", "carriedOut": True},
    ):
        fault(project, **what)
    project.up("--skip-preview")
    assert project.arm("GET", "/sandbox/faults") == []
    assert published(project) == PUBLISHED
    project.up("--skip-preview", "--expect-no-changes")


def test_what_does_not_pass_is_named_and_the_next_run_goes_on(project: Project) -> None:
    def fails(told: str) -> None:
        result = project.up("--skip-preview", check=False)
        assert result.returncode != 0
        assert told in result.stdout
        assert "Traceback" not in result.stdout + result.stderr
        project.arm("DELETE", "/sandbox/faults")

    fault(project, method="PUT", path=r"/contoso_lab_images\?", status=401, times=99)
    fails('Status=401 Code="AuthenticationFailed"')
    fault(project, method="PUT", path="sharedGalleries", **forbidden("Microsoft.LabServices/labaccounts/write"))
    fails("ask for a role with Microsoft.LabServices/labaccounts/write: `az role assignment create")
    project.arm("POST", "/sandbox/replication", {"failRegions": ["Korea South"]})
    publish_also(project, "1.1.0")
    fails("Replication failed in region(s) 'Korea South'")
    project.arm("POST", "/sandbox/replication", {"failRegions": []})
    publish_also(project, "1.2.0")
    fault(project, method="PUT", path=f"{DATABASES}1.2.0", **forbidden("Microsoft.Compute/galleries/images/write"))
    fails("does not have authorization to perform action 'Microsoft.Compute/galleries/images/write'")
    fault(project, method="PUT", path=f"{DATABASES}1.2.0", status=503, times=99)
    fails('Status=503 Code="ServiceUnavailable"')

    last = project.up("--skip-preview")
    assert "pending operations" not in last.stdout
    assert published(project) == PUBLISHED | {"databases": ["1.0.0", "1.1.0", "1.2.0"]}
    project.up("--skip-preview", "--expect-no-changes")


def test_a_look_up_that_is_refused_names_the_permission_or_the_sign_in(project: Project) -> None:
    fault(project, method="GET", path="snapshots/debian", **forbidden("Microsoft.Compute/snapshots/read"))
    fault(project, method="GET", path="snapshots/ubuntu-2204-python-110", status=401, times=99)
    preview = project.pulumi("preview", check=False)
    assert preview.returncode != 0
    assert "ask for a role with Microsoft.Compute/snapshots/read: `az role assignment create" in preview.stdout
    assert "Azure does not accept the sign-in (AuthenticationFailed" in preview.stdout
    assert "Traceback" not in preview.stdout + preview.stderr


def test_a_deletion_that_azure_has_not_noticed_yet_is_repeated(project: Project) -> None:
    project.up("--skip-preview")
    project.arm("POST", "/sandbox/replication", {"deletedVersionsLingerSeconds": 3600})
    refused = project.pulumi("destroy", "--yes", "--skip-preview", check=False)
    assert refused.returncode != 0
    assert 'Status=409 Code="CannotDeleteResource"' in refused.stdout
    assert {entry["name"] for entry in project.listed(f"{GALLERY}/images", COMPUTE)} == {"python", "databases"}
    for image in PUBLISHED:
        assert project.listed(f"{GALLERY}/images/{image}/versions", COMPUTE) == []
    # Azure has noticed: a version that was there again for a moment leaves nothing behind.
    project.arm("POST", "/sandbox/replication", {"deletedVersionsLingerSeconds": 0})
    project.up("--skip-preview")
    assert published(project) == PUBLISHED
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert project.listed(GALLERY.rsplit("/", 1)[0], COMPUTE) == []
