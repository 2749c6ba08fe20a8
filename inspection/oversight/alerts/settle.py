"""An alert is settled with a reason, by somebody whom it is not about."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, Refused
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.alerts import store
from inspection.oversight.alerts.read import known_alert
from inspection.oversight.alerts.rules import AlertKind
from inspection.oversight.alerts.store import AlertRow
from inspection.visits.repeats.explain import explain_run
from mobile_contract.problems import ProblemCode

MAX_REASON: Final = 2_000


async def settle_alert(cmd: Command, alert_id: UUID, *, reason: str) -> AlertRow:
    """Settle an alert. That an inspector found nothing again and again is explained by it: his next visit at that door
    can be approved.

    Raises:
        NotFound: `oversight.no_alert`.
        Refused: `oversight.alert_own`: by one of those whom it is about.
        Conflict: `oversight.alert_settled`.
        Invalid: `oversight.reason`: nothing is said, or too much.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise Invalid(ProblemCode.INVALID, "oversight.reason", limit=MAX_REASON)
    async with unit_of_work():
        row = await known_alert(cmd, alert_id, lock=True)
        if cmd.actor.id in row.subjects:
            raise Refused(ProblemCode.SAME_PERSON, "oversight.alert_own", alert=str(alert_id))
        if row.settled_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "oversight.alert_settled", by=row.settled_name, reason=row.reason)
        await store.settle(row.id, cmd.actor.id, cmd.actor.name, reason, cmd.now)
        await append(cmd.event(EventKind.ALERT_SETTLED, f"alert:{row.id}", kind=row.kind.value, reason=reason))
        if row.kind is AlertKind.CLEAN_RUN:
            inspector, visits = UUID(str(row.facts["inspector"])), row.facts["visits"]
            through = UUID(str(visits[-1])) if isinstance(visits, list) else row.id
            await explain_run(cmd, inspector=inspector, through=through, reason=reason)
    told = {"settled_at": cmd.now, "settled_by": cmd.actor.id, "settled_name": cmd.actor.name}
    return replace(row, **told, reason=reason)  # type: ignore[arg-type]
