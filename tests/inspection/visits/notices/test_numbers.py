"""The number of a visit's notice: taken when it is needed, once, dense, and never of a visit that is still secret."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.authority.tables import Authority
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.journal.read import read_kind
from inspection.visits import store as store_visits
from inspection.visits.notices.numbers import NoticeNumber, notice_number, read_number
from inspection.visits.notices.steps import note_acknowledged, note_opened, served_notice
from inspection.visits.notices.store import Step
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.states import VisitState
from inspection.visits.tables import Visit
from tests.inspection.visits.world import World


@given(st.text(min_size=1, max_size=40), st.integers(1000, 9999), st.integers(1, 10**12 - 1))
def test_a_number_is_read_as_it_is_written_whatever_the_authority_is_called(name: str, year: int, n: int) -> None:
    number = NoticeNumber(name, year, n)
    assert read_number(number.text) == number


@given(st.text(max_size=60))
def test_no_text_is_read_as_a_number_that_it_does_not_spell(text: str) -> None:
    number = read_number(text)
    assert number is None or number.text == text


@pytest.mark.parametrize(
    "text",
    [
        "商务检告〔2026〕000000号",
        "商务检告〔2026〕0000001号",
        "商务检告〔2026〕１２３４５６号",
        "商务检告〔٢٠٢٦〕000001号",
        "商务检告[2026]000001号",
        "检告〔2026〕000001号",
        "商务检告〔2026〕000001号\n",
        "商务检告〔2026〕1号",
        "商务检告〔2026〕" + "9" * 30 + "号",
    ],
)
def test_a_number_has_one_spelling(text: str) -> None:
    assert read_number(text) is None


async def test_a_visit_has_no_number_until_it_is_asked_for_and_the_same_one_ever_after(world: World) -> None:
    first, second = await world.open_visit(), await world.open_visit(objects=(1,))
    assert await served_notice(first) == replace(await served_notice(second), number=None)
    name = (await Authority.select(Authority.short_name).where(Authority.id == world.authority))[0]["short_name"]
    numbers = [await notice_number(world.head, visit) for visit in (second, first, second)]
    assert numbers == [f"{name}检告〔2026〕00000{n}号" for n in (1, 2, 1)]
    assert (await served_notice(first)).number == numbers[1]
    (line,) = await read_kind(f"visit:{first}", EventKind.NUMBERS_RESERVED)
    assert line.payload == {"number": numbers[1]}


async def test_a_series_begins_anew_with_the_local_year(world: World) -> None:
    late, new = await world.open_visit(), await world.open_visit(objects=(1,))
    before, after = (datetime(2026, 12, 31, hour, 30, tzinfo=UTC) for hour in (15, 16))
    old = await notice_number(replace(world.head, now=before), late)
    young = await notice_number(replace(world.head, now=after), new)
    assert [(one.year, one.n) for one in map(read_number, (old, young)) if one] == [(2026, 1), (2027, 1)]


async def test_a_sealed_visit_has_no_number_and_takes_none(world: World) -> None:
    drawn = await world.draw()
    (sealed,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    with pytest.raises(Refused):
        await notice_number(world.head, sealed)
    other = await world.open_visit(objects=(1,))
    assert (await notice_number(world.head, other)).endswith("000001号")


async def test_a_cancelled_visit_keeps_its_number_and_gets_none(world: World) -> None:
    kept, bare = await world.open_visit(), await world.open_visit(objects=(1,))
    number = await notice_number(world.head, kept)
    for visit in (kept, bare):
        await Visit.update({Visit.state: VisitState.CANCELLED.value}).where(Visit.id == visit)
    assert await notice_number(world.head, kept) == number
    with pytest.raises(Conflict):
        await notice_number(world.head, bare)


async def test_another_authoritys_visit_does_not_exist(world: World) -> None:
    visit = await world.open_visit()
    row = await store_visits.visit(visit)
    assert row is not None
    with pytest.raises(NotFound):
        await notice_number(replace(world.head, authority=visit), visit)
    assert await notice_number(replace(world.head, authority=None), visit)


async def test_an_opening_counts_once_a_day_and_an_acknowledgement_once(world: World) -> None:
    visit = await world.open_visit()
    party = world.cmd(Role.PUBLIC)
    party = replace(party, authority=None, now=datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    next_day = replace(party, now=datetime(2026, 3, 3, 16, 0, tzinfo=UTC))
    assert [await note_opened(cmd, visit) for cmd in (party, party, next_day, next_day)] == [True, False, True, False]
    assert [await note_acknowledged(party, visit, name) for name in ("王\u202e某🙂", "李某")] == [True, False]
    told = await served_notice(visit)
    assert [one.step for one in told.steps] == [Step.OPENED, Step.ACKNOWLEDGED, Step.OPENED]
    assert [one.receiver for one in told.of(Step.ACKNOWLEDGED)] == ["王\u202e某🙂"]
    lines = await read_kind(f"visit:{visit}", EventKind.NOTICE_ACKNOWLEDGED)
    assert [(line.payload, line.authority) for line in lines] == [({"source": "door"}, world.authority)]
    assert len(await read_kind(f"visit:{visit}", EventKind.NOTICE_OPENED)) == 2
