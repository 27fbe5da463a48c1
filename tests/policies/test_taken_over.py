"""A version that is taken over is judged by what it is, as every other one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.findings import OS_DISK, SINGLE, SUPPORTED, judged
from tests.policies.inputs import version
from tests.support.policy_server import PolicyServer

OWN_ID = (
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/galleries/providers/Microsoft.Compute"
    "/galleries/images/images/gis/versions/1.0.0"
)


@pytest.mark.parametrize("state", ["Generalized", "Specialized"])
@pytest.mark.parametrize(
    ("changes", "image", "policies"),
    [
        ({"osDiskSizeGb": 100, "declaredOsDiskSizeGb": 100}, {}, []),
        ({"declaredOsDiskSizeGb": None, "declaredDataDiskCount": None}, {}, []),
        ({"osDiskSizeGb": 128, "declaredOsDiskSizeGb": 128}, {}, [OS_DISK]),
        ({"osDiskSizeGb": None}, {}, [OS_DISK]),
        ({"dataDiskCount": 1, "declaredDataDiskCount": 1}, {}, [SINGLE]),
        ({}, {"hyperVGeneration": "V2"}, [SUPPORTED]),
        ({"osDiskSizeGb": 256, "declaredOsDiskSizeGb": 256}, {"consumers": ["other"]}, []),
    ],
)
def test_its_facts_are_judged_and_its_kind_is_known(
    server: PolicyServer, changes: dict[str, Any], image: dict[str, Any], policies: list[str], state: str
) -> None:
    existing = version(source={"kind": "existing", "id": OWN_ID}, **changes)
    assert [found.policy for found in judged(server, existing, osState=state, **image)] == policies
