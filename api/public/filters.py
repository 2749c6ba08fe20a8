"""What the public register can be narrowed to, as a reader asks for it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from litestar.params import QueryParameter

from inspection.authority.store import authority_by_code
from inspection.publicity.kinds import DocumentKind
from inspection.publicity.published import storable
from inspection.publicity.store_search import Wanted
from inspection.visits.review.codes import CodeClass, of_class
from inspection.visits.review.outcomes import OutcomeCode

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
NOBODY: Final = UUID(int=0)

Query = Annotated[str, QueryParameter(description="a fragment of the object's name or code")]
Authority = Annotated[str, QueryParameter(max_length=40, description="the code of the authority")]
Code = Annotated[
    str, QueryParameter(max_length=40, description="the whole code of the object, as the register says it")
]
Item = Annotated[str, QueryParameter(max_length=60, description="the code of the inspection item")]
Result = Annotated[OutcomeCode | None, QueryParameter(description="results with this code")]
ResultClass = Annotated[CodeClass | None, QueryParameter(description="results with a code of this class")]
Since = Annotated[date | None, QueryParameter(description="published on this day or later")]
Until = Annotated[date | None, QueryParameter(description="published on this day or earlier")]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters of one request, as they came."""

    authority: str = ""
    code: str = ""
    item: str = ""
    result: OutcomeCode | None = None
    result_class: CodeClass | None = None
    since: date | None = None
    until: date | None = None

    @property
    def told(self) -> dict[str, str | None]:
        """As parameters of an address; None for those that are not set."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: str(value) if value else None for name, value in values.items()}

    @property
    def any(self) -> bool:
        return any(self.told.values())

    async def wanted(self, kind: DocumentKind = DocumentKind.RESULT) -> Wanted:
        """The same for the search; an authority that does not exist has published nothing."""
        found = await authority_by_code(storable(self.authority)) if self.authority else None
        codes = of_class(self.result_class) if self.result_class else frozenset[OutcomeCode]()
        if self.result is not None:
            codes = codes & {self.result} if self.result_class else frozenset({self.result})
        return Wanted(
            kind=kind,
            authority=(found.id if found else NOBODY) if self.authority else None,
            code=storable(self.code),
            item=storable(self.item),
            since=max(self.since, FIRST) if self.since else None,
            until=min(self.until, LAST) if self.until else None,
            results=frozenset(codes) if codes or not self.result_class else frozenset({"-"}),
        )


def from_form(authority: str, item: str, result_class: str, since: str, until: str) -> Narrowed:
    """The same out of a page's form, whose empty fields are sent too; what is no such value narrows nothing."""
    known = {one.value: one for one in CodeClass}
    return Narrowed(
        authority=authority.strip(),
        item=item.strip(),
        result_class=known.get(result_class),
        since=_day(since),
        until=_day(until),
    )


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        return None
