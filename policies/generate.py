"""Writes the pack's generated files: `make generated`, or `python policies/generate.py` from any folder.

`regions.json` comes from the catalogue's region data, `consumers.json` from its table of services, and `prices.json`
and `language.py` are copies of its prices and of its choice of a language, if they are beside the pack. The program
beside it gets a copy of the pack's rules of a configuration: neither imports the other. The schema of the
configuration and the tables of `docs/reference/policies.md` come from the policies. `sandbox/policy-config.json` keeps
its values and gets what it lacks; `policy-config.json` at the root is the administrator's, and the policies have a
default for each key.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from lab_image_policies.generated import config, config_schema, consumers, regions, with_tables

ROOT = Path(__file__).resolve().parent.parent
PACK = Path(__file__).resolve().parent
RULES = "configuration_rules.py"
PRICES = "prices.json"
LANGUAGE = "language.py"


def main() -> None:
    """Write every generated file."""
    catalogue = ROOT / "catalog" / "regions" / "regions.json"
    if catalogue.exists():
        target = PACK / "lab_image_policies" / "regions.json"
        target.write_text(regions(catalogue.read_text(encoding="utf-8")), encoding="utf-8")
    prices = ROOT / "catalog" / "regions" / PRICES
    if prices.exists():
        shutil.copyfile(prices, PACK / "lab_image_policies" / PRICES)
    language = ROOT / "catalog" / "texts" / LANGUAGE
    if language.exists():
        shutil.copyfile(language, PACK / "lab_image_policies" / LANGUAGE)
    if (ROOT / "catalog" / "images" / "consumers.py").exists():
        target = PACK / "lab_image_policies" / "consumers.json"
        target.write_text(consumers(demands()), encoding="utf-8")
    program = ROOT / "lifecycle"
    if program.exists():
        shutil.copyfile(PACK / "lab_image_policies" / "config" / RULES, program / RULES)
    (PACK / "policy-config.schema.json").write_text(config_schema(), encoding="utf-8")
    configuration = ROOT / "sandbox" / "policy-config.json"
    if configuration.exists():
        configuration.write_text(config(configuration.read_text(encoding="utf-8")), encoding="utf-8")
    page = ROOT / "docs" / "reference" / "policies.md"
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


def demands() -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    """The catalogue's consumers with those of their rules that may refuse: certain, and not about a disk's inside."""
    sys.path.insert(0, str(ROOT))
    table = import_module("catalog.images.consumers")
    for key, service in table.SERVICES.items():
        certain = [each for each in service.demands if each.certain and each.property != "guest"]
        yield (
            key,
            service.name,
            [
                {
                    "property": each.property,
                    "source": each.source,
                    "dated": each.dated.isoformat(),
                    "accepted": list(each.accepted),
                    "least": each.least,
                    "most": each.most,
                }
                for each in certain
            ],
        )


if __name__ == "__main__":
    main()
