"""A run is explained by somebody else before the record of the next visit is approved."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.visits import store as visits
from inspection.visits.ledger.store import same_doors
from inspection.visits.repeats import store
from inspection.visits.repeats.rules import Run, run_before
from inspection.visits.repeats.store import ExplanationRow
from inspection.visits.rows import VisitRow
from mobile_contract.problems import ProblemCode

MAX_REASON = 2_000


async def explain_run(cmd: Command, *, inspector: UUID, through: UUID, reason: str) -> bool:
    """Record why nothing was found so many times in a row; False when it was explained before: the first word stays.

    Raises:
        Refused: `visits.run_own`: the inspector himself.
        Invalid: `visits.run_reason` when nothing is said, or too much.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise Invalid(ProblemCode.INVALID, "visits.run_reason", limit=MAX_REASON)
    if cmd.actor.id == str(inspector):
        raise Refused(ProblemCode.SAME_PERSON, "visits.run_own")
    async with unit_of_work():
        row = ExplanationRow(cmd.new_id(), inspector, through, reason, cmd.actor.id, cmd.actor.name, cmd.now)
        if not await store.add_explanation(row):
            return False
        told = {"inspector": str(inspector), "through": str(through), "reason": reason}
        await append(cmd.event(EventKind.RUN_EXPLAINED, f"visit:{through}", **told))
    return True


async def unexplained_runs(visit: VisitRow, joined: Iterable[VisitRow], day: date) -> list[Run]:
    """The runs of this visit's team at this door that a visit on `day` goes on with and nobody has explained.

    `joined`: the visits that are one with it, itself included: none of them is a visit before it.
    """
    own = {one.id for one in joined} | {visit.id, visit.linked_to or visit.id}
    team = {one.inspector for each in own for one in await visits.members(each) if one.left_at is None}
    rule = rule_set_named(visit.rule_set).warnings
    found = []
    for (inspector, code), been in (await store.been_at(await same_doors([visit.object]))).items():
        before = [one for one in been if one.visit not in own]
        run = run_before(inspector, code, before, day, rule) if inspector in team else None
        if run is not None:
            found.append(run)
    known = await store.explained([run.through for run in found])
    return [run for run in found if (run.inspector, run.through) not in known]


async def check_explained(cmd: Command, visit: VisitRow, joined: Iterable[VisitRow]) -> None:
    """Nothing is approved on top of a run that nobody has explained.

    Raises:
        Conflict: `visits.run_unexplained`, with who found nothing and how often.
    """
    held = tuple(joined)
    days = [local_day(one.executed_at) for one in held if one.executed_at is not None]
    open_runs = await unexplained_runs(visit, held, min(days, default=local_day(cmd.now)))
    if not open_runs:
        return
    people = await registry.named_people({run.inspector for run in open_runs})
    raise Conflict(
        ProblemCode.RUN_UNEXPLAINED,
        "visits.run_unexplained",
        visit=str(visit.id),
        inspectors=[str(run.inspector) for run in open_runs],
        names=[people[run.inspector][0] for run in open_runs if run.inspector in people],
        visits=max(len(run.visits) for run in open_runs),
        since=min(run.first for run in open_runs).isoformat(),
    )
