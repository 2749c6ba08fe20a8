"""The monitoring of a unit's draws as the office asks for it: numbers, for those who may read draws."""

import httpx

from api.permits import PERMITS, STAFF, Action
from inspection.kernel.command import Role
from tests.api.line import TO_THE_VISIT, ComeTo, SignedIn, Walk

PATH = "/office/draws/monitoring"


async def test_t19_the_office_reads_the_figures_of_its_draws(come_to: ComeTo) -> None:
    walk = await come_to(*TO_THE_VISIT)
    told = await walk.get(Role.SUPERVISOR, PATH)
    (quarter,) = told["quarters"]
    assert (quarter["quarter"], quarter["draws"], quarter["waiting"], told["alerts"]) == ("2026Q1", 1, 0, [])
    assert quarter["voided"] == {"count": 0, "of": 1, "conspicuous": False}
    assert quarter["replaced"]["of"] > 0


async def test_t19_whoever_may_not_read_draws_is_not_told(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    walk = Walk(client, signed_in)
    answers = {role: (await walk.ask(role, "GET", PATH)).status_code for role in STAFF}
    assert {role for role, status in answers.items() if status == 200} == PERMITS[Action.DRAW_READ]
    assert set(answers.values()) == {200, 403}
    assert (await client.get(PATH)).status_code == 401
