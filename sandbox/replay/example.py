"""One example of a request and its answers, in the form in which Microsoft publishes them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.rules import Json
from sandbox.emulator.types.type_table import TYPES
from sandbox.provider.resource_type import PATHS

GROUP = PATHS["resources:ResourceGroup"]
ROUTES = (
    *PATHS.values(),
    f"{GROUP}/providers/Microsoft.LabServices/labPlans/{{labPlanName}}/images/{{imageName}}",
    f"{GROUP}/providers/Microsoft.LabServices/labaccounts/{{labAccountName}}",
    f"{GROUP}/providers/Microsoft.Authorization/locks/{{lockName}}",
    "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/locks/{lockName}",
)
"""Paths of the imitated types, with the parameters as the OpenAPI descriptions name them: those of the types that a
program declares, and the rest."""
METHODS = {
    "create": "PUT",
    "put": "PUT",
    "update": "PATCH",
    "patch": "PATCH",
    "delete": "DELETE",
    "get": "GET",
    "list": "GET",
    "generalize": "POST",
    "save": "POST",
}
ACTIONS = {"generalize": "/generalize", "save": "/saveImage"}
PARAMETER = re.compile(r"\{(\w+)\}")
PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
SUBSCRIPTION = "00000000-0000-0000-0000-0000000000ee"
VERSION_NUMBER = "9.9.9"


class Kind(Enum):
    """Where an exchange comes from, and so how far its answer is compared."""

    EXAMPLE = "example"
    """Written by Microsoft: every documented field must be in the answer, which may have more."""
    RECORDING = "recording"
    """Recorded: both have the same fields."""
    PARTLY_RECORDED = "partly recorded"
    """Recorded, but of request and headers not everything was read: headers that it lacks prove nothing."""
    QUOTE = "quote"
    """An error that somebody quoted: as for an example, and `<...>` in a text stands for anything."""


@dataclass(frozen=True)
class Example:
    """A request that concerns a type of the emulator, and the documented answers by status."""

    name: str
    method: str
    path: str
    query: dict[str, str]
    body: Json | None
    answers: dict[int, Json]
    """By status: `body` and `headers`, where they are documented."""
    kind: Kind = Kind.EXAMPLE
    source: str = ""
    """Who recorded or quoted it."""

    @property
    def is_recorded(self) -> bool:
        """Whether it was recorded, in whole or in part."""
        return self.kind in (Kind.RECORDING, Kind.PARTLY_RECORDED)

    def at(self, path: str) -> Example:
        """Return the same request of another path."""
        return replace(self, path=path)

    @property
    def status(self) -> int:
        """The first documented status."""
        return next(iter(self.answers))

    @property
    def documented(self) -> Json:
        """The first documented body that is an object; an empty one when there is none."""
        bodies = (answer.get("body") for answer in self.answers.values())
        return next((body for body in bodies if isinstance(body, dict)), {})


class NotReplayable(Exception):
    """The example is of a type or operation that the emulator does not have; the message names it."""


class Malformed(Exception):
    """The file does not have the form of an example; the message says why."""


def contents_of(file: Path) -> Any:
    """Return what a JSON file holds. Raises Malformed."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Malformed(f"not a JSON file that can be read: {error}") from error


def read_example(contents: Any, name: str) -> Example | None:
    """Return the example that a file holds, or None when it is no example (an OpenAPI description, say).

    Placeholders such as `{subscription-id}` are filled in, everywhere the same. Raises NotReplayable for an example
    of a type or operation that the emulator does not have, Malformed for one that is not in Microsoft's form.
    """
    if not isinstance(contents, dict) or "parameters" not in contents or "responses" not in contents:
        return None
    parameters, responses = _filled(contents["parameters"]), _filled(contents["responses"])
    try:
        # What is documented under "default" is the form of any error, which this request does not ask for.
        by_status = {status: answer for status, answer in responses.items() if status != "default"}
        answers = {int(status): answer if isinstance(answer, dict) else {} for status, answer in by_status.items()}
        names = {key: value for key, value in parameters.items() if isinstance(value, str)}
    except (AttributeError, ValueError) as error:
        raise Malformed("'parameters' and 'responses' are not objects, the latter by HTTP status") from error
    bodies = [value for value in parameters.values() if isinstance(value, dict)]
    verb = _verb(str(contents.get("operationId") or Path(name).stem))
    path = _listed(answers, names) or _path(names) + ACTIONS.get(verb, "")
    query = {key: value for key, value in names.items() if key == "api-version" or key.startswith("$")}
    return Example(name, METHODS[verb], path, query, bodies[0] if bodies else None, answers)


def _verb(operation: str) -> str:
    for word in re.finditer(r"[A-Z]?[a-z]+", operation):
        if word[0].lower() in METHODS:
            return word[0].lower()
    raise NotReplayable(f"operation not imitated: {operation}")


def _path(names: dict[str, str]) -> str:
    """Return the path whose parameters are those of the example, and that leaves no name unused."""
    for route in ROUTES:
        wanted = set(PARAMETER.findall(route))
        if wanted == {key for key in names if key.endswith("Name") or key in ("scope", "subscriptionId")}:
            return PARAMETER.sub(lambda found: names[found[1]].strip("/"), route)
    given = ", ".join(sorted(names.keys() - {"api-version"}))
    raise NotReplayable(f"type not imitated (parameters {given})")


def _listed(answers: dict[int, Json], names: dict[str, str]) -> str | None:
    """Return the path of the collection whose entries are documented; None when it is not a list."""
    body = answers.get(200, {}).get("body")
    entries = body.get("value") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        return None
    entry = parse(str(entries[0].get("id"))) if entries and isinstance(entries[0], dict) else None
    if entry is None or entry.type.lower() not in TYPES:
        raise NotReplayable(f"type not imitated ({entry.type if entry else 'a list without entries'})")
    scope = entry.scope
    if "resourceGroupName" not in names and "scope" not in names:
        scope = f"/subscriptions/{entry.subscription}"
    return ArmPath(scope, entry.namespace, entry.types, entry.names[:-1]).text


def _filled(value: Any) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(_fill, value)
    if isinstance(value, list):
        return [_filled(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _filled(entry) for key, entry in value.items()}
    return value


def _fill(placeholder: re.Match[str]) -> str:
    word = "".join(filter(str.isalnum, placeholder[1]))
    if word.lower() == "subscriptionid":
        return SUBSCRIPTION
    return VERSION_NUMBER if word.lower().endswith("versionname") else word
