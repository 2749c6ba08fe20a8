"""Drawing ratios (抽查比例) as lists word them, and as bounds. Pure. What cannot be read stays text.

A plain figure ("5%") is both bounds. Of several figures without order ("10%，重点单位20%") the least and the most are
taken; figures that contradict each other are left as text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from inspection.kernel.canonical import JSON
from inspection.registry.items.wording import (
    ENDED,
    GROUND_WORDS,
    LEVEL_WORDS,
    NUMERAL,
    WHOLE,
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

_FIGURE = rf"{WHOLE}\d{{1,6}}(?:\.\d{{1,6}})?"
_PIECES = r"个(?!百分点|月|季|年|星期|工作日)"
_SHARE = re.compile(
    rf"(?P<low>{_FIGURE})(?P<lowsign>[%‰])?-(?P<high>{_FIGURE})(?P<highsign>[%‰])"
    rf"|(?P<figure>{_FIGURE})(?P<sign>[%‰])"
    rf"|(?P<parts>{WHOLE}[百千]|{WHOLE}\d{{1,12}}|{NUMERAL})分之"
    rf"(?P<of>{WHOLE}\d{{1,12}}(?:\.\d{{1,6}})?|一?百|(?:零|{NUMERAL})(?:点[零一二三四五六七八九]{{1,6}})?){ENDED}"
)
_UNITS = re.compile(rf"{WHOLE}(?P<low>\d{{1,6}})(?:[家户个])?(?:-(?P<high>\d{{1,6}}))?(?:[家户]|{_PIECES})")
_PARTS = {"百": 100, "一百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class RatioBound:
    """What a list says of an item's ratio; None where it says nothing.

    `least`, `most`: shares of the register, 0 < least ≤ most ≤ 1. `units_least`, `units_most`: a number of objects
    ("60-70家"). `ground`: what the list refers to instead, or besides. `level`: the level of authority they hold for.
    """

    least: Fraction | None = None
    most: Fraction | None = None
    units_least: int | None = None
    units_most: int | None = None
    ground: Ground | None = None
    level: Level | None = None

    @property
    def is_read(self) -> bool:
        """Whether the text gave any figure."""
        return any(bound is not None for bound in (self.least, self.most, self.units_least, self.units_most))

    def written(self) -> str:
        """The bound in one normal spelling, which `read_ratio_bound` reads as the same bound; empty without one."""
        parts = [*_written(self.least, self.most), *_written_units(self.units_least, self.units_most)]
        if self.ground is not None:
            parts.append(GROUND_WORDS[self.ground])
        label = LEVEL_WORDS[self.level] if self.level is not None else ""
        return "，".join(label + part for part in parts)

    def as_json(self) -> dict[str, JSON]:
        """The bound for storage; `ratio_bound_of` reads it."""
        facts: dict[str, JSON] = {
            "least": str(self.least) if self.least is not None else None,
            "most": str(self.most) if self.most is not None else None,
            "units_least": self.units_least,
            "units_most": self.units_most,
            "ground": self.ground,
            "level": self.level,
        }
        return {name: value for name, value in facts.items() if value is not None}


NO_RATIO = RatioBound()
"""Of a text that states nothing."""


@dataclass(frozen=True, slots=True)
class _Figure:
    clause: Clause
    side: Side
    low: Fraction
    high: Fraction


def read_ratio_bound(text: str) -> RatioBound:
    """The bounds that a text states: "不低于3%" → least 3/100, "≤10%" → most 1/10, "2‰" → both 1/500."""
    clean = plain(text)
    clauses = clauses_of(clean)
    shares, share_level = at_lowest_level(_figures(clauses), clauses)
    units, unit_level = at_lowest_level(_unit_figures(clauses), clauses)
    least, most = bounds_of([(one.side, one.low, one.high) for one in shares])
    few, many = bounds_of([(one.side, one.low, one.high) for one in units])
    found = RatioBound(least, most, int(few) if few else None, int(many) if many else None, ground_of(clean))
    level = unit_level if units else share_level
    return replace(found, level=level) if found.is_read or found.ground else found


def ratio_bound_of(stored: Mapping[str, JSON]) -> RatioBound:
    """The bound that `as_json` wrote."""
    return RatioBound(
        least=_fraction(stored.get("least")),
        most=_fraction(stored.get("most")),
        units_least=_integer(stored.get("units_least")),
        units_most=_integer(stored.get("units_most")),
        ground=Ground(str(stored["ground"])) if "ground" in stored else None,
        level=Level(str(stored["level"])) if "level" in stored else None,
    )


def bounds_of(figures: Sequence[tuple[Side, Fraction, Fraction]]) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most of several figures; a plain one is a cap only where nothing is open above."""
    lows = [low for side, low, _ in figures if side is not Side.MOST]
    open_above = any(side is Side.LEAST for side, _, _ in figures)
    capped = [high for side, _, high in figures if side is Side.MOST]
    highs = capped if open_above else [high for side, _, high in figures if side is not Side.LEAST]
    least, most = min(lows, default=None), max(highs, default=None)
    return (None, None) if least is not None and most is not None and least > most else (least, most)


def shares_in(text: str) -> list[Fraction]:
    """The plain shares in a clause, as they come."""
    return [high for clause in clauses_of(text) for _, high, _ in _shares(clause.text)]


def _figures(clauses: Iterable[Clause]) -> Iterable[_Figure]:
    for clause in clauses:
        end = 0
        for low, high, match in _shares(clause.text):
            side = Side.EXACT if low != high else side_of(clause.text[end : match.start()], clause.text[match.end() :])
            end = match.end()
            yield _Figure(clause, side, low, high)


def _shares(text: str) -> Iterable[tuple[Fraction, Fraction, re.Match[str]]]:
    for match in _SHARE.finditer(text):
        if match["high"]:
            low, high = (
                _share(match["low"], match["lowsign"] or match["highsign"]),
                _share(match["high"], match["highsign"]),
            )
        elif match["figure"]:
            low = high = _share(match["figure"], match["sign"])
        else:
            low = high = _part(match["of"], match["parts"])
        if 0 < low <= high <= 1:
            yield low, high, match


def _share(figure: str, sign: str) -> Fraction:
    return Fraction(figure) / (100 if sign == "%" else 1000)


def _part(of: str, parts: str) -> Fraction:
    below = _PARTS.get(parts) or number(parts)
    whole, _, places = of.partition("点")
    above = Fraction(of) if of[0].isdigit() else Fraction(_PARTS.get(whole) or number(whole))
    above += sum((Fraction(number(digit), 10**place) for place, digit in enumerate(places, start=1)), Fraction(0))
    return above / below if below else Fraction(0)


def _unit_figures(clauses: Iterable[Clause]) -> Iterable[_Figure]:
    for clause in clauses:
        end = 0
        for match in _UNITS.finditer(clause.text):
            low, high = Fraction(match["low"]), Fraction(match["high"] or match["low"])
            side = (
                Side.EXACT if match["high"] else side_of(clause.text[end : match.start()], clause.text[match.end() :])
            )
            end = match.end()
            if 0 < low <= high:
                yield _Figure(clause, side, low, high)


def _written(least: Fraction | None, most: Fraction | None) -> list[str]:
    if least is not None and least == most:
        return [percent(least)]
    sides = (("≥", least), ("≤", most))
    return [f"{sign}{percent(bound)}" for sign, bound in sides if bound is not None]


def _written_units(least: int | None, most: int | None) -> list[str]:
    if least is not None and most is not None:
        return [f"{least}家" if least == most else f"{least}-{most}家"]
    return [f"{sign}{bound}家" for sign, bound in (("≥", least), ("≤", most)) if bound is not None]


def percent(share: Fraction) -> str:
    """A share as lists write it: 1/20 → "5%", 1/500 → "0.2%", 1/3 → "3分之1"."""
    hundredths = share * 100
    for places in range(7):
        scaled = hundredths * 10**places
        if scaled.denominator == 1:
            digits = f"{scaled.numerator:0{places + 1}d}"
            return f"{digits[:-places]}.{digits[-places:]}%" if places else f"{digits}%"
    return f"{share.denominator}分之{share.numerator}"


def _fraction(value: JSON) -> Fraction | None:
    return Fraction(value) if isinstance(value, str) else None


def _integer(value: JSON) -> int | None:
    return value if isinstance(value, int) else None
