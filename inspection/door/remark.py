"""匿名意见: what a party says without its name. It is kept so that nothing leads back to the visit.

* It waits without a time, and is written down with others, by id, in the small hours: neither the order of the rows nor
  what a database keeps beside one (SQLite's rowid, PostgreSQL's ctid and xmin) tells which came first, or when.
* Its id is made of a name that only the form had, with a secret of the server: it carries no time, and a form that is
  sent twice is one remark.
* The journal has one line a day at most, with a number; none in the stream of a visit, and none when one comes in.
* It is told only when at least `ENOUGH` wait for an authority, or when the month it came in is over.

Not covered: while it waits, whoever reads the database itself sees it, in the order in which it came; so does who
compares two of its backups, its log (WAL) or the free pages of its files. A proxy before the server that keeps whole
addresses knows who sent a form. And a text may give away its writer.
"""

import hmac
from collections import defaultdict
from collections.abc import Awaitable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.door import store, store_sent
from inspection.door.admitted import still_open
from inspection.door.limits import REMARK, bounded
from inspection.door.store_sent import RemarkRow
from inspection.kernel.apart import over_authorities
from inspection.kernel.calendar.rules import BEIJING, local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append, read_kind
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from mobile_contract.problems import ProblemCode

ENOUGH: Final = 5
"""So many are told together: one alone may be known by the day on which it appears."""
SMALL_HOURS: Final = range(2, 5)
_LABEL: Final = "remark-id/v1"


async def leave_remark(cmd: Command, *, visit_id: UUID, turn: int, form: str, text: str, keys: ServerKeys) -> None:
    """Let the remark wait. Nothing of it is journalled now, and nothing says that this visit's party sent one.

    `form`: the unique part of the form's name.

    Raises:
        Conflict: `door.closed`.
        Invalid: `door.remark_empty`; `door.remark_too_long`.
    """
    told = bounded(text, REMARK, "door.remark_too_long")
    if not told:
        raise Invalid(ProblemCode.INVALID, "door.remark_empty")
    # Not locked: PostgreSQL would note in the door's row who did.
    still_open(cmd, await store.door_of(visit_id), turn)
    if cmd.authority is None:
        raise RuntimeError("a door is of an authority")
    # In a transaction of its own: what else is written in it would bear the same mark.
    row = RemarkRow(remark_id(keys, form), cmd.authority, month_of(cmd.now), told)
    await in_unit(store_sent.add_waiting, row)


async def tell_remarks(cmd: Command) -> int:
    """Write down what has waited long enough, and tell the journal how many they were; at most once a day and
    authority, and in the small hours only. Returns how many were told.
    """
    if cmd.now.astimezone(BEIJING).hour not in SMALL_HOURS:
        return 0
    by_authority: dict[UUID, list[RemarkRow]] = defaultdict(list)
    for row in await store_sent.waiting_remarks():
        by_authority[row.authority].append(row)

    def tell(authority: UUID) -> Awaitable[int]:
        return in_unit(_tell, cmd, authority, ripe(by_authority[authority], month_of(cmd.now)))

    return await over_authorities(sorted(by_authority), tell, "an authority's remarks are not told")


async def remarks_of(authority: UUID, after: UUID | None, limit: int) -> list[RemarkRow]:
    """A page of an authority's remarks, by id: in no order of time."""
    return await store_sent.remarks(authority, after, limit)


def ripe(rows: Sequence[RemarkRow], month: str) -> list[RemarkRow]:
    """Which of an authority's waiting remarks are told in this month: all, if they are enough; else the older. Pure."""
    return list(rows) if len(rows) >= ENOUGH else [row for row in rows if row.month < month]


def remark_id(keys: ServerKeys, form: str) -> UUID:
    """A random-looking id (version 4) that only who has the form's name and the server's key can make."""
    return UUID(bytes=hmac.digest(keys.secret(_LABEL), form.encode(), "sha256")[:16], version=4)


def month_of(now: datetime) -> str:
    """YYYY-MM by the local calendar."""
    return local_day(now).isoformat()[:7]


async def _tell(cmd: Command, authority: UUID, rows: Collection[RemarkRow]) -> int:
    stream = f"remarks:{authority}"
    lines = await read_kind(stream, EventKind.REMARKS_RECEIVED)
    if not rows or (lines and local_day(cmd.now) - local_day(lines[-1].at) < timedelta(days=1)):
        return 0
    told = await store_sent.tell(rows)
    if told:
        await append(cmd.event(EventKind.REMARKS_RECEIVED, stream, authority=str(authority), count=told))
    return told
