"""Queries of files that wait to be imported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inspection.kernel.ask import ask
from inspection.kernel.ids import plain_uuid


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A file that waits, for the account that sent it. `told`: what its sender was told of it."""

    id: UUID
    account: str
    kept_at: datetime
    told: str


async def add_piece(piece_id: UUID, file: UUID, place: int, kept_at: datetime, packed: bytes) -> None:
    """Keep a piece of a file that is still coming."""
    await ask(
        "INSERT INTO waiting_piece (id, file, place, kept_at, packed) VALUES ({}, {}, {}, {}, {})",
        piece_id,
        file,
        place,
        kept_at,
        packed,
    )


async def add_file(row: WaitingRow) -> None:
    """Let a file wait, all of whose pieces are here."""
    await ask(
        "INSERT INTO waiting_file (id, account, kept_at, told) VALUES ({}, {}, {}, {})",
        row.id,
        row.account,
        row.kept_at,
        row.told,
    )


async def set_told(file: UUID, told: str) -> None:
    """Keep what was told of it."""
    await ask("UPDATE waiting_file SET told = {} WHERE id = {}", told, file)


async def waiting_file(file: UUID) -> WaitingRow | None:
    """One of them."""
    found = await ask("SELECT id, account, kept_at, told FROM waiting_file WHERE id = {}", file)
    return _row(found[0]) if found else None


async def waiting_of(account: str) -> list[WaitingRow]:
    """Those of one account, the newest first."""
    found = await ask(
        "SELECT id, account, kept_at, told FROM waiting_file WHERE account = {} ORDER BY kept_at DESC", account
    )
    return [_row(one) for one in found]


async def piece_of(file: UUID, place: int) -> bytes | None:
    """A piece as it was kept; None behind the last one."""
    found = await ask("SELECT packed FROM waiting_piece WHERE file = {} AND place = {}", file, place)
    return bytes(found[0]["packed"]) if found else None


async def drop_file(file: UUID) -> None:
    """It waits no longer."""
    await ask("DELETE FROM waiting_file WHERE id = {}", file)
    await ask("DELETE FROM waiting_piece WHERE file = {}", file)


async def drop_kept_before(before: datetime) -> None:
    """Whatever was kept before then, halves of files too."""
    await ask("DELETE FROM waiting_file WHERE kept_at < {}", before)
    await ask("DELETE FROM waiting_piece WHERE kept_at < {}", before)


def _row(found: dict[str, Any]) -> WaitingRow:
    return WaitingRow(plain_uuid(found["id"]), found["account"], found["kept_at"], found["told"])
