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
from tools.bench import startup, thousands
from tools.bench.__main__ import ROUNDS, main
from tools.bench.contest import Contest, hold
from tools.bench.pure import plan_milliseconds
from tools.bench.report import (
    ALL,
    BARE,
    BUDGETS,
    FLOOR,
    IDLE,
    OURS,
    POLICED,
    budget_lines,
    contest_lines,
    growth_figures,
    growth_lines,
    preview_figures,
    start_lines,
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


def test_what_one_adds_to_another_is_a_share_of_a_third() -> None:
    runs = {"pack": [preview(7), preview(80), preview(7)], "idle": [preview(6), preview(60), preview(6)]}
    contest = Contest(runs | {"ours": [preview(5), preview(50), preview(4)]})
    assert contest.added("pack", "idle", "ours", "wall") == 0.25


def test_figures_say_what_the_budgets_ask_for() -> None:
    two = {FLOOR: [preview(5, 4, 2, 100)], OURS: [preview(6, 5, 3, 150)]}
    figures = preview_figures(Contest(two), 3000)
    assert figures["floor_ratio_3000"] == 1.2
    assert figures["floor_cpu_ratio_3000"] == 1.25
    assert figures["floor_program_cpu_ratio_3000"] == 1.5
    assert figures["floor_memory_3000"] == 1.5
    assert figures["cpu_per_version_ms_3000"] == 1
    assert figures["floor_cpu_per_version_ms_3000"] == pytest.approx(2 / 3)
    assert figures["engine_cpu_per_version_ms_3000"] == pytest.approx(2 / 3)
    assert figures["memory_per_version_kb_3000"] == pytest.approx(51.2)
    assert "preview_ratio_3000" not in figures
    assert "policed_ratio_3000" not in figures
    every = two | {BARE: [preview(10, 8, 6, 200)], ALL: [preview(7)], POLICED: [preview(6.6)], IDLE: [preview(6.3)]}
    at_300 = preview_figures(Contest(every), 300)
    assert at_300["preview_ratio_300"] == 0.6
    assert at_300["preview_cpu_ratio_300"] == 0.625
    assert at_300["preview_ratio_all_300"] == 0.7
    assert at_300["memory_ratio_300"] == 0.75
    assert at_300["policed_ratio_300"] == pytest.approx(0.66)
    assert at_300["policy_overhead_300"] == pytest.approx(0.1)
    assert at_300["idle_pack_overhead_300"] == pytest.approx(0.05)
    assert at_300["policy_judging_300"] == pytest.approx(0.05)


def test_every_budget_is_of_something_that_is_measured() -> None:
    contests = {
        size: Contest({name: [preview(size, size, size / 2, size)] for name in (FLOOR, BARE, OURS, POLICED, IDLE)})
        for size in ROUNDS
    }
    measured = growth_figures(contests).keys() | {
        figure for size, contest in contests.items() for figure in preview_figures(contest, size)
    }
    alone = {"plan_1000_ms", "check_1000_s", "overview_100_s", "second_up_s", "labs_help_s", "labs_check_s"}
    assert {budget.figure for budget in BUDGETS} - measured == alone | set(thousands.COMMANDS)


def test_growth_is_told_with_and_without_the_start() -> None:
    # One second and 100 MB to start; then 1 ms, 2 ms of the engine and 0.1 MB a version, but at 3000 twice of each.
    # The floor takes 0.5 ms, 1.5 ms of the engine, and 0.05 MB.
    contests = {
        10: Contest({FLOOR: [preview(1, 0.02, 0.005, 0.5)], OURS: [preview(9, 1.03, 1.01, 101)]}),
        300: Contest({FLOOR: [preview(1, 0.6, 0.15, 15)], OURS: [preview(9, 1.9, 1.3, 130)]}),
        3000: Contest({FLOOR: [preview(1, 6, 1.5, 150)], OURS: [preview(9, 18.97, 6.99, 699)]}),
    }
    figures = growth_figures(contests)
    assert figures["cpu_growth_3000"] == pytest.approx(6.99 / 1.3 / 10)  # the start hides it
    assert figures["cpu_growth"] == pytest.approx(2)
    assert figures["memory_growth_3000"] == pytest.approx(6.99 / 1.3 / 10)
    assert figures["memory_growth"] == pytest.approx(2)
    assert figures["engine_cpu_growth"] == pytest.approx(2)
    assert figures["floor_cpu_growth"] == pytest.approx(1)
    lines = list(growth_lines(contests))
    assert lines[4].split() == ["300", "1.00", "0.50", "2.00", "1.50", "102", "51"]
    assert lines[5].split() == ["3000", "2.00", "0.50", "4.00", "1.50", "205", "51"]


def test_without_the_sizes_that_growth_compares_there_is_none() -> None:
    contest = Contest({FLOOR: [preview(5)], OURS: [preview(6)]})
    assert growth_figures({300: contest, 3000: contest}) == {}
    assert list(growth_lines({300: contest, 3000: contest})) == []
    assert list(growth_lines({10: contest})) == []
    assert len(list(growth_lines({10: contest, 1000: contest}))) == 5


def test_the_table_has_a_line_for_every_contender() -> None:
    two = {FLOOR: [preview(5, 4, 2, 100)], OURS: [preview(6, 5, 3, 150)]}
    lines = list(contest_lines({10: Contest(two | {BARE: [preview(10, 8, 6, 200)]}), 3000: Contest(two)}))
    assert len(lines) == 6
    assert lines[2].split() == ["10", "ours", "6.00", "5.00", "3.00", "150", "1.20", "1.25", "0.60"]
    assert lines[5].split() == ["3000", "ours", "6.00", "5.00", "3.00", "150", "1.20", "1.25"]


def test_starts_are_told_by_their_names() -> None:
    lines = list(start_lines({"check_1000_s": 9.0, "labs_help_s": 0.25, "labs_help_cpu_s": 0.125}))
    assert [line.split() for line in lines[2:]] == [["labs_help", "0.25", "0.12"]]
    assert list(start_lines({"check_1000_s": 9.0})) == []


def test_a_missed_budget_is_told_and_one_without_a_figure_too() -> None:
    text = "\n".join(budget_lines({"plan_1000_ms": 51.0}))
    assert "51.00  of at most 50     plan of 1000 versions, ms  OVER BUDGET" in text
    assert "-  of at most 0.08   policy pack of ours less one that does nothing" in text
    assert text.count("not measured") == len(BUDGETS) - 1
    assert len(list(budget_lines({"plan_1000_ms": 51.0}, every=False))) == 1


@pytest.mark.parametrize("sizes", ["7", "10,", "", "10;300", "3000,x"])
def test_sizes_that_are_not_measured_are_refused(
    sizes: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "--sizes", sizes])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "choose from 10, 100, 300, 1000, 3000, with commas between" in capsys.readouterr().err


def test_of_chosen_sizes_only_previews_are_measured(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds: dict[int, int] = {}

    def contests(chosen: dict[int, int], _say: object) -> dict[int, Contest]:
        rounds.update(chosen)
        return {size: Contest({FLOOR: [preview(5)], OURS: [preview(6)]}) for size in chosen}

    monkeypatch.setattr("tools.bench.__main__._contests", contests)
    monkeypatch.setattr("tools.bench.__main__.OUTPUT", ROOT / ".sandbox" / tmp_path.name)
    monkeypatch.setattr("tools.bench.__main__.write", lambda figures, _file: figures_written.update(figures))
    figures_written: dict[str, float] = {}
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--sizes", "1000, 10"])
    handler = signal.getsignal(signal.SIGTERM)
    try:
        assert main() == 0
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert list(rounds.items()) == [(10, 3), (1000, 1)]
    assert figures_written["floor_ratio_1000"] == 1.2
    assert "plan_1000_ms" not in figures_written
    printed = capsys.readouterr().out
    assert "What each version beyond the first 10 takes" in printed
    assert "not measured" not in printed


def test_figures_are_written_as_plain_numbers(tmp_path: Path) -> None:
    file = tmp_path / ".sandbox" / "bench.json"
    write({"preview_ratio_300": 0.123456, "floor_ratio_300": 1.0}, file)
    assert json.loads(file.read_text(encoding="utf-8")) == {"preview_ratio_300": 0.1235, "floor_ratio_300": 1.0}
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


def test_a_scene_holds_every_program_without_policies_and_is_gone_afterwards() -> None:
    with scene() as place:
        place.load(Workload(4), "all")
        folder = place.ours.parent
        assert "factLookups: all" in (place.ours / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        assert len(load(place.ours / "sandbox/images.yaml").images) == 2
        assert "bare:versions: 4" in (place.bare / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        assert "floor:versions: 4" in (place.floor / "Pulumi.dev.yaml").read_text(encoding="utf-8")
        assert (place.ours / "program.py").read_bytes() == (ROOT / "__main__.py").read_bytes()
        for project in (place.bare, place.floor):
            assert (project / "__main__.py").read_bytes() == (ROOT / "tools" / "bench" / "metered.py").read_bytes()
        # As in the process that the engine starts for dynamic resources, which works in the project's folder.
        operations = "from components.destroy_guard import DestroyGuardProvider; import components.arm_object"
        assert run([sys.executable, "-c", operations], place.floor).wall > 0
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


def test_every_program_uses_the_sandbox_of_the_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: list[tuple[list[str], dict[str, str]]] = []

    def recorded(command: list[str], _folder: Path, environment: dict[str, str]) -> Run:
        given.append((command, environment))
        Path(environment["BENCH_METER"]).write_text('{"peak_mb": 1, "cpu_seconds": 2}', encoding="utf-8")
        return Run(3, 4)

    monkeypatch.setattr("tools.bench.scene.run", recorded)
    place = Scene(*(tmp_path / name for name in ("ours", "bare", "floor", "idle_pack")))
    for project in (place.ours, place.bare, place.floor):
        project.mkdir()
        assert place.preview(project, ["--diff"]) == Preview(Run(3, 4), 1, 2)
    assert {command[0] for command, _ in given} == {str(place.ours / "sandbox" / "pulumi")}
    assert [command[2] for command, _ in given] == [str(place.ours), str(place.bare), str(place.floor)]
    assert all(command[-2:] == ["preview", "--diff"] for command, _ in given)
    assert all(environment["LAB_SANDBOX_DIR"] == "" for _, environment in given)


def test_the_head_of_a_program_is_all_that_it_does_up_to_its_last_import(tmp_path: Path) -> None:
    program = tmp_path / "__main__.py"
    program.write_text("import gc\nif gc:\n    import sys\nfrom a import (\n    b,\n)\nb()\n", encoding="utf-8")
    assert startup.head(program) == "import gc\nif gc:\n    import sys\nfrom a import (\n    b,\n)\n"
    ours = startup.head(ROOT / "__main__.py")
    assert ours.rstrip().endswith("from plan.conflict import PlanRefused")
    assert "set_threshold" in ours
    assert "\ndef " not in ours
    # To import is not to serve.
    assert "PolicyPack(" not in startup.head(ROOT / "policies" / "__main__.py")


def test_starts_are_run_once_before_they_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    taken: dict[str, int] = {}

    def recorded(command: list[str], folder: Path, _variables: object) -> Run:
        key = " ".join([*command, folder.name])
        taken[key] = taken.get(key, 0) + 1
        return Run(taken[key], taken[key] / 10)

    monkeypatch.setattr("tools.bench.startup.run", recorded)
    figures = startup.startup_figures(tmp_path, 3)
    assert figures["labs_help_s"] == 3  # the median of 2, 3 and 4: the first does not count
    assert figures["labs_help_cpu_s"] == 0.3
    assert set(taken.values()) == {4}
    assert {f"{name}_s" for name in ("imports_program", "labs_check", "stacks_1", "stacks_20", "stacks_100")} < set(
        figures
    )
    assert [len(list((tmp_path / f"stacks-{number}").glob("Pulumi.*.yaml"))) for number in (1, 20, 100)] == [1, 20, 100]


def test_the_stacks_that_are_measured_are_listed_without_problems(tmp_path: Path) -> None:
    project = startup.project_of_stacks(tmp_path, 2)
    answer = subprocess.run(
        [str(ROOT / "labs"), "stacks", "--json"], cwd=project, capture_output=True, text=True, check=True
    )
    listed = json.loads(answer.stdout)
    assert listed["ok"]
    assert [each["stack"] for each in listed["include"]] == ["stack-000", "stack-001"]


def test_the_small_catalogue_of_a_copy_is_checked_without_problems() -> None:
    with scene() as place:
        assert run([str(ROOT / "labs"), "check", "sandbox/images.yaml"], place.ours).wall > 0
