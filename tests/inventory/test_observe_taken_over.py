"""What decides whether something is taken over: roles, the resource group, fixed properties, unfinished versions."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.arm.client import Arm
from inventory.observe import observe
from plan.definition import Feature
from plan.observed import ObservedResourceGroup, ObservedRoleAssignment
from tests.support.builders import LAB_ACCOUNTS as LAB_SERVICES
from tests.support.builders import SUBSCRIPTION, TEACHERS
from tests.support.emulator_client import BUILD
from tests.support.pretend_azure import GALLERY, PretendAzure, catalogue, settings, source

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/galleries"
CONTRIBUTOR = "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNER = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SUBSCRIPTION_GALLERIES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/galleries"
NAME = "99999999-0000-0000-0000-00000000000"
WANTED = catalogue(one={"1.0.0": {"source": source("disk", "ubuntu-2204-ros")}})


def assign(azure: PretendAzure, scope: str, number: int, role: str, principal: str) -> None:
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{NAME}{number}"
    azure.send("PUT", path, {"properties": {"roleDefinitionId": role, "principalId": principal}})


def asked_for_roles(azure: PretendAzure) -> int:
    return sum(path.endswith("/roleAssignments") for path in azure.asked())


def test_roles_of_the_principal_on_the_gallery_itself(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    assign(azure, GALLERY, 1, CONTRIBUTOR, LAB_SERVICES)
    assign(azure, GALLERY, 2, OWNER, LAB_SERVICES)
    assign(azure, GALLERY, 3, CONTRIBUTOR, TEACHERS)
    assign(azure, GROUP, 4, CONTRIBUTOR, LAB_SERVICES)
    found = observe(WANTED, settings(labAccountServicePrincipalObjectId=LAB_SERVICES), arm)
    assert found.failures == ()
    assert set(found.role_assignments) == {
        ObservedRoleAssignment(f"{NAME}1", CONTRIBUTOR, LAB_SERVICES),
        ObservedRoleAssignment(f"{NAME}2", OWNER, LAB_SERVICES),
    }


def test_roles_on_images_of_each_principal(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("Python")
    azure.version("Python", "1.0.0", "ubuntu-2204-python-100", [{"name": "koreacentral"}])
    image = f"{GALLERY}/images/Python"
    assign(azure, image, 1, CONTRIBUTOR, LAB_SERVICES)
    assign(azure, image, 2, OWNER, TEACHERS)
    assign(azure, GALLERY, 3, OWNER, TEACHERS)
    assign(azure, f"{image}/versions/1.0.0", 4, OWNER, TEACHERS)
    listed = [{"principalId": TEACHERS, "principalType": "Group", "role": role} for role in ("Reader", "Owner")]
    chosen = settings(labAccountServicePrincipalObjectId=LAB_SERVICES, roleAssignments=listed)
    assert set(observe(WANTED, chosen, arm).role_assignments) == {
        ObservedRoleAssignment(f"{NAME}1", CONTRIBUTOR, LAB_SERVICES, "python"),
        ObservedRoleAssignment(f"{NAME}2", OWNER, TEACHERS, "python"),
        ObservedRoleAssignment(f"{NAME}3", OWNER, TEACHERS),
    }
    assert asked_for_roles(azure) == 2


def test_the_lock_is_looked_up_only_where_one_is_wanted(azure: PretendAzure, arm: Arm) -> None:
    locked = settings(lock="CanNotDelete")
    assert observe(WANTED, locked, arm).lock is False
    azure.gallery()
    assert observe(WANTED, locked, arm).lock is False
    lock = f"{GALLERY}/providers/Microsoft.Authorization/locks/lab-image-gallery"
    azure.send("PUT", f"{lock}", {"properties": {"level": "CanNotDelete"}})
    assert observe(WANTED, locked, arm).lock is True
    assert observe(WANTED, settings(), arm).lock is False
    azure.fault("/locks/", 403)
    (failure,) = observe(WANTED, locked, arm).failures
    assert "locks/lab-image-gallery with 403" in failure


def test_a_gallery_of_the_same_name_is_looked_for_before_ours_exists(azure: PretendAzure, arm: Arm) -> None:
    elsewhere = GALLERY.replace("/galleries/providers", "/labs/providers").replace("lab_images", "LAB_images")
    azure.send("PUT", f"{elsewhere}", {"location": "koreacentral"})
    assert str(observe(WANTED, settings(), arm).namesake).lower() == elsewhere.lower()
    assert observe(WANTED, settings(galleryName="other"), arm).namesake is None
    azure.send("DELETE", f"{elsewhere}")
    azure.gallery()
    before = len(azure.asked())
    assert observe(WANTED, settings(), arm).namesake is None
    assert SUBSCRIPTION_GALLERIES not in azure.asked()[before:]


@pytest.mark.parametrize(("status", "failures"), [(403, 0), (500, 1)])
def test_a_deployment_needs_no_right_to_list_the_subscription(
    azure: PretendAzure, arm: Arm, status: int, failures: int
) -> None:
    azure.fault(f"^{SUBSCRIPTION_GALLERIES}([?]|$)", status)
    found = observe(WANTED, settings(), arm)
    assert (found.namesake, len(found.failures)) == (None, failures)


def test_roles_are_looked_up_only_for_a_principal(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    assert observe(WANTED, settings(), arm).role_assignments == ()
    assert asked_for_roles(azure) == 0


def test_before_there_is_a_gallery_there_are_no_roles(azure: PretendAzure, arm: Arm) -> None:
    found = observe(WANTED, settings(labAccountServicePrincipalObjectId=LAB_SERVICES), arm)
    assert (found.role_assignments, found.failures) == ((), ())
    assert asked_for_roles(azure) == 1


def test_roles_that_may_not_be_read_are_a_failure(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.fault("/roleAssignments", 403)
    (failure,) = observe(WANTED, settings(labAccountServicePrincipalObjectId=LAB_SERVICES), arm).failures
    assert "roleAssignments with 403" in failure


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({"createResourceGroup": True}, ObservedResourceGroup(GROUP, "koreacentral")),
        ({"createResourceGroup": True, "resourceGroupName": "nowhere"}, None),
        ({}, None),
    ],
)
def test_the_resource_group_is_looked_up_where_the_stack_makes_it(
    azure: PretendAzure, arm: Arm, changes: dict[str, Any], group: ObservedResourceGroup | None
) -> None:
    found = observe(WANTED, settings(**changes), arm)
    assert (found.resource_group, found.failures) == (group, ())
    assert (GROUP in azure.asked()) is (group is not None)


def test_where_and_how_a_version_was_published(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("one")
    azure.version("one", "1.0.0", "debian-12-databases-100", [{"name": "koreacentral"}])
    found = observe(WANTED, settings(), arm)
    assert found.gallery is not None
    published = found.gallery.definitions["one"].versions["1.0.0"]
    assert (published.location, published.replication_mode) == ("koreacentral", "Full")
    assert published.provisioning_state == "Succeeded"


def test_a_version_that_is_not_ready_is_no_source(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    azure.definition("base")
    azure.send("POST", "/sandbox/replication", {"secondsPerRegion": 0, "failRegions": ["koreasouth"]})
    regions = [{"name": "koreacentral"}, {"name": "koreasouth"}]
    azure.version("base", "1.0.0", "debian-12-databases-100", regions)
    made_from = f"{GALLERY}/images/base/versions/1.0.0"
    found = observe(catalogue(one={"1.0.0": {"source": {"gallery_version": made_from}}}), settings(), arm)
    (unfinished,) = found.sources.values()
    assert (unfinished.failure, unfinished.missing) == (
        "its own publishing has not succeeded (its state is Failed)",
        True,
    )


def test_a_purchase_plan_is_read_from_where_each_kind_has_it(azure: PretendAzure, arm: Arm) -> None:
    plan = {"name": "n", "product": "o", "publisher": "p"}
    azure.gallery()
    azure.definition("base", purchasePlan=plan)
    azure.version("base", "1.0.0", "debian-12-databases-100", [{"name": "koreacentral"}])
    disk = {"osType": "Linux", "diskSizeGB": 30, "purchasePlan": plan, "creationData": {"createOption": "Empty"}}
    azure.send("PUT", f"{BUILD}/disks/bought", {"location": "koreacentral", "properties": disk})
    wanted = catalogue(
        one={"1.0.0": {"source": {"gallery_version": f"{GALLERY}/images/base/versions/1.0.0"}}},
        two={"1.0.0": {"source": {"disk": f"{BUILD}/disks/bought"}}},
        three={"1.0.0": {"source": source("snapshot", "ubuntu-2204-python-100")}},
    )
    found = observe(wanted, settings(), arm).sources
    plans = {key.rpartition("/")[2]: answer.purchase_plan for key, answer in found.items()}
    assert plans == {"1.0.0": ("n", "o", "p"), "bought": ("n", "o", "p"), "ubuntu-2204-python-100": None}


def test_all_features_of_a_definition_are_read(azure: PretendAzure, arm: Arm) -> None:
    azure.gallery()
    features = [
        {"name": "DiskControllerTypes", "value": "SCSI", "startsAtVersion": "2.0.0"},
        {"name": "SecurityType", "value": "TrustedLaunch"},
    ]
    azure.definition("gis", hyperVGeneration="V2", features=features)
    wanted = catalogue(gis={"1.0.0": {"source": source("snapshot", "ubuntu-2204-python-100")}})
    gallery = observe(wanted, settings(), arm).gallery
    assert gallery is not None
    assert gallery.definitions["gis"].features == (
        Feature("DiskControllerTypes", "SCSI", "2.0.0"),
        Feature("SecurityType", "TrustedLaunch"),
    )


def test_what_describes_the_system_is_read_from_where_each_kind_has_it(azure: PretendAzure, arm: Arm) -> None:
    secure = {"securityType": "ConfidentialVM_NonPersistedTPM"}
    disk = {
        "osType": "Linux",
        "diskSizeGB": 30,
        "hyperVGeneration": "V2",
        "creationData": {"createOption": "Empty"},
        "supportedCapabilities": {"architecture": "Arm64"},
        "securityProfile": secure,
    }
    azure.send("PUT", f"{BUILD}/disks/modern", {"location": "koreacentral", "properties": disk})
    os_disk = {"osType": "Linux", "diskSizeGB": 30, "managedDisk": {"id": f"{BUILD}/disks/modern"}}
    machine = {"storageProfile": {"osDisk": os_disk}, "securityProfile": {"securityType": "TrustedLaunch"}}
    azure.send("PUT", f"{BUILD}/virtualMachines/modern-vm", {"location": "koreacentral", "properties": machine})
    azure.gallery()
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    azure.definition("base", hyperVGeneration="V2", architecture="Arm64", features=features)
    azure.version("base", "1.0.0", "gen2-snapshot", [{"name": "koreacentral"}])
    wanted = catalogue(
        one={"1.0.0": {"source": {"gallery_version": f"{GALLERY}/images/base/versions/1.0.0"}}},
        two={"1.0.0": {"source": {"disk": f"{BUILD}/disks/modern"}}},
        three={"1.0.0": {"source": source("vm", "modern-vm")}},
        four={"1.0.0": {"source": source("snapshot", "ubuntu-2204-python-100")}},
    )
    found = {key.rpartition("/")[2]: answer for key, answer in observe(wanted, settings(), arm).sources.items()}
    assert {
        name: (answer.hyper_v_generation, answer.architecture, answer.security_type) for name, answer in found.items()
    } == {
        "1.0.0": ("V2", "Arm64", "TrustedLaunch"),
        "modern": ("V2", "Arm64", "ConfidentialVM"),
        "modern-vm": ("V2", "Arm64", "TrustedLaunch"),
        "ubuntu-2204-python-100": ("V1", None, None),
    }
    # A machine that tells its size needs no disk that can be read.
    azure.fault(".*/disks/modern.*", 403)
    machine_only = catalogue(three={"1.0.0": {"source": source("vm", "modern-vm")}})
    (seen,) = observe(machine_only, settings(), arm).sources.values()
    assert (seen.failure, seen.os_disk_size_gb, seen.hyper_v_generation) == (None, 30, None)
