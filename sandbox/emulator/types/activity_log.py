"""The activity log of a subscription: who changed what, made from the emulator's own log of requests."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sandbox.emulator.arm_path import ArmPath, parse
from sandbox.emulator.rules import ArmError, Evidence, Json, rule
from sandbox.emulator.types.resource_type import Context, ResourceType, WriteRequest

FILTER_NEEDED = rule(
    "activity-log-filter",
    "The activity log is asked with a filter: eventTimestamp ge a time, and at will eventTimestamp le a time and one "
    "of resourceGroupName, resourceUri, resourceProvider and correlationId eq a value.",
    evidence=Evidence.QUOTED,
    where="MicrosoftDocs/feedback issue 319, with code and text; Azure Monitor REST API, Activity Logs - List; only "
    "resourceGroupName and resourceUri are imitated",
)
EVENTS = rule(
    "activity-log-events",
    "The activity log has an event for each change that Azure was asked for, with caller, operation, resource, time "
    "and result; reading leaves none.",
    evidence=Evidence.EXAMPLE,
    where="GetActivityLogsFiltered; Azure writes several events for one change (its beginning, its end), of which the "
    "sandbox shows the last only, and after some minutes, where the sandbox shows it at once",
)
VERBS: Final = {"PUT": "write", "PATCH": "write", "DELETE": "delete"}
TERM: Final = re.compile(r"(\w+)\s+(ge|le|eq)\s+'([^']*)'", re.IGNORECASE)


class ActivityLog(ResourceType):
    """The events of one subscription; only the list exists."""

    type = "Microsoft.Insights/eventtypes/values"
    api_versions = ("2015-04-01",)
    tracked = False

    def check(self, write: WriteRequest) -> None:
        """Refuse every write."""
        raise ArmError(405, "MethodNotAllowed", "Nobody writes into the activity log.")

    @EVENTS.applies
    def listed(self, path: ArmPath, context: Context) -> list[Json]:
        """Return the events that the filter asks for, the latest first."""
        terms = {(name.lower(), operator.lower()): value for name, operator, value in TERM.findall(_filter(context))}
        since = _time(terms.get(("eventtimestamp", "ge")))
        if since is None:
            raise FILTER_NEEDED.refusal(
                400, "BadRequest", "The $filter must have eventTimestamp ge a time, such as '2026-01-31T00:00:00Z'."
            )
        until = _time(terms.get(("eventtimestamp", "le"))) or context.now
        group, resource = terms.get(("resourcegroupname", "eq")), terms.get(("resourceuri", "eq"))
        found = [
            event
            for entry, changed in _changes(context)
            if since <= entry["time"] <= until and changed.subscription == path.subscription
            for event in [_event(entry, changed)]
            if (group is None or changed.resource_group.lower() == group.lower())
            and (resource is None or changed.key == resource.rstrip("/").lower())
        ]
        return found[::-1]


def _filter(context: Context) -> str:
    return str(context.query.get("$filter", ""))


def _time(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None


def _changes(context: Context) -> Iterator[tuple[Json, ArmPath]]:
    """The requests that change something, with what they change."""
    for entry in context.state.requests():
        path = parse(unquote(urlsplit(str(entry["path"])).path)) if entry["method"] in (*VERBS, "POST") else None
        if path is not None and not path.is_collection and path.subscription:
            yield entry, path


def _event(entry: Mapping[str, Any], changed: ArmPath) -> Json:
    verb = VERBS.get(entry["method"])
    operation = f"{changed.type}/{verb}" if verb else f"{changed.type}/action"
    status = "Succeeded" if 200 <= entry["status"] < 300 else "Failed"
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, str(entry["number"])))
    moment = datetime.fromtimestamp(entry["time"], UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "authorization": {"action": operation, "scope": changed.text},
        "caller": entry.get("caller", ""),
        "correlationId": identity,
        "eventDataId": identity,
        "eventName": _name("EndRequest", "End request"),
        "eventTimestamp": moment,
        "httpRequest": {"clientRequestId": identity, "method": entry["method"]},
        "id": f"{changed.text}/events/{identity}/ticks/{int(entry['time'] * 10_000_000)}",
        "level": "Informational" if status == "Succeeded" else "Error",
        "operationId": identity,
        "operationName": _name(operation),
        "properties": {"statusCode": str(entry["status"])},
        "resourceGroupName": changed.resource_group,
        "resourceId": changed.text,
        "resourceProviderName": _name(changed.namespace),
        "status": _name(status),
        "submissionTimestamp": moment,
        "subscriptionId": changed.subscription,
    }


def _name(value: str, localized: str = "") -> Json:
    return {"value": value, "localizedValue": localized or value}
