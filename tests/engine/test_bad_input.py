"""Mistakes of people: a preview of the real engine names each, and writes nothing to Azure."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.project import CATALOGUE, Project

SUBSCRIPTION = "  azure-native:subscriptionId: 00000000-0000-0000-0000-000000000001\n"
APPLICATION = "1a14be2a-e903-4cec-99cf-b2e209259a0f"
STACK = "Pulumi.dev.yaml"


@dataclass(frozen=True)
class Mistake:
    """Replacements in a file, and what the preview says."""

    file: str
    edits: dict[str, str]
    says: tuple[str, ...]


MISTAKES = {
    "a key is missing, another wrong": Mistake(
        STACK,
        {SUBSCRIPTION: "  azure-native:useOidc: true\n", "galleryName: contoso_lab_images": "galleryName: lab-images"},
        (
            'lab-image-gallery:galleryName: "lab-images" is no gallery name',
            "azure-native:subscriptionId: is missing; set it with: pulumi config set azure-native:subscriptionId",
            "azure-native:useOidc: nobody reads this key: signing in and the cloud come from the environment;",
        ),
    ),
    "a key that the engine requires is missing": Mistake(
        STACK,
        {"  galleryName: contoso_lab_images\n": ""},
        ("Stack 'dev' is missing configuration value 'galleryName'",),
    ),
    "a value has another type": Mistake(
        STACK,
        {"protect: false": "protect: [maybe]"},
        ("Stack 'dev' with configuration key 'protect' must be of type 'boolean'",),
    ),
    "an unknown region, and the application's id": Mistake(
        STACK,
        {"location: koreacentral": "location: koreacentrl", "0a000000-0000-0000-0000-000000000001": APPLICATION},
        (
            'lab-image-gallery:location: "koreacentrl" is no Azure region; nearest: koreacentral (Korea Central)',
            f"{APPLICATION} is the application's id; wanted is the object id of its service principal in your tenant",
        ),
    ),
    "a catalogue that is not there": Mistake(
        STACK,
        {"catalog: sandbox/images.yaml": "catalog: imges.yaml"},
        ("imges.yaml: there is no such file; look at its spelling, and at the folder that it starts from",),
    ),
    "a catalogue that is no YAML": Mistake(
        CATALOGUE,
        {"\nimages:\n": "\nimages: [\n"},
        ("sandbox/images.yaml:18: this is no valid YAML",),
    ),
    "several mistakes in the catalogue": Mistake(
        CATALOGUE,
        {
            "description: Debian 12 with PostgreSQL, MariaDB and DBeaver\n    os_type: Linux\n": (
                "description: 12\n    os_type: linux\n"
            ),
        },
        (
            "images.debian-12-databases.description: must be text",
            'images.debian-12-databases.os_type: must be Linux or Windows, not "linux"; write Linux',
        ),
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which nothing was deployed."""
    return Project.copy_to(tmp_path_factory.mktemp("bad-input") / "project")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_preview_says_what_is_wrong(project: Project, name: str) -> None:
    mistake = MISTAKES[name]
    with project.edited(mistake.file, *mistake.edits.items()):
        printed = project.refused("preview")
    for text in mistake.says:
        assert text in printed
    assert "lab-image-gallery:index:" not in printed
    assert "azure-native:compute" not in printed
