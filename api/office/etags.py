"""The state digest of a record as an entity tag, there and back (RFC 9110 §8.8.3, §13.1.1)."""

import re
from typing import Final

from inspection.kernel.errors import Invalid
from mobile_contract.problems import ProblemCode

_TAG: Final = re.compile(r'"([0-9a-f]{64})"|([0-9a-f]{64})')


def etag(digest: str) -> str:
    """The strong tag of a state digest."""
    return f'"{digest}"'


def named_state(if_match: str | None) -> str:
    """The state digest that a request names in `If-Match`; `*` and lists are no screen that anybody saw.

    Raises:
        Invalid: `sync.if_match_missing`.
    """
    found = _TAG.fullmatch(if_match.strip()) if if_match else None
    if found is None:
        raise Invalid(ProblemCode.INVALID, "sync.if_match_missing")
    return found[1] or found[2]
