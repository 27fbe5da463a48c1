"""A stack of a real subscription, previewed in the sandbox without credentials."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.ids import REAL
from tests.support.project import CATALOGUE, SUBSCRIPTION, Project

STACK = f"""secretsprovider: azurekeyvault://contoso-keys.vault.azure.net/keys/pulumi
encryptedkey: AAAA
config:
  azure-native:subscriptionId: {REAL}
  lab-image-gallery:galleryName: contoso_lab_images
  lab-image-gallery:resourceGroupName: galleries
  lab-image-gallery:location: koreacentral
  lab-image-gallery:labAccountServicePrincipalObjectId: 77777777-2222-3333-4444-555555555555
  lab-image-gallery:labAccountIds:
    - /subscriptions/{REAL}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with its catalogue in a real subscription, and a stack `prod` there."""
    project = Project.copy_to(tmp_path_factory.mktemp("real") / "project")
    project.write("Pulumi.prod.yaml", STACK)
    project.write("images.yaml", project.read(CATALOGUE).replace(SUBSCRIPTION, REAL))
    return project


def versions(preview: str) -> dict[str, Any]:
    """Inputs of the versions in a preview's JSON, by `image:number`."""
    images = [
        step["newState"]["inputs"]
        for step in json.loads(preview)["steps"]
        if step["newState"]["type"] == "lab-image-gallery:index:LabImage"
    ]
    return {f"{image['image']}:{version['version']}": version for image in images for version in image["versions"]}


def test_it_is_previewed_from_what_the_catalogue_declares(real: Project) -> None:
    preview = real.run("sandbox/pulumi", "preview", "--stack", "prod", "--json")
    found = versions(preview.stdout)
    assert len(found) == 9
    assert {name: version["osDiskSizeGb"] for name, version in found.items()} == {
        name: version["declaredOsDiskSizeGb"] for name, version in found.items()
    }
    assert f"subscription {REAL} was not asked" in preview.stderr
    assert "1 subscription, 3 resource groups, 1 lab account, 9 sources" in preview.stderr
    assert "not seen: what the gallery and the labs contain now" in preview.stderr
    assert "left out: what teachers see" in preview.stderr
    assert "After this update" not in preview.stdout
    assert "unknown" not in preview.stderr
    assert "nothing in Azure was changed" in preview.stderr
    # Nothing of it is in the dev stack's pretend Azure.
    assert [entry["subscriptionId"] for entry in real.listed("/subscriptions", "api-version=2022-12-01")] == [
        SUBSCRIPTION,
        SUBSCRIPTION[:-1] + "2",
    ]
    assert list((real.path / ".sandbox" / "stand-ins").iterdir()) == []


def test_a_size_that_is_not_declared_stays_unknown(real: Project) -> None:
    staging = f"{STACK}  lab-image-gallery:catalog: undeclared.yaml\n  lab-image-gallery:createResourceGroup: true\n"
    real.write("Pulumi.staging.yaml", staging)
    real.write("undeclared.yaml", real.read("images.yaml"))
    real.edit("undeclared.yaml", ("        os_disk_size_gb: 32\n", ""))
    # The policies get the size as unknown, whatever they make of it.
    preview = real.run("sandbox/pulumi", "preview", "--stack", "staging", "--json", check=False)
    assert "unknown, because undeclared.yaml does not declare it:" in preview.stderr
    assert "images.debian-12-databases.versions.1.0.0: os_disk_size_gb" in preview.stderr
    assert versions(preview.stdout)["debian-12-databases:1.0.0"]["osDiskSizeGb"] is None
    # What the stack makes itself gets no placeholder.
    assert "azure-native:resources:ResourceGroup::resource-group" in preview.stdout


def test_an_end_of_life_that_has_passed_may_be_what_azure_has(real: Project) -> None:
    staging = f"{STACK}  lab-image-gallery:catalog: past.yaml\n"
    real.write("Pulumi.past.yaml", staging)
    line = "        os_disk_size_gb: 32\n"
    real.write("past.yaml", real.read("images.yaml").replace(line, f"{line}        end_of_life: 2020-01-31\n", 1))
    preview = real.run("sandbox/pulumi", "preview", "--stack", "past")
    assert "its end of life passed on 2020-01-31" in preview.stdout
    assert "not seen: what the gallery and the labs contain now" in preview.stderr


def test_policies_that_are_switched_off_are_no_pass(real: Project) -> None:
    with real.edited("policy-config.json"):
        real.write("policy-config.json", '{"all": "disabled"}')
        preview = real.run("sandbox/preview", "prod", check=False)
    printed = preview.stdout + preview.stderr
    assert preview.returncode != 0
    assert "the policies would not judge stack prod as they should, so nothing was previewed" in preview.stderr
    assert 'policy-config.json: all: must be mandatory, not "disabled"' in preview.stderr
    assert "Traceback" not in printed


def test_an_exemption_that_is_over_or_matches_nothing_is_refused_by_check_and_preview(real: Project) -> None:
    """The preview still runs: such an exemption makes no policy milder."""
    entries = [
        {"image": name, "reason": "agreed", "expires": expires}
        for name, expires in (("debian-12-databases", "2020-01-31"), ("nowhere", "2099-12-31"))
    ]
    with real.edited("policy-config.json"):
        real.write("policy-config.json", json.dumps({"image-single-disk": {"exemptions": entries}}))
        checked = real.run("./labs", "check", "Pulumi.prod.yaml", check=False)
        preview = real.run("sandbox/pulumi", "preview", "--stack", "prod", check=False)
    assert checked.returncode == 1
    assert "this exemption of debian-12-databases ended on 2020-01-31" in checked.stdout
    assert 'has no image "nowhere", so this exemption excuses nothing' in checked.stdout
    assert preview.returncode != 0
    assert "its exemption from image-single-disk ended on 2020-01-31" in preview.stdout
    assert "policy-config.json exempts it from image-single-disk, and this stack has no image of that name" in (
        preview.stdout
    )


def test_a_preview_says_what_is_wrong_with_the_files_of_its_stack(real: Project) -> None:
    real.write("Pulumi.broken.yaml", "config: [\n")
    broken = real.run("sandbox/preview", "broken", check=False)
    missing = real.run("sandbox/preview", "nope", check=False)
    assert (broken.returncode != 0, missing.returncode != 0) == (True, True)
    assert "Pulumi.broken.yaml:2: this is no valid YAML" in broken.stdout
    assert "There is no Pulumi.nope.yaml. The stacks here:" in missing.stdout
    assert "\nprod " in missing.stdout


@pytest.mark.parametrize("command", ["up", "destroy", "refresh"])
def test_only_preview_is_allowed(real: Project, command: str) -> None:
    refused = real.run("sandbox/pulumi", command, "--stack", "prod", "--yes", check=False)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert f"so only `preview` works here and `{command}` was not run" in refused.stderr
    assert f"pulumi {command} --stack prod" in refused.stderr


def test_the_program_reports_what_is_wrong_with_the_catalogue(real: Project) -> None:
    with real.edited("images.yaml", ("os_disk_size_gb: 32", "os_disk_size_gb: many")):
        preview = real.run("sandbox/pulumi", "preview", "--stack", "prod", check=False)
    assert preview.returncode != 0
    assert "os_disk_size_gb" in preview.stdout
    assert "nothing is stood in for: images.yaml has problems; the preview shows them" in preview.stderr
    assert "Traceback" not in preview.stdout + preview.stderr
