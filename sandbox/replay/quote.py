"""Requests rebuilt from errors that people quoted: what must have been sent for Azure to answer so.

The path of a quote is a placeholder such as `(galleries/images)`, with or without the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sandbox.emulator.rules import Json
from sandbox.replay.example import GROUP, SUBSCRIPTION, Example, NotReplayable

SCOPE = GROUP.replace("{subscriptionId}", SUBSCRIPTION).replace("{resourceGroupName}", "quoted")
NAMES = {"galleries": "quoted", "images": "quoted", "versions": "1.0.0", "labPlans": "quoted"}
FEATURE = re.compile(r"The value '([^']*)' for feature '([^']*)' is invalid")
PROPERTY = re.compile(r"Changing property '\w+\.properties\.([\w.]+)' is not allowed")
ROLE = "f1a07417-d97a-45cb-824c-7a7467783830"
PRINCIPAL = "00000000-0000-0000-0000-0000000000ef"
ASSIGNMENT = "00000000-0000-0000-0000-0000000000e1"
REGION = "westus"
CHANGED: dict[str, object] = {"hyperVGeneration": "V2", "osType": "Linux", "osState": "Specialized"}
"""Values that a definition of the replay does not have."""
API_VERSIONS = {"Microsoft.Compute": "2024-03-03", "Microsoft.Authorization": "2022-04-01"}


def rebuilt(quote: Example) -> Example:
    """Return a request that is answered so. Raises NotReplayable when the quote does not say what was sent."""
    namespace, path = _path(quote.path.strip("()"))
    (answer,) = quote.answers.values()
    error = (answer.get("body") or {}).get("error") or {}
    body = None if quote.method in ("GET", "DELETE") else _body(path, error)
    query = {"api-version": API_VERSIONS[namespace]}
    return replace(quote, path=f"{SCOPE}/providers/{path}", query=query, body=body)


def _path(placeholder: str) -> tuple[str, str]:
    if placeholder.lower().startswith("microsoft.authorization/roleassignments"):
        return "Microsoft.Authorization", f"Microsoft.Authorization/roleAssignments/{ASSIGNMENT}"
    words = placeholder.removeprefix("Microsoft.Compute/").split("/")
    types = words if all(word in NAMES for word in words) else words[0::2]
    if types[0] != "galleries" or not all(word in NAMES for word in types):
        raise NotReplayable(f"type not imitated ({placeholder})")
    names = words[1::2] if types != words else [NAMES[word] for word in words]
    pairs = [part for pair in zip(types, names, strict=True) for part in pair]
    return "Microsoft.Compute", "/".join(("Microsoft.Compute", *pairs))


def _body(path: str, error: Json) -> Json:
    for build in BUILDERS:
        body = build(path, error)
        if body is not None:
            return body
    raise NotReplayable(f"the quoted answer ({error.get('code')}) does not say what was sent")


def _role(path: str, _error: Json) -> Json | None:
    if "/roleAssignments/" not in path:
        return None
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}"
    return {"properties": {"roleDefinitionId": role, "principalId": PRINCIPAL}}


def _feature(_path: str, error: Json) -> Json | None:
    found = FEATURE.search(str(error.get("message")))
    feature = {"name": found[2], "value": found[1]} if found else None
    return _definition({"features": [feature]}) if feature else None


def _change(path: str, error: Json) -> Json | None:
    found = PROPERTY.search(str(error.get("message")))
    if not found:
        return None
    if "/versions/" in path:
        source = f"{SCOPE}/providers/Microsoft.Compute/images/another"
        return {"location": REGION, "properties": {"storageProfile": {"source": {"id": source}}}}
    *parents, last = found[1].split(".")
    body = _definition({})
    place = body["properties"]
    for name in parents:
        place = place.setdefault(name, {})
    place[last] = CHANGED.get(last, "another")
    return body


def _definition(changes: Json) -> Json:
    identifier = {"publisher": "quoted", "offer": "quoted", "sku": "quoted"}
    standard = {"osType": "Windows", "osState": "Generalized", "hyperVGeneration": "V1", "identifier": identifier}
    return {"location": REGION, "properties": standard | changes}


BUILDERS: tuple[Callable[[str, Json], Json | None], ...] = (_role, _feature, _change)
