"""The smoke test: the main run of the program, step by step, and what Azure answers beside it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from catalog.fields.resource_id import parse
from inventory.arm.client import Arm
from inventory.arm.error import NO_OBJECT_OR_GROUP, ArmError
from tests.live import questions
from tests.live.probe import Fact, Probe, ask
from tests.live.program import CommandFailed, Program
from tests.live.questions import GONE, SCRATCH
from tests.live.tenant import (
    COMPUTE_API,
    DISK_API,
    DISK_GB,
    GALLERY,
    GROUP_API,
    IMAGE,
    LAB_IMAGES_API,
    LABS_API,
    PLANS_API,
    ROLES_API,
    Tenant,
)

PATIENCE: Final = 600
"""Seconds until an image has to be in the lab account's list."""
ROLE: Final = Path(__file__).parents[2] / "azure" / "roles" / "deploy.json"
LOG_API: Final = "2015-04-01"
DECLARED: Final = ("microsoft.compute/galleries", "microsoft.labservices/labaccounts/sharedgalleries")
"""What the operations of the program's resources begin with, in lower case."""


class NotReady(Exception):
    """The tenant is not as the test needs it; nothing was made."""


class StepFailed(Exception):
    """A step of the main run did not do what it should."""


class Smoke:
    """One run in `folder`. `facts` grow as it goes, whatever becomes of it."""

    def __init__(self, tenant: Tenant, arm: Arm, folder: Path, say: Callable[[str], None]) -> None:
        self.tenant, self.arm, self.say = tenant, arm, say
        self.program = Program(folder, tenant)
        self.facts: list[Fact] = []
        self.began = datetime.now(UTC)

    def check(self) -> None:
        """Make sure that nothing of an earlier run or of somebody else is in the way. Raises NotReady, ArmError."""
        tenant = self.tenant
        if self.arm.get(tenant.lab_account, LABS_API) is None:
            raise NotReady(f"there is no lab account {tenant.lab_account}; correct --lab-account")
        attached = [item["properties"]["galleryId"] for item in self._attachments()]
        if attached:
            raise NotReady(f"{attached[0]} is attached to the lab account; name one that has no gallery")
        for name in (tenant.group, tenant.sources):
            if self._group_exists(name):
                raise NotReady(
                    f"the resource group {name} exists, perhaps from an earlier run; look into it, then: az group"
                    f" delete --subscription {tenant.subscription} --name {name}"
                )

    def run(self) -> None:
        """Everything but the end. Raises StepFailed, CommandFailed, ArmError."""
        tenant, program = self.tenant, self.program
        self._step("make two resource groups, an empty disk, and galleries to ask questions of", self._set_up)
        self._step("ask: what decides most", self._ask_first)
        self._step("ask: attachments", self._ask_lab_account)
        self._step("ask: names, definitions, versions, roles", self._ask_scratch)
        program.publish(tenant.region)
        program.configure(attached=True)
        self._step("attach, and publish one version", self._pulumi_up)
        self._step("look for the image in the lab account", self._look_at_lab_account)
        self._step("ask: the image in the lab account", self._ask_image)
        self._step("nothing to do the second time, and no drift", self._nothing_to_do)
        program.publish(tenant.region, tenant.second_region)
        self._step(f"widen to {tenant.second_region}", self._pulumi_up)
        self._in_regions(tenant.region, tenant.second_region)
        self._step("ask: the published version and the attached gallery", self._ask_published)
        program.publish(tenant.region, may_remove=True)
        program.configure(attached=False)
        self._step("detach, and narrow to the home region", self._pulumi_up)
        self._in_regions(tenant.region)
        if self._attachments():
            raise StepFailed("the gallery is still attached")
        self._step("ask: the end of life", self._ask_end_of_life)
        self._step("ask: the activity log, about the roles", self._ask_roles)

    def clean_up(self) -> list[str]:
        """Delete everything that was made; what could not be deleted, each with the command that does it."""
        tenant, left = self.tenant, []
        try:
            self._unblock()
        except ArmError as error:
            self.say(str(error))
        try:
            self._step("destroy the stack", lambda: self.program.pulumi("destroy", "--yes", "--skip-preview"))
        except CommandFailed as error:
            self.say(str(error))
        for name in (GALLERY, SCRATCH, GONE, "smoke_named", "smoke_missing"):
            command = f"az rest --method delete --url '{tenant.attachment(name)}?api-version={LABS_API}'"
            left += self._deleted(tenant.attachment(name), LABS_API, command)
        for name in (tenant.group, tenant.sources):
            command = f"az group delete --subscription {tenant.subscription} --name {name}"
            left += self._deleted(tenant.group_id(name), GROUP_API, command)
        return left

    def _deleted(self, resource_id: str, api_version: str, command: str) -> list[str]:
        try:
            self.arm.delete(resource_id, api_version)
        except ArmError as error:
            self.say(str(error))
            return [command]
        return []

    def _set_up(self) -> None:
        tenant = self.tenant
        for name in (tenant.group, tenant.sources):
            self.arm.put(tenant.group_id(name), GROUP_API, {"location": tenant.region})
        disk = {"creationData": {"createOption": "Empty"}, "diskSizeGB": DISK_GB, "osType": "Linux"}
        body = {"location": tenant.region, "sku": {"name": "Standard_LRS"}, "properties": disk}
        self.arm.put(tenant.disk, DISK_API, body)
        for resource_id, api_version, content in questions.set_up(tenant):
            self.arm.put(resource_id, api_version, content)
        self.program.configure(attached=False)
        self.program.pulumi("stack", "select", "--create")

    def _ask_first(self) -> None:
        tenant = self.tenant
        self._ask(questions.of_what_decides_most(tenant))
        shown = self.arm.get(f"{tenant.other_gallery(SCRATCH)}/images/probe", COMPUTE_API) or {}
        features = str(shown.get("properties", {}).get("features", "not shown"))
        self._note("definition-defaults", "features that were not sent", "not shown", features, COMPUTE_API)
        if tenant.exported_version:
            self._ask_exported()
        if tenant.lab_plan:
            self._ask_lab_plan()

    def _ask_exported(self) -> None:
        tenant = self.tenant
        version = self.arm.get(tenant.exported_version, COMPUTE_API)
        definition = self.arm.get(tenant.exported_version.rpartition("/versions/")[0], COMPUTE_API)
        if version is None or definition is None:
            raise StepFailed(f"there is no {tenant.exported_version}; correct --exported-version")
        self._ask([questions.of_an_exported_version(tenant, version)])
        tags = {**(version.get("tags") or {}), **(definition.get("tags") or {})}
        self._note("export-numbered", "an exported version, and its definition, have no tags", "yes", _yes(not tags))

    def _ask_lab_plan(self) -> None:
        tenant = self.tenant
        images = self.arm.list(f"{tenant.lab_plan}/images", PLANS_API)
        of_gallery = [image for image in images if image["properties"].get("sharedGalleryId")]
        if not of_gallery:
            raise StepFailed(f"no image of {tenant.lab_plan} comes from a gallery; give another --lab-plan, or none")
        definitions = [str(image["properties"]["sharedGalleryId"]).rpartition("/")[2] for image in of_gallery]
        same = all(
            str(image["name"]).lower() == name.lower() for image, name in zip(of_gallery, definitions, strict=True)
        )
        question = "an image of a lab plan's gallery is named as its definition"
        self._note("plan-images", question, "yes", _yes(same), PLANS_API)
        stateless = any("enabledState" not in image["properties"] for image in of_gallery)
        question = "an image of a lab plan's gallery that nobody switched has no state"
        self._note("plan-image-off", question, "yes", _yes(stateless), PLANS_API)
        self._ask([questions.of_the_lab_plan(tenant)])

    def _ask_scratch(self) -> None:
        tenant = self.tenant
        self._ask_soft_deletion()
        shown = self.arm.get(f"{tenant.other_gallery(SCRATCH)}/images/probe", COMPUTE_API) or {}
        architecture = str(shown.get("properties", {}).get("architecture", "not shown"))
        self._note("definition-defaults", "the architecture that was not sent", "x64", architecture)
        for about in (questions.of_names, questions.of_definitions, questions.of_versions, questions.of_roles):
            self._ask(about(tenant))

    def _ask_soft_deletion(self) -> None:
        tenant, path = self.tenant, self.tenant.other_gallery(SCRATCH)
        policies: tuple[dict[str, Any], ...] = ({"softDeletePolicy": {"isSoftDeleteEnabled": True}}, {})
        for properties in policies:
            self.arm.put(path, COMPUTE_API, {"location": tenant.region, "properties": properties})
        shown = (self.arm.get(path, COMPUTE_API) or {}).get("properties", {})
        kept = (shown.get("softDeletePolicy") or {}).get("isSoftDeleteEnabled")
        question = "soft deletion after a write of the gallery without its policy"
        self._note("gallery-soft-delete-off", question, "off", "on" if kept else "off", COMPUTE_API)
        off = {"softDeletePolicy": {"isSoftDeleteEnabled": False}}
        self.arm.put(path, COMPUTE_API, {"location": tenant.region, "properties": off})

    def _ask_lab_account(self) -> None:
        tenant, gone = self.tenant, self.tenant.other_gallery(GONE)
        *before, attach = questions.of_the_lab_account(tenant)
        self._ask([attach])
        shown = self.arm.get(attach.path, LABS_API) or {}
        same = str(shown.get("properties", {}).get("galleryId", "")).lower() == gone.lower()
        self._note("attachment-version", "an attachment shows the id of its gallery", "yes", _yes(same), LABS_API)
        self.arm.delete(attach.path, LABS_API)
        for probe in before:
            self._ask([probe])
            # What Azure accepts must not stand in the way of the next question.
            self.arm.delete(probe.path, probe.api_version)
        self.arm.put(attach.path, LABS_API, attach.body)
        roles = self.arm.list(f"{gone}/providers/Microsoft.Authorization/roleAssignments", ROLES_API)
        given = any(
            role["properties"]["principalId"].lower() == tenant.lab_services.lower()
            and role["properties"]["scope"].lower() == gone.lower()
            for role in roles
        )
        self._note("attachment-role", "attaching gives Lab Services a role on the gallery", "no", _yes(given))
        self._ask([questions.of_an_attached_gallery(tenant)])
        self._note("attachment-stays", "the attachment outlives its gallery", "yes", _yes(bool(self._attachments())))
        self.arm.delete(tenant.attachment(GONE), LABS_API)
        self._note("attachment-version", "detaching is done when it is answered", "yes", _yes(not self._attachments()))

    def _pulumi_up(self) -> None:
        self.program.pulumi("up", "--yes", "--skip-preview")

    def _nothing_to_do(self) -> None:
        self.program.pulumi("preview", "--expect-no-changes")
        self.program.pulumi("refresh", "--preview-only", "--expect-no-changes")

    def _look_at_lab_account(self) -> None:
        attached = [item["properties"]["galleryId"].lower() for item in self._attachments()]
        if attached != [self.tenant.gallery.lower()]:
            raise StepFailed(f"attached are {attached}, not the gallery {self.tenant.gallery}")
        end = time.monotonic() + PATIENCE
        while not (listed := self._listed()) and time.monotonic() < end:
            time.sleep(15)
        self._note("lab-images", "the lab account lists the image", "yes", _yes(listed is not None), LABS_API)
        version = self.arm.get(self.tenant.version, COMPUTE_API) or {}
        size = version["properties"]["storageProfile"]["osDiskImage"].get("sizeInGB")
        self._note("version-shown", "the version shows the size of its OS disk", str(DISK_GB), str(size))

    def _listed(self) -> dict[str, Any] | None:
        images = self.arm.list(f"{self.tenant.lab_account}/sharedImages", LABS_API)
        return next(
            (image for image in images if str(image["properties"].get("definitionName")).lower() == IMAGE), None
        )

    def _ask_marketplace(self) -> None:
        images = self.arm.list(f"{self.tenant.lab_account}/galleryimages", LAB_IMAGES_API)
        first = [image["properties"] for image in images if not image["properties"].get("isOverride")]
        question = "a Marketplace image of a lab account that nobody switched is not offered"
        hidden = not any(properties.get("isEnabled") for properties in first)
        self._note("gallery-image-first", question, "yes", _yes(hidden), LAB_IMAGES_API)

    def _ask_image(self) -> None:
        self._ask_marketplace()
        listed = self._listed()
        if listed is None:
            return  # which "lab-images" has already noted: there is nothing to switch
        try:
            self._switch(listed, "Disabled")
            seen = (self._listed() or {"properties": {}})["properties"].get("EnableState")
            question = "an image is switched off when it is answered"
            self._note("lab-image-switch", question, "yes", _yes(seen == "Disabled"), LABS_API)
        finally:
            self._switch(listed, "Enabled")
        self._exclude(True)
        end = time.monotonic() + PATIENCE
        while (still := self._listed() is not None) and time.monotonic() < end:
            time.sleep(15)
        question = "the image is listed while its only version is excluded from latest"
        self._note("lab-images", question, "no", _yes(still), LABS_API)
        self._exclude(False)

    def _switch(self, image: dict[str, Any], state: str) -> None:
        properties = {**image["properties"], "EnableState": state}
        self.arm.put(str(image["id"]), LABS_API, {"properties": properties})

    def _exclude(self, excluded: bool) -> None:
        change = {"properties": {"publishingProfile": {"excludeFromLatest": excluded}}}
        self.arm.patch(self.tenant.version, COMPUTE_API, change)

    def _ask_end_of_life(self) -> None:
        until = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
        self.arm.patch(self.tenant.version, COMPUTE_API, questions.blocked(until=until))
        self._ask([questions.of_the_end_of_life(self.tenant)])
        self._unblock()

    def _unblock(self) -> None:
        """Let the version be deleted again, if it is there and protected."""
        shown = self.arm.get(self.tenant.version, COMPUTE_API, absent=NO_OBJECT_OR_GROUP) or {}
        if (shown.get("properties", {}).get("safetyProfile") or {}).get("blockDeletionBeforeEndOfLife"):
            self.arm.patch(self.tenant.version, COMPUTE_API, questions.blocked(until=None))

    def _ask_roles(self) -> None:
        """Compare what the log says was done to the program's kinds of resources with what the role allows."""
        allowed = {action.lower() for action in json.loads(ROLE.read_text(encoding="utf-8"))["Actions"]}
        seen: set[str] = set()
        for group in (self.tenant.group, str(parse(self.tenant.lab_account).resource_group)):
            seen |= self._done_in(group)
        missing = sorted(action for action in seen if action.startswith(DECLARED) and action not in allowed)
        question = "what was done that azure/roles/deploy.json does not allow"
        self._note("roles-suffice", question, "nothing", ", ".join(missing) or "nothing", LOG_API)

    def _done_in(self, group: str) -> set[str]:
        where = f"/subscriptions/{self.tenant.subscription}/providers/Microsoft.Insights/eventtypes/management/values"
        since = self.began.isoformat(timespec="seconds").replace("+00:00", "Z")
        only = f"eventTimestamp ge '{since}' and resourceGroupName eq '{group}'"
        return {str(event["operationName"]["value"]).lower() for event in self.arm.list(where, LOG_API, only=only)}

    def _ask_published(self) -> None:
        shown = self.arm.get(self.tenant.version, COMPUTE_API)
        if shown is None:
            raise StepFailed(f"there is no {self.tenant.version}")
        self._ask_order(shown)
        latest = "shown" if "excludeFromLatest" in shown["properties"]["publishingProfile"] else "not shown"
        self._note("version-shown", "publishingProfile.excludeFromLatest", "shown", latest)
        self._ask(questions.while_published(self.tenant, shown))

    def _ask_order(self, shown: dict[str, Any]) -> None:
        """Send the regions in the other order, and again in the program's."""
        regions = shown["properties"]["publishingProfile"]["targetRegions"]
        for order in (regions[::-1], regions):
            change = {"properties": {"publishingProfile": {"targetRegions": order}}}
            after = self.arm.patch(self.tenant.version, COMPUTE_API, change)
            if order is not regions:
                seen = [region["name"] for region in after["properties"]["publishingProfile"]["targetRegions"]]
                same = seen == [region["name"] for region in order]
                self._note("regions-shown", "regions are shown in the order sent", "yes", _yes(same), COMPUTE_API)

    def _in_regions(self, *expected: str) -> None:
        version = self.arm.get(self.tenant.version, COMPUTE_API) or {}
        shown = version["properties"]["publishingProfile"]["targetRegions"]
        names = [str(region["name"]).replace(" ", "").lower() for region in shown]
        if names != list(expected):
            raise StepFailed(f"the version is in {names}, not in {list(expected)}")

    def _attachments(self) -> list[dict[str, Any]]:
        return self.arm.list(f"{self.tenant.lab_account}/sharedGalleries", LABS_API)

    def _group_exists(self, name: str) -> bool:
        try:
            return self.arm.get(self.tenant.group_id(name), GROUP_API) is not None
        except ArmError as error:
            if error.status == 404 and error.code == "ResourceGroupNotFound":
                return False
            raise

    def _step(self, what: str, do: Callable[[], None]) -> None:
        self.say(f"\n==> {what}")
        do()

    def _ask(self, probes: list[Probe]) -> None:
        for probe in probes:
            self._add(ask(self.arm, probe))

    def _note(self, rule: str, question: str, assumed: str, seen: str, api_version: str = "") -> None:
        self._add(Fact(rule, question, assumed, seen, api_version=api_version))

    def _add(self, fact: Fact) -> None:
        self.facts.append(fact)
        verdict = "as assumed" if fact.holds else f"NOT as assumed, which was {fact.assumed}"
        self.say(f"    {fact.rule}: {fact.question}: {fact.seen} ({verdict})")


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
