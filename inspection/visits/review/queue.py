"""The review queue: what waits for its leader, its section head or the legal office, one next step each.

Which visits may wait is found out of stored facts, page by page; only the records of the page that is shown are folded.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from inspection.registry import find as registry
from inspection.visits import store_cards
from inspection.visits.reading import Folded, fold_visit
from inspection.visits.record import RecordStatus
from inspection.visits.review import store_legal, store_queue
from inspection.visits.review.legal import seen_of
from inspection.visits.review.steps import Seen, Step, Turn, next_step, turn_of
from inspection.visits.review.store_queue import Returned, Waiting
from inspection.visits.rows import VisitRow

MediaHere = Callable[[Collection[str]], Awaitable[frozenset[str]]]
"""Which of these digests (hex) are all here."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A visit that waits. `turn_name`: the person's name; `seen`: the digest that a decision on it must name (of the
    record; of the outcome for the legal office), None where the due list leads on.

    `vouched`, `silent`: the inspectors who do vouch for the record, and those of the team who do not; `outcomes`: those
    that wait for the legal office or for their correction; `correct_by`: until when what was sent back is to be
    corrected. `late`: that day is over, or the last day of the visit while its inspectors have still to confirm.
    """

    visit: UUID
    object: UUID
    object_name: str
    leader: UUID | None
    step: Step
    since: datetime
    turn: Turn
    turn_name: str | None = None
    seen: str | None = None
    status: RecordStatus | None = None
    conflicts: int = 0
    doubtful: int = 0
    gaps: int = 0
    missing_media: int = 0
    vouched: tuple[UUID, ...] = ()
    silent: tuple[UUID, ...] = ()
    outcomes: tuple[UUID, ...] = ()
    correct_by: date | None = None
    late: bool = False


async def record_lines(waiting: Sequence[Waiting], media_here: MediaHere, today: date) -> list[QueueLine]:
    """The lines of visits whose record is not settled, those that wait for nobody left out; folds each of them."""
    rows = await store_cards.visits_by_id([one.visit for one in waiting])
    folded = {one.visit: await fold_visit(rows[one.visit]) for one in waiting}
    here = await media_here({digest for one in folded.values() for digest in one.record.missing_media})
    joined = {one.id for each in folded.values() for one in each.setting.joined}
    returns, vouched = await store_queue.last_returns(joined), await store_queue.vouched_since(joined)
    lines = []
    for one in waiting:
        seen = _seen(folded[one.visit], here, returns.get(one.visit), vouched)
        step = next_step(seen)
        if step is not None:
            lines.append(_record_line(one, rows[one.visit], folded[one.visit], seen, step, today))
    return await _named(lines)


async def legal_lines(waiting: Sequence[Waiting]) -> list[QueueLine]:
    """The lines of visits with outcomes that the legal office has not agreed to."""
    ids = [one.visit for one in waiting]
    rows = await store_cards.visits_by_id(ids)
    cases = await store_legal.pending_of(ids)
    lines = []
    for one in waiting:
        visit, own = rows[one.visit], cases.get(one.visit, ())
        # What was objected to is the visit's own next step only once nothing of it waits for the legal office.
        objected = bool(own) and all(case.objected for case in own)
        step = Step.OUTCOME if objected else Step.LEGAL_REVIEW
        open_ = [case.outcome for case in own if case.objected is objected]
        line = _line(one, visit, step, turn_of(step, visit.leader))
        seen = seen_of(open_[0]) if open_ else None
        lines.append(replace(line, seen=seen, outcomes=tuple(outcome.id for outcome in open_)))
    return await _named(lines)


async def publication_lines(waiting: Sequence[Waiting]) -> list[QueueLine]:
    """The lines of visits whose results wait to be published: what hinders each stands in the due list."""
    rows = await store_cards.visits_by_id([one.visit for one in waiting])
    step = Step.PUBLICATION
    return await _named([_line(one, rows[one.visit], step, turn_of(step, rows[one.visit].leader)) for one in waiting])


def _seen(folded: Folded, here: frozenset[str], returned: Returned | None, vouched: dict[UUID, datetime]) -> Seen:
    newest = [vouched[one.id] for one in folded.setting.joined if one.id in vouched]
    return Seen(
        record=folded.record,
        team=folded.setting.team,
        missing_media=frozenset(folded.record.missing_media) - here,
        returned_at=returned.at if returned else None,
        vouched_since=returned is None or any(at > returned.at for at in newest),
        correct_by=returned.correct_by if returned else None,
    )


def _record_line(waiting: Waiting, visit: VisitRow, folded: Folded, seen: Seen, step: Step, today: date) -> QueueLine:
    correct_by = seen.correct_by if step is Step.RETURNED else None
    last = visit.ends_on if step in {Step.SECOND_INSPECTOR, Step.INCOMPLETE} else correct_by
    return replace(
        _line(waiting, visit, step, turn_of(step, visit.leader, seen.silent)),
        seen=folded.digest,
        status=folded.record.status,
        conflicts=len(folded.record.conflicts),
        doubtful=len(seen.doubtful),
        gaps=sum(not gap.certified for gap in folded.record.gaps),
        missing_media=len(seen.missing_media),
        vouched=tuple(sorted(map(UUID, folded.record.quorum.inspectors))),
        silent=seen.silent,
        correct_by=correct_by,
        late=last is not None and today > last,
    )


def _line(waiting: Waiting, visit: VisitRow, step: Step, turn: Turn) -> QueueLine:
    return QueueLine(visit.id, visit.object, "", visit.leader, step, waiting.since, turn)


async def _named(lines: Sequence[QueueLine]) -> list[QueueLine]:
    objects = await registry.objects({one.object for one in lines})
    people = await registry.named_people({one.turn.person for one in lines if one.turn.person is not None})
    return [
        replace(
            one,
            object_name=objects[one.object].name,
            turn_name=people[one.turn.person][0] if one.turn.person in people else None,
        )
        for one in lines
    ]


@dataclass(frozen=True, slots=True)
class CorrectionDue:
    """A visit that was sent back and not submitted anew, and until when it is to be corrected."""

    visit: UUID
    object_name: str
    returned_at: datetime
    correct_by: date | None


async def corrections_due(authority: UUID) -> list[CorrectionDue]:
    """The corrections that the office waits for, the earliest day first, those without a day last."""
    held = await store_queue.corrections(authority)
    rows = await store_cards.visits_by_id([one.visit for one in held])
    objects = await registry.objects({row.object for row in rows.values()})
    found = [CorrectionDue(one.visit, objects[rows[one.visit].object].name, one.at, one.correct_by) for one in held]
    return sorted(found, key=lambda one: (one.correct_by or date.max, one.returned_at, one.visit))
