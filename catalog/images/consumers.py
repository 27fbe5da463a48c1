"""Who uses images, and what each service demands of one: a table of rules, each with its source and date.

A rule without a source is not here. One that a document only recommends, or that sources contradict, is not `certain`:
people are told of it, and nothing is refused for it. The policy pack has its own copy, since it trusts no other code; a
test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Consumer = Literal["lab_services", "devtest_labs", "virtual_desktop", "windows_365", "dev_box", "other"]
"""Who uses an image. `other` is any use without rules here."""

LAB_SERVICES: Final[Consumer] = "lab_services"

Property = Literal[
    "os_type",
    "os_state",
    "hyper_v_generation",
    "architecture",
    "security_type",
    "os_disk_size_gb",
    "data_disk_count",
    "region",
    "guest",
]
"""What a rule is about: a key of an image or version; `region`, that a replica lies where the service runs; `guest`,
what is inside the disk, which neither the catalogue nor Azure tells."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One rule of a service.

    `accepted` are the values of a key that has words; `least` and `most` bound one that has a number, both included.
    `says` completes "it demands …". `source` is the document's title, `dated` its day. Only what is `certain` refuses.
    """

    property: Property
    says: str
    source: str
    url: str
    dated: date
    accepted: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """A service that takes images from a gallery: its name, its rules, and the day on which it ends, if known."""

    name: str
    demands: tuple[Demand, ...] = ()
    ends: date | None = None


_CUSTOM_WINDOWS: Final = "Bring a custom Windows image"
_ATTACH: Final = "Attach or detach a compute gallery in Azure Lab Services"
_LABS: Final = "https://learn.microsoft.com/azure/lab-services/"

SERVICES: Final[Mapping[Consumer, Service]] = {
    "lab_services": Service(
        "Azure Lab Services",
        (
            Demand(
                "hyper_v_generation",
                "generation 1",
                _CUSTOM_WINDOWS,
                f"{_LABS}upload-custom-image-shared-image-gallery",
                date(2023, 4, 24),
                accepted=("V1",),
            ),
            Demand(
                "os_disk_size_gb",
                "an OS disk below 128 GB",
                _ATTACH,
                f"{_LABS}how-to-attach-detach-shared-image-gallery",
                date(2023, 3, 1),
                most=127,
            ),
            Demand(
                "data_disk_count",
                "one disk",
                _ATTACH,
                f"{_LABS}how-to-attach-detach-shared-image-gallery",
                date(2023, 3, 1),
                most=0,
            ),
        ),
        ends=date(2027, 6, 28),
    ),
    "devtest_labs": Service("Azure DevTest Labs"),
    "virtual_desktop": Service("Azure Virtual Desktop"),
    "windows_365": Service("Windows 365"),
    "dev_box": Service("Microsoft Dev Box"),
    "other": Service("another service"),
}
"""Every consumer, in the order in which people are shown them."""

SUCCESSORS: Final[tuple[Consumer, ...]] = ("devtest_labs", "virtual_desktop", "windows_365")
"""The services that Microsoft names instead of Azure Lab Services. Dev Box is in maintenance mode, and it names Windows
365 itself."""
