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


def test_it_is_refused_before_anything_is_deleted_and_both_ways_out_work(small: Project) -> None:
    small.up()
    small.arm("PUT", f"{GALLERY}/images/databases/versions/7.0.0?{COMPUTE}", VERSION)
    take_over, up, forget, untag, last = map(in_sandbox, prompted(section(PAGE, HEADING)))
    quoted = shown(section(PAGE, HEADING)).strip()

    # Taken out, or renamed: refused at the preview and in an update without one, and nothing is written.
    renamed = DATABASES.replace("  databases:", "  data-science:").replace("offer: databases", "offer: science")
    for instead in ("", renamed):
        with small.edited(CATALOGUE, (DATABASES, instead)):
            before = len([entry for entry in small.requests() if entry["method"] in {"PUT", "PATCH", "DELETE"}])
            assert quoted in " ".join(small.refused("preview").split())
            printed = " ".join(small.refused_up().split())
            assert quoted in printed
            assert "`sandbox/labs import databases:7.0.0 --stack dev`" in printed
            written = [entry for entry in small.requests() if entry["method"] in {"PUT", "PATCH", "DELETE"}]
            assert len(written) == before
    assert small.published() == SAVED

    # Left to its users: nothing changes in Azure but a tag.
    state = small.pulumi("stack", "export").stdout
    with small.edited(CATALOGUE):
        as_written(small, [forget, untag], az=AZ)
        small.edit(CATALOGUE, (DATABASES, ""))
        as_written(small, [last])
        assert small.published() == SAVED
        assert not tags(small, "databases")
    small.arm("PATCH", f"{GALLERY}/images/databases?{COMPUTE}", {"tags": tags(small, "python")})
    small.write("state.json", state)
    small.pulumi("stack", "import", "--file", "state.json")
    assert small.steps() == []

    # Taken over: then it is the stack's own, protected by itself, and goes in two deployments.
    as_written(small, [take_over, up])
    assert small.published() == SAVED
    small.edit(CATALOGUE, ("  databases:\n", "  databases:\n    protect: false\n"))
    small.up()
    own = small.read(CATALOGUE)
    small.write(CATALOGUE, own[: own.index("  databases:")])
    assert "protected" in small.refused("preview")
    assert small.published() == SAVED
    small.write(CATALOGUE, own.replace("      7.0.0:\n", "      7.0.0:\n        protect: false\n"))
    small.up()
    small.write(CATALOGUE, own[: own.index("  databases:")])
    small.up()
    assert small.published() == {"python": SMALL_PUBLISHED["python"]}
