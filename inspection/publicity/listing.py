"""The office's list of publications: what waits, what is kept back, what is out, what was taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.kernel.errors import Invalid, NotFound
from inspection.publicity import store, store_due, store_listing
from inspection.publicity.due_list import DueItem, due_items
from inspection.publicity.release import Standing
from inspection.publicity.store_due import DueWanted
from inspection.publicity.store_listing import OutRow
from mobile_contract.problems import ProblemCode

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


class Shelf(StrEnum):
    """Where a publication is looked for."""

    WAITING = "waiting"
    WITHHELD = "withheld"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


_WAITING: Final[Mapping[Shelf, str]] = {Shelf.WAITING: store_due.WAITING, Shelf.WITHHELD: store_due.WITHHELD}


@dataclass(frozen=True, slots=True)
class PublicationPage:
    """A page: of what waits `due`, of what is or was out `out`. `after`: what to ask for behind it, None at the end."""

    due: tuple[DueItem, ...]
    out: tuple[OutRow, ...]
    after: str | None


async def listed_publications(
    authority: UUID, shelf: Shelf, on: date, *, after: str | None = None, limit: int = 50
) -> PublicationPage:
    """A page of one shelf, judged on the day `on`: what waits by its day, what is out the newest first.

    Raises:
        Invalid: `publicity.no_such_place`: `after` is not a place that this function gave out.
    """
    place = _place(after) if after else None
    if shelf not in _WAITING:
        before = (_EPOCH + place[0] * _MICRO, place[1]) if place else None
        out = await store_listing.out_before(authority, Standing(shelf.value), before, limit + 1)
        return PublicationPage((), tuple(out[:limit]), _mark_out(out[limit - 1]) if len(out) > limit else None)
    behind = (_day(place[0]), place[1]) if place else None
    found = await store_due.due_page(authority, _WAITING[shelf], DueWanted(on), behind, limit + 1)
    rows = await store.waiting(among=[one for _, one in found[:limit]]) if found else []
    more = f"{found[limit - 1][0].toordinal()}-{found[limit - 1][1].hex}" if len(found) > limit else None
    return PublicationPage(await due_items(rows, on), (), more)


async def known_publication(publication_id: UUID, *, authority: UUID) -> OutRow:
    """One publication of an authority, wherever it stands.

    Raises:
        NotFound: `publicity.no_publication`.
    """
    row = await store_listing.one_out(publication_id, authority)
    if row is None:
        raise NotFound(ProblemCode.PUBLICATION_UNKNOWN, "publicity.no_publication")
    return row


def _mark_out(row: OutRow) -> str:
    since = (row.published_at - _EPOCH) // _MICRO if row.published_at else 0
    return f"{since}-{row.id.hex}"


def _place(after: str) -> tuple[int, UUID]:
    number, _, publication = after.partition("-")
    try:
        place = int(number), UUID(publication)
        _EPOCH + place[0] * _MICRO
    except (ValueError, OverflowError):
        raise Invalid(ProblemCode.CURSOR_INVALID, "publicity.no_such_place") from None
    return place


def _day(number: int) -> date:
    # A number that is no day's comes from nobody's page.
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))
