"""What the sandbox reads from a command line of pulumi."""

import pytest

from sandbox.engine.run.arguments import Arguments


def arguments(line: str, **environ: str) -> Arguments:
    return Arguments(line.split(), environ)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("up", ("up", "", "")),
        ("--cwd /somewhere up --yes", ("up", "", "")),
        ("-C /somewhere --color=never stack select dev", ("stack", "select", "dev")),
        ("--non-interactive -s dev preview", ("preview", "", "")),
        ("", ("", "", "")),
    ],
)
def test_the_command_is_found_among_flags(line: str, words: tuple[str, str, str]) -> None:
    assert arguments(line).words == words


@pytest.mark.parametrize("line", ["up --stack dev", "up --stack=dev", "up -s dev", "up -sdev", "--stack dev up"])
def test_the_stack_is_read_however_it_is_given(line: str) -> None:
    assert arguments(line).stack == "dev"


def test_the_last_stack_counts_and_arguments_after_the_separator_do_not() -> None:
    assert arguments("up -s one -s two -- --stack three").stack == "two"


def test_variables_stand_in_for_flags() -> None:
    assert arguments("up", PULUMI_STACK="dev").stack == "dev"
    assert arguments("up", PULUMI_OPTION_STACK="dev").stack == "dev"
    assert arguments("up --stack one", PULUMI_STACK="dev").stack == "one"
    assert arguments("up", PULUMI_OPTION_POLICY_PACK="pack").flag("--policy-pack") == "pack"


def test_selecting_a_stack_names_it() -> None:
    assert arguments("stack select dev", PULUMI_STACK="other").stack == "dev"
    assert arguments("stack select dev").needs_stack


@pytest.mark.parametrize("line", ["up", "update", "preview", "pre", "destroy", "refresh", "import", "watch", "dn"])
def test_commands_that_reach_azure(line: str) -> None:
    assert arguments(line).reaches_azure
    assert not arguments(f"{line} --help").reaches_azure


@pytest.mark.parametrize("line", ["version", "stack ls", "config", "about", "", "plugin ls", "stack export"])
def test_commands_that_do_not(line: str) -> None:
    assert not arguments(line).reaches_azure


@pytest.mark.parametrize("line", ["stack init dev", "stack ls", "stack rm dev", "version", "new", "up --help"])
def test_commands_for_which_no_stack_is_made(line: str) -> None:
    assert not arguments(line).needs_stack
