"""Answers the engine: the policy server of the SDK with what a pack cannot do from inside a policy.

The SDK's own ends the run with a traceback at an exception, decodes every resource once for each policy, and tells no
policy its level. This one makes a violation of an exception, decodes a resource once and only if a policy looks at it,
and knows levels and configurations before the first resource.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pulumi_policy
import pulumi_policy.policy as sdk
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2 as proto
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from lab_image_policies.checks import deployed_notices
from lab_image_policies.config.levels import read_level
from lab_image_policies.messages import message, shown_text
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import kind_of
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy
from lab_image_policies.reading.plain_values import Properties
from lab_image_policies.run_state import RunState
from lab_image_policies.runner import PolicyRunner
from lab_image_policies.translation import _, choose

_Report = Callable[[str, str | None], None]


class Servicer(sdk._PolicyAnalyzerServicer):
    """The servicer of this pack, constructed as the SDK constructs its own."""

    def __init__(self, name: str, version: str, policies: list[pulumi_policy.Policy], *more: Any) -> None:
        super().__init__(name, version, policies, *more)
        self._sdk_policies = {policy.name: policy for policy in policies}
        self._by_engine = self._of_stack = False
        self._language_problem = choose(os.environ)
        self._run_state = RunState()

    def Handshake(self, _request: Any, _context: Any) -> Any:
        """The engine's first call."""
        self._by_engine = True
        return proto.AnalyzerHandshakeResponse()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """The stack whose program runs. Without one the engine has a stored state judged, `pulumi policy analyze`."""
        self._of_stack = True
        return super().ConfigureStack(request, context)

    def Configure(self, request: Any, context: Any) -> Any:
        """Begin a run with these levels and configurations."""
        self._run_state = RunState(
            by_engine=self._by_engine,
            of_state=self._by_engine and not self._of_stack,
            language_problem=self._language_problem,
        )
        entries = {}
        for policy in POLICIES:
            given = request.policyConfig.get(policy.name, proto.PolicyConfig(enforcementLevel=_value(policy.level)))
            values = {key: _plain(value) for key, value in given.properties.fields.items()}
            level = read_level(policy, _level(given.enforcementLevel), values, today())
            self._run_state.levels.append(level)
            PolicyRunner(policy, self._run_state).configure(values)
            entries[policy.name] = proto.PolicyConfig(enforcementLevel=_value(level.effective))
        known = proto.ConfigureAnalyzerRequest(policyConfig=entries)
        return super().Configure(known, context)  # type: ignore[no-untyped-call]

    def Analyze(self, request: Any, _context: Any) -> Any:
        """What the policies of resources find in one resource."""
        response = proto.AnalyzeResponse()
        if kind_of(request.type) is None:
            return response
        runners = list(self._runners(policy for policy in POLICIES if not policy.whole_stack))
        try:
            resource = _resource(request, request.options.parent)
            self._run_state.declare(resource)
        except Exception as error:  # noqa: BLE001 - whatever it is, the resource was not judged
            self._run_state.first_time(_judged(request.urn))
            self._report(response, POLICIES[0])(_unreadable(request.name, error), None)
            return response
        for runner in runners:
            if resource.kind in runner.policy.kinds:
                self._answer(response, runner, [resource])
        return response

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:
        """What the policies of the whole stack find."""
        response = proto.AnalyzeResponse()
        made: dict[str, Resource] = {}
        runners = list(self._runners(policy for policy in POLICIES if policy.whole_stack))
        for each in request.resources:
            if kind_of(each.type) is None:
                continue
            try:
                made[each.urn] = _resource(each, each.parent)
            except Exception as error:  # noqa: BLE001 - as above
                if self._run_state.first_time(_judged(each.urn)):
                    self._report(response, runners[0].policy)(_unreadable(each.name, error), each.urn)
        for each in request.resources:
            if each.urn in made:
                made[each.urn].feeding.update(_feeding(each, made))
        for runner in runners:
            self._answer(response, runner, list(made.values()))
        if deployed_notices.POLICY.name not in [runner.policy.name for runner in runners]:
            report = self._report(response, deployed_notices.POLICY, pulumi_policy.EnforcementLevel.ADVISORY)
            for level in self._run_state.levels:
                if level.notice is not None:  # it stays visible when the policy that reports it is disabled itself
                    report(level.notice.in_force(), None)
        return response

    def Remediate(self, _request: Any, _context: Any) -> Any:
        """Nothing: no policy of this pack changes a resource. The engine asks before each `Analyze`."""
        return proto.RemediateResponse()

    def _runners(self, policies: Iterable[Policy]) -> Iterator[PolicyRunner]:
        for policy in policies:
            level = self._get_enforcement_level(self._sdk_policies[policy.name])
            if level is not pulumi_policy.EnforcementLevel.DISABLED:
                yield PolicyRunner(policy, self._run_state)

    def _answer(self, response: Any, runner: PolicyRunner, resources: list[Resource]) -> None:
        report = self._report(response, runner.policy)
        try:
            for violation in runner.validate(resources, today()):
                report(violation.text, violation.urn)
        except Exception as error:  # noqa: BLE001 - as above
            report(_unreadable(", ".join(resource.name for resource in resources[:3]), error), None)

    def _report(self, response: Any, policy: Policy, level: Any = None) -> _Report:
        of_sdk = self._sdk_policies[policy.name]
        level = level or self._get_enforcement_level(of_sdk)
        made: _Report = self._create_report_violation(response, policy.name, policy.description, level, of_sdk.severity)
        return made


def _plain(value: Any) -> object:
    """A value of a configuration; not a number for one with a number that JSON does not have, which is refused."""
    try:
        return json_format.MessageToDict(value)
    except ValueError:
        return math.nan


def _level(value: int) -> str:
    """The name of a level; the number of one that has none, which is refused."""
    names: dict[int, str] = {number: name.lower() for name, number in proto.EnforcementLevel.items()}
    return names.get(value, str(value))


def _value(level: str) -> Any:
    return proto.EnforcementLevel.Value(level.upper())


def today() -> date:
    """Today, for ends of life and exemptions: in UTC, so that all machines agree."""
    return datetime.now(UTC).date()


def _resource(given: Any, parent: str) -> Resource:
    """A resource of a request. Raises whatever the SDK raises for properties that it cannot decode."""
    kind = kind_of(given.type)
    if kind is None:
        raise ValueError(f"no policy looks at {given.type}")
    properties = unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(given.properties)))
    return Resource(kind, given.type, given.urn, given.name, Properties(properties), parent)


def _judged(urn: str) -> tuple[str, str]:
    """What is reported once of a resource that cannot be judged, by its inputs or by its outputs."""
    return ("cannot be judged", urn)


def _feeding(given: Any, made: Mapping[str, Resource]) -> dict[str, list[Resource]]:
    """The resources that its properties come from. The engine names the resources of a stack in no order."""
    return {
        name: [made[urn] for urn in sources.urns if urn in made] for name, sources in given.propertyDependencies.items()
    }


def _unreadable(name: str, error: Exception) -> str:
    what = f"{type(error).__name__}: {shown_text(str(error))}"
    return message(
        shown_text(name),
        _("it cannot be judged ({error})", error=what),
        _("Nobody can tell whether a teacher would see its image, so it is refused"),
        _("Write its properties as plain values; if they are, report this text to the maintainers of the policy pack"),
    )
