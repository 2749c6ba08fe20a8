"""From plan and rule-set to the numbers of a draw: sizes, strata, batches, seats, continuity."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.draw.lot.strata import Base, Rule, StrataBy
from inspection.draw.plan_terms import (
    Asked,
    Drawn,
    even_windows,
    match_rules,
    offices_missing,
    task_terms,
)
from inspection.draw.teams.rules import Seat, seats_at
from inspection.kernel.catalogue import LANGUAGES, text
from inspection.kernel.errors import Conflict, DomainError, Invalid, Refused
from inspection.planning.plan_lines import Stratum
from inspection.planning.scope import Scope
from inspection.planning.task_rules import Needs
from inspection.policy.load import rule_set_named
from inspection.policy.terms import DrawMode, ItemClass, MatchKind, MatchMode

JOINT = rule_set_named("anyue-joint.2020")
CITY = rule_set_named("quanzhou-economy.2016")
WINDOW = (date(2026, 3, 1), date(2026, 3, 31))


NOTHING = Asked()


def drawn(asked: Asked = NOTHING, *, line=None, item=None, **task) -> Drawn:
    facts = {
        "number": "抽查〔2026〕1号",
        "ratio": Fraction(1, 10),
        "scope": Scope(),
        "starts_on": WINDOW[0],
        "ends_on": WINDOW[1],
        "match_mode": MatchMode.SCATTERED,
        "match_kind": MatchKind.AUTOMATIC,
        "draw_mode": DrawMode.UNTARGETED,
        "inspectors": (),
        "needs": Needs(),
        "team_size": 2,
        "lead": "",
        "participants": (),
    }
    listed = {"qualification": None, "item_class": ItemClass.GENERAL} | (item or {})
    return Drawn(SimpleNamespace(**facts | task), SimpleNamespace(**listed), line, asked)


def line(**facts) -> SimpleNamespace:
    return SimpleNamespace(**{"quantity": None, "base": None, "ratio": Fraction(1, 10), "strata": ()} | facts)


GRADED = line(
    ratio=Fraction(1, 20),
    strata=(Stratum("A", Fraction(1, 100), 1), Stratum("D", Fraction(1, 2), 2)),
)


def said(error: DomainError) -> None:
    """The refusal can be guessed from its words, in both languages: nothing is left unfilled."""
    for lang in LANGUAGES:
        assert "{" not in text(error.message_key, lang, **error.facts)


def test_without_more_a_task_draws_its_share_of_the_directory_as_a_whole() -> None:
    terms = task_terms(drawn(), JOINT)
    assert (terms.size.ratio, terms.size.base, terms.size.count) == (Fraction(1, 10), Base.DIRECTORY, None)
    assert (terms.strata.rule, terms.batches, terms.windows) == (Rule.WHOLE, 1, ())


def test_a_number_of_objects_stands_for_the_share() -> None:
    assert task_terms(drawn(Asked(count=7)), JOINT).size.count == 7


@pytest.mark.parametrize("count", [0, -1, 10_000_001])
def test_no_draw_of_nobody_nor_of_more_than_there_can_be(count: int) -> None:
    with pytest.raises(Invalid) as error:
        task_terms(drawn(Asked(count=count)), JOINT)
    said(error.value)


def test_a_number_below_the_plan_s_is_refused() -> None:
    task_terms(drawn(Asked(count=5), line=line(quantity=5)), JOINT)
    with pytest.raises(Conflict) as error:
        task_terms(drawn(Asked(count=4), line=line(quantity=5)), JOINT)
    said(error.value)


def test_grades_of_the_plan_line_draw_by_their_own_ratios_and_all_others_by_the_line_s() -> None:
    terms = task_terms(drawn(line=GRADED), JOINT)
    assert (terms.strata.rule, terms.strata.by) == (Rule.OWN_RATIO, StrataBy.GRADE)
    assert terms.strata.ratios == {"A": Fraction(1, 100), "D": Fraction(1, 2)}
    assert terms.size.ratio == Fraction(1, 20)


def test_a_task_that_draws_more_than_its_line_draws_no_grade_less() -> None:
    terms = task_terms(drawn(line=GRADED, ratio=Fraction(3, 5)), JOINT)
    assert terms.strata.ratios == {"A": Fraction(3, 5), "D": Fraction(3, 5)}
    assert terms.size.ratio == Fraction(3, 5)


def test_a_task_of_one_grade_draws_its_own_share() -> None:
    terms = task_terms(drawn(line=GRADED, scope=Scope(grades=("D",)), ratio=Fraction(1, 2)), JOINT)
    assert (terms.strata.rule, terms.size.ratio) == (Rule.WHOLE, Fraction(1, 2))


def test_strata_asked_for_spread_the_whole_sample_over_their_floors() -> None:
    terms = task_terms(drawn(Asked(by=StrataBy.AREA, floors={"东区": 3}), line=GRADED), JOINT)
    assert (terms.strata.rule, terms.strata.by, terms.strata.floors) == (Rule.PROPORTIONAL, StrataBy.AREA, {"东区": 3})


@pytest.mark.parametrize("asked", [Asked(floors={"东区": 1}), Asked(by=StrataBy.AREA, floors={"东区": -1})])
def test_floors_need_strata_and_are_no_debts(asked: Asked) -> None:
    with pytest.raises(Invalid) as error:
        task_terms(drawn(asked), JOINT)
    said(error.value)


KEY = {"item_class": ItemClass.KEY}


def test_a_key_item_with_a_high_ratio_is_drawn_in_batches_of_even_days() -> None:
    terms = task_terms(drawn(Asked(batches=3), item=KEY, ratio=Fraction(1)), JOINT)
    assert terms.batches == 3
    assert terms.windows == (
        (date(2026, 3, 1), date(2026, 3, 10)),
        (date(2026, 3, 11), date(2026, 3, 20)),
        (date(2026, 3, 21), date(2026, 3, 31)),
    )


@pytest.mark.parametrize(
    ("rules", "item", "ratio"),
    [(CITY, KEY, Fraction(1)), (JOINT, {}, Fraction(1)), (JOINT, KEY, Fraction(49, 100))],
)
def test_no_other_item_is_drawn_in_batches(rules, item, ratio) -> None:
    with pytest.raises(Refused) as error:
        task_terms(drawn(Asked(batches=2), item=item, ratio=ratio), rules)
    said(error.value)


@pytest.mark.parametrize("batches", [0, 32, 53])
def test_a_batch_has_a_day_at_least(batches: int) -> None:
    with pytest.raises(Invalid) as error:
        task_terms(drawn(Asked(batches=batches), item=KEY, ratio=Fraction(1)), JOINT)
    said(error.value)


@given(st.integers(0, 400), st.data())
def test_windows_of_batches_cover_every_day_once_and_differ_by_a_day_at_most(length: int, data) -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=length)
    windows = even_windows((first, last), data.draw(st.integers(1, min(52, length + 1))))
    days = [start + timedelta(days=n) for start, end in windows for n in range((end - start).days + 1)]
    assert days == [first + timedelta(days=n) for n in range(length + 1)]
    sizes = {(end - start).days for start, end in windows}
    assert max(sizes) - min(sizes) <= 1


def test_what_was_set_by_hand_narrows_the_one_seat_of_a_task() -> None:
    task = drawn(
        item={"qualification": "商务执法"}, needs=Needs(("特种设备",), "油品"), match_kind=MatchKind.CONSTRAINED
    )
    rules = match_rules([task], JOINT, delta=2, max_load=9, area=True)
    assert rules.seats == (Seat((0,), None, ("商务执法", "特种设备"), 2, 1, "油品"),)
    assert (rules.mode, rules.kind, rules.delta, rules.max_load, rules.area) == ("scattered", "constrained", 2, 9, True)
    assert (rules.candidates, rules.group_size, rules.continuity) == (None, None, None)


def test_departments_of_a_joint_task_have_a_seat_each_and_the_lead_the_item_s_qualification() -> None:
    task = drawn(
        item={"qualification": "商务执法"},
        draw_mode=DrawMode.CROSS_DEPARTMENT,
        lead="商务局",
        participants=("消防大队", "商务局", "市监局", "消防大队"),
    )
    seats = match_rules([task], JOINT).seats
    assert [(seat.unit, seat.required, seat.slots) for seat in seats] == [
        ("商务局", ("商务执法",), 2),
        ("消防大队", (), 2),
        ("市监局", (), 2),
    ]
    assert [here.slots for here in seats_at(seats, [0])] == [1, 1, 1]


def test_tasks_with_the_same_need_share_a_seat_and_others_have_their_own() -> None:
    same = match_rules([drawn(), drawn(team_size=3)], JOINT).seats
    assert same == (Seat((0, 1), None, (), 3),)
    apart = match_rules([drawn(), drawn(item={"qualification": "计量"})], JOINT).seats
    assert [seat.tasks for seat in apart] == [(0,), (1,)]


def test_groups_are_as_large_as_the_fullest_door() -> None:
    grouped = replace_modes([drawn(), drawn(item={"qualification": "计量"})], MatchMode.GROUPED)
    rules = match_rules(grouped, JOINT)
    assert (rules.mode, rules.group_size) == ("grouped", 2)


def replace_modes(tasks: list[Drawn], mode: MatchMode) -> list[Drawn]:
    return [replace(one, task=SimpleNamespace(**vars(one.task) | {"match_mode": mode})) for one in tasks]


def test_people_named_by_hand_are_counted_once() -> None:
    kind = MatchKind.CONSTRAINED
    tasks = [drawn(inspectors=("a", "b"), match_kind=kind), drawn(inspectors=("b", "c"), match_kind=kind)]
    assert match_rules(tasks, JOINT).candidates == 3


@pytest.mark.parametrize(
    "other",
    [{"match_mode": MatchMode.GROUPED}, {"match_kind": MatchKind.CONSTRAINED}, {"inspectors": ("a",)}],
)
def test_tasks_that_are_matched_differently_do_not_share_a_draw(other) -> None:
    with pytest.raises(Conflict) as error:
        match_rules([drawn(), drawn(**other)], JOINT)
    said(error.value)


def test_a_way_that_the_rule_set_does_not_know_is_refused() -> None:
    with pytest.raises(Refused) as mode:
        match_rules([drawn(match_mode=MatchMode.GROUPED)], CITY)
    said(mode.value)
    with pytest.raises(Refused) as area:
        match_rules([drawn()], JOINT, area=True)
    said(area.value)


@pytest.mark.parametrize("loads", [{"delta": -1}, {"max_load": 0}])
def test_loads_are_whole_and_positive(loads) -> None:
    with pytest.raises(Invalid) as error:
        match_rules([drawn()], JOINT, **loads)
    said(error.value)


def test_where_the_same_team_is_preferred_its_share_and_periods_are_limited() -> None:
    kept = match_rules([drawn()], CITY).continuity
    assert kept is not None
    assert (kept.share, kept.periods) == (Fraction(3, 10), 2)


def test_offices_that_must_supervise_are_looked_for_in_the_names() -> None:
    named = ["法规科 张三", "办公室李四", "人事科"]
    assert offices_missing(CITY, named) == {"zh_CN": "监察室", "en": "Supervision office"}
    assert offices_missing(CITY, [*named, "监察室"]) == {}
    assert offices_missing(JOINT, []) == {}
