"""ARM templates that put definitions and versions into a gallery, and templates that nobody can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.policies.attacks.other_routes import KIND, VERSION_TYPE, alone, as_text, nested, passes, refused
from tests.policies.attacks.row import Row
from tests.policies.findings import KNOWN_ROUTE
from tests.support.policy_server import UNKNOWN_OBJECT, UNKNOWN_TEXT, secret

DEPLOYMENT = "azure-native:resources:Deployment"
CLASSIC = "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment"
DISK: Final = {"type": "Microsoft.Compute/disks", "name": "d", "apiVersion": "2024-03-02", "properties": {}}
VERSION: Final = {"type": VERSION_TYPE, "name": "images/gis/1.0.0", "apiVersion": "2024-03-03", "properties": {}}
BAD: Final = {"resources": [DISK, VERSION]}
GOOD: Final = {"resources": [DISK]}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _tokens()
    yield from _shapes()
    yield from _unreadable()


def deployment(template: object) -> dict[str, Any]:
    """Inputs of a deployment."""
    return {"deploymentName": "d", "properties": {"mode": "Incremental", "template": template}}


def _tokens() -> Iterator[Row]:
    for token in (
        DEPLOYMENT,
        "azure-native:resources/v20240301:Deployment",
        "azure-native_resources_v20240301:resources:Deployment",
        "azure-native:resources:DeploymentAtSubscriptionScope",
        "azure-native:resources:DeploymentAtManagementGroupScope",
        "azure-native:resources:DeploymentAtTenantScope",
        "azure-native:resources:DeploymentAtScope",
    ):
        yield refused(f"{token} with a version", token, deployment(BAD))
        yield passes(f"{token} without one passes", token, deployment(GOOD))
    for token, key in (
        ("azure-native:resources:DeploymentStackAtResourceGroup", "template"),
        ("azure-native_resources_v20240301:resources:DeploymentStackAtSubscription", "template"),
        ("azure-native:resources:TemplateSpecVersion", "mainTemplate"),
    ):
        yield refused(f"{token} with a version", token, {key: BAD})
        yield passes(f"{token} without one passes", token, {key: GOOD})
    for token, key in (
        (CLASSIC, "templateContent"),
        ("azure:core/subscriptionTemplateDeployment:SubscriptionTemplateDeployment", "templateContent"),
        ("azure:core/templateDeployment:TemplateDeployment", "templateBody"),
        ("azurerm:index/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment", "templateContent"),
    ):
        yield refused(f"{token} with a version", token, {key: as_text(BAD)})
        yield passes(f"{token} without one passes", token, {key: as_text(GOOD)})


def _shapes() -> Iterator[Row]:
    inside = {"type": "versions", "name": "1.0.0"}
    image = {"type": "images", "name": "gis", "resources": [inside]}
    named: Mapping[str, Mapping[str, Any]] = {
        "a definition": {"resources": [{**VERSION, "type": "Microsoft.Compute/galleries/images"}]},
        "another case": {"resources": [{**VERSION, "type": VERSION_TYPE.upper()}]},
        "symbolic names": {"languageVersion": "2.0", "resources": {"disk": DISK, "gis": VERSION}},
        "a nested template": nested(BAD),
        "a template nested 40 times": nested(BAD, 40),
        "a secret template": {"resources": [secret(VERSION)]},
    }
    for name, template in named.items():
        inputs = {"templateContent": as_text(template)} if "40" in name else deployment(template)
        yield refused(f"a deployment of {name}", CLASSIC if "40" in name else DEPLOYMENT, inputs)
    whole = deployment({"resources": [{"type": "Microsoft.Compute/galleries", "resources": [image]}]})
    both = (KNOWN_ROUTE, KNOWN_ROUTE)
    words = ("gis", "1.0.0", "LabImage")
    yield Row("a deployment of a gallery with definition and version", KIND, alone(DEPLOYMENT, whole), both, words)
    yield refused("a deployment of a text with a version", DEPLOYMENT, deployment(as_text(BAD)))
    yield passes("a deployment of a nested disk passes", DEPLOYMENT, deployment(nested(GOOD, 3)))
    yield passes("a deployment of nothing passes", DEPLOYMENT, deployment({"resources": []}))
    gallery = {"resources": [{"type": "Microsoft.Compute/galleries", "name": "images"}]}
    yield passes("a deployment of a gallery passes", DEPLOYMENT, deployment(gallery))
    mentioned = {"resources": [DISK], "outputs": {"type": {"type": "string", "value": VERSION_TYPE}}}
    yield passes("a deployment that only mentions the type passes", DEPLOYMENT, deployment(mentioned))


def _unreadable() -> Iterator[Row]:
    for name, inputs in (
        ("unknown properties", {"properties": UNKNOWN_OBJECT}),
        ("an unknown template", deployment(UNKNOWN_OBJECT)),
        ("an unknown text", deployment(UNKNOWN_TEXT)),
        ("unknown resources", deployment({"resources": UNKNOWN_OBJECT})),
        ("an unknown resource", deployment({"resources": [DISK, UNKNOWN_OBJECT]})),
        ("an unknown type", deployment({"resources": [{**DISK, "type": UNKNOWN_TEXT}]})),
        ("a type that is computed", deployment({"resources": [{**DISK, "type": "[variables('type')]"}]})),
        ("a linked template", {"properties": {"templateLink": {"uri": "https://contoso.example/t.json"}}}),
        ("a linked template inside", deployment({"resources": [_linked()]})),
        ("text that is no template", deployment("{")),
        ("a list", deployment([DISK])),
    ):
        yield refused(f"a deployment of {name}", DEPLOYMENT, inputs)
    yield refused("a classic deployment of a template spec", CLASSIC, {"templateSpecVersionId": "/subscriptions/s/x"})
    yield refused("a classic deployment of an unknown text", CLASSIC, {"templateContent": UNKNOWN_TEXT})
    yield refused("a classic deployment of a broken text", CLASSIC, {"templateContent": '{"resources": ['})


def _linked() -> dict[str, Any]:
    link = {"templateLink": {"uri": "https://contoso.example/t.json"}}
    return {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": link}
