"""The office's tasks over HTTP: outside the draw, ended, filed, due; ledger, warnings, procedures; bad fields."""

from typing import Any

import httpx
import pytest

from inspection.kernel.command import Role
from tests.api.line import SCHEME, ComeTo, Walk

WINDOW = {"starts_on": "2026-03-02", "ends_on": "2026-03-20"}


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


@pytest.fixture
async def station(walk: Walk) -> str:
    """The code of a filling station that is in business."""
    found = await walk.get(Role.PLANNER, "/office/registry/objects?tag=成品油零售&status=active&limit=1")
    return str(found[0]["code"])


def clue(station: str, **changes: Any) -> dict[str, Any]:
    facts = {
        "item": "SW02",
        "kind": "clue",
        "reason": "群众投诉举报",
        "basis": "《投诉举报处理办法》第三条",
        "source": "12345-2026-0302",
        "objects": [station],
        "scheme": SCHEME,
        **WINDOW,
    }
    return {**facts, **changes}


async def refused(
    walk: Walk, body: dict[str, Any], *, path: str = "/office/tasks/outside", lang: str = "zh-CN"
) -> httpx.Response:
    answer = await walk.ask(Role.PLANNER, "POST", path, json=body, headers={"Accept-Language": lang})
    assert answer.status_code in {400, 404, 409, 422}, answer.text
    assert await walk.get(Role.PLANNER, "/office/tasks") == []
    return answer


async def approved(walk: Walk, body: dict[str, Any]) -> str:
    task = await walk.post(Role.PLANNER, "/office/tasks/outside", body)
    await walk.post(Role.APPROVER, f"/office/tasks/{task['id']}/review", {"approve": True})
    return str(task["id"])


async def inspectors(walk: Walk, count: int) -> list[str]:
    """Inspectors who may be sent for the item."""
    rows = await walk.get(Role.PLANNER, "/office/registry/inspectors?limit=200")
    return [row["id"] for row in rows][:count]


async def test_a_clue_goes_the_way_to_a_sealed_visit(walk: Walk, station: str) -> None:
    task = await approved(walk, clue(station))
    people = await inspectors(walk, 12)
    made = None
    for first in range(len(people) - 1):
        team = {"inspectors": people[first : first + 2]}
        answer = await walk.ask(Role.SECTION_HEAD, "POST", f"/office/tasks/{task}/team", json=team)
        if answer.status_code == 200:
            made = answer.json()
            break
    assert made == {"created": 1, "merged": 0, "held": []}
    shown = await walk.get(Role.PLANNER, f"/office/tasks/{task}")
    assert (shown["state"], shown["draw_mode"], len(shown["objects"])) == ("assigned", None, 1)
    (visit,) = await walk.get(Role.SECTION_HEAD, "/office/visits")
    assert (visit["object"], len(visit["team"])) == (None, 2)


async def test_whom_such_a_task_names_is_not_for_every_desk(walk: Walk, station: str) -> None:
    """金凤 第十八条: lists are confidential before the inspection."""
    task = await approved(walk, clue(station, name="某商店投诉核查"))
    for role in (Role.INSPECTOR, Role.LEADER, Role.ADMIN):
        for answer in (
            await walk.ask(role, "GET", f"/office/tasks/{task}"),
            await walk.ask(role, "GET", "/office/tasks"),
        ):
            assert answer.status_code == 200
            told = answer.json() if isinstance(answer.json(), dict) else answer.json()[0]
            assert (told["objects"], told["inspectors"], told["reason"], told["source"]) == ([], [], None, None)
            assert "某商店" not in answer.text
    assert (await walk.get(Role.APPROVER, f"/office/tasks/{task}"))["reason"] == "群众投诉举报"


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"kind": "flight"}, "未允许", "do not let"),
        ({"kind": "random"}, "未允许", "do not let"),
        ({"reason": " "}, "说明理由", "reason"),
        ({"basis": " "}, "依据", "rests on"),
        ({"source": " "}, "来源编号", "source"),
        ({"ends_on": "2026-03-01"}, "早于开始日", "before"),
        ({"starts_on": "2026-01-01", "ends_on": "2026-01-02"}, "今日", "over today"),
        ({"scheme": ""}, "方案", "scheme"),
        ({"team_size": 1}, "少于", "fewer"),
        ({"approve_by": "2026-03-09"}, "事前审批", "beforehand"),
        ({"kind": "emergency"}, "补办审批期限", "made up for"),
        ({"objects": ["P:NOBODY"]}, "P:NOBODY", "P:NOBODY"),
        ({"item": "SW99"}, "SW99", "SW99"),
        ({"inspectors": ["019cac0f-2680-7e3b-bb08-41f2e6a8506f"]}, "没有编号", "no inspector"),
    ],
)
async def test_a_rule_that_a_field_breaks_is_told_in_both_languages(
    walk: Walk, station: str, change: dict[str, Any], zh: str, en: str
) -> None:
    body = clue(station, **change)
    assert zh in (await refused(walk, body)).text
    assert en in (await refused(walk, body, lang="en")).text


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "holiday"},
        {"reason": ""},
        {"reason": "长" * 2001},
        {"basis": ""},
        {"source": "长" * 501},
        {"objects": []},
        {"objects": ["x"] * 201},
        {"starts_on": "2026-02-30"},
        {"ends_on": None},
        {"team_size": 0},
        {"team_size": 51},
        {"inspectors": ["nobody"]},
        {"needs": {"qualifications": [""]}},
        {"approve_by": "soon"},
        {"cap_override": "长" * 2001},
        {"name": "长" * 201},
        {"scheme": "长" * 20_001},
        {"item": ""},
        {"surprise": 1},
    ],
)
async def test_a_field_that_cannot_be_read_is_named_and_nothing_is_kept(
    walk: Walk, station: str, change: dict[str, Any]
) -> None:
    (name,) = change
    for lang in ("zh-CN", "en"):
        answer = await refused(walk, clue(station, **change), lang=lang)
        assert answer.status_code in {400, 422}
        assert name in answer.text


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"draw_mode": "targeted"}, "须设定条件", "condition"),
        ({"draw_mode": "cross-department"}, "不在实施细则允许之列", "cross-department"),
        ({"match_mode": "grouped"}, "匹配形式", "match mode"),
        ({"draw_mode": "targeted", "scope": {"grades": ["A"]}}, "不允许按 grade", "grade"),
        ({"draw_mode": "targeted", "scope": {"grades": ["E"]}}, "没有取值", "no value"),
        ({"scope": {"areas": ["东"]}}, "不得设定条件", "condition"),
        ({"needs": {"qualifications": ["商务执法"]}}, "不得设定人员条件", "no conditions"),
        ({"lead": "甲局"}, "不设牵头部门", "no lead"),
        ({"participants": ["乙局"]}, "不设牵头部门", "no lead"),
        ({"scheme": " "}, "方案", "scheme"),
    ],
)
async def test_a_task_of_the_plan_that_breaks_a_rule_is_told_in_both_languages(
    walk: Walk, change: dict[str, Any], zh: str, en: str
) -> None:
    await walk.plan()
    body = {"plan_line": walk.ids["line_id"], "scheme": SCHEME, **WINDOW, **change}
    assert zh in (await refused(walk, body, path="/office/tasks")).text
    assert en in (await refused(walk, body, path="/office/tasks", lang="en")).text


@pytest.mark.parametrize(
    "scope", [{"marks": ["rainy"]}, {"risks": ["red"]}, {"areas": [""]}, {"colours": ["red"]}, {"kinds": "x"}]
)
async def test_a_scope_that_cannot_be_read_is_named(walk: Walk, scope: dict[str, Any]) -> None:
    await walk.plan()
    body = {"plan_line": walk.ids["line_id"], "scheme": SCHEME, "draw_mode": "targeted", "scope": scope, **WINDOW}
    answer = await refused(walk, body, path="/office/tasks")
    assert next(iter(scope)) in answer.text


async def test_a_task_is_cancelled_and_ends_its_clocks(walk: Walk) -> None:
    await walk.plan()
    await walk.preset()
    path = f"/office/tasks/{walk.ids['task_id']}"
    (due,) = await walk.get(Role.PLANNER, "/office/tasks/due")
    assert [clock["kind"] for clock in due["clocks"]] == ["window"]
    assert await walk.get(Role.PLANNER, "/office/tasks/due?within=3") == []
    for wrong in ({}, {"reason": ""}, {"reason": "长" * 2001}):
        answer = await walk.ask(Role.APPROVER, "POST", f"{path}/cancellation", json=wrong)
        assert answer.status_code in {400, 422}
        assert "reason" in answer.text
    blank = {"reason": "  "}
    for lang, word in (("zh-CN", "请说明理由"), ("en", "State the reason")):
        answer = await walk.ask(
            Role.APPROVER, "POST", f"{path}/cancellation", json=blank, headers={"Accept-Language": lang}
        )
        assert (answer.status_code, word in answer.text) == (422, True)
    assert (await walk.get(Role.PLANNER, path))["state"] == "approved"
    assert (await walk.post(Role.APPROVER, f"{path}/cancellation", {"reason": "计划调整"}))["state"] == "cancelled"
    assert await walk.get(Role.PLANNER, "/office/tasks/due") == []


async def test_a_task_that_may_be_drawn_is_not_closed_and_a_list_that_is_not_drawn_not_filed(walk: Walk) -> None:
    await walk.plan()
    await walk.preset()
    path = f"/office/tasks/{walk.ids['task_id']}"
    closing = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/closing", json={"reason": "无对象"})
    assert closing.status_code == 409
    assert "可抽" in closing.text or "objects to draw from" in closing.text
    filing = {"reference": "法备1号", "office": "法制科"}
    early = await walk.ask(Role.PLANNER, "POST", f"{path}/filing", json=filing)
    assert early.status_code == 409
    assert "尚无抽取名单" in early.text or "no drawn list" in early.text
    await walk.draw()
    filed = await walk.post(Role.LEGAL, f"{path}/filing", filing)
    assert (filed["filed_with"], filed["filed_reference"]) == ("法制科", "法备1号")
    for wrong in ({"reference": ""}, {"reference": "长" * 201}, {"reference": "1", "office": "长" * 201}):
        assert (await walk.ask(Role.PLANNER, "POST", f"{path}/filing", json=wrong)).status_code in {400, 422}


async def test_the_ledger_of_an_object_and_the_warnings_tell_no_secret(walk: Walk, station: str) -> None:
    await walk.plan()
    await walk.preset()
    await walk.draw()
    await walk.send_out()
    told = await walk.get(Role.PLANNER, f"/office/ledger/{station}?on=2026-03-10")
    assert (told["used"], told["maximum"], told["entries"]) == (0, 2, [])
    assert (told["period"], told["counts"], told["day"]) == ("calendar_year", "executed", "2026-03-10")
    assert await walk.get(Role.SUPERVISOR, "/office/visits/warnings?first=2026-01-01&last=2026-12-31") == []
    assert (await walk.ask(Role.INSPECTOR, "GET", f"/office/ledger/{station}")).status_code == 403
    assert (await walk.ask(Role.PLANNER, "GET", "/office/ledger/P:NOBODY")).status_code == 404
    assert (await walk.ask(Role.PLANNER, "GET", f"/office/ledger/{station}?on=never")).status_code in {400, 422}


async def test_a_procedure_is_released_in_versions(walk: Walk) -> None:
    path = "/office/procedures/SW02"
    first = await walk.post(Role.APPROVER, path, {"body": "一、查验台账。"})
    again = await walk.post(Role.LEGAL, path, {"body": " 一、查验台账。"})
    second = await walk.post(Role.APPROVER, path, {"body": "二、现场核查。"})
    assert (first["version"], again["id"], second["version"]) == (1, first["id"], 2)
    assert [one["version"] for one in await walk.get(Role.INSPECTOR, path)] == [2, 1]
    for wrong in ({}, {"body": ""}, {"body": "长" * 50_001}):
        answer = await walk.ask(Role.APPROVER, "POST", path, json=wrong)
        assert answer.status_code in {400, 422}
        assert "body" in answer.text
    for lang, word in (("zh-CN", "没有内容"), ("en", "is empty")):
        answer = await walk.ask(Role.APPROVER, "POST", path, json={"body": " "}, headers={"Accept-Language": lang})
        assert (answer.status_code, word in answer.text) == (422, True)
    unknown = await walk.ask(Role.APPROVER, "POST", "/office/procedures/SW99", json={"body": "一"})
    assert unknown.status_code == 404
    assert len(await walk.get(Role.PLANNER, path)) == 2


async def test_nobody_ends_or_assigns_a_task_of_another_authority(walk: Walk, station: str) -> None:
    task = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"
    for role, path, body in (
        (Role.APPROVER, "cancellation", {"reason": "调整"}),
        (Role.APPROVER, "closing", {"reason": "调整"}),
        (Role.PLANNER, "filing", {"reference": "1"}),
        (Role.SECTION_HEAD, "team", {"inspectors": []}),
    ):
        assert (await walk.ask(role, "POST", f"/office/tasks/{task}/{path}", json=body)).status_code == 404


async def test_an_expert_is_attached_to_a_task_and_an_inspector_is_not(walk: Walk, station: str) -> None:
    task = await approved(walk, clue(station))
    path = f"/office/tasks/{task}/assistants"
    people = await walk.get(Role.PLANNER, "/office/registry/inspectors")
    inspector = next(one["staff_no"] for one in people if one["role"] == "inspector")
    for lang, word in (("zh-CN", "执法检查人员"), ("en", "is an inspector")):
        body, told = {"people": [inspector]}, {"Accept-Language": lang}
        answer = await walk.ask(Role.PLANNER, "POST", path, json=body, headers=told)
        assert (answer.status_code, word in answer.text) == (422, True)
    for wrong in ({}, {"people": []}, {"people": [""]}, {"people": ["长" * 121]}, {"people": "Z1"}):
        assert (await walk.ask(Role.PLANNER, "POST", path, json=wrong)).status_code in {400, 422}
    unknown = {"person": "没有此人"}
    assert (await walk.ask(Role.PLANNER, "POST", f"{path}/removal", json=unknown)).status_code == 404
    assert (await walk.ask(Role.INSPECTOR, "POST", path, json={"people": ["Z1"]})).status_code == 403
    assert await walk.get(Role.PLANNER, path) == []
