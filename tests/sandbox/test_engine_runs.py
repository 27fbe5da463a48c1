"""The real engine runs Python programs, policy packs and dynamic resources with the sandbox's own plugins for them."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sandbox.engine_project import ROOT, SmallProject, cache_of_build
from tests.support.processes import processes, runs
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
DYNAMIC_SLEEPS = """
from pulumi.dynamic import Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        import os, time
        with open("pids.new", "w") as file:
            file.write(f"{os.getpid()} {os.getppid()}")
        os.rename("pids.new", "pids")
        time.sleep(60)

class Sleeper(Resource):
    pass

Sleeper(Provider(), "sleeper", {})
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
def project(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> SmallProject:
    return SmallProject.below(tmp_path_factory.mktemp("engine"), cache)


def test_a_command_without_azure_says_only_what_the_engine_says(project: SmallProject) -> None:
    asked = project.pulumi("version")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("v3.")


def test_preview_makes_the_stack_and_leaves_the_project_as_it_is(project: SmallProject) -> None:
    project.write(GREETS)
    before = files(project.folder)
    previewed = project.pulumi("preview", "--stack", "dev", "--json")
    assert previewed.returncode == 0, previewed.stderr
    assert json.loads(previewed.stdout)["config"] == {"small:greeting": "hello"}
    assert previewed.stderr.endswith(UNCHANGED)
    assert "warning" not in previewed.stdout + previewed.stderr
    assert files(project.folder) == before


def test_the_only_stack_needs_no_naming(project: SmallProject) -> None:
    project.write(GREETS)
    deployed = project.pulumi("up", "--yes", "--skip-preview")
    assert deployed.returncode == 0, deployed.stdout
    assert project.pulumi("stack", "output", "greeting").stdout == "hello\n"


def test_the_users_own_pulumi_and_azure_are_not_touched(project: SmallProject) -> None:
    own = project.home / ".pulumi"
    own.mkdir(exist_ok=True)
    (own / "credentials.json").write_text('{"current": "https://api.example.invalid"}')
    before = files(project.home)
    project.write(
        "import os, pulumi\npulumi.export('seen', sorted(n for n in os.environ if n.startswith(('ARM_', 'AZURE_'))))\n"
    )
    deployed = project.pulumi(
        "up",
        "--yes",
        "--skip-preview",
        PULUMI_HOME=str(own),
        PULUMI_ACCESS_TOKEN="token",
        PULUMI_BACKEND_URL="https://api.example.invalid",
        ARM_CLIENT_ID="mine",
        AZURE_TENANT_ID="mine",
    )
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    seen = json.loads(project.pulumi("stack", "output", "seen").stdout)
    assert seen == ["ARM_ENDPOINT", "ARM_USE_MSI"]
    assert files(project.home) == before


def test_a_program_that_has_explained_itself_ends_with_its_own_lines(project: SmallProject) -> None:
    project.write('import sys, pulumi\npulumi.log.error("the first")\npulumi.log.error("the second")\nsys.exit(32)\n')
    previewed = project.pulumi("preview")
    assert previewed.returncode != 0
    assert "error: the first" in previewed.stdout
    assert "error: the second" in previewed.stdout
    assert "exit code" not in previewed.stdout
    assert "Traceback" not in previewed.stdout


def test_an_exception_is_shown_from_the_program_on(project: SmallProject) -> None:
    project.write('print("to stdout")\nraise ValueError("an accident")\n')
    previewed = project.pulumi("preview")
    assert previewed.returncode != 0
    assert "ValueError: an accident" in previewed.stdout
    assert "to stdout" in previewed.stdout
    assert "language_host" not in previewed.stdout
    assert "runpy" not in previewed.stdout


def test_another_exit_code_is_told(project: SmallProject) -> None:
    project.write("import sys\nsys.exit(3)\n")
    assert "program exited with non-zero exit code: 3" in project.pulumi("preview").stdout


def test_dynamic_resources_find_the_project_and_the_sandbox(project: SmallProject) -> None:
    (project.folder / "beside.py").write_text('MARK = "a module of the project"\n')
    project.write(DYNAMIC)
    deployed = project.pulumi("up", "--yes", "--skip-preview")
    assert deployed.returncode == 0, deployed.stdout
    outputs = json.loads(project.pulumi("stack", "output", "--json").stdout)
    assert outputs["beside"] == "a module of the project"
    assert outputs["endpoint"].startswith("http://127.0.0.1:")
    assert project.pulumi("refresh", "--yes").returncode == 0
    destroyed = project.pulumi("destroy", "--yes")
    assert destroyed.returncode == 0, destroyed.stdout
    assert (project.folder / "deleted").read_text() == "a module of the project"


def test_a_policy_pack_in_python_is_run(project: SmallProject, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    virtualenv = ROOT / ".venv"
    options = f"options: {{virtualenv: {virtualenv}}}"
    (pack / "PulumiPolicy.yaml").write_text(f"description: small\nruntime: {{name: python, {options}}}\n")
    (pack / "__main__.py").write_text(PACK)
    project.write(GREETS)
    previewed = project.pulumi("preview", "--policy-pack", str(pack))
    assert "refused by the pack" in previewed.stdout, previewed.stdout + previewed.stderr
    assert previewed.returncode != 0


def test_a_stack_with_the_secrets_of_others_is_previewed_without_them(project: SmallProject) -> None:
    project.write(GREETS)
    content = (
        "secretsprovider: azurekeyvault://vault.example.invalid/keys/key\nencryptedkey: AAAA\n"
        "config:\n  small:greeting: from production\n  small:password:\n    secure: v1:AAAA:BBBB\n"
    )
    file = project.folder / "Pulumi.production.yaml"
    file.write_text(content)
    try:
        previewed = project.pulumi("preview", "--stack", "production")
        assert previewed.returncode == 0, previewed.stdout + previewed.stderr
        assert 'greeting: "from production"' in previewed.stdout
        assert "without small:password" in previewed.stderr
        assert file.read_text() == content
    finally:
        file.unlink()


def test_two_commands_at_once_make_the_stack_once(tmp_path: Path, cache: Path) -> None:
    project = SmallProject.below(tmp_path, cache)
    project.write(GREETS)
    before = files(project.folder)
    both = [project.start("preview", "--stack", "dev", "--non-interactive") for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert files(project.folder) == before


def test_install_makes_the_virtual_environment_that_the_project_names(tmp_path: Path, cache: Path) -> None:
    project = SmallProject.below(tmp_path, cache)
    (project.folder / "Pulumi.yaml").write_text("name: small\nruntime: {name: python, options: {virtualenv: venv}}\n")
    (project.folder / "requirements.txt").write_text("# nothing\n")
    project.write(GREETS)
    refused = project.pulumi("preview", "--stack", "dev")
    assert refused.returncode != 0
    assert "`pulumi install`" in refused.stdout + refused.stderr
    installed = project.pulumi("install")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert (project.folder / "venv" / "bin" / "python").exists()


def test_about_tells_the_interpreter_and_the_packages_of_the_program(project: SmallProject) -> None:
    about = project.pulumi("about").stdout
    assert f"executable='{ROOT / '.venv' / 'bin' / 'python'}'" in about
    assert "grpcio" in about


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def start_sleeping(project: SmallProject) -> tuple[subprocess.Popen[str], list[int]]:
    """A preview whose program sleeps; also give the process ids of program, language host and engine."""
    project.write(SLEEPS)
    (project.folder / "pids").unlink(missing_ok=True)
    command = project.start("preview", "--non-interactive")
    until((project.folder / "pids").exists)
    program, host = map(int, (project.folder / "pids").read_text().split())
    return command, [program, host, processes()[host].parent]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_preview_ends_quickly_and_leaves_no_process(
    project: SmallProject, number: signal.Signals
) -> None:
    command, started = start_sleeping(project)
    began = time.monotonic()
    command.send_signal(number)
    output, errors = command.communicate(timeout=60)
    assert time.monotonic() - began < 10  # a plugin that did not end would have cost 5 s, and there are three
    assert "canceled" in output
    assert "Traceback" not in output + errors
    until(lambda: not any(map(runs, started)))


def test_an_engine_that_is_killed_leaves_no_process(project: SmallProject) -> None:
    command, started = start_sleeping(project)
    os.kill(started[-1], signal.SIGKILL)
    command.communicate(timeout=60)
    assert command.returncode == -signal.SIGKILL
    until(lambda: not any(map(runs, started)))


def test_a_dynamic_resource_ends_with_an_engine_that_is_killed(project: SmallProject) -> None:
    project.write(DYNAMIC_SLEEPS)
    (project.folder / "pids").unlink(missing_ok=True)
    command = project.start("up", "--yes", "--skip-preview", "--non-interactive")
    until((project.folder / "pids").exists)
    server, parent = map(int, (project.folder / "pids").read_text().split())
    (engine,) = (pid for pid, process in processes().items() if process.parent == command.pid)
    os.kill(engine, signal.SIGKILL)
    command.communicate(timeout=60)
    until(lambda: not any(map(runs, {engine, parent, server})))
