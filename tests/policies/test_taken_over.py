"""An imported version is validated by its facts, as every other one."""

from __future__ import annotations

from typing import Any

import pytest

from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.policies.findings import OS_DISK, SINGLE, SUPPORTED, policies, validated
from tests.policies.inputs import version
from tests.support.builders import GALLERY
from tests.support.policy_server import PolicyServer

OWN_ID = f"{GALLERY}/images/gis/versions/1.0.0"


@pytest.mark.parametrize("state", ["Generalized", "Specialized"])
@pytest.mark.parametrize(
    ("changes", "image", "expected"),
    [
        ({"osDiskSizeGb": LIMIT - 1, "declaredOsDiskSizeGb": LIMIT - 1}, {}, []),
        ({"declaredOsDiskSizeGb": None, "declaredDataDiskCount": None}, {}, []),
        ({"osDiskSizeGb": LIMIT, "declaredOsDiskSizeGb": LIMIT}, {}, [OS_DISK]),
        ({"osDiskSizeGb": None}, {}, [OS_DISK]),
        ({"dataDiskCount": 1, "declaredDataDiskCount": 1}, {}, [SINGLE]),
        ({}, {"hyperVGeneration": "V2"}, [SUPPORTED]),
        ({"osDiskSizeGb": 256, "declaredOsDiskSizeGb": 256}, {"consumers": ["other"]}, []),
    ],
)
def test_its_facts_are_validated_and_its_kind_is_known(
    server: PolicyServer, changes: dict[str, Any], image: dict[str, Any], expected: list[str], state: str
) -> None:
    existing = version(source={"kind": "existing", "id": OWN_ID}, **changes)
    assert policies(validated(server, existing, osState=state, **image)) == expected
