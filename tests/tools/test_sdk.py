"""The code that Pulumi generates for the package: the example in TypeScript is checked against it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess

import pytest

from tests.support.project import ROOT
from tools import sdk

EXAMPLE = ROOT / "examples" / "components-typescript"
CHECKED = """{
  "extends": "./tsconfig.json",
  "files": ["index.ts", "wrong.ts"],
  "compilerOptions": {"paths": {"@pulumi/lab-image-gallery": ["./sdks/lab-image-gallery"]}}
}
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the compiler says of the example, and of a copy with a wrong key; its packages are got once."""
    lock = hashlib.sha256((EXAMPLE / "package-lock.json").read_bytes()).hexdigest()[:8]
    packages = ROOT / ".sandbox" / f"typescript-{lock}"
    if not (packages / "complete").exists():
        packages.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(EXAMPLE / name, packages)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=packages, check=True, capture_output=True)
        (packages / "complete").touch()
    folder = tmp_path_factory.mktemp("typescript") / "program"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(packages / "node_modules")
    text = (folder / "index.ts").read_text(encoding="utf-8")
    (folder / "wrong.ts").write_text(text.replace("os_disk_size_gb", "os_disk_size"), encoding="utf-8")
    (folder / "checked.json").write_text(CHECKED, encoding="utf-8")
    sdk.write("nodejs", folder / "sdks" / "lab-image-gallery")
    command = ["node_modules/.bin/tsc", "-p", "checked.json", "--preserveSymlinks"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (2, "")
    return said.stdout


def test_the_example_in_typescript_has_the_right_types(said: str) -> None:
    assert [line for line in said.splitlines() if not line.startswith(("wrong.ts(", " "))] == []


def test_the_compiler_sees_a_key_that_no_image_has(said: str) -> None:
    assert "'os_disk_size' does not exist in type 'Input<ImageVersionArgs>'" in said
