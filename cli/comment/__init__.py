"""Puts a report where people look: a pull request, or an issue."""
