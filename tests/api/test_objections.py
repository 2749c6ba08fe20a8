"""Objections over HTTP: received at the counter, reviewed on what was seen, told, printed, published anew."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.authority.tables import Account
from inspection.kernel.canonical import sha256_hex
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.publicity.store_documents import documents
from tests.inspection.publicity.world import insert
from tests.inspection.visits.publishing import APPROVER, publish
from tests.inspection.visits.world import World, build_world

LEGAL, OTHER = UUID(int=0x1E6A1), UUID(int=0x1E6A2)
SAID = {"form": "counter-1", "grounds": "执照在店内。", "name": "李店主", "contact": "1380000"}
FOUND = {"facts": "执照于检查前已更新。", "reasons": "结果与事实不符。"}
NEW = {"codes": ["rectified"], "follow_up": ["ordered_to_correct"]}


class Desk:
    """An authority with a published result, and people who ask over HTTP."""

    def __init__(self, client: httpx.AsyncClient, world: World, visit: UUID, tokens: dict[UUID, str]) -> None:
        self.client, self.world, self.visit, self._tokens = client, world, visit, tokens

    async def ask(self, who: UUID, method: str, path: str, tag: str | None = None, **sent: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._tokens[who]}"} | ({"If-Match": tag} if tag else {})
        return await self.client.request(method, path, headers=headers, **sent)

    async def received(self, **more: Any) -> httpx.Response:
        body = {"visit": str(self.visit), **SAID, **more}
        return await self.ask(LEGAL, "POST", "/office/objections", json=body)

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
        LEGAL: ("法制员", Role.LEGAL),
        OTHER: ("另一法制员", Role.LEGAL),
        APPROVER: ("分管负责人", Role.APPROVER),
        world.people[0]: ("检查员0", Role.APPROVER),
    }
    for key, (name, role) in people.items():
        await insert(
            Account,
            id=key,
            authority=world.authority,
            name=name,
            role=role.value,
            username=name,
            active=True,
            failures=0,
        )
    return Desk(client, world, visit, {key: await token_for(key) for key in people})


async def test_an_objection_goes_its_way_and_what_was_corrected_is_public_again_with_its_history(desk: Desk) -> None:
    answer = await desk.received(publication=await desk.publication())
    assert answer.status_code == 201, answer.text
    shown, tag = answer.json(), answer.headers["etag"]
    path = f"/office/objections/{shown['due']['objection']}"
    assert (shown["due"]["to_do"], shown["result"], shown["version"]) == ("take", ["no_problem"], 1)
    assert (await desk.received(publication=await desk.publication())).json() == shown
    taken = await desk.ask(LEGAL, "POST", f"{path}/review", tag)
    assert taken.status_code == 200, taken.text
    decision = {"upheld": False, **FOUND, "instead": NEW}
    stale = await desk.ask(LEGAL, "POST", f"{path}/decision", tag, json=decision)
    assert (stale.status_code, stale.json()["now"]) == (412, taken.json()["seen"])
    unnamed = await desk.ask(LEGAL, "POST", f"{path}/decision", json=decision)
    assert unnamed.status_code == 422
    early = await desk.ask(LEGAL, "POST", f"{path}/telling", json={"how": "post"})
    assert (early.status_code, early.json()["code"]) == (409, "objection-wrong-step")
    done = await desk.ask(LEGAL, "POST", f"{path}/decision", taken.headers["etag"], json=decision)
    assert (done.status_code, done.json()["due"]["to_do"]) == (200, "tell"), done.text
    twice = await desk.ask(LEGAL, "POST", f"{path}/decision", taken.headers["etag"], json=decision)
    assert twice.status_code == 412
    told = await desk.ask(OTHER, "POST", f"{path}/telling", json={"how": "post"})
    assert told.json()["due"]["to_do"] == "publish"
    (due,) = (await desk.ask(LEGAL, "GET", "/office/due")).json()
    assert (due["objection"], due["to_do"]) == (shown["due"]["objection"], "publish")
    correction = f"/office/publications/{await desk.publication()}/correction"
    same = await desk.ask(LEGAL, "POST", correction, json={"reason": "异议成立"})
    assert (same.status_code, same.json()["code"]) == (403, "same-person")
    again = await desk.ask(APPROVER, "POST", correction, json={"reason": "异议成立"})
    assert again.status_code == 200, again.text
    assert (await desk.ask(LEGAL, "GET", "/office/due")).json() == []
    number = again.json()["number"]
    page = (await desk.client.get(f"/results/{number}")).text
    assert "发现问题已责令改正" in page
    assert again.json()["replaces"] in page
    public = (await desk.client.get(f"/public/results/{number}/history.json")).json()
    assert [one["result"] for one in public["versions"]] == [["no_problem"], ["rectified"]]
    for one, digest in zip(public["versions"], (again.json()["replaces"], again.json()["digest"]), strict=True):
        exact = await desk.client.get(one["href"])
        assert sha256_hex(exact.content) == one["sha256"] == digest
    assert (await desk.client.get(f"/public/results/{number}/versions/3.json")).status_code == 404
    (listed,) = (await desk.client.get("/public/results.json")).json()["results"]
    assert (listed["version"], listed["document"]["replaces"]) == (2, again.json()["replaces"])


async def test_who_had_a_part_is_refused_and_told_whom_to_ask(desk: Desk) -> None:
    answer = await desk.received()
    path, tag = f"/office/objections/{answer.json()['due']['objection']}", answer.headers["etag"]
    for who, part in ((desk.world.people[0], "led"), (APPROVER, "publication")):
        refused = await desk.ask(who, "POST", f"{path}/review", tag)
        assert (refused.status_code, refused.json()["code"], refused.json()["part"]) == (403, "same-person", part)
        assert "法制员、另一法制员" in refused.json()["detail"]
    assert (await desk.ask(OTHER, "POST", f"{path}/review", tag)).status_code == 200


async def test_receipt_and_decision_are_printed_and_the_same_objection_gives_the_same_bytes(desk: Desk) -> None:
    answer = await desk.received(publication=await desk.publication())
    path, tag = f"/office/objections/{answer.json()['due']['objection']}", answer.headers["etag"]
    early = await desk.ask(LEGAL, "GET", f"{path}/papers/decision")
    assert (early.status_code, early.json()["code"]) == (409, "objection-wrong-step")
    receipt = await desk.ask(LEGAL, "GET", f"{path}/papers/receipt")
    assert receipt.content.startswith(b"%PDF-1.7"), receipt.text
    taken = await desk.ask(LEGAL, "POST", f"{path}/review", tag)
    await desk.ask(LEGAL, "POST", f"{path}/decision", taken.headers["etag"], json={"upheld": True, **FOUND})
    decision = await desk.ask(LEGAL, "GET", f"{path}/papers/decision", params={"lang": "en"})
    assert decision.content.startswith(b"%PDF-1.7")
    assert (await desk.ask(LEGAL, "GET", f"{path}/papers/receipt")).content == receipt.content
    picture = await desk.ask(LEGAL, "GET", f"{path}/papers/receipt", params={"form": "png"})
    assert picture.content.startswith(b"\x89PNG")


async def test_the_list_says_what_is_late_and_whose_it_is(desk: Desk) -> None:
    first = (await desk.received()).json()["due"]
    second = await desk.received(form="counter-2", channel="post")
    path = f"/office/objections/{second.json()['due']['objection']}"
    await desk.ask(OTHER, "POST", f"{path}/review", second.headers["etag"])
    listed = (await desk.ask(LEGAL, "GET", "/office/objections")).json()
    # Of one instant and one due day: in the order of their ids, which is chance.
    assert {(one["number"], one["to_do"], one["reviewer_name"]) for one in listed} == {
        (first["number"], "take", None),
        (second.json()["due"]["number"], "decide", "另一法制员"),
    }
    page = f"/office/objections?limit=1&after={listed[0]['objection']}"
    assert (await desk.ask(LEGAL, "GET", page)).json() == listed[1:]
    (taken,) = (await desk.ask(LEGAL, "GET", "/office/objections?state=in_review")).json()
    assert taken["reviewer"] == str(OTHER)
    late = (await desk.ask(LEGAL, "GET", "/office/due?on=2026-12-31")).json()
    assert {(one["number"], one["overdue"]) for one in late} == {(first["number"], True), (taken["number"], True)}
    gone = await desk.ask(LEGAL, "POST", f"{path}/withdrawal", json={})
    assert (gone.json()["due"]["state"], gone.json()["due"]["to_do"]) == ("withdrawn", "nothing")


async def test_at_the_counter_nobody_speaks_for_the_door_and_unknown_things_are_not_found(desk: Desk) -> None:
    assert (await desk.received(channel="door")).status_code == 422
    assert (await desk.received(grounds=" ")).status_code == 422
    assert (await desk.received(visit=str(UUID(int=5)))).status_code == 404
    unknown = f"/office/objections/{UUID(int=5)}"
    for method, path in (("GET", unknown), ("GET", f"{unknown}/papers/receipt"), ("POST", f"{unknown}/review")):
        answer = await desk.ask(LEGAL, method, path, f'"{"0" * 64}"')
        assert (answer.status_code, answer.json()["code"]) == (404, "objection-unknown"), path
    assert (
        await desk.ask(APPROVER, "POST", "/office/objections", json={"visit": str(desk.visit), **SAID})
    ).status_code == 403
