"""Time stamps of RFC 3161: the request, and what a response proves. Pure; the ASN.1 is the library's."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound, load_pem_x509_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest, TimeStampResponse
    from rfc3161_client.tsp import TimeStampTokenInfo

REQUEST_TYPE = "application/timestamp-query"
RESPONSE_TYPE = "application/timestamp-reply"
SHA_256 = "2.16.840.1.101.3.4.2.1"


class StampError(Exception):
    """Not a time stamp of this text, or not by an authority that is trusted. The reason is for people."""


def stamp_request(text: str, trusted: Sequence[Certificate] = ()) -> "TimeStampRequest":
    """Ask for a stamp of a text: SHA-256 of its bytes, with a nonce.

    The authority is to enclose its certificates, unless the one it stamps with is among those that are `trusted`: some
    (OpenSSL's) enclose several in an order that DER forbids, and such a response cannot be read.
    """
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415  4 MB, for those who have stamps

    asked = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return asked.cert_request(cert_request=_stamping(trusted) is None).build()


def stamped_at(response: bytes, text: str, trusted: Sequence[Certificate], nonce: int | None = None) -> datetime:
    """The time that a response (TimeStampResp, DER) tells for a text.

    With `trusted` certificates of the authority, the signature and the whole chain are verified as of that time;
    without any, only that the response is for this text and this request.

    Raises:
        StampError: it is not.
    """
    told, info = _decoded(response)
    if info.message_imprint.hash_algorithm.dotted_string != SHA_256:
        raise StampError("stamped another kind of digest")
    if info.message_imprint.message != hashlib.sha256(text.encode()).digest():
        raise StampError("stamped another text")
    if nonce is not None and info.nonce != nonce:
        raise StampError("answered another request")
    if trusted:
        _verify(told, text, trusted)
    return info.gen_time


def read_certificates(path: Path) -> list[Certificate]:
    """The certificates of a PEM file: the authority's root, and those between if they are not in its responses.

    Raises:
        ValueError, OSError: there is no such file, or no certificate in it.
    """
    return load_pem_x509_certificates(path.read_bytes())


def _decoded(response: bytes) -> "tuple[TimeStampResponse, TimeStampTokenInfo]":
    from rfc3161_client import PKIStatus, decode_timestamp_response  # noqa: PLC0415

    try:
        told = decode_timestamp_response(response)
        if told.status != PKIStatus.GRANTED:
            raise StampError(f"refused: {PKIStatus(told.status).name.lower()} {' '.join(told.status_string)}".strip())
        info = told.tst_info  # a response may say "granted" and bring nothing
    except ValueError as error:
        raise StampError("not a response of RFC 3161") from error
    return told, info


def _verify(told: "TimeStampResponse", text: str, trusted: Sequence[Certificate]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    roots = [one for one in trusted if one.subject == one.issuer] or list(trusted)
    between = [one for one in trusted if one not in roots]
    own = None if told.signed_data.certificates else _stamping(trusted)
    verifier = VerifierBuilder(roots=roots, intermediates=between, tsa_certificate=own).build()
    try:
        verifier.verify_message(told, text.encode())
    except VerificationError as error:
        raise StampError(str(error)) from error


def _stamping(trusted: Sequence[Certificate]) -> Certificate | None:
    """The certificate by which an authority stamps, if it is among these (RFC 3161 §2.3: for nothing else)."""
    for one in trusted:
        with suppress(ExtensionNotFound):
            use = one.extensions.get_extension_for_class(ExtendedKeyUsage).value
            if ExtendedKeyUsageOID.TIME_STAMPING in use:
                return one
    return None
