from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from inspection.archive import store_dossiers
from inspection.archive.store_dossiers import DossierRow
from inspection.kernel.errors import Invalid, NotFound
from mobile_contract.problems import ProblemCode

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


async def find_dossier(authority: UUID, *, number: str) -> DossierRow:
    """The sealed dossier, or the further volume of one, under a number.

    Raises:
        NotFound: this authority has none.
    """
    row = await store_dossiers.dossier(number)
    if row is None or row.authority != authority:
        raise NotFound(ProblemCode.DOSSIER_UNKNOWN, "archive.no_dossier")
    return row


async def list_dossiers(authority: UUID, limit: int = 100) -> list[DossierRow]:
    """The newest dossiers and volumes of an authority."""
    return await store_dossiers.dossiers(authority, limit)


@dataclass(frozen=True, slots=True)
class DossierPage:
    """A page; `after`: what to ask for behind it, None at the end."""

    dossiers: tuple[DossierRow, ...]
    after: str | None


async def dossier_page(authority: UUID, *, after: str | None = None, limit: int = 50) -> DossierPage:
    """A page of dossiers and volumes of an authority, the newest first.

    Raises:
        Invalid: `archive.no_such_place`: `after` is not a place that this function gave out.
    """
    rows = await store_dossiers.dossiers(authority, limit + 1, _place(after) if after else None)
    last = rows[limit - 1] if len(rows) > limit else None
    mark = f"{(last.sealed_at - _EPOCH) // _MICRO}-{last.id.hex}" if last else None
    return DossierPage(tuple(rows[:limit]), mark)


async def dossiers_of(visit: UUID) -> list[DossierRow]:
    """What is sealed of a visit: the dossier, then its further volumes."""
    return await store_dossiers.volumes(visit)


def _place(after: str) -> tuple[datetime, UUID]:
    since, _, dossier = after.partition("-")
    try:
        return _EPOCH + int(since) * _MICRO, UUID(dossier)
    except (ValueError, OverflowError):
        raise Invalid(ProblemCode.CURSOR_INVALID, "archive.no_such_place") from None
