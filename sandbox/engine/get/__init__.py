"""Gets an engine: one on PATH, the official release, or the CLI built from its Go module."""
