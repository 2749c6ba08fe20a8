"""A report is drafted out of the figures, approved by somebody else, and handed to those who are to have it."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import unit_of_work
from inspection.oversight.overdue.listing import Overdue, overdue
from inspection.oversight.reports import store
from inspection.oversight.reports.plots import plots
from inspection.oversight.reports.rules import Period, due_on, period_of
from inspection.oversight.reports.sections import periods, sections, units
from inspection.oversight.reports.store import Filing, ReportRow
from inspection.oversight.reports.value import Body, LateLine, ReportValue, frozen
from inspection.oversight.statistics.reading import statistics
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.registry.rules_in_force import rules_on
from mobile_contract.problems import ProblemCode

MAX_REMARKS: Final = 10_000
MAX_REFERENCE: Final = 200


async def draft_report(cmd: Command, authority: UUID, period: str, *, remarks: str = "") -> ReportRow:
    """Freeze the figures of a period as they are now, with the drafter's remarks. Drafting again is a further version.

    Raises:
        Invalid: `oversight.no_period` for a name of none; `oversight.report_remarks_long`: too long.
        Conflict: `oversight.period_ahead`: it has not begun.
    """
    asked = period_of(period)
    if asked is None:
        raise Invalid(ProblemCode.INVALID, "oversight.no_period", period=period)
    if len(remarks) > MAX_REMARKS:
        raise Invalid(ProblemCode.INVALID, "oversight.report_remarks_long", limit=MAX_REMARKS)
    today = local_day(cmd.now)
    if asked.first > today:
        raise Conflict(ProblemCode.CONFLICT, "oversight.period_ahead", period=period)
    rules = await rules_on(authority, min(asked.last, today))
    value = await _value(cmd, authority, asked, rules, remarks.strip())
    async with unit_of_work():
        version = await authorities.next_number(f"{authority}:report:{asked.name}")
        numbered = replace(value, version=version, number=f"{value.number}-{version}")
        row = _row(cmd, authority, asked, rules, numbered)
        await store.add(row)
        await append(
            cmd.under(rules.name).event(
                EventKind.REPORT_DRAFTED,
                f"report:{row.id}",
                period=row.period,
                version=version,
                number=row.number,
                digest=row.digest,
            )
        )
    return row


async def approve_report(cmd: Command, report_id: UUID, *, seen: str) -> ReportRow:
    """Somebody else stands up for a report. `seen`: the digest of the one that was read.

    Raises:
        NotFound: `oversight.no_report`.
        StaleScreen: `oversight.report_stale`: another text was read.
        Conflict: `oversight.report_superseded`: there is a newer version; `oversight.report_approved_already`.
        Refused: `oversight.report_own`: who drafted it.
    """
    async with unit_of_work():
        row = await known_report(cmd, report_id, lock=True)
        if seen != row.digest:
            raise StaleScreen(ProblemCode.STALE_SCREEN, "oversight.report_stale", seen=seen, now=row.digest)
        if row.approved_at is not None:
            raise Conflict(ProblemCode.CONFLICT, "oversight.report_approved_already", by=row.approved_name)
        if row.version != await store.newest_version(row.authority, row.period):
            raise Conflict(ProblemCode.CONFLICT, "oversight.report_superseded", version=row.version)
        if cmd.actor.id == row.drafted_by:
            raise Refused(ProblemCode.SAME_PERSON, "oversight.report_own")
        await store.approve(row.id, cmd.actor.id, cmd.actor.name, cmd.now)
        event = cmd.under(row.rule_set).event(
            EventKind.REPORT_APPROVED, f"report:{row.id}", number=row.number, digest=row.digest
        )
        await append(event)
    return replace(row, approved_by=cmd.actor.id, approved_name=cmd.actor.name, approved_at=cmd.now)


async def file_report(cmd: Command, report_id: UUID, *, body: str, reference: str) -> ReportRow:
    """Note that one of the bodies that the rule-set names was given the approved report.

    Raises:
        NotFound: `oversight.no_report`.
        Conflict: `oversight.report_not_approved`; `oversight.report_filed`: that body has it.
        Invalid: `oversight.no_body`: the rule-set names no such body; `oversight.reference`.
    """
    reference = reference.strip()
    if not 0 < len(reference) <= MAX_REFERENCE:
        raise Invalid(ProblemCode.INVALID, "oversight.reference", limit=MAX_REFERENCE)
    async with unit_of_work():
        row = await known_report(cmd, report_id, lock=True)
        named = [one.code for one in rule_set_named(row.rule_set).reports.reported_to]
        if body not in named:
            raise Invalid(ProblemCode.INVALID, "oversight.no_body", body=body, bodies=named)
        if row.approved_at is None:
            raise Conflict(ProblemCode.CONFLICT, "oversight.report_not_approved")
        filing = Filing(body, reference, cmd.actor.id, cmd.now)
        if not await store.add_filing(cmd.new_id(), row.id, filing):
            raise Conflict(ProblemCode.CONFLICT, "oversight.report_filed", body=body)
        await append(
            cmd.under(row.rule_set).event(
                EventKind.REPORT_FILED,
                f"report:{row.id}",
                number=row.number,
                body=body,
                reference=reference,
                digest=row.digest,
            )
        )
    return replace(row, filings=(*row.filings, filing))


async def known_report(cmd: Command, report_id: UUID, *, lock: bool = False) -> ReportRow:
    """A report of this authority.

    Raises:
        NotFound: `oversight.no_report`.
    """
    row = await store.report(report_id, lock=lock)
    if row is None or row.authority != cmd.authority:
        raise NotFound(ProblemCode.REPORT_UNKNOWN, "oversight.no_report", report=str(report_id))
    return row


async def _value(cmd: Command, authority: UUID, period: Period, rules: RuleSet, remarks: str) -> ReportValue:
    """The report as of now; its version is still to come."""
    today = local_day(cmd.now)
    told = await statistics(authority, period.first, period.last, today)
    late = await overdue(authority, period.first, period.last, today)
    house = await authorities.authority(authority)
    if house is None:
        raise NotFound(ProblemCode.NOT_FOUND, "registry.authority_unknown", authority=str(authority))
    return ReportValue(
        authority=house.name,
        kind=period.kind.value,
        period=period.name,
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        number=f"{house.code}-BG-{period.name}",
        version=0,
        rule_set=rules.name,
        article=rules.reports.article,
        at=cmd.now.isoformat(),
        drafted_by=cmd.actor.name,
        remarks=remarks,
        bodies=tuple(Body(one.code, one.text.zh, one.text.en) for one in rules.reports.reported_to),
        sections=sections(told),
        periods=periods(told),
        units=units(told),
        late=tuple(map(_late, late)),
        plots=await plots(told),
    )


def _row(cmd: Command, authority: UUID, period: Period, rules: RuleSet, value: ReportValue) -> ReportRow:
    text, digest = frozen(value)
    return ReportRow(
        id=cmd.new_id(),
        authority=authority,
        kind=period.kind,
        period=period.name,
        version=value.version,
        number=value.number,
        first=period.first,
        last=period.last,
        due_on=due_on(period, rules.reports),
        rule_set=rules.name,
        value=text,
        digest=digest,
        drafted_by=cmd.actor.id,
        drafted_name=cmd.actor.name,
        drafted_at=cmd.now,
    )


def _late(one: Overdue) -> LateLine:
    return LateLine(
        matter=one.matter.value,
        name=one.name,
        due_on=one.due_on.isoformat(),
        done_on=one.done_on.isoformat() if one.done_on else "",
        days=one.days,
        people=tuple(person.name for person in one.people if person.name),
        reason=one.reason or "",
    )
