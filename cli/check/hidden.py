"""Findings of `labs check` about images that teachers would not see, and about exemptions that do not excuse them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.files.diagnostic import Diagnostic, shown
from catalog.files.document import Document, read
from catalog.images.catalogue import Catalogue
from catalog.stacks.stack_file import Stack
from cli.check.policy_config import CONFIG, policy_rules
from cli.check.warning import CheckWarning, exemption_warning, hidden_warning
from lifecycle.declared import HiddenImage, hidden_images, sentence


@dataclass(frozen=True, slots=True)
class Judged:
    """A catalogue (its name) that is judged as one stack has it, or alone, with a configuration of the policies."""

    catalogue: str
    stack: Stack | None
    config: Path


def hidden_findings(
    judged: Sequence[Judged], catalogues: Mapping[str, Catalogue], today: date
) -> tuple[list[Diagnostic], list[CheckWarning]]:
    """What teachers would not see by what the files say: errors, and as warnings what the policies let through."""
    errors: list[Diagnostic] = []
    warnings: list[CheckWarning] = []
    for name, catalogue in catalogues.items():
        found = [
            (each.stack, hidden)
            for each in judged
            if each.catalogue == name
            for hidden in hidden_images(
                catalogue, each.stack.settings if each.stack else None, policy_rules(each.config), today
            )
        ]
        if found:
            # Read again for the lines, which a loaded catalogue does not keep.
            document = read(Path(name))
            for diagnostic, group in _grouped(found, document):
                if group[0].excuse is None:
                    errors.append(diagnostic)
                else:
                    warnings.append(hidden_warning(diagnostic, group))
    return sorted(errors, key=lambda error: (error.file, error.line or 0)), warnings


def _grouped(
    found: Sequence[tuple[Stack | None, HiddenImage]], document: Document
) -> Iterator[tuple[Diagnostic, list[HiddenImage]]]:
    """A finding for each place and reason. What one stack does not excuse is not excused."""
    refused = {(hidden.path, hidden.reason.text) for _, hidden in found if hidden.excuse is None}
    groups: dict[tuple[tuple[str, ...], str, str], list[HiddenImage]] = {}
    for stack, hidden in found:
        if hidden.excuse is not None and (hidden.path, hidden.reason.text) in refused:
            continue
        path = hidden.path
        if document.raw_of(path) is None and document.raw_of(("defaults", path[-1])) is not None:
            path = ("defaults", path[-1])
        where = f"in stack {stack.name}: " if stack and hidden.reason.kind == "no_replica" else ""
        groups.setdefault((path, hidden.reason.text, where + (hidden.excuse or "")), []).append(hidden)
    for (path, _, where), group in groups.items():
        prefix = where.removesuffix(group[0].excuse or "")
        yield document.diagnostic(path, prefix + sentence(group)), group


def exemption_findings(
    judged: Sequence[Judged], catalogues: Mapping[str, Catalogue]
) -> tuple[list[Diagnostic], list[CheckWarning]]:
    """Exemptions that match no image, which the policies refuse at the next preview.

    One that matches in another catalogue only is a warning: a stack may have a configuration by an option, unseen here.
    """
    errors: list[Diagnostic] = []
    warnings: list[CheckWarning] = []
    by_config: dict[Path, list[Judged]] = {}
    for each in judged:
        by_config.setdefault(each.config, []).append(each)
    for config, users in by_config.items():
        rules = policy_rules(config)
        if not rules.exemptions or not catalogues.keys() >= {each.catalogue for each in users}:
            continue  # of a catalogue that cannot be read nobody knows the images
        document = read(config)
        for one in rules.exemptions:
            path = (one.policy, "exemptions", one.position)
            lacking = [each for each in users if not _has(catalogues[each.catalogue], one.image)]
            where = " or ".join(dict.fromkeys(each.catalogue for each in lacking))
            missing = f"{where} has no image {shown(one.image)}, so"
            stacks = [each.stack.name for each in lacking if each.stack is not None]
            if lacking and len(lacking) == len(users):
                advice = (
                    "this exemption excuses nothing now, would excuse whatever is given that name later, and the "
                    "preview refuses it; correct the name, or take it out"
                )
                errors.append(document.diagnostic(path, f"{missing} {advice}"))
            elif stacks:
                advice = (
                    f"the preview of stack {', '.join(stacks)} refuses this exemption; give a catalogue with other "
                    "images a configuration of its own (docs/reference/policies.md)"
                )
                warnings.append(exemption_warning(document.diagnostic(path, f"{missing} {advice}")))
    return errors, warnings


def _has(catalogue: Catalogue, image: str) -> bool:
    """Whether the catalogue has the image. Azure compares names without regard to case."""
    return image.lower() in (name.lower() for name in catalogue.images)


def beside(catalogue: str) -> Path:
    """The configuration of the policies for a catalogue that no stack names: the one in its folder."""
    return Path(catalogue).parent / CONFIG
