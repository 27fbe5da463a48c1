"""What an update mends, and whether it has to look into Azure first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.after_up import after_up
from lifecycle.offer import offers
from lifecycle.repair import MENDED, repairs
from plan.observed import Observed, ObservedLab, ObservedVersion
from plan.plan import plan
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import GALLERY, LAB_ACCOUNT

TODAY = date(2026, 6, 1)
ATTACHED = ObservedLab(LAB_ACCOUNT, "koreacentral", {"a": GALLERY})
DETACHED = replace(ATTACHED, attachments={})
THERE = inputs.observed_version()
SAVED = inputs.observed_version(tags={}, os_disk_size_gb=128)
BOTH = inputs.catalogue(gis=inputs.image(versions={"1.0.0": inputs.version(), "1.1.0": inputs.version()}))


def found(observed: Observed) -> list[tuple[list[str], bool]]:
    """Kinds of the reasons of what an update of both versions mends, and whether it surely needs a refresh."""
    stack = Stack(inputs.settings(), replace(observed, sources={inputs.SNAPSHOT.lower(): inputs.observed_source()}))
    left = Stack(stack.settings, after_up(plan(BOTH, stack.settings, stack.observed), stack.observed))
    before, after = offers(BOTH, stack, TODAY), offers(BOTH, left, TODAY, planned=True)
    return [
        ([reason.kind for reason in repair.offer.reasons], repair.surely_refresh)
        for repair in repairs(before, after, stack)
    ]


def azure(versions: dict[str, ObservedVersion] | None, lab: ObservedLab = ATTACHED) -> Observed:
    definitions = [] if versions is None else [inputs.observed_definition(versions=versions)]
    return Observed(gallery=inputs.observed_gallery(*definitions), labs={LAB_ACCOUNT.lower(): lab})


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (azure({"1.0.0": THERE, "1.1.0": THERE}), []),
        (azure({"1.0.0": THERE, "1.1.0": THERE}, DETACHED), [(["not_attached"], True)]),
        (azure({}), [(["no_version", "missing_version"], True)]),
        (azure({"1.0.0": THERE}), [(["missing_version"], False)]),
        (azure({"1.0.0": THERE, "1.0.1": SAVED}), [(["missing_version", "newer_version", "os_disk_size"], False)]),
        (azure(None), [(["missing_image"], False)]),
        (Observed(labs={LAB_ACCOUNT.lower(): DETACHED}), []),
    ],
)
def test_what_was_deployed_and_is_gone_needs_a_refresh(
    observed: Observed, expected: list[tuple[list[str], bool]]
) -> None:
    assert found(observed) == expected


@given(st.sets(st.sampled_from(["1.0.0", "1.1.0"])), st.booleans())
def test_what_is_wrong_and_ends_is_said(numbers: set[str], attached: bool) -> None:
    observed = azure(dict.fromkeys(numbers, THERE), ATTACHED if attached else DETACHED)
    is_good = attached and "1.1.0" in numbers
    assert bool(found(observed)) is not is_good
    assert all(set(kinds) & MENDED for kinds, _ in found(observed))
