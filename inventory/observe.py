"""What is in Azure now, looked up side by side before anything is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from catalog.images.catalogue import Catalogue
from catalog.stacks.settings import Settings
from inventory.arm.client import Arm
from inventory.arm.error import ArmError, ErrorKind
from inventory.arm.pipeline import THREADS
from inventory.gallery import look_up_gallery, look_up_namesake
from inventory.lab_plan import look_up_lab_plan
from inventory.labs import look_up_dev_test_labs, look_up_lab_accounts
from inventory.lock import look_up_lock
from inventory.resource_group import look_up_resource_group
from inventory.roles import look_up_roles
from inventory.side_by_side import Answer
from inventory.sources import look_up_sources
from plan.lab_plan import lab_plan_id
from plan.observed import (
    Observed,
    ObservedGallery,
    ObservedLabPlan,
    ObservedResourceGroup,
    ObservedRoleAssignment,
)
from plan.plan import gallery_id, resource_group_id
from plan.roles import principals


def observe(catalogue: Catalogue, settings: Settings, arm: Arm | None = None) -> Observed:
    """The gallery, its published versions, the labs, and the sources of versions that are not published yet.

    Every look-up is made, whatever the others answer: what failed stands beside what it belongs to
    (`ObservedSource.failure`, `ObservedLabPlan.failure`, …), or in `Observed.failures` when it concerns more than that.
    The sources of a subscription that cannot be reached are left out of `sources`. Raises nothing for a refusal.
    """
    client: Arm | None = None
    try:
        client = arm or Arm()
        client.sign_in()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="look-up") as pool:
            return _observe(catalogue, settings, client, pool)
    except ArmError as error:
        return Observed(failures=(str(error),))
    finally:
        if client is not None and arm is None:
            client.close()


def _observe(catalogue: Catalogue, settings: Settings, arm: Arm, pool: Executor) -> Observed:
    # Two threads wait for others of the same pool here; as there are only two such, they always find room.
    labs = pool.submit(look_up_lab_accounts, arm, pool, settings.lab_account_ids)
    dev_test_labs = pool.submit(look_up_dev_test_labs, arm, pool, settings.dev_test_lab_ids)
    plan_asked = pool.submit(_lab_plan, arm, settings)
    roles_asked = {
        person: pool.submit(look_up_roles, arm, gallery_id(settings), person) for person in principals(settings)
    }
    lock_asked = pool.submit(_lock, arm, settings)
    group_asked = pool.submit(_resource_group, arm, settings)
    gallery, gallery_failures = look_up_gallery(arm, pool, gallery_id(settings), catalogue.images)
    sources, source_failures = look_up_sources(arm, pool, _wanted(catalogue, settings, gallery))
    accounts, account_failures = labs.result()
    dev_test, dev_test_failures = dev_test_labs.result()
    lab_plan, plan_failures = _result(plan_asked, None)
    roles, role_failures = _roles(roles_asked.values())
    lock, lock_failures = _result(lock_asked, otherwise=False)
    nowhere = gallery is None and all(error.kind is ErrorKind.NO_RESOURCE_GROUP for error in gallery_failures)
    namesake_asked = pool.submit(_namesake, arm, settings, wanted=nowhere)
    namesake, namesake_failures = _result(namesake_asked, None)
    group, group_failures = _result(group_asked, None)
    failures = [gallery_failure(error, settings) for error in gallery_failures]
    of_stack = [*role_failures, *lock_failures, *group_failures, *namesake_failures]
    of_labs = [*account_failures, *plan_failures, *dev_test_failures]
    failures += [str(error) for error in (*of_stack, *of_labs, *source_failures)]
    return Observed(
        gallery=gallery,
        resource_group=group,
        role_assignments=roles,
        lock=lock,
        namesake=namesake,
        lab_accounts=accounts,
        lab_plan=lab_plan,
        dev_test_labs=dev_test,
        sources=sources,
        failures=tuple(dict.fromkeys(failure for failure in failures if failure)),
    )


def _roles(
    asked: Iterable[Future[tuple[ObservedRoleAssignment, ...]]],
) -> tuple[tuple[ObservedRoleAssignment, ...], list[ArmError]]:
    nobody: tuple[ObservedRoleAssignment, ...] = ()
    answers = [_result(future, nobody) for future in asked]
    return tuple(role for found, _ in answers for role in found), [error for _, errors in answers for error in errors]


def _lock(arm: Arm, settings: Settings) -> bool:
    return settings.lock is not None and look_up_lock(arm, gallery_id(settings))


def _namesake(arm: Arm, settings: Settings, *, wanted: bool) -> str | None:
    return look_up_namesake(arm, gallery_id(settings)) if wanted else None


def _lab_plan(arm: Arm, settings: Settings) -> ObservedLabPlan | None:
    plan_id = lab_plan_id(settings)
    if plan_id is None:
        return None
    made_here = settings.lab_plan is not None
    in_our_group = plan_id.lower().startswith(f"{resource_group_id(settings)}/".lower())
    group_made_here = made_here and settings.create_resource_group and in_our_group
    return look_up_lab_plan(arm, plan_id, made_here=made_here, group_made_here=group_made_here)


def _resource_group(arm: Arm, settings: Settings) -> ObservedResourceGroup | None:
    return look_up_resource_group(arm, resource_group_id(settings)) if settings.create_resource_group else None


def _result(asked: Future[Answer], otherwise: Answer) -> tuple[Answer, list[ArmError]]:
    try:
        return asked.result(), []
    except ArmError as error:
        return otherwise, [error]


def _wanted(catalogue: Catalogue, settings: Settings, gallery: ObservedGallery | None) -> Iterator[tuple[str, str]]:
    """ErrorKind and id of each source to ask.

    That of a published version may be long gone, so it is asked only when version and catalogue leave facts open.
    """
    for name, image in catalogue.images.items():
        definition = gallery.definitions.get(name.lower()) if gallery else None
        for number, version in image.versions.items():
            source = version.source
            if source.id is None:
                continue
            published = definition.versions.get(number) if definition else None
            if published is not None and published.os_disk_size_gb is not None:
                continue
            declared = version.os_disk_size_gb is not None and version.data_disk_count is not None
            if declared and (published is not None or settings.fact_lookups == "undeclared"):
                continue
            yield source.kind, source.id


def gallery_failure(error: ArmError, settings: Settings) -> str | None:
    """The failure as printed; None where it only says that there is no gallery yet."""
    if error.kind is not ErrorKind.NO_RESOURCE_GROUP:
        return str(error)
    if settings.create_resource_group:
        return None
    group, subscription = settings.resource_group_name, settings.subscription_id
    return (
        f"there is no resource group {group} in subscription {subscription}; make it with `az group create --name "
        f"{group} --location {settings.location} --subscription {subscription}`, or let this stack make it with "
        "`pulumi config set createResourceGroup true`"
    )
