"""The few requests of GitHub's REST API (version 2022-11-28) that comments need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import click
import requests
from requests.auth import AuthBase

from catalog.files.diagnostic import printable
from catalog.texts.translation import N_, _

PAGE: Final = 100
TIMEOUT: Final = (10, 60)
"""Seconds to connect, and to wait for an answer."""

ADVICE: Final = {
    301: N_("the repository was renamed or moved; correct GITHUB_REPOSITORY"),
    401: N_("the token is wrong or has expired; give GITHUB_TOKEN a valid one"),
    403: N_(
        "the token may not do this; a workflow needs `permissions: pull-requests: write, issues: write`, and one that "
        "runs for a fork never gets them"
    ),
    404: N_(
        "there is no such repository or number, or the token may not see it; look at GITHUB_REPOSITORY, the number "
        "and the token's permissions"
    ),
    410: N_("issues are switched off in this repository; switch them on in its settings"),
    422: N_("GitHub does not accept the text; look at its answer"),
}
ACTIONS: Final = "github-actions[bot]"
"""Login of a workflow's own token."""
LATER: Final = N_("too many requests in a short time; run the step again later")

AGAIN: Final = N_("run the step again; if it stays so, look at githubstatus.com")


class Refused(click.ClickException):
    """GitHub refused a request (exit code 1)."""


class Bearer(AuthBase):
    """The token. A .netrc file would replace a plain header."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into `request`."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


@dataclass(frozen=True, slots=True)
class GitHub:
    """One repository, `owner/name`. `api` is the address of the API: `https://api.github.com` or a private server.

    `author` is the login of the token.
    """

    api: str
    repository: str
    token: str
    author: str = ACTIONS

    def listed(self, path: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list, over all its pages. Raises Refused."""
        separator = "&" if "?" in path else "?"
        for number in count(1):
            page = self.ask("GET", f"{path}{separator}per_page={PAGE}&page={number}")
            entries = page if isinstance(page, list) else []
            yield from (entry for entry in entries if isinstance(entry, dict))
            if len(entries) < PAGE:
                return

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        """The JSON answer to a request of `path` below the repository. Raises Refused, which says what to do."""
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        asked = f"{method} {path}"
        address = f"{self.api.rstrip('/')}/repos/{self.repository}{path}"
        try:
            # A redirect would send the token to another address.
            answer = requests.request(
                method,
                address,
                json=body,
                headers=headers,
                auth=Bearer(self.token),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            if answer.ok and answer.status_code < 300:
                return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Refused(
                _(
                    "GitHub gave no answer to {request}, so nothing more was written ({reason}); look at "
                    "GITHUB_API_URL and the network, then run the step again",
                    request=asked,
                    reason=type(error).__name__,
                )
            ) from None
        raise Refused(
            _(
                "GitHub answered {status} to {request} of {repository}, so nothing was written: {advice} ({message})",
                status=answer.status_code,
                request=asked,
                repository=self.repository,
                advice=_advice(answer),
                message=_message(answer),
            )
        )


def _advice(answer: requests.Response) -> str:
    limited = answer.headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in answer.headers
    if answer.status_code == 429 or (answer.status_code == 403 and limited):
        return _(LATER)
    return _(ADVICE.get(answer.status_code, AGAIN))


def _message(answer: requests.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        body = None
    return printable(str(body["message"])) if isinstance(body, dict) and "message" in body else _("no reason given")
