"""What the language host for Python serves: the engine runs programs and policy packs through it.

The protocol is Pulumi's `language.proto`; what each call does follows the official host, whose runner of programs
(`pulumi-language-python-exec`, from the SDK's Go module) is used as it is and found on PATH.
"""

import importlib.metadata
import json
import os
import platform
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.engine.children import PIPES, Children
from sandbox.engine.host.parent import watch_parent
from sandbox.engine.host.program_environment import ProgramEnvironment

RUNNER = "pulumi-language-python-exec"
# The exit code of a program that has already shown what is wrong (pulumi-language-python-exec).
EXPLAINED = 32


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine; every process it starts is one of `children`."""

    def __init__(self, engine_address: str, children: Children) -> None:
        self._engine_address = engine_address
        self._children = children

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take the engine's address, if it comes with this call instead of on the command line."""
        self._engine_address = request.engine_address or self._engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the version of the SDK, whose protocol this implements."""
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi"))

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Require nothing: every resource names its provider's version itself."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Require nothing; the older form of GetRequiredPackages."""
        return language_pb2.GetRequiredPluginsResponse()

    def RuntimeOptionsPrompts(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Ask nothing when a new project is made."""
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the path and version of the program's interpreter."""
        environment = ProgramEnvironment.of(request.info)
        # The engine asks with every preview and update; mostly the program's interpreter is this process's own.
        if environment.python == sys.executable:
            return language_pb2.AboutResponse(executable=sys.executable, version=platform.python_version())
        code = "import platform, sys; print(sys.executable, platform.python_version(), sep='\\n')"
        executable, version = self._ask(environment, code, context).splitlines()
        return language_pb2.AboutResponse(executable=executable, version=version)

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        """List what is installed beside the program, by name and version."""
        environment = ProgramEnvironment.of(request.info)
        code = (
            "import importlib.metadata as m, json;"
            "print(json.dumps(sorted({(d.metadata['Name'], d.version) for d in m.distributions()})))"
        )
        listed = json.loads(self._ask(environment, code, context))
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[language_pb2.DependencyInfo(name=name, version=version) for name, version in listed]
        )

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Run a program to its end with the official runner, its output going to the engine through ours."""
        environment = ProgramEnvironment.of(request.info)
        runner = shutil.which(RUNNER)
        if runner is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{RUNNER} is not on PATH")
        problem = environment.problem()
        if problem:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, problem)
        variables = environment.variables()
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        variables["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        command = [environment.python, "-u", str(runner), *self._runner_arguments(request)]
        with self._children.run(command, cwd=environment.program, env=variables) as program:
            exit_code = program.wait()
        if exit_code == EXPLAINED:
            return language_pb2.RunResponse(bail=True)
        if exit_code != 0:
            return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {exit_code}")
        return language_pb2.RunResponse()

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Run a policy pack or another plugin in Python; yield its output as it comes, then the exit code."""
        environment = ProgramEnvironment.of(request.info, default_virtualenv="venv")
        problem = environment.problem()
        if problem:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, problem)
        command = [environment.python, "-u", *_plugin_arguments(request)]
        variables = environment.variables() | dict(entry.split("=", 1) for entry in request.env)
        with self._children.run(command, cwd=request.pwd or None, env=variables, streams=PIPES) as plugin:
            # The engine ends a plugin by cancelling this call.
            context.add_callback(lambda: self._children.end(plugin))
            for output in _outputs(plugin):
                yield language_pb2.RunPluginResponse(**output)
            yield language_pb2.RunPluginResponse(exitcode=plugin.wait())

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Make the virtual environment and install requirements.txt into it, as `pulumi install` asks."""
        environment = ProgramEnvironment.of(request.info, "venv" if request.is_plugin else "")
        for command in environment.install_commands():
            shown = f"{' '.join(command)}\n"
            yield language_pb2.InstallDependenciesResponse(stdout=shown.encode())
            with self._children.run(
                command, cwd=environment.program, env=environment.variables(), streams=PIPES
            ) as installer:
                for output in _outputs(installer):
                    yield language_pb2.InstallDependenciesResponse(**output)
                exit_code = installer.wait()
            if exit_code != 0:
                context.abort(grpc.StatusCode.UNKNOWN, f"`{' '.join(command)}` ended with exit code {exit_code}")

    def _ask(self, environment: ProgramEnvironment, code: str, context: grpc.ServicerContext) -> str:
        command = [environment.python, "-I", "-c", code]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"{environment.python}: {error.strerror}")
        if answer.returncode != 0:
            context.abort(grpc.StatusCode.UNKNOWN, answer.stderr)
        return answer.stdout

    def _runner_arguments(self, request: Any) -> list[str]:
        named = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        pairs = [part for name, value in named.items() if value for part in (f"--{name}", value)]
        return [*pairs, request.info.entry_point or request.program or ".", *request.args]


def _plugin_arguments(request: Any) -> list[str]:
    folder = request.info.program_directory
    if request.kind == "analyzer":
        return ["-m", "pulumi.policy", *request.args, folder]
    description = Path(folder) / "pyproject.toml"
    if (Path(folder) / "__main__.py").exists() or not description.exists():
        return [folder, *request.args]
    return ["-m", "pulumi.run.plugin", tomllib.loads(description.read_text())["project"]["name"], *request.args]


def _outputs(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """What a process writes, as it comes, each piece as `{"stdout" or "stderr": bytes}`, until both are closed."""
    written: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def forward(name: str, stream: Any) -> None:
        while data := stream.read1():
            written.put((name, data))
        written.put((name, b""))

    streams = {"stdout": process.stdout, "stderr": process.stderr}
    for name, stream in streams.items():
        threading.Thread(target=forward, args=(name, stream), daemon=True).start()
    still_open = len(streams)
    while still_open:
        name, data = written.get()
        if data:
            yield {name: data}
        else:
            still_open -= 1


def serve(kind: type[LanguageHost] = LanguageHost) -> None:
    """Serve the engine whose address is the last argument, until it sends a signal or ends."""
    children = Children()

    def leave(*_: object) -> None:
        # At once and without unwinding: the engine waits up to five seconds for each of its plugins.
        children.end_all()
        os._exit(0)

    # The system may give a signal to any thread, but only the main thread runs its handler. A byte in this socket wakes
    # the main thread in that case; `signal.pause` would sleep on.
    waking, wakes = socket.socketpair()
    wakes.settimeout(0)
    signal.set_wakeup_fd(wakes.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    watch_parent(leave)
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=_GRPC_CHANNEL_OPTIONS)
    host = kind(sys.argv[-1] if len(sys.argv) > 1 else "", children)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while True:
        waking.recv(1)
