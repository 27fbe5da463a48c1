"""Which engine is chosen, and the message when none works."""

import errno
import hashlib
import io
import json
import os
import platform
import re
import sys
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox.engine.errors import CacheError, EngineError
from sandbox.engine.get.cache import FALLBACK, EngineCache
from sandbox.engine.get.choose import choose
from sandbox.engine.get.engine import DYNAMIC_RESOURCES
from sandbox.engine.get.official import ReleaseSite
from sandbox.engine.get.pinned import OLDEST_GO, pinned_version, required_go
from sandbox.engine.run.home import Home
from tests.sandbox.engine.machine import Machine, script
from tests.support.project import ROOT

# Port 9 is the discard service: on loopback nothing answers there, at once.
NOWHERE = ReleaseSite("http://127.0.0.1:9", "http://127.0.0.1:9/sums")
MACHINE_NAMES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
ARCHIVE = f"pulumi-v{pinned_version()}-{platform.system().lower()}-{MACHINE_NAMES[platform.machine().lower()]}.tar.gz"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def failure(machine: Machine, site: ReleaseSite = NOWHERE, **environ: str) -> str:
    """The message when no engine can be had."""
    with pytest.raises(EngineError) as error:
        choose(machine.environ(**environ), site)
    return str(error.value)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ReleaseSite]:
    """A download site with the pinned release; what it holds can be changed below tmp_path/site."""
    folder = tmp_path / "site"
    folder.mkdir()
    with tarfile.open(folder / ARCHIVE, "w:gz") as archive:
        for name in ("pulumi", "pulumi-language-python", "pulumi-resource-pulumi-python"):
            content = b"#!/bin/sh\necho official\n"
            entry = tarfile.TarInfo(f"pulumi/{name}")
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    digest = hashlib.sha256((folder / ARCHIVE).read_bytes()).hexdigest()
    (folder / "sums").write_text(f"{'0' * 64}  pulumi-other.tar.gz\n{digest}  {ARCHIVE}\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield ReleaseSite(address, f"{address}/sums")
    server.shutdown()
    server.server_close()


def test_an_installed_pulumi_goes_before_all_others(machine: Machine, site: ReleaseSite) -> None:
    installed = machine.pulumi("3.300.1")
    machine.go()
    engine = choose(machine.environ(), site)
    assert engine.executable == installed
    assert engine.plugins == {}
    assert "v3.300.1" in engine.origin
    assert machine.calls("go") == []


def test_an_installed_pulumi_is_asked_for_its_version_once(machine: Machine) -> None:
    installed = machine.pulumi("3.300.1")
    for _ in range(3):
        choose(machine.environ(), NOWHERE)
    assert machine.calls("pulumi") == ["version"]
    machine.pulumi("3.301.0")
    os.utime(installed, (1, 1))
    assert "v3.301.0" in choose(machine.environ(), NOWHERE).origin


@pytest.mark.parametrize(
    "answer", ["exit 1", "echo starting", "exec sleep 60", "sleep 60; echo v3.300.1", "kill -9 $$"]
)
def test_a_version_question_that_failed_is_asked_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("sandbox.engine.get.official.VERSION_SECONDS", 0.5)
    installed = machine.pulumi("3.300.1")
    works = installed.read_text()
    before = installed.stat()
    # As long as the one that works and with its dates, so that it counts as the same file.
    installed.write_text(f"#!/bin/sh\n{answer}\n".ljust(len(works) - 1) + "\n")
    os.utime(installed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "pulumi version` gives no version within 0.5 s" in failure(machine, LAB_ENGINE="path")
    installed.write_text(works)
    os.utime(installed, ns=(before.st_atime_ns, before.st_mtime_ns))
    monkeypatch.undo()
    assert choose(machine.environ(LAB_ENGINE="path"), NOWHERE).executable == installed


def starts_the_sandbox(machine: Machine, scripts: int) -> Path:
    """A `pulumi` that starts the sandbox through `scripts` scripts; each start of the first is recorded."""
    script(machine.bin / "pulumi-language-python", "exit 1")
    target = f"{sys.executable} -m sandbox.engine"
    for number in range(scripts - 1):
        target = str(script(machine.root / "more" / f"script-{number}", f'{target} "$@"\nexit $?'))
    return script(
        machine.bin / "pulumi",
        f'echo "$@" >> {machine.root}/pulumi.calls; cd {machine.root}; export PYTHONPATH={ROOT}; exec {target} "$@"',
    )


@pytest.mark.parametrize("scripts", [1, 3])
def test_a_pulumi_that_starts_the_sandbox_is_asked_once_and_not_used(machine: Machine, scripts: int) -> None:
    starts_the_sandbox(machine, scripts)
    machine.go()
    engine = choose(machine.environ(LAB_SANDBOX_DIR=str(machine.root / "sandbox")), NOWHERE)
    assert "built from its Go module" in engine.origin
    assert machine.calls("pulumi") == ["version"]


def test_a_pulumi_that_now_starts_the_sandbox_is_found_out_by_the_command_that_it_starts(machine: Machine) -> None:
    machine.pulumi("3.300.1")
    machine.go()
    known = choose(machine.environ(), NOWHERE).executable
    starts_the_sandbox(machine, 2)
    state = known.stat()
    key = f"{known} {state.st_ino} {state.st_size} {state.st_mtime_ns}"
    (machine.cache / "installed.json").write_text(json.dumps({key: "v3.300.1"}))
    assert choose(machine.environ(), NOWHERE).executable == known
    inner = Home(machine.root / "sandbox", ROOT).environment(machine.environ(), choose(machine.environ(), NOWHERE))
    assert "built from its Go module" in choose(inner, NOWHERE).origin
    assert "built from its Go module" in choose(machine.environ(), NOWHERE).origin
    assert machine.calls("pulumi") == ["version", "version", "version"]


def test_a_later_folder_on_path_is_looked_at_when_the_first_is_too_old(machine: Machine) -> None:
    machine.pulumi("3.100.0")
    newer = machine.pulumi("3.300.0", "second")
    environ = machine.environ()
    engine = choose({**environ, "PATH": f"{environ['PATH']}{os.pathsep}{machine.root / 'second'}"}, NOWHERE)
    assert engine.executable == newer


def test_a_language_host_elsewhere_on_path_is_passed_on(machine: Machine) -> None:
    installed = machine.pulumi("3.300.0", host=False)
    host = script(machine.root / "hosts" / "pulumi-language-python", "exit 1")
    environ = machine.environ()
    engine = choose({**environ, "PATH": f"{environ['PATH']}{os.pathsep}{host.parent}"}, NOWHERE)
    assert engine.executable == installed
    assert engine.plugins == {"language-python": [str(host)], **DYNAMIC_RESOURCES}


def test_a_link_to_an_installed_pulumi_is_followed_to_its_language_host(machine: Machine) -> None:
    target = machine.pulumi("3.300.0", "cellar")
    machine.bin.mkdir()
    (machine.bin / "pulumi").symlink_to(target)
    assert choose(machine.environ(), NOWHERE).plugins == {}


def test_too_old_or_bare_goes_on_to_the_official_release(machine: Machine, site: ReleaseSite) -> None:
    machine.pulumi("3.258.9")
    machine.go()
    engine = choose(machine.environ(), site)
    assert "official release" in engine.origin
    assert os.access(engine.executable, os.X_OK)
    assert machine.calls("go") == []


def test_a_release_is_unpacked_by_a_python_whose_archives_have_no_filters(
    machine: Machine, site: ReleaseSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpack = tarfile.TarFile.extractall

    def of_python_3_11_2(archive: tarfile.TarFile, path: Path) -> None:
        unpack(archive, path, filter="data")

    monkeypatch.delattr(tarfile, "data_filter")
    monkeypatch.setattr(tarfile.TarFile, "extractall", of_python_3_11_2)
    assert "official release" in choose(machine.environ(LAB_ENGINE="official"), site).origin


def test_a_downloaded_release_is_kept(machine: Machine, site: ReleaseSite) -> None:
    first = choose(machine.environ(), site)
    assert choose(machine.environ(), NOWHERE) == first


def test_a_downloaded_release_takes_the_sandboxs_own_dynamic_resources(machine: Machine, site: ReleaseSite) -> None:
    engine = choose(machine.environ(), site)
    assert sorted(file.name for file in engine.tools.iterdir()) == ["pulumi", "pulumi-language-python"]
    assert engine.plugins == DYNAMIC_RESOURCES


def test_an_archive_with_another_sum_is_not_used(machine: Machine, site: ReleaseSite, tmp_path: Path) -> None:
    (tmp_path / "site" / "sums").write_text(f"{'1' * 64}  {ARCHIVE}\n")
    assert re.search(r"SHA-256 sum .* but the release lists 1111", failure(machine, site, LAB_ENGINE="official"))
    assert list(machine.cache.glob("*official*/")) == []
    assert list(machine.cache.glob(".*official*/")) == []


def test_an_archive_without_a_sum_is_not_fetched(machine: Machine, site: ReleaseSite, tmp_path: Path) -> None:
    (tmp_path / "site" / "sums").write_text(f"{'1' * 64}  another.tar.gz\n")
    (tmp_path / "site" / ARCHIVE).unlink()
    assert "has no sum for" in failure(machine, site, LAB_ENGINE="official")


def test_without_the_download_site_the_module_is_built(machine: Machine) -> None:
    machine.go()
    engine = choose(machine.environ(), NOWHERE)
    assert "built from its Go module" in engine.origin
    assert (engine.tools / "pulumi-language-python-exec").exists()
    assert set(engine.plugins) == {"language-python", "resource-pulumi-python"}
    assert choose(machine.environ(), NOWHERE) == engine
    assert machine.calls("go").count("build") == 1


def test_what_was_built_goes_before_a_download(machine: Machine, site: ReleaseSite) -> None:
    machine.go()
    built = choose(machine.environ(LAB_ENGINE="build"), NOWHERE)
    assert choose(machine.environ(), site) == built


@pytest.mark.parametrize(
    ("way", "expected"), [("path", "installed"), ("official", "official release"), ("build", "Go module")]
)
def test_a_way_can_be_forced(machine: Machine, site: ReleaseSite, way: str, expected: str) -> None:
    machine.pulumi("3.300.0")
    machine.go()
    assert expected in choose(machine.environ(LAB_ENGINE=way), site).origin


def test_a_forced_way_that_fails_is_not_replaced(machine: Machine) -> None:
    machine.go()
    text = failure(machine, LAB_ENGINE="path")
    assert "there is no `pulumi` on PATH" in text
    assert "LAB_ENGINE=path allows only one way" in text
    assert machine.calls("go") == []


def test_an_unknown_way_is_refused(machine: Machine) -> None:
    assert "LAB_ENGINE=npm is not known. Use one of path, official, build" in failure(machine, LAB_ENGINE="npm")


def test_when_nothing_works_every_way_is_listed_with_its_reason(machine: Machine) -> None:
    old = machine.pulumi("3.100.0")
    text = failure(machine)
    assert f"path: {old} is v3.100.0; v{pinned_version()} or newer is needed" in text
    assert "official: http://127.0.0.1:9/sums: " in text
    assert "build: `go` is not on PATH" in text
    pulumi = f"  Pulumi v{pinned_version()} or newer   "
    assert text.endswith(
        "Install one of these, then repeat the command:\n"
        f"{pulumi}https://www.pulumi.com/docs/install/\n"
        f"{'  Go 1.21 or newer':<{len(pulumi)}}https://go.dev/dl/ (the CLI is then built here, once)"
    )


def test_for_a_go_that_can_fetch_nothing_the_versions_needed_are_named(machine: Machine) -> None:
    machine.go("1.20.14")
    advice = f"is Go 1.20.14, which is too old. Install Go {required_go()} or newer, or 1.21 or newer that may fetch it"
    assert advice in failure(machine, LAB_ENGINE="build")
    assert "build" not in machine.calls("go")


def test_the_readme_names_the_oldest_go_and_the_one_that_is_fetched() -> None:
    readme = " ".join((ROOT / "README.md").read_text().split())
    assert f"Go {OLDEST_GO} or newer, which fetches the Go {required_go()} that the build needs" in readme


@pytest.mark.parametrize("setting", [{}, {"GOTOOLCHAIN": "auto"}, {"GOTOOLCHAIN": "go1.24.4+auto"}])
def test_an_older_go_fetches_the_one_that_the_build_needs(
    machine: Machine, capsys: pytest.CaptureFixture[str], setting: dict[str, str]
) -> None:
    machine.go(
        "1.24.4",
        fetch=f"used={required_go()}",
        build=f'[ "$GOTOOLCHAIN" = "{setting.get("GOTOOLCHAIN", "")}" ] || exit 1',
    )
    assert "built" in choose(machine.environ(LAB_ENGINE="build", **setting), NOWHERE).origin
    assert f"sandbox: getting Go {required_go()}, which the build needs (once)\n" in capsys.readouterr().err


def test_a_go_that_is_new_enough_fetches_nothing(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.go(required_go())
    assert "built" in choose(machine.environ(LAB_ENGINE="build", GOTOOLCHAIN="local"), NOWHERE).origin
    assert "getting Go" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "fetch", "used"),
    [
        ("local", "", "1.24.4"),
        ("go1.23.1", "used=1.23.1", "1.23.1"),
        ("path", "echo go: cannot find go in PATH >&2; exit 1", "1.24.4"),
        ("go1.24.4+path", "echo go: cannot find go in PATH >&2; exit 1", "1.24.4"),
    ],
)
def test_a_go_that_may_not_fetch_is_refused_with_the_way_out(
    machine: Machine, setting: str, fetch: str, used: str
) -> None:
    go = machine.go("1.24.4", fetch=fetch)
    assert (
        f"build: {go} is Go {used}; the build needs {required_go()}, which GOTOOLCHAIN={setting} forbids to fetch.\n"
        f"    Repeat the command with GOTOOLCHAIN=auto before it, or install Go {required_go()} or newer: "
        "https://go.dev/dl/\n"
    ) in failure(machine, LAB_ENGINE="build", GOTOOLCHAIN=setting)
    assert "build" not in machine.calls("go")


def test_a_go_that_cannot_be_fetched_is_reported_with_the_message_of_go(machine: Machine) -> None:
    go = machine.go("1.24.4", fetch="echo go: downloading >&2; echo go: no such host >&2; exit 1")
    text = failure(machine, LAB_ENGINE="build")
    assert (
        f"build: {go} is Go 1.24.4; the build needs {required_go()}, which could not be fetched:\n"
        "    go: no such host\n"
        f"    Set GOPROXY to a module proxy that you can reach, or install Go {required_go()} or newer: https://go.dev/dl/\n"
    ) in text
    assert "build" not in machine.calls("go")


def test_the_message_of_a_failed_build_is_shown(machine: Machine) -> None:
    machine.go(build="echo cannot find module >&2; exit 1")
    assert re.search(r"(?s)`go build` failed:.*cannot find module.*GOPROXY", failure(machine, LAB_ENGINE="build"))
    assert list(machine.cache.iterdir()) == []


def test_the_names_of_packages_are_kept_out_of_the_message_of_a_failed_build(machine: Machine) -> None:
    machine.go(
        packages="printf 'example.com/%s\\t/nowhere\\n' one two",
        build="echo example.com/one >&2; echo cannot compile >&2; echo example.com/two >&2; exit 1",
    )
    text = failure(machine, LAB_ENGINE="build")
    assert "`go build` failed:\n    cannot compile\nIf it" in text
    assert "example.com" not in text


def test_a_source_that_cannot_be_read_is_reported_with_the_message_of_go(machine: Machine) -> None:
    machine.go(packages="echo dial tcp: no such host >&2; exit 1")
    assert re.search(r"`go list` failed:\n    dial tcp: no such host\n.*GOPROXY", failure(machine, LAB_ENGINE="build"))
    assert "build" not in machine.calls("go")
    assert list(machine.cache.iterdir()) == []


def unusable(machine: Machine) -> str:
    """Why the cache folder cannot be used; asserts the rest of the message, which names the way out."""
    with pytest.raises(CacheError) as error:
        choose(machine.environ(LAB_ENGINE="build"), NOWHERE)
    found = re.fullmatch(
        rf"{machine.cache} cannot be written \((.*)\), so there is no place for the Pulumi engine\n"
        r"\(about 120 MB\)\. Make room or give write permission there, or name another folder with\n"
        r"XDG_CACHE_HOME=/path/to/folder\.",
        str(error.value),
    )
    assert found is not None, error.value
    return found[1]


def test_a_cache_that_is_removed_during_a_build_is_unusable(machine: Machine) -> None:
    (machine.root / "tools").mkdir()
    (machine.root / "tools" / "rm").symlink_to("/bin/rm")
    machine.go(build=f"rm -r {machine.cache}; exit 1")
    assert unusable(machine) == "no such file or directory"


def test_a_cache_on_a_full_disk_is_unusable(machine: Machine) -> None:
    machine.go(build="echo write: no space left on device >&2; exit 1")
    assert unusable(machine) == "no space left on device, also used by go's own caches"


def test_a_cache_in_the_place_of_a_file_is_unusable(machine: Machine) -> None:
    machine.go()
    (machine.root / "cache").write_text("a file where the folder should be")
    assert unusable(machine) == "not a directory"


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_cache_that_cannot_be_written_is_unusable(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(**_: object) -> str:
        raise OSError(number, "as if")

    machine.go()
    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    assert unusable(machine) == os.strerror(number).lower()


def test_an_engine_that_is_kept_needs_nothing_written(machine: Machine) -> None:
    machine.go()
    built = choose(machine.environ(), NOWHERE)
    before = sorted(machine.cache.iterdir())
    assert choose(machine.environ(), NOWHERE) == built
    assert sorted(machine.cache.iterdir()) == before


def test_the_cache_is_below_home_without_an_xdg_folder(tmp_path: Path) -> None:
    assert EngineCache.of({"HOME": str(tmp_path)}).folder == tmp_path / ".cache" / "lab-image-gallery"


@dataclass(frozen=True)
class User:
    """An entry of the system's list of users."""

    pw_dir: str


def test_without_home_the_cache_is_where_the_system_knows_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwd.getpwuid", lambda _: User(str(tmp_path)))
    assert EngineCache.of({}).folder == tmp_path / ".cache" / "lab-image-gallery"
    monkeypatch.setattr("pwd.getpwuid", lambda _: User(str(tmp_path / "nowhere")))
    assert EngineCache.of({"HOME": ""}).folder == FALLBACK / "lab-image-gallery"
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert EngineCache.of({}).folder == FALLBACK / "lab-image-gallery"
    assert EngineCache.of({"XDG_CACHE_HOME": "/a"}).folder == Path("/a/lab-image-gallery")


def variables_of_go(machine: Machine, environ: dict[str, str]) -> list[str]:
    """GOPATH, GOCACHE and GOFLAGS during a build."""
    file = machine.root / "variables"
    machine.go(build=f'echo "$GOPATH,$GOCACHE,$GOFLAGS" > {file}')
    choose(environ | {"LAB_ENGINE": "build"}, NOWHERE)
    return file.read_text().strip().split(",")


@pytest.mark.parametrize("given", [{}, {"GOPATH": "/theirs"}, {"GOCACHE": "/theirs"}])
def test_without_home_go_has_a_place_for_what_it_gets(machine: Machine, given: dict[str, str]) -> None:
    places = {"GOPATH": str(machine.cache / "go"), "GOCACHE": str(machine.cache / "go-build")} | given
    environ = machine.environ(**given)
    del environ["HOME"]
    assert variables_of_go(machine, environ) == [places["GOPATH"], places["GOCACHE"], "-modcacherw"]


def test_with_home_go_decides_itself(machine: Machine) -> None:
    assert variables_of_go(machine, machine.environ()) == ["", "", ""]
