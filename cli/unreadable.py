"""The error of a file that was asked for and cannot be read."""

from __future__ import annotations

import click


class Unreadable(click.ClickException):
    """A file or folder named by the user cannot be read: the check could not be made (exit code 2)."""

    exit_code = 2
