"""What the changes of a run cost, near the top of its chapter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.stacks.project import find_project
from catalog.stacks.settings import Settings
from cli.report.event_log import read_event_log
from cli.report.layout import MARKDOWN, PLAIN
from cli.report.places import Places
from cli.report.render import render
from cli.report.run import Message, Run, read_run
from cli.report.step import VERSION, Action, Step
from tests.cli.report.golden import EVENTS
from tests.cli.report.priced import PRICES, TODAY, inputs

HOSTILE: Final = "@all`|<b>\u202e"


def step(action: Action, name: str, old: dict[str, Any], new: dict[str, Any]) -> Step:
    return Step(action, name, VERSION, name, old, new)


def created(name: str, **replicas: Any) -> Step:
    return step("create", name, {}, inputs(**replicas))


def deleted(name: str, **replicas: int) -> Step:
    return step("delete", name, inputs(**replicas), {})


def run(*planned: Step, **what: Any) -> Run:
    names = [each.name for each in (*planned, *what.get("drift", ()))]
    sizes = dict.fromkeys((name for name in names if not name.startswith("gis")), 64)
    given = {"began": True, "ended": "succeeded", "sizes": sizes, "sizes_before": sizes, **what}
    return Run("prod", planned=list(planned), **given)


def cost(found: Run, prices: PriceTable = PRICES, today: date = TODAY) -> list[str]:
    """The lines about cost in a report."""
    places = Places(read_prices=lambda _settings: prices, today=today)
    shown = render([found], MARKDOWN, places=places)
    _, title, section = shown.partition("\n**Cost")
    return [line.removeprefix("- ") for line in section.split("\n\n")[1].splitlines()] if title else []


def test_one_version() -> None:
    assert cost(run(created("rocky:1.1.0", koreacentral=3, eastus=3))) == [
        "+28.80 USD a month at most (+384 GB: `rocky 1.1.0` in 2 regions × 3 replicas)"
    ]
    assert cost(run(created("rocky:1.1.0", koreacentral=2, eastus=1))) == [
        "+12.80 USD a month at most (+192 GB: `rocky 1.1.0` in 2 regions, 3 replicas)"
    ]
    assert cost(run(deleted("rocky:1.1.0", koreacentral=1))) == [
        "−3.20 USD a month at most (−64 GB: `rocky 1.1.0` in 1 region)"
    ]


def test_several_versions() -> None:
    steps = created("rocky:1.0.0", eastus=1), created("rocky:1.1.0", eastus=1), deleted("cad:1.0.0", eastus=1)
    assert cost(run(*steps[:2])) == ["+12.80 USD a month at most (+128 GB in 2 versions)"]
    (line,) = cost(run(*steps))
    assert line == (
        "+12.80 USD a month at most (+128 GB in 2 versions), −6.40 USD (−64 GB: `cad 1.0.0` in 1 region): +6.40 USD "
        "together"
    )


def test_what_costs_as_much_as_it_saves() -> None:
    again = step("replace", "rocky:1.0.0", inputs(eastus=1), inputs(eastus=1))
    (line,) = cost(run(again))
    assert line.endswith(": 0.00 USD together")


def test_what_changes_no_replica_has_no_line() -> None:
    same = step("update", "rocky:1.0.0", inputs(eastus=1), inputs(eastus=1))
    taken_over = step("import", "rocky:1.0.0", {}, inputs(eastus=1))
    assert cost(run(same)) == cost(run(taken_over)) == cost(run()) == []


def test_what_is_not_known_is_named_and_no_sum_is_then_a_bound() -> None:
    steps = created("rocky:1.1.0", eastus=1), created("gis:1.0.0", eastus=1), created("cad:1.0.0", eastus="x")
    assert cost(run(*steps)) == [
        "+6.40 USD a month (+64 GB: `rocky 1.1.0` in 1 region)",
        "Not counted: `gis 1.0.0`, whose size is not known; `cad 1.0.0`, whose replicas are not known",
    ]
    many = [created(f"gis:1.0.{number}", eastus=1) for number in range(12)]
    unknown, missing = cost(run(*many))
    assert unknown == "Unknown"
    assert missing.startswith("Not counted: `gis 1.0.0`, `gis 1.0.1`, ")
    assert missing.endswith("`gis 1.0.7` and 4 more, whose size is not known")


def test_a_storage_type_without_a_price() -> None:
    zoned = step("create", "rocky:1.0.0", {}, inputs("Standard_ZRS", eastus=2))
    assert cost(run(zoned)) == ["Unknown (+128 GB)", "Not counted: `rocky 1.0.0`, whose storage type has no price"]


def test_without_prices() -> None:
    assert cost(run(created("rocky:1.0.0", eastus=1)), NO_PRICES) == [
        "Unknown (+64 GB)",
        "No price is known: `./labs prices --refresh` reads prices",
    ]


def test_borrowed_and_old_prices_are_said_once() -> None:
    steps = created("rocky:1.0.0", koreasouth=1), created("cad:1.0.0", koreasouth=1, japaneast=1)
    assert cost(run(*steps), today=date(2028, 1, 1)) == [
        "+19.20 USD a month at most (+192 GB in 2 versions)",
        "`japaneast`, `koreasouth`: priced as in `eastus`",
        "The prices are old, of `2026-11-01`: `./labs prices --refresh` reads new ones",
    ]
    assert len(cost(run(*steps), today=date(2027, 11, 1))) == 2


def test_an_update_counts_what_is_done() -> None:
    steps = created("rocky:1.0.0", eastus=1), created("cad:1.0.0", eastus=1)
    found = run(*steps, is_preview=False, ended="failed", errors=[Message("cad:1.0.0", "409")], done={"rocky:1.0.0"})
    # A publication that failed in one region may be there, and billed, in another.
    assert cost(found) == [
        "+6.40 USD a month (+64 GB: `rocky 1.0.0` in 1 region)",
        "Only of what is done: what was begun and not finished may be billed, too",
    ]
    whole = run(*steps, is_preview=False, done={each.urn for each in steps})
    assert cost(whole) == ["+12.80 USD a month at most (+128 GB in 2 versions)"]
    assert "**Cost (done)**" in render([found], MARKDOWN)
    found.done.clear()
    assert cost(found) == []


def test_what_was_deleted_and_not_created_again_is_saved() -> None:
    again = step("replace", "rocky:1.0.0", inputs(eastus=1), inputs(eastus=1))
    found = run(again, is_preview=False, ended="failed", emptied={again.urn})
    assert cost(found) == ["−6.40 USD a month at most (−64 GB: `rocky 1.0.0` in 1 region)"]


def test_a_preview_that_failed_may_lack_changes() -> None:
    found = run(created("rocky:1.0.0", eastus=1), ended="failed", errors=[Message("", "no such source")])
    assert cost(found) == [
        "+6.40 USD a month (+64 GB: `rocky 1.0.0` in 1 region)",
        "Only of the changes listed here: the run did not come to its end",
    ]
    found.errors.clear()
    found.refusals.append(Message("image-single-disk", "rocky 1.0.0: it has 2 disks"))
    assert len(cost(found)) == 1


def test_what_others_changed() -> None:
    drift = [step("update", "rocky:1.0.0", inputs(eastus=3), inputs(eastus=1)), deleted("cad:1.0.0", eastus=1)]
    assert cost(run(drift=drift)) == ["Changed by others: −19.20 USD a month at most (−192 GB in 2 versions)"]
    both = cost(run(created("rocky:1.1.0", eastus=1), drift=drift[1:]))
    assert both == [
        "Changed by others: −6.40 USD a month at most (−64 GB: `cad 1.0.0` in 1 region)",
        "+6.40 USD a month at most (+64 GB: `rocky 1.1.0` in 1 region)",
    ]


def test_replicas_that_others_added_in_a_recorded_refresh() -> None:
    events = read_event_log(EVENTS / "drift.json")
    for event in events:
        metadata = event.get("resOutputsEvent", {}).get("metadata", {})
        if metadata.get("urn", "").endswith("python:1.0.0"):
            home, _ = metadata["new"]["inputs"]["publishingProfile"]["targetRegions"]
            home["regionalReplicaCount"], home["name"] = 3, "Korea Central"
    assert cost(read_run("dev", events))[0] == (
        "Changed by others: +6.40 USD a month at most (+128 GB: `python 1.0.0` in 1 region × 2 replicas)"
    )


def test_hostile_names_are_shown_as_they_are() -> None:
    names = f"{HOSTILE}:1.0.0", f"gis{HOSTILE}:1.0.0"
    known, missing = cost(run(*(created(name, eastus=1) for name in names)))
    assert r"``@all`|<b>\u202e 1.0.0``" in known
    assert r"``gis@all`|<b>\u202e 1.0.0``" in missing


def test_each_stack_has_its_own_prices(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: lab-image-gallery", encoding="utf-8")
    for name, subscription in (("dev", "0" * 8), ("prod", "1" * 8)):
        config = f"azure-native:subscriptionId: {subscription}-0000-0000-0000-000000000001, location: koreacentral"
        text = f"config: {{{config}, galleryName: labs, resourceGroupName: galleries}}"
        (tmp_path / f"Pulumi.{name}.yaml").write_text(text, encoding="utf-8")

    def read(settings: Settings | None) -> PriceTable:
        assert settings is not None
        return replace(PRICES, fixed=True) if settings.is_pretend else replace(PRICES, currency="KRW")

    places = Places(find_project(tmp_path), read_prices=read, today=TODAY)
    runs = [replace(run(created("rocky:1.0.0", eastus=100)), stack=name) for name in ("dev", "prod")]
    shown = render(runs, PLAIN, places=places)
    assert "+640.00 USD a month at most" in shown
    assert "+640 KRW a month at most" in shown
    # The sandbox's prices are part of a release: nobody refreshes them.
    later = render(runs, PLAIN, places=replace(places, today=date(2030, 1, 1)))
    assert later.count("The prices are old, of 2026-11-01") == 1


def test_a_wrong_file_of_prices_breaks_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "prices.json"
    file.write_text('{"currency": 1, "date": "x"}', encoding="utf-8")
    monkeypatch.setattr("cli.stack_prices.prices_file", lambda _settings: file)
    monkeypatch.chdir(tmp_path)
    shown = render([run(created("rocky:1.0.0", eastus=1))], PLAIN, places=Places.here()).replace("\n    ", " ")
    assert "  - Unknown (+64 GB)\n" in shown
    assert "  - No price is known: prices.json: currency: must be a currency of three letters" in shown
    assert "(and " in shown
    file.unlink()
    shown = render([run(created("rocky:1.0.0", eastus=1))], PLAIN, places=Places.here()).replace("\n    ", " ")
    assert "  - No price is known: ./labs prices --refresh reads prices\n" in shown


def test_data_disks_are_in_no_sum_so_that_it_is_no_bound() -> None:
    steps = created("rocky:1.1.0", eastus=1), deleted("cad:1.0.0", eastus=1)
    assert cost(run(*steps, data_disks={"rocky:1.1.0", "other:1.0.0"})) == [
        (
            "+6.40 USD a month (+64 GB: `rocky 1.1.0` in 1 region), −6.40 USD (−64 GB: `cad 1.0.0` in 1 region): "
            "0.00 USD together"
        ),
        "Not counted: data disks, if any, of `rocky 1.1.0`",
    ]
    assert cost(run(steps[1], data_disks={"cad:1.0.0"}))[0] == "−6.40 USD a month (−64 GB: `cad 1.0.0` in 1 region)"
    assert "at most" in cost(run(*steps, data_disks={"other:1.0.0"}))[0]


@pytest.mark.parametrize(("count", "bound"), [(0, True), (1, False), (None, False)])
def test_a_component_tells_which_versions_have_data_disks(count: int | None, *, bound: bool) -> None:
    events = read_event_log(EVENTS / "new.json")
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            new = event.get(kind, {}).get("metadata", {}).get("new") or {}
            for entry in new.get("inputs", {}).get("versions", []):
                entry["dataDiskCount"] = count
    lines = cost(read_run("dev", events))
    assert ("at most" in lines[0]) is bound
    assert any(line.startswith("Not counted: data disks, if any, of ") for line in lines) is not bound
