"""The real engine runs Python programs, policy packs and dynamic resources with the sandbox's own plugins for them."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import indent

import pytest

from sandbox.engine.get.cache import EngineCache
from tests.sandbox.engine.machine import Machine, script
from tests.sandbox.engine.program import Program, cache_of_build, engine_to_copy
from tests.support.processes import runs
from tests.support.project import ROOT
from tests.support.running import wait_until
from tests.support.written import files

UNCHANGED = "sandbox: this ran against a pretend Azure; nothing in Azure was changed\n"
GREETS = 'import pulumi\npulumi.export("greeting", pulumi.Config().get("greeting"))\n'
SLEEPS = """
import os, time
with open("pids.new", "w") as file:
    file.write(f"{os.getpid()} {os.getppid()}")
os.rename("pids.new", "pids")
time.sleep(60)
"""
DYNAMIC_SLEEPS = f"""
from pulumi.dynamic import Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
{indent(SLEEPS, " " * 8)}
class Sleeper(Resource):
    pass

Sleeper(Provider(), "sleeper", {{}})
"""
DYNAMIC = """
import os
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        import beside
        return CreateResult("an-id", {"beside": beside.MARK, "endpoint": os.environ["ARM_ENDPOINT"]})
    def delete(self, id, props):
        import beside
        open("deleted", "w").write(beside.MARK)

class Thing(Resource):
    beside: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    def __init__(self, name):
        super().__init__(Provider(), name, {"beside": None, "endpoint": None})

thing = Thing("thing")
pulumi.export("beside", thing.beside)
pulumi.export("endpoint", thing.endpoint)
"""
# A pack on the bare protocol: the SDK alone can serve it.
PACK = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    def Handshake(self, request, context):
        return analyzer_pb2.AnalyzerHandshakeResponse()
    def ConfigureStack(self, request, context):
        return analyzer_pb2.AnalyzerStackConfigureResponse()
    def Configure(self, request, context):
        return empty_pb2.Empty()
    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.0.0")
    def GetAnalyzerInfo(self, request, context):
        return analyzer_pb2.AnalyzerInfo(name="small", version="1.0.0")
    def Analyze(self, request, context):
        return analyzer_pb2.AnalyzeResponse(diagnostics=[analyzer_pb2.AnalyzeDiagnostic(
            policyName="never", policyPackName="small", policyPackVersion="1.0.0", description="never",
            message="refused by the pack", enforcementLevel=analyzer_pb2.MANDATORY, urn=request.urn)])
    def AnalyzeStack(self, request, context):
        return analyzer_pb2.AnalyzeResponse()

server = grpc.server(ThreadPoolExecutor())
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
threading.Event().wait()
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    yield cache_of_build(folder)
    # An engine is large, and these folders are kept for a while.
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Program:
    return Program.below(tmp_path_factory.mktemp("engine"), cache)


def test_a_command_without_azure_says_only_what_the_engine_says(project: Program) -> None:
    asked = project.pulumi("version")
    assert asked.stderr == ""
    assert asked.stdout.startswith("v3.")


def test_preview_makes_the_stack_and_leaves_the_project_as_it_is(project: Program) -> None:
    project.set_program(GREETS)
    before = files(project.path)
    previewed = project.pulumi("preview", "--stack", "dev", "--json")
    assert json.loads(previewed.stdout)["config"] == {"small:greeting": "hello"}
    assert previewed.stderr.endswith(UNCHANGED)
    assert "warning" not in previewed.stdout + previewed.stderr
    assert files(project.path) == before


def test_the_only_stack_needs_no_naming(project: Program) -> None:
    project.set_program(GREETS)
    project.pulumi("up", "--yes", "--skip-preview")
    assert project.pulumi("stack", "output", "greeting").stdout == "hello\n"


def test_the_users_own_pulumi_and_azure_are_not_touched(project: Program) -> None:
    own = project.home / ".pulumi"
    own.mkdir(exist_ok=True)
    (own / "credentials.json").write_text('{"current": "https://api.example.invalid"}')
    before = files(project.home)
    project.set_program(
        "import os, pulumi\npulumi.export('seen', sorted(n for n in os.environ if n.startswith(('ARM_', 'AZURE_'))))\n"
    )
    project.pulumi(
        "up",
        "--yes",
        "--skip-preview",
        PULUMI_HOME=str(own),
        PULUMI_ACCESS_TOKEN="token",
        PULUMI_BACKEND_URL="https://api.example.invalid",
        ARM_CLIENT_ID="mine",
        AZURE_TENANT_ID="mine",
    )
    seen = project.output("seen")
    assert seen == ["ARM_ENDPOINT", "ARM_USE_MSI"]
    assert files(project.home) == before


def test_a_program_that_has_explained_itself_ends_with_its_own_lines(project: Program) -> None:
    project.set_program(
        'import sys, pulumi\npulumi.log.error("the first")\npulumi.log.error("the second")\nsys.exit(32)\n'
    )
    printed = project.refused("preview")
    assert "error: the first" in printed
    assert "error: the second" in printed
    assert "exit code" not in printed


def test_an_exception_is_shown_from_the_program_on(project: Program) -> None:
    project.set_program('print("to stdout")\nraise ValueError("an accident")\n')
    previewed = project.pulumi("preview", check=False)
    assert previewed.returncode != 0
    assert "ValueError: an accident" in previewed.stdout
    assert "to stdout" in previewed.stdout
    assert "language_host" not in previewed.stdout
    assert "language_runtime" not in previewed.stdout
    assert "runpy" not in previewed.stdout


def test_another_exit_code_is_shown(project: Program) -> None:
    project.set_program("import sys\nsys.exit(3)\n")
    assert "program exited with non-zero exit code: 3" in project.refused("preview")


def test_dynamic_resources_find_the_project_and_the_sandbox(project: Program) -> None:
    project.write("beside.py", 'MARK = "a module of the project"\n')
    project.set_program(DYNAMIC)
    project.pulumi("up", "--yes", "--skip-preview")
    outputs = project.output()
    assert outputs["beside"] == "a module of the project"
    assert outputs["endpoint"].startswith("http://127.0.0.1:")
    project.pulumi("refresh", "--yes")
    project.pulumi("destroy", "--yes")
    assert project.read("deleted") == "a module of the project"


def test_a_policy_pack_in_python_is_run(project: Program, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    virtualenv = ROOT / ".venv"
    options = f"options: {{virtualenv: {virtualenv}}}"
    (pack / "PulumiPolicy.yaml").write_text(f"description: small\nruntime: {{name: python, {options}}}\n")
    (pack / "__main__.py").write_text(PACK)
    project.set_program(GREETS)
    assert "refused by the pack" in project.refused("preview", "--policy-pack", str(pack))


def test_a_stack_whose_secrets_have_another_key_is_previewed_without_them(project: Program) -> None:
    project.set_program(GREETS)
    content = (
        "secretsprovider: azurekeyvault://vault.example.invalid/keys/key\nencryptedkey: AAAA\n"
        "config:\n  small:greeting: from production\n  small:password:\n    secure: v1:AAAA:BBBB\n"
    )
    file = project.path / "Pulumi.production.yaml"
    file.write_text(content)
    try:
        previewed = project.pulumi("preview", "--stack", "production")
        assert 'greeting: "from production"' in previewed.stdout
        assert "without small:password" in previewed.stderr
        assert file.read_text() == content
    finally:
        file.unlink()


def test_two_commands_at_once_make_the_stack_once(tmp_path: Path, cache: Path) -> None:
    project = Program.below(tmp_path, cache)
    project.set_program(GREETS)
    before = files(project.path)
    both = [project.start_pulumi("preview", "--stack", "dev") for _ in range(2)]
    ended = [each.ended() for each in both]
    assert [each.returncode for each in ended] == [0, 0], ended
    assert files(project.path) == before


def test_install_makes_the_virtual_environment_that_the_project_names(tmp_path: Path, cache: Path) -> None:
    project = Program.below(tmp_path, cache)
    project.write("Pulumi.yaml", "name: small\nruntime: {name: python, options: {virtualenv: venv}}\n")
    project.write("requirements.txt", "# nothing\n")
    project.set_program(GREETS)
    assert "`pulumi install`" in project.refused("preview", "--stack", "dev")
    project.pulumi("install")
    assert (project.path / "venv" / "bin" / "python").exists()


def test_about_shows_the_interpreter_and_the_packages_of_the_program(project: Program) -> None:
    about = project.pulumi("about").stdout
    assert f"executable='{ROOT / '.venv' / 'bin' / 'python'}'" in about
    assert "grpcio" in about


@pytest.fixture
def pids(project: Program) -> Callable[[], list[int]]:
    """Waits for the two process ids that a program which sleeps writes down: its own and that of its parent."""
    file = project.path / "pids"
    file.unlink(missing_ok=True)

    def written() -> list[int]:
        wait_until(file.exists, "the program sleeps")
        return [int(pid) for pid in file.read_text().split()]

    return written


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_preview_ends_quickly_and_leaves_no_process(
    project: Program, pids: Callable[[], list[int]], number: signal.Signals
) -> None:
    project.set_program(SLEEPS)
    before = time.monotonic()
    command = project.start_pulumi("preview")
    started = [*pids(), command.engine()]
    began = time.monotonic()
    command.send_signal(number)
    ended = command.ended()
    # A plugin that did not end would have cost 5 s, and there are three; a busy machine was slow to start them as well.
    assert time.monotonic() - began < 10 + (began - before)
    assert "canceled" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    wait_until(lambda: not any(map(runs, started)), "all processes have ended")


@pytest.mark.parametrize(
    ("program", "command"), [(SLEEPS, ["preview"]), (DYNAMIC_SLEEPS, ["up", "--yes", "--skip-preview"])]
)
def test_an_engine_that_is_killed_leaves_no_process(
    project: Program, pids: Callable[[], list[int]], program: str, command: list[str]
) -> None:
    project.set_program(program)
    running = project.start_pulumi(*command)
    started = [*pids(), running.engine()]
    running.kill_engine()
    assert running.ended().returncode == -signal.SIGKILL
    wait_until(lambda: not any(map(runs, started)), "all processes have ended")


def test_a_shim_is_not_the_engine_that_is_copied(tmp_path: Path, cache: Path) -> None:
    """The tests' own preparation: a version manager's script or link goes after the CLI itself."""
    machine = Machine(tmp_path)
    cli = EngineCache(cache / "lab-image-gallery").entry("build") / "pulumi"
    script(tmp_path / "manager", "echo v3.300.0")
    for folder, target in (("linked", tmp_path / "manager"), ("real", cli)):
        script(tmp_path / folder / "pulumi-language-python", "exit 1")
        (tmp_path / folder / "pulumi").symlink_to(target)
    machine.pulumi("3.300.0")
    environ = machine.environ()
    path = [environ["PATH"], *(str(tmp_path / folder) for folder in ("linked", "real"))]
    engine = engine_to_copy({**environ, "PATH": os.pathsep.join(path)})
    assert engine.executable == tmp_path / "real" / "pulumi"
