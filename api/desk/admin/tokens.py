"""Tokens of other systems: named, for a few things, until a day."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from api.commands import AnyRequest, authority_of, command
from api.desk.admin.bodies import TokenAsked
from api.desk.admin.once import told_once
from api.desk.answers import desk_page, see
from api.desk.forms import Form, acted, filled
from api.permits import Action
from api.token_scopes import READS, WRITES
from inspection.authority import store as accounts
from inspection.authority.systems import store
from inspection.authority.systems.issue import issue_system_token, revoke_system_token
from inspection.authority.systems.rules import LONGEST, TokenScope
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.errors import NotFound
from mobile_contract.problems import ProblemCode

PATH: Final = "/desk/admin/tokens"
SHOWN: Final = 50
USUAL: Final = timedelta(days=180)
"""What the form proposes."""
After = Annotated[UUID | None, QueryParameter(name="after")]


@get(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def read_tokens(request: AnyRequest, after: After = None) -> Response[bytes]:
    """The tokens, the newest first."""
    return await tokens_page(request, after)


@post(PATH, opt={"action": Action.AUTHORITY_KEEP})
async def send_token(request: AnyRequest) -> Response[bytes]:
    """Give a token, shown once."""

    async def do(form: Form) -> Response[bytes]:
        token = await _issued(request, filled(form, TokenAsked))
        return told_once(request, "token", token, PATH)

    return await acted(request, do, lambda: tokens_page(request, None))


@post("/desk/admin/tokens/{token_id:uuid}/revoke", opt={"action": Action.AUTHORITY_KEEP})
async def send_revoke(request: AnyRequest, token_id: FromPath[UUID]) -> Response[bytes]:
    """Take a token away at once."""

    async def do(_: Form) -> str:
        await revoke_system_token(command(request), authority=authority_of(request), token=token_id)
        return see(PATH, "desk_admin.done_token_revoked")

    return await acted(request, do, lambda: tokens_page(request, None))


async def _issued(request: AnyRequest, told: TokenAsked) -> str:
    account = await accounts.account_by_username(told.username)
    if account is None or account.authority != authority_of(request):
        raise NotFound(ProblemCode.ACCOUNT_UNKNOWN, "authority.account_unknown")
    _, token = await issue_system_token(
        command(request),
        authority=account.authority,
        account=account.id,
        name=told.name,
        scopes=told.scopes,
        last_day=told.last_day,
    )
    return token


async def tokens_page(request: AnyRequest, after: UUID | None) -> Response[bytes]:
    """The tokens with whom they stand for, and the form of a new one."""
    now = command(request).now
    found = await store.tokens(authority_of(request), before=after, limit=SHOWN + 1)
    holders = {one.account: await accounts.account(one.account) for one in found[:SHOWN]}
    return desk_page(
        request,
        "desk_admin/tokens.html",
        tokens=found[:SHOWN],
        next=found[SHOWN - 1].id if len(found) > SHOWN else None,
        after=after,
        holders=holders,
        scopes={one: sorted({*READS[one], *WRITES.get(one, ())}) for one in TokenScope},
        now=now,
        usual=local_day(now) + USUAL,
        latest=local_day(now) + LONGEST,
    )


HANDLERS = [read_tokens, send_token, send_revoke]
