"""What is in Azure now, in three views: of a stack, of single images, and of a whole gallery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from catalog.fields.api_versions import API_VERSIONS
from catalog.images.catalogue import Catalogue
from catalog.stacks.attachment import ATTACHMENT_KINDS, AttachmentKind
from catalog.stacks.commands import Commands
from catalog.stacks.settings import Settings, command_of
from inventory.answer import region, tags
from inventory.arm.client import Arm
from inventory.arm.error import NO_OBJECT_OR_GROUP, ArmError, ErrorKind
from inventory.arm.pipeline import THREADS
from inventory.gallery import is_settled, look_up_gallery, look_up_namesake, look_up_progress
from inventory.labs import look_up_lab_plan, look_up_labs
from inventory.roles import look_up_roles
from inventory.session import Session, refuse_pretend, signed_in
from inventory.shared_session import shared_session
from inventory.side_by_side import affects_everything, failed, found, side_by_side
from inventory.sources import look_up_sources
from plan.lab_plan import lab_plan_id
from plan.lock import lock_id
from plan.observed import (
    Observed,
    ObservedGallery,
    ObservedLabPlan,
    ObservedResourceGroup,
    ObservedVersion,
    RegionProgress,
)
from plan.republish import may_have_failed_copy
from plan.roles import principals
from plan.stack import Stack

Progress = dict[str, tuple[RegionProgress, ...]]
"""Progress of versions, by version id in lower case."""


def observe(catalogue: Catalogue, settings: Settings, arm: Arm | None = None, *, whole_stack: bool = True) -> Observed:
    """The gallery, its published versions, the labs, and the sources of versions that are not published yet.

    Every look-up is made, whatever the others answer. A failure stands beside what it belongs to
    (`ObservedSource.failure`, `ObservedLabPlan.failure`, …), or in `Observed.failures` when it concerns more than that.
    Raises nothing for a refusal. Without `whole_stack` the catalogue is a part of the stack's: what the stack made and
    the catalogue lacks is not about to be deleted, so its versions are not looked up.
    """
    owner = settings.owner_tag if whole_stack else None
    try:
        with shared_session(), _session_of(settings, arm) as session:
            moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return replace(_observe(catalogue, settings, session, owner), moment=moment)
    except ArmError as error:
        return Observed(failures=(str(error),))


def observe_images(
    settings: Settings, images: Collection[str], sources: Collection[tuple[str, str]] = (), *, with_labs: bool = False
) -> Observed:
    """The stack's gallery with the versions of `images`, and `sources` (kind, id) that need not be in the catalogue.

    Roles and the resource group are not looked up, labs only on request: one that cannot be read is then left out. A
    resource group that does not exist is no failure. Raises nothing for a refusal.
    """
    try:
        with _session_of(settings) as session:
            gallery, errors = look_up_gallery(session.arm, session.pool, Stack(settings).gallery_id, images)
            found_sources = look_up_sources(session.arm, session.pool, sources, settings.subscription_id)
            labs = _readable_labs(session, settings) if with_labs else Observed()
    except ArmError as error:
        return Observed(failures=(str(error),))
    failures = tuple(map(str, _without_group(errors)))
    return _merged([Observed(gallery=gallery, failures=failures), found_sources, labs])


def whole_gallery(gallery: str, image: str | None = None) -> ObservedGallery | None:
    """The gallery with this id and every version in it, whoever made it; None if it is gone. Raises ArmError.

    With `image` it has that definition only, if at all.
    """
    with signed_in(gallery.split("/")[2]) as session:
        answer, errors = look_up_gallery(session.arm, session.pool, gallery, None if image is None else [image])
    for error in _without_group(errors):
        raise error
    if answer is None or image is None:
        return answer
    definitions = {key: found for key, found in answer.definitions.items() if key == image.lower()}
    return replace(answer, definitions=definitions)


class WholeGallery:
    """A stack's gallery with everything in it, looked at repeatedly in one session. `signed_in` makes it."""

    def __init__(self, settings: Settings, session: Session) -> None:
        self._settings, self._arm, self._pool = settings, session.arm, session.pool

    @classmethod
    @contextmanager
    def signed_in(cls, settings: Settings) -> Iterator[WholeGallery]:
        """For as long as the block lasts. Raises ArmError if signing in fails."""
        with _session_of(settings) as session:
            yield cls(settings, session)

    def look(self) -> Observed:
        """The gallery with all definitions and their versions, and the labs; failures as in `observe`."""
        settings, arm, pool = self._settings, self._arm, self._pool
        with ThreadPoolExecutor(THREADS, thread_name_prefix="question") as threads:  # they wait for the pool's
            answers = side_by_side(
                threads,
                {
                    "gallery": lambda: _gallery(
                        settings, *look_up_gallery(arm, pool, Stack(settings).gallery_id, None)
                    ),
                    "labs": lambda: _look_up_labs(arm, pool, settings),
                    "lab plan": lambda: Observed(lab_plan=_lab_plan(arm, settings)),
                },
            )
        return _together(answers.values())

    def progress(self, wanted: Iterable[ObservedVersion], before: Progress) -> tuple[Progress, list[ArmError]]:
        """The progress of each version `wanted`, and the look-ups that failed.

        Each version is a request, because lists lack its progress; those that were complete `before` are not asked
        again. A version that is deleted meanwhile is left out.
        """
        versions = {version.id.lower(): version for version in wanted}
        known = {key: before[key] for key in versions if key in before and is_settled(versions[key], before[key])}
        answers = side_by_side(
            self._pool,
            {key: partial(look_up_progress, self._arm, versions[key].id) for key in versions if key not in known},
        )
        return known | {key: answer for key, answer in found(answers).items() if answer is not None}, failed(answers)


@contextmanager
def _session_of(settings: Settings, arm: Arm | None = None) -> Iterator[Session]:
    """A session for a stack, as `signed_in` makes it. Raises ArmError before any sign-in if Azure lacks the stack."""
    if arm is None:
        refuse_pretend(settings.subscription_id)
    with signed_in(settings.subscription_id, arm) as session:
        yield session


def _observe(catalogue: Catalogue, settings: Settings, session: Session, owner_tag: tuple[str, str] | None) -> Observed:
    arm, pool, ours = session.arm, session.pool, Stack(settings).gallery_id
    # These threads may wait for the pool's, and two of them for the gallery, which is therefore asked first.
    with ThreadPoolExecutor(THREADS, thread_name_prefix="question") as threads:
        gallery = threads.submit(look_up_gallery, arm, pool, ours, catalogue.images, owner_tag)
        answers = side_by_side(
            threads,
            {  # in the order of their failures
                "gallery": lambda: _gallery(settings, *gallery.result()),
                "roles": lambda: look_up_roles(arm, pool, ours, principals(settings)),
                "lock": lambda: Observed(lock=settings.lock is not None and _is_locked(arm, ours)),
                "resource group": lambda: _resource_group(arm, settings),
                "namesake": lambda: _namesake(arm, ours, *gallery.result()),
                "progress": lambda: _progress(arm, pool, catalogue, gallery.result()[0]),
                "labs": lambda: _look_up_labs(arm, pool, settings),
                "lab plan": lambda: Observed(lab_plan=_lab_plan(arm, settings)),
                "sources": lambda: look_up_sources(
                    arm, pool, _wanted(catalogue, settings, gallery.result()[0]), settings.subscription_id
                ),
            },
        )
    return _together(answers.values())


def _progress(arm: Arm, pool: Executor, catalogue: Catalogue, gallery: ObservedGallery | None) -> Observed:
    """The progress of versions that may have a copy that failed."""
    questions = {
        version.id.lower(): partial(look_up_progress, arm, version.id)
        for name, image in catalogue.images.items()
        if gallery is not None and (definition := gallery.definitions.get(name.lower())) is not None
        if (version := may_have_failed_copy(image, definition)) is not None
    }
    answers = side_by_side(pool, questions)
    known = {key: steps for key, steps in found(answers).items() if steps}
    return Observed(progress=known, failures=tuple(map(str, failed(answers))))


def _look_up_labs(arm: Arm, pool: Executor, settings: Settings) -> Observed:
    wanted, marketplace = _labs(settings), settings.marketplace_images is not None
    return look_up_labs(arm, pool, wanted, settings.subscription_id, marketplace=marketplace)


def _labs(settings: Settings) -> Iterator[tuple[AttachmentKind, str]]:
    """The labs that the stack attaches its gallery to, but for its lab plan."""
    return ((kind, lab) for kind in ATTACHMENT_KINDS for lab in settings.lab_ids(kind))


def _readable_labs(session: Session, settings: Settings) -> Observed:
    """The labs of the stack. Of those that a failure of more than themselves concerns nothing is known."""
    labs = _look_up_labs(session.arm, session.pool, settings).labs
    try:
        return Observed(labs=labs, lab_plan=_lab_plan(session.arm, settings))
    except ArmError:
        return Observed(labs=labs)


def _together(answers: Iterable[Observed | ArmError]) -> Observed:
    """The answers as one; a question that failed as a whole is one of the failures."""
    return _merged(Observed(failures=(str(it),)) if isinstance(it, ArmError) else it for it in answers)


def _merged(parts: Iterable[Observed]) -> Observed:
    """The parts as one. Each has fields that the others lack; every failure is kept once, in the order of the parts."""
    values: dict[str, Any] = {}
    failures: dict[str, None] = {}
    for part in parts:
        values |= {field.name: value for field in fields(part) if (value := getattr(part, field.name))}
        failures |= dict.fromkeys(part.failures)
    return Observed(**values | {"failures": tuple(failures)})


def _gallery(settings: Settings, gallery: ObservedGallery | None, errors: Iterable[ArmError]) -> Observed:
    """The gallery with its failures as printed. A missing resource group is no failure if the stack makes it."""
    shown = _without_group(errors) if settings.create_resource_group else errors
    return Observed(gallery=gallery, failures=tuple(_failure(error, settings) for error in shown))


def _without_group(errors: Iterable[ArmError]) -> list[ArmError]:
    """The errors other than that the gallery's resource group does not exist: then there is no gallery either."""
    return [error for error in errors if error.kind is not ErrorKind.NO_RESOURCE_GROUP]


def _failure(error: ArmError, settings: Settings) -> str:
    if error.kind is not ErrorKind.NO_RESOURCE_GROUP:
        return str(error)
    group, subscription, commands = settings.resource_group_name, settings.subscription_id, Commands.of(settings)
    return (
        f"there is no resource group {group} in subscription {subscription}; make it with "
        f"`{commands.make_group(group, settings.location, subscription)}`, or let this stack make it with "
        f"`{commands.set(command_of('createResourceGroup'))}`"
    )


def _is_locked(arm: Arm, gallery: str) -> bool:
    """Whether the gallery has the lock that this stack would make."""
    version = API_VERSIONS["Microsoft.Authorization/locks"]
    return arm.get(lock_id(gallery), version, absent=NO_OBJECT_OR_GROUP) is not None


def _resource_group(arm: Arm, settings: Settings) -> Observed:
    """The resource group, looked up only if the stack makes it."""
    if not settings.create_resource_group:
        return Observed()
    group, version = Stack(settings).resource_group_id, API_VERSIONS["Microsoft.Resources/resourceGroups"]
    answer = arm.get(group, version, absent=NO_OBJECT_OR_GROUP)
    if answer is None:
        return Observed()
    found = ObservedResourceGroup(str(answer["id"]), region(str(answer["location"])), tags(answer))
    return Observed(resource_group=found)


def _namesake(arm: Arm, ours: str, gallery: ObservedGallery | None, errors: Iterable[ArmError]) -> Observed:
    """The gallery of the same name elsewhere, looked up only if ours surely does not exist."""
    if gallery is not None or _without_group(errors):
        return Observed()
    return Observed(namesake=look_up_namesake(arm, ours))


def _lab_plan(arm: Arm, settings: Settings) -> ObservedLabPlan | None:
    plan_id = lab_plan_id(settings)
    if plan_id is None:
        return None
    made_here = settings.lab_plan is not None
    in_our_group = plan_id.lower().startswith(f"{Stack(settings).resource_group_id}/".lower())
    group_made_here = made_here and settings.create_resource_group and in_our_group
    try:
        return look_up_lab_plan(
            arm,
            plan_id,
            made_here=made_here,
            group_made_here=group_made_here,
            marketplace=settings.marketplace_images is not None,
        )
    except ArmError as error:
        if affects_everything(error, plan_id, settings.subscription_id):
            raise
        return ObservedLabPlan(plan_id, failure=str(error))


def _wanted(catalogue: Catalogue, settings: Settings, gallery: ObservedGallery | None) -> Iterator[tuple[str, str]]:
    """Kind and id of each source to ask.

    The source of a published version may be deleted, so it is asked only if version and catalogue leave facts open.
    """
    for name, image in catalogue.images.items():
        definition = gallery.definitions.get(name.lower()) if gallery else None
        for number, version in image.versions.items():
            source = version.source
            if source.id is None:
                continue
            published = definition.version_named(number) if definition else None
            if published is not None and published.os_disk_size_gb is not None:
                continue
            declared = version.os_disk_size_gb is not None and version.data_disk_count is not None
            if declared and (published is not None or settings.fact_lookups == "undeclared"):
                continue
            yield source.kind, source.id
