"""季度进展报告、年度总结 as a paper, out of the frozen value. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from inspection.documents.blocks import Block, Cell, Grid, Heading, Paper, Para, Picture
from inspection.documents.forms import FOUR, field, opinion, paper, sealed
from inspection.documents.views import Opinion
from inspection.documents.words import Words
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.catalogue import catalogue, text
from inspection.oversight.reports.value import Line, ReportValue, Row, Section

PERIODS: Final = ("period", "drawn", "executed", "joint", "published", "on_time", "problems")
UNITS: Final = ("unit", "tasks", "drawn", "formed", "published", "completed", "overdue")


def report_paper(told: ReportValue, approved: tuple[str, datetime] | None, lang: str) -> Paper:
    """The report. `approved`: who approved it, and when; None for a draft, which says so."""
    words = Words("oversight.report_", lang)
    blocks: list[Block | None] = [
        _head(words, told, approved),
        *_remarks(words, told),
        *_table(words, "by_period", PERIODS, told.periods),
        *(Picture(one.zh if lang.startswith("zh") else one.en, "") for one in told.plots),
        *(block for section in told.sections for block in _section(words, section)),
        *_table(words, "by_unit", UNITS, told.units),
        *_late(words, told),
        opinion(words, words("drafted"), Opinion("", told.drafted_by, local_day(_at(told)))),
        opinion(words, words("approved"), Opinion("", approved[0], local_day(approved[1])) if approved else None),
        Para(words("source", rule_set=told.rule_set, article=told.article)),
        sealed(words, told.authority, words.day(local_day(approved[1] if approved else _at(told)))),
    ]
    made = paper(words, told.authority, told.number, _at(told), blocks)
    title = words(f"title_{told.kind}", period=period_text(told.period, lang))
    return Paper(title, made.issuer, made.number, made.lang, made.at, made.foot, made.blocks)


def period_text(period: str, lang: str) -> str:
    """2026年第一季度, 2026年度."""
    year, _, quarter = period.partition("Q")
    key = "oversight.report_quarter" if quarter else "oversight.report_year"
    return text(key, lang, year=year, quarter=quarter)


def section_label(section: Section, lang: str) -> str:
    """What a section is called."""
    return text(f"oversight.figure_{section.key}", lang)


def row_label(section: Section, row: Row, lang: str) -> str:
    """What a row is called: its figure, and of what it is one where it is one of several."""
    label = text(f"oversight.figure_{section.key}_{row.figure}", lang)
    # Classes of a rule-set are spelt with hyphens.
    key = row.key.replace("-", "_")
    known = catalogue("publicity", lang).get(f"publicity.result_{key}")
    name = known or row.name or catalogue("oversight", lang).get(f"oversight.class_{key}", row.key)
    return text("oversight.report_of_named", lang, label=label, name=name) if name else label


def matter_label(matter: str, lang: str) -> str:
    """What a clock is about, in words."""
    return text(f"oversight.matter_{matter}", lang)


def _head(words: Words, told: ReportValue, approved: tuple[str, datetime] | None) -> Grid:
    bodies = words.shared("between").join(one.zh if words.lang.startswith("zh") else one.en for one in told.bodies)
    span = words.days(date.fromisoformat(told.first), date.fromisoformat(told.last))
    state = words("state_approved" if approved else "state_draft")
    rows = (
        (*field(words("span"), span), *field(words("at"), words.moment(_at(told)))),
        (*field(words("to"), words.none(bodies)), *field(words("state"), state)),
    )
    return Grid(FOUR, rows)


def _remarks(words: Words, told: ReportValue) -> list[Block]:
    if not told.remarks:
        return []
    return [Heading(words("remarks")), *(Para(one) for one in told.remarks.split("\n") if one.strip())]


def _section(words: Words, section: Section) -> list[Block]:
    head = tuple(Cell(words(key), label=True) for key in ("figure", "count", "of", "share"))
    rows = [
        (
            Cell(row_label(section, row, words.lang)),
            Cell(str(row.count)),
            Cell("" if row.of is None else str(row.of)),
            Cell(row.share or ("—" if row.of is not None else "")),
        )
        for row in section.rows
    ]
    return [Heading(section_label(section, words.lang)), Grid((9, 3, 3, 3), (head, *rows), head=1)]


def _table(words: Words, title: str, columns: Sequence[str], lines: Sequence[Line]) -> list[Block]:
    if not lines:
        return []
    head = tuple(Cell(words(f"column_{key}"), label=True) for key in columns)
    rows = [(Cell(words.none(one.name)), *(Cell(cell or "—") for cell in one.cells)) for one in lines]
    return [Heading(words(title)), Grid((4, *(2,) * (len(columns) - 1)), (head, *rows), head=1)]


def _late(words: Words, told: ReportValue) -> list[Block]:
    if not told.late:
        return [Heading(words("late")), Para(words("nothing_late"))]
    head = tuple(Cell(words(f"column_{key}"), label=True) for key in ("matter", "about", "due", "done", "days", "who"))
    rows = [
        (
            Cell(matter_label(one.matter, words.lang)),
            Cell("\n".join(filter(None, (one.name, one.reason)))),
            Cell(one.due_on),
            Cell(one.done_on or words("not_done")),
            Cell(str(one.days)),
            Cell(words.none(words.shared("between").join(one.people))),
        )
        for one in told.late
    ]
    return [Heading(words("late")), Grid((3, 6, 3, 3, 2, 3), (head, *rows), head=1)]


def _at(told: ReportValue) -> datetime:
    return datetime.fromisoformat(told.at)
