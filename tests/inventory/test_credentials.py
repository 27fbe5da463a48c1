"""Which way of signing in the environment chooses. Nothing here asks anybody for a token, except on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from inventory.arm import credentials
from inventory.arm.client import Arm
from inventory.arm.credentials import method
from inventory.arm.error import ArmError, ErrorKind
from tests.inventory.conftest import FixedToken
from tests.support.project import ROOT
from tests.support.scripted_arm import Answer, ScriptedArm

SECRET = {"ARM_CLIENT_SECRET": "s"}
CERTIFICATE = {"ARM_CLIENT_CERTIFICATE_PATH": "app.pem"}
OIDC = {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "t"}
DEFAULT = {"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true"}
VARIABLES = {*SECRET, *CERTIFICATE, *OIDC, *DEFAULT, "ARM_USE_MSI", "ARM_CLIENT_ID", "ARM_TENANT_ID"}
APPLICATION = {
    "ARM_CLIENT_ID": "11111111-1111-1111-1111-111111111111",
    "ARM_TENANT_ID": "22222222-2222-2222-2222-222222222222",
}


# Each row with what it is taken from in pulumi/pulumi-azure-native, release 3: A is auth_azidentity.go of
# provider/pkg/provider, T its test auth_azidentity_test.go.
ORDER = [
    pytest.param({}, AzureCliCredential, id="nothing: T, CLI"),
    pytest.param(APPLICATION, AzureCliCredential, id="ids alone choose nothing: A, newSingleMethodAuthCredential"),
    pytest.param({"ARM_USE_MSI": "true"}, ManagedIdentityCredential, id="T, MSI"),
    pytest.param({"ARM_USE_MSI": "true", **APPLICATION}, ManagedIdentityCredential, id="T, MSI with client id"),
    pytest.param({"ARM_USE_MSI": "TRUE", **APPLICATION}, AzureCliCredential, id="only true: A, readAuthConfig"),
    pytest.param({"ARM_USE_MSI": "1"}, AzureCliCredential, id="not 1: A, readAuthConfig"),
    pytest.param({"ARM_USE_MSI": "false", "ARM_USE_OIDC": "false"}, AzureCliCredential, id="not false: A"),
    pytest.param({"ARM_USE_OIDC": "True", "ARM_USE_MSI": "true"}, ManagedIdentityCredential, id="nor OIDC: A"),
    pytest.param({**APPLICATION, **OIDC}, ClientAssertionCredential, id="T, OIDC with token"),
    pytest.param({**APPLICATION, **OIDC, "ARM_USE_MSI": "true"}, ClientAssertionCredential, id="OIDC before MSI: A"),
    pytest.param({**APPLICATION, **SECRET}, ClientSecretCredential, id="T, SP with client secret"),
    pytest.param(
        {**APPLICATION, **SECRET, **OIDC, "ARM_USE_MSI": "true"}, ClientSecretCredential, id="secret first: A"
    ),
    pytest.param({**APPLICATION, **SECRET, **CERTIFICATE}, CertificateCredential, id="certificate before secret: A"),
    pytest.param({**APPLICATION, **SECRET, "ARM_CLIENT_CERTIFICATE_PATH": ""}, ClientSecretCredential, id="empty: A"),
    pytest.param(DEFAULT, DefaultAzureCredential, id="T, Azure Default Credential"),
    pytest.param({**APPLICATION, **SECRET, **CERTIFICATE, **DEFAULT}, DefaultAzureCredential, id="default first: A"),
]


@pytest.mark.parametrize(("environment", "kind"), ORDER)
def test_the_order_of_ways_to_sign_in(environment: dict[str, str], kind: type, app: Path) -> None:
    files = {"app.pem": str(app)}
    assert type(credentials.credential({key: files.get(value, value) for key, value in environment.items()})) is kind


@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.sampled_from(["", "true", "True", "1", "false", "x"])))
def test_whatever_the_environment_the_provider_chooses_the_same(environment: dict[str, str]) -> None:
    assert method(environment).name == provider_choice(environment.get)


def provider_choice(env: Callable[[str], str | None]) -> str:
    """The provider's own function, in its order and its comparisons."""
    if env("ARM_USE_DEFAULT_AZURE_CREDENTIAL") == "true":
        return "DEFAULT"
    if (env("ARM_CLIENT_CERTIFICATE_PATH") or "") != "":
        return "CERTIFICATE"
    if (env("ARM_CLIENT_SECRET") or "") != "":
        return "SECRET"
    if env("ARM_USE_OIDC") == "true":
        return "OIDC"
    if env("ARM_USE_MSI") == "true":
        return "MANAGED_IDENTITY"
    return "CLI"


@given(
    st.dictionaries(
        st.sampled_from(["ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_CLIENT_SECRET", "ARM_USE_OIDC", "ARM_OIDC_TOKEN"]),
        st.sampled_from(["", "true", "11111111-1111-1111-1111-111111111111"]),
    )
)
def test_an_application_is_complete_or_refused(environment: dict[str, str]) -> None:
    """The provider does not go on to the next way when one lacks something, which would be somebody else."""
    chosen = provider_choice(environment.get)
    missing = [name for name in ("ARM_CLIENT_ID", "ARM_TENANT_ID") if not environment.get(name)]
    lacks = chosen in {"SECRET", "OIDC"} and (missing or (chosen == "OIDC" and not environment.get("ARM_OIDC_TOKEN")))
    if not lacks:
        credentials.credential(environment)
        return
    with pytest.raises(ArmError) as caught:
        credentials.credential(environment)
    assert all(name in caught.value.cause for name in missing)


def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An `az` that notes how it is called and refuses."""
    noted = tmp_path / "noted"
    (tmp_path / "az").write_text(f'#!/bin/sh\necho "$@" >> {noted}\nexit 1\n', encoding="utf-8")
    (tmp_path / "az").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return noted


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({}, "--subscription 0a000000-0000-0000-0000-000000000009"),
        ({"ARM_TENANT_ID": "contoso.example"}, "--tenant contoso.example"),
    ],
)
def test_az_is_asked_for_the_tenant_of_the_stacks_subscription(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], arguments: str
) -> None:
    noted = az(tmp_path, monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("ARM_ENDPOINT", "ARM_USE_MSI"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ArmError, match="signing in to Azure failed"):
        Arm(subscription="0a000000-0000-0000-0000-000000000009").sign_in()
    asked = noted.read_text(encoding="utf-8")
    assert arguments in asked
    assert len([word for word in asked.split() if word in {"--tenant", "--subscription"}]) == 1


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate") / "app.pem")


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


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "app.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ArmError) as caught:
        credentials.credential({**APPLICATION, "ARM_CLIENT_CERTIFICATE_PATH": str(path)})
    assert caught.value.kind is ErrorKind.SIGN_IN
    assert str(path) in str(caught.value)


BOTH = "ARM_CLIENT_ID and ARM_TENANT_ID"


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        (OIDC, f"ARM_USE_OIDC is set without {BOTH}; set {BOTH} too, or unset ARM_USE_OIDC to sign in another way"),
        (SECRET, f"ARM_CLIENT_SECRET is set without {BOTH}; "),
        ({**SECRET, "ARM_CLIENT_ID": "c"}, "ARM_CLIENT_SECRET is set without ARM_TENANT_ID; set ARM_TENANT_ID too"),
        (CERTIFICATE, f"ARM_CLIENT_CERTIFICATE_PATH is set without {BOTH}; "),
        ({**APPLICATION, "ARM_USE_OIDC": "true"}, "there is no token to sign in with"),
        ({"ARM_ENVIRONMENT": "mars"}, "ARM_ENVIRONMENT is 'mars', which is no Azure cloud"),
        ({"ARM_AUXILIARY_TENANT_IDS": "a,b"}, "ARM_AUXILIARY_TENANT_IDS is 'a,b', which is no JSON list of tenants"),
        ({"ARM_AUXILIARY_TENANT_IDS": "[1]"}, "ARM_AUXILIARY_TENANT_IDS is '[1]', which is no JSON list of tenants"),
    ],
)
def test_a_sign_in_that_lacks_something(environment: dict[str, str], text: str) -> None:
    with pytest.raises(ArmError) as caught:
        credentials.credential(environment)
    assert text in str(caught.value)
    assert caught.value.kind is ErrorKind.SIGN_IN


SANDBOX = {"ARM_USE_MSI": "true", "IDENTITY_ENDPOINT": "http://127.0.0.1:9/msi/token", "IDENTITY_HEADER": "x"}


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, "https://management.azure.com"),
        ({"ARM_ENVIRONMENT": "AzureChinaCloud"}, "https://management.chinacloudapi.cn"),
        ({"ARM_ENDPOINT": "https://Management.Azure.com:443/"}, "https://management.azure.com"),
        ({**SANDBOX, "ARM_ENDPOINT": "http://127.0.0.1:9"}, "http://127.0.0.1:9"),
    ],
)
def test_where_look_ups_go(environment: dict[str, str], endpoint: str) -> None:
    assert credentials.endpoint(environment) == endpoint


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, id="stray"),
        pytest.param({"ARM_USE_MSI": "true"}, id="a managed identity of Azure's"),
        pytest.param({**SANDBOX, "IDENTITY_ENDPOINT": "http://127.0.0.1:8/msi/token"}, id="an identity from elsewhere"),
        pytest.param({**SANDBOX, "IDENTITY_HEADER": ""}, id="an identity that nobody asks for"),
        pytest.param({**SANDBOX, "ARM_USE_MSI": "True"}, id="az login after all"),
        pytest.param({**SANDBOX, **SECRET}, id="an application of Azure's"),
    ],
)
@pytest.mark.parametrize("given_endpoint", ["http://127.0.0.1:9", "https://management.chinacloudapi.cn", "nonsense"])
def test_an_endpoint_that_the_deployment_does_not_know_is_refused(
    environment: dict[str, str], given_endpoint: str
) -> None:
    with pytest.raises(ArmError) as caught:
        credentials.endpoint({**environment, "ARM_ENDPOINT": given_endpoint})
    assert caught.value.cause == (
        f"ARM_ENDPOINT is {given_endpoint!r}, but the deployment goes to https://management.azure.com, so look-ups "
        "elsewhere would mislead it"
    )


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


@pytest.mark.parametrize(
    ("set_pairs", "asked"),
    [
        (("ACTIONS_ID_TOKEN_REQUEST", "ARM_OIDC_REQUEST"), "/ACTIONS_ID_TOKEN_REQUEST?audience=mine"),
        (("ARM_OIDC_REQUEST",), "/ARM_OIDC_REQUEST?audience=mine"),
    ],
)
def test_the_pipelines_own_variables_come_before_the_documented_ones(
    server: ScriptedArm, set_pairs: tuple[str, ...], asked: str
) -> None:
    environment = {"ARM_OIDC_AUDIENCE": "mine"}
    for pair in set_pairs:
        environment |= {f"{pair}_URL": f"{server.endpoint}/{pair}?audience=theirs", f"{pair}_TOKEN": pair}
    server.answers(Answer(200, {"value": "assertion"}))
    assert credentials._assertion(environment)() == "assertion"
    assert (server.requests[0].path, server.requests[0].authorization) == (asked, f"Bearer {set_pairs[0]}")


def test_an_address_without_its_token_is_no_pair() -> None:
    halves = {"ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9", "ARM_OIDC_REQUEST_TOKEN": "bearer"}
    with pytest.raises(ArmError, match="there is no token to sign in with"):
        credentials._assertion(halves)


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
