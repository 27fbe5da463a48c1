"""What the programs that `make bench` compares with declare, as the settings of a stack."""

from __future__ import annotations

from catalog.stacks.settings import Settings, read_settings
from tools.bench.pure import LAB_ACCOUNT
from tools.bench.workload import LOCATION, SUBSCRIPTION


def settings_of_yardsticks(stack: str) -> Settings:
    """The gallery, lab account and role of `bare` and `floor`."""
    return read_settings(
        {
            "subscriptionId": SUBSCRIPTION,
            "galleryName": "contoso_lab_images",
            "resourceGroupName": "galleries",
            "location": LOCATION,
            "labAccountIds": [LAB_ACCOUNT],
            "labAccountServicePrincipalObjectId": "0a000000-0000-0000-0000-000000000001",
            "protect": False,
        },
        project="lab-image-gallery",
        stack=stack,
    )
