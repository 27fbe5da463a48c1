"""The command sandbox/arm: one request to the emulator, as `az rest` would send it."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sandbox.emulator.process.connection import Connection
from sandbox.emulator.process.directory import sandbox_directory
from sandbox.emulator.process.lease import EmulatorError, lease

USAGE = """\
usage: sandbox/arm METHOD PATH [BODY | @FILE | -]

Sends one request to the sandbox's pretend Azure and prints the JSON answer.
Nothing reaches Azure.

  METHOD  GET, PUT, PATCH, POST, DELETE or HEAD
  PATH    a path with its api-version, such as
          '/subscriptions?api-version=2022-12-01', an address whose host is
          ignored, or a path of the sandbox itself:
          GET, POST, DELETE /sandbox/faults     requests that shall fail
          GET, POST /sandbox/latency            how long answers take
          GET, POST /sandbox/limits             how many requests are taken
          GET, POST /sandbox/replication        how long copies take, and fail
          GET, POST /sandbox/providers          services that are gone
          GET, POST /sandbox/prices             another list of retail prices
          GET, POST /sandbox/locations          more regions, or other pairs
          GET, DELETE /sandbox/requests         the log of requests
          POST /sandbox/seed, /sandbox/reset    more objects, or the first ones
  BODY    JSON; @FILE reads it from a file, - from standard input

Exit status: 0 for an answer below 300, 1 for any other, 2 when the request
could not be sent.
The state is in .sandbox, or in the directory that LAB_SANDBOX_DIR names.
"""
METHODS = ("GET", "PUT", "PATCH", "POST", "DELETE", "HEAD")


def main(arguments: Sequence[str]) -> int:
    """Send the request that the arguments describe and return the exit status."""
    if any(argument in ("-h", "--help") for argument in arguments):
        print(USAGE, end="")
        return 0
    if len(arguments) not in (2, 3) or arguments[0].upper() not in METHODS:
        print(USAGE, end="", file=sys.stderr)
        return 2
    try:
        body = _body(arguments[2]) if len(arguments) == 3 else None
        return _send(arguments[0].upper(), arguments[1], body)
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (EmulatorError, OSError, ValueError, http.client.HTTPException) as error:
        print(f"sandbox/arm: {error}", file=sys.stderr)
        return 2


def _body(argument: str) -> Any:
    if argument == "-":
        text = sys.stdin.read()
    elif argument.startswith("@"):
        text = _file(argument[1:])
    else:
        text = argument
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON ({error}). Write it as JSON, @FILE or -.") from error


def _file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not in UTF-8 ({error.reason}). Save it as UTF-8.") from error
    except OSError as error:
        raise ValueError(f"{name} cannot be read: {error.strerror}. Look at the spelling after @.") from error


def _send(method: str, path: str, body: Any) -> int:
    with lease(sandbox_directory()) as held, closing(Connection(held.endpoint)) as connection:
        reply = connection.send(method, path, body)
    if reply.body is not None:
        print(json.dumps(reply.body, indent=2, ensure_ascii=False), flush=True)
    return 0 if reply.status < 300 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
