"""The application on a database, for traces."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inspection.kernel.database import current_engine
from inspection.kernel.journal import uninstall_projections
from inspection.kernel.settings import Settings
from tests.simulator.served import ServedServer
from tests.support import postgres
from tests.support.routes import routes


@pytest.fixture
async def served(database_url: str, tmp_path: Path) -> AsyncIterator[ServedServer]:
    uninstall_projections()
    server = ServedServer(Settings(database_url=database_url, data_dir=tmp_path / "data"), routes())
    await server.start()
    yield server
    if current_engine().engine_type == "postgres":
        await postgres.empty(current_engine())
    await server.stop()
    uninstall_projections()
