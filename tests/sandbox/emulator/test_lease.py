"""The server process: leases, kill -9, errors at the start, the command sandbox/arm, many clients at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.emulator.process.address import last_address
from sandbox.emulator.process.directory import REPOSITORY
from sandbox.emulator.process.lease import EmulatorError, Lease, lease
from tests.support.emulator_client import GALLERIES, ONE, Client, definition, version
from tests.support.processes import runs
from tests.support.running import wait_until

HOLD = """
import sys, pathlib
from sandbox.emulator.process.lease import lease
with lease(pathlib.Path(sys.argv[1])) as held:
    print(held.endpoint, flush=True)
    sys.stdin.read()
"""


def _pid(directory: Path) -> int:
    return int(last_address(directory / "emulator")["pid"])


def _wait_until_gone(pid: int) -> None:
    wait_until(lambda: not runs(pid), f"the end of process {pid}")


def _holder(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )


def test_the_environment_is_what_azures_tools_read() -> None:
    assert Lease("http://127.0.0.1:9").environment() == {
        "ARM_ENDPOINT": "http://127.0.0.1:9",
        "GRAPH_ENDPOINT": "http://127.0.0.1:9",
        "PRICES_ENDPOINT": "http://127.0.0.1:9",
        "ARM_USE_MSI": "true",
        "IDENTITY_ENDPOINT": "http://127.0.0.1:9/msi/token",
        "IDENTITY_HEADER": "sandbox",
    }


def test_the_server_outlives_all_but_the_last_lease(tmp_path: Path) -> None:
    with lease(tmp_path) as first:
        pid = _pid(tmp_path)
        with lease(tmp_path) as second:
            assert second.endpoint == first.endpoint
        time.sleep(0.6)
        assert runs(pid)
        assert Client(first.endpoint).get(GALLERIES).status == 200
    _wait_until_gone(pid)


def test_a_killed_holder_gives_its_lease_back(tmp_path: Path) -> None:
    holder = _holder(tmp_path)
    assert holder.stdout
    assert holder.stdout.readline().startswith("http://127.0.0.1:")
    pid = _pid(tmp_path)
    assert os.getsid(pid) != os.getsid(holder.pid)
    holder.kill()
    holder.communicate()
    _wait_until_gone(pid)


def test_holders_that_come_at_once_share_one_server(tmp_path: Path) -> None:
    holders = [_holder(tmp_path) for _ in range(4)]
    endpoints = {holder.stdout.readline() for holder in holders if holder.stdout}
    assert len(endpoints) == 1
    for holder in holders:
        holder.communicate()
    _wait_until_gone(_pid(tmp_path))


def test_a_killed_server_resumes_on_the_state_and_port_it_had(tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(lease(tmp_path))
        client = Client(first.endpoint)
        client.replication(secondsPerRegion=1.0)
        client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentral"})
        client.put(f"{GALLERIES}/labs_gallery/images/python", definition())
        body = version(regions=["koreacentral", "koreasouth"])
        created = client.put(f"{GALLERIES}/labs_gallery/images/python/versions/1.0.0", body)
        client.send("POST", "/sandbox/faults", {"path": "nothing-yet", "status": 500})
        os.kill(_pid(tmp_path), signal.SIGKILL)
        second = stack.enter_context(lease(tmp_path))
        assert second.endpoint == first.endpoint
        fresh = Client(second.endpoint)
        assert fresh.get(created.headers["azure-asyncoperation"]).body["status"] == "InProgress"
        assert fresh.wait(created)["status"] == "Succeeded"
        assert len(fresh.send("GET", "/sandbox/faults").body) == 1
        assert [entry["status"] for entry in fresh.send("GET", "/sandbox/requests").body][:3] == [201, 201, 201]


def test_an_address_file_that_is_wrong_does_no_harm(tmp_path: Path) -> None:
    home = tmp_path / "emulator"
    home.mkdir()
    for content in ("nonsense", "[]", '{"port": 1, "key": "x", "pid": 1}'):
        (home / "address.json").write_text(content, encoding="utf-8")
        with lease(tmp_path) as held:
            assert Client(held.endpoint).get(GALLERIES).status == 200
        _wait_until_gone(_pid(tmp_path))


def test_what_keeps_it_from_starting_is_said_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EmulatorError, match="LAB_SANDBOX_DIR"), lease(tmp_path / "file"):
        pass
    home = tmp_path / "emulator"
    home.mkdir()
    (home / "state.sqlite").write_bytes(b"this is no database, it is only text" * 40)
    with pytest.raises(EmulatorError, match=r"cannot be read: .* Start over: rm -r"), lease(tmp_path):
        pass


def test_many_clients_publish_at_once(tmp_path: Path) -> None:
    with lease(tmp_path) as held:
        client = Client(held.endpoint)
        client.put(f"{GALLERIES}/labs_gallery", {"location": "koreacentral"})
        for number in range(20):
            client.put(f"{GALLERIES}/labs_gallery/images/image-{number}", definition(f"sku-{number}"))

        def publish(number: int) -> list[str]:
            mine = Client(held.endpoint)
            image = f"{GALLERIES}/labs_gallery/images/image-{number}"
            names = [f"{image}/versions/1.0.{patch}" for patch in range(5)]
            body = version(regions=["koreacentral", "koreasouth"])
            outcomes = [mine.wait(mine.put(name, body))["status"] for name in names]
            mine.close()
            return outcomes

        with ThreadPoolExecutor(20) as pool:
            results = [status for statuses in pool.map(publish, range(20)) for status in statuses]
        assert results == ["Succeeded"] * 100
        listed = [client.get(f"{GALLERIES}/labs_gallery/images/image-{n}/versions").body for n in range(20)]
        assert [len(entry["value"]) for entry in listed] == [5] * 20


def _arm(directory: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.emulator.process.request", *arguments],
        env={**os.environ, "LAB_SANDBOX_DIR": str(directory)},
        input=given,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )


def test_the_arm_command_sends_one_request(tmp_path: Path) -> None:
    gallery = f"{GALLERIES}/labs_gallery?api-version=2024-03-03"
    with lease(tmp_path):
        made = _arm(tmp_path, "put", gallery, '{"location": "koreacentral"}')
        assert (made.returncode, made.stderr) == (0, "")
        assert json.loads(made.stdout)["name"] == "labs_gallery"
        body = tmp_path / "body.json"
        body.write_text('{"tags": {"a": "b"}}', encoding="utf-8")
        assert _arm(tmp_path, "PATCH", gallery, f"@{body}").returncode == 0
        assert _arm(tmp_path, "PATCH", gallery, "-", given='{"tags": {"c": "d"}}').returncode == 0
        shown = _arm(tmp_path, "GET", f"https://management.azure.com{gallery}")
        assert json.loads(shown.stdout)["tags"] == {"c": "d"}
        refused = _arm(tmp_path, "GET", f"{ONE}/resourceGroups/absent?api-version=2024-03-01")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["error"]["code"] == "ResourceGroupNotFound"
        assert json.loads(_arm(tmp_path, "GET", "sandbox/faults").stdout) == []


def test_the_arm_command_explains_itself_and_wrong_use(tmp_path: Path) -> None:
    assert _arm(tmp_path, "--help").stdout.startswith("usage: sandbox/arm METHOD PATH")
    wrong = _arm(tmp_path, "FETCH", "/x")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "usage: sandbox/arm" in wrong.stderr
    assert "the body is not JSON" in _arm(tmp_path, "PUT", "/x", "{").stderr
