"""The rehearsal of the whole path, as `make rehearse` plays it."""

from __future__ import annotations

from tests.support.project import CATALOGUE, Project


def test_a_change_goes_from_pull_request_to_drift(fresh: Project) -> None:
    temporary = fresh.path / "temporary"
    temporary.mkdir()
    shown = fresh.run("make", "rehearse", TMPDIR=str(temporary)).stdout
    parts = shown.split("\n== ")
    refused, new, merged, drift = parts[2:6]
    assert "### Stack `dev`: refused, 1 finding of policies must be fixed" in refused
    assert "image-os-disk-below-128-gb" in refused
    assert "windows-2022-cad 1.0.1: the OS disk has 256 GB" in refused
    assert "- publish `1.1.1` of `ubuntu-2204-python` in `koreacentral` (`2` replicas), `koreasouth`" in new
    assert "### Stack `dev`: 1 change made" in merged
    assert "`1.1.0` of `ubuntu-2204-python`: tags: `changed` none" in drift
    # It played in a copy: the catalogue is as it was, nothing runs here, and nothing is left.
    assert "1.1.1" not in (fresh.path / CATALOGUE).read_text(encoding="utf-8")
    assert not (fresh.path / ".sandbox" / "emulator").exists()
    assert list(temporary.iterdir()) == []
