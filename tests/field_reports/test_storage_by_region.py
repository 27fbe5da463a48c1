"""How replicas are stored, region by region."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.version import ImageVersion, VersionDefaults
from catalog.regions import geography
from catalog.stacks.settings import SettingsError
from lifecycle.new_version import carried_over
from plan.observed import Observed
from plan.plan import plan
from plan.target_regions import version_regions
from tests.support import builders as inputs

LRS, ZRS, PREMIUM, V2 = "Standard_LRS", "Standard_ZRS", "Premium_LRS", "PremiumV2_LRS"
WHERE_AVAILABLE = "Standard_ZRS_where_available"
MIXED = {"koreacentral": ZRS, "koreasouth": LRS}


def stored(version: object = None, stack: object = None, **changes: object) -> dict[str, str]:
    """Storage type by region of a version in a stack with these values of the key; None: the key is left out."""
    own = {"storage_account_type": version} if version is not None else {}
    of_stack = {"storageAccountType": stack} if stack is not None else {}
    wanted = ImageVersion.model_validate(inputs.version(**own, **changes))
    found = version_regions(wanted, inputs.settings(**of_stack))
    return {region.name: region.storage_account_type for region in found}


@pytest.mark.parametrize(
    ("version", "stack", "expected"),
    [
        (MIXED, None, MIXED),
        ({"Korea Central": ZRS}, None, MIXED),
        ({"Korea Central": ZRS}, PREMIUM, {"koreacentral": ZRS, "koreasouth": PREMIUM}),
        (None, MIXED, MIXED),
        (None, '{"koreacentral": "Standard_ZRS"}', MIXED),
        ({"koreasouth": V2}, {"koreacentral": PREMIUM}, {"koreacentral": PREMIUM, "koreasouth": V2}),
        ({"koreasouth": PREMIUM}, WHERE_AVAILABLE, {"koreacentral": ZRS, "koreasouth": PREMIUM}),
        (LRS, MIXED, {"koreacentral": LRS, "koreasouth": LRS}),
        (WHERE_AVAILABLE, None, MIXED),
        (None, WHERE_AVAILABLE, MIXED),
        # The stack may name a region that this version does not go to.
        (None, {"japaneast": PREMIUM}, {"koreacentral": LRS, "koreasouth": LRS}),
    ],
)
def test_the_version_says_it_then_the_stack(version: object, stack: object, expected: dict[str, str]) -> None:
    assert stored(version, stack) == expected


def test_zones_that_are_missing_have_both_ways_out() -> None:
    for version, central in ((ZRS, ZRS), ({"koreasouth": ZRS}, LRS)):
        with pytest.raises(ValueError, match="koreasouth has none") as caught:
            stored(version)
        assert f"write storage_account_type: {WHERE_AVAILABLE}, which stores as {LRS} there" in str(caught.value)
        assert f"a type for each region: {{koreacentral: {central}, koreasouth: {LRS}}}" in str(caught.value)


def test_a_region_that_is_no_target_is_refused() -> None:
    with pytest.raises(ValueError, match="storage_account_type names japaneast, where this version has no replica"):
        stored({"japaneast": ZRS})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"koreacentral": WHERE_AVAILABLE}, "must be Standard_LRS, Standard_ZRS, Premium_LRS or PremiumV2_LRS"),
        ({}, "is empty; write a storage type, or regions with a type each"),
        ({"Korea Central": LRS, "koreacentral": ZRS}, "are the same region; keep one"),
        ({"atlantis": LRS}, "is no Azure region"),
        ({"koreacentral": "standard_lrs"}, "write Standard_LRS"),
        (["Standard_LRS"], "or regions with a type each"),
        (7, "or regions with a type each"),
    ],
)
def test_what_is_no_storage(value: object, words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words say which
        ImageVersion.model_validate(inputs.version(storage_account_type=value))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("zrs", "must be Standard_LRS, Standard_ZRS, Premium_LRS, PremiumV2_LRS or Standard_ZRS_where_available"),
        ('{"koreasouth": "ZRS"}', "storageAccountType.koreasouth: must be Standard_LRS"),
        ('{"chinaeast2": "Standard_LRS"}', "chinaeast2 belongs to Azure China"),
    ],
)
def test_what_is_no_storage_of_a_stack(value: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        inputs.settings(storageAccountType=value)
    assert words in str(caught.value)


@pytest.mark.parametrize("before", [MIXED, WHERE_AVAILABLE])
def test_a_choice_that_is_taken_back_moves_no_replica(before: object) -> None:
    replicas = (inputs.replica("koreacentral", storage=ZRS), inputs.replica("koreasouth"))
    versions = {"1.0.0": replace(inputs.observed_version(), replicas=replicas)}
    observed = Observed(gallery=inputs.observed_gallery(inputs.observed_definition(versions=versions)))
    kept = inputs.image(versions={"1.0.0": inputs.version(storage_account_type=before)})
    assert plan(inputs.catalogue(gis=kept), inputs.settings(), observed).images
    (conflict,) = inputs.refused(inputs.catalogue(), inputs.settings(), observed)
    assert "Write storage_account_type: {koreacentral: Standard_ZRS, koreasouth: Standard_LRS} for this" in conflict
    assert (
        "storage_account_type is Standard_ZRS in koreacentral in the gallery and Standard_LRS by catalogue and stack"
        in conflict
    )


def test_the_next_version_is_stored_as_the_one_before() -> None:
    for value in (MIXED, WHERE_AVAILABLE):
        image = inputs.catalogue(
            gis=inputs.image(versions={"1.0.0": inputs.version(storage_account_type=value)})
        ).images["gis"]
        assert carried_over(image, VersionDefaults()).entry == {"storage_account_type": value}


HOMES = sorted(
    each.name for each in geography.all_regions() if each.cloud == "public" and each.access_restricted is False
)
TYPES = st.sampled_from([LRS, ZRS, PREMIUM, V2])


@given(st.sampled_from(HOMES), st.data())
def test_every_region_has_the_type_that_is_said_for_it(home: str, data: st.DataObject) -> None:
    settings: dict[str, Any] = {"location": home, "labAccountIds": []}
    targets = [
        each.name
        for each in version_regions(ImageVersion.model_validate(inputs.version()), inputs.settings(**settings))
    ]
    own = data.draw(
        st.none() | TYPES | st.just(WHERE_AVAILABLE) | st.dictionaries(st.sampled_from(targets), TYPES, min_size=1)
    )
    stack = data.draw(
        st.none() | TYPES | st.just(WHERE_AVAILABLE) | st.dictionaries(st.sampled_from(HOMES), TYPES, min_size=1)
    )
    wanted = ImageVersion.model_validate(inputs.version(**({"storage_account_type": own} if own else {})))
    with_stack = inputs.settings(**settings, **({"storageAccountType": stack} if stack else {}))
    expected = {}
    for name in targets:
        zones = geography.region(name).availability_zones
        wishes = [wish.get(name) if isinstance(wish, dict) else wish for wish in (own, stack)]
        wish = next((wish for wish in wishes if wish), LRS)
        expected[name] = (ZRS if zones else LRS) if wish == WHERE_AVAILABLE else wish
    if any(kind == ZRS and not geography.region(name).availability_zones for name, kind in expected.items()):
        with pytest.raises(ValueError, match="Standard_ZRS needs availability zones"):
            version_regions(wanted, with_stack)
    else:
        found = {each.name: each.storage_account_type for each in version_regions(wanted, with_stack)}
        assert found == expected
