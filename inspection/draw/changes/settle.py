"""Chance comes in for a change, and the lot is drawn at once: E_k did not exist when the change was written down."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from inspection.draw import store
from inspection.draw.changes import store as changes
from inspection.draw.changes.ask import change_event, closed_doors, digest, waiting
from inspection.draw.changes.decide import wrong_step
from inspection.draw.changes.draw_lots import draw_lots
from inspection.draw.changes.event import change_seed, fresh_of_key
from inspection.draw.changes.lay import doors_now
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import ChangeState, Fresh
from inspection.draw.frozen.reopen import Reopened, reopen
from inspection.draw.lot.digest import hash_named
from inspection.draw.lot.entropy import DICE
from inspection.draw.standing import event, someone_else, supervises
from inspection.draw.store import DrawRow
from inspection.draw.supervision import store_supervisors
from inspection.draw.supervision.give_link import take_link
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode

LINK_WAIT = timedelta(days=1)
"""How long the holder of a chain has before a change may go on without a link, marked L0 for ever. Our own measure."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What is brought: a link of `chain`, digits of dice, or nothing but the draw's key."""

    kind: Fresh
    value: bytes = field(default=b"", repr=False)
    chain: UUID | None = None


async def give_chance(cmd: Command, *, change_id: UUID, chance: Chance, closed: Collection[UUID] = ()) -> ChangeRow:
    """Settle an approved change. Doing it again returns the first result.

    Dice wait after the first person's entry and settle with the second's, a supervisor's. `closed`: tickets of doors
    that were visited already.

    Raises:
        NotFound: `draw.change_unknown`, `draw.chain_unknown`.
        Conflict: `draw.change_wrong_step`: not approved yet, or settled by other chance; `draw.change_link_first`: a
            chain stands, and its holder has had less than a day.
        Refused, Invalid: as `take_link`; `draw.dice_malformed`, `draw.dice_differ`, `draw.not_a_supervisor`.
    """
    async with unit_of_work():
        row = await store.draw_row((await changes.row(change_id)).draw, lock=True)
        asked = await changes.row(change_id, lock=True)
        if asked.state is ChangeState.SETTLED:
            return _first_result(asked, chance)
        if asked.state is not ChangeState.APPROVED:
            raise wrong_step(asked)
        if chance.kind is Fresh.DICE and not await _typed_twice(cmd, row, asked, chance.value):
            return await changes.row(change_id)
        opened = await reopen(row)
        fresh = await _fresh(cmd, row, opened, asked, chance)
        await _settle(cmd, row, opened, asked, chance.kind, fresh, closed)
        return await changes.row(change_id)


def _first_result(asked: ChangeRow, chance: Chance) -> ChangeRow:
    same = asked.fresh_kind is chance.kind and chance.value in {asked.fresh, b""}
    if not same:
        raise wrong_step(asked)
    return asked


async def _typed_twice(cmd: Command, row: DrawRow, asked: ChangeRow, digits: bytes) -> bool:
    """Whether a second person has said the same digits."""
    if not DICE.fullmatch(digits.decode("ascii", "replace")):
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.change_dice_malformed")
    if asked.typed_by is None or asked.typed_by == cmd.actor.id:
        await changes.change(asked.id, {"fresh": digits, "typed_by": cmd.actor.id})
        await append(change_event(cmd, row, EventKind.DRAW_CHANGE_DICE_TYPED, asked))
        return False
    supervises(cmd, row)
    if asked.fresh != digits:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.change_dice_differ")
    return True


async def _fresh(cmd: Command, row: DrawRow, opened: Reopened, asked: ChangeRow, chance: Chance) -> bytes:
    for other in (asked.asked_by, str(asked.inspector) if asked.inspector else None):
        someone_else(cmd, other, "draw.change_same_person")
    if chance.kind is Fresh.DICE:
        return chance.value
    if chance.kind is Fresh.LINK:
        if chance.chain is None:
            raise Invalid(ProblemCode.INVALID, "draw.change_chain_missing")
        supervises(cmd, row)
        await take_link(cmd, chance.chain, chance.value, used_for=bytes.fromhex(digest(row, asked.event)))
        return chance.value
    standing = [one for one in await store_supervisors.chains(row.authority) if one.retired_at is None]
    since = asked.decided_at or asked.asked_at
    if standing and cmd.now < since + LINK_WAIT:
        raise Conflict(
            ProblemCode.DRAW_CONTRIBUTION_MISSING,
            "draw.change_link_first",
            names=[one.name for one in standing],
            until=(since + LINK_WAIT).isoformat(),
        )
    return fresh_of_key(opened.h, opened.secret, asked.event)


async def _settle(
    cmd: Command,
    row: DrawRow,
    opened: Reopened,
    asked: ChangeRow,
    kind: Fresh,
    fresh: bytes,
    closed: Collection[UUID],
) -> None:
    if row.seed is None:
        raise ValueError("the seed is not fixed yet")
    seed = change_seed(hash_named(row.terms.hash_alg), row.seed, asked.event, fresh)
    known = await changes.of_draw(row.id)
    doors = await doors_now(row, known)
    # Whoever waits for a change of their own is left alone by the swaps of others.
    others = {one.happened.door for one in waiting(known) if one.id != asked.id}
    outcome = await draw_lots(cmd, row, opened, doors, asked.happened, seed, closed_doors(doors, closed) | others)
    text = outcome.text(asked.happened.blind)
    await changes.change(
        asked.id,
        {
            "state": ChangeState.SETTLED.value,
            "fresh_kind": kind.value,
            "fresh": fresh,
            "settled_at": cmd.now,
            "outcome": text.decode(),
        },
    )
    told: dict[str, JSON] = {"change": asked.seq, "event": digest(row, asked.event), "outcome": digest(row, text)}
    chance: dict[str, JSON] = {"fresh_kind": kind.value, "fresh": fresh.hex(), "level": kind.level.value}
    await append(event(cmd, row, EventKind.DRAW_CHANGE_SETTLED, **told, **chance))
