"""预警: what the watch has raised, what led to it, and why it was settled."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from api.commands import AnyRequest, authority_of, command
from api.desk.answers import desk_page, lang_of, see
from api.desk.forms import Form, acted, filled
from api.desk.oversight.asked import id_of, query_of
from api.office.alerts import SettleAlert
from api.permits import Action
from inspection.oversight.alerts.read import AlertOpened, list_alerts, open_alert, said
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.settle import settle_alert
from inspection.oversight.alerts.store import AlertRow

PAGE: Final = 50
READ: Final = {"action": Action.ALERT_READ}
SHOW: Final[Mapping[str, bool | None]] = {"open": False, "settled": True, "all": None}


@get("/desk/alerts", opt=READ)
async def read_alerts(request: AnyRequest) -> Response[bytes]:
    """The alerts that this person is shown: open ones unless asked otherwise."""
    query = query_of(request, "show")
    show = query.get("show", "open") if query.get("show") in SHOW else "open"
    after = id_of(request.query_params.get("after"))
    found = await list_alerts(command(request), authority_of(request), settled=SHOW[show], after=after, limit=PAGE + 1)
    alerts = [(one, said(one, lang_of(request))) for one in found[:PAGE]]
    more = str(found[PAGE - 1].id) if len(found) > PAGE else None
    return desk_page(request, "desk_oversight/alerts.html", alerts=alerts, show=show, after=more, first=after is None)


@get("/desk/alerts/{alert_id:uuid}", opt=READ)
async def read_alert(request: AnyRequest, alert_id: FromPath[UUID]) -> Response[bytes]:
    """One alert with what led to it. That it was opened is noted, once a person."""
    return await alert_page(request, alert_id)


@post("/desk/alerts/{alert_id:uuid}/settlement", opt={"action": Action.ALERT_SETTLE})
async def settle(request: AnyRequest, alert_id: FromPath[UUID]) -> Response[bytes]:
    """Say why it is no reason to worry any more."""

    async def do(form: Form) -> str:
        await settle_alert(command(request), alert_id, reason=filled(form, SettleAlert).reason)
        return see(f"/desk/alerts/{alert_id}", "desk_oversight.done_settled")

    return await acted(request, do, lambda: alert_page(request, alert_id))


async def alert_page(request: AnyRequest, alert_id: UUID) -> Response[bytes]:
    """One alert."""
    opened: AlertOpened = await open_alert(command(request), alert_id)
    alert = opened.alert
    return desk_page(
        request,
        "desk_oversight/alert.html",
        alert=alert,
        told=said(alert, lang_of(request)),
        seen=opened.seen,
        links=links_of(alert),
        own=command(request).actor.id in alert.subjects,
    )


def links_of(alert: AlertRow) -> list[tuple[str, tuple[str, Action]]]:
    """Pages of what an alert is about: (key of the text, (address, the action of its page))."""
    facts: Mapping[str, Any] = alert.facts
    match alert.kind:
        case AlertKind.CLEAN_RUN:
            visits = [_visit(one) for one in facts.get("visits") or ()]
            return [_inspector(facts), *visits]
        case AlertKind.DRAW_VOIDED:
            return [("desk_oversight.about_task", (f"/desk/tasks/{facts['task']}", Action.TASK_READ))]
        case AlertKind.DRAW_SIGN:
            return [("desk_oversight.about_draws", ("/desk/draws/monitoring", Action.DRAW_READ))]
        case AlertKind.SAME_SIDE:
            return [_inspector(facts)]
        case AlertKind.PUBLICATION_LATE:
            return [("desk_oversight.about_publication", (f"/desk/publications/{facts['id']}", Action.VISIT_READ))]
        case AlertKind.OBJECTION_LATE:
            return [("desk_oversight.about_objection", (f"/desk/objections/{facts['id']}", Action.OBJECTION_READ))]
        case _:
            return []


def _visit(visit: str) -> tuple[str, tuple[str, Action]]:
    return "desk_oversight.about_visit", (f"/desk/visits/{visit}", Action.VISIT_READ)


def _inspector(facts: Mapping[str, Any]) -> tuple[str, tuple[str, Action]]:
    return "desk_oversight.about_inspector", (f"/desk/inspectors/{facts['inspector']}", Action.INSPECTOR_READ)


HANDLERS: Final = (read_alerts, read_alert, settle)
