"""Azure answers late, not at all, or no: nothing is lost, and the next run finishes."""

from __future__ import annotations

from tests.support.project import COMPUTE, GALLERY, GROUP, SMALL_PUBLISHED, Project

DATABASES = f"{GALLERY}/images/databases/versions/"


def forbidden(action: str) -> dict[str, object]:
    """What Azure answers to those who lack the permission for `action`."""
    text = (
        "The client 'ann' with object id '1' does not have authorization to perform action "
        f"'{action}' over scope '{GROUP}' or the scope is invalid. If access was recently granted, please refresh "
        "your credentials."
    )
    return {"status": 403, "code": "AuthorizationFailed", "message": text, "times": 99}


def test_passing_faults_are_retried_within_the_run(small: Project) -> None:
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
        small.fault(**what)
    small.up()
    assert small.no_fault_left()
    assert small.published() == SMALL_PUBLISHED
    small.up("--expect-no-changes")


def test_lasting_faults_are_named_and_the_next_run_goes_on(small: Project) -> None:
    def fails(message: str) -> None:
        assert message in small.refused_up()
        small.arm("DELETE", "/sandbox/faults")

    small.fault("PUT", r"/contoso_lab_images\?", status=401, times=99)
    fails('Status=401 Code="AuthenticationFailed"')
    small.fault("PUT", "sharedGalleries", **forbidden("Microsoft.LabServices/labaccounts/write"))
    fails("ask for a role with Microsoft.LabServices/labaccounts/write: `az role assignment create")
    small.replication(failRegions=["Korea South"])
    small.publish_also("1.1.0")
    fails("Replication failed in region(s) 'Korea South'")
    small.replication(failRegions=[])
    small.publish_also("1.2.0")
    small.fault("PUT", f"{DATABASES}1.2.0", **forbidden("Microsoft.Compute/galleries/images/write"))
    fails("does not have authorization to perform action 'Microsoft.Compute/galleries/images/write'")
    small.fault("PUT", f"{DATABASES}1.2.0", status=503, times=99)
    fails('Status=503 Code="ServiceUnavailable"')

    assert "pending operations" not in small.up()
    assert small.published() == SMALL_PUBLISHED | {"databases": ["1.0.0", "1.1.0", "1.2.0"]}
    small.up("--expect-no-changes")


def test_a_look_up_that_is_refused_names_the_permission_or_the_sign_in(small: Project) -> None:
    small.fault("GET", "snapshots/debian", **forbidden("Microsoft.Compute/snapshots/read"))
    small.fault("GET", "snapshots/ubuntu-2204-python-110", status=401, times=99)
    printed = small.refused("preview")
    assert "ask for a role with Microsoft.Compute/snapshots/read: `az role assignment create" in printed
    assert "Azure does not accept the sign-in (AuthenticationFailed" in printed


def test_a_deletion_that_azure_has_not_noticed_yet_is_repeated(small_up: Project) -> None:
    small_up.replication(deletedVersionsLingerSeconds=3600)
    assert 'Status=409 Code="CannotDeleteResource"' in small_up.refused("destroy", "--yes", "--skip-preview")
    assert small_up.names(f"{GALLERY}/images", COMPUTE) == ["databases", "python"]
    for image in SMALL_PUBLISHED:
        assert small_up.listed(f"{GALLERY}/images/{image}/versions", COMPUTE) == []
    # Azure has noticed: a version that was there again for a moment leaves nothing behind.
    small_up.replication(deletedVersionsLingerSeconds=0)
    small_up.up()
    assert small_up.published() == SMALL_PUBLISHED
    small_up.pulumi("destroy", "--yes", "--skip-preview")
    assert small_up.listed(GALLERY.rsplit("/", 1)[0], COMPUTE) == []
