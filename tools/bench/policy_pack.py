"""The policy pack in a measurement, once the repository has one."""

from __future__ import annotations

from tools.bench.run import run
from tools.bench.scene import ROOT, STACK

FOLDER = ROOT / "policies"
CONFIG = ROOT / "sandbox/policy-config.json"


def arguments() -> list[str]:
    """Flags that put the pack into a preview or an update; none when there is no pack."""
    if not (FOLDER / "PulumiPolicy.yaml").is_file():
        return []
    if not (FOLDER / ".venv" / "bin" / "python").exists():
        # Makes the pack's own environment, as the first `make preview` does.
        run([str(ROOT / "sandbox" / "pulumi"), "preview", "--stack", STACK, "--non-interactive"], ROOT)
    config = ["--policy-pack-config", str(CONFIG)] if CONFIG.is_file() else []
    return ["--policy-pack", str(FOLDER), *config]
