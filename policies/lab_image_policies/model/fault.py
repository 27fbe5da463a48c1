"""Why a value cannot be accepted."""

from __future__ import annotations

from enum import Enum


class Fault(Enum):
    """What is wrong with a single value. In plain data, UNKNOWN also replaces a value that is not known yet."""

    UNKNOWN = "unknown"  # until the engine has created another resource
    MISSING = "missing"  # absent or null
    MALFORMED = "malformed"  # of another type, or no sensible value of its type
    NOT_POSITIVE = "not positive"
    TOO_LARGE = "too large"
    TOO_MANY = "too many"
