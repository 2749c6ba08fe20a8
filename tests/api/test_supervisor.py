"""Supervision reads everything that an office reads and writes nothing, but for what the draw asks of it (draw.md)."""

from typing import Final

import pytest
from litestar import Litestar

from api.openapi import operations
from api.permits import PERMITS, STAFF, Action, is_open
from inspection.kernel.command import Role
from tests.support.routes import routes

THE_DRAWS: Final = {
    Action.DRAW_COMMIT,  # the supervisor's commitment
    Action.DRAW_CONTRIBUTE,  # and contribution to the seed
    Action.DRAW_ASK_VOID,
    Action.DRAW_VERIFY,
    Action.DRAW_RETURN_KEY,  # the key that was escrowed with the supervisor
    Action.DRAW_READ_SECRETS,
    Action.SUPERVISION_KEEP,  # its own keys and chains
    Action.CHANGE_SETTLE,  # dice thrown before its eyes
}
"""What draw.md asks of those who watch a draw."""
HOLDS: Final = {Action.MEDIA_HOLD}
"""What is watched must not be collected meanwhile."""
ITS_OWN: Final = {Action.SESSION_CLOSE, Action.SESSION_READ}
"""Its own session, password and second factors."""
ASKED_BY_POST: Final = {
    Action.CREDENTIAL_CHECK,  # what was scanned goes in the body: it may not stand in a log of addresses
    Action.DRAW_OBJECT_CODE,  # gives out a code, changes nothing of the draw
    Action.JOURNAL_READ,  # checks the chain and the log, which takes a while
    Action.EVIDENCE_EXPORT,  # a copy of the evidence, noted in its chain of custody
}
"""Questions that are asked with POST."""


@pytest.fixture(scope="module")
def service() -> Litestar:
    return routes()


def methods(service: Litestar) -> dict[Action, set[str]]:
    """By action, with which methods it is asked for."""
    found: dict[Action, set[str]] = {}
    for _, method, handler in operations(service):
        if "action" in handler.opt and method != "options":
            found.setdefault(Action(handler.opt["action"]), set()).add(method)
    return found


def test_supervision_reads_whatever_anybody_of_the_office_reads(service: Litestar) -> None:
    reading = {action for action, asked in methods(service).items() if asked <= {"get", "head"} and not is_open(action)}
    offices = {action for action in reading if PERMITS[action] & STAFF}
    assert len(offices) > 25
    assert {action for action in offices if Role.SUPERVISOR not in PERMITS[action]} == set()


@pytest.mark.parametrize("action", sorted(Action))
def test_supervision_writes_nothing_but_what_the_draw_asks_of_it(action: Action, service: Litestar) -> None:
    writes = bool(methods(service).get(action, set()) - {"get", "head"})
    if writes and not is_open(action) and Role.SUPERVISOR in PERMITS[action]:
        assert action in THE_DRAWS | HOLDS | ITS_OWN | ASKED_BY_POST


def test_what_the_draw_asks_of_supervision_is_open_to_it() -> None:
    assert all(Role.SUPERVISOR in PERMITS[action] for action in THE_DRAWS | HOLDS | ITS_OWN)
