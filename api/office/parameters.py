"""Parameters that many office routes share. Every number is bounded: both databases refuse what is beyond 64 bits."""

from typing import Annotated

from litestar.params import QueryParameter

MAX_PAGE = 200

PageSize = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="at most so many")]
Position = Annotated[int, QueryParameter(ge=0, le=2**53 - 1, description="after this position")]
Search = Annotated[str, QueryParameter(max_length=100, description="a part of a name or of a code")]
