"""A policy pack that judges nothing: what the engine and the SDK need for any pack, without the cost of ours."""

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

PolicyPack(
    name="idle",
    enforcement_level=EnforcementLevel.ADVISORY,
    policies=[ResourceValidationPolicy(name="nothing", description="Judges nothing.", validate=lambda *_: None)],
)
