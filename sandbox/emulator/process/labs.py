"""The command sandbox/labs: `./labs` with any arguments, against the emulator."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from sandbox.emulator.process.connection import Connection
from sandbox.emulator.process.directory import REPOSITORY, sandbox_directory
from sandbox.emulator.process.lease import EmulatorError, lease

UNCHANGED = "sandbox: this ran against a pretend Azure; nothing in Azure was changed"
FOREIGN_PREFIXES = ("ARM_", "AZURE_", "MSI_", "IDENTITY_")
SUBSCRIPTION = re.compile(r"/subscriptions/([^/?]+)", re.IGNORECASE)
LOOPBACK = "127.0.0.1,localhost"


def main(arguments: Sequence[str]) -> int:
    """Run labs with `arguments` while holding a lease; return its exit code. Its stdout is its own."""
    try:
        started = time.time()
        with lease(sandbox_directory()) as held:
            exit_code = _run(arguments, held.environment())
            missing = missing_subscriptions(held.endpoint, started) if exit_code else []
    except EmulatorError as error:
        print(f"sandbox/labs: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while the emulator starts; later it is the command's matter
        return 128 + signal.SIGINT
    if missing:
        print(f"sandbox: it has no subscription {', '.join(missing)}; for a stack of Azure use ./labs", file=sys.stderr)
    print(UNCHANGED, file=sys.stderr)
    return exit_code


def variables(environ: Mapping[str, str], azure: Mapping[str, str], sandbox: Path) -> dict[str, str]:
    """The user's variables without those of their Azure, with the emulator's, and with no proxy before it.

    `sandbox` is the folder with the sandbox's state.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(FOREIGN_PREFIXES)}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = f"{kept[name]},{LOOPBACK}" if kept.get(name) else LOOPBACK
    # The stack that was selected with sandbox/pulumi counts, not one that the user selected for Azure.
    return (
        kept | {"PULUMI_HOME": str(sandbox / "home"), "PULUMI_BACKEND_URL": (sandbox / "state").as_uri()} | dict(azure)
    )


def missing_subscriptions(endpoint: str, since: float) -> list[str]:
    """The ids of subscriptions that were asked for since a time (of `time.time`) and that the emulator lacks.

    labs itself does not know that its Azure is a pretend one, so it advises as for Azure: to sign in.
    """
    connection = Connection(endpoint)
    try:
        log = connection.send("GET", "/sandbox/requests").body
        paths = [entry["path"] for entry in log if entry["time"] >= since and entry["status"] == HTTPStatus.NOT_FOUND]
        asked = dict.fromkeys(found[1].lower() for path in paths if (found := SUBSCRIPTION.match(path)))
        return [each for each in asked if _is_missing(connection, each)]
    finally:
        connection.close()


def _is_missing(connection: Connection, subscription: str) -> bool:
    path = f"/subscriptions/{subscription}/resourceGroups"
    return connection.send("GET", path, **{"api-version": "2024-03-01"}).code == "SubscriptionNotFound"


def _run(arguments: Sequence[str], azure: Mapping[str, str]) -> int:
    command = [str(REPOSITORY / "labs"), *arguments]
    # A Ctrl-C reaches labs from the terminal; a signal to this process alone is passed on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with subprocess.Popen(command, env=variables(os.environ, azure, sandbox_directory())) as labs:
        signal.signal(signal.SIGTERM, lambda *_: labs.terminate())
        exit_code = labs.wait()
    # As a shell reports a command that a signal ended.
    return exit_code if exit_code >= 0 else 128 - exit_code
