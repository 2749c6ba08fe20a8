"""What a tablet gets for one visit: enough to work for days without a network."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from mobile_contract.base import Count, LongText, Position, ShortText, Wire, b64url, canonical_bytes
from mobile_contract.envelope import ChecklistRef
from mobile_contract.push import Reason
from mobile_contract.signed import DeviceJwk

ChecklistCode = Annotated[str, Field(min_length=1, max_length=100)]
PaperText = Annotated[str, Field(max_length=100_000)]
"""A scheme or a procedure, in plain text."""


class ObjectCard(Wire):
    """The inspected party or thing as the registry knows it."""

    id: UUID
    """The number in the registry."""
    kind: ShortText
    """As the registry words it: enterprise, individual, product, project, conduct …"""
    code: Annotated[str, Field(max_length=100)] | None = None
    """统一社会信用代码 or registration number, if the registry has one."""
    name: ShortText
    """In full."""
    address: LongText | None = None
    """Where it is."""
    representative: ShortText | None = None
    """Who answers for it (法定代表人)."""
    contact: ShortText | None = None
    """How to reach it."""


class TaskCard(Wire):
    """One task the visit carries out (一次进门, 多项检查)."""

    id: UUID
    """The task."""
    title: ShortText
    """What people call it."""
    item_code: ShortText
    """Code of the inspection item (抽查事项)."""
    item_name: LongText
    """Its name."""
    assignment: UUID
    """For `asg` of the header."""
    assignment_version: Position
    """For `asg` of the header."""
    checklist: tuple[ChecklistCode, Position]
    """Code and version of the pinned checklist this task is answered with."""
    scheme: PaperText | None = None
    """The work scheme (工作方案) of the task as it was pinned."""
    procedure: PaperText | None = None
    """The operable procedure (监管方案) of the item as it was pinned."""


class CertificateCard(Wire):
    """An inspection certificate (执法证), shown to the inspected party."""

    number: ShortText
    """As printed."""
    issuer: ShortText | None = None
    """Who issued it."""
    valid_until: date | None = None
    """The last day."""


class TeamMemberCard(Wire):
    """One inspector of the team."""

    inspector: UUID
    """For `ins` of the header."""
    name: ShortText
    """In full."""
    unit: ShortText | None = None
    """The unit he belongs to."""
    slot: Position
    """The place in the team, counted from 1."""
    leader: bool
    """Whether he leads."""
    certificate: CertificateCard | None = None
    """The certificate he shows."""
    keys: Annotated[tuple[DeviceJwk, ...], Field(max_length=100)] = ()
    """The keys of the devices on which he acts or acted: a tablet checks its partner's signatures itself."""


class FormerMemberCard(Wire):
    """An inspector who left the team. What he stated since is shown and does not count unless a leader admits it."""

    inspector: UUID
    """Who."""
    word: Reason
    """Why it does not count: `recused`, `stale-assignment`, `cancelled-task`."""
    keys: Annotated[tuple[DeviceJwk, ...], Field(max_length=100)] = ()
    """The keys of the devices on which he acted."""


class FieldRemark(Wire):
    """A check point that the leader sent back, and what is to be corrected."""

    checklist: Annotated[str, Field(min_length=1, max_length=100)]
    """Code of the checklist."""
    item: Annotated[str, Field(min_length=1, max_length=100)]
    """Code of the check point."""
    remark: LongText
    """What is to be corrected."""
    through: Count = 0
    """The number of the newest entry that the leader had seen."""


class CardState(StrEnum):
    """Where the visit stands, as far as a tablet must know."""

    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class VisitWindow(Wire):
    """The days, both included, on which the visit is to take place."""

    opens: date
    """The first day."""
    closes: date
    """The last day."""


class VisitCard(Wire):
    """The visit as the team works on it, with everything that its entries are folded by (sync.md §2.11)."""

    id: UUID
    """The visit."""
    authority: ShortText
    """What it is called."""
    office: UUID
    """The authority's id: the log (`dev`) in which its own decisions stand."""
    rule_set: ShortText
    """The rules it is made under."""
    rule_set_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """SHA-256 (hex) of the rule-set's canonical JSON, as it was when the visit was made."""
    state: CardState
    """Where it stands."""
    returned_because: LongText | None = None
    """The remarks with which the leader sent it back."""
    returned: Annotated[tuple[FieldRemark, ...], Field(max_length=2_000)] = ()
    """The check points that he sent back."""
    object: ObjectCard
    """The inspected party or thing."""
    tasks: Annotated[tuple[TaskCard, ...], Field(min_length=1, max_length=200)]
    """What is to be carried out."""
    team: Annotated[tuple[TeamMemberCard, ...], Field(min_length=1, max_length=200)]
    """Who inspects."""
    former: Annotated[tuple[FormerMemberCard, ...], Field(max_length=1_000)] = ()
    """Who inspected before."""
    deciders: Annotated[tuple[UUID, ...], Field(max_length=1_000)] = ()
    """The inspectors whose `resolve`, `admit` and `exclude` count."""
    quorum: Count
    """How many inspectors must vouch for the record."""
    refusal_vouchers: Count
    """How many must vouch for a refusal."""
    witness: Literal["required", "when_necessary", "never"]
    """Whether a refusal needs a witness."""
    checklists: Annotated[tuple[ChecklistRef, ...], Field(min_length=1, max_length=200)]
    """Code, version and digest; each is a topic of its own, `checklist:<code>@<version>`."""
    linked: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    """Further visits of the same object that are one with this one; the smallest id names them all."""
    notice: LongText
    """The text of the notice of inspection (抽查告知书) to be shown on arrival."""
    materials: Annotated[tuple[ShortText, ...], Field(max_length=6_000)] = ()
    """The documents that the notice asks the party to have ready (需要准备的资料), of all tasks, each once."""
    window: VisitWindow
    """When."""

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, base64url: `rev` of the feed item that carries the card."""
        return b64url(hashlib.sha256(canonical_bytes(self)).digest())
