"""The numbers that a plan's ratios are shares of agree with the directories themselves."""

from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.authority.found import found_authority
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.registry.objects.census import CLOSED, ENTITIES, census, counted
from inspection.registry.objects.directory import directory_rows
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.rows import ObjectKind
from inspection.registry.objects.store_census import Alike, Member, codes_named
from inspection.registry.objects.synthetic import synthetic_register

ON = date(2026, 3, 2)
WANTED = {
    "all": (),
    "oil": ("成品油零售",),
    "home": ("家庭服务", "商业特许经营"),
    "kinds": ("enterprise",),
    "none": ("无",),
}
SPACE = UUID(int=0)


@pytest.fixture
async def authority(db: Engine, cmd: Command) -> UUID:
    row = await found_authority(cmd, code="c", name="某局", short_name="某", rule_set="weihai-jingkai-commerce")
    await import_objects(cmd, synthetic_register(400, "census"), authority=row.id)
    return row.id


async def test_every_number_is_that_of_the_open_rows_of_the_directory(authority: UUID):
    found = await census(authority, WANTED, ON)
    for code, kinds in WANTED.items():
        rows = [row async for row in directory_rows(authority, kinds, ON) if row.status not in CLOSED]
        by_grade: dict[str, int] = {}
        for row in rows:
            by_grade[row.credit_grade or ""] = by_grade.get(row.credit_grade or "", 0) + 1
        assert found.registers[code] == by_grade
    every = [row async for row in directory_rows(authority, (), ON) if row.status not in CLOSED]
    assert found.objects == len(every)
    assert sum(found.entities.values()) == sum(row.kind in ENTITIES for row in every)


async def test_nothing_is_counted_where_nothing_is_registered(db: Engine, cmd: Command):
    row = await found_authority(cmd, code="e", name="某局", short_name="某", rule_set="weihai-jingkai-commerce")
    found = await census(row.id, WANTED, ON)
    assert (found.objects, found.entities, found.registers["all"]) == (0, {}, {})


async def test_names_lead_to_every_code_that_bears_them(authority: UUID):
    rows = [row async for row in directory_rows(authority, (), None)]
    assert await codes_named(authority, []) == {}
    assert await codes_named(authority, ["没有这家"]) == {}
    assert len(rows) == 400


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([ObjectKind.ENTERPRISE, ObjectKind.PROJECT]),
        st.sampled_from([(), ("油",), ("油", "茶")]),
        st.sampled_from(["", "A"]),
        st.sets(st.sampled_from(["专项", "名录"])),
    ),
    max_size=12,
)


@settings(max_examples=200)
@given(
    people=PEOPLE,
    wanted=st.dictionaries(st.sampled_from("abc"), st.sets(st.sampled_from(["油", "茶", "专项", "project"]))),
)
def test_an_object_counts_once_for_an_item_and_once_in_all(people: list, wanted: dict[str, set[str]]):
    groups: dict[tuple, int] = {}
    for kind, trades, grade, _ in people:
        groups[kind, trades, grade] = groups.get((kind, trades, grade), 0) + 1
    alike = [Alike(*key, count) for key, count in groups.items()]
    members = [
        (Member(uuid5(SPACE, str(place)), SPACE, kind, trades, grade), register)
        for place, (kind, trades, grade, registers) in enumerate(people)
        for register in registers
    ]
    found = counted(alike, members, wanted)

    def belongs(person: tuple, kinds: set[str]) -> bool:
        kind, trades, _, registers = person
        return not kinds or kind.value in kinds or bool(set(trades) & kinds) or bool(registers & kinds)

    for code, kinds in wanted.items():
        assert sum(found.registers[code].values()) == sum(belongs(person, kinds) for person in people)
    assert found.objects == sum(any(belongs(person, kinds) for kinds in wanted.values()) for person in people)
