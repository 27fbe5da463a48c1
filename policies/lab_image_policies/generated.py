"""Texts of the files that are made from the policies: region data, configuration, its schema, tables."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from lab_image_policies.config.setting import EXEMPTIONS
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy

LEVELS: Final = ("mandatory", "advisory", "disabled")
_KEPT: Final = ("name", "display_name", "aliases", "geography", "cloud")


def regions(catalogue_regions: str) -> str:
    """The pack's region data, made from the catalogue's: one region a line, without what policies do not need."""
    content = json.loads(catalogue_regions)
    lines = [json.dumps({key: entry[key] for key in _KEPT}) for entry in content["regions"]]
    listed = ",\n    ".join(lines)
    return f'{{\n  "date": {json.dumps(content["date"])},\n  "regions": [\n    {listed}\n  ]\n}}\n'


def allowed_levels(policy: Policy) -> tuple[str, ...]:
    """The levels that a configuration may give a policy."""
    return LEVELS[:1] if policy.locked else LEVELS


def config_schema() -> str:
    """JSON schema of `policy-config.json`: policies, their keys, allowed levels.

    The engine ignores unknown policies and keys and obeys every level; this is what it can be checked against.
    """
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the policy pack lab-image-gallery",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "all": {"description": "Level of every policy that does not say otherwise.", "enum": ["mandatory"]},
            **{policy.name: _policy_schema(policy) for policy in POLICIES},
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def default_config() -> str:
    """A configuration that says what holds without one."""
    entries = {
        policy.name: {"enforcementLevel": policy.level, **{each.key: each.default for each in policy.settings}}
        for policy in POLICIES
    }
    return json.dumps(entries, indent=2) + "\n"


def with_tables(page: str) -> str:
    """A page of documentation with everything between its markers made anew."""
    for name, table in (("policies", _policy_table()), ("settings", _setting_table())):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        made = f"{begin}\n{table}\n{end}"
        page, found = pattern.subn(made.replace("\\", r"\\"), page)
        if found != 1:
            raise ValueError(f"the page needs {begin} … {end} once, and has it {found} times")
    return page


def _policy_schema(policy: Policy) -> dict[str, Any]:
    level = {"enum": list(allowed_levels(policy)), "default": policy.level}
    keys = {each.key: each.full_schema for each in policy.settings}
    return {
        "description": policy.description,
        "anyOf": [
            level,
            {"type": "object", "additionalProperties": False, "properties": {"enforcementLevel": level, **keys}},
        ],
    }


def _policy_table() -> str:
    rows = [
        f"| `{policy.name}` | {policy.level}{', always' if policy.locked else ''} | {policy.refuses} | {policy.why} "
        f"([source]({policy.url})) | {policy.fix} |"
        for policy in POLICIES
    ]
    return "\n".join(("| policy | level | refuses | why | how to fix |", "|---|---|---|---|---|", *rows))


def _setting_table() -> str:
    rows = [
        f"| `{policy.name}` | `{each.key}` | `{json.dumps(each.default)}` | {each.meaning}{_bounds(each.schema)} |"
        for policy in POLICIES
        for each in policy.settings
        if each is not EXEMPTIONS
    ]
    exempting = ", ".join(f"`{policy.name}`" for policy in POLICIES if EXEMPTIONS in policy.settings)
    last = f"| {exempting} | `{EXEMPTIONS.key}` | `[]` | {EXEMPTIONS.meaning} |"
    return "\n".join(("| policy | key | default | meaning |", "|---|---|---|---|", *rows, last))


def _bounds(schema: Any) -> str:
    if "maximum" in schema:
        return f" From {schema['minimum']} to {schema['maximum']}."
    return f" At least {schema['minimum']}." if "minimum" in schema else ""
