"""Role assignments: what changes one in place, and one that somebody else makes at the same time."""

from __future__ import annotations

from tests.support.project import GALLERY, SUBSCRIPTION, Project

TEACHERS = "0a000000-0000-0000-0000-000000000003"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
VERSION = "api-version=2022-04-01"
ASSIGNMENTS = f"{GALLERY}/providers/Microsoft.Authorization/roleAssignments"
BY_HAND = "99999999-0000-4000-8000-0000000000ab"
ENTRY = f"""\
  lab-image-gallery:roleAssignments:
    - principalId: {TEACHERS}
      principalType: Group
      role: Reader
      description: Teachers
"""


def described(project: Project) -> dict[str, str]:
    """Descriptions of the teachers' assignments by name, "" for none."""
    return {
        found["name"]: found["properties"].get("description") or ""
        for found in project.listed(ASSIGNMENTS, VERSION)
        if found["properties"]["principalId"] == TEACHERS
    }


def written(project: Project, before: int) -> list[tuple[str, str]]:
    """Method and name of the writes of role assignments after the first `before` requests."""
    entries = [entry for entry in project.requests()[before:] if entry["method"] in {"PUT", "DELETE"}]
    parts = [(entry["method"], entry["path"].partition("?")[0].rpartition("/roleAssignments/")) for entry in entries]
    return [(method, name) for method, (scope, _, name) in parts if scope]


def test_a_description_is_changed_in_place(small: Project) -> None:
    small.edit("Pulumi.dev.yaml", ("config:\n", f"config:\n{ENTRY}"))
    small.up()
    ((name, description),) = described(small).items()
    assert description == "Teachers"
    role = f"role:{name[:13]}"
    requests = len(small.requests())

    small.edit("Pulumi.dev.yaml", ("description: Teachers", "description: Teachers of autumn"))
    assert small.steps() == [("update", role)]
    small.up()
    assert described(small) == {name: "Teachers of autumn"}

    # Somebody changes it in Azure: the next update with a look into Azure puts it back.
    there = small.arm("GET", f"{ASSIGNMENTS}/{name}?{VERSION}")
    small.arm("PUT", f"{ASSIGNMENTS}/{name}?{VERSION}", {"properties": there["properties"] | {"description": "mine"}})
    changes = [step for step in small.steps("--refresh") if step[0] != "refresh"]
    assert changes == [("update", role)]
    small.up("--refresh")
    assert described(small) == {name: "Teachers of autumn"}

    small.edit("Pulumi.dev.yaml", ("      description: Teachers of autumn\n", ""))
    assert small.steps() == [("update", role)]
    small.up()
    assert described(small) == {name: ""}
    assert written(small, requests) == [("PUT", name)] * 4
    small.up("--refresh", "--expect-no-changes")


def test_one_that_somebody_makes_meanwhile_is_named_and_can_be_deleted(small_up: Project) -> None:
    small_up.edit("Pulumi.dev.yaml", ("config:\n", f"config:\n{ENTRY}"))
    small_up.fault("PUT", "roleAssignments", delaySeconds=4)
    up = small_up.start(
        "sh",
        "-c",
        "PULUMI_DEBUG_COMMANDS=true exec sandbox/pulumi up --yes --skip-preview --stack dev --non-interactive "
        "--event-log up.events",
    )
    up.wait_until(small_up.no_fault_left, "the role is being assigned")
    theirs = {
        "principalId": TEACHERS,
        "principalType": "Group",
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}",
    }
    small_up.arm("PUT", f"{ASSIGNMENTS}/{BY_HAND}?{VERSION}", {"properties": theirs})
    assert up.ended().returncode != 0
    report = " ".join(small_up.run("sandbox/labs", "report", "up.events").stdout.split())
    delete = f'sandbox/arm DELETE "{ASSIGNMENTS}/{BY_HAND}?{VERSION}"'
    assert f"Somebody else has given the role as {BY_HAND}." in report
    assert f"To have the stack's own instead, delete it first: {delete}" in report

    # As it says: the update leaves it alone, or makes its own once it is deleted.
    assert "sandbox/pulumi up --stack dev leaves that assignment alone" in report
    small_up.up()
    assert list(described(small_up)) == [BY_HAND]
    small_up.run("sh", "-c", delete)
    small_up.up()
    ((name, description),) = described(small_up).items()
    assert (name != BY_HAND, description) == (True, "Teachers")
    small_up.up("--expect-no-changes")
