"""Exact chances as people read them: a fraction, and a percentage that says when it is rounded."""

from fractions import Fraction
from typing import Final

_PLACES: Final = 2
_MOST_PLACES: Final = 10


def percent(chance: Fraction) -> str:
    """1/20 → "5%", 1/3 → "≈33.33%", 1/1000000 → "0.0001%". Whole numbers only; half is rounded up.

    A chance that would read as 0.00 gets as many places as show its first two figures.
    """
    places = _PLACES
    while 0 < chance * 100 * 10**places < 10 and places < _MOST_PLACES:  # noqa: PLR2004  two figures
        places += 1
    scaled = chance * 100 * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(rounded, 10**places)
    told = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
    return f"{'' if scaled.denominator == 1 else '≈'}{told}%"
