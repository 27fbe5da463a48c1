"""The overview of the sandbox's own stack, as `sandbox/labs overview` writes it, opened in a browser.

The gallery is filled by requests, as a deployment leaves it: that `make up` writes the page is tested with the engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.dev_stack import filled
from tests.browser.opened import Screen, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_shows_the_images_the_regions_the_cost_and_what_ends(browser: Browser, tmp_path: Path) -> None:
    project, images = filled(tmp_path / "project")
    assert len(images) == 8
    written = project.run("sandbox/labs", "overview", "--stack", "dev", "--out", "page.html")
    assert "page.html is written" in written.stdout
    said = project.run("sandbox/labs", "overview", "--stack", "dev", "--json")
    assert '"ok": true' in said.stdout
    path = project.path / "page.html"
    with opened(browser, path, Screen(1280)) as there:
        there.keep("dev-stack")
        assert there.asked_for == [path.as_uri()]
        assert (there.complaints, there.too_wide()) == ([], [])
        shown = there.page.locator("main").inner_text()
        assert "Teachers see 8 of 8 images in contoso-labs" in shown
        assert [name for name in images if name not in shown] == []
        offered = there.page.get_by_role("table", name="The version of each image that each lab offers")
        assert offered.get_by_role("row").count() == 1 + len(images)
        drawn = there.page.locator("svg.map text").all_text_contents()
        assert [text.partition(" · ")[0] for text in drawn] == ["Korea Central", "Korea South"]
        # The sandbox's prices, which are the product's.
        assert there.page.locator(".facts dd").last.inner_text() == "77.70 USD"
        assert there.page.locator("svg.line").count() == 1
        assert "Azure Lab Services" in there.page.get_by_role("table", name="Dates in order").inner_text()
