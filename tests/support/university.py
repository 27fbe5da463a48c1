"""A university's own subscription, as the pages of the documentation have it, in the pretend Azure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sandbox.emulator.process.lease import lease
from tests.support.ids import REAL
from tests.support.project import Project

GROUPS: Final = f"/subscriptions/{REAL}/resourceGroups"
SEED: Final[dict[str, Any]] = {
    "subscriptions": {
        REAL: {
            "displayName": "Contoso University",
            "resourceGroups": {
                "galleries": {"location": "koreacentral"},
                "labs": {"location": "koreacentral", "labaccounts": {"contoso-labs": {}}},
                "image-build": {
                    "location": "koreacentral",
                    "snapshots": {"ubuntu-2204-python-100": {"osType": "Linux", "sizeGB": 64}},
                },
            },
        }
    }
}


@contextmanager
def signed_in(project: Project) -> Iterator[dict[str, str]]:
    """Variables with which `./labs` is signed in to the university's subscription, until the block ends.

    Afterwards the pretend Azure is as it was at first, without that subscription.
    """
    with lease(project.path / ".sandbox") as held:
        project.arm("POST", "/sandbox/seed", SEED)
        yield held.environment()
        project.arm("POST", "/sandbox/reset")
