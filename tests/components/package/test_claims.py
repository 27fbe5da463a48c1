"""Components of one run: each object has one, and their parts agree on where images lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from components.package.arguments import ArgumentsError
from components.package.claims import agree, claim, run
from components.package.parts import GALLERY, LAB_ACCOUNT_ATTACHMENT, LAB_IMAGE, WHOLE
from tests.components.representative import representative_plan


@pytest.fixture(autouse=True)
def own_run(request: pytest.FixtureRequest) -> Iterator[None]:
    """A run for each test."""
    token = run.set(request.node.nodeid)
    yield
    run.reset(token)


def test_a_component_may_be_constructed_again_and_no_other_one_beside_it() -> None:
    claim(GALLERY, "gallery")
    claim(GALLERY, "gallery")
    with pytest.raises(ArgumentsError, match=r"another Gallery already, .*a stack of its own"):
        claim(GALLERY, "second")


def test_an_image_has_one_component_whatever_the_case_of_its_name() -> None:
    claim(LAB_IMAGE, "first", "python")
    claim(LAB_IMAGE, "second", "gis")
    with pytest.raises(ArgumentsError, match="another LabImage already for Python"):
        claim(LAB_IMAGE, "third", "Python")


def test_a_stack_has_the_whole_or_its_parts() -> None:
    claim(LAB_IMAGE, "first", "python")
    with pytest.raises(ArgumentsError, match="this stack has a LabImage already"):
        claim(WHOLE, "gallery")


def test_the_next_run_starts_with_nothing() -> None:
    claim(GALLERY, "gallery")
    run.set("next")
    claim(GALLERY, "second")


def test_parts_agree_on_regions() -> None:
    images = representative_plan().images
    agree(LAB_IMAGE, images[:1])
    agree(LAB_ACCOUNT_ATTACHMENT, images)
    version = images[0].versions[0]
    moved = replace(images[0], versions=(replace(version, target_regions=()),))
    with pytest.raises(
        ArgumentsError, match=rf"images.{images[0].name}.versions.{version.number}: goes to .* LabImage"
    ):
        agree(LAB_ACCOUNT_ATTACHMENT, [moved, *images[1:]])
    older = replace(images[0], versions=images[0].versions[:-1])
    with pytest.raises(ArgumentsError, match="goes to no region by these arguments"):
        agree(LAB_ACCOUNT_ATTACHMENT, [older, *images[1:]])


def test_a_catalogue_has_every_image_that_is_declared() -> None:
    images = representative_plan().images
    agree(LAB_IMAGE, images[:1])
    agree(GALLERY, ())
    with pytest.raises(ArgumentsError, match=f"images: lacks {images[0].name}, which a LabImage"):
        agree(LAB_ACCOUNT_ATTACHMENT, images[1:])
