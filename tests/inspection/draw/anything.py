"""Draws of any kind: tasks, strata, sizes, batches, seats, teams, lists of people, as hypothesis chooses them."""

from fractions import Fraction
from unittest.mock import patch

from hypothesis import strategies as st

from inspection.draw.lot.strata import Base, Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.roster import Past, Relation, Roster, RosterRow, build_roster
from inspection.draw.teams.rules import GROUPED, SCATTERED, Continuity, MatchRules, Seat
from inspection.draw.terms import TaskTerms, Terms
from tests.inspection.draw import rehearsal
from tests.inspection.draw.rehearsal import Rehearsal, name, rehearse

QUALIFICATIONS, EXPERTISE, UNITS = ("商务执法", "特种设备"), ("成品油", "电梯"), ("一科", "二科")
STRATA = {StrataBy.GRADE: "ABCD", StrataBy.AREA: ("东区", "西区")}
AREAS = STRATA[StrataBy.AREA]

fractions = st.builds(Fraction, st.integers(0, 10), st.just(20))
sizes = st.builds(Size, fractions, st.sampled_from(Base)) | st.integers(0, 9).map(lambda n: Size(count=n))


@st.composite
def strata(draw: st.DrawFn) -> StrataRule:
    by = draw(st.sampled_from(sorted(STRATA)))
    floors = draw(st.dictionaries(st.sampled_from(STRATA[by]), st.integers(0, 1)))
    ratios = draw(st.dictionaries(st.sampled_from(STRATA[by]), fractions))
    return StrataRule(draw(st.sampled_from([Rule.OWN_RATIO, Rule.PROPORTIONAL])), by, ratios, floors)


tasks = st.builds(
    TaskTerms,
    sizes,
    st.just(StrataRule()) | strata(),
    st.sampled_from([1, 1, 2, 3]),
    st.just(()),
    st.just(2),
)


@st.composite
def seats(draw: st.DrawFn, count: int) -> tuple[Seat, ...]:
    every = tuple(range(count))
    found = [
        Seat(
            tuple(sorted(draw(st.sets(st.sampled_from(every), min_size=1)))),
            draw(st.sampled_from([None, None, *UNITS])),
            draw(st.sampled_from([(), QUALIFICATIONS[:1], QUALIFICATIONS[1:]])),
            draw(st.integers(1, 3)),
            experts,
            draw(st.sampled_from(EXPERTISE)) if experts else None,
        )
        for experts in draw(st.lists(st.sampled_from([0, 0, 1]), min_size=1, max_size=3))
    ]
    missing = set(every) - {task for seat in found for task in seat.tasks}
    return (*found, Seat(tuple(sorted(missing)))) if missing else tuple(found)


def _some(words: tuple[str, ...], most: bool = True) -> st.SearchStrategy[tuple[str, ...]]:
    return st.just(words) if most else st.lists(st.sampled_from(words), unique=True).map(tuple)


@st.composite
def people(draw: st.DrawFn, count: int) -> list[RosterRow]:
    loose = draw(st.booleans())
    told = []
    for i in range(count):
        row = RosterRow(
            name(i),
            draw(st.sampled_from(UNITS)),
            loose or draw(st.booleans()),
            draw(_some(QUALIFICATIONS, loose)),
            draw(_some(EXPERTISE, loose)),
            areas=draw(st.sampled_from([(), (), AREAS, AREAS[:1]])),
            leader=draw(st.booleans()),
            candidate=loose or draw(st.booleans()),
        )
        told.append(row)
    return told


@st.composite
def draws(draw: st.DrawFn) -> Rehearsal | None:
    """A rehearsed draw; None where the floors of the strata ask for more than the whole sample."""
    rows, listed = draw(st.integers(1, 60)), draw(st.integers(2, 12).flatmap(people))
    wanted = draw(st.lists(tasks, min_size=1, max_size=3))
    mode = draw(st.sampled_from([SCATTERED, SCATTERED, GROUPED]))
    rules = MatchRules(
        mode,
        delta=draw(st.integers(0, 2)),
        max_load=draw(st.none() | st.integers(1, 12)),
        area=draw(st.booleans()),
        seats=draw(seats(len(wanted))),
        candidates=sum(row.candidate for row in listed) if draw(st.booleans()) else None,
        group_size=draw(st.integers(2, 4)) if mode == GROUPED else None,
        continuity=draw(st.none() | st.builds(Continuity, fractions, st.integers(1, 3))),
    )
    numbers = st.integers(0, len(listed) - 1)
    bars = draw(st.sets(st.tuples(numbers, st.integers(0, rows - 1)), max_size=6))
    last = draw(st.dictionaries(st.integers(0, rows - 1), st.lists(numbers, unique=True, min_size=1, max_size=3)))
    periods = draw(st.integers(1, 3))

    def roster(_: int, codes: list[str]) -> Roster:
        ties = [Relation(name(who), codes[row], "declared") for who, row in bars]
        past = [Past(codes[row], tuple(name(n) for n in team), periods) for row, team in last.items()]
        return build_roster(listed, ties, past)

    weights = draw(st.sampled_from([{}, {"A": 1, "B": 2, "C": 3, "D": 40}]))
    terms = Terms(tuple(wanted), rules, weights, draw(st.sampled_from(["sha256", "sm3"])))
    with patch.object(rehearsal, "people", roster):
        try:
            return rehearse(rows, len(listed), terms=terms)
        except ValueError as error:
            if "floors" in str(error):
                return None
            raise
