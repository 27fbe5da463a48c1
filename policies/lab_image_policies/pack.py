"""The policies as objects of the SDK. Only `__main__` starts the server, so that this module can be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import pulumi_policy as sdk

from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import SOURCES, ResourceKind, kind_of
from lab_image_policies.policies import POLICIES
from lab_image_policies.reading.plain_values import Properties
from lab_image_policies.run_state import RunState
from lab_image_policies.runner import PolicyRunner

NAME: Final = "lab-image-gallery"
DESCRIPTION: Final = "Refuses images that no teacher would ever see in Azure Lab Services."


def sdk_policies() -> list[sdk.Policy]:
    """All policies, with one run state in common."""
    run_state = RunState()
    return [_sdk_policy(PolicyRunner(policy, run_state)) for policy in POLICIES]


def today() -> date:
    """Today, for ends of life and exemptions: in UTC, so that all machines agree."""
    return datetime.now(UTC).date()


def _sdk_policy(runner: PolicyRunner) -> sdk.Policy:
    policy = runner.policy
    common: dict[str, Any] = {
        "name": policy.name,
        "description": policy.description,
        "enforcement_level": sdk.EnforcementLevel(policy.level),
        "config_schema": sdk.PolicyConfigSchema({setting.key: setting.full_schema for setting in policy.settings}),
        "display_name": policy.title,
        "severity": sdk.Severity(policy.severity),
        "tags": ["azure", "lab-services"],
        "remediation_steps": policy.fix,
        "url": policy.url,
    }
    if policy.whole_stack:
        return sdk.StackValidationPolicy(validate=_of_stack(runner), **common)
    return sdk.ResourceValidationPolicy(validate=_of_resource(runner), **common)


def _of_resource(runner: PolicyRunner) -> Callable[[sdk.ResourceValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.ResourceValidationArgs, report: sdk.ReportViolation) -> None:
        kind = kind_of(args.resource_type, args.urn)
        if kind is None:
            return
        if kind not in runner.policy.kinds:
            runner.configure(args.get_config())
            return
        resource = Resource(kind, args.urn, args.name, Properties(args.props))
        for violation in runner.validate([resource], args.get_config(), today()):
            report(violation.text, None)

    return validate


def _of_stack(runner: PolicyRunner) -> Callable[[sdk.StackValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.StackValidationArgs, report: sdk.ReportViolation) -> None:
        resources = [found for each in args.resources if (found := _resource(each, runner.policy.kinds)) is not None]
        for violation in runner.validate(resources, args.get_config(), today()):
            report(violation.text, violation.urn)

    return validate


def _resource(given: sdk.PolicyResource, kinds: frozenset[ResourceKind]) -> Resource | None:
    kind = kind_of(given.resource_type, given.urn)
    if kind is None or kind not in kinds:
        return None
    feeding: Sequence[sdk.PolicyResource] = given.property_dependencies.get("storageProfile", ())
    return Resource(
        kind,
        given.urn,
        given.name,
        Properties(given.props),
        parent=_resource(given.parent, kinds) if given.parent is not None else None,
        sources=[found for each in feeding if (found := _resource(each, SOURCES)) is not None],
        ignored_changes=list(given.opts.ignore_changes),
    )
