"""The rules on plain values: tables with every boundary, and properties."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from catalog.images.source import KINDS
from catalog.images.version_number import version_key, version_problem
from lab_image_policies import rules
from lab_image_policies.geography import find
from lab_image_policies.model.fault import Fault
from lab_image_policies.rules import EndOfLife, RegionFinding
from plan import lab_services_limits
from plan.latest import highest
from tests.support.builders import GALLERY
from tests.support.policy_server import PACK

REGIONS = json.loads((PACK / "lab_image_policies/regions.json").read_text())["regions"]
TODAY = date(2026, 11, 22)
LIMIT = rules.OS_DISK_LIMIT_GB
HERE, SOUTH = ("koreacentral", 1.0), ("koreasouth", 1.0)  # target regions
NO_MOMENTS = (
    *("2027-06-30T99:00:00Z", "2026-11-23Tnoon", "2026-11-23T", "2026-11-23T10:61:00Z", "2026-11-23T10:00:00+25:00"),
    *("2026-02-30T10:00:00Z", "2026-11-23T10:00:00 UTC"),
)
NO_DAYS = (
    *("2026-02-30", "2026-11-22 00:00", "2026-11-2", "20261122", "2026-W47-7", "soon", "tomorrow-TT", "", 2026.0),
    *NO_MOMENTS,
)
MALFORMED: tuple[object, ...] = (True, False, "64", "", [64], {}, math.nan, math.inf, -math.inf)
NO_NUMBERS: list[tuple[object, Fault]] = [
    (None, Fault.MISSING),
    (Fault.UNKNOWN, Fault.UNKNOWN),
    *((value, Fault.MALFORMED) for value in MALFORMED),
]

PART = st.builds(lambda zeros, value: f"{'0' * zeros}{value}"[-10:], st.integers(0, 4), st.integers(0, 2**31 - 1))
NUMBERS = st.builds(lambda *parts: ".".join(parts), PART, PART, PART)
"""Numbers that Azure can hold, with and without zeros."""


class TestOsDisk:
    @pytest.mark.parametrize(
        ("size", "fault"),
        [
            *((size, None) for size in (0.5, 1.0, 64, LIMIT - 1, LIMIT - 0.5, LIMIT - 0.000001)),
            *((LIMIT + above, Fault.TOO_LARGE) for above in (0, 0.0, 0.000001, 0.5, 1.0, 1920.0)),
            *((size, Fault.NOT_POSITIVE) for size in (0, 0.0, -0.0, -1.0)),
            *NO_NUMBERS,
        ],
    )
    def test_size(self, size: object, fault: Fault | None) -> None:
        assert rules.os_disk_fault(size) is fault

    @pytest.mark.parametrize(
        ("configured", "size", "fault"),
        [
            (LIMIT - 28.0, LIMIT - 28.1, None),
            (LIMIT - 28.0, LIMIT - 28.0, Fault.TOO_LARGE),
            (LIMIT - 28.0, LIMIT - 27.0, Fault.TOO_LARGE),
            (LIMIT * 8.0, LIMIT - 1.0, None),
            (LIMIT * 8.0, LIMIT * 1.0, Fault.TOO_LARGE),
        ],
    )
    def test_a_limit_can_only_be_lowered(self, configured: float, size: float, fault: Fault | None) -> None:
        assert rules.os_disk_fault(size, configured) is fault

    @given(st.floats(min_value=0, exclude_min=True, allow_infinity=False), st.floats(min_value=1, max_value=10_000))
    def test_what_passes_is_below_both_limits(self, size: float, limit: float) -> None:
        assert (rules.os_disk_fault(size, limit) is None) == (size < LIMIT and size < limit)

    @given(
        st.one_of(st.text(), st.booleans(), st.none(), st.lists(st.integers()), st.dictionaries(st.text(), st.text()))
    )
    def test_what_is_no_number_never_passes(self, value: object) -> None:
        assert rules.os_disk_fault(value) is not None
        assert rules.data_disk_fault(value) is not None


class TestDataDisks:
    @pytest.mark.parametrize(
        ("count", "fault"),
        [
            *((count, None) for count in (0, 0.0)),
            *((count, Fault.TOO_MANY) for count in (1, 1.0, 2.0)),
            *((count, Fault.MALFORMED) for count in (0.5, 1.5, -1.0, -2.0)),
            *NO_NUMBERS,
        ],
    )
    def test_count(self, count: object, fault: Fault | None) -> None:
        assert rules.data_disk_fault(count) is fault


class TestDisagreement:
    @pytest.mark.parametrize(
        ("fact", "declared", "expected"),
        [
            (64.0, 64.0, False),
            (64.0, 64, False),
            (64.0, None, False),
            (64.0, 65.0, True),
            (64.0, "64", True),
            (64.0, True, True),
            (1.0, True, True),
            (64.0, Fault.UNKNOWN, True),
            (0.0, False, True),
            (None, 64.0, False),
            (Fault.UNKNOWN, 64.0, False),
            ("64", 64.0, False),
        ],
    )
    def test_disagrees(self, fact: object, declared: object, *, expected: bool) -> None:
        assert rules.disagrees(fact, declared) is expected


class TestConsumers:
    @pytest.mark.parametrize(
        ("consumers", "expected"),
        [
            *((listing, True) for listing in (["lab_services"], ("virtual_desktop", "lab_services"))),
            *((misspelt, True) for misspelt in ([], ["avd"], ["other", "avd"], ["Other"], [""])),
            *((unreadable, True) for unreadable in (None, Fault.UNKNOWN, "other", [1.0], [Fault.UNKNOWN])),
            (["virtual_desktop", None], True),
            *((listing, False) for listing in (["virtual_desktop"], ["other", "devtest_labs"])),
        ],
    )
    def test_only_known_names_without_lab_services_are_left_out(self, consumers: object, *, expected: bool) -> None:
        assert rules.is_for_lab_services(consumers) is expected


class TestDefinition:
    GOOD: ClassVar = {
        "osType": "Linux",
        "osState": "Specialized",
        "hyperVGeneration": "V1",
        "architecture": "x64",
        "securityType": "Standard",
    }

    def test_a_supported_definition_has_no_fault(self) -> None:
        assert rules.unsupported(self.GOOD) == []

    def test_spelling_does_not_matter(self) -> None:
        assert rules.unsupported({key: value.upper() for key, value in self.GOOD.items()}) == []

    @pytest.mark.parametrize("key", sorted(GOOD))
    @pytest.mark.parametrize("value", [None, Fault.UNKNOWN, "", "V2", "Arm64", "TrustedLaunch", 1.0, ["V1"]])
    def test_anything_else_is_named(self, key: str, value: object) -> None:
        assert rules.unsupported({**self.GOOD, key: value}) == [key]

    def test_all_faults_come_together(self) -> None:
        assert rules.unsupported({}) == ["osType", "osState", "hyperVGeneration", "architecture", "securityType"]

    @pytest.mark.parametrize(
        ("os_state", "kind", "contradicts", "keeps_identity"),
        [
            ("Generalized", "managed_image", False, False),
            ("Specialized", "managed_image", True, False),
            (None, "managed_image", True, False),
            ("Specialized", "vm", False, False),
            ("Generalized", "vm", False, True),
            ("Specialized", "snapshot", False, False),
            ("Generalized", "disk", False, False),
            ("Specialized", "existing", False, False),
            ("Generalized", "existing", False, False),
            ("Generalized", "zip", False, False),
            # As texts come from the wire: equal to the one in the rule, but not the same object.
            ("Specialized", "".join(["managed", "_image"]), True, False),
            ("Generalized", "".join(["v", "m"]), False, True),
        ],
    )
    def test_os_state(self, os_state: object, kind: str, *, contradicts: bool, keeps_identity: bool) -> None:
        assert rules.contradicts(os_state, kind) is contradicts
        assert rules.keeps_identity(os_state, kind) is keeps_identity

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            *((kind, True) for kind in rules.SOURCE_KINDS),
            *((kind, False) for kind in (None, "", "blob", "VM", Fault.UNKNOWN, ["vm"])),
        ],
    )
    def test_known_source(self, kind: object, *, expected: bool) -> None:
        assert rules.known_source(kind) is expected


class TestRegions:
    @pytest.mark.parametrize(
        ("home", "targets", "findings"),
        [
            ("koreacentral", [HERE], []),
            ("Korea Central", [HERE, ("KOREA SOUTH", 2.0)], []),
            ("koreacentral", [HERE, ("japaneast", 1.0)], [("outside", "japaneast", "Korea")]),
            ("eastus", [("eastus", 1.0), ("usgovvirginia", 1.0)], [("outside", "usgovvirginia", "United States")]),
            ("koreacentral", [HERE, ("Korea Central", 1.0)], [("twice", "koreacentral", "Korea Central")]),
            *(("koreacentral", targets, [("home missing", "koreacentral", None)]) for targets in ([SOUTH], [])),
            *((home, [HERE], [("home", "", home)]) for home in ("atlantis", None, Fault.UNKNOWN)),
            ("atlantis", [], [("home", "", "atlantis")]),
            *(
                ("koreacentral", [HERE, (name, 1.0)], [("no region", "", name)])
                for name in ("atlantis", None, Fault.UNKNOWN)
            ),
            *(
                ("koreacentral", [("koreacentral", count)], [("replicas", "koreacentral", count)])
                for count in (0.0, 1.5, None, True)
            ),
            ("koreacentral", [("koreacentral", 100.0)], []),
            ("koreacentral", [("koreacentral", 101.0)], [("too many", "", 101)]),
            ("koreacentral", [("koreacentral", 50.0), ("koreasouth", 50.0)], []),
            ("koreacentral", [("koreacentral", 50.0), ("koreasouth", 51.0)], [("too many", "", 101)]),
        ],
    )
    def test_findings(self, home: object, targets: list[Any], findings: list[tuple[str, str, object]]) -> None:
        assert rules.region_findings(home, targets) == findings

    def test_findings_come_together_and_in_order(self) -> None:
        targets = [("japaneast", 0.0), ("atlantis", "x"), ("Japan East", 1.0)]
        assert rules.region_findings("koreacentral", targets) == [
            ("outside", "japaneast", "Korea"),
            ("replicas", "japaneast", 0.0),
            ("no region", "", "atlantis"),
            ("replicas", "atlantis", "x"),
            ("outside", "japaneast", "Korea"),
            ("twice", "japaneast", "Japan East"),
            ("home missing", "koreacentral", None),
        ]

    def test_narrower_regions_in_any_spelling(self) -> None:
        targets = [HERE, SOUTH]
        not_allowed = [RegionFinding("not allowed", "koreasouth")]
        assert rules.region_findings("koreacentral", targets, ["Korea Central"]) == not_allowed
        assert rules.region_findings("koreacentral", targets, ["KOREASOUTH", "koreacentral"]) == []

    def test_narrower_regions_never_widen(self) -> None:
        findings = rules.region_findings("koreacentral", [HERE, ("japaneast", 1.0)], ["koreacentral", "japaneast"])
        assert findings == [RegionFinding("outside", "japaneast", "Korea")]

    @pytest.mark.parametrize(("most", "replicas", "good"), [(10, 10.0, True), (10, 11.0, False), (1000, 101.0, False)])
    def test_the_most_replicas_can_only_be_lowered(self, most: int, replicas: float, *, good: bool) -> None:
        findings = rules.region_findings("koreacentral", [("koreacentral", replicas)], most=most)
        assert findings == ([] if good else [RegionFinding("too many", "", int(replicas))])

    @given(st.sampled_from(REGIONS), st.sampled_from(REGIONS))
    def test_geography_decides(self, home: dict[str, Any], other: dict[str, Any]) -> None:
        targets = [(home["name"], 1.0)] + ([(other["display_name"], 1.0)] if other is not home else [])
        within = (home["geography"], home["cloud"]) == (other["geography"], other["cloud"])
        expected = [] if within else [RegionFinding("outside", other["name"], home["geography"])]
        assert rules.region_findings(home["display_name"].upper(), targets) == expected


class TestGeography:
    @pytest.mark.parametrize(
        "spelling", ["koreacentral", "Korea Central", "KOREA  CENTRAL", "korea-central", "korea_central"]
    )
    def test_spellings(self, spelling: str) -> None:
        region = find(spelling)
        assert region is not None
        assert (region.name, region.geography, region.cloud) == ("koreacentral", "Korea", "public")

    @pytest.mark.parametrize("spelling", ["", "korea", "koreacentralx", "atlantis", "x" * 100_000])
    def test_no_region(self, spelling: str) -> None:
        assert find(spelling) is None

    def test_regional_display_name(self) -> None:
        assert find("(Asia Pacific) Korea Central") is find("koreacentral")


class TestLatest:
    @pytest.mark.parametrize(
        ("versions", "expected"),
        [
            ([], []),
            ([(False, [("a", False)])], []),
            ([(True, [("a", False)])], ["a"]),
            ([(False, [("a", True)])], ["a"]),
            ([(False, [("b", True), ("a", True)])], ["a", "b"]),
            ([(True, [("a", False)]), (False, [("a", False)])], []),
            ([(False, [("a", False)]), (True, [("a", False)])], []),
            ([(True, [("a", False), ("b", False)]), (False, [("a", False)])], ["b"]),
            ([(False, [("a", True)]), (True, [("a", False)])], ["a"]),
        ],
    )
    def test_regions_without_latest(self, versions: list[Any], expected: list[str]) -> None:
        assert rules.regions_without_latest(versions) == expected

    @given(st.sets(NUMBERS, min_size=1))
    def test_the_latest_is_that_of_the_plan(self, numbers: set[str]) -> None:
        latest = highest(numbers)
        assert latest is not None
        assert rules.order_of(max(numbers, key=rules.order_of)) == version_key(latest)
        assert all(map(rules.is_version_number, numbers))

    @given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,11}([.][0-9]{1,11}){1,3}", fullmatch=True))
    def test_a_number_is_one_that_the_catalogue_takes(self, text: str) -> None:
        assert rules.is_version_number(text) == (version_problem(text) is None)

    @pytest.mark.parametrize(
        ("latest", "declared", "goes"),
        [
            ("2024.01.15", ["1.0.0", "2024.1.15"], False),
            ("2024.1.15", ["2024.01.15"], False),
            ("2024.01.15", ["1.0.0", "2024.1.16"], True),
            ("latest", ["newest"], True),
            ("latest", ["latest"], False),
            (None, ["1.0.0"], True),
        ],
    )
    def test_what_is_declared_does_not_go(self, latest: object, declared: list[str], goes: bool) -> None:
        assert rules.latest_goes(latest, declared) is goes

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("/images/gis/versions/latest", True),
            ("/images/gis/versions/Latest", True),
            ("/images/gis/versions/latest/", True),
            ("/images/gis/Versions/newest", True),
            ("/images/gis/versions/1.0", True),
            ("/images/gis/versions/1.0.0", False),
            ("/images/gis/versions/2024.01.15", False),
            ("/images/gis", False),
            ("/snapshots/latest", False),
            (Fault.UNKNOWN, False),
        ],
    )
    def test_a_source_without_a_number(self, source: object, expected: bool) -> None:
        given_id = f"{GALLERY}{source}" if isinstance(source, str) else source
        assert rules.names_no_number(given_id) is expected


class TestLabRegions:
    @pytest.mark.parametrize(
        ("labs", "image", "expected"),
        [
            (["koreacentral"], ["koreacentral", "koreasouth"], []),
            (["Korea Central"], ["koreacentral"], []),
            (["koreacentral"], ["Korea Central"], []),
            (["koreacentral"], ["koreasouth"], ["koreacentral"]),
            (["koreasouth", "Korea Central"], [], ["koreasouth", "koreacentral"]),
            ([], ["koreasouth"], []),
            (["atlantis"], ["koreasouth"], ["atlantis"]),
        ],
    )
    def test_uncovered(self, labs: list[str], image: list[str], expected: list[str]) -> None:
        assert rules.uncovered(labs, image) == expected

    def test_same_region(self) -> None:
        assert rules.same_region("Korea Central", "koreacentral")
        assert not rules.same_region("koreacentral", "koreasouth")
        assert not rules.same_region("koreasouth", "koreacentral")
        assert not rules.same_region("atlantis", "koreasouth")
        assert rules.same_region("atlantis", "".join(["atl", "antis"]))


class TestStorage:
    @pytest.mark.parametrize(
        ("stored", "expected"), [(0.0, False), (19_999.0, False), (19_999.9, False), (20_000.0, True), (20_001.0, True)]
    )
    def test_limit(self, stored: float, *, expected: bool) -> None:
        assert rules.storage_is_reached(stored, rules.STORAGE_LIMIT_GB) is expected


class TestEndOfLife:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, None),
            ("2026-11-22", EndOfLife(TODAY, 0)),
            ("2026-11-23T00:00:00Z", EndOfLife(date(2026, 11, 23), 1)),
            ("2026-11-21", EndOfLife(date(2026, 11, 21), -1)),
            ("2026-11-23T03:00:00+09:00", EndOfLife(TODAY, 0)),
            ("2026-11-21T23:30:00-05:00", EndOfLife(TODAY, 0)),
            ("2026-11-22T23:59:59.9999999+00:00", EndOfLife(TODAY, 0)),
            ("2026-11-23T12:00:00", EndOfLife(date(2026, 11, 23), 1)),
            ("9999-12-31T23:59:59-05:00", EndOfLife(date(9999, 12, 31), (date(9999, 12, 31) - TODAY).days)),
            *((value, Fault.MALFORMED) for value in NO_DAYS),
            (Fault.UNKNOWN, Fault.UNKNOWN),
        ],
    )
    def test_end_of_life(self, value: object, expected: object) -> None:
        assert rules.end_of_life(value, TODAY) == expected

    @given(st.dates(), st.text())
    def test_a_time_that_cannot_be_read_is_no_day(self, day: date, time: str) -> None:
        found = rules.end_of_life(f"{day}T{time}", TODAY)
        try:
            datetime.fromisoformat(f"{day}T{time}")
        except ValueError:
            assert found is Fault.MALFORMED
        else:
            assert isinstance(found, EndOfLife)

    @pytest.mark.parametrize(("days", "expected"), [(-1, True), (0, True), (59, True), (60, True), (61, False)])
    def test_sixty_days(self, days: int, *, expected: bool) -> None:
        found = rules.end_of_life((TODAY + timedelta(days)).isoformat(), TODAY)
        assert isinstance(found, EndOfLife)
        assert rules.needs_notice(found) is expected

    def test_configured_days(self) -> None:
        assert not rules.needs_notice(EndOfLife(TODAY, 8), 7)
        assert rules.needs_notice(EndOfLife(TODAY, 7), 7)

    @pytest.mark.parametrize(("days", "expected"), [(-1, True), (0, False), (1, False)])
    def test_an_exemption_holds_on_its_last_day(self, days: int, *, expected: bool) -> None:
        assert rules.is_over(TODAY + timedelta(days), TODAY) is expected


class TestNumbers:
    @pytest.mark.parametrize(("value", "fault"), NO_NUMBERS)
    def test_no_number(self, value: object, fault: Fault) -> None:
        assert rules.number(value) is fault
        assert rules.whole(value) is fault

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_whole_numbers(self, value: float) -> None:
        assert rules.number(value) == value
        assert rules.whole(value) == (int(value) if value == int(value) else Fault.MALFORMED)

    def test_the_limits(self) -> None:
        assert (rules.MOST_REPLICAS, rules.STORAGE_LIMIT_GB, rules.END_OF_LIFE_DAYS) == (100, 20_000, 60)

    def test_the_program_knows_the_same_limits_of_lab_services(self) -> None:
        """Both have a copy: the pack does not believe the program that it validates."""
        assert lab_services_limits.OS_DISK_LIMIT_GB == rules.OS_DISK_LIMIT_GB
        assert lab_services_limits.MOST_DATA_DISKS == rules.MOST_DATA_DISKS
        assert {to_camel(key): value for key, value in lab_services_limits.SUPPORTED.items()} == dict(rules.SUPPORTED)
        assert tuple(KINDS) == rules.SOURCE_KINDS
