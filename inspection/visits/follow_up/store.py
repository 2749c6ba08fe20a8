"""Queries of referrals and of what came back. Rows leave as frozen values."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.canonical import canonical_json
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.policy.terms import ReferralKind
from inspection.visits.follow_up.rows import AnswerPart, AnswerRow, HandedOver, ReferralResult, ReferralRow
from inspection.visits.follow_up.tables import Referral, ReferralAnswer

_REFERRAL: Final = (
    *("id", "authority", "visit", "outcome", "form", "kind", "number", "addressee", "region", "ground"),
    *("made_at", "made_by", "made_by_name"),
)
_ANSWER: Final = (
    *("id", "referral", "form", "part", "day", "sender", "their_number", "result", "said"),
    *("at", "by", "by_name"),
)
_RECEIPTS: Final = frozenset({AnswerPart.ACCEPTED, AnswerPart.REFUSED})


async def add_referral(row: ReferralRow) -> None:
    handed = canonical_json([{"digest": one.digest, "name": one.name} for one in row.handed]).decode()
    await bulk_insert(Referral, [{name: getattr(row, name) for name in _REFERRAL} | {"handed": handed}])


async def add_answer(row: AnswerRow) -> None:
    """Insert what came back. One receipt and one end: a second of either breaks the table's rule."""
    part = "receipt" if row.part in _RECEIPTS else row.part.value
    # A receipt that sends it back is told from one that takes it by its result.
    result = row.part.value if row.part in _RECEIPTS else (row.result.value if row.result else "")
    values = {name: getattr(row, name) for name in _ANSWER}
    await bulk_insert(ReferralAnswer, [values | {"part": part, "result": result}])


async def referrals_of(visits: Collection[UUID]) -> list[ReferralRow]:
    """All referrals of these visits with what came back, the oldest first."""
    return await _referrals("visit", visits)


async def referral(referral_id: UUID) -> ReferralRow | None:
    return next(iter(await _referrals("id", [referral_id])), None)


async def referral_of_form(visit: UUID, form: str) -> ReferralRow | None:
    """What was made with this form of this visit."""
    return next((row for row in await referrals_of([visit]) if row.form == form), None)


async def referrals_between(authority: UUID, after: UUID | None, limit: int) -> list[ReferralRow]:
    """A page of an authority's referrals by id, those behind `after`."""
    rows = await ask(
        "SELECT id FROM referral WHERE authority = {} AND id > {} ORDER BY id LIMIT {}",
        authority,
        after or UUID(int=0),
        limit,
    )
    found = await _referrals("id", [plain_uuid(row["id"]) for row in rows])
    return sorted(found, key=lambda one: one.id)


async def waiting_visits(authority: UUID) -> set[UUID]:
    """Visits with a referral of which nobody has told the end."""
    rows = await ask(
        "SELECT DISTINCT made.visit FROM referral made WHERE made.authority = {} AND NOT EXISTS "
        "(SELECT 1 FROM referral_answer told WHERE told.referral = made.id AND told.part = 'closing')",
        authority,
    )
    return {plain_uuid(row["visit"]) for row in rows}


async def _referrals(column: str, values: Collection[UUID]) -> list[ReferralRow]:
    if not values:
        return []
    named = ", ".join(f'"{name}"' for name in (*_REFERRAL, "handed"))
    rows = await ask(f"SELECT {named} FROM referral WHERE {{}}", one_of(column, [str(one) for one in values]))
    if not rows:
        return []
    answers = await _answers([plain_uuid(row["id"]) for row in rows])
    found = [_referral(row, answers.get(plain_uuid(row["id"]), ())) for row in rows]
    return sorted(found, key=lambda one: (one.made_at, one.id))


async def _answers(referrals: Collection[UUID]) -> dict[UUID, tuple[AnswerRow, ...]]:
    named = ", ".join(f'"{name}"' for name in _ANSWER)
    ids = [str(one) for one in referrals]
    rows = await ask(f"SELECT {named} FROM referral_answer WHERE {{}}", one_of("referral", ids))
    found: dict[UUID, tuple[AnswerRow, ...]] = {}
    for one in sorted(map(_answer, rows), key=lambda one: (one.at, one.id)):
        found[one.referral] = (*found.get(one.referral, ()), one)
    return found


def _referral(row: Mapping[str, Any], answers: tuple[AnswerRow, ...]) -> ReferralRow:
    ids = {name: plain_uuid(row[name]) for name in ("id", "authority", "visit", "outcome")}
    handed = tuple(HandedOver(one["digest"], one["name"]) for one in json.loads(row["handed"]))
    given = {name: row[name] for name in _REFERRAL} | ids | {"kind": ReferralKind(row["kind"])}
    return ReferralRow(**given, handed=handed, answers=answers)


def _answer(row: Mapping[str, Any]) -> AnswerRow:
    receipt = row["part"] == "receipt"
    part = AnswerPart(row["result"] if receipt else row["part"])
    result = ReferralResult(row["result"]) if row["result"] and not receipt else None
    ids = {"id": plain_uuid(row["id"]), "referral": plain_uuid(row["referral"])}
    return AnswerRow(**{**row, **ids, "part": part, "result": result})
