"""What papers say, as frozen values: everything a paper shows stands in its view, and nothing else is read. Pure.

Fields of the record form and the notice: the platforms' own forms, and the Ministry of Justice's basic formats of
administrative inspection papers (2025): approval, notice, record, result.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PaperKind(StrEnum):
    """Every paper there is."""

    NOTICE = "notice"
    RECORD = "record"
    REFUSAL = "refusal"
    APPROVAL = "approval"
    RESULT = "result"
    OBJECTION_RECEIPT = "objection_receipt"
    OBJECTION_DECISION = "objection_decision"
    CEREMONY = "ceremony"
    COVER = "cover"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Party:
    """The inspected party as the register knows it (检查对象)."""

    name: str
    code: str
    address: str = ""
    representative: str = ""
    representative_phone: str = ""
    contact: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """An inspector. `certificate`: issuer and number as printed; `leader`: who leads the team (组长)."""

    name: str
    unit: str = ""
    certificate: str = ""
    leader: bool = False


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An inspection item of the visit: what is checked, by which law."""

    code: str
    name: str
    content: str = ""
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at the authority; `supervision`: the phone where a party complains (监督电话)."""

    unit: str = ""
    person: str = ""
    phone: str = ""
    address: str = ""
    supervision: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A QR code (SVG), the address it opens and the code to type instead."""

    drawing: str
    address: str
    code: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: whose, the drawing (SVG) or None for one on paper, and the day."""

    name: str
    drawing: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An instant by the clock of the tablet that told it. Where the log proves that clock wrong, `not_before` and
    `not_after` are what is proven; the first may be missing.
    """

    claimed: datetime
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """By which day, that day included, the findings of these items are to be put right."""

    items: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a visit comes from. `kind`: 日常, 专项 or 个案 in words; `source`: the plan, draw or tip in words."""

    kind: str
    source: str
    task_name: str
    task_number: str
    draw_number: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """抽查告知书. `text`: the rule-set's own wording; `frequency`: how often the party may be inspected, in words;
    `assistants`: how many come along without inspecting (the form asks for their number); `at`: the day of issue.
    """

    authority: str
    number: str
    party: Party
    ground: Ground
    items: tuple[ItemLine, ...]
    methods: tuple[str, ...]
    opens: date
    closes: date
    materials: tuple[str, ...]
    officers: tuple[Officer, ...]
    assistants: int
    frequency: str
    text: str
    contact: Contact
    at: datetime
    link: Link | None = None
    advance_reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Per item: the problems that were found and what became of them; both may be none (检查事项)."""

    item: str
    problems: str
    handling: str
    result: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One check point: what was stated, in words, and the remark."""

    group: str
    text: str
    answer: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A person's opinion on the record, with the signature."""

    text: str
    by: str
    on: date | None


@dataclass(frozen=True, slots=True)
class RecordView:
    """检查记录表, with its four blocks of signatures: party, inspectors, leader, approval of publication.

    `not_signed`: why the party's signature is missing, in words; `digest`: of the record as it was folded.
    """

    authority: str
    number: str
    party: Party
    ground: Ground
    findings: tuple[Finding, ...]
    methods: tuple[str, ...]
    follow_up: tuple[str, ...]
    arrived: Told | None
    left: Told | None
    answers: tuple[Answer, ...]
    notes: tuple[str, ...]
    evidence: tuple[str, ...]
    party_opinion: str
    party_signed: tuple[Signed, ...]
    not_signed: str
    officers: tuple[Signed, ...]
    leader: Opinion | None
    publication: Opinion | None
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefusalView:
    """拒签说明. `outcome`: refused, unable or absent; `what` in words; `recordings`: how many."""

    authority: str
    number: str
    party: Party
    ground: Ground
    outcome: str
    what: str
    reason: str
    refused_by: str
    witness: str
    recordings: int
    officers: tuple[Signed, ...]
    witness_signed: Signed | None
    happened: Told | None
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """行政检查审批表: before the visit, or afterwards in an emergency with its reason."""

    authority: str
    number: str
    party: Party
    ground: Ground
    items: tuple[ItemLine, ...]
    methods: tuple[str, ...]
    opens: date
    closes: date
    officers: tuple[Officer, ...]
    asked: Opinion | None
    reviewed: Opinion | None
    approved: Opinion | None
    emergency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ResultView:
    """检查结果告知书. `rectify`: by when what is to be put right; `object_days`: working days of a review."""

    authority: str
    number: str
    party: Party
    ground: Ground
    inspected_on: date
    findings: tuple[Finding, ...]
    follow_up: tuple[str, ...]
    rectify: tuple[Deadline, ...]
    publish_by: date | None
    object_days: int
    contact: Contact
    at: datetime
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class ObjectionReceiptView:
    """异议受理回执. `attachments`: names of the files that were handed in."""

    authority: str
    number: str
    party: Party
    about: str
    received: datetime
    grounds: str
    attachments: tuple[str, ...]
    due: date
    provisional: bool
    contact: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class ObjectionDecisionView:
    """异议复核决定. `upheld`: whether the result stays as it was published."""

    authority: str
    number: str
    party: Party
    about: str
    received: datetime
    upheld: bool
    facts: str
    reasons: str
    corrected: tuple[str, ...]
    reviewer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CellLine:
    """A layer of a draw: how many there are, how many are drawn (None before the draw), and the chance of each."""

    name: str
    population: int
    drawn: int | None
    chance: str


@dataclass(frozen=True, slots=True)
class CeremonyView:
    """摇号见证单. `fingerprint`, `seed`, `root`: hex; `contributions`: what makes the seed; `boxes`: a digit each,
    empty before the dice are thrown, as many as are to be thrown; `notes`: what else is to be known of the draw;
    `present`: who signs; `verify`: the fingerprint as a QR code, with where the draw is verified.
    """

    authority: str
    number: str
    name: str
    task: str
    frame_size: int
    excluded: int
    fingerprint: str
    cells: tuple[CellLine, ...]
    contributions: tuple[str, ...]
    boxes: tuple[str, ...]
    notes: tuple[str, ...]
    seed: str
    root: str
    present: tuple[Signed, ...]
    held: datetime | None
    verify: Link | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a dossier: the part it lies in, its name, bytes and SHA-256 (hex)."""

    part: str
    path: str
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class DossierView:
    """Cover and index of a dossier (档案封面、卷内目录). `files`: in the order of the parts."""

    authority: str
    number: str
    party: Party
    title: str
    opened: date
    closed: date
    results: tuple[str, ...]
    officers: tuple[str, ...]
    retention: str
    files: tuple[FileLine, ...]
    at: datetime
