"""Features of an image: what the catalogue can say of them, and what Azure has is kept where it says nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.features import is_expressible
from inventory.gallery import read_definition
from lifecycle.catalogue_entry import entry_of_definition
from plan.definition import Feature
from plan.observed import Observed
from plan.plan import plan
from tests.support import builders

NETWORK, CONTROLLERS = "IsAcceleratedNetworkSupported", "DiskControllerTypes"


def complaints(features: Any) -> str:
    return builders.complaints({"images": {"gis": builders.image(features=features)}})


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ({NETWORK: "True", "IsHibernateSupported": "False", CONTROLLERS: "SCSI, NVMe"}, ""),
        ({NETWORK: True}, ""),
        ({CONTROLLERS: "SCSI"}, ""),
        ({CONTROLLERS: "SCSI,NVMe"}, ""),
        ({"SomethingNewOfAzure": "a value, 1"}, ""),
        ({}, ""),
        ({"SecurityType": "TrustedLaunch"}, "features.SecurityType: has a key of its own; write security_type for the"),
        ({"securitytype": "Standard"}, "has a key of its own; write security_type for the image instead"),
        ({"IsAccelaratedNetworkSupported": "True"}, f"there is no such feature; write {NETWORK}"),
        ({"diskcontrollertypes": "SCSI"}, f"there is no such feature; write {CONTROLLERS}"),
        ({NETWORK: "yes"}, f'features.{NETWORK}: must be "True" or "False", not "yes"'),
        ({NETWORK: 1}, "must be text; put it in quotes, not 1"),
        ({CONTROLLERS: "IDE"}, 'must be "SCSI" or "SCSI, NVMe", not "IDE"'),
        ({"New": "a/b"}, "must be 1 to 100 letters, digits, spaces and commas"),
        ({"New": "x" * 101}, "must be 1 to 100 letters"),
        ({"New one": "x"}, "is no name of a feature"),
        ({"New": "a", "NEW": "b"}, "is the same feature"),
        (["a"], "must be names with values"),
    ],
)
def test_what_the_catalogue_takes(features: Any, words: str) -> None:
    said = complaints(features)
    assert words in said
    assert bool(said) is bool(words)


def observed(*there: Feature) -> Observed:
    """The image published with these features, as Azure answers."""
    shown = [
        {"name": each.name, "value": each.value}
        | ({"startsAtVersion": each.starts_at_version} if each.starts_at_version else {})
        for each in there
    ]
    answer = {
        "id": f"{builders.GALLERY}/images/gis",
        "location": "koreacentral",
        "tags": builders.OURS,
        "properties": {
            "osType": "Linux",
            "osState": "Generalized",
            "identifier": {"publisher": "contoso", "offer": "gis", "sku": "one"},
            "features": shown,
        },
    }
    found = replace(read_definition(answer), versions={"1.0.0": builders.observed_version()})
    return Observed(gallery=builders.observed_gallery(found))


def planned(features: dict[str, Any], there: Observed) -> tuple[Feature, ...]:
    wanted = builders.catalogue(gis=builders.image(features=features))
    return plan(wanted, builders.settings(), there).images[0].features


def test_a_new_image_is_made_with_them() -> None:
    there = Observed(sources={builders.SNAPSHOT.lower(): builders.observed_source()})
    assert planned({NETWORK: True, CONTROLLERS: "SCSI"}, there) == (
        Feature(NETWORK, "True"),
        Feature(CONTROLLERS, "SCSI"),
    )
    second = {"security_type": "TrustedLaunch", "hyper_v_generation": "V2", "consumers": ["other"]}
    trusted = builders.image(features={NETWORK: "True"}, **second)
    of_second = Observed(sources={builders.SNAPSHOT.lower(): builders.observed_source(hyper_v_generation="V2")})
    decided = plan(builders.catalogue(gis=trusted), builders.settings(), of_second)
    assert [feature.name for feature in decided.images[0].features] == ["SecurityType", NETWORK]


@pytest.mark.parametrize("features", [{}, {NETWORK: "True"}, {CONTROLLERS: "SCSI, NVMe", NETWORK: True}])
def test_what_azure_has_is_kept_with_its_first_version(features: dict[str, Any]) -> None:
    there = (Feature(NETWORK, "True", "1.2.0"), Feature(CONTROLLERS, "SCSI, NVMe"))
    assert planned(features, observed(*there)) == there


@pytest.mark.parametrize(
    ("features", "there", "cause", "remedy"),
    [
        (
            {NETWORK: "True"},
            (Feature(NETWORK, "False"),),
            f"features.{NETWORK} is False in the gallery and True in the catalogue",
            f'Write features.{NETWORK}: "False" again, or add a new image under another name',
        ),
        (
            {CONTROLLERS: "SCSI"},
            (),
            f"features.{CONTROLLERS} is nothing in the gallery and SCSI in the catalogue",
            f"Take features.{CONTROLLERS} out again, or add a new image under another name",
        ),
    ],
)
def test_a_published_image_keeps_its_features(
    features: dict[str, Any], there: tuple[Feature, ...], cause: str, remedy: str
) -> None:
    wanted = builders.catalogue(gis=builders.image(features=features))
    (text,) = builders.refused(wanted, builders.settings(), observed(*there))
    assert cause in text
    assert remedy in text


VALUES = st.from_regex(re.compile("[A-Za-z0-9 ,]{1,20}", re.ASCII), fullmatch=True)
NAMES = st.sampled_from([NETWORK, CONTROLLERS, "IsHibernateSupported"]) | st.from_regex(
    "[A-Z][A-Za-z]{0,30}", fullmatch=True
)


@given(st.dictionaries(NAMES, VALUES | st.sampled_from(["True", "False", "SCSI, NVMe"]), max_size=4))
def test_whatever_azure_has_is_taken_over_without_a_change(features: dict[str, str]) -> None:
    by_name = {name.lower(): Feature(name, value) for name, value in features.items() if name.lower() != "securitytype"}
    there = observed(*by_name.values())
    assert there.gallery is not None
    entry = entry_of_definition(there.gallery.definitions["gis"])
    assert all(is_expressible(name, value) for name, value in entry.get("features", {}).items())
    image = {**entry, "versions": {"1.0.0": builders.version()}}
    decided = plan(builders.catalogue(gis=image), builders.settings(), there)
    assert decided.images[0].features == tuple(by_name.values())
