"""`sandbox/pulumi`: the real engine with any arguments, against the pretend Azure."""

import errno
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from sandbox.engine.errors import EngineError
from sandbox.engine.get.choose import choose
from sandbox.engine.get.engine import Engine
from sandbox.engine.get.yaml_host import with_yaml
from sandbox.engine.placeholders.placeholders import Placeholders, folder_of_one_preview, refuse_changes
from sandbox.engine.placeholders.real_stack import RealStack
from sandbox.engine.run import foreground
from sandbox.engine.run.arguments import Arguments
from sandbox.engine.run.home import SANDBOX_VARIABLE, Home
from sandbox.engine.run.policy_pack import PolicyPack
from sandbox.engine.run.stacks import Project, Stacks

REPOSITORY = Path(__file__).parents[3]
PREPARE = "--prepare"
YAML = "yaml"
PREVIEWS = ("preview", "pre")
# What a system answers where a folder is read-only, belongs to another user, or is full.
UNWRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT}
# By this the program knows that nothing is known of labs, and says nothing of them.
NO_NOTICES = "LAB_NO_NOTICES"
UNCHANGED = "sandbox: this ran against a pretend Azure; nothing in Azure was changed"


def main() -> int:
    """Run with the arguments of this process; return the exit code."""
    # A SIGTERM while an engine is downloaded or built unwinds, so that nothing unfinished is left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        exit_code = run(sys.argv[1:], os.environ)
    except EngineError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        print(
            f"sandbox: {error.filename} cannot be written ({(error.strerror or '').lower()}), so nothing was run.\n"
            "Make room or give write permission there, or name another folder with "
            f"{SANDBOX_VARIABLE}=/path/to/folder.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    if exit_code < 0:
        # The engine was ended by a signal: end the same way, so that a shell or make sees it.
        if -exit_code != signal.SIGKILL:
            signal.signal(-exit_code, signal.SIG_DFL)
        os.kill(os.getpid(), -exit_code)
    return exit_code


def run(given: Sequence[str], environ: Mapping[str, str]) -> int:
    """Get an engine, prepare the sandbox, and run the engine in it; return the exit code.

    `--prepare` alone does not run it: it also installs the policy pack's packages, and says on stderr which engine is
    used. `--prepare yaml` gets what runs programs in YAML, too.

    Raises:
        EngineError: there is no engine or no emulator, or a stack could not be made.
    """
    engine = choose(environ)
    home = Home.of(environ, REPOSITORY)
    prepares = list(given[:1]) == [PREPARE]
    if list(given[1:]) == [YAML] if prepares else _is_yaml(Arguments(given, environ), environ):
        engine = with_yaml(engine, environ)
    home.prepare(engine)
    environment = home.environment(environ, engine)
    if prepares:
        print(f"sandbox: engine is Pulumi {engine.origin}", file=sys.stderr)
        _use_policy_pack(home, engine, environment)
        return 0
    arguments = Arguments(given, environment)
    real = _use_stack(arguments, home, engine, environment) if arguments.needs_stack else None
    command = [str(engine.executable), *given]
    if not arguments.reaches_azure:
        return foreground.run(command, environment)
    if arguments.flag("--policy-pack") is None:
        _use_policy_pack(home, engine, environment, real)
    from sandbox.emulator.process.lease import EmulatorError, lease  # noqa: PLC0415 - most commands need no emulator

    with ExitStack() as held:
        folder = held.enter_context(folder_of_one_preview(home.folder)) if real else home.folder
        try:
            azure = held.enter_context(lease(folder)).environment()
        except EmulatorError as error:
            raise EngineError(str(error)) from error
        if real:
            placeholders = Placeholders.of(real)
            placeholders.plant(azure["ARM_ENDPOINT"])
            print(placeholders.banner(), file=sys.stderr, flush=True)
            environment[NO_NOTICES] = "true"
        exit_code = foreground.run(command, for_previews(arguments.words[0]) | environment | azure)
    print(UNCHANGED, file=sys.stderr)
    return exit_code


def for_previews(word: str) -> dict[str, str]:
    """Further variables of the engine for a command that changes nothing; none for any other.

    From 3.274 on, a preview of a stack in a file or a bucket serialises the whole state after each step, and throws it
    away. An update with this variable would save its state at the end alone.
    """
    return {"PULUMI_SKIP_CHECKPOINTS": "true"} if word in PREVIEWS else {}


def _use_stack(arguments: Arguments, home: Home, engine: Engine, environment: dict[str, str]) -> RealStack | None:
    """Choose and make the stack of a command; return it if it is on a real subscription that the command asks."""
    project = Project.find(_working_folder(arguments, environment))
    if project is None:
        return None
    stacks = Stacks(home, project, engine, dict(environment))
    stack = stacks.chosen(arguments)
    if stack is None:
        return None
    named = arguments.flag("--config-file")
    real = None
    if arguments.reaches_azure:
        file = Path(named) if named else project.stack_file(stack)
        real = RealStack.of(project.name, stack, project.folder, file)
    if real and arguments.words[0] not in PREVIEWS:
        raise refuse_changes(real, arguments.words[0])
    if arguments.stack is None:
        environment["PULUMI_STACK"] = stack
    if arguments.reaches_azure and named is None:
        stacks.require_file(stack)
    usable = stacks.ensure(stack)
    if usable is not None and arguments.reaches_azure and named is None:
        environment["PULUMI_OPTION_CONFIG_FILE"] = str(usable)
    return real


def _is_yaml(arguments: Arguments, environ: Mapping[str, str]) -> bool:
    """Whether the command is about a program in YAML."""
    project = Project.find(_working_folder(arguments, environ))
    return project is not None and project.runtime == YAML


def _working_folder(arguments: Arguments, environment: Mapping[str, str]) -> Path:
    """The folder that the engine works in, by the name that it uses: the shell's (PWD) if that is right."""
    given = arguments.flag("--cwd", "-C")
    if given:
        return Path(given).resolve()
    named = Path(environment.get("PWD", ""))
    return named if named.is_absolute() and named.exists() and named.samefile(".") else Path.cwd()


def _use_policy_pack(home: Home, engine: Engine, environment: dict[str, str], real: RealStack | None = None) -> None:
    """Install the pack and switch it on. A stack of a real subscription has the administrator's own configuration."""
    folder = real.folder if real else home.repository / "sandbox"
    pack = PolicyPack(home.repository / "policies", folder / "policy-config.json")
    if pack.exists:
        pack.install(home, engine, environment)
        environment |= pack.variables()
