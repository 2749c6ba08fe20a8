"""What the parts of a rule-set have in common."""

from collections.abc import Sequence
from datetime import date

from inspection.policy.flaws import wrong
from inspection.policy.terms import Bilingual, Name, Part


class Named(Part):
    """A thing a rule-set lists under a code: a channel, a reason, an office."""

    code: Name
    text: Bilingual


def refuse_repeats(what: str, codes: Sequence[str]) -> None:
    """Refuses a list in which two bear one code."""
    if len(set(codes)) != len(codes):
        raise wrong("repeated", what=what)


def check_day_of_every_year(month: int, day: int) -> None:
    """Refuses 30 February, and 29 February, which most years do not have."""
    try:
        date(2001, month, day)
    except ValueError:
        raise wrong("no_such_day", month=str(month), day=str(day)) from None
