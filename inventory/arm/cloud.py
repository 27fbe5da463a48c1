"""The Azure cloud of a deployment, and where its Resource Manager answers.

The names and their order are those of the azure-native provider, so look-ups and deployment reach the same cloud.
Source: pulumi/pulumi-azure-native, `cloud.FromName`, `cloud.FromMetadataEndpoint` and `readCloudConfiguration`.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from inventory.arm.error import ArmError, ErrorKind

METADATA = "/metadata/endpoints?api-version=2022-09-01"
METADATA_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Cloud:
    """An Azure cloud: where Resource Manager answers, which authority signs in, and where Microsoft Graph answers.

    All are addresses. `audience` is for whom tokens are, if not for `endpoint`. Source of Graph's: "Microsoft Graph and
    national cloud deployments".
    """

    endpoint: str
    authority: str
    graph: str
    audience: str = ""

    @property
    def scope(self) -> str:
        """The scope of its tokens."""
        return f"{self.audience or self.endpoint}/.default"


CLOUDS = {
    "public": Cloud("https://management.azure.com", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "usgovernment": Cloud(
        "https://management.usgovcloudapi.net", "https://login.microsoftonline.us", "https://graph.microsoft.us"
    ),
    "china": Cloud(
        "https://management.chinacloudapi.cn",
        "https://login.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
    ),
}
ALIASES = {
    "azurecloud": "public",
    "azurechinacloud": "china",
    "usgov": "usgovernment",
    "azureusgovernment": "usgovernment",
    "azureusgovernmentcloud": "usgovernment",
    "usgovernmentl4": "usgovernment",
}
"""Other names, in lower case; among them those that `az cloud list` shows."""


def cloud(environment: Mapping[str, str]) -> Cloud:
    """The cloud that ARM_METADATA_HOSTNAME describes, else that ARM_ENVIRONMENT names, `public` without both.

    Raises ArmError for an unknown name, and if the metadata cannot be read.
    """
    host = environment.get("ARM_METADATA_HOSTNAME")
    if host:
        return _described(host)
    name = environment.get("ARM_ENVIRONMENT") or "public"
    found = CLOUDS.get(ALIASES.get(name.lower(), name.lower()))
    if found is None:
        raise ArmError(
            ErrorKind.SIGN_IN,
            f"ARM_ENVIRONMENT is {name!r}, which is no Azure cloud",
            f"set it to one of {', '.join(CLOUDS)}, or ARM_METADATA_HOSTNAME for a cloud of your own",
        )
    return found


@lru_cache
def _described(host: str) -> Cloud:
    """The cloud that a metadata service describes; asked once in a process."""
    address = host if "://" in host else f"https://{host}"
    try:
        if not address.startswith("https://"):
            raise ValueError("it is no https address")
        with urllib.request.urlopen(f"{address}{METADATA}", timeout=METADATA_SECONDS) as answer:  # noqa: S310 - https
            return read_metadata(json.loads(answer.read().decode("utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ArmError(
            ErrorKind.SIGN_IN,
            f"ARM_METADATA_HOSTNAME is {host!r}, where nothing describes an Azure cloud ({error})",
            "correct it, or unset it and name the cloud in ARM_ENVIRONMENT",
        ) from error


def read_metadata(answer: Any) -> Cloud:
    """The cloud in an answer of the metadata service, in its form of 2022-09-01.

    Raises KeyError, TypeError, IndexError or ValueError for anything else.
    """
    authentication = answer["authentication"]
    addresses = (
        answer["resourceManager"],
        authentication["loginEndpoint"],
        answer["microsoftGraphResourceId"],
        authentication["audiences"][0],
    )
    if not all(isinstance(address, str) and address.startswith("https://") for address in addresses[:3]):
        raise ValueError("an address in it is no https address")
    return Cloud(*(str(address).rstrip("/") for address in addresses))
