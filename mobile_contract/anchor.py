"""The signed time anchor: the only server time a device holds while it is offline."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from mobile_contract.base import Count, FirstVersion, Wire
from mobile_contract.signed import SignedText

AnchorId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{30}$")]
"""22 bytes as base64url; what `anchor` of an entry header names."""


class TimeAnchor(Wire):
    """The server's instant in this history. A device keeps it beside its monotonic clock."""

    v: FirstVersion = 1
    id: AnchorId
    """What an entry's header names in `anchor`."""
    time: datetime
    """The server's instant, UTC, in ms."""
    history: UUID
    """The server's life: another one means that it was restored."""
    feed: Count | None = None
    """How far the device had confirmed its feed, as the server knew; absent where the server did not know who asked."""


class TimeAnswer(Wire):
    """Answer of GET /v1/time: the text of `signed` is a `TimeAnchor`."""

    signed: SignedText
    """Its text is a `TimeAnchor`."""
