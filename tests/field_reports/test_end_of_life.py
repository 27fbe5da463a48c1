"""Ends of life: moments that Azure has and moments in the file, and those that are new and past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.moment import day_of, day_or_moment, shortest, start_of
from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.editor import add_image, edit_versions
from catalog.images.version import VersionDefaults
from cli.report.difference import setting_differences
from components.lab_image import _end_of_life as declared_text
from inventory.gallery import read_definition, read_version
from lifecycle.catalogue_entry import entry_of_definition, entry_of_version
from lifecycle.retirement import retirement
from plan.conflict import PlanRefused
from plan.observed import Observed, ObservedDefinition, ObservedVersion
from plan.plan import plan
from plan.planned import PlannedImage, PlannedVersion
from tests.support import builders as inputs
from tests.support.builders import GALLERY

NOW = "2028-03-01T12:00:00Z"
TEXT = f"""\
images:
  other:
    os_type: Linux
    os_state: Generalized
    identifier: {{publisher: contoso, offer: other, sku: one}}
    versions:
      1.0.0: {{source: {{snapshot: {inputs.SNAPSHOT}}}}}
"""
NONE: dict[str, str] = {}


def answer(end: str | None, **profile: Any) -> dict[str, Any]:
    """A version as Azure answers it."""
    return {
        "id": f"{GALLERY}/images/gis/versions/1.0.0",
        "name": "1.0.0",
        "location": "koreacentral",
        "tags": NONE,
        "properties": {
            "provisioningState": "Succeeded",
            "storageProfile": {"osDiskImage": {"sizeInGB": 64}},
            "publishingProfile": {
                "targetRegions": [{"name": "Korea Central", "regionalReplicaCount": 1}],
                **({"endOfLifeDate": end} if end else {}),
                **profile,
            },
        },
    }


def definition_answer(end: str | None) -> dict[str, Any]:
    """An image definition as Azure answers it."""
    return {
        "id": f"{GALLERY}/images/gis",
        "name": "gis",
        "location": "koreacentral",
        "tags": NONE,
        "properties": {
            "osType": "Linux",
            "osState": "Specialized",
            "identifier": {"publisher": "contoso", "offer": "gis", "sku": "one"},
            **({"endOfLifeDate": end} if end else {}),
        },
    }


def in_azure(end: str | None) -> ObservedDefinition:
    """An image with one version as Azure has it, both with this end of life."""
    return replace(read_definition(definition_answer(end)), versions={"1.0.0": read_version(answer(end))})


def imported(found: ObservedDefinition, **ends: str) -> Catalogue:
    """The catalogue after `labs import`; `ends` are written in place of what it writes for the version."""
    version: ObservedVersion = found.versions["1.0.0"]
    entry = entry_of_definition(found) | {"versions": {"1.0.0": entry_of_version(version, VersionDefaults())}}
    text = add_image(TEXT, "gis", entry)
    for key, value in ends.items():
        text = edit_versions(text, {("gis", "1.0.0"): {key: value}})
    return of_document(parse(text, file="images.yaml"))


def planned(catalogue: Catalogue, found: ObservedDefinition, now: str = NOW) -> tuple[PlannedImage, PlannedVersion]:
    """The image and its version as they will be declared."""
    observed = Observed(gallery=inputs.observed_gallery(found), moment=now)
    image = next(image for image in plan(catalogue, inputs.settings(), observed).images if image.name == "gis")
    return image, image.versions[0]


def declared(of: tuple[PlannedImage, PlannedVersion]) -> list[str | None]:
    """What the provider is sent for both."""
    image, version = of
    return [
        declared_text(image.definition.end_of_life, image.end_of_life_text),
        declared_text(version.end_of_life, version.end_of_life_text),
    ]


# What Azure has, what `labs import` writes, and what is declared then: its moment, as it writes it.
TAKEN_OVER = [
    ("2030-05-15T00:00:00+00:00", date(2030, 5, 15), "2030-05-15T00:00:00Z"),
    ("2030-05-15T04:30:00+00:00", datetime(2030, 5, 15, 4, 30, tzinfo=UTC), "2030-05-15T04:30:00+00:00"),
    ("2030-05-14T15:00:00+00:00", datetime(2030, 5, 14, 15, tzinfo=UTC), "2030-05-14T15:00:00+00:00"),
    ("2030-05-15T13:30:00+09:00", datetime(2030, 5, 15, 4, 30, tzinfo=UTC), "2030-05-15T13:30:00+09:00"),
    ("2030-05-15T09:00:00+09:00", date(2030, 5, 15), "2030-05-15T09:00:00+09:00"),
    ("2020-01-31T23:59:59+00:00", datetime(2020, 1, 31, 23, 59, 59, tzinfo=UTC), "2020-01-31T23:59:59+00:00"),
    ("2020-01-31T00:00:00+00:00", date(2020, 1, 31), "2020-01-31T00:00:00Z"),
    ("2030-05-15T04:30:00.5+00:00", datetime(2030, 5, 15, 4, 30, 0, 500000, UTC), "2030-05-15T04:30:00.5+00:00"),
    (
        "2030-05-15T04:30:00.500000+00:00",
        datetime(2030, 5, 15, 4, 30, 0, 500000, UTC),
        "2030-05-15T04:30:00.500000+00:00",
    ),
    (
        "2030-05-15T04:30:12.1234567+00:00",
        datetime(2030, 5, 15, 4, 30, 12, 123456, UTC),
        "2030-05-15T04:30:12.1234567+00:00",
    ),
    ("2020-05-15T00:00:00.0000001+00:00", date(2020, 5, 15), "2020-05-15T00:00:00.0000001+00:00"),
]


@pytest.mark.parametrize(("there", "written", "sent"), TAKEN_OVER)
def test_what_is_taken_over_keeps_its_moment(there: str, written: date, sent: str) -> None:
    found = in_azure(there)
    catalogue = imported(found)
    image = catalogue.images["gis"]
    assert [image.end_of_life, image.versions["1.0.0"].end_of_life] == [written, written]
    assert declared(planned(catalogue, found)) == [sent, sent]


# What Azure has, what the file says, and what is declared for the version.
WRITTEN = [
    ("2030-05-15T04:30:00+00:00", "2030-05-15", "2030-05-15T04:30:00+00:00"),
    ("2030-05-15T04:30:00+00:00", "2030-05-15T13:30:00+09:00", "2030-05-15T04:30:00+00:00"),
    ("2030-05-15T04:30:00+00:00", "2030-05-16", "2030-05-16T00:00:00Z"),
    ("2030-05-15T04:30:00+00:00", "2030-05-15T00:00:00Z", "2030-05-15T00:00:00Z"),
    ("2030-05-15T04:30:00+00:00", "2030-05-15T13:30:01+09:00", "2030-05-15T04:30:01+00:00"),
    ("2030-05-15T03:00:00+09:00", "2030-05-15", "2030-05-15T03:00:00+09:00"),
    ("2030-05-15T03:00:00+09:00", "2030-05-14", "2030-05-15T03:00:00+09:00"),
    ("2030-05-15T00:00:00+00:00", "2030-05-15T09:00:00+09:00", "2030-05-15T00:00:00Z"),
    ("2030-05-15T00:00:00+00:00", "2030-05-14", "2030-05-14T00:00:00Z"),
    (None, "2030-05-15T13:30:00+09:00", "2030-05-15T04:30:00+00:00"),
    (None, "2030-05-15 13:30:00.250 +09:00", "2030-05-15T04:30:00.25+00:00"),
    (None, "2030-05-15", "2030-05-15T00:00:00Z"),
]


@pytest.mark.parametrize(("there", "end", "sent"), WRITTEN)
def test_another_day_or_moment_changes_it(there: str | None, end: str, sent: str) -> None:
    found = in_azure(there)
    assert declared(planned(imported(found, end_of_life=end), found))[1] == sent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "2030-05-15T13:30:00",
            "has no offset, so nobody knows which moment it is; write 2030-05-15T13:30:00Z for UTC, or the offset of",
        ),
        ("2030-05-15 13:30:00", "write 2030-05-15T13:30:00Z for UTC"),
        ("2030-02-30T13:30:00Z", "is no moment that there is"),
        ("2030-05-15T25:00:00Z", "is no moment that there is"),
        ("0001-01-01T00:00:00+09:00", "is no moment that there is"),
        ("2030-05-15T13:30:00+0900", "a moment such as 2027-06-30T18:00:00+09:00, not"),
        ("15.05.2030 13:30", "a moment such as 2027-06-30T18:00:00+09:00, not"),
        ("15.05.2030", 'must be a day such as 2027-06-30, not "15.05.2030"'),
        ("2030-05-15T", 'must be a day such as 2027-06-30, not "2030-05-15T"'),
    ],
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_what_is_no_moment(text: str, words: str, quote: str) -> None:
    lines = TEXT.replace("other:\n", f"other:\n    end_of_life: {quote}{text}{quote}\n", 1)
    with pytest.raises(InvalidFile) as caught:
        of_document(parse(lines, file="images.yaml"))
    (found,) = caught.value.diagnostics
    assert (found.line, found.key) == (3, "images.other.end_of_life")
    assert words in found.message


@pytest.mark.parametrize("text", ["2030-05-15T13:30:00+09:00", "2030-05-15t04:30:00z", "2030-05-15 04:30:00 Z"])
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_moment_is_written_as_yaml_or_rfc_3339_have_it(text: str, quote: str) -> None:
    lines = TEXT.replace("other:\n", f"other:\n    end_of_life: {quote}{text}{quote}\n", 1)
    read = of_document(parse(lines, file="images.yaml")).images["other"].end_of_life
    assert read == datetime(2030, 5, 15, 4, 30, tzinfo=UTC)


MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)).flatmap(
    lambda moment: st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(-timedelta(hours=9, minutes=30))]).map(
        lambda offset: moment.replace(tzinfo=offset)
    )
)
WHOLE = st.booleans()
TICKS = st.sampled_from(["", "0", "7"])


@given(moment=MOMENTS, seconds=WHOLE, tick=TICKS)
def test_any_moment_survives_import_and_preview(moment: datetime, *, seconds: bool, tick: str) -> None:
    there = moment.replace(microsecond=0) if seconds else moment
    whole, offset = there.isoformat()[:-6], there.isoformat()[-6:]
    text = f"{whole}{tick if '.' in whole else ''}{offset}"
    found = in_azure(text)
    of = planned(imported(found), found)
    for sent in declared(of):
        assert sent is not None
        assert datetime.fromisoformat(sent) == datetime.fromisoformat(text)
        assert seventh_digit(sent) == seventh_digit(text)
    assert of[1].end_of_life == there


def seventh_digit(text: str) -> int:
    """Of the seconds: 100 nanoseconds, which a datetime cannot hold."""
    digits = text.removesuffix("Z")[:-6].partition(".")[2]
    return int(digits[6:7] or 0)


@given(end=st.one_of(st.dates(date(2001, 1, 1), date(2099, 1, 1)), MOMENTS))
def test_editor_and_loader_read_what_was_written(end: date) -> None:
    text = edit_versions(TEXT, {("other", "1.0.0"): {"end_of_life": end}})
    read = of_document(parse(text, file="images.yaml")).images["other"].versions["1.0.0"].end_of_life
    assert read == end
    assert isinstance(read, datetime) is isinstance(end, datetime)
    assert edit_versions(text, {("other", "1.0.0"): {"end_of_life": read}}).count("end_of_life") == 1


@given(st.one_of(st.dates(date(2001, 1, 1), date(2099, 1, 1)), MOMENTS))
def test_the_shortest_form_is_the_same_moment(end: date) -> None:
    short = shortest(end)
    assert start_of(short) == start_of(end)
    assert isinstance(short, datetime) is (start_of(end).astimezone(UTC).time() != time())
    assert day_or_moment(short.isoformat()) == short
    assert day_of(short) == start_of(end).astimezone(UTC).date()


# What Azure has, what the file says, and whether that is refused at noon of 2028-03-01.
PAST = [
    (None, "2028-02-29", True),
    (None, "2028-03-01", True),
    (None, "2028-03-02", False),
    (None, "2028-03-01T21:00:00+09:00", True),
    (None, "2028-03-01T12:00:01Z", False),
    ("2020-01-31T00:00:00+00:00", "2020-01-31", False),
    ("2020-01-31T10:00:00+00:00", "2020-01-31", False),
    ("2020-01-31T10:00:00+00:00", "2020-01-31T19:00:00+09:00", False),
    ("2020-01-31T10:00:00+00:00", "2020-01-31T00:00:00Z", True),
    ("2020-01-31T10:00:00+00:00", "2020-02-01", True),
    ("2029-01-31T10:00:00+00:00", "2020-01-31", True),
    ("2020-01-31T10:00:00+00:00", "2029-01-31", False),
]


def conflicts(there: str | None, end: str, *, of: str, now: str = NOW, is_there: bool = True) -> list[str]:
    """What keeps an image, or its version, with this end of life from being declared."""
    version = inputs.version() | ({"end_of_life": end} if of == "version" else {})
    image = inputs.image(versions={"1.0.0": version}) | ({"end_of_life": end} if of == "image" else {})
    moment = read_version(answer(there)).end_of_life
    found = inputs.observed_definition(
        end_of_life=moment, versions={"1.0.0": inputs.observed_version(end_of_life=moment)}
    )
    gallery = inputs.observed_gallery(*([found] if is_there else []))
    observed = Observed(gallery=gallery, sources={inputs.SNAPSHOT.lower(): inputs.observed_source()}, moment=now)
    settings = inputs.settings(labAccountIds=[])
    try:
        plan(inputs.catalogue(gis=image), settings, observed)
    except PlanRefused as error:
        return [str(conflict) for conflict in error.conflicts]
    return []


@pytest.mark.parametrize(("there", "end", "refused"), PAST)
@pytest.mark.parametrize(("of", "subject"), [("image", "images.gis"), ("version", "images.gis.versions.1.0.0")])
def test_a_new_one_that_has_passed_is_refused(
    there: str | None, end: str, of: str, subject: str, *, refused: bool
) -> None:
    found = conflicts(there, end, of=of)
    assert [text.startswith(f"{subject}: end_of_life is 20") for text in found] == [True] * refused


def test_what_to_do_about_one_that_has_passed() -> None:
    consequence = "Azure refuses to set an end of life that has passed or is today, so the update would fail half-way"
    (found,) = conflicts(None, "2028-03-01", of="version", is_there=False)
    assert found == (
        "images.gis.versions.1.0.0: end_of_life is 2028-03-01, which is not in the future. "
        f"{consequence}. Write a day after 2028-03-01, or take the key out."
    )
    (found,) = conflicts("2020-01-31T10:00:00+00:00", "2020-02-01", of="image")
    assert found == (
        "images.gis: end_of_life is 2020-02-01, which is not in the future, and the gallery has "
        f"2020-01-31T10:00:00+00:00. {consequence}. "
        "Write a day after 2028-03-01, or write 2020-01-31T10:00:00+00:00 again, which Azure has."
    )


ENDS = st.one_of(
    st.dates(date(2028, 2, 27), date(2028, 3, 4)),
    st.datetimes(datetime(2028, 2, 29), datetime(2028, 3, 3)).map(lambda moment: moment.replace(tzinfo=UTC)),
)


@given(there=st.none() | ENDS, end=ENDS, of=st.sampled_from(["image", "version"]))
def test_past_is_refused_unless_azure_has_it(there: date | None, end: date, of: str) -> None:
    has = start_of(there) if there else None
    same = has is not None and (has == end if isinstance(end, datetime) else has.date() == end)
    past = start_of(end) <= datetime.fromisoformat(NOW)
    found = conflicts(has.isoformat() if has else None, end.isoformat(), of=of)
    assert bool(found) is (past and not same)


def test_without_a_look_nobody_knows_what_is_new() -> None:
    assert conflicts(None, "2020-01-31", of="version", now="") == []


@pytest.mark.parametrize(
    ("there", "here", "told"),
    [
        ("2030-05-15T00:00:00+00:00", "2030-05-15T00:00:00Z", 0),
        ("2030-05-15T13:30:00+09:00", "2030-05-15T04:30:00+00:00", 0),
        ("2030-05-15T04:30:00+00:00", "2030-05-15T00:00:00Z", 1),
        ("2030-05-15T04:30:00+00:00", None, 1),
        (None, "2030-05-15T00:00:00Z", 1),
        ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "2030-05-15T00:00:00Z", 1),
    ],
)
def test_another_spelling_of_a_moment_is_no_change_in_a_report(there: str | None, here: str | None, told: int) -> None:
    old, new = ({"publishingProfile": {"endOfLifeDate": end} if end else {}} for end in (there, here))
    assert len(list(setting_differences(old, new))) == told
    assert len(list(setting_differences(*({"endOfLifeDate": end} for end in (there, here))))) == told


def test_an_end_of_life_among_the_defaults_is_that_of_each_version() -> None:
    text = TEXT.replace("images:", "defaults: {end_of_life: 2030-05-15T13:30:00+09:00}\nimages:")
    version = of_document(parse(text, file="images.yaml")).images["other"].versions["1.0.0"]
    assert version.end_of_life == datetime(2030, 5, 15, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "there", "today", "held"),
    [
        ("2028-03-02", None, date(2028, 3, 1), True),
        ("2028-03-02", None, date(2028, 3, 2), False),
        ("2028-03-02T09:00:00Z", None, date(2028, 3, 2), True),
        ("2028-03-02T09:00:00Z", None, date(2028, 3, 3), False),
        ("2028-03-02", "2028-03-02T09:00:00+00:00", date(2028, 3, 2), True),
        ("2028-03-02", "2028-03-01T09:00:00+00:00", date(2028, 3, 2), False),
    ],
)
def test_what_azure_refuses_to_delete_is_not_proposed(end: str, there: str | None, today: date, *, held: bool) -> None:
    block = {"end_of_life": end, "block_deletion_before_end_of_life": True, "protect": False}
    versions = {"1.0.0": inputs.version(**block), "1.1.0": inputs.version()}
    image = inputs.catalogue(gis=inputs.image(versions=versions)).images["gis"]
    old = read_version(answer(there))
    found = inputs.observed_definition(versions={"1.0.0": old, "1.1.0": inputs.observed_version()})
    assert retirement(image, found, 1, today).held == (("1.0.0",) if held else ())
