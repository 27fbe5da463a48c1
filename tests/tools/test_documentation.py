"""Every page can be found, starts with its command, and names only what is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli.labs import labs
from tests.support.project import CATALOGUE, ROOT

INDEX = ROOT / "docs" / "README.md"
BY_READER = ("publish", "run", "reference")
GENERATED = {ROOT / "docs" / "reference" / f"{name}.md" for name in ("configuration", "commands", "outputs")}
PAGES = sorted({*(ROOT / "docs").rglob("*.md")} - {INDEX})
OTHERS = [
    *sorted(ROOT.glob("README*.md")),
    *(ROOT / name for name in ("sandbox/README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]
MAY_BE_GONE = {".github/dependabot.yml", ".github/CODEOWNERS"}
"""Files that are the administrator's, who may have deleted them."""
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
TOP = [path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]
NAMED = re.compile(rf"(?<![\w./:…-])((?:{'|'.join(sorted(TOP))}|\.github|\.ci)/[\w./-]*[\w/-])")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(page: Path) -> list[tuple[str, str]]:
    """Text and target of each link of a page to another file or heading."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    return [(text, target) for text, target in LINK.findall(text) if "://" not in target]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def test_every_page_is_in_the_index_under_its_title() -> None:
    listed = {(INDEX.parent / target).resolve(): text for text, target in links(INDEX)}
    assert [name(page) for page in PAGES if page not in listed] == []
    for page in PAGES:
        assert page.read_text(encoding="utf-8").startswith(f"# {listed[page]}\n"), name(page)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_a_noun_title_and_starts_with_its_command(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# [A-Z][^\n?]{3,40}\n", text)
    if page.parent.name in BY_READER and page not in GENERATED:
        assert re.match(r"# .*\n\n(<!--.*-->\n\n)?```(console|sh)\n", text)


@pytest.mark.parametrize("page", [INDEX, *PAGES, *OTHERS], ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for _, target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pytest.mark.parametrize("page", [INDEX, *PAGES, *OTHERS], ids=name)
def test_paths_that_a_page_names_exist(page: Path) -> None:
    named = sorted(set(NAMED.findall(page.read_text(encoding="utf-8"))))
    missing = [path for path in named if not (ROOT / path).exists() and ROOT / path not in GENERATED]
    assert [path for path in missing if not path.startswith("policies/.venv") and path not in MAY_BE_GONE] == []


def test_code_and_messages_name_pages_that_exist() -> None:
    sources = [path for folder in TOP for path in (ROOT / folder).rglob("*.py") if ".venv" not in path.parts]
    others = [ROOT / each for each in (CATALOGUE, "Pulumi.yaml", "azure-pipelines.yml")]
    scripts = [path for path in (ROOT / "tools" / "pipeline").iterdir() if path.is_file()]
    for source in (*sources, *others, *scripts):
        for path in re.findall(r"(?<![\w/.-])docs/[\w/-]+\.md", source.read_text(encoding="utf-8")):
            assert (ROOT / path).exists(), f"{name(source)}: {path}"


MESSAGES = re.compile(r"^\| the message speaks of .*?\n\n", re.MULTILINE | re.DOTALL)
EXPLAINING = [page for page in PAGES if MESSAGES.search(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", EXPLAINING, ids=name)
def test_messages_that_a_page_explains_are_messages_of_the_program(page: Path) -> None:
    folders = ("catalog", "cli", "inventory", "lifecycle", "plan")
    sources = (path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py"))
    # A text that goes over several lines of code is one text.
    code = re.sub(r'"\s*\n\s*f?"', "", "\n".join(sources))
    (table,) = MESSAGES.findall(page.read_text(encoding="utf-8") + "\n\n")
    first_cells = [row.split("|")[1] for row in table.splitlines() if row]
    quoted = [quote for cell in first_cells for quote in re.findall(r'"([^"]*)"', cell)]
    assert len(quoted) > 4
    parts = [part.strip() for quote in quoted for part in quote.split("…")]
    # The last word may be a value, which the message's form puts there.
    forms = {part: f"{part.rpartition(' ')[0]} {{" if " " in part else part for part in parts}
    assert [part for part in parts if part not in code and forms[part] not in code] == []


def test_the_readme_fits_on_two_screens() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


CALLS = re.compile(r"(?:\./|sandbox/)labs ([a-z][a-z-]+)(?![\w/-])([^`|\n]*)")
TALKING = [
    *(path for path in (INDEX, *PAGES, *OTHERS) if path.name != "commands.md"),
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    *(path for path in (ROOT / "tools" / "pipeline").iterdir() if path.is_file()),
    *(ROOT / each for each in ("azure-pipelines.yml", "Makefile", "sandbox/preview", "sandbox/rehearse")),
]


@pytest.mark.parametrize("path", TALKING, ids=name)
def test_commands_of_labs_that_are_named_exist_with_their_options(path: Path) -> None:
    wrong = []
    for command, rest in CALLS.findall(path.read_text(encoding="utf-8")):
        found = labs.get_command(click.Context(labs), command)
        known = {option for parameter in found.params for option in parameter.opts} if found else set()
        given = re.findall(r"(?<=\s)--[a-z-]+", rest.partition(" && ")[0])
        wrong += [f"labs {command}{rest}"] if found is None or set(given) - known - {"--help"} else []
    assert wrong == []


def test_messages_that_the_page_about_drift_quotes_are_those_of_the_program() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "plan").glob("*.py"))
    text = (ROOT / "docs" / "run" / "drift.md").read_text(encoding="utf-8")
    quotes = [" ".join(found.split()) for found in re.findall(r"(?<![*\w])\*([^*|]+ [^*|]+)\*", text)]
    assert "its replicas in … would be deleted" in quotes
    for quote in quotes:
        for words in quote.split("…"):
            assert words.strip() in sources, quote
