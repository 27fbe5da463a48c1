"""The scripts that complete commands in a shell, as docs/reference/completion.md describes them, in the shells here."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.page import page
from tests.support.project import ROOT

FUNCTIONS = {
    # What the shell itself does: it puts the words in place, calls the function, and reads what that leaves.
    "bash": """\
eval "$(_LABS_COMPLETE=bash_source labs)"
words=($1); COMP_WORDS=("${words[@]}"); COMP_CWORD=$((${#words[@]} - 1))
complete -p labs >/dev/null && _labs_completion "${words[0]}" && printf '%s\\n' "${COMPREPLY[@]}"
""",
    "zsh": """\
compdef() { registered="$*" }
compadd() { print -l -- $completions }
_describe() { print -l -- ${completions_with_descriptions%%:*} }
eval "$(_LABS_COMPLETE=zsh_source labs)"
[[ $registered == "_labs_completion labs" ]] || exit 1
words=(${=1}); CURRENT=${#words}
_labs_completion
""",
    "fish": """\
_LABS_COMPLETE=fish_source labs | source
complete --do-complete "$argv[1]" | string replace --regex '\\t.*' '' || true
""",
}
SHELLS = [shell for shell in FUNCTIONS if shutil.which(shell)]


def completed(shell: str, line: str, tmp_path: Path, cwd: Path = ROOT) -> list[str]:
    """What a shell offers for the last word of a line; `labs` is a link in a folder on PATH."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    link = programs / "labs"
    if not link.is_symlink():
        link.symlink_to(ROOT / "labs")
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    script = [shell, "-c", FUNCTIONS[shell], *(["-"] if shell != "fish" else []), line]
    ran = subprocess.run(script, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    return ran.stdout.split()


def test_there_is_a_shell_to_try() -> None:
    assert "bash" in SHELLS


def test_the_page_has_the_line_of_each_shell() -> None:
    lines = page("reference/completion.md").replace("\\|", "|")
    for shell, function in FUNCTIONS.items():
        (line,) = (line for line in function.splitlines() if line.startswith(("eval", "_LABS_COMPLETE")))
        assert f"| `{line}` |" in lines, shell


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("program", ["labs", "./labs", "sandbox/labs"])
def test_a_command_is_completed_however_labs_is_called(shell: str, program: str, tmp_path: Path) -> None:
    assert completed(shell, f"{program} add-", tmp_path) == ["add-image", "add-version"]


@pytest.mark.parametrize("shell", SHELLS)
def test_options_and_stacks_are_completed(shell: str, tmp_path: Path) -> None:
    assert completed(shell, "labs prune --ke", tmp_path) == ["--keep"]
    assert completed(shell, "labs prune --stack d", tmp_path) == ["dev"]
    assert completed(shell, "labs prune --stack d", tmp_path, tmp_path) == []
    (tmp_path / "Pulumi.yaml").write_text("name: [", encoding="utf-8")
    assert completed(shell, "labs prune --stack d", tmp_path, tmp_path) == []


def test_completion_in_the_sandbox_starts_no_sandbox(tmp_path: Path) -> None:
    env = {**os.environ, "_LABS_COMPLETE": "bash_complete", "COMP_WORDS": "sandbox/labs che", "COMP_CWORD": "1"}
    command = [ROOT / "sandbox" / "labs"]
    ran = subprocess.run(
        command, env={**env, "LAB_SANDBOX_DIR": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=True
    )
    assert (ran.stdout, ran.stderr, list(tmp_path.iterdir())) == ("plain,check\n", "", [])
