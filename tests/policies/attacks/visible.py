"""What switches rules off: lowered levels and exemptions need a reason and a day, and stay visible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.policies.attacks.other_routes import alone
from tests.policies.attacks.programs import existing, ours, raw
from tests.policies.attacks.row import Kind, Row
from tests.policies.attacks.templates import BAD, DEPLOYMENT, deployment
from tests.policies.findings import (
    COMPLETE,
    CONSUMERS,
    DEPLOYED_DISKS,
    DEPLOYED_NOTICES,
    KNOWN_ROUTE,
    LAB_REGIONS,
    LATEST,
    NOTICES,
    OS_DISK,
    REPLICAS,
    SINGLE,
    STORAGE,
    SUPPORTED,
)
from tests.policies.inputs import version
from tests.support.policy_server import Mode

KIND = Kind.VISIBLE
TODAY = datetime.now(UTC).date()
YESTERDAY = (TODAY - timedelta(1)).isoformat()
LOWERED = {"reason": "agreed with the faculty", "expires": "2099-12-31"}
LOCKED = (OS_DISK, SINGLE, REPLICAS, DEPLOYED_DISKS, KNOWN_ROUTE)
WITH_REASON = (SUPPORTED, CONSUMERS, LAB_REGIONS, LATEST, COMPLETE)
GENERATION_2 = {"hyperVGeneration": "V2"}


def rows() -> Iterator[Row]:
    """The rows of this route."""
    yield from _lowered()
    yield from _locked()
    yield from _exempt()


def at(level: str, **reason: Any) -> dict[str, Any]:
    """The configuration of a policy at this level."""
    return {"enforcementLevel": level, **reason}


def _lowered() -> Iterator[Row]:
    for policy in WITH_REASON:
        for level in ("advisory", "disabled"):
            name, words = f"{policy} {level}", (policy, "reason")
            without = {policy: at(level)}
            yield Row(f"{name} without a reason", KIND, ours(), (DEPLOYED_DISKS,), words, configuration=without)
        told = {policy: at("advisory", **LOWERED)}
        yield Row(
            f"{policy} advisory with a reason is told", KIND, ours(), (DEPLOYED_NOTICES,), (policy,), configuration=told
        )
    for policy in (NOTICES, DEPLOYED_NOTICES):
        without = {policy: at("disabled")}
        yield Row(f"{policy} disabled", KIND, ours(), (DEPLOYED_DISKS,), (policy,), configuration=without)
    yield from _silenced()
    second = ours(None, GENERATION_2)
    kept = (SUPPORTED, DEPLOYED_DISKS)
    yield Row("generation 2, advisory without a reason", KIND, second, kept, configuration={SUPPORTED: at("advisory")})
    yield Row("generation 2, disabled without a reason", KIND, second, kept, configuration={SUPPORTED: at("disabled")})
    for name, changes in (
        ("a blank reason", {"reason": " "}),
        ("an invisible reason", {"reason": "\u200b\u2060"}),
        ("a day that has passed", {"expires": YESTERDAY}),
        ("no such day", {"expires": "2027-02-30"}),
    ):
        lowered = {SUPPORTED: at("advisory", **{**LOWERED, **changes})}
        yield Row(f"generation 2, advisory with {name}", KIND, second, kept, (SUPPORTED,), configuration=lowered)
    yield Row(
        "generation 2, advisory with a reason is told",
        KIND,
        second,
        (SUPPORTED, DEPLOYED_NOTICES),
        ("V2", "agreed with the faculty"),
        configuration={SUPPORTED: at("advisory", **LOWERED)},
        advisory=(SUPPORTED,),
    )
    yield Row("storage advisory passes", KIND, ours(), configuration={STORAGE: at("advisory")})
    yield Row("storage disabled passes", KIND, ours(), configuration={STORAGE: at("disabled")})
    yield Row("its own level passes", KIND, ours(), configuration={SUPPORTED: at("mandatory"), NOTICES: at("advisory")})


def _silenced() -> Iterator[Row]:
    silent = {DEPLOYED_NOTICES: at("disabled", **LOWERED)}
    name, notice = f"{DEPLOYED_NOTICES} disabled with a reason is told", (DEPLOYED_NOTICES,)
    yield Row(name, KIND, ours(), notice, configuration=silent)
    exempt = {OS_DISK: {"exemptions": [{"image": "gis", **LOWERED}]}, NOTICES: at("disabled", **LOWERED), **silent}
    large = ours(version(osDiskSizeGb=256, declaredOsDiskSizeGb=256))
    name, words = "256 GB, exempt, with both notices disabled is told", (NOTICES, "agreed with the faculty")
    yield Row(name, KIND, large, notice * 2, words, configuration=exempt)


def _locked() -> Iterator[Row]:
    for policy in LOCKED:
        for level in ("advisory", "disabled"):
            lowered = {policy: at(level)}
            yield Row(f"{policy} {level}", KIND, ours(), (DEPLOYED_DISKS,), (policy,), configuration=lowered)
    large = ours(version(osDiskSizeGb=256, declaredOsDiskSizeGb=256))
    for level in ("advisory", "disabled"):
        lowered = {OS_DISK: at(level)}
        both = (OS_DISK, DEPLOYED_DISKS)
        yield Row(f"256 GB with its policy {level}", KIND, large, both, ("256 GB", OS_DISK), configuration=lowered)
        swapped = {DEPLOYED_DISKS: at(level)}
        twice = (DEPLOYED_DISKS, DEPLOYED_DISKS)
        yield Row(f"swapped with its policy {level}", KIND, existing(ours(), 256), twice, configuration=swapped)
    everything = (*LOCKED, *WITH_REASON)
    for level in ("advisory", "disabled"):
        told = (DEPLOYED_DISKS,) * (len(everything) + (2 if level == "disabled" else 0))
        yield Row(f"all policies {level}", KIND, ours(), told, everything, configuration={"all": at(level)})
    yield Row(
        "all policies mandatory passes", KIND, ours(), configuration={"all": at("mandatory"), NOTICES: at("advisory")}
    )


def _exempt() -> Iterator[Row]:
    exemption = {"image": "gis", **LOWERED}
    exempt = {DEPLOYED_DISKS: {"exemptions": [exemption]}}
    words = (DEPLOYED_DISKS, "agreed with the faculty")
    for mode in (Mode.PREVIEW, Mode.STATE):
        name = mode.name.lower()
        swapped, raw_swapped = existing(ours(), 256), existing(raw(), 256)
        yield Row(f"swapped and exempt is told, {name}", KIND, swapped, (NOTICES,), words, (), mode, exempt)
        yield Row(f"raw, swapped and exempt is told, {name}", KIND, raw_swapped, (NOTICES,), words, (), mode, exempt)
    of_stack = {COMPLETE: {"exemptions": [exemption]}}
    yield Row("exempt from being complete is told", KIND, raw()[1:], (NOTICES,), (COMPLETE,), configuration=of_stack)
    routed = alone(DEPLOYMENT, deployment(BAD))
    by_route = {KNOWN_ROUTE: {"exemptions": [exemption]}}
    told = (DEPLOYED_NOTICES,)
    yield Row("made by a template and exempt is told", KIND, routed, told, (KNOWN_ROUTE,), configuration=by_route)
    over = {KNOWN_ROUTE: {"exemptions": [{**exemption, "expires": YESTERDAY}]}}
    both = (KNOWN_ROUTE, KNOWN_ROUTE)
    yield Row("made by a template, expired", KIND, routed, both, (YESTERDAY, "side-door"), configuration=over)
    expired = {DEPLOYED_DISKS: {"exemptions": [{**exemption, "expires": YESTERDAY}]}}
    ended = (YESTERDAY, "256 GB")
    twice = (DEPLOYED_DISKS, DEPLOYED_DISKS)
    for mode in (Mode.PREVIEW, Mode.STATE):
        name = mode.name.lower()
        program = existing(raw(), 256)
        yield Row(f"raw with an expired exemption, {name}", Kind.STATES, program, twice, ended, (), mode, expired)
        program = existing(ours(), 256)
        yield Row(f"swapped with an expired exemption, {name}", Kind.STATES, program, twice, ended, (), mode, expired)
    today = {DEPLOYED_DISKS: {"exemptions": [{**exemption, "expires": TODAY.isoformat()}]}}
    last_day = existing(raw(), 256)
    yield Row("exempt on its last day is told", KIND, last_day, (NOTICES,), configuration=today)
    yield Row("exempt from another image", KIND, existing(raw(), 256), twice, ("cad",), configuration=_of_another())


def _of_another() -> dict[str, Any]:
    return {DEPLOYED_DISKS: {"exemptions": [{"image": "cad", **LOWERED}]}}
