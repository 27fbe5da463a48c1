"""A preview of a stack of a real subscription without credentials: what stands in for what cannot be asked."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sandbox.emulator.process.connection import Connection
from sandbox.engine.errors import EngineError
from sandbox.engine.placeholders.gallery import PlaceholderGallery
from sandbox.engine.placeholders.real_stack import RealStack, pretend_subscriptions

ALWAYS = 1_000_000_000  # times that a refusal is given
MOST_SHOWN = 20
KINDS = {"snapshot": "snapshots", "disk": "disks", "vm": "virtualMachines", "managed_image": "images"}
"""Kinds of sources that can be stood in for, and their resource types in Microsoft.Compute."""
ONE_DISK = ("snapshot", "disk")
NOT_LOOKED_AT = ("vhd", "existing")
"""Kinds of sources of which the program asks Azure nothing but the version itself."""


@dataclass(frozen=True)
class _Source:
    """A source as the catalogue's entry `place` declares it; None for what is not declared."""

    place: str
    kind: str
    id: str
    definition: Mapping[str, Any]
    size_gb: int | None
    data_disks: int | None

    @property
    def undeclared(self) -> list[str]:
        """The facts about disks that the catalogue leaves open."""
        facts = {"os_disk_size_gb": self.size_gb, "data_disk_count": self.data_disks}
        return [name for name, value in facts.items() if value is None]

    def entry(self, name: str) -> dict[str, Any]:
        """The source as seed.yaml writes it."""
        entry: dict[str, Any] = {"osType": self.definition["os_type"]}
        if self.size_gb is not None:
            entry["sizeGB"] = self.size_gb
        count = self.data_disks or 0
        if self.kind == "vm":
            entry |= {"osDisk": _os_disk(name), "dataDisks": [f"{name}-data-{lun}" for lun in range(count)]}
            return entry | {"generalized": self.definition["os_state"] == "Generalized"}
        if self.kind == "managed_image":
            entry |= {"osState": "Generalized", "dataDiskSizesGB": [1] * count}
        return entry | {"generation": self.definition["hyper_v_generation"]}


@dataclass
class Placeholders:
    """What is put into the emulator of one preview, and what is said about it.

    `subscriptions` has the form of `sandbox/seed.yaml`. Resource groups, labs and sources are taken to lie in
    the gallery's region, since no file says where they do.
    """

    stack: RealStack
    declared: Mapping[str, Any] = field(default_factory=dict)
    subscriptions: dict[str, Any] = field(default_factory=dict)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    labs: Counter[str] = field(default_factory=Counter)
    sources: int = 0
    gallery: PlaceholderGallery = field(default_factory=PlaceholderGallery)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stack: RealStack) -> "Placeholders":
        """Everything that the stack's files name and the sandbox does not have; nothing if these have problems."""
        answer = stack.check()
        if "stack" not in answer:
            files = dict.fromkeys(Path(problem["file"]).name for problem in answer.get("problems", []))
            return cls(stack, problems=list(files) or [stack.file.name])
        declared = answer["stack"]
        gallery = PlaceholderGallery.of(declared, f"{stack.project}/{stack.name}")
        made = cls(stack, declared, gallery=gallery, unknown=list(gallery.unknown))
        if not declared["resource_group"]["made_by_stack"]:
            made._group(declared["resource_group"]["id"])
        if declared["lab_plan_resource_group"]:
            made._group(f"/subscriptions/{stack.subscription}/resourceGroups/{declared['lab_plan_resource_group']}")
        pretend = pretend_subscriptions()
        for lab in declared["labs"]:
            if _part(lab["id"], 2) not in pretend:
                kind = lab["type"].rpartition("/")[2]
                entry = {"allowedRegions": [declared["location"]]} if kind == "labPlans" else {}
                if kind != "labs" and declared["marketplace_images"]:
                    entry["marketplaceImages"] = declared["marketplace_images"]
                made._group(lab["id"]).setdefault(kind, {})[_part(lab["id"], 8)] = entry
                made.labs[kind] += 1
        seen: set[str] = set()
        for source in _sources(declared):
            if _part(source.id, 2) not in pretend:
                if source.undeclared:
                    made.unknown.append(f"{source.place}: {' and '.join(source.undeclared)}")
                if source.id.lower() not in seen:
                    seen.add(source.id.lower())
                    made._source(source)
        return made

    def plant(self, endpoint: str) -> None:
        """Put everything into the emulator at `endpoint`. Raises EngineError when it refuses."""
        requests: list[tuple[str, str, object]] = [("POST", "/sandbox/seed", {"subscriptions": self.subscriptions})]
        requests += [("POST", "/sandbox/faults", refusal) for refusal in self.refusals]
        if self.gallery.requests:
            requests.append(("POST", "/sandbox/replication", {"secondsPerRegion": 0}))
        requests += [("PUT", path, body) for path, body in self.gallery.requests]
        with closing(Connection(endpoint)) as connection:
            for method, path, body in requests:
                self._send(connection, method, path, body)

    def banner(self) -> str:
        """What the reader of the preview has to know, a line each."""
        name, subscription = self.stack.name, self.stack.subscription
        lines = [f"this is a preview of stack {name} without credentials: subscription {subscription} was not asked"]
        if self.problems:
            verb = "has" if len(self.problems) == 1 else "have"
            lines.append(
                f"nothing is stood in for: {' and '.join(self.problems)} {verb} problems; the preview shows them"
            )
        else:
            lines += self._assumptions()
        return "\n".join(f"sandbox: {line}" for line in lines)

    def _assumptions(self) -> Iterator[str]:
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
        catalogue = Path(self.declared["catalogue"]).name
        yield f"stood in for, as {self.stack.file.name} and {catalogue} declare them: {stood_in}"
        yield f"taken as true: that they exist, lie in {self.declared['location']} and are as declared"
        yield "not seen: what the gallery and the labs contain now; everything is shown as if it were new"
        yield "left out: what teachers see, which depends on that"
        if self.unknown:
            yield f"unknown, because {catalogue} does not declare it:"
            yield from (f"  {entry}" for entry in self.unknown[:MOST_SHOWN])
        if len(self.unknown) > MOST_SHOWN:
            yield f"  and {len(self.unknown) - MOST_SHOWN} more"

    def _group(self, resource_id: str) -> dict[str, Any]:
        """The entry of the resource group in an id, made when it is new; names that differ in case only are one."""
        subscription = self.subscriptions.setdefault(
            _part(resource_id, 2).lower(), {"displayName": "stood in for", "resourceGroups": {}}
        )
        groups: dict[str, dict[str, Any]] = subscription["resourceGroups"]
        return groups.setdefault(_part(resource_id, 4).lower(), {"location": self.declared["location"]})

    def _source(self, source: "_Source") -> None:
        self.sources += 1
        group, name = self._group(source.id), _part(source.id, 8)
        if source.kind not in KINDS or source.data_disks is None:
            # An answer without data disks would say that there are none.
            self.refusals.append(_refusal(source, self.stack))
            return
        group.setdefault(KINDS[source.kind], {})[name] = source.entry(name)
        if source.kind == "vm" and source.size_gb is None:
            os_disk = {"osType": source.definition["os_type"]}
            group.setdefault("disks", {}).setdefault(_os_disk(name), os_disk)

    def _send(self, connection: Connection, method: str, path: str, body: object) -> None:
        try:
            reply = connection.send(method, path, body)
        except (OSError, HTTPException) as error:
            raise EngineError(f"the sandbox's server does not answer: {error}. Repeat the command.") from error
        if not reply.ok:
            raise EngineError(f"nothing can stand in for what {self.stack.file.name} names: {reply.refusal}")


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


def _os_disk(machine: str) -> str:
    return f"{machine}-os"


def _refusal(source: _Source, stack: RealStack) -> dict[str, Any]:
    """A fault that answers as Azure answers those who may not look: then what is declared counts."""
    return {
        "method": "GET",
        "path": rf"^{re.escape(source.id)}(\?|$)",
        "status": 403,
        "code": "AuthorizationFailed",
        "message": f"this preview of stack {stack.name} has no credentials, and nothing stands in for this source",
        "times": ALWAYS,
    }


def _sources(declared: Mapping[str, Any]) -> Iterator[_Source]:
    """Every source in the catalogue that the program looks at, in its order."""
    for name, image in declared["images"].items():
        for number, version in image["versions"].items():
            kind, data_disks = version["source"]["kind"], version["data_disk_count"]
            if kind not in NOT_LOOKED_AT:
                yield _Source(
                    place=f"images.{name}.versions.{number}",
                    kind=kind,
                    id=version["source"]["id"],
                    definition=image["definition"],
                    size_gb=version["os_disk_size_gb"],
                    data_disks=0 if kind in ONE_DISK and data_disks is None else data_disks,
                )


def _part(resource_id: str, index: int) -> str:
    """A part of `/subscriptions/2/resourceGroups/4/providers/6/7/8`, as `labs check` spells ids."""
    return resource_id.split("/")[index]
