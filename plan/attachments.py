"""The gallery attached to lab accounts: one attachment for each account that the stack names."""

from __future__ import annotations

from catalog.fields import resource_id
from catalog.stacks.settings import Settings
from plan.attached import attached
from plan.conflict import Conflict, service_gone
from plan.observed import Observed
from plan.planned import PlannedAttachment

API_VERSION = "2019-01-01-preview"
"""The one api-version that has attached galleries; it is in no public specification (source: Az.LabServices module)."""


def plan_attachments(
    gallery: str, settings: Settings, observed: Observed
) -> tuple[list[PlannedAttachment], list[Conflict]]:
    """An attachment of `gallery` (its id) to each lab account, and what keeps it from being declared.

    An attachment of ours that is there already is kept under the name that it has.
    """
    attachments: list[PlannedAttachment] = []
    conflicts: list[Conflict] = []
    for account in settings.lab_account_ids:
        seen = observed.lab_accounts.get(account.lower())
        found = attached(account, seen, gallery, settings.gallery_name)
        if seen is not None and seen.failure:
            told = service_gone(account, seen.failure, "labAccountIds") if seen.gone else None
            conflicts.append(told or _unknown_account(account, seen.failure))
        conflicts += [_foreign_gallery(account, attachment, other) for attachment, other in found.foreign]
        attachments.append(
            PlannedAttachment(
                key=found.key,
                id=found.id,
                lab_account_id=account,
                subscription_id=resource_id.parse(account).subscription,
                lab_region=seen.region if seen else None,
            )
        )
    return attachments, conflicts


def _unknown_account(account: str, failure: str) -> Conflict:
    return Conflict(
        account,
        f"the lab account cannot be read: {failure}",
        "The gallery would be filled for hours and then could not be attached, so no teacher would see an image",
        f"Correct labAccountIds, or ask for the Reader role; try it with `az resource show --ids {account}`",
    )


def _foreign_gallery(account: str, attachment: str, gallery: str) -> Conflict:
    return Conflict(
        account,
        f"another gallery is attached to this lab account: {gallery}",
        "A lab account has one gallery at most, so ours would be refused after hours of publishing",
        "If its teachers no longer need it, detach it with `az rest --method delete --url "
        f'"{attachment}?api-version={API_VERSION}"`; else take the account out of labAccountIds',
    )
