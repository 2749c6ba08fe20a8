"""The one guard: before a route's handler runs, its action's row in `api.permits` must let the token's role in."""

from dataclasses import replace

from litestar.handlers.base import BaseRouteHandler

from api.bearers import read_bearer
from api.commands import Connection
from api.desk.session import read_desk_bearer
from api.permits import Action, demand, is_open
from api.process import process_of
from api.throttle import take_for
from api.token_scopes import demand_scope
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode
from sync.devices.standing import submitting_device


async def authorise(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let the request pass, with its bearer in the scope, or refuse it.

    Raises:
        Invalid: U+0000 in the path or the query.
        Refused: no valid token, or a device's without a proof of its key (401); a role without a mark (403).
        KeyError: the route names no action: a programming error that a test forbids; never open by omission.
    """
    _refuse_nul(connection)
    action = Action(handler.opt["action"])
    if is_open(action):
        return
    # The desk knows people by its cookie, everything else by the token they show: neither opens the other.
    read = read_desk_bearer if handler.opt.get("desk") else read_bearer
    bearer = await read(connection, process_of(connection))
    connection.scope["user"] = bearer
    if bearer.device is not None:
        # A token renewed is a new caller to the counters: what a device may ask for is counted by the device.
        take_for(connection.scope, f"device:{bearer.device}")
        if handler.opt.get("submits"):
            device = await submitting_device(bearer.device, process_of(connection).clock.now())
            connection.scope["user"] = replace(bearer, enrolled_with=device.authority)
    demand(bearer.actor.role, action)
    if bearer.scopes is not None:
        demand_scope(bearer.scopes, action, str(connection.scope.get("method")))


def _refuse_nul(connection: Connection) -> None:
    # SQLite stores U+0000 in a text and PostgreSQL refuses it: neither sees one.
    if "\0" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise Invalid(ProblemCode.MALFORMED, "api.unreadable")
