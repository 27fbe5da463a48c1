"""Whoever follows the advice about a source of the wrong generation is never led back to a refusal.

A small model of a person: each alternative of a message is followed to the letter, and the result is judged again by
the plan and by what the files say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import pytest

from lifecycle.declared import hidden_images, sentence
from lifecycle.exemption import PolicyRules
from plan.conflict import PlanRefused
from plan.lab_services_limits import SUPPORTED
from plan.observed import Observed
from plan.plan import plan
from tests.support import builders as inputs
from tests.support.builders import SNAPSHOT

TODAY = date(2026, 6, 1)


@dataclass(frozen=True)
class World:
    """Generation in the catalogue, in the gallery (None: not published), and of the source of the new version."""

    catalogue: str
    published: str | None
    source: str
    for_labs: bool


WORLDS = [World(*values) for values in product(("V1", "V2"), (None, "V1", "V2"), ("V1", "V2"), (True, False))]


def refusals(world: World) -> list[str]:
    """What the plan and the files say against the world."""
    image = inputs.image(
        hyper_v_generation=world.catalogue,
        consumers=["lab_services"] if world.for_labs else ["other"],
        versions={"1.1.0": inputs.version()},
    )
    catalogue = inputs.catalogue(gis=image)
    definition = inputs.observed_definition(hyper_v_generation=world.published or "V1", versions={})
    observed = Observed(
        gallery=inputs.observed_gallery(*([definition] if world.published else [])),
        sources={SNAPSHOT.lower(): inputs.observed_source(hyper_v_generation=world.source)},
    )
    found = [sentence([hidden]) for hidden in hidden_images(catalogue, None, PolicyRules(), TODAY)]
    try:
        plan(catalogue, inputs.settings(), observed)
    except PlanRefused as refused:
        found += [conflict.remedy for conflict in refused.conflicts]
    return found


def is_hidden(world: World) -> bool:
    return world.for_labs and world.catalogue != SUPPORTED["hyper_v_generation"]


def followed(text: str, world: World) -> World:
    """The world after one alternative of an advice was followed."""
    if "image of its own" in text or "under another name" in text or "under a new name" in text:
        # A new image takes its generation from its source; `add-image` makes it for those of the stack's labs.
        world = replace(world, published=None)
        if "add-image" in text:
            users = re.findall(r"--consumer (\w+)", text) or ["lab_services"]
            world = replace(world, for_labs="lab_services" in users)
        source = re.search(r"source (?:that is|with hyper_v_generation:) (V\d)", text)
        world = replace(world, source=source[1]) if source else world
        return replace(world, catalogue=world.source)
    for name, pattern in (
        ("source", r"name a source that is (V\d)"),
        ("catalogue", r"[Ww]rite hyper_v_generation: (V\d)"),
    ):
        found = re.search(pattern, text)
        value = found[1] if found else getattr(world, name)
        world = replace(world, source=value) if name == "source" else replace(world, catalogue=value)
    return replace(world, for_labs=False) if "consumers without lab_services" in text else world


def alternatives(text: str) -> list[str]:
    said = text.partition("; ")[2] if text.startswith("teachers") else text
    return [one for one in re.split(r"; or, |, or (?=name|publish|add)", said) if "another source" not in one]


@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_following_any_advice_ends_where_nothing_is_refused(world: World) -> None:
    def ends(here: World, before: tuple[World, ...]) -> None:
        assert len(before) < 5, before
        for text in refusals(here):
            assert alternatives(text), text
            for one in alternatives(text):
                there = followed(one, here)
                # It may need a change more; but nobody is sent back, or to what labs do not take.
                assert there not in (*before, here), f"{here}: {one}"
                assert is_hidden(there) <= is_hidden(here), f"{here}: {one}"
                ends(there, (*before, here))

    ends(world, ())


def test_what_labs_take_and_fits_is_refused_by_nobody() -> None:
    good = [world for world in WORLDS if not refusals(world)]
    assert World("V1", None, "V1", for_labs=True) in good
    assert World("V2", None, "V2", for_labs=False) in good
    assert all(world.catalogue == SUPPORTED["hyper_v_generation"] for world in good if world.for_labs)


def test_a_published_image_is_never_to_be_changed() -> None:
    (found,) = refusals(World("V1", "V1", "V2", for_labs=True))
    assert "hyper_v_generation: V2" not in found
    assert found.startswith("Labs take V1 only, so name a source that is V1 (docs/publish/make-an-image.md); or, for")
    assert f"`sandbox/labs add-image NAME --source {SNAPSHOT} --consumer other --stack dev`" in found
