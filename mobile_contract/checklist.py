"""A checklist as it is pinned by a visit: immutable, named by code, version and digest."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from mobile_contract.base import EntryHash, LongText, Position, Wire, b64url, canonical_bytes


class Answer(StrEnum):
    """The answers of a choice item: 是 / 否 / 合理缺项."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


class ItemPolicy(StrEnum):
    """Who must state an item: any inspector (the other countersigns), or each of them."""

    ANY = "any"
    EACH = "each"


class Text(Wire):
    """A text for people, in both languages; English may be absent where the source has none."""

    zh: Annotated[str, Field(min_length=1, max_length=2_000)]
    en: Annotated[str, Field(max_length=2_000)] | None = None


class ChecklistItem(Wire):
    """One check point (检查要点)."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    group: Text | None = None
    text: Text
    guidance: LongText | None = None
    answers: Annotated[tuple[Answer, ...], Field(min_length=2)] = (
        Answer.YES,
        Answer.NO,
        Answer.NOT_APPLICABLE,
    )
    score: Annotated[int, Field(ge=0, le=1_000)] = 0
    is_key: bool = False
    """A key item (关键项) weighs more in the outcome."""
    is_veto: bool = False
    """One "no" decides the outcome (一票否决)."""
    note_required_on_no: bool = False
    photo_required: bool = False
    policy: ItemPolicy = ItemPolicy.ANY


class Checklist(Wire):
    """A released version of a checklist. Its digest covers every member."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    version: Position
    title: Text
    source: LongText | None = None
    """The document and article the check points come from."""
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1, max_length=2_000)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        if len({item.code for item in self.items}) != len(self.items):
            raise ValueError("item codes must be unique")
        return self

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, base64url: what `ck` of an entry header names."""
        return b64url(hashlib.sha256(canonical_bytes(self)).digest())


class PinnedChecklist(Wire):
    """A checklist as a visit carries it, with the digest the tablet must find again."""

    digest: EntryHash
    checklist: Checklist
