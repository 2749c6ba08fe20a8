"""Serving a notice at the office (送达): on paper, or as a link that is sent to the party."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import digest_of
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import rule_set_named
from inspection.policy.terms import AdvanceNotice, NoticeTime
from inspection.visits.notices.numbers import notice_number
from inspection.visits.notices.steps import take_step
from inspection.visits.notices.store import OFFICE, Step, StepRow
from inspection.visits.reading import locked_visit
from inspection.visits.rows import VisitRow
from mobile_contract.notices import ServedHow
from mobile_contract.problems import ProblemCode

_SOURCE: Final = 32


async def serve_notice(cmd: Command, *, visit_id: UUID, how: ServedHow, receiver: str, reason: str) -> bool:
    """Keep that the office served the notice, and give it its number; whether it was new. The same act of one day is
    kept once.

    `receiver`: who took it, at most 120 characters. `reason`: why before anybody is known to have arrived; it is
    printed on the notice and stands in the journal.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`.
        Conflict: `visits.cancelled`; `notice-too-early`: `visits.notice_on_arrival` where the rule-set forbids it
            before the visit, `visits.notice_needs_reason` where it wants a reason.
    """
    return await in_unit(_serve, cmd, visit_id, how, receiver.strip() or None, reason.strip())


async def _serve(cmd: Command, visit_id: UUID, how: ServedHow, receiver: str | None, reason: str) -> bool:
    visit = await locked_visit(cmd, visit_id)
    number = await notice_number(cmd, visit_id)
    early = visit.executed_at is None
    if early:
        _check_early(visit, reason)
    same = {"how": how.value, "receiver": receiver, "day": local_day(cmd.now).isoformat()}
    row = StepRow(
        id=cmd.new_id(),
        visit=visit.id,
        step=Step.SERVED,
        source=f"{OFFICE}:{digest_of(same)[:_SOURCE]}",
        by=cmd.actor.id,
        at=cmd.now,
        how=how.value,
        number=number,
        receiver=receiver,
        reason=reason if early and says_something(reason) else None,
    )
    return await take_step(replace(cmd, authority=visit.authority).under(visit.rule_set), row)


def _check_early(visit: VisitRow, reason: str) -> None:
    rule = rule_set_named(visit.rule_set).notice
    if rule.served is NoticeTime.IN_ADVANCE or rule.advance is AdvanceNotice.ALLOWED:
        return
    told = {"visit": str(visit.id), "article": rule.article}
    if rule.advance is AdvanceNotice.FORBIDDEN:
        raise Conflict(ProblemCode.NOTICE_TOO_EARLY, "visits.notice_on_arrival", **told)
    if not says_something(reason):
        raise Conflict(ProblemCode.NOTICE_TOO_EARLY, "visits.notice_needs_reason", **told)


def says_something(text: str) -> bool:
    """Whether anything of it can be read: spaces and marks that nobody sees are no reason."""
    return any(letter.isalnum() for letter in text)
