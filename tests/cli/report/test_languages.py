"""The report in Korean and Japanese: no text of ours stays English, and what finds a report again is in no language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.tags import OWNER_TAG
from catalog.regions.prices import NO_PRICES
from catalog.texts.language import Language
from catalog.texts.translation import speaking
from cli.report.answers import ActivityAnswer, Change, LabsAnswer, read_answer
from cli.report.entry import KINDS, NAMES, PREFIXES, entries, settings
from cli.report.event_log import read_event_log
from cli.report.layout import MARKDOWN, MARKER, MARKS, is_good
from cli.report.places import Places
from cli.report.render import render
from cli.report.run import Message, Run, read_run
from cli.report.step import VERSION, Action, Step
from lifecycle.notice import Notice, NoticeKind
from tests.cli.report.golden import EVENTS, priced, recordings
from tests.cli.report.priced import inputs
from tests.cli.report.test_answers import ACTIVITY, DRIFT, TEACHERS
from tests.cli.report.test_cost_lines import created, deleted, step
from tests.cli.report.test_existing_role import NAMED, UNNAMED
from tests.support.commands import run_labs
from tests.support.ids import GROUPS

OTHERS: Final[tuple[Language, ...]] = ("ko", "ja")
KEPT: Final = frozenset({"USD", "GB", "Azure", "DevTest", "Marketplace", "lab-image-gallery", "report"})
"""Words of every language: units and names, and those of the marker."""
OURS: Final = replace(MARKDOWN, piece=lambda _piece: "·")
"""Shows nothing but our own words."""
both = pytest.mark.parametrize("language", OTHERS)


def english(shown: str) -> set[str]:
    """The words of a report that are left in English."""
    return {word for word in re.findall(r"[A-Za-z][A-Za-z-]*", shown) if word not in KEPT}


def report(runs: Iterable[Run], language: Language, places: Places | None = None, limit: int = 65_000) -> str:
    with speaking(language):
        return render(runs, OURS, limit, places=places or priced())


def run(**what: Any) -> Run:
    return Run("prod", **{"began": True, "ended": "succeeded", **what})


@both
@pytest.mark.parametrize("name", recordings())
def test_no_recorded_run_is_reported_in_english(name: str, language: Language) -> None:
    assert english(report([read_run(name, read_event_log(EVENTS / f"{name}.json"))], language)) == set()


def looked_at() -> Iterator[Run]:
    """Runs with answers about labs."""
    teachers, activity = read_answer(TEACHERS), read_answer(ACTIVITY)
    assert isinstance(teachers, LabsAnswer)
    assert isinstance(activity, ActivityAnswer)
    drift = read_run("dev", read_event_log(DRIFT))
    yield replace(drift, labs_now=teachers, activity=activity)
    yield replace(drift, activity=ActivityAnswer("dev", (), ("403",)))
    yield replace(drift, activity=ActivityAnswer("dev", ()))
    yield run(labs_now=replace(teachers, planned=True, published_again=("gis:1.0.0",)), events=False)
    yield run(labs_now=replace(teachers, remedies={}, offers=(), published_again=("gis:1.0.0", "a:1.0.0")))
    yield run(labs_now=replace(teachers, offers=()), events=False)
    yield run(labs_now=LabsAnswer(error="403"))
    lab = teachers.offers[1].place.id
    for verb in ("write", "delete", "move"):
        log = ActivityAnswer("dev", (Change("2026-11-01T10:00:00Z", "a@x", f"a/{verb}", f"{lab}/x"),))
        yield replace(drift, activity=log, drift=[replace(drift.drift[0], id=lab)])


def failed() -> Iterator[Run]:
    """Runs that did not go well."""
    role = Message("role:1", NAMED), Message("role:2", UNNAMED)
    yield run(began=False)
    yield run(ended="")
    yield run(ended="failed")
    yield run(errors=list(role), planned=[created("rocky:1.1.0", eastus=1)])
    yield run(errors=[Message("", str(number)) for number in range(3)])
    yield run(refusals=[Message("image-single-disk", "2 disks")] * 2, warnings=[Message("", "1")])
    again = step("replace", "rocky:1.0.0", inputs(eastus=1), inputs(eastus=1))
    yield run(planned=[again], is_preview=False, ended="failed", emptied={"rocky:1.0.0"})
    yield run(planned=[created("rocky:1.0.0", eastus=1)], is_preview=False, ended="failed")


def priced_runs() -> Iterator[Run]:
    """Runs that cost something, of which not everything is known."""
    steps = created("rocky:1.1.0", eastus=2), created("cad:1.0.0", eastus="x"), deleted("gis:1.0.0", eastus=1)
    many = [created(f"gis:1.0.{number}", eastus=1) for number in range(40)]
    several = [created(f"image-{number}:1.0.0", eastus=1, koreacentral=2) for number in range(30)]
    for planned in (steps, steps[:1], many, several):
        sizes = {each.name: 64 for each in planned if not each.name.startswith("gis")}
        yield run(planned=list(planned), sizes=sizes, data_disks={"rocky:1.1.0"})
        yield run(drift=list(planned), sizes=sizes, sizes_before=sizes)
    zoned = step("create", "rocky:1.0.0", {}, inputs("Standard_ZRS", eastus=2))
    yield run(planned=[zoned], sizes={"rocky:1.0.0": 64})


def said() -> Iterator[Run]:
    """Runs with everything else that is said."""
    yield run()
    yield run(labs=[Notice(kind, "1") for kind in get_args(NoticeKind)], exemptions=[Message("", "1")])
    operations = ("create", "update", "replace", "delete", "import", "import-replacement")
    for preview in (True, False):
        yield run(counts=dict.fromkeys(operations, 2), is_preview=preview, notices=[Message("a-policy", "1")])
    gallery = f"{GROUPS}/galleries/providers/Microsoft.Compute/galleries/a"
    tags = {OWNER_TAG: "lab-image-gallery/dev"}
    yield run(drift=[Step("update", "g", next(iter(NAMES)), "gallery", {"tags": tags}, {"tags": {}}, id=gallery)])


RUNS: Final = [*looked_at(), *failed(), *priced_runs(), *said()]


@both
@pytest.mark.parametrize("number", range(len(RUNS)))
def test_no_run_is_reported_in_english(number: int, language: Language) -> None:
    for places in (priced(), Places(read_prices=lambda _settings: NO_PRICES), Places(read_prices=priced().read_prices)):
        assert english(report([RUNS[number]], language, places)) == set()


@both
def test_several_runs_and_what_is_left_out_of_a_report_are_not_in_english(language: Language) -> None:
    assert english(report(RUNS, language)) == set()
    assert english(report([], language)) == set()
    runs = [replace(found, stack=f"stack-{number}") for number, found in enumerate(RUNS)]
    for limit in (1_500, 3_000, 9_000):
        shown = report(runs, language, limit=limit)
        assert english(shown) == set()
        assert len(shown.encode()) <= limit


KINDS_OF_STEPS: Final = sorted({*KINDS, VERSION, "a:b:C"})
NAMES_OF_STEPS: Final = sorted({*(f"{prefix}x" for prefix in PREFIXES), "lab-plan", "gis:1.0.0", "gis"})
STATES: Final[st.SearchStrategy[dict[str, Any]]] = st.just({}) | st.builds(
    lambda regions, **rest: inputs(**regions) | {key: value for key, value in rest.items() if value is not None},
    st.dictionaries(st.sampled_from(["eastus", "koreacentral"]), st.integers(0, 3)),
    tags=st.none() | st.dictionaries(st.just("1"), st.just("2")),
    endOfLifeDate=st.none() | st.just("2999-12-31"),
    principalId=st.none() | st.just("1"),
)
STEPS: Final = st.builds(
    Step,
    st.sampled_from(get_args(Action)),
    st.just("urn"),
    st.sampled_from(KINDS_OF_STEPS),
    st.sampled_from(NAMES_OF_STEPS),
    STATES,
    STATES,
    retained=st.booleans(),
    protected=st.booleans(),
).filter(lambda found: found.action != "same")


@given(st.lists(STEPS, max_size=4), st.booleans(), st.sampled_from(OTHERS))
def test_no_step_is_named_in_english(steps: list[Step], found: bool, language: Language) -> None:
    with speaking(language):
        lines = [entry.line for entry in (*entries(steps, found=found), *settings(steps))]
        assert english("".join(map(OURS.item, lines))) == set()
    assert english(report([run(drift=steps) if found else run(planned=steps)], language)) == set()


def test_english_words_are_found() -> None:
    assert english("스택 · Azure: 3개 to update") == {"to", "update"}
    assert english(report([run()], "en")) != set()


@both
def test_what_finds_a_report_again_is_in_no_language(language: Language) -> None:
    for found in RUNS:
        shown, other = report([found], "en"), report([found], language)
        assert shown.split("\n", 1)[0] == other.split("\n", 1)[0] == MARKER
        assert is_good(shown) is is_good(other)
        assert [mark for mark in MARKS.values() if mark in shown] == [mark for mark in MARKS.values() if mark in other]


def test_the_language_is_an_option_a_variable_or_the_locale() -> None:
    def shown(*arguments: str, **env: str) -> str:
        return str(run_labs("report", str(DRIFT), *arguments, env=env).output)

    korean, japanese = shown("--lang", "ko"), shown("--lang", "ja")
    assert korean.startswith("다른 사용자가 Azure에서 변경함\n")
    assert japanese.startswith("他のユーザーによる Azure での変更\n")
    assert shown(LABS_LANG="ko") == shown(LC_ALL="ko_KR.UTF-8") == korean
    assert shown("--lang", "ja", LABS_LANG="ko") == japanese
    assert shown(LABS_LANG="") == shown("--lang", "en", LABS_LANG="ko") == shown()
    assert shown().startswith("Changed in Azure by others\n")


def test_an_unknown_language_is_an_error_that_says_what_there_is() -> None:
    result = run_labs("report", str(DRIFT), env={"LABS_LANG": "kr"})
    assert result.exit_code == 2
    assert "LABS_LANG is 'kr', and texts exist in en, ko, ja only" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Azure was not asked"), ("ko", "Azure에는"), ("ja", "Azure には")]
)
def test_previews_in_the_sandbox_are_said_to_be_such(language: str, said: str) -> None:
    shown = run_labs("report", str(DRIFT), "--format", "markdown", "--of-sandbox", "--lang", language).output
    marker, verdict, empty, note, *_rest = shown.splitlines()
    assert (marker, verdict[:3], empty, said in note) == (MARKER, "## ", "", True)
    assert said not in run_labs("report", str(DRIFT), "--lang", language).output
    plain = run_labs("report", str(DRIFT), "--of-sandbox", "--lang", language).output
    assert said in " ".join(plain.split())
