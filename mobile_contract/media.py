"""Files of any kind: which of them are here, and small ones in one request.

Bytes are here for those who brought them: for the tablets of an authority of which one sent them whole. What only
others brought is as good as unknown, and is sent.

Larger ones go by tus 1.0.0 to `/v1/uploads`. A small one may go by `PUT /v1/media/<digest>` with its bytes as the body
and its type as `Content-Type`: 201 it is kept, 200 it was here already, 413 it is not small, 422 these are other bytes.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from mobile_contract.base import MediaDigest, Wire

MAX_SMALL_BYTES: Final = 1024 * 1024
"""The largest file that may go by `PUT`."""

MAX_ASKED: Final = 1000
"""Digests in one question."""


class MediaHaveRequest(Wire):
    """Which of these files has a tablet of this authority brought? Ask before uploading many."""

    sha256: Annotated[tuple[MediaDigest, ...], Field(min_length=1, max_length=MAX_ASKED)]


class MediaHaveAnswer(Wire):
    """The files among those asked for that this authority brought, verified: no byte of them need be sent."""

    sha256: Annotated[tuple[MediaDigest, ...], Field(max_length=MAX_ASKED)]
    """In the order in which they were asked for."""
