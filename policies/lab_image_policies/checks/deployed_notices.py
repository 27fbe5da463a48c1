"""The policy `deployed-image-notices`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lab_image_policies.config.setting import OS_DISK_LIMIT
from lab_image_policies.cost_findings import notice_of
from lab_image_policies.messages import message, shown_text
from lab_image_policies.model.resource_kind import LABS
from lab_image_policies.names import COST_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.prices import prices
from lab_image_policies.reading.from_outputs import deployed_versions
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.reading.lab_plan import attaches_gallery
from lab_image_policies.reading.replica_sets import replica_sets
from lab_image_policies.replica_cost import cost_of
from lab_image_policies.rules import OS_DISK_LIMIT_GB, is_for_lab_services
from lab_image_policies.translation import _
from lab_image_policies.violation import Violation

UNUSED_LIMIT: Final = replace(OS_DISK_LIMIT, meaning="Not used any more; configurations of earlier versions have it.")


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Report VHDs of which Azure shows no size, what the rules of Lab Services pass over, and costs without a limit."""
    for version in deployed_versions(given):
        if version.is_deployed and version.is_vhd and version.os_disk_size_gb is None:
            yield version.violation(
                version.as_deployed,
                _("it was made from a VHD, of which Azure shows no size"),
                _("Its declared size counts, and nobody can check it any more"),
                _("Look at a lab made from it, or publish it from a managed disk or snapshot, which show their size"),
            )
    if given.run_state.language_problem is not None:
        yield Violation(None, _in_english(given.run_state.language_problem))
    yield from _exemptions(given)
    yield from (Violation(None, each.notice.in_force()) for each in given.run_state.levels if each.notice is not None)
    yield from _other_consumers(given)
    yield from _cost(given)


def _in_english(problem: str) -> str:
    """The notice that messages are not in the language that somebody asked for; it is in English itself."""
    return f"messages of this policy pack: {problem}. Until then they are in English."


def _exemptions(given: PolicyInput) -> Iterator[Violation]:
    """Exemptions in force of the policies of the whole stack; of the others `image-notices` reports them."""
    names = given.run_state.names()
    for exemption in given.run_state.exemptions():
        if exemption.image.lower() in names and exemption.holds(exemption.image, given.today):
            text = exemption.in_force()
            if given.run_state.first_time(text):
                yield Violation(None, text)


def _other_consumers(given: PolicyInput) -> Iterator[Violation]:
    """Images that no rule of Lab Services judges, in a gallery that labs are made from."""
    if not any(resource.kind in LABS and attaches_gallery(resource) for resource in given.run_state.declared.values()):
        return
    for urn, image in given.run_state.images.items():
        if image is not None and not is_for_lab_services(image.consumers) and image.component is None:
            text = message(
                shown_text(image.name),
                _("its consumers are others than Lab Services, and this stack attaches a gallery to labs"),
                _("Rules about what teachers see do not judge it, and a teacher may look for it in vain"),
                _("Add lab_services to its consumers if teachers should get it; else nothing is to be done"),
            )
            if given.run_state.first_time(text):
                yield Violation(None, text, urn)


def _cost(given: PolicyInput) -> Iterator[Violation]:
    """What the replicas cost, where no limit judges it."""
    replicas = replica_sets(given)
    if replicas and given.run_state.first_time(COST_POLICY):
        yield Violation(None, notice_of(cost_of(replicas, prices()), prices(), given.today))


POLICY = Policy(
    name="deployed-image-notices",
    title="Notices about published versions",
    level="advisory",
    severity="low",
    description="What should be known about a published version and stops nothing.",
    refuses="nothing; reports versions made from a VHD of which Azure shows no size, exemptions and lowered levels in "
    "force, images for others than Lab Services in a gallery that is attached to labs, and what all replicas cost a "
    "month if no limit is agreed on",
    why="A size that Azure does not show cannot be checked, and what switches rules off must stay visible",
    fix=f"Ask whoever made the image for one disk below {OS_DISK_LIMIT_GB} GB; publish from a disk or snapshot instead "
    "of a VHD",
    url="https://learn.microsoft.com/azure/lab-services/how-to-attach-detach-shared-image-gallery",
    kinds=DECLARING | LABS,
    validate=validate,
    settings=(UNUSED_LIMIT,),
    whole_stack=True,
)
