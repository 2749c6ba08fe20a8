"""Is this credential good, now? The office and the public page ask here; a phone without a network asks the list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.credential_keys import credential_keys
from inspection.kernel.keys import ServerKeys
from inspection.registry import find as registry
from inspection.visits.credentials import store
from inspection.visits.credentials.claims import Claims, ForgedError, code_mark, read
from inspection.visits.credentials.status import Status
from inspection.visits.credentials.store import GivenRow
from inspection.visits.states import VisitState
from inspection.visits.team import RECUSAL

_LISTED_AFTER: Final = timedelta(days=7)
"""A visit whose days are over is listed a while longer: somebody may stand at the door late."""
SLACK: Final = timedelta(minutes=5)
"""So far apart may two clocks be. One that is further behind the credential's making can judge of no day."""


class Standing(StrEnum):
    """What is said of a credential; each has one sentence in both languages (`visits.credential_<standing>`)."""

    GOOD = "good"
    FORGED = "forged"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    OVER = "over"
    CLOCK = "clock"
    OTHER_VISIT = "other-visit"
    CERTIFICATE = "certificate"
    RECUSED = "recused"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Checked:
    """The word on a credential, and what it says; nothing of one that is forged."""

    standing: Standing
    claims: Claims | None


async def check_credential(text: str, *, keys: ServerKeys, now: datetime, code: str = "") -> Checked:
    """The word on a credential at this moment. `code`: as printed on the party's notice, if it was typed."""
    try:
        claims = read(text, credential_keys(keys, now).known)
    except ForgedError:
        return Checked(Standing.FORGED, None)
    status = (await statuses(local_day(now), number=claims.number)).get(claims.number, Status.UNASSIGNED)
    return Checked(standing_of(claims, status, now, code), claims)


def standing_of(claims: Claims, status: Status, now: datetime, code: str = "") -> Standing:
    """The word on a genuine credential; what is worst comes first. The page's script says the same (credential.js)."""
    if code and code_mark(code, claims.visit) != claims.code:
        return Standing.OTHER_VISIT
    if status is not Status.GOOD:
        return _OF_STATUS[status]
    if now + SLACK < claims.issued:
        return Standing.CLOCK
    if now >= claims.expires:
        return Standing.EXPIRED
    today = local_day(now)
    if today < claims.opens:
        return Standing.NOT_YET
    return Standing.GOOD if today <= claims.closes else Standing.OVER


async def statuses(today: date, *, number: int | None = None) -> dict[int, Status]:
    """By number, what became of the credentials of visits that are not long over; or of `number` alone."""
    rows = await store.given(number=number) if number is not None else await store.given(since=today - _LISTED_AFTER)
    valid = await _certified({row.inspector for row in rows}, today)
    return {row.number: _status(row, valid) for row in rows}


async def _certified(inspectors: set[UUID], today: date) -> frozenset[UUID]:
    held = await registry.certificates(inspectors) if inspectors else {}
    return frozenset(who for who, ones in held.items() if any(one.covers(today, today) for one in ones))


def _status(row: GivenRow, certified: frozenset[UUID]) -> Status:
    if RECUSAL in row.left:
        return Status.RECUSED  # from one of visits that are one, so from all: it is the same object
    if row.state is VisitState.CANCELLED or not row.going:
        return Status.UNASSIGNED
    return Status.GOOD if row.inspector in certified else Status.CERTIFICATE


_OF_STATUS: Final = {
    Status.CERTIFICATE: Standing.CERTIFICATE,
    Status.RECUSED: Standing.RECUSED,
    Status.UNASSIGNED: Standing.UNASSIGNED,
}
