"""Writes the picture of the overview in the README: `python -m tests.browser.screenshot`, or `make screenshot`.

It shows the sandbox's own stack on the day when it was made, so no test compares it with what is drawn today.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.browser.dev_stack import filled
from tests.browser.opened import Screen, opened
from tests.support.browser import MissingBrowserError, launched, set_up
from tools.repository import ROOT

PICTURE: Final = ROOT / "docs" / "pictures" / "overview.png"
SCREEN: Final = Screen(1280)
MARGIN: Final = 16
"""Pixels below END."""
# The legend of the map.
END: Final = """() => {
    const map = document.querySelector('svg.map').getBoundingClientRect();
    const below = [...document.querySelectorAll('.legend')].map((each) => each.getBoundingClientRect());
    return below.find((each) => each.top >= map.bottom).bottom;
}"""


def main() -> int:
    """Write the picture; return the exit code."""
    try:
        set_up()
        with tempfile.TemporaryDirectory() as folder, launched() as browser:
            project, _ = filled(Path(folder) / "project")
            project.run("sandbox/labs", "overview", "--stack", "dev", "--out", "overview.html")
            with opened(browser, project.path / "overview.html", SCREEN) as there:
                bottom = there.page.evaluate(END)
                there.page.screenshot(
                    path=PICTURE,
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": SCREEN.width, "height": bottom + MARGIN},
                )
    except MissingBrowserError as error:
        print(f"make screenshot: {error}", file=sys.stderr)
        return 1
    print(f"{PICTURE.relative_to(ROOT)} is written; look at it before you commit it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
