"""Who may do what is one table: printed, complete, and asked by every route."""

import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from api.openapi import operations
from api.permits import PERMITS, STAFF, Action, is_open, may, printed
from inspection.kernel.command import Role
from inspection.kernel.database import current_engine
from inspection.kernel.settings import Settings
from mobile_contract.client.auth import DeviceAuth
from tests.api.conftest import Office
from tests.support.routes import routes
from tests.support.tablets import Bearer

GOLDEN = Path(__file__).parent.parent / "golden" / "permits.txt"
UPDATE = "print the table anew: python -m api.permits > tests/golden/permits.txt, and read the difference"
SAMPLES = {
    "uuid": "019cac0f-2680-7e3b-bb08-41f2e6a8506f",
    "str": "x1",
    "int": "1",
    "date": "2026-03-02",
    "path": "a/b",
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
def service() -> Litestar:
    """The application's routes, without a database."""
    return routes()


def routes_of(service: Litestar, *, desk: bool = True) -> list[tuple[str, str, Action]]:
    """(path, method, action) of every route, but the framework's own OPTIONS; with or without the pages of the desk."""
    return [
        (route.path, method, Action(handler.opt["action"]))
        for route, method, handler in operations(service)
        if (method != "options" or "action" in handler.opt) and (desk or not handler.opt.get("desk"))
    ]


def test_the_table_is_the_one_that_was_read() -> None:
    assert GOLDEN.read_text() == printed(), UPDATE


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    assert set(PERMITS) == set(Action)
    assert all(PERMITS.values())


def test_every_route_names_an_action(service: Litestar) -> None:
    named = routes_of(service)
    assert len(named) > 8
    assert len({(path, method) for path, method, _ in named}) == len(named)


def test_every_action_is_asked_by_a_route(service: Litestar) -> None:
    assert {action for _, _, action in routes_of(service)} == set(Action)


def test_people_devices_and_everybody_are_kept_apart() -> None:
    for action, roles in PERMITS.items():
        kinds = [bool(roles & STAFF), Role.DEVICE in roles, Role.PUBLIC in roles]
        assert sum(kinds) == 1, action
        assert Role.SYSTEM not in roles, action


def test_nobody_both_asks_and_decides() -> None:
    for asks, decides in [
        (Action.PLAN_DRAFT, Action.PLAN_APPROVE),
        (Action.TASK_PRESET, Action.TASK_REVIEW),
        (Action.VISIT_REVIEW, Action.PUBLICATION_APPROVE),
        (Action.DRAW_PLAN, Action.DRAW_FREEZE),
        (Action.DRAW_PLAN, Action.DRAW_SEAL),
        (Action.DRAW_ASK_VOID, Action.DRAW_VOID),
    ]:
        assert not PERMITS[asks] & PERMITS[decides], (asks, decides)


def address(path: str) -> str:
    return re.sub(r"\{[^}:]+(?::([a-z]+))?\}", lambda found: SAMPLES.get(found[1] or "str", "x1"), path)


def some_of(roles: Iterable[Role], place: int) -> list[Role]:
    """All of them; on the second engine one, each in its turn: what a role may do stands in the program, and an engine
    has no more to do with it than to say who asks.
    """
    told = sorted(roles)
    return told if current_engine().engine_type == "sqlite" else told[place % max(1, len(told)) :][:1]


async def test_every_closed_route_refuses_nobody_and_every_wrong_role(
    client: httpx.AsyncClient,
    app: Litestar,
    office: Office,
    token_for: Callable[[UUID], Awaitable[str]],
    stranger: Callable[[], Awaitable[DeviceAuth]],
) -> None:
    callers: dict[Role, httpx.Auth] = {
        role: Bearer(await token_for(account)) for role, account in office.accounts.items()
    }
    callers[Role.DEVICE] = await stranger()
    # The desk answers with pages: `tests/api/desk/test_matrix.py`.
    for place, (path, method, action) in enumerate(routes_of(app, desk=False)):
        if is_open(action):
            continue
        url = address(path)
        answer = await client.request(method, url)
        assert (answer.status_code, _code(answer, method)) == (401, "unauthenticated"), (method, url)
        for role in some_of((one for one in callers if not may(one, action)), place):
            answer = await client.request(method, url, auth=callers[role])
            assert (answer.status_code, _code(answer, method)) == (403, "forbidden"), (method, url, role)


def _code(answer: httpx.Response, method: str) -> str:
    if method == "head":
        return {401: "unauthenticated", 403: "forbidden"}[answer.status_code]
    return str(answer.json()["code"])
