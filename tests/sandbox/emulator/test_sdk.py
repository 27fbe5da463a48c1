"""Microsoft's own client library understands the emulator: token, long-running operations, errors."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ODataV4Format
from azure.core.pipeline.policies import RequestIdPolicy, RetryPolicy
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest
from azure.identity import ManagedIdentityCredential
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.core.polling.arm_polling import ARMPolling

from sandbox.emulator.process.lease import Lease
from tests.support.emulator_client import ACCOUNT, Client, version

pytest_plugins = ["tests.support.emulator"]


@pytest.fixture
def library(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> ARMPipelineClient[Any, Any]:
    for name, value in Lease(endpoint).environment().items():
        monkeypatch.setenv(name, value)
    credential = ManagedIdentityCredential()
    scope = "https://management.azure.com/.default"
    policy = ARMChallengeAuthenticationPolicy(credential, scope, enforce_https=False)
    return ARMPipelineClient(base_url=endpoint, policies=[RequestIdPolicy(), RetryPolicy(), policy])


def _begin(library: ARMPipelineClient[Any, Any], method: str, path: str, body: Any = None) -> LROPoller[Any]:
    request = HttpRequest(method, f"{library._base_url}{path}?api-version=2024-03-03", json=body)
    response = library._pipeline.run(request, enforce_https=False)
    if response.http_response.status_code >= 400:
        raise HttpResponseError(response=response.http_response, error_format=ODataV4Format)

    def shown(final: Any) -> Any:
        return final.http_response.json() if final.http_response.content else None

    return LROPoller(library, response, shown, ARMPolling(timeout=30, enforce_https=False))


def test_publishing_is_followed_to_its_end(client: Client, image: str, library: ARMPipelineClient[Any, Any]) -> None:
    client.replication(secondsPerRegion=0.2)
    body = version(regions=["koreacentral", "koreasouth"])
    result = _begin(library, "PUT", f"{image}/versions/1.0.0", body).result(timeout=10)
    assert result["properties"]["provisioningState"] == "Succeeded"
    assert _begin(library, "DELETE", f"{image}/versions/1.0.0").result(timeout=10)["status"] == "Succeeded"
    assert client.get(f"{image}/versions/1.0.0").status == 404


def test_a_failed_publishing_is_an_error_that_names_the_region(
    client: Client, image: str, library: ARMPipelineClient[Any, Any]
) -> None:
    client.replication(failRegions=["koreacentral"])
    poller = _begin(library, "PUT", f"{image}/versions/1.0.0", version())
    with pytest.raises(HttpResponseError, match="Replication failed in region\\(s\\) 'Korea Central'"):
        poller.result(timeout=10)


def test_a_refusal_carries_azures_code(client: Client, image: str, library: ARMPipelineClient[Any, Any]) -> None:
    with pytest.raises(HttpResponseError) as refused:
        _begin(library, "PUT", f"{image}/versions/1.0", version())
    assert refused.value.status_code == 400
    assert refused.value.error
    assert refused.value.error.code == "InvalidParameter"


def test_images_of_a_lab_account_are_listed(client: Client, image: str, library: ARMPipelineClient[Any, Any]) -> None:
    assert client.put(f"{image}/versions/1.0.0", version()).status == 201
    gallery = image.split("/images/", maxsplit=1)[0]
    body = {"properties": {"galleryId": gallery}}
    assert client.put(f"{ACCOUNT}/sharedGalleries/labs_gallery", body).status == 201
    address = f"{library._base_url}{ACCOUNT}/sharedImages?api-version=2019-01-01-preview"
    answer = library.send_request(HttpRequest("GET", address), enforce_https=False)
    answer.raise_for_status()
    assert [entry["name"] for entry in answer.json()["value"]] == ["python"]
