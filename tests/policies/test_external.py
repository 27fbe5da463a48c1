"""Versions that somebody else has published are judged as they are, and nobody declares one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from lab_image_policies.rules import known_source
from tests.policies.findings import (
    DEPLOYED_DISKS,
    LAB_REGIONS,
    LATEST,
    NOTICES,
    OS_DISK,
    REPLICAS,
    SINGLE,
    SUPPORTED,
    one,
    policies,
)
from tests.policies.inputs import (
    ATTACHMENT,
    LAB_IMAGE,
    SNAPSHOT,
    VERSION,
    attachment,
    lab_image,
    raw_version,
    region,
    version,
)
from tests.support.builders import GALLERY
from tests.support.policy_server import UNKNOWN_NUMBER, Declared, Found, Mode, PolicyServer, policy_server

ID = f"{GALLERY}/images/gis/versions/1.0.0"
FROM_CATALOGUE = ("in the catalogue", "Write os_disk_size_gb", "target_regions", "change the source")


def theirs(**changes: Any) -> dict[str, Any]:
    """An entry of the component for a version that others have published."""
    entry = version(source={"kind": "external", "id": ID}, **changes)
    return {key: value for key, value in entry.items() if not key.startswith("declared")}


def external(*versions: Any, **changes: Any) -> dict[str, Any]:
    return {**lab_image(), "versions": list(versions), "external": True, **changes}


def found(server: PolicyServer, *versions: Any, **changes: Any) -> list[Found]:
    return server.analyze(LAB_IMAGE, "gis", external(*versions, **changes))


def child(**changes: Any) -> Declared:
    """A version below the component of an image whose versions others publish."""
    above = Declared(LAB_IMAGE, "gis", external(theirs()))
    return Declared(VERSION, "gis:1.0.0", raw_version(**changes), parent=above)


@pytest.mark.parametrize(
    ("changes", "image", "expected"),
    [
        ({}, {}, []),
        ({"osDiskSizeGb": LIMIT - 1}, {}, []),
        ({"osDiskSizeGb": LIMIT}, {}, [OS_DISK]),
        ({"osDiskSizeGb": 200}, {}, [OS_DISK]),
        ({"osDiskSizeGb": None}, {}, [OS_DISK]),
        ({"osDiskSizeGb": UNKNOWN_NUMBER}, {}, [OS_DISK]),
        ({"dataDiskCount": 1}, {}, [SINGLE]),
        ({"dataDiskCount": None}, {}, [SINGLE]),
        ({"targetRegions": [region(), region("eastus")]}, {}, [REPLICAS]),
        ({"targetRegions": [region("koreasouth")]}, {}, [REPLICAS]),
        ({"excludeFromLatest": True}, {}, [LATEST]),
        ({"targetRegions": None}, {}, [REPLICAS, LATEST]),
        ({"endOfLife": "2020-01-01"}, {}, [NOTICES]),
        ({}, {"hyperVGeneration": "V2"}, [SUPPORTED]),
        ({"osDiskSizeGb": 200, "dataDiskCount": 3}, {"consumers": ["other"]}, []),
    ],
)
def test_facts_are_judged_as_of_every_version(
    server: PolicyServer, changes: dict[str, Any], image: dict[str, Any], expected: list[str]
) -> None:
    judged = found(server, theirs(**changes), **image)
    assert policies(judged) == expected
    for each in judged:
        if "hyperVGeneration" not in image:
            assert not any(words in each.message for words in FROM_CATALOGUE), each.message


def test_what_to_do_is_for_whoever_publishes(server: PolicyServer) -> None:
    (too_large,) = found(server, theirs(osDiskSizeGb=200))
    assert too_large.message.endswith(
        "Build the image on an OS disk of 127 GB or less, and have it published as the next version of gis: this one "
        "cannot change."
    )
    (not_known,) = found(server, theirs(osDiskSizeGb=None))
    assert "Have the next version of gis published from a disk, snapshot, virtual machine" in not_known.message


def test_before_the_first_version_it_is_a_notice(server: PolicyServer) -> None:
    (waits,) = found(server)
    assert (waits.policy, waits.level) == (NOTICES, "advisory")
    assert waits.message.startswith("gis: it waits for its first version, which somebody else publishes.")
    assert found(server, consumers=["other"]) == []


@pytest.mark.parametrize("number", ["1.1.0", UNKNOWN_NUMBER, ""])
def test_while_none_is_whole_it_is_another_notice(server: PolicyServer, number: object) -> None:
    (waits,) = found(server, unfinishedVersion=number)
    assert (waits.policy, waits.level) == (NOTICES, "advisory")
    assert waits.message.startswith(
        "gis: none of its versions, which somebody else publishes, is whole yet; the newest"
    )
    assert "first version" not in waits.message
    assert found(server, theirs(), unfinishedVersion=number) == []
    assert policies(server.analyze(LAB_IMAGE, "gis", {**lab_image(), "versions": []})) == [LATEST]


@pytest.mark.parametrize("word", [None, False, "true", 1, UNKNOWN_NUMBER])
def test_only_true_makes_an_image_without_versions_good(server: PolicyServer, word: object) -> None:
    assert policies(found(server, external=word)) == [LATEST]


def test_versions_that_cannot_be_read_are_no_missing_ones(server: PolicyServer) -> None:
    judged = server.analyze(LAB_IMAGE, "gis", {**external(), "versions": "none"})
    assert OS_DISK in policies(judged)
    assert NOTICES not in policies(judged)


def test_labs_without_a_replica_are_told_of_whoever_publishes(server: PolicyServer) -> None:
    server.analyze(LAB_IMAGE, "gis", external(theirs()))
    given = attachment(labRegions=["koreacentral"], imageRegions={"gis": ["koreasouth"]})
    judged = server.analyze(ATTACHMENT, "attachment:labs", given)
    one(judged, LAB_REGIONS, "Have the next version of gis published with a replica in koreacentral")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"galleryImageVersionName": "2.0.0"},
        {"storageProfile": {"osDiskImage": {"source": {"id": ID}}}},
        {"storageProfile": {"source": {"id": ID}}},
        {"storageProfile": {"osDiskImage": {"source": {"id": SNAPSHOT}}, "dataDiskImages": [{"lun": 0}]}},
    ],
)
@pytest.mark.parametrize("mode", [Mode.PREVIEW, Mode.STATE])
def test_a_version_below_the_component_is_refused_as_one_that_it_does_not_list(
    changes: dict[str, Any], mode: Mode
) -> None:
    smuggled = child(**changes)
    assert smuggled.parent is not None
    with policy_server(mode=mode) as server:
        server.configure()
        judged = server.run([smuggled.parent, smuggled])
    assert OS_DISK in policies(judged)
    assert any("does not list this version" in each.message for each in judged)


def test_a_version_that_is_deployed_below_it_is_judged_by_what_azure_shows() -> None:
    outputs = {
        "name": "1.0.0",
        "provisioningState": "Succeeded",
        "storageProfile": {"osDiskImage": {"sizeInGB": 200, "source": {"id": SNAPSHOT}}},
    }
    above = Declared(LAB_IMAGE, "gis", external(theirs()))
    deployed = Declared(VERSION, "gis:1.0.0", raw_version(), outputs, parent=above)
    with policy_server(mode=Mode.UPDATE) as server:
        server.configure()
        judged = server.run([above, deployed])
    assert DEPLOYED_DISKS in policies(judged)


def read(source_kind: object) -> Version:
    return Version("1.0.0", "here", source_kind, 64, 0, None, None, (), exclude_from_latest=False, end_of_life=None)


@given(st.text() | st.none() | st.booleans() | st.sampled_from(list(Fault)) | st.sampled_from(["external", "snapshot"]))
def test_only_what_somebody_declares_has_an_entry(kind: object) -> None:
    image = Image("gis", "here", None, "koreacentral", None, (read(kind),), by_component=True)
    assert (image.version("1.0.0") is None) == (kind == "external")
    assert known_source(kind) == (kind in ("external", "snapshot"))


@pytest.fixture(scope="module")
def shared() -> Iterator[PolicyServer]:
    """A server for all examples of a property."""
    with policy_server() as server:
        server.configure()
        yield server


kinds = st.sampled_from(["external", "external", "snapshot", "existing"])
entries = st.lists(st.tuples(kinds, st.sampled_from(["koreacentral", "koreasouth"]), st.booleans()), max_size=4).map(
    lambda drawn: [
        version(
            version=f"1.{minor}.0",
            source={"kind": kind, "id": ID},
            targetRegions=[region(name)],
            excludeFromLatest=excluded,
        )
        for minor, (kind, name, excluded) in enumerate(drawn)
    ]
)


@given(entries, st.sampled_from([True, False, None]), st.none() | st.sampled_from(["1.0.0", "1.1.0"]))
def test_a_version_counts_for_those_who_publish_the_image(
    shared: PolicyServer, listed: list[dict[str, Any]], external: bool | None, newest: str | None
) -> None:
    def judged(versions: list[dict[str, Any]]) -> list[str]:
        inputs = {**lab_image(), "versions": versions, "external": external, "newestUsableVersion": newest}
        return [each.policy for each in shared.analyze(LAB_IMAGE, "gis", inputs)]

    def latest(versions: list[dict[str, Any]]) -> int:
        return judged(versions).count(LATEST)

    agreeing = [each for each in listed if (each["source"]["kind"] == "external") == (external is True)]
    assert judged(listed).count(SUPPORTED) == len(listed) - len(agreeing)
    deleted = newest is not None and newest not in {
        each["version"] for each in listed if each["source"]["kind"] != "external"
    }
    without_newest = latest(agreeing) - (newest is not None and (external is True or deleted))
    assert latest(listed) == without_newest + deleted
