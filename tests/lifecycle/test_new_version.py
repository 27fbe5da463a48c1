"""A new version: its source, its facts, and the conflicts of the plan with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.images.version import VersionDefaults
from catalog.images.version_number import VersionStep, version_key
from lifecycle.new_version import (
    CARRIED,
    LEFT,
    NewVersionError,
    agreed_facts,
    carried_over,
    new_version_conflicts,
    next_number,
    read_source,
    version_entry,
)
from plan.disks import DiskFacts
from plan.observed import Observed
from plan.plan import LOOK
from tests.support.builders import (
    COMPUTE,
    GALLERY,
    SNAPSHOT,
    catalogue,
    image,
    observed_definition,
    observed_gallery,
    observed_source,
    settings,
    version,
)

ACCOUNT = COMPUTE.replace("Microsoft.Compute", "Microsoft.Storage/storageAccounts/contosoimages")
BLOB = "https://contosoimages.blob.core.windows.net/vhds/gis.vhd"
NUMBERS = st.builds("{}.{}.{}".format, *[st.integers(0, 2**31 - 2)] * 3)
VERSION = f"{GALLERY}/images/gis/versions"


def test_a_source_of_each_kind() -> None:
    assert read_source(f"snapshot= {SNAPSHOT} ") == read_source(f" {SNAPSHOT}") == {"snapshot": SNAPSHOT}
    vhd = {"vhd": {"storage_account": ACCOUNT, "uri": BLOB}}
    assert read_source(f"vhd={BLOB}", ACCOUNT) == read_source(BLOB, ACCOUNT) == vhd


def test_an_id_is_written_in_its_usual_spelling() -> None:
    shouted = SNAPSHOT.replace("subscriptions", "SUBSCRIPTIONS").replace("Compute/snapshots", "COMPUTE/SnapShots")
    assert read_source(shouted) == {"snapshot": SNAPSHOT}
    assert read_source(f"{SNAPSHOT}=1") == {"snapshot": f"{SNAPSHOT}=1"}


@pytest.mark.parametrize(
    ("text", "account", "words"),
    [
        ("gis-100", None, "a resource id starts with /subscriptions/"),
        ("snapshto=/x", None, '"snapshto" is no kind of source; write snapshot=ID, or the id alone'),
        ("x=/x", None, "it is one of vm, managed_image, disk, snapshot, gallery_version, vhd; or the id alone"),
        (
            f"disk={SNAPSHOT}",
            None,
            "disk= is the key of a disk, and what follows names a snapshot; write snapshot=ID, or the id alone",
        ),
        (f"snapshot={BLOB}?sig=c2VjcmV0", ACCOUNT, "what follows names a VHD"),
        (SNAPSHOT.replace("snapshots", "snapshot"), None, "write Microsoft.Compute/snapshots"),
        ("snapshot=gis", None, "snapshot: a resource id starts with /subscriptions/"),
        ("existing=true", None, "is taken over with: labs import"),
        ("existing", None, "is taken over with: labs import"),
        (f"{BLOB}?sig=c2VjcmV0", None, "a SAS token must never be in git"),
        (
            f"{VERSION}/Latest",
            None,
            "latest is another version each time that one is published; name one by its number",
        ),
        (f"{BLOB}?sig=c2VjcmV0", ACCOUNT, "a SAS token must never be in git"),
        (f"vhd={BLOB}?sig=c2VjcmV0", ACCOUNT, "a SAS token must never be in git"),
    ],
)
def test_what_is_no_source(text: str, account: str | None, words: str) -> None:
    with pytest.raises(NewVersionError) as refused:
        read_source(text, account)
    assert words in str(refused.value)
    assert "c2VjcmV0" not in str(refused.value)


def test_facts_are_looked_up_and_completed_by_a_person() -> None:
    assert agreed_facts(observed_source(), None, None) == DiskFacts(64, 0)
    assert agreed_facts(None, 30, 0) == DiskFacts(30, 0)
    assert agreed_facts(observed_source(os_disk_size_gb=None), 30, None) == DiskFacts(30, 0)
    with pytest.raises(
        NewVersionError, match=r"--size 30 contradicts Azure, where the source has 64; .*; --disks 2 contradicts"
    ):
        agreed_facts(observed_source(), 30, 2)


def test_the_entry_does_not_repeat_the_defaults() -> None:
    source, defaults = {"snapshot": SNAPSHOT}, VersionDefaults(data_disk_count=0)
    assert version_entry(source, DiskFacts(64, 0), defaults) == {"source": source, "os_disk_size_gb": 64}
    assert version_entry(source, DiskFacts(None, 1), defaults) == {"source": source, "data_disk_count": 1}
    with pytest.raises(NewVersionError, match=r"the disks of this snapshot; give --size GB$"):
        version_entry(source, DiskFacts(None, 1), defaults, answered=True)
    with pytest.raises(NewVersionError, match="give --size GB and --disks COUNT"):
        version_entry(read_source(f"vhd={BLOB}", ACCOUNT), DiskFacts(None, None), defaults)
    with pytest.raises(NewVersionError, match=r"--storage-account with the id .*\n.* give --size GB and --disks COUNT"):
        version_entry(read_source(BLOB), DiskFacts(None, None), defaults)


def test_only_what_concerns_the_new_version_counts() -> None:
    wanted = catalogue(
        gis=image(versions={"1.0.0": version(source={"snapshot": f"{SNAPSHOT}-gone"}), "1.1.0": version()})
    )
    gallery = observed_gallery(observed_definition())
    good = Observed(gallery=gallery, sources={SNAPSHOT.lower(): observed_source()})
    assert new_version_conflicts(wanted, "gis", "1.1.0", settings(), good) == []
    changes = {"os_type": "Windows", "hyper_v_generation": "V2", "region": "japaneast", "os_state": "Specialized"}
    misfit = Observed(gallery=gallery, sources={SNAPSHOT.lower(): observed_source(**changes)})
    found = "\n".join(map(str, new_version_conflicts(wanted, "gis", "1.1.0", settings(), misfit)))
    assert found.count("images.gis.versions.1.1.0: ") == 4
    assert all(words in found for words in ("is Windows", "is V2", "is in japaneast", "is Specialized"))
    failed = new_version_conflicts(wanted, "gis", "1.1.0", settings(), Observed(failures=("no way",)))
    assert [conflict.subject for conflict in failed] == [LOOK]


@pytest.mark.parametrize(
    ("known", "step", "expected"),
    [
        ([], "patch", "1.0.0"),
        ([], "major", "1.0.0"),
        (["1.0.0", "1.10.0", "1.9.9"], "patch", "1.10.1"),
        (["1.0.0", "1.10.3"], "minor", "1.11.0"),
        (["1.10.3"], "major", "2.0.0"),
        (["1.0", "latest"], "patch", "1.0.0"),
        (["1.0.0", "2024.01.15"], "patch", "2024.1.16"),
        (["1.0.0", "2024.01.15"], "minor", "2024.2.0"),
        (["1.0.0", "02024.01.15"], "major", "2025.0.0"),
    ],
)
def test_the_next_number(known: list[str], step: VersionStep, expected: str) -> None:
    assert next_number(known, step) == expected


@given(st.lists(NUMBERS), st.sampled_from(["patch", "minor", "major"]))
def test_the_next_number_is_above_all(known: list[str], step: VersionStep) -> None:
    found = next_number(known, step)
    assert all(version_key(found) > version_key(number) for number in known)


def test_after_the_last_number_there_is_none() -> None:
    with pytest.raises(NewVersionError, match=r"^Azure has no patch above 1\.0\.2147483647; give --minor or --major$"):
        next_number(["1.0.2147483647"])
    with pytest.raises(NewVersionError, match=r"no major above 2147483647\.0\.0; give --minor$"):
        next_number(["2147483647.0.0", "2147483646.2147483647.9"], "major")
    with pytest.raises(NewVersionError, match=r"add an image under another name$"):
        next_number(["2147483647.2147483647.2147483647"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "target_regions": st.sampled_from(["home", "geography", ["koreacentral"], ["Korea Central", "koreasouth"]]),
            "replicas_per_region": st.sampled_from([1, 2, {"koreacentral": 3}]),
            "storage_account_type": st.sampled_from(["Standard_LRS", "Premium_LRS"]),
            "exclude_from_latest": st.booleans(),
            "end_of_life": st.just("2027-06-30"),
            "tags": st.just({"course": "gis"}),
            "protect": st.booleans(),
        },
    ),
    st.fixed_dictionaries({}, optional={"replicas_per_region": st.just(2), "target_regions": st.just("home")}),
)
def test_the_next_version_is_published_as_the_latest_one(keys: dict[str, Any], defaults: dict[str, Any]) -> None:
    def with_versions(**versions: dict[str, Any]) -> Catalogue:
        made = {number[1:].replace("_", "."): entry for number, entry in versions.items()}
        return Catalogue.model_validate({"defaults": defaults, "images": {"gis": image(versions=made)}})

    older = version(target_regions=["koreasouth"], end_of_life="2020-01-01")
    before = with_versions(v1_9_0=older, v1_10_0=version(**keys))
    found = carried_over(before.images["gis"], before.defaults)
    assert found.number == "1.10.0"
    after = with_versions(v1_9_0=older, v1_10_0=version(**keys), v1_10_1=version(**found.entry))
    latest, following = (after.images["gis"].versions[number] for number in ("1.10.0", "1.10.1"))
    assert [getattr(following, key) for key in CARRIED] == [getattr(latest, key) for key in CARRIED]
    assert found.entry.keys() <= keys.keys()
    assert all(found.entry[key] != defaults.get(key) for key in found.entry)
    assert set(found.left) == {key for key in set(LEFT) & keys.keys() if keys[key] or key == "protect"}
