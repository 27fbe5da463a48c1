"""Messages name the remedy that helps."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.attacks.programs import definition, existing, one_region, only_version, ours, raw, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import DEPLOYED_DISKS, NOTICES, OS_DISK, SINGLE, STORAGE, SUPPORTED
from tests.policies.inputs import COMPUTE, version
from tests.support.builders import GALLERY
from tests.support.policy_server import UNKNOWN_LIST, Declared


def rows() -> Iterator[Row]:
    """The rows of this route."""
    kind = Kind.MESSAGES
    trusted = {"features": [{"name": "SecurityType", "value": "TrustedLaunch"}]}
    words = ("TrustedLaunch", "features")
    yield Row("raw Trusted Launch names features", kind, raw({}, trusted), (SUPPORTED,), words, ("securityType",))
    ours_trusted = ours(None, {"securityType": "TrustedLaunch"})
    yield Row("ours names security_type", kind, ours_trusted, (SUPPORTED,), ("security_type",), ("features",))
    misspelt = {"lab-consumers": "virtual_dektop"}
    misspelt_raw = raw({"tags": tags("256") | misspelt}, {"tags": misspelt})
    unknown_name = (
        'Of its consumers "virtual_dektop" is not known',
        "known are dev_box, devtest_labs, lab_services, other, virtual_desktop, windows_365",
    )
    yield Row("a misspelt consumer is named", kind, misspelt_raw, (OS_DISK,), unknown_name)
    unknown = {"storageProfile": {"osDiskImage": {"source": {"id": "x"}}, "dataDiskImages": UNKNOWN_LIST}}
    give = ("the tag lab-data-disk-count with their number",)
    yield Row("unknown data disks with the tag", kind, raw(unknown), (SINGLE,), ("dataDiskImages",), give)
    implied = {"storageProfile": {"source": {"id": f"{COMPUTE}/images/x"}}, "tags": {"lab-os-disk-size-gb": "64"}}
    yield Row("unknown data disks without the tag", kind, raw(implied), (SINGLE,), ("lab-data-disk-count",))
    listed = {"storageProfile": {"osDiskImage": {"source": {"id": "x"}}, "dataDiskImages": [{"lun": 0}]}}
    yield Row("a data disk beside a tag that denies it", kind, raw(listed), (SINGLE,), ("1 data disk", "tag"))
    large_raw = raw({"tags": tags("256")})
    yield Row("256 GB of a raw version names its tag", kind, large_raw, (OS_DISK,), ("lab-os-disk-size-gb to the new",))
    past = {"publishingProfile": one_region() | {"endOfLifeDate": "2020-01-01"}}
    yield Row("a raw end of life", kind, raw(past), (NOTICES,), ("endOfLifeDate",), ("end_of_life",))
    many = {"publishingProfile": one_region(regionalReplicaCount=100)}
    limit = {STORAGE: {"limitGb": 6400}}
    component_words = ("catalogue", "replicas_per_region", "target_regions")
    yield Row("raw storage", kind, raw(many), (STORAGE,), ("6,400 GB",), component_words, configuration=limit)
    taken = {"kind": "existing", "id": f"{GALLERY}/images/gis/versions/1.0.0"}
    two_disks = version(source=taken, dataDiskCount=1, declaredDataDiskCount=1)
    change = ("change the source",)
    yield Row("a data disk of a version that exists", kind, ours(two_disks), (SINGLE,), ("1 data disk",), change)
    large = version(source=taken, osDiskSizeGb=256, declaredOsDiskSizeGb=256)
    source = ("change the source", "another source")
    yield Row("256 GB of a version that exists", kind, ours(large), (OS_DISK,), ("256 GB",), source)
    differs = version(source=taken, declaredOsDiskSizeGb=32)
    both = ("32 GB", "64 GB")
    yield Row("declared otherwise than it exists", kind, ours(differs), (OS_DISK,), both, ("or the source",))
    for name, program in (
        ("raw", raw({"tags": tags("256")})),
        ("ours", ours(version(osDiskSizeGb=256, declaredOsDiskSizeGb=256))),
    ):
        yield Row(f"256 GB is told once, {name}", kind, program, (OS_DISK,), ("256 GB",))
    yield Row("swapped is told once", kind, existing(ours(), 256), (DEPLOYED_DISKS,), ("version number",))
    yield Row("nothing to say of a good image, raw and ours", kind, (*ours(), *_of_another_image()))


def _of_another_image() -> tuple[Declared, Declared]:
    name = {"galleryImageName": "cad"}
    return definition(name, name="cad"), only_version(name, name="cad-1")
