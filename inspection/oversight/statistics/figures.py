"""The figures of a span of days of one authority (泉州 三: performance audit; 安岳 三: by quarter and year). Values.

A figure is dated by one event, named with it; both ends of the span are included, days are those of Beijing. The words
are the platforms' own (field facts §c1.1): 抽查户数 = 抽查基数 × 抽查比例, 抽查完成率 = 已公示 / 抽查户数,
完结率 = 完结数 / 已公示, 发现问题待后续处理.

What is under seal. `Statistics` is for the office, `PublicStatistics` for anybody, and neither says anything of a
visit that is sealed but the numbers that the draw itself has made public (how many were drawn, of which probability,
how many places were changed). Whatever is broken down by the object – area, grade, visits at one door – counts visits
that were carried out; what is broken down for the public counts results that are out.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from inspection.draw.told.monitoring import Alert, QuarterFigures


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `of`; `share` = count / of, rounded to four places, None when there is nothing to be a share of."""

    count: int
    of: int
    share: float | None


def rate(count: int, of: int) -> Rate:
    """The share that `count` is of `of`."""
    return Rate(count, of, round(count / of, 4) if of else None)


@dataclass(frozen=True, slots=True)
class Named:
    """A rate of one sort: `key` is the stable code, `name` what people call it ('' where the key says it)."""

    key: str
    name: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of one sort."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The plan against the draws.

    `planned`: 抽查户数 of the plan in force, base × ratio of every line times its draws a year, lines whose window ends
    in the span; `drawn`: objects drawn by the draws of the span (quotas of their cells), `base`: rows of their frames
    (抽查基数); `fulfilled` = drawn / planned (above 1 where more was drawn). `tasks`: drawn or assigned in the span,
    `outside`: those of them that are no draw's (专项、投诉举报、转办…), by the day they were preset.
    """

    planned: int
    base: int
    drawn: int
    fulfilled: Rate
    tasks: int
    outside: int


@dataclass(frozen=True, slots=True)
class DrawFigures:
    """The draws that were frozen in the span, and what became of them; all of it is public.

    `voided` of all that ended; `replaced_objects` of the doors; `recused` (回避: swapped or left),
    `replaced_inspectors` (递补 for a reason of the rule-set) and `designated` (指定, against the lot) of the places.
    """

    draws: int
    waiting: int
    doors: int
    places: int
    voided: Rate
    recused: Rate
    replaced_inspectors: Rate
    replaced_objects: Rate
    designated: Rate
    continued: Rate


@dataclass(frozen=True, slots=True)
class ListFigures:
    """The list of items in force on the last day (安岳 一(三): few key items, low general ratios; 威海 第十二条: every
    item is planned and executed).

    `key` of all; `highest`: general items with the highest ratio, percent as text; `over_cap`: general items above the
    cap of the rule-set; `cautions`: keys of the catalogue. `planned`: items with a line in the year's plan;
    `executed`: items of which somebody was visited in the span; `unexecuted` names the others by code.
    """

    items: int
    key: Rate
    highest: tuple["HighRatio", ...]
    over_cap: int
    cautions: tuple[Counted, ...]
    planned: Rate
    executed: Rate
    unexecuted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HighRatio:
    """A general item with its ratio as percent, e.g. "20%"."""

    code: str
    name: str
    ratio: str


@dataclass(frozen=True, slots=True)
class CoverageFigures:
    """抽查覆盖率: distinct objects visited in the span of those that stand in the register on the day of asking.

    `by_item`: of the objects that the item's directory holds; an object without area or grade has the key ''.
    """

    objects: Rate
    by_item: tuple[Named, ...]
    by_area: tuple[Named, ...]
    by_grade: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Burden:
    """So many objects that were visited so many times."""

    visits: int
    objects: int


@dataclass(frozen=True, slots=True)
class Excess:
    """Periods in which one door had more visits than `limit` (成都: one a day, two a week, three a month)."""

    period: str
    limit: int
    count: int


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """Visits carried out in the span (linked ones are one: 一次进门).

    `joint`: 联合率, those that several departments or several tasks shared; `cross_department`: those of a task of
    several departments. `per_object`: how often one object was visited; `excess`: too often, by the rule-set's
    warnings; `over_cap`: objects with more visits that count than the cap lets, `exempt`: objects over it that a ground
    of exemption frees, or whose further visits are outside the draw.
    """

    executed: int
    joint: Rate
    cross_department: Rate
    per_object: tuple[Burden, ...]
    excess: tuple[Excess, ...]
    over_cap: int
    exempt: int


@dataclass(frozen=True, slots=True)
class ResultFigures:
    """Results (one an item of a visit) formed in the span, as they stand now.

    `by_code` counts results that bear the code, so that one result may stand in two, and so does `by_class`, by the
    classes of the rule-set (`other`: in none of them), or by ours where it has none. `problems`: 发现问题, results with
    another code than "no problem" and "no such activity"; `pending`: 发现问题待后续处理 and what says
    it more exactly (违反…).
    """

    formed: int
    by_code: tuple[Counted, ...]
    by_class: tuple[Counted, ...]
    problems: Rate
    pending: int


@dataclass(frozen=True, slots=True)
class PublicationFigures:
    """一公开 by the day a result went out.

    `on_time` of those. `corrected`: later versions that went out in the span. Of the moment: `waiting` are not out,
    `overdue` of them late, `withheld` kept back, `withdrawn` taken back.
    """

    published: int
    on_time: Rate
    corrected: int
    withdrawn: int
    waiting: int
    overdue: int
    withheld: int


@dataclass(frozen=True, slots=True)
class CompletionFigures:
    """What was drawn in the span (the cohort of its draws), up to now; an object counts once for each task.

    `drawn`: 抽查户数. `formed`: have a result, of the drawn; `published`: 抽查完成率, results that are public, of the
    drawn; `closed`: 完结率, public results that leave nothing to be referred or put right, of
    the public ones.
    """

    drawn: int
    formed: Rate
    published: Rate
    closed: Rate


@dataclass(frozen=True, slots=True)
class ObjectionFigures:
    """异议 by the day of receipt. `upheld`: the result stays; `late`: decided, or not decided, after the due day."""

    received: int
    upheld: int
    corrected: int
    withdrawn: int
    open: int
    late: Rate


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """Penalties decided, referrals made and re-checks due in the span; `acknowledged` of the referrals, `annulled` of
    the penalties, `rectified` of the re-checks.
    """

    penalties: int
    annulled: Rate
    referrals: int
    acknowledged: Rate
    rechecks: int
    rectified: Rate


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One quarter (`2026Q1`) of the span, or as much of it as lies in the span; the year's line is the span's own."""

    name: str
    first: date
    last: date
    drawn: int
    executed: int
    joint: Rate
    published: int
    on_time: Rate
    problems: Rate


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """What a unit (科室) has to its name; `unit` is None for tasks of none.

    `tasks`: those that were drawn in the span, `drawn`: objects for them; `formed`: their results by now, `published`:
    those that are public, of the drawn; `overdue`: those that are not and should be.
    """

    unit: UUID | None
    name: str
    tasks: int
    drawn: int
    formed: int
    published: Rate
    overdue: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Every figure of an authority from `first` to `last`, as it was known on `asked_on`.

    `chance`: drawn against the printed probability, quarter by quarter (draw.md §5, T19), with what is conspicuous.
    """

    authority: UUID
    first: date
    last: date
    asked_on: date
    rule_set: str
    plan: PlanFigures
    draws: DrawFigures
    items: ListFigures
    coverage: CoverageFigures
    visits: VisitFigures
    completion: CompletionFigures
    results: ResultFigures
    publication: PublicationFigures
    objections: ObjectionFigures
    follow_up: FollowUpFigures
    periods: tuple[PeriodFigures, ...]
    units: tuple[UnitFigures, ...]
    chance: tuple[QuarterFigures, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class PublicPeriod:
    """A quarter as anybody may see it."""

    name: str
    drawn: int
    published: int
    on_time: Rate
    problems: Rate


@dataclass(frozen=True, slots=True)
class PublicStatistics:
    """What anybody may know of an authority in a span: numbers that draws and published results already say.

    `published`: results that went out in the span and still are; `objects`: whom they name, each once; `by_item`,
    `by_code`, `problems` count them as the version in force says; `corrected`: later versions of the
    span.
    """

    authority: str
    first: date
    last: date
    draws: DrawFigures
    base: int
    drawn: int
    published: int
    objects: int
    on_time: Rate
    corrected: int
    problems: Rate
    by_code: tuple[Counted, ...]
    by_item: tuple[Counted, ...]
    periods: tuple[PublicPeriod, ...]
    chance: tuple[QuarterFigures, ...]
