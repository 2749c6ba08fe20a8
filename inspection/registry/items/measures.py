"""Ratios, frequencies and methods out of the free text of item lists. What cannot be read stays text. Pure."""

import re
import unicodedata
from fractions import Fraction

from inspection.policy.terms import Method

_SHARE = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?\s*(?:[-~至到]\s*\d{1,3}(?:\.\d+)?\s*)?([%‰])")
_UPPER = re.compile(r"(?:≤|<=|<|不超过|不高于|最多|至多|不多于)\s*=?\s*$")
_TIMES = re.compile(r"(\d{1,3})\s*次")
_BARE = re.compile(r"(?:>=|≥|=|>)?\s*(\d{1,3})(?:\s*/\s*(?:年|yr|year))?")
_EVERY_YEARS = re.compile(r"每\s*(?:[2-9]|[二三四五六七八九两])\s*年")
_PERIODS = (("月", 12), ("季", 4), ("半年", 2), ("周", 52), ("年", 1))


def read_ratio(text: str) -> Fraction | None:
    """The least share that the text asks for: "不低于3%" → 3/100, "2‰" → 1/500, "10-20%" → 1/10.

    None when there is none: an upper bound only ("≤10%"), a number of firms ("60-70家"), "根据实际情况确定".
    """
    plain = unicodedata.normalize("NFKC", text)
    for match in _SHARE.finditer(plain):
        if _UPPER.search(plain[: match.start()]):
            continue
        whole, decimals, sign = match.group(1), match.group(2) or "", match.group(3)
        share = Fraction(int(whole + decimals), 10 ** len(decimals) * (100 if sign == "%" else 1000))
        return share if 0 < share <= 1 else None
    return None


def read_frequency(text: str) -> int | None:
    """The least number of draws a year: "每年不少于1次" → 1, "每月1次" → 12, ">=2" → 2.

    None for an upper bound, for a longer period than a year ("每2年1次") and for text without a number.
    """
    plain = unicodedata.normalize("NFKC", text)
    if _EVERY_YEARS.search(plain):
        return None
    bare = _BARE.fullmatch(plain.strip())
    if bare:
        return int(bare.group(1)) or None
    for match in _TIMES.finditer(plain):
        if not _UPPER.search(plain[: match.start()]):
            return (int(match.group(1)) * _per_year(plain)) or None
    return None


def _per_year(text: str) -> int:
    return next((times for word, times in _PERIODS if f"每{word}" in text or f"/{word}" in text), 1)


def read_methods(text: str) -> tuple[Method, ...]:
    """The methods named in the text, in the order of the closed list; empty when none is recognised."""
    plain = unicodedata.normalize("NFKC", text)
    remote = plain.replace("非现场", "")
    found = set()
    if any(word in remote for word in ("现场", "实地")):
        found.add(Method.ON_SITE)
    if any(word in plain for word in ("书面", "书式", "文件", "档案", "资料")):
        found.add(Method.WRITTEN)
    if any(word in plain for word in ("网络", "线上", "在线", "非现场")):
        found.add(Method.ONLINE)
    return tuple(method for method in Method if method in found)
