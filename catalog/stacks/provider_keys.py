"""The keys of the azure-native provider in a stack's configuration, of which the program reads the subscription.

An explicit provider, such as the program's, reads none of them. Those that sign in or choose the cloud would mislead.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

NAMESPACE: Final = "azure-native"
SIGN_IN: Final = {
    "auxiliaryTenantIds": "ARM_AUXILIARY_TENANT_IDS",
    "clientCertificatePassword": "ARM_CLIENT_CERTIFICATE_PASSWORD",  # pragma: allowlist secret
    "clientCertificatePath": "ARM_CLIENT_CERTIFICATE_PATH",
    "clientId": "ARM_CLIENT_ID",
    "clientSecret": "ARM_CLIENT_SECRET",  # pragma: allowlist secret
    "disableInstanceDiscovery": "ARM_DISABLE_INSTANCE_DISCOVERY",
    "environment": "ARM_ENVIRONMENT",
    "metadataHost": "ARM_METADATA_HOSTNAME",
    "oidcRequestToken": "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "oidcRequestUrl": "ACTIONS_ID_TOKEN_REQUEST_URL",
    "oidcToken": "ARM_OIDC_TOKEN",
    "oidcTokenFilePath": "ARM_OIDC_TOKEN_FILE_PATH",
    "tenantId": "ARM_TENANT_ID",
    "useDefaultAzureCredential": "ARM_USE_DEFAULT_AZURE_CREDENTIAL",
    "useMsi": "ARM_USE_MSI",
    "useOidc": "ARM_USE_OIDC",
}
"""The variable of the environment that counts instead of each key."""

PROVIDER_KEYS: Final = (
    *SIGN_IN,
    "disablePulumiPartnerId",
    "location",
    "msiEndpoint",
    "partnerId",
    "subscriptionId",
)


def unread_keys(config: Collection[str]) -> dict[str, str]:
    """Of the keys of a configuration, with their namespace, those that sign in: what to do about each."""
    return {
        key: f"nobody reads this key: signing in and the cloud come from the environment; set {variable} there instead"
        for name, variable in SIGN_IN.items()
        if (key := f"{NAMESPACE}:{name}") in config
    }
