"""Findings name the line of the file, and link to it where a web page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.stacks.project import find_project
from cli.report.layout import MARKDOWN, PLAIN
from cli.report.line import Link
from cli.report.places import DRIFT, Places, Web
from cli.report.render import render
from cli.report.run import Message, Run

COMMIT = "1a" * 20
GITHUB = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "contoso/images", "GITHUB_SHA": COMMIT}
AZURE = {
    "BUILD_REPOSITORY_URI": "https://dev.azure.com/contoso/labs/_git/images",
    "BUILD_REPOSITORY_PROVIDER": "TfsGit",
    "BUILD_SOURCEVERSION": COMMIT,
}
CATALOGUE = """images:
  gis:
    versions:
      1.0.0: {}
      1.0.0.1: {}
  gis-2:
    versions:
      1.0.0: {}
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name, text in (
        ("Pulumi.yaml", "name: lab-image-gallery"),
        ("Pulumi.prod.yaml", "config: {}"),
        ("Pulumi.other.yaml", "config: {catalog: gone.yaml}"),
        ("images.yaml", CATALOGUE),
        (DRIFT, ""),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    web = Web.of({**GITHUB, "GITHUB_WORKSPACE": str(tmp_path)})
    return Places(find_project(tmp_path), web)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("gis 1.0.0: the OS disk has 256 GB", 4),
        ("gis: it has no version", 2),
        ("images.gis.versions.1.0.0.1: source", 5),
        ("change images.gis-2.versions.1.0.0 in the catalogue", 8),
        ("gis-2 1.0.0: see gis 1.0.0: too", 8),
        ("put the source of images.gis.versions.1.0.0.", 4),
        ("카탈로그의 images.gis-2.versions.1.0.0에 쓰십시오", 8),
        ("nothing about gis", None),
        ("images.gisx.versions.1.0.0", None),
    ],
)
def test_the_line_of_a_message(places: Places, message: str, line: int | None) -> None:
    found = places.line("prod", message)
    assert (found.address if found else None) == (
        f"https://github.com/contoso/images/blob/{COMMIT}/images.yaml#L{line}" if line else None
    )


def test_a_finding_links_to_its_line_and_its_page(places: Places) -> None:
    message = Message("image-single-disk", "gis 1.0.0: it has 2 disks")
    run = Run("prod", began=True, ended="failed", refusals=[message], errors=[Message("", "images.gis-2: @all")])
    page = f"https://github.com/contoso/images/blob/{COMMIT}/images.yaml"
    shown = render([run], MARKDOWN, places=places)
    assert (
        f"- `image-single-disk`: gis 1.0.0: it has 2 disks ([`images.yaml:4`]({page}#L4), "
        "`docs/reference/policies.md#image-single-disk`)\n"
    ) in shown
    assert f"- `images.gis-2`: `@all` ([`images.yaml:6`]({page}#L6))\n" in shown
    assert "1.0.0: it has 2 disks (images.yaml:4," in render([run], PLAIN, places=places)


def test_no_place_is_no_error(places: Places) -> None:
    for stack in ("other", "missing", "../prod", "a b"):
        assert places.line(stack, "gis 1.0.0: x") is None
    assert Places().line("prod", "gis 1.0.0: x") is None
    assert Places().page(DRIFT) == Link(DRIFT)
    assert places.page(DRIFT, "x").address.endswith("/docs/run/drift.md#x")
    assert places.page("README.md").address == ""


def test_pages_of_each_pipeline(tmp_path: Path) -> None:
    file = tmp_path / "labs (1)" / "images.yaml"
    github = Web.of({**GITHUB, "GITHUB_WORKSPACE": str(tmp_path)})
    azure = Web.of({**AZURE, "BUILD_SOURCESDIRECTORY": str(tmp_path)})
    assert github is not None
    assert azure is not None
    assert github.address(file, 7) == f"https://github.com/contoso/images/blob/{COMMIT}/labs%20%281%29/images.yaml#L7"
    assert azure.address(file, 7).startswith(
        f"https://dev.azure.com/contoso/labs/_git/images?path=/labs%20%281%29/images.yaml&version=GC{COMMIT}&line=7&"
    )
    assert azure.address(file) == (
        f"https://dev.azure.com/contoso/labs/_git/images?path=/labs%20%281%29/images.yaml&version=GC{COMMIT}"
    )
    assert github.address(tmp_path.parent / "images.yaml") == ""


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {**GITHUB, "GITHUB_SHA": "main"},
        {**GITHUB, "GITHUB_SERVER_URL": "javascript:x"},
        {**AZURE, "BUILD_SOURCEVERSION": ""},
    ],
)
def test_no_page_outside_of_a_pipeline(environment: dict[str, str]) -> None:
    assert Web.of(environment) is None
