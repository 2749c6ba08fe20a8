"""Reading of sealed dossiers: whoever takes one out says what for, and stands in its log for good (兴隆台 第四条)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from inspection.archive.find import find_dossier
from inspection.archive.store_dossiers import DossierRow
from inspection.kernel.canonical import normal_text
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound
from inspection.kernel.journal import EventKind, append, read
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

MAX_PURPOSE: Final = 400


@dataclass(frozen=True, slots=True)
class Reading:
    """That somebody took a dossier out: who, in which role, when, and what for."""

    n: int
    by: str
    by_name: str
    role: str
    at: datetime
    purpose: str


async def take_out(cmd: Command, *, number: str, purpose: str) -> DossierRow:
    """The dossier or volume under a number, to be read. It is written down before the first byte goes out.

    Raises:
        NotFound: `archive.no_dossier` of this authority.
        Invalid: `archive.purpose_missing`: no purpose, or one longer than `MAX_PURPOSE` characters.
    """
    words = " ".join(normal_text(purpose).split())
    if not words or len(words) > MAX_PURPOSE:
        raise Invalid(ProblemCode.INVALID, "archive.purpose_missing", limit=MAX_PURPOSE)
    if cmd.authority is None:
        raise NotFound(ProblemCode.DOSSIER_UNKNOWN, "archive.no_dossier")
    row = await find_dossier(cmd.authority, number=number)
    async with unit_of_work():
        await append(cmd.event(EventKind.DOSSIER_READ, _stream(row), number=row.number, purpose=words))
    return row


async def readings(authority: UUID, *, number: str, after: int = 0, limit: int = 100) -> list[Reading]:
    """Who took a dossier or volume out, the first one first, those behind the `after`th.

    Raises:
        NotFound: `archive.no_dossier` of this authority.
    """
    row = await find_dossier(authority, number=number)
    return [
        Reading(line.seq, line.actor_id, line.actor_name, line.actor_role, line.at, str(line.payload["purpose"]))
        for line in await read(_stream(row), after=after, limit=limit)
    ]


def _stream(row: DossierRow) -> str:
    return f"dossier:{row.number}"
