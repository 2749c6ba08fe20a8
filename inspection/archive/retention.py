"""保管期限: for how many years an authority keeps its dossiers, set by two persons; without that, for ever.

No rule removes evidence. When the years of a dossier are over it is listed, with what is held of it, for the people who
judge and destroy archives by law (鉴定、销毁).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID

from inspection.archive import store_dossiers
from inspection.archive.custody import store as custody
from inspection.archive.store_dossiers import KeptDossier, TermRow
from inspection.kernel.calendar.rules import BEIJING, local_day
from inspection.kernel.command import Command, Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

FEWEST_YEARS: Final = 3
MOST_YEARS: Final = 100
GROUND_MOST: Final = 500
MOST_LISTED: Final = 1000


async def ask_term(cmd: Command, *, authority: UUID, years: int, ground: str) -> TermRow:
    """Ask that dossiers be kept for so many whole years from their last volume on. `ground`: the document that says so.

    Raises:
        Invalid: `archive.term_years`, `archive.term_ground`.
    """
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise Invalid(ProblemCode.INVALID, "archive.term_years", fewest=FEWEST_YEARS, most=MOST_YEARS)
    if not ground.strip() or len(ground) > GROUND_MOST:
        raise Invalid(ProblemCode.INVALID, "archive.term_ground", most=GROUND_MOST)
    row = TermRow(cmd.new_id(), authority, years, ground, cmd.actor.id, cmd.now)
    async with unit_of_work():
        await store_dossiers.add_term(row)
        told = cmd.event(
            EventKind.RETENTION_TERM_ASKED, f"authority:{authority}", term=str(row.id), years=years, ground=ground
        )
        await append(told)
    return row


async def approve_term(cmd: Command, *, authority: UUID, term: UUID) -> TermRow:
    """A second person lets it hold, from now on and for all dossiers of the authority.

    Raises:
        NotFound: `archive.no_term`.
        Refused: `archive.term_approver`: not by an approver; `archive.term_same_person`.
        Conflict: `archive.term_approved`: it was approved before.
    """
    if cmd.actor.role is not Role.APPROVER:
        raise Refused(ProblemCode.FORBIDDEN, "archive.term_approver")
    async with unit_of_work():
        row = await store_dossiers.term(term)
        if row is None or row.authority != authority:
            raise NotFound(ProblemCode.NOT_FOUND, "archive.no_term", term=str(term))
        if row.approved_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "archive.term_approved", term=str(term))
        if row.asked_by == cmd.actor.id:
            raise Refused(ProblemCode.SAME_PERSON, "archive.term_same_person")
        await store_dossiers.approve(term, cmd.actor.id, cmd.now)
        told = cmd.event(
            EventKind.RETENTION_TERM_SET, f"authority:{authority}", term=str(term), years=row.years, ground=row.ground
        )
        await append(told)
    return TermRow(row.id, authority, row.years, row.ground, row.asked_by, row.asked_at, cmd.actor.id, cmd.now)


async def term_in_force(authority: UUID) -> TermRow | None:
    """The term that was approved last; None: dossiers are kept for ever."""
    held = [one for one in await store_dossiers.terms(authority) if one.approved_at is not None]
    return max(held, key=lambda one: (one.approved_at, one.id), default=None)


async def run_out(authority: UUID, now: datetime) -> Sequence[KeptDossier]:
    """The dossiers whose years are over, the oldest first, a thousand at most; none while no term holds."""
    term = await term_in_force(authority)
    if term is None:
        return []
    today = local_day(now)
    # The years count from the end of the local day; the 29th of February ends on the 28th.
    day = today.replace(day=28, year=today.year - term.years) if (today.month, today.day) == (2, 29) else None
    last = day or today.replace(year=today.year - term.years)
    before = datetime.combine(last, time(), BEIJING).astimezone(UTC)
    return await store_dossiers.sealed_before(authority, before, MOST_LISTED)


async def files_of(visit: UUID) -> set[str]:
    """The digests of the files that belong to this visit and to no other."""
    found = set()
    for digest in await custody.files_of(visit):
        if await custody.visits_of(digest) == [visit]:
            found.add(digest)
    return found
