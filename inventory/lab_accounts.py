"""Lab accounts and the galleries attached to them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial

from catalog.attachments import API_VERSION
from catalog.observed import ObservedLabAccount
from inventory.arm import Arm
from inventory.arm_error import ArmError
from inventory.look_up import OF_THE_WHOLE, side_by_side
from inventory.spelling import part, region


def look_up_lab_accounts(
    arm: Arm, pool: Executor, ids: Sequence[str]
) -> tuple[dict[str, ObservedLabAccount], list[ArmError]]:
    """Each lab account by its id in lower case, and the failures that concern more than one account."""
    answers = side_by_side(pool, {account: partial(_lab_account, arm, account) for account in ids})
    accounts: dict[str, ObservedLabAccount] = {}
    failures: list[ArmError] = []
    for account, answer in answers.items():
        if isinstance(answer, ObservedLabAccount):
            accounts[account.lower()] = answer
        elif answer.kind in OF_THE_WHOLE:
            failures.append(answer)
        else:
            accounts[account.lower()] = ObservedLabAccount(account, failure=str(answer))
    return accounts, failures


def _lab_account(arm: Arm, account: str) -> ObservedLabAccount:
    answer = arm.get(account, API_VERSION)
    if answer is None:
        return ObservedLabAccount(
            account,
            failure="there is no such lab account; new ones can no longer be made, so its id must be mistaken: "
            "`az resource list --resource-type Microsoft.LabServices/labaccounts --output table` lists those there are",
        )
    attached = arm.list(f"{account}/sharedGalleries", API_VERSION)
    return ObservedLabAccount(
        id=account,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
    )
