"""Annual plans at the desk: drafted in a grid, looked at, sent back, approved, filed, published; nothing typed is
lost."""

from typing import Any

import pytest

from inspection.authority.tables import Authority
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read
from tests.api.conftest import Office
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.api.line import ComeTo, Walk
from tests.support.page import Page

YEAR = "2026"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


def fields(page: Page) -> dict[str, Any]:
    """A form as a browser would send it untouched: texts and ticked boxes (areas are left as they are)."""
    sent: dict[str, Any] = {}
    for one in page.all("input"):
        name, value = str(one.get("name")), one.get("value") or ""
        if name == "form_token" or (one.get("type") == "checkbox" and "checked" not in one):
            continue
        sent.setdefault(name, []).append(value)
    return sent


async def grid(seat: Seat) -> dict[str, Any]:
    page = await seat.read(f"/desk/plans/draft?year={YEAR}")
    return {name: told for name, told in fields(page).items() if not name.endswith(("content", "note", "reason"))}


async def drafted(seat: Seat, **more: Any) -> str:
    """The address of a plan drafted as the grid proposes it."""
    found = await seat.done("/desk/plans/draft", {**await grid(seat), **more})
    return found.partition("?")[0]


async def kinds(stream: str) -> list[EventKind]:
    return [event.kind for event in await read(stream)]


async def test_a_plan_goes_its_whole_way_at_the_desk(walk: Walk, sit_down: SitDown) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    path = await drafted(planner, **{"lines.1.ratio": "10%", "lines.1.participants": "", "lines.1.note": "春季"})
    plan = path.rpartition("/")[2]
    page = await approver.read(path)
    assert "10%" in page.text
    assert {f"{path}/approve", f"{path}/return"} <= {str(one["action"]) for one in page.all("form")}
    assert f"{path}/approve" not in {str(one["action"]) for one in (await planner.read(path)).all("form")}
    await approver.done(f"{path}/approve")
    await planner.done(f"{path}/file")
    assert "市市场监督管理局" in (await planner.read(path)).text
    preview = await approver.read(f"{path}/preview")
    assert "对成品油零售经营企业的行政检查" in preview.text
    assert "春季" not in preview.text
    await approver.done(f"{path}/publish")
    assert f"/plans/{plan}" in {str(one["href"]) for one in (await planner.read(path)).all("a")}
    assert await kinds(f"plan:{plan}") == [
        EventKind.PLAN_DRAFTED,
        EventKind.PLAN_APPROVED,
        EventKind.PLAN_FILED,
        EventKind.PLAN_PUBLISHED,
    ]
    told = await walk.get(Role.PLANNER, f"/office/plans/{plan}")
    lines = {line["item_code"]: (line["ratio"], line["note"]) for line in told["lines"]}
    assert lines["SW02"] == ("1/10", "春季")
    assert lines["SW01"][1] == ""


async def test_a_grid_that_breaks_a_rule_says_where_and_keeps_what_was_typed(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    typed = await grid(seat) | {
        "lines.0.ratio": "viel",
        "lines.1.ratio": "1%",
        "lines.2.note": "夜间",
        "name": "我的计划",
    }
    answer = await seat.send("/desk/plans/draft", typed)
    assert answer.status_code in {400, 422}
    page = well_made(answer)
    values = {str(one.get("name")): one.get("value") for one in page.all("input")}
    assert (values["lines.0.ratio"], values["lines.1.ratio"], values["name"]) == ("viel", "1%", "我的计划")
    assert "夜间" in page.text
    wrong = [one.get("name") for one in page.all("input") if one.get("aria-invalid")]
    assert wrong == ["lines.0.ratio"]
    looked = await seat.send("/desk/plans/draft/check", typed | {"lines.0.ratio": "5%"})
    assert looked.status_code == 200
    assert "低于 5%" in looked.text
    assert "below" not in looked.text
    refused = await seat.send("/desk/plans/draft", typed | {"lines.0.ratio": "5%"})
    assert refused.status_code in {409, 422}
    assert "below" not in refused.text
    assert await walk.get(Role.PLANNER, "/office/plans") == []


async def test_an_item_left_out_is_told_where_the_rules_ask_for_all(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    typed = await grid(seat)
    del typed["lines.3.kept"]
    page = well_made(await seat.send("/desk/plans/draft/check", typed))
    assert "未涵盖" in page.text
    assert "#line-SW04" in {one["href"] for one in page.all("a")}


async def test_why_an_item_is_left_out_is_typed_beside_it_and_shown_to_who_approves(
    walk: Walk, sit_down: SitDown, office: Office
) -> None:
    await Authority.update({Authority.rule_set: "quanzhou-economy"}).where(Authority.id == office.authority)
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    typed = await grid(planner)
    kept = [name for name in typed if name.endswith(".kept")]
    for name in kept[:2]:
        del typed[name]
    typed |= {kept[0].replace("kept", "left_out_why"): "全部对象已\r\n注销。"}
    too_long = await planner.send("/desk/plans/draft", typed | {kept[1].replace("kept", "left_out_why"): "长" * 2001})
    assert too_long.status_code == 422
    assert "长" * 2001 in well_made(too_long).text
    assert "注销。" in too_long.text
    path = (await planner.done("/desk/plans/draft", typed)).partition("?")[0]
    shown = (await approver.read(path)).text
    assert shown.count("注销。") == 1
    assert shown.count("没有说明不列入的理由") == 1
    assert "全部对象已\n注销。" in (await planner.read(f"/desk/plans/draft?year={YEAR}")).text
    body = {"year": int(YEAR), "revise": True, "reason": "调整", "left_out": ["SW01"]}
    body |= {"left_out_why": [{"item": "SW01", "reason": "合并到上级任务"}]}
    made = await walk.post(Role.PLANNER, "/office/plans", body)
    assert "合并到上级任务" in (await approver.read(f"/desk/plans/{made['id']}")).text


async def test_a_plan_sent_back_is_gone_on_with_as_it_was_typed(walk: Walk, sit_down: SitDown) -> None:
    planner, approver = await sit_down(Role.PLANNER), await sit_down(Role.APPROVER)
    path = await drafted(planner, **{"lines.1.ratio": "1/8"})
    missing = await approver.send(f"{path}/return", {"remarks": " "})
    assert missing.status_code in {400, 422}
    await approver.done(f"{path}/return", {"remarks": "请写明时间"})
    assert "请写明时间" in (await planner.read(path)).text
    page = await planner.read(f"/desk/plans/draft?year={YEAR}")
    assert "12.5%" in {one.get("value") for one in page.all("input")}
    again = await drafted(planner)
    changes = await planner.read(f"{again}/changes")
    assert "两版内容相同" in changes.text


async def test_a_revision_asks_for_its_reason_and_shows_what_it_changes(come_to: ComeTo, sit_down: SitDown) -> None:
    walk = await come_to("fill_registers", "plan")
    seat = await sit_down(Role.PLANNER)
    typed = await grid(seat) | {"lines.1.frequency": "3"}
    refused = await seat.send("/desk/plans/draft", typed)
    assert refused.status_code in {400, 422}
    assert 'value="3"' in refused.text
    path = (await seat.done("/desk/plans/draft", typed | {"reason": "投诉增多"})).partition("?")[0]
    page = await seat.read(f"{path}/changes")
    assert "投诉增多" in page.text
    assert "SW02" in page.text
    told = await walk.get(Role.PLANNER, f"{path.replace('/desk', '/office')}/changes")
    assert list(told["changed"]) == ["SW02"]


async def test_the_lists_and_the_pages_of_a_plan_are_for_all_and_no_others(
    come_to: ComeTo, sit_down: SitDown, found_office: Any
) -> None:
    walk = await come_to("fill_registers", "plan")
    stranger: Office = await found_office("second")
    path = f"/desk/plans/{walk.ids['plan_id']}"
    pages = (path, f"{path}/check", f"{path}/changes", f"{path}/preview")
    inspector, foreign = await sit_down(Role.INSPECTOR), await sit_down(Role.PLANNER, stranger)
    assert "2026" in (await inspector.read("/desk/plans")).text
    for page in pages:
        await inspector.read(page)
        assert (await foreign.ask(page)).status_code == 404
    assert path not in {one.get("href") for one in (await foreign.read("/desk/plans")).all("a")}
    assert (await foreign.send(f"{path}/file")).status_code == 404


async def test_higher_plans_are_brought_in_and_shown_without_their_objects(walk: Walk, sit_down: SitDown) -> None:
    seat = await sit_down(Role.PLANNER)
    missing = await seat.send("/desk/plans/higher")
    assert missing.status_code in {400, 422}
    content = "上级机关,计划编号,抽查事项,开始日期,结束日期\n市商务局,市计划1号,成品油,2026-03-01,2026-05-01\n"
    answer = await seat.send("/desk/plans/higher", files={"file": ("above.csv", content.encode(), "text/csv")})
    assert answer.status_code in {200, 303}, answer.text
    assert "市商务局" in (await seat.read("/desk/plans/higher?year=2026")).text
