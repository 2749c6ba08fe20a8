"""Addresses that let their bearer read one object for a while: AWS Signature Version 4 in the query. Pure.

Own, because the object store's client cannot sign the answer's headers (`response-content-…`), and a download without
them would be called and shown as the store likes. Source: AWS "Authenticating Requests: Using Query Parameters".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

ALGORITHM: Final = "AWS4-HMAC-SHA256"
UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_SERVICE: Final = "s3"
_END: Final = "aws4_request"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key signs, and for which region."""

    key_id: str
    secret: str
    region: str


def presigned(
    address: str, signer: Signer, *, now: datetime, seconds: int, answer: Mapping[str, str] | None = None
) -> str:
    """`address` (scheme, host and path, already quoted) with the right to GET it from `now` (UTC) for some seconds.

    `answer`: what the store is to answer with, as `response-content-type`, `response-content-disposition`; signed, so
    that the bearer cannot change it.
    """
    parts = urlsplit(address)
    day = now.strftime("%Y%m%d")
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{day}/{signer.region}/{_SERVICE}/{_END}"
    query = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{signer.key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        **(answer or {}),
    }
    told = "&".join(f"{_quoted(name)}={_quoted(query[name])}" for name in sorted(query))
    request = "\n".join(("GET", parts.path or "/", told, f"host:{parts.netloc}", "", "host", UNSIGNED))
    text = "\n".join((ALGORITHM, stamp, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(_key(signer, day), text.encode(), hashlib.sha256).hexdigest()
    return f"{address}?{told}&X-Amz-Signature={signature}"


def _key(signer: Signer, day: str) -> bytes:
    key = f"AWS4{signer.secret}".encode()
    for part in (day, signer.region, _SERVICE, _END):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
