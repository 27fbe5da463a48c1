"""Attacks on the promise that no image that Lab Services would hide gets through, as a table over the real server."""
