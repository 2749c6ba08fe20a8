"""Whom a higher authority draws is in the frame and not drawn (兴隆台 五(五)、六(三); draw.md §4.2, code UP)."""

from uuid import UUID

import pytest

from inspection.draw import store_tickets
from inspection.draw.execute import execute
from inspection.draw.frozen import store_chunks
from inspection.draw.lot.chunks import lines_of
from inspection.draw.lot.frame import Exclusion
from inspection.kernel.errors import Conflict
from inspection.planning.import_higher_plans import import_higher_plans
from inspection.planning.tables import Task
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import Office, frozen, open_office, seeded

pytestmark = pytest.mark.usefixtures("db")
HEADER = "上级机关,计划编号,抽查事项,年度,统一社会信用代码"
ITEM = "对成品油零售经营企业的行政检查"
LEAVES_OUT = "xinglongtai-market.2019"


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def drawn_above(office: Office, count: int) -> list[str]:
    """A higher authority draws the first objects of the register; none: the whole item."""
    codes = [f"91371000{number:010d}" for number in range(count)]  # as `open_office` numbers them
    rows = [f"省厅,省抽1号,{ITEM},2026,{code}" for code in codes] or [f"省厅,省抽1号,{ITEM},2026,"]
    report = await import_higher_plans(office.operator, "\n".join([HEADER, *rows]).encode(), authority=office.authority)
    assert report.counts.rejected == 0
    return codes


async def under(office: Office, rule_set: str) -> None:
    await Task.update({Task.rule_set: rule_set}).where(Task.id == office.task)


async def lines(draw: UUID) -> list[list[bytes]]:
    """The frozen frame, line by line: code, cell, exclusion, digest, attributes."""
    return [line.split(b"\t") async for chunk in store_chunks.chunks(draw) for line in lines_of(chunk.data)]


async def test_whom_a_higher_authority_draws_stays_in_the_frame_and_is_not_drawn(office) -> None:
    codes = await drawn_above(office, 8)
    await under(office, LEAVES_OUT)
    made = await seeded(office)
    left = [line for line in await lines(made.draw) if line[2] == Exclusion.UP.value.encode()]
    assert [line[0].decode() for line in left] == codes
    assert {line[1] for line in left} == {b"0"}
    assert all("省抽1号" in line[4].decode() for line in left)
    await execute(office.operator, draw_id=made.draw)
    drawn = {ticket.object for ticket in await store_tickets.drawn_tickets(made.draw)}
    assert drawn
    assert not drawn & set(office.objects[:8])


async def test_a_rule_set_that_is_silent_draws_them_all_the_same(office) -> None:
    await drawn_above(office, 8)
    assert b"UP" not in {line[2] for line in await lines((await frozen(office)).draw)}


async def test_nothing_is_drawn_of_an_item_that_a_higher_authority_draws_as_a_whole(office) -> None:
    await drawn_above(office, 0)
    await under(office, LEAVES_OUT)
    with pytest.raises(Conflict) as refusal:
        await frozen(office)
    assert refusal.value.code is ProblemCode.DRAW_FRAME_EMPTY
    assert refusal.value.facts["excluded"] == {"CLOSED": 6, "UP": 54}
