"""Microsoft.Compute/galleries/images: image definitions."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sandbox.emulator.operations import Polling
from sandbox.emulator.rules import ArmError, Evidence, Json, Rule, rule
from sandbox.emulator.types.compute.disk import GENERATIONS, OS_STATES, OS_TYPES
from sandbox.emulator.types.compute.gallery import API_VERSIONS
from sandbox.emulator.types.resource import Resource, with_offset
from sandbox.emulator.types.resource_type import (
    Context,
    ResourceType,
    WriteRequest,
    check_immutable,
    check_value,
    pick,
    property_refusal,
)

NAME = re.compile(r"[^_\W][\w\-._]{0,79}(?<![-.])", re.ASCII)
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]+(?<!\.)")
FEATURE_VALUE = re.compile(r"[A-Za-z0-9 ,]{1,100}")
ARCHITECTURE_SHOWN, TRUSTED_LAUNCH_BY_DEFAULT = "2021-07-01", "2025-03-03"
"""The first api-versions with an architecture, and with the default that V2 is TrustedLaunchSupported."""
TRUSTED_LAUNCH: Json = {"name": "SecurityType", "value": "TrustedLaunchSupported"}
NOT_SHOWN_EMPTY = ("disallowed", "features")
SECURITY_TYPES = (
    "Standard",
    "TrustedLaunch",
    "TrustedLaunchSupported",
    "ConfidentialVM",
    "ConfidentialVMSupported",
    "TrustedLaunchAndConfidentialVmSupported",
)
IDENTIFIER_LENGTH = {"publisher": 128, "offer": 64, "sku": 64}

DEFINITION_NAME = rule(
    "definition-name",
    "An image definition's name matches ^[^_\\W][\\w-._]{0,79}(?<![-.])$.",
    evidence=Evidence.QUOTED,
    where="answers quoted in public code: the text for this name, code and target for the name of a disk, which the "
    "same validation refuses",
)
DEFINITION_IDENTIFIER = rule(
    "definition-identifier",
    "publisher (at most 128 characters), offer and sku (64 each) are letters, digits, hyphens, periods and "
    "underscores, not empty, not ending with a period.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting, with the text; the error code InvalidParameter is UNVERIFIED",
    question="a publisher with a space",
)
DEFINITION_TRIPLE = rule(
    "definition-triple",
    "Publisher, offer and sku together are unique within a gallery.",
    evidence=Evidence.QUOTED,
    where="a guide of Azure's support that is quoted in public code, with status, code and text",
)
DEFINITION_FIXED = rule(
    "definition-fixed",
    "osType, osState, hyperVGeneration, architecture, identifier, purchasePlan, eula and privacyStatementUri "
    "of a definition cannot change; a value that is left out counts as changed.",
    evidence=Evidence.QUOTED,
    where="Azure Compute Gallery troubleshooting names the first five; eula is in an answer quoted for the "
    "Java SDK's tests; privacyStatementUri and purchasePlan follow the azurerm Terraform provider",
)
DEFINITION_FEATURES = rule(
    "definition-features",
    "features of a definition change only when allowUpdateImage is true, which is not shown afterwards. They are shown "
    "as sent, startsAtVersion included.",
    evidence=Evidence.RECORDED,
    where="azure-cli, test_gallery_image_definition_update_features; the refusal without it is UNVERIFIED",
    question="features changed",
)
DEFINITION_FEATURE_VALUE = rule(
    "definition-feature-value",
    "The value of a feature has 1 to 100 letters, digits, spaces and commas.",
    evidence=Evidence.QUOTED,
    where="Azure/azure-cli issue 24142, with code, text and target; the status is that of every recorded "
    "InvalidParameter",
)
DEFINITION_SECURITY_TYPE = rule(
    "definition-security-type",
    "SecurityType is one of the values that the service knows: Standard, TrustedLaunch, TrustedLaunchSupported, "
    "ConfidentialVM, ConfidentialVMSupported, TrustedLaunchAndConfidentialVmSupported.",
    evidence=Evidence.QUOTED,
    where="Azure/azure-cli issue 24142, with code, text and target, for a value of today that the service did not "
    "know in 2022; public build scripts write ConfidentialVmSupported, so case does not matter; that Standard "
    "is taken up to api-version 2024-03-03 is UNVERIFIED",
    question="SecurityType=Standard in a new definition",
)
DEFINITION_GENERATION = rule(
    "definition-generation",
    "Architecture Arm64, and every security type but Standard, only with generation V2.",
    evidence=Evidence.DOCUMENT,
    where="Support for generation 2 VMs on Azure; the Ansible module azure_rm_galleryimage for Arm64, the Azure "
    "Verified Module of compute galleries for the security type",
)
DEFINITION_DEFAULTS = rule(
    "definition-defaults",
    "A definition is Generalized and has architecture x64, shown from api-version 2021-07-01 on, unless it says "
    "otherwise, and generation V1; from 2025-03-03 on V2, and V2 is TrustedLaunchSupported unless features say "
    "otherwise. An empty disallowed or features is not shown.",
    evidence=Evidence.RECORDED,
    where="azure-sdk-for-net (GalleryImageOperationsTests, sent without OS state and generation), "
    "azure-sdk-for-python (test_compute_galleries), azure-cli (test_gallery_e2e, and test_community_gallery_operations "
    "for what older api-versions show); Azure Compute Gallery, Trusted Launch, for the defaults from 2025-03-03 on",
)
DEFINITION_RECOMMENDED = rule(
    "definition-recommended",
    "The minimum of a recommendation must not be greater than its maximum.",
    evidence=Evidence.DOCUMENT,
    where="Azure Compute Gallery troubleshooting",
)
DEFINITION_END_OF_LIFE = rule(
    "definition-end-of-life",
    "An end-of-life date of a definition is an ISO 8601 date in the future when it is set; one that stays the same "
    "moment may have passed.",
    evidence=Evidence.RECORDED,
    where="azure-powershell, TestGalleryBlockDeletionBeforeEndOfLife, with status, code, text and target; no "
    "recording shows another spelling of the same moment",
)


class ImageDefinition(ResourceType):
    """An image definition in a gallery."""

    type = "Microsoft.Compute/galleries/images"
    api_versions = API_VERSIONS
    polling = Polling.COMPUTE
    nested = "Microsoft.Compute/galleries/images/versions"
    error_name = "galleryImage"
    immutable = (
        "osType",
        "osState",
        "hyperVGeneration",
        "architecture",
        "identifier.publisher",
        "identifier.offer",
        "identifier.sku",
        "purchasePlan.name",
        "purchasePlan.publisher",
        "purchasePlan.product",
        "eula",
        "privacyStatementUri",
    )
    read_only = ("provisioningState", "allowUpdateImage")
    objects = ("identifier", "purchasePlan", "recommended")
    lists = ("features",)

    @DEFINITION_FIXED.applies
    @DEFINITION_END_OF_LIFE.applies
    def check(self, write: WriteRequest) -> None:
        """Refuse bad names and values, a triple in use, and changes of what is fixed."""
        _check_name(write.path.name)
        sent = self.properties(write)
        check_value(sent.get("osType"), OS_TYPES, _target("osType"), required=True)
        check_value(sent["osState"], OS_STATES, _target("osState"))
        check_value(sent["hyperVGeneration"], GENERATIONS, _target("hyperVGeneration"))
        check_value(sent["architecture"], ("x64", "Arm64"), _target("architecture"))
        _check_identifier(sent)
        _check_recommended(sent)
        _check_features(sent)
        _check_security_type(sent)
        existing = write.existing.properties if write.existing else None
        if is_new_end(sent.get("endOfLifeDate"), (existing or {}).get("endOfLifeDate")):
            check_end_of_life(sent.get("endOfLifeDate"), write.now, DEFINITION_END_OF_LIFE)
        if existing is None:
            _check_generation(sent)
            _check_triple(write, sent)
            return
        check_immutable(self, existing, sent)
        if existing.get("features") != sent.get("features"):
            if not write.properties.get("allowUpdateImage"):
                raise property_refusal(_target("features"))
            _check_generation(sent)

    @DEFINITION_FEATURES.applies
    @DEFINITION_DEFAULTS.applies
    def properties(self, write: WriteRequest) -> Json:
        """Return the properties with the defaults of this api-version."""
        sent = {key: value for key, value in super().properties(write).items() if value or key not in NOT_SHOWN_EMPTY}
        later = write.api_version >= TRUSTED_LAUNCH_BY_DEFAULT
        defaults = {"osState": "Generalized", "hyperVGeneration": "V2" if later else "V1", "architecture": "x64"}
        properties = defaults | sent
        if later and properties["hyperVGeneration"] == "V2" and not _names_security(sent):
            properties["features"] = [*(sent.get("features") or []), dict(TRUSTED_LAUNCH)]
        if "endOfLifeDate" in properties:
            properties["endOfLifeDate"] = with_offset(str(properties["endOfLifeDate"]))
        return properties

    @DEFINITION_DEFAULTS.applies
    def show(self, resource: Resource, context: Context) -> Json:
        """Return the definition as the api-version shows it."""
        shown = super().show(resource, context)
        if context.api_version < ARCHITECTURE_SHOWN:
            shown["properties"].pop("architecture", None)
        return shown


def _names_security(properties: Json) -> bool:
    return any(feature.get("name") == "SecurityType" for feature in properties.get("features") or [])


@DEFINITION_FEATURE_VALUE.applies
def _check_features(sent: Json) -> None:
    for feature in sent.get("features") or []:
        name, value = feature.get("name"), feature.get("value")
        if not isinstance(value, str) or not FEATURE_VALUE.fullmatch(value):
            raise _bad_feature(DEFINITION_FEATURE_VALUE, name, value)


def security_type(definition: Json) -> str:
    """Return the security type of a definition's properties: that of `features`, else Standard."""
    return next(
        (
            str(feature.get("value"))
            for feature in definition.get("features") or []
            if str(feature.get("name")).lower() == "securitytype"
        ),
        "Standard",
    )


@DEFINITION_SECURITY_TYPE.applies
def _check_security_type(sent: Json) -> None:
    value = security_type(sent)
    if value.lower() not in {known.lower() for known in SECURITY_TYPES}:
        raise _bad_feature(DEFINITION_SECURITY_TYPE, "SecurityType", value)


def _check_generation(sent: Json) -> None:
    generation, kind = sent["hyperVGeneration"], security_type(sent)
    if generation == "V1" and sent["architecture"] == "Arm64":
        raise DEFINITION_GENERATION.unknown_answer("The architecture 'Arm64' is not supported with generation 'V1'.")
    if generation == "V1" and kind.lower() != "standard":
        raise DEFINITION_GENERATION.unknown_answer(f"The security type '{kind}' is not supported with generation 'V1'.")


def _bad_feature(by: Rule, name: object, value: object) -> ArmError:
    return by.invalid(
        f"The value '{value}' for feature '{name}' is invalid. Allowed characters are English alphanumerical "
        "characters with spaces and commas. The length of the value cannot exceed 100 characters.",
        target=_target("features"),
    )


def _target(name: str) -> str:
    return f"galleryImage.properties.{name}"


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise DEFINITION_NAME.invalid(
            "The entity name 'galleryImageName' is invalid according to its validation rule: "
            "^[^_\\W][\\w-._]{0,79}(?<![-.])$.",
            target="galleryImageName",
        )


def _check_identifier(sent: Json) -> None:
    for part, longest in IDENTIFIER_LENGTH.items():
        value = pick(sent, f"identifier.{part}")
        if not isinstance(value, str) or len(value) > longest or not IDENTIFIER.fullmatch(value):
            raise DEFINITION_IDENTIFIER.invalid(
                f"Asset name {_target(f'identifier.{part}')} is not valid. It cannot be empty. Allowed "
                "characters are uppercase or lowercase letters, digits, hyphen(-), period (.), underscore (_). "
                "Names are not allowed to end with period(.). The length of the name cannot exceed "
                f"{longest} characters.",
                target=_target(f"identifier.{part}"),
            )


def _check_recommended(sent: Json) -> None:
    for what in ("vCPUs", "memory"):
        low, high = pick(sent, f"recommended.{what}.min"), pick(sent, f"recommended.{what}.max")
        if isinstance(low, int) and isinstance(high, int) and low > high:
            raise DEFINITION_RECOMMENDED.invalid(
                f"The minimum value of {what} must not be greater than the maximum value of {what}.",
                target=_target(f"recommended.{what}"),
            )


def is_new_end(value: object, before: object) -> bool:
    """Whether an end of life is another moment than the one before, however both are written."""
    ends = {moment(value), moment(before)}
    return value != before and (len(ends) > 1 or None in ends)


def check_end_of_life(value: object, now: float, by: Rule) -> None:
    """Refuse an end of life that is no date or not in the future."""
    if value is None:
        return
    date = moment(value)
    if date is None:
        raise by.invalid(
            f"Could not convert string to DateTimeOffset: {value}. Path 'properties.endOfLifeDate'.",
            target=_target("endOfLifeDate"),
        )
    if date <= now:
        raise by.invalid("EndOfLifeDate must be set to a future date.", target=_target("endOfLifeDate"))


def moment(value: object) -> float | None:
    """Return an ISO 8601 date as seconds since the epoch (UTC without a zone), or None for anything else."""
    try:
        date = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _check_triple(write: WriteRequest, sent: Json) -> None:
    wanted = _triple(sent)
    for other in write.state.of_type(ImageDefinition.type, container=write.path.container):
        if _triple(other.properties) == wanted:
            publisher, offer, sku = (sent["identifier"][part] for part in IDENTIFIER_LENGTH)
            raise DEFINITION_TRIPLE.refusal(
                409,
                "OperationNotAllowed",
                f"Gallery image: '{other.path.name}' identified by (publisher: '{publisher}', offer: '{offer}', "
                f"sku: '{sku}') already exists. Choose a different publisher, offer, sku combination.",
            )


def _triple(properties: Json) -> tuple[str, ...]:
    return tuple(str(properties["identifier"][part]).lower() for part in IDENTIFIER_LENGTH)
