"""What the stack's state says that a component, or the parts of a composed gallery, have deployed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import pulumi
from pulumi.runtime.invoke import invoke_async

from components.own_outputs import PAUSE_SECONDS, TRIES, deployed
from components.package.parts import GALLERY, LAB_IMAGE, PARTS, WHOLE
from plan.observed import Deployed, Observed

Resources = Mapping[str, Any]
"""Type and outputs of each resource of a state, by URN."""

STACK: Final = "pulumi:pulumi:Stack"
_IDS: Final = ("galleryId", "attachmentId", "planId")


async def with_own_outputs(observed: Observed, deployed_of: Callable[[Resources], Deployed]) -> Observed:
    """`observed` with the names and ids of the last deployment, as `deployed_of` finds them in the stack's state."""
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    try:
        resources = await _resources(name)
    except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
        reason = " ".join(str(error).split())
        return replace(observed, failures=(*observed.failures, f"the state of {name} cannot be read: {reason}"))
    return replace(observed, deployed=deployed_of(resources))


def by_whole(resources: Resources, component: str) -> Deployed:
    """By the LabImageGallery of this name; else by the program, if the stack was its own; else nothing."""
    own = [found for urn, found in resources.items() if found["type"] == WHOLE.token and urn.endswith(f"::{component}")]
    was_program = any(urn.endswith(f"::{GALLERY.token}::gallery") for urn in resources)
    stacks = [found for found in resources.values() if found["type"] == STACK] if was_program else []
    return deployed(next((found["outputs"] for found in (*own, *stacks)), {}))


def by_parts(resources: Resources) -> Deployed:
    """By all parts together: each knows its own objects only."""
    parts = [(found["type"], found["outputs"]) for found in resources.values() if found["type"] in PARTS]
    images = [outputs for kind, outputs in parts if kind == LAB_IMAGE.token and isinstance(outputs.get("image"), str)]
    ids = [found for _, outputs in parts for key in _IDS if isinstance(found := outputs.get(key), str)]
    versions = {outputs["image"]: tuple(outputs.get("versionIds") or ()) for outputs in images}
    return Deployed(images=tuple(versions), ids=tuple(ids), versions=versions)


async def _resources(name: str) -> Resources:
    """Every resource of the stack's state by URN; tried again, as the program's own outputs are."""
    for attempt in range(TRIES):
        try:
            answer = await invoke_async("pulumi:pulumi:readStackResourceOutputs", {"stackName": name})
        except Exception:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            found: Resources = answer["outputs"]
            return found
    return {}
