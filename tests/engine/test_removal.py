"""An image that holds versions of others does not leave a stack halfway; the ways out of docs/publish/retire.md."""

from __future__ import annotations

from typing import Any

from tests.engine.test_destroy import VERSION
from tests.support.page import as_written, page, prompted, section, shown
from tests.support.project import CATALOGUE, COMPUTE, GALLERY, SMALL_CATALOGUE, SMALL_PUBLISHED, SUBSCRIPTION, Project

PAGE = page("publish/retire.md")
HEADING = "An image with versions of others"
AZ = 'exec sandbox/arm "$(echo "$3" | tr a-z A-Z)" "$5" "$7"'  # az rest --method METHOD --url URL --body BODY
DATABASES = SMALL_CATALOGUE[SMALL_CATALOGUE.index("  databases:") :]
SAVED = SMALL_PUBLISHED | {"databases": ["1.0.0", "7.0.0"]}


def in_sandbox(line: str) -> str:
    return line.replace("11111111-2222-3333-4444-555555555555", SUBSCRIPTION).replace("./labs ", "sandbox/labs ")


def tags(project: Project, path: str) -> Any:
    return project.arm("GET", f"{GALLERY}/images/{path}?{COMPUTE}").get("tags")


def test_it_is_refused_before_anything_is_deleted_and_both_ways_out_work(small_up: Project) -> None:
    small_up.arm("PUT", f"{GALLERY}/images/databases/versions/7.0.0?{COMPUTE}", VERSION)
    take_over, up, forget, untag, last = map(in_sandbox, prompted(section(PAGE, HEADING)))
    quoted = shown(section(PAGE, HEADING)).strip()

    # Taken out, or renamed: refused at the preview and in an update without one, and nothing is written.
    renamed = DATABASES.replace("  databases:", "  data-science:").replace("offer: databases", "offer: science")
    for instead in ("", renamed):
        with small_up.edited(CATALOGUE, (DATABASES, instead)):
            before = len([entry for entry in small_up.requests() if entry["method"] in {"PUT", "PATCH", "DELETE"}])
            assert quoted in " ".join(small_up.refused("preview").split())
            printed = " ".join(small_up.refused_up().split())
            assert quoted in printed
            assert "`sandbox/labs import databases:7.0.0 --stack dev`" in printed
            written = [entry for entry in small_up.requests() if entry["method"] in {"PUT", "PATCH", "DELETE"}]
            assert len(written) == before
    assert small_up.published() == SAVED

    # Left to its users: nothing changes in Azure but a tag.
    state = small_up.pulumi("stack", "export").stdout
    with small_up.edited(CATALOGUE):
        as_written(small_up, [forget, untag], az=AZ)
        small_up.edit(CATALOGUE, (DATABASES, ""))
        as_written(small_up, [last])
        assert small_up.published() == SAVED
        assert not tags(small_up, "databases")
    small_up.arm("PATCH", f"{GALLERY}/images/databases?{COMPUTE}", {"tags": tags(small_up, "python")})
    small_up.write("state.json", state)
    small_up.pulumi("stack", "import", "--file", "state.json")
    assert small_up.steps() == []

    # Taken over: then it is the stack's own, protected by itself, and goes in two deployments.
    as_written(small_up, [take_over, up])
    assert small_up.published() == SAVED
    small_up.edit(CATALOGUE, ("  databases:\n", "  databases:\n    protect: false\n"))
    small_up.up()
    own = small_up.read(CATALOGUE)
    small_up.write(CATALOGUE, own[: own.index("  databases:")])
    assert "protected" in small_up.refused("preview")
    assert small_up.published() == SAVED
    small_up.write(CATALOGUE, own.replace("      7.0.0:\n", "      7.0.0:\n        protect: false\n"))
    small_up.up()
    small_up.write(CATALOGUE, own[: own.index("  databases:")])
    small_up.up()
    assert small_up.published() == {"python": SMALL_PUBLISHED["python"]}
