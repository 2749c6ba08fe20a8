"""Notices (抽查告知书): how they are served, and their numbers, which a tablet may give out offline."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from mobile_contract.base import Position, ShortText, Wire

BLOCK_SIZE: Final = 50
"""How many numbers a block has."""

LEAST_UNUSED: Final = 20
"""With fewer unused numbers a device gets another block when it asks."""


NoticeNumber = Annotated[str, Field(min_length=1, max_length=60)]
"""The number of a notice as it is printed."""


class ServedHow(StrEnum):
    """How the party got the notice (送达方式)."""

    HANDED_OVER = "handed_over"
    """On paper."""
    SHOWN = "shown"
    """On the tablet."""
    SCANNED = "scanned"
    """The party opened it with the code that it scanned."""
    LINK = "link"
    """As a link that was sent to it."""


class NoticeReceiver(Wire):
    """Who took the notice for the party."""

    name: ShortText
    """As given."""
    role: ShortText | None = None
    """The function at the inspected party, e.g. 店长."""


class NumberRange(Wire):
    """The numbers `first` to `last`, reserved for one device: nobody else gives them out."""

    first: Position
    """The first of them."""
    last: Position
    """The last of them, 49 behind it."""
    used: Annotated[tuple[Position, ...], Field(max_length=BLOCK_SIZE)] = ()
    """Those that notices bear already, as far as the server knows: a device that was set up anew skips them."""


class NoticeNumbersAnswer(Wire):
    """Answer of POST /v1/notices/numbers: what this device may give out.

    A number is printed as `before`, the number in at least `digits` digits with leading zeros, `after`.
    """

    year: Annotated[int, Field(ge=2000, le=9999)]
    """The year of the series, in the authority's time zone."""
    before: Annotated[str, Field(min_length=1, max_length=60)]
    """What stands before the digits, e.g. 商务检告〔2026〕."""
    after: Annotated[str, Field(min_length=1, max_length=20)]
    """What stands behind the digits, e.g. 号."""
    digits: Annotated[int, Field(ge=1, le=12)]
    """The least number of digits."""
    blocks: Annotated[tuple[NumberRange, ...], Field(max_length=1_000)]
    """The blocks of this device with a number that is not used, the first first."""
