"""The numbers of a draw come back from the store as they went in, and say what the parameters say."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.draw.frozen.parameters import focused
from inspection.draw.lot.frame import Tally
from inspection.draw.lot.strata import Base, Rule, Size, StrataBy, StrataRule
from inspection.draw.teams.rules import Continuity, MatchRules, Seat
from inspection.draw.terms import Substitution, TaskTerms, Terms, allowed_cells, read_terms, terms_text

words = st.text("甲乙AB", max_size=3)
fractions = st.fractions(0, 1, max_denominator=100)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
sizes = st.builds(Size, fractions, st.sampled_from(Base)) | st.builds(
    Size, fractions, st.just(Base.DIRECTORY), st.integers(0, 99)
)
strata = st.builds(
    StrataRule,
    st.sampled_from(Rule),
    st.none() | st.sampled_from(StrataBy),
    st.dictionaries(words, fractions, max_size=3),
    st.dictionaries(words, st.integers(0, 9), max_size=3),
)
tasks = st.builds(
    TaskTerms,
    sizes,
    strata,
    st.integers(1, 9),
    st.lists(st.tuples(days, days), max_size=3).map(tuple),
    st.none() | st.integers(0, 9),
)
seats = st.builds(
    Seat,
    st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True).map(tuple),
    st.none() | words,
    st.lists(words, max_size=3, unique=True).map(lambda listed: tuple(sorted(listed))),
    st.integers(1, 4),
    st.integers(0, 2),
    st.none() | words,
)
rules = st.builds(
    MatchRules,
    st.sampled_from(["scattered", "grouped"]),
    st.sampled_from(["automatic", "constrained"]),
    st.integers(0, 5),
    st.none() | st.integers(1, 50),
    st.booleans(),
    st.lists(seats, min_size=1, max_size=3).map(tuple),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
    st.none() | st.builds(Continuity, fractions, st.integers(1, 5)),
)
all_terms = st.builds(
    Terms,
    st.lists(tasks, min_size=1, max_size=3).map(tuple),
    rules,
    st.dictionaries(words, st.integers(1, 1000), max_size=4),
    st.sampled_from(["sha256", "sm3"]),
    st.builds(Substitution, st.lists(words, max_size=3).map(tuple), st.booleans()),
)


@settings(max_examples=100)
@given(all_terms)
def test_terms_come_back_as_they_were_stored(terms: Terms) -> None:
    assert read_terms(terms_text(terms)) == terms


@settings(max_examples=50)
@given(all_terms, st.data())
def test_every_weight_in_every_stratum_of_every_task_may_be_a_cell(terms: Terms, data: st.DataObject) -> None:
    names = [data.draw(st.lists(words, min_size=1, max_size=3, unique=True)) for _ in terms.tasks]
    allowed = allowed_cells(terms, names)
    weights = {terms.weight(grade) for grade in (*terms.weights, None, "unheard of")}
    assert allowed == {
        (task, stratum, weight)
        for task, own in enumerate(names)
        for stratum in range(len(own))
        for weight in weights | {1}
    }


@pytest.mark.parametrize(
    ("eligible", "drawn", "condition", "told"),
    [
        (19, 1, '{"area":["东区"]}', True),
        (20, 10, '{"area":["东区"]}', False),
        (20, 11, '{"area":["东区"]}', True),
        (5, 5, "{}", False),
        (5, 5, "", False),
    ],
)
def test_a_condition_that_leaves_few_makes_no_random_draw(
    eligible: int, drawn: int, condition: str, told: bool
) -> None:
    """draw.md §4.13: 萝卜条件."""
    assert focused(Tally(eligible, eligible), drawn, condition) is told
