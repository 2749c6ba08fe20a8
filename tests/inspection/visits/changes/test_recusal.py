"""Recusal (回避) after unsealing, on both engines: by the ways of the rule-set, with chance that came later."""

from collections import Counter
from typing import Any

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.draw.changes.settle import Chance
from inspection.draw.changes.terms import ChangeState, Fresh
from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import read
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits import store
from inspection.visits.changes.ask import recuse
from inspection.visits.changes.settle import settle_change
from inspection.visits.setting import setting_of
from mobile_contract.push import Reason
from tests.inspection.visits.changes.scene import DICE, LINKS, Scene, scene


@pytest.fixture
async def here(db: Engine, cmd: Command) -> Scene:
    return await scene(cmd)


async def test_a_swap_moves_two_inspectors_and_keeps_everybody_s_load(here: Scene) -> None:
    before = {line.id: line.team for line in await here.lines()}
    asked = await here.recuse()
    assert asked.state is ChangeState.ASKED
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    assert (await here.settle(asked)).state is ChangeState.SETTLED
    after = {line.id: line.team for line in await here.lines()}
    assert Counter(one for team in after.values() for one in team) == Counter(
        one for team in before.values() for one in team
    )
    first, second = [visit for visit in before if set(before[visit]) != set(after[visit])]
    theirs = second if first == here.visit else first
    assert here.visit in {first, second}
    assert here.other not in after[here.visit]
    assert here.other in after[theirs]
    assert all(len(set(team)) == 2 for team in after.values())


async def test_the_one_who_left_is_remembered_by_the_word_for_it(here: Scene) -> None:
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    visit = await store.visit(here.visit)
    assert visit is not None
    assert (await setting_of(visit)).former == {str(here.other): Reason.RECUSED}
    assert {member.how for member in await store.members(here.visit)} == {"lot", "swap"}


async def test_a_leader_who_leaves_has_to_be_named_anew(here: Scene) -> None:
    asked = await here.recuse(here.leader)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    assert (await here.line()).leader is None


async def test_whoever_abstains_is_followed_by_lot(here: Scene) -> None:
    asked = await here.recuse(way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    team = (await here.line()).team
    assert len(set(team)) == 2
    assert here.other not in team
    assert here.office.inspectors[-1] not in team


async def test_before_unsealing_nobody_can_be_recused(here: Scene) -> None:
    sealed = next(line for line in await here.lines() if line.id != here.visit)
    with pytest.raises(Refused) as error:
        await recuse(
            here.head,
            visit_id=sealed.id,
            inspector_id=sealed.team[0],
            way=RecusalWay.SWAP,
            ground=RelationKind.KINSHIP,
        )
    assert error.value.message_key == "visits.recusal_before_unsealing"


async def test_a_way_that_the_rule_set_does_not_know_is_refused(here: Scene) -> None:
    with pytest.raises(Refused) as error:
        await here.recuse(way=RecusalWay.REDRAW)
    assert (error.value.message_key, error.value.facts["ways"]) == ("draw.change_way_unknown", ["swap", "abstain"])


async def test_only_who_is_concerned_the_leader_or_the_head_may_ask(here: Scene) -> None:
    stranger = next(one for one in here.office.inspectors if one not in {here.leader, here.other})
    asked: dict[str, Any] = {
        "visit_id": here.visit,
        "inspector_id": here.other,
        "way": RecusalWay.SWAP,
        "ground": RelationKind.KINSHIP,
    }
    for cmd in (here.self_(stranger), here.office.operator):
        with pytest.raises(Refused) as error:
            await recuse(cmd, **asked)
        assert error.value.message_key == "visits.not_concerned"
    assert await recuse(here.head, **asked)


async def test_one_change_of_a_door_at_a_time(here: Scene) -> None:
    await here.recuse()
    with pytest.raises(Conflict) as error:
        await here.recuse(here.leader)
    assert error.value.message_key == "draw.change_open"


async def test_who_asks_or_is_concerned_does_not_decide(here: Scene) -> None:
    asked = await here.recuse()
    with pytest.raises(Refused) as error:
        await decide_change(here.head, change_id=asked.id, approved=True)
    assert error.value.message_key == "draw.change_not_decider"
    own = here.office.by(str(here.other), Role.APPROVER)
    with pytest.raises(Refused) as error:
        await decide_change(own, change_id=asked.id, approved=True)
    assert error.value.message_key == "draw.change_same_person"


async def test_a_refused_change_changes_nothing_and_stays_refused(here: Scene) -> None:
    asked, team = await here.recuse(), (await here.line()).team
    assert (await decide_change(here.office.approver, change_id=asked.id, approved=False)).state is ChangeState.REFUSED
    again = await decide_change(here.office.approver, change_id=asked.id, approved=False)
    assert again.state is ChangeState.REFUSED
    with pytest.raises(Conflict):
        await decide_change(here.office.approver, change_id=asked.id, approved=True)
    with pytest.raises(Conflict):
        await here.settle(asked)
    assert (await here.line()).team == team
    assert (await here.recuse()).seq == 2


async def test_no_chance_is_taken_before_the_approval(here: Scene) -> None:
    asked = await here.recuse()
    with pytest.raises(Conflict) as error:
        await here.settle(asked)
    assert error.value.message_key == "draw.change_wrong_step"


async def test_settling_twice_gives_the_first_result(here: Scene) -> None:
    await here.with_chain()
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    link = here.link()
    first = await here.settle(asked, link)
    teams = [line.team for line in await here.lines()]
    assert await here.settle(asked, link) == first
    assert [line.team for line in await here.lines()] == teams
    with pytest.raises(Conflict):
        await here.settle(asked, here.link())


async def test_while_a_chain_stands_the_key_has_to_wait(here: Scene) -> None:
    await here.with_chain()
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    with pytest.raises(Conflict) as error:
        await here.settle(asked)
    assert error.value.message_key == "draw.change_link_first"
    here.office.minutes += 24 * 60
    assert (await here.settle(asked)).fresh_kind is Fresh.KEY


async def test_a_wrong_link_settles_nothing(here: Scene) -> None:
    await here.with_chain()
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    with pytest.raises(Refused):
        await here.settle(asked, Chance(Fresh.LINK, LINKS[3], here.chain))
    with pytest.raises(Invalid):
        await here.settle(asked, Chance(Fresh.LINK, LINKS[-2]))
    assert (await here.settle(asked, here.link())).state is ChangeState.SETTLED


async def test_dice_are_typed_by_two_persons_the_second_a_supervisor(here: Scene) -> None:
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    dice = Chance(Fresh.DICE, DICE)
    waiting = await settle_change(here.office.operator, change_id=asked.id, chance=dice)
    assert waiting.state is ChangeState.APPROVED
    with pytest.raises(Refused) as error:
        await settle_change(here.head, change_id=asked.id, chance=dice)
    assert error.value.message_key == "draw.not_a_supervisor"
    with pytest.raises(Invalid):
        await here.settle(asked, Chance(Fresh.DICE, DICE[::-1]))
    with pytest.raises(Invalid):
        await here.settle(asked, Chance(Fresh.DICE, b"12"))
    assert (await here.settle(asked, dice)).fresh == DICE


async def test_the_request_is_in_the_journal_before_its_chance_and_names_nobody(here: Scene) -> None:
    await here.with_chain()
    asked = await here.recuse()
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked, here.link())
    lines = await read(f"draw:{here.draw}")
    kinds = [line.kind.value for line in lines]
    assert kinds.index("draw.link_asked") < kinds.index("draw.change_settled")
    told = b"".join(line.text for line in lines).decode()
    assert not [person for person in here.office.inspectors if str(person) in told]
    own = [line.kind.value for line in await read(f"draw_change:{asked.id}")]
    assert own == ["draw.change_asked", "draw.change_approved"]
