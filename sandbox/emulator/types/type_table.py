"""The table of resource types, by type in lower case: every class of this folder that is one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from sandbox.emulator import types
from sandbox.emulator.rules import ArmError, Evidence, rule
from sandbox.emulator.types.resource_type import ResourceType


def _kinds(base: type[ResourceType] = ResourceType) -> Iterator[type[ResourceType]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


for _module in pkgutil.walk_packages(types.__path__, f"{types.__name__}."):
    if _module.name != __name__:
        importlib.import_module(_module.name)

TYPES: dict[str, ResourceType] = {
    (kind.route or kind.type).lower(): kind() for kind in sorted(_kinds(), key=lambda kind: kind.type)
}

TYPE_KNOWN = rule(
    "type-known",
    "An unknown type is answered with 404 InvalidResourceType, also one that Azure has and the emulator lacks.",
    evidence=Evidence.QUOTED,
    where="azure-sdk-for-net, README of Azure.ResourceManager.Communication, with status, code and text",
)
API_VERSION_MISSING = rule(
    "api-version-missing",
    "Every request names an api-version.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public code, with code and text",
)
API_VERSION_KNOWN = rule(
    "api-version-known",
    "Each type has its own api-versions; another one is answered with 400 NoRegisteredProviderFound and the list.",
    evidence=Evidence.DOCUMENT,
    where="Azure Resource Manager, common errors, with code and text",
)

PROVIDER_GONE = rule(
    "provider-gone",
    "Every request to a namespace that Azure does not know, or that POST /sandbox/providers calls gone, gets 404 "
    "InvalidResourceNamespace; the objects of one that is gone stay as they are until it is back.",
    evidence=Evidence.QUOTED,
    where="Azure/azure-powershell issue 3579 and azure-powershell's tests, with text, for an unknown namespace; Azure "
    "Resource Manager, common errors, for the code; status 404, and that a retired service gets it, are UNVERIFIED",
    question="a service that Azure has retired",
)


def find_type(full_type: str, api_version: str, location: str) -> ResourceType:
    """Return the type of a path; refuses an unknown type, and a missing or unknown api-version."""
    if not api_version:
        raise API_VERSION_MISSING.refusal(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    kind = TYPES.get(full_type.lower())
    if kind is None:
        raise _unknown_type(full_type, api_version)
    if api_version.lower() not in kind.api_versions:
        raise API_VERSION_KNOWN.refusal(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{location}' and API version '{api_version}' for "
            f"type '{kind.type.split('/', 1)[1]}'. The supported api-versions are "
            f"'{', '.join(kind.api_versions)}'.",
        )
    return kind


def _unknown_type(full_type: str, api_version: str) -> ArmError:
    namespace, _, rest = full_type.partition("/")
    if not any(known.startswith(f"{namespace.lower()}/") for known in TYPES):
        return PROVIDER_GONE.refusal(
            404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid."
        )
    return TYPE_KNOWN.refusal(
        404,
        "InvalidResourceType",
        f"The resource type '{rest}' could not be found in the namespace '{namespace}' for api version "
        f"'{api_version}'.",
    )
