"""What follows a result, by the forms of its page: a conclusion and its file, referral, re-check, papers; the notice,
the party's door, the evidence.
"""

import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from litestar import Litestar

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read_kind
from tests.api.desk.conftest import Seat, SitDown, well_made
from tests.api.desk.review_party import hidden
from tests.api.line import ComeTo, Walk
from tests.api.turned_away import PDF, turned_away
from tests.conftest import NOW, MakeCommand
from tests.media.requests import sha256

TODAY = NOW.date()
PAPER = {
    "kind": "testing",
    "institution": "某省产品质量检验研究院",
    "qualification": "CMA 230000000001",
    "number": "检字〔2026〕0123号",
    "issued_on": TODAY.isoformat(),
    "said": "送检样品不合格。",
}
FILE = {"file": ("检验报告.pdf", PDF, "application/pdf")}


@pytest.fixture
async def walk(app: Litestar, come_to: ComeTo, make_cmd: MakeCommand) -> Walk:
    return await turned_away(come_to, make_cmd)


def visit_of(walk: Walk) -> str:
    return f"/desk/visits/{walk.ids['visit_id']}"


async def kinds(walk: Walk, kind: EventKind) -> list[Any]:
    return list(await read_kind(f"visit:{walk.ids['visit_id']}", kind))


async def told(walk: Walk) -> Any:
    return await walk.get(Role.SECTION_HEAD, f"/office/visits/{walk.ids['visit_id']}/follow-up")


async def judged(walk: Walk, head: Seat) -> str:
    """The record is approved with a breach that is to be put right and handed on; the id of the result."""
    review = f"/desk/reviews/{walk.ids['visit_id']}"
    page = (await head.ask(review)).text
    form = {
        "seen": hidden(page, "seen"),
        "choices.0.task": hidden(page, "choices.0.task"),
        "choices.0.codes[]": ["problem_pending", "breach_quality"],
        "choices.0.reason": "检验不合格",
        "choices.0.follow_up[]": ["case_referred", "ordered_to_correct"],
        "choices.0.rectify_by": (TODAY + timedelta(days=7)).isoformat(),
        "choices.0.problems": "抽样检验不合格",
        "choices.0.handling": "责令停止销售",
    }
    await head.done(f"{review}/approval", form)
    (outcome,) = (await told(walk))["outcomes"]
    return str(outcome["outcome"]["id"])


async def test_a_conclusion_is_attached_with_its_file_and_withdrawn_with_a_reason(
    walk: Walk, sit_down: SitDown
) -> None:
    head, page = await sit_down(Role.SECTION_HEAD), f"{visit_of(walk)}/follow-up"
    none = await head.fill(page, "/conclusions", **PAPER)
    assert (none.status_code, PAPER["said"] in none.text) == (422, True)
    wrong = await head.fill(page, "/conclusions", {"file": ("报告.exe", b"MZ\x90 no paper", "x/y")}, **PAPER)
    assert (wrong.status_code, well_made(wrong).faults) == (415, [])
    shown = await head.takes(page, "/conclusions", FILE, **PAPER)
    assert all(word in shown.text for word in (PAPER["institution"], PAPER["number"], PAPER["said"], "检验报告.pdf"))
    (kept,) = (await told(walk))["conclusions"]
    assert (kept["digest"], kept["name"], kept["withdrawn"]) == (sha256(PDF), "检验报告.pdf", None)
    assert (await head.ask(f"{visit_of(walk)}/media/{kept['digest']}")).content == PDF
    shown = await head.takes(page, f"/conclusions/{kept['id']}", reason="录错了检查")
    assert "录错了检查" in shown.text
    assert [one["withdrawn"] for one in (await told(walk))["conclusions"]] == ["录错了检查"]
    assert [one for one in shown.all("form") if str(one["action"]).endswith(kept["id"])] == []


async def test_a_result_is_referred_received_and_answered(walk: Walk, sit_down: SitDown) -> None:
    head, legal, planner = [await sit_down(role) for role in (Role.SECTION_HEAD, Role.LEGAL, Role.PLANNER)]
    outcome, page = await judged(walk, head), f"{visit_of(walk)}/follow-up"
    asked = {"kind": "penalty", "addressee": "商务执法支队", "ground": "涉嫌销售不合格产品"}
    shown = await legal.takes(page, f"/outcomes/{outcome}/referrals", **asked)
    assert "商务执法支队" in shown.text
    (made,) = (await told(walk))["referrals"]
    assert made["state"] == "sent"
    at = f"/referrals/{made['referral']['id']}"
    reply = {"day": TODAY.isoformat(), "sender": "执法支队", "their_number": "收7"}
    early = await planner.fill(page, f"{at}/receipt", **{**reply, "day": (TODAY - timedelta(days=1)).isoformat()})
    assert (early.status_code, 'value="收7"' in early.text) == (422, True)
    await planner.takes(page, f"{at}/receipt", accepted="true", **reply)
    assert (await told(walk))["referrals"][0]["state"] == "accepted"
    end = {**reply, "their_number": "罚〔2026〕2号"}
    shown = await planner.takes(page, f"{at}/answers", result="penalty_decided", closes="true", **end)
    assert "罚〔2026〕2号" in shown.text
    assert (await told(walk))["referrals"][0]["state"] == "closed"
    assert [one for one in shown.all("form") if "/referrals/" in str(one["action"])] == []


async def test_a_recheck_is_ordered_and_what_was_to_be_put_right_is_settled_on_papers(
    walk: Walk, sit_down: SitDown
) -> None:
    head, planner = await sit_down(Role.SECTION_HEAD), await sit_down(Role.PLANNER)
    outcome, page = await judged(walk, head), f"{visit_of(walk)}/follow-up"
    days = {"starts_on": TODAY.isoformat(), "ends_on": (TODAY + timedelta(days=9)).isoformat()}
    asked = {"reason": "整改期满复查", "scheme": "逐项复查。", **days}
    bare = await planner.fill(page, f"/outcomes/{outcome}/rechecks", **{**asked, "scheme": " "})
    assert (bare.status_code, "整改期满复查" in bare.text) == (422, True)
    shown = await planner.takes(page, f"/outcomes/{outcome}/rechecks", **asked)
    assert "整改期满复查" in shown.text
    ((task, ordered),) = [(one["task"], one["due_on"]) for one in (await told(walk))["rechecks"]]
    assert ordered == days["ends_on"]
    assert f"/desk/tasks/{task}" in {one.get("href") for one in shown.all("a")}
    running = await head.fill(page, f"/outcomes/{outcome}/rectification", reason="已提交照片")
    assert (running.status_code, "已提交照片" in running.text) == (409, True)
    await head.takes(f"/desk/tasks/{task}", "/cancel", reason="书面可核")
    shown = await head.takes(page, f"/outcomes/{outcome}/rectification", reason="已提交照片")
    assert "已提交照片" in shown.text
    assert [(one["result"], one["way"]) for one in (await told(walk))["settled"]] == [("verified", "papers")]


async def test_the_notice_is_served_at_the_office(walk: Walk, sit_down: SitDown) -> None:
    head = await sit_down(Role.SECTION_HEAD)
    await head.takes(visit_of(walk), "/notice", receiver="李某")
    (line,) = await kinds(walk, EventKind.NOTICE_SERVED)
    assert line.payload["how"] == "handed_over"
    notice = await walk.get(Role.SECTION_HEAD, f"/office/visits/{walk.ids['visit_id']}/notice")
    assert "李某" in str(notice)


async def test_the_partys_page_is_given_anew_and_closed(walk: Walk, sit_down: SitDown) -> None:
    head = await sit_down(Role.SECTION_HEAD)
    silent = await head.fill(visit_of(walk), "/door", ground=" ")
    assert (silent.status_code, 'role="alert"' in silent.text) == (422, True)
    await head.takes(visit_of(walk), "/door", ground="告知书遗失")
    shown = await head.takes(visit_of(walk), "/door/closing", ground="经营者要求")
    assert [one for one in shown.all("form") if str(one["action"]).endswith("/door/closing")] == []


async def test_the_evidence_is_taken_out_for_a_purpose_that_is_noted(walk: Walk, sit_down: SitDown) -> None:
    legal = await sit_down(Role.LEGAL)
    page = f"{visit_of(walk)}/custody"
    answer = await legal.fill(page, "/evidence", purpose="复议答辩", ground="行政复议法第二十三条")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    with zipfile.ZipFile(BytesIO(answer.content)) as bundle:
        assert bundle.testzip() is None
        assert len(bundle.namelist()) > 3
    assert "复议答辩" in (await legal.read(page)).text
