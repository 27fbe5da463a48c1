"""The reports of recorded runs. `make recorded` plays the runs on the engine and writes events and reports again."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from catalog.regions.prices import PriceTable
from catalog.texts.language import Language
from catalog.texts.translation import speaking
from cli.report.event_log import read_event_log
from cli.report.layout import MARKDOWN
from cli.report.places import Places
from cli.report.render import render
from cli.report.run import COMPONENT, read_run
from tests.cli.report.scenes import record
from tests.cli.report.stable import RECORDED_ON, stable

EVENTS: Final = Path(__file__).with_name("events")
PRICES: Final = PriceTable(
    "USD",
    "2026-11-01",
    "a test",
    {
        "eastus": {"Standard_LRS": Decimal("0.05"), "Standard_ZRS": Decimal("0.05")},
        "koreacentral": {"Standard_LRS": Decimal("0.06")},
    },
)
TRANSLATED: Final[tuple[tuple[str, Language], ...]] = tuple(
    (name, language) for name in ("changed", "failed") for language in ("ko", "ja")
)
"""Reports that are recorded in other languages, too."""
INPUTS: Final = (
    "publishingProfile",
    "galleryName",
    "resourceId",
    "roleDefinitionId",
    "principalId",
    "principalType",
)
NEEDED: Final = ("policyEvent", "diagnosticEvent", "resourcePreEvent", "resOutputsEvent", "resOpFailedEvent")


def recordings() -> list[str]:
    """Names of all recorded runs."""
    return sorted(file.stem for file in EVENTS.glob("*.json"))


def markdown(name: str) -> str:
    """The report of one recorded run."""
    return render([read_run(name, read_event_log(EVENTS / f"{name}.json"))], MARKDOWN, places=priced())


def translated(name: str, language: Language) -> str:
    """The same in another language."""
    with speaking(language):
        return markdown(name)


def priced() -> Places:
    """The places of no project, with PRICES, on the day of the recording."""
    return Places(read_prices=lambda _settings: PRICES, today=RECORDED_ON)


def trimmed(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """An event without what the report never reads; None when that is all."""
    if "summaryEvent" in event:
        read = ("isPreview", "result", "resourceChanges")
        return {"summaryEvent": {key: event["summaryEvent"][key] for key in read if key in event["summaryEvent"]}}
    kind = next((kind for kind in NEEDED if kind in event), None)
    if kind is None or event[kind].get("severity") == "debug":
        return None
    metadata = event[kind].get("metadata")
    if metadata is None:
        return {kind: event[kind]}
    if metadata["type"] == "pulumi:pulumi:Stack":
        # That the stack stays as it is comes with its outputs, which a run that fails may get to or not.
        if kind == "resOutputsEvent" and metadata["op"] == "same":
            return None
        return {kind: {"metadata": {key: metadata[key] for key in ("op", "urn", "type")}}}
    if metadata["type"] == COMPONENT and kind == "resourcePreEvent":
        return {kind: {"metadata": {key: metadata[key] for key in ("op", "urn", "type")} | _sides(metadata, _sizes)}}
    if metadata["op"] == "same" or not (metadata["new"] or metadata["old"]).get("custom"):
        return None
    kept = {key: metadata[key] for key in ("op", "urn", "type", "diffs") if key in metadata}
    inputs = _all if metadata["op"] == "update" else _needed
    return {kind: {"metadata": kept | _sides(metadata, inputs)}}


def _sides(metadata: Mapping[str, Any], inputs: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    """What the resource was and is, with some of its inputs."""
    found = {}
    for side in ("old", "new"):
        state = metadata[side]
        if state is not None:
            kept = {key: state[key] for key in ("custom", "id", "protect", "retainOnDelete") if state.get(key)}
            found[side] = kept | {"inputs": inputs(state.get("inputs") or {})}
    return found


def _all(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return inputs


def _needed(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: inputs[key] for key in INPUTS if key in inputs}


def _sizes(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = ("version", "osDiskSizeGb", "dataDiskCount")
    versions = [{key: entry[key] for key in kept if key in entry} for entry in inputs["versions"]]
    return {"image": inputs["image"], "versions": versions}


def main() -> None:
    """Record, unless only reports are wanted, and write the reports."""
    if "--reports-only" not in sys.argv:
        EVENTS.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            for name, events in record(Path(folder) / "project"):
                kept = stable(found for found in map(trimmed, events) if found)
                lines = [json.dumps(event, separators=(",", ":")) for event in kept]
                (EVENTS / f"{name}.json").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in recordings():
        (EVENTS / f"{name}.md").write_text(markdown(name), encoding="utf-8")
    for name, language in TRANSLATED:
        (EVENTS / f"{name}.{language}.md").write_text(translated(name, language), encoding="utf-8")


if __name__ == "__main__":
    main()
