"""An objection comes in: once, with a number and a clock; on both engines."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.publicity import store as publications
from inspection.publicity.objections.read import known_objection, objections_of
from inspection.publicity.objections.receive import MAX_GROUNDS, MOST_OPEN, receive_objection
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow, ObjectionState
from inspection.publicity.open_publications import open_publications
from inspection.visits.tables import Visit
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import World, build_world

CAME_IN = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""Half past one in the night of 3 March in Beijing."""
LAST = date(2026, 3, 31)
SAID = {"grounds": "检查当日营业执照已在店内悬挂。", "name": "李店主", "contact": "010-00000009"}


@pytest.fixture
async def world(db: Engine, cmd: Command) -> World:
    return await build_world(cmd)


@pytest.fixture
def party(make_cmd: MakeCommand) -> Command:
    """The party at its door: of no authority."""
    return make_cmd(Role.PUBLIC, "public", now=CAME_IN)


async def come_in(cmd: Command, visit: UUID, form: str = "f-1", **more: Any) -> ObjectionRow:
    given = {"channel": Channel.DOOR, **SAID, **more}
    return await receive_objection(cmd, visit_id=visit, form=form, **given)


async def test_an_objection_gets_a_number_and_twenty_working_days_from_the_day_it_came_in(
    world: World, party: Command
) -> None:
    visit = await world.add_visit()
    row = await come_in(party, visit.id, files=(HandedIn("ab" * 32, "执照.jpg"),))
    assert (row.number, row.due_on, row.due_provisional) == ("商务局异受〔2026〕0001号", LAST, False)
    assert (row.state, row.authority, row.publication) == (ObjectionState.RECEIVED, world.authority, None)
    assert await objections_of(visit.id) == [row]
    assert await known_objection(row.id, authority=world.authority) == row


async def test_the_same_form_twice_is_one_objection_with_one_number(world: World, party: Command) -> None:
    visit = await world.add_visit()
    first = await come_in(party, visit.id)
    again = await come_in(replace(party, now=datetime(2026, 3, 9, tzinfo=UTC)), visit.id, grounds="又想到一点。")
    assert again == first
    second = await come_in(party, visit.id, "f-2")
    assert second.number == "商务局异受〔2026〕0002号"
    lines = [line for line in await read(f"visit:{visit.id}") if line.kind is EventKind.OBJECTION_RECEIVED]
    assert [line.payload["number"] for line in lines] == [first.number, second.number]
    assert {line.authority for line in lines} == {world.authority}


async def test_the_same_form_sent_twice_at_once_is_one_objection(world: World, party: Command) -> None:
    visit = await world.add_visit()
    rows = await asyncio.gather(*(come_in(party, visit.id) for _ in range(4)))
    assert len({row.id for row in rows}) == 1
    assert len(await objections_of(visit.id)) == 1


async def test_the_same_form_name_on_another_visit_is_another_objection(world: World, party: Command) -> None:
    one, other = await world.add_visit(), await world.add_visit()
    assert (await come_in(party, one.id)).id != (await come_in(party, other.id)).id


async def test_the_journal_tells_neither_who_objects_nor_why(world: World, party: Command) -> None:
    visit = await world.add_visit()
    await come_in(party, visit.id, files=(HandedIn("cd" * 32, "李店主的证明.pdf"),))
    told = json.dumps([dict(line.payload) for line in await read(f"visit:{visit.id}")], ensure_ascii=False)
    assert not [word for word in (*SAID.values(), "李店主") if word in told]
    assert "cd" * 32 in told


async def test_a_file_that_is_in_the_form_twice_is_kept_once_under_its_first_name(world: World, party: Command) -> None:
    visit = await world.add_visit()
    files = (HandedIn("ab" * 32, "一.jpg"), HandedIn("cd" * 32, "二.jpg"), HandedIn("ab" * 32, "三.jpg"))
    row = await come_in(party, visit.id, files=files)
    assert row.files == files[:2]
    assert (await known_objection(row.id)).files == files[:2]


async def test_against_a_result_of_the_visit_but_of_no_other(world: World, party: Command, cmd: Command) -> None:
    visit, other = await world.add_visit(), await world.add_visit()
    for one in (visit, other):
        await open_publications(cmd, visit_id=one.id)
    (own,), (strange,) = await publications.waiting(visit=visit.id), await publications.waiting(visit=other.id)
    assert (await come_in(party, visit.id, publication_id=own.id)).publication == own.id
    for unknown in (strange.id, UUID(int=9)):
        with pytest.raises(NotFound) as refused:
            await come_in(party, visit.id, "f-2", publication_id=unknown)
        assert refused.value.code == "publication-unknown"


async def test_nobody_objects_to_a_visit_that_nobody_may_know_of(world: World, party: Command) -> None:
    visit = await world.add_visit(approved_by=None)
    await Visit.update(unsealed_at=None, state="sealed").where(Visit.id == visit.id)
    unknown = UUID(int=visit.id.int + 1)
    told = []
    for one in (visit.id, unknown):
        with pytest.raises(NotFound) as refused:
            await come_in(party, one)
        told.append((refused.value.code, refused.value.message_key, set(refused.value.facts)))
    assert told[0] == told[1]
    assert await read(f"visit:{visit.id}") == []


async def test_another_authority_receives_nothing_for_the_visit(world: World, make_cmd: MakeCommand) -> None:
    visit = await world.add_visit()
    with pytest.raises(NotFound):
        await come_in(make_cmd(Role.LEGAL, "外人", authority=UUID(int=7)), visit.id)
    row = await come_in(make_cmd(Role.LEGAL, "窗口", authority=world.authority), visit.id, channel=Channel.COUNTER)
    with pytest.raises(NotFound) as refused:
        await known_objection(row.id, authority=UUID(int=7))
    assert refused.value.code == "objection-unknown"


@pytest.mark.parametrize(
    "words",
    [{"grounds": " \n"}, {"name": ""}, {"contact": ""}, {"grounds": "字" * (MAX_GROUNDS + 1)}, {"name": "a\0b"}],
    ids=["no grounds", "no name", "no contact", "too long", "nul"],
)
async def test_without_its_words_it_is_no_objection(world: World, party: Command, words: dict[str, str]) -> None:
    visit = await world.add_visit()
    with pytest.raises(Invalid) as refused:
        await come_in(party, visit.id, **words)
    assert refused.value.facts["field"] == next(iter(words))
    assert await objections_of(visit.id) == []


async def test_so_many_undecided_ones_are_enough(world: World, party: Command) -> None:
    visit = await world.add_visit()
    for number in range(MOST_OPEN):
        await come_in(party, visit.id, f"f-{number}")
    with pytest.raises(Conflict) as refused:
        await come_in(party, visit.id, "one more")
    assert refused.value.facts == {"limit": MOST_OPEN}
    assert (await come_in(party, visit.id, "f-0")).number.endswith("0001号")


async def test_numbers_begin_anew_with_the_year_of_beijing(world: World, party: Command) -> None:
    visit = await world.add_visit()
    await come_in(party, visit.id)
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    row = await come_in(replace(party, now=new_year), visit.id, "f-2")
    assert row.number == "商务局异受〔2027〕0001号"
