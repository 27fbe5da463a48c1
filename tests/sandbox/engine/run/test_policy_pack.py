"""The repository's policy pack has its own environment, made when it is missing or out of date."""

from pathlib import Path

import pytest

from sandbox.engine.errors import EngineError
from sandbox.engine.get.engine import Engine
from sandbox.engine.run.home import Home
from sandbox.engine.run.policy_pack import PolicyPack
from tests.sandbox.engine.machine import script

INSTALLS = "echo $@ >> calls; mkdir -p venv/bin; touch venv/bin/python"


@pytest.fixture
def pack(tmp_path: Path) -> PolicyPack:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: venv}}\n")
    (folder / "requirements.txt").write_text("pulumi-policy==1.0.0\n")
    return PolicyPack(folder, tmp_path / "policy-config.json")


def install(pack: PolicyPack, body: str = INSTALLS) -> list[str]:
    """Install with an engine that does `body`; returns the arguments of all its starts so far."""
    root = pack.folder.parent
    engine = Engine(script(root / "pulumi", body), "a test", {}, root)
    pack.install(Home(root, root), engine, {"PATH": "/usr/bin:/bin"})
    calls = pack.folder / "calls"
    return calls.read_text().splitlines() if calls.exists() else []


def test_it_is_installed_once(pack: PolicyPack) -> None:
    assert install(pack) == ["install --non-interactive"]
    assert len(install(pack)) == 1


def test_other_requirements_are_installed(pack: PolicyPack) -> None:
    install(pack)
    (pack.folder / "requirements.txt").write_text("pulumi-policy==2.0.0\n")
    assert len(install(pack)) == 2


def test_a_failed_installation_is_reported_and_repeated(pack: PolicyPack) -> None:
    with pytest.raises(EngineError, match=r"(?s)policy pack cannot run.*no such package"):
        install(pack, f"{INSTALLS}; echo no such package >&2; exit 1")
    assert len(install(pack)) == 2


def test_an_environment_outside_the_pack_is_not_installed(pack: PolicyPack) -> None:
    (pack.folder / "PulumiPolicy.yaml").write_text("runtime: {name: python, options: {virtualenv: ../.venv}}\n")
    assert install(pack) == []


def test_the_configuration_goes_with_it_once_there_is_one(pack: PolicyPack) -> None:
    assert pack.variables() == {"PULUMI_OPTION_POLICY_PACK": str(pack.folder)}
    pack.config.write_text("{}")
    assert pack.variables()["PULUMI_OPTION_POLICY_PACK_CONFIG"] == str(pack.config)
