"""Contents of the files that are generated from the policies: region data, configuration, its schema, tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lab_image_policies.config.configuration_rules import EXPIRES, LEVEL, LEVELS, REASON
from lab_image_policies.config.levels import rule_of
from lab_image_policies.config.setting import DAY_PATTERN, EXEMPTIONS, TERM
from lab_image_policies.cost_findings import CURRENCY, LIMIT
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy

_KEPT: Final = ("name", "display_name", "aliases", "geography", "cloud")


def regions(catalogue_regions: str) -> str:
    """The pack's region data from the catalogue's: one region a line, with the keys that policies need."""
    content = json.loads(catalogue_regions)
    lines = [json.dumps({key: entry[key] for key in _KEPT}) for entry in content["regions"]]
    listed = ",\n    ".join(lines)
    return f'{{\n  "date": {json.dumps(content["date"])},\n  "regions": [\n    {listed}\n  ]\n}}\n'


def consumers(table: Iterable[tuple[str, str, Iterable[Mapping[str, Any]]]]) -> str:
    """The pack's table of demands from the catalogue's: each consumer with its name and the rules that may refuse."""
    content = {key: {"name": name, "demands": list(demands)} for key, name, demands in table}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def config_schema() -> str:
    """JSON schema of `policy-config.json`: policies, their keys, allowed levels.

    Editors complete and check by it. `./labs check` takes policies, keys and levels from it, since the engine ignores
    unknown ones; the rules that no schema can express are in `config/configuration_rules.py`.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the policy pack lab-image-gallery",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "all": {"description": "Level of every policy that has none of its own.", "enum": ["mandatory"]},
            **{policy.name: _policy_schema(policy) for policy in POLICIES},
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def config(current: str = "{}") -> str:
    """A configuration with every policy and key: the values of the current one where it has them, else the defaults.

    A value that its policy refuses becomes the default, which holds in its place anyway.
    """
    given = json.loads(current)
    entries = {policy.name: _entry(policy, given.get(policy.name, {})) for policy in POLICIES}
    return json.dumps({**entries, **{key: given[key] for key in given if key not in entries}}, indent=2) + "\n"


def with_tables(page: str) -> str:
    """A page of documentation with its tables replaced, each between two markers."""
    for name, table in (("policies", _policy_table()), ("settings", _setting_table())):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        made = f"{begin}\n{table}\n{end}"
        page, found = pattern.subn(made.replace("\\", r"\\"), page)
        if found != 1:
            raise ValueError(f"the page needs {begin} … {end} once, and has it {found} times")
    return page


def _entry(policy: Policy, given: Any) -> Any:
    if not isinstance(given, dict):
        return given  # a level alone
    values = {
        each.key: given[each.key] if each.key in given and each.problem(given[each.key]) is None else each.default
        for each in policy.settings
        if each not in TERM or each.key in given
    }
    return {"enforcementLevel": policy.level, **given, **values}


def _policy_schema(policy: Policy) -> dict[str, Any]:
    rule = rule_of(policy)
    keys: dict[str, Any] = {each.key: each.full_schema for each in policy.settings}
    own: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {LEVEL: {"enum": list(rule.allowed()), "default": policy.level}, **keys},
    }
    if LIMIT in policy.settings:
        amount = {"type": "number", "exclusiveMinimum": 0}
        code = {"type": "string", "minLength": 1}
        own["allOf"] = [_needs(LIMIT.key, amount, CURRENCY.key, code), _needs(CURRENCY.key, code, LIMIT.key, amount)]
    alone = rule.allowed()
    if rule.needs_term:
        lower = [level for level in LEVELS if rule.lowers(level)]
        alone = tuple(level for level in LEVELS if level not in lower)
        # A level below the policy's own needs both.
        own["if"] = {"properties": {LEVEL: {"enum": lower}}, "required": [LEVEL]}
        own["then"] = {
            "required": [REASON, EXPIRES],
            "properties": {REASON: {"minLength": 1}, EXPIRES: {"pattern": DAY_PATTERN}},
        }
    return {"description": policy.description, "anyOf": [{"enum": list(alone), "default": policy.level}, own]}


def _needs(key: str, given: Any, other: str, needed: Any) -> dict[str, Any]:
    """That a key with such a value needs another key with a value of its own."""
    return {
        "if": {"properties": {key: given}, "required": [key]},
        "then": {"properties": {other: needed}, "required": [other]},
    }


def _policy_table() -> str:
    rows = [
        f'| <a id="{policy.name}"></a>`{policy.name}` | {policy.level}{", always" if policy.locked else ""} '
        f"| {policy.refuses} | {policy.why} "
        f"([source]({policy.url})) | {policy.fix} |"
        for policy in POLICIES
    ]
    return "\n".join(("| policy | level | refuses | why | how to fix |", "|---|---|---|---|---|", *rows))


def _setting_table() -> str:
    rows = [
        f"| `{policy.name}` | `{each.key}` | `{json.dumps(each.default)}` | {each.meaning}{_bounds(each.schema)} |"
        for policy in POLICIES
        for each in policy.settings
        if each is not EXEMPTIONS and each not in TERM
    ]
    exempting = ", ".join(f"`{policy.name}`" for policy in POLICIES if EXEMPTIONS in policy.settings)
    rows.append(f"| {exempting} | `{EXEMPTIONS.key}` | `[]` | {EXEMPTIONS.meaning} |")
    lowering = ", ".join(f"`{policy.name}`" for policy in POLICIES if rule_of(policy).needs_term)
    rows += [f"| {lowering} | `{each.key}` | none | {each.meaning} |" for each in TERM]
    return "\n".join(("| policy | key | default | meaning |", "|---|---|---|---|", *rows))


def _bounds(schema: Any) -> str:
    if "maximum" in schema:
        return f" From {schema['minimum']} to {schema['maximum']}."
    return f" At least {schema['minimum']}." if "minimum" in schema else ""
