"""The commands that work on one stack, as messages name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from catalog.stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands for a stack: those of the sandbox for one on a pretend subscription, which only the sandbox has."""

    stack: str
    pretend: bool
    program: str = ""
    """Path of the program's folder with a slash at its end; empty where commands are called in that folder."""

    @classmethod
    def of(cls, settings: Settings, program: str = "") -> Self:
        """The commands for the stack with these settings."""
        return cls(settings.stack, settings.is_pretend, program)

    def pulumi(self, arguments: str) -> str:
        """A command of the engine, such as `pulumi up --stack prod`."""
        return f"{self.engine} {arguments} --stack {self.stack}"

    @property
    def engine(self) -> str:
        """How the engine is called for the stack."""
        return f"{self.program}sandbox/pulumi" if self.pretend else "pulumi"

    def set(self, command: str) -> str:
        """The command that sets a configuration key, from `settings.command_of`, for this stack."""
        return self.pulumi(command.removeprefix("pulumi "))

    def labs(self, arguments: str) -> str:
        """A command of labs that works on the stack, such as `./labs status --stack prod`."""
        return f"{self.labs_program} {arguments} --stack {self.stack}"

    @property
    def labs_program(self) -> str:
        """How labs is called where it asks Azure about the stack."""
        return f"{self.program}sandbox/labs" if self.pretend else f"{self.program or './'}labs"

    def rest(self, method: str, url: str, body: str = "") -> str:
        """The command that sends one request to the Azure that the stack is in; `body` is JSON."""
        if self.pretend:
            return " ".join([f'{self.program}sandbox/arm {method.upper()} "{url}"', *([f"'{body}'"] if body else [])])
        return " ".join([f'az rest --method {method} --url "{url}"', *([f"--body '{body}'"] if body else [])])
