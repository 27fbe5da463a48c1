"""Where findings stand: the line of the catalogue, and the page that says how to mend it, on the web if it shows them.

Reads the project's own files, and the prices of its stacks; whatever is wrong with them is not this command's matter,
and then there is no place or price.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from catalog.files.diagnostic import InvalidFile
from catalog.files.document import Document, read
from catalog.regions.prices import NO_PRICES, PriceTable
from catalog.stacks.commands import Commands
from catalog.stacks.project import Project, find_project, stack_name_problem
from catalog.stacks.settings import Settings
from catalog.stacks.stack_file import Stack, read_stack
from catalog.texts.translation import _
from cli.report.cost_lines import StackPrices
from cli.report.line import Link
from cli.stack_prices import read_stack_prices

POLICIES: Final = "docs/reference/policies.md"
DRIFT: Final = "docs/run/drift.md"
_COMMIT: Final = re.compile(r"[0-9a-f]{40,64}")
_ADDRESS: Final = re.compile(r"https?://[^\s()<>]+")


@dataclass(frozen=True, slots=True)
class Web:
    """The page that shows a file: `form` has {path}, and {line} if it is to stand at a line of it."""

    root: Path
    page_form: str
    line_form: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Web | None:
        """The web pages of the repository that a pipeline works on; None outside of one."""
        github = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
        if all(github):
            address, commit, root = "/".join(map(str, github)), environment.get("GITHUB_SHA"), "GITHUB_WORKSPACE"
        else:
            address, commit = environment.get("BUILD_REPOSITORY_URI", ""), environment.get("BUILD_SOURCEVERSION")
            root = "BUILD_SOURCESDIRECTORY"
        if not _ADDRESS.fullmatch(address) or not _COMMIT.fullmatch(commit or ""):
            return None
        folder = Path(environment.get(root) or ".")
        address = address.replace("{", "%7B").replace("}", "%7D")
        if environment.get("BUILD_REPOSITORY_PROVIDER") == "TfsGit" and not all(github):
            page = f"{address}?path=/{{path}}&version=GC{commit}"
            return cls(folder, page, page + "&line={line}&lineEnd={line}&lineStartColumn=1&lineEndColumn=999")
        page = f"{address}/blob/{commit}/{{path}}"
        return cls(folder, page, page + "#L{line}")

    def address(self, file: Path, line: int | None = None) -> str:
        """The page of a file; empty if the file is outside of the repository."""
        path = os.path.relpath(file, self.root)
        if path.startswith(".."):
            return ""
        form = self.page_form if line is None else self.line_form
        return form.format(path=quote(Path(path).as_posix()), line=line)


def _no_prices(_settings: Settings | None) -> PriceTable:
    return NO_PRICES


@dataclass(slots=True)
class Places:
    """The places in one project; `web` is None where no page shows them.

    `read_prices` gives the prices of a stack by its settings, None if these are not known; it raises InvalidFile.
    """

    project: Project | None = None
    web: Web | None = None
    read_prices: Callable[[Settings | None], PriceTable] = _no_prices
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    _stacks: dict[str, Stack | None] = field(default_factory=dict)
    _catalogues: dict[Path, Document | None] = field(default_factory=dict)

    @classmethod
    def here(cls) -> Places:
        """The places in the project of the current folder."""
        try:
            return cls(find_project(Path()), Web.of(os.environ), read_stack_prices)
        except InvalidFile:
            return cls(read_prices=read_stack_prices)

    def page(self, page: str, anchor: str = "") -> Link:
        """A page of the documentation."""
        end = f"#{anchor}" if anchor else ""
        file = (self.project.folder if self.project else Path()) / page
        address = self.web.address(file) if self.web and file.is_file() else ""
        return Link(page + end, address + end if address else "")

    def line(self, stack: str, message: str) -> Link | None:
        """The line of the catalogue that a message is about; None if it is about none that can be found."""
        document = self._catalogue(stack)
        path = _key_path(document.value, message) if document else None
        if document is None or path is None:
            return None
        line = document.line_of(path)
        address = self.web.address(Path(document.file), line) if self.web else ""
        return Link(f"{self._relative(Path(document.file))}:{line}", address)

    def commands(self, stack: str) -> Commands:
        """The commands for a stack; those of Azure if the project does not have it."""
        found = self._stack(stack)
        return Commands.of(found.settings) if found and found.settings else Commands(stack, pretend=False)

    def prices(self, stack: str) -> StackPrices:
        """The prices of a stack; why there are none, if their file is wrong."""
        found = self._stack(stack)
        settings = found.settings if found else None
        try:
            table = self.read_prices(settings)
            return StackPrices(table, table.is_old(self.today))
        except InvalidFile as error:
            first, *others = error.diagnostics
            problem = str(replace(first, file=self._relative(Path(first.file))))
            if others:
                problem = _("{problem} (and {n} more)", problem=problem, n=len(others))
            return StackPrices(problem=problem)

    def _relative(self, file: Path) -> str:
        """The path of a file as it is seen from the project's folder."""
        return Path(os.path.relpath(file, self.project.folder if self.project else Path())).as_posix()

    def _stack(self, name: str) -> Stack | None:
        if name not in self._stacks:
            usable = self.project is not None and stack_name_problem(name) is None
            self._stacks[name] = read_stack(self.project.stack_file(name)) if self.project and usable else None
        return self._stacks[name]

    def _catalogue(self, stack: str) -> Document | None:
        found = self._stack(stack)
        if found is None or found.catalogue is None:
            return None
        if found.catalogue not in self._catalogues:
            try:
                self._catalogues[found.catalogue] = read(found.catalogue)
            except InvalidFile:
                self._catalogues[found.catalogue] = None
        return self._catalogues[found.catalogue]


def _key_path(catalogue: Any, message: str) -> tuple[str, ...] | None:
    """The most exact key of a catalogue that a message names, as `images.gis.versions.1.0.0` or in its first words."""
    named = [path for path, words in _keys(catalogue) if any(_names(message, word) for word in words)]
    return max(named, key=lambda path: (len(path), len(path[1])), default=None)


def _keys(catalogue: Any) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each image and version with the words by which messages name it."""
    images = catalogue.get("images") if isinstance(catalogue, dict) else None
    for name, image in images.items() if isinstance(images, dict) else ():
        yield ("images", name), (f"images.{name}", f"{name}:")
        versions = image.get("versions") if isinstance(image, dict) else None
        for number in versions if isinstance(versions, dict) else ():
            path = ("images", name, "versions", number)
            yield path, (".".join(path), f"{name} {number}:", f"{name}:{number}")


def _names(message: str, word: str) -> bool:
    """Whether a message has a word, not as a part of a longer one; one that is no key stands at its beginning."""
    if not word.startswith("images."):
        return message.startswith(word)
    # Names of Azure are of ASCII: a Korean particle that follows one is not a part of it.
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\d)", message, re.ASCII) is not None
