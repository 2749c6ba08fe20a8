"""Parameters that many office routes share. Every number is bounded: both databases refuse what is beyond 64 bits."""

from typing import Annotated, Any

from litestar.params import QueryParameter

MAX_PAGE = 200

PageSize = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="at most so many")]
Position = Annotated[int, QueryParameter(ge=0, le=2**53 - 1, description="after this position")]
Complaints = Annotated[int | None, QueryParameter(ge=0, le=1_000_000, description="at least so many complaints")]
Search = Annotated[str, QueryParameter(max_length=100, description="a part of a name or of a code")]


def stated(**conditions: str) -> dict[str, Any]:
    """The conditions of a search that say something: an empty text is none."""
    return {name: text for name, text in conditions.items() if text}
