"""What a frozen draw kept secret, read back and checked against what was published."""

from dataclasses import dataclass, field

from inspection.draw import store, store_secrets
from inspection.draw.lot.digest import Hash, hash_named
from inspection.draw.lot.frame import Frame, FrameCell, fingerprint, frame_root, read_manifest, unsqueezed
from inspection.draw.lot.quota import CellQuota, quotas
from inspection.draw.lot.ticket import Selection, select
from inspection.draw.store import DrawRow
from inspection.draw.teams.roster import Roster, read_roster
from inspection.draw.terms import sample_of
from inspection.kernel.errors import Conflict
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Reopened:
    """The secrets of one draw in memory."""

    h: Hash = field(repr=False)
    secret: bytes = field(repr=False)
    frame: Frame = field(repr=False)
    roster: Roster = field(repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """The draw itself, made again: it is a function of what is kept and of the seed."""

    quotas: tuple[CellQuota, ...]
    selection: Selection = field(repr=False)


async def reopen(row: DrawRow) -> Reopened:
    """The frame and the roster of a frozen draw.

    Raises:
        Conflict: what is stored is not what the fingerprint was made of.
    """
    h, kept = hash_named(row.terms.hash_alg), await store_secrets.kept(row.id)
    cells = [FrameCell(c.number, c.stratum, c.weight, c.size) for c in await store.cells(row.id)]
    frame = read_manifest(unsqueezed(kept.manifest), cells)
    root = frame_root(h, kept.key, frame)
    if root != row.frame_root or fingerprint(h, root, row.params or b"") != row.fingerprint:
        raise not_reproducible(row)
    return Reopened(h, kept.key, frame, read_roster(unsqueezed(kept.roster), unsqueezed(kept.relations)))


def draw_again(row: DrawRow, opened: Reopened) -> Result:
    """Quotas and tickets of a seeded draw: always the same."""
    if row.seed is None:
        raise ValueError("the seed is not fixed yet")
    size = sample_of(opened.frame, row.terms.ratio).size
    shares = quotas(opened.h, row.seed, opened.frame.cells, {0: size})
    return Result(shares, select(opened.h, row.seed, opened.secret, opened.frame, shares))


def not_reproducible(row: DrawRow) -> Conflict:
    """The refusal to go on with a draw whose stored parts do not fit together: it can only be voided."""
    return Conflict(ProblemCode.DRAW_NOT_REPRODUCIBLE, "draw.not_reproducible", draw=str(row.id))
