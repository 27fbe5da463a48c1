"""A copy of the project in a folder of its own, driven as a person would drive it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries"
GALLERY = f"{GROUP}/providers/Microsoft.Compute/galleries/contoso_lab_images"
LAB_ACCOUNT = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
)
COMPUTE = "api-version=2024-03-03"
LABS = "api-version=2019-01-01-preview"
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", ".sandbox", "__pycache__", ".*_cache", ".hypothesis", "tests")


@dataclass(frozen=True)
class Project:
    """The project folder; every command runs in it, with its own sandbox under `.sandbox`."""

    path: Path

    @classmethod
    def copy_to(cls, path: Path) -> Project:
        """Copy the program without its state; the virtual environments are shared, for they are only read."""
        shutil.copytree(ROOT, path, ignore=LEFT_OUT)
        for environment in (".venv", "policies/.venv"):
            (path / environment).symlink_to(ROOT / environment)
        return cls(path)

    def run(self, *command: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the project; a failure shows what it printed."""
        result = subprocess.run(
            list(command),
            cwd=self.path,
            env={**os.environ, **env},
            text=True,
            capture_output=True,
            check=False,
            timeout=240,
        )
        if check and result.returncode != 0:
            raise AssertionError(f"{command} ended with {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result

    def pulumi(self, *arguments: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """`sandbox/pulumi` on the dev stack."""
        return self.run("sandbox/pulumi", *arguments, "--stack", "dev", "--non-interactive", check=check, **env)

    def up(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Deploy the dev stack."""
        return self.pulumi("up", "--yes", *arguments, check=check)

    def steps(self, *arguments: str) -> list[tuple[str, str]]:
        """What a preview would do: (operation, logical name) of every resource that does not stay as it is."""
        preview = json.loads(self.pulumi("preview", "--json", *arguments).stdout)
        return [(step["op"], step["urn"].rsplit("::", 1)[1]) for step in preview["steps"] if step["op"] != "same"]

    def arm(self, method: str, path: str, body: object = None, *, check: bool = True) -> Any:
        """One request to the pretend Azure; the answer's JSON."""
        extra = [] if body is None else [json.dumps(body)]
        result = self.run("sandbox/arm", method, path, *extra, check=check)
        return json.loads(result.stdout) if result.stdout.strip() else None

    def listed(self, path: str, api_version: str) -> list[dict[str, Any]]:
        """All objects of a list in the pretend Azure."""
        return list(self.arm("GET", f"{path}?{api_version}")["value"])

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace one piece of text that occurs exactly once."""
        target = self.path / file
        text = target.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        target.write_text(text.replace(old, new), encoding="utf-8")

    def let_abroad(self, image: str) -> None:
        """Exempt an image from the policy that keeps replicas in the geography."""
        file = self.path / "policy-config.json"
        config = json.loads(file.read_text(encoding="utf-8"))
        exemption = {"image": image, "reason": "a partner university", "expires": "2999-12-31"}
        config["image-replicas-within-geography"]["exemptions"].append(exemption)
        file.write_text(json.dumps(config), encoding="utf-8")
