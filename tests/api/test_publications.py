"""Publicity over HTTP: penalties, withdrawals, parts; bad input is refused with its reason and the way out."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.authority.tables import Account
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.publicity.store_documents import documents
from inspection.visits.tables import Visit
from tests.inspection.publicity.world import insert
from tests.inspection.visits.publishing import APPROVER, publish
from tests.inspection.visits.world import World, build_world

CLERK, LEGAL, SECOND = UUID(int=0xC1), UUID(int=0x1E6A1), UUID(int=0x1E6A2)
TODAY = date(2026, 3, 2)
SAID = {
    "number": "商罚〔2026〕3号",
    "decided_on": TODAY.isoformat(),
    "violation": "未建立台账，证人王小二证实",
    "basis": "《成品油流通管理办法》第二十条",
    "content": "罚款五千元",
    "amount_fen": 500_000,
    "persons": ["王小二"],
}


class Desk:
    """An authority with a published result, and people who ask over HTTP."""

    def __init__(self, client: httpx.AsyncClient, world: World, visit: UUID, tokens: dict[UUID, str]) -> None:
        self.client, self.world, self.visit, self._tokens = client, world, visit, tokens

    async def ask(self, who: UUID, method: str, path: str, tag: str | None = None, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} | ({"If-Match": tag} if tag else {})
        return await self.client.request(method, f"/office{path}", headers=headers, **sent)

    async def post(self, who: UUID, path: str, body: dict[str, Any], tag: str | None = None) -> tuple[int, Any]:
        answer = await self.ask(who, "POST", path, tag, json=body)
        return answer.status_code, answer.json() if answer.content else None

    async def object(self) -> str:
        row = await Visit.select("object").where(Visit.id == self.visit).first()
        assert row is not None
        return str(row["object"])

    async def entered(self, **more: Any) -> tuple[int, Any]:
        body = {"object": await self.object(), "visit": str(self.visit), **SAID, **more}
        return await self.post(CLERK, "/penalties", body)

    async def publication(self) -> str:
        return str((await documents(visit=self.visit))[-1].publication)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def desk(
    app: Litestar,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    token_for: Callable[[UUID], Awaitable[str]],
) -> Desk:
    world = await build_world(monkeypatch)
    visit = await world.open_visit()
    await world.attested(visit)
    await publish(world, visit)
    people = {
        CLERK: ("经办人", Role.PLANNER),
        LEGAL: ("法制员", Role.LEGAL),
        SECOND: ("另一法制员", Role.LEGAL),
        APPROVER: ("分管负责人", Role.APPROVER),
    }
    for key, (name, role) in people.items():
        told = {"id": key, "name": name, "username": name, "role": role.value, "active": True, "failures": 0}
        await insert(Account, authority=world.authority, **told)
    return Desk(client, world, visit, {key: await token_for(key) for key in people})


async def test_a_penalty_goes_its_way_and_leaves_the_register_when_it_is_annulled(desk: Desk) -> None:
    status, file = await desk.entered()
    assert (status, file["standing"], file["number"]) == (201, "open", None), file
    path = f"/penalties/{file['penalty']['id']}"
    assert (await desk.ask(CLERK, "GET", f"{path}/publication")).status_code == 403
    shown = await desk.ask(LEGAL, "GET", f"{path}/publication")
    assert "王小二" not in shown.text
    tag, approval = shown.headers["etag"], {"secrecy_reviewed": True}
    unread = await desk.post(LEGAL, f"{path}/publication-approval", {"secrecy_reviewed": False}, tag)
    assert (unread[0], unread[1]["code"]) == (422, "invalid")
    stale = await desk.post(LEGAL, f"{path}/publication-approval", approval, f'"{"ab" * 32}"')
    assert (stale[0], stale[1]["now"]) == (412, tag.strip('"'))
    assert (await desk.post(LEGAL, f"{path}/publication-approval", approval, tag))[0] == 201
    assert (await desk.post(LEGAL, f"{path}/publication-approval", approval))[1] == {"publications": []}
    sent = await desk.post(CLERK, "/publications/publish-due", {"through": "2026-12-31"})
    assert [one["why"] for one in sent[1]["kept_in"]] == []
    (out,) = sent[1]["published"]
    assert (out["penalty"], out["visit"]) == (file["penalty"]["id"], str(desk.visit))
    await _shown(desk.client, out["number"])
    annulment = {"by": "court", "number": "行初1号", "ground": "证据不足", "annulled_on": TODAY.isoformat()}
    assert (await desk.post(CLERK, f"{path}/annulment", annulment))[0] == 403
    assert (await desk.post(LEGAL, f"{path}/annulment", annulment))[0] == 201
    await _removed(desk, out)


async def _shown(reader: httpx.AsyncClient, number: str) -> None:
    page = await reader.get(f"/penalties/{number}")
    assert (page.status_code, "5000.00 元" in page.text, "王**" in page.text) == (200, True, True)
    machine = await reader.get(f"/public/penalties/{number}.json")
    assert machine.json()["decisionNumber"] == "商罚〔2026〕3号"
    again = await reader.get(f"/public/penalties/{number}.json", headers={"If-None-Match": machine.headers["etag"]})
    assert again.status_code == 304
    assert [one["number"] for one in (await reader.get("/public/penalties.json")).json()["penalties"]] == [number]
    assert number in (await reader.get("/public/penalties.csv")).text
    assert number not in (await reader.get("/public/results.csv")).text
    for wrong in (f"/results/{number}", f"/public/results/{number}.json", f"/public/results/{number}/history.json"):
        assert (await reader.get(wrong)).status_code == 404


async def _removed(desk: Desk, out: dict[str, Any]) -> None:
    (due,) = (await desk.ask(LEGAL, "GET", "/due")).json()
    assert (due["ground"], due["due_on"]) == ("annulled", "2026-03-09")
    path, seen = f"/publications/{out['publication']}", {"withdrawal": due["withdrawal"]}
    own = await desk.post(LEGAL, f"{path}/withdrawal", seen)
    assert (own[0], own[1]["code"]) == (403, "same-person")
    must = await desk.post(SECOND, f"{path}/withdrawal-refusal", seen | {"answer": "不撤"})
    assert (must[0], must[1]["code"]) == (422, "refused")
    assert (await desk.post(SECOND, f"{path}/withdrawal", seen))[0] == 200
    twice = await desk.post(SECOND, f"{path}/withdrawal", seen)
    assert (twice[0], twice[1]["code"]) == (409, "conflict")
    number, reader = out["number"], desk.client
    for lang in ("", "?lang=en"):
        page = await reader.get(f"/penalties/{number}{lang}")
        assert (page.status_code, number in page.text, page.headers["cache-control"]) == (410, True, "no-store")
        assert not [told for told in ("台账", "商罚", "罚款五千", out["digest"]) if told in page.text]
    stub = await reader.get(f"/public/penalties/{number}.json")
    assert (stub.status_code, stub.json()["withdrawn"]["ground"]) == (410, "annulled")
    assert (await reader.get(f"/public/penalties/{number}/versions/1.json")).status_code == 410
    history = (await reader.get(f"/public/penalties/{number}/history.json")).json()["versions"]
    assert [(one["kind"], one["href"] is None) for one in history] == [("penalty", True), ("withdrawal", False)]
    assert (await reader.get("/public/penalties.json")).json()["penalties"] == []
    (left,) = (await reader.get("/public/withdrawn.json")).json()["withdrawn"]
    assert (left["number"], left["href"]) == (number, f"/public/penalties/{number}.json")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"decided_on": (TODAY + timedelta(days=1)).isoformat()}, 422),
        ({"decided_on": "1999-01-01"}, 422),
        ({"amount_fen": -1}, 422),
        ({"amount_fen": "五千"}, 422),
        ({"number": ""}, 422),
        ({"violation": "长" * 4_001}, 422),
        ({"object": str(UUID(int=1))}, 404),
        ({"visit": str(UUID(int=1))}, 404),
        ({"surprise": 1}, 422),
    ],
)
async def test_a_penalty_that_cannot_be_is_refused(desk: Desk, more: dict[str, Any], status: int) -> None:
    answer, told = await desk.entered(**more)
    assert answer in {status, 400}, told
    assert (await desk.ask(CLERK, "GET", "/penalties")).json() == []


async def test_nothing_tells_of_a_penalty_before_it_is_out(desk: Desk) -> None:
    await desk.entered()
    for address in ("/", "/penalties", "/penalties?q=商罚", "/public/penalties.json", "/public/penalties.csv"):
        assert "商罚" not in (await desk.client.get(address)).text.replace("商罚</bdi>", "").replace('value="商罚"', "")
    first = await desk.client.get("/public/penalties/jk-2026-CF000001.json")
    other = await desk.client.get("/public/penalties/zz.json")
    assert {answer.status_code for answer in (first, other)} == {404}


async def test_a_result_is_taken_back_by_two_persons_over_http(desk: Desk) -> None:
    path = f"/publications/{await desk.publication()}"
    asked = {"ground": "wrong", "reason": "主体有误"}
    assert (await desk.post(CLERK, f"{path}/withdrawals", asked | {"reason": " "}))[0] in {400, 422}
    assert (await desk.post(CLERK, f"{path}/withdrawals", {"ground": "annulled", "reason": "x"}))[0] == 422
    assert (await desk.post(CLERK, f"/publications/{UUID(int=5)}/withdrawals", asked))[0] == 404
    status, row = await desk.post(CLERK, f"{path}/withdrawals", asked)
    assert (status, row["state"]) == (201, "asked")
    assert (await desk.post(CLERK, f"{path}/withdrawal", {"withdrawal": row["id"]}))[0] == 403
    stale = await desk.post(LEGAL, f"{path}/withdrawal", {"withdrawal": str(UUID(int=6))})
    assert (stale[0], stale[1]["now"]) == (412, row["id"])
    status, done = await desk.post(LEGAL, f"{path}/withdrawal", {"withdrawal": row["id"]})
    assert (status, done["version"]) == (200, 2)
    page = await desk.client.get(f"/results/{done['number']}?lang=en")
    assert (page.status_code, "was withdrawn" in page.text, "was wrong" in page.text) == (410, True, True)
    assert (await desk.client.get("/public/results.json")).json()["results"] == []
    kept = (await desk.ask(CLERK, "GET", f"{path}/withdrawals")).json()
    assert [one["state"] for one in kept] == ["done"]
    part = {"left_out": ["item_name"], "masked": [], "ground": "privacy", "reason": "理由"}
    late = await desk.ask(LEGAL, "PUT", f"{path}/part", json=part)
    assert (late.status_code, late.json()["code"]) == (409, "publication-exists")


@pytest.mark.parametrize(
    "query",
    ["since=x", "result=none", "result_class=none", "since=2026-13-01", "code=" + "x" * 41, "limit=x"],
)
async def test_a_filter_that_is_none_is_refused_and_odd_ones_find_nothing(desk: Desk, query: str) -> None:
    assert (await desk.client.get(f"/public/results.json?{query}")).status_code in {400, 422}
    odd = "code=%25_&item=%F0%9F%98%80&authority=nobody&since=0001-01-01&until=9999-12-31"
    answer = await desk.client.get(f"/public/results.json?{odd}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["results"] == []
    assert (await desk.client.get(f"/results?{odd}&result_class=x&since=x")).status_code == 200
    every = await desk.client.get("/public/results.json?since=0001-01-01&until=9999-12-31&result=no_problem")
    assert len(every.json()["results"]) == 1
