"""What the commands that add a version share: their options, and the edit of the catalogue.

A version that the plan would refuse is refused here, before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any, Final

import click

from catalog.fields.sizes import data_disk_count_problem, os_disk_size_problem
from catalog.files.diagnostic import InvalidFile, shown
from catalog.files.document import parse
from catalog.files.similar import same_name
from catalog.images.catalogue import Catalogue, of_document
from catalog.images.consumers import LAB_SERVICES
from catalog.images.editor import EditRefused, add_image, add_versions
from catalog.images.version_number import VersionStep
from cli.answer import print_answer
from cli.catalogue_file import command_error
from cli.chosen_stack import ChosenStack, look_up
from cli.program import commands
from cli.terminal import colored_diff, fitted, labelled, wrapped
from lifecycle.declared import HiddenImage, hidden_version, sentence
from lifecycle.findings import findings, labels, named
from lifecycle.new_offer import new_offers
from lifecycle.new_version import (
    CarriedOver,
    NewVersionError,
    agreed_facts,
    carried_over,
    new_version_conflicts,
    next_number,
    read_source,
    version_entry,
)
from lifecycle.offer import Offer
from lifecycle.remedy import remedies_of_all
from plan.external import GUIDE
from plan.observed import Observed, ObservedSource

minor_option = click.option("--minor", "step", flag_value="minor", help="Number it 1.3.0 after 1.2.5 (else 1.2.6).")
major_option = click.option("--major", "step", flag_value="major", help="Number it 2.0.0 after 1.2.5.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Show the edit, and do not write it.")


class _Fact(click.IntRange):
    """A number of at least `least` in which `problem` finds nothing wrong, as in the catalogue."""

    def __init__(self, problem: Callable[[object], str | None], *, least: int) -> None:
        super().__init__(min=least)
        self._problem = problem

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; fails with what is wrong with it."""
        given = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        message = self._problem(given)
        if message is not None:
            self.fail(message, param, ctx)
        return super().convert(value, param, ctx)


_SOURCE_OPTIONS: Final = (
    click.option(
        "--source",
        metavar="[KIND=]ID",
        required=True,
        help="What to make it from: the id of a snapshot, disk, VM, managed image or gallery version, or the address "
        "of a VHD. The id tells the kind.",
    ),
    click.option("--storage-account", metavar="ID", help="Storage account of a VHD."),
    click.option(
        "--size",
        "size_gb",
        metavar="GB",
        type=_Fact(os_disk_size_problem, least=1),
        help="OS disk, if unknown to Azure.",
    ),
    click.option(
        "--disks",
        metavar="COUNT",
        type=_Fact(data_disk_count_problem, least=0),
        help="Data disks, if unknown to Azure.",
    ),
)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to add: `source` as the catalogue writes it; `size_gb` and `disks` (data disks) from the options.

    `notes` are what a command has to say about it.
    """

    source: dict[str, Any]
    size_gb: int | None = None
    disks: int | None = None
    step: VersionStep = "patch"
    notes: tuple[str, ...] = ()


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--source`, `--storage-account`, `--size` and `--disks`; it gets them as its argument `new`.

    A source that is not valid ends the command with ClickException.
    """

    @wraps(command)
    def with_source(
        *, source: str, storage_account: str | None, size_gb: int | None, disks: int | None, **others: Any
    ) -> Any:
        try:
            new = NewVersion(read_source(source, storage_account), size_gb, disks)
        except NewVersionError as error:
            raise click.ClickException(f"--source: {error}") from None
        return command(new=new, **others)

    found: Callable[..., Any] = with_source
    for option in reversed(_SOURCE_OPTIONS):
        found = option(found)
    return found


def image_named(stack: ChosenStack, name: str) -> str:
    """The image called `name`, without regard to case. Raises ClickException if the catalogue lacks it."""
    images = stack.file.catalogue.images
    found = same_name(name, images)
    if found is None:
        add = commands(stack.settings).labs("add-image NAME --source ID")
        there = f"it has {', '.join(images)}" if images else f"`{add}` adds the first one"
        raise click.ClickException(f"{stack.file.path} has no image {shown(name)}; {there}")
    return found


def image_to_publish(stack: ChosenStack, name: str) -> str:
    """As `image_named`, for an image that gets a version. Raises ClickException if others publish its versions."""
    found = image_named(stack, name)
    if stack.file.catalogue.images[found].is_external:
        raise click.ClickException(
            f"{stack.file.path}: images.{found} says versions: external, so somebody else publishes its versions and "
            f"the catalogue has none. Have the next one published there ({GUIDE}), or add an image of its own with "
            f"`{commands(stack.settings).labs(f'add-image NAME --like {found} --source ID')}`; nothing was changed"
        )
    return found


NewImage = Callable[[ObservedSource | None], dict[str, Any]]
"""Makes the keys of a new image, without its versions, from what Azure tells of its source; may raise NewVersionError.
"""


def add_new_version(
    stack: ChosenStack, image: str, new: NewVersion, *, new_image: NewImage | None = None, dry_run: bool, as_json: bool
) -> None:
    """Add a version of `image` to the catalogue, with `new_image` the image too, and say so.

    Raises ClickException with everything that prevents its publication, or hides it from teachers and is not exempt;
    the file is then unchanged.
    """
    observed = look_up(stack, [image], new.source)
    try:
        added = _added(stack, image, new, new_image, observed)
        planned = of_document(parse(added.text, file=str(stack.file.path)))
    except (NewVersionError, EditRefused) as error:
        raise click.ClickException(str(error)) from None
    except InvalidFile as error:
        raise command_error(error) from None
    conflicts = new_version_conflicts(planned, image, added.number, stack.settings, observed)
    hidden = _hidden(stack, planned, image, added.number, _source_of(new, observed))
    # A conflict about the same key has the better advice: it knows what is published.
    hidden = [one for one in hidden if not any(one.path[-1] in conflict.cause for conflict in conflicts)]
    refused = [one for one in hidden if one.excuse is None]
    refusals = [*map(str, conflicts), *(f"{sentence([one], is_new=new_image is not None)}." for one in refused)]
    if refusals:
        raise click.ClickException("\n".join(refusals))
    if not dry_run:
        stack.file.write(added.text)
    offers = new_offers(planned, image, stack.settings, observed, datetime.now(UTC).date())
    for_users = [*new.notes, *_for_users(stack, image, added, offers, hidden)]
    if as_json:
        answer = {"dry_run": dry_run, "new_image": new_image is not None, "source": new.source}
        print_answer(_answer(stack, image, added) | answer | {"notes": for_users})
    else:
        click.echo("\n".join(map(colored_diff, _report(stack, image, added, dry_run=dry_run))))
        click.echo("\n".join(labelled(fitted(each)) for each in for_users))


def nothing_to_add(stack: ChosenStack, image: str, number: str, why: str, *, as_json: bool) -> None:
    """Say that the catalogue has in version `number` of `image` what a command would add."""
    if as_json:
        print_answer({"catalogue": str(stack.file.path), "image": image, "version": number, "added": False})
    else:
        click.echo(fitted(f"{stack.file.path}: {why}; nothing to do"))


@dataclass(frozen=True, slots=True)
class _Added:
    """The number of the new version, the catalogue's text with it, and what it has from the version before."""

    number: str
    text: str
    carried: CarriedOver | None = None


def _answer(stack: ChosenStack, image: str, added: _Added) -> dict[str, Any]:
    carried = added.carried
    return {
        "catalogue": str(stack.file.path),
        "image": image,
        "version": added.number,
        "added": True,
        "diff": "\n".join(_changed(stack.file.text, added.text)),
        "carried_over": list(carried.entry) if carried else [],
        "not_carried_over": list(carried.left) if carried else [],
    }


def _source_of(new: NewVersion, observed: Observed) -> ObservedSource | None:
    given = next(iter(new.source.values()))
    return observed.sources.get(given.lower()) if isinstance(given, str) else None


def _hidden(
    stack: ChosenStack, catalogue: Catalogue, name: str, number: str, source: ObservedSource | None
) -> list[HiddenImage]:
    """Why teachers would not see the version, by what the catalogue says of it and Azure of its source."""
    # The plan compares the generation of the source with that of the image; these two it does not.
    told = {
        key: value
        for key in ("architecture", "security_type")
        if source is not None and (value := getattr(source, key)) is not None
    }
    image = catalogue.images[name].model_copy(update=told)
    judged = catalogue.model_copy(update={"images": {name: image}})
    return hidden_version(judged, name, number, stack.settings, stack.rules, datetime.now(UTC).date())


def _added(stack: ChosenStack, image: str, new: NewVersion, new_image: NewImage | None, observed: Observed) -> _Added:
    catalogue, text, file = stack.file.catalogue, stack.file.text, str(stack.file.path)
    definition = observed.gallery.definitions.get(image.lower()) if observed.gallery else None
    declared = catalogue.images[image].versions if new_image is None else ()
    number = next_number({*declared, *(definition.versions if definition else ())}, new.step)
    source = _source_of(new, observed)
    problems: list[str] = []
    keys = _tried(lambda: new_image(source) if new_image else {}, problems)
    facts = partial(agreed_facts, source, new.size_gb, new.disks)
    answered = source is not None and source.failure is None
    entry = _tried(lambda: version_entry(new.source, facts(), catalogue.defaults, answered=answered), problems)
    if problems:
        raise NewVersionError("\n".join(problems))
    if new_image is not None:
        return _Added(number, add_image(text, image, {**keys, "versions": {number: entry}}, file=file))
    carried = carried_over(catalogue.images[image], catalogue.defaults)
    return _Added(number, add_versions(text, image, {number: {**entry, **carried.entry}}, file=file), carried)


def _tried(make: Callable[[], dict[str, Any]], problems: list[str]) -> dict[str, Any]:
    """What `make` returns; empty if it raises NewVersionError, whose message is appended."""
    try:
        return make()
    except NewVersionError as error:
        problems.append(str(error))
        return {}


def _changed(before: str, after: str) -> list[str]:
    """The lines that differ, which stand together, marked as in a diff: one less for a first image, else only more."""
    old, new = before.splitlines(), after.splitlines()
    pairs = enumerate(zip(old, new, strict=False))
    same = next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))
    left, put = old[same:], new[same:]
    while left and put and left[-1] == put[-1]:
        left, put = left[:-1], put[:-1]
    return [*(f"-{line}" for line in left), *(f"+{line}" for line in put)]


def _report(stack: ChosenStack, image: str, added: _Added, *, dry_run: bool) -> list[str]:
    file, verb = str(stack.file.path), "would add" if dry_run else "added"
    of_stack = commands(stack.settings)
    return [
        fitted(f"{file}: {verb} images.{image}.versions.{added.number}"),
        *_changed(stack.file.text, added.text),
        *(_carried_lines(added.carried) if added.carried else ()),
        "",
        f"Look with `{of_stack.pulumi('preview')}`,",
        f"and publish with `{of_stack.pulumi('up')}`.",
    ]


def _carried_lines(carried: CarriedOver) -> Iterator[str]:
    if carried.entry or carried.left:
        yield ""
    if carried.entry:
        yield f"As in {carried.number}: {', '.join(carried.entry)}."
    if carried.left:
        yield from wrapped(
            f"Not taken over from {carried.number}: {', '.join(carried.left)}; write them if they are meant."
        )


def _for_users(
    stack: ChosenStack, image: str, added: _Added, offers: Sequence[Offer], hidden: Sequence[HiddenImage]
) -> Iterator[str]:
    """What the new version means for those who use the image: teachers are named only where they will see it."""
    if hidden:
        yield from (f"Warning: {sentence([one])}." for one in hidden)
        return
    of_labs = [offer for offer in offers if offer.place.service == LAB_SERVICES]
    names = labels(offers)
    seeing = [names[offer.place] for offer in of_labs if offer.version == added.number]
    where = "" if len(seeing) == len(of_labs) else f" of {named(seeing)}"
    if seeing:
        yield (
            f"Tell teachers{where}: new labs take {image} {added.number} once it is published; labs that exist keep "
            "their copy."
        )
    elif not of_labs:
        yield f"New machines take {image} {added.number} once it is published; those that exist keep their copy."
    for finding in findings(offers):
        what_to_do = "; ".join(remedies_of_all(finding.offers, commands(stack.settings)))
        yield f"Warning: after the update {finding.text}; {what_to_do}."
