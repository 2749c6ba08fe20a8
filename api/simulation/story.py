"""One straight line told by simulated people: founding, plan, tasks, draws, days of visits, publication."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.output import Output
from api.simulation.fleet import Fleet, FleetReport
from api.simulation.founding import Person, found, one_of_each_role, open_inspector_account
from api.simulation.office import SimulatedOffice
from api.simulation.service import Service, in_process
from inspection.authority.store import authorities
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.entropy import Entropy
from inspection.kernel.errors import Refused
from inspection.kernel.settings import Settings
from inspection.policy.model import RuleSet
from inspection.registry.rules_in_force import rules_today
from mobile_contract.problems import ProblemCode

SPARE_INSPECTORS = 2
LEAST_INSPECTORS = 16
WINDOW_DAYS = 45
# Sealing reads every photo again; a few dossiers show what one is.
SEALED = 5
# Half of all household services in one go (the list's ratio) would be a year's work for this bureau.
DRAWN_ITEMS = ("SW01", "SW02", "SW04", "SW05")


@dataclass(frozen=True, slots=True)
class Plot:
    """How much is to happen. `server_entropy`: where the server's own secrets come from; `rule_set`: another one than
    the demonstration's.
    """

    tablets: int
    days: int
    seed: int
    start: datetime
    password: str
    server_entropy: Entropy
    items: tuple[str, ...] = DRAWN_ITEMS
    rule_set: str | None = None
    drawn_last: tuple[str, ...] = ()
    """Items that are drawn when the days are over: their visits are sent out, and left to be made."""
    undecided: int = 0
    """So many of those visits are made all the same, and their records wait for whoever reviews them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    people: tuple[Person, ...]
    visits: int
    report: FleetReport


async def tell(settings: Settings, plot: Plot, output: Output) -> Told:
    """Live through the whole plot in `settings`' database.

    Raises:
        Refused: somebody works in this database already; invented people are not to be mixed with real ones.
    """
    async with in_process(settings, plot.start, plot.server_entropy) as service:
        if await authorities():
            raise Refused(ProblemCode.CONFLICT, "cli.database_not_empty")
        return await tell_in(service, plot, output)


async def tell_in(service: Service, plot: Plot, output: Output) -> Told:
    """Live through the plot in a service that runs; nobody in its database may bear the names of these people."""
    count = max(LEAST_INSPECTORS, plot.tablets + SPARE_INSPECTORS)
    authority = await found(
        service.command(),
        plot.password,
        inspectors=count,
        seed=plot.seed,
        output=output,
        rule_set=plot.rule_set,
    )
    async with _office(service, plot) as office:
        rules = await rules_today(service.command(), authority)
        await office.open_year(rules)
        lines = (await office.plan_year(local_day(service.clock.now()).year, rules))["lines"]
        visits = await _draw(service, office, rules, _of(lines, plot.items), output)
        async with _fleet(service, office, authority, plot, output) as fleet:
            report = await _days(fleet, plot)
            await _publish(service, office, report)
            if plot.drawn_last:
                await _draw(service, office, rules, _of(lines, plot.drawn_last), output)
                await office.send_out(await office.visits("sealed"))
                await service.worker.drain()
            if plot.undecided:
                await fleet.hand_in(plot.undecided)
    await open_inspector_account(service.command(), authority, plot.password)
    people = await one_of_each_role(authority)
    return Told(people, visits, report)


@asynccontextmanager
async def _office(service: Service, plot: Plot) -> AsyncIterator[SimulatedOffice]:
    office = SimulatedOffice(service.transport, plot.password, f"office:{plot.seed}")
    try:
        yield office
    finally:
        await office.close()


def _of(lines: Sequence[Mapping[str, Any]], items: tuple[str, ...]) -> list[Mapping[str, Any]]:
    return [line for line in lines if line["item_code"] in items]


async def _draw(
    service: Service,
    office: SimulatedOffice,
    rules: RuleSet,
    lines: Sequence[Mapping[str, Any]],
    output: Output,
) -> int:
    """Draw a task for each of these lines of the plan, today; how many visits came of it."""
    visits = 0
    with output.progress(output.word("cli.draws_running"), len(lines)) as bar:
        for line in lines:
            task = await office.generate_task(line, rules, local_day(service.clock.now()), WINDOW_DAYS)
            visits += await office.hold_draw(task, rules)
            bar()
    await service.worker.drain()
    return visits


@asynccontextmanager
async def _fleet(
    service: Service, office: SimulatedOffice, authority: UUID, plot: Plot, output: Output
) -> AsyncIterator[Fleet]:
    fleet = Fleet(
        office=office,
        transport=service.transport,
        clock=service.clock,
        entropy=service.entropy,
        worker=service.worker,
        authority=authority,
        password=plot.password,
        seed=plot.seed,
        output=output,
    )
    try:
        yield fleet
    finally:
        await fleet.close()


async def _days(fleet: Fleet, plot: Plot) -> FleetReport:
    await fleet.open(plot.tablets)
    return await fleet.run(plot.days)


async def _publish(service: Service, office: SimulatedOffice, report: FleetReport) -> None:
    soon = local_day(service.clock.now()) + timedelta(days=WINDOW_DAYS)
    published = await office.publish(soon)
    await service.worker.drain()
    report.published = len(published)
    report.sealed = await office.seal(sorted(set(published))[:SEALED])
