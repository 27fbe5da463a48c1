"""What happens to each image, in one row."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from cli.report.cost_change import CostChange, Sizes, cost_change
from cli.report.image_changes import image_changes
from cli.report.layout import PLAIN
from cli.report.step import VERSION, Step
from tests.cli.report.priced import PRICES, inputs

NOTHING: Final = CostChange("USD")


def published(name: str, **replicas: int) -> Step:
    return Step("create", name, VERSION, name, {}, inputs(**replicas))


def test_versions_stand_in_the_order_of_azure() -> None:
    numbers = ["2024.1.16", "1.10.0", "2024.01.15", "1.9.0"]
    ((_, happens, _, _),) = image_changes([published(f"gis:{number}", koreacentral=1) for number in numbers], NOTHING)
    assert PLAIN.item(happens).strip().split("publish ")[1] == "1.9.0, 1.10.0, 2024.01.15, 2024.1.16"


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 9)), min_size=1, max_size=5))
def test_all_versions_of_an_image_are_one_row(versions: list[tuple[int, int]]) -> None:
    steps = [published(f"gis:1.0.{number}", eastus=count) for number, (_, count) in enumerate(versions)]
    sizes = {f"gis:1.0.{number}": size for number, (size, _) in enumerate(versions)}
    (row,) = image_changes(steps, cost_change(steps, Sizes(after=sizes), PRICES))
    shown = PLAIN.row(row).replace("\n    ", " ")
    gigabytes = sum(size * count for size, count in versions)
    assert f"; +{gigabytes * Decimal('0.10'):,.2f} USD (+{gigabytes:,} GB)" in shown
    assert all(f"1.0.{number}" in shown for number in range(len(versions)))


def test_many_images_with_the_same_changes_share_a_row() -> None:
    steps = [published(f"image-{n}:1.0.0", eastus=1) for n in range(30)]
    sizes = Sizes(after={f"image-{n}:1.0.0": 64 for n in range(29)})
    costs = {PLAIN.item(row[3]).strip() for row in image_changes(steps, cost_change(steps, sizes, PRICES))}
    assert costs == {"- +6.40 USD (+64 GB) each", "- unknown"}
    assert len(image_changes(steps[:3], cost_change(steps[:3], sizes, PRICES))) == 3
