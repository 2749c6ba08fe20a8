"""Queries of third parties' conclusions. Rows leave as frozen values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, one_of
from inspection.visits.follow_up.rows import ConclusionKind, ConclusionRow
from inspection.visits.follow_up.tables import ConclusionWithdrawn, OutcomeBasis, ThirdPartyConclusion

_COLUMNS: Final = (
    *("id", "authority", "visit", "item", "form", "kind", "institution", "qualification", "number", "issued_on"),
    *("said", "digest", "name", "entered_at", "entered_by", "entered_by_name"),
)


async def add_conclusion(row: ConclusionRow) -> None:
    await bulk_insert(ThirdPartyConclusion, [{name: getattr(row, name) for name in _COLUMNS}])


async def withdraw(conclusion: UUID, reason: str, at: object, by: str) -> None:
    await bulk_insert(ConclusionWithdrawn, [{"conclusion": conclusion, "reason": reason, "at": at, "by": by}])


async def add_bases(rows: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """That outcomes rest on conclusions, as (row id, outcome, conclusion)."""
    named = [{"id": key, "outcome": outcome, "conclusion": conclusion} for key, outcome, conclusion in rows]
    await bulk_insert(OutcomeBasis, named)


async def conclusions_of(visits: Collection[UUID]) -> list[ConclusionRow]:
    """All conclusions on these visits, withdrawn ones included, the oldest first."""
    return await _conclusions("visit", visits)


async def conclusion(conclusion_id: UUID) -> ConclusionRow | None:
    return next(iter(await _conclusions("id", [conclusion_id])), None)


async def conclusion_of_form(visit: UUID, form: str) -> ConclusionRow | None:
    """What was attached with this form to this visit."""
    return next((row for row in await conclusions_of([visit]) if row.form == form), None)


async def conclusions_behind(outcomes: Collection[UUID]) -> list[ConclusionRow]:
    """The conclusions that these outcomes rest on, the oldest first."""
    if not outcomes:
        return []
    rows = await ask(
        "SELECT DISTINCT conclusion FROM outcome_basis WHERE {}", one_of("outcome", [str(one) for one in outcomes])
    )
    return await _conclusions("id", [plain_uuid(row["conclusion"]) for row in rows])


async def _conclusions(column: str, values: Collection[UUID]) -> list[ConclusionRow]:
    if not values:
        return []
    named = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = await ask(
        f"SELECT {named} FROM third_party_conclusion WHERE {{}}", one_of(column, [str(one) for one in values])
    )
    if not rows:
        return []
    ids = [str(plain_uuid(row["id"])) for row in rows]
    gone = await ask("SELECT conclusion, reason FROM conclusion_withdrawn WHERE {}", one_of("conclusion", ids))
    bases = await ask("SELECT outcome, conclusion FROM outcome_basis WHERE {}", one_of("conclusion", ids))
    withdrawn = {plain_uuid(row["conclusion"]): row["reason"] for row in gone}
    found = [_conclusion(row, withdrawn, bases) for row in rows]
    return sorted(found, key=lambda one: (one.entered_at, one.id))


def _conclusion(
    row: Mapping[str, Any], withdrawn: Mapping[UUID, str], bases: Sequence[Mapping[str, Any]]
) -> ConclusionRow:
    ids = {name: plain_uuid(row[name]) for name in ("id", "authority", "visit", "item")}
    basis_of = sorted(plain_uuid(one["outcome"]) for one in bases if plain_uuid(one["conclusion"]) == ids["id"])
    known = {"kind": ConclusionKind(row["kind"]), "withdrawn": withdrawn.get(ids["id"]), "basis_of": tuple(basis_of)}
    return ConclusionRow(**{**row, **ids, **known})
