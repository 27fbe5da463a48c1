"""The smoke test: the main run of the program, step by step, and what Azure answers beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from inventory.arm.client import Arm
from inventory.arm.error import ArmError
from tests.live import questions
from tests.live.probe import Fact, Probe, ask
from tests.live.program import CommandFailed, Program
from tests.live.questions import GONE, SCRATCH
from tests.live.tenant import COMPUTE_API, DISK_API, DISK_GB, GALLERY, GROUP_API, IMAGE, LABS_API, ROLES_API, Tenant

PATIENCE: Final = 600
"""Seconds until an image has to be in the lab account's list."""


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
        self._step("ask: names, definitions, versions, roles", self._ask_scratch)
        self._step("ask: attachments", self._ask_lab_account)
        program.publish(tenant.region)
        program.configure(attached=True)
        self._step("attach, and publish one version", self._pulumi_up)
        self._step("look for the image in the lab account", self._look_at_lab_account)
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

    def clean_up(self) -> list[str]:
        """Delete everything that was made; what could not be deleted, each with the command that does it."""
        tenant, left = self.tenant, []
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

    def _ask_scratch(self) -> None:
        tenant = self.tenant
        shown = self.arm.get(f"{tenant.other_gallery(SCRATCH)}/images/probe", COMPUTE_API) or {}
        architecture = str(shown.get("properties", {}).get("architecture", "not shown"))
        self._note("definition-defaults", "the architecture that was not sent", "x64", architecture)
        for about in (questions.of_names, questions.of_definitions, questions.of_versions, questions.of_roles):
            self._ask(about(tenant))

    def _ask_lab_account(self) -> None:
        tenant, gone = self.tenant, self.tenant.other_gallery(GONE)
        *before, attach = questions.of_the_lab_account(tenant)
        for probe in before:
            self._ask([probe])
            # What Azure accepts must not stand in the way of the next question.
            self.arm.delete(probe.path, probe.api_version)
        self._ask([attach])
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
        self._note("lab-images", "the lab account lists the image", "yes", _yes(listed))
        version = self.arm.get(self.tenant.version, COMPUTE_API) or {}
        size = version["properties"]["storageProfile"]["osDiskImage"].get("sizeInGB")
        self._note("version-shown", "the version shows the size of its OS disk", str(DISK_GB), str(size))

    def _listed(self) -> bool:
        images = self.arm.list(f"{self.tenant.lab_account}/sharedImages", LABS_API)
        return any(str(image["properties"].get("definitionName")).lower() == IMAGE for image in images)

    def _ask_published(self) -> None:
        shown = self.arm.get(self.tenant.version, COMPUTE_API)
        if shown is None:
            raise StepFailed(f"there is no {self.tenant.version}")
        latest = "shown" if "excludeFromLatest" in shown["properties"]["publishingProfile"] else "not shown"
        self._note("version-shown", "publishingProfile.excludeFromLatest", "shown", latest)
        self._ask(questions.while_published(self.tenant, shown))

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

    def _note(self, rule: str, question: str, assumed: str, seen: str) -> None:
        self._add(Fact(rule, question, assumed, seen))

    def _add(self, fact: Fact) -> None:
        self.facts.append(fact)
        verdict = "as assumed" if fact.holds else f"NOT as assumed, which was {fact.assumed}"
        self.say(f"    {fact.rule}: {fact.question}: {fact.seen} ({verdict})")


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
