"""Passkeys (WebAuthn level 2): what a browser is asked for, and what becomes of its answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from inspection.authority import store_factors
from inspection.authority.factors.answers import Site, failed, keys_made, read_answer, use_proven
from inspection.authority.factors.app import factor_event
from inspection.authority.factors.challenges import Asked, new_challenge, use_challenge
from inspection.authority.store import AccountRow
from inspection.authority.store_factors import PasskeyRow
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.base import b64url, unb64url
from mobile_contract.problems import ProblemCode

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

MOST: Final = 10
"""Passkeys of one account."""
LONGEST_NAME: Final = 60
_NAME: Final = "Fieldcheck"


async def options_to_add(cmd: Command, account: AccountRow, site: Site, asked: Asked) -> str:
    """What `navigator.credentials.create` is called with, as JSON."""
    import webauthn  # noqa: PLC0415  7 MB, from the first passkey asked for
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

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
    import webauthn  # noqa: PLC0415  as above
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

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
    told, challenge = read_answer(answer)
    made = keys_made(told, challenge, site)
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
    told, challenge = read_answer(answer)
    row = await store_factors.passkey(str(told.get("id", "")))
    if row is None or row.site != site.id or account not in {None, row.account}:
        raise failed()
    key, count = unb64url(row.public_key), row.sign_count
    proven = use_proven(told, challenge, site, public_key=key, sign_count=count, verified=account is None)
    await use_challenge(cmd, asked, challenge)
    await store_factors.use_passkey(row.id, proven.new_sign_count, cmd.now)
    return row


def _transports(told: dict[str, Any]) -> list[str]:
    from webauthn.helpers.structs import AuthenticatorTransport  # noqa: PLC0415

    named, known = told["response"].get("transports"), {one.value for one in AuthenticatorTransport}
    return sorted(known.intersection(map(str, named))) if isinstance(named, list) else []


def _descriptors(keys: Sequence[PasskeyRow]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor  # noqa: PLC0415

    return [
        PublicKeyCredentialDescriptor(
            id=unb64url(one.credential_id),
            transports=[AuthenticatorTransport(told) for told in one.transports.split()] or None,
        )
        for one in keys
    ]
