"""The policies as objects of the SDK. Only `__main__` starts the server, so that this module can be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import (
    Policy as SdkPolicy,
)

from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind, kind_of
from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy
from lab_image_policies.reading.plain_values import Properties
from lab_image_policies.run_state import RunState
from lab_image_policies.runner import PolicyRunner

NAME: Final = "lab-image-gallery"
DESCRIPTION: Final = "Refuses images that no teacher would ever see in Azure Lab Services."

_SOURCES: Final = frozenset(
    {ResourceKind.DISK, ResourceKind.SNAPSHOT, ResourceKind.MANAGED_IMAGE, ResourceKind.VIRTUAL_MACHINE}
)


def sdk_policies() -> list[SdkPolicy]:
    """All policies, with one run state in common."""
    run_state = RunState()
    return [_sdk_policy(policy, PolicyRunner(policy, run_state)) for policy in POLICIES]


def today() -> date:
    """Today, for ends of life and exemptions: in UTC, so that all machines agree."""
    return datetime.now(UTC).date()


def _sdk_policy(policy: Policy, runner: PolicyRunner) -> SdkPolicy:
    common: dict[str, Any] = {
        "name": policy.name,
        "description": policy.description,
        "enforcement_level": EnforcementLevel(policy.level),
        "config_schema": PolicyConfigSchema({setting.key: setting.full_schema for setting in policy.settings}),
        "display_name": policy.title,
        "severity": Severity(policy.severity),
        "tags": ["azure", "lab-services"],
        "remediation_steps": policy.fix,
        "url": policy.url,
    }
    if policy.whole_stack:
        return StackValidationPolicy(validate=_of_stack(policy, runner), **common)
    return ResourceValidationPolicy(validate=_of_resource(policy, runner), **common)


def _of_resource(policy: Policy, runner: PolicyRunner) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        kind = kind_of(args.resource_type, args.urn)
        if kind is None:
            return
        if kind not in policy.kinds:
            runner.configure(args.get_config())
            return
        resource = Resource(kind, args.urn, args.name, Properties(args.props))
        for violation in runner.validate([resource], args.get_config(), today()):
            report(violation.text, None)

    return validate


def _of_stack(policy: Policy, runner: PolicyRunner) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [found for each in args.resources if (found := _resource(each, policy.kinds)) is not None]
        for violation in runner.validate(resources, args.get_config(), today()):
            report(violation.text, violation.urn)

    return validate


def _resource(given: PolicyResource, kinds: frozenset[ResourceKind]) -> Resource | None:
    kind = kind_of(given.resource_type, given.urn)
    if kind is None or kind not in kinds:
        return None
    feeding: Sequence[PolicyResource] = given.property_dependencies.get("storageProfile", ())
    return Resource(
        kind,
        given.urn,
        given.name,
        Properties(given.props),
        parent=_resource(given.parent, kinds) if given.parent is not None else None,
        sources=[found for each in feeding if (found := _resource(each, _SOURCES)) is not None],
        ignored_changes=list(given.opts.ignore_changes),
    )
