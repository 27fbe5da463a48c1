"""Replicas of one version in one region, as whatever declares them shows them."""

from __future__ import annotations

from typing import NamedTuple


class ReplicaSet(NamedTuple):
    """Replicas of one version in one region and of one storage type; every value may be of any shape, or a fault.

    `size_gb` is the size of the OS disk, `data_disks` the number of disks beside it. `unseen` is true for a version
    whose replicas nothing in the stack shows, `unread` for a resource, whose name `image` then is, of which nobody can
    tell whether it makes versions.
    """

    image: str
    number: str
    region: object = None
    storage_type: object = None
    replicas: object = None
    size_gb: object = None
    data_disks: object = 0
    unseen: bool = False
    unread: bool = False
