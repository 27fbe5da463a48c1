"""Which files `labs check` reads, and its findings in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from catalog.files.diagnostic import Diagnostic, InvalidFile, escaped
from catalog.files.document import read
from catalog.files.field_error import FieldError
from catalog.images.catalogue import Catalogue, load
from catalog.stacks.project import STACK_FILES, Project, find_project
from catalog.stacks.stack_file import DEFAULT_CATALOGUE, Stack, is_stack_file, read_stack
from cli.check.hidden import Judged, beside, exemption_findings, hidden_findings
from cli.check.policy_config import CONFIG, check_policy_config, config_of
from cli.check.warning import (
    CheckWarning,
    ends_warning,
    lab_services_warning,
    no_images_warning,
    principal_warning,
    unread_warning,
)
from cli.program import commands, own_labs
from cli.terminal import Unreadable
from lifecycle.end_of_life import ending_soon
from lifecycle.lab_principals import unnamed_principal
from plan.limits import image_problems
from plan.storage import Storage, storage_in_one_region, version_storage

NEW_CATALOGUE: Final = "; get it back with git restore, or write `images: {}` into it for a catalogue without images"


@dataclass(frozen=True, slots=True)
class StorageReport:
    """Storage of the images of one catalogue: in the stack `stack`, or in a single region if that is None.

    `external` names those whose versions others publish: what these occupy no file says.
    """

    catalogue: str
    stack: Stack | None
    images: dict[str, Storage]
    external: tuple[str, ...]

    @property
    def total(self) -> Storage:
        """The sum over all images."""
        return sum(self.images.values(), Storage())


@dataclass(slots=True)
class CheckResult:
    """All findings. `catalogues` are the valid ones, by path; `files` are all that were read."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    catalogues: dict[str, Catalogue] = field(default_factory=dict)
    reports: list[StorageReport] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    warnings: list[CheckWarning] = field(default_factory=list)


def check_files(file: str | None, today: date) -> CheckResult:
    """Check one catalogue, one stack file with the policies' configuration, or without `file` the whole project.

    Dates are compared with `today`: ends of life, and the last days of exemptions.

    Raises Unreadable if the file does not exist or is unreadable.
    """
    result = CheckResult()
    project = _project(result) if file is None else None
    catalogues, chosen = _chosen(file, project, result)
    stacks = [read_stack(path) for path in chosen]
    result.files += [str(path) for path in chosen]
    for stack in stacks:
        result.diagnostics += stack.diagnostics
        if stack.catalogue is not None and _is_there(stack.catalogue, stack, result):
            catalogues.append(stack.catalogue)
    for name in dict.fromkeys(_shown(path) for path in catalogues):
        result.files.append(name)
        try:
            result.catalogues[name] = load(Path(name))
        except InvalidFile as error:
            result.diagnostics += error.diagnostics
    for name, catalogue in result.catalogues.items():
        naming = [stack for stack in stacks if stack.catalogue is not None and _shown(stack.catalogue) == name]
        for stack in naming:
            _count_in_stack(name, catalogue, stack, result)
        if not naming:
            images = {
                key: sum(map(storage_in_one_region, image.versions.values()), Storage())
                for key, image in catalogue.images.items()
            }
            result.reports.append(StorageReport(name, None, images, _external(catalogue)))
    for config in dict.fromkeys([*([_folder(project) / CONFIG] if file is None else []), *_configurations(stacks)]):
        _check_configuration(config, result, today)
    hidden = _judge(result, stacks, today, is_whole=file is None)
    # Once what every stack file of a broken project has.
    result.diagnostics = list(dict.fromkeys(result.diagnostics))
    unread = (unread_warning(found) for stack in stacks for found in stack.unread)
    result.warnings = [*unread, *hidden, *_warnings(result, stacks, today)]
    return result


def _judge(result: CheckResult, stacks: list[Stack], today: date, *, is_whole: bool) -> list[CheckWarning]:
    """Add what teachers would not see to the findings; what the policies let through is returned as warnings.

    Exemptions are checked for the whole project or a stack: of a catalogue alone nobody knows whose they are.
    """
    judged = [
        Judged(_shown(stack.catalogue), stack, config_of(stack.project, stack.settings))
        for stack in stacks
        if stack.catalogue is not None and stack.project is not None and stack.settings is not None
    ]
    named = {each.catalogue for each in judged}
    alone = [Judged(name, None, beside(name)) for name in result.catalogues if name not in named]
    errors, warnings = hidden_findings([*judged, *alone], result.catalogues, today)
    exempting = [*judged, *alone] if is_whole else judged
    unmatched, of_others = exemption_findings(exempting, result.catalogues)
    result.diagnostics += [*errors, *unmatched]
    return [*warnings, *of_others]


def _configurations(stacks: list[Stack]) -> list[Path]:
    """The files that configure the policies for these stacks. Those of the sandbox's own subscriptions have another."""
    return [
        config_of(stack.project, stack.settings)
        for stack in stacks
        if stack.project is not None and stack.settings is not None
    ]


def _check_configuration(config: Path, result: CheckResult, today: date) -> None:
    if not os.path.lexists(config):
        return
    _must_be_readable(config)
    result.files.append(str(config))
    try:
        result.diagnostics += check_policy_config(config, today)
    except InvalidFile as error:
        result.diagnostics += error.diagnostics


def _add_image(catalogue: str, stacks: Iterable[Stack]) -> str:
    """The command that adds an image to a catalogue, for the stack that publishes it if there is only one."""
    users = [stack.settings for stack in stacks if stack.settings is not None and str(stack.catalogue) == catalogue]
    add = "add-image NAME --source ID"
    return commands(users[0]).labs(add) if len(users) == 1 else f"{own_labs()} {add}"


def _warnings(result: CheckResult, stacks: list[Stack], today: date) -> Iterator[CheckWarning]:
    for name, catalogue in result.catalogues.items():
        if not catalogue.images:
            yield no_images_warning(name, _add_image(name, stacks))
        near = ending_soon(catalogue, today)
        if near:
            yield ends_warning(name, near)
    for stack in stacks:
        if stack.settings is not None and (unnamed := unnamed_principal(stack.settings)) is not None:
            yield principal_warning(stack.name, unnamed)
    using = [stack.name for stack in stacks if stack.settings is not None and stack.settings.lab_services]
    if using:
        yield lab_services_warning(using, today)


def _project(result: CheckResult) -> Project | None:
    """The current folder's project; None also if its file is wrong, which is then a finding."""
    try:
        return find_project(Path())
    except InvalidFile as error:
        result.diagnostics += error.diagnostics
        return None


def _chosen(file: str | None, project: Project | None, result: CheckResult) -> tuple[list[Path], list[Path]]:
    if file is not None:
        return _named(Path(file))
    return _all(project, is_project_wrong=bool(result.diagnostics))


def _folder(project: Project | None) -> Path:
    """Where the files are that no stack names."""
    return project.folder if project else Path()


def _named(path: Path) -> tuple[list[Path], list[Path]]:
    """The catalogues and the stack files to check if one file is named."""
    _must_be_readable(path)
    return ([], [path]) if is_stack_file(path) else ([path], [])


def _all(project: Project | None, *, is_project_wrong: bool) -> tuple[list[Path], list[Path]]:
    """The catalogues and the stack files to check if none is named."""
    found = project.stack_files() if project else sorted(Path().glob(STACK_FILES))
    default = _folder(project) / DEFAULT_CATALOGUE
    if os.path.lexists(default) or not (found or is_project_wrong):
        advice = (
            NEW_CATALOGUE if project else "; call labs in the project's folder, or name the catalogue: labs check FILE"
        )
        _must_be_readable(default, advice)
        return [default], found
    return [], found


def _instead_of_folder(folder: Path) -> str:
    if folder.name == DEFAULT_CATALOGUE:
        return f"give it another name, and make a file {DEFAULT_CATALOGUE} in its place, at first with `images: {{}}`"
    if folder.name == CONFIG:
        return f"give it another name, since {CONFIG} is the file that configures the policies"
    return f"name a catalogue such as {escaped(str(folder / DEFAULT_CATALOGUE))}"


def _must_be_readable(path: Path, advice: str = "; check the spelling and the current folder") -> None:
    name = escaped(str(path))
    try:
        if path.is_dir():
            raise Unreadable(f"{name}: this is a folder; {_instead_of_folder(path)}")
        path.stat()
        readable = os.access(path, os.R_OK)
    except FileNotFoundError:
        raise Unreadable(f"{name}: there is no such file{advice}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise Unreadable(f"{name}: the file cannot be read: {reason}") from None
    if not readable:
        raise Unreadable(f"{name}: the file cannot be read: permission denied; chmod u+r gives it to its owner")


def _is_there(catalogue: Path, stack: Stack, result: CheckResult) -> bool:
    try:
        spelling = "; correct the path, which starts from the folder of Pulumi.yaml"
        _must_be_readable(catalogue, spelling if stack.names_catalogue else NEW_CATALOGUE)
    except Unreadable as error:
        result.diagnostics.append(stack.catalogue_problem(error.message))
        return False
    return True


def _count_in_stack(name: str, catalogue: Catalogue, stack: Stack, result: CheckResult) -> None:
    if stack.settings is None:
        return
    images = dict.fromkeys(catalogue.images, Storage())
    contradictions: list[FieldError] = []
    for key, image in catalogue.images.items():
        for number, version in image.versions.items():
            try:
                images[key] += version_storage(version, stack.settings)
            except ValueError as error:
                contradictions.append((("images", key, "versions", number), str(error)))
        contradictions += [(("images", key, *path), problem) for path, problem in image_problems(image, stack.settings)]
    if contradictions:
        # Read again for the lines, which a loaded catalogue does not keep.
        document = read(Path(name))
        result.diagnostics += [
            document.diagnostic(path, f"in stack {stack.name}: {message}") for path, message in contradictions
        ]
    result.reports.append(StorageReport(name, stack, images, _external(catalogue)))


def _external(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(name for name, image in catalogue.images.items() if image.is_external)


def _shown(path: Path) -> str:
    """A path relative to the current folder, so that two spellings of one path count once."""
    return os.path.relpath(path) if not path.is_absolute() else str(path)
