"""The cloud and the identity with which we sign in to it, from the environment.

The variables and their order are those of the azure-native provider, so look-ups and deployment use one identity:
service principal (secret, certificate), OpenID Connect, managed identity, else `az login`.
Source: "Azure Native Installation & Configuration".
"""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
)

from inventory.arm.error import ArmError, ErrorKind

TOKEN_AUDIENCE = "api://AzureADTokenExchange"  # noqa: S105 - the audience of federated tokens, no secret
AZ_SECONDS = 60  # `az` on a cold or slow machine takes far longer than the library's ten seconds
RENEW_SECONDS = 300  # a token is renewed this long before it ends

# The library also logs what it raises, and without a handler Python would print that into our output.
logging.getLogger("azure").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Cloud:
    """An Azure cloud: where Resource Manager answers, which authority signs in, and where Microsoft Graph answers.

    All three are addresses. Source of Graph's: "Microsoft Graph and national cloud deployments".
    """

    endpoint: str
    authority: str
    graph: str

    @property
    def scope(self) -> str:
        """The scope of its tokens."""
        return f"{self.endpoint}/.default"


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


def cloud(environment: Mapping[str, str]) -> Cloud:
    """The cloud that ARM_ENVIRONMENT names, `public` without it. Raises ArmError for an unknown one."""
    name = environment.get("ARM_ENVIRONMENT") or "public"
    found = CLOUDS.get(name.lower())
    if found is None:
        raise _cannot_sign_in(
            f"ARM_ENVIRONMENT is {name!r}, which is no Azure cloud", f"set it to one of {', '.join(CLOUDS)}"
        )
    return found


def credential(environment: Mapping[str, str]) -> TokenCredential:
    """The credential that `environment` (variables by name) describes. Nothing is sent to Azure yet.

    Raises ArmError when a variable that the chosen way of signing in needs is missing.
    """
    authority = cloud(environment).authority
    client, tenant = environment.get("ARM_CLIENT_ID"), environment.get("ARM_TENANT_ID")
    secret, certificate = environment.get("ARM_CLIENT_SECRET"), environment.get("ARM_CLIENT_CERTIFICATE_PATH")
    if client and tenant and secret:
        return ClientSecretCredential(tenant, client, secret, authority=authority)
    if client and tenant and certificate:
        return _certificate(tenant, client, certificate, authority, environment)
    if _is_on(environment, "ARM_USE_OIDC"):
        if not (client and tenant):
            raise _cannot_sign_in(
                "ARM_USE_OIDC is set without an application", "set ARM_CLIENT_ID and ARM_TENANT_ID too"
            )
        return ClientAssertionCredential(tenant, client, _assertion(environment), authority=authority)
    if _is_on(environment, "ARM_USE_MSI"):
        # The endpoint of a managed identity is on the machine itself, so no proxy of the environment applies.
        return ManagedIdentityCredential(client_id=client, transport=RequestsTransport(use_env_settings=False))
    return AzureCliCredential(process_timeout=AZ_SECONDS)


class SharedToken:
    """A credential that signs in once for all threads: `az` takes a second or more each time it is asked."""

    def __init__(self, inner: TokenCredential) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._token: AccessToken | None = None

    def get_token(self, *scopes: str, claims: str | None = None, **options: Any) -> AccessToken:
        """The token for `scopes`; a new one when it is about to end or when Azure makes further `claims`.

        Raises ClientAuthenticationError also when nobody answers: the pipeline would try any other error again, and
        each time the credential would repeat all its own tries.
        """
        with self._lock:
            token = self._token
            if claims or token is None or token.expires_on - time.time() < RENEW_SECONDS:
                try:
                    token = self._inner.get_token(*scopes, claims=claims, **options)
                except ClientAuthenticationError:
                    raise
                except AzureError as error:
                    raise ClientAuthenticationError(str(error.message)) from error
                self._token = token
            return token


def _cannot_sign_in(cause: str, advice: str) -> ArmError:
    return ArmError(ErrorKind.SIGN_IN, cause, advice)


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").lower() in {"true", "1"}


def _certificate(
    tenant: str, client: str, path: str, authority: str, environment: Mapping[str, str]
) -> TokenCredential:
    password = environment.get("ARM_CLIENT_CERTIFICATE_PASSWORD")
    try:
        return CertificateCredential(tenant, client, path, password=password, authority=authority)
    except (OSError, ValueError) as error:
        raise _cannot_sign_in(
            f"the certificate {path} of ARM_CLIENT_CERTIFICATE_PATH cannot be used ({error})",
            "name a PEM or PKCS 12 file with its private key, and ARM_CLIENT_CERTIFICATE_PASSWORD if it has one",
        ) from error


def _assertion(environment: Mapping[str, str]) -> Callable[[], str]:
    """Returns the pipeline's own token when called: a given one, one from a file that may change, or a new one."""
    token, path = environment.get("ARM_OIDC_TOKEN"), environment.get("ARM_OIDC_TOKEN_FILE_PATH")
    url = environment.get("ARM_OIDC_REQUEST_URL") or environment.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    bearer = environment.get("ARM_OIDC_REQUEST_TOKEN") or environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if token:
        return lambda: token
    if path:
        return lambda: _read_token(path)
    if url and bearer:
        audience = environment.get("ARM_OIDC_AUDIENCE") or TOKEN_AUDIENCE
        return lambda: _request_token(url, bearer, audience)
    raise _cannot_sign_in(
        "ARM_USE_OIDC is set, but there is no token to sign in with",
        "set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH; a GitHub workflow needs `permissions: {id-token: write}`",
    )


def _read_token(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise _cannot_sign_in(
            f"the token file {path} cannot be read ({error.strerror})", "correct ARM_OIDC_TOKEN_FILE_PATH"
        ) from error


def _request_token(url: str, bearer: str, audience: str) -> str:
    """A token from the pipeline's own service. Source: "About security hardening with OpenID Connect"."""
    separator = "&" if "?" in url else "?"
    request = urllib.request.Request(  # noqa: S310 - the address is the pipeline's own
        f"{url}{separator}audience={quote(audience, safe='')}",
        headers={"Authorization": f"Bearer {bearer}", "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return str(json.load(answer)["value"])
    except (OSError, ValueError, KeyError) as error:
        raise _cannot_sign_in(
            f"the pipeline's token service did not give a token ({error})",
            "check the workflow's permission `id-token: write` and ARM_OIDC_REQUEST_URL",
        ) from error
