"""Sessions at the desk: opened by a password or a passkey, raised by a second factor, read at every request."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.authority import store_factors, store_sessions
from inspection.authority.check_password import check_password, count_failure, forget_failures, refuse_locked
from inspection.authority.factors.answers import Site
from inspection.authority.factors.challenges import Asked
from inspection.authority.factors.codes import prove_code
from inspection.authority.factors.passkeys import prove_passkey
from inspection.authority.sign_in import signed_in
from inspection.authority.sign_in_rules import HALF_WAY, SignInRules
from inspection.authority.store import AccountRow
from inspection.authority.store import account as account_by_id
from inspection.authority.store_sessions import SessionRow
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import append
from inspection.kernel.unit_of_work import in_unit, unit_of_work
from mobile_contract.problems import ProblemCode

SEEN_EVERY: Final = timedelta(minutes=1)
_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and the token of its cookie, told this once."""

    account: AccountRow
    session: SessionRow
    token: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who sits at the desk, and how far his session has come."""

    account: AccountRow
    session: SessionRow


async def read_session(token: str, now: datetime, rules: SignInRules) -> Standing | None:
    """Whom the token of a cookie stands for; None: unknown, ended, run out, or unused for too long."""
    found = await store_sessions.live_session(_hash(token), now, now - rules.idle)
    if found is None:
        return None
    session, account = found
    if now - session.seen_at >= SEEN_EVERY:
        await in_unit(store_sessions.touch_session, session.id, now)
    return Standing(account, session)


async def sign_in_at_desk(
    cmd: Command,
    *,
    username: str,
    password: str,
    browser: str,
    rules: SignInRules,
    known: UUID | None = None,
) -> Opened:
    """Check a password and open a session, which opens little before the second factor where there is one.

    Raises:
        Refused: as `check_password`.
    """
    account = await check_password(cmd, username=username, password=password, known=known)
    has = await store_factors.count_factors(account.id)
    async with unit_of_work():
        if has.any:
            return await open_session(cmd, account, browser=browser, lasts=HALF_WAY, awaits_factor=True)
        opened = await open_session(cmd, account, browser=browser, lasts=rules.lasts)
        await forget_failures(account)
        await append(signed_in(cmd, account, "desk", None))
    return opened


async def sign_in_by_passkey(
    cmd: Command, *, answer: str, site: Site, asked: Asked, browser: str, rules: SignInRules
) -> Opened:
    """Open a session by a passkey alone: it is what one has, and the device has made sure of who holds it.

    It cannot be guessed, so that no lock of the account stands in its way.

    Raises:
        Refused: as `prove_passkey`, or `authority.passkey_failed` for a closed account.
    """
    async with unit_of_work():
        passkey = await prove_passkey(cmd, answer=answer, site=site, asked=asked, account=None)
        account = await account_by_id(passkey.account)
        if account is None or not account.active:
            raise Refused(ProblemCode.LOGIN_FAILED, "authority.passkey_failed")
        opened = await open_session(cmd, account, browser=browser, lasts=rules.lasts, factor="passkey")
        await forget_failures(account)
        await append(signed_in(cmd, account, "desk", "passkey"))
    return opened


async def give_code(cmd: Command, standing: Standing, code: str, rules: SignInRules, *, known: bool) -> Opened:
    """The second factor, as a code: the session is whole from now on, under another token.

    Raises:
        Refused: `authority.code_wrong`, or locked after too many of them.
    """
    # As it is now: the request was let in a while ago, and others may have tried meanwhile.
    account = await account_by_id(standing.account.id) or standing.account
    refuse_locked(cmd, account, known=known)
    async with unit_of_work():
        factor = await prove_code(cmd, account, code, rules.keys)
        if factor is not None:
            return await raise_session(cmd, standing, factor, rules)
    await count_failure(cmd, account, known=known, step="code")
    raise Refused(ProblemCode.LOGIN_FAILED, "authority.code_wrong")


async def give_passkey(
    cmd: Command, standing: Standing, *, answer: str, site: Site, asked: Asked, rules: SignInRules
) -> Opened:
    """The second factor, as a passkey.

    Raises:
        Refused: as `prove_passkey`.
    """
    async with unit_of_work():
        await prove_passkey(cmd, answer=answer, site=site, asked=asked, account=standing.account.id)
        return await raise_session(cmd, standing, "passkey", rules)


async def raise_session(cmd: Command, standing: Standing, factor: str, rules: SignInRules) -> Opened:
    """The session after a factor was given: another token, and the whole time. Inside a unit of work."""
    token, ends = _fresh(cmd), standing.session.opened_at + rules.lasts
    await store_sessions.raise_session(standing.session.id, _hash(token), factor, ends)
    if standing.session.awaits_factor:
        await forget_failures(standing.account)
        await append(signed_in(cmd, standing.account, "desk", factor))
    raised = replace(standing.session, awaits_factor=False, factor=factor, ends_at=ends)
    return Opened(standing.account, raised, token)


async def open_session(
    cmd: Command,
    account: AccountRow,
    *,
    browser: str,
    lasts: timedelta,
    awaits_factor: bool = False,
    factor: str | None = None,
) -> Opened:
    """A new session of this account, whatever was proven for it."""
    token = _fresh(cmd)
    session = SessionRow(
        cmd.new_id(), account.id, cmd.now, cmd.now, cmd.now + lasts, awaits_factor, factor, browser[:60]
    )
    async with unit_of_work():
        await store_sessions.add_session(session, _hash(token))
    return Opened(account, session, token)


def _fresh(cmd: Command) -> str:
    return urlsafe_b64encode(cmd.random(_BYTES)).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return sha256_hex(token.encode())
