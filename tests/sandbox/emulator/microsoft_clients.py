"""Microsoft's own clients, unmodified, on the emulator; a plugin, so that test modules name it in `pytest_plugins`."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.identity import ManagedIdentityCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.labservices import ManagedLabsClient  # type: ignore[import-untyped]
from azure.mgmt.resource import ManagementLockClient, ResourceManagementClient, SubscriptionClient

from sandbox.emulator.process.lease import Lease
from tests.support.emulator_client import ONE

SUBSCRIPTION = ONE.rsplit("/", 1)[-1]


class PermitHttp(SansIOHTTPPolicy[Any, Any]):
    """Allows a token over http, as users of an endpoint on their own machine have to."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.context.options["enforce_https"] = False


@pytest.fixture
def options(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What every client of Microsoft's is told: credential, endpoint, and that it is http."""
    for name, value in Lease(endpoint).environment().items():
        monkeypatch.setenv(name, value)
    return {"credential": ManagedIdentityCredential(), "base_url": endpoint, "per_call_policies": [PermitHttp()]}


@pytest.fixture
def compute(options: dict[str, Any]) -> ComputeManagementClient:
    """Galleries at 2023-07-03, disks and snapshots at 2024-03-02, images and machines at 2024-11-01."""
    return ComputeManagementClient(subscription_id=SUBSCRIPTION, **options)


@pytest.fixture
def resources(options: dict[str, Any]) -> ResourceManagementClient:
    return ResourceManagementClient(subscription_id=SUBSCRIPTION, **options)


@pytest.fixture
def subscriptions(options: dict[str, Any]) -> SubscriptionClient:
    return SubscriptionClient(**options)


@pytest.fixture
def authorization(options: dict[str, Any]) -> AuthorizationManagementClient:
    return AuthorizationManagementClient(subscription_id=SUBSCRIPTION, **options)


@pytest.fixture
def locks(options: dict[str, Any]) -> ManagementLockClient:
    return ManagementLockClient(subscription_id=SUBSCRIPTION, **options)


@pytest.fixture
def labs(options: dict[str, Any]) -> ManagedLabsClient:
    """The last client that knows lab accounts, at 2018-10-15."""
    return ManagedLabsClient(subscription_id=SUBSCRIPTION, **options)
