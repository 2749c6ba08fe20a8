"""监管方案 at the desk: which items have one, its versions, the next one released; nothing typed is lost."""

from collections.abc import Awaitable, Callable

import pytest

from inspection.kernel.command import Role
from inspection.planning.release_procedure import BODY_MOST
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.api.line import ComeTo
from tests.support.page import Page

FIRST = "一、查验台账。\r\n二、现场核查。"
SECOND = "一、查验台账。\r\n二、抽样送检。"


@pytest.fixture
async def walk(come_to: ComeTo) -> None:
    await come_to("fill_registers")


def links(page: Page, end: str) -> list[str]:
    return [str(one["href"]) for one in page.all("a") if str(one["href"]).endswith(end)]


async def released(seat: Seat, place: str, body: str) -> str:
    """The address of the version that a text is kept as."""
    return (await seat.done(place, {"body": body})).partition("?")[0]


@pytest.mark.usefixtures("walk")
async def test_a_procedure_is_released_in_versions_that_stay_to_be_read(sit_down: SitDown) -> None:
    legal, reader = await sit_down(Role.LEGAL), await sit_down(Role.INSPECTOR)
    place = links(await legal.read("/desk/procedures"), "/procedure")[0]
    first = await released(legal, place, FIRST)
    second = await released(legal, place, SECOND)
    old, new = await reader.read(first), await reader.read(second)
    assert "二、现场核查。" in old.text
    assert links(old, second)
    assert "二、抽样送检。" in new.text
    assert links(new, first)
    assert links(await reader.read("/desk/procedures"), second)
    assert links(await reader.read(place.removesuffix("/procedure")), second)


@pytest.mark.usefixtures("walk")
async def test_the_text_as_the_form_shows_it_makes_no_new_version(sit_down: SitDown) -> None:
    legal = await sit_down(Role.LEGAL)
    place = links(await legal.read("/desk/procedures"), "/procedure")[0]
    first = await released(legal, place, FIRST)
    shown = (await legal.ask(place)).text
    assert "一、查验台账。\n二、现场核查。" in shown
    assert await released(legal, place, FIRST.replace("\r\n", "\n")) == first


@pytest.mark.usefixtures("walk")
@pytest.mark.parametrize("body", ["", " \r\n ", "字" * (BODY_MOST + 1)])
async def test_a_text_that_cannot_be_a_procedure_is_refused_and_kept_in_the_form(sit_down: SitDown, body: str) -> None:
    approver = await sit_down(Role.APPROVER)
    place = links(await approver.read("/desk/procedures"), "/procedure")[0]
    answer = await approver.send(place, {"body": body})
    assert answer.status_code == 422
    page = well_made(answer)
    assert 'aria-invalid="true"' in answer.text
    assert body.strip() in page.text
    assert "尚无监管方案" in (await approver.read(place.removesuffix("/procedure"))).text


@pytest.mark.usefixtures("walk")
async def test_only_those_who_release_see_the_way_to_it_and_another_office_has_none_of_it(
    sit_down: SitDown, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    legal, planner = await sit_down(Role.LEGAL), await sit_down(Role.PLANNER)
    place = links(await legal.read("/desk/procedures"), "/procedure")[0]
    kept = await released(legal, place, FIRST)
    for path in ("/desk/procedures", kept, place.removesuffix("/procedure")):
        assert links(await planner.read(path), "/procedure") == []
    foreign = await sit_down(Role.LEGAL, await found_office("second"))
    for path in (kept, place):
        assert (await foreign.ask(path)).status_code == 404
    assert (await foreign.send(place, {"body": SECOND})).status_code == 404
    assert kept not in links(await foreign.read("/desk/procedures"), kept)
    assert (await legal.ask("/desk/procedures?q=没有这样的事项")).text.count('/procedure"') == 0
