"""Marketplace images of a lab account and a lab plan, as the docs have it: one list in each."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.emulator.types.labs.marketplace import MARKETPLACE
from tests.support.page import as_written, commands
from tests.support.project import LAB_ACCOUNT, SUBSCRIPTION, Project

PAGE = "publish/lab-plans.md"
PLAN = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
PLANS, ACCOUNTS = "api-version=2023-06-07", "api-version=2018-10-15"
FOCAL = "canonical.0001-com-ubuntu-server-focal.20_04-lts"
WIN, DEBIAN = "microsoftwindowsdesktop.windows-11.win11-23h2-pro", "debian.debian-12.12"


@pytest.fixture
def project(small: Project) -> Project:
    """The small project with a lab plan, in which somebody has switched Windows 11 on, and Debian in the account."""
    small.replication(secondsPerRegion=0)
    as_written(small, [f"pulumi config set labPlanId {PLAN}"])
    switch_plan(small, WIN, "Enabled")
    switch_account(small, DEBIAN, enabled=True)
    return small


def switch_plan(project: Project, name: str, state: str) -> None:
    project.arm("PATCH", f"{PLAN}/images/{name}?{PLANS}", {"properties": {"enabledState": state}})


def switch_account(project: Project, name: str, *, enabled: bool) -> None:
    project.arm("PATCH", f"{LAB_ACCOUNT}/galleryimages/{name}?{ACCOUNTS}", {"properties": {"isEnabled": enabled}})


def offered(project: Project) -> tuple[list[str], list[str]]:
    """The Marketplace images that the lab plan and the lab account offer."""

    def names(path: str, version: str, key: str, value: Any) -> list[str]:
        listed = project.listed(path, version)
        assert len(listed) >= len(MARKETPLACE) > 200
        return [
            entry["name"] for entry in listed if entry["name"] in MARKETPLACE and entry["properties"].get(key) == value
        ]

    return (
        names(f"{PLAN}/images", PLANS, "enabledState", "Enabled"),
        names(f"{LAB_ACCOUNT}/galleryimages", ACCOUNTS, "isEnabled", True),
    )


def test_labs_offer_the_list_and_keep_what_they_offer_when_the_key_is_gone(project: Project) -> None:
    project.up()
    assert offered(project) == ([WIN], [DEBIAN])

    lines = commands(PAGE, "Marketplace images")
    assert lines[-1] == "pulumi up"
    as_written(project, lines)
    assert offered(project) == ([FOCAL], [FOCAL])
    assert project.steps() == []
    project.up("--refresh", "--expect-no-changes")
    assert "Marketplace images" not in project.run("sandbox/labs", "teachers", "--stack", "dev", check=False).stdout

    # By hand: one on, which the next preview sees by itself; one off, which a refresh sees; `teachers` sees both.
    switch_plan(project, DEBIAN, "Enabled")
    switch_account(project, FOCAL, enabled=False)
    teachers = project.run("sandbox/labs", "teachers", "--stack", "dev", check=False)
    said = " ".join(teachers.stdout.split())
    assert teachers.returncode == 1
    assert f"contoso-plan offers images that marketplaceImages does not list: {DEBIAN}" in said
    assert f"contoso-labs does not offer images that marketplaceImages lists: {FOCAL}" in said
    assert "`sandbox/pulumi up --refresh --stack dev` switches them as listed" in said
    assert [(operation, name.rpartition(":")[2]) for operation, name in project.steps()] == [("create", DEBIAN)]
    project.up("--refresh")
    assert offered(project) == ([FOCAL], [FOCAL])
    assert project.steps() == []

    # Nothing of it is offered any more; the images stay listed, and are switched off once.
    as_written(project, ["pulumi config rm marketplaceImages", "pulumi config set marketplaceImages '[]'", "pulumi up"])
    assert offered(project) == ([], [])
    assert project.steps() == []

    # Without the key labs are left alone, as by destroying the stack.
    switch_plan(project, WIN, "Enabled")
    as_written(project, ["pulumi config rm marketplaceImages", "pulumi up"])
    assert offered(project) == ([WIN], [])
    assert project.steps() == []


def test_destroy_leaves_what_labs_offer_and_an_unknown_image_is_refused_first(project: Project) -> None:
    as_written(project, ["pulumi config set --path 'marketplaceImages[0].publisher' canonical"])
    as_written(project, ["pulumi config set --path 'marketplaceImages[0].offer' 0001-com-ubuntu-server-focal"])
    as_written(project, ["pulumi config set --path 'marketplaceImages[0].sku' 20_04-ltss"])
    refused = " ".join(project.refused("preview").split())
    assert f"{PLAN} lists no Marketplace image {FOCAL}s." in refused
    assert f"Write {FOCAL} there, in its three parts" in refused
    as_written(
        project, ["pulumi config set --path 'marketplaceImages[0].sku' 20_04-lts", "pulumi up", "pulumi destroy"]
    )
    assert offered(project) == ([FOCAL], [FOCAL])
