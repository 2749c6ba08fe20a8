"""What a tablet gets for one visit: enough to work for days without a network."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mobile_contract.base import LongText, Position, ShortText, Wire, b64url, canonical_bytes
from mobile_contract.checklist import PinnedChecklist


class ObjectCard(Wire):
    """The inspected party or thing as the registry knows it."""

    id: UUID
    kind: ShortText
    """As the registry words it: enterprise, individual, product, project, conduct …"""
    code: Annotated[str, Field(max_length=100)] | None = None
    """统一社会信用代码 or registration number, if the registry has one."""
    name: ShortText
    address: LongText | None = None
    representative: ShortText | None = None
    contact: ShortText | None = None


class TaskCard(Wire):
    """One task the visit carries out (一次进门, 多项检查)."""

    id: UUID
    title: ShortText
    item_code: ShortText
    item_name: LongText
    assignment: UUID
    assignment_version: Position
    checklist: tuple[str, Position]
    """Code and version of the pinned checklist this task is answered with."""


class CertificateCard(Wire):
    """An inspection certificate (执法证), shown to the inspected party."""

    number: ShortText
    issuer: ShortText | None = None
    valid_until: date | None = None


class TeamMemberCard(Wire):
    """One inspector of the team."""

    inspector: UUID
    name: ShortText
    unit: ShortText | None = None
    slot: Position
    leader: bool
    certificate: CertificateCard | None = None


class CardState(StrEnum):
    """Where the visit stands, as far as a tablet must know."""

    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class VisitWindow(Wire):
    """The days, both included, on which the visit is to take place."""

    opens: date
    closes: date


class VisitCard(Wire):
    """The visit as the team works on it."""

    id: UUID
    authority: ShortText
    rule_set: ShortText
    rule_set_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """SHA-256 (hex) of the rule-set's canonical JSON, as it was when the visit was made."""
    state: CardState
    returned_because: LongText | None = None
    object: ObjectCard
    tasks: Annotated[tuple[TaskCard, ...], Field(min_length=1)]
    team: Annotated[tuple[TeamMemberCard, ...], Field(min_length=1)]
    checklists: Annotated[tuple[PinnedChecklist, ...], Field(min_length=1)]
    notice: LongText
    """The text of the notice of inspection (抽查告知书) to be shown on arrival."""
    window: VisitWindow

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, base64url: `rev` of the feed item that carries the card."""
        return b64url(hashlib.sha256(canonical_bytes(self)).digest())
