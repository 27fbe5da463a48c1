"""Resources that make images by another route than azure-native's definitions and versions, with what is found.

Each row is a type, its inputs, and the images of the violations in their order.
"""

from __future__ import annotations

import json
from typing import Any

from lab_image_policies.model.fault import Fault

Row = tuple[str, Any, list[str]]

UNKNOWN = Fault.UNKNOWN
RG = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/labs"
GALLERY_ID = f"{RG}/providers/Microsoft.Compute/galleries/images"
IMAGE_ID = f"{GALLERY_ID}/images/gis"
VERSION_ID = f"{IMAGE_ID}/versions/1.0.0"
VDI = {"lab-consumers": "other"}

RESOURCE = "azure-native:resources:Resource"
DEPLOYMENT = "azure-native:resources:Deployment"
STACK = "azure-native:resources:DeploymentStackAtResourceGroup"
SPEC = "azure-native:resources:TemplateSpecVersion"
BUILDER = "azure-native:virtualmachineimages:VirtualMachineImageTemplate"
AZAPI = "azapi:index/resource:Resource"
UPDATE = "azapi:index/updateResource:UpdateResource"
ACTION = "azapi:index/resourceAction:ResourceAction"
ARM_OBJECT = "pulumi-python:dynamic/lab-image-gallery:ArmObject"
CLASSIC_VERSION = "azure:compute/sharedImageVersion:SharedImageVersion"
CLASSIC_IMAGE = "azure:compute/sharedImage:SharedImage"
CLASSIC_TEMPLATE = "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment"

IMAGE_TYPE = "Microsoft.Compute/galleries/images"
VERSION_TYPE = f"{IMAGE_TYPE}/versions"
NESTED = "Microsoft.Resources/deployments"
UNREADABLE = "(unreadable)"  # a violation that no exemption can excuse, because nobody can tell what is made
NAMELESS = "(no name)"  # an image whose name is not known


def entry(kind: object = VERSION_TYPE, name: object = "images/gis/1.0.0", **more: Any) -> dict[str, Any]:
    """A resource in a template."""
    return {"type": kind, "apiVersion": "2024-03-03", "name": name, **more}


def template(*resources: Any, **more: Any) -> dict[str, Any]:
    return {"$schema": "https://schema.management.azure.com/…", "contentVersion": "1.0.0.0", **more} | {
        "resources": list(resources)
    }


def deployment(given: object, **more: Any) -> dict[str, Any]:
    return {"resourceGroupName": "labs", "properties": {"mode": "Incremental", "template": given, **more}}


def nested(given: object, **more: Any) -> dict[str, Any]:
    return entry(NESTED, "inner", properties={"mode": "Incremental", "template": given, **more})


def generic(written: object = "versions", name: object = "1.0.0", **changes: Any) -> dict[str, Any]:
    return {
        "apiVersion": "2024-03-03",
        "resourceGroupName": "labs",
        "resourceProviderNamespace": "Microsoft.Compute",
        "parentResourcePath": "galleries/images/images/gis",
        "resourceType": written,
        "resourceName": name,
        "properties": {},
        **changes,
    }


def azapi(written: object = f"{VERSION_TYPE}@2024-03-03", name: object = "1.0.0", **changes: Any) -> dict[str, Any]:
    return {"type": written, "parentId": IMAGE_ID, "name": name, "body": {"properties": {}}, **changes}


def arm(resource_id: object = VERSION_ID, **changes: Any) -> dict[str, Any]:
    return {"resourceId": resource_id, "apiVersion": "2024-03-03", "body": {}, **changes}


def builder(*distribute: Any) -> dict[str, Any]:
    return {"imageTemplateName": "gis", "distribute": list(distribute)}


def shared(**changes: Any) -> dict[str, Any]:
    return {"type": "SharedImage", "galleryImageId": IMAGE_ID, "runOutputName": "gis", **changes}


def specs(deep: int, inner: Any) -> Any:
    """A resource below so many template specs."""
    for _ in range(deep):
        inner = entry("Microsoft.Resources/templateSpecs/versions", "s/1", properties={"mainTemplate": template(inner)})
    return inner


def levels(deep: int, inner: Any) -> Any:
    """A resource below so many nested deployments."""
    for _ in range(deep):
        inner = nested(template(inner))
    return inner


DISK = entry("Microsoft.Compute/disks", "gis")
GALLERY = entry("Microsoft.Compute/galleries", "images")
GIS = ["gis"]
REFUSED = [UNREADABLE]
NO_NAME = [NAMELESS]

GENERIC_ROWS: list[Row] = [
    (RESOURCE, generic(), GIS),
    (
        RESOURCE,
        generic(resourceProviderNamespace="microsoft.COMPUTE", parentResourcePath="Galleries/images/IMAGES/gis"),
        GIS,
    ),
    (RESOURCE, generic("galleries/images/versions", "images/gis/1.0.0", parentResourcePath=""), GIS),
    (RESOURCE, generic("Microsoft.Compute/galleries/images", "images/gis", parentResourcePath=""), GIS),
    (RESOURCE, generic("galleries/images/images", "gis", parentResourcePath=None), GIS),
    (RESOURCE, generic("images", "gis", parentResourcePath="galleries/images"), GIS),
    (RESOURCE, generic("/versions/", "1.0.0", parentResourcePath="/galleries/images/images/gis/"), GIS),
    (RESOURCE, generic("galleries", "images/images/gis", parentResourcePath=""), GIS),
    (RESOURCE, generic(parentResourcePath="galleries/images/im%61ges/gis"), GIS),
    (RESOURCE, generic(parentResourcePath="galleries\\images\\images\\gis"), GIS),
    (
        RESOURCE,
        generic(resourceProviderNamespace="Microsoft.Compute/galleries/images/images/gis", parentResourcePath=""),
        GIS,
    ),
    (
        RESOURCE,
        generic(
            "images",
            "gis",
            resourceProviderNamespace="Microsoft.Network",
            parentResourcePath="../Microsoft.Compute/galleries/images",
        ),
        REFUSED,
    ),
    (RESOURCE, generic("images", "gis", parentResourcePath="galleries/images", resourceName=UNKNOWN), NO_NAME),
    (RESOURCE, generic(parentResourcePath=UNKNOWN), REFUSED),
    (RESOURCE, generic(UNKNOWN), REFUSED),
    (RESOURCE, generic(resourceProviderNamespace=UNKNOWN), REFUSED),
    (RESOURCE, generic(resourceProviderNamespace=None), REFUSED),
    (RESOURCE, generic("[concat('ver','sions')]"), REFUSED),
    (RESOURCE, generic("galleries", UNKNOWN, parentResourcePath=""), REFUSED),
    (RESOURCE, generic("galleries", "images", parentResourcePath=""), []),
    (RESOURCE, generic("disks", UNKNOWN, parentResourcePath=""), []),
    (RESOURCE, generic("applications", "tool", parentResourcePath="galleries/images"), []),
    (
        RESOURCE,
        generic(
            "roleAssignments", "r", parentResourcePath="galleries/images/images/gis/providers/Microsoft.Authorization"
        ),
        [],
    ),
    (
        RESOURCE,
        generic("virtualNetworks", UNKNOWN, resourceProviderNamespace="Microsoft.Network", parentResourcePath=UNKNOWN),
        [],
    ),
    (RESOURCE, generic(tags=VDI), []),
    (RESOURCE, generic(tags=UNKNOWN), GIS),
    (
        RESOURCE,
        generic(
            "deployments",
            "d",
            resourceProviderNamespace="Microsoft.Resources",
            parentResourcePath="",
            properties=deployment(template(entry()))["properties"],
        ),
        GIS,
    ),
    (
        RESOURCE,
        generic(
            "deployments",
            "d",
            resourceProviderNamespace="Microsoft.Resources",
            parentResourcePath="",
            properties=UNKNOWN,
        ),
        REFUSED,
    ),
    (
        RESOURCE,
        generic(
            "imageTemplates",
            "d",
            resourceProviderNamespace="Microsoft.VirtualMachineImages",
            parentResourcePath="",
            properties=builder(shared()),
        ),
        GIS,
    ),
    (RESOURCE, generic(resourceProviderNamespace="Microsoft.Compute\u200b"), REFUSED),
    (RESOURCE, generic("Microsoft.Compute", "x", parentResourcePath=""), []),
    (RESOURCE, generic("galleries/images", UNKNOWN, parentResourcePath=""), NO_NAME),
    (RESOURCE, generic(parentResourcePath=[]), REFUSED),
    (RESOURCE, generic(UNKNOWN, resourceProviderNamespace="Microsoft.Network", parentResourcePath=None), []),
    (RESOURCE, {}, []),
    ("azure-native:resources/v20240301:Resource", generic(), GIS),
    ("azure-native_resources_v20250401:resources:Resource", generic(), GIS),
    ("azure-nextgen:resources/latest:Resource", generic(), GIS),
]

TEMPLATE_ROWS: list[Row] = [
    (DEPLOYMENT, deployment(template(entry())), GIS),
    (DEPLOYMENT, deployment(json.dumps(template(entry()))), GIS),
    (DEPLOYMENT, deployment("\ufeff" + json.dumps(template(entry()))), GIS),
    (DEPLOYMENT, deployment(template(entry(IMAGE_TYPE, "images/gis"))), GIS),
    (DEPLOYMENT, deployment(template(entry(VERSION_TYPE.upper() + "/"))), GIS),
    (DEPLOYMENT, deployment(template(entry(name="[concat(parameters('g'),'/gis/1.0.0')]"))), NO_NAME),
    (DEPLOYMENT, deployment(template(entry(name=UNKNOWN))), NO_NAME),
    (DEPLOYMENT, deployment(template(entry(name="gis-[copyIndex()]", copy={"name": "c", "count": 9}))), NO_NAME),
    (DEPLOYMENT, deployment(template(entry(condition=False))), GIS),
    (DEPLOYMENT, deployment(template(entry(), entry(), entry(name="images/ros/1.0.0"))), ["gis", "ros"]),
    (DEPLOYMENT, deployment({"Resources": [{"Type": VERSION_TYPE, "Name": "images/gis/1.0.0"}]}), GIS),
    (DEPLOYMENT, deployment({"resources": [], "Resources": [entry()]}), REFUSED),
    (DEPLOYMENT, deployment(template(entry(Type="Microsoft.Compute/disks"))), REFUSED),
    (DEPLOYMENT, deployment('{"resources": [{"type": "' + VERSION_TYPE + '"}], "resources": []}'), REFUSED),
    (DEPLOYMENT, deployment({"languageVersion": "2.0", "resources": {"v": entry()}}), GIS),
    (DEPLOYMENT, deployment({"languageVersion": "2.0", "resources": {"v": entry(existing=True)}}), []),
    (DEPLOYMENT, deployment({"languageVersion": "2.0", "resources": {"v": entry(existing="true")}}), GIS),
    (DEPLOYMENT, deployment(template(entry(existing=True))), GIS),
    (DEPLOYMENT, deployment(template({**GALLERY, "resources": [entry("images", "gis")]})), GIS),
    (
        DEPLOYMENT,
        deployment(
            template(
                {
                    **GALLERY,
                    "name": "[parameters('g')]",
                    "resources": [
                        entry(
                            "images",
                            "gis",
                            resources=[entry("versions", "1.0.0", tags=VDI), entry("versions", "2.0.0")],
                        )
                    ],
                }
            )
        ),
        ["gis", "gis"],
    ),
    (DEPLOYMENT, deployment(template({**GALLERY, "resources": [entry("images/versions", "gis/1.0.0")]})), GIS),
    (DEPLOYMENT, deployment(template(nested(template(entry())))), GIS),
    (DEPLOYMENT, deployment(template(nested(json.dumps(template(nested(json.dumps(template(entry())))))))), GIS),
    (DEPLOYMENT, deployment(template(nested("[variables('inner')]"))), REFUSED),
    (DEPLOYMENT, deployment(template(nested(None, templateLink={"uri": "https://a/b.json"}))), REFUSED),
    (DEPLOYMENT, deployment(template(nested(None, templateLink={"relativePath": "b.json"}))), REFUSED),
    (DEPLOYMENT, deployment(template(entry(NESTED, "inner", properties="[parameters('p')]"))), REFUSED),
    (DEPLOYMENT, deployment(template(levels(30, entry()))), GIS),
    (DEPLOYMENT, deployment(template(levels(30, DISK))), []),
    (DEPLOYMENT, deployment(template(levels(120, DISK))), REFUSED),
    (DEPLOYMENT, deployment(template(entry("galleries/images", "images/gis"))), GIS),
    (DEPLOYMENT, deployment(template(entry("Microsoft.Compute / galleries/images"))), REFUSED),
    (DEPLOYMENT, deployment(template(entry(name="/images/gis/1.0.0/"))), GIS),
    (DEPLOYMENT, deployment(template(entry(name=" [variables('name')]"))), NO_NAME),
    (DEPLOYMENT, deployment(template(nested(None, templateLink={"relativePath": []}))), REFUSED),
    (DEPLOYMENT, deployment(template(specs(120, DISK))), REFUSED),
    (DEPLOYMENT, deployment("[" * 100_000), REFUSED),
    (DEPLOYMENT, deployment(UNKNOWN), REFUSED),
    (DEPLOYMENT, deployment(None), REFUSED),
    (DEPLOYMENT, deployment("no template"), REFUSED),
    (DEPLOYMENT, deployment('{"resources": NaN}'), REFUSED),
    (DEPLOYMENT, deployment("[]"), REFUSED),
    (DEPLOYMENT, deployment(template(), templateLink={"uri": UNKNOWN}), REFUSED),
    (DEPLOYMENT, deployment(None, templateLink={"id": f"{RG}/providers/x"}), REFUSED),
    (DEPLOYMENT, deployment(template(), templateLink=UNKNOWN), REFUSED),
    (DEPLOYMENT, {"properties": UNKNOWN}, REFUSED),
    (DEPLOYMENT, deployment({"resources": UNKNOWN}), REFUSED),
    (DEPLOYMENT, deployment({"resources": "[variables('all')]"}), REFUSED),
    (DEPLOYMENT, deployment(template(UNKNOWN, entry())), [UNREADABLE, "gis"]),
    (DEPLOYMENT, deployment(template(entry(UNKNOWN))), REFUSED),
    (DEPLOYMENT, deployment(template(entry("[concat('Microsoft.Compute/','galleries/images')]"))), REFUSED),
    (DEPLOYMENT, deployment(template(entry("Microsoft.Compute/galleries/im\u200bages"))), REFUSED),
    (DEPLOYMENT, deployment(template(None)), REFUSED),
    (DEPLOYMENT, deployment(template(DISK, GALLERY, parameters={"size": UNKNOWN})), []),
    (DEPLOYMENT, deployment(template(entry(f"{IMAGE_TYPE}/providers/roleAssignments", "images/gis/x/y"))), []),
    (DEPLOYMENT, deployment(template(entry("Microsoft.Resources/deploymentScripts", "s"))), []),
    (DEPLOYMENT, deployment({"resources": []}), []),
    (DEPLOYMENT, deployment(template(entry(tags=VDI))), []),
    (DEPLOYMENT, deployment(template(entry())) | {"tags": VDI}, GIS),
    (DEPLOYMENT, deployment(UNKNOWN) | {"tags": {"lab-consumers": "other"}}, []),
    (DEPLOYMENT, deployment(UNKNOWN) | {"tags": {"lab-consumers": "lab_services"}}, REFUSED),
    (
        DEPLOYMENT,
        deployment(template(entry("Microsoft.VirtualMachineImages/imageTemplates", "t", properties=builder(shared())))),
        GIS,
    ),
    (
        DEPLOYMENT,
        deployment(
            template(
                entry(
                    "Microsoft.Resources/templateSpecs",
                    "s",
                    resources=[entry("versions", "1", properties={"mainTemplate": template(entry())})],
                )
            )
        ),
        GIS,
    ),
    (
        DEPLOYMENT,
        deployment(
            template(entry("Microsoft.Resources/deploymentStacks", "s", properties={"template": template(entry())}))
        ),
        GIS,
    ),
    *[
        (f"azure-native:resources:DeploymentAt{scope}Scope", deployment(template(entry())), GIS)
        for scope in ("", "Subscription", "ManagementGroup", "Tenant")
    ],
    ("azure-native_resources_v20250401:resources:Deployment", deployment(template(entry())), GIS),
    *[
        (f"azure-native:resources:DeploymentStackAt{scope}", {"template": template(entry())}, GIS)
        for scope in ("ResourceGroup", "Subscription", "ManagementGroup")
    ],
    (STACK, {"template": template(DISK)}, []),
    (STACK, {"templateLink": {"uri": "https://a/b.json"}}, REFUSED),
    (STACK, {"location": "koreacentral"}, REFUSED),
    (SPEC, {"mainTemplate": template(entry())}, GIS),
    (
        SPEC,
        {
            "mainTemplate": template(nested(None, templateLink={"relativePath": "a.json"})),
            "linkedTemplates": [{"path": "a.json", "template": template(entry())}],
        },
        GIS,
    ),
    (
        SPEC,
        {
            "mainTemplate": template(nested(None, templateLink={"relativePath": "a.json"})),
            "linkedTemplates": [{"path": "a.json", "template": template(DISK)}],
        },
        [],
    ),
    (
        SPEC,
        {
            "mainTemplate": template(nested(None, templateLink={"relativePath": "b.json"})),
            "linkedTemplates": [{"path": "a.json", "template": template(DISK)}],
        },
        REFUSED,
    ),
    (
        SPEC,
        {
            "mainTemplate": template(nested(None, templateLink={"relativePath": "a.json", "id": "x"})),
            "linkedTemplates": [{"path": "a.json", "template": template(DISK)}],
        },
        REFUSED,
    ),
    (SPEC, {"mainTemplate": template(DISK), "linkedTemplates": UNKNOWN}, REFUSED),
    (SPEC, {"mainTemplate": template(DISK), "linkedTemplates": [UNKNOWN]}, REFUSED),
    (CLASSIC_TEMPLATE, {"templateContent": json.dumps(template(entry()))}, GIS),
    (CLASSIC_TEMPLATE, {"templateContent": json.dumps(template(DISK))}, []),
    (CLASSIC_TEMPLATE, {"templateContent": UNKNOWN}, REFUSED),
    (CLASSIC_TEMPLATE, {"templateSpecVersionId": f"{RG}/providers/x"}, REFUSED),
    (CLASSIC_TEMPLATE, {"templateContent": json.dumps(template()), "templateSpecVersionId": UNKNOWN}, REFUSED),
    (CLASSIC_TEMPLATE, {"deploymentMode": "Incremental"}, REFUSED),
    ("azure:core/templateDeployment:TemplateDeployment", {"templateBody": json.dumps(template(entry()))}, GIS),
    *[
        (token, {"templateContent": json.dumps(template(entry()))}, GIS)
        for token in (
            "azure:core/subscriptionTemplateDeployment:SubscriptionTemplateDeployment",
            "azure:core/tenantTemplateDeployment:TenantTemplateDeployment",
            "azure:core/managementGroupTemplateDeployment:ManagementGroupTemplateDeployment",
            "azure:management/groupTemplateDeployment:GroupTemplateDeployment",
            "azurerm:index/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment",
            "azurerm:index/managementGroupTemplateDeployment:ManagementGroupTemplateDeployment",
        )
    ],
]

OTHER_ROWS: list[Row] = [
    (CLASSIC_VERSION, {"name": "1.0.0", "imageName": "gis", "galleryName": "images"}, GIS),
    (CLASSIC_VERSION, {"name": "1.0.0", "imageName": UNKNOWN}, NO_NAME),
    (CLASSIC_VERSION, {"name": "1.0.0", "imageName": "gis", "tags": VDI}, []),
    (CLASSIC_IMAGE, {"name": "gis", "galleryName": "images"}, GIS),
    ("azurerm:index/sharedImageVersion:SharedImageVersion", {"name": "1.0.0", "imageName": "gis"}, GIS),
    ("azurerm:index/sharedImage:SharedImage", {"name": "gis"}, GIS),
    (AZAPI, azapi(), GIS),
    (AZAPI, azapi("microsoft.compute/GALLERIES/images@2024-03-03", "gis", parentId=GALLERY_ID), GIS),
    (AZAPI, azapi(f"{IMAGE_TYPE}@2024-03-03", "g%69s", parentId=GALLERY_ID), GIS),
    (AZAPI, azapi(tags=VDI, body={"tags": {"lab-consumers": "lab_services"}}), GIS),
    (
        AZAPI,
        azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=deployment(template(entry())), sensitiveBody={}),
        GIS,
    ),
    (
        AZAPI,
        azapi(
            f"{NESTED}@2025-04-01",
            "d",
            parentId=RG,
            body={"properties": UNKNOWN},
            sensitiveBody=deployment(template(DISK)),
        ),
        REFUSED,
    ),
    (ACTION, {"type": "Microsoft.Compute/galleries@2024-03-03", "resourceId": UNKNOWN, "action": "Images"}, NO_NAME),
    (ACTION, {"type": f"{IMAGE_TYPE}@2024-03-03", "resourceId": UNKNOWN}, NO_NAME),
    (ACTION, {"type": UNKNOWN, "resourceId": UNKNOWN}, REFUSED),
    (AZAPI, azapi(parentId=UNKNOWN), NO_NAME),
    (AZAPI, azapi(name=UNKNOWN), NO_NAME),
    (AZAPI, azapi(UNKNOWN), REFUSED),
    (AZAPI, azapi("Microsoft.Compute/galleries@2024-03-03", "images/images/gis", parentId=RG), GIS),
    (AZAPI, azapi("Microsoft.Compute/galleries@2024-03-03", UNKNOWN, parentId=RG), REFUSED),
    (AZAPI, azapi("Microsoft.Compute/galleries@2024-03-03", "images", parentId=RG), []),
    (AZAPI, azapi("Microsoft.Compute/disks@2024-03-02", "gis", parentId=RG, body=UNKNOWN), []),
    (AZAPI, azapi("Microsoft.Compute/disks@2024-03-02", "gis", parentId=f"{RG}/../x"), REFUSED),
    (AZAPI, azapi("Microsoft.Authorization/roleAssignments@2022-04-01", "r"), []),
    (AZAPI, azapi(tags=VDI), []),
    (AZAPI, azapi(body={"properties": {}, "tags": VDI}), []),
    (AZAPI, azapi(body=json.dumps({"properties": {}, "tags": VDI})), []),
    (AZAPI, azapi(body={"tags": VDI}, sensitiveBody={"tags": {"Lab-Consumers": "lab_services"}}), GIS),
    (AZAPI, azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=deployment(template(entry()))), GIS),
    (AZAPI, azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=json.dumps(deployment(template(entry())))), GIS),
    (
        AZAPI,
        azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=None, sensitiveBody=deployment(template(entry()))),
        GIS,
    ),
    (
        AZAPI,
        azapi(
            f"{NESTED}@2025-04-01",
            "d",
            parentId=RG,
            body=deployment(template(DISK)),
            sensitiveBody=deployment(template(entry())),
        ),
        REFUSED,
    ),
    (AZAPI, azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=UNKNOWN), REFUSED),
    (AZAPI, azapi(f"{NESTED}@2025-04-01", "d", parentId=RG, body=deployment(template(DISK))), []),
    # Properties that a resource of azapi does not have are sent along by any program, and mean nothing.
    (AZAPI, azapi(method="DELETE"), GIS),
    (
        AZAPI,
        azapi(
            f"{NESTED}@2025-04-01",
            "d",
            parentId=RG,
            action="validate",
            resourceId=f"{RG}/x/y",
            body=deployment(template(entry())),
        ),
        GIS,
    ),
    ("azapi:resources/resource:Resource", azapi(), GIS),
    (
        "azapi:index/dataPlaneResource:DataPlaneResource",
        azapi("Microsoft.Synapse/workspaces/databases@2021-04-01-preview", "d", parentId="x.dev.azuresynapse.net"),
        [],
    ),
    ("azapi:index/dataPlaneResource:DataPlaneResource", azapi(), GIS),
    (UPDATE, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": VERSION_ID, "body": {}}, GIS),
    (UPDATE, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": UNKNOWN}, NO_NAME),
    (UPDATE, azapi(), GIS),
    (UPDATE, {"type": "Microsoft.Compute/galleries@2024-03-03", "resourceId": GALLERY_ID, "name": UNKNOWN}, []),
    (
        ACTION,
        {
            "type": "Microsoft.Compute/galleries@2024-03-03",
            "resourceId": GALLERY_ID,
            "method": "PUT",
            "action": "images/gis/versions/1.0.0",
        },
        GIS,
    ),
    (ACTION, {"type": "Microsoft.Compute/galleries@2024-03-03", "resourceId": GALLERY_ID, "action": UNKNOWN}, REFUSED),
    (
        ACTION,
        {
            "type": "Microsoft.Resources/resourceGroups@2024-03-01",
            "resourceId": RG,
            "method": "PUT",
            "action": "providers/Microsoft.Resources/deployments/d",
            "body": deployment(template(entry())),
        },
        GIS,
    ),
    (ACTION, {"type": f"{NESTED}@2025-04-01", "resourceId": UNKNOWN, "action": "?a=b"}, REFUSED),
    (ACTION, {"type": f"{NESTED}@2025-04-01", "resourceId": f"{RG}/providers/{NESTED}/d", "action": "validate"}, []),
    (
        ACTION,
        {"type": "Microsoft.Compute/virtualMachines@2024-07-01", "resourceId": UNKNOWN, "action": "generalize"},
        [],
    ),
    (
        ACTION,
        {
            "type": "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01",
            "action": "run",
            "resourceId": f"{RG}/providers/Microsoft.VirtualMachineImages/imageTemplates/t",
        },
        [],
    ),
    (ACTION, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": VERSION_ID, "method": "GET"}, []),
    (ACTION, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": VERSION_ID, "method": "PATCH"}, GIS),
    (ACTION, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": VERSION_ID, "method": UNKNOWN}, GIS),
    (ACTION, {"type": f"{VERSION_TYPE}@2024-03-03", "resourceId": VERSION_ID, "method": []}, GIS),
    (ARM_OBJECT, arm(), GIS),
    (ARM_OBJECT, arm(f"{IMAGE_ID.upper()}/"), ["GIS"]),
    (ARM_OBJECT, arm(f"{GALLERY_ID}//images//gis?api-version=1"), GIS),
    (ARM_OBJECT, arm(f"{GALLERY_ID}/%2569mages/gis"), GIS),
    (ARM_OBJECT, arm(f"{GALLERY_ID}/images/providers/versions/1.0.0"), ["providers"]),
    (ARM_OBJECT, arm(f"{RG}/providers/Microsoft.Network/../Microsoft.Compute/galleries/g/images/gis"), REFUSED),
    (ARM_OBJECT, arm(f"{GALLERY_ID}/image\u017f/gis"), REFUSED),
    (ARM_OBJECT, arm(f"{RG}/providers/Microsoft.Compute\u200b/galleries/images/images/gis"), REFUSED),
    (ARM_OBJECT, arm("/subscriptions/s/resourceGroups/실습/providers/Microsoft.LabServices/labaccounts/a"), []),
    (ARM_OBJECT, arm(f"{RG}/Providers/Microsoft.Compute\u200b/galleries/images/images/gis"), REFUSED),
    (ARM_OBJECT, arm(f"{IMAGE_ID}/Providers/Microsoft.Authorization/roleAssignments/r"), []),
    (ARM_OBJECT, arm(f"{GALLERY_ID}/ images /gis#x"), GIS),
    ("pulumi-nodejs:dynamic:Resource", {"resourceId": UNKNOWN, "apiVersion": "v1"}, []),
    ("pulumi-nodejs:dynamic:Resource", {"resourceId": UNKNOWN, "body": {}}, []),
    (CLASSIC_VERSION, {"name": "1.0.0", "imageName": " "}, NO_NAME),
    (BUILDER, builder(shared(galleryImageId=GALLERY_ID)), NO_NAME),
    (BUILDER, builder(shared(galleryImageId=f"[concat('', '{IMAGE_ID}')]")), NO_NAME),
    (ARM_OBJECT, arm(UNKNOWN), REFUSED),
    (ARM_OBJECT, arm(updateOnly=True), GIS),
    (ARM_OBJECT, arm(body=UNKNOWN), GIS),
    (ARM_OBJECT, arm(f"{RG}/providers/Microsoft.LabServices/labaccounts/a/sharedGalleries/images"), []),
    (ARM_OBJECT, arm(f"{IMAGE_ID}/providers/Microsoft.Authorization/roleAssignments/r"), []),
    (ARM_OBJECT, arm(GALLERY_ID), []),
    (ARM_OBJECT, arm(f"{RG}/providers/{NESTED}/d", body={"template": template(entry())}), GIS),
    (ARM_OBJECT, arm(f"{RG}/providers/{NESTED}/d", body={"mode": "x"}, initial={"template": template(entry())}), GIS),
    (ARM_OBJECT, {"resourceId": UNKNOWN, "body": {}}, REFUSED),
    (ARM_OBJECT, {"resourceId": f"{RG}/providers/{NESTED}/d", "body": {"template": template(entry())}}, GIS),
    ("pulumi-python:dynamic:Resource", arm(), GIS),
    ("pulumi-python:dynamic:Resource", arm(UNKNOWN), REFUSED),
    ("pulumi-python:dynamic:Resource", arm(f"{RG}/providers/{NESTED}/d", body={"template": template(entry())}), GIS),
    ("pulumi-nodejs:dynamic:Resource", {"resourceId": VERSION_ID}, GIS),
    ("pulumi-nodejs:dynamic:Resource", {"resourceId": UNKNOWN}, []),
    ("pulumi-nodejs:dynamic:Resource", {"resourceId": f"{RG}/providers/{NESTED}/d"}, []),
    ("pulumi-nodejs:dynamic:Resource", {"apiVersion": "v1", "body": UNKNOWN}, []),
    ("pulumi-python:dynamic/lab-image-gallery:DestroyGuard", {"tagName": "t", "tagValue": UNKNOWN}, []),
    (BUILDER, builder(shared()), GIS),
    (BUILDER, builder(shared(type="sharedimage", galleryImageId=f"{IMAGE_ID}/versions/1.0.0")), GIS),
    (BUILDER, builder(shared(galleryImageId=UNKNOWN)), NO_NAME),
    (BUILDER, builder(shared(artifactTags=VDI)), []),
    (BUILDER, builder({"type": "VHD"}, {"type": "ManagedImage", "imageId": "x"}), []),
    (BUILDER, builder({"type": "VHD"}, shared()), GIS),
    (BUILDER, builder(UNKNOWN), REFUSED),
    (BUILDER, builder(shared(type=UNKNOWN)), REFUSED),
    (BUILDER, builder(shared(type=None)), REFUSED),
    (BUILDER, builder({"type": "Something"}), REFUSED),
    (BUILDER, {"distribute": UNKNOWN}, REFUSED),
    (BUILDER, {"location": "koreacentral"}, REFUSED),
    (
        "azure-native_virtualmachineimages_v20240201:virtualmachineimages:VirtualMachineImageTemplate",
        builder(shared()),
        GIS,
    ),
]
