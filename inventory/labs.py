"""Lab accounts, labs of Azure DevTest Labs, and the galleries attached to them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from functools import partial

from catalog.stacks.attachment import AttachmentKind
from inventory.arm.answer import part, region
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from inventory.side_by_side import AFFECTS_EVERYTHING, side_by_side
from plan.observed import ObservedLab


def look_up_labs(
    arm: Arm, pool: Executor, wanted: Iterable[tuple[AttachmentKind, str]]
) -> tuple[dict[str, ObservedLab], list[ArmError]]:
    """Each lab (of a kind, by id) under its id in lower case, and the failures that concern more than one lab."""
    answers = side_by_side(pool, {lab: partial(_lab, arm, kind, lab) for kind, lab in wanted})
    labs: dict[str, ObservedLab] = {}
    failures: list[ArmError] = []
    for lab, answer in answers.items():
        if isinstance(answer, ObservedLab):
            labs[lab.lower()] = answer
        elif answer.kind in AFFECTS_EVERYTHING:
            failures.append(answer)
        else:
            labs[lab.lower()] = ObservedLab(lab, failure=str(answer), gone=answer.kind is ErrorKind.NO_PROVIDER)
    return labs, failures


def _lab(arm: Arm, kind: AttachmentKind, lab: str) -> ObservedLab:
    answer = arm.get(lab, kind.api_version)
    if answer is None:
        listed = f"`az resource list --resource-type {kind.type} --output table`"
        return ObservedLab(lab, failure=f"there is no such {kind.noun}; {listed} lists those there are")
    attached = arm.list(f"{lab}/sharedGalleries", kind.api_version)
    return ObservedLab(
        id=lab,
        region=region(str(answer["location"])),
        attachments={str(item["id"]): str(part(item, "properties").get("galleryId", "")) for item in attached},
    )
