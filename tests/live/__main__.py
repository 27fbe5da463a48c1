"""`python -m tests.live --help`: the smoke test for a real tenant. It costs money; see docs/run/smoke-test.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from catalog.fields.resource_id import is_guid, parse
from catalog.regions.geography import UnknownRegion, canonical
from inventory.arm.client import Arm
from inventory.arm.error import ArmError
from tests.live.probe import table
from tests.live.program import CommandFailed
from tests.live.smoke import NotReady, Smoke, StepFailed
from tests.live.tenant import Tenant

COST = """\
This makes and deletes, in subscription {subscription}: the resource groups {group} and {sources} with an \
empty 4-GB disk, three galleries and one image version (one replica each in {region}, {second}).
It attaches galleries to {account} and detaches them.
It writes {exported} as it is, without a change.
Cost: below 1 US dollar (a 4-GB disk and at most two 4-GB snapshots for some hours, 4 GB copied between regions). \
It takes an hour to some hours. Give --yes to go on.
"""
VERSION_TYPE = "microsoft.compute/galleries/images/versions"
PLAN_TYPE = "microsoft.labservices/labplans"


def main(given: Sequence[str]) -> int:
    """Return 0 when every step succeeded, 1 when one failed or something is left, 2 when nothing was begun."""
    arguments = _parser().parse_args(given)
    try:
        tenant = _tenant(arguments)
    except (ValueError, UnknownRegion) as error:
        print(f"smoke test: {error}", file=sys.stderr)
        return 2
    if not arguments.yes:
        print(_cost(tenant), file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="lab-image-gallery-smoke-"))
    try:
        with closing(Arm(subscription=tenant.subscription)) as arm:
            return _run(Smoke(tenant, arm, folder, lambda text: print(text, flush=True)), folder, arguments.report)
    except (NotReady, ArmError) as error:
        print(f"smoke test: {error}", file=sys.stderr)
        shutil.rmtree(folder)
        return 2


def _cost(tenant: Tenant) -> str:
    """What a run makes, touches and costs, in lines of 80 columns."""
    words = {"region": tenant.region, "second": tenant.second_region, "account": tenant.lab_account}
    words |= {"subscription": tenant.subscription, "group": tenant.group, "sources": tenant.sources}
    said = [text for text in COST.splitlines() if tenant.exported_version or "{exported}" not in text]
    filled = (text.format(exported=tenant.exported_version, **words) for text in said)
    return "\n".join(textwrap.fill(text, 80, break_long_words=False, break_on_hyphens=False) for text in filled)


def _run(smoke: Smoke, folder: Path, report: Path | None) -> int:
    """Run, clean up whatever happens, and report."""
    smoke.arm.sign_in()
    smoke.check()
    failed = ""
    try:
        smoke.run()
    except (StepFailed, CommandFailed, ArmError) as error:
        failed = str(error)
    except KeyboardInterrupt:
        failed = "interrupted"
    left = smoke.clean_up()
    rows = table(smoke.facts, datetime.now(UTC).date())
    if report is not None:
        report.write_text(rows, encoding="utf-8")
    others = [fact for fact in smoke.facts if not fact.holds]
    print(f"\nTo paste into sandbox/replay/answered.md:\n\n{rows}")
    print(f"{len(smoke.facts)} answers, {len(others)} of them not as assumed.")
    for command in left:
        print(f"Left behind, and costing money; delete it with: {command}", file=sys.stderr)
    if failed:
        print(f"smoke test: a step failed: {failed}\nState and project are kept in {folder}", file=sys.stderr)
    elif not left:
        shutil.rmtree(folder)
    return 1 if failed or left else 0


def _tenant(arguments: argparse.Namespace) -> Tenant:
    """Raises ValueError or UnknownRegion for an argument that is none of its kind."""
    for name in ("subscription", "lab_services"):
        if not is_guid(getattr(arguments, name)):
            raise ValueError(f"--{name.replace('_', '-')} is a GUID, not {getattr(arguments, name)!r}")
    account = parse(arguments.lab_account)
    if account.type.lower() != "microsoft.labservices/labaccounts":
        raise ValueError(f"--lab-account is the id of a lab account, not of a {account.type}")
    region, second = canonical(arguments.region), canonical(arguments.second_region)
    if region == second:
        raise ValueError(f"--region and --second-region are both {region}; name two of one geography")
    known = {
        "exported_version": _id_of("--exported-version", arguments.exported_version, VERSION_TYPE),
        "lab_plan": _id_of("--lab-plan", arguments.lab_plan, PLAN_TYPE),
    }
    return Tenant(arguments.subscription.lower(), region, second, str(account), arguments.lab_services.lower(), **known)


def _id_of(option: str, given: str | None, resource_type: str) -> str:
    """The id given with an option, or an empty one. Raises ValueError for the id of something else."""
    if given is None:
        return ""
    found = parse(given)
    if found.type.lower() != resource_type:
        raise ValueError(f"{option} is an id of type {resource_type}, not of a {found.type}")
    return str(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.live", description="The smoke test for a real tenant.")
    parser.add_argument("--subscription", required=True, help="id of the subscription that everything is made in")
    parser.add_argument("--region", required=True, help="the lab account's region, home of the version")
    parser.add_argument("--second-region", required=True, help="another region of its geography")
    parser.add_argument("--lab-account", required=True, help="id of a lab account without an attached gallery")
    parser.add_argument("--lab-services", required=True, help='object id of the principal "Azure Lab Services"')
    parser.add_argument(
        "--exported-version", metavar="ID", help="a version that Lab Services exported: it is written as it is shown"
    )
    parser.add_argument("--lab-plan", metavar="ID", help="a lab plan with a gallery: its images are read")
    parser.add_argument("--report", type=Path, help="file for the table of answers")
    parser.add_argument("--yes", action="store_true", help="go on; without it, only what it would do and cost")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
