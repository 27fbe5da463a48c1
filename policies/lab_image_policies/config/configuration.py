"""The validated configuration of a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lab_image_policies.config.exemption import FILE, Exemption, read_exemption
from lab_image_policies.config.setting import EXEMPTIONS, Setting
from lab_image_policies.messages import message, shown_text


@dataclass(frozen=True, slots=True)
class Configuration:
    """Values by key: the default if there is none or an invalid one. `problems` are texts of violations."""

    values: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]
    problems: tuple[str, ...]


def read_configuration(policy: str, settings: Sequence[Setting], given: Mapping[str, object]) -> Configuration:
    """The configuration of a policy. An invalid value is reported, and never makes a rule milder."""
    values: dict[str, Any] = {}
    problems = [
        _problem(policy, shown_text(key), "is no key of this policy", "It does nothing")
        for key in sorted(set(given) - {setting.key for setting in settings})
    ]
    for setting in settings:
        value = given.get(setting.key, setting.default)
        fault = setting.problem(value)
        if fault is not None:
            problems.append(_problem(policy, setting.key, fault, "Until then the default holds"))
        values[setting.key] = setting.default if fault is not None else value
    exemptions = []
    for position, entry in enumerate(values.get(EXEMPTIONS.key, ())):
        found = read_exemption(policy, entry)
        if isinstance(found, Exemption):
            exemptions.append(found)
        else:
            problems.append(_problem(policy, f"{EXEMPTIONS.key}[{position}]", found, "Until then it excuses nothing"))
    return Configuration(values, tuple(exemptions), tuple(problems))


def _problem(policy: str, key: str, fault: str, consequence: str) -> str:
    return message(f"{FILE}, {policy}", f"{key} {fault}", consequence, f"Correct it in {FILE}")
