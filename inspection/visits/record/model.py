"""What a visit's entries amount to: the frozen value that the fold makes (sync.md §2.11).

Hashes are base64url, media digests hex, ids lower-case text. Every tuple is sorted, so that two folds of one set of
entries are equal byte for byte.
"""

from dataclasses import dataclass
from enum import StrEnum

from inspection.visits.record.grounds import Ground

FOLD_VERSION = 3
"""Raised with every change of what the same entries fold to."""


class RecordStatus(StrEnum):
    """How far the inspectors are. What the leader decided afterwards is not a matter of the fold."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    AWAITING_SECOND = "awaiting-second"
    ATTESTED = "attested"


class ItemClass(StrEnum):
    """How the statements on one check point stand to each other (sync.md §2.11, table)."""

    UNANSWERED = "unanswered"
    REFUSED = "refused"
    SINGLE = "single"
    COUNTERSIGNED = "countersigned"
    INCOMPLETE = "incomplete"
    CORROBORATED = "corroborated"
    CONFLICT = "conflict"
    SELF_CONFLICT = "self-conflict"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    RESOLUTION_CONFLICT = "resolution-conflict"
    REINSPECT = "re-inspect"

    @property
    def is_open(self) -> bool:
        """Whether a leader must decide before the record can be approved."""
        return self in _OPEN

    @property
    def is_settled(self) -> bool:
        """Whether the check point has an answer that an outcome may rest on."""
        return self in _SETTLED


_OPEN = frozenset(
    {
        ItemClass.CONFLICT,
        ItemClass.SELF_CONFLICT,
        ItemClass.DISPUTED,
        ItemClass.REOPENED,
        ItemClass.RESOLUTION_CONFLICT,
        ItemClass.REINSPECT,
    }
)
_SETTLED = frozenset({ItemClass.SINGLE, ItemClass.COUNTERSIGNED, ItemClass.CORROBORATED, ItemClass.RESOLVED})


class StatementState(StrEnum):
    """What became of one statement; none is ever dropped (invariant I8)."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    RESOLVED_AGAINST = "resolved-against"
    EXCLUDED = "excluded"
    UNCOUNTED = "uncounted"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Statement:
    """One inspector's answer to one check point. `by` are the entries that superseded, resolved or excluded it."""

    hash: str
    inspector: str
    value: str
    comment: str | None
    basis: str
    media: tuple[str, ...]
    state: StatementState
    by: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One check point with all that was said about it.

    `value` is the answer an outcome may rest on, None while there is none (or when both statements stand). `remarks`:
    `withdrawn`, `reopened`, `note-missing`, `photo-missing`, `both-stand`. `rulings` are the resolutions in force, or
    those that a late statement re-opened. `because`: why it has its class, the class's own ground first.
    """

    code: str
    checklists: tuple[str, ...]
    cls: ItemClass
    value: str | None
    statements: tuple[Statement, ...]
    withdrawals: tuple[str, ...]
    disputes: tuple[str, ...]
    rulings: tuple[str, ...]
    remarks: tuple[str, ...]
    because: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """An open question for the leader. `topic`: an item's code or `signature`; to decide it, name all `heads`."""

    topic: str
    checklists: tuple[str, ...]
    kind: ItemClass
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """A signature. `set_known`: the signed set is one that this record's entries prove. `doc_kept`: an entry of this
    record brings the very document that was shown to the signer.
    """

    hash: str
    inspector: str
    role: str
    name: str
    position: str | None
    method: str
    image: str | None
    doc: str
    set: str
    set_known: bool
    doc_kept: bool
    state: StatementState
    by: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class RefusalState(StrEnum):
    """Whether the refusal stands instead of the thing refused."""

    STANDS = "stands"
    AWAITING_WITNESS = "awaiting-witness"
    AWAITING_ATTESTATION = "awaiting-attestation"
    NOT_COUNTED = "not-counted"


@dataclass(frozen=True, slots=True)
class RefusalRecord:
    """A refusal with its reason, its witness and the inspectors who vouch for it.

    `outcome` tells of a signature whether it was refused, impossible (`unable`) or nobody was there (`absent`).
    `recordings`: the digests among `media` that are recordings of sound or pictures.
    """

    hash: str
    inspector: str
    what: str
    outcome: str
    item: str | None
    reason_code: str
    text: str
    refused_by: str | None
    refused_by_role: str | None
    witness: str | None
    concurring: tuple[str, ...]
    vouched_by: tuple[str, ...]
    media: tuple[str, ...]
    recordings: tuple[str, ...]
    standing: RefusalState
    state: StatementState
    by: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay at the place, as one device told it. Walls (ms since 1970) are claims of the device, never proofs."""

    inspector: str
    arrived: str | None
    arrived_wall: int | None
    arrived_position: str | None
    left: str | None
    left_wall: int | None
    left_position: str | None
    counted: bool


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """A photo, document, drawing or signature image that an entry refers to."""

    digest: str
    kind: str
    hash: str
    inspector: str
    counted: bool
    item: str | None = None
    mime: str | None = None
    bytes: int | None = None
    of: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    hash: str
    inspector: str
    item: str | None
    text: str
    counted: bool


@dataclass(frozen=True, slots=True)
class ServingRecord:
    """The notice (告知书) was served: how, to whom, and which paper; `number`: what stands on it."""

    hash: str
    inspector: str
    number: str
    how: str
    receiver: str | None
    receiver_role: str | None
    doc: str | None
    lang: str
    counted: bool


class AttestationState(StrEnum):
    """Whether the attested set could be rebuilt from the entries that are here.

    `certified`: all but what a leader certified lost is here.
    """

    VERIFIED = "verified"
    CERTIFIED = "certified"
    PENDING = "pending"
    MISMATCH = "mismatch"
    WITHDRAWN = "withdrawn"
    NOT_COUNTED = "not-counted"


@dataclass(frozen=True, slots=True)
class Attestation:
    hash: str
    inspector: str
    submits: bool
    set: str
    count: int
    state: AttestationState
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who vouches for the record. `uncovered` are counted statements that no valid attestation covers."""

    needed: int
    inspectors: tuple[str, ...]
    uncovered: tuple[str, ...]
    signature_due: bool
    met: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of a leader or the office, of any type. `effective` is False when it is superseded, unauthorised or
    re-opened.
    """

    hash: str
    by: str
    type: str
    topic: str | None
    ruling: str | None
    reason: str
    targets: tuple[str, ...]
    effective: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry that needs a person's eye, and why."""

    hash: str
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch that later knowledge proves to exist and that is not here. `certified`: the decisions that call it
    lost for good; none while its tablet may still bring it.
    """

    dev: str
    ep: int
    first: int
    last: int
    certified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """An entry whose body was erased by law: header, hash, signature and place stay. `by`: the decisions."""

    hash: str
    inspector: str
    type: str
    by: tuple[str, ...]
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """The whole record.

    `held`: not folded yet; `isolated`: could not be folded; `erased`: cannot be read any more; `flags`: folded, but
    look at it; `gaps`: what is proven to exist and is not here.
    """

    fold: int
    visit: str
    status: RecordStatus
    items: tuple[ItemRecord, ...]
    unplaced: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    signatures: tuple[SignatureRecord, ...]
    refusals: tuple[RefusalRecord, ...]
    stays: tuple[Stay, ...]
    media: tuple[MediaRecord, ...]
    notes: tuple[NoteRecord, ...]
    attestations: tuple[Attestation, ...]
    quorum: Quorum
    decisions: tuple[Decision, ...]
    held: tuple[Noted, ...]
    isolated: tuple[Noted, ...]
    flags: tuple[Noted, ...]
    erased: tuple[Erased, ...]
    gaps: tuple[Gap, ...]
    entries: tuple[str, ...]
    missing_media: tuple[str, ...]
    servings: tuple[ServingRecord, ...] = ()
