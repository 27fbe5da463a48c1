"""A university's own subscription, as the pages of the documentation have it, in the pretend Azure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sandbox.emulator.process.lease import lease
from tests.support.project import Project

UNIVERSITY: Final = "11111111-2222-3333-4444-555555555555"
GROUPS: Final = f"/subscriptions/{UNIVERSITY}/resourceGroups"
SEED: Final[dict[str, Any]] = {
    "subscriptions": {
        UNIVERSITY: {
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
