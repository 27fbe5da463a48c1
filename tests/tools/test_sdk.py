"""The code that Pulumi generates for the package: the example in TypeScript is checked against it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tools import sdk

EXAMPLE = ROOT / "examples" / "components-typescript"
CHECKED = """{
  "extends": "./tsconfig.json",
  "compilerOptions": {"paths": {"@pulumi/lab-image-gallery": ["./sdks/lab-image-gallery"]}}
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example with its packages, which are got once, and the generated code."""
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
    (folder / "checked.json").write_text(CHECKED, encoding="utf-8")
    sdk.write("nodejs", folder / "sdks" / "lab-image-gallery")
    return folder


def errors(program: Path) -> str:
    """What the compiler says of the program."""
    command = ["node_modules/.bin/tsc", "-p", "checked.json", "--preserveSymlinks"]
    return subprocess.run(command, cwd=program, capture_output=True, text=True, check=False).stdout


def test_the_example_in_typescript_has_the_right_types(program: Path) -> None:
    assert errors(program) == ""


def test_the_compiler_sees_a_key_that_no_image_has(program: Path) -> None:
    file = program / "index.ts"
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace("os_disk_size_gb", "os_disk_size"), encoding="utf-8")
    found = errors(program)
    file.write_text(right, encoding="utf-8")
    assert "'os_disk_size' does not exist in type 'Input<ImageVersionArgs>'" in found
