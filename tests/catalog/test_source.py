"""Sources of versions."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog.images.source import KINDS, Source

ROOT = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/build/providers/"
IDS = {
    "vm": f"{ROOT}Microsoft.Compute/virtualMachines/vm",
    "managed_image": f"{ROOT}Microsoft.Compute/images/image",
    "disk": f"{ROOT}Microsoft.Compute/disks/disk",
    "snapshot": f"{ROOT}Microsoft.Compute/snapshots/snapshot",
    "gallery_version": f"{ROOT}Microsoft.Compute/galleries/g/images/i/versions/1.0.0",
}
VHD = {
    "storage_account": f"{ROOT}Microsoft.Storage/storageAccounts/contoso",
    "uri": "https://contoso.blob.core.windows.net/vhds/gis.vhd",
}


@pytest.mark.parametrize("kind", IDS)
def test_kinds_with_an_id(kind: str) -> None:
    source = Source.model_validate({kind: IDS[kind]})
    assert (source.kind, source.id, source.uri) == (kind, IDS[kind], None)


@pytest.mark.parametrize("kind", IDS)
def test_ids_may_be_written_in_any_case_and_get_the_usual_one(kind: str) -> None:
    shouted = ROOT.upper().replace("BUILD", "build") + IDS[kind].removeprefix(ROOT)
    assert Source.model_validate({kind: shouted}).id == IDS[kind]


@pytest.mark.parametrize(("kind", "other"), [(kind, other) for kind in IDS for other in IDS if kind != other])
def test_an_id_of_another_kind_is_refused_with_the_right_key(kind: str, other: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Source.model_validate({kind: IDS[other]})
    assert f"is the id of a {KINDS[other].type}; write {other}: instead of {kind}:" in str(caught.value)


def test_a_vhd() -> None:
    source = Source.model_validate({"vhd": VHD})
    assert (source.kind, source.id, source.uri) == ("vhd", VHD["storage_account"], VHD["uri"])


@pytest.mark.parametrize(
    "uri",
    [
        "https://contoso.blob.core.windows.net/vhds/gis.vhd?sv=2024&sig=abc",
        "https://contoso.blob.core.windows.net/vhds/gis.vhd?",
        "https://contoso.blob.core.windows.net/vhds/gis.vhd#x",
        "https://user:secret@contoso.blob.core.windows.net/vhds/gis.vhd",  # pragma: allowlist secret
        "http://contoso.blob.core.windows.net/vhds/gis.vhd",
        "https:///vhds/gis.vhd",
        "https://contoso.blob.core.windows.net/gis.vhd",
        "https://contoso.blob.core.windows.net/vhds/gis.vhdx",
        "https://[contoso/vhds/gis.vhd",
        "gis.vhd",
        "",
    ],
)
def test_addresses_that_are_no_vhd_in_a_container(uri: str) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate({"vhd": {**VHD, "uri": uri}})


def test_an_existing_version() -> None:
    source = Source.model_validate({"existing": True})
    assert (source.kind, source.id, source.uri) == ("existing", None, None)


@pytest.mark.parametrize("content", [{}, {"snapshot": None}, IDS, {"vhd": VHD, "existing": True}, {"existing": False}])
def test_exactly_one_source(content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate(content)


def test_every_key_is_a_kind() -> None:
    assert tuple(Source.model_fields) == tuple(KINDS)
