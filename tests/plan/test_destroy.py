"""When a gallery is not destroyed: pure decision on what is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.destroy import DestroyRefused, check_destroy, of_others
from plan.observed import ObservedDefinition
from tests.support import builders as inputs
from tests.support.builders import GALLERY, OURS
from tests.support.builders import observed_gallery as gallery

TAG = ("lab-image-gallery", "lab-image-gallery/dev")
OTHER_STACK = {"lab-image-gallery": "lab-image-gallery/prod"}


def definition(name: str, tags: dict[str, str], **versions: dict[str, str]) -> ObservedDefinition:
    made = {number.removeprefix("v").replace("_", "."): version_tags for number, version_tags in versions.items()}
    return inputs.observed_definition(
        id=f"{GALLERY}/images/{name}",
        tags=tags,
        versions={
            number: inputs.observed_version(id=f"{GALLERY}/images/{name}/versions/{number}", tags=version_tags)
            for number, version_tags in made.items()
        },
    )


def test_what_the_stack_made_is_no_reason() -> None:
    check_destroy(gallery(), TAG)
    check_destroy(gallery(definition("gis", OURS, v1_0_0=OURS)), TAG)


def test_exports_are_listed_in_the_order_in_which_they_can_be_deleted() -> None:
    found = gallery(
        definition("gis", OURS, v1_0_0=OURS, v7_0_0={}),
        definition("export", {}, v1_0_0={}, v1_0_1=OURS),
        definition("theirs", OTHER_STACK),
    )
    with pytest.raises(DestroyRefused) as caught:
        check_destroy(found, TAG)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "The gallery images has images that this stack did not make, as teachers' exports and what others publish "
        "are (they lack the tag lab-image-gallery = lab-image-gallery/dev), so nothing was deleted:"
    )
    assert [line.strip().removeprefix(f"{GALLERY}/images/") for line in lines[1:-1]] == [
        "export/versions/1.0.0",
        "export/versions/1.0.1",
        "export",
        "gis/versions/7.0.0",
        "theirs",
    ]
    assert "`sandbox/pulumi stack rm --force --stack dev`" in lines[-1]


def test_soft_delete_is_told_beside_it() -> None:
    found = replace(gallery(definition("export", {})), soft_delete=True)
    with pytest.raises(DestroyRefused, match=r"has soft delete on: Azure[\s\S]*images that this stack did not make"):
        check_destroy(found, TAG)
    with pytest.raises(DestroyRefused, match=r"^The gallery images has soft delete on: .*config set softDelete false"):
        check_destroy(replace(gallery(definition("gis", OURS)), soft_delete=True), TAG)
    check_destroy(replace(gallery(), soft_delete=True), TAG)


TAGS = st.sampled_from([OURS, {}, OTHER_STACK, {"term": "autumn", **OURS}])


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.tuples(TAGS, st.lists(TAGS, max_size=3)), max_size=3))
def test_nothing_of_others_is_missed_and_nothing_of_ours_is_listed(
    images: dict[str, tuple[dict[str, str], list[dict[str, str]]]],
) -> None:
    found = gallery(
        *(
            definition(name, tags, **{f"v{number}_0_0": version for number, version in enumerate(versions)})
            for name, (tags, versions) in images.items()
        )
    )
    listed = of_others(found, TAG)
    assert len(set(listed)) == len(listed)
    for name, (tags, versions) in images.items():
        ours = tags.get(TAG[0]) == TAG[1]
        image = f"{GALLERY}/images/{name}"
        assert (image in listed) is not ours
        for number, version in enumerate(versions):
            mine = ours and version.get(TAG[0]) == TAG[1]
            assert (f"{image}/versions/{number}.0.0" in listed) is not mine
        if not ours:
            assert all(listed.index(entry) < listed.index(image) for entry in listed if entry.startswith(f"{image}/"))
