"""Another inspector by lot (递补): for the rule-set's reasons, with its approval, before and after unsealing."""

from dataclasses import replace
from uuid import UUID

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.terms import ChangeState, Fresh
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.tables import Inspector
from inspection.visits import store
from inspection.visits.changes.ask import ask_replacement
from inspection.visits.setting import setting_of
from inspection.visits.tables import Visit
from mobile_contract.push import Reason
from tests.inspection.visits.changes.scene import Scene, scene

WEIHAI, QUANZHOU, JINFENG = "weihai-jingkai-commerce.2019", "quanzhou-economy.2016", "jinfeng-commerce.2023"


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await scene(cmd)


async def test_who_is_ill_is_followed_by_lot_after_the_approval(here: Scene) -> None:
    (asked,) = await ask_replacement(
        here.head, visit_id=here.visit, inspector_id=here.other, reason="health", note="住院"
    )
    assert asked.state is ChangeState.ASKED
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    assert here.other not in (await here.line()).team
    visit = await store.visit(here.visit)
    assert visit is not None
    assert (await setting_of(visit)).former == {str(here.other): Reason.STALE_ASSIGNMENT}
    left = next(one for one in await store.members(here.visit) if one.inspector == here.other)
    assert left.left_reason == "health"
    assert {one.how for one in await store.members(here.visit)} == {"lot", "substitute"}


async def test_a_sealed_visit_changes_its_team_and_stays_sealed(here: Scene) -> None:
    sealed = next(line for line in await here.lines() if line.id != here.visit)
    (asked,) = await ask_replacement(
        here.head, visit_id=sealed.id, inspector_id=sealed.team[1], reason="post-change", note="调离"
    )
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    after = await here.line(sealed.id)
    assert (after.state, after.object) == (sealed.state, None)
    assert sealed.team[1] not in after.team


async def test_the_same_reasons_as_the_rule_set_and_no_others(here: Scene) -> None:
    asked = {"visit_id": here.visit, "inspector_id": here.other}
    with pytest.raises(Refused) as error:
        await ask_replacement(here.head, **asked, reason="holiday", note="休假")
    assert error.value.facts["reasons"] == ["post-change", "work-conflict", "health"]
    with pytest.raises(Refused) as error:
        await ask_replacement(here.head, **asked, reason="recusal", note="回避")
    assert error.value.message_key == "draw.change_recusal_by_way"
    for note in ("", " ", "长" * 2001):
        with pytest.raises(Invalid):
            await ask_replacement(here.head, **asked, reason="health", note=note)


async def test_somebody_who_is_not_in_the_team_is_not_replaced(here: Scene) -> None:
    stranger = next(one for one in here.office.inspectors if one not in {here.leader, here.other})
    with pytest.raises(Conflict) as error:
        await ask_replacement(here.head, visit_id=here.visit, inspector_id=stranger, reason="health", note="病假")
    assert error.value.message_key == "visits.change_not_drawn"


async def test_whoever_cannot_be_sent_any_more_is_not_drawn(here: Scene) -> None:
    kept = next(one for one in here.office.inspectors[:-1] if one not in {here.leader, here.other})
    await Inspector.update({Inspector.active: False}).where(Inspector.id.not_in([here.leader, here.other, kept]))
    (asked,) = await ask_replacement(
        here.head, visit_id=here.visit, inspector_id=here.other, reason="health", note="住院"
    )
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    assert set((await here.line()).team) == {here.leader, kept}


async def test_where_nobody_is_left_the_replacement_is_refused_and_a_recusal_leaves_the_place_empty(
    here: Scene,
) -> None:
    await Inspector.update({Inspector.active: False}).where(Inspector.id.not_in([here.leader, here.other]))
    with pytest.raises(Refused) as error:
        await ask_replacement(here.head, visit_id=here.visit, inspector_id=here.other, reason="health", note="住院")
    assert error.value.message_key == "draw.change_nobody"
    with pytest.raises(Conflict) as conflict:
        await here.recuse(way=RecusalWay.SWAP)
    assert conflict.value.message_key == "draw.change_no_partner"
    asked = await here.recuse(way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    assert (await here.line()).team == (here.leader,)


async def test_after_the_approval_of_the_record_nothing_changes(here: Scene) -> None:
    await Visit.update({Visit.state: "approved"}).where(Visit.id == here.visit)
    with pytest.raises(Conflict) as error:
        await ask_replacement(here.head, visit_id=here.visit, inspector_id=here.other, reason="health", note="住院")
    assert error.value.message_key == "visits.change_too_late"


@pytest.mark.parametrize("rules", [QUANZHOU, JINFENG])
async def test_where_nobody_s_word_is_asked_the_change_is_approved_at_once(
    db: Engine, cmd: Command, rules: str
) -> None:
    here = await scene(cmd, rules=rules)
    asked = await here.recuse(way=RecusalWay.REDRAW)
    assert (asked.state, asked.decided_by) == (ChangeState.APPROVED, None)
    done = await here.settle(asked)
    assert done.fresh_kind is Fresh.KEY
    assert here.other not in (await here.line()).team


async def test_another_authority_sees_no_visit_of_ours(here: Scene) -> None:
    with pytest.raises(NotFound):
        await ask_replacement(
            replace(here.head, authority=UUID(int=9)),
            visit_id=here.visit,
            inspector_id=here.other,
            reason="health",
            note="住院",
        )
