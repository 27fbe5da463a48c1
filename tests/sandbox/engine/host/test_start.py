"""What the sandbox's own plugins import and start when the engine starts them, as each of its commands does."""

import platform
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import rpc
from pulumi.runtime.proto import language_pb2

from sandbox.engine.children import Children
from sandbox.engine.get.build import PLUGINS
from sandbox.engine.host.language_runtime import LanguageHost
from sandbox.engine.run.home import PROVIDER_START
from sandbox.provider.values import UNKNOWN
from tests.support.project import ROOT

HOST = PLUGINS["language-python"]
PROVIDER = [sys.executable, "-u", "-P", "-c", PROVIDER_START, str(ROOT)]
PROTOCOL = ("pulumi.runtime.proto", "pulumi.runtime._grpc_settings")
"""All of the SDK that may be imported; the packages around it are there, but are not run."""
ONLY_LATER = {"azure", "dill", "opentelemetry", "pydantic", "urllib3", "yaml"}


def imported_at_start(command: list[str], folder: Path) -> set[str]:
    """The names of the modules that a plugin has imported when it names its port."""
    errors = folder / "errors"
    with (
        errors.open("w", encoding="utf-8") as written,
        subprocess.Popen(
            [command[0], "-X", "importtime", *command[1:], "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
        ) as plugin,
    ):
        assert plugin.stdout is not None
        port = plugin.stdout.readline()
        plugin.send_signal(signal.SIGTERM)
    assert plugin.returncode == 0
    assert 0 < int(port) < 65536
    lines = errors.read_text(encoding="utf-8").splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


@pytest.mark.parametrize(("command", "served"), [(HOST, "language_pb2_grpc"), (PROVIDER, "provider_pb2_grpc")])
def test_a_plugin_starts_with_the_stubs_of_the_protocol_and_without_the_sdk(
    command: list[str], served: str, tmp_path: Path
) -> None:
    imported = imported_at_start(command, tmp_path)
    assert f"pulumi.runtime.proto.{served}" in imported
    ours = {name for name in imported if name.partition(".")[0] == "pulumi"}
    assert [name for name in sorted(ours) if not name.startswith(PROTOCOL)] == []
    assert {name.partition(".")[0] for name in imported} & ONLY_LATER == set()


def test_the_provider_and_the_sdk_have_the_same_sign_for_what_is_unknown() -> None:
    assert rpc.UNKNOWN == UNKNOWN


@pytest.mark.parametrize(("virtualenv", "started"), [(".venv", 0), ("venv", 1)])
def test_an_interpreter_that_is_the_hosts_own_is_not_started_to_tell_its_version(
    virtualenv: str, started: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine asks with every preview and update, in a host that it starts for this alone."""
    asked: list[list[str]] = []
    python = tmp_path / virtualenv / "bin" / "python"

    def answered(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, f"{python}\n{platform.python_version()}\n", "")

    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(subprocess, "run", answered)
    options = Struct()
    options["virtualenv"] = virtualenv
    info = language_pb2.ProgramInfo(root_directory=str(tmp_path), program_directory=str(tmp_path), options=options)
    context: Any = None
    about = LanguageHost("", Children()).About(language_pb2.AboutRequest(info=info), context)
    assert (about.executable, about.version) == (str(python), platform.python_version())
    assert len(asked) == started
