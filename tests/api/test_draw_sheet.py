"""The ceremony sheet at the office: for those who may read the draw, from the freeze on, kept by no cache."""

from uuid import UUID

import httpx
import pytest

from api.public.sheet_paper import ceremony_view
from api.public.shown_sheet import shown_sheet
from inspection.documents.views import CeremonyView
from inspection.draw.supervision.witnessed import witnessed
from inspection.draw.told.disclose import public_view
from inspection.kernel.command import Role
from tests.api.line import DICE, TO_THE_TASK, ComeTo, Walk


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    """A reviewed task with a draw that is planned."""
    walk = await come_to(*TO_THE_TASK)
    dice = {"kind": "DICE", "name": "现场", "witnesses": ["王公证", "李监督"]}
    opened = await walk.post(Role.PLANNER, "/office/draws", {"task": walk.ids["task_id"], "contributors": [dice]})
    walk.ids["draw_id"] = opened["draw"]
    return walk


async def sheet(walk: Walk, role: Role, status: int = 200, lang: str = "zh") -> httpx.Response:
    answer = await walk.ask(role, "GET", f"/office/draws/{walk.ids['draw_id']}/sheet?lang={lang}")
    assert answer.status_code == status, answer.text
    return answer


async def test_there_is_no_sheet_before_the_freeze(walk: Walk) -> None:
    answer = await sheet(walk, Role.PLANNER, 409)
    assert answer.json()["state"] == "draft"


async def test_who_may_read_the_draw_prints_its_sheet_and_nobody_else(walk: Walk, client: httpx.AsyncClient) -> None:
    path = f"/office/draws/{walk.ids['draw_id']}"
    frozen = await walk.post(Role.APPROVER, f"{path}/freeze")
    for role in (Role.PLANNER, Role.SECTION_HEAD, Role.APPROVER, Role.SUPERVISOR, Role.LEGAL):
        answer = await sheet(walk, role)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "王公证" in answer.text
    for role in (Role.ADMIN, Role.INSPECTOR, Role.LEADER):
        await sheet(walk, role, 403)
    assert (await client.get(f"{path}/sheet")).status_code == 401
    assert (await client.get(f"/draws/{walk.ids['draw_id']}/sheet")).status_code == 404
    told = (await sheet(walk, Role.SUPERVISOR)).text.replace("</span><span>", "").replace("</span><br><span>", "")
    assert frozen["fingerprint"] in told


async def test_it_is_printed_too_with_room_for_the_dice(walk: Walk, client: httpx.AsyncClient) -> None:
    path = f"/office/draws/{walk.ids['draw_id']}"
    assert (await walk.ask(Role.PLANNER, "GET", f"{path}/sheet.pdf")).status_code == 409
    frozen = await walk.post(Role.APPROVER, f"{path}/freeze")
    assert (await client.get(f"/draws/{walk.ids['draw_id']}/sheet.pdf")).status_code == 404
    assert (await walk.ask(Role.LEADER, "GET", f"{path}/sheet.pdf")).status_code == 403
    printed = await walk.ask(Role.PLANNER, "GET", f"{path}/sheet.pdf?lang=en")
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.headers["cache-control"] == "no-store"
    again = await walk.ask(Role.SUPERVISOR, "GET", f"{path}/sheet.pdf?lang=en")
    assert printed.content == again.content
    view = await printed_view(walk)
    assert (view.fingerprint, view.boxes, view.seed) == (frozen["fingerprint"], ("",) * 20, "")
    assert [one.drawn for one in view.cells] == [None] * len(view.cells)
    assert "见证人：王公证" in [one.name for one in view.present]


async def printed_view(walk: Walk) -> CeremonyView:
    draw = UUID(walk.ids["draw_id"])
    told = shown_sheet(await public_view(draw), await witnessed(draw), "zh_CN")
    return ceremony_view(told, "某局", "https://a.example/draws/1", "zh_CN")


async def test_digits_and_roots_stand_on_it_after_the_draw(walk: Walk, client: httpx.AsyncClient) -> None:
    path = f"/office/draws/{walk.ids['draw_id']}"
    await walk.post(Role.APPROVER, f"{path}/freeze")
    before = (await sheet(walk, Role.PLANNER, lang="en")).text
    assert before.count("<i></i>") + before.count("<i> </i>") == 40
    thrown = {"name": "现场", "dice": DICE}
    await walk.post(Role.PLANNER, f"{path}/contributions", thrown)
    await walk.post(Role.SUPERVISOR, f"{path}/contributions", thrown)
    drawn = await walk.post(Role.PLANNER, f"{path}/execute")
    after = (await sheet(walk, Role.PLANNER, lang="en")).text
    assert "".join(f"<i>{digit}</i>" for digit in DICE) in after
    assert drawn["seed"] in after
    assert drawn["result_root"] in after
    assert drawn["tickets"][0]["ticket"][:12] in after
    assert "Ceremony sheet" in after
    view = await printed_view(walk)
    assert ("".join(view.boxes), view.seed, view.root) == (DICE, drawn["seed"], drawn["result_root"])
    assert view.held is not None
