"""Policies of the components, asked through the real server as the engine asks them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.components import golden
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
    attachment,
    gallery,
    lab_image,
    raw_definition,
    raw_version,
    region,
    version,
)
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_NUMBER, UNKNOWN_OBJECT, UNKNOWN_TEXT, PolicyServer, secret


class TestGood:
    @pytest.mark.parametrize(
        ("kind", "inputs"),
        [
            (LAB_IMAGE, lab_image()),
            (GALLERY, gallery()),
            (ATTACHMENT, attachment()),
            (LAB_PLAN, attachment()),
            (VERSION, raw_version()),
            (DEFINITION, raw_definition()),
            ("azure-native:compute/v20240303:GalleryImageVersion", raw_version()),
            ("azure-native:compute:Disk", {"diskSizeGB": 4096}),
            ("random:index:RandomPet", {}),
        ],
    )
    def test_nothing_is_found(self, server: PolicyServer, kind: str, inputs: dict[str, Any]) -> None:
        assert server.analyze(kind, "gis", inputs) == []

    def test_secrets_are_read(self, server: PolicyServer) -> None:
        assert validated(server, version(osDiskSizeGb=secret(64), dataDiskCount=secret(0))) == []
        one(validated(server, version(osDiskSizeGb=secret(200), declaredOsDiskSizeGb=None)), OS_DISK, "200 GB")

    def test_undeclared_facts(self, server: PolicyServer) -> None:
        assert validated(server, version(declaredOsDiskSizeGb=None, declaredDataDiskCount=None)) == []


class TestOsDisk:
    @pytest.mark.parametrize("size", [LIMIT, LIMIT + 0.5, LIMIT + 1, 256])
    def test_too_large(self, server: PolicyServer, size: float) -> None:
        found = validated(server, version(osDiskSizeGb=size, declaredOsDiskSizeGb=size))
        one(found, OS_DISK, "gis 1.0.0", f"has {size:g} GB", "no teacher", "images.gis.versions.1.0.0")
        assert (f"at exactly {LIMIT} GB Microsoft's texts disagree" in found[0].message) == (size == LIMIT)

    @pytest.mark.parametrize("size", [LIMIT - 2, LIMIT - 1.5, LIMIT - 1, LIMIT - 0.1])
    def test_small_enough(self, server: PolicyServer, size: float) -> None:
        assert validated(server, version(osDiskSizeGb=size, declaredOsDiskSizeGb=None)) == []

    @pytest.mark.parametrize(
        ("size", "words"),
        [
            (None, "not known (nothing)"),
            (UNKNOWN_NUMBER, "not known (a value that is not known yet)"),
            (secret(UNKNOWN_NUMBER), "not known (a value that is not known yet)"),
            (0, "0 is no size"),
            (-5, "-5 is no size"),
            ("64", '"64" is no size'),
            (True, "true is no size"),
            ([64], "a list is no size"),
            ({"gb": 64}, "an object is no size"),
        ],
    )
    def test_not_knowing_is_a_violation(self, server: PolicyServer, size: object, words: str) -> None:
        found = validated(server, version(osDiskSizeGb=size, declaredOsDiskSizeGb=None))
        one(found, OS_DISK, "gis 1.0.0", words, "os_disk_size_gb")

    def test_a_missing_key_is_a_violation(self, server: PolicyServer) -> None:
        entry = {key: value for key, value in version().items() if key != "osDiskSizeGb"}
        one(validated(server, entry), OS_DISK, "not known")

    def test_a_disagreement_names_both(self, server: PolicyServer) -> None:
        found = validated(server, version(osDiskSizeGb=LIMIT - 1, declaredOsDiskSizeGb=LIMIT - 2))
        one(found, OS_DISK, "gis 1.0.0", f"declared as {LIMIT - 2} GB", f"has {LIMIT - 1} GB")

    def test_every_version_is_validated(self, server: PolicyServer) -> None:
        sizes = {"1.0.0": 200, "1.1.0": 64, "1.2.0": 300}
        entries = [version(version=name, osDiskSizeGb=size, declaredOsDiskSizeGb=size) for name, size in sizes.items()]
        first, second = validated(server, *entries)
        assert (first.policy, second.policy) == (OS_DISK, OS_DISK)
        assert "gis 1.0.0: the OS disk has 200 GB" in first.message
        assert "gis 1.2.0: the OS disk has 300 GB" in second.message

    def test_an_unknown_size_does_not_hide_a_bad_one(self, server: PolicyServer) -> None:
        entries = [version(osDiskSizeGb=UNKNOWN_NUMBER), version(version="2.0.0", osDiskSizeGb=200)]
        messages = [each.message for each in validated(server, *entries) if each.policy == OS_DISK]
        assert any("2.0.0" in text and "200 GB" in text for text in messages)
        assert any("1.0.0" in text and "not known" in text for text in messages)


class TestSingleDisk:
    @pytest.mark.parametrize(("count", "words"), [(1, "1 data disk "), (2, "2 data disks")])
    def test_data_disks(self, server: PolicyServer, count: int, words: str) -> None:
        found = validated(server, version(dataDiskCount=count, declaredDataDiskCount=None))
        one(found, SINGLE, "gis 1.0.0", words, "no teacher", "images.gis.versions.1.0.0")

    @pytest.mark.parametrize(
        ("count", "words"),
        [
            (None, "nothing"),
            (UNKNOWN_NUMBER, "not known yet"),
            (0.5, "0.5 is no"),
            (-1, "-1 is no"),
            ("0", '"0" is no'),
        ],
    )
    def test_not_knowing_is_a_violation(self, server: PolicyServer, count: object, words: str) -> None:
        found = validated(server, version(dataDiskCount=count, declaredDataDiskCount=None))
        one(found, SINGLE, "gis 1.0.0", words, "data_disk_count")

    def test_a_disagreement_names_both(self, server: PolicyServer) -> None:
        one(validated(server, version(dataDiskCount=0, declaredDataDiskCount=1)), SINGLE, "1 data disks", "has 0")

    def test_a_disk_added_below_the_component(self, server: PolicyServer) -> None:
        profile = {"osDiskImage": {"source": {"id": "x"}}, "dataDiskImages": [{"lun": 0}]}
        validated(server, version(source={"kind": "disk", "id": "x"}, targetRegions=[region()]))
        inputs = raw_version(storageProfile=profile, tags={})
        found = server.analyze(VERSION, "gis:1.0.0", inputs, f"{LAB_IMAGE}${VERSION}")
        one(found, SINGLE, "gis 1.0.0", "1 data disk")

    def test_only_the_component_answers_for_its_versions(self, server: PolicyServer) -> None:
        source = {"kind": "vm", "id": VM_SOURCE["source"]["virtualMachineId"]}
        assert validated(server, version(source=source, targetRegions=[region()]), osState="Specialized") == []
        inputs = raw_version(tags={}, storageProfile=VM_SOURCE)
        assert server.analyze(VERSION, "gis:1.0.0", inputs, f"{LAB_IMAGE}${VERSION}") == []
        found = server.analyze(VERSION, "gis:1.0.0", inputs, f"other:index:LabImage${VERSION}")
        assert policies(found) == [OS_DISK, SINGLE]


class TestSupported:
    @pytest.mark.parametrize(
        ("key", "value", "words"),
        [
            ("hyperVGeneration", "V2", ("Hyper-V generation", '"V2"', "hyper_v_generation")),
            ("architecture", "Arm64", ("architecture", '"Arm64"')),
            ("securityType", "TrustedLaunch", ("security type", '"TrustedLaunch"')),
            ("osState", "Sysprepped", ("OS state", "Sysprepped")),
            ("osType", "BeOS", ("OS type", "BeOS")),
            ("hyperVGeneration", None, ("not known",)),
            ("hyperVGeneration", UNKNOWN_TEXT, ("not known yet",)),
            ("securityType", ["Standard"], ("a list",)),
        ],
    )
    def test_definition(self, server: PolicyServer, key: str, value: object, words: tuple[str, ...]) -> None:
        one(validated(server, **{key: value}), SUPPORTED, "gis: ", *words)

    def test_a_managed_image_is_generalized(self, server: PolicyServer) -> None:
        entry = version(source={"kind": "managed_image", "id": "x"})
        assert validated(server, entry) == []
        one(validated(server, entry, osState="Specialized"), SUPPORTED, "gis 1.0.0", "managed image", "Generalized")

    def test_a_capture_is_specialized(self, server: PolicyServer) -> None:
        entry = version(source={"kind": "vm", "id": "x"})
        assert validated(server, entry, osState="Specialized") == []
        one(validated(server, entry, osState="Generalized"), NOTICES, "gis 1.0.0", "captured", "sysprep")

    @pytest.mark.parametrize(
        "source", [None, {}, {"kind": None}, {"kind": "blob"}, {"kind": UNKNOWN_TEXT}, UNKNOWN_OBJECT]
    )
    def test_an_unknown_kind_of_source(self, server: PolicyServer, source: object) -> None:
        one(validated(server, version(source=source)), SUPPORTED, "gis 1.0.0", "kind of its source is not known")


class TestReplicas:
    @pytest.mark.parametrize(
        ("regions", "words"),
        [
            ([region(), region("japaneast")], ("japaneast is not in Korea", "koreacentral")),
            ([region(), region("Korea Central")], ("stands twice", "Korea Central")),
            ([region("koreasouth")], ("home region koreacentral is not among",)),
            ([], ("home region koreacentral is not among",)),
            ([region(), region("atlantis")], ('"atlantis" is no Azure region',)),
            ([region(replicas=0)], ("0 is no number of replicas",)),
            ([region(replicas=101)], ("101 replicas", "100 are allowed")),
            ([region(replicas=UNKNOWN_NUMBER)], ("not known yet", "replicas")),
            (None, ("target regions are missing",)),
            (UNKNOWN_LIST, ("target regions are not known yet",)),
            ("koreacentral", ("target regions are not a list",)),
        ],
    )
    def test_regions(self, server: PolicyServer, regions: object, words: tuple[str, ...]) -> None:
        found = [each for each in validated(server, version(targetRegions=regions)) if each.policy == REPLICAS]
        one(found, REPLICAS, "gis 1.0.0", *words)

    @pytest.mark.parametrize("entry", [None, UNKNOWN_OBJECT, "koreasouth", {}, {"name": UNKNOWN_TEXT, "replicas": 1}])
    def test_unreadable_regions(self, server: PolicyServer, entry: object) -> None:
        found = validated(server, version(targetRegions=[region(), entry]))
        assert REPLICAS in {each.policy for each in found}

    @pytest.mark.parametrize("home", [None, UNKNOWN_TEXT, "atlantis", 7])
    def test_unknown_home(self, server: PolicyServer, home: object) -> None:
        one(validated(server, homeRegion=home), REPLICAS, "home region is no Azure region")

    def test_other_images_are_validated_too(self, server: PolicyServer) -> None:
        found = validated(server, version(targetRegions=[region(), region("japaneast")]), consumers=["other"])
        one(found, REPLICAS, "japaneast")


class TestLatest:
    @pytest.mark.parametrize(
        ("excluded", "regions", "instead"),
        [
            (version(excludeFromLatest=True), "koreacentral, koreasouth", "or publish another one."),
            (
                version(targetRegions=[region(), region("koreasouth", excludeFromLatest=True)]),
                "koreasouth",
                "or take koreasouth out of its regions.",
            ),
        ],
    )
    def test_excluded(self, server: PolicyServer, excluded: dict[str, Any], regions: str, instead: str) -> None:
        begin = f"gis: every version that goes to {regions} is excluded"
        one(validated(server, excluded), LATEST, begin, "Teachers can only pick the latest version", instead)

    def test_another_version_is_enough(self, server: PolicyServer) -> None:
        assert validated(server, version(excludeFromLatest=True), version(version="2.0.0")) == []

    @pytest.mark.parametrize("newest", ["1.0.0", "2.0.0", None])
    def test_the_newest_stays(self, server: PolicyServer, newest: str | None) -> None:
        assert validated(server, version(), version(version="2.0.0"), newestUsableVersion=newest) == []

    @pytest.mark.parametrize("newest", ["1.1.0", UNKNOWN_TEXT, 1.1])
    def test_the_newest_goes(self, server: PolicyServer, newest: object) -> None:
        words = ("is the newest version that teachers get, and it would be deleted", "next number", "labs rollback")
        one(validated(server, version(), newestUsableVersion=newest), LATEST, *words)

    def test_no_version(self, server: PolicyServer) -> None:
        one(validated(server, versions=[]), LATEST, "gis: it has no version", "no teacher")

    @pytest.mark.parametrize("value", [None, UNKNOWN_TEXT, "false", 0])
    def test_unreadable(self, server: PolicyServer, value: object) -> None:
        one(validated(server, version(excludeFromLatest=value)), LATEST, "excludeFromLatest cannot be read")
        entry = version(targetRegions=[region(excludeFromLatest=value)])
        one(validated(server, entry), LATEST, "excludeFromLatest of koreacentral cannot be read")


class TestStorage:
    @pytest.mark.parametrize("stored", [0, 128, 19_999, 19_999.5])
    def test_below(self, server: PolicyServer, stored: float) -> None:
        assert server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=stored)) == []

    @pytest.mark.parametrize(("stored", "shown"), [(20_000, "20,000 GB"), (50_000, "50,000 GB")])
    def test_reached(self, server: PolicyServer, stored: int, shown: str) -> None:
        largest = [{"image": "gis", "storageGb": 9000}, {"image": "cad", "storageGb": 800}]
        found = server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=stored, largestImages=largest))
        one(found, STORAGE, shown, "below 20,000 GB", "gis 9,000 GB, cad 800 GB", "limitGb")

    @pytest.mark.parametrize("stored", [None, UNKNOWN_NUMBER, "1", -1, [], True])
    def test_not_knowing_is_a_violation(self, server: PolicyServer, stored: object) -> None:
        one(server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=stored)), STORAGE, "nobody can tell")

    @pytest.mark.parametrize("largest", [None, UNKNOWN_LIST, [None], [{"image": 1}], ["gis"], {}])
    def test_contributors_may_be_unreadable(self, server: PolicyServer, largest: object) -> None:
        found = server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=30_000, largestImages=largest))
        one(found, STORAGE, "30,000 GB")

    def test_images_of_a_composed_gallery_count_themselves(self, server: PolicyServer) -> None:
        assert server.analyze(GALLERY, "gallery", gallery(replicaStorageGb=0)) == []
        assert server.analyze(LAB_IMAGE, "gis", lab_image(version(), replicaStorageGb=12_000)) == []
        found = server.analyze(LAB_IMAGE, "cad", lab_image(version(), image="cad", replicaStorageGb=8_000))
        one(found, STORAGE, "cad: with it the replicas of this stack occupy up to 20,000 GB")

    @pytest.mark.parametrize("stored", ["unknown", UNKNOWN_NUMBER, -1, []])
    def test_not_knowing_what_such_an_image_occupies_is_a_violation(self, server: PolicyServer, stored: object) -> None:
        found = server.analyze(LAB_IMAGE, "gis", lab_image(version(), replicaStorageGb=stored))
        one(found, STORAGE, "gis: nobody can tell what its replicas occupy")

    def test_a_raw_version_of_its_own(self, server: PolicyServer) -> None:
        regions = [{"name": "koreacentral", "regionalReplicaCount": 100}]
        server.configure({STORAGE: {"limitGb": 6400}})
        found = server.analyze(VERSION, "gis", raw_version(publishingProfile={"targetRegions": regions}))
        one(found, STORAGE, "gis 1.0.0", "6,400 GB")


class TestLabRegions:
    @pytest.mark.parametrize("kind", [ATTACHMENT, LAB_PLAN])
    def test_uncovered(self, server: PolicyServer, kind: str) -> None:
        images = {"gis": ["koreasouth"], "cad": ["Korea Central"]}
        found = server.analyze(kind, "attachment:s/labs/contoso", attachment(imageRegions=images))
        one(found, LAB_REGIONS, "gis: ", "labs of s/labs/contoso are made in koreacentral", "only in koreasouth")

    @pytest.mark.parametrize(
        ("kind", "name", "lab"),
        [
            (ATTACHMENT, "attachment:contoso-labs-8797f2", "contoso-labs"),
            (ATTACHMENT, "attachment:s/labs/cafe-c0ffee", "s/labs/cafe-c0ffee"),
            (ATTACHMENT, "attachment:-8797f2", "-8797f2"),
            (ATTACHMENT, "labs-8797f2", "labs-8797f2"),
            (LAB_PLAN, "lab-plan", "the lab plan"),
        ],
    )
    def test_a_lab_has_its_own_name(self, server: PolicyServer, kind: str, name: str, lab: str) -> None:
        found = server.analyze(kind, name, attachment(imageRegions={"gis": ["koreasouth"]}))
        one(found, LAB_REGIONS, f"labs of {lab} are made in koreacentral")
        found = server.analyze(kind, name, attachment(labRegions=None))
        assert found[0].message.startswith(f"{lab}: nobody can tell")
        assert "See that your sign-in may read it" in found[0].message

    def test_excluded_everywhere(self, server: PolicyServer) -> None:
        found = server.analyze(ATTACHMENT, "a", attachment(imageRegions={"gis": []}))
        one(found, LAB_REGIONS, "in no region", "Take exclude_from_latest from one version of images.gis")

    @pytest.mark.parametrize("labs", [None, [], UNKNOWN_LIST, "koreacentral"])
    def test_unknown_labs(self, server: PolicyServer, labs: object) -> None:
        found = server.analyze(ATTACHMENT, "contoso", attachment(labRegions=labs))
        one(found, LAB_REGIONS, "contoso", "nobody can tell in which regions")

    @pytest.mark.parametrize("region", ["atlantis", None, UNKNOWN_TEXT, 1])
    def test_no_region(self, server: PolicyServer, region: object) -> None:
        found = server.analyze(ATTACHMENT, "contoso", attachment(labRegions=["koreacentral", region]))
        one(found, LAB_REGIONS, "is no Azure region")

    @pytest.mark.parametrize("images", [None, UNKNOWN_OBJECT, [], "gis"])
    def test_unknown_images(self, server: PolicyServer, images: object) -> None:
        found = server.analyze(ATTACHMENT, "contoso", attachment(imageRegions=images))
        one(found, LAB_REGIONS, "regions of the images are not known")

    @pytest.mark.parametrize("regions", [None, UNKNOWN_LIST, ["koreacentral", UNKNOWN_TEXT], [1], "koreacentral"])
    def test_unknown_regions_of_an_image(self, server: PolicyServer, regions: object) -> None:
        images = {"cad": regions, "gis": ["koreasouth"]}
        found = server.analyze(ATTACHMENT, "contoso", attachment(imageRegions=images))
        assert [each.message.partition(":")[0] for each in found] == ["cad", "gis"]

    def test_a_plan_and_its_gallery_apart(self, server: PolicyServer) -> None:
        apart = attachment(galleryLocation="koreasouth")
        one(server.analyze(LAB_PLAN, "lab-plan", apart), LAB_REGIONS, "koreasouth, where the lab plan makes no labs")
        one(server.analyze(LAB_PLAN, "lab-plan", {**apart, "location": "koreacentral"}), LAB_REGIONS, "koreasouth")
        assert server.analyze(ATTACHMENT, "contoso", apart) == []
        assert server.analyze(LAB_PLAN, "lab-plan", {**attachment(), "location": "Korea Central"}) == []
        unknown = server.analyze(LAB_PLAN, "lab-plan", attachment(location=UNKNOWN_TEXT))
        one(unknown, LAB_REGIONS, "not known yet")
        one(server.analyze(LAB_PLAN, "lab-plan", attachment(galleryLocation=None)), LAB_REGIONS, "not known (nothing)")

    def test_a_plan_as_the_component_declares_it(self, server: PolicyServer) -> None:
        declared = json.loads(golden.FILE.read_text(encoding="utf-8"))[f"{LAB_PLAN}::lab-plan"]["inputs"]
        found = server.analyze(LAB_PLAN, "lab-plan", declared)
        # Labs are made in Japan too, where no image is.
        assert {each.message.partition(":")[0] for each in found} == set(declared["imageRegions"])
        assert all("labs of the lab plan are made in japaneast" in each.message for each in found)
        assert server.analyze(LAB_PLAN, "lab-plan", {**declared, "labRegions": ["koreacentral"]}) == []


class TestNotices:
    @pytest.mark.parametrize(
        ("days", "words"),
        [(-2, "2 days ago"), (-1, "1 day ago"), (0, "is today"), (1, "in 1 day"), (60, "in 60 days"), (61, None)],
    )
    def test_end_of_life(self, server: PolicyServer, days: int, words: str | None) -> None:
        day = (datetime.now(UTC).date() + timedelta(days)).isoformat()
        found = validated(server, version(endOfLife=day))
        if words is None:
            assert found == []
        else:
            one(found, NOTICES, "gis 1.0.0", day, words)

    @pytest.mark.parametrize(("days", "words"), [(-2, "2 days ago"), (0, "is today"), (60, "in 60 days"), (61, None)])
    @pytest.mark.parametrize("time", ["T00:00:00Z", "T04:30:00+00:00"])
    def test_end_of_life_of_the_image_itself(
        self, server: PolicyServer, days: int, words: str | None, time: str
    ) -> None:
        day = (datetime.now(UTC).date() + timedelta(days)).isoformat()
        for parent in (None, LAB_IMAGE):
            if parent:
                assert validated(server) == []
            types = f"{parent}${DEFINITION}" if parent else None
            found = server.analyze(DEFINITION, "gis", raw_definition(endOfLifeDate=day + time), *filter(None, [types]))
            if words is None:
                assert found == []
            else:
                place = "end_of_life at images.gis in the catalogue" if parent else "endOfLifeDate at the resource gis"
                one(found, NOTICES, "gis: its end of life", day, words, place)

    def test_end_of_life_of_an_image_for_others(self, server: PolicyServer) -> None:
        past = raw_definition(endOfLifeDate="2020-01-31T00:00:00Z")
        assert server.analyze(DEFINITION, "gis", {**past, "tags": {"lab-consumers": "other"}}) == []
        assert validated(server, consumers=["other"]) == []
        assert server.analyze(DEFINITION, "gis", past, f"{LAB_IMAGE}${DEFINITION}") == []

    def test_end_of_life_of_an_image_that_is_no_day(self, server: PolicyServer) -> None:
        for value in ("soon", 20270101, UNKNOWN_TEXT, "2027-06-30T99:00:00Z"):
            found = server.analyze(DEFINITION, "gis", raw_definition(endOfLifeDate=value))
            one(found, NOTICES, "end of life is no day", "Write endOfLifeDate at the resource gis")

    @pytest.mark.parametrize("value", ["soon", 20270101, UNKNOWN_TEXT, "2027-02-30", "2099-06-30T99:00:00Z"])
    def test_no_day(self, server: PolicyServer, value: object) -> None:
        one(validated(server, version(endOfLife=value)), NOTICES, "end of life is no day")

    def test_of_a_raw_version(self, server: PolicyServer) -> None:
        inputs = raw_version()
        inputs["publishingProfile"]["endOfLifeDate"] = "2020-01-01T00:00:00Z"
        one(server.analyze(VERSION, "gis", inputs), NOTICES, "passed on 2020-01-01")


class TestConsumers:
    def test_rules_of_lab_services_leave_other_images_alone(self, server: PolicyServer) -> None:
        bad = version(osDiskSizeGb=200, dataDiskCount=3, excludeFromLatest=True, endOfLife="2020-01-01")
        assert validated(server, bad, consumers=["other"], hyperVGeneration="V2") == []

    @pytest.mark.parametrize("consumers", [None, ["other", "lab_services"], UNKNOWN_LIST, "other", [1]])
    def test_everything_else_is_validated(self, server: PolicyServer, consumers: object) -> None:
        found = validated(server, version(osDiskSizeGb=200, declaredOsDiskSizeGb=None), consumers=consumers)
        one(found, OS_DISK)
