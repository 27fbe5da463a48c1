"""Whether a gallery may be destroyed: not while it has images of other owners, nor while soft deletion is on."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.fields.api_versions import API_VERSIONS
from catalog.stacks.commands import Commands
from catalog.stacks.settings import PRETEND
from plan.observed import ObservedGallery

_API_VERSION = API_VERSIONS["Microsoft.Compute/galleries"]


class DestroyRefused(Exception):
    """A gallery is not to be destroyed now; the text says why, and what to do."""


def check_destroy(gallery: ObservedGallery, owner_tag: tuple[str, str]) -> None:
    """Raise DestroyRefused with everything that speaks against destroying `gallery`, all of whose versions are known.

    `owner_tag` is name and value of the tag on what the stack made. Source, for soft deletion: "Soft Delete in Azure
    Compute Gallery".
    """
    findings = []
    others = of_others(gallery, owner_tag)
    commands = Commands(owner_tag[1].rpartition("/")[2], gallery.id.split("/")[2].startswith(PRETEND))
    up = commands.pulumi("up")
    name = gallery.id.rpartition("/")[2]
    if gallery.soft_delete and gallery.definitions:
        findings.append(
            f"The gallery {name} has soft delete on: Azure would keep each deleted version for 7 days and delete "
            "neither the image definitions nor the gallery meanwhile, so nothing was deleted. Switch it off with "
            f"`{commands.pulumi('config set softDelete false')}` and `{up}`, and destroy again; what is deleted then "
            "cannot be restored."
        )
    if others:
        listed = "".join(f"\n  {found}" for found in others)
        findings.append(
            f"The gallery {name} has images that this stack did not make, as teachers' exports and what others publish "
            f"are (they lack the tag {owner_tag[0]} = {owner_tag[1]}), so nothing was deleted:{listed}\n"
            "Ask whose they are. Then either copy what is still needed elsewhere, take the stack's lock off if it has "
            f"one (`{commands.pulumi('config rm lock')}`, `{up}`), delete each of them in this order with "
            f"`{commands.rest('delete', f'ID?api-version={_API_VERSION}')}`, and destroy again; or leave the gallery "
            f"with everything in it to its users: `{commands.pulumi('stack rm --force')}` forgets the stack and "
            "deletes nothing in Azure."
        )
    if findings:
        raise DestroyRefused("\n".join(findings))


def of_others(gallery: ObservedGallery, owner_tag: tuple[str, str]) -> tuple[str, ...]:
    """Ids of the versions and definitions that lack the tag, each definition after its versions.

    Whatever lies in a definition of somebody else is somebody else's.
    """
    found: list[str] = []
    for _, definition in sorted(gallery.definitions.items()):
        ours = _is_ours(definition.tags, owner_tag)
        versions = definition.versions.values()
        found += [version.id for version in versions if not (ours and _is_ours(version.tags, owner_tag))]
        found += [] if ours else [definition.id]
    return tuple(found)


def _is_ours(tags: Mapping[str, str], owner_tag: tuple[str, str]) -> bool:
    return tags.get(owner_tag[0]) == owner_tag[1]
