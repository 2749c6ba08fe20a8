"""What follows the result of a visit, and what of it is still open."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.policy.load import rule_set_named
from inspection.visits.follow_up import store, store_conclusions, store_rechecks
from inspection.visits.follow_up.rows import (
    ConclusionRow,
    FollowUpFile,
    OpenMatter,
    RecheckResult,
    RecheckRow,
    ReferralRow,
)
from inspection.visits.follow_up.rules import open_matters_of
from inspection.visits.reading import joined_visits, known_visit
from inspection.visits.review import store as store_reviews

T = TypeVar("T")


async def follow_up_of(visit_id: UUID) -> FollowUpFile:
    """All that follows the results of a visit and of those that are one with it.

    Raises:
        NotFound: `visits.no_visit`.
    """
    (file,) = await _files({visit_id: await joined_visits(visit_id)})
    return file


async def open_matters(visit_id: UUID) -> tuple[OpenMatter, ...]:
    """What is not settled of a visit and of those that are one with it, the oldest first; empty: nothing is.

    Raises:
        NotFound: `visits.no_visit`.
    """
    file = await follow_up_of(visit_id)
    rules = (await known_visit(visit_id)).rule_set
    return open_matters_of(file, await receipts_due(file.referrals, dict.fromkeys(_visits(file), rules)))


async def conclusions_behind(outcomes: Collection[UUID]) -> list[ConclusionRow]:
    """The third parties' conclusions that these outcomes rest on, the oldest first."""
    return await store_conclusions.conclusions_behind(outcomes)


async def list_referrals(authority: UUID, *, after: UUID | None = None, limit: int = 100) -> list[ReferralRow]:
    """A page of an authority's referrals by id, those behind `after`."""
    return await store.referrals_between(authority, after, limit)


async def list_rechecks(authority: UUID, *, after: UUID | None = None, limit: int = 100) -> list[RecheckRow]:
    """A page of an authority's re-checks by id, those behind `after`."""
    return await store_rechecks.rechecks_between(authority, after, limit)


async def files_of(visit_ids: Collection[UUID]) -> list[FollowUpFile]:
    """The files of several visits, each by itself, by id."""
    return await _files({one: (one,) for one in sorted(visit_ids)})


async def receipts_due(referrals: Collection[ReferralRow], rule_sets: Mapping[UUID, str]) -> dict[UUID, date]:
    """By when each referral ought to be acknowledged, where the rule-set of its visit (by id) sets a day.

    The day on which it was made is day 0.
    """
    days = {
        one.id: (one, within)
        for one in referrals
        if (within := rule_set_named(rule_sets[one.visit]).referral.acknowledge_within_working_days) is not None
    }
    if not days:
        return {}
    calendar = await load_calendar()
    return {key: calendar.add_working_days(local_day(one.made_at), within).day for key, (one, within) in days.items()}


async def _files(groups: Mapping[UUID, Collection[UUID]]) -> list[FollowUpFile]:
    """A file of each group of visits that are one, by the visit that it goes by: as many queries as for one."""
    visits = [one for joined in groups.values() for one in joined]
    of_visit = await store_reviews.outcomes_of(visits)
    outcomes = {key: [row for one in joined for row in of_visit.get(one, ())] for key, joined in groups.items()}
    whose = {one: key for key, joined in groups.items() for one in joined}
    formed = {row.id: key for key, rows in outcomes.items() for row in rows}
    said = {one.found: one for one in await store_rechecks.settled_by(formed) if one.found is not None}
    referrals = _grouped(await store.referrals_of(visits), lambda one: whose[one.visit])
    rechecks = _grouped(await store_rechecks.rechecks_of(visits), lambda one: whose[one.visit])
    conclusions = _grouped(await store_conclusions.conclusions_of(visits), lambda one: whose[one.visit])
    settled = _grouped(await store_rechecks.settled_of(formed), lambda one: formed[one.outcome])
    failed = _grouped(
        (found for found, one in said.items() if one.result is RecheckResult.FAILED), lambda found: formed[found]
    )
    return [
        FollowUpFile(
            visit=key,
            outcomes=tuple(outcomes[key]),
            referrals=tuple(referrals[key]),
            rechecks=tuple(rechecks[key]),
            conclusions=tuple(conclusions[key]),
            settled=tuple(settled[key]),
            failed=frozenset(failed[key]),
        )
        for key in groups
    ]


def _grouped(rows: Iterable[T], key: Callable[[T], UUID]) -> Mapping[UUID, list[T]]:
    """By file, its rows in their order."""
    found: defaultdict[UUID, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _visits(file: FollowUpFile) -> set[UUID]:
    return {one.visit for one in file.referrals}
