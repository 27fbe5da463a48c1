"""What each harness starts from: inputs of the repository itself, good and bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from catalog.fields.resource_id import EXAMPLE

GALLERY: Final = EXAMPLE.replace("snapshots/ubuntu-2204", "galleries/labs/images/gis/versions/1.0.0")


def yaml_files(root: Path) -> Iterator[bytes]:
    """Catalogues, stack files and other YAML, and a small one of each construct."""
    for name in ("sandbox/images.yaml", "Pulumi.yaml", "Pulumi.dev.yaml", "examples/united-states/images.yaml"):
        yield (root / name).read_bytes()
    yield from (b"", b"a: 1\n", b"- [1, {b: ~}]\n", b"? k\n: |\n  text\n", b"a: &x 1\nb: *x\n", b"!!set {a}\n")
    yield from (b'"\\u00e9": 1\n', b"'it''s': >-\n  folded\n  text\n", b"\xef\xbb\xbfa: -.5e3\n", b"--- 1\n--- 2\n")


def catalogues(root: Path) -> Iterator[bytes]:
    """The catalogues, whole and one image long."""
    text = (root / "sandbox/images.yaml").read_bytes()
    yield text
    yield from ((root / "examples" / name / "images.yaml").read_bytes() for name in ("united-states", "packer"))
    head, *images = text.split(b"\n\n  ")
    yield from (b"images:\n  " + image for image in images)
    yield head


def resource_ids(root: Path) -> Iterator[bytes]:  # noqa: ARG001 - all are called alike
    """Ids of several depths and spellings."""
    for text in (EXAMPLE, GALLERY, EXAMPLE.upper(), EXAMPLE.lower(), GALLERY.replace("/resourceGroups/images", "")):
        yield text.encode()


SEEDS: Final[dict[str, Callable[[Path], Iterator[bytes]]]] = {
    "yaml_loader": yaml_files,
    "catalogue": catalogues,
    "resource_id": resource_ids,
}
"""The harnesses, by module, with their seeds."""
