"""One comment on a pull request and one issue about drift, each updated in place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from catalog.texts.translation import N_, _
from cli.comment.github import GitHub
from cli.report.layout import MARKER

TITLE: Final = N_("Azure is not as the stacks left it")
MENDED: Final = N_(
    "The latest run found nothing any more: Azure is as the stacks left it, and labs offer what the catalogue says. So "
    "this is closed; what is found later gets an issue of its own."
)


def put_comment(github: GitHub, pull_request: int, body: str) -> str:
    """Make the author's comment on the pull request say `body`; return its address. Raises Refused."""
    comments = f"/issues/{pull_request}/comments"
    old = ours(github.listed(comments), body, github.author)
    place = ("POST", comments) if old is None else ("PATCH", f"/issues/comments/{old}")
    return _address(github.ask(*place, {"body": body}))


def put_issue(github: GitHub, body: str) -> str:
    """Make the author's one open issue about drift say `body`; return its address. Raises Refused."""
    old = _open_issue(github, body)
    if old is not None:
        return _address(github.ask("PATCH", f"/issues/{old}", {"body": body}))
    return _address(github.ask("POST", "/issues", {"title": _(TITLE), "body": body}))


def close_issue(github: GitHub) -> str | None:
    """Close the author's open issue about drift with a word; return its address, None if there is none. Raises Refused.

    The issue keeps what it says: it is what was wrong.
    """
    number = _open_issue(github, MARKER)
    if number is None:
        return None
    github.ask("POST", f"/issues/{number}/comments", {"body": _(MENDED)})
    return _address(github.ask("PATCH", f"/issues/{number}", {"state": "closed", "state_reason": "completed"}))


def _open_issue(github: GitHub, marker: str) -> int | None:
    listed = github.listed("/issues?state=open")
    # GitHub lists pull requests with the issues.
    return ours((entry for entry in listed if "pull_request" not in entry), marker, github.author, key="number")


def ours(entries: Iterable[dict[str, Any]], body: str, author: str, key: str = "id") -> int | None:
    """The `key` of the author's first entry with the first line of `body`; None if there is none.

    The author counts too: anyone can copy the first line.
    """
    marker = body.split("\n", 1)[0]
    found = (entry for entry in entries if _first_line(entry) == marker and _login(entry) == author.casefold())
    return next((int(entry[key]) for entry in found if isinstance(entry.get(key), int)), None)


def _login(entry: dict[str, Any]) -> str:
    user = entry.get("user")
    # GitHub compares logins without regard to case.
    return str(user.get("login")).casefold() if isinstance(user, dict) else ""


def _first_line(entry: dict[str, Any]) -> str:
    return str(entry.get("body") or "").split("\n", 1)[0].rstrip("\r")


def _address(answer: Any) -> str:
    return str(answer.get("html_url", "")) if isinstance(answer, dict) else ""
