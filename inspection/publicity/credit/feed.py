"""信用归集: what is public of an object counts for how often it is drawn (安岳 一(五), 金凤 第十三、十九条).

A published result that found something, and a penalty, become dated marks of the object: the grounds of a rule-set and
its targeted pools look at those, within their window (three years in 安岳). What is corrected, taken back or annulled
ends its mark; that it stood stays readable. A result that is withheld tells nobody anything, the pools included.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.authority.store import authority
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import DEFAULT_LANGUAGE, text
from inspection.kernel.command import Command
from inspection.kernel.work.store import Job
from inspection.policy.terms import Mark
from inspection.publicity.credit import store
from inspection.publicity.credit.rules import of_number, turn
from inspection.publicity.penalties.read import known_penalty
from inspection.registry import find
from inspection.registry.objects.marks import MarkFacts
from inspection.registry.objects.record_mark import lift_mark, record_mark

JOB: Final = "publicity.credit"


async def feed_credit(cmd: Command, job: Job) -> None:
    """After a result was published, corrected or withdrawn, or a penalty entered or annulled.

    It goes by how things stand when it runs: doing it twice, or in another order, comes to the same.
    """
    by = replace(cmd, authority=job.authority)
    if "penalty" in job.payload:
        await _penalty(by, UUID(str(job.payload["penalty"])))
    else:
        await _result(by, UUID(str(job.payload["publication"])))


async def _result(cmd: Command, publication: UUID) -> None:
    found = await store.public_result(publication)
    if found is None:
        return
    told = found.told
    held = [one for one in await find.marks_of(found.object) if one.mark is Mark.PROBLEM_FOUND]
    ours = of_number(told.number, (one.reference for one in held))
    standing = [one for one in held if one.reference in ours and one.lifted_on is None]
    wanted = turn(told, {one.reference for one in standing}, ours)
    await _lift(cmd, (one for one in standing if one.reference in wanted.lift), "publicity.credit_lifted", told.number)
    if wanted.make and told.day is not None:
        await record_mark(
            cmd,
            authority=found.authority,
            object_id=found.object,
            mark=Mark.PROBLEM_FOUND,
            since=told.day,
            reference=told.reference,
            source=found.source,
        )


async def _penalty(cmd: Command, penalty_id: UUID) -> None:
    file = await known_penalty(penalty_id)
    row, held, source = file.penalty, await find.marks_of(file.penalty.object), await authority(file.penalty.authority)
    same = [one for one in held if one.mark is Mark.PENALTY and one.reference == row.number]
    if file.annulment is not None:
        await _lift(cmd, same, "publicity.credit_annulled", file.annulment.number)
    elif not any(one.since == row.decided_on for one in same):
        # One that came in a file before it was entered here is the same fact.
        await record_mark(
            cmd,
            authority=row.authority,
            object_id=row.object,
            mark=Mark.PENALTY,
            since=row.decided_on,
            reference=row.number,
            source=source.name if source else None,
        )


async def _lift(cmd: Command, marks: Iterable[MarkFacts], reason: str, number: str) -> None:
    for one in marks:
        if one.lifted_on is None:
            why = text(reason, DEFAULT_LANGUAGE, number=number)
            await lift_mark(cmd, authority=one.authority, mark_id=one.id, on=local_day(cmd.now), reason=why)
