"""What a credential says, signed so that a phone can check it without a network (media.md §5). Pure.

A JWS with ES256 whose claims are as short as a QR code asks: who stands at which door, for which task, on which days.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import jwt
from jwt.types import Options

from inspection.kernel.credential_keys import CredentialKeys
from inspection.kernel.keys import ServerKeys
from mobile_contract.base import b64url, unb64url

ALGORITHM: Final = "ES256"
TYPE: Final = "ic+jwt"
LONGEST: Final = 4_000
"""Characters of a credential; a longer text is none."""
LONGEST_NAME: Final = 60
_CODE_BYTES: Final = 5
_MARK_BYTES: Final = 2
"""So few that nobody computes the code of a door from a picture of the QR code: 16 of its 40 bits are told, and the
door counts who tries the others. A notice of another visit is told from its own all the same, but for one in 65,536."""
_CODE_LABEL: Final = "visit-code/v1"
_ALPHABET: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LOOKALIKES: Final = str.maketrans("OIL", "011", "- ")


_OPTIONS: Final[Options] = {"verify_exp": False, "verify_iat": False}
"""Whether it is still good is asked afterwards: an expired one is not a forged one."""


_ODD: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What else parsers raise for a text that somebody made up."""


class _Short(json.JSONEncoder):
    """Chinese as it is: escaped it would be twice as long, and the code twice as hard to scan."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{**settings, "ensure_ascii": False})


class ForgedError(ValueError):
    """Not signed by this authority's server, or not a credential at all."""


@dataclass(frozen=True, slots=True)
class Claims:
    """A credential of one inspector for one visit. `number`: its place in the status list; `code`: see `code_mark`."""

    visit: UUID
    number: int
    name: str
    unit: str
    certificate: str
    authority: str
    task: str
    object_name: str
    object_code: str
    opens: date
    closes: date
    code: str
    issued: datetime
    expires: datetime


def signed(claims: Claims, keys: CredentialKeys) -> str:
    """The credential as text; different at each signing, because ES256 is."""
    told = {
        "v": b64url(claims.visit.bytes),
        "i": claims.number,
        "n": claims.name[:LONGEST_NAME],
        "u": claims.unit[:LONGEST_NAME],
        "c": claims.certificate[:LONGEST_NAME],
        "a": claims.authority[:LONGEST_NAME],
        "t": claims.task[:LONGEST_NAME],
        "e": claims.object_name[:LONGEST_NAME],
        "o": claims.object_code[:LONGEST_NAME],
        "d": [claims.opens.isoformat(), claims.closes.isoformat()],
        "k": claims.code,
        "iat": int(claims.issued.timestamp()),
        "exp": int(claims.expires.timestamp()),
    }
    head = {"kid": keys.kid, "typ": TYPE}
    return jwt.encode(told, keys.private, algorithm=ALGORITHM, headers=head, json_encoder=_Short)


def read(text: str, known: Mapping[str, Mapping[str, str]]) -> Claims:
    """The claims of a credential that one of the known keys signed, expired or not.

    Raises:
        ForgedError: anything else.
    """
    try:
        if len(text) > LONGEST:
            raise ForgedError("too long")
        head = jwt.get_unverified_header(text)
        key = known[head["kid"]]
        if head.get("typ") != TYPE:
            raise ForgedError("another kind of token")
        return _claims(jwt.decode(text, jwt.PyJWK(dict(key), ALGORITHM), algorithms=[ALGORITHM], options=_OPTIONS))
    except (jwt.InvalidTokenError, *_ODD) as error:
        raise ForgedError(type(error).__name__) from error


def visit_code(keys: ServerKeys, visit: UUID, turn: int, at: datetime) -> str:
    """The code of a visit that is printed on its papers: eight letters and digits without look-alikes, `K7QM-2XWF`.

    `turn`, `at`: of the visit's door (`inspection.door.give`): a door that is given anew has another code, and a new
    key of the server changes none that is on paper.
    """
    told = crockford(hmac.digest(keys.secret_at(_CODE_LABEL, at), told_of(visit, turn), "sha256")[:_CODE_BYTES])
    return f"{told[:4]}-{told[4:]}"


def told_of(visit: UUID, turn: int) -> bytes:
    """What the secrets of a visit's door are made from."""
    return visit.bytes + turn.to_bytes(4, "big")


def crockford(raw: bytes) -> str:
    """Bytes (a multiple of five) in Crockford's base 32."""
    return base64.b32encode(raw).translate(_ALPHABET).decode()


def plain_code(typed: str) -> str:
    """A code as somebody types it: in either case, with or without the hyphen, O for 0, I and L for 1."""
    return typed.strip().upper().translate(_LOOKALIKES)


def code_mark(code: str, visit: UUID) -> str:
    """What a credential carries of the code: enough to compare with what the party types, too little to find it by."""
    digest = hashlib.sha256(b"insp/visit-code/v1\x00" + visit.bytes + plain_code(code).encode()).digest()
    return b64url(digest[:_MARK_BYTES])


def _claims(told: Mapping[str, Any]) -> Claims:
    texts = {name: told[key] for name, key in _TEXTS.items()}
    if not all(isinstance(text, str) for text in texts.values()):
        raise TypeError("not a text")
    opens, closes = (date.fromisoformat(day) for day in told["d"])
    return Claims(
        visit=UUID(bytes=unb64url(told["v"])),
        number=int(told["i"]),
        opens=opens,
        closes=closes,
        issued=datetime.fromtimestamp(told["iat"], UTC),
        expires=datetime.fromtimestamp(told["exp"], UTC),
        **texts,
    )


_TEXTS: Final = {
    "name": "n",
    "unit": "u",
    "certificate": "c",
    "authority": "a",
    "task": "t",
    "object_name": "e",
    "object_code": "o",
    "code": "k",
}
