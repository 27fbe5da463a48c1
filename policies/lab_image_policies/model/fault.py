"""Why a value cannot be accepted."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """What is wrong with a single value. UNKNOWN also stands for such a value in plain data."""

    UNKNOWN = "unknown"  # the engine learns it only when something else is made
    MISSING = "missing"  # absent or null
    MALFORMED = "malformed"  # of another type, or no sensible value of its type
    NOT_POSITIVE = "not positive"
    TOO_LARGE = "too large"
    TOO_MANY = "too many"
