"""Puts resources before a policy: reads its configuration, applies exemptions, and keeps the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lab_image_policies.config.configuration import Configuration, read_configuration
from lab_image_policies.model.image import text_or
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import Kind
from lab_image_policies.policy import Case, Policy
from lab_image_policies.reading.image_of import image_name
from lab_image_policies.run_state import Ledger
from lab_image_policies.violation import Violation

_IMAGES = frozenset({Kind.LAB_IMAGE, Kind.DEFINITION, Kind.VERSION})


@dataclass(slots=True)
class Trial:
    """One policy at work. The configuration is read anew only when it changes."""

    policy: Policy
    ledger: Ledger
    _given: Mapping[str, object] | None = field(default=None, init=False)
    _configuration: Configuration | None = field(default=None, init=False)

    def configure(self, given: Mapping[str, object]) -> Configuration:
        """The policy's configuration, also entered into the ledger."""
        if self._configuration is None or given != self._given:
            self._configuration = read_configuration(self.policy.name, self.policy.settings, given)
            self._given = dict(given)
            self.ledger.configurations[self.policy.name] = self._configuration
        return self._configuration

    def judge(self, resources: Sequence[Resource], given: Mapping[str, object], today: date) -> Iterator[Violation]:
        """What the policy finds, less what exemptions excuse, with what is wrong in its configuration first."""
        configuration = self.configure(given)
        for resource in resources:
            self._remember(resource)
        case = Case(resources, configuration, self.ledger, today)
        if self.policy.whole_stack or any(one.kind is not Kind.VERSION_OF_COMPONENT for one in resources):
            # Below a component it would only be said again.
            yield from (Violation(None, text) for text in configuration.problems)
        yield from self._expired(case)
        holding = [exemption for exemption in configuration.exemptions if exemption.expires >= today]
        for violation in self.policy.judge(case):
            if violation.image is None or not any(one.holds(violation.image, today) for one in holding):
                yield violation

    def _expired(self, case: Case) -> Iterator[Violation]:
        if not case.configuration.exemptions:
            return
        images = {name.lower() for resource in case.resources for name in _images(resource)}
        for exemption in case.configuration.exemptions:
            if exemption.image.lower() in images and not exemption.holds(exemption.image, case.today):
                yield Violation(None, exemption.expired())

    def _remember(self, resource: Resource) -> None:
        if self.policy.whole_stack or resource.kind not in _IMAGES:
            return
        name = image_name(resource)
        self.ledger.images.add(name)
        if resource.kind is Kind.VERSION:
            self.ledger.versions[resource.urn] = (name, text_or(resource.properties.get("galleryImageVersionName"), ""))


def _images(resource: Resource) -> list[str]:
    if resource.kind in (Kind.LAB_ACCOUNT_ATTACHMENT, Kind.LAB_PLAN):
        regions = resource.properties.get("imageRegions")
        return list(regions) if isinstance(regions, dict) else []
    return [image_name(resource)] if resource.kind in _IMAGES else []
