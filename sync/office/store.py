"""Queries of the log in which an authority's own decisions stand."""

from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.sql import bulk_insert, for_update
from sync.tables import OfficeLog


@dataclass(frozen=True, slots=True)
class OfficeHead:
    """The newest entry of an authority's own log: its incarnation, number (0: none yet) and hash."""

    epoch: int
    seq: int
    hash: str | None


async def lock_office_log(authority: UUID) -> OfficeHead:
    """The head of the log, made when it is new, locked until commit."""
    fresh = {"authority": authority, "epoch": 0, "seq": 0, "hash": None}
    await bulk_insert(OfficeLog, [fresh], on_conflict="nothing")
    rows = await OfficeLog.raw(
        f"SELECT epoch, seq, hash FROM office_log WHERE authority = {{}}{for_update()}", authority
    )
    return OfficeHead(int(rows[0]["epoch"]), int(rows[0]["seq"]), rows[0]["hash"])


async def move_office_log(authority: UUID, head: OfficeHead) -> None:
    """Move the locked head."""
    await OfficeLog.update({OfficeLog.epoch: head.epoch, OfficeLog.seq: head.seq, OfficeLog.hash: head.hash}).where(
        OfficeLog.authority == authority
    )
