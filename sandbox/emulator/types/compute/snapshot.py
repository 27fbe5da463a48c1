"""Microsoft.Compute/snapshots: snapshots of managed disks."""

from __future__ import annotations

from sandbox.emulator.types.compute.disk import Disk


class Snapshot(Disk):
    """A snapshot: like a disk, but for its type."""

    type = "Microsoft.Compute/snapshots"
