"""How long answers take, and how many requests a subscription takes: neither is limited unless somebody asks for it.

Buckets are kept in memory only, so they are full again in a new process.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.emulator.arm_path import parse
from sandbox.emulator.form import NUMBER, OBJECT, Field, problems
from sandbox.emulator.message import Answer, Request, refusal
from sandbox.emulator.rules import Evidence, Json, rule
from sandbox.emulator.state import State

LATENCY, LIMITS = "latency", "limits"
"""Names of the settings."""
MILLISECONDS, LISTS = "milliseconds", "galleryListMilliseconds"
LATENCY_FORM: Final = {MILLISECONDS: Field(NUMBER), LISTS: Field(NUMBER)}
OPERATIONS: Final = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
"""The kind of each method; others are writes."""
LIMITS_FORM: Final = {kind: Field(OBJECT) for kind in ("reads", "writes", "deletes")}
BUCKET: Final = {"size": Field(NUMBER, required=True), "perSecond": Field(NUMBER, required=True)}
GALLERIES: Final = "microsoft.compute/galleries/"
LEAST: Final = 0.0001
MOST: Final = 1_000_000
LONGEST: Final = 600_000
"""Milliseconds: longer than any client waits."""

THROTTLED = rule(
    "throttled",
    "Each subscription and identity has a bucket of requests for reads, one for writes and one for deletions, filled "
    "again at a constant rate; a request that finds it empty gets 429 SubscriptionRequestsThrottled with Retry-After. "
    "Here only once POST /sandbox/limits says how large they are: in Azure 250 reads and 25 more a second, 200 and 10 "
    "for the others.",
    evidence=Evidence.QUOTED,
    where="velero-io/velero issue 9171 (2025), with status, code and text; sizes: Understand how Azure Resource "
    "Manager throttles requests (2025)",
)


def limits_problems(body: Json) -> list[str]:
    """Everything that is wrong with limits as sent."""
    wrong = list(problems(body, LIMITS_FORM))
    for kind in LIMITS_FORM if not wrong else ():
        if body.get(kind) is not None:
            wrong += problems(body[kind], BUCKET, kind)
            if not wrong and not 1 <= body[kind]["size"] <= MOST:
                wrong.append(f"{kind}: 'size' is from 1 to {MOST}")
            if not wrong and not LEAST <= body[kind]["perSecond"] <= MOST:
                wrong.append(f"{kind}: 'perSecond' is from {LEAST} to {MOST}")
    return wrong


def latency_problems(body: Json) -> list[str]:
    """Everything that is wrong with latencies as sent."""
    wrong = list(problems(body, LATENCY_FORM))
    given = {key: value for key, value in body.items() if value is not None} if not wrong else {}
    return wrong or [f"'{key}' is at most {LONGEST}" for key, value in given.items() if not value <= LONGEST]


def seconds(state: State, request: Request) -> float:
    """How long the answer to a request is to take."""
    latency = state.setting(LATENCY, {})
    path = parse(request.path) if LISTS in latency else None
    slow = path is not None and path.is_collection and path.type.lower().startswith(GALLERIES)
    return float(latency.get(LISTS if slow else MILLISECONDS, 0)) / 1000


@dataclass(slots=True)
class _Bucket:
    left: float
    filled: float
    """When it held what is left, by a clock that nobody sets."""


class Buckets:
    """The buckets of every subscription and identity; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str, str], _Bucket] = {}

    def refusal(self, request: Request, limits: Mapping[str, Json]) -> Answer | None:
        """The refusal of a request whose bucket is empty; None for one that may pass, which empties it by one."""
        kind = OPERATIONS.get(request.method, "writes")
        path = parse(request.path)
        if kind not in limits or path is None or not path.subscription:
            return None
        size, rate = float(limits[kind]["size"]), float(limits[kind]["perSecond"])
        now = time.monotonic()
        with self._lock:
            key = (kind, path.subscription, request.headers.get("authorization", ""))
            bucket = self._buckets.setdefault(key, _Bucket(size, now))
            bucket.left = min(size, bucket.left + (now - bucket.filled) * rate)
            bucket.filled = now
            if bucket.left >= 1:
                bucket.left -= 1
                return None
            wait = math.ceil((1 - bucket.left) / rate)
        error = THROTTLED.refusal(
            429,
            "SubscriptionRequestsThrottled",
            f"Number of '{kind.removesuffix('s')}' requests for subscription '{path.subscription}' actor 'sandbox' "
            f"exceeded. Please try again after '{wait}' seconds after additional tokens are available. Refer to "
            "https://aka.ms/arm-throttling for additional information.",
        )
        answer = refusal(error)
        return Answer(answer.status, answer.body, answer.headers | {"Retry-After": str(wait)})

    def fill(self) -> None:
        """Fill all of them."""
        with self._lock:
            self._buckets.clear()
