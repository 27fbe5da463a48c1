"""The program of this repository on a stack of its own, driven by a real `pulumi` (or the one that PULUMI names)."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import yaml

from tests.live.tenant import DISK_GB, GALLERY, IMAGE, VERSION, Tenant
from tests.support.project import Project

STACK = "smoke"


class CommandFailed(Exception):
    """A command of pulumi ended with an error, which it has printed."""


class Program:
    """A copy of the project in `folder`, with its state beside it: nothing of the user's own stacks is touched."""

    def __init__(self, folder: Path, tenant: Tenant) -> None:
        self.tenant = tenant
        self.path = Project.copy_to(folder / "project").path
        state = folder / "state"
        state.mkdir()
        self.environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "smoke",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.command = shlex.split(os.environ.get("PULUMI") or "pulumi")

    def configure(self, *, attached: bool) -> None:
        """Write the stack's file, but for what the engine keeps in it."""
        tenant = self.tenant
        file = self.path / f"Pulumi.{STACK}.yaml"
        kept = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        config = {
            "azure-native:subscriptionId": tenant.subscription,
            "lab-image-gallery:galleryName": GALLERY,
            "lab-image-gallery:resourceGroupName": tenant.group,
            "lab-image-gallery:location": tenant.region,
            "lab-image-gallery:labAccountIds": [tenant.lab_account] if attached else [],
            "lab-image-gallery:labAccountServicePrincipalObjectId": tenant.lab_services if attached else "",
            "lab-image-gallery:protect": False,
        }
        file.write_text(yaml.safe_dump({**kept, "config": config}, sort_keys=False), encoding="utf-8")

    def publish(self, *regions: str, may_remove: bool = False) -> None:
        """Write the catalogue: one image with one version in `regions`."""
        version = {
            "source": {"disk": self.tenant.disk},
            "os_disk_size_gb": DISK_GB,
            "data_disk_count": 0,
            "target_regions": list(regions),
            "allow_deletion_of_replicated_locations": may_remove,
        }
        image = {
            "os_type": "Linux",
            "os_state": "Generalized",
            "identifier": {"publisher": "lab-image-gallery", "offer": "smoke", "sku": "smoke"},
            "versions": {VERSION: version},
        }
        text = yaml.safe_dump({"images": {IMAGE: image}}, sort_keys=False)
        (self.path / "images.yaml").write_text(text, encoding="utf-8")

    def pulumi(self, *arguments: str) -> None:
        """Run a command, which prints as it goes. Raises CommandFailed."""
        command = [*self.command, *arguments, "--stack", STACK, "--non-interactive"]
        done = subprocess.run(command, cwd=self.path, env=self.environment, check=False)
        if done.returncode != 0:
            raise CommandFailed(f"`{shlex.join(command)}` ended with {done.returncode}; what it says stands above")
