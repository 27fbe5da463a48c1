"""What is declared without the component, and inputs of any shape, asked as the engine asks them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.policies.findings import (
    LAB_REGIONS,
    LATEST,
    NOTICES,
    OS_DISK,
    REPLICAS,
    SINGLE,
    STORAGE,
    SUPPORTED,
    VM_SOURCE,
    one,
    policies,
    validated,
)
from tests.policies.inputs import (
    ATTACHMENT,
    DEFINITION,
    GALLERY,
    LAB_IMAGE,
    LAB_PLAN,
    VERSION,
    lab_image,
    raw_definition,
    raw_version,
    region,
    version,
)
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, PolicyServer


class TestRawVersion:
    def test_without_tags(self, server: PolicyServer) -> None:
        found = server.analyze(VERSION, "my-version", raw_version(tags=None, storageProfile=VM_SOURCE))
        assert policies(found) == [OS_DISK, SINGLE]
        assert "lab-os-disk-size-gb" in found[0].message
        assert "LabImage" in found[0].message
        assert "lab-data-disk-count" in found[1].message
        assert all("gis 1.0.0" in each.message and "my-version" in each.message for each in found)

    @pytest.mark.parametrize("kind", [VERSION, "azure-native:compute/v20250303:GalleryImageVersion"])
    @pytest.mark.parametrize(
        ("size", "words"),
        [
            (str(LIMIT), f"{LIMIT} GB"),
            ("64 GB", '"64 GB"'),
            ("", '""'),
            ("٦٤", '"'),
            ("-1", '"-1"'),
        ],
    )
    def test_the_size_tag(self, server: PolicyServer, kind: str, size: str, words: str) -> None:
        found = server.analyze(kind, "gis", raw_version(tags={"lab-os-disk-size-gb": size, "lab-data-disk-count": "0"}))
        one(found, OS_DISK, "gis 1.0.0", words)

    def test_tags_in_another_case(self, server: PolicyServer) -> None:
        tags = {"Lab-OS-Disk-Size-GB": "200"}
        one(server.analyze(VERSION, "gis", raw_version(tags=tags)), OS_DISK, "200 GB")

    @pytest.mark.parametrize(
        "tags", [UNKNOWN_OBJECT, {"lab-os-disk-size-gb": UNKNOWN_TEXT, "lab-data-disk-count": "0"}]
    )
    def test_unknown_tags(self, server: PolicyServer, tags: object) -> None:
        found = server.analyze(VERSION, "gis", raw_version(tags=tags, storageProfile=VM_SOURCE))
        assert OS_DISK in {each.policy for each in found}

    @pytest.mark.parametrize(
        ("profile", "tag", "expected"),
        [
            ({"osDiskImage": {"source": {"id": "x"}}}, None, []),
            ({"osDiskImage": {"source": {"id": UNKNOWN_TEXT}}, "dataDiskImages": []}, None, []),
            ({"osDiskImage": {}, "dataDiskImages": [{"lun": 0}]}, None, ["1 data disk"]),
            ({"osDiskImage": {}, "dataDiskImages": [{"lun": 0}]}, "0", ["1 data disk"]),
            ({"osDiskImage": {}, "dataDiskImages": UNKNOWN_LIST}, None, ["not known yet"]),
            ({"source": {"id": UNKNOWN_TEXT}}, None, ["not known"]),
            ({"source": {"id": "x"}}, "0", []),
            ({"source": {"id": "x"}}, "2", ["2 data disks"]),
            (VM_SOURCE, None, ["not known"]),
            (UNKNOWN_OBJECT, None, ["not known"]),
            (None, None, ["not known"]),
        ],
    )
    def test_data_disks(self, server: PolicyServer, profile: object, tag: str | None, expected: list[str]) -> None:
        tags = {"lab-os-disk-size-gb": "64", **({"lab-data-disk-count": tag} if tag else {})}
        found = server.analyze(VERSION, "gis", raw_version(storageProfile=profile, tags=tags))
        assert policies(found) == [SINGLE] * len(expected)
        assert all(words in each.message for words, each in zip(expected, found, strict=True))

    @pytest.mark.parametrize(
        ("publishing", "words"),
        [
            ({"targetRegions": [{"name": "Japan East"}]}, ("japaneast", "koreacentral is not among")),
            (
                {
                    "targetRegions": [
                        {
                            "name": "Korea Central",
                            "regionalReplicaCount": 60,
                            "additionalReplicaSets": [{"regionalReplicaCount": 60}],
                        }
                    ]
                },
                ("120",),
            ),
            ({"targetRegions": [{"name": "Korea Central", "additionalReplicaSets": UNKNOWN_LIST}]}, ("not known yet",)),
            ({"targetRegions": UNKNOWN_LIST}, ("not known yet",)),
            (UNKNOWN_OBJECT, ("not known yet",)),
            ({"replicaCount": 0}, ("0 is no number",)),
            ({"replicaCount": 101}, ("101",)),
        ],
    )
    def test_regions(self, server: PolicyServer, publishing: object, words: tuple[str, ...]) -> None:
        found = server.analyze(VERSION, "gis", raw_version(publishingProfile=publishing))
        assert {each.policy for each in found} - {NOTICES} == {REPLICAS}
        assert all(any(word in each.message for each in found) for word in words)

    @pytest.mark.parametrize("publishing", [None, {}, {"targetRegions": []}, {"replicaCount": 3}])
    def test_the_home_region_alone(self, server: PolicyServer, publishing: object) -> None:
        assert server.analyze(VERSION, "gis", raw_version(publishingProfile=publishing)) == []

    def test_names_may_be_unknown(self, server: PolicyServer) -> None:
        inputs = raw_version(galleryImageName=UNKNOWN_TEXT, galleryImageVersionName=UNKNOWN_TEXT, tags={})
        found = server.analyze(VERSION, "my-version", inputs)
        assert "my-version" in found[0].message


class TestRawDefinition:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"hyperVGeneration": "V2"}, '"V2"'),
            ({"hyperVGeneration": None}, "Hyper-V generation is not known"),
            ({"hyperVGeneration": UNKNOWN_TEXT}, "not known yet"),
            ({"architecture": "Arm64"}, '"Arm64"'),
            ({"features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]}, '"TrustedLaunchSupported"'),
            ({"features": [{"name": UNKNOWN_TEXT, "value": "Standard"}]}, "not known yet"),
            ({"features": UNKNOWN_LIST}, "not known yet"),
            ({"features": "Standard"}, "unreadable"),
        ],
    )
    def test_refused(self, server: PolicyServer, changes: dict[str, Any], words: str) -> None:
        one(server.analyze(DEFINITION, "gis", raw_definition(**changes)), SUPPORTED, "gis: ", words)

    @pytest.mark.parametrize("features", [None, [], [{"name": "IsHibernateSupported", "value": "False"}]])
    def test_generation_1_implies_the_rest(self, server: PolicyServer, features: object) -> None:
        assert server.analyze(DEFINITION, "gis", raw_definition(features=features, architecture=None)) == []

    def test_the_component_answers_for_a_definition_like_its_own(self, server: PolicyServer) -> None:
        assert policies(validated(server, hyperVGeneration="V2")) == [SUPPORTED]
        inputs = raw_definition(hyperVGeneration="V2", features=None)
        assert server.analyze(DEFINITION, "gis", inputs, f"{LAB_IMAGE}${DEFINITION}") == []


class TestBadInput:
    def test_what_the_sdk_cannot_decode_is_a_violation(self, server: PolicyServer) -> None:
        one(validated(server, version(osDiskSizeGb=math.nan)), OS_DISK, "gis: it cannot be judged", "NaN")
        assert validated(server) == []

    def test_nothing_is_changed_and_nothing_stops_the_run_before_it_is_judged(self, server: PolicyServer) -> None:
        for size in (64, 256, math.nan):
            assert server.remediate(LAB_IMAGE, "gis", lab_image(version(osDiskSizeGb=size))) == []

    IMAGE_POLICIES = (OS_DISK, SINGLE, SUPPORTED, REPLICAS, LATEST)

    @pytest.mark.parametrize("versions", [None, UNKNOWN_LIST, "1.0.0", {}, 1, True])
    def test_versions_of_another_shape(self, server: PolicyServer, versions: object) -> None:
        found = validated(server, versions=versions)
        assert {each.policy for each in found} == set(self.IMAGE_POLICIES)

    @pytest.mark.parametrize("entry", [None, UNKNOWN_OBJECT, "1.0.0", [], {}, 1])
    def test_a_version_of_another_shape(self, server: PolicyServer, entry: object) -> None:
        found = validated(server, entry, version(version="2.0.0"))
        assert {each.policy for each in found} == set(self.IMAGE_POLICIES)

    def test_no_inputs_at_all(self, server: PolicyServer) -> None:
        assert {each.policy for each in server.analyze(LAB_IMAGE, "gis", {})} == set(self.IMAGE_POLICIES)
        assert {each.policy for each in server.analyze(GALLERY, "gallery", {})} == {STORAGE}
        assert {each.policy for each in server.analyze(ATTACHMENT, "a", {})} == {LAB_REGIONS}
        assert {each.policy for each in server.analyze(LAB_PLAN, "a", {})} == {LAB_REGIONS}
        found = server.analyze(VERSION, "gis", {})
        assert {each.policy for each in found} == {OS_DISK, SINGLE, REPLICAS, LATEST}
        assert {each.policy for each in server.analyze(DEFINITION, "gis", {})} == {SUPPORTED}

    def test_500_versions(self, server: PolicyServer) -> None:
        entries = [version(version=f"1.{each}.0", osDiskSizeGb=200, declaredOsDiskSizeGb=200) for each in range(500)]
        found = validated(server, *entries)
        assert len(found) == 500
        assert [f"gis 1.{each}.0" in found[each].message for each in range(500)] == [True] * 500

    def test_huge_and_odd_texts_are_cut(self, server: PolicyServer) -> None:
        huge = "x" * 100_000
        entry = version(version=huge, osDiskSizeGb=f"{huge}\n\x1b[31m", targetRegions=[region(huge)])
        found = validated(server, entry, image=huge)
        assert found
        assert all(
            len(each.message) < 1500 and "\n" not in each.message and "\x1b" not in each.message for each in found
        )

    def test_braces_are_text(self, server: PolicyServer) -> None:
        found = validated(server, version(targetRegions=[region(), region("{home}")]), image="{place}")
        one([each for each in found if each.policy == REPLICAS], REPLICAS, '"{home}"', "{place} 1.0.0")

    def test_all_rules_at_once_in_a_stable_order(self, server: PolicyServer) -> None:
        bad = version(
            osDiskSizeGb=200,
            dataDiskCount=2,
            targetRegions=[region(), region("japaneast")],
            excludeFromLatest=True,
            endOfLife="2020-01-01",
        )
        first = validated(server, bad, hyperVGeneration="V2")
        assert list(dict.fromkeys(each.policy for each in first)) == [*self.IMAGE_POLICIES, NOTICES]
        assert validated(server, bad, hyperVGeneration="V2") == first
