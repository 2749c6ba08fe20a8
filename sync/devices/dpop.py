"""A proof that whoever shows a token holds the device's key (DPoP, RFC 9449 §4.2 and §4.3). Pure; looks at no clock.

Reading costs microseconds and verifying a signature some hundred: what can be seen to be wrong is refused first.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final, Literal, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mobile_contract.base import unb64url
from mobile_contract.enrol import thumbprint
from mobile_contract.signed import DeviceJwk
from sync.signatures import public_key, verify

ALGORITHM: Final = "ES256"
MAX_PROOF: Final = 4096
"""Characters of a proof; one of ours has some 600."""

M = TypeVar("M", bound=BaseModel)
_Coordinate = Annotated[str, Field(min_length=43, max_length=43)]
_PORTS: Final = {"http": 80, "https": 443}


class BadProofError(ValueError):
    """Not a proof, not for this request, or not signed by the key it names."""


class _Jwk(BaseModel):
    """The public key. WebCrypto exports further members (`ext`, `key_ops`); a private one (`d`) must never travel."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: _Coordinate
    y: _Coordinate
    d: None = None


class _Header(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)
    typ: Literal["dpop+jwt"]
    alg: Literal["ES256"]
    jwk: _Jwk
    # What a reader must understand to judge the signature (RFC 7515 §4.1.11): we know nothing of the kind.
    crit: None = None


class _Claims(BaseModel):
    """`iat` is not among them: no clock of a tablet decides anything (case 40)."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)
    jti: Annotated[str, Field(min_length=1, max_length=200)]
    htm: Annotated[str, Field(max_length=20)]
    htu: Annotated[str, Field(max_length=2000)]
    ath: str | None = None
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it reads; its signature is not verified yet. `kid`: thumbprint of the key it carries."""

    text: str
    key: DeviceJwk
    kid: str
    jti: str
    htm: str
    htu: str
    ath: str | None
    nonce: str | None


def read_proof(text: str) -> Proof:
    """The members of a proof; BadProofError for anything else than a compact ES256 JWT of the right shape."""
    parts = text.split(".")
    if len(text) > MAX_PROOF or len(parts) != 3:  # noqa: PLR2004  header, payload, signature
        raise BadProofError("not a compact JWT")
    header, claims = _part(_Header, parts[0]), _part(_Claims, parts[1])
    try:
        key, kid = _named(header.jwk.x, header.jwk.y)
    except ValidationError as error:
        raise BadProofError("key") from error
    return Proof(text, key, kid, claims.jti, claims.htm, claims.htu, claims.ath, claims.nonce)


def verify_proof(proof: Proof) -> None:
    """BadProofError unless the key that the proof carries signed it."""
    signed, _, signature = proof.text.rpartition(".")
    try:
        good = verify(public_key(proof.key), signed.encode(), unb64url(signature))
    except ValueError as error:
        raise BadProofError("signature") from error
    if not good:
        raise BadProofError("signature")


def names_target(htu: str, *, path: str, hosts: frozenset[str], prefix: str = "") -> bool:
    """Whether `htu` is the address of this request: its path, behind `prefix` too, at one of `hosts` (`host[:port]`).

    The scheme is not compared: a proxy that speaks https passes the request on as http.
    """
    try:
        url = urlsplit(htu)
        return (
            url.scheme in _PORTS
            and not (url.query or url.fragment or url.username or url.password)
            and unquote(url.path) in {path, prefix + path}
            and (_host(url) in hosts)
        )
    except ValueError:
        return False


def host_of(text: str, scheme: str = "http") -> str:
    """`host[:port]` in lower case, without the port that goes without saying; "" when it cannot be read."""
    try:
        return _host(urlsplit(text if "://" in text else f"{scheme}://{text}"))
    except ValueError:
        return ""


def path_of(text: str) -> str:
    """The path of an address without a slash at the end; "" when it has none or cannot be read."""
    try:
        return unquote(urlsplit(text).path).rstrip("/")
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def _named(x: str, y: str) -> tuple[DeviceJwk, str]:
    """A key and its thumbprint."""
    key = DeviceJwk(x=x, y=y)
    return key, thumbprint(key)


def _host(url: SplitResult) -> str:
    name, port = url.hostname or "", url.port
    return name if port is None or port in _PORTS.values() else f"{name}:{port}"


def _part(model: type[M], text: str) -> M:
    try:
        return model.model_validate_json(unb64url(text))
    except (ValidationError, ValueError) as error:
        raise BadProofError(model.__name__) from error
