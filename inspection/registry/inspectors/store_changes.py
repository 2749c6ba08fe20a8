"""Queries of the register's change log and of its review."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert, for_update
from inspection.registry.inspectors.entry import Changed
from inspection.registry.inspectors.facts import BatchFacts, ChangeFacts
from inspection.registry.inspectors.tables import RegisterBatch, RegisterChange
from inspection.registry.inspectors.terms import BatchState, ChangeKind

BATCH = 500
_KINDS = tuple(ChangeKind)
UNREVIEWED = frozenset({BatchState.PENDING.value, BatchState.RETURNED.value})


async def batch_of_run(run: UUID) -> UUID | None:
    """The batch that an import has opened already."""
    row = await RegisterBatch.select(RegisterBatch.id).where(RegisterBatch.run == run).first()
    return row["id"] if row else None


async def open_batch(facts: BatchFacts) -> None:
    names = [name for name in BatchFacts.__dataclass_fields__ if name != "changes"]
    await bulk_insert(RegisterBatch, [{name: getattr(facts, name) for name in names} | {"state": facts.state.value}])


async def add_changes(batch: UUID, changes: Mapping[UUID, tuple[UUID, Changed]]) -> None:
    """`changes`: by their new id, with the person."""
    await bulk_insert(
        RegisterChange,
        [
            {
                "id": one,
                "batch": batch,
                "inspector": person,
                "kind": change.kind.value,
                "facts": canonical_json(change.facts).decode(),
                "entitles": change.entitles,
            }
            for one, (person, change) in changes.items()
        ],
    )


async def decide(batch: UUID, state: BatchState, by: tuple[str, str], at: datetime, remarks: str | None) -> None:
    """`by`: id and name of who decided."""
    facts = {
        "state": state.value,
        "decided_by": by[0],
        "decided_by_name": by[1],
        "decided_at": at,
        "remarks": remarks,
    }
    await RegisterBatch.update(facts).where(RegisterBatch.id == batch)  # type: ignore[arg-type]


async def batch(batch_id: UUID, *, lock: bool = False) -> BatchFacts | None:
    """One batch with its changes."""
    if lock:
        await RegisterBatch.raw('SELECT "id" FROM "inspector_batch" WHERE "id" = {}' + for_update(), batch_id)
    row = await RegisterBatch.select().where(RegisterBatch.id == batch_id).first()
    return (await _with_changes([row]))[0] if row else None


async def batches(authority: UUID, states: Collection[BatchState] | None, limit: int) -> list[BatchFacts]:
    """The newest first; of all states unless some are named."""
    query = RegisterBatch.select().where(RegisterBatch.authority == authority)
    if states is not None:
        query = query.where(RegisterBatch.state.is_in([state.value for state in states]))
    rows = await query.order_by(RegisterBatch.made_at, RegisterBatch.id, ascending=False).limit(limit)
    return await _with_changes(rows)


async def changes_of(inspector: UUID) -> list[BatchFacts]:
    """The history of one person's entry, oldest first: batches with only this person's changes."""
    rows = await RegisterChange.select(RegisterChange.batch).where(RegisterChange.inspector == inspector)
    ids = {row["batch"] for row in rows}
    if not ids:
        return []
    found = await RegisterBatch.select().where(RegisterBatch.id.is_in(list(ids)))
    ordered = sorted(found, key=lambda row: (row["made_at"], row["id"]))
    return await _with_changes(ordered, inspector)


async def unreviewed(people: Sequence[UUID]) -> frozenset[UUID]:
    """Those whose newest entitling change waits for its review or was returned."""
    newest: dict[UUID, tuple[datetime, bool]] = {}
    for start in range(0, len(people), BATCH):
        rows = await RegisterChange.select(
            RegisterChange.inspector,
            RegisterChange.batch.state.as_alias("state"),
            RegisterChange.batch.made_at.as_alias("made_at"),
        ).where(
            RegisterChange.inspector.is_in(list(people[start : start + BATCH])),
            RegisterChange.entitles.eq(True),
        )
        for row in rows:
            # Of two at one instant the one that waits counts.
            rank = (row["made_at"], row["state"] in UNREVIEWED)
            newest[row["inspector"]] = max(rank, newest.get(row["inspector"], rank))
    return frozenset(person for person, (_, waits) in newest.items() if waits)


async def _with_changes(rows: Sequence[Mapping[str, Any]], inspector: UUID | None = None) -> list[BatchFacts]:
    made: dict[UUID, list[ChangeFacts]] = defaultdict(list)
    if rows:
        query = RegisterChange.select(
            *RegisterChange.all_columns(),
            RegisterChange.inspector.staff_no.as_alias("staff_no"),
            RegisterChange.inspector.name.as_alias("person_name"),
        ).where(RegisterChange.batch.is_in([row["id"] for row in rows]))
        if inspector is not None:
            query = query.where(RegisterChange.inspector == inspector)
        for row in await query:
            made[row["batch"]].append(_change(row))
    return [_batch(row, tuple(sorted(made[row["id"]], key=_order))) for row in rows]


def _order(change: ChangeFacts) -> tuple[str, int]:
    """Person by person, first what became of the entry; ids made within one instant say nothing of an order."""
    return change.staff_no, _KINDS.index(change.kind)


def _change(row: Mapping[str, Any]) -> ChangeFacts:
    return ChangeFacts(
        row["inspector"],
        row["staff_no"],
        row["person_name"],
        ChangeKind(row["kind"]),
        json.loads(row["facts"]),
        bool(row["entitles"]),
    )


def _batch(row: Mapping[str, Any], changes: tuple[ChangeFacts, ...]) -> BatchFacts:
    told = {name: row[name] for name in BatchFacts.__dataclass_fields__ if name != "changes"}
    return BatchFacts(**told | {"state": BatchState(row["state"])}, changes=changes)
