"""A folder of its own in which everything is measured: a copy of the program, two yardsticks, and their sandbox."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pulumi.dynamic.dynamic import serialize_provider

from components.arm_object import ArmObjectProvider
from components.destroy_guard import DestroyGuardProvider
from tools import repository
from tools.bench.metered import PROGRAM, REPORT
from tools.bench.run import Run, run
from tools.bench.workload import SUBSCRIPTION, Workload

ROOT = repository.ROOT
STACK = "dev"
# Without the policy pack: `sandbox/pulumi` would add the one that lies beside it to every preview.
LEFT_OUT = ("tests", "docs", "bench", "fuzz", "pipeline", "policies")
# What the process needs that the engine starts for the dynamic resources of a project; the floor itself imports none.
OPERATIONS = ("catalog", "components", "inventory", "lifecycle", "plan")


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview: the whole command, and of the program's own process the peak memory (MB) and processor seconds."""

    command: Run
    peak_mb: float
    program_cpu: float


@dataclass(frozen=True, slots=True)
class Scene:
    """The folders: `ours` is the copy, `bare` and `floor` the yardsticks; all use the sandbox of the copy.

    `idle_pack` is a policy pack that judges nothing, in the environment of ours.
    """

    ours: Path
    bare: Path
    floor: Path
    idle_pack: Path

    def load(self, workload: Workload, fact_lookups: str) -> None:
        """Make every program declare `workload`."""
        (self.ours / "sandbox/images.yaml").write_text(workload.catalogue_text(), encoding="utf-8")
        file = self.ours / f"Pulumi.{STACK}.yaml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        content["config"]["factLookups"] = fact_lookups
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        bare = {"versions": workload.versions}
        for project, config in ((self.bare, bare), (self.floor, floor_config(workload))):
            named = {f"{project.name}:{key}": value for key, value in config.items()}
            named["azure-native:subscriptionId"] = SUBSCRIPTION
            stack = yaml.safe_dump({"config": named}, sort_keys=False)
            (project / f"Pulumi.{STACK}.yaml").write_text(stack, encoding="utf-8")

    def seed(self, workload: Workload) -> None:
        """Put the sources of `workload` into the sandbox."""
        body = self.ours / "seed.json"
        body.write_text(json.dumps(workload.seed()), encoding="utf-8")
        run(["sandbox/arm", "POST", "/sandbox/seed", f"@{body}"], self.ours, _environment())

    def preview(self, project: Path, arguments: Sequence[str] = ()) -> Preview:
        """Preview one of the three programs and measure it."""
        report = project / "meter.json"
        report.unlink(missing_ok=True)
        command = self._pulumi(project, "preview", *arguments, **{REPORT: str(report)})
        told = json.loads(report.read_text(encoding="utf-8"))
        return Preview(command, told["peak_mb"], told["cpu_seconds"])

    def up(self, arguments: Sequence[str] = ()) -> Run:
        """Deploy the copy's stack."""
        return self._pulumi(self.ours, "up", "--yes", *arguments, **{REPORT: str(self.ours / "meter.json")})

    def _pulumi(self, project: Path, *arguments: str, **variables: str) -> Run:
        start = [str(self.ours / "sandbox" / "pulumi"), "--cwd", str(project), "--stack", STACK, "--non-interactive"]
        return run([*start, *arguments], project, _environment() | variables)


def floor_config(workload: Workload) -> dict[str, Any]:
    """What the floor is told, so that it registers `workload` as the program does and yet imports nothing of it.

    The operations of dynamic resources are named as the SDK names them: by module and class, pickled.
    """
    return {
        "versions": workload.versions,
        "sdkVersion": version("pulumi-azure-native"),
        "armObject": serialize_provider(ArmObjectProvider()),
        "destroyGuard": serialize_provider(DestroyGuardProvider()),
    }


@contextmanager
def scene() -> Iterator[Scene]:
    """A scene that is gone after the block, whatever ends it."""
    folder = Path(tempfile.mkdtemp(prefix="lab-image-gallery-bench-")).resolve()
    try:
        yield _built(folder)
    finally:
        _remove(folder)


def _built(folder: Path) -> Scene:
    ours, bare, floor, idle_pack = (folder / name for name in ("ours", "bare", "floor", "idle_pack"))
    repository.copy_repository(ours, *LEFT_OUT)
    for copy in (bare, floor, idle_pack):
        shutil.copytree(ROOT / "tools" / "bench" / copy.name, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (idle_pack / ".venv").symlink_to(ROOT / "policies" / ".venv")
    for package in OPERATIONS:
        (floor / package).symlink_to(ours / package)
    for project in (ours, bare, floor):
        (project / ".venv").symlink_to(ROOT / ".venv")
        (project / "__main__.py").rename(project / PROGRAM)
        shutil.copy(ROOT / "tools" / "bench" / "metered.py", project / "__main__.py")
    return Scene(ours, bare, floor, idle_pack)


def _environment() -> dict[str, str]:
    # The scene's own sandbox, wherever the user keeps theirs.
    return {"LAB_SANDBOX_DIR": ""}


def _remove(folder: Path) -> None:
    """Take the folder away; the sandbox's server, which ends by itself, may still be writing into it."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)
