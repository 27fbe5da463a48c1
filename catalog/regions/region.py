"""One Azure region and its properties."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LabService(StrEnum):
    """The two services of Azure Lab Services, which were offered in different regions."""

    ACCOUNTS = "accounts"
    PLANS = "plans"


@dataclass(frozen=True, slots=True)
class Region:
    """A region as `catalog/regions/regions.json` knows it.

    `name` is the canonical spelling (`koreacentral`). `geography` is Azure's data-residency boundary, `cloud` one of
    `public`, `china`, `usgovernment`. `access_restricted` means that Azure serves it on request only.
    That, `availability_zones` and the two lab columns are None if no source is known; the lab columns say whether lab
    accounts or lab plans were ever offered there, which is final: Azure Lab Services is closed to new customers.
    `latitude` and `longitude` are in degrees, both None where Azure does not publish them.
    """

    name: str
    display_name: str
    aliases: tuple[str, ...]
    geography: str
    geography_aliases: tuple[str, ...]
    geography_group: str
    paired_region: str | None
    cloud: str
    access_restricted: bool | None
    availability_zones: bool | None
    lab_accounts_offered: bool | None
    lab_plans_offered: bool | None
    latitude: float | None
    longitude: float | None

    def offers_labs(self, services: frozenset[LabService]) -> bool:
        """Whether one of these services was ever offered here.

        Unknown counts as not offered: a replica where no lab can be costs money without use.
        """
        offered = {LabService.ACCOUNTS: self.lab_accounts_offered, LabService.PLANS: self.lab_plans_offered}
        return any(offered[service] for service in services)
