"""`labs init`: a new stack's file, from questions on a terminal or from options."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped
from catalog.regions.geography import canonical, geography
from catalog.stacks.project import Project, stack_name_problem
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import DEFAULT_CATALOGUE
from cli.catalogue_file import create_file
from cli.chosen_stack import current_project
from cli.terminal import WIDTH
from lifecycle.new_stack import (
    OPTIONS,
    REQUIRED,
    NewStackError,
    Seen,
    SubscriptionContents,
    applications,
    checked,
    contradictions,
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
    --location koreacentral --gallery contoso_lab_images --resource-group galleries \\
    --lab-account /subscriptions/…/labaccounts/contoso-labs
"""

Values = dict[str, Any]
"""Configuration values by key, as `lifecycle.new_stack` takes them."""


@click.command(epilog=EXAMPLES)
@click.argument("stack", required=False)
@click.option(
    OPTIONS["subscriptionId"], "subscriptionId", metavar="ID", help="The subscription that the gallery is in."
)
@click.option(OPTIONS["location"], "location", metavar="REGION", help="The gallery's region, home of every version.")
@click.option(OPTIONS["galleryName"], "galleryName", metavar="NAME", help="The gallery, unique in the subscription.")
@click.option(OPTIONS["resourceGroupName"], "resourceGroupName", metavar="NAME", help="Its resource group.")
@click.option(OPTIONS["createResourceGroup"], "createResourceGroup", is_flag=True, help="The stack makes the group.")
@click.option(
    OPTIONS["labAccountIds"], "labAccountIds", metavar="ID", multiple=True, help="A lab account; may be repeated."
)
@click.option(OPTIONS["labPlanId"], "labPlanId", metavar="ID", help="A lab plan that exists.")
@click.option(
    OPTIONS["labAccountServicePrincipalObjectId"],
    "labAccountServicePrincipalObjectId",
    metavar="ID",
    help="Object id of the principal of lab accounts, if it cannot be looked up.",
)
@click.option(
    OPTIONS["labPlanServicePrincipalObjectId"],
    "labPlanServicePrincipalObjectId",
    metavar="ID",
    help="The same of lab plans.",
)
@click.option(OPTIONS["catalog"], "catalog", metavar="FILE", help=f"The catalogue. Default: {DEFAULT_CATALOGUE}.")
def init(stack: str | None, **given: Any) -> None:
    """Write the file of a new stack, Pulumi.STACK.yaml.

    Asks on a terminal for what no option says. Looks up in Azure what it can: galleries, lab accounts and lab plans of
    the subscription, and the object id of the principal of Azure Lab Services; what it cannot look up it names, and
    writes the file all the same. Never changes a file that exists, and nothing in Azure.

    Exit codes: 0 written, 1 something is wrong and nothing was written, 2 wrong usage.
    """
    project = current_project()
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items() if value}
    missing = [*([] if stack else ["STACK"]), *(OPTIONS[key] for key in REQUIRED if key not in values)]
    asks = bool(missing) and sys.stdin.isatty()
    if missing and not asks:
        raise click.UsageError(f"this is no terminal to ask on, so these are needed: {', '.join(missing)}; {EXAMPLE}")
    if stack is None:
        stack = _answer(
            "Name of the stack", lambda name: stack_name_problem(name) or _taken(project, name), default="prod"
        )
    elif stack_name_problem(stack) is None and (taken := _taken(project, stack)):
        raise click.ClickException(taken)
    contents = _asked(values) if asks else None
    try:
        settings = checked(values, project=project.name, stack=stack)
        if contents is None:
            contents = _look_up(values)
        settings = checked(with_principals(values, contents), project=project.name, stack=stack)
    except NewStackError as error:
        raise click.ClickException(f"{error}\nNothing was written.") from None
    wrong = [*contradictions(settings, contents), *_without_catalogue(project, settings)]
    if wrong:
        raise click.ClickException("\n".join([*wrong, "Nothing was written."]))
    if not create_file(project.stack_file(stack), stack_text(settings)):
        raise click.ClickException(_taken(project, stack))
    click.echo("\n".join(_report(project, settings, notes(settings, contents))))


def _taken(project: Project, stack: str) -> str:
    """What to do about a stack that exists; empty if it does not."""
    file = project.stack_file(stack)
    if not file.exists() and not file.is_symlink():
        return ""
    return (
        f"{file}: the stack exists already, and init, which comes before `pulumi stack init`, never changes one. "
        f"Change a value with `pulumi config set --stack {stack} KEY VALUE`, or give another name: labs init NAME"
    )


def _without_catalogue(project: Project, settings: Settings) -> list[str]:
    if (project.folder / settings.catalog).is_file():
        return []
    return [f"--catalog: {escaped(settings.catalog)}: there is no such file; write `images: {{}}` into it first"]


def _look_up(values: Values) -> SubscriptionContents:
    # Azure's SDK takes a fifth of a second to import; a command that is used wrongly should not wait for it.
    from inventory.subscription import look_up_subscription  # noqa: PLC0415

    return look_up_subscription(str(values["subscriptionId"]).lower(), applications(values))


def _asked(values: Values) -> SubscriptionContents:
    """Fill in what is missing with answers; returns what Azure shows of the subscription."""
    _ask(values, "subscriptionId", "Subscription (its id)")
    seen = _look_up(values)
    for reason in seen.unanswered:
        _say(f"To know: {reason}.")
    _ask(values, "location", "Region of the gallery, such as koreacentral")
    title, regions = geography(canonical(values["location"]))
    _say(f"Its geography is {title}: {', '.join(region.name for region in regions)}.")
    _offer("Galleries in the subscription", seen.galleries)
    _ask(values, "galleryName", "Name of the gallery, such as contoso_lab_images")
    if seen.resource_groups:
        _say(f"Resource groups: {', '.join(map(escaped, seen.resource_groups))}.")
    _ask(values, "resourceGroupName", "Its resource group")
    there = {name.lower() for name in seen.resource_groups or ()}
    if "createResourceGroup" not in values and values["resourceGroupName"].lower() not in there:
        values["createResourceGroup"] = click.confirm(
            "Is the stack to make this resource group?", default=seen.resource_groups is not None, err=True
        )
    if not values.get("labAccountIds") and not values.get("labPlanId"):
        values["labAccountIds"] = _lab_accounts(seen.lab_accounts, {region.name for region in regions})
        values["labPlanId"] = _lab_plan(seen.lab_plans, default=not values["labAccountIds"])
    return _look_up(values) if applications(values) else seen


def _ask(values: Values, key: str, question: str) -> None:
    """Ask for the value of a key until it is good, unless there is one."""
    if key not in values:
        values[key] = _answer(question, lambda value: value_problem(key, value))


def _answer(question: str, problem_of: Callable[[str], str | None], default: str | None = None) -> str:
    while True:
        found: str = click.prompt(question, default=default, err=True).strip()
        problem = problem_of(found)
        if not problem:
            return found
        _say(problem)


def _lab_accounts(seen: Sequence[Seen] | None, regions: Collection[str]) -> list[str]:
    """The chosen ones of those that the subscription shows; without any, ids that are typed.

    The answer that Enter gives is yes for a lab account in `regions`, where versions go.
    """
    if seen:
        return [each.id for each in seen if _attached("lab account", each, default=each.location in regions)]
    return _listed(_answer("Lab accounts to attach (ids with commas between; - for none)", _labs_problem, default="-"))


def _lab_plan(seen: Sequence[Seen] | None, *, default: bool) -> str:
    """As `_lab_accounts`; a stack has one lab plan at most."""
    if seen:
        return next((each.id for each in seen if _attached("lab plan", each, default=default)), "")
    return "".join(_listed(_answer("Lab plan to attach (its id; - for none)", _plan_problem, default="-")))


def _attached(noun: str, lab: Seen, *, default: bool) -> bool:
    place = f"resource group {lab.group}, {lab.location}"
    return click.confirm(f"Attach the {noun} {escaped(lab.name)} ({escaped(place)})?", default=default, err=True)


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
    click.echo("\n".join(_wrapped(escaped(text))), err=True)


def _wrapped(text: str, *, first: str = "", then: str = "") -> list[str]:
    # Ids, commands and names of files stay whole, so that they can be copied.
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )


def _report(project: Project, settings: Settings, remarks: Sequence[str]) -> Iterator[str]:
    stack, file = settings.stack, project.stack_file(settings.stack)
    yield f"{file}: written. Nothing was changed in Azure."
    yield from _wrapped(f"Versions go to {', '.join(regions_of(settings))}, if the catalogue does not say otherwise.")
    if remarks:
        yield ""
        yield "To know:"
        for remark in remarks:
            yield from _wrapped(f"{escaped(remark)}.", first="* ", then="  ")
    pretend = settings.is_pretend
    commands = (
        [f"sandbox/labs add-image NAME --source ID --stack {stack}", f"./labs check {file}"]
        if pretend
        else [f"pulumi stack init {stack}", f"./labs add-image NAME --source ID --stack {stack}"]
    )
    yield ""
    yield "Next:"
    yield from (f"  {line}" for line in commands)
    yield f"  {'sandbox/' if pretend else ''}pulumi preview --stack {stack}"
