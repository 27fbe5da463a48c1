"""Errors of getting and starting an engine."""


class EngineError(Exception):
    """There is no engine, or it cannot run; the text says why, what follows and what to do."""


class CacheError(EngineError):
    """The cache folder cannot be used, so no way of getting an engine can work."""
