"""What a frozen draw kept secret, read back and checked against what was published."""

import asyncio
import json
from dataclasses import dataclass, field

from inspection.draw import store, store_secrets
from inspection.draw.frozen import store_chunks
from inspection.draw.lot import merkle
from inspection.draw.lot.batches import cut_all
from inspection.draw.lot.chunks import chunk_root, unsqueezed
from inspection.draw.lot.crew import Crew
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import Exclusion, Frame, FrameCell, Tally, fingerprint, frame_root, stratum_key
from inspection.draw.lot.lowest import Lowest, Seen, lowest
from inspection.draw.lot.quota import CellQuota, quotas
from inspection.draw.lot.ticket import Selection, selection
from inspection.draw.store import DrawRow
from inspection.draw.supervision.gone_key import read_gone
from inspection.draw.teams.roster import Roster, read_roster
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Reopened:
    """The secrets of one draw in memory."""

    h: Hash = field(repr=False)
    secret: bytes = field(repr=False)
    frame: Frame = field(repr=False)
    roster: Roster = field(repr=False)
    # What `draw_again` gave: it is asked for several times within one step.
    again: "dict[bool, Result]" = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Result:
    """The draw itself, made again: it is a function of what is kept and of the seed. `lowest` tells of every drawn or
    reserve ticket what opens its row.
    """

    quotas: tuple[CellQuota, ...]
    selection: Selection = field(repr=False)
    lowest: Lowest = field(repr=False)


async def reopen(row: DrawRow, *, rows: bool = True) -> Reopened:
    """The frame and the roster of a frozen draw; once K was erased, with what it left behind (`GoneKey`).

    Without `rows` they are not compared with the roots beside them: for those who look through all of them anyway.

    Raises:
        Conflict: what is stored is not what the fingerprint was made of. Without K the rows themselves cannot be
            compared: that was done at the seal.
    """
    h, kept = hash_named(row.terms.hash_alg), await store_secrets.kept(row.id)
    frame = await stored_frame(row)
    root = frame_root(h, frame)
    bound = root == row.frame_root and fingerprint(h, root, row.params or b"") == row.fingerprint
    if not bound or (rows and kept.key and not await asyncio.to_thread(fits, h, kept.key, frame)):
        raise not_reproducible(row)
    lists = (unsqueezed(told) if told else b"" for told in (kept.roster, kept.relations, kept.history))
    return Reopened(h, kept.key or read_gone(kept.salts), frame, read_roster(*lists))


def fits(h: Hash, secret: bytes, frame: Frame) -> bool:
    """Whether the rows give, under this key, the roots that stand beside them: these are not believed."""
    with Crew(frame.chunk_rows) as crew:
        made = (crew.start(chunk_root, h, secret, chunk.data) for chunk in frame.chunks)
        roots = crew.in_order(made)
        return all(root == chunk.root for root, chunk in zip(roots, frame.chunks, strict=True))


async def holds_key(row: DrawRow, key: bytes) -> bool:
    """Whether this is the key of the frozen frame: its first chunk tells as much as all of them."""
    h, roots = hash_named(row.terms.hash_alg), await store_chunks.chunk_roots(row.id)
    if merkle.root(h, roots) != row.frame_root:
        return False
    if not roots:
        return True
    chunk = await store_chunks.chunk(row.id, 0)
    return chunk_root(h, key, chunk.data) == roots[0]


async def stored_frame(row: DrawRow) -> Frame:
    """The frame of a frozen draw as it is stored, not checked against anything."""
    chunks = tuple([chunk async for chunk in store_chunks.chunks(row.id)])
    cells = tuple(FrameCell(c.number, c.task, c.stratum, c.weight, c.size) for c in await store.cells(row.id))
    return Frame(chunks, cells, tallies_of(row.params or b"{}"))


def tallies_of(params: bytes) -> tuple[Tally, ...]:
    """The counts of each task, as the fingerprint binds them."""
    return tuple(
        Tally(
            task["rows"],
            task["eligible"],
            {Exclusion(code): count for code, count in task["excluded"].items()},
            {one["stratum"]: (one["rows"], one["eligible"]) for one in task["strata"]["list"]},
        )
        for task in json.loads(params)["tasks"]
    )


def sizes_of(params: bytes) -> dict[int, int]:
    """The sample size of every stratum by its key, as the fingerprint binds it."""
    return {
        stratum_key(number, one["stratum"]): one["size"]
        for number, task in enumerate(json.loads(params)["tasks"])
        for one in task["strata"]["list"]
    }


def draw_again(row: DrawRow, opened: Reopened, *, proofs: bool = False, seen: Seen | None = None) -> Result:
    """Quotas and tickets of a seeded draw: always the same. With `proofs` also what opens the tickets' rows. Of a
    large frame it takes seconds: not to be called on the event loop (`drawn_again`).
    """
    if row.seed is None:
        raise ValueError("the seed is not fixed yet")
    if proofs in opened.again:
        return opened.again[proofs]
    shares = quotas(opened.h, row.seed, opened.frame.cells, sizes_of(row.params or b"{}"))
    found = lowest(opened.h, row.seed, opened.secret, opened.frame, shares, proofs=proofs, seen=seen)
    cuts = cut_all(opened.h, row.seed, shares, row.terms.batches)
    opened.again[proofs] = Result(shares, selection(shares, found, cuts), found)
    return opened.again[proofs]


async def drawn_again(row: DrawRow, opened: Reopened, *, proofs: bool = False, seen: Seen | None = None) -> Result:
    """`draw_again` beside the event loop; afterwards that has its answer at once."""
    return await asyncio.to_thread(draw_again, row, opened, proofs=proofs, seen=seen)


def not_reproducible(row: DrawRow) -> Conflict:
    """The refusal to go on with a draw whose stored parts do not fit together: it can only be voided."""
    return Conflict(ProblemCode.DRAW_NOT_REPRODUCIBLE, "draw.not_reproducible", draw=str(row.id))
