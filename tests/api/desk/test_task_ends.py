"""What comes of a task, by the forms of its page: its team, those who help, its list filed, its end without a draw."""

from itertools import pairwise
from typing import Any

import pytest

from inspection.kernel.command import Role
from inspection.registry.inspectors.tables import Inspector
from tests.api.desk.conftest import Seat, SitDown
from tests.api.line import TO_THE_TASK, ComeTo, Walk

DAYS = {"starts_on": "2026-03-10", "ends_on": "2026-03-31"}
GROUNDS = {"reason": "群众举报", "basis": "第二条", "source": "举报〔2026〕7号", "scheme": "逐项检查。"}


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers", "plan")


def number_of(path: str) -> str:
    return path.partition("?")[0].rpartition("/")[2]


async def told(walk: Walk, task: str) -> Any:
    return await walk.get(Role.PLANNER, f"/office/tasks/{task}")


async def outside(walk: Walk, sit_down: SitDown) -> str:
    """A clue about one filling station is approved; the task's id."""
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    found = await walk.get(Role.PLANNER, "/office/registry/objects?tag=成品油零售&status=active&limit=1")
    form = {"item": "SW02", "kind": "clue", "objects": found[0]["code"], **GROUNDS, **DAYS}
    made = await planner.fill("/desk/tasks/outside", "/outside", **form)
    assert made.status_code == 303, made.text
    task = number_of(made.headers["location"])
    await approver.takes(f"/desk/tasks/{task}", "/approve")
    return task


async def candidates(head: Seat, page: str) -> list[str]:
    return [str(one["value"]) for one in (await head.read(page)).all("input") if one.get("name") == "inspectors[]"]


async def test_the_team_of_a_task_outside_the_draw_is_designated_and_its_visit_made(
    walk: Walk, sit_down: SitDown
) -> None:
    task, head = await outside(walk, sit_down), await sit_down(Role.SECTION_HEAD)
    page = f"/desk/tasks/{task}"
    people = await candidates(head, page)
    # Who may go there is the registers' matter: the first pair that is not refused.
    for team in ([one, other] for one, other in pairwise(people)):
        answer = await head.fill(page, "/team", **{"inspectors[]": team})
        if answer.status_code == 303:
            break
        assert 'role="alert"' in answer.text
    shown = await head.read(answer.headers["location"])
    assert (await told(walk, task))["state"] == "assigned"
    (visit,) = await walk.get(Role.SECTION_HEAD, "/office/visits")
    assert sorted(visit["team"]) == sorted(team)
    assert f"/desk/visits/{visit['id']}" in {one.get("href") for one in shown.all("a")}
    assert not [one for one in shown.all("form") if str(one["action"]).endswith("/team")]


async def test_experts_are_attached_to_a_task_and_let_go(walk: Walk, sit_down: SitDown) -> None:
    task, planner = await outside(walk, sit_down), await sit_down(Role.PLANNER)
    expert = (await Inspector.select("id", "name", "staff_no").order_by(Inspector.id))[0]
    await Inspector.update({"role": "expert"}).where(Inspector.id == expert["id"])
    page = f"/desk/tasks/{task}"
    shown = await planner.takes(page, "/assistants", **{"people[]": [expert["staff_no"]]})
    assert str(expert["name"]) in shown.text
    (helper,) = await walk.get(Role.PLANNER, f"/office/tasks/{task}/assistants")
    assert helper["staff_no"] == expert["staff_no"]
    await planner.takes(page, "/assistants/removal")
    assert await walk.get(Role.PLANNER, f"/office/tasks/{task}/assistants") == []


async def test_the_drawn_list_is_filed_with_the_legal_office(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to(*TO_THE_TASK, "draw")
    legal, page = await sit_down(Role.LEGAL), f"/desk/tasks/{walk.ids['task_id']}"
    shown = await legal.read(page)
    form = next(str(one["action"]) for one in shown.all("form") if str(one["action"]).endswith("/file"))
    answer = await legal.fill(page, "/file", reference="法备〔2026〕1号", office="法制科")
    assert (answer.status_code, form) == (303, f"{page}/file")
    shown = await legal.read(answer.headers["location"])
    assert "法备〔2026〕1号" in shown.text
    filed = await told(walk, walk.ids["task_id"])
    assert (filed["filed_with"], filed["filed_reference"]) == ("法制科", "法备〔2026〕1号")


async def test_a_task_that_a_draw_would_find_nobody_for_is_closed_with_its_shortfall(
    walk: Walk, sit_down: SitDown
) -> None:
    planner, head = await sit_down(Role.PLANNER), await sit_down(Role.SECTION_HEAD)
    page = f"/desk/tasks/new?line={walk.ids['line_id']}"
    form = {"scheme": "逐项检查。", "draw_mode": "targeted", "scope.areas": "没有企业的区", **DAYS}
    made = await planner.fill(page, "/tasks/new", **form)
    assert made.status_code == 303, made.text
    task = number_of(made.headers["location"])
    await head.takes(f"/desk/tasks/{task}", "/approve")
    shown = await head.takes(f"/desk/tasks/{task}", "/close", reason="辖区内已无此类企业")
    assert "辖区内已无此类企业" in shown.text
    closed = await told(walk, task)
    assert (closed["state"], closed["end_reason"]) == ("closed", "辖区内已无此类企业")
