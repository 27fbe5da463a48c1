"""The level of a policy: its own, or the one that a configuration may give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Protocol

from lab_image_policies.config import configuration_rules
from lab_image_policies.config.configuration import faults
from lab_image_policies.config.configuration_rules import PolicyRule, over
from lab_image_policies.config.exemption import FILE
from lab_image_policies.config.setting import TERM, Setting
from lab_image_policies.messages import message, shown_text
from lab_image_policies.translation import _


class Leveled(Protocol):
    """The part of a policy that says which levels a configuration may give it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def level(self) -> str:
        """Its own level."""

    @property
    def locked(self) -> bool:
        """Whether it is always mandatory."""

    @property
    def free_level(self) -> bool:
        """Whether a lower level needs neither reason nor last day."""


@dataclass(frozen=True, slots=True)
class LoweredLevel(configuration_rules.LoweredLevel):
    """A level below the policy's own, as the pack reports it."""

    def in_force(self) -> str:
        """The notice of a lowered level that holds."""
        return message(
            self.policy,
            _(
                "{level} until {expires} (reason: {reason})",
                level=self.level,
                expires=self.expires,
                reason=shown_text(self.reason),
            ),
            _("What it finds stops nothing") if self.level == "advisory" else _("It looks at nothing"),
            _("Take the level out of {file} when it is no longer needed", file=FILE),
        )


@dataclass(frozen=True, slots=True)
class Level:
    """The level that holds today.

    `problem` is the text of a violation if the given level is refused, and then `effective` is the policy's own level.
    `notice` is a lowered level in force; None for a policy whose level is free.
    """

    effective: str
    problem: str | None = None
    notice: LoweredLevel | None = None


def rule_of(policy: Leveled) -> PolicyRule:
    """What a configuration may do to the level of a policy."""
    return PolicyRule(policy.name, policy.level, policy.locked, policy.free_level)


def term_settings(policy: Leveled) -> tuple[Setting, ...]:
    """The keys that a level below the policy's own needs; none if it is locked or free."""
    return TERM if rule_of(policy).needs_term else ()


def read_level(policy: Leveled, given: str, values: Mapping[str, object], today: date) -> Level:
    """The level that holds today if the engine says `given`, with the values of the policy's keys."""
    rule = rule_of(policy)
    level, findings, lowered = configuration_rules.read_level(rule, given, values)
    if lowered is not None and lowered.is_over(today):
        findings = (over(rule, lowered),)
    if findings:
        text = message(
            f"{FILE}, {rule.name}",
            faults(findings),
            _("The policy is {level}, as without this level", level=rule.level),
            _("Correct it in {file}, at the policy or at all", file=FILE),
        )
        return Level(rule.level, text)
    return Level(level, None, LoweredLevel(*astuple(lowered)) if lowered is not None else None)
