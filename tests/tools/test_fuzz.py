"""Any input at all: a result or findings in words. The harnesses of `make fuzz`, driven by hypothesis."""

from __future__ import annotations

import importlib
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.fields.resource_id import EXAMPLE
from catalog.files.document import read
from catalog.stacks.settings import KEYS, SUBSCRIPTION_KEY, Settings, SettingsError, read_settings
from catalog.stacks.stack_file import read_stack
from tests.cli.test_check import CATALOGUE, STACK
from tests.support.commands import run_labs
from tests.support.project import CATALOGUE as SHIPPED
from tests.support.project import ROOT
from tools.fuzz import catalogue, resource_id, yaml_loader
from tools.fuzz.seeds import SEEDS

# What fuzzing found, once each.
FINDINGS: dict[str, tuple[str, bytes]] = {
    "an id with a mark that turns the text around": ("resource_id", EXAMPLE.encode() + "\u202e".encode()),
    "an id with half a character": ("resource_id", EXAMPLE.encode() + b"\x92"),
    "an invisible character in the name of an image with the identifier of another": (
        "catalogue",
        CATALOGUE.replace("  gis:", '  "g\ufeffis":').replace("offer: cad", "offer: gis").encode(),
    ),
    "an image with the name of another but for invisible characters": (
        "catalogue",
        CATALOGUE.replace("  gis:", '  "C\u200bAD":').replace("  cad:", '  "c\u200bad":').encode(),
    ),
    "two spellings of one tag with a long name": (
        "catalogue",
        CATALOGUE.replace(
            "    os_type: Linux", f"    os_type: Linux\n    tags: {{{'a' * 500}: x, {'A' * 500}: y}}"
        ).encode(),
    ),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "input.yaml"


def harness(name: str) -> Callable[[bytes, Path], None]:
    check: Callable[[bytes, Path], None] = importlib.import_module(f"tools.fuzz.{name}").check
    return check


@pytest.mark.parametrize("name", SEEDS)
def test_seeds_hold(name: str, file: Path) -> None:
    seeds = list(SEEDS[name](ROOT))
    assert len(seeds) >= 5
    for seed in seeds:
        harness(name)(seed, file)


@pytest.mark.parametrize("finding", FINDINGS)
def test_findings_stay_mended(finding: str, file: Path) -> None:
    name, content = FINDINGS[finding]
    harness(name)(content, file)


def test_a_harness_notices(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.files.document._WORDS", {"a": None})
    monkeypatch.setattr("catalog.files.document._line", lambda event: 99)
    with pytest.raises(AssertionError):
        yaml_loader.check(b"a: a\n", file)


anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
SIGNS = "a|b: |- |? |: |\n|\n  |\n    |{|}|[|]|, |'|\"|>-\n|# c|&a |*a|!t |---\n|...\n"
SCALARS = "%YAML 1.1\n|~|1.10|-.5e3|0x1|true|\\x41|\t|\r\n"
pieces = st.sampled_from([*SIGNS.split("|"), *SCALARS.split("|"), "|\n", "\u2028", "\ufeff"])


@anything
@given(st.lists(pieces | st.text(max_size=3), max_size=25).map("".join))
def test_any_yaml(file: Path, text: str) -> None:
    yaml_loader.check(text.encode("utf-8", "surrogatepass"), file)


# JSON escapes what lies beyond in two halves, which YAML does not know.
in_one_escape = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)


@anything
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**18) + 1, 10**18 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | in_one_escape,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(in_one_escape, inner, max_size=4),
        max_leaves=12,
    ).filter(lambda value: value is not None)
)
def test_what_was_written_is_read(file: Path, value: Any) -> None:
    """JSON is YAML: every value comes back as it was, and every text as text."""
    file.write_text(json.dumps(value), encoding="utf-8")
    document = read(file)
    assert document.value == value
    assert document.diagnostics == ()


@anything
@given(st.lists(st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 9), st.text(max_size=6)), max_size=4))
def test_any_id(file: Path, changes: list[tuple[int, int, str]]) -> None:
    text = EXAMPLE
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    resource_id.check(text.encode("utf-8", "surrogatepass"), file)


words = st.sampled_from(
    [
        "",
        "true",
        "3",
        "home",
        "koreacentral",
        "Korea Central, japaneast",
        "[",
        '["koreacentral"]',
        "{",
        '{"a": "b"}',
        EXAMPLE,
    ]
)


@given(st.dictionaries(st.sampled_from([*KEYS, SUBSCRIPTION_KEY]), words | st.text(max_size=12), max_size=8))
def test_any_configuration(values: dict[str, str]) -> None:
    """The engine passes texts: settings, or findings that each name a key, missing ones included."""
    try:
        assert isinstance(read_settings(values, project="lab-image-gallery", stack="dev"), Settings)
    except SettingsError as error:
        told = [str(problem) for problem in error.diagnostics]
        assert told
        assert all(line.isprintable() and line.startswith("Pulumi.dev.yaml: ") for line in told)
        required = {"galleryName", "resourceGroupName", "location"}
        missing = {line.split(": ")[1].rpartition(":")[2] for line in told if ": is missing" in line}
        assert required - values.keys() <= missing


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and everything printed, having made sure that the command ended by itself."""
    result = run_labs(*arguments)
    assert all(line.isprintable() for line in result.output.splitlines())
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "images.yaml").write_text(CATALOGUE, encoding="utf-8")
    return folder


few = settings(anything, max_examples=50)


@few
@given(st.lists(st.tuples(st.integers(0, len(STACK)), st.integers(0, 30), st.text(max_size=8) | pieces), max_size=3))
def test_any_stack_file(folder: Path, monkeypatch: pytest.MonkeyPatch, changes: list[tuple[int, int, str]]) -> None:
    monkeypatch.chdir(folder)
    text = STACK
    for start, length, new in changes:
        text = text[:start] + new + text[start + length :]
    Path("Pulumi.dev.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    code, output = run("check", "Pulumi.dev.yaml")
    assert code in {0, 1}
    assert ("stored GB" in output) is (code == 0 and "secure" not in text), output
    if code == 0:
        assert read_stack(Path("Pulumi.dev.yaml")).diagnostics == ()


arguments = st.sampled_from(
    ["check", "regions", "--json", "--help", "--", "-", "images.yaml", "korea", "--jso", "-hx", "."]
)


@few
@given(st.lists(arguments | st.text(st.characters(exclude_characters="\0"), max_size=8), max_size=4))
def test_any_arguments(folder: Path, monkeypatch: pytest.MonkeyPatch, given_arguments: list[str]) -> None:
    monkeypatch.chdir(folder)
    code, output = run(*given_arguments)
    assert code in {0, 1, 2}, shlex.join(given_arguments)
    assert output
    if "--json" in given_arguments and output.startswith("{"):
        assert json.loads(output)["ok"] is (code == 0)


def test_any_catalogue_bytes_of_the_repository_cut_short(file: Path) -> None:
    content = (ROOT / SHIPPED).read_bytes()
    for end in range(0, len(content), 97):
        catalogue.check(content[:end], file)
