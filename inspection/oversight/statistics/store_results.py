"""Queries of results and their publication, counted by task in the database; never result by result.

Every statement goes into an index that holds all it asks for (`inspection_0021_statistics`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid
from inspection.kernel.sql import one_of
from inspection.oversight.statistics.spans import Span, numbered
from inspection.publicity.release import Standing
from inspection.visits.follow_up.rows import AnswerPart, RecheckResult

# CROSS JOIN: SQLite keeps this order of its loops.
_OURS = 'FROM task t CROSS JOIN outcome o WHERE o.task = t.id AND t.authority = {} AND o."replaces" IS NULL'


@dataclass(frozen=True, slots=True)
class Formed:
    """So many first results with the same codes and measures (as stored) in one part of the span."""

    codes: str
    follow_up: str
    part: int
    count: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A first result and what stands in its place."""

    task: UUID
    formed_at: datetime
    codes: str
    follow_up: str
    now_codes: str
    now_follow_up: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Results that are not out, by their standing; `overdue`: past their due day."""

    standing: Standing
    count: int
    overdue: int


async def formed(authority: UUID, span: Span) -> list[Formed]:
    """First results by the instant at which they were formed."""
    part, ends = numbered("o.formed_at", span.parts)
    rows = await ask(
        f"SELECT o.codes AS codes, o.follow_up AS follow_up, {part} AS part, COUNT(*) AS n {_OURS} "
        "AND o.formed_at >= {} AND o.formed_at < {} GROUP BY 1, 2, 3",
        *ends,
        authority,
        span.begin,
        span.end,
    )
    return [Formed(row["codes"], row["follow_up"], row["part"], row["n"]) for row in rows]


async def corrections(authority: UUID) -> list[Correction]:
    """Every first result that was corrected, with the last of its corrections. They are few."""
    rows = await ask(
        'SELECT o.id AS id, o."replaces" AS old, o.codes AS codes, o.follow_up AS follow_up FROM task t '
        'JOIN outcome o ON o.task = t.id WHERE t.authority = {} AND o."replaces" IS NOT NULL',
        authority,
    )
    followed = {plain_uuid(row["old"]): row for row in rows}
    later = {plain_uuid(row["id"]) for row in rows}
    firsts = [str(old) for old in followed if old not in later]
    found = await _outcomes(firsts)
    return [_correction(row, followed) for row in found]


async def formed_of(tasks: Collection[UUID]) -> dict[UUID, int]:
    """By task, how many results it has by now."""
    return await _by_task('SELECT task, COUNT(*) AS n FROM outcome WHERE {} AND "replaces" IS NULL GROUP BY 1', tasks)


async def out_of(tasks: Collection[UUID]) -> dict[UUID, int]:
    """By task, how many of its results are public by now."""
    sql = "SELECT task, COUNT(*) AS n FROM publication WHERE {} AND state = {} GROUP BY 1"
    return await _by_task(sql, tasks, Standing.PUBLISHED.value)


async def open_of(authority: UUID, tasks: Collection[UUID]) -> dict[UUID, int]:
    """By task, how many of its public results leave something open: to be referred and nobody has taken it on, or to be
    put right and nobody has seen that it was.
    """
    if not tasks:
        return {}
    rows = await ask(
        "SELECT o.task AS task, COUNT(*) AS n FROM follow_up_due f CROSS JOIN outcome o "
        "WHERE f.authority = {} AND o.id = f.outcome AND {} "
        'AND NOT EXISTS (SELECT 1 FROM outcome n WHERE n.task = o.task AND n."replaces" = o.id) '
        "AND EXISTS (SELECT 1 FROM publication p WHERE p.visit = o.visit AND p.task = o.task AND p.state = {}) "
        "AND (f.refer AND NOT EXISTS (SELECT 1 FROM referral r JOIN referral_answer a ON a.referral = r.id "
        "WHERE r.outcome = o.id AND a.part IN ({}, {})) "
        "OR f.put_right AND NOT EXISTS (SELECT 1 FROM rectification_settled s WHERE s.outcome = o.id "
        "AND s.result <> {})) GROUP BY 1",
        authority,
        one_of("task", [str(task) for task in tasks]),
        Standing.PUBLISHED.value,
        AnswerPart.ACCEPTED.value,
        AnswerPart.CLOSING.value,
        RecheckResult.FAILED.value,
    )
    return {plain_uuid(row["task"]): row["n"] for row in rows}


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Referrals made in the span and those of them that were taken on; re-checks due in it and those that found all put
    right.
    """

    referrals: int
    acknowledged: int
    rechecks: int
    rectified: int


async def follow_ups(authority: UUID, span: Span) -> FollowUps:
    """Referrals by the day they were made, re-checks by their due day."""
    referred = await ask(
        "SELECT COUNT(*) AS n, SUM(CASE WHEN EXISTS (SELECT 1 FROM referral_answer a WHERE a.referral = r.id "
        "AND a.part IN ({}, {})) THEN 1 ELSE 0 END) AS good FROM referral r "
        "WHERE r.authority = {} AND r.made_at >= {} AND r.made_at < {}",
        AnswerPart.ACCEPTED.value,
        AnswerPart.CLOSING.value,
        authority,
        span.begin,
        span.end,
    )
    checked = await ask(
        "SELECT COUNT(*) AS n, SUM(CASE WHEN EXISTS (SELECT 1 FROM rectification_settled s WHERE s.recheck = r.id "
        "AND s.result = {}) THEN 1 ELSE 0 END) AS good FROM recheck r "
        "WHERE r.authority = {} AND r.due_on >= {} AND r.due_on <= {}",
        RecheckResult.VERIFIED.value,
        authority,
        span.first,
        span.last,
    )
    return FollowUps(*(int(row[name] or 0) for row in (referred[0], checked[0]) for name in ("n", "good")))


async def not_out(authority: UUID, today: date) -> dict[UUID | None, list[Waiting]]:
    """By task, the results that are not public today."""
    states = [one.value for one in Standing if one is not Standing.PUBLISHED]
    rows = await ask(
        "SELECT p.task AS task, p.state AS state, COUNT(*) AS n, "
        "SUM(CASE WHEN p.due_on < {} THEN 1 ELSE 0 END) AS late "
        "FROM publication p WHERE p.authority = {} AND p.outcome IS NOT NULL "
        f"AND p.state IN ({', '.join('{}' for _ in states)}) GROUP BY 1, 2",
        today,
        authority,
        *states,
    )
    found: dict[UUID | None, list[Waiting]] = {}
    for row in rows:
        task = plain_uuid(row["task"]) if row["task"] else None
        found.setdefault(task, []).append(Waiting(Standing(row["state"]), row["n"], int(row["late"] or 0)))
    return found


async def versions(authority: UUID, span: Span) -> int:
    """How many later versions of results were published in the span."""
    rows = await ask(
        "SELECT COUNT(*) AS n FROM published_document d CROSS JOIN publication p WHERE p.id = d.publication "
        "AND d.version > 1 AND d.at >= {} AND d.at < {} AND p.authority = {} AND p.outcome IS NOT NULL",
        span.begin,
        span.end,
        authority,
    )
    return int(rows[0]["n"])


@dataclass(frozen=True, slots=True)
class Told:
    """So many public results that say the same of item and codes ('' where they do not say it)."""

    item: str
    codes: str
    late: bool
    part: int
    count: int


_PUBLIC = (
    "FROM publication p WHERE p.authority = {} AND p.state = {} AND p.task IS NOT NULL "
    "AND p.published_at >= {} AND p.published_at < {}"
)


async def told(authority: UUID, span: Span) -> list[Told]:
    """Public results that went out in the span, by what their documents say: not by what we know besides."""
    part, ends = numbered("p.published_at", span.parts)
    rows = await ask(
        f"SELECT p.item_code AS item, p.result_codes AS codes, p.late AS late, {part} AS part, COUNT(*) AS n {_PUBLIC} "
        "GROUP BY 1, 2, 3, 4",
        *ends,
        authority,
        Standing.PUBLISHED.value,
        span.begin,
        span.end,
    )
    return [Told(row["item"] or "", row["codes"] or "", bool(row["late"]), row["part"], row["n"]) for row in rows]


async def objects_told(authority: UUID, span: Span) -> int:
    """How many different objects the public results name that went out in the span."""
    rows = await ask(
        f"SELECT COUNT(DISTINCT p.public_code) AS n {_PUBLIC}",
        authority,
        Standing.PUBLISHED.value,
        span.begin,
        span.end,
    )
    return int(rows[0]["n"])


async def _by_task(sql: str, tasks: Collection[UUID], *args: str) -> dict[UUID, int]:
    if not tasks:
        return {}
    rows = await ask(sql, one_of("task", [str(task) for task in tasks]), *args)
    return {plain_uuid(row["task"]): row["n"] for row in rows}


async def _outcomes(ids: Sequence[str]) -> list[dict[str, Any]]:
    if not ids:
        return []
    sql = "SELECT id, task, formed_at, codes, follow_up FROM outcome WHERE {}"
    return await ask(sql, one_of("id", ids))


def _correction(first: dict[str, Any], followed: dict[UUID, dict[str, Any]]) -> Correction:
    newest, last = first, plain_uuid(first["id"])
    while last in followed:
        newest = followed[last]
        last = plain_uuid(newest["id"])
    return Correction(
        plain_uuid(first["task"]),
        first["formed_at"],
        first["codes"],
        first["follow_up"],
        newest["codes"],
        newest["follow_up"],
    )
