"""Which passwords are not good enough, after NIST SP 800-63B §3.1.1: long, not guessed by those who know the usual ones
or the person; no kinds of characters are demanded. Pure.
"""

import unicodedata
from importlib.resources import files
from typing import Final

from inspection.authority.rules import PASSWORD_MIN
from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

PASSWORD_MAX: Final = 200
"""Characters: more than any sentence, and no work for the hash that could be sent to slow the server down."""
LEFT_MIN: Final = 6
"""How much must be left of a password when what anybody would try is taken out of it."""
DISTINCT_MIN: Final = 5
NAME_MIN: Final = 2
COMMONEST: Final = tuple(files("inspection.authority").joinpath("common_passwords.txt").read_text("utf-8").split())
"""What everybody tries first, and what passwords are usually put together of."""
_PIECES: Final = tuple(sorted(set(COMMONEST), key=lambda one: (-len(one), one)))


def refuse_weak(password: str, *names: str) -> None:
    """Nothing, if this password is good enough for whoever bears these `names` (user name, person, authority).

    Raises:
        Invalid: `weak-password`: too short, too long, of few different characters, or made of nothing but names and of
            what everybody tries first.
    """
    if len(password) < PASSWORD_MIN:
        raise Invalid(ProblemCode.WEAK_PASSWORD, "authority.password_short", minimum=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        raise Invalid(ProblemCode.WEAK_PASSWORD, "authority.password_long", most=PASSWORD_MAX)
    told = _plain(password)
    borne = [one for one in {_plain(one) for one in names} if len(one) >= NAME_MIN]
    left = _without(told, (*sorted(borne, key=_longest_first), *_PIECES))
    if len(set(told)) < DISTINCT_MIN or len(left) < LEFT_MIN:
        named = any(one in told for one in borne)
        raise Invalid(ProblemCode.WEAK_PASSWORD, f"authority.password_{'name' if named else 'common'}")


def _longest_first(told: str) -> tuple[int, str]:
    return -len(told), told


def _plain(told: str) -> str:
    """Without what people vary first: case, width, blanks and signs."""
    folded = unicodedata.normalize("NFKC", told).casefold()
    return "".join(char for char in folded if char.isalnum() or char in "@$")


def _without(told: str, pieces: tuple[str, ...]) -> str:
    for one in pieces:
        told = told.replace(one, "")
    return told
