"""A client of Azure Resource Manager that sends no question twice."""

from __future__ import annotations

from concurrent.futures import Future
from threading import Lock

from azure.core.rest import HttpRequest

from inventory.arm.client import Answer, Arm


class AskedOnce(Arm):
    """A client that answers a question again as it was answered the first time.

    Two questions are the same if their addresses are. Several threads that ask the same wait for one answer, or for one
    refusal; whoever asks after a refusal, or after anything was written, asks again.
    """

    def __init__(self, *, subscription: str) -> None:
        super().__init__(subscription=subscription)
        self._lock = Lock()
        self._answers: dict[str, Future[Answer]] = {}

    def _run(self, request: HttpRequest) -> Answer:
        if request.method != "GET":
            with self._lock:
                self._answers.clear()
            return super()._run(request)
        with self._lock:
            first = request.url not in self._answers
            answer = self._answers.setdefault(request.url, Future())
        if first:
            try:
                answer.set_result(super()._run(request))
            except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it too
                with self._lock:
                    self._answers.pop(request.url, None)
                answer.set_exception(error)
        return answer.result()
