"""The desk's home: what waits for a role, with what leads to it, and nothing of another authority's."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from uuid import UUID

from inspection.authority.store_factors import TimeCodeRow, put_time_code
from inspection.kernel.command import Role
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.clocks import Matter
from inspection.oversight.reminders.rules import Stage
from inspection.oversight.reminders.store import ReminderRow, add
from tests.api.conftest import Office
from tests.api.desk.conftest import SitDown
from tests.api.line import SCHEME, ComeTo
from tests.conftest import NOW
from tests.support.page import Page

FRESH = "目前没有等待您处理的事项"


def led_to(page: Page, path: str) -> bool:
    return path in {one.get("href") for one in page.all("a")}


async def test_what_was_handed_in_waits_for_whoever_decides_and_for_nobody_else(
    come_to: ComeTo, sit_down: SitDown, found_office: Callable[[str], Awaitable[Office]]
) -> None:
    walk = await come_to("fill_registers")
    head, approver, planner = [await sit_down(role) for role in (Role.SECTION_HEAD, Role.APPROVER, Role.PLANNER)]
    stranger = await sit_down(Role.APPROVER, await found_office("second"))
    plan = await walk.post(Role.PLANNER, "/office/plans", {"year": NOW.year})
    path = f"/desk/plans/{plan['id']}"
    assert [led_to(await seat.read("/desk"), path) for seat in (approver, planner, stranger)] == [True, False, False]
    await walk.post(Role.APPROVER, f"/office/plans/{plan['id']}/approval")
    await walk.post(Role.PLANNER, f"/office/plans/{plan['id']}/filing")
    told = {"scheme": SCHEME, "starts_on": "2026-03-02", "ends_on": "2026-05-30", "ratio": "1/10"}
    task = await walk.post(Role.PLANNER, "/office/tasks", {"plan_line": plan["lines"][0]["id"], **told})
    path = f"/desk/tasks/{task['id']}"
    assert [led_to(await seat.read("/desk"), path) for seat in (head, planner, stranger)] == [True, False, False]
    await walk.post(Role.APPROVER, f"/office/tasks/{task['id']}/review", {"approve": False, "remarks": "比例偏低"})
    assert [led_to(await seat.read("/desk"), path) for seat in (head, planner, stranger)] == [False, True, False]


async def test_a_draw_waits_for_the_roles_whose_step_it_is(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to("fill_registers", "plan", "preset")
    dice = {"kind": "DICE", "name": "dice", "witnesses": ["notary"]}
    told = {"task": walk.ids["task_id"], "contributors": [dice], "delta": 1}
    draw = (await walk.post(Role.PLANNER, "/office/draws", told))["draw"]
    roles = (Role.PLANNER, Role.SUPERVISOR, Role.LEGAL)

    async def waits_for() -> list[Role]:
        return [role for role in roles if led_to(await (await sit_down(role)).read("/desk"), f"/desk/draws/{draw}")]

    assert await waits_for() == [Role.PLANNER]
    await walk.post(Role.APPROVER, f"/office/draws/{draw}/freeze")
    assert await waits_for() == [Role.PLANNER, Role.SUPERVISOR, Role.LEGAL]


async def test_every_role_is_told_when_nothing_waits(sit_down: SitDown) -> None:
    for role in (Role.ADMIN, Role.INSPECTOR, Role.LEADER, Role.SUPERVISOR, Role.LEGAL):
        assert FRESH in (await (await sit_down(role)).read("/desk")).text, role


async def test_who_could_lose_his_only_factor_is_told_to_make_recovery_codes(sit_down: SitDown, office: Office) -> None:
    seat = await sit_down(Role.PLANNER)
    assert "/desk/account/factors" not in {one["href"] for one in (await seat.read("/desk")).all("a")}
    row = TimeCodeRow(UUID(int=1), office.accounts[Role.PLANNER], "", NOW, confirmed_at=NOW)
    async with unit_of_work():
        await put_time_code(row)
    assert led_to(await seat.read("/desk"), "/desk/account/factors")


async def test_what_is_late_stands_first_with_what_to_do_for_whom_it_concerns(
    sit_down: SitDown, office: Office
) -> None:
    days = {"晚了的任务": date(2026, 2, 27), "今天的任务": date(2026, 3, 2), "以后的任务": date(2026, 3, 20)}
    await remind(office, days)
    planner = (await (await sit_down(Role.PLANNER)).read("/desk")).text
    assert [planner.index(name) for name in days] == sorted(planner.index(name) for name in days)
    for said in ("逾期 1 项", "逾期 3 天", "今天到期", "还有 18 天", "全部 3 项"):
        assert said in planner, said
    assert "晚了的任务" in (await (await sit_down(Role.SUPERVISOR)).read("/desk")).text
    assert "晚了的任务" not in (await (await sit_down(Role.APPROVER)).read("/desk")).text


async def remind(office: Office, days: Mapping[str, date]) -> None:
    rows = [
        ReminderRow(
            id=UUID(int=number),
            authority=office.authority,
            matter=Matter.PLAN,
            subject=str(number),
            name=name,
            to_do="overdue",
            whose=Role.PLANNER,
            person=None,
            due_on=due_on,
            provisional=False,
            stage=Stage.TWO,
            noted_on=NOW.date(),
        )
        for number, (name, due_on) in enumerate(days.items(), start=1)
    ]
    async with unit_of_work():
        await add(rows)


async def test_of_very_much_that_is_due_it_is_only_said_that_there_is_more(sit_down: SitDown, office: Office) -> None:
    await remind(office, {f"任务{number}": date(2026, 2, 27) for number in range(120)})
    seat = await sit_down(Role.PLANNER)
    home = (await seat.read("/desk")).text
    assert "逾期 99+ 项" in home
    assert "全部 99+ 项" in home
    page = await seat.read("/desk/clocks/reminders")
    assert "共 120 条提醒，120 条未读" in page.text
    acts, pages = acts_on(page), 1
    while following := [str(one["href"]) for one in page.all("a") if one.get("rel") == "next"]:
        page = await seat.read(following[0])
        acts, pages = acts + acts_on(page), pages + 1
    assert (len(set(acts)), len(acts), pages) == (120, 120, 3)


def acts_on(page: Page) -> list[str]:
    return [str(one["action"]) for one in page.all("form") if str(one["action"]).endswith("/seen")]
