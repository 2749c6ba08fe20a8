"""Taking back what is public: two persons, a page that says so and no more, and no way back but a correction."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity import open_data
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.channels import store as channels
from inspection.publicity.channels.rules import ChannelKind, DeliveryState
from inspection.publicity.channels.store import ChannelRow
from inspection.publicity.channels.tables import Delivery
from inspection.publicity.correct import correct_publication
from inspection.publicity.due_list import DueWithdrawal, due_list
from inspection.publicity.kinds import WithdrawalGround
from inspection.publicity.objections.due import unfinished
from inspection.publicity.objections.store import objection
from inspection.publicity.objections.tables import Objection
from inspection.publicity.publish import publish_due
from inspection.publicity.published import (
    published,
    published_page,
    published_versions,
    readable_version,
    withdrawn_page,
)
from inspection.publicity.settled import settled
from inspection.publicity.withdraw import (
    approve_withdrawal,
    ask_withdrawal,
    known_withdrawals,
    refuse_withdrawal,
    withdraw_for_objection,
)
from tests.conftest import MakeCommand
from tests.inspection.publicity.test_publish import IN_TIME, LAST
from tests.inspection.publicity.world import VisitMade, World, build_world, insert

WRONG = WithdrawalGround.WRONG
NUMBER = "sw-2026-000001"


class Press:
    """A result that is out, and those who may take it back."""

    def __init__(self, world: World, make_cmd: MakeCommand) -> None:
        self.world, self._make = world, make_cmd
        self.visit: VisitMade
        self.publication: UUID

    def by(self, name: str, role: Role = Role.APPROVER) -> Command:
        return self._make(role, name, now=IN_TIME, authority=self.world.authority)

    async def publish(self) -> None:
        self.visit = await self.world.add_visit(codes='["rectified"]')
        await self.world.complete_task()
        await approve_publication(self.by("分管负责人"), visit_id=self.visit.id, secrecy_reviewed=True)
        (out,) = (await publish_due(self.by("经办人", Role.PLANNER), through=LAST)).published
        self.publication = out.publication

    async def ask(self, name: str = "经办人") -> UUID:
        cmd = self.by(name, Role.PLANNER)
        asked = await ask_withdrawal(cmd, publication_id=self.publication, ground=WRONG, reason="主体名称有误")
        return asked.id

    async def withdraw(self) -> None:
        asked = await self.ask()
        await approve_withdrawal(self.by("分管负责人"), publication_id=self.publication, withdrawal_id=asked)


@pytest.fixture
async def press(db: Engine, cmd: Command, make_cmd: MakeCommand) -> Press:
    made = Press(await build_world(cmd), make_cmd)
    await made.publish()
    return made


async def test_a_second_person_takes_it_back_and_its_page_tells_number_day_and_ground(press: Press) -> None:
    before = await published(NUMBER)
    await press.withdraw()
    after = await published(NUMBER)
    assert after.said == {
        "layout": "fieldcheck.withdrawal/1",
        "number": NUMBER,
        "version": 2,
        "replaces": before.digest,
        "publishedOn": "2026-03-30",
        "withdrawn": {"of": "result", "ground": "wrong", "text": "公示内容有误"},
    }
    (line,) = [one for one in await read(f"visit:{press.visit.id}") if one.kind is EventKind.PUBLICATION_WITHDRAWN]
    assert (line.payload["ground"], line.payload["sha256"], line.payload["reason"]) == (
        *("wrong", after.digest, "主体名称有误"),
    )
    end = await settled(press.visit.id)
    assert end is not None
    assert [(one.version, one.kind.value) for one in end.documents] == [(1, "result"), (2, "withdrawal")]


async def test_nothing_finds_it_any_more_and_no_version_of_it_is_read(press: Press) -> None:
    await press.withdraw()
    assert (await published_page()).results == ()
    assert (await published_page(query="石油")).results == ()
    assert (await published_page(query=press.visit.object_code)).results == ()
    told = b"".join([page async for page in open_data.results_csv()]).decode("utf-8-sig")
    lives = b"".join([page async for page in open_data.lives_csv(open_data.Lives.BUSINESSES)]).decode("utf-8-sig")
    assert (told.count("\r\n"), lives.count("\r\n")) == (1, 1)
    with pytest.raises(NotFound) as gone:
        await readable_version(NUMBER, "1")
    assert (gone.value.code.status, gone.value.facts["on"]) == (410, "2026-03-30")
    assert (await readable_version(NUMBER, "2")).withdrawn
    assert [one.number for one in (await withdrawn_page()).results] == [NUMBER]


async def test_who_asked_does_not_carry_it_out_nor_refuse_it(press: Press) -> None:
    asked = await press.ask("分管负责人")
    named = {"publication_id": press.publication, "withdrawal_id": asked}
    for act in (approve_withdrawal, lambda cmd, **told: refuse_withdrawal(cmd, **told, answer="不撤")):
        with pytest.raises(Refused) as refused:
            await act(press.by("分管负责人", Role.PLANNER), **named)
        assert refused.value.code == "same-person"
    assert not (await published(NUMBER)).withdrawn


async def test_asking_again_is_asking_once_and_another_request_waits_its_turn(press: Press) -> None:
    asked = await press.ask()
    assert await press.ask() == asked
    with pytest.raises(Conflict) as refused:
        await press.ask("另一人")
    assert refused.value.message_key == "publicity.withdrawal_asked"
    (due,) = await due_list(authority=press.world.authority, on=LAST)
    assert isinstance(due, DueWithdrawal)
    assert (due.withdrawal, due.due_on, due.overdue, due.number) == (asked, None, False, NUMBER)


async def test_a_refusal_leaves_it_public_and_is_kept(press: Press) -> None:
    asked = await press.ask()
    with pytest.raises(StaleScreen) as stale:
        await approve_withdrawal(press.by("领导"), publication_id=press.publication, withdrawal_id=UUID(int=4))
    assert stale.value.facts["now"] == str(asked)
    named = {"publication_id": press.publication, "withdrawal_id": asked}
    with pytest.raises(Invalid):
        await refuse_withdrawal(press.by("领导"), **named, answer=" ")
    await refuse_withdrawal(press.by("领导"), **named, answer="内容无误")
    with pytest.raises(NotFound):
        await approve_withdrawal(press.by("领导"), **named)
    (row,) = await known_withdrawals(press.publication, authority=press.world.authority)
    assert (row.state.value, row.answer) == ("refused", "内容无误")
    assert await known_withdrawals(press.publication, authority=UUID(int=3)) == ()
    assert (await published(NUMBER)).version == 1
    assert await press.ask() != asked


@pytest.mark.parametrize("ground", [WithdrawalGround.ANNULLED, WithdrawalGround.OBJECTION])
async def test_a_ground_that_follows_from_a_decision_cannot_be_asked_on(press: Press, ground: WithdrawalGround) -> None:
    with pytest.raises(Invalid) as refused:
        await ask_withdrawal(press.by("甲"), publication_id=press.publication, ground=ground, reason="理由")
    assert refused.value.message_key == "publicity.withdrawal_ground"


@pytest.mark.parametrize("reason", ["", " \n", "长" * 2_001, "a\x00"])
async def test_a_request_needs_a_reason(press: Press, reason: str) -> None:
    with pytest.raises(Invalid):
        await ask_withdrawal(press.by("甲"), publication_id=press.publication, ground=WRONG, reason=reason)


async def test_what_is_not_out_or_another_authoritys_is_not_taken_back(press: Press, make_cmd: MakeCommand) -> None:
    waiting = await press.world.add_visit()
    covered = await approve_publication(press.by("分管负责人"), visit_id=waiting.id, secrecy_reviewed=True)
    stranger = make_cmd(Role.APPROVER, "外人", authority=UUID(int=7))
    for cmd, publication in ((press.by("甲"), covered[0]), (stranger, press.publication)):
        with pytest.raises(NotFound):
            await ask_withdrawal(cmd, publication_id=publication, ground=WRONG, reason="理由")
    await press.withdraw()
    with pytest.raises(Conflict) as twice:
        await press.ask()
    assert twice.value.message_key == "publicity.withdrawn_already"


async def test_only_a_correction_brings_it_back_with_the_reason_of_the_outcome(press: Press) -> None:
    await press.withdraw()
    reviser = press.by("另一负责人")
    with pytest.raises(Conflict) as nothing:
        await correct_publication(reviser, publication_id=press.publication)
    assert nothing.value.message_key == "publicity.nothing_to_correct"
    await corrected_outcome(press, "复核后认定无问题")
    done = await correct_publication(reviser, publication_id=press.publication)
    assert (done.number, done.version) == (NUMBER, 3)
    (line,) = [one for one in await read(f"visit:{press.visit.id}") if one.kind is EventKind.PUBLICATION_CORRECTED]
    assert line.payload["reason"] == "复核后认定无问题"
    assert [one.result_codes for one in (await published_page()).results] == [("no_problem",)]
    assert [one.gone for one in await published_versions(NUMBER)] == [True, False, False]
    assert (await withdrawn_page()).results == ()
    with pytest.raises(NotFound):
        await readable_version(NUMBER, "1")


async def corrected_outcome(press: Press, reason: str) -> UUID:
    from inspection.visits.tables import Outcome

    old = (await Outcome.select().where(Outcome.visit == press.visit.id))[0]
    row = {**old, "replaces": old["id"], "codes": '["no_problem"]', "override_reason": reason, "formed_by": "复核人"}
    del row["id"]
    return await insert(Outcome, **row)


async def test_an_objection_that_succeeded_lets_one_more_person_take_the_result_back(press: Press) -> None:
    made = await insert(
        Objection,
        authority=press.world.authority,
        visit=press.visit.id,
        publication=press.publication,
        channel="counter",
        state="in_review",
        reviewer="approver:复核人",
        number="sw-YY-2026-1",
    )
    with pytest.raises(Conflict) as undecided:
        await withdraw_for_objection(press.by("分管负责人"), objection_id=made, reason="异议成立")
    assert undecided.value.code == "objection-wrong-step"
    corrected = await corrected_outcome(press, "异议成立")
    settled_at = datetime(2026, 3, 30, 1, tzinfo=UTC)
    changed = {"state": "corrected", "decided_at": settled_at, "corrected_by": corrected, "told_at": settled_at}
    await Objection.update(**changed, told_how="post").where(Objection.id == made)
    with pytest.raises(Refused):
        await withdraw_for_objection(press.by("复核人"), objection_id=made, reason="异议成立")
    row = await objection(made)
    assert row is not None
    assert await unfinished([row]) == ["sw-YY-2026-1"]
    await withdraw_for_objection(press.by("分管负责人"), objection_id=made, reason="异议成立")
    assert (await published(NUMBER)).ground == "objection"
    assert await unfinished([row]) == []
    (asked,) = await known_withdrawals(press.publication, authority=press.world.authority)
    assert (asked.asked_by, asked.settled_by) == ("approver:复核人", "approver:分管负责人")


async def test_what_has_not_left_for_a_receiver_leaves_no_more_and_new_receivers_learn_no_content(
    press: Press,
) -> None:
    receiver = ChannelRow(
        UUID(int=0xC), press.world.authority, "site", ChannelKind.WEBSITE, "https://example.test", IN_TIME
    )
    await in_unit(channels.add_channel, receiver)
    (before,) = await channels.versions_out(press.world.authority)
    row = (UUID(int=0xD), receiver.id, before.publication, before.document, before.lane)
    await in_unit(channels.add_deliveries, [row], IN_TIME)
    await press.withdraw()
    assert await Delivery.select("state").output(as_list=True) == [DeliveryState.SUPERSEDED.value]
    (left,) = await channels.versions_out(press.world.authority)
    found = await published_versions(NUMBER)
    assert left.document != before.document
    assert json.loads(found[-1].document)["withdrawn"]["of"] == "result"
