"""`labs status` and its --watch: what is missing, what is replicated, and how long it still takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.commands import status
from plan.observed import Observed, ObservedLab, ObservedVersion, RegionProgress
from tests.support import builders as inputs
from tests.support.emulator_client import ACCOUNT, version
from tests.support.exports_scene import GALLERY, Scene
from tests.support.project import ROOT
from tests.support.running import PATIENCE, wait_until

pytest_plugins = ["tests.support.emulator"]
LABS = f"{ROOT}/sandbox/labs"
Frame = Mapping[str, tuple[int, ...]]
"""Percents of each version in koreacentral, koreasouth and japaneast; 100 in all is the end, -1 a failure."""
REGIONS = ("koreacentral", "koreasouth", "japaneast")
DONE = (100, 100)


@dataclass
class Watched:
    """A gallery that is as in the next frame at each look (None: there is none), with a clock of its own."""

    frames: list[Frame | None]
    now: float = 0
    pauses: list[float] = field(default_factory=list)
    asked_before: list[int] = field(default_factory=list)

    @contextmanager
    def signed_in(self, _: object) -> Iterator[Watched]:
        yield self

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def look(self) -> Observed:
        self.frame = self.frames.pop(0) if len(self.frames) > 1 else self.frames[0]
        if self.frame is None:
            return Observed()
        lab = ObservedLab(ACCOUNT, "koreacentral", {"a": GALLERY})
        versions = {number: _version(number, percents) for number, percents in self.frame.items()}
        definition = inputs.observed_definition(id=f"{GALLERY}/images/python", versions=versions)
        gallery = inputs.observed_gallery(definition, id=GALLERY)
        return Observed(gallery=gallery, labs={ACCOUNT.lower(): lab})

    def progress(self, wanted: list[ObservedVersion], before: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
        self.asked_before.append(len(before))
        frame = self.frame or {}
        return {item.id.lower(): _progress(frame[item.id.rpartition("/")[2]]) for item in wanted}, []


def _version(number: str, percents: tuple[int, ...]) -> ObservedVersion:
    state = "Failed" if -1 in percents else "Succeeded" if set(percents) == {100} else "Creating"
    replicas = tuple(map(inputs.replica, REGIONS[: len(percents)]))
    path = f"{GALLERY}/images/python/versions/{number}"
    return inputs.observed_version(id=path, provisioning_state=state, replicas=replicas)


def _progress(percents: tuple[int, ...]) -> tuple[RegionProgress, ...]:
    states = {100: "Completed", -1: "Failed"}
    return tuple(
        RegionProgress(region, states.get(percent, "Replicating"), max(percent, 0), "")
        for region, percent in zip(REGIONS, percents, strict=False)
    )


@pytest.fixture
def catalogue(scene: Scene) -> None:
    """The catalogue has a version 1.1.0 that is not deployed yet."""
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    versions = content["images"]["python"]["versions"]
    versions["1.1.0"] = json.loads(json.dumps(versions["1.0.0"]))
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")


def watch(scene: Scene, patch: pytest.MonkeyPatch, *frames: Frame | None, more: tuple[str, ...] = ()) -> Any:
    """What is printed, the exit code, and the looks."""
    watched = Watched(list(frames))
    patch.setattr("cli.commands.status.signed_in", watched.signed_in)
    patch.setattr("cli.commands.status.time", watched)
    done = scene.labs("status", "--watch", *more)
    return done, watched


def log(text: str) -> list[str]:
    """The lines of a log, each of which begins with a time, without it."""
    lines = text.splitlines()
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ")
    assert [line for line in lines if not stamp.match(line)] == []
    return [stamp.sub("", line) for line in lines]


def test_a_log_gets_a_line_with_the_time_for_each_change(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [{"1.0.0": percents} for percents in ((0, 0), (0, 0), (50, 0), (100, 0), (100, 100))]
    done, watched = watch(scene, monkeypatch, *frames)
    assert done.exit_code == 0, done.output
    lines = log(done.stdout)
    first = lines.index("python:1.0.0: replicating")
    assert lines[first + 1 : first + 3] == ["  koreacentral 0 %, Replicating", "  koreasouth 0 %, Replicating"]
    assert lines[first + 3 :] == [
        "Not as in the catalogue:",
        "- python is being published in contoso-labs: its replica in koreacentral is not finished",
        "  (Replicating, 0 %)",
        "Teachers see 0 of 1 image in contoso-labs.",
        f"`{LABS} teachers --stack dev` says what to do.",
        "python:1.0.0 in koreacentral 50 %, Replicating, about 3 min left",
        "python:1.0.0 in koreasouth 0 %, Replicating, about 3 min left",
        "python:1.0.0 in koreacentral 100 %, Completed",
        "python:1.0.0 in koreasouth 0 %, Replicating, about 2 min left",
        "python:1.0.0 in koreasouth 100 %, Completed",
        "python:1.0.0: ready",
        "Teachers see 1 of 1 image in contoso-labs.",
        "Watched for 2 min.",
    ]
    assert watched.pauses == [30.0] * 4
    assert watched.asked_before == [0, 1, 1, 1, 1]


def test_json_gets_an_object_with_the_time_for_each_change(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [{"1.0.0": percents} for percents in ((0,), (0,), (40,), (100,))]
    done, watched = watch(scene, monkeypatch, *frames, more=("--json", "--every", "1"))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["versions"][0]["regions"][0]["percent"] for answer in answers] == [0, 40, 100]
    assert all(re.fullmatch(r"[\d-]+T[\d:]+Z", answer["time"]) for answer in answers)
    assert [answer["ok"] for answer in answers] == [False, False, True]
    assert watched.pauses == [1.0] * 3


@pytest.mark.usefixtures("catalogue")
def test_a_version_that_is_still_to_come_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before: Frame = {"1.0.0": DONE}
    done, watched = watch(
        scene, monkeypatch, None, before, before, {"1.0.0": DONE, "1.1.0": (50, 0)}, {"1.0.0": DONE, "1.1.0": DONE}
    )
    assert done.exit_code == 0, done.output
    lines = log(done.stdout)
    waiting = "which the gallery lacks: until 10 min have passed in which nothing is replicated."
    assert f"Waiting for python:1.0.0, python:1.1.0, {waiting}" in " ".join(lines)
    assert f"Waiting for python:1.1.0, {waiting}" in lines
    assert lines[-3:] == [
        "python:1.1.0: ready",
        "Teachers see 1 of 1 image in contoso-labs.",
        "Watched for 2 min.",
    ]
    assert watched.pauses == [30.0] * 4


@pytest.mark.usefixtures("catalogue")
def test_nothing_is_waited_for_without_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    done, watched = watch(scene, monkeypatch, {"1.0.0": DONE})
    assert done.exit_code == 1
    assert sum(watched.pauses) == status.START_WITHIN
    assert f"`{LABS.removesuffix('labs')}pulumi up --refresh --stack dev` publishes what is missing." in done.stdout
    no_gallery, watched = watch(scene, monkeypatch, None)
    assert no_gallery.exit_code == 1
    assert sum(watched.pauses) == status.START_WITHIN
    assert "There is no gallery contoso_lab_images in" in no_gallery.stdout


@pytest.mark.usefixtures("catalogue")
def test_a_gallery_that_was_deleted_is_missing_with_its_versions_and_what_makes_it_follows(scene: Scene) -> None:
    assert scene.client.delete(f"{GALLERY}/images/python/versions/1.0.0").status < 300
    assert scene.client.delete(f"{GALLERY}/images/python").status < 300
    assert scene.client.delete(GALLERY).status < 300
    shown = scene.labs("status")
    pulumi = LABS.removesuffix("labs") + "pulumi"
    makes = f"`{pulumi} up --stack dev` makes it the first time, `{pulumi} up --refresh --stack dev` if it was deleted."
    text = " ".join(shown.stdout.split())
    assert (shown.exit_code, shown.stderr) == (1, "")
    assert "python:1.0.0: missing in Azure python:1.1.0: missing in Azure" in text
    assert f"There is no gallery contoso_lab_images in resource group galleries; {makes}" in text
    as_json = scene.labs("status", "--json")
    answer = json.loads(as_json.stdout)
    assert (as_json.exit_code, answer["ok"], answer["gallery"]) == (1, False, None)
    for command in (("list-unmanaged",), ("import", "python")):
        ended = scene.labs(*command)
        assert ended.exit_code == 1
        assert makes in ended.stderr


def test_a_missing_gallery_is_a_problem_without_images_too(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.catalogue.write_text("images: {}\n", encoding="utf-8")
    done, _ = watch(scene, monkeypatch, None)
    assert done.exit_code == 1


def test_a_terminal_gets_bars_in_columns_and_the_last_frame_whole(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.status._printer", lambda **_: status._Screen())
    monkeypatch.setattr("shutil.get_terminal_size", lambda _: os.terminal_size((80, 7)))
    frames: list[Frame] = [{"1.0.0": (0, 0, 0)}, {"1.0.0": (100, 12, 0)}, {"1.0.0": (100, -1, 100)}]
    done, _ = watch(scene, monkeypatch, *frames)
    assert done.exit_code == 1
    middle, last = (frame.replace("\x1b[K", "").replace("\x1b[J", "") for frame in done.stdout.split("\x1b[6A")[1:])
    assert middle.splitlines()[1:] == [
        "Watched for 30 s, less than a minute left.",
        "",
        "python:1.0.0: replicating, less than a minute left",
        "  koreacentral  [####################]  100 %  Completed",
        "… and 5 more lines",
    ]
    assert last.splitlines()[3:7] == [
        "python:1.0.0: failed",
        "  koreacentral  [####################]  100 %  Completed",
        "  koreasouth    [--------------------]    0 %  Failed",
        "  japaneast     [####################]  100 %  Completed",
    ]
    assert last.splitlines()[-1] == "Watched for 60 s."


def test_a_real_terminal_is_redrawn(scene: Scene, tmp_path: Path) -> None:
    scene.client.replication(secondsPerRegion=3600)
    scene.made(f"{GALLERY}/images/python/versions/1.0.1", version())
    # Once the bar is on the screen the version goes, so that nothing is replicated any more.
    program = (
        "import os, pty, subprocess, sys\n"
        "def read(terminal):\n"
        "    data = os.read(terminal, 4096)\n"
        "    if b'Replicating' in data: open(sys.argv[1], 'w').close()\n"
        "    return data\n"
        "sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[2:], read)))"
    )
    labs = ROOT / "labs"
    seen = tmp_path / "seen"
    command = [sys.executable, "-c", program, str(seen), str(labs), "status", "--watch", "--every", "0.1"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as process:
        wait_until(seen.exists, "a bar on the screen")
        assert scene.client.delete(f"{GALLERY}/images/python/versions/1.0.1").status < 300
        shown, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, shown
    assert "koreacentral  [--------------------]    0 %  Replicating" in shown
    last = re.split(r"\x1b\[\d+A", shown)[-1].replace("\x1b[K", "").splitlines()
    assert last[3:6] == [
        "python:1.0.0: ready in koreacentral, koreasouth",
        "",
        "Teachers see 1 of 1 image in contoso-labs.",
    ]
