"""The gallery attached to labs of Azure DevTest Labs, which need no Lab Services."""

from __future__ import annotations

from catalog.stacks.settings import Settings
from plan.attached import attached
from plan.conflict import Conflict, service_gone
from plan.observed import Observed
from plan.planned import PlannedDevTestAttachment

API_VERSION = "2018-10-15-preview"
"""The api-version that has attached galleries (source: "Configure a shared image gallery in Azure DevTest Labs")."""


def plan_dev_test_attachments(
    gallery: str, settings: Settings, observed: Observed
) -> tuple[list[PlannedDevTestAttachment], list[Conflict]]:
    """An attachment of `gallery` (its id) to each lab, and what keeps it from being declared.

    An attachment of ours that is there already is kept under the name that it has.
    """
    attachments: list[PlannedDevTestAttachment] = []
    conflicts: list[Conflict] = []
    for lab in settings.dev_test_lab_ids:
        seen = observed.dev_test_labs.get(lab.lower())
        found = attached(lab, seen, gallery, settings.gallery_name)
        if seen is not None and seen.failure:
            told = service_gone(lab, seen.failure, "devTestLabIds") if seen.gone else None
            conflicts.append(told or _unknown_lab(lab, seen.failure))
        conflicts += [_foreign_gallery(lab, attachment, other) for attachment, other in found.foreign]
        attachments.append(
            PlannedDevTestAttachment(
                key=found.key,
                id=found.id,
                lab_id=lab,
                location=(seen.region if seen else None) or "",
            )
        )
    return attachments, conflicts


def _unknown_lab(lab: str, failure: str) -> Conflict:
    return Conflict(
        lab,
        f"the DevTest lab cannot be read: {failure}",
        "The gallery would be filled for hours and then could not be attached, so nobody would see an image there",
        f"Correct devTestLabIds, or ask for the Reader role; try it with `az resource show --ids {lab}`",
    )


def _foreign_gallery(lab: str, attachment: str, gallery: str) -> Conflict:
    return Conflict(
        lab,
        f"another gallery is attached to this DevTest lab: {gallery}",
        "A DevTest lab has one gallery at most, so ours would be refused after hours of publishing",
        "If its users no longer need it, detach it with `az rest --method delete --url "
        f'"{attachment}?api-version={API_VERSION}"`; else take the lab out of devTestLabIds',
    )
