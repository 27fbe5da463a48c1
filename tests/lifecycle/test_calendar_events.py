"""Which days are in the calendar of a stack."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from lifecycle.calendar_events import TimeEvent, calendar_events
from lifecycle.configuration_rules import Exemption, LoweredLevel
from lifecycle.end_of_life import RETIREMENT_DATE
from lifecycle.exemption import PolicyRules
from plan.observed import ObservedGallery
from tests.support import builders as inputs

DAYS = st.dates(date(2020, 1, 1), date(2099, 12, 31))


def events(catalogue: Catalogue, gallery: ObservedGallery | None = None, **rules: Any) -> list[tuple[str, str, str]]:
    """Day, subject and what of each event of a stack without Lab Services."""
    found = calendar_events(catalogue, gallery, PolicyRules(**rules), uses_lab_services=False)
    return [(event.day.isoformat(), event.subject, event.what) for event in found]


def gis(end: str | None, version_end: str | None = None) -> Catalogue:
    """A catalogue with one image and one version, and their ends of life."""
    version = inputs.version(**({"end_of_life": version_end} if version_end else {}))
    return inputs.catalogue(
        gis=inputs.image(versions={"1.0.0": version}, **({"end_of_life": end} if end else {})),
    )


def published(end: datetime | None, version_end: datetime | None = None, **changes: Any) -> ObservedGallery:
    """A gallery with the same image."""
    version = inputs.observed_version(end_of_life=version_end, **changes)
    return inputs.observed_gallery(inputs.observed_definition(end_of_life=end, versions={"1.0.0": version}))


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_the_catalogue_says_when_images_and_versions_end() -> None:
    assert events(gis("2027-06-30", "2027-01-31")) == [
        ("2027-01-31", "gis 1.0.0", "catalogue"),
        ("2027-06-30", "gis", "catalogue"),
    ]


def test_what_is_published_as_the_catalogue_says_is_there_once() -> None:
    found = events(gis("2027-06-30", "2027-01-31"), published(noon(2027, 6, 30), noon(2027, 1, 31)))
    assert [(day, what) for day, _, what in found] == [("2027-01-31", "catalogue"), ("2027-06-30", "catalogue")]


def test_a_day_of_another_offset_is_the_day_in_utc() -> None:
    there = published(None, datetime(2027, 1, 30, 15, tzinfo=UTC), end_of_life_text="2027-01-31T00:00:00+09:00")
    assert events(gis(None, "2027-01-31"), there) == [("2027-01-30", "gis 1.0.0", "catalogue")]


def test_what_the_gallery_says_else_is_there_too() -> None:
    assert events(gis("2027-06-30"), published(noon(2027, 5, 1), noon(2027, 3, 1))) == [
        ("2027-03-01", "gis 1.0.0", "gallery"),
        ("2027-05-01", "gis", "gallery"),
        ("2027-06-30", "gis", "catalogue"),
    ]


def test_so_is_what_only_the_gallery_has() -> None:
    foreign = inputs.observed_definition(
        id=f"{inputs.GALLERY}/images/Export",
        end_of_life=noon(2028, 1, 1),
        versions={"7.0.0": inputs.observed_version(end_of_life=noon(2027, 1, 1))},
    )
    ours = inputs.observed_definition(
        id=f"{inputs.GALLERY}/images/GIS",
        versions={"1.0": inputs.observed_version(), "2.0.0": inputs.observed_version(end_of_life=noon(2026, 1, 1))},
    )
    assert events(gis(None), inputs.observed_gallery(foreign, ours)) == [
        ("2026-01-01", "gis 2.0.0", "gallery"),
        ("2027-01-01", "Export 7.0.0", "gallery"),
        ("2028-01-01", "Export", "gallery"),
    ]


def test_exemptions_and_lowered_levels_end_with_their_last_day() -> None:
    rules = PolicyRules(
        exemptions=(Exemption("image-single-disk", 0, "gis", "until the new course", date(2027, 2, 1)),),
        lowered=(LoweredLevel("lab-regions-covered", "advisory", "a pilot", date(2026, 2, 1)),),
    )
    assert calendar_events(gis(None), None, rules, uses_lab_services=False) == [
        TimeEvent(date(2026, 2, 1), "level", "lab-regions-covered", "advisory", "a pilot"),
        TimeEvent(date(2027, 2, 1), "exemption", "gis", "image-single-disk", "until the new course"),
    ]


def test_the_end_of_lab_services_is_there_for_who_uses_it() -> None:
    (event,) = calendar_events(gis(None), None, PolicyRules(), uses_lab_services=True)
    assert (event.day, event.kind, event.subject) == (RETIREMENT_DATE, "service", "Azure Lab Services")
    assert calendar_events(gis(None), None, PolicyRules(), uses_lab_services=False) == []


@given(st.lists(DAYS, min_size=1, max_size=5), st.lists(DAYS, max_size=5), st.booleans())
def test_nothing_is_lost_and_all_is_in_the_order_of_days(
    wanted: list[date], there: list[date], lab_services: bool
) -> None:
    catalogue = inputs.catalogue(
        gis=inputs.image(versions={f"1.0.{at}": inputs.version(end_of_life=day) for at, day in enumerate(wanted)})
    )
    versions = {
        f"1.0.{at}": inputs.observed_version(end_of_life=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        for at, day in enumerate(there)
    }
    gallery = inputs.observed_gallery(inputs.observed_definition(versions=versions))
    found = calendar_events(catalogue, gallery, PolicyRules(), uses_lab_services=lab_services)
    same = sum(one == other for one, other in zip(wanted, there, strict=False))
    assert len(found) == len(wanted) + len(there) - same + lab_services
    assert {event.day for event in found} == {*wanted, *there, *([RETIREMENT_DATE] if lab_services else [])}
    assert [event.day for event in found] == sorted(event.day for event in found)
