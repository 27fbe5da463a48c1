"""Whom an image is for: what is not said, or not known, counts as Lab Services."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.attacks.programs import RAW_LAB_PLAN, labs, one_region, only_version, ours, raw, raw_lab_plan, tags
from tests.policies.attacks.row import Kind, Row
from tests.policies.findings import COMPLETE, DEPLOYED_NOTICES, NOTICES, OS_DISK, REPLICAS
from tests.policies.inputs import version
from tests.support.policy_server import UNKNOWN_LIST, UNKNOWN_OBJECT, UNKNOWN_TEXT, Declared, Mode

LARGE = version(osDiskSizeGb=256, declaredOsDiskSizeGb=256)
OTHERS = {"lab-consumers": "other"}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    kind = Kind.UNKNOWNS
    for name, consumers in (
        ("none", []),
        ("unknown ones", UNKNOWN_LIST),
        ("a misspelt one", ["lab_servces"]),
        ("an abbreviation", ["avd"]),
        ("a text", "other"),
        ("an unknown one beside a known", ["other", UNKNOWN_TEXT]),
        ("a number", [1]),
        ("a blank", ["other", " "]),
        ("labs among others", ["other", "lab_services"]),
    ):
        program = ours(LARGE, {"consumers": consumers})
        yield Row(f"an image with {name} as consumers", kind, program, (OS_DISK,), ("256 GB",))
    for consumer in ("devtest_labs", "other"):
        yield Row(f"an image for {consumer} passes", kind, ours(LARGE, {"consumers": [consumer]}))
    large = tags("256", lab_consumers="other")
    generation_2 = {"tags": OTHERS, "hyperVGeneration": "V2"}
    yield Row("raw for others passes", kind, raw({"tags": large}, generation_2))
    for name, value in (
        ("misspelt", "othre"),
        ("unknown", UNKNOWN_TEXT),
        ("empty", ""),
        ("labs too", "other, lab_services"),
        ("a known and a misspelt name", "other,labservices"),
    ):
        large_raw = raw({"tags": tags("256", lab_consumers=value)}, {"tags": {"lab-consumers": value}})
        yield Row(f"raw for {name}", kind, large_raw, (OS_DISK,), ("256 GB",))
    both = raw(
        {"tags": tags("256", lab_consumers="devtest_labs, other")},
        {"tags": {"lab-consumers": "other devtest_labs"}},
    )
    yield Row("raw for two others, said in two ways, passes", kind, both)
    key = {"Lab-Consumers": "other"}
    yield Row("raw with the tag in another case passes", kind, raw({"tags": {**tags("256"), **key}}, {"tags": key}))
    second = only_version({"galleryImageVersionName": "2.0.0"}, name="gis-2")
    desktops = (*ours(None, {"consumers": ["other"]}), second)
    yield Row("raw for labs in the component's image for others", kind, desktops, (COMPLETE,), ("gis 2.0.0",))
    words = ("gis", "lab-consumers")
    yield Row("only the version says for whom", kind, raw({"tags": large}), (COMPLETE,), words)
    yield Row("only the definition says for whom", kind, raw({}, {"tags": OTHERS}), (COMPLETE,), words)
    yield Row("unknown tags of a definition pass for labs", kind, raw({}, {"tags": UNKNOWN_OBJECT}))
    japan = {
        "tags": large,
        "publishingProfile": {"targetRegions": [*one_region()["targetRegions"], {"name": "japaneast"}]},
    }
    yield Row("raw for others abroad", kind, raw(japan, {"tags": OTHERS}), (REPLICAS,), ("japaneast",))
    yield from _named_unknown()
    yield from _attached()


def _named_unknown() -> Iterator[Row]:
    exemption = {"image": "gis", "reason": "agreed", "expires": "2099-12-31"}
    defined, anonymous = raw({"galleryImageName": UNKNOWN_TEXT, "tags": tags("256")})
    linked = type(anonymous)(
        anonymous.type, "gis", anonymous.inputs, anonymous.outputs, dependencies={"galleryImageName": [defined.urn]}
    )
    yield Row(
        "an unknown name matches no exemption",
        Kind.UNKNOWNS,
        (defined, linked),
        (OS_DISK, NOTICES),
        ("256 GB",),
        configuration={OS_DISK: {"exemptions": [exemption]}},
    )


def _attached() -> Iterator[Row]:
    kind, words = Kind.VISIBLE, ("gis", "consumers")
    desktops = ours(LARGE, {"consumers": ["other"]})
    raw_desktops = raw({"tags": tags("256", lab_consumers="other")}, {"tags": OTHERS})
    for name, where in (("a lab account", labs()), ("a raw lab plan", raw_lab_plan("koreacentral"))):
        yield Row(f"for others beside {name} is told", kind, (*desktops, where), (DEPLOYED_NOTICES,), words)
        yield Row(f"raw for others beside {name} is told", kind, (*raw_desktops, where), (DEPLOYED_NOTICES,))
        yield Row(f"for labs beside {name} passes", kind, (*ours(), where))
    alone = Declared(RAW_LAB_PLAN, "plan", {"location": "koreacentral"})
    yield Row("raw for others beside a lab plan without a gallery passes", kind, (*raw_desktops, alone))
    yield Row("for others without labs passes in a state", kind, desktops, mode=Mode.STATE)
