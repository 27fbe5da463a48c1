"""The rehearsal of the whole path, as `make rehearse` plays it."""

from __future__ import annotations

import re

from tests.support.project import CATALOGUE, Project


def test_a_change_goes_from_pull_request_to_drift(fresh: Project) -> None:
    temporary = fresh.path / "temporary"
    temporary.mkdir()
    shown = fresh.run("make", "rehearse", TMPDIR=str(temporary)).stdout
    parts = shown.split("\n== ")
    refused, new, merged, export, drift, mended = parts[2:8]
    assert "### Stack `dev`: refused, 1 finding of policies must be fixed" in refused
    assert "image-os-disk-below-128-gb" in refused
    assert "1.0.1: the OS disk has 256 GB" in refused
    assert "| `ubuntu-2204-python` | publish `1.1.1` | `koreacentral`" in new
    (price,) = re.findall(
        r"\n- (\+\d+\.\d\d USD a month at most \(.*`ubuntu-2204-python 1\.1\.1` in 2 regions.*\))\n", new
    )
    assert f"**Cost**\n\n- {price}\n" in new
    assert f"**Cost (done)**\n\n- {price}\n" in merged
    assert "### Stack `dev`: 1 created, " in merged
    assert "`1.1.0` of `ubuntu-2204-python`: tags: `changed` none" in drift
    hidden = "`debian-12-databases` is hidden in `contoso-labs`: version 1.0.1, which somebody else made"
    assert "## ⚠️ Careful: labs do not offer every image as the catalogue says" in export
    assert f"Not as in the catalogue: {hidden}" in export
    assert "## ⚠️ Changed in Azure by others" in drift
    assert f"Not as in the catalogue: {hidden}" in drift
    assert "`galleries/contoso_lab_images/images/debian-12-databases/versions/1.0.1`: written by `somebody@" in drift
    assert "## ✅ Good: nothing changes" in mended
    # It played in a copy: the catalogue is as it was, nothing runs here, and nothing is left.
    assert "1.1.1" not in (fresh.path / CATALOGUE).read_text(encoding="utf-8")
    assert not (fresh.path / ".sandbox" / "emulator").exists()
    assert list(temporary.iterdir()) == []
