"""From the plan to CLOSED: each state is left once, survives the end of the process, and a failing step leaves the one
before."""

import pytest

from api.schema import all_tables
from inspection.draw import close_draw as closing
from inspection.draw import execute as executing
from inspection.draw import freeze as freezing
from inspection.draw import match as matching
from inspection.draw import seal as sealing
from inspection.draw import store, store_tickets
from inspection.draw.ceremony import Ceremony, DrawState, VoidReason
from inspection.draw.close_draw import close_draw
from inspection.draw.contribute import contribute
from inspection.draw.execute import execute
from inspection.draw.freeze import freeze
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.supervision.verify_draw import verifications, verify_draw
from inspection.draw.told.disclose import open_ticket, public_view, sealed_matches
from inspection.draw.void_draw import ask_void
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.database import open_engine, running
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import read, verify
from inspection.planning.find import task
from inspection.planning.review_task import complete_task
from inspection.planning.task_states import TaskState
from tests.inspection.draw.office import DICE, NONCE, WITNESSED, Office, open_office, sealed, supervision

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd, objects=20, inspectors=4)


async def steps(office: Office):
    """(state before, the step that leads out of it), from the draft to the seal."""
    planned = await plan_draw(office.operator, task_ids=[office.task], contributors=(WITNESSED, supervision()))
    draw = planned.draw

    async def reveal(who, name, value, nonce=b"") -> Ceremony:
        return await contribute(who, draw_id=draw, name=name, value=value, nonce=nonce)

    return draw, [
        (DrawState.DRAFT, lambda: freeze(office.approver, draw_id=draw)),
        (DrawState.FROZEN, lambda: reveal(office.supervisor, "监察室", b"s" * 32, NONCE)),
        (DrawState.FROZEN, lambda: reveal(office.operator, WITNESSED.name, DICE)),
        (DrawState.FROZEN, lambda: reveal(office.supervisor, WITNESSED.name, DICE)),
        (DrawState.ENTROPY, lambda: execute(office.operator, draw_id=draw)),
        (DrawState.DRAWN, lambda: match(office.operator, draw_id=draw)),
        (DrawState.MATCHED, lambda: seal(office.approver, draw_id=draw)),
    ]


async def test_another_process_goes_on_where_the_last_one_stopped(office, database_url) -> None:
    draw, walk = await steps(office)
    told = []
    for state, step in walk:
        async with running(open_engine(database_url), all_tables()):  # nothing of the last one is left in memory
            assert (await store.draw_row(draw)).state is state
            first = await step()
            again = await step()  # the answer was lost on the way: the same is said again
        assert (again.state, again.seed, again.tickets, again.match) == (
            first.state,
            first.seed,
            first.tickets,
            first.match,
        )
        told.append(again.state.value)
    assert told == ["frozen", "frozen", "frozen", "entropy", "drawn", "matched", "sealed"]
    async with running(open_engine(database_url), all_tables()):
        assert (await verify(f"draw:{draw}")).ok


class Crash(RuntimeError):
    pass


@pytest.mark.parametrize(
    ("number", "module", "name"),
    [
        (0, freezing, "append"),
        (4, executing, "append"),
        (5, matching, "append"),
        (6, sealing, "append"),
        (6, sealing, "mark_drawn"),
    ],
)
async def test_a_step_that_fails_at_its_end_leaves_the_state_before_it(
    office, number, module, name, monkeypatch
) -> None:
    async def fails(*args: object, **kwargs: object) -> None:
        raise Crash

    draw, walk = await steps(office)
    for _, step in walk[:number]:
        await step()
    state, step = walk[number]
    lines = len(await read(f"draw:{draw}"))
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fails)
        with pytest.raises(Crash):
            await step()
    assert (await store.draw_row(draw)).state is state
    assert len(await read(f"draw:{draw}")) == lines
    assert await store_tickets.drawn_tickets(draw) == [] or number > 4
    done = await step()
    assert done.state is not state
    assert (await verify(f"draw:{draw}")).ok


async def test_the_first_object_opens_the_draw_and_the_last_closes_it(office) -> None:
    done = await sealed(office)
    found = await sealed_matches(done.draw)
    assert len(found) > 1
    states = []
    for one in found:
        await open_ticket(office.operator, ticket_id=one.ticket_id)
        states.append((await store.draw_row(done.draw)).state)
    assert states == [DrawState.OPENING] * (len(found) - 1) + [DrawState.CLOSED]
    assert len(await sealed_matches(done.draw)) == len(found)
    kinds = [line.kind.value for line in await read(f"draw:{done.draw}")]
    assert (kinds.count("draw.opening"), kinds.count("draw.closed"), kinds[-1]) == (1, 1, "draw.closed")
    with pytest.raises(Conflict) as error:
        await ask_void(office.operator, draw_id=done.draw, reason=VoidReason.LEAKED, note="x")
    assert error.value.message_key == "draw.void_after_opening"


async def test_a_draw_is_closed_by_hand_when_its_tasks_are_over(office) -> None:
    done = await sealed(office)
    with pytest.raises(Refused) as own:
        await close_draw(office.operator, draw_id=done.draw)
    with pytest.raises(Conflict) as going:
        await close_draw(office.approver, draw_id=done.draw)
    assert going.value.message_key == "draw.not_over"
    for refusal in (own.value, going.value):
        assert all("{" not in text(refusal.message_key, lang, **refusal.facts) for lang in LANGUAGES)
    await complete_task(office.operator, office.task)
    assert (await task(office.task)).state is TaskState.COMPLETED
    assert (await close_draw(office.approver, draw_id=done.draw)).state is DrawState.CLOSED
    assert (await close_draw(office.approver, draw_id=done.draw)).state is DrawState.CLOSED
    (line,) = [one for one in await read(f"draw:{done.draw}") if one.kind.value == "draw.closed"]
    assert line.payload["unpublished"] == len(done.tickets)


async def test_nothing_is_closed_before_the_seal(office) -> None:
    draw, walk = await steps(office)
    await walk[0][1]()
    with pytest.raises(Conflict):
        await close_draw(office.approver, draw_id=draw)
    assert {TaskState.COMPLETED} <= closing.ENDED


async def test_a_supervisor_signs_for_what_was_verified_and_everybody_may_see_it(office) -> None:
    done = await sealed(office)
    for who in (office.operator, office.approver):
        with pytest.raises(Refused):
            await verify_draw(who, draw_id=done.draw, version="1.0", good=True)
    for version in ("", "x" * 81, "a\nb"):
        with pytest.raises(Invalid):
            await verify_draw(office.supervisor, draw_id=done.draw, version=version, good=True)
    await verify_draw(office.supervisor, draw_id=done.draw, version="fieldcheck-verify 0.1.0", good=False)
    await verify_draw(office.supervisor, draw_id=done.draw, version="fieldcheck-verify 0.1.1", good=True)
    assert [(one.version[-5:], one.good) for one in await verifications(done.draw)] == [
        ("0.1.0", False),
        ("0.1.1", True),
    ]
    told = await public_view(done.draw)
    assert [one["good"] for one in told["verified"]] == [False, True]


async def test_nothing_is_signed_before_the_seal(office) -> None:
    draw, walk = await steps(office)
    await walk[0][1]()
    with pytest.raises(Conflict):
        await verify_draw(office.supervisor, draw_id=draw, version="1.0", good=True)
