"""Image versions: publishing, sources, target regions, deletion."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from time import sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.emulator.regions import regions
from tests.support.emulator_client import BUILD, GALLERIES, TWO, Client, Reply, definition, version

pytest_plugins = ["tests.support.emulator"]
KOREA = ("koreacentral", "koreasouth")


def test_version_has_the_form_of_microsofts_example(client: Client, image: str) -> None:
    created = client.put(f"{image}/versions/1.0.0", version(regions=["Korea Central", {"name": "KOREASOUTH"}]))
    assert created.status == 201
    assert created.body["properties"]["provisioningState"] == "Creating"
    assert client.wait(created)["status"] == "Succeeded"
    shown = client.get(f"{image}/versions/1.0.0").body
    published = shown["properties"]["publishingProfile"].pop("publishedDate")
    assert published.endswith("+00:00")
    one_region = {"regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
    assert shown == {
        "id": f"{image}/versions/1.0.0",
        "name": "1.0.0",
        "type": "Microsoft.Compute/galleries/images/versions",
        "location": "koreacentral",
        "properties": {
            "publishingProfile": {
                "targetRegions": [
                    {"name": "Korea Central", **one_region},
                    {"name": "Korea South", **one_region},
                ],
                "replicaCount": 1,
                "excludeFromLatest": False,
                "storageAccountType": "Standard_LRS",
            },
            "storageProfile": {
                "osDiskImage": {
                    "source": {"id": f"{BUILD}/snapshots/ubuntu-2204-python-100"},
                    "hostCaching": "ReadWrite",
                    "sizeInGB": 64,
                }
            },
            "safetyProfile": {"allowDeletionOfReplicatedLocations": False, "reportedForPolicyViolation": False},
            "validationsProfile": {"validationOperationStatus": "NotExecuted"},
            "provisioningState": "Succeeded",
        },
    }


PUBLIC = sorted(name for name, region in regions().items() if region.cloud == "public")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(PUBLIC), unique=True, max_size=8), data=st.data())
def test_answers_keep_the_order_and_show_display_names(
    client: Client, image: str, names: list[str], data: st.DataObject
) -> None:
    names = data.draw(st.permutations([*(name for name in names if name != "koreacentral"), "koreacentral"]))
    spelled = [data.draw(st.sampled_from([name, name.upper(), regions()[name].display_name])) for name in names]
    client.delete(f"{image}/versions/1.0.0")
    client.put(f"{image}/versions/1.0.0", version(regions=spelled))
    shown = client.get(f"{image}/versions/1.0.0").body["properties"]["publishingProfile"]["targetRegions"]
    assert [entry["name"] for entry in shown] == [regions()[name].display_name for name in names]


def test_publishing_is_seen_while_it_goes_on(client: Client, image: str) -> None:
    client.replication(secondsPerRegion=60)
    created = client.put(f"{image}/versions/1.0.0", version(regions=KOREA))
    poll = client.get(created.headers["azure-asyncoperation"])
    assert (poll.status, poll.body["status"], poll.headers["retry-after"]) == (200, "InProgress", "1")
    assert "endTime" not in poll.body
    assert "location" not in created.headers
    shown = client.get(f"{image}/versions/1.0.0", **{"$expand": "ReplicationStatus"}).body["properties"]
    assert shown["provisioningState"] == "Creating"
    assert shown["replicationStatus"]["aggregatedState"] == "InProgress"
    assert [(entry["region"], entry["state"]) for entry in shown["replicationStatus"]["summary"]] == [
        ("koreacentral", "Replicating"),
        ("koreasouth", "Replicating"),
    ]


def test_settings_of_the_firmware_are_shown_when_written_and_when_asked_for(client: Client, image: str) -> None:
    settings = {"uefiSettings": {"signatureTemplateNames": ["MicrosoftUefiCertificateAuthorityTemplate"]}}
    body = version()
    body["properties"]["securityProfile"] = settings
    address = f"{image}/versions/1.0.0"
    created = client.put(address, body)
    assert created.body["properties"]["securityProfile"] == settings
    client.wait(created)
    (listed,) = client.get(f"{image}/versions").body["value"]
    for shown in (listed, client.get(address).body, client.get(address, **{"$expand": "ReplicationStatus"}).body):
        assert "securityProfile" not in shown["properties"]
    asked = client.get(address, **{"$expand": "UefiSettings"}).body["properties"]
    assert asked["securityProfile"] == settings


def test_publishing_that_ends_soon_is_polled_in_milliseconds(client: Client, image: str) -> None:
    client.replication(secondsPerRegion=0.3)
    created = client.put(f"{image}/versions/1.0.0", version(regions=KOREA))
    assert int(created.headers["x-ms-retry-after-ms"]) > 0
    assert "retry-after" not in created.headers
    assert client.wait(created)["status"] == "Succeeded"
    shown = client.get(f"{image}/versions/1.0.0", **{"$expand": "ReplicationStatus"}).body["properties"]
    assert shown["provisioningState"] == "Succeeded"
    assert [entry["progress"] for entry in shown["replicationStatus"]["summary"]] == [100, 100]


def test_a_failing_region_fails_the_publishing_and_a_second_put_retries_it(client: Client, image: str) -> None:
    client.replication(failRegions=["Korea South"])
    created = client.put(f"{image}/versions/1.0.0", version(regions=KOREA))
    operation = client.wait(created)
    assert operation["status"] == "Failed"
    assert operation["error"]["code"] == "CrpPirReplicationJobsNotCompleted"
    assert "'Korea South'" in operation["error"]["message"]
    assert "Korea Central" not in operation["error"]["message"]
    shown = client.get(f"{image}/versions/1.0.0", **{"$expand": "ReplicationStatus"}).body["properties"]
    assert shown["provisioningState"] == "Failed"
    assert shown["replicationStatus"]["aggregatedState"] == "Failed"
    assert [entry["state"] for entry in shown["replicationStatus"]["summary"]] == ["Completed", "Failed"]
    client.replication(failRegions=[])
    again = client.put(f"{image}/versions/1.0.0", version(regions=KOREA))
    assert again.status == 200
    assert client.wait(again)["status"] == "Succeeded"


def test_a_new_region_copies_only_that_region(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    client.replication(secondsPerRegion=20)
    changed = client.put(f"{image}/versions/1.0.0", version(regions=["koreasouth", "koreacentral"]))
    assert (changed.status, changed.body["properties"]["provisioningState"]) == (200, "Updating")
    assert changed.headers["retry-after"] == "1"
    shown = client.get(f"{image}/versions/1.0.0", **{"$expand": "ReplicationStatus"}).body["properties"]
    assert shown["provisioningState"] == "Updating"
    assert [entry["state"] for entry in shown["replicationStatus"]["summary"]] == ["Replicating", "Completed"]


def test_the_same_body_again_changes_nothing_even_without_the_source(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    before = client.get(f"{image}/versions/1.0.0").body
    client.delete(f"{BUILD}/snapshots/ubuntu-2204-python-100")
    again = client.put(f"{image}/versions/1.0.0", version())
    assert client.wait(again)["status"] == "Succeeded"
    assert client.get(f"{image}/versions/1.0.0").body == before


@pytest.mark.parametrize("name", ["1.0", "1.0.0.0", "v1.0.0", "1.0.2147483648", "latest"])
def test_bad_version_names_are_refused(client: Client, image: str, name: str) -> None:
    reply = client.put(f"{image}/versions/{name}", version())
    assert reply.refused == (400, "InvalidParameter")
    assert "Major(int).Minor(int).Patch(int)" in reply.message


@pytest.mark.parametrize(
    ("regions_sent", "code", "rule", "words"),
    [
        (["koreasouth"], "InvalidParameter", "regions-home", "must contain the location of image version"),
        (["koreacentral", "Korea Central"], "InvalidParameter", "regions-twice", "Duplicate regions"),
        (["koreacentral", "atlantis"], "LocationNotAvailableForResourceType", "location-known", "'atlantis'"),
        (["koreacentral", "chinaeast2"], "LocationNotAvailableForResourceType", "location-known", "chinaeast2"),
        (
            ["koreacentral", {"name": "koreasouth", "storageAccountType": "Standard_ZRS"}],
            "AnswerUnknown",
            "regions-zrs",
            "ZRS storage account type is not supported",
        ),
        ([{"name": "koreacentral", "regionalReplicaCount": 0}], "AnswerUnknown", "replicas-range", "'1' and '100'"),
        ([{"name": "koreacentral", "regionalReplicaCount": 101}], "AnswerUnknown", "replicas-range", "'101'"),
        ([{"name": "koreacentral", "storageAccountType": "Tape"}], "InvalidParameter", "value-allowed", "'Tape'"),
    ],
)
def test_bad_target_regions_are_refused(
    client: Client, image: str, regions_sent: list[Any], code: str, rule: str, words: str
) -> None:
    reply = client.put(f"{image}/versions/1.0.0", version(regions=regions_sent))
    assert reply.refused == (400, code)
    assert reply.rule == rule
    assert words in reply.message
    assert client.get(f"{image}/versions/1.0.0").status == 404


def test_defaults_of_the_publishing_profile_reach_the_regions(client: Client, image: str) -> None:
    profile = {
        "targetRegions": [{"name": "koreacentral"}, {"name": "japaneast", "regionalReplicaCount": 5}],
        "replicaCount": 3,
        "storageAccountType": "Premium_LRS",
        "excludeFromLatest": True,
    }
    client.put(f"{image}/versions/1.0.0", version(publishingProfile=profile))
    shown = client.get(f"{image}/versions/1.0.0").body["properties"]["publishingProfile"]
    assert [entry["regionalReplicaCount"] for entry in shown["targetRegions"]] == [3, 5]
    assert {entry["storageAccountType"] for entry in shown["targetRegions"]} == {"Premium_LRS"}
    assert shown["excludeFromLatest"] is True
    client.put(f"{image}/versions/1.0.1", version(publishingProfile=None))
    shown = client.get(f"{image}/versions/1.0.1").body["properties"]["publishingProfile"]
    assert [entry["name"] for entry in shown["targetRegions"]] == ["Korea Central"]


def test_regions_leave_only_when_that_is_allowed(client: Client, image: str) -> None:
    name = f"{image}/versions/1.0.0"
    client.put(name, version(regions=KOREA))
    reply = client.put(name, version())
    assert reply.refused == (400, "BadRequest")
    assert "Deletion of previously replicated locations is not allowed" in reply.message
    assert client.put(name, version(regions=[])).status == 200
    assert len(client.get(name).body["properties"]["publishingProfile"]["targetRegions"]) == 2
    allowed = version(regions=KOREA, safetyProfile={"allowDeletionOfReplicatedLocations": True})
    assert client.put(name, allowed).status == 200
    assert client.put(name, version()).status == 200
    assert len(client.get(name).body["properties"]["publishingProfile"]["targetRegions"]) == 1


@pytest.mark.parametrize(
    ("change", "target"),
    [
        (
            {"storageProfile": {"osDiskImage": {"source": {"id": f"{BUILD}/snapshots/ubuntu-2204-python-110"}}}},
            "storageProfile.osDiskImage.source.id",
        ),
        (
            {"storageProfile": {"source": {"id": f"{BUILD}/images/windows-2022-engineering"}}},
            "storageProfile.source.id",
        ),
        (
            {"publishingProfile": {"targetRegions": [{"name": "koreacentral", "storageAccountType": "Premium_LRS"}]}},
            "publishingProfile.targetRegions.storageAccountType",
        ),
        ({"publishingProfile": {"replicationMode": "Shallow"}}, "publishingProfile.replicationMode"),
    ],
)
def test_fixed_properties_of_a_version_cannot_change(
    client: Client, image: str, change: dict[str, Any], target: str
) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    reply = client.put(f"{image}/versions/1.0.0", version(**change))
    assert reply.refused == (409, "PropertyChangeNotAllowed")
    assert reply.body["error"]["target"] == f"galleryImageVersion.properties.{target}"
    moved = client.put(f"{image}/versions/1.0.0", version() | {"location": "koreasouth"})
    assert moved.refused == (409, "InvalidResourceLocation")


def test_patch_with_an_empty_storage_profile_keeps_the_source(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    patch = {
        "properties": {
            "publishingProfile": {"targetRegions": [{"name": "Korea Central", "regionalReplicaCount": 4}]},
            "storageProfile": {},
        }
    }
    assert client.send("PATCH", f"{image}/versions/1.0.0", patch).status == 200
    shown = client.get(f"{image}/versions/1.0.0").body["properties"]
    assert shown["publishingProfile"]["targetRegions"][0]["regionalReplicaCount"] == 4
    assert shown["storageProfile"]["osDiskImage"]["sizeInGB"] == 64


def _define(client: Client, **changes: Any) -> str:
    image_id = f"{GALLERIES}/labs_gallery/images/other"
    assert client.put(image_id, definition("other", **changes)).status == 201
    return image_id


def _disk(name: str, **more: Any) -> dict[str, Any]:
    return {"osDiskImage": {"source": {"id": f"{BUILD}/{name}"}}, **more}


@pytest.mark.parametrize(
    ("kind", "profile", "sizes"),
    [
        ({}, _disk("disks/ubuntu-2204-ros"), (64, [])),
        (
            {"osType": "Windows"},
            _disk(
                "disks/windows-2022-sql-os",
                dataDiskImages=[{"lun": 1, "source": {"id": f"{BUILD}/disks/windows-2022-sql-data"}}],
            ),
            (127, [64]),
        ),
        (
            {"osState": "Specialized"},
            {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}},
            (100, []),
        ),
        (
            {"osState": "Specialized", "osType": "Windows"},
            {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/windows-2022-sql"}},
            (127, [64]),
        ),
        ({"osType": "Windows"}, {"source": {"id": f"{BUILD}/images/windows-2022-engineering"}}, (127, [])),
        ({}, {"source": {"id": f"{BUILD}/images/rocky-9-hpc"}}, (40, [])),
        ({"osType": "Windows"}, {"source": {"id": f"{BUILD}/images/windows-2019-two-disks"}}, (127, [64])),
        (
            {},
            {"osDiskImage": {"source": {"storageAccountId": f"{BUILD}/a", "uri": "https://a.example/b.vhd"}}},
            (127, []),
        ),
        (
            {},
            {
                "osDiskImage": {
                    "source": {
                        "id": f"{BUILD}/storageAccounts/a".replace("Compute", "Storage"),
                        "uri": "https://a.example/c.vhd",
                    }
                }
            },
            (30, []),
        ),
    ],
)
def test_sizes_are_read_from_every_kind_of_source(
    client: Client, image: str, kind: dict[str, Any], profile: dict[str, Any], sizes: tuple[int | None, list[int]]
) -> None:
    image_id = _define(client, **kind)
    client.send("POST", "/sandbox/seed", {"vhds": {"https://A.example/c.vhd": {"sizeGB": 30}}})
    created = client.put(f"{image_id}/versions/1.0.0", version(storageProfile=profile))
    assert created.status == 201, created.body
    assert "sizeInGB" not in json.dumps(created.body)
    shown = client.get(f"{image_id}/versions/1.0.0").body["properties"]["storageProfile"]
    assert shown["osDiskImage"].get("sizeInGB") == sizes[0]
    assert [disk["sizeInGB"] for disk in shown.get("dataDiskImages", [])] == sizes[1]


def test_a_version_can_be_made_from_another_version_and_a_generalized_machine(client: Client, image: str) -> None:
    client.put(f"{image}/versions/1.0.0", version())
    body = version(storageProfile={"source": {"id": f"{image}/versions/1.0.0"}})
    assert client.put(f"{image}/versions/1.0.1", body).status == 201
    shown = client.get(f"{image}/versions/1.0.1").body["properties"]["storageProfile"]
    assert shown["osDiskImage"]["sizeInGB"] == 64
    machine = f"{BUILD}/virtualMachines/ubuntu-2404-ml"
    assert client.send("POST", f"{machine}/generalize").status == 200
    codes = [entry["code"] for entry in client.get(f"{machine}/instanceView").body["statuses"]]
    assert "OSState/generalized" in codes
    expanded = client.get(machine, **{"$expand": "instanceView"}).body["properties"]["instanceView"]
    assert [entry["code"] for entry in expanded["statuses"]] == codes
    captured = version(storageProfile={"source": {"virtualMachineId": machine}})
    assert client.put(f"{image}/versions/1.0.2", captured).status == 201


@pytest.mark.parametrize(
    ("profile", "refused", "rule"),
    [
        ({}, (400, "AnswerUnknown"), "source-one"),
        (
            _disk("disks/ubuntu-2204-ros", source={"id": f"{BUILD}/images/rocky-9-hpc"}),
            (400, "AnswerUnknown"),
            "source-one",
        ),
        (_disk("snapshots/absent"), (404, "NotFound"), "source-exists"),
        (_disk("images/rocky-9-hpc"), (400, "InvalidParameter"), "source-type"),
        ({"source": {"id": f"{BUILD}/snapshots/gen2-snapshot"}}, (400, "InvalidParameter"), "source-type"),
        ({"source": {"communityGalleryImageId": "/x"}}, (404, "NotFound"), "source-exists"),
        (
            {"source": {"id": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}},
            (400, "InvalidParameter"),
            "source-machine",
        ),
        ({"osDiskImage": {"source": {"uri": "https://a.example/b.vhd"}}}, (400, "InvalidParameter"), "source-vhd"),
        (_disk("snapshots/gen2-snapshot"), (409, "Conflict"), "version-matches-definition"),
        (_disk("snapshots/windows-2022-office-2025"), (409, "Conflict"), "version-matches-definition"),
        (
            {"source": {"virtualMachineId": f"{BUILD}/virtualMachines/ubuntu-2404-ml"}},
            (409, "Conflict"),
            "version-matches-definition",
        ),
    ],
)
def test_bad_sources_are_refused(
    client: Client, image: str, profile: dict[str, Any], refused: tuple[int, str], rule: str
) -> None:
    reply = client.put(f"{image}/versions/1.0.0", version(storageProfile=profile))
    assert (reply.refused, reply.rule) == (refused, rule)


def test_a_trusted_launch_supported_image_takes_no_machine(client: Client, image: str) -> None:
    modern = f"{image}-modern"
    features = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
    assert client.put(modern, definition("modern", hyperVGeneration="V2", features=features)).status == 201
    machine = f"{BUILD}/virtualMachines/windows-2022-sql"
    reply = client.put(f"{modern}/versions/1.0.0", version(storageProfile={"source": {"virtualMachineId": machine}}))
    assert (reply.refused, reply.rule) == ((400, "InvalidParameter"), "version-security-type")
    assert reply.message == (
        f"The security type 'TrustedLaunchSupported' is not supported for the source id '{machine}'. Currently only "
        "Vhd Blob, User Image and Gallery Image Version sources are supported for 'TrustedLaunchSupported' images."
    )
    snapshot = {"osDiskImage": {"source": {"id": f"{BUILD}/snapshots/gen2-snapshot"}}}
    assert client.put(f"{modern}/versions/1.0.0", version(storageProfile=snapshot)).rule == "version-security-type"
    assert (
        client.put(f"{modern}/versions/1.0.0", version(storageProfile={"osDiskImage": {"source": VHD}})).status == 201
    )


ACCOUNT = f"{BUILD.partition('/providers/')[0]}/providers/Microsoft.Storage/storageAccounts/contoso"
VHD = {"storageAccountId": ACCOUNT, "uri": "https://contoso.blob.core.windows.net/vhds/a.vhd"}


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("fabrikam.blob.core.windows.net", True),
        ("fabrikam.z1.blob.storage.azure.net", True),
        ("contoso-secondary.blob.core.windows.net", False),
        ("contoso.z1.blob.storage.azure.net", False),
        ("images.contoso.example", False),
    ],
)
def test_a_vhd_is_in_its_storage_account(client: Client, image: str, host: str, refused: bool) -> None:
    profile = {"osDiskImage": {"source": {**VHD, "uri": f"https://{host}/vhds/a.vhd"}}}
    reply = client.put(f"{image}/versions/1.0.0", version(storageProfile=profile))
    assert (reply.rule == "source-vhd-account", reply.status) == (refused, 400 if refused else 201)


def test_replicas_over_all_regions(client: Client, image: str) -> None:
    def regions_of(each: int) -> list[dict[str, Any]]:
        return [{"name": name, "regionalReplicaCount": each} for name in KOREA]

    assert client.put(f"{image}/versions/1.0.0", version(regions=regions_of(51))).rule == "replicas-total"
    assert client.put(f"{image}/versions/1.0.0", version(regions=regions_of(50))).status == 201


def test_a_disk_that_is_too_large_to_be_replicated_in_full(client: Client, image: str) -> None:
    vhds = {VHD["uri"]: {"sizeGB": 4096}}
    assert client.send("POST", "/sandbox/seed", {"vhds": vhds}).status == 200
    profile = {"osDiskImage": {"source": VHD}}
    assert client.put(f"{image}/versions/1.0.0", version(storageProfile=profile)).rule == "version-size"
    shallow = version(storageProfile=profile)
    shallow["properties"]["publishingProfile"]["replicationMode"] = "Shallow"
    assert client.put(f"{image}/versions/1.0.0", shallow).status == 201


def test_a_source_elsewhere_is_refused(client: Client, image: str) -> None:
    us = BUILD.replace("image-build", "image-build-us")
    profile = {"osDiskImage": {"source": {"id": f"{us}/snapshots/ubuntu-2204-python-us"}}}
    reply = client.put(f"{image}/versions/1.0.0", version(storageProfile=profile))
    assert reply.refused == (404, "NotFound")
    assert reply.message == (
        f"Source {profile['osDiskImage']['source']['id']} is not found. Please check source exists, and is in the same "
        "region as gallery image version being created."
    )
    other_subscription = f"{TWO}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots/shared-statistics"
    image_id = _define(client, osType="Windows")
    profile = {"osDiskImage": {"source": {"id": other_subscription}}}
    assert client.put(f"{image_id}/versions/1.0.0", version(storageProfile=profile)).status == 201


def test_end_of_life_blocks_deletion_when_asked_to(client: Client, image: str) -> None:
    name = f"{image}/versions/1.0.0"
    profile = {"targetRegions": [{"name": "koreacentral"}], "endOfLifeDate": "2099-12-31T00:00:00Z"}
    safety = {"blockDeletionBeforeEndOfLife": True}
    client.put(name, version(publishingProfile=profile, safetyProfile=safety))
    assert client.delete(name).refused == (409, "DeleteGalleryImageVersionBlockedBeforeEndOfLife")
    safety["blockDeletionBeforeEndOfLife"] = False
    client.put(name, version(publishingProfile=profile, safetyProfile=safety))
    assert client.delete(name).status == 202


def test_an_end_of_life_is_in_the_future_when_it_is_set_and_stays_as_it_is(client: Client, image: str) -> None:
    name = f"{image}/versions/1.0.0"

    def put_version(end: str) -> Reply:
        profile = {"targetRegions": [{"name": "koreacentral"}], "endOfLifeDate": end}
        return client.put(name, version(publishingProfile=profile))

    def put_image(end: str) -> Reply:
        return client.put(image, definition(endOfLifeDate=end))

    for put in (put_version, put_image):
        ends = datetime.now(UTC) + timedelta(seconds=1)
        assert put((ends - timedelta(hours=1)).isoformat()).refused == (400, "InvalidParameter")
        assert put(ends.isoformat()).status in (200, 201)
        while datetime.now(UTC) <= ends:
            sleep(0.05)
        east = ends.astimezone(timezone(timedelta(hours=9)))
        for unchanged in (ends.isoformat(), ends.isoformat().replace("+00:00", "Z"), east.isoformat()):
            assert put(unchanged).status == 200
        assert put((ends - timedelta(microseconds=1)).isoformat()).refused == (400, "InvalidParameter")


def test_soft_deletion_and_a_lagging_cache_hold_up_the_parent(client: Client, image: str) -> None:
    gallery = image.rsplit("/images/", 1)[0]
    client.put(f"{image}/versions/1.0.0", version())
    client.replication(deletedVersionsLingerSeconds=60)
    client.delete(f"{image}/versions/1.0.0")
    assert client.get(f"{image}/versions/1.0.0").status == 404
    assert client.delete(image).refused == (409, "CannotDeleteResource")
    client.replication(deletedVersionsLingerSeconds=0)
    client.put(f"{image}/versions/1.0.0", version())
    client.delete(f"{image}/versions/1.0.0")
    client.put(f"{gallery}/images/second", definition("second"))
    soft = {"location": "koreacentral", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    client.put(gallery, soft)
    client.put(f"{gallery}/images/second/versions/1.0.0", version())
    client.delete(f"{gallery}/images/second/versions/1.0.0")
    assert client.delete(f"{gallery}/images/second").refused == (409, "CannotDeleteResource")
    assert client.delete(image).status == 202


def test_versions_are_listed_in_pages(client: Client, image: str) -> None:
    for patch in range(103):
        assert client.put(f"{image}/versions/1.0.{patch}", version()).status == 201
    first = client.get(f"{image}/versions").body
    assert len(first["value"]) == 100
    second = client.get(first["nextLink"]).body
    assert "nextLink" not in second
    names = [entry["name"] for entry in first["value"] + second["value"]]
    assert names == [f"1.0.{patch}" for patch in range(103)]
    assert json.dumps(first["value"][0]) == json.dumps(client.get(f"{image}/versions/1.0.0").body)
