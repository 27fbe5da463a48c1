"""Images that other resources than azure-native's definitions and versions make, read from plain data."""

from __future__ import annotations

import json
import string
from datetime import date
from operator import methodcaller
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_image_policies.checks.known_route import POLICY
from lab_image_policies.config.configuration import read_configuration
from lab_image_policies.model.resource import Resource
from lab_image_policies.model.resource_kind import ResourceKind, kind_of
from lab_image_policies.policy import PolicyInput
from lab_image_policies.reading.arm_id import NO_OBJECT, ArmName, read_id
from lab_image_policies.reading.arm_template import DEEPEST
from lab_image_policies.reading.consumers_tag import consumers_of
from lab_image_policies.run_state import RunState
from lab_image_policies.violation import Violation
from tests.policies.other_routes import (
    ACTION,
    ARM_OBJECT,
    AZAPI,
    BUILDER,
    CLASSIC_IMAGE,
    CLASSIC_TEMPLATE,
    CLASSIC_VERSION,
    DEPLOYMENT,
    DISK,
    GENERIC_ROWS,
    GIS,
    IMAGE_ID,
    NAMELESS,
    NESTED,
    OTHER_ROWS,
    REFUSED,
    RESOURCE,
    RG,
    SPEC,
    STACK,
    TEMPLATE_ROWS,
    UNKNOWN,
    UNREADABLE,
    UPDATE,
    VDI,
    VERSION_ID,
    VERSION_TYPE,
    arm,
    azapi,
    builder,
    deployment,
    entry,
    generic,
    levels,
    shared,
    template,
)


def violations(resource_type: str, inputs: dict[str, Any]) -> list[Violation]:
    kind = kind_of(resource_type)
    assert kind is ResourceKind.OTHER_ROUTE
    resource = Resource(kind, resource_type, "urn:pulumi:dev::p::t::mine", "mine", inputs)
    configuration = read_configuration(POLICY.name, POLICY.settings, {})
    state = RunState()
    state.declare(resource)
    return list(POLICY.validate(PolicyInput([resource], configuration, state, date(2026, 11, 29))))


def outcome(resource_type: str, inputs: dict[str, Any]) -> list[str]:
    """The images of the violations, in their order."""
    return [
        found.image or (NAMELESS if "in a gallery" in found.text else UNREADABLE)
        for found in violations(resource_type, inputs)
    ]


@pytest.mark.parametrize(("resource_type", "inputs", "expected"), GENERIC_ROWS)
def test_generic_resources(resource_type: str, inputs: Any, expected: list[str]) -> None:
    assert outcome(resource_type, inputs) == expected


@pytest.mark.parametrize(("resource_type", "inputs", "expected"), TEMPLATE_ROWS)
def test_templates(resource_type: str, inputs: Any, expected: list[str]) -> None:
    assert outcome(resource_type, inputs) == expected


@pytest.mark.parametrize(("resource_type", "inputs", "expected"), OTHER_ROWS)
def test_other_routes(resource_type: str, inputs: Any, expected: list[str]) -> None:
    assert outcome(resource_type, inputs) == expected


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:resources:ResourceGroup",
        "azure-native:resources:DeploymentStacksWhatIfResultsAtSubscription",
        "azure-native:compute:Gallery",
        "azure-native_compute_v20240303:resources:Resource",
        "azure:compute/sharedImageGallery:SharedImageGallery",
        "azurerm:index/galleryApplication:GalleryApplication",
        "kubernetes:resource:Resource",
        "lab-image-gallery:index:SharedImage",
        "pulumi:pulumi:Stack",
        "azapi",
        "",
    ],
)
def test_types_that_make_no_image(token: str) -> None:
    assert kind_of(token) is not ResourceKind.OTHER_ROUTE


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        (VDI, True),
        ({"LAB-Consumers": "other,  other"}, True),
        ({"LAB-Consumers": "virtual_desktop, other devtest_labs"}, False),
        ({"lab-consumers": "virtual_desktop", "Lab-Consumers": "virtual_desktop"}, False),
        ({"lab-consumers": "virtual_desktop,lab_services"}, False),
        ({"lab-consumers": "virtual-desktop"}, False),
        ({"lab-consumers": ""}, False),
        ({"lab-consumers": UNKNOWN}, False),
        ({"lab-consumers": "[parameters('who')]"}, False),
        ("[parameters('tags')]", False),
        ({}, False),
        (UNKNOWN, False),
        (None, False),
    ],
)
@pytest.mark.parametrize("route", ["generic", "template", "azapi", "builder", "classic"])
def test_the_tag_with_consumers(route: str, tags: Any, passes: bool) -> None:
    resource_type, inputs = {
        "generic": (RESOURCE, generic(tags=tags)),
        "template": (DEPLOYMENT, deployment(template(entry(tags=tags)))),
        "azapi": (AZAPI, azapi(tags=tags)),
        "builder": (BUILDER, builder(shared(artifactTags=tags))),
        "classic": (CLASSIC_VERSION, {"imageName": "gis", "tags": tags}),
    }[route]
    assert outcome(resource_type, inputs) == ([] if passes else GIS)


def test_the_names_in_the_tag() -> None:
    assert consumers_of({"Lab-Consumers": " virtual_desktop, other\tdevtest_labs "}) == [
        "virtual_desktop",
        "other",
        "devtest_labs",
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (VERSION_ID, ArmName(("microsoft.compute", "galleries", "images", "versions"), ("images", "gis", "1.0.0"))),
        (
            f"{IMAGE_ID}/versions",
            ArmName(("microsoft.compute", "galleries", "images", "versions"), ("images", "gis", None)),
        ),
        (
            "/subscriptions/s/resourceGroups/microsoft.compute/providers/Microsoft.Network/x/y",
            ArmName(("microsoft.network", "x"), ("y",)),
        ),
        (RG, NO_OBJECT),
        ("", NO_OBJECT),
        (f"{RG}/./x", None),
        (f"{RG}/%2e%2e/x", None),
        ("/%2525252541", None),
    ],
)
def test_ids(path: str, expected: ArmName | None) -> None:
    assert read_id(path) == expected


class TestTexts:
    def test_a_version(self) -> None:
        assert violations(AZAPI, azapi()) == [
            Violation(
                "gis",
                "gis 1.0.0: the resource mine (azapi:index/resource:Resource) makes an image version in a gallery. The "
                "policies cannot see the size of its disks there, and an image that Lab Services hides no teacher "
                "would ever see, so it is refused. Declare the image with the LabImage component of lab-image-gallery, "
                "or with azure-native's GalleryImageVersion with the tags lab-os-disk-size-gb and lab-data-disk-count; "
                "if no lab uses it, give it the tag lab-consumers with who does, such as other.",
            )
        ]

    def test_a_definition(self) -> None:
        (found,) = violations(CLASSIC_IMAGE, {"name": "gis"})
        assert found.text.startswith(
            "gis: the resource mine (azure:compute/sharedImage:SharedImage) makes an image def"
        )
        assert "azure-native's GalleryImage; if" in found.text

    def test_an_unknown_name_is_the_resource(self) -> None:
        (found,) = violations(CLASSIC_VERSION, {"name": "1.0.0", "imageName": UNKNOWN})
        assert found.text.startswith("mine: the resource mine (")
        assert found.image is None

    def test_a_template_that_cannot_be_read(self) -> None:
        assert violations(DEPLOYMENT, deployment(UNKNOWN)) == [
            Violation(
                None,
                "mine: its template is not known yet (azure-native:resources:Deployment). Nobody can tell whether it "
                "makes an image that Lab Services hides, so it is refused. Write it out in the program, with values "
                "that a preview knows, and declare images with the LabImage component of lab-image-gallery; if it "
                "makes no image for labs, give the resource the tag lab-consumers with who uses what it makes, such as "
                "other.",
            )
        ]

    @pytest.mark.parametrize(
        ("resource_type", "inputs"),
        [
            (BUILDER, builder(shared())),
            (CLASSIC_VERSION, {"imageName": "gis"}),
            (DEPLOYMENT, deployment(template(entry()))),
        ],
    )
    def test_what_is_a_version(self, resource_type: str, inputs: Any) -> None:
        assert "makes an image version in a gallery" in violations(resource_type, inputs)[0].text

    @pytest.mark.parametrize(
        ("resource_type", "inputs", "cause"),
        [
            (DEPLOYMENT, {"properties": UNKNOWN}, "its template is not known yet"),
            (DEPLOYMENT, {"properties": "[parameters('p')]"}, "its template cannot be read"),
            (DEPLOYMENT, {"mode": "Incremental"}, "its template is missing"),
            (DEPLOYMENT, deployment("{"), "its template cannot be read"),
            (DEPLOYMENT, deployment(None), "its template is missing"),
            (DEPLOYMENT, deployment(None, templateLink=UNKNOWN), "its template is linked from elsewhere"),
            (DEPLOYMENT, deployment({"resources": UNKNOWN}), "the list of resources of its template is not known yet"),
            (DEPLOYMENT, deployment(template(None)), "its template has a resource whose type cannot be read"),
            (DEPLOYMENT, deployment(template(levels(120, DISK))), "its template is nested deeper than 40 levels"),
            (
                SPEC,
                {"mainTemplate": template(), "linkedTemplates": "x"},
                "the list of its linked templates cannot be read",
            ),
            (BUILDER, {"distribute": UNKNOWN}, "the list of its distributors is not known yet"),
            (BUILDER, builder(UNKNOWN), "it has a distributor whose type is none that is known here"),
            (AZAPI, azapi(UNKNOWN), "the type of what it makes is not known"),
            (ARM_OBJECT, arm(UNKNOWN), "the id of what it makes is not known"),
        ],
    )
    def test_the_cause(self, resource_type: str, inputs: Any, cause: str) -> None:
        (found,) = violations(resource_type, inputs)
        assert found.text.startswith(f"mine: {cause} (")

    def test_it_stops_the_command_always(self) -> None:
        assert (POLICY.level, POLICY.locked, POLICY.severity) == ("mandatory", True, "critical")

    def test_long_names_are_shortened(self) -> None:
        (found,) = violations(CLASSIC_IMAGE, {"name": "g\n" * 5_000_000})
        assert len(found.text) < 1_000
        assert "\n" not in found.text


class TestLargeTemplates:
    def test_five_megabytes_of_text(self) -> None:
        noise = [
            entry("Microsoft.Compute/disks", f"disk-{index}", properties={"x": "y" * 900}) for index in range(5_000)
        ]
        text = json.dumps(template(*noise, entry()))
        assert len(text) > 5_000_000
        assert outcome(DEPLOYMENT, deployment(text)) == GIS

    def test_two_thousand_versions(self) -> None:
        many = [entry(name=f"images/gis/1.0.{number}") for number in range(2_000)]
        assert outcome(DEPLOYMENT, deployment(template(*many))) == GIS * 2_000

    def test_the_deepest_template_that_is_read(self) -> None:
        assert outcome(DEPLOYMENT, deployment(template(levels(DEEPEST - 1, entry())))) == GIS
        assert outcome(DEPLOYMENT, deployment(template(levels(DEEPEST, entry())))) == REFUSED

    def test_children_that_nest_without_end(self) -> None:
        child: dict[str, Any] = entry("a", "b")
        for _ in range(2_000):
            child = entry("a", "b", resources=[child])
        assert outcome(DEPLOYMENT, deployment(template({**DISK, "resources": [child]}))) == REFUSED


NAMES = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
# What properties and tags of a harmless resource say is nobody's template, whatever it looks like.
DECOYS = st.sampled_from(
    [None, 1, "text", [], {}, template(entry()), {"template": template(entry())}, {"type": VERSION_TYPE}, [entry()]]
)
HARMLESS_TYPES = st.sampled_from(
    [
        "Microsoft.Compute/disks",
        "Microsoft.Compute/galleries",
        "Microsoft.Compute/galleries/applications",
        "Microsoft.Network/virtualNetworks",
        "Microsoft.Authorization/roleAssignments",
        "Microsoft.Web/sites/config",
    ]
)
SPELLINGS = st.sampled_from(["lower", "upper", "swapcase", "strip"])


@st.composite
def harmless(draw: st.DrawFn) -> dict[str, Any]:
    """A resource that makes no image, with anything in its properties."""
    content = entry(draw(HARMLESS_TYPES), draw(NAMES), properties=draw(DECOYS), tags=draw(DECOYS))
    if draw(st.booleans()):
        content["resources"] = [entry("children", draw(NAMES))]
    return content


@st.composite
def hidden(draw: st.DrawFn, image: dict[str, Any]) -> Any:
    """A template with one image somewhere in it, among harmless resources."""
    inner = image
    for _ in range(draw(st.integers(0, 6))):
        around = [*draw(st.lists(harmless(), max_size=2)), inner, *draw(st.lists(harmless(), max_size=2))]
        content: Any = {draw(st.sampled_from(["resources", "Resources"])): around}
        if draw(st.booleans()):
            content["resources"] = {f"symbol{index}": one for index, one in enumerate(around)}
            content.pop("Resources", None)
        kind = draw(st.sampled_from([NESTED, NESTED.lower(), "Microsoft.Resources/deploymentStacks"]))
        properties = {"template": json.dumps(content) if draw(st.booleans()) else content}
        inner = entry(kind, draw(NAMES), properties=properties)
    return template(*draw(st.lists(harmless(), max_size=2)), inner)


@st.composite
def images(draw: st.DrawFn) -> dict[str, Any]:
    """A version of gis, in one of the ways to write it."""
    spelled = methodcaller(draw(SPELLINGS))
    if draw(st.booleans()):
        return entry(spelled(VERSION_TYPE), "images/gis/1.0.0")
    children = [entry(spelled("versions"), "1.0.0")]
    definition = entry(spelled("images"), "gis", tags=VDI, resources=children)
    return entry(spelled("Microsoft.Compute/galleries"), "images", resources=[definition])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_image_is_found_wherever_it_hides(data: st.DataObject) -> None:
    content = data.draw(hidden(data.draw(images())))
    whole = json.dumps(content) if data.draw(st.booleans()) else content
    assert outcome(DEPLOYMENT, deployment(whole)) == GIS
    assert outcome(STACK, {"template": whole}) == GIS
    assert outcome(SPEC, {"mainTemplate": whole}) == GIS
    assert outcome(AZAPI, azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=deployment(whole))) == GIS


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_harmless_template_is_silent(data: st.DataObject) -> None:
    content = data.draw(hidden(data.draw(harmless())))
    assert outcome(DEPLOYMENT, deployment(content)) == []
    assert outcome(CLASSIC_TEMPLATE, {"templateContent": json.dumps(content)}) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_input_is_a_crash(data: st.DataObject) -> None:
    token = data.draw(
        st.sampled_from(
            [
                RESOURCE,
                DEPLOYMENT,
                STACK,
                SPEC,
                BUILDER,
                AZAPI,
                UPDATE,
                ACTION,
                ARM_OBJECT,
                CLASSIC_VERSION,
                CLASSIC_IMAGE,
                CLASSIC_TEMPLATE,
            ]
        )
    )
    good = {RESOURCE: generic(), DEPLOYMENT: deployment(template(entry())), STACK: {"template": template()},
            SPEC: {"mainTemplate": template(), "linkedTemplates": []}, BUILDER: builder(shared()), AZAPI: azapi(),
            UPDATE: azapi(resourceId=VERSION_ID), ACTION: azapi(resourceId=VERSION_ID, action="a", method="PUT"),
            ARM_OBJECT: arm()}.get(token, {"templateContent": "{}", "imageName": "gis", "name": "gis"})  # fmt: skip
    changed = good | {key: data.draw(JSON) for key in data.draw(st.sets(st.sampled_from(sorted(good))))}
    for found in violations(token, changed):
        assert found.text.endswith(".")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_resource_that_is_not_known_is_never_passed(data: st.DataObject) -> None:
    """Any one part of what says the type and place of an image may be unknown: it is refused all the same."""
    token, inputs, keys = data.draw(
        st.sampled_from(
            [
                (
                    RESOURCE,
                    generic(),
                    ("resourceProviderNamespace", "parentResourcePath", "resourceType", "resourceName"),
                ),
                (AZAPI, azapi(), ("type", "parentId", "name", "body", "tags")),
                (UPDATE, azapi(resourceId=VERSION_ID), ("type", "resourceId", "body")),
                (ACTION, azapi(resourceId=VERSION_ID, method="PUT"), ("type", "resourceId", "action", "method")),
                (DEPLOYMENT, deployment(template(entry())), ("properties", "tags")),
                (ARM_OBJECT, arm(), ("resourceId", "apiVersion", "body")),
                (BUILDER, builder(shared()), ("distribute",)),
            ]
        )
    )
    unknown = data.draw(st.sets(st.sampled_from(keys)))
    assert outcome(token, inputs | dict.fromkeys(unknown, UNKNOWN)) != []
