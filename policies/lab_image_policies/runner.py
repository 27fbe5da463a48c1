"""Runs a policy on resources: reads its configuration and applies exemptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lab_image_policies.config.configuration import Configuration, read_configuration
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import PLACES
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.run_state import RunState
from lab_image_policies.violation import Violation


@dataclass(frozen=True, slots=True)
class PolicyRunner:
    """Runs one policy, with the run state that all of them share."""

    policy: Policy
    run_state: RunState

    def configure(self, given: Mapping[str, object]) -> None:
        """Give the policy its configuration for this run."""
        self.run_state.configurations[self.policy.name] = read_configuration(
            self.policy.name, self.policy.settings, given
        )

    @property
    def configuration(self) -> Configuration:
        """The policy's configuration: the defaults if it was given none."""
        if self.policy.name not in self.run_state.configurations:
            self.configure({})
        return self.run_state.configurations[self.policy.name]

    def validate(self, resources: Sequence[Resource], today: date) -> Iterator[Violation]:
        """Faults of the configuration, then what the policy finds in images that are not exempt."""
        configuration = self.configuration
        if self.policy.whole_stack:
            names = self.run_state.names()
        else:
            names = {name.lower() for resource in resources for name in self._images(resource)}
            resources = [one for one in resources if self._is_judged(one)]
            if not resources:
                return
        for text in configuration.problems:
            if self.run_state.first_time((self.policy.name, text)):
                yield Violation(None, text)
        for exemption in configuration.exemptions:
            if exemption.image.lower() in names and not exemption.holds(exemption.image, today):
                yield Violation(None, exemption.expired())
        for violation in self.policy.validate(PolicyInput(resources, configuration, self.run_state, today)):
            image = violation.image
            if image is not None:
                if any(one.holds(image, today) for one in configuration.exemptions):
                    continue
                if not self.policy.whole_stack:
                    self.run_state.refused.add((self.policy.name, image.lower(), violation.number))
            yield violation

    def _is_judged(self, resource: Resource) -> bool:
        """Whether there is something to judge: not in what is only read, and not in what is as its component says."""
        if resource.kind in DECLARING and not self.policy.of_children:
            return self.run_state.images.get(resource.urn) is not None
        return resource.urn in self.run_state.declared

    def _images(self, resource: Resource) -> list[str]:
        if resource.kind in PLACES:
            regions = resource.properties.get("imageRegions")
            return list(regions) if isinstance(regions, dict) else []
        image = self.run_state.images.get(resource.urn)
        named = [image.known_name] if image is not None and image.known_name else []
        return [*named, *self.run_state.names_made(resource.urn)]
