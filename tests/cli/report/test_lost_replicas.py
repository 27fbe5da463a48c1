"""Labs are published from the replicas of a version: what has fewer of them stands with what is deleted."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.report.difference import loses_replicas
from cli.report.layout import PLAIN
from cli.report.render import render
from cli.report.run import Run
from cli.report.step import VERSION, Step

CAREFUL: Final = "Careful: deleted, replaced or replicated less"
COUNTS = st.dictionaries(st.sampled_from(["koreacentral", "koreasouth", "japaneast"]), st.integers(1, 100))


def inputs(counts: dict[str, Any]) -> dict[str, Any]:
    regions = [{"name": name, "regionalReplicaCount": count} for name, count in counts.items()]
    return {"publishingProfile": {"targetRegions": regions}}


def sections(old: dict[str, Any], new: dict[str, Any], *, preview: bool = True) -> str:
    step = Step("update", "urn", VERSION, "gis:1.0.0", inputs(old), inputs(new), ("publishingProfile",))
    return render([Run("prod", began=True, is_preview=preview, ended="succeeded", planned=[step], done={"urn"})], PLAIN)


def unwrapped(report: str) -> str:
    return report.replace("\n    ", " ")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ({"koreacentral": 3}, "stop replicating to koreasouth"),
        ({"koreacentral": 3, "Korea South": 0}, "stop replicating to koreasouth"),
        ({"koreacentral": 2, "koreasouth": 1}, "replicas in koreacentral: 3 → 2"),
        ({"japaneast": 9, "Korea Central": 3}, "replicate to japaneast; stop replicating to koreasouth"),
    ],
)
def test_lost_replicas_stand_out(new: dict[str, Any], said: str) -> None:
    old = {"koreacentral": 3, "koreasouth": 1}
    assert f"  {CAREFUL}\n  - change 1.0.0 of gis: {said}\n" in unwrapped(sections(old, new))
    assert f"  {CAREFUL} (done)\n  - change 1.0.0 of gis: {said}\n" in unwrapped(sections(old, new, preview=False))


@pytest.mark.parametrize(
    "new", [{"koreacentral": 4}, {"koreacentral": 3, "japaneast": 1}, {"Korea Central": "unknown"}]
)
def test_what_loses_nothing_is_a_change_of_versions(new: dict[str, Any]) -> None:
    report = sections({"koreacentral": 3}, new)
    assert "Careful" not in report
    assert "  Images\n  - gis: change 1.0.0" in report


@given(COUNTS, COUNTS)
def test_a_region_loses_exactly_what_it_had_more_of(old: dict[str, int], new: dict[str, int]) -> None:
    assert loses_replicas(inputs(old), inputs(new)) == any(new.get(name, 0) < count for name, count in old.items())
