"""An image that leaves the catalogue while its definition holds versions that the stack did not make."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plan.conflict import PlanRefused
from plan.observed import Observed, ObservedDefinition
from plan.plan import plan
from tests.support import builders as inputs
from tests.support.builders import GALLERY, OURS

OTHER = {"lab-image-gallery": "lab-image-gallery/prod"}
tags = st.sampled_from([OURS, OTHER, {}])


def dropped(name: str, own: dict[str, str], sku: str = "", **versions: dict[str, str]) -> ObservedDefinition:
    made = {number[1:].replace("_", "."): inputs.observed_version(tags=tag) for number, tag in versions.items()}
    return inputs.observed_definition(id=f"{GALLERY}/images/{name}", sku=sku or name, tags=own, versions=made)


def conflicts(*definitions: ObservedDefinition, **images: Any) -> list[str]:
    gallery = inputs.observed_gallery(inputs.observed_definition(), *definitions)
    try:
        plan(inputs.catalogue(**{"gis": inputs.image(), **images}), inputs.settings(), Observed(gallery=gallery))
    except PlanRefused as refused:
        return [str(conflict) for conflict in refused.conflicts]
    return []


def test_it_is_refused_with_the_versions_and_what_to_do() -> None:
    (found,) = conflicts(dropped("CAD", OURS, v1_0_0=OURS, v7_0_0={}, v7_0_1=OTHER))
    assert found == (
        "images.CAD: the catalogue no longer has it, and its definition in the gallery holds versions 7.0.0, 7.0.1, "
        "which this stack did not make, as teachers' exports and what others publish are. Azure deletes no definition "
        "with versions in it, so the update would delete this stack's own versions and stop halfway. Put the image "
        "back into the catalogue, "
        "also if it was only renamed, and ask whose they are; then keep the image, or take over what labs can show "
        "with `sandbox/labs import CAD:7.0.0 --stack dev` and `sandbox/labs import CAD:7.0.1 --stack dev` and have the "
        "rest deleted in Azure by who made it; docs/publish/retire.md says how."
    )


def test_many_are_counted() -> None:
    theirs: dict[str, dict[str, str]] = {f"v1_0_{number}": {} for number in range(30)}
    (found,) = conflicts(dropped("cad", OURS, "", **theirs))
    assert "holds versions 1.0.0, 1.0.1, 1.0.2 and 27 more, which" in found


def test_a_renamed_image_is_one_that_leaves() -> None:
    renamed = inputs.image(identifier={"publisher": "contoso", "offer": "gis", "sku": "new"})
    (found,) = conflicts(dropped("cad", OURS, v1_0_0=OURS, v2_0_0={}), **{"cad-2": renamed})
    assert found.startswith(
        "images.cad: the catalogue no longer has it, and its definition in the gallery holds version 2."
    )


@given(tags, st.dictionaries(st.sampled_from(["v1_0_0", "v1_1_0", "v2_0_0"]), tags))
def test_exactly_the_stacks_own_definitions_with_others_versions_are_refused(
    own: dict[str, str], versions: dict[str, dict[str, str]]
) -> None:
    expected = own == OURS and any(tag != OURS for tag in versions.values())
    assert bool(conflicts(dropped("cad", own, "", **versions))) is expected


def test_an_image_of_the_catalogue_may_hold_versions_of_others() -> None:
    assert conflicts(dropped("gis", OURS, "one", v1_0_0=OURS, v9_0_0={})) == []


def test_an_image_in_another_case_does_not_leave() -> None:
    (found,) = conflicts(dropped("GIS", OURS, "one", v1_0_0=OURS, v9_0_0={}))
    assert found.startswith("images.gis: the image exists as GIS, in another case. ")
