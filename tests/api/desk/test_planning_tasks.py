"""Tasks at the desk: preset out of a plan line or outside the draw, reviewed, mended, ended; what is due is marked."""

from typing import Any

import pytest

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.api.line import TO_THE_TASK, TO_THE_VISIT, ComeTo, Walk
from tests.support.page import Page

SCHEME = "对照检查要点表逐项检查。"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers", "plan")


def preset(walk: Walk, **more: Any) -> dict[str, Any]:
    days = {"starts_on": "2026-03-02", "ends_on": "2026-05-30"}
    return {"plan_line": walk.ids["line_id"], "scheme": SCHEME, **days, **more}


async def made(seat: Seat, path: str, form: dict[str, Any]) -> str:
    """The address of the task that a form sets up."""
    return (await seat.done(path, form)).partition("?")[0]


def forms(page: Page) -> set[str]:
    return {str(one["action"]).rpartition("/")[2] for one in page.all("form")}


def links(page: Page) -> set[str]:
    return {str(one.get("href")) for one in page.all("a")}


async def kinds(path: str) -> list[EventKind]:
    return [event.kind for event in await read(f"task:{path.rpartition('/')[2]}")]


async def test_a_task_of_the_plan_is_preset_returned_mended_and_approved(walk: Walk, sit_down: SitDown) -> None:
    planner, head = await sit_down(Role.PLANNER), await sit_down(Role.SECTION_HEAD)
    assert f"/desk/tasks/new?line={walk.ids['line_id']}" in links(await planner.read("/desk/tasks/new"))
    await planner.read(f"/desk/tasks/new?line={walk.ids['line_id']}")
    told = {"ratio": "10%", "draw_mode": "targeted", "scope.areas": "东区、西区", "scope.marks[]": ["complaint"]}
    path = await made(planner, "/desk/tasks/new", preset(walk, **told, materials="台账\n\n 合同 "))
    page = await planner.read(path)
    assert all(word in page.text for word in ("10%", "东区", "台账", "合同", "待审核", SCHEME))
    assert "approve" not in forms(page)
    page = await head.read(path)
    assert {"approve", "return", "cancel"} <= forms(page)
    await head.done(f"{path}/return", {"remarks": "请写明分工"})
    assert "请写明分工" in (await planner.read(path)).text
    await planner.read(f"{path}/revise")
    days = {"starts_on": "2026-03-02", "ends_on": "2026-05-30", "name": "春季检查"}
    await planner.done(f"{path}/revise", {**days, "scheme": f"{SCHEME}分工明确。", "materials": "合同"})
    await head.done(f"{path}/approve")
    page = await planner.read(path)
    assert "台账" not in page.text
    assert f"/desk/draws/new?task={path.rpartition('/')[2]}" in links(page)
    assert await kinds(path) == [
        EventKind.TASK_PRESET,
        EventKind.TASK_RETURNED,
        EventKind.TASK_REVISED,
        EventKind.TASK_APPROVED,
    ]


async def test_a_refused_task_says_why_in_one_language_and_keeps_all_that_was_typed(
    walk: Walk, sit_down: SitDown
) -> None:
    seat = await sit_down(Role.PLANNER)
    typed = preset(walk, draw_mode="targeted", team_size="1", **{"scope.marks[]": ["complaint"], "materials": "甲\n乙"})
    answer = await seat.send("/desk/tasks/new", typed)
    assert answer.status_code in {400, 409, 422}
    page = well_made(answer)
    assert "少于 2 名" in page.text
    assert "fewer" not in page.text
    assert "甲\n乙" in page.text
    ticked = [one.get("value") for one in page.all("input") if one.get("name") == "scope.marks[]" and "checked" in one]
    assert ticked == ["complaint"]
    assert await walk.get(Role.PLANNER, "/office/tasks") == []


async def test_a_task_outside_the_draw_goes_to_its_team(walk: Walk, sit_down: SitDown) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    head, inspector = await sit_down(Role.SECTION_HEAD), await sit_down(Role.INSPECTOR)
    await planner.read("/desk/tasks/outside")
    found = await walk.get(Role.PLANNER, "/office/registry/objects?tag=成品油零售&status=active&limit=1")
    codes = [found[0]["code"]]
    days = {"starts_on": "2026-03-10", "ends_on": "2026-03-31"}
    form = {"item": "SW02", "kind": "clue", "objects": f"{codes[0]}\n", "scheme": SCHEME, **days}
    refused = await planner.send("/desk/tasks/outside", {**form, "reason": "举报"})
    assert refused.status_code in {400, 422}
    assert "举报" in well_made(refused).text
    grounds = {"reason": "群众举报", "basis": "第二条", "source": "举报〔2026〕7号"}
    path = await made(planner, "/desk/tasks/outside", {**form, **grounds})
    page = await approver.read(path)
    assert "群众举报" in page.text
    secret = await inspector.read(path)
    assert "群众举报" not in secret.text
    assert codes[0] not in secret.text
    await approver.done(f"{path}/approve")
    page = await head.read(path)
    people = [str(one["value"]) for one in page.all("input") if one.get("name") == "inspectors[]"]
    few = await head.send(f"{path}/team", {"inspectors[]": people[:1]})
    assert few.status_code in {400, 409, 422}
    assert "checked" in next(one for one in well_made(few).all("input") if one.get("value") == people[0])


async def test_a_task_is_cancelled_or_closed_with_a_reason_by_another_person(walk: Walk, sit_down: SitDown) -> None:
    planner, head = await sit_down(Role.PLANNER), await sit_down(Role.SECTION_HEAD)
    path = await made(planner, "/desk/tasks/new", preset(walk))
    silent = await head.send(f"{path}/cancel")
    assert silent.status_code in {400, 422}
    assert "此项必须填写" in silent.text
    await head.done(f"{path}/cancel", {"reason": "计划有变"})
    page = await planner.read(path)
    assert "计划有变" in page.text
    assert not {"cancel", "approve", "close"} & forms(await head.read(path))


async def test_the_list_filters_and_marks_what_is_due(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to(*TO_THE_TASK)
    seat = await sit_down(Role.LEADER)
    path = f"/desk/tasks/{walk.ids['task_id']}"
    assert path in links(await seat.read("/desk/tasks"))
    assert path in links(await seat.read("/desk/tasks?state=open&way=drawn"))
    for query in ("state=closed", "way=outside", "number=x", f"item={walk.ids['task_id']}"):
        assert path not in links(await seat.read(f"/desk/tasks?{query}"))
    number = (await walk.get(Role.PLANNER, f"/office/tasks/{walk.ids['task_id']}"))["number"]
    page = await seat.read(f"/desk/tasks?number={number}&item=nonsense")
    assert path in links(page)
    assert "2026年5月30日" in page.text


async def test_a_drawn_task_leads_to_its_draw_and_its_visits(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to(*TO_THE_VISIT)
    seat = await sit_down(Role.SECTION_HEAD)
    page = await seat.read(f"/desk/tasks/{walk.ids['task_id']}")
    assert {f"/desk/draws/{walk.ids['draw_id']}", f"/desk/visits/{walk.ids['visit_id']}"} <= links(page)
    leader = await (await sit_down(Role.INSPECTOR)).read(f"/desk/tasks/{walk.ids['task_id']}")
    assert not {f"/desk/draws/{walk.ids['draw_id']}", f"/desk/visits/{walk.ids['visit_id']}"} & links(leader)


async def test_another_authority_has_no_such_task(come_to: ComeTo, sit_down: SitDown, found_office: Any) -> None:
    walk = await come_to(*TO_THE_TASK)
    stranger: Office = await found_office("second")
    foreign = await sit_down(Role.PLANNER, stranger)
    path = f"/desk/tasks/{walk.ids['task_id']}"
    assert (await foreign.ask(path)).status_code == 404
    assert (await foreign.ask(f"{path}/revise")).status_code == 404
    assert (await foreign.ask(f"/desk/tasks/new?line={walk.ids['line_id']}")).status_code == 404
    assert path not in links(await foreign.read("/desk/tasks"))
    assert (await foreign.send(f"{path}/assistants", {"people[]": ["x"]})).status_code == 404
    answer = await foreign.send("/desk/tasks/new", preset(walk))
    assert answer.status_code == 404
