"""Runs of the real engine in the sandbox, one after the other in one project, that the report is tested with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.support.project import CATALOGUE, COMPUTE, GALLERY, POLICY_CONFIG, SNAPSHOTS, Project
from tools.bench.workload import Workload

LOG: Final = "events.json"
HOSTILE: Final = "@everyone ![x](https://evil.example) <img src=x onerror=alert(1)> ``` | \u202e # `code` fixes #1"
HAND_MADE: Final = {"course": "by hand", "lab-image-gallery": "lab-image-gallery/dev"}
PYTHON: Final = """
  python:
    os_type: Linux
    os_state: Generalized
    identifier: {publisher: contoso, offer: python, sku: ubuntu}
"""
CHANGED: Final = f"""images:{PYTHON}
    description: Ubuntu with Python
    versions:
      1.0.0:
        source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-100}}
        target_regions: home
        allow_deletion_of_replicated_locations: true
      1.1.0:
        source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}
        replicas_per_region: {{koreacentral: 3}}
        end_of_life: 2999-12-31
        tags: {{course: cs101}}
      1.2.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}}}
  statistics:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: statistics, sku: debian}}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/debian-12-databases-100}}, target_regions: home}}
"""
REFUSED: Final = f"""images:{PYTHON}
    versions:
      1.1.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}}}
      2.0.0: {{source: {{snapshot: {SNAPSHOTS}/exactly-128}}}}
  gis:
    os_type: Windows
    os_state: Generalized
    identifier: {{publisher: contoso, offer: gis, sku: windows}}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/too-large-gis}}, end_of_life: 2035-01-31}}
"""
CONFLICT: Final = f"""images:{PYTHON}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/debian-12-databases-100}}}}
      1.1.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}, target_regions: home}}
"""
HOSTILE_CATALOGUE: Final = f"""images:{PYTHON}
    description: {json.dumps(HOSTILE.replace(chr(0x202E), ""))}
    versions:
      1.0.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-100}}}}
      1.1.0: {{source: {{snapshot: {SNAPSHOTS}/ubuntu-2204-python-110}}, tags: {{"@everyone `x`": "<b>"}}}}
      3.0.0: {{source: {{snapshot: {SNAPSHOTS}/exactly-128}}, tags: {{"@everyone": "https://evil.example"}}}}
"""


def record(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Play every scene in `folder`; yield its name and its events, as the engine wrote them."""
    project = Project.small(folder)
    config = (project.path / POLICY_CONFIG).read_text(encoding="utf-8")
    yield "new", events_of(project, "preview")
    project.pulumi("up", "--yes")
    yield "unchanged", events_of(project, "preview")
    yield "recovered", _without_state(project)
    project.arm("PATCH", f"{GALLERY}/images/python/versions/1.0.0?{COMPUTE}", {"tags": HAND_MADE})
    yield "drift", events_of(project, "refresh", "--preview-only")
    for name, catalogue, prepare in SCENES:
        _write(project, catalogue)
        prepare(project)
        yield name, events_of(project, "preview" if name != "failed" else "up", *_yes(name))
        (project.path / POLICY_CONFIG).write_text(config, encoding="utf-8")
    workload = Workload(300)
    project.arm("POST", "/sandbox/seed", workload.seed())
    _write(project, workload.catalogue_text())
    yield "many", events_of(project, "preview")


def events_of(project: Project, *command: str) -> list[dict[str, Any]]:
    """The events of one command, whatever its end."""
    log = project.path / LOG
    log.unlink(missing_ok=True)
    project.pulumi(*command, "--event-log", str(log), check=False, PULUMI_DEBUG_COMMANDS="true")
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def _without_state(project: Project) -> list[dict[str, Any]]:
    """The events of a preview after the state was lost, with importExisting."""
    state, lost = project.path / ".sandbox" / "state", project.path / ".sandbox" / "lost"
    state.rename(lost)
    with project.edited("Pulumi.dev.yaml", ("config:\n", "config:\n  lab-image-gallery:importExisting: true\n")):
        events = events_of(project, "preview")
    shutil.rmtree(state)
    lost.rename(state)
    return events


def _yes(name: str) -> list[str]:
    return ["--yes", "--skip-preview"] if name == "failed" else []


def _write(project: Project, catalogue: str) -> None:
    (project.path / CATALOGUE).write_text(catalogue, encoding="utf-8")


def _exempt(project: Project, reason: str) -> None:
    file = project.path / POLICY_CONFIG
    config = json.loads(file.read_text(encoding="utf-8"))
    exemption = {"image": "python", "reason": reason, "expires": "2099-12-31"}
    config["image-os-disk-below-128-gb"]["exemptions"].append(exemption)
    file.write_text(json.dumps(config), encoding="utf-8")


def _refused(project: Project) -> None:
    """An exemption, and notices of ends of life that are years ahead: Azure takes no other."""
    _exempt(project, "until the course ends")
    file = project.path / POLICY_CONFIG
    config = json.loads(file.read_text(encoding="utf-8"))
    config.setdefault("image-notices", {})["endOfLifeDays"] = 3650
    file.write_text(json.dumps(config), encoding="utf-8")


def _nothing(_project: Project) -> None:
    """A scene that needs no more than its catalogue."""


SCENES: Final[tuple[tuple[str, str, Callable[[Project], None]], ...]] = (
    ("changed", CHANGED, _nothing),
    ("refused", REFUSED, _refused),
    ("conflict", CONFLICT, _nothing),
    ("hostile", HOSTILE_CATALOGUE, lambda project: _exempt(project, HOSTILE)),
    (
        "failed",
        CHANGED,
        # Late: what else was begun when a step fails is else a matter of moments, and here it is everything.
        lambda project: project.fault("PUT", "/images/python/versions/1.2.0", status=409, times=9, delaySeconds=10),
    ),
)
