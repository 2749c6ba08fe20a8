"""Refused lines, looked at again: when a key becomes known, and when a person asks (sync.md §2.6).

A letter is never changed. What became of it is written beside it: the entry that it turned out to be, or that somebody
set it aside and why. One that is refused again stays as it is and may be read once more after the next fix; one of
which only the beginning was kept cannot be read again by anybody.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.keys import ServerKeys
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from mobile_contract.problems import ProblemCode
from mobile_contract.push import Reason
from sync.devices import store as store_devices
from sync.devices.bind import acting_on
from sync.office import store_letters
from sync.office.store_letters import LetterRow, OutcomeRow
from sync.push.custody import Taken, take_apart, take_together
from sync.push.outcomes import Told, first_of_each
from sync.push.read_lines import Authentic, Envelope, claims_of, open_envelopes, prove
from sync.push.verified import Standing

JOB: Final = "sync.reread_letters"
SET_ASIDE: Final = "set-aside"
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter and what became of it. `cut`: only its beginning was kept."""

    letter: LetterRow
    outcome: OutcomeRow | None

    @property
    def cut(self) -> bool:
        return not self.letter.whole


@dataclass(slots=True)
class Reread:
    """What a rereading came to: letters that are entries in custody now, that are refused still, that are cut off."""

    admitted: int = 0
    refused: int = 0
    cut: int = 0
    told: list[Told] = field(default_factory=list)


async def list_letters(
    authority: UUID, *, after: UUID | None = None, limit: int = 100, still_open: bool = False
) -> list[LetterView]:
    """A page of the letters of an authority's devices, oldest first."""
    rows = await store_letters.page(authority, after, limit, still_open=still_open)
    outcomes = await store_letters.outcomes([row.id for row in rows])
    return [LetterView(row, outcomes.get(row.id)) for row in rows]


async def set_aside(cmd: Command, *, letter_id: UUID, authority_id: UUID, note: str) -> None:
    """Nothing more is to be done about a letter; its bytes stay.

    Raises:
        NotFound: `letter-unknown`: there is none, or it is another authority's.
        Conflict: `letter-settled`: something became of it already.
    """
    await in_unit(_set_aside, cmd, letter_id, authority_id, note)


async def _set_aside(cmd: Command, letter_id: UUID, authority: UUID, note: str) -> None:
    letter = await store_letters.lock_letter(authority, letter_id)
    if letter is None:
        raise NotFound(ProblemCode.LETTER_UNKNOWN, "sync.letter_unknown")
    row = OutcomeRow(cmd.new_id(), letter.id, cmd.now, cmd.actor.id, SET_ASIDE, None, note)
    if not await store_letters.add_outcomes([row]):
        raise Conflict(ProblemCode.LETTER_SETTLED, "sync.letter_settled")
    await append(
        cmd.event(EventKind.LETTER_SETTLED, f"device:{letter.carrier}", letter=str(letter.id), verdict=SET_ASIDE)
    )


async def reread_letters(cmd: Command, *, authority_id: UUID, keys: ServerKeys) -> Reread:
    """Read every open letter of an authority again, with what is known now."""
    done = Reread()
    after: UUID | None = None
    while rows := await store_letters.page(authority_id, after, _PAGE, still_open=True):
        after = rows[-1].id
        await _reread(cmd, authority_id, rows, keys, done, lambda _: True)
    return done


async def reread_of_key(cmd: Command, job: Job) -> None:
    """A device was enrolled: the handler of `sync.reread_letters`. What its key signed before is admitted now."""
    if job.authority is None:
        raise LookupError(job.stream)
    kid = str(job.payload["kid"])
    after: UUID | None = None
    while rows := await store_letters.refused_for(job.authority, Reason.UNKNOWN_KEY.value, after, _PAGE):
        after = rows[-1].id
        await _reread(cmd, job.authority, rows, None, Reread(), lambda envelope: envelope.line.k == kid)


async def _reread(
    cmd: Command,
    authority: UUID,
    rows: Sequence[LetterRow],
    keys: ServerKeys | None,
    done: Reread,
    wanted: Callable[[Envelope], bool],
) -> None:
    whole = [row for row in rows if row.whole]
    done.cut += len(rows) - len(whole)
    envelopes, unreadable = await asyncio.to_thread(open_envelopes, enumerate(row.content for row in whole))
    chosen = [envelope for envelope in envelopes if wanted(envelope)]
    signers = await store_devices.signers(authority, {envelope.line.k for envelope in chosen})
    claims = claims_of(chosen, signers)
    entries, refused = await asyncio.to_thread(prove, chosen, claims, signers, frozenset())
    done.refused += len(unreadable) + len(refused)
    unique, repeated = first_of_each(entries)
    acting = await acting_on({entry.signer.id: entry.signer for entry in unique}.values())
    # By who brought them: he stays the carrier of what they turn out to be.
    for carrier in sorted({whole[entry.number].carrier for entry in unique}):
        mine = [entry for entry in unique if whole[entry.number].carrier == carrier]
        taken = await _admit(cmd, mine, carrier, Standing(acting, keys))
        hashes = {one.hash: one for one in taken.outcomes if one.verdict.takes_custody}
        settled = {
            whole[entry.number].id: hashes[entry.entry.text_hash]
            for entry in (*mine, *repeated)
            if entry.entry.text_hash in hashes
        }
        done.admitted += await in_unit(_note, cmd, carrier, settled)
        done.refused += len(mine) - len(hashes)
        done.told += taken.outcomes


async def _admit(cmd: Command, entries: Sequence[Authentic], carrier: UUID, standing: Standing) -> Taken:
    try:
        return await in_unit(take_together, cmd, entries, carrier, standing)
    except Exception:  # noqa: BLE001 -- what one entry provokes must not cost its neighbours; `take_apart` tells which
        return await take_apart(cmd, entries, carrier, standing)


async def _note(cmd: Command, carrier: UUID, settled: dict[UUID, Told]) -> int:
    """Keep what became of these letters. A crash before it leaves entries that are duplicates at the next reading."""
    rows = [
        OutcomeRow(cmd.new_id(), letter, cmd.now, cmd.actor.id, told.verdict.value, told.hash, None)
        for letter, told in sorted(settled.items())
    ]
    new = await store_letters.add_outcomes(rows)
    if new:
        letters = [str(row.letter) for row in rows]
        verdicts = sorted({row.verdict for row in rows})
        await append(
            cmd.event(EventKind.LETTER_SETTLED, f"device:{carrier}", letters=letters, verdicts=verdicts, settled=new)
        )
    return new
