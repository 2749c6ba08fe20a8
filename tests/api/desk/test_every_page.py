"""Every page that can be reached from the desk, by every role; and every one of them by people of another authority.

On the second engine a kind of page is walked by the first role that reaches it: what a role sees is not the engine's.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from api.permits import STAFF
from inspection.kernel.command import Role
from inspection.kernel.database import current_engine
from inspection.kernel.settings import Settings
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown
from tests.api.desk.crawl import NAMED, crawl, kind_of
from tests.api.line import TO_THE_VISIT, ComeTo

KINDS = 25
"""So many kinds of pages about one thing are there at least."""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False, two_factor_roles=())


async def test_every_link_leads_to_a_page_that_is_well_made_and_nobody_elses(
    come_to: ComeTo, sit_down: SitDown, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    await come_to(*TO_THE_VISIT)
    reached: list[tuple[Role, str]] = []
    known: set[str] = set()
    for role in sorted(STAFF):
        walked = await crawl(await sit_down(role), known=known)
        if current_engine().engine_type == "postgres":
            known |= {kind_of(at) for at in walked.seen}
        assert walked.broken == {}, role
        assert walked.faults == {}, role
        named = {kind_of(at): at for at in walked.seen if at.startswith("/desk/") and NAMED.search(at.split("?")[0])}
        reached += [(role, at) for at in named.values()]
    assert len({kind_of(at) for _, at in reached}) > KINDS
    elsewhere = await found_office("second")
    seats = {role: await sit_down(role, elsewhere) for role in STAFF}
    for role, at in reached:
        answer = await seats[role].ask(at)
        assert answer.status_code == 404, (role, at, answer.status_code)
