"""The figures as the office and the public ask for them."""

import httpx

from api.permits import PERMITS, STAFF, Action
from inspection.kernel.command import Role
from tests.api.line import TO_THE_VISIT, ComeTo, SignedIn, Walk

PATH = "/office/statistics"


async def test_the_office_reads_figures_table_and_plots_of_its_own(come_to: ComeTo) -> None:
    walk = await come_to(*TO_THE_VISIT)
    told = await walk.get(Role.SUPERVISOR, PATH)
    assert (told["first"], told["draws"]["draws"]) == ("2026-01-01", 1)
    assert told["plan"]["drawn"] == told["completion"]["drawn"] > 0
    assert told["visits"]["executed"] == 0  # drawn and sealed: nobody has been anywhere
    assert told["coverage"]["objects"]["count"] == 0
    table = await walk.ask(Role.LEGAL, "GET", f"{PATH}.csv?lang=en")
    assert table.headers["content-type"].startswith("text/csv")
    assert "Objects drawn" in table.text
    spec = await walk.get(Role.PLANNER, f"{PATH}/plots/chance.json")
    assert sum(row["drawn"] for row in spec["data"]["values"]) == told["plan"]["drawn"]
    picture = await walk.ask(Role.SUPERVISOR, "GET", f"{PATH}/plots/chance.svg")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert picture.text.startswith("<svg")
    unknown = await walk.ask(Role.SUPERVISOR, "GET", f"{PATH}/plots/none.json")
    assert unknown.status_code == 404
    reversed_ = await walk.ask(Role.SUPERVISOR, "GET", f"{PATH}?from=2026-02-01&to=2026-01-01")
    assert reversed_.status_code == 422
    public = (await walk.client.get("/public/statistics")).json()
    assert [(one["drawn"], one["published"]) for one in public] == [(0, 0)]  # under seal
    assert (await walk.client.get("/public/statistics?authority=nobody")).json() == []
    assert (await walk.client.get("/public/statistics.csv")).status_code == 200


async def test_whoever_may_not_read_figures_is_not_told(client: httpx.AsyncClient, signed_in: SignedIn) -> None:
    walk = Walk(client, signed_in)
    answers = {role: (await walk.ask(role, "GET", PATH)).status_code for role in STAFF}
    assert {role for role, status in answers.items() if status == 200} == PERMITS[Action.STATISTICS_READ]
    assert set(answers.values()) == {200, 403}
    assert (await client.get(PATH)).status_code == 401
