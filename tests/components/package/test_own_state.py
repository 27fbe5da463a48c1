"""What a state says of a composed gallery: each part tells of its own objects."""

from __future__ import annotations

from typing import Any

from components.package.own_state import by_parts, by_whole
from components.package.parts import GALLERY, LAB_ACCOUNT_ATTACHMENT, LAB_IMAGE, LAB_PLAN, WHOLE
from plan.observed import Deployed

URN = "urn:pulumi:dev::university::"


def state(*entries: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """A state with these resources: type, name and outputs of each."""
    return {f"{URN}{kind}::{name}": {"type": kind, "outputs": outputs} for kind, name, outputs in entries}


def test_parts_together_say_what_a_stack_has() -> None:
    found = by_parts(
        state(
            (GALLERY.token, "gallery", {"galleryId": "/g"}),
            (LAB_IMAGE.token, "first", {"image": "python", "versionIds": {"1.0.0": "/a", "1.1.0": "/b"}}),
            (LAB_IMAGE.token, "second", {"image": "gis", "versionIds": {}}),
            (LAB_IMAGE.token, "broken", {}),
            (LAB_ACCOUNT_ATTACHMENT.token, "attachment", {"attachmentId": "/t"}),
            (LAB_PLAN.token, "plan", {"planId": "/p"}),
            ("azure-native:compute:Gallery", "gallery", {"galleryId": "/other"}),
        )
    )
    versions = {"python": ("1.0.0", "1.1.0"), "gis": ()}
    assert found == Deployed(images=("python", "gis"), ids=("/g", "/t", "/p"), versions=versions)


def test_nothing_is_deployed_before_the_first_update() -> None:
    assert by_parts({}) == by_whole({}, "gallery") == Deployed()


def test_the_whole_component_tells_before_the_stack_of_the_program() -> None:
    own = state((WHOLE.token, "gallery", {"galleryId": "/own"}), ("pulumi:pulumi:Stack", "s", {"galleryId": "/s"}))
    assert by_whole(own, "gallery").ids == ("/own",)
    assert by_whole(own, "another").ids == ()
    program = state((GALLERY.token, "gallery", {}), ("pulumi:pulumi:Stack", "s", {"galleryId": "/s"}))
    assert by_whole(program, "gallery").ids == ("/s",)
