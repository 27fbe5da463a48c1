"""What a configuration can do, and that a wrong one never makes a rule milder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.policies.findings import (
    DEPLOYED_DISKS,
    DEPLOYED_NOTICES,
    LAB_REGIONS,
    LATEST,
    NOTICES,
    OS_DISK,
    REPLICAS,
    SINGLE,
    STORAGE,
    SUPPORTED,
    but_cost,
    one,
    policies,
    validated,
)
from tests.policies.inputs import (
    ATTACHMENT,
    GALLERY,
    LAB_IMAGE,
    VERSION,
    attachment,
    gallery,
    lab_image,
    raw_version,
    region,
    version,
)
from tests.support.policy_server import Found, PolicyServer

TODAY = datetime.now(UTC).date()


def exemption(**changes: Any) -> dict[str, Any]:
    return {"image": "gis", "reason": "agreed with the faculty", "expires": "2099-12-31", **changes}


def of_size(server: PolicyServer, size: float) -> list[Found]:
    return validated(server, version(osDiskSizeGb=size, declaredOsDiskSizeGb=size))


class TestLevels:
    TERM: ClassVar = {"reason": "agreed with the faculty", "expires": "2099-12-31"}

    @pytest.mark.parametrize("level", ["advisory", "disabled"])
    def test_a_locked_policy_stays_mandatory_and_says_so(self, server: PolicyServer, level: str) -> None:
        server.configure({OS_DISK: {"enforcementLevel": level}})
        assert [each.level for each in of_size(server, 200)] == ["mandatory"]
        one(but_cost(server.analyze_stack([])), DEPLOYED_DISKS, f"policy-config.json, {OS_DISK}")

    def test_a_lower_level_with_reason_and_last_day_holds_and_stays_visible(self, server: PolicyServer) -> None:
        server.configure({SUPPORTED: {"enforcementLevel": "advisory", **self.TERM}})
        assert [each.level for each in validated(server, hyperVGeneration="V2")] == ["advisory"]
        one(
            but_cost(server.analyze_stack([])),
            DEPLOYED_NOTICES,
            SUPPORTED,
            "advisory until 2099-12-31",
            "agreed with the faculty",
        )
        server.configure({SUPPORTED: {"enforcementLevel": "disabled", **self.TERM}})
        assert validated(server, hyperVGeneration="V2") == []

    @pytest.mark.parametrize(
        "term", [{}, {"reason": "\u200b", "expires": "2099-12-31"}, {**TERM, "expires": "2020-01-31"}]
    )
    def test_without_them_the_own_level_holds(self, server: PolicyServer, term: dict[str, str]) -> None:
        server.configure({SUPPORTED: {"enforcementLevel": "disabled", **term}})
        assert [each.level for each in validated(server, hyperVGeneration="V2")] == ["mandatory"]
        assert DEPLOYED_DISKS in policies(server.analyze_stack([]))

    def test_storage_may_be_lowered_freely(self, server: PolicyServer) -> None:
        server.configure({STORAGE: {"enforcementLevel": "advisory", "limitGb": 1}})
        assert [each.level for each in server.analyze(GALLERY, "gallery", gallery())] == ["advisory"]
        assert server.analyze_stack([]) == []


class TestLimits:
    def test_the_size_can_be_lowered(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"limitGb": 64}})
        assert of_size(server, 63.5) == []
        one(of_size(server, 64), OS_DISK, "limitGb in policy-config.json asks for less than 64 GB")

    @pytest.mark.parametrize("limit", [LIMIT + 1, 200, 0, -1, "64", None, True, [64], {}])
    def test_a_wrong_size_is_reported_and_the_default_holds(self, server: PolicyServer, limit: object) -> None:
        server.configure({OS_DISK: {"limitGb": limit}})
        one(of_size(server, 64), OS_DISK, "limitGb must be")
        fitting = f"{LIMIT - 1} GB or less"
        assert any(fitting in each.message for each in of_size(server, LIMIT))

    def test_regions_can_be_narrowed(self, server: PolicyServer) -> None:
        server.configure({REPLICAS: {"onlyRegions": ["Korea Central"]}})
        one(validated(server), REPLICAS, "koreasouth is not among onlyRegions")

    @pytest.mark.parametrize("regions", ["koreacentral", {}, None, ["atlantis"], [7], 1])
    def test_wrong_regions_are_reported(self, server: PolicyServer, regions: object) -> None:
        server.configure({REPLICAS: {"onlyRegions": regions}})
        one(validated(server), REPLICAS, "onlyRegions")

    def test_replicas_can_be_fewer(self, server: PolicyServer) -> None:
        server.configure({REPLICAS: {"maximumReplicas": 2}})
        assert validated(server) == []
        one(
            validated(server, version(targetRegions=[region(replicas=3)])),
            REPLICAS,
            "3 replicas over all regions; 2 are allowed",
        )

    def test_storage_can_be_lower_and_higher(self, server: PolicyServer) -> None:
        server.configure({STORAGE: {"limitGb": 128}})
        assert policies(server.analyze(GALLERY, "gallery", gallery())) == [STORAGE]
        server.configure({STORAGE: {"limitGb": 40_000}})
        assert server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=39_999)) == []

    def test_days_before_the_end_of_life(self, server: PolicyServer) -> None:
        server.configure({NOTICES: {"endOfLifeDays": 7}})
        near, far = ((TODAY + timedelta(days)).isoformat() for days in (7, 8))
        assert len(validated(server, version(endOfLife=near))) == 1
        assert validated(server, version(endOfLife=far)) == []

    def test_an_unknown_key_is_reported(self, server: PolicyServer) -> None:
        server.configure({SINGLE: {"exemption": [exemption()]}})
        one(validated(server), SINGLE, "exemption is no key of this policy")

    def test_it_is_reported_once_for_an_image(self, server: PolicyServer) -> None:
        server.configure({SINGLE: {"exemption": []}})
        assert policies(validated(server, version(targetRegions=[region()]))) == [SINGLE]
        assert server.analyze(VERSION, "gis:1.0.0", raw_version(), f"{LAB_IMAGE}${VERSION}") == []

    def test_an_unknown_policy_does_no_harm(self, server: PolicyServer) -> None:
        server.configure({"image-os-disk": {"limitGb": 1}})
        assert of_size(server, 64) == []


class TestExemptions:
    def test_one_policy_and_one_image(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"exemptions": [exemption()]}})
        bad = version(osDiskSizeGb=200, declaredOsDiskSizeGb=200, dataDiskCount=1, declaredDataDiskCount=1)
        found = validated(server, bad)
        assert policies(found) == [SINGLE, NOTICES]
        other = server.analyze(LAB_IMAGE, "cad", lab_image(bad, image="cad"))
        assert policies(other) == [OS_DISK, SINGLE]

    def test_the_newest_version_may_be_let_go(self, server: PolicyServer) -> None:
        inputs = lab_image(newestUsableVersion="1.1.0")
        assert policies(server.analyze(LAB_IMAGE, "gis", inputs)) == [LATEST]
        server.configure({LATEST: {"exemptions": [exemption()]}})
        assert policies(server.analyze(LAB_IMAGE, "gis", inputs)) == [NOTICES]

    def test_in_force_stays_visible(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"exemptions": [exemption(image="GIS")]}})
        found = of_size(server, 200)
        assert [(each.policy, each.level) for each in found] == [(NOTICES, "advisory")]
        for words in (f"exempt from {OS_DISK} until 2099-12-31", "agreed with the faculty"):
            assert words in found[0].message

    def test_holds_on_its_last_day(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"exemptions": [exemption(expires=TODAY.isoformat())]}})
        assert policies(of_size(server, 200)) == [NOTICES]

    def test_expired_is_a_violation_that_says_so(self, server: PolicyServer) -> None:
        yesterday = (TODAY - timedelta(1)).isoformat()
        server.configure({OS_DISK: {"exemptions": [exemption(expires=yesterday)]}})
        found = of_size(server, 200)
        assert policies(found) == [OS_DISK, OS_DISK]
        assert f"exemption from {OS_DISK} ended on {yesterday}" in found[0].message
        assert "200 GB" in found[1].message
        assert policies(of_size(server, 64)) == [OS_DISK]

    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ({"reason": "r", "expires": "2099-12-31"}, "lacks image;"),
            ({"image": "gis", "expires": "2099-12-31"}, "lacks reason;"),
            ({"image": "gis", "reason": "r"}, "lacks expires;"),
            ({}, "lacks image and reason and expires;"),
            (exemption(reason="  "), ".reason must say why"),
            (exemption(reason="\u200b\u2060"), '.reason must say why, not "\\u200b\\u2060"'),
            (exemption(expires="2099-02-30"), ".expires must be a day"),
            (exemption(expires="2099-6-1"), ".expires must be a day"),
            (exemption(expires="2099-06-01T00:00:00Z"), ".expires must be a day"),
            (exemption(expires="２０９９-06-01"), ".expires must be a day"),
            (exemption(expires="9999-12-31"), "in the year 2100 at the latest"),
            (exemption(expires="never"), ".expires must be a day"),
            (exemption(expires=2099), ".expires must be a day"),
            (exemption(image=1), ".image must name"),
            (exemption(image="\u3164"), ".image must name"),
            (exemption(until="x"), ".until is no key"),
            (exemption(image="", reason=""), '.image must name an image, not ""; exemptions[0].reason must say why'),
            ("gis", "must be an object"),
            (None, "must be an object"),
            ([], "must be an object"),
        ],
    )
    def test_malformed_excuses_nothing(self, server: PolicyServer, entry: object, words: str) -> None:
        server.configure({OS_DISK: {"exemptions": [entry]}})
        found = of_size(server, 200)
        assert policies(found) == [OS_DISK, OS_DISK]
        assert "exemptions[0]" in found[0].message
        assert words in found[0].message
        assert "200 GB" in found[1].message

    def test_two_of_one_image_excuse_nothing(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"exemptions": [exemption(), exemption(image="cad"), exemption(image="GIS")]}})
        found = of_size(server, 200)
        assert policies(found) == [OS_DISK, OS_DISK]
        assert "exemptions[2] exempts the image of exemption 0 again, so neither holds" in found[0].message

    @pytest.mark.parametrize("entries", ["gis", {}, None, 1])
    def test_no_list(self, server: PolicyServer, entries: object) -> None:
        server.configure({OS_DISK: {"exemptions": entries}})
        assert policies(of_size(server, 200)) == [OS_DISK, OS_DISK]

    def test_of_the_regions_of_labs(self, server: PolicyServer) -> None:
        server.configure({LAB_REGIONS: {"exemptions": [exemption()]}})
        images = {"gis": ["koreasouth"], "cad": ["koreasouth"]}
        found = server.analyze(ATTACHMENT, "contoso", attachment(imageRegions=images))
        assert [each.message.partition(":")[0] for each in found] == ["cad"]

    def test_expired_for_the_regions_of_labs(self, server: PolicyServer) -> None:
        server.configure({LAB_REGIONS: {"exemptions": [exemption(expires="2020-01-01")]}})
        one(server.analyze(ATTACHMENT, "contoso", attachment()), LAB_REGIONS, "ended on 2020-01-01")

    def test_of_a_raw_version(self, server: PolicyServer) -> None:
        server.configure({OS_DISK: {"exemptions": [exemption()]}})
        found = server.analyze(VERSION, "my-version", raw_version(tags={"lab-os-disk-size-gb": "200"}))
        assert policies(found) == [NOTICES]

    def test_a_missing_region_list_cannot_be_excused_by_an_image(self, server: PolicyServer) -> None:
        server.configure({LAB_REGIONS: {"exemptions": [exemption()]}})
        assert len(server.analyze(ATTACHMENT, "contoso", attachment(labRegions=None))) == 1
