"""`labs comment` against a server that answers as GitHub does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from cli.comment.put import MENDED, TITLE
from cli.report.layout import MARKER
from tests.cli.comment.pretend_github import PretendGitHub, pretend_github
from tests.support.commands import run_labs

REPORT = f"{MARKER}\n## ⚠️ Changed in Azure by others\n"
GOOD = f"{MARKER}\n## ✅ Good: nothing changes\n"


@pytest.fixture
def github() -> Iterator[PretendGitHub]:
    with pretend_github() as served:
        yield served


def post(github: PretendGitHub, *arguments: str, body: str = REPORT, repository: str = "contoso/images") -> Result:
    environment = {"GITHUB_API_URL": github.api, "GITHUB_TOKEN": "t0ken", "GITHUB_REPOSITORY": repository}
    return run_labs("comment", "-", *arguments, input=body, env=environment)


def entry(number: int, body: str | None, login: str = "mallory", **more: object) -> dict[str, object]:
    return {"id": number, "number": number, "body": body, "user": {"login": login}, **more}


def test_the_first_run_makes_the_comment_and_the_next_one_writes_it_again(github: PretendGitHub) -> None:
    assert post(github, "--pull-request", "7").output == "made\n"
    assert post(github, "--pull-request", "7", body=f"{REPORT}later").output == "made\n"
    assert [one["body"] for one in github.entries] == [f"{REPORT}later"]
    assert [line.split()[0] for line in github.asked] == ["GET", "POST", "GET", "PATCH"]
    assert github.tokens == {"Bearer t0ken"}


def test_a_netrc_file_does_not_replace_the_token(
    github: PretendGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login joe password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert post(github, "--pull-request", "7").exit_code == 0
    assert post(github, "--pull-request", "7").exit_code == 0
    assert github.tokens == {"Bearer t0ken"}


def test_a_comment_is_found_on_a_later_page_and_no_other_is_touched(github: PretendGitHub) -> None:
    github.entries = [entry(number, f"I quote:\n{MARKER}") for number in range(150)]
    github.entries += [entry(150, None), entry(151, f"{MARKER}\r\nold", "github-actions[bot]"), entry(152, MARKER)]
    before = [one["body"] for one in github.entries]
    assert post(github, "--pull-request", "7").exit_code == 0
    changed = [one["id"] for one, old in zip(github.entries, before, strict=True) if one["body"] != old]
    assert changed == [151]


def test_one_issue_is_opened_and_written_again(github: PretendGitHub) -> None:
    github.entries = [entry(1, f"{MARKER}\na pull request", pull_request={}), entry(2, "another issue")]
    assert post(github, "--drift-issue").exit_code == 0
    assert github.entries[-1]["title"] == TITLE
    assert post(github, "--drift-issue", body=f"{REPORT}more").exit_code == 0
    assert [one["body"] for one in github.entries[1:]] == ["another issue", f"{REPORT}more"]


def test_a_good_report_closes_the_issue_with_a_word(github: PretendGitHub) -> None:
    assert post(github, "--drift-issue").exit_code == 0
    github.entries.append(entry(7, REPORT))  # of somebody else
    issue = github.entries[0]
    assert post(github, "--drift-issue", body=GOOD).output == "made\n"
    assert (issue["state"], issue["body"]) == ("closed", REPORT)
    assert github.entries[-1]["body"] == MENDED
    assert github.asked[-2:] == [
        "POST /repos/contoso/images/issues/900/comments",
        "PATCH /repos/contoso/images/issues/900",
    ]
    # What is found later is another issue.
    assert post(github, "--drift-issue").exit_code == 0
    assert [one.get("title") for one in github.entries].count(TITLE) == 2


def test_without_an_issue_a_good_report_writes_nothing(github: PretendGitHub) -> None:
    github.entries = [entry(1, REPORT), entry(2, REPORT, "github-actions[bot]", state="closed")]
    shown = post(github, "--drift-issue", body=GOOD)
    assert (shown.exit_code, shown.output) == (0, "nothing was found, and no issue is open\n")
    assert [line.split()[0] for line in github.asked] == ["GET"]


def test_a_good_report_is_a_comment_like_any_other(github: PretendGitHub) -> None:
    assert post(github, "--pull-request", "7", body=GOOD).exit_code == 0
    assert github.entries[-1]["body"] == GOOD


def test_the_words_of_others_are_never_written_over(github: PretendGitHub) -> None:
    nobody = {"id": 3, "number": 3, "body": MARKER, "user": None}
    github.entries = [entry(1, MARKER), entry(2, MARKER, "dependabot[bot]"), nobody]
    for arguments in (("--pull-request", "7"), ("--drift-issue",)):
        assert post(github, *arguments).exit_code == 0
    assert [one["body"] for one in github.entries] == [MARKER, MARKER, MARKER, REPORT]
    assert [line.split()[0] for line in github.asked] == ["GET", "POST", "GET", "PATCH"]


def test_another_token_writes_its_own_comment_again(github: PretendGitHub) -> None:
    github.login = "Ann"
    github.entries = [entry(1, MARKER, "github-actions[bot]")]
    for text in ("one", "two"):
        assert post(github, "--pull-request", "7", "--author", "ann", body=REPORT + text).exit_code == 0
    assert [one["body"] for one in github.entries] == [MARKER, f"{REPORT}two"]


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (301, {"Location": "http://127.0.0.1:9/"}, "renamed"),
        (401, {}, "expired"),
        (403, {}, "pull-requests: write"),
        (403, {"X-RateLimit-Remaining": "0"}, "run the step again later"),
        (404, {}, "no such repository or number"),
        (410, {}, "switched off"),
        (422, {}, "does not accept the text"),
        (429, {"Retry-After": "60"}, "run the step again later"),
        (502, {}, "githubstatus.com"),
    ],
)
@pytest.mark.parametrize("body", ['{"message": "because\\u001b[2J"}', "<html>", "[]"])
def test_a_refusal_says_what_to_do(
    github: PretendGitHub, status: int, headers: dict[str, str], said: str, body: str
) -> None:
    github.refusal = (status, headers, body)
    result = post(github, "--pull-request", "7")
    assert result.exit_code == 1
    assert said in result.output
    assert f"answered {status}" in result.output
    assert "t0ken" not in result.output
    assert "\x1b" not in result.output
    assert len(github.asked) == 1


def test_an_answer_that_is_no_json_and_a_server_that_is_not_there(github: PretendGitHub) -> None:
    github.refusal = (200, {}, "<html>")
    assert "gave no answer" in post(github, "--pull-request", "7").output
    github.api = "http://127.0.0.1:1"
    result = post(github, "--pull-request", "7")
    assert (result.exit_code, "GITHUB_API_URL" in result.output) == (1, True)


def test_wrong_usage_asks_github_nothing(github: PretendGitHub) -> None:
    for arguments, changes, said in (
        ((), {}, "choose one"),
        (("--pull-request", "7", "--drift-issue"), {}, "choose one"),
        (("--pull-request", "0"), {}, "0 is not in the range"),
        (("--pull-request", "7"), {"body": "hello"}, "not a report in Markdown"),
        (("--pull-request", "7"), {"repository": "../../user"}, "owner/name"),
    ):
        result = post(github, *arguments, **changes)
        assert (result.exit_code, said in result.output) == (2, True), result.output
    assert github.asked == []


def test_what_was_written_in_english_is_found_in_another_language(github: PretendGitHub) -> None:
    korean = f"{MARKER}\n## ⚠️ 다른 사용자가 Azure에서 변경함\n"
    assert post(github, "--pull-request", "7").exit_code == 0
    assert post(github, "--pull-request", "7", "--lang", "ko", body=korean).exit_code == 0
    assert [one["body"] for one in github.entries] == [korean]
    assert post(github, "--pull-request", "7").exit_code == 0
    assert [one["body"] for one in github.entries] == [REPORT]


def test_the_issue_has_its_title_and_last_word_in_the_language_of_the_run(github: PretendGitHub) -> None:
    good = f"{MARKER}\n## ✅ 정상: 변경 사항이 없습니다\n"
    assert post(github, "--drift-issue", "--lang", "ko").exit_code == 0
    assert post(github, "--drift-issue", "--lang", "ja").exit_code == 0
    assert post(github, "--drift-issue", "--lang", "ko", body=good).exit_code == 0
    issue, word = github.entries
    assert (issue["title"], issue["state"]) == ("Azure의 상태가 스택이 배포한 상태와 다릅니다", "closed")
    assert word["body"].startswith("마지막 실행에서는 아무것도 발견되지 않았습니다.")
    assert post(github, "--drift-issue", "--lang", "ja", body=good).output.startswith("何も見つからず")
