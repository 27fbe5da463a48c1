"""The policies as objects of the SDK: what the engine is told about them. `servicer` runs them."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import pulumi_policy as sdk

from lab_image_policies.policies import POLICIES
from lab_image_policies.policy import Policy

NAME: Final = "lab-image-gallery"
DESCRIPTION: Final = "Refuses images that no teacher would ever see in Azure Lab Services."


def sdk_policies() -> list[sdk.Policy]:
    """All policies, in the order in which they run."""
    return [_sdk_policy(policy) for policy in POLICIES]


def _sdk_policy(policy: Policy) -> sdk.Policy:
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
        "validate": _without_servicer,
    }
    return sdk.StackValidationPolicy(**common) if policy.whole_stack else sdk.ResourceValidationPolicy(**common)


def _without_servicer(*_: object) -> NoReturn:
    """Stop the run: an SDK that does not use the pack's servicer would pass every image."""
    raise RuntimeError(
        "the policy pack runs with the servicer of its own, which this version of pulumi-policy does not use; install "
        "the version of policies/requirements.txt with `pulumi install` in the folder of the pack"
    )
