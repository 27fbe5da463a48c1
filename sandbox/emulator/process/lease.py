"""Leases of the emulator: whoever holds one keeps it running."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.emulator.process.address import LEASE_PATH, last_address
from sandbox.emulator.process.directory import REPOSITORY

ADDRESS_WAIT_SECONDS = 2.0
START_WAIT_SECONDS = 20.0


class EmulatorError(Exception):
    """The emulator cannot be started or reached; the message says why and what to do."""


@dataclass(frozen=True)
class Lease:
    """A right to the running emulator, as long as its connection is open."""

    endpoint: str
    """Address of the Resource Manager, such as `http://127.0.0.1:40123`."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables through which Azure's tools and SDKs find the emulator."""
        return {
            "ARM_ENDPOINT": self.endpoint,
            "GRAPH_ENDPOINT": self.endpoint,
            "PRICES_ENDPOINT": self.endpoint,
            "ARM_USE_MSI": "true",
            "IDENTITY_ENDPOINT": f"{self.endpoint}/msi/token",
            "IDENTITY_HEADER": "sandbox",
        }


@contextmanager
def lease(directory: Path) -> Iterator[Lease]:
    """Hold a lease of the emulator whose state is in `<directory>/emulator`, starting it when none runs.

    Two processes that come at once share one server. Raises EmulatorError when it cannot be started.
    """
    home = directory / "emulator"
    connection = _connect(home) or _start(home)
    port = connection.getpeername()[1]
    try:
        yield Lease(f"http://127.0.0.1:{port}")
    finally:
        connection.close()


def _connect(home: Path) -> socket.socket | None:
    """Return a granted lease's connection; None when no server of this directory answers."""
    address = last_address(home)
    connection = None
    try:
        connection = socket.create_connection(("127.0.0.1", int(address["port"])), timeout=ADDRESS_WAIT_SECONDS)
        request = f"GET {LEASE_PATH}?key={address['key']} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        connection.sendall(request.encode())
        granted = connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    except (OSError, KeyError, ValueError):
        granted = False
    if connection and granted:
        connection.settimeout(None)
        return connection
    if connection:
        connection.close()
    return None


def _start(home: Path) -> socket.socket:
    """Start the server, or wait for another process that is starting it, and return a lease's connection."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        guard = (home / "start.lock").open("a", encoding="utf-8")
    except OSError as error:
        raise EmulatorError(
            f"The sandbox cannot keep its state in {home}: {error.strerror}. Give it write access there, or choose "
            "another directory with the environment variable LAB_SANDBOX_DIR."
        ) from error
    with guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        connection = _connect(home)
        if connection is None:
            _spawn(home)
            connection = _connect(home)
    if connection is None:
        raise EmulatorError(f"The sandbox's server started but cannot be reached. Its log is {home}/server.log.")
    return connection


def _spawn(home: Path) -> None:
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "sandbox.emulator.process.server", str(home)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EmulatorError(
            f"The sandbox's server did not start within {START_WAIT_SECONDS:.0f} s. Its log is {home}/server.log."
        ) from error
    if done.returncode != 0:
        raise EmulatorError(done.stderr.strip() or f"The sandbox's server ended. Its log is {home}/server.log.")
