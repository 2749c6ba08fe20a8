"""What one authority runs into is not its neighbours' trouble."""

import asyncio
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from inspection.kernel.apart import over_authorities

ALL = [UUID(int=number) for number in (1, 2, 3)]


async def looked(error: BaseException) -> tuple[int, list[str]]:
    """What is counted, and whose trouble the log was told, when the second of three runs into this."""

    async def work(authority: UUID) -> int:
        if authority == ALL[1]:
            raise error
        return 10

    with capture_logs() as lines:
        counted = await over_authorities(ALL, work, "nobody looks")
    return counted, [f"{one['event']} {one['stream']} {one['error']}" for one in lines]


async def test_the_others_are_counted_and_the_log_names_the_kind_of_trouble_only() -> None:
    assert await looked(LookupError("张三")) == (20, [f"nobody looks authority:{ALL[1]} LookupError"])


@pytest.mark.parametrize("error", [ConnectionResetError(), TimeoutError(), asyncio.CancelledError()])
async def test_when_the_database_is_away_or_somebody_ends_it_the_round_is_over(error: BaseException) -> None:
    with pytest.raises(type(error)):
        await looked(error)
