"""The server's keys on the wire: which there were, and how each named the next.

A device trusts the keys of its enrolment. When the server changes its key, the old one signs a statement that names the
new one; following the statements leads from any key that was ever trusted to the one in use (sync.md §2.2).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from mobile_contract.base import FirstVersion, Wire
from mobile_contract.signed import ServerJwk, SignedText


class KeyStatement(Wire):
    """The text of a statement (purpose `insp/key/v1`), signed by the key that goes: `next` follows it."""

    v: FirstVersion = 1
    next: ServerJwk
    """The key that follows."""
    at: datetime
    """When, by the server, UTC."""


class KeysAnswer(Wire):
    """Answer of GET /v1/keys."""

    keys: Annotated[tuple[ServerJwk, ...], Field(min_length=1, max_length=100)]
    """The key in use first, then those before it, the newest first. What they signed stays checkable."""
    statements: Annotated[tuple[SignedText, ...], Field(max_length=100)]
    """Oldest first: the text of each is a `KeyStatement`."""
