"""The grid as text: what nobody touched is no change, and a ratio is read as people type it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.desk.planning.grid import WHY, values_of, wished
from api.office.plan_bodies import changes_of
from api.ratios import typed_ratio
from inspection.kernel.errors import Invalid
from inspection.planning.plan_lines import Line, Party, Stratum
from inspection.policy.terms import Method

LINE = Line("A1", "对象", "内容\n两行", (Method.ON_SITE,), Fraction(1, 20), 1, date(2026, 1, 1), date(2026, 12, 31))
HERE = Party("商务局")

lines = st.builds(
    replace,
    st.just(LINE),
    object_text=st.text("甲乙丙 ", min_size=1, max_size=5),
    ratio=st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=10_000),
    frequency=st.integers(1, 366),
    methods=st.lists(st.sampled_from(list(Method)), min_size=1, unique=True).map(tuple),
    lead=st.none() | st.just(HERE),
    participants=st.lists(st.sampled_from([Party("甲局"), Party("乙局")]), unique=True).map(tuple),
    joint=st.booleans(),
    note=st.text("备注\n", max_size=4),
    strata=st.lists(st.sampled_from("ABCD"), unique=True).map(
        lambda grades: tuple(Stratum(one, Fraction(1, 2), 2) for one in sorted(grades))
    ),
)


def sent(*told: Line, **more: list[str]) -> dict[str, list[str]]:
    """A grid of lines as it is sent."""
    texts: dict[str, list[str]] = {}
    for number, line in enumerate(told):
        place = f"lines.{number}"
        texts |= {f"{place}.item": [line.item], f"{place}.kept": ["true"]}
        texts |= {f"{place}.{name}": value for name, value in values_of(line).items()}
    return {**texts, **more}


@given(st.lists(lines, max_size=4))
def test_a_grid_that_nobody_touched_changes_nothing(told: list[Line]) -> None:
    named = [replace(line, item=f"A{number}") for number, line in enumerate(told)]
    found = wished(sent(*named), {line.item: line for line in named}, {}, ())
    assert (found.changes, found.left_out) == ((), ())


@given(lines, lines)
def test_what_is_typed_otherwise_makes_the_line_that_was_typed(base: Line, wanted: Line) -> None:
    wanted = replace(wanted, strata=base.strata, lead=base.lead, participants=base.participants)
    wish = wished(sent(wanted), {base.item: base}, {}, ())
    change = changes_of(wish.changes).get(base.item)
    made = change.on(base) if change else base
    told = ("methods", "frequency", "joint")
    assert {name: getattr(made, name) for name in told} == {name: getattr(wanted, name) for name in told}
    assert made.object_text.strip() == (wanted.object_text.strip() or base.object_text.strip())
    assert made.note.strip() == wanted.note.strip()
    assert made.ratio == wanted.ratio


@given(st.fractions(min_value=0, max_value=99, max_denominator=10**6))
def test_a_ratio_is_read_as_it_is_shown(ratio: Fraction) -> None:
    assert Fraction(typed_ratio(f"{ratio.numerator}/{ratio.denominator}")) == ratio


@pytest.mark.parametrize(
    ("typed", "ratio"), [("5%", "5/100"), (" 12.5 ％", "125/1000"), ("1/20", "1/20"), ("viel", "viel"), ("5", "5")]
)
def test_a_percentage_is_a_ratio(typed: str, ratio: str) -> None:
    assert typed_ratio(typed) == ratio


def test_what_is_not_ticked_is_left_out_but_for_what_a_higher_plan_takes() -> None:
    other = replace(LINE, item="A2")
    texts: dict[str, Any] = {name: told for name, told in sent(LINE, other).items() if not name.endswith("kept")}
    assert wished(texts, {"A1": LINE}, {}, ["A2"]).left_out == ("A1",)


def test_why_an_item_is_left_out_is_taken_of_those_that_are_and_changes_no_line() -> None:
    other, third = replace(LINE, item="A2"), replace(LINE, item="A3")
    named = {line.item: line for line in (LINE, other, third)}
    texts = sent(*named.values(), **{f"lines.{n}.{WHY}": [" 已停业。\r\n待复业。 "] for n in range(3)})
    del texts["lines.1.kept"], texts["lines.2.kept"]
    found = wished(texts, named, {}, ["A3"])
    assert [(one.item, one.reason) for one in found.why] == [("A2", "已停业。\n待复业。")]
    assert (found.changes, found.left_out) == ((), ("A2",))
    with pytest.raises(Invalid) as refused:
        wished(texts | {f"lines.1.{WHY}": ["长" * 2001]}, named, {}, ["A3"])
    told: Any = refused.value.facts["errors"]
    assert [one["at"] for one in told] == [f"lines.1.{WHY}"]


def test_departments_of_ours_are_known_by_name_and_every_wrong_field_is_named() -> None:
    own = Party("商务局", authority=None)
    texts = sent(
        LINE, **{"lines.0.participants": ["商务局、 公安局"], "lines.0.ratio": ["x"], "lines.0.frequency": ["0"]}
    )
    with pytest.raises(Invalid) as refused:
        wished(texts, {"A1": LINE}, {"商务局": own}, ())
    told: Any = refused.value.facts["errors"]
    assert {one["at"] for one in told} == {"lines.0.ratio", "lines.0.frequency"}
    good = texts | {"lines.0.ratio": ["50%"], "lines.0.frequency": ["2"]}
    (change,) = wished(good, {"A1": LINE}, {"商务局": own}, ()).changes
    assert [one.name for one in change.participants or ()] == ["商务局", "公安局"]
