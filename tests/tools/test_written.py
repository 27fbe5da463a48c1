"""What tests compare of a folder is what a command wrote, and not what Python did."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.written import files


def test_pythons_bytecode_is_no_change_and_any_other_file_is(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("", encoding="utf-8")
    (tmp_path / ".sandbox").mkdir()
    (tmp_path / ".sandbox" / "state").write_text("", encoding="utf-8")
    before = files(tmp_path, without={".sandbox"})
    assert set(before) == {"package/module.py"}
    subprocess.run([sys.executable, "-c", "import package.module"], cwd=tmp_path, check=True)
    assert list(tmp_path.rglob("*.pyc")), "nothing was compiled, so nothing is compared"
    assert files(tmp_path, without={".sandbox"}) == before
    (tmp_path / "package" / "new").write_text("", encoding="utf-8")
    assert set(files(tmp_path, without={".sandbox"})) == {"package/module.py", "package/new"}
