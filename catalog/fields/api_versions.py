"""The api-version in which each type of Azure Resource Manager is asked, by type as Azure writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_GALLERIES: Final = "2024-03-03"

API_VERSIONS: Final[Mapping[str, str]] = {
    "Microsoft.Authorization/locks": "2020-05-01",
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.Compute/disks": "2024-03-02",
    "Microsoft.Compute/galleries": _GALLERIES,
    "Microsoft.Compute/galleries/images": _GALLERIES,
    "Microsoft.Compute/galleries/images/versions": _GALLERIES,
    "Microsoft.Compute/images": "2024-07-01",
    "Microsoft.Compute/snapshots": "2024-03-02",
    "Microsoft.Compute/virtualMachines": "2024-07-01",
    # The one with attached galleries. Source: "Configure a shared image gallery in Azure DevTest Labs".
    "Microsoft.DevTestLab/labs": "2018-10-15-preview",
    # The one with attached galleries; it is in no public specification. Source: the module Az.LabServices.
    "Microsoft.LabServices/labaccounts": "2019-01-01-preview",
    "Microsoft.Insights/eventtypes": "2015-04-01",
    # No specification has it in the version of attachments. Source: specification of 2018-10-15, GalleryImages.
    "Microsoft.LabServices/labaccounts/galleryImages": "2018-10-15",
    "Microsoft.LabServices/labPlans": "2023-06-07",
    "Microsoft.Resources/resourceGroups": "2024-03-01",
    # The one with the mappings of availability zones. Source: "Subscriptions - List Locations".
    "Microsoft.Resources/subscriptions/locations": "2022-12-01",
}
"""What lies in a lab account, lab plan or DevTest lab (`sharedGalleries`, `images`) has the api-version of that."""
