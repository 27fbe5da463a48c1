"""A pretend Azure Resource Manager over HTTP on loopback, with its state on disk."""
