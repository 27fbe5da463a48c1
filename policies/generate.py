"""Writes the pack's generated files: `python policies/generate.py`, from anywhere in the repository.

`regions.json` comes from the catalogue's region data, where that is beside the pack; `policy-config.json` keeps what
stands in it, and its schema and the tables of `docs/reference/policies.md` come from the policies themselves.
"""

from __future__ import annotations

from pathlib import Path

from lab_image_policies.generated import config_schema, default_config, regions, with_tables

ROOT = Path(__file__).resolve().parent.parent
PACK = Path(__file__).resolve().parent


def main() -> None:
    """Write every generated file anew."""
    catalogue = ROOT / "catalog" / "regions" / "regions.json"
    if catalogue.exists():
        target = PACK / "lab_image_policies" / "regions.json"
        target.write_text(regions(catalogue.read_text(encoding="utf-8")), encoding="utf-8")
    (PACK / "policy-config.schema.json").write_text(config_schema(), encoding="utf-8")
    configuration = ROOT / "policy-config.json"
    if not configuration.exists():
        configuration.write_text(default_config(), encoding="utf-8")
    page = ROOT / "docs" / "reference" / "policies.md"
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
