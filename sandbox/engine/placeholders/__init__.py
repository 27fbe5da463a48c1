"""Placeholders for what a stack of a real subscription names and the sandbox does not have."""
