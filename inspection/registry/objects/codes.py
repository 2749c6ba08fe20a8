"""Identifying codes of inspection objects: a wrong shape refuses, a wrong check digit only warns."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from inspection.registry.intake.remarks import Oddity, Reason, Remark, remark


class CodeKind(StrEnum):
    """Which numbering a code follows."""

    USCC = "uscc"  # 统一社会信用代码, GB 32100-2015: 18 characters, check digit mod 31
    REGISTRATION_15 = "reg15"  # 注册号 of 15 digits, check digit ISO 7064 MOD 11,10
    REGISTRATION_13 = "reg13"  # older 注册号 of 13 digits, no check digit
    TYPED = "typed"  # products, projects and conduct that have no such code: "P:…", "J:…", "C:…"


@dataclass(frozen=True, slots=True)
class CodeReading:
    """A code in its one spelling, and what is odd about it."""

    code: str
    kind: CodeKind
    warning: Remark | None = None


# GB 32100-2015: registrar, kind, six digits of division, nine of organisation code, check; no I, O, S, V, Z.
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# The weights are 3^0, 3^1, … mod 31: a number of base 34 = 31 + 3, read from its end.
_AS_DIGITS = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstu")
_DIGITS_15 = re.compile(r"[0-9]{15}")
_DIGITS_13 = re.compile(r"[0-9]{13}")
_TYPED = re.compile(r"[PJC]:[0-9A-Z._/-]{1,38}")
_ROUNDED = re.compile(r"[0-9]+(?:\.[0-9]+)?E\+?[0-9]+|[0-9]+\.[0-9]+")
_SEPARATORS = re.compile(r"[\s'‘’`\-‐-―_·]+")


def read_code(raw: str) -> CodeReading | Remark:
    """The code of a cell, or why it is none.

    Full-width letters, lower case, spaces and hyphens are brought to the one spelling. A number that a
    spreadsheet has rounded (`9.1E+17`) has lost digits and is rejected as such.
    """
    if _USCC.fullmatch(raw):  # most of them: as it should be
        return _checked(raw, CodeKind.USCC, uscc_check(raw[:-1]))
    text = unicodedata.normalize("NFKC", raw).strip().upper()
    if _TYPED.fullmatch(text):
        return CodeReading(text, CodeKind.TYPED)
    code = _SEPARATORS.sub("", text)
    if not code:
        return remark(Reason.CODE_MISSING)
    if _USCC.fullmatch(code):
        return _checked(code, CodeKind.USCC, uscc_check(code[:-1]))
    if _ROUNDED.fullmatch(text):
        return remark(Reason.CODE_ROUNDED, value=raw[:60])
    if _DIGITS_15.fullmatch(code):
        from stdnum.iso7064 import mod_11_10  # noqa: PLC0415  1.4 MB, for codes that few bear any longer

        return _checked(code, CodeKind.REGISTRATION_15, mod_11_10.calc_check_digit(code[:-1]))
    if _DIGITS_13.fullmatch(code):
        return CodeReading(code, CodeKind.REGISTRATION_13)
    return remark(Reason.CODE_SHAPE, value=raw[:60])


def uscc_check(body: str) -> str:
    """The check character of the first 17 characters of a 统一社会信用代码 (GB 32100-2015, 5.1.6)."""
    return _ALPHABET[-int(body[::-1].translate(_AS_DIGITS), 34) % 31]


def _checked(code: str, kind: CodeKind, expected: str) -> CodeReading:
    if code[-1] == expected:
        return CodeReading(code, kind)
    return CodeReading(code, kind, remark(Oddity.CODE_CHECK_DIGIT, value=code, expected=expected))
