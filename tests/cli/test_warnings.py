"""What `labs check` warns of: ends of life, and the end of Azure Lab Services; neither is an error."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.check.run_checks import check_files
from lifecycle.end_of_life import NOTICE_DAYS, RETIREMENT_DATE, ending_soon, in_words
from tests.cli.test_check import CATALOGUE, STACK
from tests.support.builders import catalogue, image, version
from tests.support.commands import run_labs

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def project(folder: Path) -> None:
    old = CATALOGUE.replace("  cad:\n", "  cad:\n    end_of_life: 2026-12-01\n", 1)
    old = old.replace(
        "        os_disk_size_gb: 100\n", "        os_disk_size_gb: 100\n        end_of_life: 2026-11-23\n"
    )
    Path("images.yaml").write_text(old, encoding="utf-8")
    Path("Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")


def warnings(today: date) -> list[str]:
    return [warning.text for warning in check_files(None, today).warnings]


def test_each_is_one_line() -> None:
    assert warnings(TODAY) == [
        (
            "Warning: images.yaml: end of life passed or within 60 days: gis 1.1.0 (2026-11-23, 1 day ago), "
            "cad (2026-12-01, in 7 days); Azure refuses one that has passed, unless it has it already"
        ),
        "Warning: Azure Lab Services ends on 2027-06-28, in 216 days; stack dev uses it",
    ]


def test_before_and_after() -> None:
    assert len(warnings(date(2026, 9, 1))) == 1
    assert warnings(date(2027, 6, 30))[-1].endswith("Services ended on 2027-06-28, 2 days ago; stack dev uses it")


def test_stacks_that_use_lab_services_are_named() -> None:
    Path("Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    Path("Pulumi.desktop.yaml").write_text(STACK.partition("  lab-image-gallery:labAccountIds")[0], encoding="utf-8")
    assert warnings(TODAY)[-1].endswith("; stack dev, prod use it")
    Path("Pulumi.prod.yaml").unlink()
    Path("Pulumi.dev.yaml").unlink()
    assert [text for text in warnings(TODAY) if "Lab Services" in text] == []


def test_keys_that_sign_in_are_not_read() -> None:
    keys = "  azure-native:useOidc: true\n  azure-native:clientSecret: {secure: AAABAI}\n  azure-native:location: x\n"
    Path("Pulumi.dev.yaml").write_text(STACK + keys, encoding="utf-8")
    line = len(STACK.splitlines()) + 1
    where = "nobody reads this key: signing in and the cloud come from the environment; set"
    expected = [
        f"Pulumi.dev.yaml:{line + 1}: azure-native:clientSecret: {where} ARM_CLIENT_SECRET there instead",
        f"Pulumi.dev.yaml:{line}: azure-native:useOidc: {where} ARM_USE_OIDC there instead",
    ]
    assert warnings(TODAY)[:2] == [f"Warning: {text}" for text in expected]
    answer = json.loads(run_labs("check", "--json").stdout)
    assert [warning["key"] for warning in answer["warnings"] if warning["kind"] == "unread_key"] == [
        "azure-native:clientSecret",
        "azure-native:useOidc",
    ]


def test_they_are_no_errors_and_in_json() -> None:
    text = Path("images.yaml").read_text(encoding="utf-8").replace("2026-12-01", "2020-02-29")
    Path("images.yaml").write_text(text, encoding="utf-8")
    printed = run_labs("check")
    assert printed.exit_code == 0
    assert "cad (2020-02-29, " in printed.stdout
    answer = json.loads(run_labs("check", "--json").stdout)
    assert answer["ok"] is True
    of_images, of_service = answer["warnings"]
    assert (of_images["kind"], of_images["catalogue"]) == ("end_of_life", "images.yaml")
    assert {"image": "cad", "version": None, "date": "2020-02-29"}.items() <= of_images["ends"][0].items()
    assert of_images["ends"][0]["days_left"] < 0
    assert (of_service["kind"], of_service["stacks"], of_service["date"]) == (
        "end_of_lab_services",
        ["dev"],
        str(RETIREMENT_DATE),
    )


@given(st.integers(-4000, 4000))
def test_only_what_is_near_is_told(days: int) -> None:
    day = TODAY + timedelta(days=days)
    found = ending_soon(catalogue(gis=image(versions={"1.0.0": version(end_of_life=str(day))})), TODAY)
    assert [(end.subject, end.day, end.days_left) for end in found] == (
        [("gis 1.0.0", day, days)] if days <= NOTICE_DAYS else []
    )


def test_days_in_words() -> None:
    assert [in_words(days) for days in (1, 0, -1, 1216)] == ["in 1 day", "today", "1 day ago", "in 1,216 days"]
