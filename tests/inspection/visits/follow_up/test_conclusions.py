"""第三方结论: attached where the rule-set lets it, weighed by the reviewer; nobody of theirs inspects (A-2.3, W-19)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.documents.of_record import record_view
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.visits import store
from inspection.visits.follow_up.conclude import Concluded, attach_conclusion, withdraw_conclusion
from inspection.visits.follow_up.read import follow_up_of
from inspection.visits.follow_up.refer import Wanted
from inspection.visits.follow_up.rows import ConclusionKind, ConclusionRow, HandedOver
from inspection.visits.review import store as store_reviews
from inspection.visits.review.outcomes import OutcomeCode
from tests.inspection.visits.follow_up.world import PENALTY, PROBLEM, Follow, build_follow

PAPER = "ab" * 32


async def said(follow: Follow, visit: UUID, **changes) -> Concluded:
    (task,) = await store.served_tasks([visit])
    facts = {
        "item": task.item,
        "kind": ConclusionKind.TESTING,
        "institution": "某省产品质量检验研究院",
        "qualification": "CMA 检验检测机构资质认定 230000000001",
        "number": "检字〔2026〕0123号",
        "issued_on": follow.today,
        "said": "送检样品闪点不符合 GB 19147 要求。",
        "digest": PAPER,
        "name": "检验报告.pdf",
        **changes,
    }
    return Concluded(**facts)


async def attached(follow: Follow, visit: UUID, form: str = "c1", **changes) -> ConclusionRow:
    concluded = await said(follow, visit, **changes)
    return await attach_conclusion(follow.leader, visit_id=visit, form=form, concluded=concluded)


async def test_a_conclusion_stands_beside_the_record_and_an_outcome_may_rest_on_it(follow: Follow):
    visit = await follow.begun()
    row = await attached(follow, visit)
    assert await attached(follow, visit) == row
    assert [one.inspector for one in await store.members(visit)] == follow.world.people[:2]
    await follow.recorded(visit)
    outcome = await follow.approved(visit, PROBLEM, problems="抽样检验不合格", handling="责令停止销售", basis=(row.id,))
    (kept,) = (await follow_up_of(visit)).conclusions
    assert (kept.basis_of, kept.institution, kept.digest) == ((outcome.id,), "某省产品质量检验研究院", PAPER)
    (told,) = await store_reviews.outcomes(visit)
    assert (told.problems, told.handling) == ("抽样检验不合格", "责令停止销售")
    with pytest.raises(Conflict) as used:
        await withdraw_conclusion(follow.leader, conclusion_id=row.id, reason="录入有误")
    assert used.value.message_key == "visits.conclusion_used"
    assert EventKind.CONCLUSION_ATTACHED in {line.kind for line in await read(f"visit:{visit}")}
    handed = (HandedOver(PAPER, "检验报告.pdf"),)
    assert (await follow.refer(outcome, wanted=replace(PENALTY, handed=handed))).handed == handed


async def test_two_that_come_at_the_same_moment_are_one(follow: Follow):
    visit = await follow.begun()
    one, other = await asyncio.gather(attached(follow, visit), attached(follow, visit))
    assert one.id == other.id


async def test_what_was_entered_wrongly_is_withdrawn_and_no_basis_any_more(follow: Follow):
    visit = await follow.begun()
    row = await attached(follow, visit)
    gone = await withdraw_conclusion(follow.world.head, conclusion_id=row.id, reason="张冠李戴")
    assert gone.withdrawn == "张冠李戴"
    assert await withdraw_conclusion(follow.leader, conclusion_id=row.id, reason="再次") == gone
    await follow.recorded(visit)
    for basis in (row.id, UUID(int=5)):
        with pytest.raises(Invalid) as unknown:
            await follow.approved(visit, PROBLEM, basis=(basis,))
        assert unknown.value.message_key == "visits.basis_unknown"
    assert await store_reviews.outcomes(visit) == []
    with pytest.raises(NotFound):
        await withdraw_conclusion(follow.leader, conclusion_id=UUID(int=5), reason="无")


async def test_what_is_missing_wrong_or_of_the_team_itself_is_refused(follow: Follow):
    visit = await follow.begun()
    for changes, key in (
        ({"qualification": " "}, "visits.follow_up_words"),
        ({"said": "\0"}, "visits.follow_up_words"),
        ({"number": "9" * 101}, "visits.follow_up_words"),
        ({"item": UUID(int=5)}, "visits.conclusion_item"),
        ({"issued_on": follow.today + timedelta(days=1)}, "visits.conclusion_day"),
        ({"institution": "检查员1"}, "visits.conclusion_own"),
    ):
        with pytest.raises(Invalid) as refused:
            await attached(follow, visit, **changes)
        assert refused.value.message_key == key
    with pytest.raises(Refused):
        concluded = await said(follow, visit)
        await attach_conclusion(follow.world.cmd(Role.LEADER), visit_id=visit, form="c1", concluded=concluded)
    assert (await follow_up_of(visit)).conclusions == ()


async def test_a_rule_set_without_third_parties_lets_none_in(db):
    follow = await build_follow("quanzhou-economy")
    visit = await follow.begun()
    with pytest.raises(Refused) as refused:
        await attached(follow, visit)
    assert refused.value.message_key == "visits.no_third_parties"


async def test_only_files_of_the_visit_are_handed_over(follow: Follow):
    outcome = await follow.found()
    foreign = Wanted(PENALTY.kind, PENALTY.addressee, PENALTY.ground, handed=(HandedOver(PAPER, "报告.pdf"),))
    with pytest.raises(Invalid) as refused:
        await follow.refer(outcome, wanted=foreign)
    assert (refused.value.message_key, refused.value.facts["digests"]) == ("visits.referral_file", [PAPER])
    assert (await follow.refer(outcome, wanted=foreign, also=frozenset({PAPER}))).handed == foreign.handed


async def test_the_record_says_what_was_found_what_was_done_and_whose_conclusion_it_rests_on(follow: Follow):
    visit = await follow.begun()
    row = await attached(follow, visit)
    await follow.recorded(visit)
    words = {"problems": "抽样检验不合格", "handling": "责令停止销售。"}
    await follow.approved(visit, OutcomeCode.BREACH_QUALITY, **words, basis=(row.id,))
    view = await record_view(visit, lang="zh_CN", draw=lambda _: "", times={})
    (finding,) = view.findings
    assert (finding.problems, finding.handling) == ("抽样检验不合格", "责令停止销售；其他")
    assert finding.result == "发现问题待后续处理（违反质量技术监督相关规定）"
    assert view.methods[-1] == "委托专业机构辅助（某省产品质量检验研究院 检字〔2026〕0123号）"
