"""Who is shown which alerts; opening one is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.kernel.catalogue import text
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit
from inspection.oversight.alerts import store
from inspection.oversight.alerts.rules import OF_THE_HOUSE, AlertKind
from inspection.oversight.alerts.store import AlertRow
from mobile_contract.problems import ProblemCode

_ALL: Final = frozenset(AlertKind)
KINDS: Final[Mapping[Role, frozenset[AlertKind]]] = MappingProxyType(
    {
        Role.SUPERVISOR: _ALL,
        Role.LEGAL: _ALL,
        Role.SECTION_HEAD: _ALL - OF_THE_HOUSE,
        Role.APPROVER: _ALL - OF_THE_HOUSE,
    }
)
"""Which kinds a role is shown: what is about those who head and approve is for supervision and the legal office."""


@dataclass(frozen=True, slots=True)
class AlertOpened:
    """An alert with those who have opened it, the first first."""

    alert: AlertRow
    seen: tuple[tuple[str, datetime], ...]


def shown_to(actor: Actor, alert: AlertRow) -> bool:
    """Whether somebody is shown an alert: by its kind; what he himself is about, supervision and others see first."""
    if alert.kind not in KINDS.get(actor.role, frozenset()):
        return False
    return actor.id not in alert.subjects or alert.kind not in OF_THE_HOUSE


async def list_alerts(
    cmd: Command, authority: UUID, *, settled: bool | None = None, after: UUID | None = None, limit: int = 100
) -> list[AlertRow]:
    """A page of the alerts that the actor is shown, by id."""
    found = await store.alerts(
        authority, KINDS.get(cmd.actor.role, frozenset()), settled=settled, after=after, limit=limit
    )
    return [one for one in found if shown_to(cmd.actor, one)]


async def open_alert(cmd: Command, alert_id: UUID) -> AlertOpened:
    """One alert; that this person opened it is noted once.

    Raises:
        NotFound: `oversight.no_alert`: none of this authority, or not shown to this person.
    """
    row = await known_alert(cmd, alert_id)
    await in_unit(_note, cmd, row)
    return AlertOpened(row, tuple(await store.seen_by(alert_id)))


async def known_alert(cmd: Command, alert_id: UUID, *, lock: bool = False) -> AlertRow:
    """The alert, if this person is shown it.

    Raises:
        NotFound: `oversight.no_alert`.
    """
    row = await store.alert(alert_id, lock=lock)
    if row is None or row.authority != cmd.authority or not shown_to(cmd.actor, row):
        raise NotFound(ProblemCode.ALERT_UNKNOWN, "oversight.no_alert", alert=str(alert_id))
    return row


def said(alert: AlertRow, lang: str) -> str:
    """The alert in a sentence."""
    words = dict(alert.facts)
    if "period" in words:
        words["period"] = text(f"oversight.period_{words['period']}", lang)
    if "sign" in words:
        words["sign"] = text(f"oversight.sign_{words['sign']}", lang)
    return text(f"oversight.alert_{alert.kind.value}", lang, **words)


async def _note(cmd: Command, row: AlertRow) -> None:
    if await store.add_seen(cmd.new_id(), row.id, cmd.actor.id, cmd.actor.name, cmd.now):
        await append(cmd.event(EventKind.ALERT_SEEN, f"alert:{row.id}", kind=row.kind.value))
