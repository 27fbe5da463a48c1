"""The gallery attached to labs: one attachment for each lab that the stack names, whichever service it belongs to."""

from __future__ import annotations

from catalog.fields import resource_id
from catalog.stacks.attachment import ATTACHMENT_KINDS, AttachmentKind
from catalog.stacks.commands import Commands
from plan.conflict import Conflict, lab_conflict
from plan.observed import ObservedLab
from plan.planned import PlannedAttachment
from plan.stack import Stack


def plan_attachments(stack: Stack, conflicts: list[Conflict]) -> tuple[PlannedAttachment, ...]:
    """An attachment of the gallery to each lab; appends what keeps one from being declared.

    An attachment of ours that exists keeps its name.
    """
    return tuple(
        _plan_attachment(kind, lab, stack, conflicts)
        for kind in ATTACHMENT_KINDS
        for lab in stack.settings.lab_ids(kind)
    )


def _plan_attachment(kind: AttachmentKind, lab: str, stack: Stack, conflicts: list[Conflict]) -> PlannedAttachment:
    seen = stack.observed.labs.get(lab.lower(), ObservedLab(lab))
    if seen.failure:
        conflicts.append(
            lab_conflict(lab, seen, noun=kind.noun, users=kind.users, key=kind.key, commands=stack.commands)
        )
    name = stack.settings.gallery_name
    for attachment, gallery in seen.attachments.items():
        if gallery.lower() == stack.gallery_id.lower():
            name = attachment.rpartition("/")[2]
        else:
            conflicts.append(_other_gallery(kind, lab, (attachment, gallery), stack.commands))
    parsed = resource_id.parse(lab)
    return PlannedAttachment(
        kind=kind,
        key=f"{parsed.subscription}/{parsed.resource_group}/{parsed.name}".lower(),
        id=f"{lab}/sharedGalleries/{name}",
        region=seen.region,
    )


def _other_gallery(kind: AttachmentKind, lab: str, attached: tuple[str, str], commands: Commands) -> Conflict:
    attachment, gallery = attached
    detach = commands.rest("delete", f"{attachment}?api-version={kind.api_version}")
    return Conflict(
        lab,
        f"another gallery is attached to this {kind.noun}: {gallery}",
        f"A {kind.noun} has one gallery at most, so Azure would refuse ours after hours of publishing",
        f"If its {kind.users} no longer need it, detach it with `{detach}`; else take the lab out of {kind.key}",
    )
