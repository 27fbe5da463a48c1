"""A copy of the project in a folder of its own, driven as a person would drive it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.emulator.process.lease import lease
from tests.support import ids
from tests.support.emulator_client import Client
from tests.support.running import Running
from tools import repository

ROOT = repository.ROOT
SUBSCRIPTION = ids.SUBSCRIPTION
GROUP, GALLERY = f"{ids.GROUPS}/galleries", f"{ids.GALLERIES}/contoso_lab_images"
BUILD, LAB_ACCOUNT = ids.BUILD, ids.LAB_ACCOUNT
SNAPSHOTS = f"{BUILD}/snapshots"
COMPUTE = "api-version=2024-03-03"
LABS = "api-version=2019-01-01-preview"
CATALOGUE = "sandbox/images.yaml"
"""What the dev stack publishes."""
POLICY_CONFIG = "sandbox/policy-config.json"
"""The policies' configuration for stacks of pretend subscriptions."""
COMMAND_SECONDS = 900.0

SMALL_CATALOGUE = f"""
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
SMALL_PUBLISHED = {"python": ["1.0.0", "1.1.0"], "databases": ["1.0.0"]}
"""What `Project.published` returns once the small catalogue is deployed."""


@dataclass(frozen=True)
class Project:
    """The project's folder, where every command runs, and the variables that commands get beside the tests' own."""

    path: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def copy_to(cls, path: Path, *, with_tests: bool = False) -> Project:
        """Copy the program without its state, and as a new copy is: with an empty catalogue, and no stack of anybody.

        The virtual environments are shared, for they are only read.
        """
        repository.copy_repository(path, *(() if with_tests else ("tests",)))
        for environment in (".venv", "policies/.venv"):
            (path / environment).symlink_to(ROOT / environment)
        return cls(path)

    @classmethod
    def small(cls, path: Path) -> Project:
        """A copy with a catalogue of two images, for tests that deploy often."""
        project = cls.copy_to(path)
        project.write(CATALOGUE, SMALL_CATALOGUE)
        return project

    def start(self, *command: str, **env: str) -> Running:
        """Start a command of the project without waiting for it."""
        return Running(
            subprocess.Popen(
                command,
                cwd=self.path,
                env={**os.environ, **self.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )

    def run(self, *command: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project; a failure shows what it printed."""
        result = subprocess.run(
            command,
            cwd=self.path,
            env={**os.environ, **self.environ, **env},
            text=True,
            capture_output=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )
        if check and result.returncode != 0:
            raise AssertionError(f"{command} ended with {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def pulumi(self, *arguments: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """`sandbox/pulumi` on the dev stack."""
        return self.run("sandbox/pulumi", *arguments, "--stack", "dev", "--non-interactive", check=check, **env)

    def up(self, *arguments: str) -> str:
        """Deploy the dev stack without a preview before; what is printed to stdout."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments).stdout

    def start_up(self, *before: str) -> Running:
        """Start such a deployment; `before` are commands that its shell runs first."""
        command = "exec sandbox/pulumi up --yes --skip-preview --stack dev --non-interactive"
        return self.start("sh", "-c", "; ".join((*before, command)))

    def refused(self, *arguments: str) -> str:
        """What `sandbox/pulumi` on the dev stack prints when it fails, in words and without a traceback."""
        result = self.pulumi(*arguments, check=False)
        printed = result.stdout + result.stderr
        assert result.returncode != 0, printed
        assert "Traceback" not in printed
        return printed

    def refused_up(self) -> str:
        """What a deployment without a preview prints when it fails."""
        return self.refused("up", "--yes", "--skip-preview")

    def steps(self, *arguments: str) -> list[tuple[str, str]]:
        """What a preview would do: (operation, logical name) of every resource that does not stay as it is."""
        preview = json.loads(self.pulumi("preview", "--json", *arguments).stdout)
        return [(step["op"], step["urn"].rsplit("::", 1)[1]) for step in preview["steps"] if step["op"] != "same"]

    def output(self, *names: str) -> Any:
        """The stack's outputs as JSON, or the one that is named."""
        return json.loads(self.pulumi("stack", "output", *names, "--json").stdout)

    def arm(self, method: str, path: str, body: object = None, *, check: bool = True) -> Any:
        """One request to the pretend Azure, without the time that `sandbox/arm` takes to start; the answer's JSON."""
        with lease(self.path / ".sandbox") as held, closing(Client(held.endpoint)) as client:
            reply = client.send(method, path, body)
        assert reply.status < 300 or not check, f"{method} {path}: {reply}"
        return reply.body

    def listed(self, path: str, api_version: str) -> list[dict[str, Any]]:
        """All objects of a list in the pretend Azure, page by page."""
        page = self.arm("GET", f"{path}?{api_version}")
        found = list(page["value"])
        while link := page.get("nextLink"):
            page = self.arm("GET", link)
            found += page["value"]
        return found

    def names(self, path: str, api_version: str) -> list[str]:
        """The names of all objects of a list in the pretend Azure, sorted."""
        return sorted(entry["name"] for entry in self.listed(path, api_version))

    def attached(self, lab: str = LAB_ACCOUNT, api_version: str = LABS) -> list[str]:
        """Ids of the galleries that are attached to a lab account or lab."""
        return [entry["properties"]["galleryId"] for entry in self.listed(f"{lab}/sharedGalleries", api_version)]

    def regions(self, version: str) -> list[str]:
        """The target regions of a version by its id, as Azure spells them."""
        profile = self.arm("GET", f"{version}?{COMPUTE}")["properties"]["publishingProfile"]
        return [region["name"] for region in profile["targetRegions"]]

    def published(self) -> dict[str, list[str]]:
        """Every version in the gallery, by image; asserts that each is complete, and the gallery attached."""
        found: dict[str, list[str]] = {}
        for image in self.names(f"{GALLERY}/images", COMPUTE):
            versions = self.listed(f"{GALLERY}/images/{image}/versions", COMPUTE)
            assert {version["properties"]["provisioningState"] for version in versions} <= {"Succeeded"}
            found[image] = sorted(version["name"] for version in versions)
        assert self.attached() == [GALLERY]
        return found

    def requests(self) -> list[dict[str, Any]]:
        """The log of the pretend Azure, oldest first."""
        return list(self.arm("GET", "/sandbox/requests"))

    def carried_out(self, *paths: str) -> bool:
        """Whether Azure has carried out a PUT below each of `paths`, even if its answer was lost."""
        puts = [entry["path"] for entry in self.requests() if entry["method"] == "PUT"]
        return all(any(put.startswith(path) for put in puts) for path in paths)

    def fault(self, method: str, path: str, **what: Any) -> None:
        """Make later requests fail."""
        self.arm("POST", "/sandbox/faults", {"method": method, "path": path, **what})

    def no_fault_left(self) -> bool:
        """Whether every fault has happened, or has begun to."""
        return not self.arm("GET", "/sandbox/faults")

    def replication(self, **settings: Any) -> None:
        """Say how copies of versions go from now on."""
        self.arm("POST", "/sandbox/replication", settings)

    def read(self, file: str) -> str:
        """The text of a file."""
        return (self.path / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file."""
        (self.path / file).write_text(text, encoding="utf-8")

    def edit(self, file: str, *edits: tuple[str, str]) -> None:
        """Replace pieces of text, each of which occurs exactly once."""
        text = self.read(file)
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
            text = text.replace(old, new)
        self.write(file, text)

    @contextmanager
    def edited(self, file: str, *edits: tuple[str, str]) -> Iterator[None]:
        """A file as it is after `edits`, or after edits in the block, for as long as the block lasts."""
        before = self.read(file)
        try:
            self.edit(file, *edits)
            yield
        finally:
            self.write(file, before)

    def publish_also(self, number: str) -> None:
        """Add a version of the databases to the small catalogue."""
        line = f"      {number}: {{source: {{snapshot: {SNAPSHOTS}/debian-12-databases-100}}}}\n"
        self.write(CATALOGUE, self.read(CATALOGUE) + line)

    def let_abroad(self, image: str) -> None:
        """Exempt an image from the policy that keeps replicas in the geography."""
        config = json.loads(self.read(POLICY_CONFIG))
        exemption = {"image": image, "reason": "a partner university", "expires": "2099-12-31"}
        config["image-replicas-within-geography"]["exemptions"].append(exemption)
        self.write(POLICY_CONFIG, json.dumps(config))
