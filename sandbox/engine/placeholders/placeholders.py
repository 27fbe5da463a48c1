"""A preview of a stack of a real subscription without credentials: what stands in for what cannot be asked."""

import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from sandbox.engine.errors import EngineError
from sandbox.engine.placeholders.gallery import PlaceholderGallery
from sandbox.engine.placeholders.stack_files import ID, KINDS, DeclaredSource, RealStack, pretend_subscriptions

ALWAYS = 1_000_000_000  # times that a refusal is given
MOST_SHOWN = 20
REQUEST_SECONDS = 60


class _Refused(EngineError):
    """The emulator does not take a stand-in."""


@dataclass
class Placeholders:
    """What is put into the emulator of one preview, and what is said about it.

    `subscriptions` has the form of `sandbox/seed.yaml`. Resource groups, labs and sources are taken to lie in
    the gallery's region, since no file says where they do.
    """

    stack: RealStack
    subscriptions: dict[str, Any] = field(default_factory=dict)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    labs: Counter[str] = field(default_factory=Counter)
    sources: int = 0
    gallery: PlaceholderGallery = field(default_factory=PlaceholderGallery)
    refused: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stack: RealStack) -> "Placeholders":
        """Everything that the stack's files name and the sandbox does not have."""
        made = cls(stack, gallery=PlaceholderGallery.of(stack))
        made.unknown += made.gallery.unknown
        made._group(stack.subscription, stack.group)
        made._group(stack.subscription, stack.lab_plan_group)
        pretend = pretend_subscriptions()
        for kind, lab in stack.labs():
            found = ID.fullmatch(lab.rstrip("/"))
            if found and found[1].lower() not in pretend:
                entry = {"allowedRegions": [stack.location]} if kind == "labPlans" else {}
                made._group(found[1], found[2]).setdefault(kind, {})[found[5]] = entry
                made.labs[kind] += 1
        seen: set[str] = set()
        for source in stack.sources():
            found = ID.match(source.id)
            if found and found[1].lower() not in pretend:
                if source.undeclared:
                    made.unknown.append(f"{source.place}: {' and '.join(source.undeclared)}")
                if source.id.lower() not in seen:
                    seen.add(source.id.lower())
                    made._source(source, found)
        return made

    def plant(self, endpoint: str) -> None:
        """Put everything into the emulator at `endpoint`. Raises EngineError when it refuses."""
        self._send(endpoint, "POST", "/sandbox/seed", {"subscriptions": self.subscriptions})
        for refusal in self.refusals:
            self._send(endpoint, "POST", "/sandbox/faults", refusal)
        if self.gallery.requests:
            self._send(endpoint, "POST", "/sandbox/replication", {"secondsPerRegion": 0})
        for path, body in self.gallery.requests:
            try:
                self._send(endpoint, "PUT", path, body)
            except _Refused:
                # The catalogue says what cannot be: what that is, the program reports.
                self.refused.append(path.partition("?")[0])

    def banner(self) -> str:
        """What the reader of the preview has to know, a line each."""
        groups = sum(len(entry["resourceGroups"]) for entry in self.subscriptions.values())
        counts = (
            (len(self.subscriptions), "subscription"),
            (groups, "resource group"),
            (self.labs["labaccounts"], "lab account"),
            (self.labs["labPlans"], "lab plan"),
            (self.labs["labs"], "DevTest lab"),
            (self.sources, "source"),
            (self.gallery.versions, "existing version"),
        )
        stood_in = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count)
        files = f"{self.stack.file.name} and {self.stack.catalogue.name}"
        name, subscription = self.stack.name, self.stack.subscription
        lines = [
            f"this is a preview of stack {name} without credentials: subscription {subscription} was not asked",
            f"stood in for, as {files} declare them: {stood_in}",
            f"taken as true: that they exist, lie in {self.stack.location or 'the same region'} and are as declared",
            "not seen: what the gallery and the labs contain now; everything is shown as if it were new",
        ]
        if self.unknown:
            lines.append(f"unknown, because {self.stack.catalogue.name} does not declare it:")
            lines += [f"  {entry}" for entry in self.unknown[:MOST_SHOWN]]
        if len(self.unknown) > MOST_SHOWN:
            lines.append(f"  and {len(self.unknown) - MOST_SHOWN} more")
        lines += [f"not stood in for, since it cannot be as declared: {path}" for path in self.refused[:MOST_SHOWN]]
        return "\n".join(f"sandbox: {line}" for line in lines)

    def _group(self, subscription: str, name: str) -> dict[str, Any]:
        """A resource group's entry, made when it is new; names that differ in case only are one."""
        entry = self.subscriptions.setdefault(
            subscription.lower(), {"displayName": "stood in for", "resourceGroups": {}}
        )
        groups: dict[str, Any] = entry["resourceGroups"]
        return groups.setdefault(name.lower(), {"location": self.stack.location}) if name else {}

    def _source(self, source: DeclaredSource, found: re.Match[str]) -> None:
        self.sources += 1
        group = self._group(found[1], found[2])
        if source.kind not in KINDS or found[4].lower() != KINDS[source.kind].lower() or found[0] != source.id:
            self.refusals.append(_refusal(source, self.stack))
        elif source.data_disks is None:
            # An answer without data disks would say that there are none.
            self.refusals.append(_refusal(source, self.stack))
        else:
            kind = KINDS[source.kind]
            group.setdefault(kind, {})[found[5]] = _entry(source, found[5])
            if source.kind == "vm" and source.size_gb is None:
                group.setdefault("disks", {}).setdefault(_os_disk(found[5]), {"osType": source.os_type})

    def _send(self, endpoint: str, method: str, path: str, body: object) -> None:
        request = urllib.request.Request(
            f"{endpoint}{quote(path, safe='/?=&%()')}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": "Bearer sandbox"},
            method=method,
        )
        # The emulator is on this machine: a proxy of the user's has no part in it.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(request, timeout=REQUEST_SECONDS).close()
        except urllib.error.HTTPError as error:
            told = error.read().decode(errors="replace")
            raise _Refused(f"nothing can stand in for what {self.stack.file.name} names: {told}") from error
        except OSError as error:
            raise EngineError(f"the sandbox's server does not answer: {error}. Repeat the command.") from error


def refuse_changes(stack: RealStack, command: str) -> EngineError:
    """Why only a preview is made of a real stack."""
    return EngineError(
        f"stack {stack.name} belongs to subscription {stack.subscription}, which is not one of the sandbox's, so only "
        f"`preview` works here and `{command}` was not run: it would change nothing in Azure and write a state that "
        "looks as if it had.\n"
        f"With your own engine and credentials: pulumi {command} --stack {stack.name}\n"
        f"In the sandbox: sandbox/pulumi preview --stack {stack.name}, or sandbox/pulumi {command} --stack dev"
    )


@contextmanager
def folder_of_one_preview(sandbox: Path) -> Iterator[Path]:
    """A folder for an emulator of its own, so that stand-ins never meet what the dev stack has made."""
    parent = sandbox / "stand-ins"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        # The emulator may still be ending when the folder goes; it needs nothing of it any more.
        folder = TemporaryDirectory(dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise EngineError(f"{parent} cannot be written: {error.strerror or error}. Make room there.") from error
    with folder as path:
        yield Path(path)


def _entry(source: DeclaredSource, name: str) -> dict[str, Any]:
    """A source as seed.yaml writes it."""
    entry: dict[str, Any] = {"osType": source.os_type}
    if source.size_gb is not None:
        entry["sizeGB"] = source.size_gb
    count = source.data_disks or 0
    if source.kind == "vm":
        entry |= {"osDisk": _os_disk(name), "dataDisks": [f"{name}-data-{lun}" for lun in range(count)]}
        return entry | {"generalized": source.os_state == "Generalized"}
    if source.kind == "managed_image":
        entry |= {"osState": "Generalized", "dataDiskSizesGB": [1] * count}
    return entry | {"generation": source.generation}


def _os_disk(machine: str) -> str:
    return f"{machine}-os"


def _refusal(source: DeclaredSource, stack: RealStack) -> dict[str, Any]:
    """A fault that answers as Azure answers those who may not look: then what is declared counts."""
    return {
        "method": "GET",
        "path": rf"^{re.escape(source.id)}(\?|$)",
        "status": 403,
        "code": "AuthorizationFailed",
        "message": f"this preview of stack {stack.name} has no credentials, and nothing stands in for this source",
        "times": ALWAYS,
    }
