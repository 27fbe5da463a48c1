"""What happens to each image, and the storage that comes or goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.report.image_changes import image_changes
from cli.report.layout import PLAIN
from cli.report.step import VERSION, Action, Step


def inputs(**replicas: Any) -> dict[str, Any]:
    regions = [{"name": name, "regionalReplicaCount": count} for name, count in replicas.items()]
    return {"publishingProfile": {"targetRegions": regions}} if replicas else {}


def storage(
    action: Action, old: dict[str, Any], new: dict[str, Any], *, size: int | None = 64, retained: bool = False
) -> str:
    step = Step(action, "urn", VERSION, "gis:1.0.0", old, new, retained=retained)
    ((_, _, _, cell),) = image_changes([step], {} if size is None else {"gis:1.0.0": size})
    return "".join(map(str, cell))


def test_versions_stand_in_the_order_of_azure() -> None:
    numbers = ["2024.1.16", "1.10.0", "2024.01.15", "1.9.0"]
    steps = [Step("create", number, VERSION, f"gis:{number}", {}, inputs(koreacentral=1)) for number in numbers]
    ((_, happens, _, _),) = image_changes(steps, {})
    assert PLAIN.item(happens).strip().split("publish ")[1] == "1.9.0, 1.10.0, 2024.01.15, 2024.1.16"


@pytest.mark.parametrize(
    ("action", "old", "new", "said"),
    [
        ("create", {}, inputs(koreacentral=3, koreasouth=1), "+256 GB at most"),
        ("update", inputs(koreacentral=3), inputs(koreacentral=1), "−128 GB at most"),
        ("update", inputs(koreacentral=1), inputs(koreacentral=1), ""),
        ("update", inputs(koreacentral="[unknown]"), inputs(koreacentral=1), "unknown"),
        ("delete", inputs(koreacentral=2), {}, "−128 GB at most"),
        ("delete", {}, {}, "unknown"),
        ("create", {}, {}, "unknown"),
        ("import", {}, inputs(koreacentral=2), ""),
        ("replace", inputs(koreacentral=2), inputs(koreacentral=1), "−64 GB at most"),
        ("empty", inputs(koreacentral=2), inputs(koreacentral=2), "−128 GB at most"),
    ],
)
def test_storage(action: Action, old: dict[str, Any], new: dict[str, Any], said: str) -> None:
    assert storage(action, old, new) == said


def test_what_is_not_known_is_never_nothing() -> None:
    assert storage("create", {}, inputs(koreacentral=1), size=None) == "unknown"
    assert storage("delete", inputs(koreacentral=2), {}, retained=True) == ""


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 9)), min_size=1, max_size=5))
def test_all_versions_of_an_image_are_one_row(versions: list[tuple[int, int]]) -> None:
    steps = [
        Step("create", f"urn{number}", VERSION, f"gis:1.0.{number}", {}, inputs(koreacentral=count))
        for number, (_, count) in enumerate(versions)
    ]
    sizes = {f"gis:1.0.{number}": size for number, (size, _) in enumerate(versions)}
    (row,) = image_changes(steps, sizes)
    shown = PLAIN.row(row).replace("\n    ", " ")
    assert f"+{sum(size * count for size, count in versions):,} GB at most" in shown
    assert all(f"1.0.{number}" in shown for number in range(len(versions)))


def test_many_images_with_the_same_changes_share_a_row() -> None:
    steps = [Step("create", f"urn{n}", VERSION, f"image-{n}:1.0.0", {}, inputs(koreacentral=1)) for n in range(30)]
    sizes = {f"image-{n}:1.0.0": 64 for n in range(29)}
    assert len(image_changes(steps, sizes)) == 2
    assert len(image_changes(steps[:3], sizes)) == 3
