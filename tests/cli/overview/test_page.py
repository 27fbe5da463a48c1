"""The page as a document: what it loads, its structure, what it does with hostile names, its size."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.images.catalogue import Catalogue
from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.texts.language import LANGUAGES, Language
from cli.overview.chapter import Chapter
from cli.overview.page import render
from lifecycle.exemption import PolicyRules
from lifecycle.overview import Overview
from plan.observed import ListedImage, ListedImages, Observed, ObservedLab
from tests.support import builders as inputs
from tests.support import ids
from tests.support import overview_scene as scene
from tests.support.builders import GALLERY, replica

VOID = {"meta", "br"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "🧪-émojis-影像-🇰🇷",
    "x" * 80,
    "{{ 7*7 }}{% raw %}",
    "' onmouseover='alert(1)",
    "]]></style><style>*{}",
]
Value = TypeVar("Value")


class Document(HTMLParser):
    """Elements of a page with their attributes, its text, and tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.problems += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page(*chapters: Chapter, language: Language = "en") -> Document:
    return Document(render(chapters, language))


@pytest.fixture(params=LANGUAGES)
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return render(scene.chapters(tmp_path), request.param)


def test_nothing_is_loaded_and_nothing_runs(whole: str) -> None:
    document = Document(whole)
    policy = next(each["content"] for each in document.all("meta") if "http-equiv" in each)
    style = re.findall(r"<style>(.*?)</style>", whole, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert {tag for tag, _ in document.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "form",
        "base",
    } == set()
    names = {name for _, attributes in document.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "src", "srcset"}}
    assert {each["href"][0] for each in document.all("a")} == {"#"}
    assert "url(" not in whole
    assert "@import" not in whole


def test_the_document_is_well_formed_and_its_parts_are_named(whole: str) -> None:
    document = Document(whole)
    assert document.problems == []
    assert next(name for name, _ in document.elements if name == "meta") == "meta"
    assert document.all("meta")[0] == {"charset": "utf-8"}
    assert len(document.all("h1")) == 1
    found = Counter(attributes["id"] for _, attributes in document.elements if "id" in attributes)
    assert [name for name, count in found.items() if count > 1] == []
    for _, attributes in document.elements:
        for name in (*attributes.get("aria-labelledby", "").split(), attributes.get("href", "").lstrip("#")):
            assert not name or name in found
    assert len(document.all("table")) == len(document.all("caption"))
    assert all("scope" in each for each in document.all("th"))
    assert all(each.get("role") == "img" or each.get("aria-hidden") == "true" for each in document.all("svg"))
    landmarks = [each["aria-label"] for each in document.all("div") if each.get("role") == "region"]
    assert sorted(set(landmarks)) == sorted(landmarks), "each is told from the others"
    assert all({"tabindex", "aria-label"} <= set(each) for each in document.all("div") if each.get("role") == "region")


def test_what_is_on_it(tmp_path: Path) -> None:
    text = page(*scene.chapters(tmp_path)).text
    for part in (
        "Teachers see 3 of 3 images in contoso-labs, contoso-science.",
        "Teachers see 0, perhaps 3, of 3 images in contoso-closed.",
        "Korea Central",
        "no replica for labs here: ubuntu-2204-python, rocky-9-hpc",
        "96.00 USD a month for what is known",
        "Counted with the price of another region (eastus): koreasouth.",
        "Teacher_ML 0.0.1: the size is not known",
        "in 44 days",
        "Azure Lab Services",
        "description: GIS → Changed by hand",
        "This stack could not be looked at, so nothing is known of it.",
        "ask for the role Reader.",
        "Teachers see 1 of 1 image in contoso.",
        "Every lab offers what the catalogue has for it.",
    ):
        assert part in text


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_text(hostile: str, language: Language) -> None:
    name = hostile.replace("/", "÷")  # an id has no slash within a name
    found = scene.gallery(scene.definition(name, "1.0.0", tags={}), scene.definition("rocky-9-hpc", "1.0.0", hostile))
    attached = {"a": GALLERY}
    listed = ListedImages((ListedImage(GALLERY, name, enabled=True),))
    lab = f"{ids.LAB_ACCOUNTS}/{name}"
    labs = {
        scene.FIRST.lower(): ObservedLab(scene.FIRST, "koreacentral", attached, failure=hostile),
        scene.SECOND.lower(): ObservedLab(lab, "koreacentral", attached, listed=listed),
    }
    view = scene.view(observed=scene.observed(found, labs=labs))
    event = replace(view.ends[0], subject=hostile, what=hostile, reason=hostile)
    view = replace(view, ends=(event, *view.ends), gallery_name=hostile, failed=(hostile,))
    chapters = (Chapter(hostile, view), Chapter(hostile, None, error=hostile))
    document = page(*chapters, language=language)
    plain = Document(render([Chapter("dev", view), Chapter("prod", None, "why")], language))
    assert document.problems == []
    assert {tag for tag, _ in document.elements} == {tag for tag, _ in plain.elements}
    assert not any(key.startswith("on") for _, attributes in document.elements for key in attributes)
    shown = hostile.replace("\u202e", "\\u202e")
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)
    assert shown in document.text
    assert "\u202e" not in document.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_is_a_sentence(language: Language) -> None:
    nothing = scene.view(
        catalogue=Catalogue.model_validate({"images": {}}),
        settings=inputs.settings(labAccountIds=[]),
        observed=Observed(),
        rules=PolicyRules(),
        prices=NO_PRICES,
    )
    document = page(Chapter("dev", nothing), language=language)
    assert document.problems == []
    assert "None" not in document.text
    captions = {"en": ["Regions with replicas and labs"]}
    if language == "en":
        assert len(document.all("table")) == len(captions["en"])
        for part in (
            "The gallery does not exist.",
            "nobody sees one",
            "Nothing ends",
            "The gallery holds no replica",
            "There is nothing to show",
        ):
            assert part in document.text


def test_without_prices_gb_are_shown_and_the_sum_is_not_known() -> None:
    text = page(Chapter("dev", scene.view(prices=NO_PRICES))).text
    assert "What this costs is not known, because there are no prices. 1,728 GB in 2 regions are known." in text
    assert "./labs prices --refresh" in text
    assert "0.00" not in text
    text = page(Chapter("dev", _only(prices=NO_PRICES))).text
    assert "What this costs is not known, because there are no prices. At most 128 GB lie in 2 regions." in text


def _only(prices: PriceTable = scene.PRICES, *, soft_delete: bool = False, **changes: Any) -> Overview:
    """The stack with one version in the gallery."""
    found = inputs.observed_gallery(scene.definition("gis", "1.0.0", **changes), soft_delete=soft_delete)
    return scene.view(observed=scene.observed(found), prices=prices)


@pytest.mark.parametrize("changes", [{"os_disk_size_gb": None}, {"replicas": ()}])
@pytest.mark.parametrize("prices", [scene.PRICES, NO_PRICES])
def test_a_cost_of_which_nothing_is_known_is_never_0(prices: PriceTable, changes: dict[str, Any]) -> None:
    catalogue = Catalogue.model_validate({"images": {}})
    found = inputs.observed_gallery(scene.definition("gis", "1.0.0", **changes))
    view = scene.view(catalogue=catalogue, observed=scene.observed(found), prices=prices)
    text = page(Chapter("dev", view)).text
    assert "What this costs is not known." in text
    assert "Not counted:" in text
    assert not re.search(r"(?<![\d.,])0 GB|0\.00", text)


def test_figures_without_data_disks_are_no_bound() -> None:
    text = page(Chapter("dev", _only())).text
    assert "gis1287.04 USD Sum1287.04 USD" in text
    text = page(Chapter("dev", _only(data_disk_count=1))).text
    assert "gis128 + ?7.04 USD + ? Sum128 + ?7.04 USD + ?" in text
    assert "Korea South64 + ?3.20 USD + ?" in text


def test_deleted_versions_that_azure_keeps_are_mentioned() -> None:
    sentence = "Deleted versions that Azure keeps for a while are paid too"
    assert sentence in page(Chapter("dev", _only(soft_delete=True))).text
    assert sentence not in page(Chapter("dev", _only())).text


def test_a_sum_is_printed_once_where_its_table_goes_over_several_pages() -> None:
    printed = re.search(r"@media print \{(.*?)\n\}", render([Chapter("dev", _only())]), re.DOTALL)
    assert printed is not None
    assert "tfoot { display: table-row-group; }" in printed[1]


def test_old_prices_are_said_to_be_old() -> None:
    old = replace(scene.PRICES, day="2025-05-31")
    assert "older than a year" in page(Chapter("dev", scene.view(prices=old))).text
    assert "older than a year" not in page(Chapter("dev", scene.view())).text


def test_it_is_red_where_a_lab_has_no_replica() -> None:
    text = render([Chapter("dev", scene.view())])
    drawn = re.findall(r'<g class="(\w+)">(?:(?!</g>).)*<text[^>]*>([^<]+)</text>', text, re.DOTALL)
    found = {label: colour for colour, label in drawn if "·" in label}
    assert found == {"Japan East · 0": "bad", "Korea Central · 9": "good", "Korea South · 5": "good"}


def test_on_the_map_shape_tells_what_colour_tells() -> None:
    unknown = scene.view(settings=scene.settings(devTestLabIds=[]))
    sure = scene.view(settings=scene.settings(labAccountIds=[scene.FIRST], devTestLabIds=[]))
    shapes: dict[str, set[str]] = {}
    for view in (unknown, sure):
        text = render([Chapter("dev", view)])
        drawn = re.findall(r'<g class="(\w+)">((?:(?!</g>).)*)<text[^>]*>[^<]*·', text, re.DOTALL)
        for colour, shape in drawn:
            kept = re.sub(r'<circle class="ring".*?/>|-?\d+\.\d', "", shape).split()
            shapes.setdefault(colour, set()).add(kept[0] + kept[1])
    assert set(shapes) == {"good", "bad", "warn", "none"}
    assert (shapes["good"], shapes["warn"], shapes["bad"]) == (
        {'<circleclass="point"'},
        {'<pathclass="point"'},
        {'<pathclass="cross"'},
    )
    assert ".map .none .point" in text, "a region without labs is hollow"


def test_regions_that_have_no_place_on_the_map_are_named() -> None:
    replicas = tuple(map(replica, ("koreacentral", "chinaeast2", "atlantis1")))
    found = inputs.observed_gallery(scene.definition("gis", "1.0.0", replicas=replicas))
    text = page(Chapter("dev", scene.view(observed=scene.observed(found)))).text
    assert "Not on the map, because Azure does not publish where they are: China East 2, atlantis1." in text


def _shuffled(mapping: Mapping[str, Value], order: list[int]) -> dict[str, Value]:
    items = sorted(mapping.items())
    return dict(sorted(items, key=lambda item: order[items.index(item) % len(order)]))


@given(st.lists(st.integers(), min_size=8, max_size=8, unique=True))
def test_the_same_input_gives_the_same_page(order: list[int]) -> None:
    found = scene.gallery()
    shuffled = replace(
        found,
        definitions={
            key: replace(each, versions=_shuffled(each.versions, order))
            for key, each in _shuffled(found.definitions, order).items()
        },
    )
    look = scene.observed(shuffled)
    look = replace(look, labs=_shuffled(look.labs, order))
    assert render([Chapter("dev", scene.view(observed=look))]) == _unshuffled()


@cache
def _unshuffled() -> str:
    return render([Chapter("dev", scene.view())])


def test_a_page_of_100_images_is_small_enough_to_mail() -> None:
    assert len(render([Chapter("dev", many(100))]).encode()) <= 300_000


def test_1000_images_that_differ_are_a_page() -> None:
    document = page(Chapter("dev", many(1000)))
    assert document.problems == []
    assert "1,000" in document.text
    assert document.all("details")


def many(number: int) -> Any:
    """So many images with three versions each, in five labs that each miss others of them."""
    names = [f"course-{each:04}" for each in range(number)]
    images = {
        name: inputs.image(
            identifier={"publisher": "contoso", "offer": "labs", "sku": name},
            versions={f"1.{minor}.0": inputs.version() for minor in range(3)},
        )
        for name in names
    }
    versions = ("1.0.0", "1.1.0", "1.2.0")
    found = inputs.observed_gallery(
        *(
            scene.definition(name, *versions[: 3 - (place % 3 == 0)], os_disk_size_gb=30 + place % 90)
            for place, name in enumerate(names)
        )
    )
    accounts = [f"{ids.LAB_ACCOUNTS}/faculty-{each}" for each in range(5)]
    labs = {
        lab.lower(): ObservedLab(
            lab,
            "koreacentral",
            {"a": GALLERY},
            listed=ListedImages(
                tuple(ListedImage(GALLERY, name, enabled=(at + place) % 4 > 0) for at, name in enumerate(names))
            ),
        )
        for place, lab in enumerate(accounts)
    }
    return scene.view(
        catalogue=inputs.catalogue(**images),
        settings=inputs.settings(labAccountIds=accounts),
        observed=Observed(gallery=found, labs=labs, moment=scene.MOMENT),
    )
