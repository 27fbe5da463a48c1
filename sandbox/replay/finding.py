"""What came of one documented answer, and how the findings of a folder are gathered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.emulator.process.connection import Connection, Reply
from sandbox.replay.comparison import Difference, differences
from sandbox.replay.deviation import deviation
from sandbox.replay.example import Example, Kind, Malformed, NotReplayable, contents_of, read_example
from sandbox.replay.preconditions import Preconditions, Unprepared
from sandbox.replay.recording import is_recording, read_recording
from sandbox.replay.world import World


@dataclass(frozen=True)
class Finding:
    """The outcome of one documented answer of an example, or of an example that could not be sent (status 0)."""

    name: str
    request: str = ""
    status: int = 0
    deviations: tuple[str, ...] = ()
    """Ids of the known deviations that explain differences."""
    mistakes: tuple[Difference, ...] = ()
    unsent: str = ""
    """Why nothing could be sent: the file is no example, or what it needs could not be made."""
    passed_over: str = ""
    """Why an example was left out: the emulator lacks its type or operation."""

    @property
    def family(self) -> str:
        """What it is counted with: its folder, or for a file without one or below `recordings` its first word."""
        folder, _, file = self.name.rpartition("/")
        is_example = folder and folder.rpartition("/")[2] != "recordings"
        return folder.removesuffix("/examples") if is_example else file.removesuffix(".json").partition("-")[0]

    @property
    def is_good(self) -> bool:
        """Whether nothing is left unexplained."""
        return not self.mistakes and not self.unsent


@dataclass
class _Answers:
    """The emulator's answers: `sent` to the requests themselves, `polled` at the end of their operations."""

    sent: list[Reply] = field(default_factory=list)
    polled: list[Reply] = field(default_factory=list)

    def best(self, example: Example, status: int) -> list[Difference]:
        """Return the differences of the answer that is documented: the first with its status, else the closest one."""
        for reply in (*self.sent, *self.polled):
            if reply.status == status:
                return differences(example, status, reply)
        return min((differences(example, status, reply) for reply in self.sent), key=len)


def replay(connection: Connection, folder: Path) -> Iterator[Finding]:
    """Send every example below a folder; yields one finding for each documented answer, in order of the files."""
    for file in sorted(folder.rglob("*.json")):
        name = file.relative_to(folder).as_posix()
        try:
            contents = contents_of(file)
            example = read_recording(contents, name) if is_recording(contents) else read_example(contents, name)
        except NotReplayable as reason:
            yield Finding(name, passed_over=str(reason))
            continue
        except Malformed as reason:
            yield Finding(name, unsent=str(reason))
            continue
        if example is not None:
            yield from replay_example(connection, example)


def replay_example(connection: Connection, example: Example) -> Iterator[Finding]:
    """Prepare and send one example; yields one finding for each documented answer."""
    request = f"{example.method} {example.path}"
    world = Preconditions if example.kind is Kind.EXAMPLE else World
    try:
        example = world(connection, example).make()
    except Unprepared as problem:
        yield Finding(example.name, request, unsent=f"what it needs was refused: {problem}")
        return
    answers = _send(connection, example)
    for status in sorted(example.answers):
        found = [(difference, deviation(difference)) for difference in answers.best(example, status)]
        known = dict.fromkeys(explained.id for _, explained in found if explained)
        mistakes = tuple(difference for difference, explained in found if explained is None)
        yield Finding(example.name, request, status, tuple(known), mistakes)


def _send(connection: Connection, example: Example) -> _Answers:
    """Send the request, and once more what may be repeated: a second PUT updates, a second DELETE finds nothing."""
    answers = _Answers()
    if example.kind is not Kind.EXAMPLE:
        answers.sent.append(connection.send(example.method, example.path, example.body, **example.query))
        return answers
    for _ in range(2 if example.method in ("PUT", "DELETE") else 1):
        reply = connection.send(example.method, example.path, example.body, **example.query)
        answers.sent.append(reply)
        end = connection.finished(reply)
        if end is not None:
            answers.polled.append(end)
    return answers
