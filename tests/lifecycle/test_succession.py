"""What can follow the version that labs take, and what remedies say of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks.commands import Commands
from lifecycle.offer import Offer, offers
from lifecycle.promotion import version_to_roll_back
from lifecycle.remedy import remedies
from plan.observed import Observed, ObservedLab, ObservedVersion
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT

TODAY = date(2026, 6, 1)
DEVTEST = LAB_ACCOUNT.replace("LabServices/labaccounts", "DevTestLab/labs")
COMMANDS = Commands.of(inputs.settings())
OURS = inputs.observed_version()
SAVED = replace(OURS, tags={}, published="2026-05-30T08:00:00+00:00")
LARGE = replace(OURS, os_disk_size_gb=128)
SAVED_LARGE = replace(SAVED, os_disk_size_gb=128)
DEPLOYS = (
    "`sandbox/pulumi up --stack dev` publishes 1.0.2; if it was there before and somebody deleted it, "
    "`sandbox/pulumi up --refresh --stack dev`"
)


def found(gallery: dict[str, ObservedVersion], *declared: str, **image: Any) -> Offer:
    return everywhere(gallery, *declared, **image)[0]


def everywhere(gallery: dict[str, ObservedVersion], *declared: str, sources: Any = None, **image: Any) -> list[Offer]:
    """The offers in a lab account and a DevTest lab."""
    there = inputs.observed_gallery(inputs.observed_definition(versions=gallery))
    labs = {lab.lower(): ObservedLab(lab, "koreacentral", {"a": GALLERY}) for lab in (LAB_ACCOUNT, DEVTEST)}
    stack = Stack(inputs.settings(devTestLabIds=[DEVTEST]), Observed(gallery=there, labs=labs))
    versions = {number: inputs.version(**({"source": sources} if sources else {})) for number in declared}
    return offers(inputs.catalogue(gis=inputs.image(versions=versions, **image)), stack, TODAY)


def said(offer: Offer) -> tuple[list[str], list[str]]:
    return [reason.text for reason in offer.reasons], remedies(offer, COMMANDS)


TAKEN = "version 1.0.1, which somebody else made (2026-05-30 08:00 UTC), has taken the place of 1.0.0"
ROLLS_BACK = (
    "`sandbox/labs rollback gis --to 1.0.0 --stack dev` writes 1.0.0 under a higher number into the catalogue; then "
    "`sandbox/pulumi up --stack dev`"
)


def test_nobody_is_sent_to_an_import_that_would_be_refused() -> None:
    """A try-out version has one replica and stays as it is."""
    shallow = replace(SAVED, replication_mode="Shallow")
    _, (advice,) = said(found({"1.0.0": OURS, "1.0.1": shallow}, "1.0.0"))
    assert advice == ROLLS_BACK


def test_only_what_labs_can_show_is_imported() -> None:
    reasons, (small,) = said(found({"1.0.0": OURS, "1.0.1": SAVED}, "1.0.0"))
    assert reasons == [TAKEN]
    assert small == f"{ROLLS_BACK}; to keep the other one, `sandbox/labs import gis:1.0.1 --stack dev`"
    large = {"1.0.0": OURS, "1.0.1": SAVED_LARGE}
    assert [said(offer)[1] for offer in everywhere(large, "1.0.0")] == [[ROLLS_BACK], [ROLLS_BACK]]
    (_, devtest) = everywhere(large, "1.0.0", consumers=["devtest_labs"])
    assert "import gis:1.0.1" in said(devtest)[1][0]
    of_another_stack = replace(SAVED, tags={"lab-image-gallery": "other/prod"})
    assert said(found({"1.0.0": OURS, "1.0.1": of_another_stack}, "1.0.0"))[1] == [ROLLS_BACK]


def test_a_version_that_is_written_and_not_deployed_is_deployed() -> None:
    reasons, what = said(found({"1.0.0": OURS, "1.0.1": SAVED_LARGE}, "1.0.0", "1.0.2"))
    assert reasons[:2] == ["the catalogue's version 1.0.2 is not in the gallery", TAKEN]
    assert what == [DEPLOYS]
    assert said(found({"1.0.0": OURS}, "1.0.0", "1.0.2"))[1] == [DEPLOYS]


def test_there_is_a_version_to_roll_back_to_or_a_new_one_is_made() -> None:
    gone = found({"1.0.1": SAVED}, "1.0.0")
    assert gone.reasons[1].text.endswith("has taken the place of 1.0.0")
    assert [text.partition("`")[0] for text in said(gone)[1]] == ["", "publish a version that labs can show with "]
    older = {"0.9.0": OURS, "1.0.0": LARGE, "1.0.1": SAVED}
    assert "rollback gis --to 0.9.0 " in said(found(older, "0.9.0", "1.0.0"))[1][0]


def test_a_version_of_the_stack_that_the_catalogue_lacks_is_its_own() -> None:
    reasons, what = said(found({"1.0.0": OURS, "1.0.1": OURS}, "1.0.0"))
    assert reasons == [
        "version 1.0.1, which the catalogue does not have (the stack made it), has taken the place of 1.0.0"
    ]
    assert what == [f"{ROLLS_BACK}; to keep 1.0.1, put its entry back into the catalogue"]


def test_a_version_of_somebody_else_under_a_number_of_the_catalogue_is_noticed() -> None:
    offer = found({"1.0.0": OURS, "1.0.1": SAVED}, "1.0.0", "1.0.1")
    reasons, what = said(offer)
    assert (offer.status, offer.version, [reason.kind for reason in offer.reasons]) == (
        "replaced",
        "1.0.1",
        ["newer_version"],
    )
    (reason,) = reasons
    assert reason == TAKEN.replace(" UTC),", " UTC) under a number of the catalogue,")
    first, _, last = ROLLS_BACK.rpartition("; ")
    assert what == [f"{first}; take 1.0.1 out of the catalogue, else the update is refused; {last}"]
    assert said(found({"1.0.1": SAVED}, "1.0.1", "1.0.2"))[1] == [
        f"take 1.0.1 out of the catalogue, else the update is refused; then {DEPLOYS}"
    ]
    alone = found({"1.0.0": SAVED}, "1.0.0")
    assert alone.reasons[0].text.endswith("has taken the place of the catalogue's")
    assert "add-version gis" in said(alone)[1][0]
    assert found({"1.0.0": SAVED}, "1.0.0", sources={"existing": True}).is_good


@st.composite
def versions(draw: st.DrawFn) -> ObservedVersion:
    return replace(
        OURS,
        os_disk_size_gb=draw(st.sampled_from([None, 64, 128])),
        data_disk_count=draw(st.sampled_from([0, 0, 1])),
        provisioning_state=draw(st.sampled_from(["Succeeded", "Updating", "Creating", "Failed"])),
        tags=draw(st.sampled_from([inputs.OURS, {}, {"lab-image-gallery": "other/prod"}])),
        excluded=draw(st.booleans()),
    )


NUMBERS = st.sampled_from(["1.0.0", "1.0.1", "1.0.2", "1.1.0", "1.10.0"])


@given(st.dictionaries(NUMBERS, versions()), st.sets(NUMBERS, min_size=1))
def test_every_command_that_is_proposed_can_do_what_it_is_proposed_for(
    gallery: dict[str, ObservedVersion], declared: set[str]
) -> None:
    catalogue = inputs.catalogue(gis=inputs.image(versions={number: inputs.version() for number in declared}))
    definition = inputs.observed_definition(versions=gallery)
    for offer in everywhere(gallery, *declared):
        texts = remedies(offer, COMMANDS)
        assert bool(texts) == bool(offer.reasons)
        rolls_back = re.findall(r"rollback gis --to (\S+)", " ".join(texts))
        imports = re.findall(r"import gis:(\S+)", " ".join(texts))
        for number in rolls_back:
            version = version_to_roll_back(catalogue, "gis", number, definition, COMMANDS)
            assert number in declared
            assert version.tags == inputs.OURS
        for number in imports:
            assert number not in declared
            assert gallery[number].tags == {}
        for number in (*rolls_back, *imports):
            assert gallery[number].os_disk_size_gb != 128
            assert gallery[number].data_disk_count == 0
            assert gallery[number].provisioning_state in {"Succeeded", "Updating"}
        assert not (rolls_back and any(" publishes " in text for text in texts))
