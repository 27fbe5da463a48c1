"""What the emulator remembers, in sqlite: it survives the end of the process and kill -9."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.rules import Json
from sandbox.emulator.types.resource import Resource

SCHEMA = """
create table if not exists resource (
  number integer primary key, key text unique not null, type text not null, container text not null,
  id text not null, body text not null, hidden text not null);
create index if not exists resource_type on resource (type, container);
create index if not exists resource_container on resource (container);
create table if not exists remnant (key text primary key, type text not null, container text not null,
  until real not null);
create table if not exists operation (id text primary key, body text not null);
create table if not exists fault (number integer primary key, body text not null);
create table if not exists setting (name text primary key, value text not null);
create table if not exists request (number integer primary key, time real not null, method text not null,
  path text not null, status integer not null, duration real not null, body text);
"""
TABLES = ("resource", "remnant", "operation", "fault", "setting", "request")
LOG_LENGTH = 50_000
LAST_CHARACTER = "\U0010ffff"
BELOW = "key >= ? and key < ?"


class State:
    """The store; every method is to be called within `transaction()`, which one thread at a time enters.

    `memo` is for what takes long to work out from the resources; it is emptied whenever one of them changes.
    """

    def __init__(self, file: Path) -> None:
        self.memo: dict[Hashable, Any] = {}
        self._lock = threading.RLock()
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        # A write-ahead log without a sync per request: a killed process loses nothing, only a power cut could.
        self._database.execute("pragma journal_mode = wal")
        self._database.execute("pragma synchronous = off")
        self._database.executescript(SCHEMA)
        if "caller" not in {row[1] for row in self._database.execute("pragma table_info(request)")}:
            # A store of an earlier release.
            self._database.execute("alter table request add column caller text")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the store for one thread; what is written is kept, or undone when an exception comes out."""
        with self._lock:
            self._database.execute("begin")
            try:
                yield
                self._database.execute("commit")
            except BaseException:
                self.memo.clear()
                if self._database.in_transaction:
                    self._database.execute("rollback")
                raise

    def clear(self) -> None:
        """Forget everything."""
        self.memo.clear()
        for table in TABLES:
            self._database.execute(f"delete from {table}")  # noqa: S608 - names of this module

    # resources

    def get(self, key: str) -> Resource | None:
        """Return a resource by its key."""
        row = self._database.execute("select id, body, hidden from resource where key = ?", (key,)).fetchone()
        return _resource(row) if row else None

    def find(self, resource_id: Any) -> Resource | None:
        """Return the resource with an id in any spelling; None if it is not stored."""
        return self.get(str(resource_id or "").rstrip("/").lower())

    def exists(self, key: str) -> bool:
        """Whether there is a resource with that key."""
        return self._database.execute("select 1 from resource where key = ?", (key,)).fetchone() is not None

    def put(self, resource: Resource) -> None:
        """Store a resource, new or changed."""
        self.memo.clear()
        path = resource.path
        self._database.execute(
            "insert into resource (key, type, container, id, body, hidden) values (?, ?, ?, ?, ?, ?)"
            " on conflict (key) do update set body = excluded.body, hidden = excluded.hidden",
            (
                path.key,
                path.type.lower(),
                path.container,
                path.text,
                json.dumps(resource.body),
                json.dumps(resource.hidden),
            ),
        )
        self._database.execute("delete from remnant where key = ?", (path.key,))

    def remove(self, key: str) -> None:
        """Remove a resource with everything below it and the role assignments and locks on it."""
        self._remove("resource", key)

    def of_type(self, resource_type: str, *, container: str | None = None, below: str = "") -> list[Resource]:
        """Return the resources of a type, oldest first, in one container or below the key `below`."""
        condition, values = "type = ?", [resource_type.lower()]
        if container is not None:
            condition += " and container = ?"
            values.append(container)
        if below:
            condition += f" and {BELOW}"
            values += _range(below)
        return self._select(condition, *values)

    def below(self, key: str) -> list[Resource]:
        """Return everything below a key, oldest first."""
        return self._select(BELOW, *_range(key))

    def child_ids(self, container: str, resource_type: str, now: float) -> list[str]:
        """Return the ids of children of a type, with the deleted ones that still hold up their parent."""
        rows = self._database.execute(
            "select id from resource where container = ? and type = ?"
            " union all select key from remnant where container = ? and type = ? and until > ?",
            (container, resource_type.lower(), container, resource_type.lower(), now),
        )
        return [str(row[0]) for row in rows]

    def leave_remnant(self, path: ArmPath, until: float) -> None:
        """Remember a deleted resource that holds up the deletion of its parent until a time."""
        self._database.execute(
            "insert or replace into remnant values (?, ?, ?, ?)",
            (path.key, path.type.lower(), path.container, until),
        )

    def forget_remnants(self, key: str) -> None:
        """Forget the deleted resource with a key and those below it: they hold up no parent any more."""
        self._remove("remnant", key)

    def _select(self, condition: str, *values: str) -> list[Resource]:
        query = f"select id, body, hidden from resource where {condition} order by number"  # noqa: S608 - our own text
        return [_resource(row) for row in self._database.execute(query, values)]

    def _remove(self, table: str, key: str) -> None:
        self.memo.clear()
        query = f"delete from {table} where key = ? or ({BELOW})"  # noqa: S608 - names of this module
        self._database.execute(query, (key, *_range(key)))

    # operations, faults, settings, log

    def add_operation(self, operation_id: str, body: Json) -> None:
        """Store a long-running operation."""
        self._database.execute("insert into operation values (?, ?)", (operation_id, json.dumps(body)))

    def operation(self, operation_id: str) -> Json | None:
        """Return a long-running operation."""
        row = self._database.execute("select body from operation where id = ?", (operation_id,)).fetchone()
        return _json(row[0]) if row else None

    def faults(self) -> list[tuple[int, Json]]:
        """Return the faults in force, oldest first, each with its number."""
        rows = self._database.execute("select number, body from fault order by number")
        return [(int(number), _json(body)) for number, body in rows]

    def add_fault(self, body: Json) -> None:
        """Store a fault."""
        self._database.execute("insert into fault (body) values (?)", (json.dumps(body),))

    def change_fault(self, number: int, body: Json | None) -> None:
        """Change a fault, or remove it when `body` is None."""
        if body is None:
            self._database.execute("delete from fault where number = ?", (number,))
        else:
            self._database.execute("update fault set body = ? where number = ?", (json.dumps(body), number))

    def clear_faults(self) -> None:
        """Remove every fault."""
        self._database.execute("delete from fault")

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting."""
        row = self._database.execute("select value from setting where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def set_setting(self, name: str, value: Any) -> None:
        """Store a setting."""
        self._database.execute("insert or replace into setting values (?, ?)", (name, json.dumps(value)))

    def log(self, entry: Json) -> None:
        """Add a request to the log, which keeps the last LOG_LENGTH."""
        added = self._database.execute(
            "insert into request (time, method, path, status, duration, body, caller) values (?, ?, ?, ?, ?, ?, ?)",
            (
                entry["time"],
                entry["method"],
                entry["path"],
                entry["status"],
                entry["durationMs"],
                None if entry["body"] is None else json.dumps(entry["body"]),
                entry["caller"],
            ),
        )
        self._database.execute("delete from request where number <= ?", ((added.lastrowid or 0) - LOG_LENGTH,))

    def requests(self) -> list[Json]:
        """Return the request log, oldest first."""
        rows = self._database.execute(
            "select number, time, method, path, status, duration, body, caller from request order by number"
        )
        names = ("number", "time", "method", "path", "status", "durationMs")
        entries = []
        for *values, body, caller in rows:
            entry = dict(zip(names, values, strict=True))
            if caller is not None:
                entry["caller"] = caller
            if body is not None:
                entry["body"] = json.loads(body)
            entries.append(entry)
        return entries

    def clear_requests(self) -> None:
        """Empty the request log."""
        self._database.execute("delete from request")


def _range(key: str) -> tuple[str, str]:
    """Return the bounds of the keys below a key, for `BELOW`: the index finds them, as it would not with `like`."""
    return f"{key}/", f"{key}/{LAST_CHARACTER}"


def _json(text: str) -> Json:
    value: Json = json.loads(text)
    return value


def _resource(row: tuple[str, str, str]) -> Resource:
    path = parse(row[0])
    if path is None:
        raise ValueError(f"a stored id is not an ARM id: {row[0]}")
    return Resource(path, _json(row[1]), _json(row[2]))
