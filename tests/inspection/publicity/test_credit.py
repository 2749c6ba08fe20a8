"""信用归集: what is public of an object becomes its marks, and ends with what is public; on both engines."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.work.store import Job
from inspection.policy.load import rule_set_named
from inspection.policy.terms import Mark
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct import correct_publication
from inspection.publicity.credit.feed import JOB, feed_credit
from inspection.publicity.credit.rules import InForce, of_number, turn
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.enter import PenaltyDraft, enter_penalty
from inspection.publicity.penalties.store import AnnulledBy
from inspection.publicity.publish import publish_due
from inspection.publicity.withdraw import approve_withdrawal, ask_withdrawal
from inspection.registry import find
from inspection.registry.objects.record_mark import record_mark
from inspection.registry.objects.rules import grounds_on
from inspection.visits.review.outcomes import OutcomeCode
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import VisitMade, World, build_world

LAST = date(2026, 3, 30)
IN_TIME = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
NUMBER = "sw-2026-000001"


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


@pytest.fixture
def approver(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.APPROVER, "分管负责人")


@pytest.fixture
def publisher(make_cmd: MakeCommand) -> Command:
    return make_cmd(Role.PLANNER, "经办人", now=IN_TIME)


async def fed(cmd: Command, world: World, **payload: Any) -> None:
    job = Job(UUID(int=1), JOB, "lane", "stream", 1, world.authority, payload, 1, cmd.now)
    for _ in range(2):
        await feed_credit(cmd, job)


async def out(world: World, approver: Command, publisher: Command, codes: str) -> tuple[VisitMade, UUID]:
    visit = await world.add_visit(codes=codes)
    await world.complete_task()
    await approve_publication(approver, visit_id=visit.id, secrecy_reviewed=True)
    (done,) = (await publish_due(publisher, through=LAST)).published
    await fed(publisher, world, publication=str(done.publication))
    return visit, done.publication


async def marks(visit: VisitMade) -> list[tuple[Mark, str, date | None]]:
    return [(one.mark, one.reference, one.lifted_on) for one in await find.marks_of(visit.object)]


async def test_a_published_problem_counts_from_the_day_of_the_inspection(
    world: World, approver: Command, publisher: Command
) -> None:
    visit, _ = await out(world, approver, publisher, '["problem_pending"]')
    (mark,) = await find.marks_of(visit.object)
    assert (mark.mark, mark.since, mark.source) == (Mark.PROBLEM_FOUND, date(2026, 3, 2), "某市商务局")
    assert mark.reference == f"{NUMBER}.v1"


@pytest.mark.parametrize("codes", ['["no_problem"]', '["closed"]', '["no_such_activity"]'])
async def test_a_result_that_speaks_against_nobody_makes_no_mark(
    world: World, approver: Command, publisher: Command, codes: str
) -> None:
    visit, _ = await out(world, approver, publisher, codes)
    assert await marks(visit) == []


async def test_a_correction_ends_the_mark_and_the_next_one_makes_its_own(
    world: World, approver: Command, publisher: Command
) -> None:
    visit, publication = await out(world, approver, publisher, '["refused_seriously"]')
    fair = await world.add_outcome(visit.id, '["no_problem"]', replaces=visit.outcome, by="other")
    await correct_publication(publisher, publication_id=publication, reason="复核更正")
    await fed(publisher, world, publication=str(publication))
    assert await marks(visit) == [(Mark.PROBLEM_FOUND, f"{NUMBER}.v1", LAST)]
    await world.add_outcome(visit.id, '["rectified"]', replaces=fair, by="other")
    await correct_publication(publisher, publication_id=publication, reason="再次复核更正")
    await fed(publisher, world, publication=str(publication))
    assert await marks(visit) == [
        (Mark.PROBLEM_FOUND, f"{NUMBER}.v1", LAST),
        (Mark.PROBLEM_FOUND, f"{NUMBER}.v3", None),
    ]


async def test_what_is_taken_back_no_longer_counts(
    world: World, approver: Command, publisher: Command, make_cmd: MakeCommand
) -> None:
    visit, publication = await out(world, approver, publisher, '["unreachable"]')
    asked = await ask_withdrawal(
        publisher, publication_id=publication, ground=WithdrawalGround.WRONG, reason="公示对象有误"
    )
    other = make_cmd(Role.APPROVER, "另一分管负责人", now=IN_TIME)
    await approve_withdrawal(other, publication_id=publication, withdrawal_id=asked.id)
    await fed(publisher, world, publication=str(publication))
    assert await marks(visit) == [(Mark.PROBLEM_FOUND, f"{NUMBER}.v1", LAST)]


async def test_a_penalty_counts_for_three_years_in_the_targeted_pool_until_it_is_annulled(
    world: World, approver: Command, publisher: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit()
    legal = make_cmd(Role.LEGAL, "法制机构", now=IN_TIME, authority=world.authority)
    entered = await enter_penalty(
        legal,
        authority=world.authority,
        draft=PenaltyDraft(
            object=visit.object,
            visit=visit.id,
            number="商罚〔2026〕1号",
            decided_on=date(2026, 3, 20),
            violation="未按规定公示",
            basis="某条例第一条",
            content="警告",
        ),
    )
    await fed(publisher, world, penalty=str(entered.penalty.id))
    assert await marks(visit) == [(Mark.PENALTY, "商罚〔2026〕1号", None)]
    grounds = [one for one in rule_set_named("anyue-joint.2020").risk.targeted if one.mark is Mark.PENALTY]
    assert grounds

    async def pooled(day: date) -> bool:
        return bool(grounds_on([one.marked for one in await find.marks_of(visit.object)], grounds, day))

    assert [await pooled(day) for day in (date(2026, 3, 20), date(2029, 3, 20), date(2029, 3, 21))] == [
        True,
        True,
        False,
    ]
    await annul_penalty(
        legal,
        penalty_id=entered.penalty.id,
        annulled=Annulled(by=AnnulledBy.COURT, number="行初1号", ground="事实不清", annulled_on=LAST),
    )
    await fed(publisher, world, penalty=str(entered.penalty.id))
    assert await marks(visit) == [(Mark.PENALTY, "商罚〔2026〕1号", LAST)]
    assert not await pooled(LAST)


async def test_a_penalty_that_came_in_a_file_before_is_the_same_fact(
    world: World, publisher: Command, make_cmd: MakeCommand
) -> None:
    visit = await world.add_visit()
    day, number = date(2026, 3, 20), "商罚〔2026〕2号"
    legal = make_cmd(Role.LEGAL, "法制机构", now=IN_TIME, authority=world.authority)
    await record_mark(
        legal,
        authority=world.authority,
        object_id=visit.object,
        mark=Mark.PENALTY,
        since=day,
        reference=number,
        source="信用平台",
    )
    draft = PenaltyDraft(visit.object, visit.id, number, day, "未按规定公示", "某条例第一条", "警告")
    entered = await enter_penalty(legal, authority=world.authority, draft=draft)
    await fed(publisher, world, penalty=str(entered.penalty.id))
    assert await marks(visit) == [(Mark.PENALTY, number, None)]


VERSIONS = st.lists(st.sampled_from([*OutcomeCode, None]), min_size=1, max_size=8)


@given(versions=VERSIONS)
def test_whatever_a_result_was_before_exactly_what_is_public_counts(versions: list[OutcomeCode | None]) -> None:
    held: dict[str, bool] = {}
    for number, code in enumerate(versions, start=1):
        told = InForce(NUMBER, number, frozenset({code} if code else ()), date(2026, 3, 2))
        for _ in range(2):
            ours = of_number(NUMBER, held)
            wanted = turn(told, {one for one in ours if held[one]}, ours)
            held |= dict.fromkeys(wanted.lift, False)
            if wanted.make:
                assert told.reference not in held
                held[told.reference] = True
        assert sum(held.values()) == told.counts


@given(other=st.text(st.characters(categories=("L", "N", "P")), max_size=20))
def test_marks_of_other_publications_are_left_alone(other: str) -> None:
    found = of_number(NUMBER, [f"{NUMBER}.v1", f"{NUMBER}.v12", f"{NUMBER}1.v1", other, f"x{NUMBER}.v1"])
    assert found == {f"{NUMBER}.v1", f"{NUMBER}.v12"}
