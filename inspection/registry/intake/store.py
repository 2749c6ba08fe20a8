"""Queries of imports and of the rows they rejected."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import And, Or

from inspection.kernel.canonical import canonical_json
from inspection.kernel.sql import bulk_insert
from inspection.registry.intake.facts import ImportRunFacts, MappingFacts
from inspection.registry.intake.remarks import Remark, read_remark
from inspection.registry.intake.report import Counts
from inspection.registry.intake.rows import Rejected
from inspection.registry.intake.tables import ImportMapping, ImportRun, RejectedRow


async def open_run(
    run_id: UUID,
    authority: UUID,
    what: str,
    file_name: str,
    file_digest: str,
    header: Sequence[str],
    at: datetime,
    by: tuple[str, str],
) -> None:
    """`by`: the id and the name of who imports."""
    await bulk_insert(
        ImportRun,
        [
            {
                "id": run_id,
                "authority": authority,
                "what": what,
                "file_name": file_name,
                "file_digest": file_digest,
                "header": canonical_json(list(header)).decode(),
                **_numbers(Counts()),
                "at": at,
                "finished_at": None,
                "by": by[0],
                "by_name": by[1][:200],
            }
        ],
    )


async def runs_of_file(authority: UUID, what: str, file_digest: str) -> list[ImportRunFacts]:
    """Earlier imports of the same bytes, oldest first."""
    rows = (
        await ImportRun.select()
        .where(ImportRun.authority == authority, ImportRun.what == what, ImportRun.file_digest == file_digest)
        .order_by(ImportRun.at)
    )
    return [_run(row) for row in rows]


async def close_run(run_id: UUID, counts: Counts, at: datetime) -> None:
    facts = {**_numbers(counts), "finished_at": at}
    await ImportRun.update(facts).where(ImportRun.id == run_id)  # type: ignore[arg-type]


async def run(run_id: UUID) -> ImportRunFacts | None:
    row = await ImportRun.select().where(ImportRun.id == run_id).first()
    return _run(row) if row else None


async def runs(authority: UUID, limit: int, before: ImportRunFacts | None = None) -> list[ImportRunFacts]:
    """The newest imports first; with `before`, those older than that one."""
    query = ImportRun.select().where(ImportRun.authority == authority)
    if before is not None:
        same = And(ImportRun.at == before.at, ImportRun.id < before.id)
        query = query.where(Or(ImportRun.at < before.at, same))
    rows = await query.order_by(ImportRun.at, ImportRun.id, ascending=False).limit(limit)
    return [_run(row) for row in rows]


async def keep_rejected(run_id: UUID, rows: Mapping[UUID, Rejected]) -> None:
    """Store rejected rows as they came; those that this run has stored already are left alone."""
    await bulk_insert(
        RejectedRow,
        [
            {
                "id": row_id,
                "run": run_id,
                "line": row.number,
                "reason": row.reasons[0].key.value,
                "facts": canonical_json([reason.as_json() for reason in row.reasons]).decode(),
                "original": canonical_json(list(row.cells)).decode(),
            }
            for row_id, row in rows.items()
        ],
        on_conflict="nothing",
    )


async def rejected(run_id: UUID, after: int, limit: int) -> list[Rejected]:
    """A page of a run's rejected rows in the order of the file."""
    rows = (
        await RejectedRow.select()
        .where(RejectedRow.run == run_id, RejectedRow.line > after)
        .order_by(RejectedRow.line)
        .limit(limit)
    )
    return [Rejected(row["line"], tuple(json.loads(row["original"])), _reasons(row["facts"])) for row in rows]


async def mapping(authority: UUID, what: str, source: str) -> dict[str, str] | None:
    """What the headers of this source's files mean: header → field."""
    row = (
        await ImportMapping.select(ImportMapping.headers)
        .where(ImportMapping.authority == authority, ImportMapping.what == what, ImportMapping.source == source)
        .first()
    )
    return dict(json.loads(row["headers"])) if row else None


async def mappings(authority: UUID) -> list[MappingFacts]:
    """All saved mappings, by kind of file and source."""
    rows = (
        await ImportMapping.select()
        .where(ImportMapping.authority == authority)
        .order_by(ImportMapping.what)
        .order_by(ImportMapping.source)
    )
    return [
        MappingFacts(row["what"], row["source"], dict(json.loads(row["headers"])), row["at"], row["by_name"])
        for row in rows
    ]


async def keep_mapping(
    mapping_id: UUID, authority: UUID, what: str, source: str, headers: Mapping[str, str], at: datetime, by_name: str
) -> None:
    """Save a mapping in the place of the source's former one."""
    facts = {"headers": canonical_json(dict(headers)).decode(), "at": at, "by_name": by_name[:200]}
    row = {"id": mapping_id, "authority": authority, "what": what, "source": source, **facts}
    if not await bulk_insert(ImportMapping, [row], on_conflict="nothing"):
        await ImportMapping.update(facts).where(  # type: ignore[arg-type]
            ImportMapping.authority == authority, ImportMapping.what == what, ImportMapping.source == source
        )


def _reasons(stored: str) -> tuple[Remark, ...]:
    return tuple(read_remark(reason) for reason in json.loads(stored))


def _numbers(counts: Counts) -> dict[str, Any]:
    return {
        "rows": counts.rows,
        "added": counts.added,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
        "warned": counts.warned,
    }


def _run(row: Mapping[str, Any]) -> ImportRunFacts:
    named = {name: row[name] for name in ImportRunFacts.__dataclass_fields__}
    return ImportRunFacts(**{**named, "header": tuple(json.loads(row["header"]))})
