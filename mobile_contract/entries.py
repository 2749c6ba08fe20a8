"""The entries an inspector's device writes: one body model per type.

A type that is not listed here, or a body of a newer version, is stored and held, never refused.
The entries of leader and server stand in `mobile_contract.decisions`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from mobile_contract.base import Count, EntryHash, Id, LongText, MediaDigest, Position, Salt, ShortText, Wire
from mobile_contract.ink import Ink
from mobile_contract.notices import NoticeNumber, NoticeReceiver, ServedHow

ItemCode = Annotated[str, Field(min_length=1, max_length=100)]


class EntryType(StrEnum):
    """The types of entry a device writes."""

    VISIT_OPEN = "visit.open"
    ARRIVE = "arrive"
    LEAVE = "leave"
    NOTICE_SERVE = "notice.serve"
    ANSWER_SET = "answer.set"
    ANSWER_WITHDRAW = "answer.withdraw"
    PHOTO_ADD = "photo.add"
    DOCUMENT_ADD = "document.add"
    PHOTO_ANNOTATE = "photo.annotate"
    NOTE_ADD = "note.add"
    SIGNATURE = "signature"
    REFUSAL = "refusal"
    CONCUR = "concur"
    DISPUTE = "dispute"
    ATTEST = "attest"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    LOG_EPOCH = "log.epoch"


class EntryBody(Wire):
    """What every body carries: 16 random bytes, because "yes" would be guessable from its digest."""

    salt: Salt


class VisitOpen(EntryBody):
    """Opens the visit; more than one is fine. `reason` explains a visit that was not assigned (ad hoc)."""

    object: Id
    """The inspected party or thing."""
    tasks: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """The tasks that are begun."""
    reason: LongText | None = None
    """Why there is a visit that nobody assigned."""


class Coordinates(Wire):
    """A position fix: WGS 84, in units of 10⁻⁷ degree, so that no float is signed."""

    lat_e7: Annotated[int, Field(ge=-900_000_000, le=900_000_000)]
    """Latitude in 10⁻⁷ degree, north positive."""
    lon_e7: Annotated[int, Field(ge=-1_800_000_000, le=1_800_000_000)]
    """Longitude in 10⁻⁷ degree, east positive."""
    acc_dm: Count
    """Accuracy radius in decimetres."""
    source: Literal["gnss", "network", "fused", "manual"]
    """Which of the platform's providers gave the fix."""
    fix_age_ms: Count
    """How old the fix was, in ms."""
    mock: bool = False
    """Whether the platform says that the fix was made up."""


class Presence(EntryBody):
    """`arrive` or `leave`: a position, or why there is none."""

    position: Coordinates | None = None
    """Where the device was."""
    no_fix: ShortText | None = None
    """Why there is no fix, e.g. `indoors`."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.position is None) == (self.no_fix is None):
            raise ValueError("exactly one of position and no_fix")
        return self


class NoticeServe(EntryBody):
    """The notice (抽查告知书) was served; one entry for each time and way."""

    number: NoticeNumber
    """The number that it bears: of the paper from the office, or the next one of a block of this device."""
    how: ServedHow
    receiver: NoticeReceiver | None = None
    """Who took it; None when nobody gave a name."""
    doc: MediaDigest | None = None
    """SHA-256 of the paper that was shown or handed over, where the tablet made it."""
    lang: Literal["zh", "en"] = "zh"
    """The language of that paper."""


class Basis(StrEnum):
    """How the inspector knows."""

    SEEN = "seen"
    TOLD = "told"
    DOCUMENT = "document"


class AnswerSet(EntryBody):
    """The acting inspector's statement on one checklist item. The checklist judges `value`, not the wire."""

    item: ItemCode
    """Code of the check point in the checklist that `ck` of the header names."""
    value: Annotated[str, Field(min_length=1, max_length=2_000)]
    """"yes", "no" or "not_applicable" for choice items; a decimal as text for measured ones."""
    comment: LongText | None = None
    """The inspector's words on it."""
    basis: Basis = Basis.SEEN
    """How the inspector knows."""
    media: Annotated[tuple[MediaDigest, ...], Field(max_length=50)] = ()
    """Photos and documents that show it."""


class AnswerWithdraw(EntryBody):
    """The author has no statement any more; `over` in the header names the withdrawn ones."""

    item: ItemCode
    """Code of the check point."""
    reason: LongText
    """Why."""


class MediaAdd(EntryBody):
    """`photo.add` or `document.add`: a reference to bytes that travel on their own road."""

    digest: MediaDigest
    bytes: Annotated[int, Field(ge=0, le=2**40)]
    """Size of the file in bytes; 0 where a camera failed."""
    mime: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]
    """Media type (RFC 6838), lower case, without parameters."""
    width: Position | None = None
    """Pixels."""
    height: Position | None = None
    """Pixels."""
    taken_wall: Count | None = None
    """The camera's clock, ms since 1970: evidence only."""
    position: Coordinates | None = None
    """Where it was taken."""
    item: ItemCode | None = None
    """The checklist item it documents; None for the whole visit."""
    caption: LongText | None = None
    """What it shows."""


class PhotoAnnotate(EntryBody):
    """A drawing laid over a photo; the original is never changed."""

    of: MediaDigest
    overlay: MediaDigest
    caption: LongText | None = None
    """What the drawing says."""


class NoteAdd(EntryBody):
    """Free text, append only."""

    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    """The note."""
    item: ItemCode | None = None
    """The check point it is about; None for the whole visit."""


class LogEnd(Wire):
    """Where a device log stands."""

    dev: Id
    """Whose log."""
    ep: Position
    """Which incarnation of it."""
    seq: Count
    """The number of its newest entry; 0 when there is none."""
    hash: EntryHash | None = None


class SignerRole(StrEnum):
    """In which capacity somebody signs."""

    INSPECTOR = "inspector"
    REPRESENTATIVE = "representative"
    WITNESS = "witness"


class SignatureBody(EntryBody):
    """A drawn or imaged signature that attests a set of entries and the document that was shown."""

    role: SignerRole
    """In which capacity."""
    name: ShortText
    """Who signs, as written on the record."""
    position: ShortText | None = None
    """The signer's function at the inspected party, e.g. 店长."""
    id_tail: Annotated[str, Field(pattern=r"^[0-9Xx]{4}$")] | None = None
    """The last four characters of the signer's identity document."""
    method: Literal["drawn", "image"]
    """`drawn` on the device, or an `image` of a signature on paper."""
    ink: Ink | None = None
    """The strokes, with `drawn`."""
    image: MediaDigest | None = None
    doc: MediaDigest
    """SHA-256 of the document that was shown to the signer."""
    set: EntryHash
    """`entry_set_digest` of the entries that were shown."""
    heads: Annotated[tuple[LogEnd, ...], Field(max_length=64)] = ()
    """Where the logs of the shown entries stood: what lets everybody else find the entries of `set`."""

    @model_validator(mode="after")
    def _method_has_its_mark(self) -> Self:
        if (self.method == "drawn") != (self.ink is not None) or (self.method == "image") != (self.image is not None):
            raise ValueError("drawn needs ink, image needs image")
        return self


class RefusedThing(StrEnum):
    """What was refused."""

    ACCESS = "access"
    ANSWER = "answer"
    DOCUMENT = "document"
    SIGNATURE = "signature"


class NotSigned(StrEnum):
    """Why the record bears no signature of the party."""

    REFUSED = "refused"
    """The party would not sign."""
    UNABLE = "unable"
    """The party could not sign."""
    ABSENT = "absent"
    """Nobody was there who could sign."""


class RefusingPerson(Wire):
    """Who refused; `unknown` when the person would not give a name."""

    name: ShortText | None = None
    """As given."""
    role: ShortText | None = None
    """The function at the inspected party."""
    unknown: bool = False
    """No name was given."""

    @model_validator(mode="after")
    def _named_or_unknown(self) -> Self:
        if (self.name is None) != self.unknown:
            raise ValueError("either a name or unknown")
        return self


class Witness(Wire):
    """A second inspector of the team, or a named person."""

    inspector: Id | None = None
    """The second inspector of the team."""
    name: ShortText | None = None
    """A person of no team."""
    contact: ShortText | None = None
    """How to reach that person."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.inspector is None) == (self.name is None):
            raise ValueError("exactly one of inspector and name")
        return self


class Refusal(EntryBody):
    """Stands instead of the thing refused, but only with a witness or the second inspector's `concur`."""

    what: RefusedThing
    """What was refused."""
    outcome: NotSigned = NotSigned.REFUSED
    """Of a signature: whether the party refused to sign, was unable to, or was not there. Else `refused`."""
    item: ItemCode | None = None
    """The check point it is about, for an answer or a document."""
    reason_code: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=40)]
    """A code of the rule-set's list."""
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    """What happened, in words."""
    by: RefusingPerson
    """Who refused."""
    witness: Witness | None = None
    """Who saw it."""
    media: Annotated[tuple[MediaDigest, ...], Field(max_length=50)] = ()
    """What shows it; a sound or video recording among them, added by an entry of its own, counts as a witness."""
    set: EntryHash | None = None
    """Of a refusal to sign: `entry_set_digest` of the entries that were shown all the same."""
    heads: Annotated[tuple[LogEnd, ...], Field(max_length=64)] = ()
    """Where the logs of the shown entries stood."""

    @model_validator(mode="after")
    def _only_a_signature_has_an_outcome(self) -> Self:
        if self.what is not RefusedThing.SIGNATURE and self.outcome is not NotSigned.REFUSED:
            raise ValueError("unable and absent are said of a signature only")
        return self


class Stance(EntryBody):
    """`concur` or `dispute`: the second inspector's explicit word on entries of the first."""

    targets: Annotated[tuple[EntryHash, ...], Field(min_length=1, max_length=200)]
    """The entries that are agreed with or disputed."""
    reason: LongText | None = None
    """Why; a dispute should say."""


class Attest(EntryBody):
    """`attest` or `submit`: the inspector vouches for exactly these entries; `submit` ends the own part."""

    set: EntryHash
    heads: Annotated[tuple[LogEnd, ...], Field(max_length=64)] = ()
    """Where the logs of the entries stood."""
    count: Count
    """How many entries are in the set."""


class Withdraw(EntryBody):
    """Takes back the author's own submit or attest, named in `over`."""

    reason: LongText
    """Why."""


class LogEpoch(EntryBody):
    """Starts a new incarnation of the device log."""

    reason: ShortText
    """`fork`, `restored`, `wiped` or in words."""
    last: LogEnd | None = None
    """The newest entry of the incarnation before, as far as known."""


BODY_OF: Final[dict[str, type[EntryBody]]] = {
    EntryType.VISIT_OPEN: VisitOpen,
    EntryType.ARRIVE: Presence,
    EntryType.LEAVE: Presence,
    EntryType.NOTICE_SERVE: NoticeServe,
    EntryType.ANSWER_SET: AnswerSet,
    EntryType.ANSWER_WITHDRAW: AnswerWithdraw,
    EntryType.PHOTO_ADD: MediaAdd,
    EntryType.DOCUMENT_ADD: MediaAdd,
    EntryType.PHOTO_ANNOTATE: PhotoAnnotate,
    EntryType.NOTE_ADD: NoteAdd,
    EntryType.SIGNATURE: SignatureBody,
    EntryType.REFUSAL: Refusal,
    EntryType.CONCUR: Stance,
    EntryType.DISPUTE: Stance,
    EntryType.ATTEST: Attest,
    EntryType.SUBMIT: Attest,
    EntryType.WITHDRAW: Withdraw,
    EntryType.LOG_EPOCH: LogEpoch,
}


def printable(value: Any) -> Any:
    """The same JSON value with U+0000 shown as ␀ (U+2400): signed bytes keep it, readers never meet it."""
    if isinstance(value, str):
        return value.replace("\x00", "␀")
    if isinstance(value, dict):
        return {printable(key): printable(member) for key, member in value.items()}
    if isinstance(value, list):
        return [printable(member) for member in value]
    return value
