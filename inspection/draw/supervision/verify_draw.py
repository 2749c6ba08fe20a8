"""The supervisor's word that the whole draw was verified under secrecy, with the verifier it was done by (§4.14)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from inspection.draw import store
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.lot.digest import plain_text
from inspection.draw.standing import event, past, supervises
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid
from inspection.kernel.journal import EventKind, append, read_kind
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

MOST_VERSION = 80


@dataclass(frozen=True, slots=True)
class Verification:
    """One supervisor's word. `good`: every check held; `version`: of the verifier, as its first line says."""

    version: str
    good: bool
    at: datetime


async def verify_draw(cmd: Command, *, draw_id: UUID, version: str, good: bool) -> Ceremony:
    """Sign "verified, version x", or that a check did not hold. Each word stays; none is taken back.

    Raises:
        Refused: not a supervisor, or one who took part as operator or approver.
        Conflict: the draw is not sealed.
        Invalid: no version.
    """
    if not plain_text(version) or len(version) > MOST_VERSION:
        raise Invalid(ProblemCode.INVALID, "draw.version_missing", most=MOST_VERSION)
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        past(row, DrawState.SEALED)
        supervises(cmd, row)
        bound = {
            "fingerprint": (row.fingerprint or b"").hex(),
            "result_root": (row.result_root or b"").hex(),
            "match_root": row.match.root.hex() if row.match else "",
        }
        await append(event(cmd, row, EventKind.DRAW_VERIFIED, version=version, good=good, **bound))
    return await store.ceremony(draw_id)


async def verifications(draw_id: UUID) -> list[Verification]:
    """What supervisors have said of a draw, the first one first."""
    entries = await read_kind(f"draw:{draw_id}", EventKind.DRAW_VERIFIED)
    return [Verification(str(one.payload["version"]), one.payload["good"] is True, one.at) for one in entries]
