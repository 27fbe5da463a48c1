"""The engine's surroundings keep the user's own Pulumi and Azure out."""

import subprocess
from pathlib import Path

import pytest

from sandbox.engine.get.engine import Engine
from sandbox.engine.run.home import Home
from tests.sandbox.engine.machine import script
from tests.support.project import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "sandbox folder", ROOT)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "pulumi", "a test", {}, tmp_path / "tools")


def test_nothing_of_the_users_azure_or_pulumi_passes(home: Home, engine: Engine) -> None:
    users = {
        "ARM_CLIENT_SECRET": "secret",  # pragma: allowlist secret
        "AZURE_CLIENT_ID": "id",
        "IDENTITY_ENDPOINT": "http://real",
        "MSI_ENDPOINT": "http://real",
        "PULUMI_ACCESS_TOKEN": "token",
        "PULUMI_HOME": "/home/user/.pulumi",
        "PULUMI_BACKEND_URL": "s3://state",
        "PULUMI_CONFIG_PASSPHRASE": "real",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/real",
        "PULUMI_DEBUG_PROVIDERS": "azure-native:1",
    }
    kept = {"LANG": "C", "LABS_LANG": "ko", "PATH": "/bin", "PULUMI_STACK": "dev", "PULUMI_OPTION_DIFF": "true"}
    environment = home.environment(users | kept, engine)
    assert {name: environment[name] for name in kept if name != "PATH"} == {
        name: value for name, value in kept.items() if name != "PATH"
    }
    assert not set(users.values()) & set(environment.values())
    assert environment["PULUMI_HOME"] == str(home.folder / "home")
    assert environment["PULUMI_BACKEND_URL"] == (home.folder / "state").as_uri()
    assert environment["PATH"] == f"{engine.tools}:/bin"


@pytest.mark.parametrize(("users", "expected"), [("", "127.0.0.1,localhost"), ("corp", "corp,127.0.0.1,localhost")])
def test_a_proxy_is_not_used_on_this_machine(home: Home, engine: Engine, users: str, expected: str) -> None:
    environment = home.environment({"NO_PROXY": users, "HTTPS_PROXY": "http://proxy:1"}, engine)
    assert environment["NO_PROXY"] == expected
    assert environment["HTTPS_PROXY"] == "http://proxy:1"


def test_the_folder_can_be_named(tmp_path: Path) -> None:
    assert Home.of({"LAB_SANDBOX_DIR": str(tmp_path)}, ROOT).folder == tmp_path
    assert Home.of({}, ROOT).folder == ROOT / ".sandbox"


def test_the_engine_has_no_place_for_its_log_of_every_run(home: Home, engine: Engine) -> None:
    logs = home.pulumi_home / "logs"
    logs.mkdir(parents=True)
    (logs / "dev-20261130T000000.log").write_text("of an engine before")
    for _ in range(2):
        home.prepare(engine)
        assert logs.is_file()


def test_plugins_start_their_commands_also_from_folders_with_spaces(home: Home, tmp_path: Path) -> None:
    command = script(tmp_path / "a host", 'echo "$@"')
    home.prepare(Engine(tmp_path / "pulumi", "a test", {"language-python": [str(command), "one two"]}, tmp_path))
    (plugin,) = (home.pulumi_home / "plugins").glob("language-python-v*/pulumi-language-python")
    started = subprocess.run([str(plugin), "127.0.0.1:1"], capture_output=True, text=True, check=True)
    assert started.stdout == "one two 127.0.0.1:1\n"


def test_the_providers_plugin_has_the_version_of_the_installed_package(home: Home, engine: Engine) -> None:
    home.prepare(engine)
    pinned = next(
        line for line in (ROOT / "requirements.in").read_text().splitlines() if line.startswith("pulumi-azure-native")
    )
    version = pinned.partition("==")[2]
    plugin = home.pulumi_home / "plugins" / f"resource-azure-native-v{version}" / "pulumi-resource-azure-native"
    before = plugin.stat()
    assert before.st_mode & 0o111
    home.prepare(engine)
    assert plugin.stat().st_ino == before.st_ino
