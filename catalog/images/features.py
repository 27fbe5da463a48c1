"""The features of an image definition: what machines of the image can do, by Azure's names.

Azure adds features, so a name that is not known here is allowed; only what is nearly a known one is refused. Source:
"Azure Compute Gallery", image definitions, and the service's own refusal of values.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import PlainValidator, WithJsonSchema

from catalog.files.diagnostic import shown
from catalog.files.field_error import FieldError, FieldErrors, field_error
from catalog.files.similar import nearest

SECURITY_TYPE: Final = "SecurityType"
"""The feature that names the security type, which has a key of its own: `security_type`."""

_BOOLEAN: Final = re.compile("True|False")
_CONTROLLERS: Final = re.compile("(SCSI|NVMe)(, ?(SCSI|NVMe))*")
KNOWN: Final = {
    "IsAcceleratedNetworkSupported": (_BOOLEAN, '"True" or "False"'),
    "IsHibernateSupported": (_BOOLEAN, '"True" or "False"'),
    "DiskControllerTypes": (_CONTROLLERS, '"SCSI" or "SCSI, NVMe"'),
}
"""The features that Microsoft documents, each with the values that it can have, and these in words."""

_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9]{0,99}")
_VALUE: Final = re.compile("[A-Za-z0-9 ,]{1,100}")
_MISSPELT: Final = 0.85  # likeness from which a name is taken for a known one


def _as_features(value: object) -> dict[str, str]:
    """Values by name, in the given order; true and false are the texts that Azure has for them."""
    if not isinstance(value, dict):
        raise field_error('must be names with values, such as {IsAcceleratedNetworkSupported: "True"}')
    found: dict[str, str] = {}
    wrong: list[FieldError] = []
    spellings: dict[str, str] = {}
    for name, given in value.items():
        text = str(given) if isinstance(given, bool) else given
        earlier = spellings.setdefault(str(name).lower(), str(name))
        problem = _name_problem(name) or _value_problem(str(name), text)
        if earlier != name and isinstance(name, str):
            problem = f"{earlier} is the same feature: Azure compares names without regard to case; keep one"
        if problem is not None:
            wrong.append(((str(name),), problem))
        else:
            found[str(name)] = re.sub(",(?! )", ", ", str(text)) if name in KNOWN else str(text)
    if wrong:
        raise FieldErrors(wrong)
    return found


def _name_problem(name: object) -> str | None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return "is no name of a feature; one is letters and digits, such as IsAcceleratedNetworkSupported"
    if name.lower() == SECURITY_TYPE.lower():
        return "has a key of its own; write security_type for the image instead"
    near = nearest(name, KNOWN, likeness=_MISSPELT)
    if near and near[0] != name:
        return f"there is no such feature; write {near[0]}"
    return None


def _value_problem(name: str, value: object) -> str | None:
    """Azure answers 400 InvalidParameter to a value with other characters."""
    if not isinstance(value, str):
        return f"must be text; put it in quotes, not {shown(value)}"
    if not _VALUE.fullmatch(value):
        return f"must be 1 to 100 letters, digits, spaces and commas, not {shown(value)}"
    pattern, words = KNOWN.get(name, (_VALUE, ""))
    return None if pattern.fullmatch(value) else f"must be {words}, not {shown(value)}"


Features = Annotated[
    dict[str, str],
    PlainValidator(_as_features),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {name: {"type": ["string", "boolean"]} for name in KNOWN},
            "additionalProperties": {"type": ["string", "boolean"]},
        }
    ),
]
"""Values of features by name, without the security type."""


def is_expressible(name: str, value: str) -> bool:
    """Whether the catalogue can hold a feature that Azure shows."""
    return _name_problem(name) is None and _value_problem(name, value) is None
