"""Writes the pack's generated files: `make generated`, or `python policies/generate.py` from any folder.

`regions.json` comes from the catalogue's region data, if that is beside the pack. The schema of the configuration and
the tables of `docs/reference/policies.md` come from the policies. `policy-config.json` keeps its values and gets what
it lacks.
"""

from __future__ import annotations

from pathlib import Path

from lab_image_policies.generated import config, config_schema, regions, with_tables

ROOT = Path(__file__).resolve().parent.parent
PACK = Path(__file__).resolve().parent


def main() -> None:
    """Write every generated file."""
    catalogue = ROOT / "catalog" / "regions" / "regions.json"
    if catalogue.exists():
        target = PACK / "lab_image_policies" / "regions.json"
        target.write_text(regions(catalogue.read_text(encoding="utf-8")), encoding="utf-8")
    (PACK / "policy-config.schema.json").write_text(config_schema(), encoding="utf-8")
    configuration = ROOT / "policy-config.json"
    current = configuration.read_text(encoding="utf-8") if configuration.exists() else "{}"
    configuration.write_text(config(current), encoding="utf-8")
    page = ROOT / "docs" / "reference" / "policies.md"
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
