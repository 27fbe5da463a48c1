"""`labs prices`: the table, and reading it anew from a list of prices over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from catalog.regions.prices import PriceTable, read_prices, written
from cli.commands import prices as command
from lifecycle.price_list import read_price_list
from tests.support.answers import answer_of
from tests.support.commands import run_labs
from tests.support.emulator_client import Client
from tests.support.project import ROOT, Project
from tests.support.retail import table
from tests.support.screen import on_screen

pytest_plugins = ["tests.support.emulator"]

TODAY = datetime.now(UTC).date()
HOSTILE = "\x1b[31m<script>\u202e"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.arm.pipeline.BoundedRetry.get_backoff_time", lambda policy, settings: 0)


@dataclass
class Prices:
    """The command with its own files in a folder of its own, and Azure's list in the sandbox."""

    file: Path
    copy: Path
    client: Client

    def run(self, *arguments: str) -> Result:
        return run_labs("prices", *arguments)

    def refresh(self, *arguments: str) -> str:
        """What a refresh prints that succeeds."""
        result = self.run("--refresh", *arguments)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def refused(self, *arguments: str, code: int = 1) -> str:
        """What a refresh says that fails; it has changed no file."""
        before = self.content()
        result = self.run("--refresh", *arguments)
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        assert self.content() == before
        return result.stderr

    def content(self) -> list[bytes | None]:
        return [path.read_bytes() if path.is_file() else None for path in (self.file, self.copy)]

    def write(self, prices: PriceTable) -> None:
        self.file.write_text(written(prices), encoding="utf-8")

    def change(self, *changes: dict[str, Any]) -> None:
        """Make the list say something else."""
        assert self.client.send("POST", "/sandbox/prices", {"changes": list(changes)}).status == 200

    def fault(self, **fault: Any) -> None:
        assert self.client.send("POST", "/sandbox/faults", {"path": "/api/retail/prices", **fault}).status == 200


@pytest.fixture
def prices(tmp_path: Path, client: Client, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Prices:
    """Azure's list is the sandbox's, as if that were its own address."""
    found = Prices(tmp_path / "prices.json", tmp_path / "pack" / "prices.json", client)
    found.copy.parent.mkdir()
    monkeypatch.setattr(command, "FILE", found.file)
    monkeypatch.setattr(command, "PACK_FILE", found.copy)
    monkeypatch.setattr(command, "_today", lambda: TODAY)  # also if the day ends meanwhile
    monkeypatch.setattr("inventory.retail_prices.ENDPOINT", endpoint)
    monkeypatch.delenv("PRICES_ENDPOINT", raising=False)
    monkeypatch.chdir(tmp_path)
    return found


def test_a_refresh_writes_the_file_and_the_policies_copy(prices: Prices) -> None:
    shown = prices.refresh()
    found = read_prices(prices.file)
    assert (found.currency, found.day, found.source) == ("USD", TODAY.isoformat(), "Azure Retail Prices")
    assert found.storage["koreacentral"]["Standard_LRS"] == Decimal("0.05")
    assert found.transfer["Asia Pacific"] == Decimal("0.02")
    assert "Standard_ZRS" not in found.storage["koreasouth"]
    assert prices.copy.read_bytes() == prices.file.read_bytes() == written(found).encode()
    assert f"Prices of {TODAY} in USD: {len(found.storage)} regions." in shown
    assert shown.endswith("Written: prices.json\nWritten: pack/prices.json\n")
    assert sorted(path.name for path in prices.file.parent.iterdir()) == ["pack", "prices.json"]


def test_a_second_one_changes_nothing(prices: Prices) -> None:
    prices.refresh()
    yesterday = read_prices(prices.file)
    prices.write(PriceTable(yesterday.currency, "2026-11-01", "before", yesterday.storage, yesterday.transfer))
    prices.copy.write_bytes(prices.file.read_bytes())
    before = prices.content()
    assert prices.refresh() == "Nothing has changed: the prices of 2026-11-01 in USD still hold.\n"
    assert prices.content() == before
    prices.copy.unlink()
    assert prices.refresh().endswith("still hold.\nWritten: pack/prices.json\n")
    assert prices.content() == before


def test_a_day_that_would_count_as_old_is_written_anew(prices: Prices) -> None:
    prices.refresh()
    found = read_prices(prices.file)
    old = (TODAY - timedelta(days=366)).isoformat()
    prices.write(PriceTable(found.currency, old, found.source, found.storage, found.transfer))
    assert f"They are those of {old}, which would count as old.\n" in prices.refresh()
    assert read_prices(prices.file) == found


def test_the_last_currency_is_kept_until_another_is_named(prices: Prices) -> None:
    prices.refresh()
    assert "The last ones were in USD, so they are not compared." in prices.refresh("--currency", "krw")
    assert read_prices(prices.file).storage["koreacentral"]["Standard_LRS"] == 70
    assert "in KRW still hold" in prices.refresh()


def test_what_changed_is_said(prices: Prices) -> None:
    prices.refresh()
    prices.change(
        {"where": {"armRegionName": "westus", "skuName": "Snapshots LRS"}, "set": {"retailPrice": 0.06}},
        {
            "where": {"armRegionName": "westus2", "productName": "Premium SSD Managed Disks"},
            "set": {"retailPrice": 0.1},
        },
        {"where": {"armRegionName": "koreacentral", "serviceName": "Storage"}},
        {"where": {"armRegionName": "koreasouth", "productName": "Premium SSD Managed Disks"}},
        {"where": {"armRegionName": "japaneast", "serviceName": "Bandwidth"}, "set": {"retailPrice": 0.08}},
    )
    shown = prices.refresh().splitlines()
    assert shown[1:-2] == [
        "No longer in the list, so they count with the price of eastus: koreacentral",
        "Gone: koreasouth Premium_LRS 0.132",
        "Down: westus Premium_LRS 0.132 → 0.06",
        "Up: westus Standard_LRS 0.05 → 0.06",
        "Down: westus2 Premium_LRS 0.132 → 0.1",
        "Up: copying within Asia Pacific 0.02 → 0.08",
    ]
    prices.change()
    answer = answer_of(prices.run("--refresh", "--json"))
    assert (answer["added"], answer["removed"], answer["currency_before"]) == (["koreacentral"], [], "USD")
    assert {"region": "westus", "storage_account_type": "Standard_LRS", "old": 0.06, "new": 0.05} in answer["changed"]
    assert {"continent": "Asia Pacific", "storage_account_type": None, "old": 0.08, "new": 0.02} in answer["changed"]
    assert answer["written"] == [str(prices.file), str(prices.copy)]


def test_many_changes_are_counted(prices: Prices) -> None:
    prices.refresh()
    prices.change({"where": {"serviceName": "Storage"}, "set": {"retailPrice": 0.07}})
    shown = prices.refresh()
    assert shown.count("Up: ") + shown.count("Down: ") == command.MOST_SHOWN
    assert "more prices\nWritten" in shown


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"where": {"armRegionName": "westus"}, "set": {"retailPrice": 0}}, "the price is 0: westus "),
        ({"where": {"armRegionName": "westus"}, "set": {"retailPrice": -1}}, "which is no price of a GB"),
        ({"where": {"armRegionName": "westus"}, "set": {"retailPrice": 0.5}}, "10 times more or less"),
        ({"where": {}, "set": {"unitOfMeasure": "1 TB"}}, 'the unit is "1 TB", not 1 GB/Month: '),
        ({"where": {}, "set": {"currencyCode": HOSTILE}}, "not USD: "),
        (
            {"where": {"armRegionName": "eastus"}},
            "there is no price of Premium_LRS, Standard_LRS, Standard_ZRS in eastus",
        ),
        ({"where": {}}, "there is no price of"),
    ],
)
def test_a_list_that_cannot_be_right_changes_nothing(prices: Prices, change: dict[str, Any], said: str) -> None:
    prices.refresh()
    prices.change(change)
    message = prices.refused()
    assert message.startswith("Error: Azure's list of prices cannot be right, so nothing was written:\n")
    assert said in " ".join(message.split())
    # Whatever is wrong besides would be wrong without the last prices, too.
    assert ("If prices really are so, delete prices.json" in message) is (said == "10 times more or less")
    assert message.replace("\n", "").isprintable()
    assert json.loads(prices.run("--refresh", "--json").stdout)["ok"] is False


def test_prices_that_really_are_ten_times_the_last_are_read_as_the_message_says(prices: Prices) -> None:
    prices.refresh("--currency", "KRW")
    last = read_prices(prices.file)
    changed = {region: {kind: amount * 20 for kind, amount in row.items()} for region, row in last.storage.items()}
    prices.write(replace(last, storage=changed))
    said = prices.refused()
    command_line = " ".join(said.split()).partition("delete prices.json and run `")[2].partition("`")[0]
    assert command_line.endswith("labs prices --refresh --currency KRW")
    prices.file.unlink()
    prices.refresh(*command_line.split()[3:])
    assert read_prices(prices.file) == last
    assert prices.copy.read_bytes() == prices.file.read_bytes()


def test_pages_that_fail_for_a_while_are_read_all_the_same(prices: Prices) -> None:
    prices.fault(status=429, retryAfter=0, times=2)
    prices.fault(status="reset")
    prices.fault(status=503, path="skip=100")
    prices.refresh()
    assert len(read_prices(prices.file).storage) > 50


def test_a_page_that_fails_for_long_leaves_the_file(prices: Prices) -> None:
    prices.refresh()
    prices.change({"where": {"armRegionName": "westus"}, "set": {"retailPrice": 0.06}})
    prices.fault(status=503, path="skip=100", times=20)
    assert "503" in prices.refused()
    prices.client.send("DELETE", "/sandbox/faults")
    prices.fault(status=429, retryAfter=3600)
    assert "throttling" in prices.refused()


def test_a_misspelt_currency_is_answered_with_the_nearest(prices: Prices) -> None:
    assert "kwr is no currency of Azure's list (did you mean KRW?); it has AUD, " in prices.refused(
        "--currency", "kwr", code=2
    )
    message = prices.refused("--currency", HOSTILE, code=2)
    assert message.replace("\n", "").isprintable()
    assert "--currency is for --refresh" in prices.run("--currency", "USD").stderr
    prices.write(table({}, currency="XXX"))
    assert "XXX is no currency of Azure's list" in prices.refused(code=2)


def test_prices_of_elsewhere_do_not_get_into_the_files_that_count(
    prices: Prices, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.retail_prices.ENDPOINT", "https://prices.example")
    monkeypatch.setenv("PRICES_ENDPOINT", endpoint)
    for named in ((), (str(prices.file),), ("pack/prices.json",), (f"../{Path.cwd().name}/prices.json",)):
        assert "not Azure's own list" in prices.refused(*(part for name in named for part in ("--file", name)), code=2)
    assert "Written: other.json" in prices.refresh("--file", "other.json")
    assert read_prices(Path("other.json")).source == f"prices at {endpoint}"
    assert "still hold" in prices.refresh("--file", "other.json")
    monkeypatch.setenv("PRICES_ENDPOINT", "http://mirror.example")
    assert "must be an https address" in prices.refused("--file", "other.json")


def test_a_file_of_another_kind_is_not_overwritten(prices: Prices) -> None:
    Path("images.yaml").write_text("images: {}\n", encoding="utf-8")
    assert "images.yaml is no file of prices, so it is not overwritten" in prices.refused("--file", "images.yaml")
    assert Path("images.yaml").read_text(encoding="utf-8") == "images: {}\n"
    assert "cannot be read: is a directory" in prices.refused("--file", "pack", code=2)
    assert "there is no folder nowhere" in prices.refused("--file", "nowhere/prices.json", code=2)
    assert "there is no file nowhere" in prices.run("--file", "nowhere").stderr


def test_our_own_file_is_mended_in_a_currency_that_is_named(prices: Prices) -> None:
    prices.file.write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert "Which currency it had is not known" in prices.refused()
    assert prices.refresh("--currency", "EUR").startswith("The file was wrong, so nothing is compared with it:\n")
    assert read_prices(prices.file).currency == "EUR"
    prices.file.write_bytes(b"\xff")
    assert "it is not UTF-8" in prices.refused()


def test_the_copy_in_the_way_is_said_before_anything_is_written(prices: Prices) -> None:
    prices.copy.mkdir()
    assert "cannot be read: is a directory" in prices.refused(code=2)


def test_without_the_policies_there_is_no_copy(prices: Prices) -> None:
    prices.copy.parent.rmdir()
    assert prices.refresh().endswith("Written: prices.json\n")


def test_what_somebody_else_wrote_meanwhile_stays(prices: Prices, monkeypatch: pytest.MonkeyPatch) -> None:
    prices.write(table({"eastus": {"Standard_LRS": "0.04"}}))

    def meanwhile(*arguments: Any) -> PriceTable:
        prices.file.write_text("mine", encoding="utf-8")
        return read_price_list(*arguments)

    monkeypatch.setattr("cli.commands.prices.read_price_list", meanwhile)
    result = prices.run("--refresh")
    assert (result.exit_code, prices.file.read_text(encoding="utf-8")) == (1, "mine")
    assert "somebody changed the file since this command read it" in result.stderr


def test_the_table(prices: Prices) -> None:
    prices.write(table({"eastus": {"Standard_LRS": "0.05"}, "koreacentral": {"Premium_LRS": "0.145"}}, source=HOSTILE))
    shown = prices.run()
    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert lines[0] == "Prices of 2026-11-29 in USD, from: \\x1b[31m<script>\\u202e"
    assert [line.split() for line in lines if line.startswith(("eastus", "koreacentral"))] == [
        ["eastus", "-", "0.05", "-"],
        ["koreacentral", "0.145", "-", "-"],
    ]
    assert "Regions with a price: 2 of " in shown.stdout
    assert all(line.isprintable() and len(line) <= 100 for line in lines)
    answer = answer_of(prices.run("--json"))
    assert answer["storage"][1] == {"region": "koreacentral", "storage_account_type": "Premium_LRS", "price": 0.145}
    assert "japaneast" in answer["without_price"]


@pytest.mark.parametrize(("days", "old"), [(365, False), (366, True)])
def test_old_prices_are_said_to_be_old(prices: Prices, days: int, old: bool) -> None:
    prices.write(table({}, day=(TODAY - timedelta(days=days)).isoformat()))
    assert ("They are old, 366 days: `" in prices.run().stdout) is old
    answer = answer_of(prices.run("--json"))
    assert (answer["days_old"], answer["old"]) == (days, old)


def test_without_a_file_there_are_no_prices(prices: Prices) -> None:
    shown = prices.run()
    assert (shown.exit_code, shown.stdout.startswith("There are no prices: prices.json is missing.")) == (0, True)
    answer = answer_of(prices.run("--json"))
    assert (answer["currency"], answer["date"], answer["storage"]) == (None, None, [])


def test_a_wrong_file_is_an_error(prices: Prices) -> None:
    prices.file.write_text('{"currency": 1}', encoding="utf-8")
    result = prices.run()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count(f"labs prices --refresh --file {prices.file} writes the file anew") == 5


ESCAPES = re.compile("\x1b\\[[0-9;]*[A-Za-z]")


def test_a_terminal_sees_how_far_reading_is_and_lines_that_fit(prices: Prices, endpoint: str, tmp_path: Path) -> None:
    file = tmp_path / "of a test.json"
    code, shown = on_screen("prices", "--refresh", "--file", str(file), env={"PRICES_ENDPOINT": endpoint})
    assert code == 0, shown
    assert "Reading Azure's list: 100 prices so far\n" in shown
    # The last line about reading is wiped before the answer.
    assert shown.index("\x1b[1A\x1b[J") < shown.index("Prices of ")
    code, table_shown = on_screen("prices", "--file", str(file))
    assert code == 0
    lines = ESCAPES.sub("", shown + table_shown).splitlines()
    assert [line for line in lines if len(line) > 80 and str(file) not in line] == []
    prices.change({"where": {}, "set": {"retailPrice": 0}})
    code, refused = on_screen("prices", "--refresh", "--file", str(file), env={"PRICES_ENDPOINT": endpoint})
    assert code == 1
    assert [line for line in ESCAPES.sub("", refused).splitlines() if len(line) > 80 and str(file) not in line] == []


def test_a_place_that_cannot_be_written_is_an_error(prices: Prices) -> None:
    message = prices.refused("--file", "/proc/prices.json")
    assert "/proc/prices.json: the file cannot be written: " in message


def test_the_sandbox_has_a_list_of_its_own(tmp_path: Path) -> None:
    own = Project(ROOT, {"LAB_SANDBOX_DIR": str(tmp_path / "sandbox")})
    command_line = ("sandbox/labs", "prices", "--refresh", "--file", str(tmp_path / "prices.json"))
    assert "Written: " in own.run(*command_line).stdout
    before = (tmp_path / "prices.json").read_bytes()
    assert "Nothing has changed" in own.run(*command_line).stdout
    assert (tmp_path / "prices.json").read_bytes() == before
    refused = own.run("sandbox/labs", "prices", "--refresh", check=False)
    assert (refused.returncode, "not Azure's own list" in refused.stderr) == (2, True)


def test_the_files_of_this_repository_can_be_read() -> None:
    assert read_prices(ROOT / "sandbox" / "prices.json").currency == "USD"
    assert date.fromisoformat(read_prices(ROOT / "sandbox" / "prices.json").day)
