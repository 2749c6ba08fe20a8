"""预警: what the watch has raised, opened by those it is for, settled with a reason by somebody it is not about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import Field

from api.commands import AnyRequest, authority_of, command
from api.office.parameters import PageSize
from api.permits import Action
from inspection.oversight.alerts.read import list_alerts, open_alert, said
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.settle import MAX_REASON, settle_alert
from inspection.oversight.alerts.store import AlertRow
from mobile_contract.base import Wire

OK: Final = 200
READ: Final = {"action": Action.ALERT_READ}


class SettleAlert(Wire):
    """Why it is no reason to worry any more."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_REASON, pattern=r"\S")]


@dataclass(frozen=True, slots=True)
class AlertShown:
    """An alert in words; `facts`: what was counted. Settled when `settled_at` is there."""

    id: UUID
    kind: AlertKind
    about_on: date
    text_zh: str
    text_en: str
    facts: Mapping[str, Any]
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SeenBy:
    """Who opened an alert, and when first."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertDetail:
    """An alert with those who have opened it."""

    alert: AlertShown
    seen: tuple[SeenBy, ...]


@get("/alerts", opt=READ)
async def read_alerts(
    request: AnyRequest,
    settled: FromQuery[bool | None] = None,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = 100,
) -> Sequence[AlertShown]:
    """A page of the alerts that this person is shown, by id: settled ones, open ones, or both."""
    found = await list_alerts(command(request), authority_of(request), settled=settled, after=after, limit=limit)
    return [_shown(one) for one in found]


@get("/alerts/{alert_id:uuid}", opt=READ)
async def read_alert(request: AnyRequest, alert_id: FromPath[UUID]) -> AlertDetail:
    """One alert. That it was opened is noted, once a person."""
    opened = await open_alert(command(request), alert_id)
    return AlertDetail(_shown(opened.alert), tuple(SeenBy(name, at) for name, at in opened.seen))


@post("/alerts/{alert_id:uuid}/settlement", opt={"action": Action.ALERT_SETTLE}, status_code=OK)
async def settle(request: AnyRequest, alert_id: FromPath[UUID], data: JSONBody[SettleAlert]) -> AlertShown:
    """Settle an alert. A run without findings is explained by it, so that the next visit can be approved."""
    return _shown(await settle_alert(command(request), alert_id, reason=data.reason))


def _shown(row: AlertRow) -> AlertShown:
    return AlertShown(
        id=row.id,
        kind=row.kind,
        about_on=row.about_on,
        text_zh=said(row, "zh_CN"),
        text_en=said(row, "en"),
        facts=row.facts,
        raised_at=row.raised_at,
        settled_at=row.settled_at,
        settled_by=row.settled_name,
        reason=row.reason,
    )


router = Router("/office", route_handlers=[read_alerts, read_alert, settle], tags=["office: oversight"])
