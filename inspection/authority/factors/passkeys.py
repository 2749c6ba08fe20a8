"""Passkeys (WebAuthn level 2): what a browser is asked for, and what it answers. The checks are the library's."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import webauthn
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from inspection.authority import store_factors
from inspection.authority.factors.app import factor_event
from inspection.authority.factors.challenges import Asked, new_challenge, use_challenge
from inspection.authority.store import AccountRow
from inspection.authority.store_factors import PasskeyRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.base import b64url, unb64url
from mobile_contract.problems import ProblemCode

MOST: Final = 10
"""Passkeys of one account."""
LONGEST_NAME: Final = 60
_NAME: Final = "Fieldcheck"
_TRANSPORTS: Final = frozenset(one.value for one in AuthenticatorTransport)


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are asked for: the host's name, and the origin of the pages as the browser says it."""

    id: str
    origin: str


async def options_to_add(cmd: Command, account: AccountRow, site: Site, asked: Asked) -> str:
    """What `navigator.credentials.create` is called with, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.id,
        rp_name=_NAME,
        user_id=account.id.bytes,
        user_name=account.username,
        user_display_name=account.name,
        challenge=new_challenge(cmd, asked),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(await store_factors.passkeys(account.id)),
    )
    return webauthn.options_to_json(options)


def options_to_sign_in(cmd: Command, keys: Sequence[PasskeyRow], site: Site, asked: Asked) -> str:
    """What `navigator.credentials.get` is called with, as JSON. No `keys`: whichever the person has of this site, and
    the device makes sure of the person.
    """
    needed = UserVerificationRequirement.PREFERRED if keys else UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=site.id,
        challenge=new_challenge(cmd, asked),
        allow_credentials=_descriptors([one for one in keys if one.site == site.id]),
        user_verification=needed,
    )
    return webauthn.options_to_json(options)


async def add_passkey(cmd: Command, account: AccountRow, *, answer: str, name: str, site: Site, asked: Asked) -> None:
    """Take a new passkey: a factor from now on.

    Raises:
        Refused: `authority.passkey_failed`, `authority.passkey_stale`.
        Conflict: the account has too many, or the passkey is known already.
    """
    told, challenge = _read(answer)
    try:
        made = webauthn.verify_registration_response(
            credential=told, expected_challenge=challenge, expected_rp_id=site.id, expected_origin=site.origin
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _failed() from error
    row = PasskeyRow(
        id=cmd.new_id(),
        account=account.id,
        credential_id=b64url(made.credential_id),
        public_key=b64url(made.credential_public_key),
        sign_count=made.sign_count,
        site=site.id,
        transports=" ".join(_transports(told)),
        name=" ".join(name.split())[:LONGEST_NAME] or "Passkey",
        made_at=cmd.now,
    )
    async with unit_of_work():
        await use_challenge(cmd, asked, challenge)
        if len(await store_factors.passkeys(account.id)) >= MOST:
            raise Conflict(ProblemCode.CONFLICT, "authority.passkeys_many", most=MOST)
        if not await store_factors.add_passkey(row):
            raise Conflict(ProblemCode.CONFLICT, "authority.passkey_there")
        await append(factor_event(cmd, EventKind.FACTOR_SET_UP, account, "passkey", row.name))


async def remove_passkey(cmd: Command, account: AccountRow, passkey: UUID) -> None:
    """Take a passkey away.

    Raises:
        NotFound: `authority.factor_unknown`.
    """
    async with unit_of_work():
        gone = await store_factors.drop_passkey(passkey, account.id)
        if gone is None:
            raise NotFound(ProblemCode.NOT_FOUND, "authority.factor_unknown")
        await append(factor_event(cmd, EventKind.FACTOR_REMOVED, account, "passkey", gone.name))


async def prove_passkey(cmd: Command, *, answer: str, site: Site, asked: Asked, account: UUID | None) -> PasskeyRow:
    """The passkey that answered, used once more. `account`: whose it must be; None: anybody's, and then the device has
    made sure of the person. Inside the unit of work of signing in.

    Raises:
        Refused: `authority.passkey_failed`, `authority.passkey_stale`.
    """
    told, challenge = _read(answer)
    row = await store_factors.passkey(str(told.get("id", "")))
    if row is None or row.site != site.id or account not in {None, row.account}:
        raise _failed()
    try:
        proven = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=unb64url(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=account is None,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _failed() from error
    await use_challenge(cmd, asked, challenge)
    await store_factors.use_passkey(row.id, proven.new_sign_count, cmd.now)
    return row


def _read(answer: str) -> tuple[dict[str, Any], bytes]:
    """What the browser answered, and the challenge that it says it signed; whether that is ours is another question."""
    try:
        told = json.loads(answer)
        return told, parse_client_data_json(unb64url(told["response"]["clientDataJSON"])).challenge
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _failed() from error


def _transports(told: dict[str, Any]) -> list[str]:
    named = told["response"].get("transports")
    return sorted(_TRANSPORTS.intersection(map(str, named))) if isinstance(named, list) else []


def _descriptors(keys: Sequence[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=unb64url(one.credential_id),
            transports=[AuthenticatorTransport(told) for told in one.transports.split()] or None,
        )
        for one in keys
    ]


def _failed() -> Refused:
    return Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")
