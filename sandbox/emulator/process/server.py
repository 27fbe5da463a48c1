"""The emulator's server process: started by the first lease, gone soon after the last one."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import sqlite3
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO

from sandbox.emulator.emulator import Emulator
from sandbox.emulator.message import Answer, Request
from sandbox.emulator.process.address import ADDRESS_FILE, LEASE_PATH, last_address, write_address

OWNER_FILE, LOG_FILE = "owner.lock", "server.log"
FIRST_LEASE_SECONDS = 5.0
LINGER_SECONDS = 0.3
OWNER_WAIT_SECONDS = 5.0
LOG_KEPT_BYTES = 1_000_000


class Leases:
    """Counts leases and running requests; once it is closed it grants none."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # the signal handler may come while the main thread holds it
        self._leases = 0
        self._requests = 0
        self._closed = False
        self._idle_since = time.monotonic() + FIRST_LEASE_SECONDS

    def enter(self, *, lease: bool) -> bool:
        """Count a lease or request in; False when the server is closing."""
        with self._lock:
            if self._closed:
                return False
            self._leases += lease
            self._requests += not lease
            return True

    def leave(self, *, lease: bool) -> None:
        """Count a lease or request out."""
        with self._lock:
            self._leases -= lease
            self._requests -= not lease
            self._idle_since = max(self._idle_since, time.monotonic()) if not lease else time.monotonic()

    def close_when_idle(self) -> bool:
        """Close, and return True, when there has been no lease and no request for a while."""
        with self._lock:
            idle = self._leases == 0 and self._requests == 0
            self._closed = self._closed or (idle and time.monotonic() > self._idle_since + LINGER_SECONDS)
            return self._closed

    def close(self) -> None:
        """Grant nothing from now on."""
        with self._lock:
            self._closed = True


class Server(ThreadingHTTPServer):
    """The HTTP server. A lease names its `key`: the port may have been another server's before."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, port: int, emulator: Emulator) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.emulator = emulator
        self.leases = Leases()
        self.key = secrets.token_hex(8)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about clients that went away; anything else goes to the log."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Reads requests from one connection and writes the answers."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer a request of any method, or hold a lease."""
        if self.path.split("?")[0] == LEASE_PATH:
            self._hold_lease()
        elif not self.server.leases.enter(lease=False):
            self.close_connection = True
        else:
            try:
                self._answer()
            finally:
                self.server.leases.leave(lease=False)

    do_HEAD = do_PUT = do_PATCH = do_POST = do_DELETE = do_GET  # noqa: N815 - the names that the library calls

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        content = self.rfile.read(int(length)) if length.isdecimal() else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        origin = self.server.origin
        answer = self.server.emulator.handle(Request(self.command, self.path, headers, content, origin))
        if answer is None:
            self._reset()
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        empty = answer.body is None
        content = b"" if empty else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        typed = {} if empty else {"Content-Type": "application/json; charset=utf-8"}
        for name, value in (typed | answer.headers).items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.wfile.flush()

    def _reset(self) -> None:
        # Closed without lingering, the kernel sends a reset instead of an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
        self.close_connection = True

    def _hold_lease(self) -> None:
        """Keep the connection until the other side closes it, which the kernel does even for a killed process."""
        self.close_connection = True
        if not self.path.endswith(f"?key={self.server.key}") or not self.server.leases.enter(lease=True):
            self.send_error(409, "not a lease of this server")
            return
        try:
            self.send_response(200)
            self.end_headers()
            self.wfile.flush()
            while self.connection.recv(1024):
                continue
        finally:
            self.server.leases.leave(lease=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Write nothing: the request log has it all."""


def run(directory: Path, ready: IO[str]) -> None:
    """Serve the state in `directory` until nobody needs it; write the port to `ready` when it can be reached."""
    owner = _own(directory)
    emulator = Emulator(directory)
    server = _listen(directory, emulator)
    signal.signal(signal.SIGTERM, lambda *_: server.leases.close())
    port = int(server.server_address[1])
    write_address(directory, port, server.key)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    print(port, file=ready, flush=True)
    ready.close()
    while not server.leases.close_when_idle():
        time.sleep(0.1)
    server.shutdown()
    server.server_close()
    emulator.close()
    owner.close()


def _own(directory: Path) -> IO[str]:
    """Return the open file whose lock makes this process the only owner of the state."""
    owner = (directory / OWNER_FILE).open("a", encoding="utf-8")
    deadline = time.monotonic() + OWNER_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"Another emulator owns the state in {directory} and does not answer. Its process id is in "
                    f"{directory / ADDRESS_FILE}: end that process, then repeat the command."
                ) from None
            time.sleep(0.02)
        else:
            return owner


def _listen(directory: Path, emulator: Emulator) -> Server:
    """Listen on the port of the server before, so that its clients find this one, else on a free one."""
    for port in (last_address(directory).get("port", 0), 0):
        try:
            return Server(int(port), emulator)
        except OSError as error:
            refused = error
    raise RuntimeError(
        f"The sandbox cannot listen on 127.0.0.1: {refused}. Allow programs to listen on the loopback interface."
    )


def main() -> None:
    """Start the server in a process of its own; print its port, or say on stderr why there is none."""
    directory = Path(sys.argv[1])
    read_end, write_end = os.pipe()
    if os.fork():
        os.close(write_end)
        with os.fdopen(read_end, encoding="utf-8") as pipe:
            message = pipe.read()
        port = message.strip().isdecimal()
        print(message, end="", file=sys.stdout if port else sys.stderr, flush=True)
        # The child goes on alone: neither interpreter's shutdown nor exit status waits for it.
        os._exit(0 if port else 1)
    os.close(read_end)
    os.setsid()
    with os.fdopen(write_end, "w", encoding="utf-8") as ready:
        try:
            _to_log(directory)
            run(directory, ready)
        except (OSError, RuntimeError, sqlite3.Error) as error:
            if ready.closed:
                raise
            print(_explain(error, directory), file=ready, flush=True)


def _to_log(directory: Path) -> None:
    log = directory / LOG_FILE
    if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
        log.unlink()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.close(descriptor)


def _explain(error: Exception, directory: Path) -> str:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return (
            f"The sandbox's state in {directory} cannot be read: {error}. Start over: rm -r {directory} "
            "(what was made in the sandbox is lost, nothing in Azure is)."
        )
    if isinstance(error, RuntimeError):
        return str(error)
    return (
        f"The sandbox cannot keep its state in {directory}: {error}. Give the directory free space and write access, "
        "or choose another with the environment variable LAB_SANDBOX_DIR."
    )


if __name__ == "__main__":
    main()
