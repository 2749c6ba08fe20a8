"""Which reports are due and when; what is frozen of one; its paper and its workbook."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from inspection.documents.press import typeset
from inspection.kernel.catalogue import LANGUAGES
from inspection.oversight.clocks import Matter
from inspection.oversight.reports.paper import matter_label, report_paper, row_label
from inspection.oversight.reports.rules import (
    Made,
    ReportKind,
    ReportState,
    due_on,
    duties,
    period_of,
    periods,
    state_of,
)
from inspection.oversight.reports.value import (
    Body,
    LateLine,
    Line,
    Plot,
    ReportValue,
    Row,
    Section,
    frozen,
    thawed,
)
from inspection.oversight.reports.workbook import workbook
from inspection.oversight.statistics.rates import UNCLASSED
from inspection.policy.model import RuleSet
from inspection.visits.review.codes import CodeClass
from tests.support.rulesets import BY_CODE, each_rule_set

SICHUAN = BY_CODE["anyue-joint"].reports
FOUNDED = date(2026, 1, 1)
APPROVED = ("王五", datetime(2026, 4, 3, 1, tzinfo=UTC))
PLOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 30"><rect width="100" height="30" fill="#cde"/></svg>'


def value(**given: object) -> ReportValue:
    made = ReportValue(
        authority="某县市场监督管理局",
        kind="quarter",
        period="2026Q1",
        first="2026-01-01",
        last="2026-03-31",
        number="AY-BG-2026Q1-1",
        version=1,
        rule_set="anyue-joint.2020",
        article="三（五）",
        at="2026-04-02T01:00:00+00:00",
        drafted_by="张三",
        remarks="本季度按计划完成抽查。\n无重大事项。",
        bodies=(Body("joint-conference", "联席会议办公室", "Office of the joint conference"),),
        sections=(
            Section("plan", (Row("planned", "", "", 100), Row("fulfilled", "", "", 90, 100, "90.00%"))),
            Section("results", (Row("formed", "", "", 3), Row("by_code", "no_problem", "", 3))),
            Section("coverage", (Row("by_area", "", "东区", 1, 0, None),)),
        ),
        periods=(Line("2026Q1", ("1", "2", "", "3", "100.00%", "")),),
        units=(Line("=监管一科", ("1", "2", "3", "3", "100.00%", "0")),),
        late=(LateLine("publication", "@某店", "2026-03-01", "2026-03-06", 5, ("李四",), "=1+1"),),
        plots=(Plot("joint", PLOT, PLOT),),
    )
    return replace(made, **given)  # type: ignore[arg-type]


def test_anyue_asks_for_four_quarters_and_a_summary_by_the_tenth_of_december() -> None:
    found = duties([2026], FOUNDED, SICHUAN, {})
    told = [(one.period.name, one.due_on) for one in found]
    quarters = [("2026Q1", date(2026, 3, 31)), ("2026Q2", date(2026, 6, 30)), ("2026Q3", date(2026, 9, 30))]
    assert told == [*quarters, ("2026", date(2026, 12, 10)), ("2026Q4", date(2026, 12, 31))]
    assert {one.state for one in found} == {ReportState.DUE}


@each_rule_set
def test_a_report_is_due_exactly_where_the_rule_set_asks_for_it(rules: RuleSet) -> None:
    for period in periods(2026):
        asked = rules.reports.quarterly if period.kind is ReportKind.QUARTER else rules.reports.annual_month is not None
        assert (due_on(period, rules.reports) is not None) == asked


def test_an_authority_owes_nothing_from_before_it_was_there() -> None:
    found = duties([2026], date(2026, 4, 1), SICHUAN, {})
    assert [one.period.name for one in found] == ["2026Q2", "2026Q3", "2026", "2026Q4"]


def test_a_report_is_done_when_every_body_has_it() -> None:
    drafted, approved = Made(None, {}), Made(date(2026, 3, 30), {})
    filed = Made(date(2026, 3, 30), {"joint-conference": date(2026, 4, 2)})
    bodies = ["joint-conference"]
    assert [state_of(one, bodies) for one in (None, drafted, approved, filed)] == list(ReportState)
    assert state_of(approved, []) is ReportState.FILED
    found = {one.period.name: one for one in duties([2026], FOUNDED, SICHUAN, {"2026Q1": filed, "2026": drafted})}
    assert (found["2026Q1"].state, found["2026Q1"].done_on) == (ReportState.FILED, date(2026, 4, 2))
    assert (found["2026"].state, found["2026"].done_on) == (ReportState.DRAFT, None)


@pytest.mark.parametrize(
    "name", ["", "26", "2026Q0", "2026Q5", "2026q1", "20261", "2026Q1 ", "0001", "9999", "２０２６"]
)
def test_a_name_of_no_period_is_none(name: str) -> None:
    assert period_of(name) is None


@given(year=st.integers(2, 9998))
def test_the_quarters_of_a_year_are_the_year_without_gap_or_overlap(year: int) -> None:
    *quarters, whole = periods(year)
    assert (quarters[0].first, quarters[-1].last) == (whole.first, whole.last)
    ends = [(one.last - date.min).days + 1 for one in quarters[:-1]]
    assert ends == [(one.first - date.min).days for one in quarters[1:]]
    assert all(period_of(one.name) == one for one in (*quarters, whole))


def test_what_was_frozen_is_what_is_read_again() -> None:
    text, digest = frozen(value())
    assert thawed(text) == value()
    assert frozen(thawed(text)) == (text, digest)
    assert frozen(value(remarks="改"))[1] != digest


def test_the_paper_says_every_figure_and_that_a_draft_is_one() -> None:
    for lang in LANGUAGES:
        lines = "\n".join(report_paper(value(), APPROVED, lang).lines())
        assert "{" not in lines
        for told in ("90.00%", "东区", "@某店", "王五", "张三", "AY-BG-2026Q1-1"):
            assert told in lines
    assert "草稿" in "\n".join(report_paper(value(), None, "zh_CN").lines())
    assert "草稿" not in "\n".join(report_paper(value(), APPROVED, "zh_CN").lines())


def test_the_same_report_gives_the_same_bytes() -> None:
    paper = report_paper(value(), APPROVED, "zh_CN")
    assert typeset(paper) == typeset(report_paper(thawed(frozen(value())[0]), APPROVED, "zh_CN"))
    assert workbook(value(), "zh_CN") == workbook(value(), "zh_CN")


def test_a_workbook_holds_numbers_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(workbook(value(), "zh_CN")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    said = {cell.value for cell in cells}
    assert {100, 90, 5, "'=监管一科", "'@某店", "'=1+1"} <= said
    assert len(book.sheetnames) == 4


def test_a_hostile_text_breaks_neither_file() -> None:
    nasty = value(remarks="#eval(1) <b> \\ \u202e $x$", authority="A" * 200)
    assert typeset(report_paper(nasty, None, "en")).startswith(b"%PDF")
    assert load_workbook(io.BytesIO(workbook(nasty, "en"))).sheetnames


def test_every_matter_of_the_clocks_has_a_name() -> None:
    for lang in LANGUAGES:
        assert all(matter_label(matter.value, lang) for matter in Matter)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_class_of_results_is_told_in_words(lang: str) -> None:
    named = [*CodeClass, UNCLASSED, *(one.code for one in BY_CODE["xinglongtai-market"].results.classes)]
    rows = [Row("by_class", key, "", 1) for key in named]
    told = [row_label(Section("results", ()), row, lang) for row in rows]
    assert [(row.key, label) for row, label in zip(rows, told, strict=True) if label.endswith(row.key)] == []
