"""Every token of a type is the type: of any api-version, and of a provider package of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.policies.attacks.programs import definition, only_version, raw, raw_lab_plan, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import COMPLETE, DEPLOYED_DISKS, OS_DISK, SUPPORTED
from tests.policies.inputs import COMPUTE
from tests.support.policy_server import UNKNOWN_NUMBER, UNKNOWN_TEXT, Declared, Mode

COMPUTE_TOKENS = (
    "azure-native:compute:{}",
    "azure-native:compute/v20240303:{}",
    "azure-native:compute/v20200930preview:{}",
    "azure-native_compute_v20240303:compute:{}",
    "azure-native_compute_v20250303:compute:{}",
    "azure-nextgen:compute:{}",
    "azure-nextgen:compute/v20200930:{}",
    "azure-nextgen:compute/latest:{}",
)
LAB_PLAN_TOKENS = (
    "azure-native:labservices:LabPlan",
    "azure-native:labservices/v20220801:LabPlan",
    "azure-native_labservices_v20231005:labservices:LabPlan",
)
SOURCES: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("Disk", {"diskSizeGB": 256}, "256 GB"),
    ("Snapshot", {"diskSizeGB": 256}, "256 GB"),
    ("Image", {"storageProfile": {"osDisk": {"diskSizeGB": 200}}}, "200 GB"),
    ("VirtualMachine", {"storageProfile": {"dataDisks": [{"lun": 0}, {"lun": 1}]}}, "2 data disks"),
)
STRANGERS = (
    "azure-native:compute:GalleryApplicationVersion",
    "azure-native_compute_v20240303:compute:GalleryInVMAccessControlProfileVersion",
    "azure-native:computer:GalleryImageVersion",
    "contoso:compute:GalleryImageVersion",
    "contoso-azure-native:compute:GalleryImageVersion",
    "lab-image-gallery:other:LabImage",
)
"""Types that only resemble ours."""


def rows() -> Iterator[Row]:
    """The rows of this route."""
    kind = Kind.TOKENS
    for token in COMPUTE_TOKENS:
        version, image = token.format("GalleryImageVersion"), token.format("GalleryImage")
        yield Row(f"{version} passes", kind, (definition(token=image), only_version(token=version)))
        yield Row(
            f"{version} of 256 GB",
            kind,
            (definition(token=image), only_version({"tags": tags("256")}, version)),
            (OS_DISK,),
            ("gis 1.0.0", "256 GB"),
        )
        yield Row(
            f"{image} of generation 2",
            kind,
            (definition({"hyperVGeneration": "V2"}, image), only_version()),
            (SUPPORTED,),
            ("V2",),
        )
        yield Row(
            f"{version} of 256 GB in a state",
            kind,
            (definition(token=image), only_version({"tags": {}}, version, size=256)),
            (DEPLOYED_DISKS,),
            ("gis 1.0.0", "256 GB"),
            mode=Mode.STATE,
        )
    for number, (name, properties, words) in enumerate(SOURCES):
        token = COMPUTE_TOKENS[3 + number].format(name)
        source = Declared(token, "golden", properties)
        yield Row(f"made from {token}", kind, made_from(source), (DEPLOYED_DISKS,), ("golden", words))
    small = Declared(COMPUTE_TOKENS[3].format("Disk"), "golden", {"diskSizeGB": 64})
    yield Row("made from a small disk passes", kind, made_from(small))
    unsized = Declared(COMPUTE_TOKENS[3].format("Disk"), "golden", {"diskSizeGB": UNKNOWN_NUMBER})
    yield Row("made from a disk without a size passes by its tag", kind, made_from(unsized))
    for token in LAB_PLAN_TOKENS:
        plan = raw_lab_plan("koreacentral", "koreasouth", token=token)
        yield Row(f"{token} where no replica is", kind, (*raw(), plan), (COMPLETE,), ("koreasouth", "gis"))
        yield Row(f"{token} passes", kind, (*raw(), raw_lab_plan("koreacentral", token=token)))
    for token in STRANGERS:
        yield Row(f"{token} is left alone", kind, (only_version({"tags": tags("256")}, token, size=256),))


def made_from(source: Declared) -> tuple[Declared, ...]:
    """A program whose version is made from a resource beside it."""
    profile: dict[str, Any] = {"osDiskImage": {"source": {"id": UNKNOWN_TEXT}}}
    if source.type.endswith(("Image", "VirtualMachine")):
        profile = {"source": {"id": f"{COMPUTE}/images/golden"}}
    defined, version = raw({"storageProfile": profile})
    feeding = {"storageProfile": [source.urn]}
    return source, defined, Declared(version.type, version.name, version.inputs, version.outputs, None, feeding)
