"""The configuration of the policy pack, checked against the schema that is generated from the pack.

The engine ignores unknown policies and keys, and obeys a level that silently switches a rule off. This check reports
both before anything runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, printable, shown
from catalog.files.document import Document, read
from catalog.files.pydantic_errors import KeyPath
from catalog.files.similar import nearest
from catalog.stacks.project import Project
from catalog.stacks.settings import Settings
from lifecycle.exemption import PolicyRules, read_rules

CONFIG: Final = "policy-config.json"
PRETEND_FOLDER: Final = "sandbox"
SCHEMA: Final = Path(__file__).resolve().parents[2] / "policies" / "policy-config.schema.json"


def config_of(project: Project, settings: Settings) -> Path:
    """The file that configures the policies for a stack. The sandbox's own subscriptions have another."""
    return project.folder / (PRETEND_FOLDER if settings.is_pretend else "") / CONFIG


def policy_rules(path: Path) -> PolicyRules:
    """What the policies let through; nothing if the file does not exist or cannot be read."""
    try:
        return read_rules(str(path), read(path).value)
    except InvalidFile:
        return PolicyRules(str(path))


def check_policy_config(path: Path) -> list[Diagnostic]:
    """Everything in the configuration that the engine would ignore, refuse or silently obey.

    Raises InvalidFile if the file is unreadable or not JSON.
    """
    _must_be_json(path)
    document = read(path)
    found = [*document.diagnostics]
    # Without duplicates: a schema reports every missing key by itself.
    found += [document.diagnostic(place, message) for place, message in dict.fromkeys(_findings(document))]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.key))


def _must_be_json(path: Path) -> None:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return  # `read` has the better message
    except (ValueError, RecursionError) as error:
        message = f"is no valid JSON ({error}), so no policy could run; correct this place"
        raise InvalidFile([Diagnostic(str(path), getattr(error, "lineno", None), "", message)]) from None


@cache
def _schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def _findings(document: Document) -> Iterator[tuple[KeyPath, str]]:
    policies = _schema()["properties"]
    if not isinstance(document.value, dict):
        yield (), 'must be an object with the names of policies, such as {"image-single-disk": "mandatory"}'
        return
    for name, value in document.value.items():
        if name not in policies:
            yield (name,), _unknown("policy", name, policies)
        else:
            yield from _in_policy(name, value, policies[name])


def _in_policy(name: str, value: Any, rule: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """A policy has a level alone, or an object with its level and its own keys."""
    level, own = rule.get("anyOf", (rule, None))
    if own is None or not isinstance(value, dict):
        yield from _in_value((name,), value, level)
        return
    for key, inner in value.items():
        if key not in own["properties"]:
            yield (name, key), _unknown("key", key, own["properties"])
        else:
            yield from _in_value((name, key), inner, own["properties"][key])


def _in_value(place: KeyPath, value: Any, rule: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, and most keys have their defaults

    if value == rule.get("default"):
        return
    for error in Draft202012Validator(rule).iter_errors(value):
        message = _message(error, place)
        if message:
            yield (*place, *error.absolute_path), message


def _meant(error: Any) -> set[str]:
    """The keys that the misspelt ones of an object seem to mean: these are findings of their own."""
    known = error.schema["properties"]
    return {near for key in set(error.instance) - set(known) for near in nearest(key, known)}


def _message(error: Any, place: KeyPath) -> str:
    """What is wrong; empty if another finding says it."""
    limit, given = error.validator_value, shown(error.instance)
    match error.validator:
        case "enum" if "mandatory" in limit and error.instance in {"advisory", "disabled", "remediate"}:
            message = (
                f"this policy cannot be {error.instance}: the engine would obey, and images that no teacher sees would "
                "pass silently; exempt single images instead, with reason and expires"
            )
        case "enum":
            message = f"must be {' or '.join(map(str, limit))}, not {given}"
        case "minimum":
            message = f"must be at least {limit}, not {given}"
        case "maximum":
            message = f"must be at most {limit}, not {given}; it can be made stricter only"
        case "required":
            missing = [key for key in limit if key not in error.instance and key not in _meant(error)]
            message = f"lacks {' and '.join(missing)}; an exemption has image, reason and expires" if missing else ""
        case "additionalProperties":
            known = error.schema["properties"]
            message = "; ".join(_unknown("key", key, known) for key in sorted(set(error.instance) - set(known)))
        case "pattern" if "exemptions" in place:
            message = f"must be a day such as 2027-01-31, not {given}"
        case "minLength":
            message = "must not be empty"
        case "type":
            message = f"must be {_KINDS.get(limit, limit)}, not {given}"
        case _:
            message = printable(error.message)
    return message


_KINDS: Final = {
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


def _unknown(what: str, name: str, known: Any) -> str:
    near = nearest(name, known)
    advice = f"write {near[0]}" if near else f"known are {', '.join(known)}"
    return f"there is no such {what} ({shown(name)}), and the engine would ignore it; {advice}"
