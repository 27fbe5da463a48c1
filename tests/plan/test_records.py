"""What a plan is made from, and what it consists of: records that nobody changes afterwards."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass
from types import ModuleType
from typing import Any

import pytest

import plan as package
from plan import observed, planned
from tests.support.builders import GALLERY, observed_definition

MODULES = [importlib.import_module(f"plan.{module.name}") for module in pkgutil.iter_modules(package.__path__)]
RECORDS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, type) and is_dataclass(value) and value.__module__ == module.__name__
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_is_frozen_and_has_its_own_fields_only(record: type) -> None:
    made: Any = object.__new__(record)
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(record)[0].name, None)
    assert not hasattr(made, "__dict__")
    assert [field.name for field in fields(record) if field.default is True] == [], "what nobody says is not so"


@pytest.mark.parametrize("module", [observed, planned])
def test_what_is_observed_and_planned_are_records(module: ModuleType) -> None:
    classes = {
        value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__
    }
    assert classes
    assert classes <= set(RECORDS)


def test_a_definition_is_named_as_azure_spells_it() -> None:
    assert observed_definition(id=f"{GALLERY}/images/Teacher_GIS/").name == "Teacher_GIS"
