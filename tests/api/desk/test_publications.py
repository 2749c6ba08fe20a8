"""Results that are out, by the forms of their pages: left, taken back, corrected; objections and penalties that end
otherwise.
"""

import pytest
from litestar import Litestar

from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, read_kind
from inspection.planning.tables import Task
from inspection.visits.reading import joined_visits
from inspection.visits.tables import Visit
from tests.api.desk.conftest import Seat
from tests.api.desk.review_party import SECOND_LEGAL, Party, people_of
from tests.inspection.visits.tablet import PRICE
from tests.inspection.visits.world import build_world

ASKING = "xinglongtai-market.2019"
"""A rule-set that has the legal office look at grave results before they go out."""


@pytest.fixture
async def party(app: Litestar, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Party:
    world = await build_world(monkeypatch)
    made = Party(app, world, clock, await world.open_visit(team=(0, 1, 2)))
    await people_of(world)
    return made


async def published(party: Party) -> tuple[Seat, str]:
    """The approver who let the result out, and the page of what is out."""
    publication, approver = await party.approved(), await party.seat(Role.APPROVER)
    await approver.takes(f"/desk/visits/{party.visit}/publication", "/publication", secrecy_reviewed="true")
    await approver.done("/desk/publications", {"through": "2026-12-31"})
    return approver, f"/desk/publications/{publication}"


async def how_often(party: Party, kind: EventKind) -> int:
    return len(await read_kind(f"visit:{party.visit}", kind))


async def public_status(party: Party) -> int:
    """What a stranger is answered who asks for the result."""
    (out, *_) = await read_kind(f"visit:{party.visit}", EventKind.PUBLICATION_PUBLISHED)
    legal = await party.seat(Role.LEGAL)
    legal.http.cookies.clear()
    return (await legal.ask(f"/results/{out.payload['number']}")).status_code


async def test_a_result_that_is_out_is_left_and_then_taken_back_by_somebody_else(party: Party) -> None:
    approver, page = await published(party)
    legal = await party.seat(Role.LEGAL)
    asked = {"ground": "wrong", "reason": "对象名称有误"}
    await legal.takes(page, "/withdrawals", **asked)
    own = await legal.fill(page, "/withdrawal")
    assert (own.status_code, 'role="alert"' in own.text) == (403, True)
    shown = await approver.takes(page, "/withdrawal-refusal", answer="名称无误")
    assert "名称无误" in shown.text
    assert await public_status(party) == 200
    await legal.takes(page, "/withdrawals", **asked)
    await approver.takes(page, "/withdrawal")
    assert await how_often(party, EventKind.PUBLICATION_WITHDRAWN) == 1
    assert await public_status(party) in {404, 410}


async def test_a_published_result_is_amended_and_its_correction_put_out_by_somebody_else(party: Party) -> None:
    approver, page = await published(party)
    legal, review = await party.seat(Role.LEGAL), f"/desk/reviews/{party.visit}"
    (out,) = await read_kind(f"visit:{party.visit}", EventKind.PUBLICATION_PUBLISHED)
    form = {"publication": str(out.payload["number"]), "reason": "复核发现遗漏"}
    codes = {"choice.codes[]": ["problem_pending"], "choice.reason": "灭火器压力不足"}
    await legal.takes(review, "/amendments", **form, **codes)
    await approver.takes(page, "/correction", reason="更正结果")
    assert await how_often(party, EventKind.PUBLICATION_CORRECTED) == 1


async def objected(party: Party, **more: str) -> tuple[Seat, str]:
    """An objection was received at the counter; the legal officer who did, and its page."""
    legal = await party.seat(Role.LEGAL)
    typed = {"grounds": "当日停业", "name": "王某", "contact": "123", **more}
    answer = await legal.fill(f"/desk/visits/{party.visit}/objections", "/objections", **typed)
    assert answer.status_code == 303, answer.text
    return legal, answer.headers["location"].partition("?")[0]


async def test_the_party_takes_its_objection_back(party: Party) -> None:
    await party.approved()
    legal, page = await objected(party)
    await legal.done(f"{page}/withdrawal", {"channel": "post"})
    shown = await legal.read(page)
    assert [one for one in shown.all("form") if "/objections/" in str(one["action"])] == []
    assert await how_often(party, EventKind.OBJECTION_WITHDRAWN) == 1


async def test_a_result_that_an_objection_shows_to_be_wrong_is_taken_back_by_another_than_its_reviewer(
    party: Party,
) -> None:
    approver, out = await published(party)
    _, page = await objected(party, publication=out.rpartition("/")[2])
    other = await party.seat(Role.LEGAL, SECOND_LEGAL)
    await other.takes(page, "/review")
    decision = {"upheld": "false", "facts": "当日确已停业", "reasons": "不应实施检查"}
    silent = await other.fill(page, "/decision", **decision)
    assert (silent.status_code, "须写明更正后的检查结果" in silent.text) == (422, True)
    await other.takes(page, "/decision", **decision, **{"instead.codes[]": ["problem_pending"]})
    assert (await other.send(f"{page}/publication-withdrawal", {"reason": "结果有误"})).status_code == 403
    await approver.takes(page, "/publication-withdrawal", reason="结果有误")
    assert await public_status(party) in {404, 410}


async def test_a_penalty_that_a_court_annuls_is_marked_so(party: Party) -> None:
    await party.approved()
    planner, page = await party.seat(Role.PLANNER), f"/desk/visits/{party.visit}/follow-up"
    facts = {"number": "商罚〔2026〕3号", "decided_on": "2026-03-02", "violation": "未建立台账", "amount_fen": "500000"}
    shown = await planner.takes(page, "/penalties", **facts, basis="第二十条", content="罚款五千元")
    (at,) = {str(one["href"]) for one in shown.all("a") if str(one["href"]).startswith("/desk/penalties/")}
    legal = await party.seat(Role.LEGAL)
    told = {"number": "（2026）行终1号", "annulled_on": "2026-03-02", "ground": "程序违法"}
    answer = await legal.fill(at, "/annulment", **told)
    assert answer.status_code == 303, answer.text
    shown = await legal.read(answer.headers["location"])
    assert "（2026）行终1号" in shown.text
    assert [one for one in shown.all("form") if str(one["action"]).endswith("/annulment")] == []


async def test_the_legal_office_says_what_to_correct_and_agrees_to_the_corrected_result(party: Party) -> None:
    await party.world.attested(party.visit)
    await Visit.update({Visit.rule_set: ASKING}).where(Visit.id == party.visit)
    await Task.update({Task.rule_set: ASKING}, force=True)
    leader, legal, review = await party.seat(Role.LEADER), await party.seat(Role.LEGAL), f"/desk/reviews/{party.visit}"
    result = {"choices.0.codes[]": ["refused_seriously"], "choices.0.reason": "拒不开门"}
    await leader.takes(review, "/approval", **result)
    objects = await legal.fill(review, "/opinion", agreed="false", reasons=" ")
    assert (objects.status_code, 'role="alert"' in objects.text) == (422, True)
    shown = await legal.takes(review, "/opinion", agreed="false", reasons="情节严重的证据不足")
    assert "情节严重的证据不足" in shown.text
    head = await party.seat(Role.SECTION_HEAD)
    corrected = {"codes[]": ["refused_seriously"], "reason": "补充两次拒绝的录像"}
    shown = await head.takes(review, "/correction", **corrected)
    assert "补充两次拒绝的录像" in shown.text
    other = await party.seat(Role.LEGAL, SECOND_LEGAL)
    shown = await other.takes(review, "/opinion", agreed="true", reasons="证据充分")
    assert "证据充分" in shown.text
    said = await read_kind(f"visit:{party.visit}", EventKind.LEGAL_REVIEWED)
    assert [one.payload["agreed"] for one in said] == [False, True]


async def test_two_visits_of_one_object_are_joined_and_taken_apart_again(party: Party) -> None:
    # The second was drawn while the first was under way.
    await party.world.push(party.world.tablet(0, party.visit).answer("f1", "yes"))
    second = await party.world.open_visit(checklist=PRICE, team=(2, 3))
    leader, page = await party.seat(Role.LEADER), f"/desk/reviews/{party.visit}"
    wrong = await leader.fill(page, "/links", b="不是编号", reason="同一对象")
    assert (wrong.status_code, "不是编号" in wrong.text) == (422, True)
    shown = await leader.takes(page, "/links", type="visit.link", b=str(second), reason="同日同一对象")
    assert "同日同一对象" in shown.text
    assert set(await joined_visits(party.visit)) == {party.visit, second}
    await leader.takes(page, "/links", type="visit.unlink", b=str(second), reason="分别处理")
    assert set(await joined_visits(party.visit)) == {party.visit}
