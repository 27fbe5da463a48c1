"""`labs teachers` against the sandbox's Azure, where each reason is made behind the stack's back; and `labs status`."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli.commands import status as status_command
from cli.commands import teachers
from tests.support.emulator_client import ACCOUNT, BUILD, GALLERIES, ONE, TWO, definition, version
from tests.support.exports_scene import GALLERY, Scene
from tests.support.project import ROOT

pytest_plugins = ["tests.support.emulator"]
LABS, PULUMI = f"{ROOT}/sandbox/labs", f"{ROOT}/sandbox/pulumi"
PYTHON = f"{GALLERY}/images/python"
PLAN = f"{ONE}/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/contoso-plan"
DEVTEST = f"{ONE}/resourceGroups/labs/providers/Microsoft.DevTestLab/labs/contoso-devtest"
FAR = f"{ONE}/resourceGroups/labs-us/providers/Microsoft.LabServices/labaccounts/contoso-labs-us"
FABRIKAM = f"{TWO}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/fabrikam-labs"
LAST_DAY = date(2999, 1, 31)
MINE = {"tags": {"lab-image-gallery": "lab-image-gallery/dev"}}
BOTH = ("koreacentral", "koreasouth")


def configured(**settings: Any) -> None:
    """Change keys of the stack."""
    file = Path("Pulumi.dev.yaml")
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["config"] |= {f"lab-image-gallery:{key}": value for key, value in settings.items()}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


def gone(scene: Scene, path: str) -> None:
    assert scene.client.delete(path).status < 300


def republished(scene: Scene, image: dict[str, Any] | None = None, **changes: Any) -> None:
    """The version made again with other properties, and the image too if it has any."""
    gone(scene, f"{PYTHON}/versions/1.0.0")
    if image is not None:
        gone(scene, PYTHON)
        scene.made(PYTHON, definition(**image) | MINE)
    scene.made(f"{PYTHON}/versions/1.0.0", version(regions=BOTH, **changes) | MINE)


def profile(**changes: Any) -> dict[str, Any]:
    """A publishing profile over Korea."""
    return {"publishingProfile": {"targetRegions": [{"name": name} for name in BOTH], **changes}}


def saved_over(scene: Scene) -> None:
    scene.export_version(source="snapshots/exactly-128")


def rolled_back_and_not_deployed(scene: Scene) -> None:
    saved_over(scene)
    assert scene.labs("rollback", "python", "--to", "1.0.0").exit_code == 0


def made_by_somebody_else(scene: Scene) -> None:
    gone(scene, f"{PYTHON}/versions/1.0.0")
    scene.made(f"{PYTHON}/versions/1.0.0", version(regions=BOTH))


def left_by_the_stack(scene: Scene) -> None:
    scene.made(f"{PYTHON}/versions/1.0.1", version(regions=BOTH) | MINE)


def version_deleted(scene: Scene) -> None:
    gone(scene, f"{PYTHON}/versions/1.0.0")


def image_deleted(scene: Scene) -> None:
    version_deleted(scene)
    gone(scene, PYTHON)


def gallery_vanished(scene: Scene) -> None:
    image_deleted(scene)
    gone(scene, f"{ACCOUNT}/sharedGalleries/labs")
    gone(scene, GALLERY)


def gallery_vanished_while_attached(scene: Scene) -> None:
    image_deleted(scene)
    gone(scene, GALLERY)


def detached(scene: Scene) -> None:
    gone(scene, f"{ACCOUNT}/sharedGalleries/labs")


def other_gallery(scene: Scene) -> None:
    detached(scene)
    scene.made(f"{GALLERIES}/other", {"location": "koreacentral"})
    scene.made(f"{ACCOUNT}/sharedGalleries/other", {"properties": {"galleryId": f"{GALLERIES}/other"}})


def plan_disabled(scene: Scene) -> None:
    configured(labPlanId=PLAN)
    assert scene.client.send("PATCH", PLAN, {"properties": {"sharedGalleryId": GALLERY}}).status == 200


def account_disabled(scene: Scene) -> None:
    scene.made(f"{ACCOUNT}/sharedImages/python", {"properties": {"EnableState": "Disabled"}})


def two_disks(scene: Scene) -> None:
    data = {"lun": 0, "source": {"id": f"{BUILD}/disks/windows-2022-sql-data"}}
    system = {"source": {"id": f"{BUILD}/snapshots/ubuntu-2204-python-100"}}
    republished(scene, storageProfile={"osDiskImage": system, "dataDiskImages": [data]})


def generation_2(scene: Scene) -> None:
    republished(scene, {"hyperVGeneration": "V2"}, source="snapshots/gen2-snapshot")


def arm(scene: Scene) -> None:
    republished(scene, {"hyperVGeneration": "V2", "architecture": "Arm64"}, source="snapshots/gen2-snapshot")


def trusted(scene: Scene) -> None:
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    republished(scene, {"hyperVGeneration": "V2", "features": features}, source="snapshots/gen2-snapshot")


def purchase_plan(scene: Scene) -> None:
    republished(scene, {"purchasePlan": {"name": "a", "product": "b", "publisher": "c"}})


def region_failed(scene: Scene) -> None:
    scene.client.replication(secondsPerRegion=0, failRegions=["koreacentral"])
    republished(scene)


def replicating(scene: Scene) -> None:
    scene.client.replication(secondsPerRegion=3600)
    republished(scene)


def no_replica(scene: Scene) -> None:
    configured(labAccountIds=[ACCOUNT, FAR])
    scene.made(f"{FAR}/sharedGalleries/labs", {"properties": {"galleryId": GALLERY}})


def excluded(scene: Scene) -> None:
    republished(scene, **profile(excludeFromLatest=True))


class Later(datetime):
    """A clock on the day after LAST_DAY."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Later:
        return cls.combine(LAST_DAY + timedelta(days=1), time(), tz)


def end_of_life(scene: Scene) -> None:
    republished(scene, **profile(endOfLifeDate=f"{LAST_DAY}T00:00:00Z"))


def unreadable(scene: Scene) -> None:
    scene.fault("labaccounts/contoso-labs", 403, code="AuthorizationFailed", message="no")


def list_unreadable(scene: Scene) -> None:
    scene.fault("sharedImages", 403, code="AuthorizationFailed", message="no")


def plan_gone(scene: Scene) -> None:
    configured(labPlanId=PLAN)
    gone(scene, PLAN)


def lab_gone(scene: Scene) -> None:
    configured(labAccountIds=[ACCOUNT, f"{ACCOUNT.rpartition('/')[0]}/nowhere"])


def devtest_chosen(scene: Scene) -> None:
    configured(devTestLabIds=[DEVTEST])
    properties = {"galleryId": GALLERY, "allowAllImages": "Disabled"}
    scene.made(f"{DEVTEST}/sharedGalleries/labs", {"location": "koreacentral", "properties": properties})


def ghost(scene: Scene) -> None:
    """A lab plan lists an image that the gallery lacks, with a name that a terminal could obey."""
    plan_disabled(scene)
    scene.made(f"{PLAN}/images/python", {"properties": {"enabledState": "Enabled"}})
    name = "Größe-影像\x1b[31m"
    image = {"sharedGalleryId": f"{GALLERY}/images/{name}", "enabledState": "Enabled"}
    group = {"location": "koreacentral", "labPlans": {"contoso-plan": {"allowedRegions": [], "images": {name: image}}}}
    seed = {"subscriptions": {ONE.rpartition("/")[2]: {"displayName": "x", "resourceGroups": {"labs": group}}}}
    assert scene.client.send("POST", "/sandbox/seed", seed).status == 200
    assert scene.client.send("PATCH", PLAN, {"properties": {"sharedGalleryId": GALLERY}}).status == 200


MAKES = f"`{PULUMI} up --refresh --stack dev` makes what is missing in Azure"
ADDS = f"publish a version that labs can show with `{LABS} add-version python --source ID --stack dev`"
ANOTHER = f"under another name with `{LABS} add-image NAME --source ID --stack dev`"
Case = tuple[Callable[[Scene], None], str, tuple[str, ...], str]
CASES: tuple[Case, ...] = (
    (
        saved_over,
        "python is hidden in contoso-labs",
        ("which somebody else made", "its OS disk has 128 GB"),
        f"`{LABS} rollback python --to 1.0.0 --stack dev`",
    ),
    (
        rolled_back_and_not_deployed,
        "python is hidden in contoso-labs",
        ("the catalogue's version 1.0.2 is not in the gallery", "has taken the place of 1.0.0"),
        f"What to do: - `{PULUMI} up --stack dev` publishes 1.0.2; if it was there before",
    ),
    (
        made_by_somebody_else,
        "python is offered as 1.0.0 in contoso-labs",
        ("under a number of the catalogue, has taken the place of the catalogue's",),
        f"take 1.0.0 out of the catalogue, else the update is refused; then `{PULUMI} up --stack dev`",
    ),
    (
        left_by_the_stack,
        "python is offered as 1.0.1 in contoso-labs",
        ("version 1.0.1, which the catalogue does not have (the stack made it)",),
        "to keep 1.0.1, put its entry back into the catalogue",
    ),
    (version_deleted, "python is hidden in contoso-labs", ("it has no version in the gallery",), MAKES),
    (image_deleted, "python is hidden in contoso-labs", ("the gallery has no such image",), MAKES),
    (detached, "python is hidden in contoso-labs", ("the lab account has no gallery",), MAKES),
    (
        other_gallery,
        "python is hidden in contoso-labs",
        (f"the lab account has another gallery: {GALLERIES}/other",),
        f"`{PULUMI} preview --stack dev` says how to detach the other gallery",
    ),
    (
        plan_disabled,
        "python is hidden in contoso-plan",
        ("it is disabled in the lab plan",),
        "write enabled_in_plan: true for python",
    ),
    (
        account_disabled,
        "python is hidden in contoso-labs",
        ("it is disabled in the lab account",),
        "enable it in the lab account's own settings",
    ),
    (two_disks, "python is hidden in contoso-labs", ("it has 2 disks, and only images with one are shown",), ADDS),
    (arm, "python is hidden in contoso-labs", ("its architecture is Arm64, and labs take x64",), ANOTHER),
    (
        trusted,
        "python is hidden in contoso-labs",
        ("its security type is TrustedLaunch, and labs take Standard",),
        ANOTHER,
    ),
    (generation_2, "python is hidden in contoso-labs", ("its generation is V2, and labs take V1",), ANOTHER),
    (
        region_failed,
        "python is hidden in contoso-labs",
        ("its replication to koreacentral failed: Replication failed in region(s)",),
        f"`{PULUMI} up --stack dev` publishes it again; `{LABS} status --stack dev` says why it failed",
    ),
    (
        replicating,
        "python is being published in contoso-labs",
        ("its replica in koreacentral is not finished (Replicating, 0 %)",),
        f"`{LABS} status --watch --stack dev`",
    ),
    (
        no_replica,
        "python is hidden in contoso-labs-us",
        ("it has no replica in eastus, where labs are made",),
        "add eastus to the version's target_regions",
    ),
    (
        excluded,
        "python is hidden in contoso-labs",
        ("each of its versions is excluded from latest",),
        "take exclude_from_latest out of the catalogue",
    ),
    (
        end_of_life,
        "python is perhaps hidden in contoso-labs",
        (f"its end of life, {LAST_DAY}, has passed",),
        "publish a successor",
    ),
    (
        unreadable,
        "python is perhaps hidden in contoso-labs",
        ("the lab account could not be read: Azure refuses GET",),
        "let the identity read the lab account",
    ),
    (
        list_unreadable,
        "python is perhaps hidden in contoso-labs",
        ("the images of the lab account could not be read: Azure refuses GET",),
        "let the identity read the lab account",
    ),
    (
        plan_gone,
        "python is hidden in contoso-plan",
        ("the lab plan does not exist: Azure has none with this id; `sandbox/arm GET",),
        (
            "take the lab plan out of the configuration, or correct its id there; "
            "if its service is gone, as docs/run/after-lab-services.md says"
        ),
    ),
    (
        lab_gone,
        "python is hidden in nowhere",
        ("the lab account does not exist: Azure has none with this id; `sandbox/arm GET",),
        (
            "take the lab account out of the configuration, or correct its id there; "
            "if its service is gone, as docs/run/after-lab-services.md says"
        ),
    ),
    (
        devtest_chosen,
        "python is perhaps hidden in contoso-devtest",
        ("the owner of the DevTest lab has chosen some images",),
        "enable it in the DevTest lab's own settings",
    ),
    (
        ghost,
        "Größe-影像\\x1b[31m is in the list of contoso-plan, against what Azure says of it",
        ("the gallery has no such image",),
        "look at the lab plan in the portal",
    ),
)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("make", "head", "reasons", "remedy"), CASES, ids=[case[0].__name__ for case in CASES])
def test_each_reason_and_what_to_do_are_said(
    scene: Scene,
    make: Callable[[Scene], None],
    head: str,
    reasons: tuple[str, ...],
    remedy: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make(scene)
    if make is end_of_life:  # Azure takes no end of life in the past, so the day after it comes
        monkeypatch.setattr(teachers, "datetime", Later)
        monkeypatch.setattr(status_command, "datetime", Later)
    shown = scene.labs("teachers")
    assert shown.exit_code == 1, shown.output
    assert "Traceback" not in shown.output
    text = flat(shown.stdout)
    assert f"{head}: - " in text
    for expected in (*reasons, remedy):
        assert expected in text
    answer = json.loads(scene.labs("teachers", "--json").stdout)
    assert answer["ok"] is False
    assert any(image["reasons"] and image["remedies"] for image in answer["images"])
    status = scene.labs("status")
    assert status.exit_code == 1
    said = flat(status.stdout)
    assert f"- {head}: " in said
    for expected in reasons:
        assert expected in said
    assert said.endswith(f"`{LABS} teachers --stack dev` says what to do.")


def test_what_is_good_is_seen_and_asked_in_few_requests(scene: Scene) -> None:
    configured(labAccountIds=[ACCOUNT, FABRIKAM])
    scene.made(f"{FABRIKAM}/sharedGalleries/labs", {"properties": {"galleryId": GALLERY}})
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    versions = content["images"]["python"]["versions"]
    for number in ("1.1.0", "1.2.0", "1.3.0"):
        versions[number] = json.loads(json.dumps(versions["1.0.0"]))
        scene.made(f"{PYTHON}/versions/{number}", version(regions=BOTH) | MINE)
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    scene.client.send("DELETE", "/sandbox/requests")
    shown = scene.labs("teachers")
    assert (shown.exit_code, shown.stdout.splitlines()) == (
        0,
        [
            "contoso_lab_images in koreacentral, stack dev",
            "",
            "Teachers see 1 of 1 image in contoso-labs and fabrikam-labs.",
            "",
            "image   contoso-labs",
            "        fabrikam-labs",
            "python  seen 1.3.0",
        ],
    )
    asked = [
        entry["path"].partition("?")[0].rpartition("/providers/")[2]
        for entry in scene.client.get("/sandbox/requests").body
    ]
    # The gallery and its images, one list of versions an image, the progress of the version that labs take, and three
    # requests a lab; beside them the sign-in.
    counted = {kind: sum(kind in path for path in asked) for kind in ("galleries", "labaccounts")}
    assert counted == {"galleries": 4, "labaccounts": 6}
    assert [path for path in asked if path.endswith("/versions/1.3.0")] != []


def test_an_older_version_that_failed_is_said_too(scene: Scene) -> None:
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    versions = content["images"]["python"]["versions"]
    versions["0.9.0"] = json.loads(json.dumps(versions["1.0.0"]))
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    scene.client.replication(secondsPerRegion=0, failRegions=["koreasouth"])
    scene.made(f"{PYTHON}/versions/0.9.0", version(regions=BOTH) | MINE)
    repeats = f"The publication of python:0.9.0 failed; `{PULUMI} up --stack dev` repeats it."
    shown = scene.labs("teachers")
    assert (shown.exit_code, flat(shown.stdout).endswith(f"python seen 1.0.0 {repeats}")) == (1, True), shown.stdout
    answer = json.loads(scene.labs("teachers", "--json").stdout)
    assert (answer["ok"], answer["published_again"]) == (False, ["python:0.9.0"])
    planned = scene.labs("teachers", "--planned")
    assert (planned.exit_code, repeats in flat(planned.stdout)) == (0, True)
    assert json.loads(scene.labs("teachers", "--planned", "--json").stdout)["published_again"] == ["python:0.9.0"]
    status = scene.labs("status")
    assert (status.exit_code, repeats in flat(status.stdout)) == (1, True)
    assert json.loads(scene.labs("status", "--json").stdout)["published_again"] == ["python:0.9.0"]


def test_images_of_others_are_named_and_nothing_is_wrong_with_them(scene: Scene) -> None:
    scene.export_image()
    scene.export_image("far", regions=("koreacentral",))
    shown = scene.labs("teachers")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[-4:] == [
        "",
        "Not in images.yaml:",
        "  far, Teacher_GIS: seen in contoso-labs",
        f"`{LABS} list-unmanaged --stack dev` shows more about them.",
    ]
    only = scene.labs("teachers", "--image", "teacher_gis", "--lab", "CONTOSO-labs")
    assert (only.exit_code, "python" in only.stdout) == (0, False)


def test_an_image_of_others_that_is_asked_for_is_shown_with_its_reasons(scene: Scene) -> None:
    scene.export_image()
    scene.made(f"{ACCOUNT}/sharedImages/Teacher_GIS", {"properties": {"EnableState": "Disabled"}})
    only = scene.labs("teachers", "--image", "Teacher_GIS")
    assert (only.exit_code, only.stdout.splitlines()[1:]) == (
        0,
        [
            "",
            "Not in images.yaml:",
            "  Teacher_GIS: hidden in contoso-labs: it is disabled in the lab account",
            f"`{LABS} list-unmanaged --stack dev` shows more about them.",
        ],
    )
    assert json.loads(scene.labs("teachers", "--image", "Teacher_GIS", "--json").stdout)["headline"] == ""
    both = scene.labs("teachers", "--image", "Teacher_GIS", "--image", "python")
    assert "Teachers see 1 of 1 image in contoso-labs." in both.stdout


@pytest.mark.parametrize("make", [gallery_vanished, gallery_vanished_while_attached])
def test_a_gallery_that_is_gone_is_an_answer(scene: Scene, make: Callable[[Scene], None]) -> None:
    make(scene)
    shown = scene.labs("teachers")
    assert shown.exit_code == 1
    says = " ".join(shown.stdout.split())
    assert f"There is no gallery contoso_lab_images in resource group galleries; `{PULUMI} up --stack dev`" in says
    assert f"`{PULUMI} up --refresh --stack dev` if it was deleted." in says
    assert "Teachers see 0 of 1 image in contoso-labs." in shown.stdout
    assert "  - the gallery does not exist" in shown.stdout
    answer = json.loads(scene.labs("teachers", "--json").stdout)
    assert (answer["ok"], answer["gallery"]) == (False, None)
    planned = scene.labs("teachers", "--planned")
    assert (planned.exit_code, "python  seen 1.0.0" in planned.stdout) == (0, True)


def test_names_that_there_are_not_are_said_together_with_those_there_are(scene: Scene) -> None:
    refused = scene.labs("teachers", "--lab", "contoso-lab", "--image", "pyton", "--image", "\x1b[31m")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert 'there is no lab "contoso-lab" (nearest: contoso-labs; there are: contoso-labs)' in refused.stderr
    assert 'there is no image "pyton" (nearest: python; there are: python)' in refused.stderr
    assert "\x1b" not in refused.stderr
    by_id = scene.labs("teachers", "--lab", ACCOUNT.upper(), "--json")
    assert [lab["name"] for lab in json.loads(by_id.stdout)["labs"]] == ["contoso-labs"]


def test_the_list_of_a_lab_settles_what_no_document_says(scene: Scene) -> None:
    purchase_plan(scene)
    assert scene.labs("teachers").exit_code == 0
    list_unreadable(scene)
    shown = scene.labs("teachers")
    assert shown.exit_code == 1
    assert "python is perhaps hidden in contoso-labs:" in shown.stdout
    assert "it has a purchase plan, and no document says whether labs take such images" in flat(shown.stdout)


def test_what_an_update_leaves_is_shown_before_it(scene: Scene) -> None:
    version_deleted(scene)
    detached(scene)
    assert scene.labs("teachers").exit_code == 1
    planned = scene.labs("teachers", "--planned")
    assert planned.exit_code == 1, planned.output
    refresh = f"`{PULUMI} up --refresh --stack dev`"
    assert flat(planned.stdout).startswith(
        f"contoso_lab_images in koreacentral, stack dev, after the next update As {refresh} leaves it, unless a policy "
        "refuses it: policies are not asked. Teachers see 1 of 1 image in contoso-labs. "
    )
    assert flat(planned.stdout).endswith(
        "Today python is hidden in contoso-labs: the lab account has no gallery; it has no version in the gallery; the "
        f"catalogue's version 1.0.0 is not in the gallery. This needs {refresh}."
    )
    answer = json.loads(scene.labs("teachers", "--planned", "--json").stdout)
    assert (answer["ok"], answer["assumes"][0]) == (False, "pulumi up --refresh")
    assert [(repair["name"], repair["surely_refresh"]) for repair in answer["repairs"]] == [("python", True)]
    other_gallery_attached = f"{ACCOUNT}/sharedGalleries/other"
    scene.made(f"{GALLERIES}/other", {"location": "koreacentral"})
    scene.made(other_gallery_attached, {"properties": {"galleryId": f"{GALLERIES}/other"}})
    refused = scene.labs("teachers", "--planned")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"`{PULUMI} up --stack dev` would be refused, so nothing changes for teachers:" in refused.stderr
    assert "contoso-labs" in refused.stderr
    answer = json.loads(scene.labs("teachers", "--planned", "--json").stdout)
    assert answer["ok"] is False


def test_a_plan_without_switches_hides_what_an_update_attaches(scene: Scene) -> None:
    configured(labPlanId=PLAN)
    planned = scene.labs("teachers", "--planned")
    assert planned.exit_code == 1
    assert "python is hidden in contoso-plan:" in planned.stdout
    assert "it is disabled in the lab plan" in planned.stdout


def test_what_is_proposed_about_a_number_of_somebody_else_lets_the_update_through(scene: Scene) -> None:
    made_by_somebody_else(scene)
    refused = scene.labs("teachers", "--planned")
    assert (refused.exit_code, "exists and does not carry the tag" in refused.stderr) == (1, True)
    added = scene.labs("add-version", "python", "--source", f"{BUILD}/snapshots/ubuntu-2204-python-100")
    assert added.exit_code == 0, added.output
    content = yaml.safe_load(scene.catalogue.read_text(encoding="utf-8"))
    del content["images"]["python"]["versions"]["1.0.0"]
    scene.catalogue.write_text(yaml.safe_dump(content), encoding="utf-8")
    planned = scene.labs("teachers", "--planned")
    assert (planned.exit_code, "python  seen 1.0.1" in planned.stdout) == (0, True), planned.output


def test_many_names_are_wrapped(scene: Scene) -> None:
    for number in range(99):
        scene.made(f"{GALLERY}/images/teacher-{number:02}", definition(f"sku-{number}"))
    for command in ("teachers", "status"):
        shown = scene.labs(command)
        assert shown.exit_code == 0, shown.output
        assert max(map(len, shown.stdout.splitlines())) <= 100
        assert len(re.findall(r"\bteacher-\d{2}\b", shown.stdout)) == (8 if command == "teachers" else 0)
        assert ("teacher-07 and 91 more: hidden in contoso-labs" in flat(shown.stdout)) == (command == "teachers")
    assert len(json.loads(scene.labs("teachers", "--json").stdout)["images"]) == 100
    for number in range(1, 30):
        scene.made(f"{PYTHON}/versions/0.0.{number}", version())
    status = scene.labs("status")
    assert (status.exit_code, max(map(len, status.stdout.splitlines())) <= 100) == (0, True)
    assert "Not in images.yaml: python:0.0.1, " in status.stdout
    assert "python:0.0.8 and 21 more" in flat(status.stdout)


def test_an_empty_catalogue_and_no_lab(scene: Scene) -> None:
    configured(labAccountIds=[])
    shown = scene.labs("teachers")
    assert (shown.exit_code, shown.stdout.splitlines()[2:]) == (
        0,
        ["The stack has no lab, or its catalogue no image, so nobody sees one."],
    )
    scene.catalogue.write_text("images: {}\n", encoding="utf-8")
    configured(labAccountIds=[ACCOUNT])
    empty = scene.labs("teachers", "--planned")
    assert (empty.exit_code, "so nobody sees one." in empty.stdout) == (0, True)


def test_a_version_that_takes_the_place_of_the_catalogues_is_connected(scene: Scene) -> None:
    scene.export_version()
    listed = scene.labs("list-unmanaged")
    assert "  it takes the place of 1.0.0 in contoso-labs: new labs there get it instead\n" in listed.stdout
    (entry,) = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert (entry["instead_of"], entry["labs"]) == ("1.0.0", ["contoso-labs"])
    assert scene.labs("rollback", "python", "--to", "1.0.0").exit_code == 0
    assert "  it takes the place of 1.0.0 in contoso-labs" in scene.labs("list-unmanaged").stdout
    scene.export_version("0.0.1")
    old, _ = json.loads(scene.labs("list-unmanaged", "--json").stdout)["unmanaged"]
    assert (old["name"], old["instead_of"], old["labs"]) == ("python:0.0.1", None, [])


@pytest.mark.parametrize("command", ["teachers", "status"])
def test_a_terminal_of_80_columns_is_kept_to(scene: Scene, command: str) -> None:
    saved_over(scene)
    scene.export_image()
    for name in ("a-rather-long-name-of-an-image", "another-name"):
        scene.export_image(name)
    terminal, shown = pty.openpty()
    fcntl.ioctl(shown, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    program = [sys.executable, "-P", "-m", "cli", command]
    with subprocess.Popen(program, stdout=shown, env=env | {"PYTHONPATH": str(ROOT)}) as process:
        os.close(shown)
        text = b""
        with contextlib.suppress(OSError):  # the end of a terminal that nobody writes to any more
            while part := os.read(terminal, 4096):
                text += part
    os.close(terminal)
    assert process.returncode == 1
    lines = click.unstyle(text.decode()).splitlines()
    # Commands stay whole, to be copied: those here have the path of the program in them.
    assert [line for line in lines if len(line) > 80 and "`" not in line] == []
    assert ("\x1b[31mhidden" in text.decode()) == (command == "teachers")
