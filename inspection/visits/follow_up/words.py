"""What people may write here: of some length, in one piece, and nothing that a database cannot keep. Pure."""

from typing import Final

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

MAX_FORM: Final = 60
MAX_NAME: Final = 200
MAX_NUMBER: Final = 100
MAX_WORDS: Final = 4000


def checked(field: str, told: str, limit: int, *, needed: bool = True) -> str:
    """The text without white space around it.

    Raises:
        Invalid: `visits.follow_up_words`: missing, longer than `limit` characters, or with a NUL.
    """
    text = told.strip()
    if len(text) > limit or "\0" in text or (needed and not text):
        raise Invalid(ProblemCode.INVALID, "visits.follow_up_words", field=field, limit=limit)
    return text
