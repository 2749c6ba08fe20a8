"""Review over HTTP, from doubt to the approval and the legal office's word; and every way in which it is refused."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from inspection.authority.tables import Account
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.settings import Settings
from inspection.planning.plan_rules import PlanState
from inspection.planning.tables import AnnualPlan, Task
from inspection.publicity.open_publications import open_publications
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.tables import Visit
from tests.inspection.publicity.world import insert
from tests.inspection.visits.world import World, build_world

HEAD, LEGAL, OTHER, APPROVER = (UUID(int=number) for number in (0xAE, 0x1E6A1, 0x1E6A2, 0xA9))
PHOTO = "ab" * 32
ASKING = "xinglongtai-market.2019"


class Desk:
    """An authority with one unsealed visit of a team of three, and people who ask over HTTP."""

    def __init__(self, client: httpx.AsyncClient, clock: FixedClock, world: World, visit: UUID) -> None:
        self.client, self.clock, self.world, self.visit = client, clock, world, visit
        self.tokens: dict[UUID, str] = {}
        self.path = f"/office/visits/{visit}"

    @property
    def leader(self) -> UUID:
        return self.world.people[0]

    async def ask(self, who: UUID, method: str, path: str, tag: str | None = None, **sent: Any) -> httpx.Response:
        # The server's clock goes on with the world's: what is decided now is later than what came before.
        self.world.now += timedelta(seconds=1)
        self.clock.instant = self.world.now
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | ({"If-Match": f'"{tag}"'} if tag else {})
        return await self.client.request(method, path, headers=headers, **sent)

    async def get(self, path: str, who: UUID = HEAD) -> Any:
        answer = await self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: UUID, path: str, body: dict[str, Any], tag: str | None = None) -> Any:
        answer = await self.ask(who, "POST", path, tag, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def refused(self, who: UUID, path: str, body: dict[str, Any], tag: str | None = None) -> tuple[int, str, Any]:
        """Status, code and all that is told of a request that must be refused; with words in both languages."""
        answer = await self.ask(who, "POST", path, tag, json=body)
        told = answer.json()
        assert answer.status_code >= 400, answer.text
        assert len(told["detail"]) > 5
        return answer.status_code, told["code"], told

    async def seen(self) -> str:
        return str((await self.get(f"{self.path}/review"))["sheet"]["seen"])

    async def line(self, **asked: Any) -> dict[str, Any] | None:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        page = await self.get(f"/office/reviews?{query}")
        return next((one for one in page["lines"] if one["visit"] == str(self.visit)), None)

    async def step(self) -> str | None:
        line = await self.line()
        return line["step"] if line else None

    async def decide(self, kind: str, tag: str | None = None, **decision: Any) -> Any:
        body = {"decision": {"type": kind, "reason": "核实", **decision}}
        return await self.post(self.leader, f"{self.path}/decisions", body, tag or await self.seen())


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path / "data", rate_limit=False)


@pytest.fixture
async def desk(
    app: Litestar,
    client: httpx.AsyncClient,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    token_for: Callable[[UUID], Awaitable[str]],
) -> Desk:
    world = await build_world(monkeypatch)
    await AnnualPlan.update(state=PlanState.FILED.value, approved_at=world.now, force=True)
    made = Desk(client, clock, world, await world.open_visit(team=(0, 1, 2)))
    people = {
        HEAD: Role.SECTION_HEAD,
        LEGAL: Role.LEGAL,
        OTHER: Role.LEGAL,
        APPROVER: Role.APPROVER,
        world.people[0]: Role.LEADER,
        world.people[1]: Role.APPROVER,
        world.people[2]: Role.SECTION_HEAD,
    }
    for key, role in people.items():
        named = {"name": f"{role}{key.int % 1000}", "username": f"{role}{key.int % 1000}"}
        held = {"role": role.value, "active": True, "failures": 0}
        await insert(Account, id=key, authority=world.authority, **named, **held)
        made.tokens[key] = await token_for(key)
    return made


async def approved(desk: Desk, *, rules: str | None = None, **choice: Any) -> dict[str, Any]:
    """An attested record, approved by its leader; its result, with what a review of it must name."""
    await desk.world.attested(desk.visit)
    if rules is not None:
        await Visit.update({Visit.rule_set: rules}).where(Visit.id == desk.visit)
        await Task.update({Task.rule_set: rules}, force=True)
    task = next(str(one.task) for one in desk.world.draws.values())
    choices = [{"task": task, "reason": "拒不开门", **choice}] if choice else []
    body = {"seen": await desk.seen(), "choices": choices}
    await desk.post(desk.leader, f"{desk.path}/approval", body)
    await seed_calendar(desk.world.cmd())
    await open_publications(desk.world.cmd(), visit_id=desk.visit)
    (outcome,) = (await desk.get(f"{desk.path}/review"))["sheet"]["outcomes"]
    return {"task": task, **outcome}


async def test_work_under_doubt_is_decided_returned_with_a_day_and_approved_at_last(desk: Desk) -> None:
    world = desk.world
    a, b = await world.attested(desk.visit)
    stolen, lost = (
        world.tablet(1, desk.visit, device=UUID(int=0xD1)),
        world.tablet(1, desk.visit, device=UUID(int=0xD2)),
    )
    note = stolen.write("note.add", {"text": "拾得的平板"}, ck=None)
    other = lost.answer("f3", "no", comment="灭火器过期")
    await world.push(note, other, revoked=True)
    line = await desk.line(step="flagged")
    assert line is not None
    assert (line["doubtful"], line["turn"]) == (2, {"role": "leader", "person": str(desk.leader)})
    shown = await desk.get(f"{desk.path}/review")
    assert sorted(shown["sheet"]["doubtful"]) == sorted([note.text_hash, other.text_hash])
    flagged = {one["hash"]: one for one in shown["flagged"]}
    assert (flagged[note.text_hash]["counts"], shown["ways"]) == (False, ["admit", "exclude"])
    (reason,) = flagged[note.text_hash]["reasons"]
    assert (reason["word"], "停用" in reason["zh"], "revoked" in reason["en"]) == ("device-revoked", True, True)
    await desk.decide("exclude", targets=[note.text_hash])
    await desk.decide("admit", targets=[other.text_hash])
    assert await desk.step() == "conflict"
    (conflict,) = (await desk.get(f"{desk.path}/review"))["sheet"]["conflicts"]
    assert conflict["topic"] == "f3"
    await desk.decide("resolve", item="f3", how="value", value="no", over=conflict["heads"])
    await world.push(a.submit(b, lost), b.submit(a, lost))
    assert await desk.step() == "review"
    seen = await desk.seen()
    point = {"checklist": "fire", "item": "f3", "remark": "补拍灭火器照片"}
    back = {"seen": seen, "remarks": "补照片", "fields": [point], "correct_by": "2026-03-05"}
    await desk.post(desk.leader, f"{desk.path}/return", back)
    line = await desk.line()
    assert line is not None
    assert (line["step"], line["correct_by"], line["turn"]["role"]) == ("returned", "2026-03-05", "inspector")
    clocks = [one for one in (await desk.get("/office/clocks"))["clocks"] if one["matter"] == "correction"]
    assert [(one["subject"], one["due_on"], one["days"]) for one in clocks] == [(str(desk.visit), "2026-03-05", 3)]
    await world.push(a.write("note.add", {"text": "已补"}), a.submit(b, lost), b.submit(a, lost))
    assert await desk.step() == "review"
    assert [one for one in (await desk.get("/office/clocks"))["clocks"] if one["matter"] == "correction"] == []
    done = await desk.post(desk.leader, f"{desk.path}/approval", {"seen": await desk.seen()})
    assert [one["codes"] for one in done["outcomes"]] == [["problem_pending"]]
    returned, settled = (await desk.get(f"{desk.path}/review"))["sheet"]["reviews"]
    assert (returned["decision"], returned["correct_by"], settled["decision"]) == ("returned", "2026-03-05", "approved")


async def test_the_record_is_shown_side_by_side_with_times_media_and_why(desk: Desk) -> None:
    world = desk.world
    a, b = world.tablet(0, desk.visit), world.tablet(1, desk.visit)
    one = a.answer("f1", "yes", comment="有")
    two = b.answer("f1", "no", comment="无")
    a.photo(PHOTO, "f1")
    dispute = b.stance("dispute", one)
    a.submit()
    await world.push(*a.entries, *b.entries)
    answer = await desk.ask(HEAD, "GET", f"{desk.path}/review")
    shown = answer.json()
    sheet = shown["sheet"]
    assert answer.headers["etag"] == f'"{sheet["seen"]}"'
    point = next(each for each in sheet["points"] if each["code"] == "f1")
    assert (point["cls"], point["text"]["zh"], point["value"]) == ("conflict", "检查点f1", None)
    told = {each["entry"]: each for each in point["answers"]}
    assert {each["name"]: (each["value"], each["comment"]) for each in told.values()} == {
        "检查员0": ("yes", "有"),
        "检查员1": ("no", "无"),
    }
    assert (told[one.text_hash]["media"], told[two.text_hash]["media"]) == ([PHOTO], [])
    assert told[one.text_hash]["time"]["not_after"] is not None
    assert [(each["entry"], each["targets"], each["reason"]) for each in point["disputes"]] == [
        (dispute.text_hash, [one.text_hash], "当面核对")
    ]
    assert [each["word"] for each in point["because"]] == ["differ"]
    assert shown["words"]["differ"]
    assert [(each["digest"], each["item"]) for each in sheet["missing_media"]] == [(PHOTO, "f1")]
    assert sheet["silent"] == sorted([str(world.people[1]), str(world.people[2])])
    (proposed,) = sheet["proposed"]
    assert (proposed["codes"], sorted(proposed["undecided"])) == ([], ["f1", "f2", "f3"])


async def test_every_step_is_refused_in_the_wrong_state_on_a_stale_screen_and_by_those_who_inspected(
    desk: Desk,
) -> None:
    approval, back = f"{desk.path}/approval", f"{desk.path}/return"
    early = {"seen": await desk.seen()}
    assert (await desk.refused(desk.leader, approval, early))[:2] == (409, "visit-wrong-step")
    _, b = await desk.world.attested(desk.visit)
    stale = {"seen": early["seen"], "remarks": "看看"}
    for path in (approval, back):
        status, code, told = await desk.refused(desk.leader, path, stale if path == back else early)
        assert (status, code, told["now"]) == (412, "stale-screen", await desk.seen())
    seen = await desk.seen()
    inspected = desk.world.people[2]
    for path, body in ((approval, {"seen": seen}), (back, {"seen": seen, "remarks": "看看"})):
        assert (await desk.refused(inspected, path, body))[:2] == (403, "same-person")
    ruling = {"decision": {"type": "exclude", "targets": [b.entries[0].text_hash], "reason": "x"}}
    assert (await desk.refused(inspected, f"{desk.path}/decisions", ruling, seen))[:2] == (403, "same-person")
    past = {"seen": seen, "remarks": "看看", "correct_by": "2026-03-01"}
    status, code, told = await desk.refused(desk.leader, back, past)
    assert (status, code, told["today"]) == (422, "invalid", "2026-03-02")
    (task,) = [str(one.task) for one in desk.world.draws.values()]
    choice = {"task": task, "codes": ["rectified"], "reason": "已改", "rectify_by": "2026-03-01"}
    assert (await desk.refused(desk.leader, approval, {"seen": seen, "choices": [choice]}))[:2] == (422, "invalid")
    await desk.world.push(b.answer("f3", "no"), b.submit())
    conflicted = {"seen": await desk.seen()}
    status, code, told = await desk.refused(desk.leader, approval, conflicted)
    assert (status, code, told["topics"]) == (409, "record-in-conflict", ["f3"])
    publish = {"secrecy_reviewed": True}
    status, code, _ = await desk.refused(APPROVER, f"{desk.path}/publication-approval", publish)
    assert (status, code) == (409, "publication-not-ready")


async def test_a_double_approval_is_refused_and_neither_approver_nor_inspector_lets_it_out(desk: Desk) -> None:
    await approved(desk)
    again = {"seen": await desk.seen()}
    assert (await desk.refused(desk.leader, f"{desk.path}/approval", again))[:2] == (409, "visit-wrong-step")
    path, body = f"{desk.path}/publication-approval", {"secrecy_reviewed": True}
    assert (await desk.refused(desk.world.people[1], path, body))[:2] == (403, "same-person")
    assert (await desk.refused(desk.leader, path, body))[:2] == (403, "forbidden")
    first = await desk.post(APPROVER, path, body)
    assert len(first["publications"]) == 1
    assert (await desk.post(APPROVER, path, body))["publications"] == []
    # 威海 第二十五条: the clock starts when the task is completed, which this approval did.
    assert await desk.step() == "publication"


async def test_neither_a_sealed_visit_nor_what_is_deferred_is_published(desk: Desk) -> None:
    sealed = await desk.world.draw(objects=(3,))
    (visit,) = (await assemble_visits(desk.world.cmd(), draw_id=sealed.draw)).created
    body = {"secrecy_reviewed": True}
    path = f"/office/visits/{visit}"
    assert (await desk.refused(APPROVER, f"{path}/publication-approval", body))[:2] == (409, "publication-not-ready")
    assert (await desk.refused(HEAD, f"{path}/approval", {"seen": "0" * 64}))[:2] == (409, "visit-wrong-step")
    await approved(desk)
    await desk.post(APPROVER, f"{desk.path}/publication-approval", body)
    (due,) = await desk.get("/office/due?on=2026-03-02")
    held = {"reason": "涉及商业秘密，核实中", "ground": "trade_secret", "until": "2027-06-01"}
    await desk.post(APPROVER, f"/office/publications/{due['publication']}/withholding", held)
    report = await desk.post(APPROVER, "/office/publications/publish-due", {"through": "2026-12-31"})
    assert (report["published"], [one["why"] for one in report["kept_in"]]) == ([], [["deferred"]])
    assert (await desk.refused(LEGAL, "/office/publications/publish-due", {}))[:2] == (403, "forbidden")


async def test_the_legal_office_speaks_on_what_it_saw_and_is_heard(desk: Desk) -> None:
    outcome = await approved(desk, rules=ASKING, codes=["refused_seriously"])
    path = f"/office/outcomes/{outcome['outcome']['id']}"
    assert (outcome["standing"], outcome["because"]) == ("waiting", ["outcome:refused_seriously"])
    line = await desk.line(step="legal_review")
    assert line is not None
    assert (line["seen"], line["outcomes"], line["turn"]["role"]) == (
        outcome["seen"],
        [outcome["outcome"]["id"]],
        "legal",
    )
    review = f"{path}/legal-review"
    word = {"agreed": False, "reasons": "情节严重的证据不足"}
    assert (await desk.refused(LEGAL, review, word))[:2] == (422, "invalid")
    status, code, told = await desk.refused(LEGAL, review, word, "0" * 64)
    assert (status, code, told["now"]) == (412, "stale-screen", outcome["seen"])
    for who in (HEAD, APPROVER, desk.leader):
        assert (await desk.refused(who, review, word, outcome["seen"]))[:2] == (403, "forbidden")
    said = await desk.post(LEGAL, review, word, outcome["seen"])
    assert await desk.post(LEGAL, review, word, outcome["seen"]) == said
    due = await desk.get("/office/due?on=2026-03-02")
    assert [one["why"][0] for one in due] == ["legal_objection"]
    instead = {"task": outcome["task"], "codes": ["refused_seriously"], "reason": "补充两次拒绝的录像"}
    made = await desk.post(HEAD, f"{path}/correction", instead, outcome["seen"])
    status, code, told = await desk.refused(LEGAL, review, word, outcome["seen"])
    assert (status, code, told["outcome"], told["now"]) == (412, "stale-screen", made["outcome"], made["seen"])
    agreed = {"agreed": True, "reasons": "证据充分"}
    new = f"/office/outcomes/{made['outcome']}/legal-review"
    assert (await desk.post(OTHER, new, agreed, made["seen"]))["agreed"]
    assert (await desk.refused(LEGAL, new, agreed, made["seen"]))[:2] == (409, "conflict")
    await desk.post(APPROVER, f"{desk.path}/publication-approval", {"secrecy_reviewed": True})
    report = await desk.post(APPROVER, "/office/publications/publish-due", {"through": "2026-12-31"})
    assert (len(report["published"]), report["kept_in"]) == (1, [])


async def test_who_did_what_and_when_is_one_list(desk: Desk) -> None:
    await approved(desk)
    await desk.post(APPROVER, f"{desk.path}/publication-approval", {"secrecy_reviewed": True})
    await desk.post(APPROVER, "/office/publications/publish-due", {"through": "2026-12-31"})
    acts = await desk.get(f"{desk.path}/responsibility")
    assert [one["at"] for one in acts] == sorted(one["at"] for one in acts)
    told = {(one["part"], one["what"], one["by"]) for one in acts}
    leader, second = str(desk.leader), str(desk.world.people[1])
    assert {
        ("drafted", "entry.submit", leader),
        ("drafted", "entry.submit", second),
        ("approved", "visit.approved", leader),
        ("published", "publication.approved", str(APPROVER)),
        ("published", "publication.published", str(APPROVER)),
    } <= told
    assert all(one["by_name"] and one["seq"] > 0 for one in acts)
    other = await desk.ask(HEAD, "GET", f"/office/visits/{UUID(int=5)}/responsibility")
    assert other.status_code == 404


async def test_the_queue_is_read_page_by_page_and_a_mark_that_nobody_gave_out_is_refused(desk: Desk) -> None:
    await desk.world.attested(desk.visit)
    page = await desk.get("/office/reviews?limit=1&mine=true", desk.leader)
    assert [one["visit"] for one in page["lines"]] == [str(desk.visit)]
    assert {one["source"]: one["visits"] for one in page["totals"]} == {"record": 1, "legal": 0, "publication": 0}
    wrong = await desk.ask(HEAD, "GET", "/office/reviews?after=x")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
