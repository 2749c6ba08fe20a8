"""What the ratio and the frequency of an item list are both written in: clauses, numerals, bounds, levels. Pure.

A text is cut into clauses at its punctuation. A clause may name a level of authority and figures, each with the words
of a bound before or behind it. Where levels are told apart ("省级不超过2%，市、县结合当地实际制定检查计划"), the words
for the lowest level named are taken, because that is where inspections of this kind are carried out; the level is kept
with the bound, so that an authority of another level is warned.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar


class Level(StrEnum):
    """The level of authority that a bound is stated for, from the top."""

    STATE = "state"  # 国家级
    PROVINCE = "province"  # 省级
    CITY = "city"  # 市级
    COUNTY = "county"  # 县级


class Ground(StrEnum):
    """What a list refers to instead of a figure, or besides one."""

    PLAN = "plan"  # 按计划
    RULES = "rules"  # 按规定
    CIRCUMSTANCES = "circumstances"  # 按实际情况
    ALONGSIDE = "alongside"  # 结合其他检查一并开展


class Side(StrEnum):
    """Which side a figure bounds."""

    LEAST = "least"
    MOST = "most"
    EXACT = "exact"


LEVEL_WORDS = {Level.STATE: "国家级", Level.PROVINCE: "省级", Level.CITY: "市级", Level.COUNTY: "县级"}
GROUND_WORDS = {
    Ground.ALONGSIDE: "结合其他检查一并开展",
    Ground.RULES: "按规定确定",
    Ground.CIRCUMSTANCES: "按实际情况确定",
    Ground.PLAN: "按计划确定",
}
_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = re.compile(r"([二三四五六七八九])?十([一二三四五六七八九])?")
# A figure is read whole or not at all: 20 in 一百二十, 500 in 1500000 or 5 in 1.5 would be another one.
WHOLE = r"(?<![\d.点零〇一二两三四五六七八九十百千万亿])"
ENDED = r"(?!-?[\d零〇一二两三四五六七八九十]|[.点百千万亿])"
NUMERAL = rf"(?:{WHOLE}(?:\d{{1,6}}|[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]))"
_SPELLINGS = str.maketrans(dict.fromkeys("—–−~～", "-") | {"≦": "≤", "≧": "≥", "⩾": "≥", "⩽": "≤"})
_SIGNS = (("=>", "≥"), (">=", "≥"), ("=<", "≤"), ("<=", "≤"))
_TO = re.compile(r"(?<=[\d%‰家户个一二两三四五六七八九十])[至到](?=[\d一二两三四五六七八九十])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CLAUSE = re.compile(r"[;。,()]+")
_TITLE = re.compile(r"《[^《》]*》")
_MINUTE = re.compile(r"\s+")
_LOWER = re.compile(r"≥|>|不(?:得|能|应|可|宜)?(?:低于|少于|小于|下于)|至少|最少|最低|大于|高于|超过")
_UPPER = re.compile(r"≤|<|不(?:得|能|应|可|宜)?(?:超过|超出|高于|多于|大于)|最多|至多|最高|低于|少于|小于|控制在")
_NOT = re.compile(r"不(?:得|能|应|可|宜)?$")
_BEHIND_LOWER, _BEHIND_UPPER = re.compile(r"(?:及)?以上"), re.compile(r"(?:及)?(?:以下|以内)")
_LEVELS = (
    (Level.COUNTY, re.compile(r"(?:县|(?<![地辖城园社片])区)(?:[、级局(]|(?:[\u4e00-\u9fff]{0,8})?部门)")),
    (Level.CITY, re.compile(r"(?<!城)市(?:[、级局(]|(?:食药|食品|质监|市场|工商|监管)[\u4e00-\u9fff]{0,6}部门)")),
    (Level.PROVINCE, re.compile(r"省(?:[、级局厅]|(?:食药|食品|质监|市场|工商|监管)[\u4e00-\u9fff]{0,6}部门)")),
    (Level.STATE, re.compile(r"国家(?:级|局|总局)|总局")),
)
_GROUNDS = (
    (Ground.ALONGSIDE, re.compile(r"一并|同步开展")),
    (Ground.RULES, re.compile(r"《|法律|法规|规章|规定|规程|规范")),
    (Ground.CIRCUMSTANCES, re.compile(r"实际|需要|风险|情况|酌情|当地")),
    (Ground.PLAN, re.compile(r"计划")),
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of the text between two marks of punctuation. `alternative`: it begins with 或者."""

    text: str
    level: Level | None
    alternative: bool


class Labelled(Protocol):
    """Anything read out of a clause."""

    @property
    def clause(self) -> Clause: ...


L = TypeVar("L", bound=Labelled)


def plain(text: str) -> str:
    """Half-width, without spaces, with one spelling of each dash and sign."""
    whole = _THOUSANDS.sub("", text)  # of 1,500; a full-width comma parts clauses
    found = _MINUTE.sub("", unicodedata.normalize("NFKC", whole).translate(_SPELLINGS))
    for sign, one in _SIGNS:
        found = found.replace(sign, one)
    return _TO.sub("-", found)


def clauses_of(text: str) -> list[Clause]:
    """The clauses of a plain text; what only details the one before (其中…) and titles of documents are left out."""
    pieces = (piece for piece in _CLAUSE.split(_TITLE.sub("", text)) if piece)
    return [
        Clause(piece, level_of(piece), piece.startswith(("或者", "或")))
        for piece in pieces
        if not piece.startswith("其中")
    ]


def level_of(text: str) -> Level | None:
    """The lowest level named in a text."""
    return next((level for level, words in _LEVELS if words.search(text)), None)


def ground_of(text: str) -> Ground | None:
    """What the text refers to; of several the one that leaves the least room."""
    return next((ground for ground, words in _GROUNDS if words.search(text)), None)


def at_lowest_level(figures: Iterable[L], clauses: Sequence[Clause]) -> tuple[list[L], Level | None]:
    """The figures that hold for the lowest level named, and that level; unlabelled figures hold for all levels."""
    found = list(figures)
    if any(one.clause.level is None for one in found):
        return [one for one in found if one.clause.level is None], None
    named = [clause.level for clause in clauses if clause.level is not None]
    lowest = max(named, key=list(Level).index) if named else None
    return [one for one in found if one.clause.level is lowest], lowest


def side_of(before: str, behind: str) -> Side:
    """Which side a figure bounds, by the words between the last figure and it, and right behind it."""
    if _BEHIND_LOWER.match(behind):
        return Side.LEAST
    if _BEHIND_UPPER.match(behind):
        return Side.MOST
    lower, upper = _says(_LOWER, before), _says(_UPPER, before)
    if lower == upper:
        return Side.EXACT
    return Side.LEAST if lower else Side.MOST


def _says(words: re.Pattern[str], before: str) -> bool:
    """Whether one of the words stands there, and not as the second half of its contrary: 超过 in 不得超过."""
    return any(
        word.group()[0] in "不≥≤<>" or not _NOT.search(before[: word.start()]) for word in words.finditer(before)
    )


def number(word: str) -> int:
    """A whole number in digits or in Chinese numerals below 100."""
    if word.isdigit():
        return int(word)
    tens = _TENS.fullmatch(word)
    if tens:
        return _DIGITS.get(tens[1] or "一", 1) * 10 + _DIGITS.get(tens[2] or "零", 0)
    return _DIGITS[word]
