"""What follows a result, over HTTP: a conclusion with its file, the result, referral, re-check; and what is refused."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.kernel.command import Command, Role
from inspection.visits import store
from tests.api.line import ComeTo, Walk
from tests.api.turned_away import PDF, turned_away
from tests.conftest import NOW, MakeCommand
from tests.media.requests import sha256

TODAY = NOW.date()
FIELDS = {
    "form": "c-1",
    "kind": "testing",
    "institution": "某省产品质量检验研究院",
    "qualification": "CMA 230000000001",
    "number": "检字〔2026〕0123号",
    "issued_on": TODAY.isoformat(),
    "said": "送检样品不合格。",
}


@pytest.fixture
async def walk(app: Litestar, come_to: ComeTo, make_cmd: MakeCommand) -> Walk:
    return await turned_away(come_to, make_cmd)


async def attach(walk: Walk, path: str, fields: Mapping[str, str], *files: bytes, role: Role = Role.SECTION_HEAD):
    parts = [("file", (f"报告{n}.pdf", data, "application/pdf")) for n, data in enumerate(files)]
    return await walk.ask(role, "POST", path, data=dict(fields), files=parts or [("", b"")])


async def test_from_a_conclusion_to_the_end_of_what_follows(walk: Walk, cmd: Command) -> None:
    path = f"/office/visits/{walk.ids['visit_id']}"
    (served,) = await store.served_tasks([UUID(walk.ids["visit_id"])])
    conclusion = await _a_conclusion_is_attached(walk, path, str(served.item))
    outcome = await _the_result_rests_on_it(walk, path, str(served.task), conclusion)
    await _it_is_referred(walk, path, outcome)
    await _it_is_looked_at_again(walk, path, outcome)


async def _a_conclusion_is_attached(walk: Walk, path: str, item: str) -> str:
    fields = {**FIELDS, "item": item}
    answer = await attach(walk, f"{path}/conclusions", fields, PDF)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["digest"], made["name"], made["institution"]) == (sha256(PDF), "报告0.pdf", FIELDS["institution"])
    assert (await attach(walk, f"{path}/conclusions", fields, PDF)).json()["id"] == made["id"]
    file = await walk.ask(Role.SECTION_HEAD, "GET", f"{path}/media/{made['digest']}")
    assert (file.status_code, file.content) == (200, PDF)
    (beside,) = (await walk.get(Role.SECTION_HEAD, f"{path}/review"))["conclusions"]
    assert beside["said"] == FIELDS["said"]
    (listed,) = await walk.get(Role.LEGAL, f"{path}/conclusions")
    assert (listed["id"], listed["withdrawn"]) == (made["id"], None)
    await _what_is_no_conclusion_is_refused(walk, path, fields)
    return str(made["id"])


async def _what_is_no_conclusion_is_refused(walk: Walk, path: str, fields: Mapping[str, str]) -> None:
    new = {**fields, "form": "c-2"}
    for status, sent, files in (
        (422, new, ()),
        (422, new, (PDF, PDF)),
        (415, new, (b"MZ\x90\x00 not a paper",)),
        (422, {**new, "kind": "inspection"}, (PDF,)),
        (422, {**new, "issued_on": (TODAY + timedelta(days=1)).isoformat()}, (PDF,)),
        (422, {**new, "institution": " "}, (PDF,)),
        (422, {**new, "form": ""}, (PDF,)),
        (422, {key: value for key, value in new.items() if key != "number"}, (PDF,)),
    ):
        answer = await attach(walk, f"{path}/conclusions", sent, *files)
        assert answer.status_code == status, (sent, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
    broken = await walk.ask(
        Role.SECTION_HEAD,
        "POST",
        f"{path}/conclusions",
        content=b"--x\r\nnonsense",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert broken.status_code == 422
    assert (await attach(walk, f"{path}/conclusions", new, PDF, role=Role.LEADER)).status_code == 403
    assert len(await walk.get(Role.LEGAL, f"{path}/conclusions")) == 1


async def _the_result_rests_on_it(walk: Walk, path: str, task: str, conclusion: str) -> dict[str, Any]:
    seen = (await walk.get(Role.SECTION_HEAD, f"{path}/record"))["seen"]
    choice = {
        "task": task,
        "codes": ["problem_pending", "breach_quality"],
        "reason": "检验不合格",
        "follow_up": ["case_referred", "ordered_to_correct"],
        "rectify_by": (TODAY + timedelta(days=7)).isoformat(),
        "problems": "抽样检验不合格",
        "handling": "责令停止销售",
        "basis": [conclusion],
    }
    wrong = {**choice, "follow_up": ["none", "other"]}
    refused = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/approval", json={"seen": seen, "choices": [wrong]})
    assert refused.status_code == 422, refused.text
    done = await walk.post(Role.SECTION_HEAD, f"{path}/approval", {"seen": seen, "choices": [choice]})
    assert done["outcomes"][0]["codes"] == ["breach_quality"], "a child implies its parent"
    shown = await walk.get(Role.SUPERVISOR, f"{path}/follow-up")
    assert [one["kind"] for one in shown["open"]] == ["put_right", "to_refer"]
    assert shown["conclusions"][0]["basis_of"] == [done["outcomes"][0]["id"]]
    assert shown["rectifications"]["asked"]
    (outcome,) = shown["outcomes"]
    return {"outcome": outcome["outcome"]["id"], "seen": outcome["seen"]}


async def _it_is_referred(walk: Walk, path: str, outcome: dict[str, Any]) -> None:
    asked = {**outcome, "form": "f-1", "kind": "penalty", "addressee": "商务执法支队", "ground": "涉嫌销售不合格产品"}
    handed = [{"digest": sha256(PDF), "name": "检验报告.pdf"}]
    region = await walk.ask(
        Role.LEGAL, "POST", f"{path}/referrals", json={**asked, "kind": "other_region", "region": "邻县"}
    )
    assert (region.status_code, region.json()["code"]) == (422, "refused")
    stale = await walk.ask(Role.LEGAL, "POST", f"{path}/referrals", json={**asked, "seen": "0" * 64})
    assert stale.status_code == 412
    made = await walk.post(Role.LEGAL, f"{path}/referrals", {**asked, "handed": handed})
    assert (made["state"], made["referral"]["number"]) == ("sent", "first-YS-2026-1")
    assert (await walk.post(Role.LEGAL, f"{path}/referrals", {**asked, "handed": handed})) == made
    referral = f"/office/referrals/{made['referral']['id']}"
    receipt = {"form": "a-1", "accepted": True, "day": TODAY.isoformat(), "sender": "执法支队", "their_number": "收7"}
    backdated = {**receipt, "day": (TODAY - timedelta(days=1)).isoformat()}
    assert (await walk.ask(Role.PLANNER, "POST", f"{referral}/receipt", json=backdated)).status_code == 422
    assert (await walk.post(Role.PLANNER, f"{referral}/receipt", receipt))["state"] == "accepted"
    end = {**receipt, "form": "a-2", "result": "penalty_decided", "closes": True, "their_number": "罚〔2026〕2号"}
    end.pop("accepted")
    assert (await walk.post(Role.PLANNER, f"{referral}/answers", end))["state"] == "closed"
    again = await walk.ask(Role.PLANNER, "POST", f"{referral}/answers", json={**end, "form": "a-3"})
    assert again.status_code == 409
    assert [one["referral"]["number"] for one in await walk.get(Role.SUPERVISOR, "/office/referrals")] == [
        "first-YS-2026-1"
    ]


async def _it_is_looked_at_again(walk: Walk, path: str, outcome: dict[str, Any]) -> None:
    asked = {
        **outcome,
        "form": "r-1",
        "reason": "整改期满复查",
        "starts_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=9)).isoformat(),
        "scheme": "逐项复查。",
    }
    foreign = await walk.ask(Role.PLANNER, "POST", f"{path}/rechecks", json={**asked, "outcome": walk.ids["visit_id"]})
    assert foreign.status_code == 404
    row = await walk.post(Role.PLANNER, f"{path}/rechecks", asked)
    assert (await walk.post(Role.PLANNER, f"{path}/rechecks", asked))["id"] == row["id"]
    matters = {one["matter"]: one for one in (await walk.get(Role.SUPERVISOR, "/office/clocks"))["clocks"]}
    assert (matters["recheck"]["to_do"], matters["recheck"]["whose"]) == ("approve", "approver")
    assert matters["recheck"]["due_on"] == asked["ends_on"]
    papers = {**outcome, "reason": "已提交照片"}
    running = await walk.ask(Role.SECTION_HEAD, "POST", f"{path}/rectification", json=papers)
    assert running.status_code == 409
    await walk.post(Role.SECTION_HEAD, f"/office/tasks/{row['task']}/cancellation", {"reason": "书面可核"})
    settled = await walk.post(Role.SECTION_HEAD, f"{path}/rectification", papers)
    assert (settled["result"], settled["way"]) == ("verified", "papers")
    assert (await walk.get(Role.SUPERVISOR, f"{path}/follow-up"))["open"] == []
    assert [one["task"] for one in await walk.get(Role.SUPERVISOR, "/office/rechecks")] == [row["task"]]


async def test_another_authoritys_visit_is_not_there(walk: Walk) -> None:
    nowhere = "019cac0f-2680-7e3b-bb08-41f2e6a8506f"
    for path in (f"/office/visits/{nowhere}/follow-up", f"/office/visits/{nowhere}/conclusions"):
        answer: httpx.Response = await walk.ask(Role.SECTION_HEAD, "GET", path)
        assert answer.status_code == 404
