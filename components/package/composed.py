"""The parts of a gallery that programs of others compose: each with the plan of its settings, of which it declares its
part.

Which object comes first is the composing program's to say, by the outputs that it passes on and by `dependsOn`: a part
takes what it depends on for what was made before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pulumi
from pulumi import ComponentResource, Output, ProviderResource, Resource, ResourceOptions
from pulumi.output import UNKNOWN
from pulumi.resource import DependencyResource

from catalog.fields.tags import OWNER_TAG
from catalog.images.catalogue import Catalogue, load
from catalog.stacks.provider_keys import NAMESPACE
from components.attachment import Attachment
from components.debug_messages import drop_debug_messages
from components.declaration import make_part, warn_of_roles
from components.destroy_guard import DestroyGuard, Guarded
from components.gallery import Gallery
from components.lab_image import LabImage
from components.lab_plan import LabPlan
from components.package.arguments import (
    ArgumentsError,
    Inputs,
    catalogue_of_one,
    inline_catalogue,
    plain,
    settings_of,
)
from components.package.claims import agree, claim, run
from components.package.lab_image_gallery import refuse_second_owner
from components.package.own_state import by_parts, with_own_outputs
from components.package.parts import (
    DEVTEST_ATTACHMENT,
    DEVTEST_LAB_ID,
    GALLERY,
    GALLERY_ID,
    GUARD,
    IMAGE,
    LAB_ACCOUNT_ATTACHMENT,
    LAB_ACCOUNT_ID,
    LAB_IMAGE,
    LAB_PLAN,
    Part,
)
from components.providers import azure_provider
from components.source_positions import drop_source_positions
from inventory.observe import observe
from plan.planned import Plan

NO_LAB_PLAN: Final = "labPlan: is missing; write it to have a lab plan made here, or labPlanId for one that exists"

_EACH: Final = (IMAGE, LAB_ACCOUNT_ID, DEVTEST_LAB_ID)
"""Arguments that name what a part is about; a stack has one of the other parts."""

_providers: dict[tuple[str, str], ProviderResource] = {}


@dataclass(frozen=True, slots=True)
class Constructed:
    """A component that is declared, with its outputs."""

    component: ComponentResource
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Before:
    """The gallery as the composing program has it: resources that it has made, roles among them."""

    made: Sequence[Resource]
    role_assignments: Sequence[Resource] = ()


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of the program for a part: its name, plain arguments, options, and what it depends on."""

    name: str
    given: Mapping[str, Any]
    opts: ResourceOptions
    before: _Before


async def construct_part(
    part: Part, name: str, inputs: Inputs, folder: Path, opts: ResourceOptions | None
) -> Constructed:
    """Declare a part. Raises ArgumentsError, InvalidFile or PlanRefused, each with all that is wrong."""
    drop_debug_messages()
    drop_source_positions()
    given = plain(inputs, part, unknown=GALLERY_ID)
    claim(part, name, next((str(given[key]) for key in _EACH if key in given), ""))
    if part is GALLERY:
        await refuse_second_owner(pulumi.get_project(), pulumi.get_stack())
    opts = opts or ResourceOptions()
    call = _Call(name, given, opts, _before(inputs, opts))
    if part is GUARD:
        return Constructed(_GalleryGuard(call), {})
    plan = await _plan(part, given, folder)
    return _DECLARE[part.token](call, plan, _with_provider(opts, plan.subscription_id))


async def _plan(part: Part, given: Mapping[str, Any], folder: Path) -> Plan:
    subscription = pulumi.Config(NAMESPACE).get("subscriptionId")
    settings = settings_of(_of_image(given), subscription, project=pulumi.get_project(), stack=pulumi.get_stack())
    if part is LAB_PLAN and settings.lab_plan is None and settings.lab_plan_id is None:
        raise ArgumentsError([NO_LAB_PLAN])
    catalogue = _catalogue(part, given, folder / settings.catalog)
    if part is GALLERY:
        warn_of_roles(settings)
    observed = await asyncio.to_thread(partial(observe, catalogue, settings, whole_stack=False))
    plan = make_part(catalogue, settings, await with_own_outputs(observed, by_parts)).plan
    agree(part, plan.images)
    gallery = given.get(GALLERY_ID)
    if gallery is not None and str(gallery).lower() != plan.gallery.id.lower():
        wrong = (
            f"{GALLERY_ID}: is {gallery}, and galleryName, resourceGroupName and subscriptionId name {plan.gallery.id}"
        )
        raise ArgumentsError([f"{wrong}; pass the same names as to the Gallery that it comes from"])
    return plan


def _of_image(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments in which roles without an image are those on the part's own."""
    roles = given.get("roleAssignments")
    if IMAGE not in given or not isinstance(roles, list):
        return given
    own = [{IMAGE: given[IMAGE], **role} if isinstance(role, Mapping) else role for role in roles]
    return {**given, "roleAssignments": own}


def _catalogue(part: Part, given: Mapping[str, Any], file: Path) -> Catalogue:
    if part is LAB_IMAGE:
        return catalogue_of_one(given, part.name)
    if not part.catalogue:
        return Catalogue()
    return inline_catalogue(given, part.name) or load(file)


def _before(inputs: Inputs, opts: ResourceOptions) -> _Before:
    """What the program says that the part depends on."""
    passed = inputs.get(GALLERY_ID)
    urns = sorted(passed.all_dependencies()) if passed is not None else ()
    return _Before([*_depends_on(opts), *map(DependencyResource, urns)])


def _depends_on(opts: ResourceOptions) -> list[Resource]:
    found: Any = opts.depends_on or ()
    return list(found)


def _with_provider(opts: ResourceOptions, subscription: str) -> ResourceOptions:
    """The options with the provider that all parts of a run share: each one more would be a process."""
    key = (run.get(), subscription)
    if key not in _providers:
        _providers[key] = azure_provider(subscription)
    return ResourceOptions.merge(opts, ResourceOptions(providers=[_providers[key]]))


def _gallery(call: _Call, plan: Plan, opts: ResourceOptions) -> Constructed:
    gallery = Gallery(plan, opts, call.name)
    return Constructed(gallery, {"galleryId": gallery.gallery_id})


def _image(call: _Call, plan: Plan, opts: ResourceOptions) -> Constructed:
    (planned,) = plan.images
    image = LabImage(planned, plan, call.before, opts, part=call.name)
    everything = [image.definition, *image.image_versions.values(), *image.role_assignments]
    guarded = Guarded(plan.gallery.id, plan.owner_tag, planned.name)
    DestroyGuard(guarded, everything, ResourceOptions(parent=image))
    versions = {number: version.id for number, version in image.image_versions.items()}
    return Constructed(image, {"definitionId": image.definition_id, "versionIds": versions})


def _attachment(call: _Call, plan: Plan, opts: ResourceOptions) -> Constructed:
    (planned,) = plan.attachments
    attachment = Attachment(planned, plan, call.before, opts, part=call.name)
    return Constructed(attachment, {"attachmentId": attachment.attachment_id})


def _lab_plan(call: _Call, plan: Plan, opts: ResourceOptions) -> Constructed:
    if plan.lab_plan is None:
        raise ArgumentsError([NO_LAB_PLAN])
    lab_plan = LabPlan(plan.lab_plan, plan, call.before, {}, opts, call.name)
    return Constructed(lab_plan, {"planId": lab_plan.plan_id})


class _GalleryGuard(ComponentResource):
    """The guard of a composed gallery, which waits for everything that the program names."""

    def __init__(self, call: _Call) -> None:
        super().__init__(GUARD.token, call.name, {}, call.opts)
        owner = (OWNER_TAG, f"{pulumi.get_project()}/{pulumi.get_stack()}")
        gallery = Output.from_input(call.given.get(GALLERY_ID, UNKNOWN))
        DestroyGuard(Guarded(gallery, owner), call.before.made, ResourceOptions(parent=self))
        self.register_outputs({})


_DECLARE: Final[Mapping[str, Callable[[_Call, Plan, ResourceOptions], Constructed]]] = {
    GALLERY.token: _gallery,
    LAB_IMAGE.token: _image,
    LAB_ACCOUNT_ATTACHMENT.token: _attachment,
    DEVTEST_ATTACHMENT.token: _attachment,
    LAB_PLAN.token: _lab_plan,
}
