"""Pulumi's own releases: one that is installed, or the pinned one from Pulumi's download site."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from sandbox.engine.errors import EngineError
from sandbox.engine.files import write_whole
from sandbox.engine.get import process
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.engine import DYNAMIC_RESOURCES, Engine
from sandbox.engine.get.pinned import Version, parse, parse_known, pinned_version
from sandbox.engine.get.progress import Progress

WAY = "official"
LANGUAGE_HOST = "pulumi-language-python"
DYNAMIC_RESOURCES_PLUGIN = "pulumi-resource-pulumi-python"
OURS = Path(__file__).parents[2]
# Set while a `pulumi` on PATH is asked for its version. If that is a script which starts the sandbox, the sandbox
# refuses at once: otherwise it would ask the same script again, without end.
ASKING_VARIABLE = "LAB_ENGINE_ASKING"
# Set while an engine runs, and so for every command that its program starts.
RUNNING_VARIABLE = "LAB_ENGINE_RUNNING"
VERSION_SECONDS = 20.0
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 6.0
STALL_SECONDS = 20.0
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class ReleaseSite:
    """Where a release's archives and the list of their SHA-256 sums are; `{version}` is filled in."""

    archives: str = "https://get.pulumi.com/releases/sdk"
    checksums: str = "https://github.com/pulumi/pulumi/releases/download/v{version}/pulumi-{version}-checksums.txt"


def on_path(cache: EngineCache, environ: Mapping[str, str]) -> Engine:
    """The first `pulumi` on PATH that is at least the pinned version and has its own Python language host.

    Raises:
        EngineError: no such `pulumi`; the text names each one found and what it lacks.
    """
    rejected: list[str] = []
    # A command that an engine starts has folders on PATH twice.
    for folder in dict.fromkeys(environ.get("PATH", "").split(os.pathsep)):
        candidate = Path(folder) / "pulumi"
        if not folder or not os.access(candidate, os.X_OK) or OURS in candidate.resolve().parents:
            continue
        host = _language_host(candidate, environ)
        if host is None:
            rejected.append(f"{candidate} has no {LANGUAGE_HOST} beside it or on PATH")
            continue
        version = _installed_version(candidate, cache, environ)
        if version is None:
            rejected.append(f"`{candidate} version` gives no version within {VERSION_SECONDS:g} s")
            continue
        shown = ".".join(map(str, version))
        if version >= parse_known(pinned_version()):
            return Engine(candidate, f"v{shown} installed at {candidate}", _plugins(candidate, host), host.parent)
        rejected.append(f"{candidate} is v{shown}; v{pinned_version()} or newer is needed")
    raise EngineError("; ".join(rejected) or "there is no `pulumi` on PATH")


def cached(cache: EngineCache) -> Engine | None:
    """The release downloaded by an earlier command, or None."""
    folder = cache.entry(WAY) / "pulumi"
    if not (folder / "pulumi").exists():
        return None
    return Engine(folder / "pulumi", f"official release v{pinned_version()}: {folder}", DYNAMIC_RESOURCES, folder)


def download(cache: EngineCache, site: ReleaseSite) -> Engine:
    """Fetch the pinned release, if the site answers within seconds.

    Raises:
        EngineError: no answer, no release for this platform, or an archive whose sum is not the listed one.
    """
    name = _archive_name()
    expected = _expected_sum(site, name)
    with cache.making(cache.entry(WAY)) as workplace:
        if workplace is not None:
            _fetch(f"{site.archives}/{name}", workplace / name, expected)
            with tarfile.open(workplace / name) as archive:
                # Python 3.11.0 to 3.11.3 have no filter; the archive's sum was checked in any case.
                filters: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                archive.extractall(workplace, **filters)  # noqa: S202 - filtered where Python can
            (workplace / name).unlink()
            # The engine would prefer it to the sandbox's own plugin, which ends with the engine.
            (workplace / "pulumi" / DYNAMIC_RESOURCES_PLUGIN).unlink(missing_ok=True)
            if not (workplace / "pulumi" / "pulumi").exists():
                raise EngineError(f"{name} holds no pulumi/pulumi")
    engine = cached(cache)
    if engine is None:
        raise EngineError(f"{cache.entry(WAY)} holds no engine. Remove it and repeat the command.")
    return engine


def _language_host(candidate: Path, environ: Mapping[str, str]) -> Path | None:
    # A link on PATH (Homebrew, update-alternatives) has the host beside the file that it points to.
    for folder in (candidate.parent, candidate.resolve().parent):
        if os.access(folder / LANGUAGE_HOST, os.X_OK):
            return folder / LANGUAGE_HOST
    found = shutil.which(LANGUAGE_HOST, path=environ.get("PATH"))
    return Path(found) if found and OURS not in Path(found).resolve().parents else None


def _plugins(candidate: Path, host: Path) -> dict[str, list[str]]:
    """The language host and its companion where the CLI does not find them by itself: beside its own file."""
    if os.access(candidate.resolve().parent / LANGUAGE_HOST, os.X_OK):
        return {}
    return {"language-python": [str(host)], **DYNAMIC_RESOURCES}


def _installed_version(candidate: Path, cache: EngineCache, environ: Mapping[str, str]) -> Version | None:
    """The version of a `pulumi`, asked once per file: starting the CLI takes longer than the rest of the choice.

    None, which is not remembered, when it gives no version: a first start may be too slow.
    """
    known_file = cache.folder / "installed.json"
    state = candidate.stat()
    key = f"{candidate} {state.st_ino} {state.st_size} {state.st_mtime_ns}"
    known = _load(known_file)
    # The file may be a script that now starts the sandbox, and so may have started this command: ask again.
    remembered = None if environ.get(RUNNING_VARIABLE) else parse(known.get(key, ""))
    if remembered is not None:
        return remembered
    answer = _ask_version(candidate, environ)
    version = parse(answer)
    if version is not None and known.get(key) != answer:
        _store(known_file, known | {key: answer})
    elif version is None and key in known:
        del known[key]
        _store(known_file, known)
    return version


def _ask_version(candidate: Path, environ: Mapping[str, str]) -> str:
    """What `pulumi version` prints; empty if it fails or takes longer than `VERSION_SECONDS`."""
    with tempfile.TemporaryDirectory() as home:
        private = {**environ, "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true", ASKING_VARIABLE: str(candidate)}
        try:
            asked = process.run([str(candidate), "version"], private, folder=Path.cwd(), seconds=VERSION_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _load(file: Path) -> dict[str, str]:
    try:
        known: Any = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _store(file: Path, known: dict[str, str]) -> None:
    try:
        write_whole(file, json.dumps(known, indent=1))
    except OSError:
        # Without the file the next command asks again; an engine on PATH needs no cache folder otherwise.
        return


def _archive_name() -> str:
    machines = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
    machine = machines.get(platform.machine().lower())
    if machine is None:
        raise EngineError(f"Pulumi publishes no release for {platform.machine()}")
    return f"pulumi-v{pinned_version()}-{platform.system().lower()}-{machine}.tar.gz"


def _expected_sum(site: ReleaseSite, name: str) -> str:
    address = site.checksums.format(version=pinned_version())
    for line in _answer_within(address, ANSWER_SECONDS).splitlines():
        digest, _, listed = line.partition(" ")
        if listed.strip().lstrip("*") == name:
            return digest.lower()
    raise EngineError(f"{address} has no sum for {name}")


def _answer_within(address: str, seconds: float) -> str:
    """The text at `address`. In a thread, since looking up a host's name has no time limit of its own."""
    answer: list[str] = []
    failure: list[str] = []

    def ask() -> None:
        try:
            with urlopen(address, timeout=CONNECT_SECONDS) as response:
                answer.append(response.read().decode())
        except (OSError, ValueError) as error:
            failure.append(_reason(error))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if answer:
        return answer[0]
    raise EngineError(f"{address}: {failure[0] if failure else f'no answer within {seconds:g} s'}")


def _fetch(address: str, target: Path, expected: str) -> None:
    progress = Progress(f"downloading the Pulumi engine v{pinned_version()}")
    digest, size = hashlib.sha256(), 0
    try:
        with urlopen(address, timeout=STALL_SECONDS) as response, target.open("wb") as file:
            while chunk := response.read(CHUNK_BYTES):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                progress.tick(f"{size >> 20} MB")
    except (URLError, TimeoutError, ConnectionError) as error:
        raise EngineError(f"{address}: {_reason(error)}") from error
    finally:
        progress.done()
    if digest.hexdigest() != expected:
        raise EngineError(
            f"{address} has the SHA-256 sum {digest.hexdigest()}, but the release lists {expected}; not used"
        )


def _reason(error: Exception) -> str:
    return str(error.reason if isinstance(error, URLError) else error) or type(error).__name__
