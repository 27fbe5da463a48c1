"""Which way of signing in the environment chooses. Nothing here asks anybody for a token, except on this machine."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from inventory.arm import credentials
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from tests.inventory.conftest import FixedToken
from tests.support.project import ROOT
from tests.support.scripted_arm import Answer, ScriptedArm

SECRET = {"ARM_CLIENT_SECRET": "s"}
APPLICATION = {
    "ARM_CLIENT_ID": "11111111-1111-1111-1111-111111111111",
    "ARM_TENANT_ID": "22222222-2222-2222-2222-222222222222",
}


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, AzureCliCredential),
        ({"ARM_USE_MSI": "false", "ARM_USE_OIDC": "false"}, AzureCliCredential),
        (APPLICATION, AzureCliCredential),
        (SECRET, AzureCliCredential),
        ({"ARM_USE_MSI": "true"}, ManagedIdentityCredential),
        ({"ARM_USE_MSI": "TRUE", **APPLICATION}, ManagedIdentityCredential),
        ({**APPLICATION, **SECRET}, ClientSecretCredential),
        (
            {**APPLICATION, "ARM_CLIENT_SECRET": "s", "ARM_USE_OIDC": "true", "ARM_USE_MSI": "true"},
            ClientSecretCredential,
        ),
        ({**APPLICATION, "ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}, ClientAssertionCredential),
        ({**APPLICATION, "ARM_USE_OIDC": "1", "ARM_OIDC_TOKEN": "t", "ARM_USE_MSI": "true"}, ClientAssertionCredential),
    ],
)
def test_the_order_of_ways_to_sign_in(environment: dict[str, str], kind: type) -> None:
    assert type(credentials.credential(environment)) is kind


def certificate(path: Path) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + signed.public_bytes(pem))
    return path


def test_a_certificate(tmp_path: Path) -> None:
    environment = {**APPLICATION, "ARM_CLIENT_CERTIFICATE_PATH": str(certificate(tmp_path / "app.pem"))}
    assert type(credentials.credential(environment)) is CertificateCredential


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "app.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ArmError) as caught:
        credentials.credential({**APPLICATION, "ARM_CLIENT_CERTIFICATE_PATH": str(path)})
    assert caught.value.kind is ErrorKind.SIGN_IN
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}, "ARM_USE_OIDC is set without an application"),
        ({**APPLICATION, "ARM_USE_OIDC": "true"}, "there is no token to sign in with"),
        ({"ARM_ENVIRONMENT": "mars"}, "ARM_ENVIRONMENT is 'mars', which is no Azure cloud"),
    ],
)
def test_a_sign_in_that_lacks_something(environment: dict[str, str], text: str) -> None:
    with pytest.raises(ArmError, match=text):
        credentials.credential(environment)


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("", "https://management.azure.com"),
        ("public", "https://management.azure.com"),
        ("usgovernment", "https://management.usgovcloudapi.net"),
        ("China", "https://management.chinacloudapi.cn"),
    ],
)
def test_clouds(name: str, endpoint: str) -> None:
    cloud = credentials.cloud({"ARM_ENVIRONMENT": name})
    assert (cloud.endpoint, cloud.scope) == (endpoint, f"{endpoint}/.default")


def test_a_token_file_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    assertion = credentials._assertion({"ARM_OIDC_TOKEN_FILE_PATH": str(path)})
    with pytest.raises(ArmError, match="cannot be read"):
        assertion()
    for token in ("one", "two"):
        path.write_text(f"{token}\n")
        assert assertion() == token


def test_a_token_is_asked_of_the_pipeline(server: ScriptedArm) -> None:
    assertion = credentials._assertion(
        {
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{server.endpoint}/token?run=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer",
        }
    )
    server.answers(Answer(200, {"value": "assertion"}))
    assert assertion() == "assertion"
    assert server.requests[0].path == "/token?run=1&audience=api%3A%2F%2FAzureADTokenExchange"
    assert server.requests[0].authorization == "Bearer bearer"
    server.answers(Answer(403, {}))
    with pytest.raises(ArmError, match="id-token: write"):
        assertion()


@pytest.mark.parametrize(("seconds", "times"), [(3600, 1), (60, 3)])
def test_a_token_is_kept_until_it_is_about_to_end(seconds: int, times: int) -> None:
    inner = FixedToken(seconds)
    shared = credentials.SharedToken(inner)
    for _ in range(3):
        shared.get_token("scope")
    assert len(inner.asked) == times


def test_further_claims_need_a_new_token() -> None:
    inner = FixedToken(3600)
    shared = credentials.SharedToken(inner)
    shared.get_token("scope")
    assert shared.get_token("scope", claims="more").token == "secret-token-2"
    assert shared.get_token("scope").token == "secret-token-2"
    assert [call["claims"] for call in inner.asked] == [None, "more"]


@pytest.mark.parametrize("kind", [ServiceRequestError, ServiceResponseError, HttpResponseError])
def test_a_credential_that_fails_is_not_asked_again_and_again(server: ScriptedArm, kind: type[Exception]) -> None:
    inner = FixedToken(error=kind("nobody answers at 127.0.0.1:9"))
    client = Arm(server.endpoint, inner)
    with pytest.raises(ArmError, match=r"signing in to Azure failed \(nobody answers at 127\.0\.0\.1:9\)") as caught:
        client.get("/subscriptions/s", "2022-12-01")
    client.close()
    assert caught.value.kind is ErrorKind.SIGN_IN
    assert (len(inner.asked), server.requests) == (1, [])


def test_what_the_library_logs_is_not_printed() -> None:
    code = (
        "import logging, inventory.arm.credentials; logging.getLogger('azure.identity.x').warning('get_token failed')"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")
