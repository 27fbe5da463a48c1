"""Who uses images, and what each service demands of one: a table of rules, each with its source and date.

A rule without a source is not here. One that a document only recommends, that a preview may change, or that sources
contradict, is not `certain`: people are told of it, and nothing is refused for it. The policy pack has its own copy,
since it trusts no other code; a test keeps the two equal. When a document changes, its row and its date change here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from catalog.texts.translation import N_

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
    `says` completes "it demands …". `source` is the document's title, `dated` the day that the document bears. Only
    what is `certain` refuses; a rule about the `guest` refuses nothing either way, since nobody can look inside.
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


@dataclass(frozen=True, slots=True)
class _Document:
    """A page of Microsoft's documentation: its title, address and day."""

    title: str
    url: str
    dated: date

    def demand(
        self, about: Property, says: str, *accepted: str, most: int | None = None, certain: bool = True
    ) -> Demand:
        """A rule that this page has."""
        return Demand(about, says, self.title, self.url, self.dated, accepted, most=most, certain=certain)


_LEARN: Final = "https://learn.microsoft.com/"
_LAB_SERVICES_WINDOWS: Final = _Document(
    "Bring a Windows custom image from a physical lab environment to Azure Lab Services",
    f"{_LEARN}azure/lab-services/upload-custom-image-shared-image-gallery",
    date(2023, 4, 24),
)
_LAB_SERVICES_ATTACH: Final = _Document(
    "Attach or detach an Azure compute gallery to a lab plan in Azure Lab Services",
    f"{_LEARN}azure/lab-services/how-to-attach-detach-shared-image-gallery",
    date(2023, 3, 1),
)
_LAB_SERVICES_SIZES: Final = _Document(
    "Azure Lab Services - Administrator guide",
    f"{_LEARN}azure/lab-services/administrator-guide",
    date(2024, 3, 14),
)
_TRUSTED_LAUNCH: Final = _Document(
    "Trusted launch for Azure virtual machines", f"{_LEARN}azure/virtual-machines/trusted-launch", date(2023, 4, 25)
)
_RETIREMENT: Final = _Document(
    "Azure Lab Services retirement guide", f"{_LEARN}azure/lab-services/retirement-guide", date(2024, 12, 5)
)
_DEVTEST_GALLERY: Final = _Document(
    "Configure a shared image gallery in Azure DevTest Labs",
    f"{_LEARN}azure/devtest-labs/configure-shared-image-gallery",
    date(2020, 6, 26),
)
_DEVTEST_GENERATION: Final = _Document(
    "Generation 2 VMs in Azure DevTest Labs", f"{_LEARN}azure/devtest-labs/devtest-lab-gen2-vm", date(2025, 1, 20)
)
_DEVTEST_TRUSTED: Final = _Document(
    "Trusted Launch for Generation 2 VMs in Azure DevTest Labs",
    f"{_LEARN}azure/devtest-labs/devtest-lab-trusted-launch",
    date(2025, 2, 13),
)
_DESKTOP_PREREQUISITES: Final = _Document(
    "Prerequisites for Azure Virtual Desktop", f"{_LEARN}azure/virtual-desktop/prerequisites", date(2023, 11, 6)
)
_DESKTOP_IMAGE: Final = _Document(
    "Create a golden image in Azure", f"{_LEARN}azure/virtual-desktop/set-up-golden-image", date(2021, 12, 1)
)
_WINDOWS_365: Final = _Document(
    "Device images in Windows 365", f"{_LEARN}windows-365/enterprise/device-images", date(2024, 9, 9)
)
_DEV_BOX: Final = _Document(
    "Configure Azure Compute Gallery for Microsoft Dev Box",
    f"{_LEARN}azure/dev-box/how-to-configure-azure-compute-gallery",
    date(2023, 4, 25),
)

_WITH_TRUSTED_LAUNCH: Final = ("TrustedLaunch", "TrustedLaunchSupported", "TrustedLaunchAndConfidentialVmSupported")
"""The security types of images that machines with Trusted Launch are made from. The documents name the first one; that
a service refuses the others is written nowhere, so they pass."""

SERVICES: Final[Mapping[Consumer, Service]] = {
    "lab_services": Service(
        "Azure Lab Services",
        (
            _LAB_SERVICES_ATTACH.demand(
                "os_state", N_("a generalized or specialized image"), "Generalized", "Specialized"
            ),
            _LAB_SERVICES_WINDOWS.demand("hyper_v_generation", N_("generation 1"), "V1"),
            # Every size of a lab is one of x64.
            _LAB_SERVICES_SIZES.demand("architecture", N_("x64"), "x64"),
            # Trusted Launch needs generation 2, and labs take generation 1.
            _TRUSTED_LAUNCH.demand("security_type", N_("the security type Standard"), "Standard"),
            # The page for Windows says "not greater than 128 GB"; below 128 GB is right by both.
            _LAB_SERVICES_ATTACH.demand("os_disk_size_gb", N_("an OS disk below 128 GB"), most=127),
            _LAB_SERVICES_ATTACH.demand("data_disk_count", N_("no data disk"), most=0),
            _LAB_SERVICES_ATTACH.demand("region", N_("a replica where labs are made")),
        ),
        ends=date(2027, 6, 28),
    ),
    "devtest_labs": Service(
        "Azure DevTest Labs",
        (
            _RETIREMENT.demand("os_type", N_("Windows or Linux"), "Windows", "Linux"),
            _DEVTEST_GALLERY.demand("os_state", N_("a generalized or specialized image"), "Generalized", "Specialized"),
            _DEVTEST_GENERATION.demand(
                "hyper_v_generation", N_("generation 1, or 2 as a preview"), "V1", "V2", certain=False
            ),
            _DEVTEST_TRUSTED.demand(
                "security_type",
                N_("the security type Standard, or Trusted Launch as a preview"),
                "Standard",
                *_WITH_TRUSTED_LAUNCH,
                certain=False,
            ),
            _DEVTEST_GALLERY.demand("region", N_("a replica in the region of the lab")),
        ),
    ),
    "virtual_desktop": Service(
        "Azure Virtual Desktop",
        (
            _DESKTOP_PREREQUISITES.demand("os_type", N_("Windows"), "Windows"),
            _RETIREMENT.demand("os_state", N_("a generalized image"), "Generalized"),
            _DESKTOP_IMAGE.demand("hyper_v_generation", N_("generation 1 or 2"), "V1", "V2"),
            # The page names 64-bit systems, and Arm64 nowhere.
            _DESKTOP_PREREQUISITES.demand("architecture", N_("x64"), "x64", certain=False),
            _DESKTOP_PREREQUISITES.demand(
                "guest",
                N_("Windows 10 or 11 Enterprise, multi-session or not, or Windows Server 2016 or later; no N or LTSC"),
            ),
            _DESKTOP_IMAGE.demand(
                "guest", N_("a machine that belongs to no domain, no Microsoft Entra ID and no host pool")
            ),
        ),
    ),
    "windows_365": Service(
        "Windows 365",
        (
            _WINDOWS_365.demand("os_type", N_("Windows"), "Windows"),
            _WINDOWS_365.demand("os_state", N_("a generalized image"), "Generalized"),
            _WINDOWS_365.demand("hyper_v_generation", N_("generation 2"), "V2"),
            # Of a managed image outside a gallery this is not demanded.
            _WINDOWS_365.demand("security_type", N_("the security type Trusted Launch"), *_WITH_TRUSTED_LAUNCH),
            # "Default" in the page; nothing says that a larger disk is refused.
            _WINDOWS_365.demand(
                "os_disk_size_gb", N_("an OS disk of 64 GB, which grows to that of the license"), most=64, certain=False
            ),
            _WINDOWS_365.demand("data_disk_count", N_("no data disk"), most=0),
            _WINDOWS_365.demand("guest", N_("Windows 10 or 11 Enterprise for a single session; no N or LTSC")),
            _WINDOWS_365.demand("guest", N_("no recovery partition")),
            _WINDOWS_365.demand(
                "guest", N_("a machine that never belonged to Active Directory, Microsoft Entra ID or Intune")
            ),
            _WINDOWS_365.demand("guest", N_("no FSLogix, and at most 3,000 apps in the Start menu")),
        ),
    ),
    "dev_box": Service(
        "Microsoft Dev Box",
        (
            _DEV_BOX.demand("os_type", N_("Windows"), "Windows"),
            _DEV_BOX.demand("os_state", N_("a generalized image"), "Generalized"),
            _DEV_BOX.demand("hyper_v_generation", N_("generation 2"), "V2"),
            _DEV_BOX.demand("security_type", N_("the security type Trusted Launch"), *_WITH_TRUSTED_LAUNCH),
            _DEV_BOX.demand(
                "os_disk_size_gb", N_("an OS disk of 64 GB, which grows to that of the license"), most=64, certain=False
            ),
            _DEV_BOX.demand(
                "guest", N_("Windows 10 Enterprise 20H2 or 11 Enterprise 21H2, or later, for a single session")
            ),
            _DEV_BOX.demand("guest", N_("no recovery partition")),
        ),
        # "Microsoft Dev Box retirement guide", 2026-09-08.
        ends=date(2028, 9, 18),
    ),
    "other": Service("another service"),
}
"""Every consumer, in the order in which people are shown them. Windows 365 and Dev Box bring an image to their regions
themselves, so they demand no replica; what Azure Virtual Desktop demands of regions no source says."""

SUCCESSORS: Final[tuple[Consumer, ...]] = ("devtest_labs", "virtual_desktop", "windows_365")
"""The services that Microsoft names instead of Azure Lab Services. The retirement guide names Dev Box as well, which
takes no new customers since November 2025 and retires itself: Microsoft names Windows 365 instead."""
