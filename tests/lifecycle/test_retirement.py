"""Which versions can be retired, and which version of a trial is promoted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.images.version_number import version_key
from catalog.stacks.commands import Commands
from lifecycle.promotion import NotPromoted, is_promoted, version_to_promote
from lifecycle.retirement import Retirement, retirement
from tests.support.builders import GALLERY, catalogue, image, observed_definition, observed_version, version

COMMANDS = Commands("prod", pretend=False)
TODAY = date(2026, 11, 24)
FOUR = ("1.0.0", "1.1.0", "1.2.0", "1.10.0")


def published(*numbers: str, **changes: Any) -> dict[str, Any]:
    return {number: observed_version(id=f"{GALLERY}/images/gis/versions/{number}", **changes) for number in numbers}


def gis(*numbers: str, **changes: dict[str, Any]) -> Catalogue:
    """The image `gis` with these versions; `changes` by number with underscores."""
    entries = {number: version(**changes.get("v" + number.replace(".", "_"), {})) for number in numbers}
    return catalogue(gis=image(versions=entries))


def found(given_: Catalogue, keep: int, in_gallery: dict[str, Any]) -> Retirement:
    return retirement(given_.images["gis"], observed_definition(versions=in_gallery), keep, TODAY)


def test_older_versions_are_unprotected_first_and_removed_afterwards() -> None:
    assert found(gis(*FOUR), 2, published(*FOUR)) == Retirement(unprotect=("1.0.0", "1.1.0"))
    half = gis(*FOUR, v1_0_0={"protect": False}, v1_1_0={"protect": True})
    assert found(half, 2, published(*FOUR)) == Retirement(unprotect=("1.1.0",), remove=("1.0.0",))


def test_the_newest_usable_version_and_all_above_it_stay() -> None:
    states = {**published("1.0.0", "1.1.0"), **published("1.2.0", "1.10.0", provisioning_state="Failed")}
    assert found(gis(*FOUR), 1, states) == Retirement(unprotect=("1.0.0",))
    assert found(gis(*FOUR), 1, {}) == Retirement()
    assert retirement(gis(*FOUR).images["gis"], None, 1, TODAY) == Retirement()


def test_what_is_in_the_gallery_only_does_not_count() -> None:
    assert found(gis("1.0.0", "1.1.0"), 1, published("1.0.0", "9.9.9")) == Retirement()


def test_a_version_that_may_not_be_deleted_yet_is_held() -> None:
    held = {"end_of_life": "2026-11-25", "block_deletion_before_end_of_life": True}
    over = {**held, "end_of_life": "2026-11-24"}
    assert found(gis(*FOUR, v1_0_0=held, v1_1_0=over), 2, published(*FOUR)) == Retirement(
        unprotect=("1.1.0",), held=("1.0.0",)
    )


@given(
    st.sets(st.builds("{}.{}.{}".format, *[st.integers(0, 12)] * 3), min_size=1, max_size=8),
    st.integers(1, 9),
    st.data(),
)
def test_neither_the_newest_nor_the_kept_ones_are_retired(numbers: set[str], keep: int, data: st.DataObject) -> None:
    usable = data.draw(st.sets(st.sampled_from(sorted(numbers))))
    retired = found(gis(*numbers), keep, published(*usable)).unprotect
    ordered = sorted(numbers, key=version_key)
    assert not set(retired) & set(ordered[-keep:])
    if usable:
        assert all(version_key(number) < version_key(max(usable, key=version_key)) for number in retired)
        assert retired == tuple(
            number for number in ordered[:-keep] if version_key(number) < version_key(max(usable, key=version_key))
        )
    else:
        assert retired == ()


def test_the_newest_version_of_a_trial_is_promoted() -> None:
    trial = observed_definition(versions=published("1.9.0", "1.10.0"))
    assert version_to_promote(gis("1.9.0"), "gis", trial, COMMANDS) == f"{GALLERY}/images/gis/versions/1.10.0"


@pytest.mark.parametrize(
    ("in_gallery", "words"),
    [
        (published("1.0.0"), "the newest version of gis is 1.1.0, and in the gallery it is not published yet"),
        (published("1.1.0", provisioning_state="Failed"), "is 1.1.0, and in the gallery it is Failed"),
    ],
)
def test_a_trial_that_nobody_could_try_is_not_promoted(in_gallery: dict[str, Any], words: str) -> None:
    with pytest.raises(NotPromoted, match=words):
        version_to_promote(gis("1.0.0", "1.1.0"), "gis", observed_definition(versions=in_gallery), COMMANDS)


@pytest.mark.parametrize("state", ["Failed", "Canceled", "Deleting", "Creating", "Migrating", ""])
@pytest.mark.parametrize(
    ("files", "guide"),
    [
        (catalogue(gis=image(versions="external")), "external"),
        (catalogue(python=image()), "exports"),
        (gis("1.0.0"), "exports"),
        (catalogue(gis=image(versions={"1.1.0": version(source={"existing": True})})), "exports"),
        (gis("1.1.0"), None),
    ],
    ids=["external", "not in the catalogue", "newer than the catalogue's", "taken over", "the stack's"],
)
def test_how_a_trial_is_published_depends_on_who_makes_it(files: Catalogue, guide: str | None, state: str) -> None:
    trial = observed_definition(versions={"1.1.0": observed_version(provisioning_state=state)})
    with pytest.raises(NotPromoted) as caught:
        version_to_promote(files, "gis", trial, COMMANDS)
    text = str(caught.value)
    if state in {"Creating", "Migrating"}:
        advice = "wait until `./labs status --watch --stack prod` shows it as ready"
    elif guide:
        advice = f"have it published again where it is made (docs/publish/{guide}.md)"
    else:
        advice = "publish it with `pulumi up --stack prod`"
    there = state or "in no known state"
    assert text == (
        f"the newest version of gis is 1.1.0, and in the gallery it is {there}; {advice}, try it in a lab, and promote "
        "it then"
    )


def test_a_trial_without_a_version_is_not_promoted() -> None:
    with pytest.raises(NotPromoted, match="neither the catalogue nor the gallery has a version of other"):
        version_to_promote(gis("1.0.0"), "other", None, COMMANDS)


def test_what_was_promoted_already_is_found_without_regard_to_case() -> None:
    trial = f"{GALLERY}/images/trial/versions/1.0.0"
    promoted = gis("1.0.0", "1.1.0", v1_1_0={"source": {"gallery_version": trial}})
    assert is_promoted(promoted, "gis", trial.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), None) == "1.1.0"
    assert is_promoted(gis("1.0.0", "1.1.0", v1_0_0={"source": {"gallery_version": trial}}), "gis", trial, None) is None
