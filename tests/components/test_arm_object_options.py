"""Objects that are somebody else's, objects with a location, and objects whose service is gone."""

from __future__ import annotations

from typing import Any

import pytest

from components import arm_object
from components.arm_object import ArmObjectProvider, ArmOptions
from inventory.arm.error import ArmError, ErrorKind, from_answer

PLAN = "/subscriptions/s/resourceGroups/labs/providers/Microsoft.LabServices/labPlans/contoso"
GALLERY = "/subscriptions/s/resourceGroups/galleries/providers/Microsoft.Compute/galleries/lab_images"
GONE = '{"error": {"code": "InvalidResourceNamespace", "message": "The resource namespace is invalid."}}'
NOT_OFFERED = (
    '{"error": {"code": "NoRegisteredProviderFound", "message": "No registered resource provider found for location '
    "'westus' and API version '2023-06-07' for type 'labplans'. The supported api-versions are '%s'.\"}}"
)


class FakeArm:
    """Objects by id in lower case; `absent` counts how often an object is not there yet, `error` refuses everything."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.writes: list[tuple[str, Any]] = []
        self.absent = 0
        self.error: ArmError | None = None

    def get(self, resource_id: str, api_version: str) -> dict[str, Any] | None:
        self._refuse()
        if self.absent:
            self.absent -= 1
            return None
        return self.objects.get(resource_id.lower())

    def put(self, resource_id: str, api_version: str, body: Any) -> dict[str, Any]:
        return self._write("PUT", resource_id, body, dict(body))

    def patch(self, resource_id: str, api_version: str, body: Any) -> dict[str, Any]:
        there = self.objects[resource_id.lower()]
        return self._write("PATCH", resource_id, body, there | {"properties": there["properties"] | body["properties"]})

    def delete(self, resource_id: str, api_version: str) -> None:
        self._refuse()
        self.writes.append(("DELETE", None))

    def _write(self, method: str, resource_id: str, body: Any, stored: dict[str, Any]) -> dict[str, Any]:
        self._refuse()
        self.writes.append((method, body))
        self.objects[resource_id.lower()] = stored
        return stored

    def _refuse(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def arm(monkeypatch: pytest.MonkeyPatch) -> FakeArm:
    fake = FakeArm()
    fake.objects[PLAN.lower()] = {"properties": {"allowedRegions": ["koreacentral"], "sharedGalleryId": None}}
    monkeypatch.setattr(arm_object, "_arm", lambda _: fake)
    monkeypatch.setattr(arm_object, "PAUSE_SECONDS", 0)
    return fake


def theirs(body: dict[str, Any], *given_back: str) -> dict[str, Any]:
    """Inputs of an object that is somebody else's."""
    options = ArmOptions(update_only=True, when_absent="wait for it", given_back=given_back)
    return {"resourceId": PLAN, "apiVersion": "2023-06-07", "body": body, **options.inputs()}


def attached() -> dict[str, Any]:
    return theirs({"sharedGalleryId": GALLERY}, "sharedGalleryId")


def test_only_the_declared_property_is_written_and_given_back(arm: FakeArm) -> None:
    provider = ArmObjectProvider()
    made = provider.create(attached())
    assert (made.id, made.outs) == (PLAN, attached())
    assert arm.writes == [("PATCH", {"properties": {"sharedGalleryId": GALLERY}})]
    provider.delete(PLAN, dict(made.outs or {}))
    assert arm.writes[1:] == [("PATCH", {"properties": {"sharedGalleryId": None}})]
    assert arm.objects[PLAN.lower()]["properties"]["allowedRegions"] == ["koreacentral"]


def test_what_is_as_declared_already_is_not_written(arm: FakeArm) -> None:
    arm.objects[PLAN.lower()]["properties"]["sharedGalleryId"] = GALLERY.upper()
    provider = ArmObjectProvider()
    assert provider.create(attached()).outs == attached()
    assert provider.update(PLAN, attached(), attached()).outs == attached()
    assert arm.writes == []


def test_what_somebody_has_changed_since_is_not_given_back(arm: FakeArm) -> None:
    arm.objects[PLAN.lower()]["properties"]["sharedGalleryId"] = f"{GALLERY}_2"
    ArmObjectProvider().delete(PLAN, attached())
    arm.objects.clear()
    ArmObjectProvider().delete(PLAN, attached())
    assert arm.writes == []


def test_a_switch_stays_as_it_is_when_nobody_declares_it_any_more(arm: FakeArm) -> None:
    arm.objects[PLAN.lower()]["properties"]["enabledState"] = "Disabled"
    provider = ArmObjectProvider()
    provider.create(theirs({"enabledState": "Enabled"}))
    provider.update(PLAN, theirs({"enabledState": "Enabled"}), theirs({"enabledState": "Disabled"}))
    provider.delete(PLAN, theirs({"enabledState": "Disabled"}))
    assert [body["properties"] for _, body in arm.writes] == [{"enabledState": "Enabled"}, {"enabledState": "Disabled"}]


def test_an_object_that_its_service_makes_later_is_waited_for(arm: FakeArm) -> None:
    arm.absent = arm_object.TRIES - 1
    ArmObjectProvider().create(attached())
    assert len(arm.writes) == 1
    arm.absent = arm_object.TRIES
    with pytest.raises(ArmError) as caught:
        ArmObjectProvider().create(attached())
    assert str(caught.value) == (
        f"{PLAN} is not there (asked {arm_object.TRIES} times), and only its service can make it; wait for it"
    )


def test_a_location_is_sent_where_a_type_wants_one(arm: FakeArm) -> None:
    inputs = {"resourceId": f"{PLAN}2", "apiVersion": "1", "body": {"galleryId": GALLERY}}
    inputs |= ArmOptions(location="koreacentral").inputs()
    made = ArmObjectProvider().create(inputs)
    assert made.outs == inputs
    ArmObjectProvider().update(f"{PLAN}2", inputs, inputs)
    assert arm.writes == [("PUT", {"location": "koreacentral", "properties": {"galleryId": GALLERY}})] * 2


def test_initial_properties_are_sent_and_then_left_alone(arm: FakeArm) -> None:
    options = ArmOptions(location="koreacentral", initial={"allowAllImages": "Enabled"})
    inputs = {"resourceId": f"{PLAN}2", "apiVersion": "1", "body": {"galleryId": GALLERY}, **options.inputs()}
    provider = ArmObjectProvider()
    assert provider.create(inputs).outs == inputs
    assert [body["properties"] for _, body in arm.writes] == [{"galleryId": GALLERY, "allowAllImages": "Enabled"}]
    arm.objects[f"{PLAN}2".lower()]["properties"]["allowAllImages"] = "Disabled"
    assert provider.read(f"{PLAN}2", inputs).outs == inputs
    assert provider.create(inputs).outs == inputs
    assert len(arm.writes) == 1


def test_what_went_with_its_resource_group_is_not_given_back(arm: FakeArm) -> None:
    arm.error = from_answer(404, '{"error": {"code": "ResourceGroupNotFound", "message": "no"}}', "GET", PLAN)
    ArmObjectProvider().delete(PLAN, attached())
    assert arm.writes == []


@pytest.mark.parametrize(
    "answer",
    [(404, GONE), (404, GONE.replace("Namespace", "Type")), (400, NOT_OFFERED % "")],
    ids=lambda it: it[1][:40],
)
@pytest.mark.parametrize("inputs", [attached(), {"resourceId": PLAN, "apiVersion": "1", "body": {}}])
def test_when_the_service_is_gone_its_objects_are_too_and_that_is_printed(
    arm: FakeArm, capfd: pytest.CaptureFixture[str], answer: tuple[int, str], inputs: dict[str, Any]
) -> None:
    arm.error = from_answer(*answer, "GET", PLAN)
    assert ArmObjectProvider().read(PLAN, inputs).id == ""
    ArmObjectProvider().delete(PLAN, inputs)
    printed = capfd.readouterr().err.splitlines()
    assert len(printed) == 2
    assert all(line.startswith(f"{PLAN} counts as gone, because its service no longer exists") for line in printed)
    with pytest.raises(ArmError):
        ArmObjectProvider().create(inputs)
    with pytest.raises(ArmError):
        ArmObjectProvider().update(PLAN, inputs, inputs)


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, NOT_OFFERED % "2030-01-01"), (403, '{"error": {"code": "AuthorizationFailed", "message": "no"}}')],
)
def test_any_other_refusal_is_no_end_of_a_service(arm: FakeArm, status: int, body: str) -> None:
    arm.error = from_answer(status, body, "GET", PLAN)
    assert arm.error.kind is not ErrorKind.NO_PROVIDER
    with pytest.raises(ArmError):
        ArmObjectProvider().read(PLAN, attached())
    with pytest.raises(ArmError):
        ArmObjectProvider().delete(PLAN, attached())
