"""A new image: what its source tells, what a person says, and defaults only where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.images.image import Image
from catalog.images.source import KINDS
from lifecycle.new_image import OPTIONS, GivenImage, choices, image_entry, options_of, suited_keys, unseen_demands
from lifecycle.new_version import NewVersionError
from plan.observed import ObservedSource
from tests.support.builders import LAB_ACCOUNT, SNAPSHOT, catalogue, image, observed_source, settings
from tests.support.demands import rules_of_tests

EMPTY = Catalogue()
SYSTEM = ("os_type", "os_state", "hyper_v_generation", "architecture", "security_type")


def entry(
    source: ObservedSource | None = None, kind: str = "snapshot", images: Catalogue = EMPTY, **said: Any
) -> dict[str, Any]:
    stack = said.pop("stack", {})
    return image_entry("gis", (kind, source), GivenImage(**said), images, settings(**stack))


def refused(source: ObservedSource | None = None, kind: str = "snapshot", **said: Any) -> list[str]:
    with pytest.raises(NewVersionError) as caught:
        entry(source, kind, **said)
    return str(caught.value).splitlines()


def test_a_snapshot_tells_all_but_the_state() -> None:
    assert entry(observed_source(), os_state="Generalized") == {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "images", "offer": "gis", "sku": "gis"},
        "consumers": ["lab_services"],
    }
    assert refused(observed_source()) == [
        (
            "--os-state is missing: the snapshot does not tell it; give --os-state Generalized or Specialized "
            "(Generalized if Sysprep or waagent -deprovision ran before it was captured, else Specialized)"
        )
    ]


def test_what_is_unusual_is_written_down() -> None:
    source = observed_source(
        os_state="Specialized",
        hyper_v_generation="V2",
        architecture="Arm64",
        security_type="TrustedLaunch",
        purchase_plan=("plan", "offer", "someone"),
    )
    said: dict[str, Any] = {"description": "GIS", "publisher": "contoso", "offer": "maps", "sku": "one"}
    found = entry(source, "vm", stack={"labAccountIds": []}, **said)
    assert found == {
        "description": "GIS",
        "os_type": "Linux",
        "os_state": "Specialized",
        "identifier": {"publisher": "contoso", "offer": "maps", "sku": "one"},
        "hyper_v_generation": "V2",
        "architecture": "Arm64",
        "security_type": "TrustedLaunch",
        "purchase_plan": {"name": "plan", "product": "offer", "publisher": "someone"},
    }
    assert list(found) == [key for key in Image.model_fields if key in found]


def test_a_managed_image_is_generalized_and_a_vhd_tells_nothing() -> None:
    assert entry(observed_source(), "managed_image")["os_state"] == "Generalized"
    assert [line.partition(" is missing")[0] for line in refused(None, "vhd")] == ["--os-type", "--os-state"]
    found = entry(None, "vhd", os_type="Windows", os_state="Generalized", hyper_v_generation="V2")
    assert (found["os_type"], found["hyper_v_generation"]) == ("Windows", "V2")


def test_everything_wrong_is_told_together() -> None:
    source = observed_source(hyper_v_generation="V2")
    assert refused(source, os_type="Windows", hyper_v_generation="V1", architecture="x64") == [
        "--os-type Windows contradicts Azure, where the source is Linux; leave --os-type out",
        refused(observed_source())[0],
        (
            "--generation V1 contradicts Azure, where the source is V2, and labs take V1 only: name another source "
            "(docs/publish/make-an-image.md), or give --consumer other"
        ),
    ]
    assert "where the source is V2; leave --generation out" in "".join(
        refused(source, hyper_v_generation="V1", consumers=("other",))
    )
    with pytest.raises(NewVersionError, match=r"no image name.*\n--os-state is missing"):
        image_entry("g i s", ("disk", observed_source()), GivenImage(), EMPTY, settings())
    assert refused(observed_source(), os_state="Generalized", sku="a b", publisher="x" * 129) == [
        (
            "--publisher: must be 1 to 128 letters, digits, full stops, dashes and underscores, not ending in a full "
            f'stop, not "{"x" * 60}…"'
        ),
        (
            "--sku: must be 1 to 64 letters, digits, full stops, dashes and underscores, not ending in a full stop, "
            'not "a b"'
        ),
    ]


def test_a_source_that_is_missing_is_the_one_thing_to_say() -> None:
    gone = ObservedSource(SNAPSHOT, failure="Azure has no such object", missing=True)
    assert refused(gone) == [f"--source: {SNAPSHOT} cannot be read: Azure has no such object"]


def test_a_source_that_may_not_be_read_is_described_by_options() -> None:
    forbidden = ObservedSource(SNAPSHOT, failure="Azure refuses it")
    assert refused(forbidden)[0].startswith(
        "--os-type is missing: the snapshot does not tell it, for it cannot be read (Azure refuses it); give --os-type "
        "Linux or Windows"
    )
    assert entry(forbidden, os_type="Linux", os_state="Specialized")["os_state"] == "Specialized"


def test_the_publisher_is_that_of_the_other_images() -> None:
    said = {"os_state": "Generalized"}
    one = catalogue(other=image())
    assert entry(observed_source(), images=one, **said)["identifier"]["publisher"] == "contoso"
    second = {"publisher": "fabrikam", "offer": "x", "sku": "y"}
    two = catalogue(other=image(), third=image(identifier=second))
    assert refused(observed_source(), images=two, **said) == [
        "--publisher is missing, for the other images have several: contoso, fabrikam"
    ]
    assert entry(observed_source(), images=two, publisher="c", **said)["identifier"]["publisher"] == "c"


@pytest.mark.parametrize(
    ("stack", "consumers"),
    [
        ({}, ["lab_services"]),
        ({"labAccountIds": []}, None),
        ({"labAccountIds": [], "labPlan": {"name": "plan"}}, ["lab_services"]),
        (
            {"devTestLabIds": [LAB_ACCOUNT.replace("LabServices/labaccounts", "DevTestLab/labs")]},
            ["lab_services", "devtest_labs"],
        ),
    ],
)
def test_consumers_are_the_services_that_the_stack_is_attached_to(stack: dict[str, Any], consumers: object) -> None:
    assert entry(observed_source(), os_state="Generalized", stack=stack).get("consumers") == consumers


VALUES = {key: st.none() | st.sampled_from(choices(key)) for key in SYSTEM}


@given(
    st.fixed_dictionaries(VALUES),
    st.fixed_dictionaries(VALUES),
    st.sampled_from([key for key, kind in KINDS.items() if kind.is_made]),
)
def test_nothing_is_guessed(tells: dict[str, Any], said: dict[str, Any], kind: str) -> None:
    """Every value comes from the source or a person, or is the default that the catalogue has for it."""
    try:
        found = entry(observed_source(**tells), kind, **said)
    except NewVersionError as error:
        lines = str(error).splitlines()
        assert all(any(line.startswith(OPTIONS[key]) for key in SYSTEM) for line in lines)
        return
    for key in SYSTEM:
        known = tells[key] or said[key]
        if key == "os_state" and KINDS[kind].is_generalized and not tells[key]:
            known = "Generalized"
        default = Image.model_fields[key].default
        assert found.get(key, default) == (known or default)
        assert known is not None or not Image.model_fields[key].is_required()
    assert Image.model_validate({**found, "versions": {"1.0.0": {"source": {"existing": True}}}})


def test_the_options_that_were_given() -> None:
    assert options_of(GivenImage(description="x", os_type="Linux", sku="y")) == ["--os-type", "--sku"]


@pytest.fixture
def demands() -> Iterator[None]:
    """Rules of services that no document changes."""
    with rules_of_tests():
        yield


WINDOWS: Any = {"os_type": "Windows", "hyper_v_generation": None}
UNTOLD: tuple[str, ObservedSource | None] = ("snapshot", None)
SUITS = {
    "os_type": "Windows",
    "os_state": "Generalized",
    "hyper_v_generation": "V2",
    "security_type": "TrustedLaunch",
}


@pytest.mark.usefixtures("demands")
def test_an_image_for_a_service_has_what_it_demands() -> None:
    found = entry(observed_source(**WINDOWS), suited_to="windows_365")
    assert {key: found[key] for key in SUITS} == SUITS
    assert found["consumers"] == ["windows_365"]
    said: dict[str, Any] = {"suited_to": "windows_365", "security_type": "TrustedLaunchSupported", "os_type": "Windows"}
    assert entry(kind="disk", **said)["security_type"] == "TrustedLaunchSupported"


@pytest.mark.usefixtures("demands")
def test_what_contradicts_the_service_is_refused_with_its_source() -> None:
    assert refused(observed_source(hyper_v_generation="V1"), suited_to="windows_365", os_state="Specialized") == [
        (
            "--for windows_365: Windows 365 demands Windows (A page about images, 2025-04-01), and the source is Linux "
            "in Azure; name another source"
        ),
        (
            "--for windows_365: Windows 365 demands a generalized image (A page about images, 2025-04-01), and "
            "--os-state is Specialized; leave --os-state out"
        ),
        (
            "--for windows_365: Windows 365 demands generation 2 (A page about images, 2025-04-01), and the source is "
            "V1 in Azure; name another source"
        ),
    ]
    (wrong,) = refused(observed_source(**WINDOWS), suited_to="windows_365", security_type="Standard")
    assert wrong.endswith("and --security-type is Standard; give TrustedLaunch or TrustedLaunchSupported")


@pytest.mark.usefixtures("demands")
def test_what_a_service_leaves_open_has_to_be_said() -> None:
    (missing,) = refused(observed_source(), suited_to="devtest_labs")
    assert missing.startswith("--os-state is missing")


@pytest.mark.usefixtures("demands")
def test_a_model_becomes_one_that_suits_the_service() -> None:
    model = {"os_type": "Windows", "os_state": "Specialized", "consumers": ["lab_services"], "tags": {"a": "b"}}
    found = suited_keys(model, GivenImage(), "windows_365", UNTOLD)
    assert found == {**SUITS, "tags": {"a": "b"}, "consumers": ["windows_365"]}
    assert list(found) == [key for key in Image.model_fields if key in found], "in the order of the catalogue"
    kept = suited_keys(model, GivenImage(security_type="TrustedLaunchSupported"), "windows_365", UNTOLD)
    assert kept["security_type"] == "TrustedLaunchSupported"
    assert suited_keys(model, GivenImage(), "devtest_labs", UNTOLD) == {**model, "consumers": ["devtest_labs"]}
    with pytest.raises(NewVersionError, match="--generation is V1; leave --generation out"):
        suited_keys(model, GivenImage(hyper_v_generation="V1"), "windows_365", UNTOLD)
    old = observed_source(os_type="Windows", os_state="Specialized", hyper_v_generation="V2")
    with pytest.raises(
        NewVersionError, match=r"demands a generalized image .*, and the source is Specialized in Azure"
    ):
        suited_keys(model, GivenImage(), "windows_365", ("vm", old))
    linux = {"os_type": "Linux", "os_state": "Generalized"}
    with pytest.raises(NewVersionError) as refusal:
        suited_keys(linux, GivenImage(), "windows_365", UNTOLD)
    assert str(refusal.value) == (
        "--for windows_365: Windows 365 demands Windows (A page about images, 2025-04-01), and the image of --like is "
        "Linux; name another one in --like, or leave it out"
    )
    assert suited_keys(linux, GivenImage(os_type="Windows"), "windows_365", UNTOLD)["os_type"] == "Windows"
    assert unseen_demands("windows_365", "managed_image") == [
        (
            "Look yourself: Windows 365 demands Windows 11 Enterprise without a recovery partition "
            "(A page about images, 2025-04-01)."
        )
    ]
    assert unseen_demands("windows_365", "snapshot")[0].startswith("Look yourself: Windows 365 demands a generalized")
