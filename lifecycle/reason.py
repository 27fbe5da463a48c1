"""Why an image of the catalogue is not offered to those who choose images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReasonKind = Literal[
    "no_gallery",
    "missing_image",
    "missing_version",
    "no_version",
    "newer_version",
    "excluded",
    "os_disk_size",
    "data_disks",
    "generation",
    "architecture",
    "security_type",
    "purchase_plan",
    "end_of_life",
    "no_replica",
    "replicating",
    "failed",
    "disabled",
    "missing_lab",
    "not_attached",
    "other_gallery",
    "unreadable",
    "not_listed",
]
Effect = Literal["hides", "may_hide", "replaces"]
"""`may_hide`: whether the image is offered cannot be known from this. `replaces`: another version is offered."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a clause whose subject is the image, or the lab if it concerns every image there.

    `text` is in the language that was current when the reason was found; an answer for programs is made in English.
    `settled` is whether the list of Lab Services decides about a reason that may hide the image.
    """

    kind: ReasonKind
    text: str
    effect: Effect = "hides"
    settled: bool = False
