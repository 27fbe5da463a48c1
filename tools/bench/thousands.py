"""Commands on a gallery with a thousand versions in one image, as pipelines leave them."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from sandbox.emulator.process.connection import Connection
from sandbox.emulator.process.lease import lease
from tools.bench.run import RunFailed, run
from tools.bench.scene import ROOT
from tools.bench.workload import LOCATION, SUBSCRIPTION

VERSIONS = 1000
COMMANDS = {"status_1000_s": ("status",), "list_unmanaged_1000_s": ("list-unmanaged",)}
"""The commands by the figure that they give."""

_GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
_IMAGE = f"{_GROUPS}/galleries/providers/Microsoft.Compute/galleries/contoso_lab_images/images/ubuntu-2204-python"
_SOURCE = f"{_GROUPS}/image-build/providers/Microsoft.Compute/snapshots/ubuntu-2204-python-100"


def command_seconds(folder: Path, repeats: int) -> dict[str, float]:
    """Median wall time of each command by its figure; `folder` has the dev stack, deployed, and its sandbox."""
    with lease(folder / ".sandbox") as held:
        _publish(Connection(held.environment()["ARM_ENDPOINT"]))
        return {
            figure: median(_seconds(folder, command, held.environment()) for _ in range(repeats))
            for figure, command in COMMANDS.items()
        }


def _publish(connection: Connection) -> None:
    """Older versions that somebody else publishes. Raises RunFailed if the sandbox refuses one."""
    connection.send("POST", "/sandbox/replication", {"secondsPerRegion": 0})
    body = {
        "location": LOCATION,
        "properties": {
            "publishingProfile": {"targetRegions": [{"name": LOCATION}, {"name": "koreasouth"}]},
            "storageProfile": {"osDiskImage": {"source": {"id": _SOURCE}}},
        },
    }
    for number in range(VERSIONS):
        path = f"{_IMAGE}/versions/0.9.{number}"
        reply = connection.send("PUT", path, body, **{"api-version": "2024-03-03"})
        if reply.status >= 300:
            raise RunFailed(f"PUT {path} is answered with {reply.status}: {reply.body}")


def _seconds(folder: Path, command: tuple[str, ...], variables: dict[str, str]) -> float:
    return run([str(ROOT / "labs"), *command, "--stack", "dev"], folder, variables).wall
