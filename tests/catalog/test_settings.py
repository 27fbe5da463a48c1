"""Settings of a stack, and its file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.fields.arm_id import example
from catalog.files.diagnostic import InvalidFile
from catalog.files.document import read
from catalog.stacks.lock import LockSetting
from catalog.stacks.role import ROLES
from catalog.stacks.settings import KEYS, Settings, SettingsError, read_settings
from catalog.stacks.stack_file import key_problems, read_stack
from tests.support.project import ROOT

SUBSCRIPTION = "00000000-0000-0000-0000-00000000000A"
LABS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/labs/providers/Microsoft.LabServices"
ACCOUNT = f"{LABS}/labaccounts/contoso"
DEVTEST_LAB = f"{LABS.replace('LabServices', 'DevTestLab')}/labs/contoso-devtest"
FOCAL = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts"}
OBJECT = "0a000000-0000-0000-0000-000000000001"
REQUIRED: dict[str, object] = {
    "lab-image-gallery:galleryName": "contoso_lab_images",
    "lab-image-gallery:resourceGroupName": "galleries",
    "lab-image-gallery:location": "Korea Central",
    "azure-native:subscriptionId": SUBSCRIPTION,
}


def settings(**values: object) -> Settings:
    return read_settings({**REQUIRED, **values}, project="lab-image-gallery", stack="dev")


def findings(**values: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        settings(**values)
    assert [str(problem) for problem in caught.value.diagnostics] == str(caught.value).splitlines()
    return str(caught.value).splitlines()


def test_defaults() -> None:
    found = settings()
    assert found.location == "koreacentral"
    assert found.subscription_id == SUBSCRIPTION.lower()
    assert found.owner_tag == ("lab-image-gallery", "lab-image-gallery/dev")
    assert found.lab_services == frozenset()
    assert found.model_dump(
        exclude={"project", "stack", "gallery_name", "resource_group_name", "location", "subscription_id"}
    ) == {
        "create_resource_group": False,
        "gallery_description": None,
        "lab_account_ids": (),
        "lab_account_service_principal_object_id": None,
        "marketplace_images": None,
        "lab_plan": None,
        "lab_plan_id": None,
        "lab_plan_service_principal_object_id": None,
        "dev_test_lab_ids": (),
        "catalog": "images.yaml",
        "fact_lookups": "all",
        "target_regions": "geography",
        "exclude_regions": (),
        "include_regions_without_labs": False,
        "replicas_per_region": 1,
        "storage_account_type": "Standard_LRS",
        "protect": True,
        "import_existing": False,
        "role_assignments": (),
        "lock": None,
        "soft_delete": None,
        "tags": {},
    }


@pytest.mark.parametrize("nothing", ["", "  ", None, [], {}, "[]", "{}"])
def test_empty_values_are_not_set(nothing: object) -> None:
    lists = ["labAccountIds", "devTestLabIds", "excludeRegions", "targetRegions", "roleAssignments"]
    keys = {"[]": lists, "{}": ["labPlan", "lock", "tags"]}
    optional = [key for key in KEYS if f"lab-image-gallery:{key}" not in REQUIRED]
    assert settings(**dict.fromkeys(keys.get(str(nothing), optional), nothing)) == settings()


def test_values_as_the_engine_passes_them_and_as_they_are() -> None:
    plain: dict[str, object] = {
        "createResourceGroup": True,
        "galleryDescription": "Images",
        "labAccountIds": [ACCOUNT],
        "labAccountServicePrincipalObjectId": OBJECT,
        "labPlan": {"name": "contoso-plan", "allowedRegions": ["Korea Central"], "supportInfo": {"phone": "+82 2 1"}},
        "labPlanServicePrincipalObjectId": OBJECT.upper(),
        "devTestLabIds": [DEVTEST_LAB],
        "catalog": "more/images.yaml",
        "factLookups": "undeclared",
        "targetRegions": ["Japan East", "koreasouth"],
        "excludeRegions": ["koreasouth"],
        "includeRegionsWithoutLabs": True,
        "replicasPerRegion": 3,
        "storageAccountType": "Standard_ZRS",
        "protect": False,
        "importExisting": True,
        "roleAssignments": [{"principalId": OBJECT.upper(), "principalType": "User", "role": "reader", "image": "gis"}],
        "lock": {"level": "CanNotDelete", "notes": "term time"},
        "softDelete": False,
        "tags": {"costCenter": "4711"},
        "marketplaceImages": [FOCAL],
    }
    assert {*plain, "labPlanId", "galleryName", "resourceGroupName", "location"} == set(KEYS)
    as_text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}
    found = settings(**plain)
    assert found == settings(**as_text)
    assert found == settings(**{f"lab-image-gallery:{key}": value for key, value in as_text.items()})
    assert found.target_regions == ("japaneast", "koreasouth")
    assert found.lab_account_ids == (ACCOUNT.replace(SUBSCRIPTION, SUBSCRIPTION.lower()),)
    assert found.lab_services == {"accounts", "plans"}
    assert found.lab_plan is not None
    assert found.lab_plan.allowedRegions == ("koreacentral",)
    assert found.lab_plan_service_principal_object_id == OBJECT
    assert found.tags == {"costCenter": "4711"}
    assert found.replicas_per_region == 3
    assert found.protect is False
    assert found.soft_delete is False
    (role,) = found.role_assignments
    assert (role.principal_id, role.role, role.image) == (OBJECT, ROLES["Reader"], "gis")


def test_a_lock_is_a_word_or_keys() -> None:
    assert settings(lock="CanNotDelete") == settings(lock={"level": "CanNotDelete"})
    assert settings(lock="CanNotDelete").lock == LockSetting(level="CanNotDelete")


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_named_or_given_by_its_id(name: str) -> None:
    entry = {"principalId": OBJECT, "principalType": "Group"}
    by_name, by_id = ([{**entry, "role": role}] for role in (name.upper(), ROLES[name].upper()))
    assert settings(roleAssignments=by_name) == settings(roleAssignments=by_id)


@pytest.mark.parametrize(
    ("values", "services"),
    [
        ({}, set()),
        ({"devTestLabIds": [DEVTEST_LAB]}, set()),
        ({"labPlan": {"name": "p"}}, {"plans"}),
        ({"labPlanId": f"{LABS}/labplans/p"}, {"plans"}),
        ({"labPlanId": f"{LABS}/labPlans/p", "labAccountIds": [ACCOUNT]}, {"accounts", "plans"}),
    ],
)
def test_regions_follow_the_kinds_of_lab_that_are_attached(values: dict[str, object], services: set[str]) -> None:
    assert settings(**values).lab_services == services


def test_everything_wrong_with_a_lab_plan_at_once() -> None:
    wrong = {
        "name": "a b",
        "allowedRegions": ["chinaeast", "Korea"],
        "supportInfo": {"email": "it", "phone": "none", "url": "here", "fax": "1"},
        "tags": {"lab-image-gallery": "x"},
    }
    lines = findings(labPlan=wrong, labPlanId=f"{LABS}/labaccounts/p", devTestLabIds=[DEVTEST_LAB, DEVTEST_LAB.upper()])
    assert [line.split(": ")[1].removeprefix("lab-image-gallery:") for line in lines] == [
        "labPlan.name",
        "labPlan.allowedRegions[1]",
        "labPlan.supportInfo.email",
        "labPlan.supportInfo.phone",
        "labPlan.supportInfo.url",
        "labPlan.supportInfo.fax",
        "labPlan.tags.lab-image-gallery",
        "labPlanId",
        "devTestLabIds[1]",
    ]
    assert all("; set it with: pulumi config set " in line for line in lines)


def named(name: str) -> list[str]:
    """Keys of the findings about a lab plan of this name; none when it is taken as it is."""
    try:
        found = settings(labPlan={"name": name}).lab_plan
    except SettingsError as error:
        return [problem.key for problem in error.diagnostics]
    return [] if found is not None and found.name == name else ["another name"]


@given(st.text(max_size=130) | st.from_regex(r"[-\w.()]{1,110}", fullmatch=True))
def test_a_name_of_a_lab_plan_is_taken_or_refused_in_words(name: str) -> None:
    good = re.fullmatch(r"[-A-Za-z0-9_.()]{1,100}", name)
    assert named(name) == ([] if good else ["lab-image-gallery:labPlan.name"])


@pytest.mark.parametrize(
    ("key", "value", "commands"),
    [
        (
            "targetRegions",
            ["koreacentral", "koreasouth", "Korea South"],
            "take it out with: pulumi config rm --path 'targetRegions[2]'",
        ),
        (
            "excludeRegions",
            ["koreasouth", "geo"],
            (
                "set it with: pulumi config set --path 'excludeRegions[1]' koreasouth; "
                "or take it out with: pulumi config rm --path 'excludeRegions[1]'"
            ),
        ),
        (
            "labPlan",
            {"name": "contoso-plan", "allowedRegions": ["koreacentral", "geo"]},
            (
                "set it with: pulumi config set --path 'labPlan.allowedRegions[1]' koreacentral; "
                "or take it out with: pulumi config rm --path 'labPlan.allowedRegions[1]'"
            ),
        ),
    ],
)
def test_the_command_for_a_later_entry_leaves_the_others_as_they_are(key: str, value: object, commands: str) -> None:
    (line,) = findings(**{f"lab-image-gallery:{key}": value})
    assert line.endswith(f"; {commands}")


def test_lists_as_text_with_commas() -> None:
    assert settings(targetRegions="Japan East, koreasouth").target_regions == ("japaneast", "koreasouth")
    assert settings(targetRegions="japaneast").target_regions == ("japaneast",)
    assert settings(targetRegions="paired").target_regions == "paired"
    assert settings(excludeRegions="koreasouth,").exclude_regions == ("koreasouth",)


def test_everything_that_is_missing_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({}, project="lab-image-gallery", stack="dev")
    assert str(caught.value).splitlines() == [
        f"Pulumi.dev.yaml: {key}: is missing; set it with: pulumi config set {command}"
        for key, command in (
            ("lab-image-gallery:galleryName", "galleryName contoso_lab_images"),
            ("lab-image-gallery:resourceGroupName", "resourceGroupName galleries"),
            ("lab-image-gallery:location", "location koreacentral"),
            ("azure-native:subscriptionId", "azure-native:subscriptionId 00000000-0000-0000-0000-000000000000"),
        )
    ]


SET = "; set it with: pulumi config set "
WORDS = {
    "<SET-ROLE>": f"{SET}--path 'roleAssignments[0].role' Reader",
    **{
        f"<SET-ROLE-{place}>": f"{SET}--path 'roleAssignments[{place}].role' Reader; "
        f"or take it out with: pulumi config rm --path 'roleAssignments[{place}]'"
        for place in range(1, 4)
    },
    "<SET-LOCK>": f"{SET}lock CanNotDelete",
    "<SET-ACCOUNT>": f"{SET}--path 'labAccountIds[0]' {example('Microsoft.LabServices/labaccounts')}",
}
BAD: list[Any] = yaml.safe_load(Path(__file__).with_name("test_settings_findings.yaml").read_text(encoding="utf-8"))


def test_regions_that_do_not_fit_are_told_beside_other_mistakes() -> None:
    found = findings(excludeRegions="koreacentral", targetRegions="chinaeast", protect="perhaps")
    assert [line.split(": ")[1] for line in found] == [
        "lab-image-gallery:targetRegions",
        "lab-image-gallery:excludeRegions",
        "lab-image-gallery:protect",
    ]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[0]}={case[1]}")
def test_what_is_wrong_is_told(case: list[Any]) -> None:
    key, value, *messages = case
    for word, text in WORDS.items():
        messages = [message.replace(word, text) for message in messages]
    assert findings(**{key: value}) == [f"Pulumi.dev.yaml: {message}" for message in messages]


@given(
    st.sampled_from(sorted(KEYS)),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_value_is_taken_or_refused_in_words(key: str, value: object) -> None:
    try:
        taken = settings(**{f"lab-image-gallery:{key}": value})
    except SettingsError as error:
        told = [str(problem) for problem in error.diagnostics]
    else:
        told = [f"Pulumi.{taken.stack}.yaml: lab-image-gallery:{key}"]
    assert told
    assert all(text.startswith(f"Pulumi.dev.yaml: lab-image-gallery:{key}") for text in told)


def stack_file(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text, encoding="utf-8")
    found = key_problems(read(file, least="config:"), "lab-image-gallery")
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in found]


KNOWN = ", ".join(KEYS)


def test_keys_of_a_stack_file(tmp_path: Path) -> None:
    text = """\
encryptionsalt: v1:abc
config:
  lab-image-gallery:galleryName: x
  lab-image-gallery:galeryName: x
  lab-image-gallery:GalleryName: x
  lab-image-galery:location: x
  lab-image-gallery:location: x
  location: x
  azure-native:subscriptionid: x
  azure-native:clientSecret:
    secure: AAABAI
  azure-native:brandNew: x
  aws:region: x
  lab-image-gallery:xyzzy:
    secure: AAABAI
"""
    assert stack_file(tmp_path, text) == [
        "Pulumi.dev.yaml:4: lab-image-gallery:galeryName: there is no such key; write lab-image-gallery:galleryName",
        "Pulumi.dev.yaml:5: lab-image-gallery:GalleryName: there is no such key; write lab-image-gallery:galleryName",
        "Pulumi.dev.yaml:6: lab-image-galery:location: there is no such namespace; write lab-image-gallery:location",
        "Pulumi.dev.yaml:8: location: this key stands here twice, also as lab-image-gallery:location; keep one",
        "Pulumi.dev.yaml:9: azure-native:subscriptionid: there is no such key; write azure-native:subscriptionId",
        f"Pulumi.dev.yaml:14: lab-image-gallery:xyzzy: there is no such key; known are {KNOWN}",
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("encryptionsalt: v1\n", []),
        ("config:\n", []),
        (
            "config: [a]\n",
            ["Pulumi.dev.yaml:1: config: must be keys with values, such as lab-image-gallery:galleryName"],
        ),
        (
            "config: {location: x, location: y}\n",
            ["Pulumi.dev.yaml:1: config.location: this key stands here for the second time, first in line 1; keep one"],
        ),
        ("- a\n", ["Pulumi.dev.yaml:1: a stack file is keys with values, such as config:"]),
    ],
)
def test_forms_of_a_stack_file(text: str, messages: list[str], tmp_path: Path) -> None:
    assert stack_file(tmp_path, text) == messages


def test_a_stack_file_that_is_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"Pulumi\.dev\.yaml:2: this is no valid YAML"):
        stack_file(tmp_path, "config: [")


def test_the_dev_stack_is_good_and_every_key_is_declared_in_the_project() -> None:
    assert read_stack(ROOT / "Pulumi.dev.yaml").diagnostics == ()
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    assert read_settings(config, project="lab-image-gallery", stack="dev").location == "koreacentral"
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
    assert {key for key in declared if ":" not in key} == set(KEYS)


@pytest.mark.parametrize("empty", ["[]", []])
def test_an_empty_list_of_marketplace_images_is_not_an_unset_key(empty: object) -> None:
    assert settings(marketplaceImages=empty).marketplace_images == ()
    assert settings(marketplaceImages="").marketplace_images is None
    found = settings(marketplaceImages=json.dumps([FOCAL])).marketplace_images
    assert found is not None
    assert [image.name for image in found] == ["canonical.0001-com-ubuntu-server-focal.20_04-lts"]


def test_everything_wrong_with_marketplace_images_is_said_together() -> None:
    command = "pulumi config set --path 'marketplaceImages[{}].publisher' canonical"
    key = "Pulumi.dev.yaml: lab-image-gallery:marketplaceImages"
    out = "or take it out with: pulumi config rm --path 'marketplaceImages[{}]'"
    twin = {name: value.upper() for name, value in FOCAL.items()}
    assert findings(marketplaceImages=[{"publsher": "a", "offer": "b", "sku": "c"}, {**FOCAL, "sku": "a b"}]) == [
        f"{key}[0].publsher: there is no such key; write publisher; set it with: {command.format(0)}",
        (
            f'{key}[1].sku: "a b" is no part of a Marketplace image\'s name: 1 to 128 letters, digits, - _ and full '
            f"stops, as `az vm image list --all` shows them; set it with: {command.format(1)}; {out.format(1)}"
        ),
    ]
    assert findings(marketplaceImages=[FOCAL, twin]) == [
        (
            f"{key}[1]: entry 2 is the same Marketplace image as entry 1; keep one; set it with: {command.format(1)}; "
            f"{out.format(1)}"
        )
    ]
    assert findings(marketplaceImages="canonical:ubuntu:20")[0].startswith(f"{key}[0]: must be keys with values")
