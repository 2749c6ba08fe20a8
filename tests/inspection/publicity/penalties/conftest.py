import pytest

from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from tests.conftest import MakeCommand
from tests.inspection.publicity.penalties.penal import Penal
from tests.inspection.publicity.world import build_world


@pytest.fixture
async def penal(db: Engine, cmd: Command, make_cmd: MakeCommand) -> Penal:
    return Penal(await build_world(cmd), make_cmd)
