"""Azure Resource Manager's list of locations: the regions of a cloud, as one subscription sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from inventory.arm import credentials
from inventory.arm.client import JsonObjects
from inventory.arm.cloud import ALIASES, CLOUDS
from inventory.session import refuse_pretend, signed_in

_TYPE: Final = "Microsoft.Resources/subscriptions/locations"


def list_locations(subscription: str) -> JsonObjects:
    """The entries of the list, as Azure has them, without edge zones. Raises ArmError."""
    refuse_pretend(subscription)
    with signed_in(subscription) as session:
        return session.arm.list(f"/subscriptions/{subscription}/locations", API_VERSIONS[_TYPE])


def cloud_asked(environment: Mapping[str, str]) -> str:
    """The name of the cloud whose regions are listed: `public`, `china` or `usgovernment`.

    For a cloud of somebody's own that of ARM_ENVIRONMENT, else `public`. Raises ArmError.
    """
    endpoint = credentials.endpoint(environment).rstrip("/")
    own = {cloud.endpoint: name for name, cloud in CLOUDS.items()}
    named = (environment.get("ARM_ENVIRONMENT") or "public").lower()
    name = own.get(endpoint, ALIASES.get(named, named))
    return name if name in CLOUDS else "public"


def is_azures_own(environment: Mapping[str, str]) -> bool:
    """Whether one of Azure's own clouds answers, and neither the sandbox nor a cloud of somebody's own."""
    endpoint = credentials.endpoint(environment).rstrip("/")
    return any(endpoint == cloud.endpoint for cloud in CLOUDS.values())
