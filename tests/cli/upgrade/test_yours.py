"""What is the administrator's: yours.txt as git reads it, and the catalogues that their stacks name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from cli.upgrade.git import Git
from cli.upgrade.yours import Lists, named_by_stacks, yours
from tests.support.project import ROOT
from tests.support.releases import STACK, write

HERE = Git(ROOT)
SHIPPED = (ROOT / "yours.txt").read_text(encoding="utf-8")

parts = st.text(st.sampled_from("ab.*é"), min_size=1, max_size=3).filter(lambda part: part not in {".", ".."})
plain = parts.filter(lambda part: "*" not in part)
paths = st.lists(plain, min_size=1, max_size=3).map("/".join)
patterns = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "!", "/", "!/"]),
    st.lists(parts, min_size=1, max_size=2).map("/".join),
    st.sampled_from(["", "/"]),
)


@pytest.mark.parametrize(
    ("path", "theirs"),
    [
        ("images.yaml", True),
        ("Pulumi.prod.yaml", True),
        ("Pulumi.a.b.yaml", True),
        ("policy-config.json", True),
        ("catalog/regions/prices.json", True),
        ("policies/lab_image_policies/prices.json", True),
        (".github/CODEOWNERS", True),
        ("Pulumi.dev.yaml", False),
        ("Pulumi.yaml", False),
        ("sandbox/images.yaml", False),
        ("sandbox/policy-config.json", False),
        ("sandbox/prices.json", False),
        ("catalog/regions/regions.json", False),
        ("examples/united-states/Pulumi.us.yaml", False),
        ("examples/united-states/images.yaml", False),
        ("images.yaml/below", True),
        ("README.md", False),
        ("labs", False),
        ("yours.txt", False),
    ],
)
def test_the_list_that_is_shipped(path: str, theirs: bool) -> None:
    assert (path in HERE.matching(SHIPPED, [path])) is theirs


@given(st.lists(patterns, max_size=4).map("\n".join), st.frozensets(paths, min_size=1, max_size=8))
@settings(max_examples=40)
def test_patterns_mean_what_a_gitignore_means(text: str, asked: frozenset[str]) -> None:
    # Git itself matches; another reader of the same syntax agrees.
    spec = GitIgnoreSpec.from_lines(text.splitlines())
    assert HERE.matching(text, asked) == {path for path in asked if spec.match_file(path)}


def test_names_of_any_kind_and_none_at_all() -> None:
    asked = ["a b", "tab\there", "line\nbreak", "ünï", "-x", "quote\"'", b"\xff".decode(errors="surrogateescape")]
    assert HERE.matching("*", asked) == set(asked)
    assert HERE.matching("/x", asked) == set()
    assert HERE.matching("*", []) == set()
    assert HERE.matching("", asked) == set()


def test_a_release_takes_nothing_over_and_may_bring_a_file_whose_name_was_theirs() -> None:
    lists = Lists(now="/flows/*\n", next="/flows/*\n!/flows/new\n!/flows/own\n/more\n")
    asked = ["flows/new", "flows/own", "flows/other", "more", "program"]
    assert yours(HERE, lists, {"flows/own"}, asked) == {"flows/own", "flows/other", "more"}


def test_catalogues_of_their_stacks_however_they_are_spelled(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "project"
    named = {
        "a": "  lab-image-gallery:catalog: a/./b/../images.yaml\n",
        "b": "  catalog: b.yaml\n",
        "c": f"  lab-image-gallery:catalog: {folder}/c.yaml\n",
        "d": "  lab-image-gallery:catalog: ../outside/d.yaml\n",
        "e": "  lab-image-gallery:catalog: link.yaml\n",
        "f": "",
        "dev": "  lab-image-gallery:catalog: sandbox/images.yaml\n",
    }
    write(folder, {f"Pulumi.{stack}.yaml": STACK + line for stack, line in named.items()})
    write(folder, {"Pulumi.yaml": "name: lab-image-gallery\n", "target/e.yaml": "images: {}\n"})
    (folder / "link.yaml").symlink_to("target/e.yaml")
    found = named_by_stacks(HERE, SHIPPED, folder)
    assert [stack.name for stack in found.stacks] == ["a", "b", "c", "d", "e", "f"]
    assert found.catalogues == {"a/images.yaml", "b.yaml", "c.yaml", "link.yaml", "target/e.yaml", "images.yaml"}
    assert found.problems == ()


def test_a_stack_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    project = {"Pulumi.yaml": "name: lab-image-gallery\n"}
    write(tmp_path, {**project, "Pulumi.prod.yaml": "config: [", "Pulumi.staging.yaml": STACK + "  unknown: 1\n"})
    found = named_by_stacks(HERE, SHIPPED, tmp_path)
    assert [problem.file.rpartition("/")[2] for problem in found.problems] == ["Pulumi.prod.yaml"]


@pytest.mark.parametrize("project", [None, "name: [", "runtime: python\n"])
def test_without_a_project_it_is_not_known_what_the_stacks_are(tmp_path: Path, project: str | None) -> None:
    write(tmp_path, {"Pulumi.prod.yaml": STACK, **({"Pulumi.yaml": project} if project else {})})
    found = named_by_stacks(HERE, SHIPPED, tmp_path)
    assert [Path(problem.file).name for problem in found.problems] == ["Pulumi.yaml"]
