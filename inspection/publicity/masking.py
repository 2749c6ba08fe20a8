"""Masking people in texts that go out: names of natural persons, identity numbers, telephone numbers. Pure.

What the law leaves unnamed (field facts §c4.12): names of natural persons other than the punished, identity numbers and
whatever leads to a person's door or telephone.
"""

import re
from collections.abc import Iterable
from typing import Final

STAR: Final = "*"
# Resident identity number (GB 11643): region, birth date, serial, check character by ISO 7064 MOD 11-2.
_IDENTITY: Final = re.compile(
    r"[1-8][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
)
_IDENTITY_WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))
_IDENTITY_CHECKS: Final = "10X98765432"
# Not within a longer run of letters or digits: a licence's number may hold as many.
_LOOSE_IDENTITY: Final = re.compile(rf"(?<![0-9A-Za-z]){_IDENTITY.pattern}(?![0-9A-Za-z])")
_OLD_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-8][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9A-Za-z])"
)
_MOBILE: Final = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9A-Za-z])")


def masked_name(name: str) -> str:
    """A natural person's name with all but its first sign masked: 张三 → 张*."""
    plain = name.strip()
    return plain[:1] + STAR * max(1, len(plain) - 1) if plain else ""


def is_identity(code: str) -> bool:
    """Whether a code is a resident's identity number, by its form and its check character."""
    return bool(_IDENTITY.fullmatch(code)) and _check(code) == code[17].upper()


def masked_identity(code: str) -> str:
    """An identity number with its middle masked."""
    return f"{code[:4]}{STAR * (len(code) - 6)}{code[-2:]}"


def masked_text(text: str, persons: Iterable[str]) -> str:
    """A text without the names of these persons, without identity numbers and without mobile telephone numbers.

    A number of the form of an identity number is masked whether or not its check character is right: who copied it
    wrongly meant it all the same.
    """
    for name in sorted({name.strip() for name in persons if name.strip()}, key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    for number in (_LOOSE_IDENTITY, _OLD_IDENTITY, _MOBILE):
        text = number.sub(lambda found: masked_identity(found[0]), text)
    return text


def _check(code: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, code[:17], strict=True))
    return _IDENTITY_CHECKS[total % 11]
