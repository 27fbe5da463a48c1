"""The component that other programs declare: everything that a stack of the program has, with the same decision."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

import pulumi
from pulumi import ROOT_STACK_RESOURCE, Alias, ComponentResource, ResourceOptions
from pulumi.runtime.invoke import invoke_async

from catalog.images.catalogue import load
from catalog.stacks.provider_keys import NAMESPACE
from components.declaration import Declared, declare, make_update
from components.package.arguments import ArgumentsError, Inputs, inline_catalogue, plain, settings_of
from components.package.claims import claim
from components.package.own_state import by_whole, with_own_outputs
from components.package.parts import GALLERY, WHOLE
from inventory.observe import observe
from lifecycle.update import Update

SECOND_OWNER: Final = (
    "the program declares the gallery itself, so this component would be its second owner, and nothing is declared "
    "here. Keep one: the program of this repository, or the component in a program of your own"
)


class LabImageGallery(ComponentResource):
    """A gallery with its images and attachments, below which the program's resources keep their names.

    A stack that was the program's keeps its objects: each resource has the one without a parent as its alias.
    """

    def __init__(self, name: str, update: Update, opts: ResourceOptions | None = None) -> None:
        super().__init__(WHOLE.token, name, {}, opts)
        below = ResourceOptions(parent=self, aliases=[Alias(parent=ROOT_STACK_RESOURCE)])
        self.declared: Declared = declare(update, opts=below)
        self.register_outputs(dict(self.declared.outputs))


async def construct(name: str, inputs: Inputs, folder: Path, opts: ResourceOptions | None) -> LabImageGallery:
    """Declare the component, and say what it means for labs.

    Raises ArgumentsError, InvalidFile, SettingsError or PlanRefused, each with all that is wrong.
    """
    claim(WHOLE, name)
    given = plain(inputs)
    project, stack = pulumi.get_project(), pulumi.get_stack()
    await refuse_second_owner(project, stack)
    subscription = pulumi.Config(NAMESPACE).get("subscriptionId")
    settings = settings_of(given, subscription, project=project, stack=stack)
    catalogue = inline_catalogue(given)
    if catalogue is None:
        catalogue = load(folder / settings.catalog)
    observed = await asyncio.to_thread(observe, catalogue, settings)
    update = make_update(catalogue, settings, await with_own_outputs(observed, partial(by_whole, component=name)))
    component = LabImageGallery(name, update, opts)
    said = component.declared.said
    if said is not None:
        await said.future()
    await refuse_second_owner(project, stack)
    return component


async def refuse_second_owner(project: str, stack: str) -> None:
    """Raise ArgumentsError if the program has declared its own gallery in this run."""
    urn = f"urn:pulumi:{stack}::{project}::{GALLERY.token}::gallery"
    try:
        await invoke_async("pulumi:pulumi:getResource", {"urn": urn})
    except Exception:  # noqa: BLE001 - the SDK raises nothing narrower for what nobody has declared
        return
    raise ArgumentsError([SECOND_OWNER])
