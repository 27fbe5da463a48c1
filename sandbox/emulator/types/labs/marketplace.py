"""Images of the Azure Marketplace that labs list: publisher, offer and sku, operating system and display name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.emulator.form import TEXT, Field, Form
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource import Resource

_TABLE: Final = """
canonical 0001-com-ubuntu-server-focal Linux Ubuntu Server 20.04 LTS: 20_04-lts 20_04-lts-gen2 20_04-lts-cvm \
20_04-lts-arm64
canonical 0001-com-ubuntu-server-jammy Linux Ubuntu Server 22.04 LTS: 22_04-lts 22_04-lts-gen2 22_04-lts-cvm \
22_04-lts-arm64
canonical 0001-com-ubuntu-minimal-focal Linux Ubuntu Minimal 20.04 LTS: minimal-20_04-lts minimal-20_04-lts-gen2
canonical 0001-com-ubuntu-minimal-jammy Linux Ubuntu Minimal 22.04 LTS: minimal-22_04-lts minimal-22_04-lts-gen2
canonical 0001-com-ubuntu-pro-focal Linux Ubuntu Pro 20.04 LTS: pro-20_04-lts pro-20_04-lts-gen2 pro-fips-20_04
canonical 0001-com-ubuntu-pro-jammy Linux Ubuntu Pro 22.04 LTS: pro-22_04-lts pro-22_04-lts-gen2
canonical 0001-com-ubuntu-pro-bionic Linux Ubuntu Pro 18.04 LTS: pro-18_04-lts pro-18_04-lts-gen2
canonical ubuntuserver Linux Ubuntu Server: 16.04-lts 16_04-lts-gen2 18.04-lts 18_04-lts-gen2
canonical ubuntu-24_04-lts Linux Ubuntu Server 24.04 LTS: server server-gen1 server-arm64 minimal minimal-gen1 \
cvm ubuntu-pro ubuntu-pro-gen1
canonical ubuntu-22_04-lts Linux Ubuntu 22.04 LTS: server server-gen1 minimal ubuntu-pro
debian debian-10 Linux Debian 10: 10 10-gen2 10-backports 10-backports-gen2
debian debian-11 Linux Debian 11: 11 11-gen2 11-backports 11-backports-gen2 11-arm64
debian debian-12 Linux Debian 12: 12 12-gen2 12-backports 12-backports-gen2 12-arm64
almalinux almalinux Linux AlmaLinux: 8-gen1 8-gen2 9-gen1 9-gen2
almalinux almalinux-x86_64 Linux AlmaLinux x86: 8-gen1 8-gen2 9-gen1 9-gen2
almalinux almalinux-hpc Linux AlmaLinux HPC: 8-hpc-gen1 8-hpc-gen2
resf rockylinux-x86_64 Linux Rocky Linux: 8-base 8-lvm 9-base 9-lvm
openlogic centos Linux CentOS: 7.6 7.7 7_7-gen2 7.8 7_8-gen2 7_9 7_9-gen2 8_2 8_2-gen2 8_5 8_5-gen2
openlogic centos-hpc Linux CentOS HPC: 7.6 7_6gen2 7.7 7_7-gen2 7_9 7_9-gen2
oracle oracle-linux Linux Oracle Linux: 7.8 ol79 ol79-gen2 ol82 ol82-gen2 ol84-lvm ol84-lvm-gen2 ol89-lvm \
ol9-lvm ol9-lvm-gen2
redhat rhel Linux Red Hat Enterprise Linux: 7.8 78-gen2 7_9 79-gen2 8.2 82gen2 8_4 84-gen2 8_6 86-gen2 8_8 88-gen2 \
9_0 90-gen2 9_2 92-gen2
redhat rhel-raw Linux Red Hat Enterprise Linux raw: 7-raw 7-raw-gen2 8-raw 8-raw-gen2 9-raw 9-raw-gen2
suse sles-12-sp5 Linux SUSE Linux Enterprise Server 12 SP5: gen1 gen2
suse sles-15-sp4 Linux SUSE Linux Enterprise Server 15 SP4: gen1 gen2
suse sles-15-sp5 Linux SUSE Linux Enterprise Server 15 SP5: gen1 gen2
suse sles-15-sp6 Linux SUSE Linux Enterprise Server 15 SP6: gen1 gen2
suse sles-sap-15-sp5 Linux SUSE Linux Enterprise Server for SAP 15 SP5: gen1 gen2
suse opensuse-leap-15-5 Linux openSUSE Leap 15.5: gen1 gen2
suse opensuse-leap-15-4 Linux openSUSE Leap 15.4: gen1 gen2
microsoft-dsvm ubuntu-1804 Linux Data Science Virtual Machine, Ubuntu 18.04: 1804 1804-gen2
microsoft-dsvm ubuntu-2004 Linux Data Science Virtual Machine, Ubuntu 20.04: 2004 2004-gen2
microsoft-dsvm ubuntu-2204 Linux Data Science Virtual Machine, Ubuntu 22.04: 2204-gen2
microsoft-dsvm ubuntu-hpc Linux Ubuntu HPC: 1804 2004 2204
microsoft-dsvm dsvm-win-2019 Windows Data Science Virtual Machine, Windows 2019: winserver-2019 server-2019-g2
microsoft-dsvm dsvm-win-2022 Windows Data Science Virtual Machine, Windows 2022: winserver-2022
microsoftwindowsdesktop windows-10 Windows Windows 10: 20h2-pro 20h2-ent 21h1-pro 21h1-ent win10-21h2-pro \
win10-21h2-pro-g2 win10-21h2-ent win10-21h2-ent-g2 win10-22h2-pro win10-22h2-pro-g2 win10-22h2-ent win10-22h2-ent-g2
microsoftwindowsdesktop windows-11 Windows Windows 11: win11-21h2-pro win11-21h2-ent win11-22h2-pro win11-22h2-ent \
win11-22h2-avd win11-23h2-pro win11-23h2-ent win11-23h2-avd win11-24h2-pro win11-24h2-ent
microsoftwindowsserver windowsserver Windows Windows Server: 2012-r2-datacenter 2016-datacenter \
2016-datacenter-gensecond 2016-datacenter-server-core 2019-datacenter 2019-datacenter-gensecond 2019-datacenter-core \
2019-datacenter-with-containers 2022-datacenter 2022-datacenter-g2 2022-datacenter-core 2022-datacenter-core-g2 \
2022-datacenter-azure-edition 2022-datacenter-azure-edition-core 2016-datacenter-smalldisk \
2016-datacenter-smalldisk-g2 2019-datacenter-smalldisk 2019-datacenter-smalldisk-g2 2022-datacenter-smalldisk \
2022-datacenter-smalldisk-g2 2025-datacenter 2025-datacenter-g2 2025-datacenter-core 2025-datacenter-core-g2
microsoftsqlserver sql2019-ws2019 Windows SQL Server 2019 on Windows Server 2019: enterprise standard sqldev web
microsoftsqlserver sql2019-ws2022 Windows SQL Server 2019 on Windows Server 2022: enterprise standard sqldev web
microsoftsqlserver sql2022-ws2022 Windows SQL Server 2022 on Windows Server 2022: enterprise-gen2 standard-gen2 \
sqldev-gen2 web-gen2
microsoftvisualstudio visualstudio2019latest Windows Visual Studio 2019: vs-2019-comm-latest-ws2019 \
vs-2019-ent-latest-ws2019 vs-2019-comm-latest-win10-n vs-2019-ent-latest-win10-n
microsoftvisualstudio visualstudio2022 Windows Visual Studio 2022: vs-2022-comm-latest-win11-n-gen2 \
vs-2022-ent-latest-win11-n-gen2 vs-2022-pro-latest-win11-n-gen2 vs-2022-comm-latest-ws2022 vs-2022-ent-latest-ws2022
microsoftvisualstudio windowsplustools Windows Windows with developer tools: base-win10-gen2 base-win11-gen2
"""
"""A line an offer: publisher, offer, operating system, display name, and after the colon its skus."""


@dataclass(frozen=True)
class MarketplaceImage:
    """One image; `name` is how a lab plan names it."""

    publisher: str
    offer: str
    sku: str
    os_type: str
    display_name: str

    @property
    def name(self) -> str:
        """Publisher, offer and sku, with full stops between them."""
        return f"{self.publisher}.{self.offer}.{self.sku}".lower()

    @property
    def reference(self) -> Json:
        """What names the image in the Marketplace."""
        return {"publisher": self.publisher, "offer": self.offer, "sku": self.sku, "version": "latest"}


def _images(table: str) -> Iterable[MarketplaceImage]:
    for line in table.strip().splitlines():
        offered, _, skus = line.partition(": ")
        publisher, offer, os_type, display_name = offered.split(" ", 3)
        names = skus.split()
        for sku in names:
            shown = display_name if sku == names[0] else f"{display_name} ({sku})"
            yield MarketplaceImage(publisher, offer, sku, os_type, shown)


MARKETPLACE: Final[Mapping[str, MarketplaceImage]] = {image.name: image for image in _images(_TABLE)}
"""By name."""


SEED_FORM: Final[Form] = {name: Field(TEXT, required=True) for name in ("publisher", "offer", "sku")}
"""An entry of marketplaceImages in the seed of a lab account or lab plan: an image that is listed there besides."""


def listed_in(lab: Resource) -> Mapping[str, MarketplaceImage]:
    """The images that a lab account or lab plan lists, by name."""
    seeded = lab.hidden.get("marketplace") or ()
    more = (MarketplaceImage(it["publisher"], it["offer"], it["sku"], "Linux", it["sku"]) for it in seeded)
    return {**MARKETPLACE, **{image.name: image for image in more}}
