"""Lab accounts, labs of Azure DevTest Labs, and the galleries attached to them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.settings import DEVTEST_LAB, LAB_ACCOUNT
from inventory.arm.answer import part, region
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from inventory.side_by_side import AFFECTS_EVERYTHING, side_by_side
from plan.observed import ObservedLabAccount

LAB_ACCOUNT_GONE = (
    "there is no such lab account; new ones can no longer be made, so its id must be mistaken: "
    "`az resource list --resource-type Microsoft.LabServices/labaccounts --output table` lists those there are"
)
DEVTEST_LAB_GONE = (
    "there is no such lab; `az resource list --resource-type Microsoft.DevTestLab/labs --output table` lists those "
    "there are"
)


def look_up_lab_accounts(
    arm: Arm, pool: Executor, ids: Sequence[str]
) -> tuple[dict[str, ObservedLabAccount], list[ArmError]]:
    """Each lab account by its id in lower case, and the failures that concern more than one account."""
    return _look_up(arm, pool, ids, API_VERSIONS[LAB_ACCOUNT], LAB_ACCOUNT_GONE)


def look_up_dev_test_labs(
    arm: Arm, pool: Executor, ids: Sequence[str]
) -> tuple[dict[str, ObservedLabAccount], list[ArmError]]:
    """Each DevTest lab by its id in lower case, and the failures that concern more than one lab."""
    return _look_up(arm, pool, ids, API_VERSIONS[DEVTEST_LAB], DEVTEST_LAB_GONE)


def _look_up(
    arm: Arm, pool: Executor, ids: Sequence[str], api_version: str, missing: str
) -> tuple[dict[str, ObservedLabAccount], list[ArmError]]:
    answers = side_by_side(pool, {lab: partial(_lab, arm, lab, api_version, missing) for lab in ids})
    labs: dict[str, ObservedLabAccount] = {}
    failures: list[ArmError] = []
    for lab, answer in answers.items():
        if isinstance(answer, ObservedLabAccount):
            labs[lab.lower()] = answer
        elif answer.kind in AFFECTS_EVERYTHING:
            failures.append(answer)
        else:
            gone = answer.kind is ErrorKind.NO_PROVIDER
            labs[lab.lower()] = ObservedLabAccount(lab, failure=str(answer), gone=gone)
    return labs, failures


def _lab(arm: Arm, lab: str, api_version: str, missing: str) -> ObservedLabAccount:
    answer = arm.get(lab, api_version)
    if answer is None:
        return ObservedLabAccount(lab, failure=missing)
    attached = arm.list(f"{lab}/sharedGalleries", api_version)
    return ObservedLabAccount(
        id=lab,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
    )
