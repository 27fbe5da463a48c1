"""Runs a policy on resources: reads its configuration, applies exemptions, and keeps the run state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lab_image_policies.config.configuration import Configuration, read_configuration
from lab_image_policies.model.image import text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import image_name
from lab_image_policies.run_state import RunState
from lab_image_policies.violation import Violation

_IMAGES = frozenset({ResourceKind.LAB_IMAGE, ResourceKind.DEFINITION, ResourceKind.VERSION})


@dataclass(slots=True)
class PolicyRunner:
    """Runs one policy. Its configuration is read again only when it changes."""

    policy: Policy
    run_state: RunState
    _given: Mapping[str, object] | None = field(default=None, init=False)
    _configuration: Configuration | None = field(default=None, init=False)

    def configure(self, given: Mapping[str, object]) -> Configuration:
        """The policy's configuration, which the run state gets too."""
        if self._configuration is None or given != self._given:
            self._configuration = read_configuration(self.policy.name, self.policy.settings, given)
            self._given = dict(given)
            self.run_state.configurations[self.policy.name] = self._configuration
        return self._configuration

    def validate(self, resources: Sequence[Resource], given: Mapping[str, object], today: date) -> Iterator[Violation]:
        """Faults of the configuration, then what the policy finds in images that are not exempt."""
        configuration = self.configure(given)
        for resource in resources:
            self._remember(resource)
        policy_input = PolicyInput(resources, configuration, self.run_state, today)
        if self.policy.whole_stack or any(one.kind is not ResourceKind.VERSION_OF_COMPONENT for one in resources):
            # Below a component they would be a repetition.
            yield from (Violation(None, text) for text in configuration.problems)
        yield from self._expired(policy_input)
        for violation in self.policy.validate(policy_input):
            if violation.image is None or not any(
                one.holds(violation.image, today) for one in configuration.exemptions
            ):
                yield violation

    def _expired(self, policy_input: PolicyInput) -> Iterator[Violation]:
        if not policy_input.configuration.exemptions:
            return
        images = {name.lower() for resource in policy_input.resources for name in _images(resource)}
        for exemption in policy_input.configuration.exemptions:
            if exemption.image.lower() in images and not exemption.holds(exemption.image, policy_input.today):
                yield Violation(None, exemption.expired())

    def _remember(self, resource: Resource) -> None:
        if self.policy.whole_stack or resource.kind not in _IMAGES:
            return
        name = image_name(resource)
        self.run_state.images.add(name)
        if resource.kind is ResourceKind.VERSION:
            self.run_state.versions[resource.urn] = (
                name,
                text_or(resource.properties.get("galleryImageVersionName"), ""),
            )


def _images(resource: Resource) -> list[str]:
    if resource.kind in (ResourceKind.LAB_ACCOUNT_ATTACHMENT, ResourceKind.LAB_PLAN):
        regions = resource.properties.get("imageRegions")
        return list(regions) if isinstance(regions, dict) else []
    return [image_name(resource)] if resource.kind in _IMAGES else []
