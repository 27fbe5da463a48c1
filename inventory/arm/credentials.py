"""The identity with which we sign in to Azure, from the environment.

Ways of signing in, variables and order are those of the azure-native provider, so look-ups and deployment use one
identity. Source: pulumi/pulumi-azure-native, `newSingleMethodAuthCredential` and `readAuthConfig`.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from inventory.arm.cloud import cloud
from inventory.arm.error import ArmError, ErrorKind
from inventory.arm.pipeline import origin

TOKEN_AUDIENCE = "api://AzureADTokenExchange"  # noqa: S105 - the audience of federated tokens, no secret
AZ_SECONDS = 60  # `az` on a cold or slow machine takes far longer than the library's ten seconds
RENEW_SECONDS = 300  # a token is renewed this long before it ends

# The library also logs what it raises, and without a handler Python would print that into our output.
logging.getLogger("azure").addHandler(logging.NullHandler())


class Method(Enum):
    """A way of signing in."""

    DEFAULT = auto()
    """The default credential of Azure's SDK, which tries several ways."""
    CERTIFICATE = auto()
    SECRET = auto()
    OIDC = auto()
    MANAGED_IDENTITY = auto()
    CLI = auto()


_CHOSEN_BY: Final[Mapping[Method, str]] = {
    Method.DEFAULT: "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
    Method.CERTIFICATE: "ARM_CLIENT_CERTIFICATE_PATH",
    Method.SECRET: "ARM_CLIENT_SECRET",  # pragma: allowlist secret
    Method.OIDC: "ARM_USE_OIDC",
    Method.MANAGED_IDENTITY: "ARM_USE_MSI",
}
"""The variable that chooses each way, in the provider's order: the first one that is set counts, whatever it lacks."""

_SWITCHES: Final = frozenset({Method.DEFAULT, Method.OIDC, Method.MANAGED_IDENTITY})
"""Chosen by the value `true`; every other value, such as `True` or `1`, is off."""

_OF_AN_APPLICATION: Final = frozenset({Method.CERTIFICATE, Method.SECRET, Method.OIDC})


def method(environment: Mapping[str, str]) -> Method:
    """The way of signing in that `environment` (variables by name) chooses, complete or not."""
    for way, variable in _CHOSEN_BY.items():
        value = environment.get(variable)
        if value == "true" or (value and way not in _SWITCHES):
            return way
    return Method.CLI


def credential(environment: Mapping[str, str], subscription: str | None = None) -> TokenCredential:
    """The credential that `environment` describes. Nothing is sent to Azure yet.

    `az login` may know several tenants: it gives a token for that of `subscription`, None for its default one.

    Raises ArmError with all variables that the chosen way of signing in lacks.
    """
    way, authority = method(environment), cloud(environment).authority
    client, tenant = environment.get("ARM_CLIENT_ID"), environment.get("ARM_TENANT_ID")
    tenants = _auxiliary_tenants(environment)
    options: dict[str, Any] = {
        "authority": authority,
        "disable_instance_discovery": environment.get("ARM_DISABLE_INSTANCE_DISCOVERY") == "true",
    }
    if way in _OF_AN_APPLICATION:
        if not (client and tenant):
            raise _lacks(way, environment)
        if way is Method.OIDC:
            return ClientAssertionCredential(tenant, client, _assertion(environment), **options)
        options["additionally_allowed_tenants"] = tenants
        if way is Method.SECRET:
            return ClientSecretCredential(tenant, client, environment["ARM_CLIENT_SECRET"], **options)
        return _certificate(tenant, client, environment, options)
    if way is Method.MANAGED_IDENTITY:
        # The endpoint of a managed identity is on the machine itself, so no proxy of the environment applies.
        return ManagedIdentityCredential(client_id=client or None, transport=RequestsTransport(use_env_settings=False))
    if way is Method.DEFAULT:
        return _default(tenant, tenants, options)
    # `az` takes a tenant or a subscription, not both.
    return AzureCliCredential(
        tenant_id=tenant or "",
        subscription=None if tenant else subscription,
        additionally_allowed_tenants=tenants,
        process_timeout=AZ_SECONDS,
    )


def endpoint(environment: Mapping[str, str]) -> str:
    """Where Resource Manager is asked: ARM_ENDPOINT, else that of the cloud.

    The provider does not know ARM_ENDPOINT: it deploys to the cloud, and look-ups elsewhere would decide what it does
    there. So an address that is not the cloud's is refused, unless the managed identity of the environment comes from
    the same place. Then the provider, too, signs in there, and no other Azure takes such a token.

    Raises ArmError.
    """
    given, of_cloud = environment.get("ARM_ENDPOINT"), cloud(environment).endpoint
    if not given or origin(given) == origin(of_cloud):
        return of_cloud
    identity = environment.get("IDENTITY_ENDPOINT") if environment.get("IDENTITY_HEADER") else None
    alike = bool(identity) and origin(given) is not None and origin(given) == origin(identity or "")
    if alike and method(environment) is Method.MANAGED_IDENTITY:
        return given
    raise ArmError(
        ErrorKind.UNREACHABLE,
        f"ARM_ENDPOINT is {given!r}, but the deployment goes to {of_cloud}, so look-ups elsewhere would mislead it",
        "unset ARM_ENDPOINT; for another cloud set ARM_ENVIRONMENT or ARM_METADATA_HOSTNAME, which count for both",
    )


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


def _lacks(way: Method, environment: Mapping[str, str]) -> ArmError:
    """An application without its id or its tenant. The provider does not fall back to another way, nor do we."""
    missing = " and ".join(name for name in ("ARM_CLIENT_ID", "ARM_TENANT_ID") if not environment.get(name))
    variable = _CHOSEN_BY[way]
    return _cannot_sign_in(
        f"{variable} is set without {missing}", f"set {missing} too, or unset {variable} to sign in another way"
    )


def _auxiliary_tenants(environment: Mapping[str, str]) -> list[str]:
    """The further tenants of ARM_AUXILIARY_TENANT_IDS. Raises ArmError if it is no JSON list of texts."""
    given = environment.get("ARM_AUXILIARY_TENANT_IDS")
    if not given:
        return []
    try:
        found = json.loads(given)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(tenant, str) for tenant in found):
        raise _cannot_sign_in(
            f"ARM_AUXILIARY_TENANT_IDS is {given!r}, which is no JSON list of tenants",
            'write it as ["FIRST","SECOND"], or unset it',
        )
    return found


def _default(tenant: str | None, tenants: list[str], options: Mapping[str, Any]) -> TokenCredential:
    """The chain of the SDK for Go, which the provider is written with: without the ways that only Python's has."""
    given = {"workload_identity_tenant_id": tenant} if tenant else {}
    return DefaultAzureCredential(
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_broker_credential=True,
        additionally_allowed_tenants=tenants,
        process_timeout=AZ_SECONDS,
        **given,
        **options,
    )


def _certificate(
    tenant: str, client: str, environment: Mapping[str, str], options: Mapping[str, Any]
) -> TokenCredential:
    path, password = environment["ARM_CLIENT_CERTIFICATE_PATH"], environment.get("ARM_CLIENT_CERTIFICATE_PASSWORD")
    try:
        return CertificateCredential(tenant, client, path, password=password or None, **options)
    except (OSError, ValueError) as error:
        raise _cannot_sign_in(
            f"the certificate {path} of ARM_CLIENT_CERTIFICATE_PATH cannot be used ({error})",
            "name a PEM or PKCS 12 file with its private key, and ARM_CLIENT_CERTIFICATE_PASSWORD if it has one",
        ) from error


REQUEST_PAIRS: Final = (
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    ("ARM_OIDC_REQUEST_URL", "ARM_OIDC_REQUEST_TOKEN"),
)
"""Where a pipeline gives tokens and what it asks for them; GitHub sets the first pair. A pair counts if it is whole.

The provider's source prefers the first pair; its documentation names the second, which has to do where there is no
other.
"""


def _assertion(environment: Mapping[str, str]) -> Callable[[], str]:
    """Returns the pipeline's own token when called: a given one, one from a file that may change, or a new one."""
    token, path = environment.get("ARM_OIDC_TOKEN"), environment.get("ARM_OIDC_TOKEN_FILE_PATH")
    if token:
        return lambda: token
    if path:
        return lambda: _read_token(path)
    for url, bearer in ((environment.get(url), environment.get(bearer)) for url, bearer in REQUEST_PAIRS):
        if url and bearer:
            audience = environment.get("ARM_OIDC_AUDIENCE") or TOKEN_AUDIENCE
            return partial(_request_token, url, bearer, audience)
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
    parts = urlsplit(url)
    # An audience in the address itself gives way.
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "audience"]
    request = urllib.request.Request(  # noqa: S310 - the address is the pipeline's own
        urlunsplit(parts._replace(query=urlencode([*query, ("audience", audience)]))),
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
