"""Build the pinned CLI from its Go module."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from sandbox.engine.errors import EngineError
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.engine import DYNAMIC_RESOURCES, Engine
from sandbox.engine.get.pinned import MODULE, OLDEST_GO, Version, parse, parse_known, pinned_version, required_go
from sandbox.engine.get.progress import Progress

WAY = "build"
HERE = Path(__file__).parent
# The Go module comes without the official language host. Started so that neither PYTHONPATH nor the folder of the
# program decides what is imported, and so that none of it is passed on to the program.
HOST_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from sandbox.engine.host.language_host import main; main()"
)
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PLUGINS = {"language-python": [sys.executable, "-P", "-c", HOST_START, str(HERE.parents[2])], **DYNAMIC_RESOURCES}
# The official runner of a Python program lies in the SDK's Go module, unlike the language host that starts it.
RUNNER = "pulumi-language-python-exec"
LOG_LINES = 15
GO_SITE = "https://go.dev/dl/"


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
    environ = _go_environment(environ, cache)
    go = _go(environ)
    entry = cache.entry(WAY)
    with cache.making(entry) as workplace:
        if workplace is not None:
            try:
                _compile(go, workplace, environ)
                shutil.copy(_sdk_folder(go, environ) / "python" / "cmd" / RUNNER, workplace / RUNNER)
            except _NoSpaceError as error:
                raise cache.unusable("no space left on device, also used by Go's own caches") from error
            (workplace / RUNNER).chmod(0o755)
    engine = cached(cache)
    if engine is None:
        raise EngineError(f"the build left no {entry / 'pulumi'}. Remove {entry} and repeat the command.")
    return engine


class _NoSpaceError(Exception):
    pass


def _go_environment(environ: Mapping[str, str], cache: EngineCache) -> dict[str, str]:
    # The user's proxies and choice of toolchain stay; flags for other modules (-mod=vendor ...) would break this one.
    private = {**environ, "GOFLAGS": "", "GOWORK": "off"}
    if environ.get("HOME"):
        return private
    # Go keeps what it downloads and compiles below the home, and does nothing without a place for it. Here it can be
    # removed by `rm -r`, unlike what Go writes by default.
    folders = {"GOPATH": str(cache.folder / "go"), "GOCACHE": str(cache.folder / "go-build"), "GOFLAGS": "-modcacherw"}
    return {**private, **folders, **{name: environ[name] for name in ("GOPATH", "GOCACHE") if environ.get(name)}}


def _go(environ: Mapping[str, str]) -> str:
    go = shutil.which("go", path=environ.get("PATH"))
    if go is None:
        raise EngineError(f"`go` is not on PATH. {_install_go()}")
    installed = _version(go, _run_go([go, "version"], {**environ, "GOTOOLCHAIN": "local"}))
    if installed < parse_known(OLDEST_GO):
        raise EngineError(f"{go} is Go {_shown(installed)}, which is too old. {_install_go()}")
    needed = parse_known(required_go())
    setting = _run_go([go, "env", "GOTOOLCHAIN"], environ).stdout.strip()
    fetches = installed < needed and setting.endswith("auto")
    # The module's folder, and the user's GOTOOLCHAIN, decide which Go compiles: this one or one that it fetches.
    task = f"getting Go {required_go()}, which the build needs (once)" if fetches else ""
    answer = _run_go([go, "version"], environ, task)
    if answer.returncode != 0:
        last = answer.stderr.strip().rpartition("\n")[2]
        raise EngineError(
            f"{go} is Go {_shown(installed)}; the build needs {required_go()}, which could not be fetched:\n"
            f"    {last}\n"
            f"    Set GOPROXY to a module proxy that you can reach, or install Go {required_go()} or newer: {GO_SITE}"
        )
    chosen = _version(go, answer)
    if chosen < needed:
        raise EngineError(
            f"{go} is Go {_shown(chosen)}; the build needs {required_go()}, which GOTOOLCHAIN={setting} forbids to "
            "fetch.\n"
            f"    Repeat the command with GOTOOLCHAIN=auto before it, or install Go {required_go()} or newer: {GO_SITE}"
        )
    return go


def _install_go() -> str:
    return f"Install Go {required_go()} or newer, or {OLDEST_GO} or newer that may fetch it: {GO_SITE}"


def _version(go: str, answer: subprocess.CompletedProcess[str]) -> Version:
    found = parse(answer.stdout)
    if answer.returncode != 0 or found is None:
        raise EngineError(f"`{go} version` does not work: {(answer.stderr or answer.stdout).strip()}")
    return found


def _shown(version: Version) -> str:
    return ".".join(map(str, version))


def _run_go(command: list[str], environ: Mapping[str, str], task: str = "") -> subprocess.CompletedProcess[str]:
    """Run `go` in the module's folder to its end, saying that `task` goes on if it is named."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = _start_go(command, environ, output, errors)
        exit_code = _wait(process, Progress(task) if task else None)
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(command, exit_code, output.read(), errors.read())


def _start_go(
    command: list[str], environ: Mapping[str, str], output: IO[Any], errors: IO[Any]
) -> subprocess.Popen[Any]:
    return subprocess.Popen(
        command,
        cwd=MODULE,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        process_group=0,
    )


def _compile(go: str, workplace: Path, environ: Mapping[str, str]) -> None:
    version = f"{SDK_MODULE}/go/common/version.Version=v{pinned_version()}"
    # The flags of Pulumi's own releases; -buildvcs=false since stamping fails in some clones.
    command = [go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", "osusergo,grpcnotrace"]
    command += ["-ldflags", f"-w -s -X {version}", "-o", str(workplace / "pulumi"), PROGRAM]
    task = f"building the Pulumi engine v{pinned_version()} with Go (a few minutes, once)"
    log = workplace / "build.log"
    with log.open("wb") as output:
        exit_code = _wait(_start_go(command, environ, output, output), Progress(task))
    lines = log.read_text(errors="replace").splitlines()
    if exit_code != 0 and any("no space left on device" in line for line in lines):
        raise _NoSpaceError
    if exit_code != 0:
        last = "\n".join(f"    {line}" for line in lines[-LOG_LINES:])
        raise EngineError(
            f"`go build` failed:\n{last}\n"
            "If it could not download modules, set GOPROXY to a module proxy that you can reach."
        )
    log.unlink()


def _wait(process: subprocess.Popen[Any], progress: Progress | None) -> int:
    try:
        while True:
            if progress:
                progress.tick()
            try:
                return process.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                continue
    except BaseException:
        # Go has a group of its own, so that Ctrl-C ends what it started as well, before we go on.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        if progress:
            progress.done()


def _sdk_folder(go: str, environ: Mapping[str, str]) -> Path:
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE]
    asked = _run_go(command, environ)
    if asked.returncode != 0 or not asked.stdout.strip():
        raise EngineError(f"`{' '.join(command)}` failed: {asked.stderr.strip()}")
    return Path(asked.stdout.strip())
