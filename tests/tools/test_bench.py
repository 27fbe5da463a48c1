"""The logic of the measurements; what they measure is no test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.images.catalogue import load
from sandbox.emulator.seed import plant
from sandbox.emulator.state import State
from tools.bench import thousands
from tools.bench.contest import Contest, hold
from tools.bench.pure import plan_milliseconds
from tools.bench.report import (
    ALL,
    BARE,
    BUDGETS,
    IDLE,
    OURS,
    POLICED,
    budget_lines,
    contest_lines,
    preview_figures,
    write,
)
from tools.bench.run import Run, RunFailed, run
from tools.bench.scene import LEFT_OUT, ROOT, Preview, Scene, scene
from tools.bench.workload import Workload


def preview(wall: float, cpu: float = 1, program_cpu: float = 1, peak_mb: float = 1) -> Preview:
    return Preview(Run(wall, cpu), peak_mb, program_cpu)


@pytest.mark.parametrize(("versions", "images"), [(10, 4), (100, 34), (300, 100)])
def test_a_workload_has_so_many_versions_three_an_image(versions: int, images: int) -> None:
    found = Workload(versions).images
    assert len(found) == images
    assert sum(map(len, found.values())) == versions
    assert max(map(len, found.values())) == 3


def test_the_catalogue_of_a_workload_is_good_and_declares_every_fact(tmp_path: Path) -> None:
    file = tmp_path / "images.yaml"
    file.write_text(Workload(7).catalogue_text(), encoding="utf-8")
    catalogue = load(file)
    versions = [version for image in catalogue.images.values() for version in image.versions.values()]
    assert len(versions) == 7
    assert all(version.os_disk_size_gb and version.data_disk_count == 0 for version in versions)


def test_the_seed_has_the_source_of_every_version(tmp_path: Path) -> None:
    workload = Workload(7)
    state = State(tmp_path / "state")
    plant(state, workload.seed())
    sources = [
        version["source"]["snapshot"]
        for image in workload.catalogue()["images"].values()
        for version in image["versions"].values()
    ]
    assert len(set(sources)) == 7
    assert all(state.get(source.lower()) for source in sources)


def test_contenders_take_turns_and_the_first_round_is_not_measured() -> None:
    order: list[str] = []

    def contender(name: str) -> Preview:
        order.append(name)
        return preview(len(order))

    told: list[str] = []
    contest = hold({"a": lambda: contender("a"), "b": lambda: contender("b")}, 2, told.append)
    assert order == ["b", "a", "a", "b", "b", "a"]
    assert [taken.command.wall for taken in contest.previews["a"]] == [3, 6]
    assert len(told) == 6
    assert told[0] == "warm-up: b 1.0 s"


def test_a_ratio_compares_what_ran_in_the_same_round() -> None:
    # The machine is ten times slower in the second round and fast again in the third: no ratio is worse for it.
    contest = Contest({"one": [preview(1), preview(10), preview(1.2)], "two": [preview(2), preview(20), preview(2)]})
    assert contest.ratio("one", "two", "wall") == 0.5
    assert contest.middle("one", "wall") == 1.2


def test_figures_say_what_the_budgets_ask_for() -> None:
    runs = {BARE: [preview(10, 8, 6, 200)], OURS: [preview(6, 5, 3, 150)], ALL: [preview(7)]}
    figures = preview_figures(Contest(runs), 300)
    assert figures["preview_ratio_300"] == 0.6
    assert figures["preview_cpu_ratio_300"] == 0.625
    assert figures["preview_ratio_all_300"] == 0.7
    assert figures["memory_ratio_300"] == 0.75
    assert figures["policy_overhead_300"] is None
    policed = preview_figures(Contest(runs | {POLICED: [preview(6.6)], IDLE: [preview(6.3)]}), 300)
    assert policed["policy_overhead_300"] == pytest.approx(0.1)
    assert policed["idle_pack_overhead_300"] == pytest.approx(0.05)
    assert policed["policy_judging_300"] == pytest.approx(0.3 / 6.3)
    alone = {"plan_1000_ms", "check_1000_s", "overview_100_s", "second_up_s", *thousands.COMMANDS}
    assert {budget.figure for budget in BUDGETS} - set(figures) == alone


def test_the_table_has_a_line_for_every_contender() -> None:
    runs = {BARE: [preview(10, 8, 6, 200)], OURS: [preview(6, 5, 3, 150)]}
    lines = list(contest_lines({10: Contest(runs), 300: Contest(runs)}))
    assert len(lines) == 5
    assert lines[2].split() == ["10", "ours", "6.00", "5.00", "3.00", "150", "0.60", "0.62"]


def test_a_missed_budget_is_told_and_one_without_a_figure_too() -> None:
    lines = {line.rpartition("  ")[0] or line: line for line in budget_lines({"plan_1000_ms": 51.0})}
    text = "\n".join(lines.values())
    assert "51.00  of at most 50     plan of 1000 versions, ms  OVER BUDGET" in text
    assert "share that the policy pack adds to that preview: nothing to measure yet" in text


def test_figures_are_written_as_plain_numbers(tmp_path: Path) -> None:
    file = tmp_path / ".sandbox" / "bench.json"
    write({"preview_ratio_300": 0.123456, "policy_overhead_300": None}, file)
    assert json.loads(file.read_text(encoding="utf-8")) == {"preview_ratio_300": 0.1235, "policy_overhead_300": None}
    assert list(file.parent.iterdir()) == [file]


def test_a_run_counts_the_processor_time_of_its_own_command_only(tmp_path: Path) -> None:
    busy = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    first = run([sys.executable, "-c", busy], tmp_path)
    second = run([sys.executable, "-c", "import time; time.sleep(0.3)"], tmp_path)
    assert first.cpu >= 0.3
    assert second.cpu < first.cpu
    assert second.wall >= 0.3


def test_a_command_that_fails_is_shown_with_what_it_printed(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match=r"ended with 3:\nbecause"):
        run([sys.executable, "-c", "print('because'); raise SystemExit(3)"], tmp_path)


def test_the_plan_is_measured_against_everything_published() -> None:
    assert plan_milliseconds(Workload(4), 2) > 0


def test_a_scene_holds_both_programs_without_policies_and_is_gone_afterwards() -> None:
    with scene() as place:
        place.load(Workload(4), "all")
        folder = place.ours.parent
        assert "factLookups: all" in (place.ours / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        assert len(load(place.ours / "sandbox/images.yaml").images) == 2
        assert "bare:versions: 4" in (place.bare / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        assert (place.ours / "program.py").read_bytes() == (ROOT / "__main__.py").read_bytes()
        assert (place.bare / "__main__.py").read_bytes() == (ROOT / "tools" / "bench" / "metered.py").read_bytes()
        assert not any((place.ours / name).exists() for name in LEFT_OUT if name != ".venv")
        # What the measured command starts itself is there.
        assert run([str(place.ours / "sandbox" / "pulumi"), "version"], place.ours).wall > 0
    assert not folder.exists()


def test_an_interrupt_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from tools.bench.scene import scene; from tools.bench.run import run\n"
        "try:\n"
        "    with scene() as place:\n"
        "        print(place.ours.parent, flush=True)\n"
        "        run([sys.executable, '-c', 'import time; time.sleep(100)'], place.ours)\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(130)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert folder.is_dir()
    time.sleep(0.5)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    process.stdout.close()
    assert not folder.exists()


def test_the_metered_program_tells_its_peak_and_its_processor_time(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_bytes((ROOT / "tools" / "bench" / "metered.py").read_bytes())
    (tmp_path / "program.py").write_text(
        "from pathlib import Path\nheld = bytearray(100_000_000)\nPath(__file__).with_name('ran').write_text(__name__)",
        encoding="utf-8",
    )
    report = tmp_path / "meter.json"
    # Started by a process that is larger: the kernel hands a parent's peak on to what it starts.
    start = "import subprocess, sys; held = bytearray(300_000_000); subprocess.run(sys.argv[1:], check=True)"
    command = [sys.executable, "-c", start, sys.executable, str(tmp_path / "__main__.py")]
    run(command, tmp_path, {"BENCH_METER": str(report)})
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (tmp_path / "ran").read_text(encoding="utf-8") == "__main__"
    assert 95 < told["peak_mb"] < 200
    assert told["cpu_seconds"] > 0


def test_both_programs_use_the_sandbox_of_the_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: list[tuple[list[str], dict[str, str]]] = []

    def recorded(command: list[str], _folder: Path, environment: dict[str, str]) -> Run:
        given.append((command, environment))
        Path(environment["BENCH_METER"]).write_text('{"peak_mb": 1, "cpu_seconds": 2}', encoding="utf-8")
        return Run(3, 4)

    monkeypatch.setattr("tools.bench.scene.run", recorded)
    place = Scene(tmp_path / "ours", tmp_path / "bare", tmp_path / "idle_pack")
    for project in (place.ours, place.bare):
        project.mkdir()
        assert place.preview(project, ["--diff"]) == Preview(Run(3, 4), 1, 2)
    assert {command[0] for command, _ in given} == {str(place.ours / "sandbox" / "pulumi")}
    assert [command[2] for command, _ in given] == [str(place.ours), str(place.bare)]
    assert all(command[-2:] == ["preview", "--diff"] for command, _ in given)
    assert all(environment["LAB_SANDBOX_DIR"] == "" for _, environment in given)
