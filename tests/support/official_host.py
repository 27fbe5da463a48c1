"""Stands in for `pulumi-language-python` of an official release, in which it lies beside the CLI.

It is the sandbox's own host with what the official one does otherwise: it names the plugins that the program's packages
need, from the `pulumi-plugin.json` in each, so that the engine looks for just these. Every call is written down.

Source: pulumi/pulumi, sdk/python/cmd/pulumi-language-python/main.go (`determinePulumiPackages`,
`determinePluginDependency`). What a real release does beside these calls only a real release shows.
"""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # started by its path: PYTHONPATH would also reach the program

from pulumi.runtime.proto import language_pb2, plugin_pb2  # noqa: E402

from sandbox.engine.host.language_runtime import LanguageHost, serve  # noqa: E402
from sandbox.engine.host.program_environment import ProgramEnvironment  # noqa: E402

CALLS = "calls"
"""The file, beside the executable, with the name of each call."""
PLUGINS = """
import importlib.metadata, json
found = []
for package in importlib.metadata.distributions():
    name = package.metadata["Name"].replace("_", "-")
    if name.startswith("pulumi-") and name != "pulumi-policy":
        file = package.locate_file(name.replace("-", "_") + "/pulumi-plugin.json")
        plugin = json.loads(file.read_text()) if file.exists() else {"resource": True, "name": name[7:]}
        if plugin.get("resource"):
            found.append([plugin["name"], "v" + plugin.get("version", package.version).lstrip("v")])
print(json.dumps(sorted(found)))
"""


class OfficialHost(LanguageHost):
    """The sandbox's host, with the required packages of the official one."""

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The packages that are installed for the program and have a plugin."""
        packages = (
            plugin_pb2.PackageDependency(name=name, version=version, kind="resource")
            for name, version in self._plugins(request, context)
        )
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802
        """The older form of the same."""
        plugins = (
            plugin_pb2.PluginDependency(name=name, version=version, kind="resource")
            for name, version in self._plugins(request, context)
        )
        return language_pb2.GetRequiredPluginsResponse(plugins=plugins)

    def _plugins(self, request: Any, context: Any) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = json.loads(self._ask(ProgramEnvironment.of(request.info), PLUGINS, context))
        return found


def _written_down(name: str, call: Any, file: Path) -> Any:
    @functools.wraps(call)
    def called(host: Any, request: Any, context: Any) -> Any:
        with file.open("a", encoding="utf-8") as calls:
            calls.write(f"{name} {getattr(request, 'kind', '')}".strip() + "\n")
        return call(host, request, context)

    return called


def main(folder: Path) -> None:
    """Serve the engine whose address is the last argument."""
    served = (name for name in dir(OfficialHost) if name[0].isupper())
    for name in served:
        setattr(OfficialHost, name, _written_down(name, getattr(OfficialHost, name), folder / CALLS))
    serve(OfficialHost)


if __name__ == "__main__":
    main(Path(sys.argv.pop(1)))
