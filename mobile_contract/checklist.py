"""A checklist as it is pinned by a visit: immutable, named by code, version and digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from mobile_contract.base import EntryHash, LongText, Position, Wire, b64url, canonical_bytes

MOST_DECIMALS = 6
LONGEST_DECIMAL = 24
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")

DecimalText = Annotated[str, Field(pattern=r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$")]
"""A decimal number as text, without exponent, leading zeros or a plus sign."""


def _is_none(value: object) -> bool:
    return value is None


def _is_zero(value: object) -> bool:
    return not value


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
    """In Chinese (zh-CN)."""
    en: Annotated[str, Field(max_length=2_000)] | None = None
    """In English."""


class NumberAnswer(Wire):
    """What a check point asks for that is measured or counted instead of answered 是 or 否.

    Limits and values are decimal texts ("12.5"): no number on the wire is a binary fraction. A value outside `least` …
    `most` cannot be stated; two inspectors agree when their values differ by `tolerance` at most.
    """

    unit: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    """Of the value, e.g. `℃`."""
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS)] = 0
    """How many places behind the point a value may have."""
    least: DecimalText | None = None
    """The least value that can be stated."""
    most: DecimalText | None = None
    """The greatest value that can be stated."""
    tolerance: DecimalText = "0"
    """By how much two inspectors may differ and still agree."""

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.least is not None and self.most is not None and Decimal(self.least) > Decimal(self.most):
            raise ValueError("least lies above most")
        if Decimal(self.tolerance) < 0:
            raise ValueError("a tolerance is not negative")
        return self

    def accepts(self, value: str) -> bool:
        """Whether the text is a number with at most `decimals` places within the limits."""
        if len(value) > LONGEST_DECIMAL or not _DECIMAL.fullmatch(value):
            return False
        if len(value.partition(".")[2]) > self.decimals:
            return False
        number = Decimal(value)
        low, high = (
            self.least is None or Decimal(self.least) <= number,
            self.most is None or number <= Decimal(self.most),
        )
        return low and high

    def agree(self, values: Iterable[str]) -> bool:
        """Whether values that it accepts lie within the tolerance of each other."""
        numbers = [Decimal(value) for value in values]
        return not numbers or max(numbers) - min(numbers) <= Decimal(self.tolerance)


class ChecklistItem(Wire):
    """One check point (检查要点).

    The members after `policy` came later: they are left out of the JSON, and so of the digest, where they say nothing.
    """

    code: Annotated[str, Field(min_length=1, max_length=100)]
    """Names the point within the checklist, in all versions in which it means the same."""
    group: Text | None = None
    """The heading it stands under."""
    text: Text
    """The point as the inspector reads it."""
    guidance: LongText | None = None
    """How to check it."""
    answers: Annotated[tuple[Answer, ...], Field(min_length=2, max_length=3)] = (
        Answer.YES,
        Answer.NO,
        Answer.NOT_APPLICABLE,
    )
    """What may be stated of it."""
    score: Annotated[int, Field(ge=0, le=1_000)] = 0
    """Points it counts."""
    is_key: bool = False
    """A key item (关键项) weighs more in the outcome."""
    is_veto: bool = False
    """One "no" decides the outcome (一票否决)."""
    note_required_on_no: bool = False
    """An answer 否 needs a comment."""
    photo_required: bool = False
    """Every answer needs a photo."""
    policy: ItemPolicy = ItemPolicy.ANY
    """Who must state it."""
    tenths: Annotated[int, Field(ge=0, le=9, exclude_if=_is_zero)] = 0
    """Tenths of a point on top of `score`: 1.5 points are a score of 1 and 5 tenths."""
    photo_required_on_no: Annotated[bool, Field(exclude_if=_is_zero)] = False
    """A photo is required with the answer 否 only; `photo_required` asks for one with every answer."""
    number: Annotated[NumberAnswer | None, Field(exclude_if=_is_none)] = None
    """Set for a point that is measured or counted; of `answers` then only 合理缺项 counts."""

    @model_validator(mode="after")
    def _members_fit_together(self) -> Self:
        judged = self.is_veto or self.note_required_on_no or self.photo_required_on_no
        if self.number is not None and (judged or self.score or self.tenths):
            raise ValueError("a number is neither yes nor no: no score, veto, or note or photo on no")
        if self.photo_required and self.photo_required_on_no:
            raise ValueError("photo_required asks for a photo with every answer already")
        if len(set(self.answers)) != len(self.answers):
            raise ValueError("answers must be unique")
        return self

    @property
    def points(self) -> Decimal:
        """The score in points: 1.5 for a score of 1 and 5 tenths."""
        return self.score + Decimal(self.tenths) / 10

    def accepts(self, value: str) -> bool:
        """Whether an inspector may state this value."""
        if self.number is None or value == Answer.NOT_APPLICABLE:
            return value in self.answers
        return self.number.accepts(value)

    def agree(self, values: Collection[str]) -> bool:
        """Whether accepted values of several inspectors say the same: equal, or numbers within the tolerance."""
        different = set(values)
        if len(different) <= 1 or self.number is None or Answer.NOT_APPLICABLE in different:
            return len(different) <= 1
        return self.number.agree(different)


class Checklist(Wire):
    """A released version of a checklist. Its digest covers every member."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    """Names the checklist in all its versions."""
    version: Position
    """Counted from 1."""
    title: Text
    """What people call it."""
    source: LongText | None = None
    """The document and article the check points come from."""
    items: Annotated[tuple[ChecklistItem, ...], Field(min_length=1, max_length=2_000)]
    """The check points, in their order."""

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
    """The checklist itself."""
