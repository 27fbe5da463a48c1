"""A Pulumi project without this program's components, and what the policies say of it on the real engine.

Its program declares what a file lists, so that tests write resources as data, under any type token.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from tests.support.ids import SUBSCRIPTION
from tests.support.project import POLICY_CONFIG, ROOT, Project

PACKAGE: Final = "azure-native_compute_v20240303"
"""The package that an SDK for one api-version is: `pulumi package add azure-native compute@v20240303`."""
OLDER_PACKAGE: Final = "azure-nextgen"
"""The name of azure-native before its first release."""
PACKAGES: Final = (PACKAGE, OLDER_PACKAGE)

PROGRAM: Final = '''"""Declares or reads what resources.json lists."""

import json

import pulumi

made = {}


def filled(value):
    if isinstance(value, dict) and "$id" in value:
        return made[value["$id"]].id
    if isinstance(value, dict) and "$name" in value:
        return made[value["$name"]].id.apply(lambda identifier: identifier.rpartition("/")[2])
    if isinstance(value, dict) and "$secret" in value:
        return pulumi.Output.secret(filled(value["$secret"]))
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    return [filled(each) for each in value] if isinstance(value, list) else value


before = []
for entry in json.load(open("resources.json", encoding="utf-8")):
    name = entry["name"]
    given = {option: entry.get(option) for option in ("aliases", "id", "ignore_changes", "import_")}
    opts = pulumi.ResourceOptions(depends_on=before, **given)
    made[name] = pulumi.CustomResource(entry["type"], name, filled(entry["properties"]), opts)
    before = [made[name]]
'''

# The stand-in knows types by the token of azure-native; the other packages have the same types.
PROVIDER: Final = """
import runpy, sys
sys.path.insert(0, {root!r})
import sandbox.provider.resource_type as types
known = types.resource_type
types.resource_type = lambda token: known(token.replace({package!r}, "azure-native").replace("/latest", ""))
runpy.run_module("sandbox.provider", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Said:
    """One event of a policy: about which resource of the program, at which level, and in which words."""

    resource: str
    policy: str
    level: str
    message: str


@dataclass(frozen=True)
class Run:
    """How a command ended, and what the policies said while it ran."""

    succeeded: bool
    printed: str
    said: Sequence[Said]

    def but_cost(self) -> list[Said]:
        """What they said but the notice of what all replicas cost, which every stack with a version has once."""
        rest = [each for each in self.said if "replicas of this stack cost" not in each.message]
        assert len(self.said) - len(rest) == 1, self.said
        return rest

    def refusals(self) -> dict[str, set[str]]:
        """The policies that refuse, by the resource that they refuse."""
        found: dict[str, set[str]] = {}
        for each in self.said:
            if each.level == "mandatory":
                found.setdefault(each.resource, set()).add(each.policy)
        return found

    def words(self, resource: str, policy: str) -> str:
        """Everything that a policy said of a resource."""
        return "\n".join(each.message for each in self.said if (each.resource, each.policy) == (resource, policy))


def run(project: Project, *command: str, folder: Path | None = None) -> Run:
    """Run a command of the engine on the dev stack of the project, or of the one in `folder`; read its events."""
    events = project.path / "events.json"
    events.unlink(missing_ok=True)
    where = ("-C", str(folder)) if folder else ()
    logged = ("--stack", "dev", "--non-interactive", "--event-log", str(events))
    ended = project.run("sandbox/pulumi", *where, *command, *logged, check=False, PULUMI_DEBUG_COMMANDS="true")
    printed = ended.stdout + ended.stderr
    assert events.exists(), printed
    assert "Traceback" not in printed, printed
    return Run(ended.returncode == 0, printed, list(_said(events.read_text(encoding="utf-8"))))


def analyze(project: Project, state: Mapping[str, Any], *flags: str) -> Run:
    """What `pulumi policy analyze` says of an exported state, by default with the pack alone."""
    file = project.path / "state.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    configured = flags or ("--policy-pack", str(project.path / "policies"))
    ended = project.run("sandbox/pulumi", "policy", "analyze", *configured, "--file", str(file), "--json", check=False)
    assert "Traceback" not in ended.stderr, ended.stderr
    return Run(ended.returncode == 0, ended.stdout + ended.stderr, list(_said(ended.stdout)))


def _said(log: str) -> Iterator[Said]:
    for line in log.splitlines():
        event = json.loads(line).get("policyEvent")
        if event is not None:
            name = event.get("resourceUrn", "").rpartition("::")[2]
            yield Said(name, event["policyName"], event["enforcementLevel"], event["message"])


def _install_provider(project: Project, package: str) -> None:
    """Put a plugin for `package` beside those of the sandbox, as `pulumi plugin install` would."""
    plugin = f"resource-{package}"
    version = metadata.version("pulumi_azure_native")
    executable = project.path / f".sandbox/home/plugins/{plugin}-v{version}/pulumi-{plugin}"
    executable.parent.mkdir(parents=True)
    script = PROVIDER.format(root=str(project.path), package=package)
    executable.write_text(f"#!{sys.executable} -uP\n{script}", encoding="utf-8")
    executable.chmod(0o755)


@dataclass(frozen=True)
class ForeignProject:
    """The project in `folder`, run by the sandbox of `project`."""

    project: Project
    folder: Path

    @classmethod
    def write(cls, project: Project) -> ForeignProject:
        """A new one beside the copy of this project, and providers for the packages of other names."""
        folder = project.path.parent / "foreign"
        folder.mkdir()
        runtime = {"name": "python", "options": {"virtualenv": str(ROOT / ".venv")}}
        (folder / "Pulumi.yaml").write_text(json.dumps({"name": "foreign", "runtime": runtime}), encoding="utf-8")
        config = {f"{package}:subscriptionId": SUBSCRIPTION for package in ("azure-native", *PACKAGES)}
        (folder / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}), encoding="utf-8")
        (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
        for package in PACKAGES:
            _install_provider(project, package)
        return cls(project, folder)

    def declare(self, *resources: Mapping[str, Any]) -> None:
        """Let the program declare these from now on, each after the one before it."""
        (self.folder / "resources.json").write_text(json.dumps(resources), encoding="utf-8")

    def configured(self, changes: Mapping[str, Any]) -> tuple[str, ...]:
        """Flags that run the pack with the shipped configuration, with other entries for some policies."""
        return self.with_configuration({**json.loads((ROOT / POLICY_CONFIG).read_text(encoding="utf-8")), **changes})

    def with_configuration(self, configuration: Mapping[str, Any]) -> tuple[str, ...]:
        """Flags that run the pack with this configuration."""
        file = self.folder / "policy-config.json"
        file.write_text(json.dumps(configuration), encoding="utf-8")
        return "--policy-pack", str(self.project.path / "policies"), "--policy-pack-config", str(file)

    def run(self, *command: str) -> Run:
        """Run a command of the engine on its dev stack."""
        return run(self.project, *command, folder=self.folder)

    def state(self) -> dict[str, Any]:
        """Its dev stack, exported."""
        command = ("sandbox/pulumi", "-C", str(self.folder), "stack", "export", "--stack", "dev")
        found: dict[str, Any] = json.loads(self.project.run(*command).stdout)
        return found
