"""The office plans over HTTP: lines with departments and grades, check, adjustment, publication, higher plans."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from api.permits import STAFF
from inspection.kernel.command import Role
from tests.api.conftest import Office
from tests.api.line import ComeTo, Walk

SignedIn = Callable[[Role], Awaitable[dict[str, str]]]
YEAR = 2026
OIL = "对成品油零售经营企业的行政检查"


@pytest.fixture
async def walk(come_to: ComeTo) -> Walk:
    return await come_to("fill_registers")


async def drafted(walk: Walk, **changes: Any) -> Any:
    line = {"item": "SW02", **changes}
    return await walk.post(Role.PLANNER, "/office/plans", {"year": YEAR, "changes": [line] if changes else []})


async def refused(walk: Walk, body: dict[str, Any], lang: str = "zh-CN") -> httpx.Response:
    answer = await walk.ask(Role.PLANNER, "POST", "/office/plans", json=body, headers={"Accept-Language": lang})
    assert answer.status_code in {400, 409, 422}, answer.text
    assert await walk.get(Role.PLANNER, "/office/plans") == []
    return answer


async def test_a_line_carries_all_nine_fields_and_grades(walk: Walk, office: Office) -> None:
    plan = await drafted(
        walk,
        ratio="1/10",
        frequency=2,
        grades=[{"grade": "D", "ratio": "1/2", "frequency": 2}],
        methods=["on_site", "written"],
        object_text="辖区内加油站",
        content="台账",
        starts_on="2026-03-01",
        ends_on="2026-09-30",
        lead={"name": "商务局", "authority": str(office.authority), "unit": str(office.unit)},
        reason="重点",
        note="备注",
    )
    line = next(one for one in plan["lines"] if one["item_code"] == "SW02")
    assert (line["ratio"], line["frequency"], line["methods"]) == ("1/10", 2, ["on_site", "written"])
    assert line["strata"] == [{"grade": "D", "ratio": "1/2", "frequency": 2}]
    assert (line["object_text"], line["lead"]["name"]) == ("辖区内加油站", "商务局")
    assert (line["starts_on"], line["ends_on"]) == ("2026-03-01", "2026-09-30")
    assert line["quantity"] > 0
    assert line["base"] >= line["quantity"]
    assert len(plan["rule_digest"]) == 64


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ({"ratio": "1/100"}, "低于 5%", "below 5%"),
        ({"ratio": "3/2"}, "超过 100%", "above 100%"),
        ({"quantity": 10**8}, "超过", "above"),
        ({"quantity": 0}, "低于", "below"),
        ({"ratio": "1/10", "quantity": 1000}, "不一致", "does not agree"),
        ({"grades": [{"grade": "D", "ratio": "1/99", "frequency": 1}]}, "信用等级 D", "credit grade D"),
        ({"grades": [{"grade": "D", "ratio": "1/2", "frequency": 1}] * 2}, "重复设置", "twice"),
        ({"methods": []}, "检查方式", "method"),
        ({"starts_on": "2026-06-01", "ends_on": "2026-05-31"}, "早于开始日", "before it begins"),
        ({"ends_on": "2027-01-01"}, "超出 2026 年度", "leaves the year 2026"),
        ({"starts_on": "2025-12-31"}, "超出 2026 年度", "leaves the year 2026"),
        ({"joint": True}, "未明确参与部门", "no participating department"),
        ({"participants": [{"name": "市场监管局"}]}, "未规定部门联合抽查", "has no joint inspection"),
        ({"lead": {"name": "甲"}, "participants": [{"name": "甲"}]}, "重复", "twice"),
        ({"lead": {"name": "甲", "authority": "019cac0f-2680-7e3b-bb08-41f2e6a8506f"}}, "编号不存在", "does not exist"),
        ({"lead": {"name": "甲", "unit": "019cac0f-2680-7e3b-bb08-41f2e6a8506f"}}, "编号不存在", "does not exist"),
        ({"item": "XX"}, "不在已公布的清单中", "not on the published list"),
    ],
)
async def test_every_wrong_line_is_refused_with_a_sentence_in_both_languages(
    walk: Walk, change: dict[str, Any], zh: str, en: str
) -> None:
    body = {"year": YEAR, "changes": [{"item": "SW02", **change}]}
    assert zh in (await refused(walk, body)).json()["detail"]
    assert en in (await refused(walk, body, "en")).json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"year": 1999},
        {"year": "今年"},
        {"year": YEAR, "name": ""},
        {"year": YEAR, "name": "计" * 201},
        {"year": YEAR, "revise": "也许"},
        {"year": YEAR, "reason": ""},
        {"year": YEAR, "left_out": [""]},
        {"year": YEAR, "unknown": 1},
        *(
            {"year": YEAR, "changes": [{"item": "SW02", **change}]}
            for change in (
                {"item": ""},
                {"ratio": 0.05},
                {"ratio": "5%"},
                {"ratio": "1/0"},
                {"quantity": -1},
                {"quantity": 1.5},
                {"frequency": 0},
                {"frequency": 367},
                {"grades": [{"grade": "E", "ratio": "1/2", "frequency": 1}]},
                {"grades": [{"grade": "A", "ratio": "half", "frequency": 1}]},
                {"grades": [{"grade": "A", "ratio": "1/2", "frequency": 0}]},
                {"methods": ["telepathy"]},
                {"object_text": ""},
                {"content": ""},
                {"starts_on": "2026-02-30"},
                {"ends_on": "明天"},
                {"lead": {"name": ""}},
                {"lead": {"name": "甲", "authority": "x"}},
                {"participants": [{}]},
                {"joint": "yes please"},
                {"note": "长" * 2001},
                {"reason": "长" * 2001},
            )
        ),
    ],
)
async def test_a_malformed_field_is_named_and_nothing_is_drafted(walk: Walk, body: dict[str, Any]) -> None:
    zh, en = await refused(walk, body), await refused(walk, body, "en")
    assert zh.status_code in {400, 422}
    assert zh.json()["type"] == en.json()["type"]
    assert zh.json()["detail"] != en.json()["detail"]


async def test_an_adjustment_is_compared_published_and_shown_to_everybody(
    walk: Walk, client: httpx.AsyncClient
) -> None:
    first = await drafted(walk)
    early = await walk.ask(Role.APPROVER, "POST", f"/office/plans/{first['id']}/publication")
    assert early.status_code == 409
    assert (await client.get(f"/public/plans/{first['id']}.json")).status_code == 404
    await walk.post(Role.APPROVER, f"/office/plans/{first['id']}/approval")
    await walk.post(Role.APPROVER, f"/office/plans/{first['id']}/publication")
    bare = await walk.ask(Role.PLANNER, "POST", "/office/plans", json={"year": YEAR, "revise": True})
    assert bare.status_code == 422
    assert "须说明理由" in bare.json()["detail"]
    asked = {"year": YEAR, "revise": True, "reason": "专项部署", "changes": [{"item": "SW02", "ratio": "1/5"}]}
    second = await walk.post(Role.PLANNER, "/office/plans", asked)
    told = await walk.get(Role.PLANNER, f"/office/plans/{second['id']}/changes")
    assert {one["field"] for one in told["changed"]["SW02"]} == {"ratio", "quantity"}
    await walk.post(Role.APPROVER, f"/office/plans/{second['id']}/approval")
    await walk.post(Role.APPROVER, f"/office/plans/{second['id']}/publication")
    (group,) = (await client.get("/public/plans.json")).json()["authorities"]
    assert [one["version"] for one in group["plans"]] == [2, 1]
    document = await client.get(f"/public/plans/{second['id']}.json")
    assert document.json()["reason"] == "专项部署"
    assert document.headers["x-content-sha256"]
    for path in ("/plans", "/plans?lang=en", f"/plans/{second['id']}", f"/plans/{first['id']}?lang=en"):
        page = await client.get(path)
        assert page.status_code == 200, page.text
        assert "年度随机抽查工作计划" in page.text
    assert "20%" in (await client.get(f"/plans/{second['id']}")).text
    assert (await client.get("/plans/019cac0f-2680-7e3b-bb08-41f2e6a8506f")).status_code == 404
    assert (await client.get("/public/plans/x.json")).status_code == 404


async def test_the_check_tells_findings_notes_and_gaps_in_words(walk: Walk) -> None:
    plan = await drafted(walk, ratio="1/1", frequency=4)
    zh = await walk.get(Role.APPROVER, f"/office/plans/{plan['id']}/check")
    assert (zh["findings"], zh["gaps"], zh["complete"]) == ([], [], True)
    assert any("缺口" in note["text"] for note in zh["notes"])
    assert zh["items"] == {"general": 4, "key": 1}
    en = await walk.ask(Role.APPROVER, "GET", f"/office/plans/{plan['id']}/check", headers={"Accept-Language": "en"})
    assert any("short" in note["text"] for note in en.json()["notes"])


async def test_what_is_due_is_told_on_a_day(walk: Walk) -> None:
    (duty,) = await walk.get(Role.PLANNER, "/office/plans/due")
    assert (duty["year"], duty["state"], duty["due_on"]) == (2026, "overdue", "2026-01-10")
    _, next_year = await walk.get(Role.PLANNER, "/office/plans/due?on=2026-12-31")
    assert (next_year["year"], next_year["state"]) == (2027, "due_soon")
    assert await walk.get(Role.PLANNER, "/office/plans/due?on=2018-06-01") == []  # no rule-set was in force
    assert (await walk.ask(Role.PLANNER, "GET", "/office/plans/due?on=soon")).status_code == 422


async def test_plans_of_higher_authorities_come_as_a_file_and_name_nobody(walk: Walk) -> None:
    header = "上级机关,计划编号,抽查事项,年度,统一社会信用代码"
    rows = f"{header}\n省厅,省抽1号,{OIL},2026,91990001MA0000001C\n省厅,省抽2号,{OIL},,\n"
    answer = await walk.ask(
        Role.PLANNER,
        "POST",
        "/office/higher-plans?name=above.csv",
        content=rows.encode("gbk"),
        headers={"Content-Type": "text/csv"},
    )
    assert answer.status_code == 201, answer.text
    assert (answer.json()["counts"]["added"], answer.json()["counts"]["rejected"]) == (1, 1)
    listed = await walk.ask(Role.PLANNER, "GET", "/office/higher-plans?year=2026")
    assert [one["objects"] for one in listed.json()] == [1]
    assert "91990001MA0000001C" not in listed.text
    rejected = f"/office/registry/imports/{answer.json()['run']}/rejected"
    readers = {role for role in STAFF if (await walk.ask(role, "GET", rejected)).status_code == 200}
    assert readers == {Role.PLANNER}  # its rows may name whom the other authority draws
    inspector = await walk.ask(
        Role.INSPECTOR,
        "POST",
        "/office/higher-plans?name=above.csv",
        content=rows.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert inspector.status_code == 403
    wrong = await walk.ask(
        Role.PLANNER,
        "POST",
        "/office/higher-plans?name=above.pdf",
        content=b"%PDF",
        headers={"Content-Type": "application/pdf"},
    )
    assert wrong.status_code == 415
