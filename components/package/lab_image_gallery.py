"""The component that other programs declare: everything that a stack of the program has, with the same decision."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi import ROOT_STACK_RESOURCE, Alias, ComponentResource, ResourceOptions
from pulumi.runtime.invoke import invoke_async

from catalog.images.catalogue import load
from catalog.stacks.provider_keys import NAMESPACE
from components.declaration import Declared, declare, make_update
from components.own_outputs import PAUSE_SECONDS, TRIES, deployed
from components.own_resource import MODULE
from components.package.arguments import ArgumentsError, Inputs, inline_catalogue, plain, settings_of
from components.package.schema import COMPONENT
from inventory.observe import observe
from lifecycle.update import Update
from plan.observed import Observed

GALLERY: Final = f"{MODULE}:Gallery"
STACK: Final = "pulumi:pulumi:Stack"
SECOND_OWNER: Final = (
    "the program declares the gallery itself, so this component would be its second owner, and nothing is declared "
    "here. Keep one: the program of this repository, or the component in a program of your own"
)


class LabImageGallery(ComponentResource):
    """A gallery with its images and attachments, below which the program's resources keep their names.

    A stack that was the program's keeps its objects: each resource has the one without a parent as its alias.
    """

    def __init__(self, name: str, update: Update, opts: ResourceOptions | None = None) -> None:
        super().__init__(COMPONENT, name, {}, opts)
        below = ResourceOptions(parent=self, aliases=[Alias(parent=ROOT_STACK_RESOURCE)])
        self.declared: Declared = declare(update, opts=below)
        self.register_outputs(dict(self.declared.outputs))


async def construct(name: str, inputs: Inputs, folder: Path, opts: ResourceOptions | None) -> LabImageGallery:
    """Declare the component, and say what it means for labs.

    Raises ArgumentsError, InvalidFile, SettingsError or PlanRefused, each with all that is wrong.
    """
    given = plain(inputs)
    project, stack = pulumi.get_project(), pulumi.get_stack()
    await _refuse_second_owner(project, stack)
    subscription = pulumi.Config(NAMESPACE).get("subscriptionId")
    settings = settings_of(given, subscription, project=project, stack=stack)
    catalogue = inline_catalogue(given)
    if catalogue is None:
        catalogue = load(folder / settings.catalog)
    observed = await asyncio.to_thread(observe, catalogue, settings)
    update = make_update(catalogue, settings, await _with_own_outputs(observed, name))
    component = LabImageGallery(name, update, opts)
    said = component.declared.said
    if said is not None:
        await said.future()
    await _refuse_second_owner(project, stack)
    return component


async def _refuse_second_owner(project: str, stack: str) -> None:
    """Raise ArgumentsError if the program has declared its own gallery in this run."""
    urn = f"urn:pulumi:{stack}::{project}::{GALLERY}::gallery"
    try:
        await invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    except Exception:  # noqa: BLE001 - the SDK raises nothing narrower for what nobody has declared
        return
    raise ArgumentsError([SECOND_OWNER])


async def _with_own_outputs(observed: Observed, component: str) -> Observed:
    """`observed` with the names and ids of the last deployment, as the state of the component has them."""
    name = "/".join((pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()))
    try:
        resources = await _resources(name)
    except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
        reason = " ".join(str(error).split())
        return replace(observed, failures=(*observed.failures, f"the state of {name} cannot be read: {reason}"))
    return replace(observed, deployed=deployed(_outputs(resources, component)))


def _outputs(resources: Mapping[str, Any], component: str) -> Mapping[str, Any]:
    """The outputs of the component; else of the stack, if it was the program's; else none."""
    own = [found for urn, found in resources.items() if found["type"] == COMPONENT and urn.endswith(f"::{component}")]
    was_program = any(urn.endswith(f"::{GALLERY}::gallery") for urn in resources)
    stacks = [found for found in resources.values() if found["type"] == STACK] if was_program else []
    return next((found["outputs"] for found in (*own, *stacks)), {})


async def _resources(name: str) -> Mapping[str, Any]:
    """Every resource of the stack's state by URN; tried again, as the program's own outputs are."""
    for attempt in range(TRIES):
        try:
            answer = await invoke_async("pulumi:pulumi:readStackResourceOutputs", {"stackName": name})
        except Exception:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            found: Mapping[str, Any] = answer["outputs"]
            return found
    return {}
