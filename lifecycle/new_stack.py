"""A new stack: what is wrong with the values for it, what Azure shows about them, and the text of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.fields.resource_id import parse
from catalog.files.diagnostic import shown
from catalog.files.similar import nearest
from catalog.files.writer import braces
from catalog.regions.geography import target_regions
from catalog.stacks.attachment import LAB_ACCOUNT
from catalog.stacks.commands import Commands
from catalog.stacks.project import stack_name_problem
from catalog.stacks.role import LAB_ACCOUNT_APPLICATION, LAB_PLAN_APPLICATION
from catalog.stacks.settings import KEYS, LAB_PLAN, SUBSCRIPTION_KEY, Settings, SettingsError, command_of, read_settings
from catalog.stacks.stack_file import DEFAULT_CATALOGUE
from plan.observed import ObservedLab, ObservedLabPlan
from plan.stack import Stack

OPTIONS: Final[Mapping[str, str]] = {
    "subscriptionId": "--subscription",
    "location": "--location",
    "galleryName": "--gallery",
    "resourceGroupName": "--resource-group",
    "createResourceGroup": "--create-resource-group",
    "labAccountIds": "--lab-account",
    "labAccountServicePrincipalObjectId": "--lab-account-principal",
    "labPlanId": "--lab-plan",
    "labPlanServicePrincipalObjectId": "--lab-plan-principal",
    "catalog": "--catalog",
}
"""The options of `labs init` by configuration key, in the order in which they are asked for."""

REQUIRED: Final = ("subscriptionId", "location", "galleryName", "resourceGroupName")
"""The keys that no stack works without."""

_PRINCIPALS: Final = {
    "labAccountServicePrincipalObjectId": ("labAccountIds", LAB_ACCOUNT_APPLICATION),
    "labPlanServicePrincipalObjectId": ("labPlanId", LAB_PLAN_APPLICATION),
}
"""The keys for principals of Lab Services: each with the key whose labs need it, and its application."""

Values = Mapping[str, object]
"""Configuration values by key, without those that nobody gave."""


class NewStackError(ValueError):
    """The stack cannot be made; the message has every reason, each with its option."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An object that a subscription has, and its region (canonical)."""

    id: str
    location: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.id.rstrip("/").rpartition("/")[2]

    @property
    def group(self) -> str:
        """Its resource group, in lower case: lists of galleries do not keep the spelling."""
        return (parse(self.id).resource_group or "").lower()


@dataclass(frozen=True, slots=True)
class SubscriptionContents:
    """What a sign-in sees of a subscription. None stands for a list that nobody answered.

    `labs` are lab accounts and `plans` lab plans with their galleries, by id in lower case, those of other
    subscriptions among them. `principals` are object ids by application id, None if the directory has no such
    principal; an application that was not looked up is left out. `unanswered` are the reasons for what could not be
    looked up.
    """

    galleries: tuple[Seen, ...] | None = None
    resource_groups: Mapping[str, str] | None = None  # region by name
    lab_accounts: tuple[Seen, ...] | None = None
    lab_plans: tuple[Seen, ...] | None = None
    labs: Mapping[str, ObservedLab] = field(default_factory=dict)
    plans: Mapping[str, ObservedLabPlan] = field(default_factory=dict)
    principals: Mapping[str, str | None] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()


def value_problem(key: str, value: object) -> str | None:
    """What is wrong with the value of one key by itself."""
    try:
        read_settings({key: value}, project="", stack="")
    except SettingsError as error:
        found = [message for path, message in error.errors if path[0] == key]
        return "; ".join(found) or None
    return None


def checked(values: Values, *, project: str, stack: str) -> Settings:
    """The settings of a new stack. Raises NewStackError with everything that is wrong."""
    name_problem = stack_name_problem(stack)
    problems = [f"STACK: {name_problem}, not {shown(stack)}"] if name_problem else []
    try:
        settings = read_settings(values, project=project, stack=stack)
    except SettingsError as error:
        problems += [f"{OPTIONS.get(str(path[0]), path[0])}: {message}" for path, message in error.errors]
        raise NewStackError("\n".join(problems)) from None
    if problems:
        raise NewStackError("\n".join(problems))
    return settings


def contradictions(settings: Settings, contents: SubscriptionContents, commands: Commands) -> list[str]:
    """What surely cannot work by what Azure shows, each with its option.

    A list shows only what the sign-in may read, so what it lacks is no contradiction.
    """
    return [*gallery_contradictions(settings, contents), *lab_contradictions(settings, contents, commands)]


def gallery_contradictions(settings: Settings, contents: SubscriptionContents) -> list[str]:
    """The contradictions of the gallery, its region and its resource group."""
    found = []
    groups = {name.lower(): name for name in contents.resource_groups or ()}
    gallery = gallery_named(settings.gallery_name, contents)
    wanted_group = settings.resource_group_name.lower()
    if gallery is not None and gallery.group != wanted_group:
        group = groups.get(gallery.group, gallery.group)
        found.append(
            f"--gallery: {gallery.name} is in resource group {group} already, and a gallery's name is unique in its "
            f"subscription; give --resource-group {group} to use that one, or another name"
        )
    elif gallery is not None and gallery.location != settings.location:
        found.append(
            f"--location: the gallery {gallery.name} exists, in {gallery.location}, and cannot move; give --location "
            f"{gallery.location}, or another --gallery"
        )
    if settings.create_resource_group and wanted_group in groups:
        found.append(f"--create-resource-group: {groups[wanted_group]} exists; leave the option out")
    return found


def lab_contradictions(settings: Settings, contents: SubscriptionContents, commands: Commands) -> list[str]:
    """The contradictions of lab accounts and of the lab plan: another gallery, and a plan in another region."""
    found = [
        f"--lab-account: {lab} has another gallery, {gallery}, and a lab account has one at most, so a preview will "
        f"refuse it. {_other_ways(settings, gallery, '--lab-account')}, detach that one with "
        f"`{commands.rest('delete', f'{attachment}?api-version={LAB_ACCOUNT.api_version}')}`"
        for lab in settings.lab_account_ids
        for attachment, gallery in _other_galleries(settings, lab, contents).items()
    ]
    plan = contents.plans.get((settings.lab_plan_id or "").lower())
    if plan is not None:
        others = _other_galleries(settings, plan.id, contents).values()
        found += _plan_contradictions(settings, plan, others, commands)
    return found


def _plan_contradictions(
    settings: Settings, plan: ObservedLabPlan, others: Iterable[str], commands: Commands
) -> Iterator[str]:
    if plan.region is not None and plan.region != settings.location:
        yield (
            f"--lab-plan: {plan.id} is in {plan.region}, and a lab plan takes images only from a gallery in its own "
            f"region, so a preview will refuse it. Name a lab plan in {settings.location}, or make a stack with "
            f"--location {plan.region} for this one"
        )
    for gallery in others:
        url, body = f"{plan.id}?api-version={API_VERSIONS[LAB_PLAN]}", '{"properties": {"sharedGalleryId": null}}'
        yield (
            f"--lab-plan: {plan.id} has another gallery, {gallery}, and a lab plan has one at most, so a preview will "
            f"refuse it. {_other_ways(settings, gallery, '--lab-plan')}, take it off with "
            f"`{commands.rest('patch', url, body)}`"
        )


def _other_galleries(settings: Settings, lab: str, contents: SubscriptionContents) -> dict[str, str]:
    """The galleries other than the stack's that a lab account or lab plan has, by id of what attaches them."""
    account, plan = contents.labs.get(lab.lower()), contents.plans.get(lab.lower())
    attached = dict(account.attachments) if account is not None else {}
    if plan is not None and plan.gallery_id:
        attached[plan.id] = plan.gallery_id
    ours = Stack(settings).gallery_id.lower()
    return {attachment: gallery for attachment, gallery in attached.items() if gallery.lower() != ours}


def _other_ways(settings: Settings, gallery: str, option: str) -> str:
    """What to do about a lab with another gallery, up to the last way, which takes the gallery from the lab."""
    parsed = parse(gallery)
    use = ""
    if parsed.subscription == settings.subscription_id:
        use = f"use that gallery (--gallery {parsed.name} --resource-group {parsed.resource_group}), "
    return f"Leave {option} out, {use}or, if nobody needs the images of that gallery there any more"


def lab_obstacle(settings: Settings, lab: Seen, contents: SubscriptionContents) -> str:
    """Why one of the settings' labs should rather not be attached, in a few words; empty if nothing is known."""
    others = [
        gallery.rstrip("/").rpartition("/")[2] for gallery in _other_galleries(settings, lab.id, contents).values()
    ]
    if others:
        return f"it has another gallery, {', '.join(others)}"
    if settings.lab_plan_id and lab.location != settings.location:
        return f"it takes images only from a gallery in {lab.location}"
    if lab.location not in regions_of(settings):
        return f"no version goes to {lab.location}"
    return ""


def with_principals(values: Values, contents: SubscriptionContents) -> dict[str, object]:
    """The values, with the object ids that the directory has and nobody gave."""
    found = {
        key: contents.principals.get(application)
        for key, (labs, application) in _PRINCIPALS.items()
        if values.get(labs) and not values.get(key)
    }
    return {**values, **{key: value for key, value in found.items() if value}}


def applications(values: Values) -> list[str]:
    """The applications of Lab Services whose principals the stack needs and nobody gave."""
    return [app for key, (labs, app) in _PRINCIPALS.items() if values.get(labs) and not values.get(key)]


def regions_of(settings: Settings) -> tuple[str, ...]:
    """Where versions go if the catalogue does not say."""
    return target_regions(settings.location, settings.target_regions, lab_services=settings.lab_services)


def notes(settings: Settings, contents: SubscriptionContents, commands: Commands) -> list[str]:
    """What to know or to do about a stack: what Azure shows, what it does not, and what is still open."""
    return [
        *contents.unanswered,
        *_gallery(settings, contents, commands),
        *_labs(settings, contents, commands),
        *_open(settings, contents, commands),
    ]


def _gallery(settings: Settings, contents: SubscriptionContents, commands: Commands) -> Iterator[str]:
    groups, name = contents.resource_groups, settings.resource_group_name
    if gallery_named(settings.gallery_name, contents) is not None:
        yield (
            f"the gallery {settings.gallery_name} exists already, and a stack changes only what it made; "
            "docs/run/import.md says how it is taken over"
        )
    missing = groups is not None and name.lower() not in map(str.lower, groups)
    if missing and not settings.create_resource_group:
        make = commands.make_group(name, settings.location, settings.subscription_id)
        yield (
            f"this sign-in sees no resource group {name}; make it with `{make}`, or let the stack make it with "
            f"`{commands.set(command_of('createResourceGroup'))}`"
        )


def _labs(settings: Settings, contents: SubscriptionContents, commands: Commands) -> Iterator[str]:
    wanted = [(lab, "lab account", contents.lab_accounts) for lab in settings.lab_account_ids]
    wanted += [(lab, "lab plan", contents.lab_plans) for lab in (settings.lab_plan_id,) if lab]
    for lab, noun, seen in wanted:
        ours = parse(lab).subscription == settings.subscription_id
        if ours and seen is not None and lab.lower() not in {each.id.lower() for each in seen}:
            near = nearest(lab, [each.id for each in seen])
            advice = f"; the nearest is {near[0]}" if near else ""
            yield f"this sign-in sees no {noun} {lab}{advice}"
        else:
            yield from _lab(settings, lab, noun, contents.labs.get(lab.lower()) or contents.plans.get(lab.lower()))
    if not wanted:
        yield (
            "no lab account or lab plan is named, so no teacher sees an image: "
            f"`{commands.set(command_of('labAccountIds'))}`, or `{commands.set(command_of('labPlanId'))}`"
        )


def _lab(settings: Settings, lab: str, noun: str, seen: ObservedLab | ObservedLabPlan | None) -> Iterator[str]:
    """What to know about a lab account or lab plan that may be attached."""
    targets = regions_of(settings)
    if seen is None:
        return  # `unanswered` has the reason
    if seen.failure:
        yield f"which gallery {lab} has cannot be looked up: {seen.failure}"
    elif seen.region is not None and seen.region not in targets:
        yield (
            f"{lab} is in {seen.region}, and versions go to {', '.join(targets)} only: the policies "
            "lab-regions-covered and image-replicas-within-geography will refuse every image in a preview. Take the "
            f"{noun} out, and make a stack with --location {seen.region} for it"
        )


def _open(settings: Settings, contents: SubscriptionContents, commands: Commands) -> Iterator[str]:
    """The principals that are not set: their roles are not assigned."""
    for key, (labs, application) in _PRINCIPALS.items():
        if not getattr(settings, KEYS[labs]) or getattr(settings, KEYS[key]):
            continue
        why = "is not looked up"
        if application in contents.principals:
            why = "is not in this directory: nobody used Lab Services in the tenant yet, or you are in another one"
        yield f"the principal of Azure Lab Services ({application}) {why}; set it with: {commands.set(command_of(key))}"


def gallery_named(name: str, contents: SubscriptionContents) -> Seen | None:
    """The subscription's gallery of this name, in any resource group; None if the sign-in sees none."""
    return next((each for each in contents.galleries or () if each.name.lower() == name.lower()), None)


def stack_text(settings: Settings) -> str:
    """The stack's file, with comments. The keys that encrypt its secrets are left to `pulumi stack init`."""
    name, project = settings.stack, settings.project
    gallery: dict[str, object] = {
        "galleryName": settings.gallery_name,
        "resourceGroupName": settings.resource_group_name,
        "createResourceGroup": settings.create_resource_group or None,
        "location": settings.location,
        "catalog": settings.catalog if settings.catalog != DEFAULT_CATALOGUE else None,
    }
    labs: dict[str, object] = {"labAccountIds": list(settings.lab_account_ids), "labPlanId": settings.lab_plan_id}
    principals: dict[str, object] = {
        "labAccountServicePrincipalObjectId": settings.lab_account_service_principal_object_id,
        "labPlanServicePrincipalObjectId": settings.lab_plan_service_principal_object_id,
    }
    lines = [
        f"# The stack {name}. Every key: docs/reference/configuration.md. Check it: ./labs check Pulumi.{name}.yaml",
        "config:",
        f"  {SUBSCRIPTION_KEY}: {braces(settings.subscription_id)}",
        *_block("Where the gallery goes. Its region is the home of every version.", gallery, project),
        *_block("Whose teachers see the images.", labs, project),
        *_block(
            'Object id of "Azure Lab Services" in your tenant, which gets a role on the gallery.', principals, project
        ),
    ]
    return "".join(f"{line}\n" for line in lines)


def _block(comment: str, values: Mapping[str, object], project: str) -> list[str]:
    lines = []
    for key, value in values.items():
        if isinstance(value, list) and value:
            lines += [f"  {project}:{key}:", *(f"    - {braces(item)}" for item in value)]
        elif value:
            lines.append(f"  {project}:{key}: {braces(value)}")
    return [f"  # {comment}", *lines] if lines else []
