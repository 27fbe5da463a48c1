"""Build the pinned CLI from its Go module."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.engine.cache import EngineCache
from sandbox.engine.engine import DYNAMIC_RESOURCES, Engine
from sandbox.engine.errors import EngineError
from sandbox.engine.pinned import MODULE, parse, parse_known, pinned_version, required_go
from sandbox.engine.progress import Progress

WAY = "build"
HERE = Path(__file__).parent
# The Go module comes without the official language host. Started so that neither PYTHONPATH nor the folder of the
# program decides what is imported, and so that none of it is passed on to the program.
HOST_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from sandbox.engine.language_host import main; main()"
PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
PLUGINS = {"language-python": [sys.executable, "-P", "-c", HOST_START, str(HERE.parents[1])], **DYNAMIC_RESOURCES}
# The official runner of a Python program lies in the SDK's Go module, unlike the language host that starts it.
RUNNER = "pulumi-language-python-exec"
LOG_LINES = 15


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
        EngineError: no Go, one that is too old, or a build that failed; CacheError for the folder.
    """
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


def _go(environ: Mapping[str, str]) -> str:
    go = shutil.which("go", path=environ.get("PATH"))
    if go is None:
        raise EngineError(f"`go` is not on PATH; Go {required_go()} or newer is needed: https://go.dev/dl/")
    asked = subprocess.run([go, "version"], env=_go_environment(environ), capture_output=True, text=True, check=False)
    found = parse(asked.stdout)
    if found is None:
        raise EngineError(f"`{go} version` does not work: {(asked.stderr or asked.stdout).strip()}")
    if found < parse_known(required_go()):
        shown = ".".join(map(str, found))
        raise EngineError(f"{go} is Go {shown}; Go {required_go()} or newer is needed: https://go.dev/dl/")
    return go


def _go_environment(environ: Mapping[str, str]) -> dict[str, str]:
    # The user's proxies stay; flags for other modules (-mod=vendor ...) and a change of toolchain would break this one.
    return {**environ, "GOFLAGS": "", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def _compile(go: str, workplace: Path, environ: Mapping[str, str]) -> None:
    version = f"{SDK_MODULE}/go/common/version.Version=v{pinned_version()}"
    # The flags of Pulumi's own releases; -buildvcs=false since stamping fails in some clones.
    command = [go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", "osusergo,grpcnotrace"]
    command += ["-ldflags", f"-w -s -X {version}", "-o", str(workplace / "pulumi"), PROGRAM]
    task = f"building the Pulumi engine v{pinned_version()} with Go (a few minutes, once)"
    log = workplace / "build.log"
    with log.open("wb") as output:
        compiler = subprocess.Popen(
            command,
            cwd=MODULE,
            env=_go_environment(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
        )
        exit_code = _wait(compiler, Progress(task))
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


def _wait(compiler: subprocess.Popen[bytes], progress: Progress) -> int:
    try:
        while True:
            progress.tick()
            try:
                return compiler.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                continue
    except BaseException:
        # The compiler has a group of its own, so that Ctrl-C ends what `go` started as well, before we go on.
        os.killpg(compiler.pid, signal.SIGKILL)
        compiler.wait()
        raise
    finally:
        progress.done()


def _sdk_folder(go: str, environ: Mapping[str, str]) -> Path:
    command = [go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE]
    asked = subprocess.run(
        command, cwd=MODULE, env=_go_environment(environ), capture_output=True, text=True, check=False
    )
    if asked.returncode != 0 or not asked.stdout.strip():
        raise EngineError(f"`{' '.join(command)}` failed: {asked.stderr.strip()}")
    return Path(asked.stdout.strip())
