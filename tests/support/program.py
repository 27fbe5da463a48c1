"""A program of somebody else, which declares the package's component in the sandbox of a copy of the project."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support import ids
from tests.support.project import Project

IMAGE: Mapping[str, Any] = {
    "os_type": "Linux",
    "os_state": "Generalized",
    "identifier": {"publisher": "contoso", "offer": "python", "sku": "ubuntu"},
    "versions": {"1.0.0": {"source": {"snapshot": f"{ids.BUILD}/snapshots/ubuntu-2204-python-100"}}},
}
ARGUMENTS: Mapping[str, Any] = {
    "galleryName": "contoso_lab_images",
    "resourceGroupName": "galleries",
    "location": "koreacentral",
    "protect": False,
    "labAccountIds": [ids.LAB_ACCOUNT],
    "images": {"python": IMAGE},
}
"""The least that publishes an image and attaches the gallery."""


@dataclass(frozen=True)
class Program:
    """A program in a folder below the project's, which the sandbox of that project runs."""

    project: Project
    folder: str = "program"

    @classmethod
    def in_yaml(
        cls, project: Project, arguments: Mapping[str, Any], *, name: str = "university", **more: Any
    ) -> Program:
        """A program in YAML with one component, `gallery`; `more` are further resources, each with its entry."""
        component = {"type": "lab-image-gallery:LabImageGallery", "properties": dict(arguments)}
        return cls.of_resources(project, {"gallery": component, **more}, name=name)

    @classmethod
    def of_resources(cls, project: Project, resources: Mapping[str, Any], *, name: str = "university") -> Program:
        """A program in YAML with these resources; `gallery` is a component with the output `galleryId`."""
        program = cls(project)
        (project.path / program.folder).mkdir(exist_ok=True)
        content = {
            "name": name,
            "runtime": "yaml",
            "packages": {"lab-image-gallery": ".."},
            "resources": dict(resources),
            "outputs": {"galleryId": "${gallery.galleryId}"},
        }
        program.write("Pulumi.yaml", json.dumps(content))  # YAML without its anchors, which the host refuses
        program.write("Pulumi.dev.yaml", json.dumps({"config": {"azure-native:subscriptionId": ids.SUBSCRIPTION}}))
        return program

    def write(self, file: str, text: str) -> None:
        """Write a file of the program."""
        self.project.write(f"{self.folder}/{file}", text)

    def pulumi(self, *arguments: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """`sandbox/pulumi` on the program's dev stack."""
        command = ("sandbox/pulumi", "--cwd", self.folder, *arguments, "--stack", "dev", "--non-interactive")
        return self.project.run(*command, check=check, **env)

    def up(self) -> str:
        """Deploy without a preview before; what is printed to stdout."""
        return self.pulumi("up", "--yes", "--skip-preview").stdout

    def steps(self) -> list[tuple[str, str]]:
        """What a preview would do: (operation, type) of every resource that does not stay as it is."""
        preview = json.loads(self.pulumi("preview", "--json").stdout)
        urns = [(step["op"], step["urn"].split("::")) for step in preview["steps"] if step["op"] != "same"]
        return [(operation, urn[2].rpartition("$")[2]) for operation, urn in urns]

    def refused(self, *arguments: str) -> str:
        """What a preview, or another command, prints when it fails, in words and without a traceback."""
        result = self.pulumi(*(arguments or ("preview",)), check=False)
        printed = result.stdout + result.stderr
        assert result.returncode != 0, printed
        assert "Traceback" not in printed
        assert 'File "' not in printed
        return printed
