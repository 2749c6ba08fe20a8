"""处罚录入: a penalty that was decided in consequence of an inspection; its publication is opened with its clock."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import normal_text
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.policy.load import digest, rule_set_named
from inspection.policy.model import RuleSet
from inspection.publicity import store as publications
from inspection.publicity.clock import penalty_due
from inspection.publicity.open_publications import start_clocks
from inspection.publicity.penalties import store
from inspection.publicity.penalties.read import PenaltyFile, known_penalty
from inspection.publicity.penalties.rules import MAX_FEN, MAX_LINE, MAX_PERSONS, MAX_TEXT
from inspection.publicity.penalties.store import PenaltyRow
from inspection.registry.find import object_facts
from inspection.registry.objects.facts import ObjectFacts
from inspection.registry.rules_in_force import rules_on
from inspection.visits.reading import known_visit
from inspection.visits.rows import VisitRow
from mobile_contract.problems import ProblemCode

_TEXTS: Final = {"number": MAX_LINE, "violation": MAX_TEXT, "basis": MAX_TEXT, "content": MAX_TEXT}
_SAID: Final = ("object", "visit", "decided_on", "violation", "basis", "content", "amount_fen", "persons")


@dataclass(frozen=True, slots=True)
class PenaltyDraft:
    """A penalty as it is entered. `number`: 处罚决定书文号; `amount_fen`: the fine in hundredths of a yuan, None
    without one; `persons`: natural persons whom the texts name and who are not punished: they are masked in what goes
    out.
    """

    object: UUID
    visit: UUID | None
    number: str
    decided_on: date
    violation: str
    basis: str
    content: str
    amount_fen: int | None = None
    persons: tuple[str, ...] = ()


async def enter_penalty(cmd: Command, *, authority: UUID, draft: PenaltyDraft) -> PenaltyFile:
    """Enter a penalty and open its publication; the clock runs from its decision (金凤 第十六条). The same one again
    changes nothing.

    Raises:
        NotFound: `registry.object_unknown`, `visits.no_visit` of this authority, or one that nobody may know of yet.
        Invalid: `publicity.penalty_text`, `publicity.penalty_amount`, `publicity.penalty_persons`,
            `publicity.penalty_later` (decided after today), `publicity.penalty_earlier` (before its inspection),
            `publicity.penalty_other_object`.
        Conflict: `publicity.penalty_exists`: the number stands for another decision.
    """
    return await in_unit(_enter, cmd, authority, _checked(cmd, draft))


async def _enter(cmd: Command, authority: UUID, draft: PenaltyDraft) -> PenaltyFile:
    thing = await object_facts(draft.object)
    if thing.authority != authority:
        raise NotFound(ProblemCode.OBJECT_UNKNOWN, "registry.object_unknown", object=str(draft.object))
    visit = await _visit(authority, draft)
    rules = rule_set_named(visit.rule_set) if visit is not None else await rules_on(authority, draft.decided_on)
    row = _row(cmd, authority, draft, rules)
    if not await store.add_penalty(row):
        return await _known_already(row)
    await _open(cmd, row, thing, rules)
    if visit is not None:
        await start_clocks(cmd, visit_id=visit.id, anew=True)
    return await known_penalty(row.id)


async def _visit(authority: UUID, draft: PenaltyDraft) -> VisitRow | None:
    if draft.visit is None:
        return None
    visit = await known_visit(draft.visit)
    if visit.authority != authority or visit.unsealed_at is None:
        raise NotFound(ProblemCode.VISIT_UNKNOWN, "visits.no_visit", visit=str(draft.visit))
    if visit.object != draft.object:
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_other_object", visit=str(draft.visit))
    begun = local_day(visit.unsealed_at)
    if draft.decided_on < begun:
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_earlier", begun_on=begun.isoformat())
    return visit


def _row(cmd: Command, authority: UUID, draft: PenaltyDraft, rules: RuleSet) -> PenaltyRow:
    return PenaltyRow(
        id=cmd.new_id(),
        authority=authority,
        object=draft.object,
        visit=draft.visit,
        number=draft.number,
        decided_on=draft.decided_on,
        violation=draft.violation,
        basis=draft.basis,
        content=draft.content,
        amount_fen=draft.amount_fen,
        persons=draft.persons,
        rule_set=rules.name,
        rule_digest=digest(rules),
        entered_by=cmd.actor.id,
        entered_at=cmd.now,
    )


async def _known_already(row: PenaltyRow) -> PenaltyFile:
    known = await store.numbered(row.authority, row.number)
    if known is None or any(getattr(known, name) != getattr(row, name) for name in _SAID):
        raise Conflict(ProblemCode.CONFLICT, "publicity.penalty_exists", number=row.number)
    return await known_penalty(known.id)


async def _open(cmd: Command, row: PenaltyRow, thing: ObjectFacts, rules: RuleSet) -> None:
    due = penalty_due(rules.publication, row.decided_on, await load_calendar())
    publication = cmd.new_id()
    await publications.add_penalty_publication(publication, row, thing.name, thing.code, due, cmd.now)
    told = {
        "penalty": str(row.id),
        "publication": str(publication),
        "number": row.number,
        "object": str(row.object),
        "visit": str(row.visit) if row.visit else None,
        "decided_on": row.decided_on.isoformat(),
        "amount_fen": row.amount_fen,
        "due_on": due.day.isoformat(),
        "provisional": due.provisional,
    }
    await append(
        cmd.under(rules.name).event(
            EventKind.PENALTY_ENTERED, publications.stream_of(row.visit, row.id), lane=None, **told
        )
    )


def _checked(cmd: Command, draft: PenaltyDraft) -> PenaltyDraft:
    texts = {name: checked_text(name, getattr(draft, name), limit) for name, limit in _TEXTS.items()}
    persons = tuple(sorted({checked_text("persons", name, MAX_LINE) for name in draft.persons}))
    if len(persons) > MAX_PERSONS:
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_persons", limit=MAX_PERSONS)
    if draft.amount_fen is not None and not 0 < draft.amount_fen <= MAX_FEN:
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_amount", limit=MAX_FEN)
    if draft.decided_on > local_day(cmd.now):
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_later", decided_on=draft.decided_on.isoformat())
    return replace(draft, **texts, persons=persons)  # type: ignore[arg-type]


def checked_text(field: str, told: str, limit: int) -> str:
    """A text that a person wrote of a penalty, in normal form.

    Raises:
        Invalid: `publicity.penalty_text`: empty, longer than `limit`, or with control characters.
    """
    plain = normal_text(told).strip()
    if not plain or len(plain) > limit or any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in plain):
        raise Invalid(ProblemCode.INVALID, "publicity.penalty_text", field=field, limit=limit)
    return plain
