"""What goes wrong on the way to an engine."""


class EngineError(Exception):
    """No engine, or not this way; the text says why, what follows and what to do."""


class CacheError(EngineError):
    """The cache folder cannot be used: no other way to an engine would find a better one."""
