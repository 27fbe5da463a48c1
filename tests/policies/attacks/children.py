"""Definitions and versions below a component are judged by what they show, whatever a transformation made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.policies.attacks.programs import (
    all_of_ours,
    child_definition,
    child_version,
    component,
    only_version,
    ours,
    ours_defined,
    tags,
)
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import (
    COMPLETE,
    DEPLOYED_NOTICES,
    LAB_REGIONS,
    LATEST,
    NOTICES,
    OS_DISK,
    REPLICAS,
    SINGLE,
    SUPPORTED,
)
from tests.policies.inputs import COMPUTE, region, version
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, Declared

KIND = Kind.CHILDREN
HOME = {"name": "koreacentral", "regionalReplicaCount": 1}
SOUTH = {"name": "koreasouth", "regionalReplicaCount": 1}
DISK = {"osDiskImage": {"source": {"id": f"{COMPUTE}/snapshots/another"}}}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _regions()
    yield from _definitions()
    yield from _versions()
    yield from _honest()


def _regions() -> Iterator[Row]:
    for name, targets, words in (
        ("abroad with 90 replicas", [HOME, {"name": "eastus", "regionalReplicaCount": 90}], "eastus"),
        ("in fewer regions", [HOME], "target regions"),
        ("with more replicas", [HOME, {**SOUTH, "regionalReplicaCount": 50}], "replicas"),
        ("with 101 replicas", [HOME, {**SOUTH, "regionalReplicaCount": 100}], "101"),
        ("with an unknown region", [HOME, SOUTH, {**HOME, "name": UNKNOWN_TEXT}], "not known"),
        ("with unknown regions", UNKNOWN_LIST, "not known"),
    ):
        yield Row(f"sent {name}", KIND, ours(publishingProfile={"targetRegions": targets}), (REPLICAS,), (words,))
    extended = [{"name": "koreacentral", "extendedLocation": {"name": "losangeles", "type": "EdgeZone"}}]
    publishing = {"targetRegions": [HOME, SOUTH], "targetExtendedLocations": extended}
    yield Row(
        "sent to an edge zone", KIND, ours(publishingProfile=publishing), (REPLICAS,), ("targetExtendedLocations",)
    )


def _definitions() -> Iterator[Row]:
    trusted = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    for name, changes, words in (
        ("of generation 2", {"hyperVGeneration": "V2"}, "V2"),
        ("of unknown generation", {"hyperVGeneration": UNKNOWN_TEXT}, "not known"),
        ("of Trusted Launch", {"features": trusted}, "TrustedLaunch"),
        ("of Arm64", {"architecture": "Arm64"}, "Arm64"),
        ("of another OS state", {"osState": "Specialized"}, "differ"),
        ("of another OS", {"osType": "Windows"}, "differ"),
        ("with unknown features", {"features": UNKNOWN_LIST}, "not known"),
    ):
        yield Row(
            f"below the component, a definition {name}", KIND, ours_defined(**changes), (SUPPORTED,), ("gis", words)
        )


def _versions() -> Iterator[Row]:
    image, defined, child = ours()
    stranger = child_version(image, version(version="2.0.0"))
    words = ("gis 2.0.0",)
    yield Row("a version that the component does not list", KIND, (image, defined, child, stranger), (OS_DISK,), words)
    tagged = child_version(image, version(version="2.0.0"), tags=tags())
    yield Row("the same with tags", KIND, (image, defined, child, tagged), (OS_DISK,), words)
    yield Row(
        "from another snapshot",
        KIND,
        ours(storageProfile=DISK),
        (OS_DISK,),
        ("gis 1.0.0", "do not have the same source", "a state"),
    )
    vm = {"source": {"virtualMachineId": f"{COMPUTE}/virtualMachines/big"}}
    yield Row("from a machine", KIND, ours(storageProfile=vm), (OS_DISK,), ("gis 1.0.0",))
    added = {**child.inputs["storageProfile"], "dataDiskImages": [{"lun": 0}]}
    yield Row("with a data disk added", KIND, ours(storageProfile=added), (SINGLE,), ("1 data disk",))
    unknown = {**child.inputs["storageProfile"], "dataDiskImages": UNKNOWN_LIST}
    yield Row("with unknown data disks added", KIND, ours(storageProfile=unknown), (SINGLE,), ("not known",))
    both = {"targetRegions": [HOME, SOUTH]}
    excluded = {**both, "excludeFromLatest": True}
    yield Row("excluded from latest", KIND, ours(publishingProfile=excluded), (LATEST,), ("gis 1.0.0",))
    in_south = {"targetRegions": [HOME, {**SOUTH, "excludeFromLatest": True}]}
    yield Row(
        "excluded from latest in a region", KIND, ours(publishingProfile=in_south), (LATEST,), ("gis 1.0.0", "latest")
    )
    uefi = {"uefiSettings": {"signatureTemplateNames": ["NoSignatureTemplate"]}}
    yield Row("with UEFI settings", KIND, ours(securityProfile=uefi), (SUPPORTED,), ("uefiSettings",))
    yield Row("with an unknown security profile", KIND, ours(securityProfile=UNKNOWN_OBJECT), (SUPPORTED,))
    sourceless = component(version(source={"kind": "snapshot"}))
    of_another = child_version(sourceless, version())
    program = (sourceless, child_definition(sourceless), of_another)
    yield Row("an entry that does not say which snapshot", KIND, program, (OS_DISK,), ("gis 1.0.0",))
    anonymous = ours(version(version=UNKNOWN_TEXT))
    yield Row("a number that nobody knows", KIND, anonymous, (OS_DISK, LATEST), ("gis",))
    one, another = version(), version(source={"kind": "snapshot", "id": DISK["osDiskImage"]["source"]["id"]})
    listed_twice = component(one, another)
    from_other = (listed_twice, child_definition(listed_twice), child_version(listed_twice, another))
    yield Row("one number listed twice with two sources", KIND, from_other, (OS_DISK,), ("gis 1.0.0",))
    again = replace(child, name="again")
    yield Row("one number declared twice below the component", KIND, (image, defined, child, again), (COMPLETE,))
    twice = component(version(version="2.0.0"), name="gis-again", image="gis")
    second = (twice, child_definition(twice), child_version(twice, version(version="2.0.0")))
    yield Row("two components of one name", KIND, (image, defined, child, *second), (COMPLETE,), ("gis",))
    yield Row(
        "a raw version of the same number", KIND, (image, defined, child, only_version()), (COMPLETE,), ("1.0.0",)
    )
    other = Declared("other:index:LabImage", "gis", image.inputs)
    below = replace(child, parent=other)
    yield Row("below another component of that name", KIND, (image, defined, below), (OS_DISK,), ("gis 1.0.0",))
    for_desktops = {"tags": {"lab-consumers": "other"}}
    claimed = ours_defined(hyperVGeneration="V2", **for_desktops)
    yield Row("a definition of generation 2 that claims to be for desktops", KIND, claimed, (SUPPORTED,), ("V2",))
    unlisted = child_version(image, version(version="2.0.0"), **for_desktops)
    name = "a version that is not listed and claims to be for desktops"
    yield Row(name, KIND, (image, defined, child, unlisted), (OS_DISK,), words)
    renamed = replace(child, inputs={**child.inputs, "galleryImageVersionName": "2.0.0"})
    yield Row("another number under a name that is listed", KIND, (image, defined, renamed), (OS_DISK,), words)
    other_gallery = replace(child, inputs={**child.inputs, "galleryName": "others"})
    yield Row("into another gallery", KIND, (image, defined, other_gallery), (COMPLETE,), ("others",))
    deeper = replace(child, parent=Declared("other:index:Group", "group", {}, parent=image))
    yield Row("two levels below the component", KIND, (image, defined, deeper), (OS_DISK,), ("gis 1.0.0",))


def _honest() -> Iterator[Row]:
    yield Row("as the component declares them passes", KIND, ours())
    spelt = [{"name": "Korea South", "regionalReplicaCount": 1}, {"name": "Korea Central", "regionalReplicaCount": 1}]
    yield Row("regions in another order and spelling pass", KIND, ours(publishingProfile={"targetRegions": spelt}))
    yield Row("features that are implied pass", KIND, ours_defined(features=None, architecture=None))
    for source in ("vm", "managed_image", "gallery_version", "disk"):
        entry = version(source={"kind": source, "id": f"{COMPUTE}/x/golden"})
        state = {"osState": "Specialized"} if source == "vm" else {}
        yield Row(f"from a {source} passes", KIND, ours(entry, state))
    image = component(version(), version(version="2.0.0"))
    children = (child_version(image, each) for each in image.inputs["versions"])
    yield Row("two versions pass", KIND, (image, child_definition(image), *children))
    large = version(osDiskSizeGb=256, declaredOsDiskSizeGb=256)
    desktop = {"consumers": ["other"], "hyperVGeneration": "V2", "securityType": "TrustedLaunch"}
    yield Row("for others 256 GB of generation 2 pass", KIND, ours(large, desktop))
    yield Row("the component's own fault is told once", KIND, ours(large), (OS_DISK,), ("256 GB",))
    second = ours(None, {"hyperVGeneration": "V2"})
    yield Row("the component's own generation is told once", KIND, second, (SUPPORTED,), ("V2",))
    abroad = version(targetRegions=[region(), region("japaneast")])
    yield Row("the component's own region is told once", KIND, ours(abroad), (REPLICAS,), ("japaneast",))
    image, defined, child = ours()
    shouted = replace(child, inputs={**child.inputs, "galleryImageName": "GIS"})
    yield Row("an image in another case passes", KIND, (image, defined, shouted))
    facts = (OS_DISK, SINGLE, LATEST, LATEST, NOTICES, NOTICES, LAB_REGIONS, LAB_REGIONS, LAB_REGIONS, DEPLOYED_NOTICES)
    words = ("windows-2022-cad 1.0.0", "koreasouth", "captured", "japaneast", "desktops")
    yield Row("all that this program declares is told once", KIND, all_of_ours(), facts, words)
    for token in ("azure-native_compute_v20240303:compute:{}", "azure-native:compute/v20240303:{}"):
        image, defined, child = ours()
        newer = (
            replace(defined, type=token.format("GalleryImage")),
            replace(child, type=token.format("GalleryImageVersion")),
        )
        yield Row(f"{token} below the component passes", KIND, (image, *newer))
        abroad = {"targetRegions": [HOME, {"name": "eastus"}]}
        sent = replace(newer[1], inputs={**child.inputs, "publishingProfile": abroad})
        yield Row(f"{token} sent abroad", KIND, (image, newer[0], sent), (REPLICAS,), ("eastus",))
