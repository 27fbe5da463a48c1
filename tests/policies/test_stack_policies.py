"""Policies of the whole stack, which see the answers of Azure."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from lab_image_policies.rules import OS_DISK_LIMIT_GB as LIMIT
from tests.policies.findings import DEPLOYED_DISKS, DEPLOYED_NOTICES, LAB_REGIONS, SINGLE, but_cost, one, policies
from tests.policies.inputs import (
    COMPUTE,
    DEFINITION,
    LAB_IMAGE,
    SNAPSHOT,
    VERSION,
    lab_image,
    raw_definition,
    raw_version,
    version,
)
from tests.support.policy_server import (
    UNKNOWN_LIST,
    UNKNOWN_NUMBER,
    UNKNOWN_OBJECT,
    UNKNOWN_TEXT,
    PolicyServer,
    StackResource,
    urn_of,
)

CHILD = f"{LAB_IMAGE}${VERSION}"
VHD = {"storageAccountId": "/subscriptions/s/x", "uri": "https://x.blob.core.windows.net/vhds/x.vhd"}


def deployed(size: object = 64, disks: object = None, source: object = None, **changes: Any) -> dict[str, Any]:
    """Outputs of a version as Azure answers them."""
    profile: dict[str, Any] = {"osDiskImage": {"source": source or {"id": SNAPSHOT}, "sizeInGB": size}}
    if size is None:
        del profile["osDiskImage"]["sizeInGB"]
    if disks is not None:
        profile["dataDiskImages"] = disks
    return {"name": "1.0.0", "provisioningState": "Succeeded", "storageProfile": profile, **changes}


def ours(outputs: dict[str, Any], image: str = "gis", consumers: object = None, **changes: Any) -> list[StackResource]:
    """A LabImage component and its version below it."""
    component = StackResource(LAB_IMAGE, image, {"image": image, "consumers": consumers})
    child = StackResource(VERSION, f"{image}:1.0.0", outputs, component.urn, CHILD, **changes)
    return [component, child]


class TestDeployed:
    @pytest.mark.parametrize("size", [1, 64, LIMIT - 1, LIMIT - 0.5])
    def test_good(self, server: PolicyServer, size: float) -> None:
        assert server.analyze_stack(ours(deployed(size))) == []
        assert server.analyze_stack(ours(deployed(size, disks=[]))) == []

    @pytest.mark.parametrize("size", [LIMIT, LIMIT + 1, 256])
    def test_too_large(self, server: PolicyServer, size: int) -> None:
        resources = ours(deployed(size))
        found = server.analyze_stack(resources)
        one(found, DEPLOYED_DISKS, "gis 1.0.0, as deployed", f"{size} GB", "somebody replaced it")
        assert found[0].urn == resources[1].urn

    def test_data_disks(self, server: PolicyServer) -> None:
        found = server.analyze_stack(ours(deployed(disks=[{"lun": 0, "sizeInGB": 10}, {"lun": 1}])))
        one(found, DEPLOYED_DISKS, "gis 1.0.0", "2 data disks")

    @pytest.mark.parametrize("size", [None, 0, -1, "64", True])
    def test_a_deployed_version_without_a_usable_size(self, server: PolicyServer, size: object) -> None:
        one(server.analyze_stack(ours(deployed(size))), DEPLOYED_DISKS, "no usable size")

    @pytest.mark.parametrize("disks", [UNKNOWN_LIST, "none", {}])
    def test_unreadable_data_disks(self, server: PolicyServer, disks: object) -> None:
        one(server.analyze_stack(ours(deployed(disks=disks))), DEPLOYED_DISKS, "data disks")

    @pytest.mark.parametrize(
        "outputs",
        [
            deployed(None, provisioningState=UNKNOWN_TEXT),
            deployed(UNKNOWN_NUMBER, provisioningState=UNKNOWN_TEXT),
            deployed(None, provisioningState="Creating"),
            {"storageProfile": UNKNOWN_OBJECT},
            {"storageProfile": UNKNOWN_OBJECT, "provisioningState": UNKNOWN_TEXT},
            {},
        ],
    )
    def test_what_is_not_made_yet_is_left_to_other_rules(self, server: PolicyServer, outputs: dict[str, Any]) -> None:
        assert server.analyze_stack(ours(outputs)) == []

    def test_unknowns_do_not_hide_a_bad_image(self, server: PolicyServer) -> None:
        unknown = {"storageProfile": UNKNOWN_OBJECT, "provisioningState": UNKNOWN_TEXT, "tags": UNKNOWN_OBJECT}
        resources = [*ours(unknown, "new"), *ours(deployed(200), "gis"), *ours(unknown, "newer")]
        resources.insert(0, StackResource("random:index:Pet", "pet", {"all": UNKNOWN_OBJECT}))
        one(server.analyze_stack(resources), DEPLOYED_DISKS, "gis 1.0.0", "200 GB")

    def test_images_that_are_not_for_labs(self, server: PolicyServer) -> None:
        assert server.analyze_stack(ours(deployed(200), consumers=["other"])) == []
        assert len(server.analyze_stack(ours(deployed(200), consumers=["other", "lab_services"]))) == 1
        assert len(server.analyze_stack(ours(deployed(200), consumers=UNKNOWN_LIST))) == 1

    @pytest.mark.parametrize("kind", [VERSION, "azure-native:compute/v20240303:GalleryImageVersion"])
    def test_a_raw_version_by_the_names_of_its_inputs(self, server: PolicyServer, kind: str) -> None:
        server.analyze(DEFINITION, "my-image", raw_definition())
        server.analyze(kind, "my-version", raw_version())
        found = but_cost(server.analyze_stack([StackResource(kind, "my-version", deployed(200))]))
        one(found, DEPLOYED_DISKS, "gis 1.0.0, as deployed", "200 GB")

    def test_a_thousand_versions(self, server: PolicyServer) -> None:
        resources = [one for each in range(500) for one in ours(deployed(LIMIT - 1 + each % 2), f"image-{each}")]
        found = server.analyze_stack(resources)
        assert len(found) == 250
        assert "image-1 1.0.0" in found[0].message
        assert "image-499 1.0.0" in found[-1].message


class TestVhd:
    @pytest.mark.parametrize(
        "source", [VHD, {"uri": "https://x/y.vhd"}, {"id": "/a/providers/Microsoft.Storage/storageAccounts/x"}]
    )
    def test_counts_as_declared_and_is_reported(self, server: PolicyServer, source: dict[str, str]) -> None:
        found = server.analyze_stack(ours(deployed(None, source=source)))
        one(found, DEPLOYED_NOTICES, "gis 1.0.0", "VHD")

    def test_a_size_is_validated_if_there_is_one(self, server: PolicyServer) -> None:
        one(server.analyze_stack(ours(deployed(200, source=VHD))), DEPLOYED_DISKS, "200 GB")

    def test_its_data_disks_are_validated(self, server: PolicyServer) -> None:
        found = server.analyze_stack(ours(deployed(None, disks=[{"lun": 0}], source=VHD)))
        assert policies(found) == [DEPLOYED_DISKS, DEPLOYED_NOTICES]


class TestImported:
    def test_refused_like_every_other_one(self, server: PolicyServer) -> None:
        resources = ours(deployed(200, disks=[{"lun": 0}]), ignored=["location", "storageProfile"])
        found = server.analyze_stack(resources)
        assert [(each.policy, each.level) for each in found] == [(DEPLOYED_DISKS, "mandatory")] * 2
        assert "200 GB" in found[0].message
        assert "1 data disk" in found[1].message

    def test_a_good_one_is_not(self, server: PolicyServer) -> None:
        assert server.analyze_stack(ours(deployed(64), ignored=["storageProfile.source"])) == []

    def test_nobody_else_gets_out_by_ignoring_changes(self, server: PolicyServer) -> None:
        raw = StackResource(VERSION, "raw", deployed(200), ignored=["storageProfile"])
        one(server.analyze_stack([raw]), DEPLOYED_DISKS, "200 GB")


class TestSourcesInTheStack:
    NEW: ClassVar = {
        "storageProfile": {"osDiskImage": {"source": {"id": UNKNOWN_TEXT}}},
        "provisioningState": UNKNOWN_TEXT,
    }

    @pytest.mark.parametrize(
        ("kind", "outputs", "words"),
        [
            ("azure-native:compute:Disk", {"diskSizeGB": 256}, "256 GB"),
            ("azure-native:compute:Snapshot", {"diskSizeGB": LIMIT}, f"{LIMIT} GB"),
            ("azure-native:compute/v20240302:Disk", {"diskSizeGB": 512}, "512 GB"),
            ("azure-native:compute:Image", {"storageProfile": {"osDisk": {"diskSizeGB": 200}}}, "200 GB"),
            (
                "azure-native:compute:Image",
                {"storageProfile": {"osDisk": {}, "dataDisks": [{"lun": 0}]}},
                "1 data disk",
            ),
            ("azure-native:compute:VirtualMachine", {"storageProfile": {"dataDisks": [{}, {}]}}, "2 data disks"),
        ],
    )
    def test_validated_by_its_own_inputs(
        self, server: PolicyServer, kind: str, outputs: dict[str, Any], words: str
    ) -> None:
        source = StackResource(kind, "golden", outputs)
        using = StackResource(VERSION, "gis", self.NEW, sources=[source.urn])
        one(server.analyze_stack([source, using]), DEPLOYED_DISKS, "made from golden", words)
        assert server.analyze_stack([source]) == []

    @pytest.mark.parametrize(
        "outputs",
        [
            {"diskSizeGB": LIMIT - 1},
            {"diskSizeGB": UNKNOWN_NUMBER},
            {"diskSizeGB": None},
            {},
            {"diskSizeGB": "large"},
        ],
    )
    def test_what_it_does_not_tell_is_left_to_the_version(self, server: PolicyServer, outputs: dict[str, Any]) -> None:
        source = StackResource("azure-native:compute:Disk", "golden", outputs)
        using = StackResource(VERSION, "gis", self.NEW, sources=[source.urn])
        assert server.analyze_stack([source, using]) == []

    def test_what_was_published_does_not_change_with_it(self, server: PolicyServer) -> None:
        source = StackResource("azure-native:compute:Disk", "golden", {"diskSizeGB": 256})
        using = StackResource(VERSION, "gis", deployed(64), sources=[source.urn, urn_of("other:x:Y", "y")])
        assert server.analyze_stack([source, using]) == []


class TestUnmatchedExemptions:
    EXEMPTION: ClassVar = {"reason": "agreed with the faculty", "expires": "2099-12-31"}

    @pytest.mark.parametrize("policy", [SINGLE, LAB_REGIONS, DEPLOYED_DISKS])
    def test_an_image_that_is_not_there(self, server: PolicyServer, policy: str) -> None:
        server.configure({policy: {"exemptions": [{"image": "gone", **self.EXEMPTION}]}})
        server.analyze(LAB_IMAGE, "gis", lab_image())
        found = but_cost(server.analyze_stack(ours(deployed())))
        one(found, DEPLOYED_DISKS, "gone", policy, "no image of that name", "a configuration of its own")

    def test_an_image_that_is_there(self, server: PolicyServer) -> None:
        server.configure({SINGLE: {"exemptions": [{"image": "GIS", **self.EXEMPTION}]}})
        server.analyze(LAB_IMAGE, "gis", lab_image(version(source={"kind": "vm", "id": f"{COMPUTE}/x"})))
        assert but_cost(server.analyze_stack(ours(deployed()))) == []

    def test_a_raw_image_that_is_there(self, server: PolicyServer) -> None:
        server.configure({SINGLE: {"exemptions": [{"image": "raw-image", **self.EXEMPTION}]}})
        server.analyze(DEFINITION, "my-image", raw_definition(galleryImageName="raw-image"))
        server.analyze(VERSION, "my-version", raw_version(galleryImageName="raw-image"))
        assert but_cost(server.analyze_stack([StackResource(VERSION, "my-version", deployed())])) == []

    def test_excuses_a_deployed_version(self, server: PolicyServer) -> None:
        server.configure({DEPLOYED_DISKS: {"exemptions": [{"image": "gis", **self.EXEMPTION}]}})
        assert server.analyze_stack(ours(deployed(200))) == []
        assert len(server.analyze_stack([*ours(deployed(200)), *ours(deployed(200), "cad")])) == 1
