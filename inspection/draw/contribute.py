"""Chance comes in: each contributor agreed on reveals, and when all have, the seed is fixed and public at once."""

import hmac
from collections.abc import Sequence
from uuid import UUID

from inspection.draw import store, store_secrets
from inspection.draw.ceremony import Ceremony, DrawState
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.entropy import DICE, ContributionKind, Revealed, opens, seed
from inspection.draw.standing import event, is_draft, past, supervises, wrong_step
from inspection.draw.store import DrawRow
from inspection.draw.store_secrets import ContributionRow
from inspection.draw.supervision.beacon import check_round
from inspection.draw.supervision.give_link import give_link
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


async def commit_contribution(cmd: Command, *, draw_id: UUID, name: str, commitment: bytes) -> Ceremony:
    """A supervisor binds its value before the frame is frozen: `commitment` = S(0x31 ‖ label ‖ value ‖ nonce), each
    field behind its length in two bytes. It may be replaced until the freeze.

    Raises:
        Refused: not a supervisor, or the person who planned the draw.
        Conflict: the frame is frozen already.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        if not is_draft(row):
            raise wrong_step(row)
        given = _named(await store_secrets.contributions(draw_id), name)
        if given.kind is not ContributionKind.SUPV or len(commitment) != len(bytes(32)):
            raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.commitment_malformed")
        supervises(cmd, row)
        await store_secrets.change_contribution(given.id, {"commitment": commitment, "committed_at": cmd.now})
        await append(event(cmd, row, EventKind.DRAW_COMMITTED, name=name, commitment=commitment.hex()))
    return await store.ceremony(draw_id)


async def contribute(cmd: Command, *, draw_id: UUID, name: str, value: bytes = b"", nonce: bytes = b"") -> Ceremony:
    """Reveal the contribution called `name`.

    The operator's own is kept by the platform and opens by itself with the last of the others; alone, it is opened
    by this call, `value` ignored.

    Dice are typed twice, by two persons: the first entry waits, the second must agree. A link comes from its holder,
    after it was asked for (`ask_link`). A beacon's round is typed in by anybody: `nonce` is its signature. What was
    revealed already is answered as it stands when the same is said again.

    Raises:
        NotFound: nobody of that name was agreed on.
        Refused: the wrong person, or a value that is not the one committed to.
        Invalid: not dice, or the two entries differ; a beacon's round that does not verify.
        Conflict: a link that nobody asked for, a beacon's round that is not out yet.
    """
    async with unit_of_work():
        row = await store.draw_row(draw_id, lock=True)
        everybody = await store_secrets.contributions(draw_id)
        given = _named(everybody, name)
        if past(row, DrawState.FROZEN) or given.revealed_at is not None:
            if given.kind is not ContributionKind.OPER and not hmac.compare_digest(given.value or b"", value):
                raise wrong_step(row)
        else:
            await _take(cmd, row, given, value, nonce)
            await _finish(cmd, row)
    return await store.ceremony(draw_id)


async def _take(cmd: Command, row: DrawRow, given: ContributionRow, value: bytes, nonce: bytes) -> None:
    h = hash_named(row.terms.hash_alg)
    if given.kind is ContributionKind.OPER:
        await _reveal(cmd, row, given, given.value or b"", given.nonce or b"")
        return
    if given.kind is ContributionKind.DICE:
        await _type_dice(cmd, row, given, value)
        return
    if given.kind is ContributionKind.BEACON:
        check_round(cmd, given, value, nonce)
        await _reveal(cmd, row, given, value, nonce)
        return
    supervises(cmd, row)
    if given.kind is ContributionKind.LINK:
        await give_link(cmd, given, value, fingerprint=row.fingerprint or b"")
        nonce = b""
    if not opens(h, given.contributor, Revealed(given.contributor.label, value, nonce)):
        raise Refused(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.commitment_not_opened", name=given.name)
    await _reveal(cmd, row, given, value, nonce)


async def _type_dice(cmd: Command, row: DrawRow, given: ContributionRow, value: bytes) -> None:
    if not DICE.fullmatch(value.decode("ascii", "replace")):
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.dice_malformed", name=given.name)
    if given.typed_by is None or given.typed_by == cmd.actor.id:
        await store_secrets.change_contribution(given.id, {"value": value, "typed_by": cmd.actor.id})
        await append(event(cmd, row, EventKind.DRAW_DICE_TYPED, name=given.name))
        return
    if given.value != value:
        raise Invalid(ProblemCode.DRAW_CONTRIBUTION_INVALID, "draw.dice_differ", name=given.name)
    await _reveal(cmd, row, given, value, b"")


async def _reveal(cmd: Command, row: DrawRow, given: ContributionRow, value: bytes, nonce: bytes) -> None:
    await store_secrets.change_contribution(
        given.id, {"value": value, "nonce": nonce, "revealed_by": cmd.actor.id, "revealed_at": cmd.now}
    )
    await append(
        event(
            cmd,
            row,
            EventKind.DRAW_CONTRIBUTED,
            name=given.name,
            value=value.hex(),
            nonce=nonce.hex(),
        )
    )


async def _finish(cmd: Command, row: DrawRow) -> None:
    """Open what the platform keeps once everybody else has spoken, then fix the seed."""
    waiting = [c for c in await store_secrets.contributions(row.id) if c.revealed_at is None]
    if any(c.kind is not ContributionKind.OPER for c in waiting):
        return
    for kept in waiting:
        # Opened by the platform, not by a person: the operator cannot be the last to choose whether to go on.
        await _reveal(cmd, row, kept, kept.value or b"", kept.nonce or b"")
    value = _seed(hash_named(row.terms.hash_alg), row, await store_secrets.contributions(row.id))
    await store.change_draw(row.id, {"state": DrawState.ENTROPY.value, "seed": value, "seeded_at": cmd.now})
    await append(event(cmd, row, EventKind.DRAW_SEEDED, seed=value.hex(), level=row.level.value))


def _seed(h: Hash, row: DrawRow, everybody: Sequence[ContributionRow]) -> bytes:
    revealed = [Revealed(c.contributor.label, c.value or b"", c.nonce or b"") for c in everybody]
    return seed(h, row.fingerprint or b"", revealed)


def _named(everybody: Sequence[ContributionRow], name: str) -> ContributionRow:
    for given in everybody:
        if given.name == name:
            return given
    raise NotFound(ProblemCode.NOT_FOUND, "draw.contributor_unknown", name=name)
