"""What services other than Lab Services take: an image is judged by each one that it lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.policies.attacks.programs import (
    child_definition,
    definition,
    one_region,
    only_version,
    ours,
    raw,
    tags,
)
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import COMPLETE, CONSUMERS, KNOWN_ROUTE, LAB_REGIONS, SUPPORTED
from tests.policies.inputs import SNAPSHOT, region, version
from tests.support.policy_server import UNKNOWN_NUMBER, UNKNOWN_TEXT, Declared, Mode

KIND = Kind.SERVICES
CLOUD_PC = {"osType": "Windows", "hyperVGeneration": "V2", "securityType": "TrustedLaunch"}
DESKTOP = {"osType": "Windows"}
TAKEN = {
    "devtest_labs": {},
    "virtual_desktop": DESKTOP,
    "windows_365": CLOUD_PC,
    "dev_box": CLOUD_PC,
}
TRUSTED = [{"name": "SecurityType", "value": "TrustedLaunch"}]
RAW_CLOUD_PC = {"osType": "Windows", "hyperVGeneration": "V2", "features": TRUSTED}
DEVTEST = "lab-image-gallery:index:DevTestAttachment"
DEPLOYMENT = "azure-native:resources:Deployment"
IMAGE_TYPE = "Microsoft.Compute/galleries/images"


def rows() -> Iterator[Row]:
    """The rows of this route."""
    for service, above in TAKEN.items():
        yield Row(f"what {service} takes passes", KIND, _ours(service, above))
        yield Row(f"what {service} takes passes in a state", KIND, _ours(service, above), mode=Mode.STATE)
        for key in ("osType", "osState"):
            for name, value in (("missing", None), ("unknown", UNKNOWN_TEXT), ("strange", "Plan9")):
                wrong = _ours(service, {**above, key: value})
                yield Row(f"for {service} with a {name} {key}", KIND, wrong, (CONSUMERS,), ("gis", service))
    large = version(osDiskSizeGb=256, declaredOsDiskSizeGb=256, dataDiskCount=1, declaredDataDiskCount=1)
    yield Row("for desktops 256 GB and a data disk pass", KIND, _ours("virtual_desktop", DESKTOP, large))
    specialized = {"osState": "Specialized"}
    yield Row("a specialized image for DevTest labs passes", KIND, _ours("devtest_labs", specialized))
    for service in ("virtual_desktop", "windows_365", "dev_box"):
        wrong = _ours(service, {**TAKEN[service], **specialized})
        yield Row(f"a specialized image for {service}", KIND, wrong, (CONSUMERS,), ("Specialized", "Generalized"))
        linux = _ours(service, {**TAKEN[service], "osType": "Linux"})
        yield Row(f"Linux for {service}", KIND, linux, (CONSUMERS,), ("Linux", "Windows"))
    yield from _cloud_pcs()
    yield from _raw()
    yield from _children()
    yield from _devtest()


def _cloud_pcs() -> Iterator[Row]:
    for service in ("windows_365", "dev_box"):
        for security in ("Standard", "ConfidentialVM", UNKNOWN_TEXT):
            wrong = _ours(service, {**CLOUD_PC, "securityType": security})
            yield Row(f"security type {security} for {service}", KIND, wrong, (CONSUMERS,), ("security type",))
        supported = _ours(service, {**CLOUD_PC, "securityType": "TrustedLaunchSupported"})
        yield Row(f"Trusted Launch supported for {service} passes", KIND, supported)
        big = version(osDiskSizeGb=512, declaredOsDiskSizeGb=512)
        yield Row(f"512 GB for {service} pass, since no rule is certain", KIND, _ours(service, CLOUD_PC, big))
        first = _ours(service, {**CLOUD_PC, "hyperVGeneration": "V1"})
        yield Row(f"generation 1 for {service}", KIND, first, (CONSUMERS,), ('"V1"', "V2"))
    for name, count in (("one", 1), ("unknown", UNKNOWN_NUMBER), ("missing", None), ("text", "0")):
        entry = version(dataDiskCount=count, declaredDataDiskCount=count)
        found = _ours("windows_365", CLOUD_PC, entry)
        yield Row(f"{name} data disks for Windows 365", KIND, found, (CONSUMERS,), ("gis 1.0.0", "data disks"))
    both = {**CLOUD_PC, "consumers": ["windows_365", "virtual_desktop"]}
    yield Row("one image for two services passes", KIND, ours(None, both))
    twice = {**CLOUD_PC, "osType": "Linux", "consumers": ["windows_365", "virtual_desktop", "windows_365"]}
    yield Row("an image that two services refuse", KIND, ours(None, twice), (CONSUMERS, CONSUMERS))
    labs = {**DESKTOP, "consumers": ["lab_services", "virtual_desktop"]}
    yield Row("one image for labs and desktops passes", KIND, ours(None, labs))
    none = {**DESKTOP, "hyperVGeneration": "V2", "consumers": ["lab_services", "windows_365"]}
    refused = ours(None, {**none, "securityType": "TrustedLaunch"})
    yield Row("one image for labs and Windows 365", KIND, refused, (SUPPORTED, SUPPORTED), ('"V2"',))


def _raw() -> Iterator[Row]:
    cloud_pc = _raw_for("windows_365", RAW_CLOUD_PC)
    yield Row("raw for Windows 365 passes", KIND, cloud_pc)
    yield Row("raw for desktops passes", KIND, _raw_for("virtual_desktop", DESKTOP))
    yield Row(
        "raw for Windows 365 of unknown security type",
        KIND,
        _raw_for("windows_365", CLOUD_PC | {"features": None}),
        (CONSUMERS,),
    )
    yield Row("raw Linux for desktops", KIND, _raw_for("virtual_desktop", {}), (CONSUMERS,), ("Linux",))
    yield Row("raw specialized for DevTest labs passes", KIND, _raw_for("devtest_labs", {"osState": "Specialized"}))
    unknown = _raw_for("devtest_labs", {"osState": UNKNOWN_TEXT})
    yield Row("raw for DevTest labs of unknown state", KIND, unknown, (CONSUMERS,), ("not known",))
    profile = {"osDiskImage": {"source": {"id": SNAPSHOT}}, "dataDiskImages": [{"lun": 0}]}
    with_disk = only_version({"tags": tags(lab_consumers="windows_365"), "storageProfile": profile})
    disks = (cloud_pc[0], with_disk)
    yield Row("raw with data disks for Windows 365", KIND, disks, (CONSUMERS,), ("data disks",))
    for name, spelling in (("capitals", "Windows_365"), ("a misspelt name", "windows365")):
        said = {"lab-consumers": spelling}
        taken = raw({"tags": tags() | said}, {"tags": said})
        yield Row(f"raw with {name} is judged as for labs", KIND, taken)
    yield Row("a version for desktops without its definition", KIND, cloud_pc[1:], (COMPLETE,), ("windows_365",))
    differing = (definition({**DESKTOP, "tags": {"lab-consumers": "other"}}), cloud_pc[1])
    yield Row("a version for others than its definition", KIND, differing, (COMPLETE,), ("lab-consumers",))
    template = {"resources": [{"type": IMAGE_TYPE, "name": "images/gis", "tags": {"lab-consumers": "windows_365"}}]}
    unseen = Declared(DEPLOYMENT, "made", {"properties": {"mode": "Incremental", "template": template}}, {})
    yield Row("made by a template for Windows 365", KIND, (unseen,), (KNOWN_ROUTE,), ("windows_365",))


def _children() -> Iterator[Row]:
    image, _, child = _ours("windows_365", CLOUD_PC)
    first = child_definition(image, hyperVGeneration="V1")
    yield Row("below the component, generation 1 for Windows 365", KIND, (image, first, child), (CONSUMERS,), ('"V1"',))
    moved = child_definition(image, location="eastus")
    yield Row("below the component, another place", KIND, (image, moved, child), (CONSUMERS,), ("differ",))


def _devtest() -> Iterator[Row]:
    lab, south = _lab("Korea Central"), _lab("koreasouth")
    only = version(targetRegions=[region()])
    words = ("gis 1.0.0", "koreasouth", "DevTest")
    for consumers in (["devtest_labs"], ["other", "devtest_labs"], None):
        who, image = {"consumers": consumers}, ours(only, {"consumers": consumers})
        yield Row(f"a DevTest lab beside a replica, {who}, passes", KIND, (*image, lab))
        yield Row(f"a DevTest lab without a replica, {who}", KIND, (*image, south), (COMPLETE,), words)
        yield Row(f"a DevTest lab and a replica in each region, {who}, passes", KIND, (*ours(None, who), south))
    for consumers in (["lab_services"], ["other"]):
        others = ours(only, {"consumers": consumers})
        yield Row(f"a DevTest lab without a replica of an image for {consumers} passes", KIND, (*others, south))
    hidden = version(targetRegions=[region(), region("koreasouth", excludeFromLatest=True)])
    excluded = ours(hidden, {"consumers": ["devtest_labs"]})
    yield Row("a DevTest lab with an excluded replica", KIND, (*excluded, south), (COMPLETE,), words)
    for name, where in (("no", ""), ("a missing", None), ("an unknown", UNKNOWN_TEXT), ("a strange", "atlantis")):
        yield Row(f"a DevTest lab of {name} region", KIND, (_lab(where),), (LAB_REGIONS,))
    for service, by in (("devtest_labs", (COMPLETE,)), ("other", ()), ("virtual_desktop", ())):
        what = "is refused" if by else "passes"
        program = (*_raw_for(service, DESKTOP), south)
        yield Row(f"raw for {service} without a replica at the DevTest lab {what}", KIND, program, by)
    both = [one_region(name)["targetRegions"][0] for name in ("koreasouth", "Korea Central")]
    said = {"lab-consumers": "devtest_labs"}
    covered = raw({"tags": tags() | said, "publishingProfile": {"targetRegions": both}}, {"tags": said})
    yield Row("raw with a replica at the DevTest lab passes", KIND, (*covered, south))


def _ours(service: str, above: dict[str, Any], entry: dict[str, Any] | None = None) -> tuple[Declared, ...]:
    return ours(entry, {**above, "consumers": [service]})


def _raw_for(service: str, above: dict[str, Any]) -> tuple[Declared, Declared]:
    said = {"lab-consumers": service}
    return (
        definition({**above, "tags": said}),
        only_version({"tags": tags(lab_consumers=service)}),
    )


def _lab(where: object) -> Declared:
    return Declared(DEVTEST, "devtest:courses", {"labLocation": where, "galleryLocation": "koreacentral"}, {})
