"""How the inputs of a resource differ, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from catalog.regions.geography import UnknownRegion, canonical
from catalog.texts.translation import N_, _
from cli.report.event_log import mapping
from cli.report.line import Line, Quoted, filled, joined, listed

# Keys of azure-native's GalleryImageVersion and GalleryImage (api-version 2024-03-03) as the catalogue calls them.
WORDS: Final = {
    "allowDeletionOfReplicatedLocations": "allow_deletion_of_replicated_locations",
    "blockDeletionBeforeEndOfLife": "block_deletion_before_end_of_life",
    "endOfLifeDate": "end_of_life",
    "excludeFromLatest": "exclude_from_latest",
    "releaseNoteUri": "release_note_uri",
    "storageAccountType": "storage_account_type",
}
END_OF_LIFE: Final = "endOfLifeDate"
UNFOLDED: Final = ("publishingProfile", "safetyProfile")
FILLED: Final = frozenset({"replicaCount", "storageAccountType"})
"""Keys that Azure fills in when a version is read, and that the program never sets for the whole version."""


def regions_of(inputs: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Target regions of a version by name, in its order; Azure's spelling of a region is the same region.

    One that is to have no replica is none.
    """
    targets = mapping(inputs.get("publishingProfile")).get("targetRegions")
    entries = [mapping(entry) for entry in targets] if isinstance(targets, list) else []
    return {_region(str(entry.get("name"))): entry for entry in entries if entry.get("regionalReplicaCount") != 0}


def region_list(inputs: Mapping[str, Any]) -> Line:
    """The target regions, with the number of replicas where it is not one."""
    counts = {name: entry.get("regionalReplicaCount", 1) for name, entry in regions_of(inputs).items()}
    return joined(
        (Quoted(name),)
        if replicas == 1
        else filled(_("{region} ({replicas} replicas)"), region=Quoted(name), replicas=Quoted(str(replicas)))
        for name, replicas in counts.items()
    ) or (_("no region"),)


def loses_replicas(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a region loses replicas. An unknown number does not count as fewer."""
    before, after = regions_of(old), regions_of(new)
    return any(name not in after or _fewer(entry, after[name]) for name, entry in before.items())


def _fewer(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    before, after = (entry.get("regionalReplicaCount", 1) for entry in (old, new))
    # JSON has no integers, and the engine writes a value that it does not know yet as a string.
    return isinstance(before, int | float) and isinstance(after, int | float) and after < before


def differences(old: Mapping[str, Any], new: Mapping[str, Any], *, found: bool = False) -> Iterator[Line]:
    """Each difference, in words. `found`: somebody else already made the change in Azure."""
    yield from region_differences(old, new, found=found)
    yield from setting_differences(old, new)


def setting_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Line]:
    """Each difference but those of regions, in words.

    What Azure has filled in is no difference, nor is another spelling of a moment.
    """
    before, after = _flat(old), _flat(new)
    for key in dict.fromkeys([*before, *after]):
        filled = key in FILLED and None in {before.get(key), after.get(key)}
        same = key == END_OF_LIFE and _moment(before.get(key)) == _moment(after.get(key))
        if before.get(key) != after.get(key) and not filled and not same:
            yield _of_value(key, before.get(key), after.get(key))


def is_taken_over(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether an update only leaves out what Azure filled in when the object was read: it was taken over before."""
    before, after = _flat(old), _flat(new)
    filled = any(key in before and key not in after for key in FILLED)
    return filled and not any(True for _ in differences(old, new))


def region_differences(old: Mapping[str, Any], new: Mapping[str, Any], *, found: bool = False) -> Iterator[Line]:
    """Each difference of regions and replicas, in words. `found`: somebody else already made the change in Azure."""
    yield from _of_regions(regions_of(old), regions_of(new), found=found)


def _moment(end: object) -> object:
    """The moment of an end of life, which Azure spells with an offset in digits; anything else as it is."""
    try:
        found = datetime.fromisoformat(str(end))
    except ValueError:
        return end
    return found if found.tzinfo else end


def _of_regions(old: Mapping[str, Any], new: Mapping[str, Any], *, found: bool) -> Iterator[Line]:
    added, removed = [name for name in new if name not in old], [name for name in old if name not in new]
    if added:
        text = N_("replicated also to {regions}") if found else N_("replicate to {regions}")
        yield filled(_(text), regions=listed(added))
    if removed:
        text = N_("no longer replicated to {regions}") if found else N_("stop replicating to {regions}")
        yield filled(_(text), regions=listed(removed))
    for name in new:
        if name not in old:
            continue
        for key in dict.fromkeys([*old[name], *new[name]]):
            before, after = old[name].get(key), new[name].get(key)
            if key != "name" and before != after:
                replicas = key == "regionalReplicaCount"
                text = N_("replicas in {region}: {change}") if replicas else N_("{setting} in {region}: {change}")
                setting = Quoted(WORDS.get(key, key))
                yield filled(_(text), setting=setting, region=Quoted(name), change=_arrow(before, after))


def _of_value(key: str, old: object, new: object) -> Line:
    if key != "tags":
        return (Quoted(WORDS.get(key, key)), ": ", *_arrow(old, new))
    before, after = mapping(old), mapping(new)
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    changes = ((Quoted(str(name)), " ", *_arrow(before.get(name), after.get(name))) for name in names)
    return filled(_("tags: {changes}"), changes=joined(changes))


def _flat(inputs: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in inputs.items():
        flat |= mapping(value) if key in UNFOLDED else {key: value}
    flat.pop("targetRegions", None)
    flat.pop("azureApiVersion", None)
    return flat


def _arrow(old: object, new: object) -> Line:
    return _value(old), " → ", _value(new)


def _value(value: object) -> str | Quoted:
    if value is None:
        return _("none")
    return Quoted(str(value).lower() if isinstance(value, bool) else str(value))


def _region(spelling: str) -> str:
    try:
        return canonical(spelling)
    except UnknownRegion:
        return spelling
