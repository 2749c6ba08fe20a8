"""From roster and tickets to teams: who may go, who never does, and what happens when there are too few."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from piccolo.table import Table

from inspection.draw.disclose import bundle, sealed_matches
from inspection.draw.lot.frame import Candidate, build_frame
from inspection.draw.match import match
from inspection.draw.plan_draw import plan_draw
from inspection.draw.seal import seal
from inspection.draw.teams.roster import Relation, RosterRow, build_roster, listing, listing_root, read_roster
from inspection.draw.teams.staffing import MatchRules, outlook, staff
from inspection.draw.verify import verify_full
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.planning.tables import Task
from inspection.registry.inspectors.tables import Inspector
from mobile_contract.problems import ProblemCode
from tests.inspection.draw.office import Office, drawn, open_office, sealed
from tests.inspection.draw.rehearsal import directory, rehearse

KEY = bytes(range(32))


def people(n: int) -> list[RosterRow]:
    return [
        RosterRow(f"p{i}", "一科", i != 0, ("商务执法",) if i != 1 else (), ("成品油",) if i > 3 else ())
        for i in range(n)
    ]


def test_only_the_certified_and_qualified_may_inspect() -> None:
    roster = build_roster(people(5), [])
    assert {row.inspector for row in roster.may_inspect(["商务执法"])} == {"p2", "p3", "p4"}
    assert {row.inspector for row in roster.may_inspect([])} == {"p1", "p2", "p3", "p4"}


@pytest.mark.parametrize("seed", range(40))
def test_a_recused_inspector_is_never_drawn(seed: int) -> None:
    done = rehearse(key=bytes([seed]) * 32)
    barred = {(tie.inspector, tie.oid) for tie in done.roster.relations}
    assert barred
    pairs = {(p, door.oid) for n, door in enumerate(done.staffing.doors) for p in done.staffing.team(n)}
    assert not pairs & barred


def test_experts_sit_where_they_are_asked_for() -> None:
    rows = [RosterRow(f"p{i}", "一科", True, ("商务执法",), ("成品油",) if i < 3 else ()) for i in range(9)]
    experts = {row.inspector for row in rows if row.expertise}
    roster = build_roster(rows, [])
    done = rehearse()
    rules = MatchRules(slots=3, experts=1, expertise="成品油")
    again = staff(done.h, done.ceremony.seed, done.secret, done.selection.drawn, roster, rules)
    assert not again.seating.short
    assert all(len(set(again.team(n)) & experts) >= 1 for n in range(len(again.doors)))


@settings(max_examples=60)
@given(st.permutations(people(6)))
def test_the_order_of_the_roster_does_not_matter(rows: list[RosterRow]) -> None:
    h = rehearse(3).h
    assert build_roster(rows, []) == build_roster(people(6), [])
    assert listing_root(h, KEY, build_roster(rows, []).rows) == listing_root(h, KEY, build_roster(people(6), []).rows)


def test_a_stored_roster_comes_back_as_it_was() -> None:
    roster = build_roster(people(6), [Relation("p2", "9137", "declared"), Relation("p3", "9138", "declared")])
    assert read_roster(listing(roster.rows), listing(roster.relations)) == roster
    assert read_roster(b"", b"") == build_roster([], [])


@pytest.mark.parametrize(
    ("rows", "ties"),
    [
        ([RosterRow("a", "", True), RosterRow("a", "x", True)], []),
        ([RosterRow("a\tb", "", True)], []),
        ([RosterRow("a", "u\n", True)], []),
        ([RosterRow("a", "", True, ("x,y",))], []),
        ([], [Relation("a", "o", "r"), Relation("a", "o", "r")]),
        ([], [Relation("a", "o", "")]),
    ],
)
def test_a_roster_that_could_be_read_in_two_ways_is_refused(rows: list[RosterRow], ties: list[Relation]) -> None:
    with pytest.raises(ValueError, match=r"twice|plain text"):
        build_roster(rows, ties)


def test_before_the_ceremony_every_object_that_could_not_be_staffed_is_counted() -> None:
    frame = build_frame(rehearse(3).h, KEY, [Candidate(f"o{n}") for n in range(10)])
    ties = [Relation(f"p{p}", "o3", "declared") for p in (2, 3, 4)]
    roster = build_roster(people(6), ties)  # p2…p5 may go: o3 keeps only p5
    ahead = outlook(frame, roster, MatchRules(required=("商务执法",)), 5)
    assert (ahead.people, ahead.unstaffable, ahead.places, ahead.good) == (4, 1, 10, False)
    assert outlook(frame, build_roster(people(6), []), MatchRules(required=("商务执法",)), 5).good
    tight = outlook(frame, build_roster(people(6), []), MatchRules(required=("商务执法",), max_load=2), 5)
    assert (tight.capacity, tight.places, tight.good) == (8, 10, False)


def test_a_rehearsed_directory_has_every_kind_of_row() -> None:
    assert len({row.exclusion for row in directory(80)}) == 3


# -- the same through the verbs, on both engines ----------------------------------------------------------------------


@pytest.fixture
async def office(cmd, db) -> Office:
    return await open_office(cmd)


async def declare(office: Office, number: int, objects: range) -> None:
    table: type[Table] = Inspector
    codes = [f"91371000{n:010d}" for n in objects]
    told = "[" + ",".join(f'"{code}"' for code in codes) + "]"
    await table.update({Inspector.relations: told}).where(Inspector.id == office.inspectors[number])


async def test_a_declared_relation_keeps_the_inspector_away(office) -> None:
    await declare(office, 0, range(60))
    done = await sealed(office)
    sent = {person for found in await sealed_matches(done.draw) for person, _, _ in found.team}
    assert office.inspectors[0] not in sent
    files = await bundle(office.supervisor, draw_id=done.draw, full=True)
    assert all(check.ok for check in verify_full(files))


async def test_a_load_that_cannot_be_kept_is_explained_and_raised_only_as_far_as_needed(office) -> None:
    # Seven are certified, two of them stand aside everywhere. Six objects need twelve places, five people give ten.
    for number in (0, 1):
        await declare(office, number, range(60))
    waiting = await drawn(office, max_load=2)
    with pytest.raises(Conflict) as error:
        await match(office.operator, draw_id=waiting.draw)
    facts = error.value.facts
    assert error.value.code is ProblemCode.DRAW_TOO_FEW_INSPECTORS
    assert (facts["objects"], facts["places"], facts["people"], facts["short"]) == (6, 12, 5, 2)
    assert facts["cap_needed"] == 3
    with pytest.raises(Refused):
        await match(office.operator, draw_id=waiting.draw, load_cap=3)
    with pytest.raises(Invalid):
        await match(office.approver, draw_id=waiting.draw, load_cap=4)
    done = await match(office.approver, draw_id=waiting.draw, load_cap=3)
    assert done.match.load_cap == 3
    await seal(office.approver, draw_id=waiting.draw)
    files = await bundle(office.supervisor, draw_id=waiting.draw, full=True)
    assert [check for check in verify_full(files) if not check.ok] == []


async def test_a_load_that_is_enough_stays(office) -> None:
    waiting = await drawn(office, max_load=5)
    with pytest.raises(Invalid) as error:
        await match(office.approver, draw_id=waiting.draw, load_cap=6)
    assert error.value.message_key == "draw.cap_not_needed"


async def test_a_grouped_task_is_not_matched_otherwise_in_silence(office) -> None:
    await Task.update({Task.match_mode: "grouped"}).where(Task.id == office.task)
    with pytest.raises(Refused) as error:
        await plan_draw(office.operator, task_ids=[office.task])
    assert error.value.message_key == "draw.mode_not_offered"
