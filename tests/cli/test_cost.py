"""`labs cost` against the sandbox's Azure, and from the files alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.regions.prices import NO_PRICES, PriceTable, money, read_prices, written
from cli.answer import number
from cli.chosen_stack import chosen_stack
from cli.cost_answer import cost_answer
from cli.cost_text import MANY, CostText
from lifecycle.cost_report import CostReport, observed_costs
from plan.observed import Observed, ObservedGallery, ObservedLab
from plan.stack import Stack
from tests.support.answers import answer_of
from tests.support.builders import (
    GALLERY,
    LAB_ACCOUNT,
    catalogue,
    observed_definition,
    observed_gallery,
    observed_version,
    replica,
    settings,
)
from tests.support.emulator_client import ACCOUNT
from tests.support.exports_scene import GALLERY as SCENE_GALLERY
from tests.support.exports_scene import Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
TODAY = date(2026, 6, 1)
PRICES = PriceTable(
    "USD",
    "2026-01-01",
    "a test",
    {
        "eastus": {"Standard_LRS": Decimal("0.05"), "Premium_LRS": Decimal("0.132")},
        "koreasouth": {"Standard_LRS": Decimal("0.06")},
    },
    {"Asia Pacific": Decimal("0.08")},
)
KEYS = [
    "ok",
    "stack",
    "planned",
    "currency",
    "prices",
    "month",
    "gb",
    "upper_bound",
    "keeps_deleted",
    "images",
    "regions",
    "savings",
    "transfer",
    "unknown",
]
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202egnp.exe 😀" + "x" * 60


@pytest.fixture
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of prices that counts for every stack."""
    path = tmp_path / "prices-of-the-test.json"
    path.write_text(written(PRICES), encoding="utf-8")
    monkeypatch.setattr("cli.stack_prices.prices_file", lambda _: path)
    return path


def flat(text: str) -> str:
    return " ".join(text.split())


def printed(scene: Scene, *arguments: str, code: int = 0) -> str:
    """What the command prints, on one line."""
    result = scene.labs("cost", *arguments)
    assert (result.exit_code, result.stderr) == (code, ""), result.output
    return flat(result.stdout)


def answered(scene: Scene, *arguments: str) -> dict[str, Any]:
    return answer_of(scene.labs("cost", "--json", *arguments))


def report(gallery: ObservedGallery, prices: PriceTable = PRICES, **changes: object) -> CostReport:
    labs = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, "koreacentral")}
    return observed_costs(catalogue(), Stack(settings(**changes), Observed(gallery, labs=labs)), prices, TODAY)


def text_of(found: CostReport, width: int = 80) -> list[str]:
    return list(CostText(found, chosen_stack("dev"), TODAY, width).lines())


def many(count: int, size: int = 64) -> ObservedGallery:
    return observed_gallery(
        *(
            observed_definition(
                id=f"{GALLERY}/images/image-{index:04}",
                versions={"1.0.0": observed_version(os_disk_size_gb=size + index)},
            )
            for index in range(count)
        )
    )


def test_the_gallery_as_it_is(scene: Scene, prices: Path) -> None:
    scene.export_image()
    answer = answered(scene)
    assert list(answer) == KEYS
    assert (answer["ok"], answer["planned"], answer["currency"], answer["upper_bound"]) == (True, False, "USD", True)
    assert answer["prices"] == {
        "date": "2026-01-01",
        "source": "a test",
        "borrowed": ["koreacentral"],
        "old": PRICES.is_old(date.today()),
    }
    managed = {image["name"]: (image["managed"], len(image["versions"])) for image in answer["images"]}
    assert managed == {"python": (True, 1), "Teacher_GIS": (False, 1)}
    python = next(image for image in answer["images"] if image["name"] == "python")
    (one,) = python["versions"]
    size = one["regions"][0]["gb"]
    assert one["regions"] == [
        {
            "region": name,
            "storage_account_type": "Standard_LRS",
            "replicas": 1,
            "gb": size,
            "price": price,
            "price_of": lender,
            "month": float(size * Decimal(str(price))),
        }
        for name, price, lender in (("koreacentral", 0.05, "eastus"), ("koreasouth", 0.06, "koreasouth"))
    ]
    assert answer["transfer"][0] == {"image": "python", "version": "1.0.0", "once": float(size * Decimal("0.08"))}
    assert [(each["region"], each["has_lab"]) for each in answer["regions"]] == [
        ("koreacentral", True),
        ("koreasouth", False),
    ]
    assert answer["savings"]["without_labs"] == {
        "month": float(size * Decimal("0.06")),
        "regions": ["koreasouth"],
    }
    said = printed(scene)
    assert "Teacher_GIS 0.0.1 *" in said
    assert "* not in images.yaml" in said
    assert f"At most {money(Decimal(str(answer['month'])), 'USD')} a month for {answer['gb']:,} GB in 2 regions" in said
    assert "Regions without labs cost at most" in said


def test_the_files_alone(scene: Scene, prices: Path) -> None:
    scene.client.send("POST", "/sandbox/reset")
    scene.catalogue.write_text(
        scene.catalogue.read_text(encoding="utf-8").replace(
            "# built in spring", "\n        os_disk_size_gb: 64\n        data_disk_count: 0"
        ),
        encoding="utf-8",
    )
    before = len(scene.client.get("/sandbox/requests").body)
    answer = answered(scene, "--planned")
    assert (answer["planned"], answer["month"], answer["gb"]) == (True, 7.04, 128)
    assert answer["savings"] == {"keep": 3, "month": None, "gb": None, "versions": [], "without_labs": None}
    assert [each["has_lab"] for each in answer["regions"]] == [None, None]
    said = printed(scene, "--planned")
    assert "as the catalogue declares it" in said
    assert "saves is known with the gallery only" in said
    assert len(scene.client.get("/sandbox/requests").body) <= before + 1, "but for the question itself"


def test_planned_needs_nothing_of_azure() -> None:
    code = (
        "import sys\nfrom cli.labs import labs\n"
        "try: labs(['cost', '--planned', '--stack', 'dev'])\nexcept SystemExit as end: assert not end.code, end\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'azure', 'msal', 'requests', 'pulumi'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_is_not_known_is_said_and_ends_with_1(scene: Scene, prices: Path) -> None:
    answer = answered(scene, "--planned")
    assert (answer["ok"], answer["month"], answer["gb"]) == (False, None, None)
    assert {each["why"] for each in answer["unknown"]} == {
        "the size of its OS disk is not known",
        "it is not declared whether it has data disks",
    }
    said = printed(scene, "--planned", code=1)
    assert "What this costs is not known" in said
    assert "- python 1.0.0: the size of its OS disk is not known" in said
    assert "- write os_disk_size_gb for these versions into images.yaml, or `" in said
    assert "- write data_disk_count for these versions into images.yaml, or `" in said


def test_a_sum_that_lacks_something_says_what(scene: Scene, prices: Path) -> None:
    whole, disks, unsized = (f"{GALLERY}/images/{name}" for name in ("whole", "disks", "unsized"))
    found = report(
        observed_gallery(
            observed_definition(id=whole, versions={"1.0.0": observed_version()}),
            observed_definition(id=disks, versions={"1.0.0": observed_version(data_disk_count=2)}),
            observed_definition(id=unsized, versions={"1.0.0": observed_version(os_disk_size_gb=None)}),
        )
    )
    assert flat("\n".join(map(click.unstyle, text_of(found)))).endswith(
        "Not counted: - disks 1.0.0: it has 2 data disks, whose sizes are not known "
        "- unsized 1.0.0: the size of its OS disk is not known "
        "What to do: - Azure tells the size of a version that is not in images.yaml once it is published "
        "- the cost analysis of Azure's portal shows what data disks cost"
    )
    text = flat("\n".join(map(click.unstyle, text_of(found))))
    assert "With full disks at least 14.08 USD a month for 256 GB in 2 regions" in text
    assert "not fully counted: disks 1.0.0, unsized 1.0.0, as said below." in text


def test_sizes_that_the_catalogue_can_tell_are_written_there(scene: Scene, prices: Path) -> None:
    python = f"{GALLERY}/images/python"
    versions = {number: observed_version(os_disk_size_gb=None) for number in ("1.0.0", "9.9.9")}
    for each, said in (
        ("1.0.0", "write os_disk_size_gb for these"),
        ("9.9.9", "not in images.yaml once it is published"),
    ):
        one = observed_gallery(observed_definition(id=python, versions={each: versions[each]}))
        text = flat("\n".join(map(click.unstyle, text_of(report(one)))))
        assert text.partition("What to do: - ")[2].count(" - ") == 0
        assert said in text
    both = flat(
        "\n".join(
            map(click.unstyle, text_of(report(observed_gallery(observed_definition(id=python, versions=versions)))))
        )
    )
    assert both.partition("What to do: - ")[2].count(" - ") == 1


def test_no_gallery(scene: Scene, prices: Path) -> None:
    for path in ("images/python/versions/1.0.0", "images/python", ""):
        scene.client.delete(f"{SCENE_GALLERY}/{path}".rstrip("/"))
    scene.client.delete(f"{ACCOUNT}/sharedGalleries/labs")
    scene.client.delete(SCENE_GALLERY)
    result = scene.labs("cost")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no gallery contoso_lab_images" in result.stderr
    assert "sandbox/labs cost --planned --stack dev` shows what the catalogue would cost." in result.stderr


def test_no_image(scene: Scene, prices: Path) -> None:
    for path in ("images/python/versions/1.0.0", "images/python"):
        assert scene.client.delete(f"{SCENE_GALLERY}/{path}").status < 300
    answer = answered(scene)
    assert (answer["ok"], answer["month"], answer["gb"], answer["images"]) == (True, 0, 0, [])
    assert "The gallery has no version, so no replica is paid." in printed(scene)
    scene.catalogue.write_text("images: {}\n", encoding="utf-8")
    assert "The catalogue has no version, so no replica is paid." in printed(scene, "--planned")


def test_no_lab(scene: Scene, prices: Path) -> None:
    file = Path("Pulumi.dev.yaml")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    del content["config"]["lab-image-gallery:labAccountIds"]
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    said = printed(scene)
    assert "No lab is attached. Regions without labs cost at most" in said
    assert "koreacentral has no lab, and is a home region: Azure demands a replica there. That costs at most" in said
    assert [each["has_lab"] for each in answered(scene)["regions"]] == [False, False]


def test_no_prices(scene: Scene, prices: Path) -> None:
    prices.unlink()
    answer = answered(scene)
    assert (answer["ok"], answer["month"], answer["currency"]) == (False, None, None)
    assert answer["gb"] > 0
    assert answer["prices"] == {"date": None, "source": None, "borrowed": [], "old": False}
    said = printed(scene, code=1)
    assert f"{answer['gb']} GB in 2 regions at most; what they cost a month is not known, because no price is." in said
    assert "- python 1.0.0: no price of Standard_LRS is known in koreacentral and koreasouth" in said


def test_the_prices_of_a_stack_on_azure_are_refreshed_by_a_command(folder: Path, prices: Path) -> None:
    real = "11111111-2222-3333-4444-555555555555"
    Path("Pulumi.dev.yaml").write_text(
        "config:\n"
        f"  azure-native:subscriptionId: {real}\n"
        "  lab-image-gallery:galleryName: images\n"
        "  lab-image-gallery:resourceGroupName: galleries\n"
        "  lab-image-gallery:location: koreacentral\n",
        encoding="utf-8",
    )
    Path("images.yaml").write_text("images: {}\n", encoding="utf-8")
    old = replace(PRICES, day="2024-01-01")
    said = flat("\n".join(text_of(report(many(1), old))))
    assert "Prices of 2024-01-01: old, `" in said
    assert "labs prices --refresh` reads those of today." in said
    said = flat("\n".join(text_of(report(many(1), NO_PRICES))))
    assert "labs prices --refresh` reads the prices of every region" in said


def test_a_broken_file_of_prices(scene: Scene, prices: Path) -> None:
    prices.write_text("{", encoding="utf-8")
    result = scene.labs("cost", "--planned", "--json")
    assert "is no JSON" in answer_of(result)["error"]
    assert result.exit_code == 1


def test_prices_of_another_currency(scene: Scene, prices: Path) -> None:
    won = PriceTable("KRW", "2026-01-01", "a test", {"koreacentral": {"Standard_LRS": Decimal("68.25")}}, {})
    found = report(many(1, 63), won)
    shown = "\n".join(text_of(found))
    assert re.search(r"koreacentral \(home\) +63 +4,300 KRW +68\.25 +yes", shown)
    assert "koreasouth" in shown
    assert cost_answer(found, TODAY)["currency"] == "KRW"


def test_what_pruning_saves_is_what_prune_retires(scene: Scene, prices: Path) -> None:
    scene.export_version()
    assert scene.labs("import", "python:1.0.1").exit_code == 0
    saved = answered(scene, "--keep", "1")["savings"]
    retired = answer_of(scene.labs("prune", "--keep", "1", "--json"))
    assert saved["versions"] == [*retired["unprotect"], *retired["remove"]]
    assert saved["versions"] == [{"image": "python", "version": "1.0.0"}]
    assert "sandbox/labs prune --keep 1 --stack dev` saves at most" in printed(scene, "--keep", "1")
    assert "sandbox/labs prune --keep 3 --stack dev` saves nothing" in printed(scene)


@pytest.mark.parametrize("keep", ["0", "-1", "x", ""])
def test_a_wrong_number_to_keep(keep: str, scene: Scene) -> None:
    assert scene.labs("cost", "--planned", "--keep", keep).exit_code == 2


@pytest.mark.parametrize("width", [80, 100])
def test_text_fits_the_screen(width: int, scene: Scene, prices: Path) -> None:
    gallery = observed_gallery(
        observed_definition(id=f"{GALLERY}/images/{'n' * 80}", versions={"1.0.0": observed_version()}),
        observed_definition(
            id=f"{GALLERY}/images/{HOSTILE.replace('/', '')}",
            versions={
                "1.0.0": observed_version(os_disk_size_gb=None),
                "1.0.1": observed_version(data_disk_count=2, replicas=(replica("koreasouth", storage="\x1b[5mtype"),)),
            },
        ),
    )
    lines = [click.unstyle(line) for line in text_of(report(gallery), width)]
    assert [line for line in lines if len(line) > width and "`" not in line] == [], "commands stay whole"
    assert "".join(lines).isprintable()


def test_a_thousand_images_are_cut_with_numbers(scene: Scene, prices: Path) -> None:
    found = report(many(1000))
    lines = text_of(found)
    assert len(lines) < 80
    text = flat("\n".join(lines))
    assert f"The {MANY} that cost most; 970 versions more are in --json." in text
    assert "image-0999 1.0.0" in text
    assert len(cost_answer(found, TODAY)["images"]) == 1000


def test_replicas_that_differ_and_what_traffic_costs(scene: Scene, prices: Path) -> None:
    far = (replica("koreacentral", 3), replica("eastus"))
    sizes = {f"1.{index}.0": 100 + index for index in range(8)}
    gallery = observed_gallery(
        observed_definition(id=f"{GALLERY}/images/abroad", versions={"1.0.0": observed_version(replicas=far)}),
        *(
            observed_definition(
                id=f"{GALLERY}/images/near-{size}", versions={number: observed_version(os_disk_size_gb=size)}
            )
            for number, size in sizes.items()
        ),
    )
    said = flat("\n".join(text_of(report(gallery))))
    assert "abroad 1.0.0 * 4 in 2 regions 256 12.80 USD" in said
    assert "near-107 1.7.0 * 2 regions × 1 214" in said
    assert "- at most 8.56 USD for near-107 - at most 8.48 USD for near-106" in said
    assert "- 3 smaller amounts, in --json" in said
    fewer = replace(gallery, definitions=dict(list(gallery.definitions.items())[:7]))
    assert "- 1 smaller amount, in --json" in flat("\n".join(text_of(report(fewer))))
    assert "- not known for abroad: no size, or no price, as between continents" in said
    assert report(gallery).upper_bound, "the sum of a month is whole"


def test_deleted_versions_that_azure_keeps_are_mentioned(scene: Scene, prices: Path) -> None:
    sentence = "Deleted versions that Azure keeps for a while are paid too; nobody sees them here."
    for kept, said in ((True, True), (False, False), (None, False)):
        text = flat("\n".join(text_of(report(replace(many(1), soft_delete=kept)))))
        assert (sentence in text) is said


@pytest.mark.parametrize(
    ("size", "disks", "said"),
    [
        (64, 0, "at most 7.68 USD a month (128 GB)"),
        (None, 0, "with full disks at least 3.84 USD a month (64 GB, besides what is not known)"),
        (64, 2, "with full disks at least 7.68 USD a month (128 GB, besides what is not known)"),
    ],
)
def test_what_regions_without_labs_cost(size: int | None, disks: int, said: str, scene: Scene, prices: Path) -> None:
    south = (replica("koreasouth"),)
    gallery = observed_gallery(
        *(
            observed_definition(
                id=f"{GALLERY}/images/{name}",
                versions={"1.0.0": observed_version(os_disk_size_gb=each, data_disk_count=count, replicas=south)},
            )
            for name, each, count in (("one", 64, 0), ("two", size, disks))
        )
    )
    assert f"Regions without labs cost {said}: koreasouth." in flat("\n".join(text_of(report(gallery))))


def test_regions_without_labs_whose_cost_is_not_known(scene: Scene, prices: Path) -> None:
    text = flat("\n".join(text_of(report(many(1), NO_PRICES))))
    assert "Regions without labs cost an amount that is not known (64 GB): koreasouth." in text


def test_a_lab_that_cannot_be_read(scene: Scene, prices: Path) -> None:
    unread = {LAB_ACCOUNT.lower(): ObservedLab(LAB_ACCOUNT, failure="it does not answer")}
    found = observed_costs(catalogue(), Stack(settings(), Observed(many(1), labs=unread)), PRICES, TODAY)
    text = flat("\n".join(text_of(found)))
    assert "Which regions have no lab is not known: where a lab is could not be read." in text
    assert cost_answer(found, TODAY)["savings"]["without_labs"] is None


def test_very_many_reasons_are_counted(scene: Scene, prices: Path) -> None:
    names = [f"zone{index}" for index in range(MANY + 5)]
    gallery = observed_gallery(
        *(
            observed_definition(
                id=f"{GALLERY}/images/{name}",
                versions={"1.0.0": observed_version(replicas=(replica("eastus", storage=name),))},
            )
            for name in names
        )
    )
    assert "- 5 more reasons, in --json" in "\n".join(text_of(report(gallery)))


def test_an_image_whose_versions_others_publish_is_not_known_offline(scene: Scene, prices: Path) -> None:
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    content["images"]["python"]["versions"] = "external"
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    why = "others publish its versions, and only the gallery shows them"
    answer = answered(scene, "--planned")
    assert answer["unknown"] == [{"image": "python", "version": None, "region": None, "why": why}]
    assert (answer["month"], answer["images"]) == (None, [])
    assert f"- python: {why} What to do:" in printed(scene, "--planned", code=1)
    assert answered(scene)["images"][0]["managed"] is True


def test_money_in_json_keeps_every_decimal() -> None:
    amount = Decimal("123456789012.345")
    assert json.dumps(number(amount)) == str(amount)
    gallery = observed_gallery(
        observed_definition(versions={"1.0.0": observed_version(replicas=(replica("koreacentral", 3, "Premium_LRS"),))})
    )
    found = report(gallery)
    text = json.dumps(cost_answer(found, TODAY))
    assert json.loads(text, parse_float=Decimal)["month"] == found.month == Decimal("25.344")


@given(st.integers(1, 30), st.integers(1, 900), st.decimals("0.001", "300", places=6))
def test_sums_in_json_are_those_of_its_parts(count: int, size: int, price: Decimal) -> None:
    prices = PriceTable("USD", "2026-01-01", "a test", {"eastus": {"Standard_LRS": price}})
    answer = json.loads(json.dumps(cost_answer(report(many(count, size), prices), TODAY)), parse_float=Decimal)
    parts = [part for each in answer["images"] for it in each["versions"] for part in it["regions"]]
    for key in ("month", "gb"):
        for those in (answer["images"], answer["regions"], parts):
            assert sum(each[key] for each in those) == answer[key]


def test_text_and_json_say_the_same(scene: Scene, prices: Path) -> None:
    found = report(many(5))
    text = "\n".join(text_of(found))
    answer = cost_answer(found, TODAY)
    for entry in (*(each["versions"][0] for each in answer["images"]), *answer["regions"]):
        assert money(Decimal(str(entry["month"])), "USD") in text
        assert f"{entry['gb']:,}" in text
    assert money(Decimal(str(answer["month"])), "USD") in text
    assert sum(Decimal(str(each["month"])) for each in answer["regions"]) == Decimal(str(answer["month"]))


def test_the_prices_of_the_sandbox_are_the_programs_own(scene: Scene) -> None:
    own = read_prices(ROOT / "sandbox" / "prices.json")
    assert answered(scene)["prices"]["date"] == own.day
