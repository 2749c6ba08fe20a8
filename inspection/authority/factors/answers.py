"""What a browser answers for a passkey (WebAuthn level 2), checked by the library and refused in one word. Pure."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from inspection.kernel.errors import Refused
from mobile_contract.base import unb64url
from mobile_contract.problems import ProblemCode

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

T = TypeVar("T")
LONGEST: Final = 64 * 1024
"""Characters: an attestation with its certificates takes a tenth of them."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are asked for: the host's name, and the origin of the pages as the browser says it."""

    id: str
    origin: str


def read_answer(answer: str) -> tuple[dict[str, Any], bytes]:
    """What the browser answered, and the challenge that it says it signed; whether that is ours is another question.

    Raises:
        Refused: `authority.passkey_failed`, as the others here.
    """
    if len(answer) > LONGEST:
        raise failed()

    from webauthn.helpers import parse_client_data_json  # noqa: PLC0415  7 MB, from the first passkey asked for

    def read() -> tuple[dict[str, Any], bytes]:
        told = json.loads(answer)
        unb64url(told["id"])  # it is looked for in the database, which takes no U+0000
        return told, parse_client_data_json(unb64url(told["response"]["clientDataJSON"])).challenge

    return _or_failed(read)


def keys_made(told: dict[str, Any], challenge: bytes, site: Site) -> "VerifiedRegistration":
    """The new passkey."""
    import webauthn  # noqa: PLC0415

    return _or_failed(
        lambda: webauthn.verify_registration_response(
            credential=told, expected_challenge=challenge, expected_rp_id=site.id, expected_origin=site.origin
        )
    )


def use_proven(
    told: dict[str, Any], challenge: bytes, site: Site, *, public_key: bytes, sign_count: int, verified: bool
) -> "VerifiedAuthentication":
    """The use of a passkey. `verified`: the device must have made sure of the person."""
    import webauthn  # noqa: PLC0415

    return _or_failed(
        lambda: webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=verified,
        )
    )


def failed() -> Refused:
    """The one word for whatever is wrong."""
    return Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")


def _or_failed(read: Callable[[], T]) -> T:
    try:
        return read()
    except Exception as error:  # foreign readers of JSON, CBOR and X.509 on hostile bytes: whatever they raise
        raise failed() from error
