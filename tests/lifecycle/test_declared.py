"""What teachers would not see by what the catalogue declares."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lifecycle.configuration_rules import Exemption
from lifecycle.declared import hidden_images, hidden_version
from lifecycle.exemption import POLICY_OF, PolicyRules
from plan.lab_services_limits import OS_DISK_LIMIT_GB
from tests.support import builders as inputs

TODAY = date(2026, 6, 1)
NO_RULES = PolicyRules()
sizes = st.none() | st.sampled_from([1, OS_DISK_LIMIT_GB - 1, OS_DISK_LIMIT_GB, 256])
versions = st.fixed_dictionaries(
    {
        "os_disk_size_gb": sizes,
        "data_disk_count": st.none() | st.integers(0, 2),
        "exclude_from_latest": st.booleans(),
    }
)
images = st.fixed_dictionaries(
    {
        "hyper_v_generation": st.sampled_from(["V1", "V2"]),
        "architecture": st.sampled_from(["x64", "Arm64"]),
        "security_type": st.sampled_from(["Standard", "TrustedLaunch"]),
        "consumers": st.sampled_from([None, ["lab_services"], ["other"], ["lab_services", "other"]]),
        "versions": st.dictionaries(st.sampled_from(["1.0.0", "1.1.0"]), versions, min_size=1),
    }
).filter(
    # Others of generation V1 the catalogue itself refuses.
    lambda each: (
        each["hyper_v_generation"] == "V2" or (each["architecture"], each["security_type"]) == ("x64", "Standard")
    )
)


def entry(values: dict[str, Any]) -> dict[str, Any]:
    made = {number: inputs.version(**version) for number, version in values["versions"].items()}
    return inputs.image(**{**values, "versions": made})


@given(images)
def test_an_image_is_good_exactly_if_every_rule_is_met_or_no_lab_uses_it(values: dict[str, Any]) -> None:
    found = list(hidden_images(inputs.catalogue(gis=entry(values)), None, NO_RULES, TODAY))
    bad = (
        [values[key] for key, good in (("hyper_v_generation", "V1"), ("architecture", "x64")) if values[key] != good]
        + [values["security_type"] for _ in range(values["security_type"] != "Standard")]
        + [each for each in values["versions"].values() if (each["os_disk_size_gb"] or 0) >= OS_DISK_LIMIT_GB]
        + [each for each in values["versions"].values() if each["data_disk_count"]]
        + ["excluded" for _ in range(all(each["exclude_from_latest"] for each in values["versions"].values()))]
    )
    for_labs = values["consumers"] is None or "lab_services" in values["consumers"]
    assert len(found) == (len(bad) if for_labs else 0)
    assert all(hidden.excuse is None and hidden.reason.effect == "hides" for hidden in found)


@given(images, st.lists(st.sampled_from(sorted(set(POLICY_OF.values()))), unique=True), st.integers(-1, 1))
def test_an_exemption_excuses_its_own_policy_until_its_day_and_hides_nothing(
    values: dict[str, Any], policies: list[str], days: int
) -> None:
    catalogue = inputs.catalogue(gis=entry(values))
    last = date.fromordinal(TODAY.toordinal() + days)
    rules = PolicyRules(exemptions=tuple(Exemption(name, 0, "GIS", "agreed", last) for name in policies))
    found = list(hidden_images(catalogue, None, rules, TODAY))
    assert [(each.path, each.reason) for each in found] == [
        (each.path, each.reason) for each in hidden_images(catalogue, None, NO_RULES, TODAY)
    ]
    for hidden in found:
        exempt = days >= 0 and POLICY_OF[hidden.reason.kind] in policies
        assert (hidden.excuse is not None) is exempt


def test_one_version_is_judged_without_the_others() -> None:
    image = inputs.image(versions={"1.0.0": inputs.version(os_disk_size_gb=256), "1.1.0": inputs.version()})
    catalogue = inputs.catalogue(gis=image)
    assert hidden_version(catalogue, "gis", "1.1.0", inputs.settings(), NO_RULES, TODAY) == []
    (hidden,) = hidden_version(catalogue, "gis", "1.0.0", inputs.settings(), NO_RULES, TODAY)
    assert hidden.path == ("images", "gis", "versions", "1.0.0", "os_disk_size_gb")
