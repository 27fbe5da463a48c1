"""How a gallery is attached to one lab, whichever service the lab belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.fields import resource_id
from plan.observed import ObservedLabAccount


@dataclass(frozen=True, slots=True)
class Attached:
    """`key` names the lab in logical names, `id` is that of the attachment: the one there is, else the one to make.

    `foreign` are the attachments of other galleries: (id of the attachment, id of its gallery).
    """

    key: str
    id: str
    foreign: tuple[tuple[str, str], ...]


def attached(lab: str, seen: ObservedLabAccount | None, gallery: str, gallery_name: str) -> Attached:
    """How `gallery` (its id) is attached to `lab` (its id). An attachment of ours keeps the name that it has."""
    parsed = resource_id.parse(lab)
    ours, foreign = [], []
    for attachment, target in (seen.attachments if seen else {}).items():
        if target.lower() == gallery.lower():
            ours.append(attachment.rpartition("/")[2])
        else:
            foreign.append((attachment, target))
    name = ours[0] if ours else gallery_name
    key = f"{parsed.subscription}/{parsed.resource_group}/{parsed.name}".lower()
    return Attached(key, f"{lab}/sharedGalleries/{name}", tuple(foreign))
