"""The validated configuration of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Final

from lab_image_policies.config.configuration_rules import EXEMPTIONS, Finding, read_values
from lab_image_policies.config.exemption import FILE, Exemption
from lab_image_policies.config.setting import Setting, is_region
from lab_image_policies.messages import message, shown_text
from lab_image_policies.translation import N_, _, translated

_MEANWHILE: Final = N_("Until then the default holds")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Values by key: the default if there is none or an invalid one. `problems` are texts of violations."""

    values: Mapping[str, Any]
    exemptions: tuple[Exemption, ...]
    problems: tuple[str, ...]


def read_configuration(policy: str, settings: Sequence[Setting], given: Mapping[str, object]) -> Configuration:
    """The configuration of a policy. An invalid value is reported, and never makes a rule milder."""
    schemas = {setting.key: setting.full_schema for setting in settings}
    read = read_values(policy, schemas, given, is_region)
    # One violation for each exemption, however much is wrong with it.
    groups: dict[tuple[str | int, ...], list[Finding]] = {}
    for finding in read.findings:
        groups.setdefault(finding.path[:2], []).append(finding)
    exemptions = tuple(Exemption(*astuple(one)) for one in read.exemptions)
    return Configuration(read.values, exemptions, tuple(_problem(policy, found, schemas) for found in groups.values()))


def faults(findings: Iterable[Finding]) -> str:
    """Findings as one text: `exemptions[0].reason must say why, not ""`."""
    return "; ".join(
        _("{place} {fault}", place=_place(finding.path), fault=translated(finding.fault)) for finding in findings
    )


def _problem(policy: str, findings: Sequence[Finding], known: Mapping[str, object]) -> str:
    key, *below = findings[0].path
    if below and key == EXEMPTIONS:
        consequence = _("Until then it excuses nothing")
    else:
        consequence = _(_MEANWHILE) if key in known else _("It changes nothing")
    return message(f"{FILE}, {policy}", faults(findings), consequence, _("Correct it in {file}", file=FILE))


def _place(path: Sequence[str | int]) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{shown_text(step)}" for step in path)
    return place.removeprefix(".")
