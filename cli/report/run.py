"""One run of the engine, read from its events: what it did, or would do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from catalog.texts.translation import _
from cli.report.answers import ActivityAnswer, Answer, LabsAnswer
from cli.report.difference import is_taken_over
from cli.report.event_log import Event, mapping, text
from cli.report.step import BOOKKEEPING, Step, name_of, stack_of, step_of
from lifecycle.notice import Notice

# The engine adds these lines after the reason.
NOISE: Final = re.compile(r"(preview|update|refresh|destroy) failed|.*context canceled", re.DOTALL)
NO_SERVICE: Final = re.compile(r'Status=404 Code="(InvalidResourceNamespace|InvalidResourceType)"')
DRIFT: Final = "docs/run/drift.md"
NO_CODE: Final = re.compile(r"Status=404 Message=")
PROBLEM: Final = re.compile(r'(Status=\d+ Message=")(\{.*\})(")', re.DOTALL)
"""Answers that azure-native does not take for a deletion.

Source: pulumi/pulumi-azure-native, provider/pkg/azure/azure.go (`IsNotFound`) and client_azcore.go
(`PulumiAzcoreResponseError`), which shows an answer without a code, such as problem+json of RFC 7807, as it is.
"""
COLOURS: Final = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")
PARTS: Final = frozenset({"delete-replaced", "replace"})
"""Steps of a replacement that do not make the new object: `replace` only connects the two others."""
COMPONENT: Final = "lab-image-gallery:index:LabImage"
"""Its inputs have the sizes of disks, which no version has."""
_DAY: Final = r"\d{4}-\d\d-\d\d"
EXEMPTION: Final = re.compile(
    rf"[^:]+: (exempt from \S+ until {_DAY} |\S+ 정책에서 {_DAY}까지 면제됨|\S+ ポリシーから {_DAY} まで適用除外 )"
)
"""An exemption in force, as the policy pack reports it in each of its languages."""


@dataclass(frozen=True, slots=True)
class Message:
    """A text and its subject: a policy or a resource, or empty."""

    about: str
    text: str


@dataclass(slots=True)
class Run:
    """One run. `ended` is the engine's word ("succeeded", "failed"), or empty if the run stopped before its summary.

    `planned` are the changes of a preview, or those that an update began; `done` and `failed` are disjoint sets of
    their URNs. `emptied` are URNs of replacements that deleted the old object and did not create the new one. `drift`
    are the differences that a refresh found in Azure. What only keeps the stack's own books is in none of them.

    `counts` is the engine's own summary: resources by operation. `sizes` are GB of OS disks by the logical names of
    versions, after the run or else before it, `sizes_before` those before it. `data_disks` are the versions that have
    data disks, or may have some, before or after it.

    `labs` is what the program says about labs, `labs_now` what they offer at the moment and `activity` who changed
    what, both None if nobody looked. `events` is whether the engine ran at all, or only these are known.
    """

    stack: str
    began: bool
    is_preview: bool = True
    ended: str = ""
    planned: list[Step] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    drift: list[Step] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    sizes_before: dict[str, int] = field(default_factory=dict)
    data_disks: set[str] = field(default_factory=set)
    labs: list[Notice] = field(default_factory=list)
    events: bool = True
    labs_now: LabsAnswer | None = None
    activity: ActivityAnswer | None = None
    refusals: list[Message] = field(default_factory=list)
    exemptions: list[Message] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    errors: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the run completed and nothing was refused."""
        return self.ended == "succeeded" and not self.refusals and not self.errors

    @property
    def changes(self) -> bool:
        """Whether anything differs."""
        return bool(self.planned or self.drift)


def read_run(name: str, events: Sequence[Event]) -> Run:
    """The run that wrote `events`; `name` is its stack's if no event has it."""
    run = Run(next(_stacks(events), name), began=bool(events))
    _steps(events, run)
    for event in events:
        _policy(mapping(event.get("policyEvent")), run)
        _diagnostic(mapping(event.get("diagnosticEvent")), run)
        if "errorEvent" in event:
            _add(run.errors, Message("", _plain(mapping(event["errorEvent"]).get("error"))))
        if "summaryEvent" in event:
            summary = mapping(event["summaryEvent"])
            run.is_preview = bool(summary.get("isPreview", True))
            # Older engines do not give the result.
            run.ended = text(summary.get("result")) or "unknown"
            counts = mapping(summary.get("resourceChanges")).items()
            run.counts = {name: count for name, count in counts if isinstance(count, int) and count and name != "same"}
    causes = [error for error in run.errors if not NOISE.fullmatch(error.text)]
    if causes or run.refusals:
        run.errors = causes
    if run.ended == "unknown":
        run.ended = "failed" if run.errors or run.refusals else "succeeded"
    return run


def with_answers(runs: Sequence[Run], answers: Mapping[str, Sequence[Answer]]) -> list[Run]:
    """The runs with the answers for their stacks; those of a stack without a run are a chapter of their own."""
    found = {run.stack: run for run in runs}
    for stack, given in answers.items():
        run = found.setdefault(stack, Run(stack, began=True, ended="succeeded", events=False))
        for answer in given:
            if isinstance(answer, LabsAnswer):
                run.labs_now = answer
            else:
                run.activity = answer
    return [*runs, *(run for run in found.values() if run not in runs)]


def _stacks(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            urn = text(mapping(mapping(event.get(kind)).get("metadata")).get("urn"))
            if urn.startswith("urn:pulumi:"):
                yield stack_of(urn)


def _steps(events: Sequence[Event], run: Run) -> None:
    """Sort the steps. A refresh reports a difference only with its result."""
    planned: dict[str, Step] = {}
    refreshing: set[str] = set()
    for event in events:
        before, after = (mapping(event.get(kind)) for kind in ("resourcePreEvent", "resOutputsEvent"))
        metadata = mapping((before or after).get("metadata"))
        urn = text(metadata.get("urn"))
        if before and metadata.get("op") == "refresh":
            refreshing.add(urn)
        elif before:
            refreshing.discard(urn)
        if metadata.get("type") == COMPONENT:
            old, new = (mapping(metadata.get(side)) for side in ("old", "new"))
            run.sizes_before |= _sizes(old)
            run.sizes |= _sizes(old) | _sizes(new)
            run.data_disks |= _with_data_disks(old) | _with_data_disks(new)
        run.failed |= {text(mapping(mapping(event.get("resOpFailedEvent")).get("metadata")).get("urn"))} - {""}
        step = step_of(metadata)
        if step is None or step.action == "same" or step.kind == BOOKKEEPING:
            continue
        if urn in refreshing:
            run.drift.append(step)
        elif before:
            planned[urn] = _merged(planned.get(urn), _named_rightly(step))
        elif metadata.get("op") not in PARTS:
            run.done.add(urn)
        elif metadata.get("op") == "delete-replaced" and not step.retained:
            run.emptied.add(urn)
    run.planned = list(planned.values())
    run.emptied -= run.done
    run.done -= run.failed


def _versions(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The versions of a component by their logical names."""
    inputs = mapping(state.get("inputs"))
    versions = inputs.get("versions")
    for entry in map(mapping, versions if isinstance(versions, list) else []):
        yield f"{inputs.get('image')}:{entry.get('version')}", entry


def _sizes(state: Mapping[str, Any]) -> dict[str, int]:
    """GB of OS disks by the logical names of versions, as a component has them."""
    return {
        name: int(entry["osDiskSizeGb"])
        for name, entry in _versions(state)
        if isinstance(entry.get("osDiskSizeGb"), int | float)
    }


def _with_data_disks(state: Mapping[str, Any]) -> set[str]:
    """The logical names of versions that are not known to have no data disk."""
    return {name for name, entry in _versions(state) if entry.get("dataDiskCount") != 0}


def _named_rightly(step: Step) -> Step:
    """An update that writes what was read from Azure as the program declares it takes the object over."""
    recovered = step.action == "update" and is_taken_over(step.old, step.new)
    return replace(step, action="import") if recovered else step


def _merged(known: Step | None, step: Step) -> Step:
    """A replacement is several steps; the one that deletes has no new inputs.

    An import is followed by an update if the program declares less than Azure has: the object is taken over all the
    same.
    """
    if known is not None and known.action == "import" and step.action == "update":
        return replace(step, action="import")
    if known is None or known.action != "replace":
        return step
    return replace(known, old=known.old or step.old, new=step.new or known.new, changed=step.changed or known.changed)


def _policy(event: Event, run: Run) -> None:
    if not event:
        return
    # The engine puts the policy's description in a line before the finding.
    finding = _plain(event.get("message")).split("\n", 1)[-1]
    message = Message(text(event.get("policyName")), finding)
    if event.get("enforcementLevel") == "mandatory":
        _add(run.refusals, message)
    elif EXEMPTION.match(finding):
        _add(run.exemptions, Message("", finding))
    else:
        _add(run.notices, message)


def _diagnostic(event: Event, run: Run) -> None:
    if event.get("ephemeral"):
        return
    severity = text(event.get("severity"))
    notice = Notice.of_line(_plain(event.get("message"))) if severity in {"info", "warning"} else None
    messages = {"error": run.errors, "warning": run.warnings}.get(severity)
    if notice is not None:
        if notice not in run.labs:
            run.labs.append(notice)
    elif messages is not None:
        _add(messages, Message(name_of(text(event.get("urn"))), _explained(_plain(event.get("message")))))


def _explained(message: str) -> str:
    """`message`, and what it means if it is an answer that azure-native does not take for a deletion."""
    message = PROBLEM.sub(_titled, message)
    if NO_SERVICE.search(message):
        page = "docs/run/after-lab-services.md"
        text = _("Its service no longer exists in Azure: {page} says the way out.", page=page)
        return f"{message} {text}"
    if NO_CODE.search(message):
        text = _("It may be gone, and azure-native needs a code to know: {page} says the way out.", page=DRIFT)
        return f"{message} {text}"
    return message


def _titled(found: re.Match[str]) -> str:
    """An answer without a code by its title and detail; as it is if it has none."""
    try:
        problem = mapping(json.loads(found[2]))
    except (ValueError, RecursionError):
        problem = {}
    shown = ": ".join(filter(None, (text(problem.get("title")), text(problem.get("detail")))))
    return f"{found[1]}{shown}{found[3]}" if shown else found[0]


def _plain(message: object) -> str:
    return COLOURS.sub("", text(message)).strip()


def _add(messages: list[Message], message: Message) -> None:
    """Without duplicates: a pack that is given twice, or a stack policy, repeats a message."""
    if message.text and message not in messages:
        messages.append(message)
