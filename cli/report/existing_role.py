"""What to do when Azure has the same role assignment already, under another name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.commands import Commands
from catalog.texts.translation import N_, _
from cli.report.entry import ROLE
from cli.report.event_log import text
from cli.report.line import Line, Quoted, filled
from cli.report.run import Message
from cli.report.step import Step

EXISTS: Final = re.compile(r'\bCode="RoleAssignmentExists"')
ID: Final = re.compile(r"\bID of the existing role assignment is ([0-9a-f]{32})\b", re.IGNORECASE)
"""Azure's words, with the name of the assignment as a GUID without hyphens."""


def remedy(message: Message, steps: Iterable[Step], commands: Commands) -> Line:
    """The ways on, with the id that Azure names; empty for any other message."""
    if not EXISTS.search(message.text):
        return ()
    again = Quoted(commands.pulumi("up"))
    named = ID.search(message.text)
    name = str(uuid.UUID(named[1])) if named else ""
    scope = next((text(step.inputs.get("scope")) for step in steps if _is_about(step, message)), "")
    given = (
        N_("Somebody else has given the role as {name}. {command} leaves that assignment alone, which serves as well.")
        if name
        else N_("Somebody else has given the role. {command} leaves that assignment alone, which serves as well.")
    )
    line: Line = (" ", *filled(_(given), name=Quoted(name), command=again))
    if not name or not scope.startswith("/subscriptions/"):
        return line
    kind = "Microsoft.Authorization/roleAssignments"
    address = f"{scope.rstrip('/')}/providers/{kind}/{name}?api-version={API_VERSIONS[kind]}"
    delete = Quoted(commands.rest("delete", address))
    return (*line, " ", *filled(_("To have the stack's own instead, delete it first: {command}"), command=delete))


def _is_about(step: Step, message: Message) -> bool:
    return step.kind == ROLE and step.name == message.about
