"""`labs regions`: regions, geographies, where a gallery replicates to, and comparing all that with Azure's list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from catalog.files.diagnostic import escaped
from catalog.regions import geography
from catalog.regions.region import LabService, Region
from cli.answer import json_option, print_answer
from cli.chosen_stack import stack_option
from cli.region_refresh import refresh_regions
from cli.terminal import table, wrapped

HEADINGS: Final = ("region", "display name", "pair", "access", "zones", "accounts", "plans")
OPTIONAL: Final = "display name"
"""The column that says least; `labs regions REGION` has it too."""
LAB_SERVICES: Final = {
    "lab_accounts": ("with lab accounts", frozenset({LabService.ACCOUNTS})),
    "lab_plans": ("with lab plans", frozenset({LabService.PLANS})),
    "none": ("without either", frozenset[LabService]()),
}

EXAMPLES = """\b
Examples:
  labs regions                    every geography and region
  labs regions koreacentral       one region, and targets of a gallery there
  labs regions "United States"    one geography
  labs regions japan --json | jq .target_regions
  labs regions --refresh --dry-run   what Azure lists otherwise today
"""


@click.command(epilog=EXAMPLES)
@click.argument("place", metavar="[REGION|GEOGRAPHY]", required=False)
@click.option("--refresh", is_flag=True, help="Compare the map with Azure's list of locations, and write it.")
@click.option("--dry-run", is_flag=True, help="Show what a refresh would change, and do not write it.")
@click.option("--file", type=click.Path(path_type=Path), help="Refresh another file than catalog/regions/regions.json.")
@stack_option
@json_option
def regions(
    place: str | None, *, refresh: bool, dry_run: bool, file: Path | None, stack: str | None, as_json: bool
) -> None:
    """Show regions, their geographies, and where a gallery replicates to; or compare them with Azure's list.

    REGION and GEOGRAPHY may be spelt in any way: koreacentral, "Korea Central", KOREA. Access "on request" means that
    Microsoft opens the region on request only. The columns "accounts" and "plans" show whether lab accounts and lab
    plans were ever offered there; "?" means unknown.

    A refresh asks Azure in the subscription of the stack. It writes new regions and what differs, with a copy for the
    policies, and shows which versions of which stack that gives other target regions. No region ever goes from the map.
    What Azure's list does not say of a new region, access and labs, stays unknown: nothing goes there by itself.

    Exit codes: 0 good, 1 no list that can be right, or a file that is wrong, 2 wrong usage.
    """
    if refresh:
        if place is not None:
            raise click.UsageError(f"--refresh is about all regions; leave out {escaped(place)}")
        refresh_regions(stack, file, dry_run=dry_run, as_json=as_json)
        return
    given = {"--dry-run": dry_run, "--file": file is not None, "--stack": stack is not None}
    if any(given.values()):
        names = " and ".join(name for name, is_given in given.items() if is_given)
        raise click.UsageError(f"{names} is for --refresh")
    if place is None:
        answer, lines = _all()
    else:
        try:
            answer, lines = _region(geography.region(place))
        except geography.UnknownRegion:
            answer, lines = _geography(place)
    if as_json:
        print_answer({"date": geography.data_date(), **answer})
    else:
        click.echo("\n".join(lines))


def _all() -> tuple[dict[str, Any], list[str]]:
    maps = [geography.geography(name) for name in geography.geographies()]
    answer = {"geographies": [_geography_facts(name, members) for name, members in maps]}
    everyone = [member for _, members in maps for member in members]
    heading, *rows = table(HEADINGS, [_row(member) for member in everyone], optional=OPTIONAL)
    lines = [heading]
    remaining = iter(rows)
    for name, members in maps:
        lines += ["", _geography_title(name, members[0])]
        lines += [next(remaining) for _ in members]
    return answer, [*lines, "", f"Data of {geography.data_date()}."]


def _geography(place: str) -> tuple[dict[str, Any], list[str]]:
    try:
        name, members = geography.geography(place)
    except geography.UnknownRegion as error:
        raise click.ClickException(str(error)) from None
    targets = {member.name: _targets(member.name) for member in members}
    lines = [
        _geography_title(name, members[0]),
        *table(HEADINGS, [_row(member) for member in members], optional=OPTIONAL),
        "",
    ]
    lines += ["A gallery in this geography replicates to its home region and to (by default):"]
    for key, (label, _) in LAB_SERVICES.items():
        beside = {region for home, found in targets.items() for region in found[key] if region != home}
        lines += _wrapped(label, sorted(beside) or ["no other"])
    return {"geography": _geography_facts(name, members), "target_regions": targets}, lines


def _region(region: Region) -> tuple[dict[str, Any], list[str]]:
    name, members = geography.geography(region.name)
    targets = _targets(region.name)
    facts = {
        "geography": f"{name} ({', '.join(member.name for member in members)})",
        "cloud": region.cloud,
        "paired region": region.paired_region or "none",
        "access": _word(region.access_restricted, "on request only", "open"),
        "availability zones": _word(region.availability_zones),
        "lab accounts": _word(region.lab_accounts_offered, "offered", "never offered"),
        "lab plans": _word(region.lab_plans_offered, "offered", "never offered"),
    }
    lines = [f"{region.display_name} ({region.name})"]
    for label, fact in facts.items():
        lines += _wrapped(label, [fact])
    lines += ["", f"A gallery in {region.name} replicates to (by default):"]
    for key, (label, _) in LAB_SERVICES.items():
        lines += _wrapped(label, targets[key])
    answer = {
        "region": asdict(region),
        "geography": {"name": name, "regions": [member.name for member in members]},
        "target_regions": targets,
    }
    return answer, lines


def _targets(home: str) -> dict[str, tuple[str, ...]]:
    return {
        key: geography.target_regions(home, "geography", lab_services=kinds) for key, (_, kinds) in LAB_SERVICES.items()
    }


def _geography_facts(name: str, members: Sequence[Region]) -> dict[str, Any]:
    first = members[0]
    return {
        "name": name,
        "aliases": first.geography_aliases,
        "group": first.geography_group,
        "cloud": first.cloud,
        "regions": [asdict(member) for member in members],
    }


def _geography_title(name: str, region: Region) -> str:
    names = " / ".join((name, *region.geography_aliases))
    return names if region.cloud == "public" else f"{names} (cloud {region.cloud})"


def _row(region: Region) -> tuple[str, ...]:
    return (
        region.name,
        region.display_name,
        region.paired_region or "-",
        _word(region.access_restricted, "on request", "open", "?"),
        _word(region.availability_zones, unknown="?"),
        _word(region.lab_accounts_offered, unknown="?"),
        _word(region.lab_plans_offered, unknown="?"),
    )


def _word(fact: bool | None, yes: str = "yes", no: str = "no", unknown: str = "not known") -> str:
    return {True: yes, False: no, None: unknown}[fact]


def _wrapped(label: str, items: Iterable[str]) -> list[str]:
    first = f"  {label:<20}"
    return wrapped(", ".join(items), first=first, then=" " * len(first))
