"""The first entries of a visit that nobody assigned: from here it is known that one has to be filed."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from inspection.kernel.calendar import load_calendar
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.find import inspectors
from inspection.registry.rules_in_force import rules_on
from inspection.visits import store as visits
from inspection.visits.entries import store as store_entries
from inspection.visits.late_filing import store
from inspection.visits.late_filing.rows import FilingRow
from inspection.visits.late_filing.rules import begun_on, filing_due
from inspection.visits.reading import parsed
from mobile_contract.envelope import ParsedEntry


async def note_late(cmd: Command, visit_id: UUID) -> FilingRow | None:
    """Note that the visit is to be filed, when entries wait for it and nobody knows it; None when it is noted already,
    known, or written of by nobody here.

    It is the matter of the authority of whoever wrote the first of them.
    """
    async with unit_of_work():
        if await visits.visit(visit_id) is not None or await store.filing(visit_id) is not None:
            return None
        waiting = await store_entries.waiting_for(visit_id)
        entries = [parsed(one) for one in waiting]
        authority = await _authority(entries)
        if authority is None:
            return None
        known_at = waiting[0].received_at
        begun = begun_on((one.header.wall for one in entries), known_at)
        rules = await rules_on(authority, local_day(known_at))
        due = filing_due(begun, rules, await load_calendar())
        row = FilingRow(visit_id, authority, begun, known_at, due.day, due.provisional)
        if not await store.add_filing(row):
            return None
        told = replace(cmd, authority=authority).under(rules.name)
        days: dict[str, JSON] = {"begun_on": begun.isoformat(), "due_on": due.day.isoformat()}
        days["provisional"] = due.provisional
        await append(told.event(EventKind.LATE_FILING_DUE, f"visit:{visit_id}", lane=None, **days))
        return row


async def _authority(entries: Sequence[ParsedEntry]) -> UUID | None:
    authors = list(dict.fromkeys(one.header.ins for one in entries))
    known = await inspectors(authors) if authors else {}
    return next((known[one].authority for one in authors if one in known), None)
