"""The configuration of the policy pack: what the pack would refuse in it, and what the engine would ignore or refuse.

Policies, keys and levels come from the schema that is generated from the pack, the rules from a copy of the pack's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from catalog.files.diagnostic import Diagnostic, InvalidFile
from catalog.files.document import read
from catalog.files.pydantic_errors import KeyPath
from catalog.files.similar import nearest
from catalog.regions.geography import UnknownRegion, region
from catalog.stacks.project import Project
from catalog.stacks.settings import Settings
from lifecycle.configuration_rules import (
    EXEMPTIONS,
    EXPIRES,
    LEVEL,
    LEVELS,
    Finding,
    PolicyRule,
    Schema,
    over,
    read_level,
    read_values,
    shown,
)
from lifecycle.exemption import ALL, PolicyRules, read_rules

CONFIG: Final = "policy-config.json"
PRETEND_FOLDER: Final = "sandbox"
SCHEMA: Final = Path(__file__).resolve().parents[2] / "policies" / "policy-config.schema.json"


_LONGEST_INTEGER: Final = 18


@dataclass(frozen=True, slots=True)
class _Policy:
    """What a configuration may say of a policy: its level, and the schema of each of its keys."""

    rule: PolicyRule
    keys: Mapping[str, Schema]


def config_of(project: Project, settings: Settings) -> Path:
    """The file that configures the policies for a stack. The sandbox's own subscriptions have another."""
    return project.folder / (PRETEND_FOLDER if settings.is_pretend else "") / CONFIG


def policy_rules(path: Path) -> PolicyRules:
    """What the policies let through; nothing if the file does not exist or cannot be read."""
    try:
        config = read(path).value
    except InvalidFile:
        return PolicyRules(str(path))
    return read_rules(str(path), config, {name: policy.rule for name, policy in _policies().items()})


def check_policy_config(path: Path, today: date) -> list[Diagnostic]:
    """Everything in the configuration that the pack or the engine would refuse today, or that the engine would ignore.

    Raises InvalidFile if the file is unreadable or not JSON.
    """
    value = _json(path)
    document = read(path, least="{}")
    found = [*document.diagnostics]
    found += [document.diagnostic(place, message) for place, message in _findings(value, today)]
    return sorted(found, key=lambda problem: (problem.line or 0, problem.key))


def _json(path: Path) -> Any:
    """The content as the engine reads it; None where `read` refuses the file with a better message."""
    try:
        text = path.read_text(encoding="utf-8")
        return json.loads(text, parse_int=_integer) if text.strip() else None
    except (UnicodeDecodeError, OSError, RecursionError):
        return None
    except ValueError as error:
        message = f"is no valid JSON ({error}), so no policy could run; correct this place"
        raise InvalidFile([Diagnostic(str(path), getattr(error, "lineno", None), "", message)]) from None


def _integer(digits: str) -> float:
    """As the engine has it. Python refuses to read very long integers exactly."""
    return int(digits) if len(digits) < _LONGEST_INTEGER else float(digits)


@cache
def _policies() -> Mapping[str, _Policy]:
    schemas = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]
    return {name: _policy(name, schema) for name, schema in schemas.items() if name != ALL}


def _policy(name: str, schema: Any) -> _Policy:
    _, own = schema["anyOf"]
    keys = dict(own["properties"])
    level = keys.pop(LEVEL)
    is_locked = level["enum"] == list(LEVELS[:1])
    return _Policy(PolicyRule(name, level["default"], is_locked, not is_locked and EXPIRES not in keys), keys)


def _findings(config: Any, today: date) -> Iterator[tuple[KeyPath, str]]:
    policies = _policies()
    if not isinstance(config, dict):
        yield (), 'must be an object with the names of policies, such as {"image-single-disk": "mandatory"}'
        return
    for name, value in config.items():
        if name == ALL:
            yield from _in_all(value)
        elif name not in policies:
            yield (name,), _unknown(name, policies)
        else:
            for path, fault in _in_policy(policies[name], value, today):
                yield (name, *path), fault


def _in_all(value: Any) -> Iterator[tuple[KeyPath, str]]:
    if value == LEVELS[0]:
        return
    advice = "it is the level of every policy that has none of its own; give single policies a level instead"
    yield (ALL,), f"must be {LEVELS[0]}, not {shown(value)}: {advice}"


def _in_policy(policy: _Policy, value: Any, today: date) -> Iterator[Finding]:
    """A policy has a level alone, or an object with its level and its own keys."""
    if not isinstance(value, dict):
        if isinstance(value, str):
            yield from (Finding((), fault) for _, fault in read_level(policy.rule, value, {}).findings)
        else:
            yield Finding(
                (), f"must be a level ({', '.join(policy.rule.allowed())}) or an object with keys, not {shown(value)}"
            )
        return
    given = {key: inner for key, inner in value.items() if key != LEVEL}
    read_keys = read_values(policy.rule.name, policy.keys, given, _is_region)
    yield from read_keys.findings
    for one in read_keys.exemptions:
        if one.is_over(today):
            yield Finding(
                (EXEMPTIONS, one.position),
                f"this exemption of {one.image} ended on {one.expires} and excuses nothing any more, so the preview "
                "refuses it; mend the image and take it out, or agree on a later expires",
            )
    _, findings, lowered = read_level(policy.rule, value.get(LEVEL, policy.rule.level), read_keys.values)
    yield from findings
    if lowered is not None and lowered.is_over(today):
        yield over(policy.rule, lowered)


def _is_region(spelling: str) -> bool:
    try:
        region(spelling)
    except UnknownRegion:
        return False
    return True


def _unknown(name: str, known: Any) -> str:
    near = nearest(name, known)
    advice = f"write {near[0]}" if near else f"known are {', '.join(known)}"
    return f"there is no such policy ({shown(name)}), and the engine would ignore it; {advice}"
