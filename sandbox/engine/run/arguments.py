"""What the sandbox reads from a command line of `pulumi`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Flags before the command whose value is the next argument (`pulumi --help`, global flags).
GLOBAL_VALUE_FLAGS = {"--color", "--cwd", "-C", "--memprofilerate", "--otel-traces", "--profiling", "--tracing"}
GLOBAL_VALUE_FLAGS |= {"--verbose", "-v", "--stack", "-s"}
AZURE_COMMANDS = {"preview", "pre", "up", "update", "destroy", "down", "dn", "refresh", "import", "watch"}
STACK_COMMANDS = AZURE_COMMANDS | {"stack", "config", "state", "cancel"}
WITHOUT_STACK = {("stack", "init"), ("stack", "ls"), ("stack", "rm"), ("state", "upgrade")}


@dataclass(frozen=True)
class Arguments:
    """The arguments after `pulumi`, and the variables that can stand in for flags."""

    given: Sequence[str]
    environ: Mapping[str, str]

    @property
    def words(self) -> tuple[str, str, str]:
        """The command, its subcommand and the argument after it; empty where there is none."""
        words, skip = [], False
        for argument in self._before_separator():
            if skip:
                skip = False
            elif argument.startswith("-"):
                skip = argument in GLOBAL_VALUE_FLAGS
            else:
                words.append(argument)
        first, second, third, *_ = [*words, "", "", ""]
        return first, second, third

    def flag(self, *names: str) -> str | None:
        """The last value given to a flag by any of its names, else by its `PULUMI_OPTION_` variable, else None."""
        value = None
        given = self._before_separator()
        for position, argument in enumerate(given):
            for name in names:
                if argument == name:
                    value = given[position + 1] if position + 1 < len(given) else None
                elif argument.startswith(f"{name}="):
                    value = argument[len(name) + 1 :]
                elif not name.startswith("--") and argument.startswith(name) and not argument.startswith("--"):
                    value = argument[len(name) :]
        if value is not None:
            return value
        long = next(name for name in names if name.startswith("--"))
        return self.environ.get(f"PULUMI_OPTION_{long[2:].upper().replace('-', '_')}")

    @property
    def asks_for_help(self) -> bool:
        """Whether the engine will only explain itself."""
        return any(argument in ("-h", "--help") for argument in self._before_separator())

    @property
    def reaches_azure(self) -> bool:
        """Whether the command uses providers, and so needs the pretend Azure."""
        return self.words[0] in AZURE_COMMANDS and not self.asks_for_help

    @property
    def stack(self) -> str | None:
        """The stack that is named on the command line or by a variable."""
        named = self.flag("--stack", "-s") or self.environ.get("PULUMI_STACK")
        first, second, third = self.words
        return third or named if (first, second) == ("stack", "select") else named

    @property
    def needs_stack(self) -> bool:
        """Whether the command works on a stack that must exist."""
        first, second, _ = self.words
        return first in STACK_COMMANDS and (first, second) not in WITHOUT_STACK and not self.asks_for_help

    def _before_separator(self) -> list[str]:
        given = list(self.given)
        return given[: given.index("--")] if "--" in given else given
