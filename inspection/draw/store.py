"""All queries of draws and their cells, and what is public of a draw. Rows leave as frozen values."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from inspection.authority.tables import Authority
from inspection.draw.ceremony import (
    CellRecord,
    Ceremony,
    DrawState,
    MatchRecord,
    VoidReason,
    VoidRecord,
)
from inspection.draw.lot.entropy import Assurance
from inspection.draw.lot.quota import CellQuota
from inspection.draw.store_secrets import contributions
from inspection.draw.store_tickets import drawn_records
from inspection.draw.tables import Draw, DrawCell, DrawTask
from inspection.draw.terms import Terms, read_terms, terms_text
from inspection.kernel.errors import NotFound
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import bulk_insert, for_update
from inspection.planning.facts import TaskFacts
from mobile_contract.problems import ProblemCode

TELLING = ("1:A", "1A", "1B", "A", "P:1", "P-2", "P1", "_", "a", "b", "é", "一", "丁")
"""Texts that no other order puts as their bytes do."""


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One draw as it stands, without its secrets. `tasks`: in the order of the parameters, `task` the first of them."""

    id: UUID
    authority: UUID
    task: UUID
    tasks: tuple[UUID, ...]
    sequence: int | None
    attempt: int
    previous_void: bytes | None
    state: DrawState
    rule_set: str
    rule_digest: str | None
    terms: Terms
    level: Assurance
    operator: str
    approver: str | None
    params: bytes | None
    frame_root: bytes | None
    frame_rows: int | None
    fingerprint: bytes | None
    escrow: bytes | None
    escrow_key: str | None
    seed: bytes | None
    result_root: bytes | None
    match: MatchRecord | None
    void: VoidRecord | None
    void_reason: VoidReason | None
    void_asked_by: str | None
    frozen_at: datetime | None
    drawn_at: datetime | None
    sealed_at: datetime | None


async def add_draw(
    draw: UUID,
    task: TaskFacts,
    *,
    terms: Terms,
    rule_digest: str,
    level: Assurance,
    operator: str,
    attempt: int,
    previous_void: bytes | None,
    at: datetime,
) -> None:
    await bulk_insert(
        Draw,
        [
            {
                "id": draw,
                "authority": task.authority,
                "task": task.id,
                "attempt": attempt,
                "previous_void": previous_void,
                "state": DrawState.DRAFT.value,
                "hash_alg": terms.hash_alg,
                "rule_set": task.rule_set,
                "rule_digest": rule_digest,
                "terms": terms_text(terms),
                "operator": operator,
                "level": level.value,
                "planned_at": at,
            }
        ],
    )


async def add_tasks(draw: UUID, tasks: Sequence[tuple[UUID, UUID]]) -> None:
    """Enter (id, task) of the tasks that a draw is held for, in the order of the parameters."""
    rows = [
        {"id": row_id, "draw": draw, "position": position, "task": task}
        for position, (row_id, task) in enumerate(tasks)
    ]
    await bulk_insert(DrawTask, rows)


async def in_byte_order() -> bool:
    """Whether this database orders texts as their bytes are ordered, as a frame needs it; by trial, because a name of a
    language says little about its order of capitals and signs.
    """
    values = ", ".join(f"('{text}')" for text in TELLING)
    rows = await Draw.raw(f"SELECT told.column1 AS text FROM (VALUES {values}) AS told ORDER BY told.column1")
    return [row["text"] for row in rows] == sorted(TELLING)


async def next_sequence(authority: UUID) -> int:
    """The number of the authority's next fingerprint; nobody else takes it until this unit of work ends. All else that
    is done in the authority goes on: to keep a large frame takes minutes.
    """
    await Authority.raw(f"SELECT id FROM authority WHERE id = {{}}{for_update(referable=True)}", authority)
    rows = await Draw.raw("SELECT coalesce(max(sequence), 0) + 1 AS free FROM draw WHERE authority = {}", authority)
    return int(rows[0]["free"])


async def attempts_counted(authority: UUID) -> tuple[int, int]:
    """Of an authority's draws that were frozen or given up: how many there are, and how many are void."""
    rows = await Draw.select(Draw.state).where(
        Draw.authority == authority, Draw.frozen_at.is_not_null() | (Draw.state == DrawState.VOIDED.value)
    )
    return len(rows), sum(row["state"] == DrawState.VOIDED.value for row in rows)


async def draw_row(draw: UUID, *, lock: bool = False) -> DrawRow:
    """The draw; with `lock`, no other command touches it until this unit of work ends.

    Raises:
        NotFound: no such draw.
    """
    if lock:
        await Draw.raw(f"SELECT id FROM draw WHERE id = {{}}{for_update()}", draw)
    row = await Draw.select().where(Draw.id == draw).first()
    if row is None:
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw))
    return _draw(row, (await tasks_of([draw])).get(draw, ()))


async def draws_of(task: UUID) -> list[DrawRow]:
    """All attempts of a task, alone or together with others, the first one first."""
    joint = [row["draw"] for row in await DrawTask.select(DrawTask.draw).where(DrawTask.task == task)]
    own = Draw.task == task
    rows = await Draw.select().where((own | Draw.id.is_in(joint)) if joint else own).order_by(Draw.attempt)
    tasks = await tasks_of([row["id"] for row in rows])
    return [_draw(row, tasks.get(row["id"], ())) for row in rows]


async def open_draws() -> list[tuple[UUID, UUID]]:
    """Every draw that was neither sealed nor given up, with its authority, the oldest first."""
    rows = await Draw.raw(
        "SELECT id, authority FROM draw WHERE sealed_at IS NULL AND state <> {} ORDER BY planned_at, id",
        DrawState.VOIDED.value,
    )
    return [(plain_uuid(row["id"]), plain_uuid(row["authority"])) for row in rows]


async def tasks_of(draws: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """By draw, its tasks in their order."""
    found: dict[UUID, tuple[UUID, ...]] = {}
    if draws:
        rows = await DrawTask.select().where(DrawTask.draw.is_in(list(draws))).order_by(DrawTask.position)
        for row in rows:
            found[row["draw"]] = (*found.get(row["draw"], ()), row["task"])
    return found


async def change_draw(draw: UUID, columns: Mapping[str, Any]) -> None:
    """Set some columns of a draw."""
    await Draw.update(dict(columns)).where(Draw.id == draw)  # type: ignore[arg-type]


async def add_cells(draw: UUID, rows: Sequence[tuple[UUID, CellRecord]]) -> None:
    await bulk_insert(
        DrawCell,
        [
            {
                "id": cell_id,
                "draw": draw,
                "number": cell.number,
                "task": cell.task,
                "stratum": cell.stratum,
                "weight": cell.weight,
                "size": cell.size,
                "lambda_num": cell.probability.numerator if cell.probability is not None else None,
                "lambda_den": cell.probability.denominator if cell.probability is not None else None,
            }
            for cell_id, cell in rows
        ],
    )


async def settle_cell(draw: UUID, quota: CellQuota, threshold: bytes | None) -> None:
    """Enter what the draw gave a cell."""
    of_cell = (DrawCell.draw == draw) & (DrawCell.number == quota.cell.number)
    await DrawCell.update({DrawCell.quota: quota.quota, DrawCell.threshold: threshold}).where(of_cell)


async def cells(draw: UUID) -> tuple[CellRecord, ...]:
    """The cells of a frozen draw, by number."""
    rows = await DrawCell.select().where(DrawCell.draw == draw).order_by(DrawCell.number)
    return tuple(
        CellRecord(
            row["number"],
            row["task"] or 0,
            row["stratum"],
            row["weight"],
            row["size"],
            Fraction(row["lambda_num"], row["lambda_den"]) if row["lambda_den"] else None,
            row["quota"],
            _bytes(row["threshold"]),
        )
        for row in rows
    )


async def ceremony(draw: UUID, *, tickets: bool = True) -> Ceremony:
    """Everything public of a draw; without `tickets`, head and cells only."""
    row = await draw_row(draw)
    voids = [attempt.void for attempt in await draws_of(row.task) if attempt.attempt <= row.attempt]
    return Ceremony(
        draw=row.id,
        task=row.task,
        state=row.state,
        attempt=row.attempt,
        hash_alg=row.terms.hash_alg,
        level=row.level,
        contributions=tuple(c.public for c in await contributions(draw)),
        voids=tuple(void for void in voids if void is not None),
        tasks=row.tasks,
        sequence=row.sequence,
        params=row.params,
        frame_root=row.frame_root,
        frame_rows=row.frame_rows,
        fingerprint=row.fingerprint,
        escrow=row.escrow,
        seed=row.seed,
        cells=await cells(draw),
        tickets=await drawn_records(draw) if tickets else (),
        result_root=row.result_root,
        match=row.match,
        frozen_at=row.frozen_at,
        drawn_at=row.drawn_at,
        sealed_at=row.sealed_at,
    )


def _draw(row: Mapping[str, Any], tasks: tuple[UUID, ...]) -> DrawRow:
    return DrawRow(
        id=row["id"],
        authority=row["authority"],
        task=row["task"],
        tasks=tasks or (row["task"],),
        sequence=row["sequence"],
        attempt=row["attempt"],
        previous_void=_bytes(row["previous_void"]),
        state=DrawState(row["state"]),
        rule_set=row["rule_set"],
        rule_digest=row["rule_digest"],
        terms=read_terms(row["terms"]),
        level=Assurance(row["level"]),
        operator=row["operator"],
        approver=row["approver"],
        params=row["params"].encode() if row["params"] is not None else None,
        frame_root=_bytes(row["frame_root"]),
        frame_rows=row["frame_rows"],
        fingerprint=_bytes(row["fingerprint"]),
        escrow=_bytes(row["escrow"]),
        escrow_key=row["escrow_key"],
        seed=_bytes(row["seed"]),
        result_root=_bytes(row["result_root"]),
        match=_match(row),
        void=_void(row),
        void_reason=VoidReason(row["void_reason"]) if row["void_reason"] else None,
        void_asked_by=row["void_asked_by"],
        frozen_at=row["frozen_at"],
        drawn_at=row["drawn_at"],
        sealed_at=row["sealed_at"],
    )


def _match(row: Mapping[str, Any]) -> MatchRecord | None:
    if row["match_root"] is None:
        return None
    how = json.loads(row["match_how"]) if row["match_how"] else {}
    return MatchRecord(bytes(row["match_root"]), row["match_objects"], row["match_places"], row["load_cap"], how)


def _void(row: Mapping[str, Any]) -> VoidRecord | None:
    if row["void_record"] is None:
        return None
    return VoidRecord(row["attempt"], VoidReason(row["void_reason"]), row["voided_at"], bytes(row["void_record"]))


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None
