from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.command import Command
from inspection.kernel.database import Engine


@pytest.fixture
async def authority(db: Engine, cmd: Command) -> UUID:
    """An authority under the first rule-set."""
    row = await found_authority(
        cmd, code="commerce", name="某开发区商务局", short_name="商务", rule_set="weihai-jingkai-commerce"
    )
    return row.id
