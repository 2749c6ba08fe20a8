"""One draw as the room tells it: its states, and what is public of it before any visit is unsealed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from inspection.draw.lot.entropy import Assurance, BeaconRound, ContributionKind


class DrawState(StrEnum):
    """DRAFT (→ FEASIBLE) → FROZEN → ENTROPY → DRAWN → MATCHED → SEALED → OPENING → CLOSED.

    Up to SEALED, from each also VOIDED, with a reason and a second person.
    """

    DRAFT = "draft"
    FEASIBLE = "feasible"  # a draft for which there were people enough when somebody looked
    FROZEN = "frozen"  # the fingerprint exists, contributions are awaited
    ENTROPY = "entropy"  # the seed is fixed and public
    DRAWN = "drawn"
    MATCHED = "matched"
    SEALED = "sealed"
    OPENING = "opening"  # the first drawn object was made public
    CLOSED = "closed"  # all of them were, or their tasks have ended
    VOIDED = "voided"


class VoidReason(StrEnum):
    """Why an attempt may be given up. Not liking the result is not among them, and could not be: nobody sees it."""

    CONTRIBUTOR_ABSENT = "contributor-absent"
    FRAME_WRONG = "frame-wrong"
    RULES_WRONG = "rules-wrong"
    UNSTAFFABLE = "unstaffable"
    LEAKED = "leaked"
    SYSTEM_FAULT = "system-fault"


@dataclass(frozen=True, slots=True)
class ContributionRecord:
    """A contribution as far as it is known: committed, then revealed."""

    kind: ContributionKind
    name: str
    commitment: bytes | None
    witnesses: tuple[str, ...]
    value: bytes | None
    nonce: bytes | None
    revealed_at: datetime | None
    anchor: bytes | None = None
    beacon: BeaconRound | None = None


@dataclass(frozen=True, slots=True)
class CellRecord:
    """A cell after the freeze; probability, quota and threshold once they exist."""

    number: int
    task: int
    stratum: int
    weight: int
    size: int
    probability: Fraction | None = None
    quota: int | None = None
    threshold: bytes | None = None


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A drawn ticket as everybody may see it: `place` is the commitment to its index in the frame, `batch` counts from
    1.
    """

    cell: int
    rank: int
    value: bytes
    place: bytes
    batch: int = 1


@dataclass(frozen=True, slots=True)
class MatchRecord:
    """The match as everybody may see it. `load_cap`: the most doors a person was given room for, `None` for no
    limit; `how`: how many places came about by lot, continuity, designation.
    """

    root: bytes
    objects: int
    places: int
    load_cap: int | None
    how: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VoidRecord:
    """An attempt that was given up: counted for ever, and `record` (its journal line's hash) binds the next attempt."""

    attempt: int
    reason: VoidReason
    at: datetime
    record: bytes


@dataclass(frozen=True, slots=True)
class Ceremony:
    """Everything public of one draw. No object, no inspector, no secret is reachable from it.

    `tasks`: all that it is held for, in the order of the parameters; `task` is the first of them. `escrow`: the
    ciphertext of K under the supervisor's key.
    """

    draw: UUID
    task: UUID
    state: DrawState
    attempt: int
    hash_alg: str
    level: Assurance
    contributions: tuple[ContributionRecord, ...]
    voids: tuple[VoidRecord, ...]
    tasks: tuple[UUID, ...] = ()
    sequence: int | None = None
    params: bytes | None = None
    frame_root: bytes | None = None
    frame_rows: int | None = None
    fingerprint: bytes | None = None
    escrow: bytes | None = None
    seed: bytes | None = None
    cells: tuple[CellRecord, ...] = ()
    tickets: tuple[TicketRecord, ...] = ()
    result_root: bytes | None = None
    match: MatchRecord | None = None
    frozen_at: datetime | None = None
    drawn_at: datetime | None = None
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ObjectProof:
    """One object opened after its visit: that it was in the frame, that its ticket won, and nothing about anybody else.

    `row` is its line of the frame; `siblings` and `result_siblings` lead to the frame root and to the result root.
    Of an object that was not drawn `rank` and the result are `None`; of an excluded one the chance besides, and `cell`
    is 0.
    """

    params: bytes
    hash_alg: str
    frame_root: bytes
    frame_rows: int
    fingerprint: bytes
    seed: bytes
    row: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    index: int = field(repr=False)
    siblings: tuple[bytes, ...] = field(repr=False)
    cell: int
    rank: int | None
    ticket: bytes
    threshold: bytes | None
    probability: Fraction | None
    result_root: bytes | None
    result_rows: int | None
    result_place: int | None
    result_siblings: tuple[bytes, ...] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedMatch:
    """A drawn object and its team, for `visits` only: a print of it names neither.

    `task`: which of the draw's tasks drew it, `window`: the days of its batch; None: the first task, all its days.
    """

    ticket_id: UUID
    object_id: UUID = field(repr=False)
    team: tuple[tuple[UUID, int, str], ...] = field(repr=False)
    task: UUID | None = None
    window: tuple[date, date] | None = None


Bundle = Mapping[str, bytes]
