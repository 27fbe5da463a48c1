"""The pack and the program count one plan alike, each with its own list of prices and its own arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from catalog.regions.prices import read_prices as prices_of_program
from lab_image_policies.config.configuration import Configuration
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import kind_of
from lab_image_policies.policy import PolicyInput
from lab_image_policies.prices import read_prices as prices_of_pack
from lab_image_policies.reading.replica_sets import replica_sets
from lab_image_policies.replica_cost import Gap, NotCounted
from lab_image_policies.replica_cost import cost_of as cost_of_pack
from lab_image_policies.run_state import RunState
from plan.cost import Replicas
from plan.cost import cost_of as cost_of_program
from plan.planned import ExternalVersion, Plan, PlannedImage, PlannedRegion, PlannedVersion
from tests.components.golden import declare
from tests.components.registrations import registrations
from tests.components.representative import image, representative_plan, sources, version
from tests.policies.priced_pack import prices


def with_others() -> Plan:
    """The representative plan with an image that others publish, in other storage and with an older version."""
    regions = (
        PlannedRegion("koreacentral", 2, "Premium_LRS", exclude_from_latest=False),
        PlannedRegion("japaneast", 1, "Standard_LRS", exclude_from_latest=False),
    )
    theirs = ExternalVersion(
        "1.0.0",
        "/versions/1.0.0",
        100,
        0,
        regions,
        exclude_from_latest=False,
        end_of_life=datetime(2027, 6, 28, tzinfo=UTC),
    )
    older = replace(theirs, number="0.9.0", os_disk_size_gb=30)
    dear = image("dear", version("1.0.0", sources()["vm"], target_regions=regions))
    plan = representative_plan()
    return replace(plan, images=(*plan.images, dear, image("packer", external=(theirs,), older_external=(older,))))


def declared(plan: Plan) -> PolicyInput:
    """What policies of the whole stack get of a plan."""
    state = RunState()
    for key, found in registrations(lambda: declare(plan)).items():
        kind = kind_of(found.type)
        if kind is not None:
            state.declare(Resource(kind, found.type, key, found.name, found.inputs, found.parent))
    return PolicyInput((), Configuration({}, (), ()), state, date(2026, 11, 29))


def planned_replicas(images: Iterable[PlannedImage]) -> Iterator[Replicas]:
    """The replicas of every version that a plan declares or that others have published for it."""
    for planned in images:
        versions: tuple[PlannedVersion | ExternalVersion, ...] = (
            *planned.versions,
            *(planned.external or ()),
            *planned.older_external,
        )
        for each in versions:
            for region in each.target_regions:
                kind, size = region.storage_account_type, each.os_disk_size_gb
                yield Replicas(planned.name, each.number, region.name, kind, region.replicas, size)


def test_a_plan_costs_the_same(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    file.write_text(prices(), encoding="utf-8")
    plan = with_others()
    program = cost_of_program(planned_replicas(plan.images), prices_of_program(file))
    pack = cost_of_pack(replica_sets(declared(plan)), prices_of_pack(file))
    assert pack.month == program.month > 0
    assert pack.borrowed == program.borrowed == ("japaneast", "koreacentral", "koreasouth")
    assert dict(pack.by_image) == {name: cost.month for name, cost in program.by(lambda of: of.image).items()}
    assert pack.by_image.keys() >= {"all-sources", "desktops", "dear", "packer"}
    # An import, whose size the representative plan does not know.
    assert {part.of.image for part in program.unknown} == {"windows-2022-cad"}
    assert pack.not_counted == (NotCounted("windows-2022-cad", "1.0.0", Gap.SIZE),)
