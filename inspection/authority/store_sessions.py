"""All queries of sessions at the desk."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.authority import store
from inspection.authority.store import AccountRow
from inspection.authority.tables import DeskSession
from inspection.kernel.ask import ask
from inspection.kernel.sql import bulk_insert

SHOWN = 50
"""Sessions of one account that are listed."""
_LIVE = "ended_at IS NULL AND ends_at > {} AND seen_at > {}"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Somebody signed in at the desk. `awaits_factor`: only the password was given so far; `factor`: what was given
    besides (`passkey`, `time`, `recovery`); `seen_at`: to the minute; `browser`: in words of its own.
    """

    id: UUID
    account: UUID
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    awaits_factor: bool
    factor: str | None
    browser: str


async def add_session(row: SessionRow, token_hash: str) -> None:
    """Enter a session."""
    await bulk_insert(DeskSession, [{**asdict(row), "token_hash": token_hash, "ended_at": None}])


async def live_session(token_hash: str, now: datetime, seen_after: datetime) -> tuple[SessionRow, AccountRow] | None:
    """The session of this token with its account, if neither has ended and it was used after `seen_after`."""
    rows = await ask(f"SELECT * FROM desk_session WHERE token_hash = {{}} AND {_LIVE}", token_hash, now, seen_after)
    if not rows:
        return None
    account = await store.account(rows[0]["account"])
    return (_session(rows[0]), account) if account and account.active else None


async def live_sessions(account_id: UUID, now: datetime, seen_after: datetime) -> list[SessionRow]:
    """The sessions of an account that are open, the one used last first; at most `SHOWN`."""
    sql = f"SELECT * FROM desk_session WHERE account = {{}} AND {_LIVE} ORDER BY seen_at DESC, id DESC LIMIT {SHOWN}"
    return [_session(row) for row in await ask(sql, account_id, now, seen_after)]


async def touch_session(session_id: UUID, at: datetime) -> None:
    """It was used."""
    await DeskSession.update({DeskSession.seen_at: at}).where(DeskSession.id == session_id)


async def raise_session(session_id: UUID, token_hash: str, factor: str, ends_at: datetime) -> None:
    """A second factor was given: another token from now on, and the whole time of a session."""
    await DeskSession.update(
        {
            DeskSession.token_hash: token_hash,
            DeskSession.factor: factor,
            DeskSession.awaits_factor: False,
            DeskSession.ends_at: ends_at,
        }
    ).where(DeskSession.id == session_id)


async def end_session(session_id: UUID, account_id: UUID, at: datetime) -> bool:
    """End a session of this account; whether there was such a one."""
    ended = (
        await DeskSession.update({DeskSession.ended_at: at})
        .where(DeskSession.id == session_id, DeskSession.account == account_id, DeskSession.ended_at.is_null())
        .returning(DeskSession.id)
    )
    return bool(ended)


async def end_sessions(account_id: UUID, at: datetime, but: UUID | None) -> int:
    """End all sessions of an account but one; how many there were."""
    where = [DeskSession.account == account_id, DeskSession.ended_at.is_null()]
    if but is not None:
        where.append(DeskSession.id != but)
    return len(await DeskSession.update({DeskSession.ended_at: at}).where(*where).returning(DeskSession.id))


async def end_all_sessions(at: datetime) -> int:
    """End every session there is; how many there were."""
    rows = DeskSession.update({DeskSession.ended_at: at}).where(
        DeskSession.ended_at.is_null(), DeskSession.ends_at > at
    )
    return len(await rows.returning(DeskSession.id))


async def drop_sessions(ended_before: datetime) -> None:
    """Forget the sessions that had run out by then."""
    await DeskSession.delete().where(DeskSession.ends_at < ended_before)


def _session(row: dict[str, Any]) -> SessionRow:
    return SessionRow(
        id=row["id"],
        account=row["account"],
        opened_at=row["opened_at"],
        seen_at=row["seen_at"],
        ends_at=row["ends_at"],
        awaits_factor=bool(row["awaits_factor"]),
        factor=row["factor"],
        browser=row["browser"],
    )
