"""What makes the tests quick would fail unseen: they would only take longer."""

import asyncio

from litestar import Litestar

from inspection.kernel.ask import ask
from inspection.kernel.database import speaks_postgres
from tests.support.kept import counts


async def test_what_a_server_writes_by_itself_keeps_no_test_from_a_world_that_was_made_before(app: Litestar) -> None:
    while speaks_postgres() and not await ask("SELECT id FROM depot"):  # noqa: ASYNC110  the server tells by itself
        await asyncio.sleep(0.01)
    assert not any(await counts())
