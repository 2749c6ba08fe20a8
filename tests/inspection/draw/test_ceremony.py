"""The whole ceremony on both engines: what it gives, who may take which step, and that no step happens twice."""

import asyncio
import json

import pytest

from inspection.draw import store, store_secrets, store_tickets
from inspection.draw.ceremony import DrawState
from inspection.draw.contribute import commit_contribution, contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.lot.entropy import Assurance, ContributionKind, Contributor
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.told.disclose import bundle, open_ticket, opening, public_view, sealed_matches
from inspection.draw.told.disclosure import opened
from inspection.draw.verify import verify_full, verify_one, verify_public
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import read, verify
from inspection.planning.find import task
from inspection.planning.tables import Task
from inspection.planning.task_states import TaskState
from inspection.registry.objects.tables import InspectionObject
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import (
    DICE,
    NONCE,
    WITNESSED,
    Office,
    drawn,
    frozen,
    open_office,
    sealed,
    seeded,
    supervision,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


def refused(error: pytest.ExceptionInfo) -> ProblemCode:
    return error.value.code


async def test_a_whole_ceremony_verifies_to_the_last_team(office) -> None:
    done = await sealed(office, weights={"A": 1, "B": 2, "C": 3, "D": 4})
    assert done.state is DrawState.SEALED
    assert done.level is Assurance.L2
    assert len(done.tickets) == 6  # a tenth of the 54 open objects, rounded up
    assert done.match.places == 12
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []
    assert (await verify(f"draw:{done.draw}")).ok
    assert (await task(office.task)).state is TaskState.DRAWN


async def test_two_inspectors_each_certified_for_the_whole_window(office) -> None:
    done = await sealed(office)
    matches = await sealed_matches(done.draw)
    assert len(matches) == 6
    for found in matches:
        people = [person for person, _, _ in found.team]
        assert len(set(people)) == 2
        assert office.inspectors[-1] not in people  # her certificate ends within the window
        assert {how for _, _, how in found.team} == {"lot"}
        assert office.objects.index(found.object_id) % 10 != 9  # no cancelled object


async def test_every_step_is_a_line_of_the_journal(office) -> None:
    done = await sealed(office)
    kinds = [line.kind.value.removeprefix("draw.") for line in await read(f"draw:{done.draw}")]
    assert kinds == [
        *("planned", "frozen", "contributed", "dice_typed", "contributed", "contributed"),
        *("seeded", "executed", "matched", "sealed"),
    ]


async def test_a_second_call_of_any_step_changes_nothing(office) -> None:
    done = await sealed(office)
    lines = len(await read(f"draw:{done.draw}"))
    assert await execute(office.operator, draw_id=done.draw) == done
    assert await match(office.operator, draw_id=done.draw) == done
    assert await freeze(office.approver, draw_id=done.draw) == done
    assert await seal(office.approver, draw_id=done.draw) == done
    again = await contribute(office.supervisor, draw_id=done.draw, name="监察室", value=b"s" * 32, nonce=NONCE)
    assert again == done
    assert len(await read(f"draw:{done.draw}")) == lines


async def test_a_crash_while_drawing_leaves_nothing_and_the_next_call_draws_the_same(office, monkeypatch) -> None:
    before = await seeded(office)

    async def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("inspection.draw.execute.append", crash)
        with pytest.raises(RuntimeError):
            await execute(office.operator, draw_id=before.draw)
    assert await store.ceremony(before.draw) == before
    first = await execute(office.operator, draw_id=before.draw)
    assert first.seed == before.seed
    assert first.tickets == (await execute(office.operator, draw_id=before.draw)).tickets


async def test_two_at_once_draw_once(office) -> None:
    before = await seeded(office)
    one, other = office.operator, office.approver
    both = await asyncio.gather(execute(one, draw_id=before.draw), execute(other, draw_id=before.draw))
    assert both[0].tickets == both[1].tickets
    assert [line.kind.value for line in await read(f"draw:{before.draw}")].count("draw.executed") == 1


async def test_steps_do_not_overtake_each_other(office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task])
    for step in (execute, match, seal):
        with pytest.raises(Conflict) as error:
            await step(office.approver, draw_id=planned.draw)
        assert refused(error) is ProblemCode.DRAW_WRONG_STEP
    with pytest.raises(Conflict):
        await contribute(office.operator, draw_id=planned.draw, name="经办人")
    with pytest.raises(Conflict):
        await sealed_matches(planned.draw)
    with pytest.raises(Conflict):
        await bundle(office.supervisor, draw_id=planned.draw)


async def test_nobody_draws_while_somebody_has_not_revealed(office) -> None:
    waiting = await frozen(office)
    with pytest.raises(Conflict) as error:
        await execute(office.operator, draw_id=waiting.draw)
    assert refused(error) is ProblemCode.DRAW_CONTRIBUTION_MISSING
    assert set(error.value.facts["names"]) == {"经办人", "监察室", "现场掷骰"}


async def test_the_operator_neither_freezes_nor_seals(office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task])
    with pytest.raises(Refused) as error:
        await freeze(office.operator, draw_id=planned.draw)
    assert refused(error) is ProblemCode.SAME_PERSON
    await freeze(office.approver, draw_id=planned.draw)
    await contribute(office.operator, draw_id=planned.draw, name="经办人")
    await execute(office.operator, draw_id=planned.draw)
    await match(office.operator, draw_id=planned.draw)
    with pytest.raises(Refused) as error:
        await seal(office.operator, draw_id=planned.draw)
    assert refused(error) is ProblemCode.SAME_PERSON
    assert (await seal(office.approver, draw_id=planned.draw)).level is Assurance.L0


async def test_dice_are_typed_by_two_persons_who_must_agree(office) -> None:
    draw = (await frozen(office, contributors=(WITNESSED,))).draw
    with pytest.raises(Invalid):
        await contribute(office.operator, draw_id=draw, name="现场掷骰", value=b"123")
    await contribute(office.operator, draw_id=draw, name="现场掷骰", value=DICE)
    same = await contribute(office.operator, draw_id=draw, name="现场掷骰", value=DICE)
    assert same.state is DrawState.FROZEN  # one person twice is one person
    assert all(c.value is None for c in same.contributions)
    with pytest.raises(Invalid) as error:
        await contribute(office.supervisor, draw_id=draw, name="现场掷骰", value=DICE[::-1])
    assert error.value.message_key == "draw.dice_differ"
    done = await contribute(office.supervisor, draw_id=draw, name="现场掷骰", value=DICE)
    assert done.state is DrawState.ENTROPY
    assert {c.name for c in done.contributions if c.value} == {"经办人", "现场掷骰"}


async def test_a_supervisor_reveals_what_was_committed_and_nothing_else(office) -> None:
    draw = (await frozen(office, contributors=(supervision(),))).draw
    for who, value in ((office.supervisor, b"x" * 32), (office.operator, b"s" * 32), (office.approver, b"s" * 32)):
        with pytest.raises(Refused):
            await contribute(who, draw_id=draw, name="监察室", value=value, nonce=NONCE)
    done = await contribute(office.supervisor, draw_id=draw, name="监察室", value=b"s" * 32, nonce=NONCE)
    assert done.level is Assurance.L1
    assert done.seed is not None


async def test_a_supervisor_may_commit_until_the_freeze_and_must(office) -> None:
    absent = Contributor(ContributionKind.SUPV, "监察室")
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=(absent,))
    with pytest.raises(Conflict) as error:
        await freeze(office.approver, draw_id=planned.draw)
    assert refused(error) is ProblemCode.DRAW_CONTRIBUTION_MISSING
    told = bytes.fromhex(supervision().commitment)
    with pytest.raises(Refused):
        await commit_contribution(office.operator, draw_id=planned.draw, name="监察室", commitment=told)
    with pytest.raises(Invalid):
        await commit_contribution(office.supervisor, draw_id=planned.draw, name="监察室", commitment=b"short")
    await commit_contribution(office.supervisor, draw_id=planned.draw, name="监察室", commitment=told)
    await freeze(office.approver, draw_id=planned.draw)
    with pytest.raises(Conflict):
        await commit_contribution(office.supervisor, draw_id=planned.draw, name="监察室", commitment=told)


async def test_a_revealed_contribution_is_not_revealed_otherwise_later(office) -> None:
    done = await seeded(office)
    with pytest.raises(Conflict):
        await contribute(office.supervisor, draw_id=done.draw, name="监察室", value=b"t" * 32, nonce=NONCE)
    with pytest.raises(NotFound):
        await contribute(office.supervisor, draw_id=done.draw, name="谁", value=b"")


async def test_only_a_reviewed_task_is_drawn_and_only_once(office) -> None:
    await sealed(office)
    with pytest.raises(Conflict) as error:
        await plan_draw(office.operator, task_ids=[office.task])
    assert refused(error) is ProblemCode.TASK_NOT_APPROVED


async def test_an_open_attempt_blocks_another(office) -> None:
    await frozen(office)
    with pytest.raises(Conflict) as error:
        await plan_draw(office.operator, task_ids=[office.task])
    assert error.value.message_key == "draw.attempt_open"


@pytest.mark.parametrize(
    "terms",
    [
        {"weights": {"A": 0}},
        {"weights": {"A": 1001}},
        {"delta": -1},
        {"max_load": 0},
        {"hash_alg": "md5"},
        {"contributors": (WITNESSED, WITNESSED)},
        {"contributors": (Contributor(ContributionKind.OPER, "另一个"),)},
        {"contributors": (Contributor(ContributionKind.DICE, "经办人"),)},
    ],
)
async def test_terms_that_cannot_be_used_are_refused(office, terms) -> None:
    with pytest.raises(Invalid):
        await plan_draw(office.operator, task_ids=[office.task], **terms)


async def test_an_object_at_its_cap_is_in_the_frame_but_not_drawn(office) -> None:
    planned = await plan_draw(office.operator, task_ids=[office.task])
    visits = dict.fromkeys(office.objects[:40], 2)
    await freeze(office.approver, draw_id=planned.draw, visits_this_year=visits)
    await contribute(office.operator, draw_id=planned.draw, name="经办人")
    await execute(office.operator, draw_id=planned.draw)
    tickets = await store_tickets.drawn_tickets(planned.draw)
    assert len(tickets) == 6  # capped objects still count in the directory
    assert not {ticket.object for ticket in tickets} & set(visits)


async def test_an_empty_directory_is_not_drawn_from(cmd) -> None:
    empty = await open_office(cmd, objects=0)
    planned = await plan_draw(empty.operator, task_ids=[empty.task])
    with pytest.raises(Conflict) as error:
        await freeze(empty.approver, draw_id=planned.draw)
    assert refused(error) is ProblemCode.DRAW_FRAME_EMPTY


async def test_one_object_is_drawn_when_there_is_only_one(cmd) -> None:
    one = await open_office(cmd, objects=1)
    assert [found.object_id for found in await sealed_matches((await sealed(one)).draw)] == one.objects


async def test_an_opened_object_proves_itself_to_a_stranger(office) -> None:
    done = await sealed(office)
    first = (await sealed_matches(done.draw))[0]
    with pytest.raises(Refused) as error:
        await opening(first.ticket_id)
    assert refused(error) is ProblemCode.VISIT_SEALED
    await open_ticket(office.operator, ticket_id=first.ticket_id)
    await open_ticket(office.operator, ticket_id=first.ticket_id)
    checks = verify_one(opened(await opening(first.ticket_id)))
    assert checks
    assert all(check.ok for check in checks)
    files = await bundle(office.operator, draw_id=done.draw)
    assert all(check.ok for check in verify_public(files))
    assert files["openings.json"].count(b'"row"') == 1
    assert [line.kind.value for line in await read(f"draw:{done.draw}")].count("draw.ticket_opened") == 1


async def test_a_reserve_ticket_is_never_opened(office) -> None:
    done = await sealed(office)
    row = (await store_tickets.DrawTicket.select().where(store_tickets.DrawTicket.status == "reserve"))[0]
    with pytest.raises(Conflict):
        await open_ticket(office.operator, ticket_id=row["id"])
    assert done.state is DrawState.SEALED


async def test_the_secrets_are_for_a_supervisor_who_took_no_part_and_leave_a_trace(office) -> None:
    done = await sealed(office)
    for who in (office.operator, office.approver):
        with pytest.raises(Refused):
            await bundle(who, draw_id=done.draw, full=True)
    await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert (await read(f"draw:{done.draw}"))[-1].kind.value == "draw.secrets_read"


async def test_a_stored_ticket_that_was_exchanged_is_not_sealed(office) -> None:
    draw = (await drawn(office)).draw
    await match(office.operator, draw_id=draw)
    tickets = await store_tickets.drawn_tickets(draw)
    ticket, taken = tickets[0], {t.object for t in tickets}
    other = next(thing for thing in office.objects if thing not in taken)
    table = store_tickets.DrawTicket
    await table.update({table.object: other}).where(table.id == ticket.id)
    with pytest.raises(Conflict) as error:
        await seal(office.approver, draw_id=draw)
    assert refused(error) is ProblemCode.DRAW_NOT_REPRODUCIBLE


async def test_a_frame_that_was_changed_after_the_freeze_is_not_drawn(office) -> None:
    before = await seeded(office)
    await store_secrets.DrawSecret.update({store_secrets.DrawSecret.key: bytes(32)}).where(
        store_secrets.DrawSecret.draw == before.draw
    )
    with pytest.raises(Conflict) as error:
        await execute(office.operator, draw_id=before.draw)
    assert refused(error) is ProblemCode.DRAW_NOT_REPRODUCIBLE


async def test_the_national_hash_serves_as_well(office) -> None:
    contributors = (WITNESSED, supervision(hash_alg="sm3"))
    done = await sealed(office, hash_alg="sm3", contributors=contributors)
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert all(check.ok for check in verify_full(files))
    assert (await public_view(done.draw))["hash_alg"] == "sm3"


async def test_an_unknown_draw_is_not_found(office) -> None:
    with pytest.raises(NotFound):
        await public_view(office.task)
    with pytest.raises(NotFound):
        await opening(office.task)


async def test_a_targeted_task_draws_only_what_meets_its_condition(office) -> None:
    await Task.update({Task.filter: '{"areas":["东区"],"kinds":[],"scales":[]}'}).where(Task.id == office.task)
    inside = office.objects[:20]
    await InspectionObject.update({InspectionObject.area: "东区"}).where(InspectionObject.id.is_in(inside))
    done = await sealed(office)
    (told,) = json.loads(done.params)["tasks"]
    assert told["condition"] == '{"area":["东区"]}'
    assert told["excluded"] == {"CLOSED": 6, "SCOPE": 36}
    assert told["rows"] == 18  # twenty in the area, two of them cancelled
    assert {found.object_id for found in await sealed_matches(done.draw)} <= set(inside)


async def test_registers_that_cannot_be_frozen_are_told_without_names(office) -> None:
    table = InspectionObject
    await table.update({table.code: "I:intruder"}).where(table.id == office.objects[0])
    planned = await plan_draw(office.operator, task_ids=[office.task])
    with pytest.raises(Invalid) as error:
        await freeze(office.approver, draw_id=planned.draw)
    assert error.value.message_key == "draw.register_unfit"
    assert "intruder" not in str(error.value)
    assert (await store.ceremony(planned.draw)).state is DrawState.DRAFT
