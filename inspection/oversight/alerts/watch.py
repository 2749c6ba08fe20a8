"""The watch: what there is to look at is raised, each once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from inspection.authority import store as authorities
from inspection.draw.told.monitoring import monitor
from inspection.draw.told.store_monitoring import past_draws
from inspection.kernel.apart import over_authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.canonical import JSON
from inspection.kernel.command import Command
from inspection.kernel.errors import NotFound
from inspection.kernel.journal import EventKind, append
from inspection.kernel.journal.kinds import Event
from inspection.kernel.journal.search import Sought, search_all
from inspection.kernel.unit_of_work import in_unit
from inspection.kernel.work.store import Job
from inspection.oversight.alerts import store, store_facts
from inspection.oversight.alerts.rules import (
    AlertKind,
    Decided,
    Raised,
    clean_run,
    crowded_door,
    draw_signs,
    draws_voided,
    late,
    same_pairs,
    same_sides,
)
from inspection.oversight.statistics.spans import midnight
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.registry import find as registry
from inspection.registry.rules_in_force import rules_on
from inspection.visits.ledger.store import same_doors
from inspection.visits.ledger.warn import warnings
from inspection.visits.reading import known_visit
from inspection.visits.repeats.rules import runs
from inspection.visits.repeats.store import been_at
from mobile_contract.decisions import DecisionType

JOB: Final = "oversight.watch_visit"
LOOK_BACK: Final = timedelta(days=31)
"""What was done late is found for so long after it was done, and doors are looked at over so many days."""


async def watch_visit(cmd: Command, job: Job) -> None:
    """After `visit.approved`: whether one of its team has found nothing at this door again and again."""
    visit = await known_visit(UUID(job.stream.partition(":")[2]))
    rules = rule_set_named(visit.rule_set)
    doors = await been_at(await same_doors([visit.object]))
    found = [run for (inspector, code), been in doors.items() for run in runs(inspector, code, been, rules.warnings)]
    mine = [run for run in found if run.through == (visit.linked_to or visit.id)]
    names = await registry.named_people({run.inspector for run in mine})
    told = [clean_run(run, names[run.inspector][0] if run.inspector in names else "") for run in mine]
    await raise_alerts(replace(cmd, authority=visit.authority), visit.authority, told)


async def watch_all(cmd: Command) -> int:
    """Look through all authorities once; how many alerts were raised. The trouble of one is not its neighbours'."""

    async def look(authority: UUID) -> int:
        try:
            rules = await rules_on(authority, local_day(cmd.now))
        except NotFound:
            return 0  # nothing is due by a rule-set that is not in force
        return await watch(replace(cmd, authority=authority), authority, rules)

    known = [row.id for row in await authorities.authorities()]
    return await over_authorities(known, look, "nobody watches an authority")


async def watch(cmd: Command, authority: UUID, rules: RuleSet) -> int:
    """Look through the doors, draws, approvals, decisions and days of one authority; how many alerts were raised."""
    today, rule = local_day(cmd.now), rules.warnings
    year, since = midnight(date(today.year, 1, 1)), cmd.now - LOOK_BACK
    found: list[Raised] = [
        *map(crowded_door, await warnings(authority, rules, today - LOOK_BACK, today + LOOK_BACK)),
        *draws_voided(await store_facts.voided_tasks(authority), rule),
        *draw_signs(monitor(await past_draws(authority)).alerts, today),
        *same_pairs(await store_facts.pairs(authority, year, cmd.now), today.year, rule, today),
        *same_sides(await _decided(authority, year, cmd.now), today.year, rule),
        *late(AlertKind.PUBLICATION_LATE, await store_facts.late_publications(authority, today, since), today),
        *late(AlertKind.OBJECTION_LATE, await store_facts.late_objections(authority, today, since), today),
    ]
    return await raise_alerts(cmd.under(rules.name), authority, found)


async def raise_alerts(cmd: Command, authority: UUID, found: Sequence[Raised]) -> int:
    """Raise what was not raised before; how many those were."""
    known = await store.known_keys(authority, [one.key for one in found])
    fresh = {one.key: one for one in found if one.key not in known}
    return await in_unit(_raise, cmd, authority, list(fresh.values())) if fresh else 0


async def _raise(cmd: Command, authority: UUID, found: Iterable[Raised]) -> int:
    rows = [(cmd.new_id(), one) for one in found]
    new = await store.add_alerts(authority, rows, cmd.now)
    events = [_event(cmd, key, one) for key, one in rows if key in new]
    if events:
        await append(*events)
    return len(events)


def _event(cmd: Command, alert: UUID, one: Raised) -> Event:
    return cmd.event(
        EventKind.ALERT_RAISED,
        f"alert:{alert}",
        kind=one.kind.value,
        about_on=one.about_on.isoformat(),
        facts=dict(one.facts),
        subjects=list(one.subjects),
    )


async def _decided(authority: UUID, since: datetime, until: datetime) -> list[Decided]:
    """The conflicts of a span that were decided by choosing one inspector's word over others'."""
    sought = Sought(authority=authority, kinds=(EventKind.VISIT_DECIDED,), since=since, until=until)
    lines = [one for one in await search_all(sought) if one.payload.get("type") == DecisionType.RESOLVE.value]
    own = await store_facts.entries([str(one.payload["entry"]) for one in lines])
    chosen = {line.stream + str(line.seq): _choice(own.get(str(line.payload["entry"]))) for line in lines}
    over = {str(one) for line in lines for one in _listed(line.payload["over"])}
    heads = await store_facts.entries(over | set(chosen.values()))
    found = []
    for line in lines:
        choice = chosen[line.stream + str(line.seq)]
        sides = {heads[str(one)][0] for one in _listed(line.payload["over"]) if str(one) in heads}
        if choice in heads and sides - {heads[choice][0]}:
            found.append(Decided(line.actor_id, str(heads[choice][0]), local_day(line.at)))
    return found


def _choice(entry: tuple[UUID, Mapping[str, Any]] | None) -> str:
    """The entry that a decision chose; '' where it chose none."""
    return str(entry[1].get("choose") or "") if entry else ""


def _listed(value: JSON) -> Sequence[JSON]:
    return value if isinstance(value, list | tuple) else ()
