"""New versions, trials, the way back, and retirement, by the commands of docs/publish."""

from __future__ import annotations

import re
from typing import Any

from catalog.images.editor import edit_versions
from tests.support.page import commands, page, shown
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, Project

PAGE = "publish/versions.md"
IMAGE = f"{GALLERY}/images/ubuntu-2204-python"
UP = "sandbox/pulumi up --stack dev --yes --skip-preview --non-interactive"


def in_sandbox(name: str, heading: str) -> list[str]:
    """The commands of a section, with the sandbox in the place of Azure."""
    return [re.sub(r"^pulumi up$", UP, line.replace("./labs ", "sandbox/labs ")) for line in commands(name, heading)]


def versions(project: Project) -> dict[str, Any]:
    """Properties of the image's versions in the pretend Azure, by number."""
    found = {each["name"]: each["properties"] for each in project.listed(f"{IMAGE}/versions", COMPUTE)}
    return {number: found[number] for number in sorted(found)}


def published(found: dict[str, Any]) -> set[tuple[str, str]]:
    """Number of each version, with when it was published."""
    return {(number, properties["publishingProfile"]["publishedDate"]) for number, properties in found.items()}


def run(project: Project, *lines: str) -> str:
    """Run lines of one shell; what they printed."""
    return project.run("bash", "-euo", "pipefail", "-c", "\n".join(lines)).stdout


def test_a_version_is_added_tried_promoted_taken_back_hidden_and_retired(fresh: Project) -> None:
    fresh.edit("Pulumi.dev.yaml", ("  protect: false", "  protect: true"))
    added, tried, back = (in_sandbox(PAGE, each) for each in ("Add a version", "Try it first", "Take it back"))
    printed = run(fresh, *added, *tried[:2])
    assert [line for line in shown(page(PAGE)).splitlines() if line not in printed] == []
    first = versions(fresh)
    assert list(first) == ["1.0.0", "1.1.0", "1.1.1"]

    # The next deployment also hides a version: whole or in one region, that is an update in place.
    hidden, source = "replicas_per_region: {koreacentral: 2}   # first-year", "snapshots/ubuntu-2204-python-100\n"
    fresh.edit(
        CATALOGUE,
        (hidden, f"exclude_from_latest: [koreasouth]\n        {hidden}"),
        (source, f"{source}        exclude_from_latest: true\n"),
    )
    assert tried[3] == back[1] == UP
    run(fresh, tried[2], *back)
    second = versions(fresh)
    assert list(second) == [*first, "1.2.0", "1.2.1"]
    assert published(first) <= published(second)
    assert origin(second["1.2.0"]) == f"{GALLERY}/images/python-trial/versions/1.0.0"
    assert origin(second["1.2.1"]) == f"{IMAGE}/versions/1.0.0"
    assert excluded(second["1.0.0"])[0] is True
    assert excluded(second["1.1.0"]) == (False, [False, True])

    # Neither a protected version nor the newest one goes by a slip.
    with fresh.edited(CATALOGUE):
        removed: dict[tuple[str, str], None] = {("ubuntu-2204-python", number): None for number in ("1.1.0", "1.2.1")}
        fresh.write(CATALOGUE, edit_versions(fresh.read(CATALOGUE), removed))
        refused = fresh.refused("preview")
    assert "ubuntu-2204-python 1.2.1: it is the newest version that teachers get, and it would be deleted" in refused
    assert re.search(r"ubuntu-2204-python:1\.1\.0.* cannot be deleted\b.*\bprotected", refused, flags=re.DOTALL)

    # Old versions and the trial go in two deployments.
    pruned = in_sandbox("publish/retire.md", "A version")
    assert pruned[1] == pruned[3] == UP
    run(fresh, pruned[0])
    fresh.edit(CATALOGUE, ("\n  python-trial:\n", "\n  python-trial:\n    protect: false\n"))
    run(fresh, *pruned[1:3])
    text, trial, _ = fresh.read(CATALOGUE).partition("\n  python-trial:\n")
    assert trial
    fresh.write(CATALOGUE, text)
    run(fresh, pruned[3])
    left = versions(fresh)
    assert list(left) == ["1.2.0", "1.2.1"]
    assert published(left) < published(second)
    assert "python-trial" not in fresh.names(f"{GALLERY}/images", COMPUTE)


def origin(properties: dict[str, Any]) -> str:
    """What a version was made from."""
    return str(properties["storageProfile"]["source"]["id"])


def excluded(properties: dict[str, Any]) -> tuple[bool, list[bool]]:
    """Whether a version is excluded from latest: everywhere, and in each of its regions."""
    profile = properties["publishingProfile"]
    return bool(profile.get("excludeFromLatest")), [
        bool(each.get("excludeFromLatest")) for each in profile["targetRegions"]
    ]
