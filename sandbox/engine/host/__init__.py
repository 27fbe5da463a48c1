"""Language host and dynamic resources for an engine that comes without its own."""
