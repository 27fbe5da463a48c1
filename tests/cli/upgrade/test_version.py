"""The version stands once, and everything that repeats it is equal to it."""

from __future__ import annotations

import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cli.upgrade import changelog
from cli.upgrade.changelog import Section, between, sections, wrapped
from cli.upgrade.version import Version, own_version, version_in
from tests.support.commands import run_labs
from tests.support.project import ROOT

numbers = st.integers(0, 999_999_999)
versions = st.builds(Version, numbers, numbers, numbers)
TEXT = """# Changelog

Words.

## [Unreleased]

* Not yet.

## [0.10.0] - 2027-01-02

### Added

* Ten.

## [0.2.1] - 2026-12-24

* Two.
## 0.2.0 - 2026-12-01

* One.

## Notes of another kind

* Nothing.
"""


def test_the_command_prints_the_version_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    result = run_labs("--version")
    assert (result.exit_code, result.stdout) == (0, f"labs {project['version']}\n")


def test_the_policy_pack_has_the_version() -> None:
    pack = yaml.safe_load((ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert pack["version"] == str(own_version())


def test_the_newest_section_of_the_changelog_is_of_the_version() -> None:
    text = (ROOT / changelog.FILE).read_text(encoding="utf-8")
    released = sections(text)
    assert released[0].version == own_version()
    assert [section.version for section in released] == sorted((section.version for section in released), reverse=True)
    assert all(section.notes for section in released)
    assert text.index("\n## [Unreleased]\n") < text.index(f"\n## [{own_version()}] - ")
    assert len(released) == text.count("\n## ") - 1, "a section is neither a release nor unreleased"


@given(versions)
def test_a_version_reads_what_it_writes(version: Version) -> None:
    assert Version.of(str(version)) == Version.of_tag(version.tag) == version
    assert version_in(f'[project]\nname = "lab-image-gallery"\nversion = "{version}"') == version


@given(versions, versions)
def test_versions_compare_by_number(one: Version, other: Version) -> None:
    numbers_of = [tuple(map(int, str(version).split("."))) for version in (one, other)]
    assert (one < other) is (numbers_of[0] < numbers_of[1])


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "1.2.03", "1.2.3-rc.1", "1.2.3\n", " 1.2.3", "1.2.٣", "v1.2.3"]
)
def test_no_version(text: str) -> None:
    assert Version.of(text) is None
    assert Version.of_tag(text) is None or text == "v1.2.3"


def test_sections_between_two_releases() -> None:
    assert [str(section.version) for section in sections(TEXT)] == ["0.10.0", "0.2.1", "0.2.0"]
    assert sections(TEXT)[1] == Section(Version(0, 2, 1), "2026-12-24", "* Two.")
    assert sections(TEXT.replace("\n", "\r\n")) == sections(TEXT)
    chosen = between(TEXT, Version(0, 2, 0), Version(0, 10, 0))
    assert [section.notes for section in chosen] == ["### Added\n\n* Ten.", "* Two."]
    assert between(TEXT, Version(0, 10, 0), Version(1, 0, 0)) == []


def test_notes_are_filled_to_the_terminal() -> None:
    notes = "### Added\n\n* one two three\n  four\n  * below that\n* `a-b`\n\nwords and more words"
    assert list(wrapped(notes, 12)) == [
        "### Added",
        "",
        "* one two",
        "  three four",
        "  * below",
        "    that",
        "* `a-b`",
        "",
        "words and",
        "more words",
    ]
    assert list(wrapped("", 12)) == [""]


@given(st.text(st.sampled_from("ab *-#\n"), max_size=60), st.integers(10, 40))
def test_no_word_of_the_notes_is_lost(notes: str, width: int) -> None:
    words = notes.split()
    assert "".join(" ".join(wrapped(notes, width)).split()) == "".join(words)
