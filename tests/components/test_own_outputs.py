"""How the names in a stack's state are learnt from its outputs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from components import own_outputs
from components.own_outputs import with_own_outputs
from plan.observed import Deployed, Observed

GALLERY = "/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/galleries/images"
BEFORE = Observed(failures=("another",))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the engine answers, one after the other, the last one again and again; an exception is raised."""
    found: list[Any] = []

    def invoke(token: str, arguments: dict[str, str]) -> SimpleNamespace:
        assert (token, arguments) == ("pulumi:pulumi:readStackOutputs", {"name": "org/images/dev"})
        answer = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(value=answer)

    monkeypatch.setattr(pulumi.runtime, "invoke", invoke)
    monkeypatch.setattr(own_outputs, "PAUSE_SECONDS", 0)
    for name, value in (("organization", "org"), ("project", "images"), ("stack", "dev")):
        monkeypatch.setattr(pulumi, f"get_{name}", lambda value=value: value)
    return found


@pytest.mark.parametrize("answer", [None, {}, {"outputs": None}, {"outputs": {}}, {"outputs": {"galleryId": None}}])
def test_a_stack_that_was_never_deployed_has_nothing(answers: list[Any], answer: Any) -> None:
    answers.append(answer)
    assert with_own_outputs(BEFORE) == BEFORE


def test_names_and_ids_are_those_of_the_last_deployment(answers: list[Any]) -> None:
    attachments = ["/a", "/b"]
    outputs = {"galleryId": GALLERY, "imageDefinitionIds": {"gis": "/gis"}, "attachments": attachments}
    answers.append({"outputs": outputs})
    assert with_own_outputs(BEFORE).deployed == Deployed(images=("gis",), ids=(GALLERY, "/a", "/b"))


def test_versions_are_those_that_were_declared(answers: list[Any]) -> None:
    answers.append({"outputs": {"targetRegions": {"gis": {"1.0.0": ["koreacentral"], "1.1.0": []}}}})
    assert with_own_outputs(BEFORE).deployed == Deployed(versions={"gis": ("1.0.0", "1.1.0")})


def test_a_state_that_is_just_being_written_is_read_again(answers: list[Any]) -> None:
    answers += [
        *[Exception("failed to load checkpoint: EOF")] * (own_outputs.TRIES - 1),
        {"outputs": {"galleryId": "/g"}},
    ]
    assert with_own_outputs(BEFORE).deployed == Deployed(ids=("/g",))


def test_outputs_that_cannot_be_read_are_a_failure_and_never_none(answers: list[Any]) -> None:
    answers.append(Exception("invoke of pulumi:pulumi:readStackOutputs failed:\n  forbidden"))
    assert with_own_outputs(BEFORE).failures == (
        "another",
        "the outputs of org/images/dev cannot be read: invoke of pulumi:pulumi:readStackOutputs failed: forbidden",
    )
