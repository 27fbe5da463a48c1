"""What is read from resources, as plain data: the server and its proxies are other tests' concern."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lab_image_policies.checks import latest
from lab_image_policies.config.configuration import read_configuration
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import Image, Version
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import kind_of
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.from_child import is_unlisted
from lab_image_policies.reading.from_outputs import deployed_versions, is_declared
from lab_image_policies.reading.from_raw_resource import image_of_definition, image_of_version, source_ids
from lab_image_policies.reading.raw_images import beside_definition, declared_twice, raw_versions
from lab_image_policies.reading.sources import disks_of, sources_by_name, sources_of
from lab_image_policies.run_state import RunState, parent_urn
from tests.policies.inputs import (
    ATTACHMENT,
    DEFINITION,
    GALLERY,
    LAB_IMAGE,
    SNAPSHOT,
    VERSION,
    gallery,
    lab_image,
    raw_definition,
    raw_version,
    region,
    version,
)
from tests.support.policy_server import urn_of

DISK, IMAGE, MACHINE = (f"azure-native:compute:{name}" for name in ("Disk", "Image", "VirtualMachine"))
SNAPSHOT_TYPE = "azure-native:compute:Snapshot"
ENTRY = version(targetRegions=[region(), region("koreasouth", replicas=2, excludeFromLatest=True)])
REGIONS = [
    {"name": "Korea Central", "regionalReplicaCount": 1, "excludeFromLatest": False},
    {"name": "koreasouth", "regionalReplicaCount": 2, "excludeFromLatest": True},
]
PUBLISHING = {"targetRegions": REGIONS, "excludeFromLatest": False}


def resource(token: str, name: str, properties: dict[str, Any], parent: str = "", types: str = "") -> Resource:
    kind = kind_of(token)
    assert kind is not None
    return Resource(kind, token, urn_of(types or token, name), name, properties, parent)


def run_of(*resources: Resource, **values: Any) -> RunState:
    state = RunState(**values)
    for each in resources:
        state.declare(each)
    return state


def given(state: RunState, *stack: Resource) -> PolicyInput:
    return PolicyInput(
        stack or list(state.declared.values()), read_configuration("", (), {}), state, date(2026, 11, 29)
    )


COMPONENT = resource(LAB_IMAGE, "gis", lab_image(ENTRY))


def child(**changes: Any) -> Resource:
    """The version of `COMPONENT`, with changes."""
    inputs = raw_version(publishingProfile=PUBLISHING, tags={})
    return resource(VERSION, "gis:1.0.0", {**inputs, **changes}, COMPONENT.urn)


def image_of_child(below: Resource, component: Resource = COMPONENT) -> Image | None:
    return run_of(component, below).images[below.urn]


def published(**changes: Any) -> dict[str, Any]:
    return {"publishingProfile": {**PUBLISHING, **changes}}


def other_region(number: int, **changes: Any) -> dict[str, Any]:
    regions = [dict(each) for each in REGIONS]
    regions[number].update(changes)
    return published(targetRegions=regions)


class TestChild:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"galleryImageName": "GIS"},
            {"location": "Korea Central"},
            {"location": None},
            {"restore": False},
            {"tags": {"lab-os-disk-size-gb": "300"}},
            {"storageProfile": {"osDiskImage": {"source": {"id": SNAPSHOT.upper()}}, "dataDiskImages": []}},
            {"securityProfile": {}},
            {"securityProfile": {"uefiSettings": {}}},
            published(targetRegions=REGIONS[::-1]),
            published(targetExtendedLocations=[]),
        ],
    )
    def test_like_its_entry_says_nothing(self, changes: dict[str, Any]) -> None:
        assert image_of_child(child(**changes)) is None

    @pytest.mark.parametrize(
        "changes",
        [
            *({"galleryImageName": name} for name in ("gi", "giss", "Hydrology", None, 1, Fault.UNKNOWN)),
            *({"galleryImageVersionName": name} for name in ("0.9.0", "1.0.1", "", None, Fault.UNKNOWN)),
            *({"location": name} for name in ("japaneast", "zz", Fault.UNKNOWN)),
            *({"restore": value} for value in (True, Fault.UNKNOWN, "false")),
            {"storageProfile": None},
            {"storageProfile": {}},
            {"storageProfile": "x"},
            {"storageProfile": Fault.UNKNOWN},
            {"storageProfile": {"osDiskImage": {}}},
            {"storageProfile": {"osDiskImage": {"source": {"id": "/other"}}}},
            {"storageProfile": {"osDiskImage": {"source": {"id": Fault.UNKNOWN}}}},
            {"storageProfile": {"osDiskImage": {"source": {"id": SNAPSHOT}}, "dataDiskImages": [{"lun": 0}]}},
            {"storageProfile": {"osDiskImage": {"source": {"id": SNAPSHOT}}, "dataDiskImages": Fault.UNKNOWN}},
            {"securityProfile": {"uefiSettings": {"signatures": {}}}},
            {"securityProfile": Fault.UNKNOWN},
            published(targetExtendedLocations=[{"name": "zone"}]),
            published(targetExtendedLocations=Fault.UNKNOWN),
            published(excludeFromLatest=True),
            published(excludeFromLatest=Fault.UNKNOWN),
            published(targetRegions=REGIONS[:1]),
            published(targetRegions=[*REGIONS, {"name": "japaneast", "regionalReplicaCount": 1}]),
            other_region(0, name="eastus"),
            other_region(0, regionalReplicaCount=2),
            other_region(1, regionalReplicaCount=1),
            other_region(1, regionalReplicaCount=None),
            other_region(0, excludeFromLatest=True),
            other_region(1, excludeFromLatest=False),
            other_region(0, encryption={"osDiskImage": {"securityProfile": {"confidentialVMEncryptionType": "x"}}}),
        ],
    )
    def test_unlike_its_entry_is_judged(self, changes: dict[str, Any]) -> None:
        found = image_of_child(child(**changes))
        assert found is not None
        assert found.component is not None
        assert found.consumers == ["lab_services"]

    @pytest.mark.parametrize("kind", ["disk", "snapshot", "vhd", "vm", "managed_image", "gallery_version"])
    def test_every_kind_of_source_is_compared(self, kind: str) -> None:
        component = resource(LAB_IMAGE, "gis", lab_image({**ENTRY, "source": {"kind": kind, "id": "/other"}}))
        assert image_of_child(child(), component) is not None

    def test_what_was_taken_over_shows_no_source(self) -> None:
        existing = {**ENTRY, "source": {"kind": "existing", "id": "/other"}}
        component = resource(LAB_IMAGE, "gis", lab_image(existing))
        assert image_of_child(child(storageProfile={}), component) is None

    def test_facts_come_from_the_entry_and_not_from_tags(self) -> None:
        tags = {"lab-os-disk-size-gb": "32", "lab-data-disk-count": "3", "lab-consumers": "other"}
        found = image_of_child(child(tags=tags, restore=True))
        assert found is not None
        (merged,) = found.readable_versions
        assert (merged.os_disk_size_gb, merged.data_disk_count, merged.source_kind) == (64, 0, "snapshot")
        assert (merged.declared_os_disk_size_gb, merged.declared_data_disk_count) == (64, 0)

    @pytest.mark.parametrize("number", [None, "", Fault.UNKNOWN, "1.0.0"])
    def test_an_entry_without_a_number_is_nobodys(self, number: object) -> None:
        component = resource(LAB_IMAGE, "gis", lab_image({**ENTRY, "version": None}))
        found = image_of_child(child(galleryImageVersionName=number), component)
        assert found is not None
        (unlisted,) = found.readable_versions
        assert is_unlisted(found, unlisted)
        assert unlisted.os_disk_size_gb is None

    def test_what_is_not_listed_has_no_facts(self) -> None:
        tags = {"lab-os-disk-size-gb": "32", "lab-data-disk-count": "0"}
        found = image_of_child(child(galleryImageVersionName="2.0.0", tags=tags))
        assert found is not None
        (unlisted,) = found.readable_versions
        assert (unlisted.os_disk_size_gb, unlisted.data_disk_count, unlisted.declared_data_disk_count) == (
            None,
            0,
            None,
        )

    @pytest.mark.parametrize(
        ("changes", "silent"),
        [
            ({}, True),
            ({"features": None, "architecture": None}, True),
            ({"osType": "linux", "hyperVGeneration": "v1"}, True),
            ({"location": "Korea Central"}, True),
            ({"location": "japaneast"}, False),
            ({"galleryImageName": "cad"}, False),
            ({"galleryImageName": "zebra"}, False),
            ({"osType": "Windows"}, False),
            ({"osState": "Specialized"}, False),
            ({"hyperVGeneration": "V2"}, False),
            ({"hyperVGeneration": None}, False),
            ({"architecture": "Arm64"}, False),
            ({"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]}, False),
            ({"features": Fault.UNKNOWN}, False),
        ],
    )
    def test_definition(self, changes: dict[str, Any], *, silent: bool) -> None:
        below = resource(DEFINITION, "gis", raw_definition(**changes), COMPONENT.urn)
        assert (image_of_child(below) is None) is silent

    def test_the_parent_of_an_older_engine_is_in_the_urn(self) -> None:
        below = resource(VERSION, "gis:1.0.0", child().properties | {}, "", f"{LAB_IMAGE}${VERSION}")  # type: ignore[operator]
        assert parent_urn(below) == COMPONENT.urn
        assert run_of(COMPONENT, below).images[below.urn] is None
        alone = resource(VERSION, "gis:1.0.0", dict(child().properties))
        assert parent_urn(alone) == ""
        assert run_of(COMPONENT, alone).component(alone) is None

    def test_another_parent_is_no_component(self) -> None:
        other = resource(GALLERY, "gallery", gallery())
        below = resource(VERSION, "gis:1.0.0", raw_version(), other.urn)
        assert run_of(other, below).component(below) is None


class TestRaw:
    @pytest.mark.parametrize(
        ("tag", "size"),
        [("64", 64), ("0064", 64), ("999999", 999_999), ("1234567", "1234567"), ("-1", "-1"), ("6.4", "6.4"), (64, 64)],
    )
    def test_a_size_in_a_tag(self, tag: object, size: object) -> None:
        (found,) = image_of_version(resource(VERSION, "x", raw_version(tags={"lab-os-disk-size-gb": tag}))).versions  # type: ignore[misc]
        assert found.os_disk_size_gb == size

    @pytest.mark.parametrize(
        ("counts", "replicas"),
        [
            ((None, None), 1),
            ((2, None), 2),
            ((None, [3]), 4),
            ((2, [3, 4]), 9),
            ((True, [3]), True),
            ((2, ["x", Fault.UNKNOWN]), "x"),
            ((2, [3, Fault.UNKNOWN]), Fault.UNKNOWN),
        ],
    )
    def test_replicas_of_a_region(self, counts: tuple[object, list[object] | None], replicas: object) -> None:
        sets = None if counts[1] is None else [{"regionalReplicaCount": count} for count in counts[1]]
        target = {"name": "koreacentral", "regionalReplicaCount": counts[0], "additionalReplicaSets": sets}
        publishing = {"targetRegions": [target]}
        (found,) = image_of_version(resource(VERSION, "x", raw_version(publishingProfile=publishing))).versions  # type: ignore[misc]
        assert [each.replicas for each in found.target_regions] == [replicas]  # type: ignore[union-attr]

    @pytest.mark.parametrize("name", ["A", "SecurityTypes", "Zeta"])
    def test_another_feature_is_no_security_type(self, name: str) -> None:
        inputs = raw_definition(features=[{"name": name, "value": "TrustedLaunch"}])
        definition = image_of_definition(resource(DEFINITION, "x", inputs)).definition or {}
        assert definition["securityType"] == "Standard"

    @pytest.mark.parametrize(
        ("generation", "implied"), [("V1", ("x64", "Standard")), ("V2", (None, None)), (None, (None, None))]
    )
    def test_only_generation_1_implies_the_rest(self, generation: str | None, implied: tuple[object, object]) -> None:
        inputs = raw_definition(hyperVGeneration=generation, architecture=None, features=None)
        definition = image_of_definition(resource(DEFINITION, "x", inputs)).definition or {}
        assert (definition["architecture"], definition["securityType"]) == implied

    @pytest.mark.parametrize(
        ("profile", "expected"),
        [
            ({"source": {"id": "/A", "virtualMachineId": "/B", "communityGalleryImageId": "/C"}}, {"/a", "/b", "/c"}),
            ({"osDiskImage": {"source": {"storageAccountId": "/D", "uri": "https://x"}}}, {"/d"}),
            ({"osDiskImage": {"source": {"id": 1}}}, {Fault.MALFORMED}),
            (Fault.UNKNOWN, {Fault.UNKNOWN}),
            ({}, set()),
        ],
    )
    def test_what_a_version_is_made_from(self, profile: object, expected: set[object]) -> None:
        assert source_ids(profile) == expected


class TestSources:
    GOLDEN = resource(DISK, "disk", {"diskName": "Golden", "diskSizeGB": 256})

    def test_through_any_number_of_steps_and_never_in_a_circle(self) -> None:
        snapshot = resource(SNAPSHOT_TYPE, "snapshot", {"creationData": {}})
        image = resource(IMAGE, "image", {"storageProfile": {}})
        made = resource(VERSION, "made", raw_version())
        made.feeding["storageProfile"] = [image]
        image.feeding["sourceVirtualMachine"] = [snapshot]
        snapshot.feeding["creationData"] = [self.GOLDEN, image, made]
        made.feeding["tags"] = [resource(DISK, "unrelated", {})]
        assert [each.resource.name for each in sources_of(made, {})] == ["image", "snapshot", "disk"]

    @pytest.mark.parametrize(
        "profile",
        [
            {"osDiskImage": {"source": {"id": "/subscriptions/s/resourceGroups/g/providers/x/disks/GOLDEN"}}},
            {"source": {"id": "/subscriptions/s/resourceGroups/g/providers/x/Disks/golden/"}},
        ],
    )
    def test_by_the_name_in_an_id(self, profile: dict[str, Any]) -> None:
        made = resource(VERSION, "made", raw_version(storageProfile=profile))
        named = sources_by_name([self.GOLDEN, made], [self.GOLDEN, made])
        assert [each.resource.name for each in sources_of(made, named)] == ["disk"]

    @pytest.mark.parametrize("image", ["desktop", "DESKTOP"])
    def test_another_version_by_its_name(self, image: str) -> None:
        other = resource(VERSION, "other", raw_version(galleryImageName="desktop", galleryImageVersionName="2.0.0"))
        made_from = {"source": {"id": f"/x/galleries/g/images/{image}/versions/2.0.0"}}
        made = resource(VERSION, "made", raw_version(storageProfile=made_from))
        assert [each.resource.name for each in sources_of(made, sources_by_name([other, made], [other, made]))] == [
            "other"
        ]
        elsewhere = {"source": {"id": f"/x/galleries/g/images/{image}x/versions/2.0.0"}}
        made = resource(VERSION, "made", raw_version(storageProfile=elsewhere))
        assert sources_of(made, sources_by_name([other, made], [other, made])) == []

    @pytest.mark.parametrize(
        ("token", "properties", "expected"),
        [
            (DISK, {"diskSizeGB": 64, "dataDisks": [1]}, (64, None)),
            (SNAPSHOT_TYPE, {}, (None, None)),
            (IMAGE, {"storageProfile": {"osDisk": {"diskSizeGB": 30}, "dataDisks": [{}]}}, (30, 1)),
            (MACHINE, {"storageProfile": {"osDisk": {}, "dataDisks": "x"}}, (None, None)),
            (VERSION, {"storageProfile": {"osDiskImage": {"sizeInGB": 40}, "dataDiskImages": [{}, {}]}}, (40, 2)),
            (VERSION, {"storageProfile": {}, "tags": {"lab-os-disk-size-gb": "256"}}, (256, None)),
        ],
    )
    def test_their_disks(self, token: str, properties: dict[str, Any], expected: tuple[object, object]) -> None:
        assert disks_of(resource(token, "source", properties)) == expected


class TestStack:
    def test_a_version_finds_its_definition_by_both_names(self) -> None:
        defined = resource(DEFINITION, "defined", raw_definition(galleryName="IMAGES"))
        far = resource(DEFINITION, "far", raw_definition(galleryName="elsewhere"))
        made = resource(VERSION, "made", raw_version(galleryImageName="GIS"))
        (found,) = raw_versions(given(run_of(far, defined, made)))
        assert found.definition is defined
        (found,) = raw_versions(given(run_of(far, made)))
        assert found.definition is None

    def test_a_version_finds_its_definition_by_the_property_that_it_comes_from(self) -> None:
        defined = resource(DEFINITION, "defined", raw_definition(galleryImageName=Fault.UNKNOWN))
        made = resource(VERSION, "made", raw_version(galleryImageName=Fault.UNKNOWN))
        state = run_of(defined, made)
        (found,) = raw_versions(given(state))
        assert found.definition is None
        made.feeding["galleryImageName"] = [self_made_disk(), defined]
        (found,) = raw_versions(given(state))
        assert found.definition is defined

    @pytest.mark.parametrize("name", ["resourceGroupName", "galleryName", "galleryImageName"])
    @pytest.mark.parametrize("value", ["aaa", "zzz"])
    def test_a_version_beside_the_definition_of_its_component(self, name: str, value: str) -> None:
        names = {"resourceGroupName": "galleries", "galleryName": "images", "galleryImageName": "gis"}
        defined = resource(DEFINITION, "gis", {**raw_definition(), **names}, COMPONENT.urn)
        good = child(**names)
        assert list(beside_definition(given(run_of(COMPONENT, defined, good)))) == []
        for state in (run_of(COMPONENT, defined, child(**{**names, name: value})), run_of(COMPONENT, good)):
            assert len(list(beside_definition(given(state)))) == 1

    def test_what_stands_twice(self) -> None:
        one = resource(VERSION, "one", raw_version())
        other = resource(VERSION, "other", raw_version(galleryImageName="GIS"))
        far = resource(VERSION, "far", raw_version(galleryName="elsewhere"))
        next_one = resource(VERSION, "next", raw_version(galleryImageVersionName="1.0.1"))
        unknown = resource(VERSION, "unknown", raw_version(galleryImageName=Fault.UNKNOWN))
        twin = resource(VERSION, "twin", raw_version(galleryImageName=Fault.UNKNOWN))
        state = run_of(one, far, next_one, other, unknown, twin)
        assert list(declared_twice(given(state))) == [(other, one)]

    @pytest.mark.parametrize("name", ["again", "second"])
    def test_two_components_are_told_once(self, name: str) -> None:
        second = resource(LAB_IMAGE, name, lab_image(ENTRY, image="GIS"))
        twin = resource(VERSION, f"{name}:1.0.0", dict(child().properties), second.urn)
        assert list(declared_twice(given(run_of(COMPONENT, child(), second, twin)))) == [(second, COMPONENT)]


def self_made_disk() -> Resource:
    return resource(DISK, "disk", {"diskSizeGB": 256})


class TestOutputs:
    MADE = resource(VERSION, "made", raw_version())

    def test_what_a_program_declares(self) -> None:
        other = resource(ATTACHMENT, "labs", {})
        by_engine = run_of(other, by_engine=True)
        assert is_declared(given(run_of(self.MADE, by_engine=True)), self.MADE)
        assert not is_declared(given(by_engine), self.MADE)
        assert not is_declared(given(run_of(by_engine=True)), self.MADE)
        # Without an engine nothing says that all was named before.
        assert is_declared(given(run_of()), self.MADE)
        assert not is_declared(given(run_of(other)), self.MADE)
        fed = resource(VERSION, "fed", raw_version())
        fed.feeding["tags"] = []
        assert is_declared(given(run_of(other)), fed)
        assert is_declared(given(run_of(other)), resource(VERSION, "below", raw_version(), COMPONENT.urn))

    def test_a_state_has_everything_but_what_is_only_read(self) -> None:
        read = resource(VERSION, "made", {})
        state = run_of(read, by_engine=True, of_state=True)
        assert not is_declared(given(state), self.MADE)
        assert is_declared(given(run_of(by_engine=True, of_state=True)), self.MADE)
        assert is_declared(given(run_of(read, by_engine=True)), self.MADE)

    @pytest.mark.parametrize(
        ("outputs", "deployed", "changed"),
        [
            ({"storageProfile": {"osDiskImage": {"sizeInGB": 64}}}, True, False),
            ({"provisioningState": "Succeeded"}, True, False),
            ({"provisioningState": "Creating", "name": "1.0.0"}, False, False),
            ({"provisioningState": Fault.UNKNOWN, "name": "1.0.0"}, False, True),
            ({"provisioningState": Fault.UNKNOWN, "name": Fault.UNKNOWN}, False, False),
            ({"name": "1.0.0"}, False, False),
        ],
    )
    def test_what_azure_has(self, outputs: dict[str, Any], *, deployed: bool, changed: bool) -> None:
        state = run_of(self.MADE)
        (found,) = deployed_versions(given(state, resource(VERSION, "made", outputs)))
        assert (found.is_deployed, found.is_changed) == (deployed, changed)
        assert (found.image, found.known_name, found.number) == ("gis", "gis", "1.0.0")
        assert found.declared is not None

    def test_one_that_is_not_declared_does_not_hide_the_next(self) -> None:
        read = resource(VERSION, "read", {})
        state = run_of(self.MADE, by_engine=True)
        assert [each.resource for each in deployed_versions(given(state, read, self.MADE))] == [self.MADE]

    def test_a_number_from_the_name_of_the_resource(self) -> None:
        (found,) = deployed_versions(given(run_of(), resource(VERSION, "gis:1.0.0", {})))
        assert found.number == "1.0.0"

    def test_names_that_are_not_known(self) -> None:
        unknown = resource(VERSION, "made", raw_version(galleryImageName=Fault.UNKNOWN, galleryImageVersionName=None))
        (found,) = deployed_versions(given(run_of(unknown), resource(VERSION, "made", {"name": "1.0.0"})))
        assert (found.image, found.known_name, found.number) == ("made", None, "1.0.0")

    @pytest.mark.parametrize(
        ("consumers", "judged"), [(None, True), ("virtual_desktop", False), ("virtual_desktop, lab_services", True)]
    )
    def test_consumers_are_those_of_the_inputs(self, consumers: str | None, *, judged: bool) -> None:
        tags = {} if consumers is None else {"Lab-Consumers": consumers}
        state = run_of(resource(VERSION, "made", raw_version(tags=tags)))
        stack = resource(VERSION, "made", {"tags": {"lab-consumers": "other"}})
        assert len(list(deployed_versions(given(state, stack)))) is int(judged)

    def test_below_the_component_its_consumers_count(self) -> None:
        component = resource(LAB_IMAGE, "gis", lab_image(ENTRY, consumers=["other"]))
        state = run_of(component, child())
        assert list(deployed_versions(given(state, component, child()))) == []
        shown = resource(LAB_IMAGE, "gis", {"image": "gis", "consumers": ["other"]})
        assert list(deployed_versions(given(run_of(), shown, child()))) == []
        (found,) = deployed_versions(given(run_of(COMPONENT, child()), COMPONENT, child()))
        assert (found.declared, found.known_name) == (None, "gis")


def test_the_latest_version_is_looked_for_with_the_same_work_for_each_version(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def is_own(image: Image, version: Version) -> bool:
        nonlocal looks
        looks += 1
        return version.is_external == image.is_external

    monkeypatch.setattr(Image, "is_own", is_own)
    many = resource(LAB_IMAGE, "gis", lab_image(*(version(version=f"1.{number}.0") for number in range(100))))
    assert list(latest.POLICY.validate(given(run_of(many)))) == []
    assert looks == 2 * 100, "once to see that there is a version, once for each"
