"""The pages of docs/reference that are made from code: configuration keys, commands, outputs; and what is yours.

`python -m tools.reference` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click
import yaml

from catalog.stacks.settings import KEYS, SUBSCRIPTION_KEY, command_of, types_of
from cli.labs import labs

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs" / "reference"
WIDTH: Final = 100

OUTPUTS: Final[Mapping[str, tuple[str, str]]] = {
    "galleryId": ("id", "Resource id of the gallery."),
    "imageDefinitionIds": ("{image: id}", "Resource id of each image definition."),
    "latestDeclaredVersions": (
        "{image: version}",
        "Highest version of each image in the catalogue; an image with `versions: external` has none there.",
    ),
    "targetRegions": (
        "{image: {version: [region]}}",
        "Regions that each version of the catalogue is replicated to, home region first.",
    ),
    "attachments": ("[id]", "Resource ids of the attachments to lab accounts and DevTest labs, and of the lab plan."),
}
"""The stack's outputs: form and meaning. `components/declaration.py` has their values."""

JSON: Final = """\
With `--json` a command prints one JSON object: keys in snake_case, `ok` first, which is false where the exit code is
not 0. A command that has no answer, wrong usage included, prints `{"ok": false, "error": "…"}`. `stacks --legs` alone
has the form that Azure Pipelines wants."""

_TYPES: Final = {bool: "boolean", int: "integer", str: "string", tuple: "list", dict: "object"}


def configuration() -> str:
    """The page about configuration keys."""
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
    provider = {"type": "string", "description": "The subscription that the stack is in; the provider's own key"}
    # Others than the project's own, such as pulumi:tags, come from the engine.
    own = {key: entry for key, entry in declared.items() if ":" not in key}
    keys: dict[str, dict[str, Any]] = {"subscriptionId": provider, **own}
    rows = [
        (
            f"`{SUBSCRIPTION_KEY if key == 'subscriptionId' else key}`",
            _type(key, entry),
            _default(entry),
            entry["description"],
        )
        for key, entry in keys.items()
    ]
    return _page(
        "Configuration keys",
        _console(["pulumi config set KEY VALUE"]),
        "Keys of a stack, in `Pulumi.<stack>.yaml`. `./labs check` finds wrong ones. An empty value is the default.",
        _table(("key", "type", "default", "meaning"), rows),
        "## Commands",
        "One example for each key, in the same order:",
        _console(map(command_of, keys)),
    )


def commands() -> str:
    """The page about the commands of `labs`."""
    group = click.Context(labs, info_name="./labs", terminal_width=WIDTH, **labs.context_settings)
    parts = [_console(["./labs --help"]), _text(labs.get_help(group)), JSON]
    for name in labs.list_commands(group):
        command = labs.get_command(group, name)
        if command is not None:
            context = click.Context(command, group, name, terminal_width=WIDTH)
            parts += [f"## {name}", _text(command.get_help(context))]
    return _page("Commands", *parts)


def outputs() -> str:
    """The page about the stack's outputs."""
    rows = [(f"`{name}`", f"`{form}`", meaning) for name, (form, meaning) in OUTPUTS.items()]
    return _page(
        "Stack outputs",
        _console(["pulumi stack output galleryId", "pulumi stack output --json"]),
        "Values for other programs, which read them through a stack reference.",
        _table(("output", "form", "meaning"), rows),
    )


PAGES: Final = {"configuration.md": configuration, "commands.md": commands, "outputs.md": outputs}
"""The pages by file name."""


UPGRADE: Final = ROOT / "docs" / "run" / "upgrade.md"
_YOURS: Final = re.compile(r"(<!-- yours\.txt: make generated -->\n\n)```text\n.*?```", re.DOTALL)


def with_yours(page: str) -> str:
    """The page about upgrades with the patterns of yours.txt in it."""
    lines = (ROOT / "yours.txt").read_text(encoding="utf-8").splitlines()
    patterns = "\n".join(line for line in lines if line and not line.startswith("#"))
    return _YOURS.sub(lambda found: found[1] + _text(patterns), page)


def _type(key: str, entry: Mapping[str, Any]) -> str:
    if entry.get("type") == "array":
        return f"list of {entry['items']['type']}s"
    # A key that takes a word or a list has no type in Pulumi.yaml, which knows no such thing.
    found = types_of(KEYS[key]) if "type" not in entry else frozenset()
    return entry.get("type") or " or ".join(name for plain, name in _TYPES.items() if plain in found)


def _default(entry: Mapping[str, Any]) -> str:
    if "default" not in entry:
        return "required"
    value = entry["default"]
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value not in ("", [], {}) else ""


def _page(title: str, *parts: str) -> str:
    note = "<!-- Generated: make generated -->"
    return "\n\n".join((f"# {title}", note, *parts)) + "\n"


def _console(lines: Iterable[str]) -> str:
    return "\n".join(("```console", *(f"$ {line}" for line in lines), "```"))


def _text(text: str) -> str:
    return f"```text\n{text}\n```"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
    UPGRADE.write_text(with_yours(UPGRADE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
