"""The policy `replica-cost-below-limit`."""

from __future__ import annotations

from collections.abc import Iterator

from lab_image_policies.cost_findings import CURRENCY, LIMIT, above_limit, limit_of
from lab_image_policies.model.resource_kind import ResourceKind
from lab_image_policies.names import COST_POLICY
from lab_image_policies.policy import Policy, PolicyInput
from lab_image_policies.prices import prices
from lab_image_policies.reading.image_of import DECLARING
from lab_image_policies.reading.replica_sets import replica_sets
from lab_image_policies.replica_cost import cost_of
from lab_image_policies.violation import Violation


def validate(given: PolicyInput) -> Iterator[Violation]:
    """Refuse a stack whose replicas cost the limit or more, or an unknown amount; without a limit nothing."""
    limit = limit_of(given.setting(LIMIT.key), given.setting(CURRENCY.key))
    if limit is None:
        return
    given.run_state.first_time(COST_POLICY)  # so that no notice says the sum
    replicas = replica_sets(given)
    text = above_limit(cost_of(replicas, prices()), prices(), limit, given.today) if replicas else None
    if text is not None:
        yield Violation(None, text)


POLICY = Policy(
    name=COST_POLICY,
    title="Cost of all replicas",
    severity="medium",
    description="The replicas of all images cost less than the agreed limit, if there is one.",
    refuses="nothing, unless `monthlyLimit` and `currency` are written: then replicas of a stack that cost the limit "
    "or more a month, and a sum that is not known",
    why="Every replica is billed as a snapshot, each month, by the price of its region and storage type; the pack has "
    "a list of prices of its own",
    fix="Lower `replicas_per_region`, narrow `target_regions`, retire old versions, or agree on a higher "
    "`monthlyLimit`; `./labs prices --refresh` reads prices",
    url="https://learn.microsoft.com/azure/virtual-machines/azure-compute-gallery#billing",
    kinds=DECLARING | {ResourceKind.OTHER_ROUTE},
    validate=validate,
    settings=(LIMIT, CURRENCY),
    free_level=True,
    whole_stack=True,
)
