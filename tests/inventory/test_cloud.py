"""Which cloud the environment names. Names and metadata are those of azure-native's own tests and source."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from inventory.arm import cloud as module
from inventory.arm.cloud import Cloud, cloud, read_metadata
from inventory.arm.error import ArmError, ErrorKind

METADATA = {
    "name": "Test",
    "resourceManager": "https://management.test/",
    "microsoftGraphResourceId": "https://microsoftgraph.test/",
    "authentication": {"loginEndpoint": "https://login.test/", "audiences": ["https://management.core.test/", "x"]},
}
DESCRIBED = Cloud(
    "https://management.test", "https://login.test", "https://microsoftgraph.test", "https://management.core.test"
)


# Source: provider/pkg/azure/cloud/cloud.go, FromName.
@pytest.mark.parametrize(
    ("names", "endpoint"),
    [
        (("", "public", "azurecloud", "AzureCloud", "PUBLIC"), "https://management.azure.com"),
        (("china", "azurechinacloud", "AzureChinaCloud", "China"), "https://management.chinacloudapi.cn"),
        (
            ("usgov", "USGov", "usgovernment", "AzureUSGovernment", "azureusgovernmentcloud", "usgovernmentl4"),
            "https://management.usgovcloudapi.net",
        ),
    ],
)
def test_names_of_clouds(names: tuple[str, ...], endpoint: str) -> None:
    for name in names:
        found = cloud({"ARM_ENVIRONMENT": name})
        assert (found.endpoint, found.scope) == (endpoint, f"{endpoint}/.default")


def test_a_name_that_the_provider_does_not_read() -> None:
    """The program gives its provider an environment, so the other variable of the provider counts for neither."""
    assert cloud({"AZURE_ENVIRONMENT": "china"}).endpoint == "https://management.azure.com"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that are asked for metadata."""
    found: list[str] = []

    def urlopen(url: str, timeout: float) -> io.BytesIO:
        assert timeout
        found.append(url)
        return io.BytesIO(b"\xef\xbb\xbf" + json.dumps(METADATA).encode())

    monkeypatch.setattr("inventory.arm.cloud.urllib.request.urlopen", urlopen)
    module._described.cache_clear()
    yield found
    module._described.cache_clear()


def test_a_cloud_of_ones_own_overrules_the_name(asked: list[str]) -> None:
    environment = {"ARM_METADATA_HOSTNAME": "metadata.test", "ARM_ENVIRONMENT": "usgovernment"}
    assert cloud(environment) == DESCRIBED
    assert cloud(environment).scope == "https://management.core.test/.default"
    assert asked == ["https://metadata.test/metadata/endpoints?api-version=2022-09-01"]


def test_metadata_over_plain_http_is_not_read(asked: list[str]) -> None:
    with pytest.raises(ArmError, match="no https address") as caught:
        cloud({"ARM_METADATA_HOSTNAME": "http://metadata.test"})
    assert caught.value.kind is ErrorKind.SIGN_IN
    assert asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {},
        {**METADATA, "resourceManager": None},
        {**METADATA, "resourceManager": "http://management.test"},
        {**METADATA, "authentication": {"loginEndpoint": "https://login.test", "audiences": []}},
    ],
)
def test_metadata_of_another_form(wrong: Any, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((KeyError, TypeError, IndexError, ValueError)):
        read_metadata(wrong)
    monkeypatch.setattr(
        "inventory.arm.cloud.urllib.request.urlopen", lambda *_, **__: io.BytesIO(json.dumps(wrong).encode())
    )
    with pytest.raises(ArmError, match=r"ARM_METADATA_HOSTNAME is 'metadata\.test', where nothing describes an Azure"):
        cloud({"ARM_METADATA_HOSTNAME": "metadata.test"})
    assert asked == []
