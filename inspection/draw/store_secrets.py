"""All queries of what is not public yet: contributions before their turn, and the key, frame and lists of a draw."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from inspection.draw.ceremony import ContributionRecord
from inspection.draw.lot.entropy import BeaconRound, ContributionKind, Contributor
from inspection.draw.tables import Contribution, DrawSecret
from inspection.kernel.canonical import canonical_json
from inspection.kernel.errors import NotFound
from inspection.kernel.lock import Lock, opened, relocked, shut
from inspection.kernel.sql import bulk_insert
from mobile_contract.problems import ProblemCode

_SECRET: Final = frozenset({"value", "nonce"})
"""Columns of a contribution that nobody may know before their turn; locked where there is a lock."""


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A contribution with what is not public yet: `value` may be known before it is revealed."""

    id: UUID
    kind: ContributionKind
    name: str
    witnesses: tuple[str, ...]
    commitment: bytes | None
    typed_by: str | None
    revealed_at: datetime | None
    value: bytes | None = field(repr=False)
    nonce: bytes | None = field(repr=False)
    chain: UUID | None = None
    anchor: bytes | None = None
    beacon: BeaconRound | None = None

    @property
    def contributor(self) -> Contributor:
        commitment = self.commitment.hex() if self.commitment else None
        anchor = self.anchor.hex() if self.anchor else None
        return Contributor(self.kind, self.name, commitment, self.witnesses, anchor, self.beacon)

    @property
    def public(self) -> ContributionRecord:
        """Value and nonce only once they are revealed."""
        revealed = self.revealed_at is not None
        return ContributionRecord(
            self.kind,
            self.name,
            self.commitment,
            self.witnesses,
            self.value if revealed else None,
            self.nonce if revealed else None,
            self.revealed_at,
            self.anchor,
            self.beacon,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """The secret of a draw besides its frame (`store_chunks`): key, and the compressed lists of people. `key` is empty
    once it was erased.
    """

    key: bytes = field(repr=False)
    roster: bytes = field(repr=False)
    relations: bytes = field(repr=False)
    history: bytes | None = field(default=None, repr=False)
    salts: bytes | None = field(default=None, repr=False)


async def add_contributions(draw: UUID, rows: Iterable[ContributionRow], at: datetime) -> None:
    await bulk_insert(
        Contribution,
        [
            {
                "id": row.id,
                "draw": draw,
                "kind": row.kind.value,
                "name": row.name,
                "witnesses": json.dumps(row.witnesses, ensure_ascii=False),
                "commitment": row.commitment,
                "committed_at": at if row.commitment else None,
                "value": _shut(row.value, row.id),
                "nonce": _shut(row.nonce, row.id),
                "chain": row.chain,
                "anchor": row.anchor,
                "beacon": beacon_text(row.beacon),
            }
            for row in rows
        ],
    )


async def contributions(draw: UUID) -> list[ContributionRow]:
    """All contributors of a draw, by name."""
    rows = await Contribution.select().where(Contribution.draw == draw).order_by(Contribution.name)
    return [
        ContributionRow(
            row["id"],
            ContributionKind(row["kind"]),
            row["name"],
            tuple(json.loads(row["witnesses"])),
            _bytes(row["commitment"]),
            row["typed_by"],
            row["revealed_at"],
            _opened(row["value"], row["id"]),
            _opened(row["nonce"], row["id"]),
            row["chain"],
            _bytes(row["anchor"]),
            BeaconRound(**json.loads(row["beacon"])) if row["beacon"] else None,
        )
        for row in rows
    ]


def beacon_text(beacon: BeaconRound | None) -> str | None:
    """A beacon as it is stored."""
    return canonical_json(beacon.told()).decode() if beacon else None


async def change_contribution(contribution: UUID, columns: Mapping[str, Any]) -> None:
    """Set some columns of a contribution."""
    kept = {name: _shut(value, contribution) if name in _SECRET else value for name, value in columns.items()}
    await Contribution.update(kept).where(Contribution.id == contribution)  # type: ignore[arg-type]


async def keep(draw: UUID, kept: Kept) -> None:
    """Store the secret of a draw, once."""
    await bulk_insert(
        DrawSecret,
        [
            {
                "draw": draw,
                "key": _shut(kept.key, draw),
                "roster": kept.roster,
                "relations": kept.relations,
                "history": kept.history,
            }
        ],
    )


async def kept(draw: UUID) -> Kept:
    """The secret of a frozen draw."""
    row = await DrawSecret.select().where(DrawSecret.draw == draw).first()
    if row is None:
        raise NotFound(ProblemCode.DRAW_UNKNOWN, "draw.unknown", draw=str(draw))
    return Kept(
        _opened(row["key"], draw) or b"",
        bytes(row["roster"]),
        bytes(row["relations"]),
        _bytes(row["history"]),
        _bytes(row["salts"]),
    )


async def set_key(draw: UUID, key: bytes, salts: bytes | None) -> None:
    """Put K in, or take it out (empty) and leave some salts behind."""
    await DrawSecret.update({DrawSecret.key: _shut(key, draw), DrawSecret.salts: salts}).where(DrawSecret.draw == draw)


async def relock(before: Lock | None, now: Lock | None) -> int:
    """Keep every secret under another lock, or under none; how many were changed. Inside a unit of work.

    Raises:
        LockRefused: one is locked under neither.
    """
    changed = 0
    for row in await DrawSecret.select(DrawSecret.draw, DrawSecret.key):
        if fresh := relocked(bytes(row["key"]), f"draw:{row['draw']}", before, now):
            await DrawSecret.update({DrawSecret.key: fresh}).where(DrawSecret.draw == row["draw"])
            changed += 1
    for row in await Contribution.select(Contribution.id, Contribution.value, Contribution.nonce):
        kept = {name: _bytes(row[name]) for name in _SECRET}
        told = {name: relocked(value or b"", f"draw:{row['id']}", before, now) for name, value in kept.items()}
        if fresh_ones := {name: value for name, value in told.items() if value}:
            await Contribution.update(fresh_ones).where(Contribution.id == row["id"])  # type: ignore[arg-type]
            changed += 1
    return changed


def _shut(value: bytes | None, about: UUID) -> bytes | None:
    # An erased key leaves nothing, not even a lock.
    return shut(value, f"draw:{about}") if value else value


def _opened(value: Any, about: UUID) -> bytes | None:
    return opened(bytes(value), f"draw:{about}") if value is not None else None


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None
