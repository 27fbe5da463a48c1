"""Ids of the sandbox's pretend Azure."""

SUBSCRIPTION, SECOND = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2))
REAL = "11111111-2222-3333-4444-555555555555"
"""A subscription that the sandbox does not have, as in the pages."""
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
BUILD = f"{GROUPS}/image-build/providers/Microsoft.Compute"
GALLERIES = f"{GROUPS}/galleries/providers/Microsoft.Compute/galleries"
LAB_ACCOUNTS = f"{GROUPS}/labs/providers/Microsoft.LabServices/labaccounts"
LAB_ACCOUNT = f"{LAB_ACCOUNTS}/contoso-labs"
TEACHERS = "0a000000-0000-0000-0000-000000000003"
