"""Versions are compared by number, and what is proposed in place of a mistaken one is a number.

Each row of a table is a report: a small input, and what is right.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import parse
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.editor import add_image, add_versions
from catalog.images.version import VersionDefaults
from lifecycle.catalogue_entry import entry_of_definition, entry_of_version
from lifecycle.importing import import_refusals
from lifecycle.new_version import NewVersionError, next_number, read_source
from lifecycle.offer import offers
from lifecycle.progress import versions_of
from lifecycle.promotion import NotRolledBack, is_promoted, version_to_roll_back
from lifecycle.retirement import retirement
from lifecycle.unmanaged import unmanaged
from lifecycle.visibility import latest_in
from plan.latest import highest
from plan.observed import Observed, ObservedDefinition, ObservedVersion
from plan.plan import plan
from plan.planned import PlannedVersion
from plan.stack import Stack
from tests.support import builders as inputs
from tests.support.builders import COMPUTE, GALLERY, OURS

EXISTING: dict[str, Any] = {"source": {"existing": True}}
TODAY = date(2026, 11, 29)
PART = st.builds(lambda zeros, value: f"{'0' * zeros}{value}"[-10:], st.integers(0, 4), st.integers(0, 2**31 - 1))
NUMBERS = st.builds(lambda *parts: ".".join(parts), PART, PART, PART)
"""Numbers that Azure can hold, with and without zeros."""


def by_value(number: str) -> tuple[int, ...]:
    return tuple(map(int, number.split(".")))


def in_gallery(*numbers: str, tags: dict[str, str] | None = None) -> ObservedDefinition:
    """The definition `gis` of the gallery, with these versions; `tags` are those of versions and definition."""
    found = {} if tags is None else tags
    versions = {
        each: inputs.observed_version(id=f"{GALLERY}/images/gis/versions/{each}", tags=found) for each in numbers
    }
    return inputs.observed_definition(versions=versions, tags=found)


def observed(*numbers: str, tags: dict[str, str] | None = None) -> Observed:
    return Observed(
        gallery=inputs.observed_gallery(in_gallery(*numbers, tags=tags)),
        sources={inputs.SNAPSHOT.lower(): inputs.observed_source()},
    )


def catalogue_of(versions: dict[str, dict[str, Any]]) -> Catalogue:
    """`gis` with these versions."""
    return inputs.catalogue(gis=inputs.image(versions=versions))


def planned(catalogue: Catalogue, seen: Observed) -> tuple[PlannedVersion, ...]:
    (image,) = plan(catalogue, inputs.settings(), seen).images
    return image.versions


def findings(versions: dict[str, dict[str, Any]]) -> list[str]:
    """What is wrong with a catalogue whose image `gis` has these versions, in the order of its lines."""
    image = inputs.image(versions=json.loads(json.dumps(versions)))  # nothing twice, so that YAML has no anchors
    text = yaml.safe_dump({"images": {"gis": image}}, sort_keys=False, allow_unicode=True)
    try:
        of_document(parse(text, file="images.yaml"))
    except InvalidFile as error:
        return [f"{each.key}: {each.message}" for each in error.diagnostics]
    return []


@pytest.mark.parametrize("written", ["2024.01.15", "2024.1.15", "2024.1.0015"])
def test_an_existing_version_is_declared_as_azure_spells_it(written: str) -> None:
    catalogue = catalogue_of({written: EXISTING})
    (version,) = planned(catalogue, observed("2024.01.15"))
    own_id = f"{GALLERY}/images/gis/versions/2024.01.15"
    assert (version.number, version.import_id, version.exists) == ("2024.01.15", own_id, True)
    (again,) = planned(catalogue, observed("2024.01.15", tags=OURS))
    assert (again.number, again.import_id) == ("2024.01.15", None)


@pytest.mark.parametrize("written", ["2024.1.15", "2024.01.15", "2024.1.015"])
def test_a_source_is_the_same_with_any_zeros(written: str) -> None:
    base = f"{GALLERY}/images/base/versions"
    made = inputs.observed_version(source_id=f"{base}/2024.01.15")
    seen = Observed(gallery=inputs.observed_gallery(inputs.observed_definition(versions={"1.0.0": made})))
    same = catalogue_of({"1.0.0": inputs.version(source={"gallery_version": f"{base}/{written}"})})
    assert [version.number for version in planned(same, seen)] == ["1.0.0"]
    other = catalogue_of({"1.0.0": inputs.version(source={"gallery_version": f"{base}/2024.1.16"})})
    (refusal,) = inputs.refused(other, inputs.settings(), seen)
    assert "source is" in refusal


def test_one_of_two_spellings_is_never_guessed() -> None:
    seen = observed("2024.01.15", "2024.1.15")
    (refusal,) = inputs.refused(catalogue_of({"2024.001.15": EXISTING}), inputs.settings(), seen)
    assert "the gallery has it as 2024.01.15 and as 2024.1.15" in refusal
    (version,) = planned(catalogue_of({"2024.1.15": EXISTING}), seen)
    assert version.number == "2024.1.15"


def test_a_version_to_be_made_is_the_one_in_the_gallery_that_is_equal_by_number() -> None:
    catalogue = catalogue_of({"2024.1.15": MADE})
    refusals = inputs.refused(catalogue, inputs.settings(), observed("2024.01.15"))
    assert any(f"{GALLERY}/images/gis/versions/2024.01.15 exists and does not carry" in each for each in refusals)


def test_what_is_advised_lies_above_everything_in_the_gallery() -> None:
    seen = observed("1.0.0", "2024.01.15", tags=OURS)
    (refusal,) = inputs.refused(
        catalogue_of({"1.0.0": inputs.version(source={"snapshot": f"{COMPUTE}/snapshots/another"})}),
        inputs.settings(),
        seen,
    )
    assert "publish the change as a new version: 2024.1.16" in refusal


MADE = inputs.version()
TOO_LARGE = "each part of a version is at most 2147483647; write a smaller number"


@pytest.mark.parametrize(
    ("number", "entry", "problem"),
    [
        ("2024.01.15", EXISTING, None),
        ("0000000001.0.0", EXISTING, None),
        ("2024.01.15", MADE, "a version that is to be made has no zeros before a number; write 2024.1.15"),
        ("00000000001.0.0", EXISTING, "a version is Major.Minor.Patch; write 1.0.0"),
        ("1.0", MADE, "a version is Major.Minor.Patch; write 1.0.0"),
        ("v1.0", MADE, "a version is Major.Minor.Patch; write 1.0.0"),
        ("V1.02.3", MADE, "a version is Major.Minor.Patch; write 1.2.3"),
        (" 1.0.0", MADE, "a version is Major.Minor.Patch; write 1.0.0"),
        ("20240115", MADE, "a version is Major.Minor.Patch; write 20240115.0.0"),
        *((text, MADE, TOO_LARGE) for text in ("1.0.99999999999", "20240115123000.0.0", "1.2147483648.0")),
        *(
            (text, MADE, f'a version is Major.Minor.Patch, such as 1.0.0, not "{text}"')
            for text in (
                "1.0.0.0",
                "1.0.0.4",
                "1.0.0-beta",
                "1,0,0",
                "١.٢.٣",
                "１.0.0",
                "2024-01-15",
                "latest",
                "1.0.x",
            )
        ),
    ],
)
def test_a_number_of_the_catalogue(number: str, entry: dict[str, Any], problem: str | None) -> None:
    assert findings({number: entry}) == ([f"images.gis.versions.{number}: {problem}"] if problem else [])


def test_a_number_stands_once_in_an_image() -> None:
    twice = "2024.01.15 is the same version: Azure compares versions by number, without the zeros; keep one"
    for entry in (EXISTING, MADE):
        found = findings({"2024.01.15": EXISTING, "2024.1.15": entry})
        assert found == [f"images.gis.versions.2024.1.15: {twice}"]
    broken = findings({"01.0.0": MADE, "1.0.0": {**MADE, "os_disk_size_gb": "64"}})
    assert [each.partition(": ")[0].rpartition("versions.")[2] for each in broken] == [
        "01.0.0",
        "1.0.0",
        "1.0.0.os_disk_size_gb",
    ]


@given(st.text(max_size=70) | st.from_regex(r"\A[ vV]{0,2}[0-9]{0,24}([._ -][0-9a-z]{0,12}){0,4}[ \n]?\Z"))
def test_a_proposal_is_valid_and_means_the_same(text: str) -> None:
    for finding in findings({text: MADE}):
        _, proposes, proposal = finding.rpartition("; write ")
        if proposes and proposal[0].isdigit():
            assert findings({proposal: MADE}) == []
            wanted = [int(part) for part in text.strip().lstrip("vV").split(".")]
            assert list(by_value(proposal)) == [*wanted, 0, 0][:3]


@given(st.sets(NUMBERS, min_size=1, max_size=6), st.sampled_from(["patch", "minor", "major"]))
def test_the_next_number_lies_above_all(numbers: set[str], step: Any) -> None:
    try:
        found = next_number(numbers, step)
    except NewVersionError:
        assert 2**31 - 1 in max(map(by_value, numbers))
        return
    assert all(by_value(found) > by_value(number) for number in numbers)
    assert findings({found: MADE}) == []


@given(st.sets(NUMBERS, min_size=1, max_size=6))
def test_everybody_has_the_same_latest(numbers: set[str]) -> None:
    latest = max(map(by_value, numbers))
    found = highest(numbers), latest_in(in_gallery(*numbers).versions, "koreacentral")
    assert {by_value(each) for each in found if each is not None} == {latest}
    assert None not in found


@given(st.lists(NUMBERS, min_size=1, max_size=4, unique_by=by_value), st.booleans())
def test_what_is_imported_loads_and_is_planned_as_it_is(numbers: list[str], into_an_image: bool) -> None:
    definition = in_gallery(*numbers)
    empty = inputs.catalogue().model_copy(update={"images": {}})
    stack = Stack(inputs.settings(), observed(*numbers))
    refusals = import_refusals(empty, {"gis": numbers}, stack)["gis"]
    assert [refusals.of(each) for each in numbers if refusals.of(each)] == []
    entries = {each: entry_of_version(definition.versions[each], VersionDefaults()) for each in numbers}
    if into_an_image:
        first, *others = entries
        text = add_image(
            "images: {}\n", "gis", {**entry_of_definition(definition), "versions": {first: entries[first]}}
        )
        for each in others:
            text = add_versions(text, "gis", {each: entries[each]})
    else:
        text = add_image("images: {}\n", "gis", {**entry_of_definition(definition), "versions": entries})
    catalogue = of_document(parse(text, file="images.yaml"))
    versions = planned(catalogue, observed(*numbers))
    assert {version.number: version.import_id for version in versions} == {
        each: definition.versions[each].id for each in numbers
    }
    assert unmanaged(catalogue, Stack(inputs.settings(), observed(*numbers)), TODAY) == []


class TestSpelledOtherwise:
    """The catalogue says 2024.1.15, and the gallery has 2024.01.15."""

    CATALOGUE = catalogue_of({"1.0.0": EXISTING, "2024.1.15": EXISTING})
    SEEN = observed("1.0.0", "2024.01.15", tags=OURS)

    def definition(self) -> ObservedDefinition:
        assert self.SEEN.gallery is not None
        return self.SEEN.gallery.definitions["gis"]

    def test_it_is_in_the_catalogue(self) -> None:
        assert unmanaged(self.CATALOGUE, Stack(inputs.settings(), self.SEEN), TODAY) == []
        listed = [(each.name, each.managed, each.stage) for each in versions_of(self.SEEN.gallery, self.CATALOGUE, {})]
        assert listed == [("gis:1.0.0", True, "ready"), ("gis:2024.01.15", True, "ready")]

    def test_labs_take_it_as_the_catalogue_says(self) -> None:
        stack = Stack(inputs.settings(), self.SEEN)
        for offer in offers(self.CATALOGUE, stack, TODAY):
            assert (offer.declared, offer.latest, offer.next.origin) == ("2024.01.15", "2024.01.15", "catalogue")
            assert not {"newer_version", "missing_version"} & {reason.kind for reason in offer.reasons}

    def test_older_versions_retire(self) -> None:
        assert retirement(self.CATALOGUE.images["gis"], self.definition(), 1, TODAY).unprotect == ("1.0.0",)

    @pytest.mark.parametrize("number", ["2024.01.15", "2024.1.15"])
    def test_it_is_rolled_back_to_by_either_number(self, number: str) -> None:
        stack = Stack(inputs.settings(), self.SEEN)
        found = version_to_roll_back(self.CATALOGUE, "gis", number, self.definition(), stack.commands)
        assert found.id == f"{GALLERY}/images/gis/versions/2024.01.15"
        with pytest.raises(NotRolledBack, match=r"there are 1\.0\.0, 2024\.01\.15"):
            version_to_roll_back(self.CATALOGUE, "gis", "2024.1.16", self.definition(), stack.commands)

    @pytest.mark.parametrize(("written", "expected"), [("2024.1.15", "2024.1.16"), ("2024.1.14", None)])
    def test_what_is_made_from_it_is_not_made_twice(self, written: str, expected: str | None) -> None:
        made = inputs.version(source={"gallery_version": f"{GALLERY}/images/GIS/versions/{written}"})
        catalogue = catalogue_of({"2024.01.15": EXISTING, "2024.1.16": made})
        version_id = f"{GALLERY}/images/gis/versions/2024.01.15"
        assert is_promoted(catalogue, "gis", version_id, self.definition()) == expected


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("1.0.0", ""),
        ("2024.01.15", ""),
        ("latest", "latest is another version each time that one is published; name one by its number"),
        ("Latest", "latest is another version each time that one is published; name one by its number"),
        ("latest/", "no empty part: two slashes in a row, or one at the end"),
        ("1.0.0/", "no empty part: two slashes in a row, or one at the end"),
        ("newest", 'names no version: a version is Major.Minor.Patch, such as 1.0.0, not "newest"'),
        ("1.0", "names no version: a version is Major.Minor.Patch; write 1.0.0"),
        ("1.0.99999999999", "names no version: each part of a version is at most 2147483647"),
    ],
)
def test_the_id_of_a_gallery_version_names_a_number(version: str, words: str) -> None:
    source_id = f"{GALLERY}/images/gis/versions/{version}"
    found = findings({"1.0.0": inputs.version(source={"gallery_version": source_id})})
    if not words:
        assert found == []
        assert read_source(source_id) == {"gallery_version": source_id}
        return
    assert [each.partition(": ")[0] for each in found] == ["images.gis.versions.1.0.0.source.gallery_version"]
    assert words in found[0]
    for given_source in (source_id, f"gallery_version={source_id}"):
        with pytest.raises(NewVersionError, match=re.escape(words)):
            read_source(given_source)


def test_a_version_that_is_spelled_as_asked_comes_before_one_that_is_equal() -> None:
    definition = in_gallery("1.0.0", "1.00.0")
    assert [definition.number_of(number) for number in ("1.0.0", "1.00.0", "1.000.0")] == ["1.0.0", "1.00.0", "1.0.0"]
    found: ObservedVersion | None = definition.version_named("1.0.1")
    assert found is None
