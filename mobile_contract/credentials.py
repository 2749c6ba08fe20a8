"""What an inspector shows at the door: a credential that a phone checks without a network (media.md §5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from mobile_contract.base import Id, LongText, MediaDigest, ShortText, Wire

CredentialText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=4_000)]
"""A JWS with ES256, compact form."""


class CredentialCertificate(Wire):
    """The inspection certificate (执法证) behind a credential, as the register tells of it now."""

    number: ShortText
    """As printed."""
    issuer: ShortText
    """Who issued it."""
    valid_from: date | None
    """The first day; null when nobody knows it."""
    valid_until: date
    """The last day."""
    status: Literal["valid", "suspended", "revoked"]
    """Whether the holder may use it at all."""
    scope: Annotated[tuple[LongText, ...], Field(max_length=1_000)]
    """The matters that it covers; none: all of them."""
    areas: Annotated[tuple[LongText, ...], Field(max_length=1_000)]
    """Where it is good; none: everywhere."""


class InspectorCredential(Wire):
    """One inspector's credential for one visit, and what the tablet shows beside its QR code."""

    inspector: Id
    """Whose."""
    name: ShortText
    """In full."""
    unit: ShortText | None
    """The unit he belongs to."""
    certificate: CredentialCertificate | None
    """The certificate that he shows."""
    photo: MediaDigest | None
    """SHA-256 of the photo's original; `GET /v1/visits/{visit_id}/team/{inspector}/photo` gives its small copy."""
    text: CredentialText
    """What is signed."""
    address: Annotated[str, Field(max_length=8_000)]
    """The page that checks it, with the credential behind `#`: what the QR code shows. A fragment is sent to nobody."""
    expires: datetime
    """Until when it is good, UTC; ask again whenever there is a network."""


class VisitDoor(Wire):
    """Where the party reads what the visit is about and answers it, once it has typed the code."""

    address: Annotated[str, Field(max_length=2_000)]
    """What the second QR code shows; it stands on the notice, too."""
    expires_on: date
    """The last day on which it opens."""


class CredentialsAnswer(Wire):
    """Answer of GET /v1/visits/{visit_id}/credentials."""

    credentials: Annotated[tuple[InspectorCredential, ...], Field(max_length=100)]
    """Of the inspectors who may act on this device and are in the team."""
    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")]
    """The visit's code, to be printed on its papers: it opens the door, and shows beside a credential that it is the
    same visit. For the party, and for nobody else."""
    door: VisitDoor | None
    """Null when the office closed it."""
