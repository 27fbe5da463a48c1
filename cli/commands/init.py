"""`labs init`: a new stack's file, from questions on a terminal or from options."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped
from catalog.regions.geography import canonical, geography
from catalog.stacks.project import Project, stack_name_problem
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import DEFAULT_CATALOGUE, read_stack, stack_name
from cli.answer import json_option, print_answer
from cli.catalogue_file import create_file
from cli.chosen_stack import current_project
from cli.program import commands, own_labs
from cli.terminal import wrapped
from lifecycle.new_stack import (
    OPTIONS,
    REQUIRED,
    NewStackError,
    Seen,
    SubscriptionContents,
    applications,
    checked,
    contradictions,
    gallery_contradictions,
    gallery_named,
    lab_contradictions,
    lab_obstacle,
    notes,
    regions_of,
    stack_text,
    value_problem,
    with_principals,
)

EXAMPLE: Final = (
    "labs init prod --subscription 11111111-2222-3333-4444-555555555555 --location koreacentral"
    " --gallery contoso_lab_images --resource-group galleries"
)
EXAMPLES = """\b
Examples:
  labs init          asks for everything
  labs init prod --subscription 11111111-2222-3333-4444-555555555555 \\
    --location koreacentral --gallery contoso_lab_images \\
    --resource-group galleries \\
    --lab-account /subscriptions/…/labaccounts/contoso-labs
"""

_LISTS: Final = frozenset({"labAccountIds"})
"""The keys whose option may be repeated."""

Values = dict[str, Any]
"""Configuration values by key, as `lifecycle.new_stack` takes them."""


def _option(key: str, metavar: str, help_text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(OPTIONS[key], key, metavar=metavar, multiple=key in _LISTS, help=help_text)


@click.command(epilog=EXAMPLES)
@click.argument("stack", required=False)
@_option("subscriptionId", "ID", "The subscription that the gallery is in.")
@_option("location", "REGION", "The gallery's region, home of every version.")
@_option("galleryName", "NAME", "The gallery, unique in the subscription.")
@_option("resourceGroupName", "NAME", "Its resource group.")
@click.option(OPTIONS["createResourceGroup"], "createResourceGroup", is_flag=True, help="The stack makes the group.")
@_option("labAccountIds", "ID", "A lab account; may be repeated.")
@_option("labPlanId", "ID", "A lab plan that exists.")
@_option(
    "labAccountServicePrincipalObjectId",
    "ID",
    "Object id of the principal of lab accounts, if it cannot be looked up.",
)
@_option("labPlanServicePrincipalObjectId", "ID", "The same of lab plans.")
@_option("catalog", "FILE", f"The catalogue. Default: {DEFAULT_CATALOGUE}.")
@json_option
def init(stack: str | None, *, as_json: bool, **given: Any) -> None:
    """Write the file of a new stack, Pulumi.STACK.yaml.

    Asks on a terminal for what no option says. Looks up in Azure what it can: galleries, lab accounts and lab plans of
    the subscription, the galleries that labs have, and the object id of the principal of Azure Lab Services; what it
    cannot look up it names, and writes the file all the same. Refuses what contradicts Azure. Never changes a file that
    exists, and nothing in Azure.

    Exit codes: 0 written, 1 something is wrong and nothing was written, 2 wrong usage.
    """
    project = current_project()
    values = _values(given)
    missing = [*([] if stack else ["STACK"]), *(OPTIONS[key] for key in REQUIRED if key not in values)]
    asks = bool(missing) and sys.stdin.isatty() and not as_json
    if missing and not asks:
        reason = "with --json nothing is asked" if as_json else "this is no terminal to ask on"
        raise click.UsageError(f"{reason}, so these are needed: {', '.join(missing)}; {EXAMPLE}")
    if stack is None:
        stack = _answer(
            "Name of the stack", lambda name: stack_name_problem(name) or _taken(project, name), default="prod"
        )
    elif stack_name_problem(stack) is None and (taken := _taken(project, stack)):
        raise click.ClickException(taken)
    settings_of = partial(checked, project=project.name, stack=stack)
    try:
        contents = _asked(values, settings_of) if asks else None
        settings = settings_of(values)
        if contents is None:
            contents = _look_up(values)
        settings = settings_of(with_principals(values, contents))
    except NewStackError as error:
        raise click.ClickException(f"{error}\nNothing was written.") from None
    wrong = [*contradictions(settings, contents, commands(settings)), *_without_catalogue(project, settings)]
    if wrong:
        raise click.ClickException("\n".join([*wrong, "Nothing was written."]))
    if not create_file(project.stack_file(stack), stack_text(settings)):
        raise click.ClickException(_taken(project, stack))
    remarks = notes(settings, contents, commands(settings))
    if as_json:
        print_answer(_written(project, settings, remarks))
    else:
        click.echo("\n".join(_report(project, settings, remarks)))


def _values(given: Mapping[str, Any]) -> Values:
    """The configuration values of the options that were given."""
    return {key: list(value) if key in _LISTS else value for key, value in given.items() if value}


def _taken(project: Project, stack: str) -> str:
    """What to do about a stack that exists; empty if it does not."""
    file, spelling = project.stack_file(stack), stack
    if not file.exists() and not file.is_symlink():
        twins = [path for path in project.stack_files() if path.name.casefold() == file.name.casefold()]
        if not twins:
            return ""
        file, spelling = twins[0], stack_name(twins[0])
    other = "" if spelling == stack else f", and names that differ in case only are one file on some systems: {stack}"
    return (
        f"{file}: the stack exists already{other}; init, which comes before `pulumi stack init`, never changes one. "
        f"Change a value with `{_pulumi_of(file)} config set --stack {spelling} KEY VALUE`, or give another name: "
        f"{own_labs()} init NAME"
    )


def _pulumi_of(file: Path) -> str:
    """The engine of the stack with this file."""
    settings = read_stack(file).settings
    return commands(settings).engine if settings is not None else "pulumi"


def _without_catalogue(project: Project, settings: Settings) -> list[str]:
    if (project.folder / settings.catalog).is_file():
        return []
    return [f"--catalog: {escaped(settings.catalog)}: there is no such file; write `images: {{}}` into it first"]


def _look_up(values: Values) -> SubscriptionContents:
    # Azure's SDK takes a fifth of a second to import; a command that is used wrongly should not wait for it.
    from inventory.arm.error import ArmError  # noqa: PLC0415
    from inventory.subscription import look_up_subscription  # noqa: PLC0415

    subscription, accounts = str(values["subscriptionId"]).lower(), values.get("labAccountIds") or ()
    try:
        return look_up_subscription(subscription, applications(values), accounts, values.get("labPlanId") or None)
    except ArmError as error:
        raise click.ClickException(f"{error}. Nothing was written.") from None


SettingsOf = Callable[[Values], Settings]
"""The settings of the stack from the values so far; raises NewStackError."""


def _asked(values: Values, settings_of: SettingsOf) -> SubscriptionContents:
    """Fill in what is missing with answers; returns what Azure shows of the subscription."""
    _ask(values, "subscriptionId", "Subscription (its id)")
    seen = _look_up(values)
    for reason in seen.unanswered:
        _say(f"To know: {reason}.")
    _ask_gallery(values, seen, settings_of)
    if not values.get("labAccountIds") and not values.get("labPlanId"):
        values["labAccountIds"] = _lab_accounts(seen, values, settings_of)
        values["labPlanId"] = _lab_plan(seen, values, settings_of)
    return _look_up(values) if applications(values) or values.get("labAccountIds") or values.get("labPlanId") else seen


def _ask_gallery(values: Values, seen: SubscriptionContents, settings_of: SettingsOf) -> None:
    """Ask for region, gallery and resource group until Azure does not contradict them."""
    open_keys = {"location", "galleryName", "resourceGroupName", "createResourceGroup"} - values.keys()
    before: Values = {}
    while True:
        _ask_place(values, seen, before)
        wrong = gallery_contradictions(settings_of(values), seen)
        if not wrong:
            return
        if not open_keys - {"createResourceGroup"}:
            raise NewStackError("\n".join(wrong))
        for each in wrong:
            _say(f"{each}.")
        before = {key: values.pop(key, None) for key in open_keys}


def _ask_place(values: Values, seen: SubscriptionContents, before: Values) -> None:
    """Ask for region, gallery and resource group once; `before` are the answers that Azure contradicts."""
    _ask(values, "location", "Region of the gallery, such as koreacentral", before.get("location"))
    title, regions = geography(canonical(values["location"]))
    _say(f"Its geography is {title}: {', '.join(region.name for region in regions)}.")
    _offer("Galleries in the subscription", seen.galleries)
    _ask(values, "galleryName", "Name of the gallery, such as contoso_lab_images", before.get("galleryName"))
    groups = {name.lower(): name for name in seen.resource_groups or ()}
    if groups:
        _say(f"Resource groups: {', '.join(map(escaped, groups.values()))}.")
    gallery = gallery_named(values["galleryName"], seen)
    own = groups.get(gallery.group, gallery.group) if gallery is not None else before.get("resourceGroupName")
    _ask(values, "resourceGroupName", "Its resource group", own)
    if "createResourceGroup" not in values and values["resourceGroupName"].lower() not in groups:
        values["createResourceGroup"] = click.confirm(
            "Is the stack to make this resource group?", default=seen.resource_groups is not None, err=True
        )


def _ask(values: Values, key: str, question: str, default: str | None = None) -> None:
    """Ask for the value of a key until it is good, unless there is one."""
    if key not in values:
        values[key] = _answer(question, lambda value: value_problem(key, value), default)


def _answer(question: str, problem_of: Callable[[str], str | None], default: str | None = None) -> str:
    while True:
        found: str = click.prompt(question, default=default, err=True).strip()
        problem = problem_of(found)
        if not problem:
            return found
        _say(problem)


def _lab_accounts(contents: SubscriptionContents, values: Values, settings_of: SettingsOf) -> list[str]:
    """The chosen ones of those that the subscription shows; without any, ids that are typed.

    The answer that Enter gives is yes for a lab account that nothing is known to keep from it.
    """
    if not contents.lab_accounts:
        question = "Lab accounts to attach (ids with commas between; - for none)"
        return _listed(_answer(question, _labs_problem, default="-"))
    chosen = []
    for account in contents.lab_accounts:
        settings = settings_of({**values, "labAccountIds": [account.id]})
        if _attached("lab account", account, settings, contents, default=True):
            chosen.append(account.id)
    return chosen


def _lab_plan(contents: SubscriptionContents, values: Values, settings_of: SettingsOf) -> str:
    """As `_lab_accounts`; a stack has one lab plan at most."""
    if not contents.lab_plans:
        return "".join(_listed(_answer("Lab plan to attach (its id; - for none)", _plan_problem, default="-")))
    for plan in contents.lab_plans:
        settings = settings_of({**values, "labAccountIds": [], "labPlanId": plan.id})
        if _attached("lab plan", plan, settings, contents, default=not values["labAccountIds"]):
            return plan.id
    return ""


def _attached(noun: str, lab: Seen, settings: Settings, contents: SubscriptionContents, *, default: bool) -> bool:
    """Whether to attach a lab, the only one in `settings`; asked again as long as Azure contradicts a yes."""
    obstacle = lab_obstacle(settings, lab, contents)
    place = escaped("; ".join(filter(None, (f"resource group {lab.group}, {lab.location}", obstacle))))
    question = "\n".join(wrapped(f"Attach the {noun} {escaped(lab.name)} ({place})?"))
    while click.confirm(question, default=default and not obstacle, err=True):
        wrong = lab_contradictions(settings, contents, commands(settings))
        if not wrong:
            return True
        for each in wrong:
            _say(f"{each}.")
    return False


def _listed(text: str) -> list[str]:
    return [item for part in text.split(",") if (item := part.strip()) and item != "-"]


def _labs_problem(text: str) -> str | None:
    return value_problem("labAccountIds", _listed(text))


def _plan_problem(text: str) -> str | None:
    return None if text == "-" else value_problem("labPlanId", text)


def _offer(title: str, seen: Sequence[Seen] | None) -> None:
    if seen:
        _say(f"{title}:")
        for each in seen:
            click.echo(f"  {escaped(each.id)} ({escaped(each.location)})", err=True)


def _say(text: str) -> None:
    click.echo("\n".join(wrapped(escaped(text))), err=True)


def _written(project: Project, settings: Settings, remarks: Sequence[str]) -> dict[str, Any]:
    """The answer for a program."""
    return {
        "stack": settings.stack,
        "file": str(project.stack_file(settings.stack)),
        "target_regions": list(regions_of(settings)),
        "notes": list(remarks),
        "next": _next(project, settings),
    }


def _next(project: Project, settings: Settings) -> list[str]:
    """The commands that come next."""
    of_stack, check = commands(settings), f"{own_labs()} check {project.stack_file(settings.stack)}"
    add = of_stack.labs("add-image NAME --source ID")
    steps = [add, check] if settings.is_pretend else [f"pulumi stack init {settings.stack}", add]
    return [*steps, of_stack.pulumi("preview")]


def _report(project: Project, settings: Settings, remarks: Sequence[str]) -> Iterator[str]:
    yield f"{project.stack_file(settings.stack)}: written. Nothing was changed in Azure."
    yield from wrapped(f"Versions go to {', '.join(regions_of(settings))}, if the catalogue does not say otherwise.")
    if remarks:
        yield ""
        yield "To know:"
        for remark in remarks:
            yield from wrapped(f"{escaped(remark)}.", first="* ", then="  ")
    yield ""
    yield "Next:"
    yield from (f"  {line}" for line in _next(project, settings))
