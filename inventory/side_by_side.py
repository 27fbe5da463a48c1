"""Many questions to Azure side by side, with every failure kept beside the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import TypeVar

from inventory.arm.error import ArmError, ErrorKind

Answer = TypeVar("Answer")

AFFECTS_EVERYTHING = frozenset({ErrorKind.SIGN_IN, ErrorKind.UNREACHABLE})
"""Failures that concern more than the object asked for: every other question would fail in the same way."""
AFFECTS_SUBSCRIPTION = frozenset({ErrorKind.NO_SUBSCRIPTION, ErrorKind.OTHER_TENANT})
"""Failures of every question about the same subscription."""


def affects_everything(error: ArmError, object_id: str, home: str) -> bool:
    """Whether a failure to read `object_id` concerns more than its subscription. `home` is the gallery's."""
    of_home = f"{object_id}/".lower().startswith(f"/subscriptions/{home}/".lower())
    return error.kind in AFFECTS_EVERYTHING or (of_home and error.kind in AFFECTS_SUBSCRIPTION)


def side_by_side(pool: Executor, questions: Mapping[str, Callable[[], Answer]]) -> dict[str, Answer | ArmError]:
    """The answer of each question, or the error it ended with, in the order of the questions."""
    futures = {key: pool.submit(question) for key, question in questions.items()}
    answers: dict[str, Answer | ArmError] = {}
    for key, future in futures.items():
        try:
            answers[key] = future.result()
        except ArmError as error:
            answers[key] = error
    return answers


def found(answers: Mapping[str, Answer | ArmError]) -> dict[str, Answer]:
    """The answers of the questions that did not fail."""
    return {key: answer for key, answer in answers.items() if not isinstance(answer, ArmError)}


def failed(answers: Mapping[str, object]) -> list[ArmError]:
    """The errors of the questions that failed."""
    return [answer for answer in answers.values() if isinstance(answer, ArmError)]
