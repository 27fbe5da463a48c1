"""Other routes into a gallery: resources that make an image definition or version and are of neither type."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final


class OtherRoute(Enum):
    """A way to make an image; it says where a resource of it shows what it makes."""

    GENERIC = auto()  # any resource of Azure Resource Manager
    DEPLOYMENT = auto()  # of a template, in `properties`
    DEPLOYMENT_STACK = auto()  # of a template, in the inputs themselves
    TEMPLATE_SPEC = auto()
    IMAGE_BUILDER = auto()
    CLASSIC_TEMPLATE = auto()
    CLASSIC_VERSION = auto()
    CLASSIC_DEFINITION = auto()
    AZAPI_RESOURCE = auto()
    AZAPI_UPDATE = auto()
    AZAPI_ACTION = auto()
    ARM_OBJECT = auto()  # of this program's provider for any object
    DYNAMIC = auto()  # of another provider within a program


_NATIVE: Final = {
    "resources:resource": OtherRoute.GENERIC,
    "resources:deployment": OtherRoute.DEPLOYMENT,
    "resources:deploymentatscope": OtherRoute.DEPLOYMENT,
    "resources:deploymentatsubscriptionscope": OtherRoute.DEPLOYMENT,
    "resources:deploymentatmanagementgroupscope": OtherRoute.DEPLOYMENT,
    "resources:deploymentattenantscope": OtherRoute.DEPLOYMENT,
    "resources:deploymentstackatresourcegroup": OtherRoute.DEPLOYMENT_STACK,
    "resources:deploymentstackatsubscription": OtherRoute.DEPLOYMENT_STACK,
    "resources:deploymentstackatmanagementgroup": OtherRoute.DEPLOYMENT_STACK,
    "resources:templatespecversion": OtherRoute.TEMPLATE_SPEC,
    "virtualmachineimages:virtualmachineimagetemplate": OtherRoute.IMAGE_BUILDER,
}
# Of the Terraform provider azurerm: `azure` is Pulumi's package of it, with a module for each subject (a deployment to
# a management group is `azure:management/groupTemplateDeployment:GroupTemplateDeployment`); `azurerm` is the provider
# itself, in any program.
_CLASSIC: Final = {
    "sharedimage": OtherRoute.CLASSIC_DEFINITION,
    "sharedimageversion": OtherRoute.CLASSIC_VERSION,
    "resourcegrouptemplatedeployment": OtherRoute.CLASSIC_TEMPLATE,
    "subscriptiontemplatedeployment": OtherRoute.CLASSIC_TEMPLATE,
    "managementgrouptemplatedeployment": OtherRoute.CLASSIC_TEMPLATE,
    "grouptemplatedeployment": OtherRoute.CLASSIC_TEMPLATE,
    "tenanttemplatedeployment": OtherRoute.CLASSIC_TEMPLATE,
    "templatedeployment": OtherRoute.CLASSIC_TEMPLATE,
}
_AZAPI: Final = {
    "resource": OtherRoute.AZAPI_RESOURCE,
    "dataplaneresource": OtherRoute.AZAPI_RESOURCE,
    "updateresource": OtherRoute.AZAPI_UPDATE,
    "resourceaction": OtherRoute.AZAPI_ACTION,
}
_PACKAGES: Final = {"azure": _CLASSIC, "azurerm": _CLASSIC, "azapi": _AZAPI}
_DYNAMIC: Final = re.compile(r"pulumi-\w+:dynamic[:/].*")


def route_of(token: str) -> OtherRoute | None:
    """The route of a type by its token without an api-version; None for every other type."""
    lower = token.lower()
    if _DYNAMIC.fullmatch(lower):
        return OtherRoute.ARM_OBJECT if lower.endswith(":armobject") else OtherRoute.DYNAMIC
    package, _, rest = lower.partition(":")
    if package == "azure-native":
        return _NATIVE.get(rest)
    return _PACKAGES.get(package, {}).get(rest.rpartition(":")[2])
