"""Drawing frequencies (抽查频次) as lists word them, and as bounds. Pure. What cannot be read stays text.

A plain number ("1次/年") is both bounds. A text without a period means a year. Where clauses speak of several periods,
the first one with a number is taken ("每季度1次，全年不超过6次"). "每年1次20%；或者每年2次各10%" is a choice; its
bounds are those of all ways together.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from inspection.kernel.canonical import JSON
from inspection.registry.items.ratios import bounds_of, percent, shares_in
from inspection.registry.items.wording import (
    GROUND_WORDS,
    LEVEL_WORDS,
    NUMERAL,
    Clause,
    Ground,
    Level,
    Side,
    at_lowest_level,
    clauses_of,
    ground_of,
    number,
    plain,
    side_of,
)

_TIMES = re.compile(rf"(?P<low>{NUMERAL})(?:次)?(?:-(?P<high>{NUMERAL}))?次")
_BARE = re.compile(r"(?P<bound>[≥≤=<>])?(?P<low>\d{1,3})(?:-(?P<high>\d{1,3}))?(?:/(?:年|yr|year))?")
_BARE_SIDES = {"≥": Side.LEAST, ">": Side.LEAST, "≤": Side.MOST, "<": Side.MOST}
_PERIOD = re.compile(
    rf"(?:每|/|同一?)(?:个)?(?P<every>{NUMERAL})?(?:个)?(?P<unit>半年|年|季|月|周|星期)"
    rf"|(?P<within>{NUMERAL})(?P<unit2>年|个月)内?(?=[\u4e00-\u9fff≤≥]{{0,6}}{NUMERAL}次)"
    r"|(?P<half>半年)|(?P<year>年度?内|全年)"
)
# A period that is named and not read, such as a day or a hundred years: its times are not those of a year.
_OTHER_PERIOD = re.compile(
    r"(?:每|/)个?(?:工作)?[天日旬]|[隔双](?:年|季|月|周)|[\d.点零〇一二两三四五六七八九十百千万亿]个?(?:年|季|月|周|星期)"
)
_VALIDITY = re.compile(r"(?P<what>许可|备案)[\u4e00-\u9fff]{0,4}有效期")
_ONE_OBJECT = re.compile(r"同一(?!年)|一个单位|一家企业|每(?:家|户)")
_SPREAD = re.compile(r"分次")
_EACH = re.compile(r"各|每次")
_MONTHS = {"半年": 6, "年": 12, "季": 3, "月": 1, "个月": 1}
_MOST_EVERY = 600
_TWO = 2


class Period(StrEnum):
    """What a frequency is counted in."""

    WEEK = "week"
    MONTH = "month"
    LICENCE = "licence"  # 许可有效期
    FILING = "filing"  # 备案有效期


_VALIDITIES = {"许可": Period.LICENCE, "备案": Period.FILING}


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways to comply: `times` draws (None: as many as it takes) that come to `total` of the register."""

    times: int | None
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class FrequencyBound:
    """What a list says of an item's frequency; None where it says nothing.

    `least`, `most`: times within `every` × `period`, 1 ≤ least ≤ most. `one_object`: the times one and the same object
    may be inspected, not the draws of the item. `ways`: the choices of "…；或者…". `ground`, `level`: see `RatioBound`.
    """

    least: int | None = None
    most: int | None = None
    every: int = 12
    period: Period = Period.MONTH
    one_object: bool = False
    ways: tuple[Way, ...] = ()
    ground: Ground | None = None
    level: Level | None = None

    @property
    def is_read(self) -> bool:
        """Whether the text gave any number of times."""
        return self.least is not None or self.most is not None

    @property
    def months(self) -> int | None:
        """The length of the period in months; None for weeks and for the validity of a licence or filing."""
        return self.every if self.period is Period.MONTH else None

    @property
    def least_per_year(self) -> int | None:
        """The least number of draws a year; None without one, for a period beyond a year or one of unknown length."""
        return None if self.one_object or self.least is None else self._per_year(self.least, up=False)

    @property
    def most_per_year(self) -> int | None:
        """The most a year, of draws or (`one_object`) of inspections of one object; None without one.

        What holds for two years holds for each of them; how long a licence is valid is not known.
        """
        return None if self.most is None else self._per_year(self.most, up=True)

    def _per_year(self, times: int, *, up: bool) -> int | None:
        if self.period not in {Period.WEEK, Period.MONTH}:
            return None
        year = 52 if self.period is Period.WEEK else 12
        if self.every > year:
            return times if up else None
        return -(-times * year // self.every) if up else times * year // self.every

    def written(self) -> str:
        """The bound in one normal spelling, which `read_frequency_bound` reads as the same bound; empty without one."""
        when = self._when()
        if self.ways:
            parts = ["；或者".join(when + _written_way(way) for way in self.ways)]
        else:
            label = (LEVEL_WORDS[self.level] if self.level is not None else "") + (
                "对同一单位" if self.one_object else ""
            )
            parts = [label + when + times for times in _written_times(self.least, self.most)]
        if self.ground is not None:
            parts.append((LEVEL_WORDS[self.level] if self.level is not None else "") + GROUND_WORDS[self.ground])
        return "，".join(parts)

    def _when(self) -> str:
        if self.period is Period.LICENCE:
            return "许可有效期内"
        if self.period is Period.FILING:
            return "备案有效期内"
        unit, every = ("周", self.every) if self.period is Period.WEEK else ("个月", self.every)
        if self.period is Period.MONTH and every % 12 == 0:
            unit, every = "年", every // 12
        return f"每{unit.removeprefix('个')}" if every == 1 else f"每{every}{unit}"

    def as_json(self) -> dict[str, JSON]:
        """The bound for storage; `frequency_bound_of` reads it."""
        facts: dict[str, JSON] = {
            "least": self.least,
            "most": self.most,
            "every": self.every,
            "period": self.period.value,
            "one_object": self.one_object or None,
            "ways": [[way.times, str(way.total) if way.total is not None else None] for way in self.ways] or None,
            "ground": self.ground.value if self.ground is not None else None,
            "level": self.level.value if self.level is not None else None,
        }
        return {name: value for name, value in facts.items() if value is not None}


NO_FREQUENCY = FrequencyBound()
"""Of a text that states nothing."""


@dataclass(frozen=True, slots=True)
class _Times:
    clause: Clause
    side: Side
    low: Fraction
    high: Fraction
    length: tuple[Period, int]


def read_frequency_bound(text: str) -> FrequencyBound:
    """The bounds a text states: "每年不少于1次" → least 1 in 12 months, "每2年抽查不超过1次" → most 1 in 24 months."""
    clean = plain(text)
    if bare := _BARE.fullmatch(clean):
        low, high = Fraction(bare["low"]), Fraction(bare["high"] or bare["low"])
        side = _BARE_SIDES.get(bare["bound"] or "", Side.EXACT)
        least, most = bounds_of([(side, low, high)]) if 0 < low <= high else (None, None)
        return FrequencyBound(_whole(least), _whole(most))
    clauses = clauses_of(clean)
    ground, one_object = ground_of(clean), bool(_ONE_OBJECT.search(clean))
    if any(clause.alternative for clause in clauses) and (found := _choice(clauses)) is not None:
        ways, (period, every) = found
        return FrequencyBound(*_bounds_of_ways(ways), every, period, one_object, ways, ground)
    times, level = at_lowest_level(_times(clauses), clauses)
    period, every = times[0].length if times else (Period.MONTH, 12)
    least, most = bounds_of([(one.side, one.low, one.high) for one in times if one.length == (period, every)])
    if least is None and most is None:
        return FrequencyBound(ground=ground, level=level if ground else None)
    return FrequencyBound(_whole(least), _whole(most), every, period, one_object, (), ground, level)


def frequency_bound_of(stored: Mapping[str, JSON]) -> FrequencyBound:
    """The bound that `as_json` wrote."""
    least, most, every = stored.get("least"), stored.get("most"), stored.get("every")
    ways: Any = stored.get("ways") or ()
    return FrequencyBound(
        least=least if isinstance(least, int) else None,
        most=most if isinstance(most, int) else None,
        every=every if isinstance(every, int) else 12,
        period=Period(str(stored.get("period", Period.MONTH))),
        one_object=bool(stored.get("one_object")),
        ways=tuple(Way(times, Fraction(total) if total else None) for times, total in ways),
        ground=Ground(str(stored["ground"])) if "ground" in stored else None,
        level=Level(str(stored["level"])) if "level" in stored else None,
    )


def _times(clauses: Iterable[Clause]) -> Iterable[_Times]:
    before: tuple[Period, int] | None = (
        None  # "在许可有效期内，同一单位不超过2次": the period may stand a clause earlier
    )
    for clause in clauses:
        own = _length(clause.text)
        if own is None and _OTHER_PERIOD.search(clause.text):
            continue
        length = own or before
        end = 0
        for match in _TIMES.finditer(clause.text):
            low, high = Fraction(number(match["low"])), Fraction(number(match["high"] or match["low"]))
            side = (
                Side.EXACT if match["high"] else side_of(clause.text[end : match.start()], clause.text[match.end() :])
            )
            end = match.end()
            if 0 < low <= high:
                yield _Times(clause, side, low, high, length or (Period.MONTH, 12))
        before = length


def _length(text: str) -> tuple[Period, int] | None:
    """The period a clause names; None for none, and for one of no length or of more than fifty years."""
    if validity := _VALIDITY.search(text):
        return _VALIDITIES[validity["what"]], 1
    match = _PERIOD.search(text)
    if match is None:
        return None
    unit = match["unit"] or match["unit2"] or match["half"] or "年"
    every = number(match["every"] or match["within"] or "1")
    period, every = (Period.WEEK, every) if unit in {"周", "星期"} else (Period.MONTH, every * _MONTHS[unit])
    return (period, every) if 0 < every <= _MOST_EVERY else None


def _choice(clauses: Sequence[Clause]) -> tuple[tuple[Way, ...], tuple[Period, int]] | None:
    """The ways of a choice; None when a clause of it has neither a number of times nor a share."""
    ways = [_way(clause.text) for clause in clauses if clause.level is None]
    read = tuple(way for way in ways if way is not None)
    if len(read) < max(len(ways), _TWO) or all(way.times is None for way in read):
        return None
    return read, next((length for clause in clauses if (length := _length(clause.text))), (Period.MONTH, 12))


def _way(text: str) -> Way | None:
    match = _TIMES.search(text) if not _SPREAD.search(text) else None
    times = number(match["low"]) if match else None
    share = next(iter(shares_in(text)), None)
    if share is not None and times and _EACH.search(text):
        share *= times
    return Way(times, share) if times or share is not None else None


def _bounds_of_ways(ways: Iterable[Way]) -> tuple[int | None, int | None]:
    times = [way.times for way in ways]
    known = [one for one in times if one is not None]
    return min(known), max(known) if len(known) == len(times) else None


def _written_way(way: Way) -> str:
    total = percent(way.total) if way.total is not None else ""
    return f"{way.times}次{total}" if way.times is not None else f"分次达到{total}"


def _written_times(least: int | None, most: int | None) -> list[str]:
    if least is not None and most is not None:
        return [f"{least}次" if least == most else f"{least}-{most}次"]
    return [f"{sign}{bound}次" for sign, bound in (("≥", least), ("≤", most)) if bound is not None]


def _whole(value: Fraction | None) -> int | None:
    return int(value) if value is not None else None
