"""Build the pinned CLI from its Go module."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.errors import EngineError
from sandbox.engine.get import process
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.compilation import STALE, Compilation, downloads
from sandbox.engine.get.engine import DYNAMIC_RESOURCES, Engine
from sandbox.engine.get.pinned import MODULE, OLDEST_GO, Version, parse, parse_known, pinned_version, required_go

WAY = "build"
HERE = Path(__file__).parent
# The Go module comes without the official language host; this starts ours. The path is set in the code because
# PYTHONPATH would be passed on to the program, and -P keeps the program's folder from being searched.
HOST_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from sandbox.engine.host.language_host import main; main()"
)
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PLUGINS = {"language-python": [sys.executable, "-P", "-c", HOST_START, str(HERE.parents[2])], **DYNAMIC_RESOURCES}
# The official runner of a Python program, which a language host starts, is part of the SDK's Go module.
RUNNER = "pulumi-language-python-exec"
LOG_LINES = 15
GO_SITE = "https://go.dev/dl/"


@dataclass(frozen=True)
class GoSource:
    """A program that Go compiles: a package, in the folder of a module.

    `what` says for people what it is; `symbols` are further flags of the linker.
    """

    package: str
    what: str
    module: Path = MODULE
    symbols: str = ""


def cached(cache: EngineCache) -> Engine | None:
    """The engine built by an earlier command, or None."""
    entry = cache.entry(WAY)
    if not (entry / "pulumi").exists():
        return None
    return Engine(
        executable=entry / "pulumi",
        origin=f"v{pinned_version()} built from its Go module: {entry}",
        plugins=PLUGINS,
        tools=entry,
    )


def build(cache: EngineCache, environ: Mapping[str, str]) -> Engine:
    """Build once, however many commands ask at the same time.

    Raises:
        EngineError: no Go, one that is too old and cannot fetch a newer one, or a build that failed; CacheError for
            the folder.
    """
    environ = go_environment(environ, cache)
    go = find_go(environ)
    entry = cache.entry(WAY)
    with cache.making(entry) as workplace:
        if workplace is not None:
            version = f"v{pinned_version()}"
            symbols = f"-X {SDK_MODULE}/go/common/version.Version={version}"
            program = GoSource(PROGRAM, f"the Pulumi engine {version}", symbols=symbols)
            compile_program(go, program, workplace / "pulumi", environ, cache)
            shutil.copy(_sdk_folder(go, environ) / "python" / "cmd" / RUNNER, workplace / RUNNER)
            (workplace / RUNNER).chmod(0o755)
    engine = cached(cache)
    if engine is None:
        raise EngineError(f"the build left no {entry / 'pulumi'}. Remove {entry} and repeat the command.")
    return engine


def go_environment(environ: Mapping[str, str], cache: EngineCache) -> dict[str, str]:
    """The variables that Go runs with."""
    # Proxies and toolchain are as the user sets them; flags for other modules (-mod=vendor ...) would break this one.
    private = {**environ, "GOFLAGS": "", "GOWORK": "off"}
    if environ.get("HOME"):
        return private
    # Go keeps what it downloads and compiles below HOME, and does not work without one. -modcacherw: for `rm -r`.
    folders = {"GOPATH": str(cache.folder / "go"), "GOCACHE": str(cache.folder / "go-build"), "GOFLAGS": "-modcacherw"}
    return {**private, **folders, **{name: environ[name] for name in ("GOPATH", "GOCACHE") if environ.get(name)}}


def find_go(environ: Mapping[str, str]) -> str:
    """The Go that compiles. Raises EngineError if there is none, or one that is too old and cannot fetch another."""
    go = shutil.which("go", path=environ.get("PATH"))
    if go is None:
        raise EngineError(f"`go` is not on PATH. {_install_go()}")
    installed = _version(go, run_go([go, "version"], {**environ, "GOTOOLCHAIN": "local"}))
    if installed < parse_known(OLDEST_GO):
        raise EngineError(f"{go} is Go {_shown(installed)}, which is too old. {_install_go()}")
    needed = parse_known(required_go())
    setting = run_go([go, "env", "GOTOOLCHAIN"], environ).stdout.strip()
    fetches = installed < needed and setting.endswith("auto")
    # The module's folder, and the user's GOTOOLCHAIN, decide which Go compiles: this one or another one.
    task = f"getting Go {required_go()}, which the build needs (once)" if fetches else ""
    answer = run_go([go, "version"], environ, task)
    chosen = _version(go, answer) if answer.returncode == 0 else installed
    if answer.returncode == 0 and chosen >= needed:
        return go
    # `path` and `VERSION+path` look for a newer Go on PATH alone: https://go.dev/doc/toolchain#select
    if answer.returncode == 0 or setting.endswith("path"):
        reason = f"which GOTOOLCHAIN={setting} forbids to fetch.\n"
        way_out = "Repeat the command with GOTOOLCHAIN=auto before it"
    else:
        last = answer.stderr.strip().rpartition("\n")[2]
        reason = f"which could not be fetched:\n    {last}\n"
        way_out = "Set GOPROXY to a module proxy that you can reach"
    raise EngineError(
        f"{go} is Go {_shown(chosen)}; the build needs {required_go()}, {reason}"
        f"    {way_out}, or install Go {required_go()} or newer: {GO_SITE}"
    )


def _install_go() -> str:
    return f"Install Go {required_go()} or newer, or {OLDEST_GO} or newer that may fetch it: {GO_SITE}"


def _version(go: str, answer: subprocess.CompletedProcess[str]) -> Version:
    found = parse(answer.stdout)
    if answer.returncode != 0 or found is None:
        raise EngineError(f"`{go} version` does not work: {(answer.stderr or answer.stdout).strip()}")
    return found


def _shown(version: Version) -> str:
    return ".".join(map(str, version))


def run_go(
    command: list[str],
    environ: Mapping[str, str],
    task: str = "",
    *,
    folder: Path = MODULE,
    follow: process.Follow = process.unfollowed,
) -> subprocess.CompletedProcess[str]:
    """Run Go in the folder of a module; `task` is the line that says what goes on meanwhile, and `follow` how far."""
    return process.run(command, environ, folder=folder, task=task, follow=follow)


def compile_program(go: str, program: GoSource, target: Path, environ: Mapping[str, str], cache: EngineCache) -> None:
    """Compile a program to the file `target`.

    Raises:
        EngineError: Go has failed; CacheError for the folder.
    """
    # The flags of Pulumi's own releases; -buildvcs=false since stamping fails in some clones.
    flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", "osusergo,grpcnotrace"]
    flags += ["-ldflags", f"-w -s {program.symbols}".rstrip()]
    # The same flags: what Go has compiled with others is of no use.
    reading = [go, "list", *flags, "-deps", "-f", STALE, program.package]
    listed = run_go(
        reading, environ, f"reading the source of {program.what} (once)", folder=program.module, follow=downloads
    )
    _require_done(listed, listed.stderr.splitlines(), target, cache)
    compilation = Compilation.of(listed.stdout)
    building = [go, "build", "-v", *flags, "-o", str(target), program.package]
    made = run_go(
        building, environ, f"building {program.what} (once)", folder=program.module, follow=compilation.follow
    )
    _require_done(made, compilation.messages(made.stdout + made.stderr), target, cache)


def _require_done(
    done: subprocess.CompletedProcess[str], messages: list[str], target: Path, cache: EngineCache
) -> None:
    if done.returncode == 0:
        return
    target.parent.stat()  # raises FileNotFoundError if the cache was removed meanwhile
    if any("no space left on device" in line for line in messages):
        raise cache.unusable("no space left on device, also used by Go's own caches")
    last = "\n".join(f"    {line}" for line in messages[-LOG_LINES:])
    raise EngineError(
        f"`go {done.args[1]}` failed:\n{last}\n"
        "If it could not download modules, set GOPROXY to a module proxy that you can reach."
    )


def _sdk_folder(go: str, environ: Mapping[str, str]) -> Path:
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE]
    listed = run_go(command, environ)
    if listed.returncode != 0 or not listed.stdout.strip():
        raise EngineError(f"`{' '.join(command)}` failed: {listed.stderr.strip()}")
    return Path(listed.stdout.strip())
