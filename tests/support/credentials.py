"""One table of what may be wrong with a credential, for the rules, both engines, the routes and the page's script."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inspection.kernel.credential_keys import CredentialKeys, credential_keys
from inspection.kernel.keys import server_keys
from inspection.visits.credentials.check import Standing
from inspection.visits.credentials.claims import Claims, signed
from inspection.visits.credentials.status import Status

CODE: Final = "K7QM-2XWF"
OTHER_CODE: Final = "K7QM-2XWG"
_STRANGER: Final = server_keys(Ed25519PrivateKey.from_private_bytes(bytes(32)))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A credential, and the word on it. `status`: what became of it since; `deed`: what made it so, for a real visit;
    `claims`: what it says otherwise than a good one; `code`: as it is typed beside it.
    """

    standing: Standing
    claims: Callable[[Claims], Mapping[str, Any]] = field(default=lambda _: MappingProxyType({}))
    status: Status = Status.GOOD
    deed: str = ""
    code: str = ""


CASES: Final[Mapping[str, Case]] = {
    "good": Case(Standing.GOOD),
    "good, with the code": Case(Standing.GOOD, code=" k7qm 2xwf "),
    "the code of another notice": Case(Standing.OTHER_VISIT, code=OTHER_CODE),
    "recused": Case(Standing.RECUSED, status=Status.RECUSED, deed="recused"),
    "recused, and expired": Case(
        Standing.RECUSED, lambda one: {"expires": one.issued - _DAY}, status=Status.RECUSED, deed="recused"
    ),
    "replaced": Case(Standing.UNASSIGNED, status=Status.UNASSIGNED, deed="replaced"),
    "cancelled": Case(Standing.UNASSIGNED, status=Status.UNASSIGNED, deed="cancelled", code=CODE),
    "certificate suspended since": Case(Standing.CERTIFICATE, status=Status.CERTIFICATE, deed="suspended"),
    "certificate revoked since": Case(Standing.CERTIFICATE, status=Status.CERTIFICATE, deed="revoked"),
    "certificate ended since": Case(Standing.CERTIFICATE, status=Status.CERTIFICATE, deed="ended"),
    "expired": Case(Standing.EXPIRED, lambda one: {"issued": one.issued - 4 * _DAY, "expires": one.issued}),
    "not yet": Case(Standing.NOT_YET, lambda one: {"opens": one.opens + 99 * _DAY, "closes": one.closes + 99 * _DAY}),
    "over": Case(Standing.OVER, lambda one: {"opens": one.opens - 99 * _DAY, "closes": one.closes - 99 * _DAY}),
    "made tomorrow: the clock is wrong": Case(
        Standing.CLOCK, lambda one: {"issued": one.issued + _DAY, "expires": one.expires + _DAY}
    ),
}
"""Of genuine credentials. What is forged stands in `forgeries`."""


def case_text(case: Case, good: Claims, keys: CredentialKeys) -> str:
    """The credential of a case, made of a good one."""
    return signed(replace(good, **case.claims(good)), keys)


def forgeries(good: Claims, keys: CredentialKeys) -> dict[str, str]:
    """Texts that only look like a credential, by what is wrong with them."""
    text, known = signed(good, keys), keys.known[keys.kid]
    head, body, signature = text.split(".")
    told = {"kid": keys.kid, "typ": "ic+jwt"}
    claims = jwt.decode(text, options={"verify_signature": False})
    stranger = credential_keys(_STRANGER, good.issued)
    header = json.loads(_raw(head))
    other = _b64(json.dumps(claims | {"e": "另一家单位"}, ensure_ascii=False).encode())
    return {
        "empty": "",
        "dots": "..",
        "another object": f"{head}.{other}.{signature}",
        "without a signature": f"{head}.{body}.",
        "signed by a stranger": signed(good, stranger),
        "signed by a stranger in our name": signed(good, replace(stranger, kid=keys.kid)),
        "alg none": jwt.encode(claims, None, algorithm="none", headers=told),
        "alg none, our signature": f"{_head(header | {'alg': 'none'})}.{body}.{signature}",
        "HS256 by our public key": jwt.encode(claims, known["x"].ljust(43), algorithm="HS256", headers=told),
        "another type": jwt.encode(claims, keys.private, algorithm="ES256", headers=told | {"typ": "JWT"}),
        "names its own key": f"{_head(header | {'jwk': dict(stranger.known[stranger.kid])})}.{body}.{signature}",
        "kid is a path": f"{_head(header | {'kid': '../../keys'})}.{body}.{signature}",
        "kid is a name of objects": f"{_head(header | {'kid': '__proto__'})}.{body}.{signature}",
        "kid is a list": f"{_head(header | {'kid': [keys.kid]})}.{body}.{signature}",
        "kid is nothing": f"{_head(header | {'kid': None})}.{body}.{signature}",
        "header is a list": f"{_head([header])}.{body}.{signature}",
        "header twice": f"{_twice(header, 'alg', 'none')}.{body}.{signature}",
        "header of brackets": f"{_b64(b'[' * 1400 + b']' * 1400)}.{body}.{signature}",
        "body of brackets": f"{head}.{_b64(b'[' * 1200 + b']' * 1200)}.{signature}",
        "number of digits": f"{_b64(b'9' * 2500)}.{body}.{signature}",
        "not ASCII": f"{head}.{body}.{signature[:-1]}签",
        "cut off": text[:-5],
        "8,000 characters": text + "A" * (8_000 - len(text)),
        "8,000 dots": "." * 8_000,
    }


def _raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _head(header: object) -> str:
    return _b64(json.dumps(header).encode())


def _twice(header: Mapping[str, str], name: str, value: str) -> str:
    """The header with a member that stands in it twice, the true one last."""
    return _b64(f'{{"{name}": "{value}", {json.dumps(dict(header))[1:]}'.encode())
