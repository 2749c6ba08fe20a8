"""All queries of background work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import as_instant
from inspection.kernel.canonical import JSON
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import skip_locked
from inspection.kernel.work.tables import WorkItem


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed piece of work. `attempts` counts this one, which was begun at `claimed_at`."""

    id: UUID
    name: str
    lane: str
    stream: str
    seq: int
    authority: UUID | None
    payload: Mapping[str, JSON]
    attempts: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """How background work is doing. `waiting`, `dead`: no more than were counted; `due`: since when the oldest job that
    nobody works on could have been done.
    """

    waiting: int
    dead: int
    due: datetime | None


_FREE = "done_at IS NULL AND NOT dead"


async def claim(now: datetime, until: datetime, limit: int) -> list[Job]:
    """Claim up to `limit` due jobs, the oldest of each lane only: a lane is worked on in order, by one worker."""
    rows = await WorkItem.raw(
        # As a part of its own: inside the condition PostgreSQL may pick anew for every row that it compares.
        f"WITH picked AS (SELECT id FROM work_item AS mine WHERE {_FREE} AND not_before <= {{}} "
        "AND (claimed_until IS NULL OR claimed_until < {}) AND NOT EXISTS ("
        "SELECT 1 FROM work_item AS other WHERE other.lane = mine.lane AND other.done_at IS NULL AND NOT other.dead "
        "AND (other.seq < mine.seq OR (other.seq = mine.seq AND other.id < mine.id))) "
        f"ORDER BY not_before, seq LIMIT {{}}{skip_locked()}) "
        "UPDATE work_item SET claimed_until = {}, attempts = attempts + 1 WHERE id IN (SELECT id FROM picked) "
        "RETURNING id, name, lane, stream, seq, authority, payload, attempts",
        now,
        now,
        limit,
        until,
    )
    return sorted((_job(row, now) for row in rows), key=lambda job: (job.lane, job.seq))


async def finish(job_id: UUID, now: datetime) -> None:
    await WorkItem.raw("UPDATE work_item SET done_at = {}, claimed_until = NULL WHERE id = {}", now, job_id)


async def put_back(job_id: UUID, not_before: datetime, error: str) -> None:
    await WorkItem.raw(
        "UPDATE work_item SET claimed_until = NULL, not_before = {}, last_error = {} WHERE id = {}",
        not_before,
        error,
        job_id,
    )


async def give_back(job: Job) -> None:
    """As if it had not been claimed, unless it is done or another worker has it."""
    await WorkItem.raw(
        "UPDATE work_item SET claimed_until = NULL, attempts = attempts - 1 "
        "WHERE id = {} AND attempts = {} AND done_at IS NULL AND NOT dead",
        job.id,
        job.attempts,
    )


async def give_up(job_id: UUID, error: str) -> None:
    await WorkItem.raw(
        "UPDATE work_item SET claimed_until = NULL, dead = {}, last_error = {} WHERE id = {}", True, error, job_id
    )


async def count_done(before: datetime) -> int:
    """How many jobs were done before that."""
    count: int = await WorkItem.count().where(WorkItem.done_at < before)
    return count


async def drop_done(before: datetime, limit: int) -> int:
    """Forget at most so many of them; how many."""
    sql = "DELETE FROM work_item WHERE id IN (SELECT id FROM work_item WHERE done_at < {} LIMIT {}) RETURNING id"
    return len(await WorkItem.raw(sql, before, limit))


async def pending(name: str | None = None) -> int:
    """How many jobs are neither done nor given up; of one name, when it is given."""
    waiting = WorkItem.count().where(WorkItem.done_at.is_null(), WorkItem.dead.eq(False))
    left: int = await (waiting if name is None else waiting.where(WorkItem.name == name))
    return left


async def given_up(limit: int = 100) -> list[tuple[str, str, str]]:
    """(name, lane, last error) of jobs that were given up, for people to look at."""
    rows = await WorkItem.raw(
        "SELECT name, lane, last_error FROM work_item WHERE dead AND done_at IS NULL ORDER BY not_before LIMIT {}",
        limit,
    )
    return [(row["name"], row["lane"], row["last_error"] or "") for row in rows]


async def standing(now: datetime, most: int = 1_000) -> QueueStanding:
    """How background work is doing; each number is `most` + 1 when it is more than `most`."""
    some = "SELECT count(*) AS n FROM (SELECT 1 AS one FROM work_item WHERE {} LIMIT {{}}) AS s"
    counts = [await WorkItem.raw(some.format(which), most + 1) for which in (_FREE, "dead AND done_at IS NULL")]
    oldest = await WorkItem.raw(
        f"SELECT not_before FROM work_item WHERE {_FREE} AND not_before <= {{}} "
        "AND (claimed_until IS NULL OR claimed_until < {}) ORDER BY not_before LIMIT 1",
        now,
        now,
    )
    waiting, dead = (int(rows[0]["n"]) for rows in counts)
    return QueueStanding(waiting, dead, as_instant(oldest[0]["not_before"]) if oldest else None)


def _job(row: dict[str, Any], now: datetime) -> Job:
    return Job(
        id=plain_uuid(row["id"]),
        name=row["name"],
        lane=row["lane"],
        stream=row["stream"],
        seq=int(row["seq"]),
        authority=plain_uuid(row["authority"]) if row["authority"] else None,
        payload=json.loads(row["payload"]),
        attempts=int(row["attempts"]),
        claimed_at=now,
    )
