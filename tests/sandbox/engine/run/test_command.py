"""What `sandbox/pulumi` says where it cannot write, and what it asks of the engine."""

from __future__ import annotations

import errno
import os

import pytest

from sandbox.engine.run import command


@pytest.mark.parametrize("number", sorted(command.UNWRITABLE), ids=errno.errorcode.get)
def test_a_file_that_cannot_be_written_is_named_with_the_way_out(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number), "/project/.sandbox/lock")

    monkeypatch.setattr(command, "run", refuse)
    assert command.main() == 1
    told = capsys.readouterr().err
    assert told.startswith(f"sandbox: /project/.sandbox/lock cannot be written ({os.strerror(number).lower()})")
    assert "LAB_SANDBOX_DIR=/path/to/folder" in told


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    monkeypatch.setattr(command, "run", fail)
    with pytest.raises(OSError, match="Bad file descriptor"):
        command.main()


@pytest.mark.parametrize("word", ["preview", "pre", "up", "update", "refresh", "destroy", "import", "watch", "stack"])
def test_only_a_preview_saves_no_state_between_steps(word: str) -> None:
    variables = {"PULUMI_SKIP_CHECKPOINTS": "true"} if word in ("preview", "pre") else {}
    assert command.for_previews(word) == variables
