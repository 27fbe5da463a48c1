"""When the progress of a version is not asked again."""

from __future__ import annotations

import pytest

from inventory.gallery import is_settled
from plan.observed import RegionProgress
from tests.support.builders import observed_version, replica

HOME = (replica("koreacentral"),)
DONE = RegionProgress("koreacentral", "Completed", 50, "")


@pytest.mark.parametrize(
    ("state", "progress", "settled"),
    [
        ("Succeeded", [DONE], True),
        ("Updating", [DONE], False),
        ("Succeeded", [RegionProgress("koreacentral", "Replicating", 50, "")], False),
        ("Succeeded", [DONE, RegionProgress("koreasouth", "Completed", 50, "")], False),
        ("Succeeded", [], False),
    ],
)
def test_only_a_complete_version_is_settled(state: str, progress: list[RegionProgress], settled: bool) -> None:
    assert is_settled(observed_version(provisioning_state=state, replicas=HOME), progress) is settled
