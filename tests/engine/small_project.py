"""The project with a catalogue of two images, for tests that deploy again and again."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from sandbox.emulator.process.lease import lease
from tests.support.project import COMPUTE, GALLERY, LAB_ACCOUNT, LABS, SUBSCRIPTION, Project

SNAPSHOTS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots"
CATALOGUE = f"""
images:
  python:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: python, sku: ubuntu}}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-100}}}}
      1.1.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}}}
  databases:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: databases, sku: debian}}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/debian-12-databases-100}}}}
"""
PUBLISHED = {"python": ["1.0.0", "1.1.0"], "databases": ["1.0.0"]}


def small_project(path: Path) -> Project:
    """A copy of the project in which nothing was done yet, with the small catalogue."""
    project = Project.copy_to(path)
    (project.path / "images.yaml").write_text(CATALOGUE, encoding="utf-8")
    return project


def publish_also(project: Project, number: str) -> None:
    """Add a version of the databases to the catalogue."""
    with (project.path / "images.yaml").open("a", encoding="utf-8") as catalogue:
        catalogue.write(f"      {number}: {{source: {{snapshot: {SNAPSHOTS}/debian-12-databases-100}}}}\n")


def fault(project: Project, **what: Any) -> None:
    """Make later requests fail."""
    project.arm("POST", "/sandbox/faults", what)


def ask(project: Project, path: str) -> Any:
    """The answer of the project's pretend Azure, without the time that a command takes to start.

    One that has ended since the last command is started anew: what it had done is on disk.
    """
    with (
        lease(project.path / ".sandbox") as held,
        urllib.request.urlopen(f"{held.endpoint}{path}", timeout=60) as answer,
    ):
        return json.load(answer)


def none_left(project: Project) -> bool:
    """Whether every fault has happened, or has begun to."""
    return not ask(project, "/sandbox/faults")


def written(project: Project, path: str) -> bool:
    """Whether a write of what `path` begins with was carried out, whoever may have heard of it."""
    log = ask(project, "/sandbox/requests")
    return any(entry["method"] == "PUT" and entry["path"].startswith(path) for entry in log)


def published(project: Project) -> dict[str, list[str]]:
    """Every version in the gallery, by image; each is whole, and the lab account shows the gallery."""
    found: dict[str, list[str]] = {}
    for definition in project.listed(f"{GALLERY}/images", COMPUTE):
        versions = project.listed(f"{GALLERY}/images/{definition['name']}/versions", COMPUTE)
        assert {version["properties"]["provisioningState"] for version in versions} <= {"Succeeded"}
        found[definition["name"]] = sorted(version["name"] for version in versions)
    attached = project.listed(f"{LAB_ACCOUNT}/sharedGalleries", LABS)
    assert [entry["properties"]["galleryId"] for entry in attached] == [GALLERY]
    return found
