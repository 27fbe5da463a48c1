"""How far a build is, from what Go says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.engine.get.compilation import LINKING, Compilation, downloads


def said(*packages: str) -> str:
    return "".join(f"{package}\n" for package in packages)


def test_packages_have_the_size_of_the_files_that_are_compiled(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("x" * 100)
    (tmp_path / "b.go").write_text("x" * 20)
    listed = f"example.com/a\t{tmp_path}\ta.go\tb.go\nexample.com/b\t{tmp_path}\tb.go\nunsafe\t{tmp_path}\n"
    assert Compilation.of(listed).sizes == {"example.com/a": 120, "example.com/b": 20, "unsafe": 0}


def test_a_file_that_is_gone_counts_nothing(tmp_path: Path) -> None:
    assert Compilation.of(f"example.com/a\t{tmp_path}\tgone.go\n").sizes == {"example.com/a": 0}


def test_the_rest_is_told_from_the_time_that_the_first_bytes_took() -> None:
    compilation = Compilation({"long": 500, "short": 2, "rest": 498})
    shown = compilation.follow(said("short", "long"), 120)
    share = (1 - LINKING) * 502 / 1000
    assert shown == f"{share:.0%}, {120 * (1 - share) / share / 60:.0f} min left" == "48%, 2 min left"


def test_packages_that_are_no_part_of_it_and_downloads_do_not_count() -> None:
    compilation = Compilation({"long": 500, "rest": 500})
    assert compilation.follow("go: downloading example.com/x v1.0.0\nlong\nlong\n# other\n", 100).startswith("48%")


def test_the_last_seconds_are_no_minutes() -> None:
    assert Compilation({"long": 900, "rest": 100}).follow(said("long"), 100) == "86%, less than a minute left"


@pytest.mark.parametrize(("packages", "seconds"), [((), 100.0), (("short",), 100.0), (("long",), 1.0)])
def test_nothing_is_told_from_too_little(packages: tuple[str, ...], seconds: float) -> None:
    assert Compilation({"long": 500, "short": 2, "rest": 498}).follow(said(*packages), seconds) == "some minutes"


def test_when_all_is_compiled_it_is_linked() -> None:
    assert Compilation({"a": 1, "b": 1}).follow(said("b", "a"), 100) == "linking"
    assert Compilation({}).follow("", 0) == "linking"


def test_messages_are_all_but_names_of_packages() -> None:
    compilation = Compilation({"example.com/a": 1, "example.com/b": 1})
    text = "example.com/a\n# example.com/a\na.go:1: undefined\nexample.com/b\n"
    assert compilation.messages(text) == ["# example.com/a", "a.go:1: undefined"]


def test_downloads_are_counted() -> None:
    assert downloads("", 1) == ""
    assert downloads("go: downloading a v1\ngo: finding b\ngo: downloading b v2\n", 1) == "2 modules"
