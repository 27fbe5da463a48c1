"""Which keys of the provider a stack file may have, and which of them nobody reads."""

from __future__ import annotations

import inspect

import pulumi_azure_native
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.provider_keys import PROVIDER_KEYS, SIGN_IN, unread_keys


def test_all_keys_of_the_sdk_are_known() -> None:
    arguments = set(inspect.signature(pulumi_azure_native.provider.ProviderArgs.__init__).parameters) - {"__self__"}
    spelled = {"".join("_" + char.lower() if char.isupper() else char for char in key) for key in PROVIDER_KEYS}
    assert spelled == arguments


@given(st.sets(st.sampled_from(PROVIDER_KEYS)), st.sets(st.sampled_from(["clientId", "lab-image-gallery:clientId"])))
def test_keys_that_sign_in_are_unread_in_the_providers_namespace_only(keys: set[str], others: set[str]) -> None:
    found = unread_keys({*(f"azure-native:{key}" for key in keys), *others})
    assert found.keys() == {f"azure-native:{key}" for key in keys & SIGN_IN.keys()}
    assert all(SIGN_IN[key.partition(":")[2]] in message for key, message in found.items())
