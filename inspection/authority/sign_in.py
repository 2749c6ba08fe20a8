"""Signing in to the API: one request, a bearer token."""

from dataclasses import dataclass
from datetime import datetime

from inspection.authority import store_factors
from inspection.authority.check_password import check_password, count_failure, forget_failures
from inspection.authority.factors.codes import prove_code
from inspection.authority.sign_in_rules import SignInRules
from inspection.authority.store import AccountRow
from inspection.authority.tokens import issue_token
from inspection.kernel.command import Actor, Command
from inspection.kernel.errors import Refused
from inspection.kernel.journal import Event, EventKind, append
from inspection.kernel.signals import Counted, count
from inspection.kernel.unit_of_work import unit_of_work
from mobile_contract.problems import ProblemCode


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person and the bearer token, told this once."""

    account: AccountRow
    token: str
    expires_at: datetime


async def sign_in(
    cmd: Command,
    *,
    username: str,
    password: str,
    rules: SignInRules,
    code: str | None = None,
) -> Session:
    """Check a password, and a code where the account has a second factor, and open a session.

    Raises:
        Refused: unknown user, wrong password, closed or locked account: all alike. Only whoever knows the password
            learns the rest: `second-factor-needed` where there is a factor and no `code` or a wrong one;
            `sign-in-at-desk` where the password must be changed, or a factor set up, which is done at the desk.
    """
    account = await check_password(cmd, username=username, password=password)
    has = await store_factors.count_factors(account.id)
    if has.any and not code:
        raise Refused(ProblemCode.SECOND_FACTOR_NEEDED, "authority.code_needed")
    if rules.must_change(account, cmd.now) or (not has.any and account.role in rules.two_factor):
        raise Refused(ProblemCode.SIGN_IN_AT_DESK, "authority.sign_in_at_desk")
    async with unit_of_work():
        factor = await prove_code(cmd, account, code, rules.keys) if has.any and code else None
        if not has.any or factor is not None:
            return await _opened(cmd, account, rules, factor)
    await count_failure(cmd, account, known=False, step="code")
    raise Refused(ProblemCode.SECOND_FACTOR_NEEDED, "authority.code_wrong")


async def _opened(cmd: Command, account: AccountRow, rules: SignInRules, factor: str | None) -> Session:
    await forget_failures(account)
    expires = cmd.now + rules.lasts
    token = await issue_token(cmd, expires=expires, account_id=account.id)
    await append(signed_in(cmd, account, "api", factor))
    return Session(account, token, expires)


def signed_in(cmd: Command, account: AccountRow, where: str, factor: str | None) -> Event:
    """Somebody signed in, `where` (`api`, `desk`) and by which second factor; he himself is who did it."""
    count(Counted.SIGN_IN, "done")
    own = Command(
        Actor(str(account.id), account.name, account.role),
        cmd.now,
        cmd.entropy,
        account.authority,
        None,
        cmd.request_id,
    )
    stream = f"authority:{account.authority}"
    return own.event(EventKind.SIGNED_IN, stream, account=str(account.id), where=where, factor=factor)
