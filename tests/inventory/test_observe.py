"""What is in Azure before anything is declared, looked up in the sandbox's Azure."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from azure.identity import CredentialUnavailableError

from inventory.arm.client import Arm
from inventory.gallery import read_definition, read_version
from inventory.observe import observe
from plan.definition import Definition
from plan.observed import ObservedReplica, ObservedSource
from sandbox.emulator.process.lease import Lease
from tests.inventory.conftest import FixedToken
from tests.support.emulator_client import BUILD
from tests.support.pretend_azure import GALLERY, LABS, SECOND, PretendAzure, catalogue, settings, source


def version(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"source": source(kind, name), **more}


WANTED = catalogue(one={"1.0.0": version("disk", "ubuntu-2204-ros")})


@pytest.mark.parametrize(
    ("kind", "name", "facts"),
    [
        ("snapshot", "ubuntu-2204-python-100", ("Linux", None, "V1", 64, 0)),
        ("snapshot", "gen2-snapshot", ("Linux", None, "V2", 64, 0)),
        ("snapshot", "too-large-gis", ("Windows", None, "V1", 256, 0)),
        ("disk", "windows-2022-sql-os", ("Windows", None, "V1", 127, 0)),
        ("vm", "ubuntu-2404-ml", ("Linux", "Specialized", "V1", 100, 0)),
        ("vm", "windows-2022-sql", ("Windows", "Specialized", "V1", 127, 1)),
        ("managed_image", "windows-2022-engineering", ("Windows", "Generalized", "V1", 127, 0)),
        ("managed_image", "rocky-9-hpc", ("Linux", "Generalized", "V1", 40, 0)),
        ("managed_image", "windows-2019-two-disks", ("Windows", "Generalized", "V1", 127, 1)),
    ],
)
def test_the_facts_of_each_source(
    arm: Arm, kind: str, name: str, facts: tuple[str, str | None, str, int | None, int]
) -> None:
    observed = observe(catalogue(one={"1.0.0": version(kind, name)}), settings(), arm)
    (found,) = observed.sources.values()
    assert observed.failures == ()
    assert found.failure is None
    assert found.region == "koreacentral"
    shown = (found.os_type, found.os_state, found.hyper_v_generation, found.os_disk_size_gb, found.data_disk_count)
    assert shown == facts


def test_a_vm_that_was_generalized(azure: PretendAzure, arm: Arm) -> None:
    azure.send("POST", f"{BUILD}/virtualMachines/windows-2022-cad/generalize")
    observed = observe(catalogue(cad={"1.0.0": version("vm", "windows-2022-cad")}), settings(), arm)
    (found,) = observed.sources.values()
    assert (found.os_state, found.os_disk_size_gb) == ("Generalized", 127)


def test_before_anything_is_published(arm: Arm) -> None:
    observed = observe(WANTED, settings(), arm)
    assert observed.gallery is None
    assert observed.failures == ()
    (account,) = observed.labs.values()
    assert (account.region, dict(account.attachments), account.failure) == ("koreacentral", {}, None)


def test_a_published_version_speaks_for_itself(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery(owner="us")
    azure.definition("one")
    regions = [
        {"name": "Korea South", "regionalReplicaCount": 2, "storageAccountType": "Premium_LRS"},
        {"name": "KOREA CENTRAL", "excludeFromLatest": True},
    ]
    azure.version("one", "1.0.0", "ubuntu-2204-python-100", regions)
    azure.send("DELETE", f"{BUILD}/snapshots/ubuntu-2204-python-100")
    wanted = catalogue(
        one={
            "1.0.0": version("snapshot", "ubuntu-2204-python-100"),
            "1.1.0": version("snapshot", "ubuntu-2204-python-110"),
        }
    )
    observed = observe(wanted, settings(), arm)
    assert observed.failures == ()
    assert set(observed.sources) == {f"{BUILD}/snapshots/ubuntu-2204-python-110".lower()}
    assert observed.gallery is not None
    assert (observed.gallery.id, observed.gallery.location) == (GALLERY, "koreacentral")
    assert observed.gallery.tags == {"owner": "us"}
    found = observed.gallery.definitions["one"]
    assert found.definition == Definition("Linux", "Generalized", "V1", "x64", "Standard", "contoso", "labs", "one")
    published = found.versions["1.0.0"]
    assert published.source_id == f"{BUILD}/snapshots/ubuntu-2204-python-100"
    assert (published.os_disk_size_gb, published.data_disk_count) == (64, 0)
    assert published.replicas == (
        ObservedReplica("koreasouth", 2, "Premium_LRS", exclude_from_latest=False),
        ObservedReplica("koreacentral", 1, "Standard_LRS", exclude_from_latest=True),
    )


def test_progress_is_asked_of_the_latest_version_of_the_catalogue(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("one")
    numbers = ("0.9.0", "1.0.0", "1.1.0")
    for number in numbers:
        azure.version("one", number, "ubuntu-2204-python-100", [{"name": "koreacentral"}])
    wanted = catalogue(one={number: version("snapshot", "ubuntu-2204-python-100") for number in numbers[:2]})
    observed = observe(wanted, settings(), arm)
    latest = f"{GALLERY}/images/one/versions/1.0.0"
    assert {key: [step.region for step in steps] for key, steps in observed.progress.items()} == {
        latest.lower(): ["koreacentral"]
    }
    assert [path for path in azure.asked() if "/versions/" in path] == [latest]
    assert observed.moment.endswith("Z")


def answered(*targets: dict[str, Any], **profile: Any) -> dict[str, Any]:
    """A published version that was made from a VHD, in the form of azure-cli's test_image_version_create_os_vhd."""
    source = {"id": "/subscriptions/x/storageAccounts/vhds", "uri": "https://vhds.blob.core.windows.net/vhds/os.vhd"}
    return {
        "id": f"{GALLERY}/images/one/versions/1.0.0",
        "name": "1.0.0",
        "location": "westus2",
        "properties": {
            "publishingProfile": {"targetRegions": list(targets), "replicaCount": 1, **profile},
            "storageProfile": {"osDiskImage": {"sizeInGB": 30, "hostCaching": "ReadWrite", "source": source}},
            "provisioningState": "Succeeded",
        },
    }


def test_a_version_made_from_a_vhd_shows_its_size() -> None:
    found = read_version(answered({"name": "West US 2", "regionalReplicaCount": 1}))
    assert (found.os_disk_size_gb, found.data_disk_count) == (30, 0)
    assert found.source_id == "https://vhds.blob.core.windows.net/vhds/os.vhd"


@pytest.mark.parametrize(
    ("targets", "replicas"),
    [
        ([("West US 2", 1), ("westus2", 3)], [("westus2", 3)]),
        ([("westus2", 3), ("WEST US 2", 1), ("East US", 1)], [("westus2", 3), ("eastus", 1)]),
        ([("West US 2", 0), ("East US", 1)], [("eastus", 1)]),
        ([("West US 2", 0), ("westus2", 1)], [("westus2", 1)]),
        ([("West US 2", None), ("East US", 1)], [("westus2", 2), ("eastus", 1)]),
    ],
)
def test_a_region_counts_once_and_only_with_a_replica(
    targets: list[tuple[str, int | None]], replicas: list[tuple[str, int]]
) -> None:
    sent = [
        {"name": name} if count is None else {"name": name, "regionalReplicaCount": count} for name, count in targets
    ]
    found = read_version(answered(*sent, replicaCount=2)).replicas
    assert [(replica.region, replica.replicas) for replica in found] == replicas


def test_definitions_of_others_are_seen_without_their_versions(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("exported-by-a-teacher")
    azure.definition("Mine")
    observed = observe(catalogue(mine={"1.0.0": version("disk", "ubuntu-2204-ros")}), settings(), arm)
    assert observed.gallery is not None
    assert set(observed.gallery.definitions) == {"exported-by-a-teacher", "mine"}
    lists = [path for path in azure.asked() if path.endswith("/versions")]
    assert lists == [f"{GALLERY}/images/Mine/versions"]


def test_an_attached_gallery_is_seen(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    attachment = f"{LABS}/contoso-labs/sharedGalleries/lab_images"
    azure.send("PUT", f"{attachment}", {"properties": {"galleryId": GALLERY}})
    observed = observe(WANTED, settings(), arm)
    (account,) = observed.labs.values()
    assert {key.lower(): value for key, value in account.attachments.items()} == {attachment.lower(): GALLERY}


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_list_of_a_lab_that_cannot_be_read_is_no_failure_of_the_rest(
    azure: PretendAzure, arm: Arm, status: int
) -> None:
    azure.gallery()
    azure.send("PUT", f"{LABS}/contoso-labs/sharedGalleries/lab_images", {"properties": {"galleryId": GALLERY}})
    azure.fault("/sharedImages", status)
    observed = observe(WANTED, settings(), arm)
    assert observed.failures == ()
    (account,) = observed.labs.values()
    assert account.failure is None
    assert account.listed is not None
    assert str(status) in (account.listed.failure or "")


def test_each_source_is_asked_once(azure: PretendAzure, arm: Arm) -> None:
    one = version("snapshot", "ubuntu-2204-python-100")
    shouted = {"source": {"snapshot": one["source"]["snapshot"].replace("ubuntu", "UBUNTU")}}
    observed = observe(catalogue(one={"1.0.0": one, "1.1.0": one}, two={"1.0.0": shouted}), settings(), arm)
    assert len(observed.sources) == 1
    times = Counter(path.lower() for path in azure.asked())
    assert times[f"{BUILD}/snapshots/ubuntu-2204-python-100".lower()] == 1


def test_declared_facts_are_trusted_when_the_stack_says_so(azure: PretendAzure, arm: Arm) -> None:
    declared = {"os_disk_size_gb": 64, "data_disk_count": 0}
    wanted = catalogue(
        one={"1.0.0": version("snapshot", "ubuntu-2204-python-100", **declared)},
        two={"1.0.0": version("snapshot", "ubuntu-2204-python-110", os_disk_size_gb=64)},
    )
    trusting = observe(wanted, settings(factLookups="undeclared"), arm)
    assert set(trusting.sources) == {f"{BUILD}/snapshots/ubuntu-2204-python-110".lower()}
    assert len(observe(wanted, settings(factLookups="all"), arm).sources) == 2


def test_a_vhd_is_not_asked(azure: PretendAzure, arm: Arm) -> None:
    storage = f"{BUILD.replace('Compute', 'Storage')}/storageAccounts/vhds"
    vhd = {"storage_account": storage, "uri": "https://vhds.blob.core.windows.net/a/b.vhd"}
    wanted = catalogue(one={"1.0.0": {"source": {"vhd": vhd}, "os_disk_size_gb": 64, "data_disk_count": 0}})
    assert observe(wanted, settings(), arm).sources == {}
    assert not any("storageAccounts" in path for path in azure.asked())


def test_a_version_of_a_gallery_knows_its_system_from_its_definition(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("base")
    azure.version("base", "1.0.0", "debian-12-databases-100", [{"name": "koreacentral"}])
    made_from = f"{GALLERY}/images/base/versions/1.0.0"
    observed = observe(catalogue(one={"1.0.0": {"source": {"gallery_version": made_from}}}), settings(), arm)
    assert observed.sources[made_from.lower()] == ObservedSource(
        id=made_from,
        region="koreacentral",
        replica_regions=("koreacentral",),
        os_type="Linux",
        os_state="Generalized",
        hyper_v_generation="V1",
        architecture="x64",
        os_disk_size_gb=32,
        data_disk_count=0,
    )


def test_every_failure_is_gathered(azure: PretendAzure, arm: Arm) -> None:
    azure.fault("/disks/ubuntu-2204-ros", 500)
    azure.send("DELETE", f"{BUILD}/virtualMachines/ubuntu-2404-ml")
    azure.send("DELETE", f"{BUILD}/disks/windows-2022-sql-os")
    wanted = catalogue(
        a={"1.0.0": version("disk", "ubuntu-2204-ros")},
        b={"1.0.0": version("vm", "ubuntu-2404-ml")},
        c={"1.0.0": version("snapshot", "debian-12-databases-100")},
    )
    unknown = f"{LABS}/never-made"
    observed = observe(wanted, settings(labAccountIds=[unknown]), arm)
    failures = {key.rpartition("/")[2]: found.failure for key, found in observed.sources.items()}
    assert failures["debian-12-databases-100"] is None
    assert failures["ubuntu-2404-ml"] == "Azure has no such object"
    missing = {key.rpartition("/")[2] for key, found in observed.sources.items() if found.missing}
    assert missing == {"ubuntu-2404-ml"}
    assert (failures["ubuntu-2204-ros"] or "").startswith(f"Azure answers 500 to GET {BUILD}/disks/ubuntu-2204-ros")
    assert "Azure has none with this id" in (observed.labs[unknown.lower()].failure or "")
    assert observed.failures == ()


def test_a_disk_that_a_machine_refers_to_fails_for_the_machine(azure: PretendAzure, arm: Arm) -> None:
    azure.fault("/disks/ubuntu-2404-ml-os", 404)
    observed = observe(catalogue(one={"1.0.0": version("vm", "ubuntu-2404-ml")}), settings(), arm)
    (found,) = observed.sources.values()
    assert found == ObservedSource(
        id=f"{BUILD}/virtualMachines/ubuntu-2404-ml",
        failure=f"it refers to {BUILD}/disks/ubuntu-2404-ml-os, and Azure has no such object",
        missing=True,
    )


def test_a_subscription_that_cannot_be_seen_fails_for_its_sources_only(arm: Arm) -> None:
    elsewhere = BUILD.replace("0000-000000000001", "0000-0000000000ff")
    wanted = catalogue(
        one={f"1.{minor}.0": {"source": {"disk": f"{elsewhere}/disks/d{minor}"}} for minor in range(20)},
        two={"1.0.0": version("disk", "ubuntu-2204-ros")},
    )
    observed = observe(wanted, settings(), arm)
    assert observed.failures == ()
    sources = dict(observed.sources)
    assert sources.pop(f"{BUILD}/disks/ubuntu-2204-ros".lower()).failure is None
    assert {(source.unseen, source.failure) for source in sources.values()} == {
        (
            "subscription",
            (
                "this sign-in cannot see the subscription (SubscriptionNotFound: The subscription "
                "'00000000-0000-0000-0000-0000000000ff' could not be found)"
            ),
        )
    }
    assert len(sources) == 20


def test_another_subscription_that_can_be_seen(arm: Arm) -> None:
    shared = (
        f"/subscriptions/{SECOND}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots/shared-statistics"
    )
    account = f"/subscriptions/{SECOND}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/fabrikam-labs"
    observed = observe(
        catalogue(one={"1.0.0": {"source": {"snapshot": shared}}}), settings(labAccountIds=[account]), arm
    )
    assert observed.sources[shared.lower()].os_disk_size_gb == 100
    assert observed.labs[account.lower()].failure is None


@pytest.mark.parametrize("create", [True, False])
def test_a_resource_group_that_is_not_there(arm: Arm, create: bool) -> None:
    observed = observe(WANTED, settings(resourceGroupName="nowhere", createResourceGroup=create), arm)
    expected = (
        "there is no resource group nowhere in subscription 00000000-0000-0000-0000-000000000001; make it with "
        '`sandbox/arm PUT "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/nowhere'
        '?api-version=2024-03-01" \'{"location": "koreacentral"}\'`, '
        "or let this stack make it with `sandbox/pulumi config set createResourceGroup true --stack dev`"
    )
    assert observed.failures == (() if create else (expected,))
    assert observed.gallery is None


def test_a_gallery_that_may_not_be_read(azure: PretendAzure, arm: Arm) -> None:
    azure.fault("/galleries/lab_images", 403)
    observed = observe(WANTED, settings(), arm)
    assert observed.gallery is None
    (failure,) = observed.failures
    assert "403" in failure
    assert len(observed.sources) == 1


def test_a_sign_in_that_fails_is_one_failure_and_nothing_is_asked(azure: PretendAzure) -> None:
    wanted = catalogue(one={f"1.{minor}.0": version("disk", f"d{minor}") for minor in range(20)})
    nobody = FixedToken(error=CredentialUnavailableError("Please run 'az login' to set up an account"))
    observed = observe(wanted, settings(), Arm(azure.endpoint, nobody))
    assert observed.sources == {}
    (failure,) = observed.failures
    assert failure.startswith("signing in to Azure failed (Please run 'az login' to set up an account); run `az login`")
    assert azure.asked() == []


def test_an_azure_that_cannot_be_reached_is_one_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)
    wanted = catalogue(one={f"1.{minor}.0": version("disk", f"d{minor}") for minor in range(20)})
    observed = observe(wanted, settings(), Arm("http://127.0.0.1:9", FixedToken()))
    (failure,) = observed.failures
    assert failure.startswith("http://127.0.0.1:9 cannot be reached (Failed to establish a new connection: [Errno ")


def test_the_environment_alone_is_enough(azure: PretendAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_USE_OIDC"):
        monkeypatch.delenv(name, raising=False)
    for name, value in Lease(azure.endpoint).environment().items():
        monkeypatch.setenv(name, value)
    observed = observe(WANTED, settings())
    assert observed.failures == ()
    assert len(observed.sources) == 1


def test_a_pretend_subscription_without_its_azure_is_not_signed_in_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_ENDPOINT", raising=False)
    monkeypatch.setattr(Arm, "sign_in", lambda self: pytest.fail("nobody signs in"))
    (failure,) = observe(WANTED, settings()).failures
    assert failure.startswith("subscription 00000000-0000-0000-0000-000000000001 is a pretend one")
    assert "sandbox/pulumi instead of pulumi" in failure


def test_what_no_key_of_the_catalogue_says_is_named() -> None:
    plain = answered({"name": "koreacentral"})
    assert read_version(plain).inexpressible == ()
    assert read_version(answered({"name": "koreacentral", "additionalReplicaSets": [{}]})).inexpressible == (
        "targetRegions.additionalReplicaSets",
    )
    zones = answered({"name": "koreacentral"}, targetExtendedLocations=[{"name": "koreacentral"}])
    zones["properties"]["safetyProfile"] = {"allowDeletionOfReplicatedLocations": True}
    assert read_version(zones).inexpressible == ("targetExtendedLocations",)
    assert (read_version(zones).allow_deletion_of_replicated_locations, read_version(plain).tags) == (True, {})
    half = {"id": "/x", "location": "koreacentral", "properties": {"recommended": {"memory": {"min": 4}}}}
    assert read_definition(half).inexpressible == ("recommended.memory",)
    half["properties"] = {"recommended": {"memory": {"min": 4, "max": 8}}}
    assert read_definition(half).inexpressible == ()
