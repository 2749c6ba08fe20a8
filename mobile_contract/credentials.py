"""What an inspector shows at the door: a credential that a phone checks without a network (media.md §5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from mobile_contract.base import Id, Wire

CredentialText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=4_000)]
"""A JWS with ES256, compact form."""


class InspectorCredential(Wire):
    """One inspector's credential for one visit."""

    inspector: Id
    """Whose."""
    text: CredentialText
    """What is signed."""
    address: Annotated[str, Field(max_length=8_000)]
    """The page that checks it, with the credential behind `#`: what the QR code shows. A fragment is sent to nobody."""
    expires: datetime
    """Until when it is good, UTC; ask again whenever there is a network."""


class CredentialsAnswer(Wire):
    """Answer of GET /v1/visits/{visit_id}/credentials."""

    credentials: Annotated[tuple[InspectorCredential, ...], Field(max_length=100)]
    """Of the inspectors who may act on this device and are in the team."""
    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    """The visit's code, to be printed on its papers: the party types it to see that it is the same visit."""
