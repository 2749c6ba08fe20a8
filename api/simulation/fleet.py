"""Days of a fleet: tablets work out of reach and come back over a bad network; the office decides.

The whole service runs in this process on a clock that the fleet moves; every call goes through the HTTP routes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID

import httpx

from api.output import Output
from api.simulation.check import Custody, compare
from api.simulation.corrections import agree_again
from api.simulation.founding import open_leader_accounts
from api.simulation.network import Weather
from api.simulation.office import SimulatedOffice
from api.simulation.tablet import SimulatedTablet
from api.simulation.visiting import carry_out
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import SYSTEM, Command
from inspection.kernel.entropy import Entropy
from inspection.kernel.work.worker import Worker
from mobile_contract.visit_card import CardState, VisitCard

BAD = Weather(lost_request=0.1, lost_answer=0.1, doubled=0.1)
GOOD = Weather()
MORNING, EVENING = time(8, 30), time(17, 30)
SEEN_AT_NIGHT = 0.6
SEEN_IN_THE_MORNING = 0.7
DOORS_A_DAY = 3
AT_HOME_MOST = 4
"""Rounds in the office after the last day: what is sent back is put right, brought and decided again."""


@dataclass(slots=True)
class FleetReport:
    """What the days came to; counts."""

    tablets: int = 0
    days: int = 0
    visits_done: int = 0
    approved: int = 0
    sent_back: int = 0
    published: int = 0
    sealed: int = 0
    requests: int = 0
    lost_requests: int = 0
    lost_answers: int = 0
    doubled_requests: int = 0
    custody: Custody = field(default_factory=Custody)


@dataclass(slots=True)
class Fleet:
    """One authority's tablets and its office, on one clock."""

    office: SimulatedOffice
    transport: httpx.AsyncBaseTransport
    clock: FixedClock
    entropy: Entropy
    worker: Worker
    authority: UUID
    password: str
    seed: int
    output: Output
    random: Random = field(init=False)
    tablets: dict[UUID, SimulatedTablet] = field(init=False, default_factory=dict)
    leaders: dict[str, str] = field(init=False, default_factory=dict)
    done: set[UUID] = field(init=False, default_factory=set)
    report: FleetReport = field(init=False, default_factory=FleetReport)

    def __post_init__(self) -> None:
        self.random = Random(f"fleet:{self.seed}")

    async def open(self, most_tablets: int) -> None:
        """Send the sealed visits out and give every inspector of a team a tablet, as far as there are tablets."""
        await self.office.send_out(await self.office.visits("sealed"))
        visits = await self.office.visits()
        command = Command(SYSTEM, self.clock.now(), self.entropy, self.authority)
        named = {UUID(visit["leader"]) for visit in visits if visit["leader"]}
        opened = await open_leader_accounts(command, self.authority, sorted(named), self.password)
        self.leaders = {str(inspector): username for inspector, username in opened.items()}
        wanted = sorted({inspector for visit in visits for inspector in visit["team"]})[:most_tablets]
        for number, inspector in enumerate(wanted, start=1):
            code = await self.office.invite(UUID(inspector))
            name = f"tablet-{number:02d}"
            tablet = SimulatedTablet(name, self.transport, self.clock.now, f"{self.seed}:{name}")
            await tablet.enrol(code)
            self.tablets[UUID(inspector)] = tablet
        self.report.tablets = len(self.tablets)
        await self.worker.drain()

    async def run(self, days: int) -> FleetReport:
        """Live through `days` days, then bring everybody home over a good network and compare one by one."""
        with self.output.progress(self.output.word("cli.days_running"), days) as bar:
            for day in range(days):
                await self.day(first=day == 0)
                bar()
        for at_home in range(AT_HOME_MOST):
            await self._meet(GOOD, share=1.0)
            await self._decide()
            if at_home and not self._returned():
                break
            self._visit(only=self._returned())
        self.report.days = days
        self.report.custody = await compare(list(self.tablets.values()))
        for tablet in self.tablets.values():
            traffic = tablet.network.traffic
            self.report.requests += traffic.sent
            self.report.lost_requests += traffic.lost_requests
            self.report.lost_answers += traffic.lost_answers
            self.report.doubled_requests += traffic.doubled
        return self.report

    async def day(self, *, first: bool) -> None:
        """One day: some synchronise in the morning, teams visit, some synchronise in the evening, leaders decide."""
        self._go_to(MORNING)
        await self._meet(GOOD if first else BAD, share=1.0 if first else SEEN_IN_THE_MORNING)
        self._visit()
        self._go_to(EVENING)
        await self._meet(BAD, share=SEEN_AT_NIGHT)
        await self._decide()
        self.clock.advance(timedelta(hours=2))

    async def hand_in(self, count: int) -> None:
        """One more day: make so many of the visits that wait, all but one at most, and hand their records in. Nobody
        decides on them.
        """
        self._go_to(MORNING)
        await self._meet(GOOD, share=1.0)
        ready = self._ready()
        for card, team in ready[: min(count, len(ready) - 1)]:
            carry_out(card, team, self.random)
            self.done.add(card.id)
        self._go_to(EVENING)
        await self._meet(GOOD, share=1.0)

    async def close(self) -> None:
        for tablet in self.tablets.values():
            await tablet.close()

    def _go_to(self, moment: time) -> None:
        today = self.clock.now().astimezone(BEIJING)
        target = datetime.combine(today.date(), moment, BEIJING)
        if target <= today:
            target += timedelta(days=1)
        self.clock.instant = target.astimezone(UTC)

    async def _meet(self, weather: Weather, share: float) -> None:
        for tablet in self.tablets.values():
            if self.random.random() < share:
                await tablet.visit_office(weather)
        await self.worker.drain()

    def _returned(self) -> frozenset[UUID]:
        """What a leader sent back and its team has not put right, by what the tablets know."""
        cards = (card for tablet in self.tablets.values() for card in tablet.device.visits().values())
        return frozenset(card.id for card in cards if card.state is CardState.RETURNED)

    def _visit(self, only: frozenset[UUID] | None = None) -> None:
        calls = {tablet.name: 0 for tablet in self.tablets.values()}
        for card, team in self._ready():
            if only is not None and card.id not in only:
                continue
            if any(calls[tablet.name] >= DOORS_A_DAY for tablet in team):
                continue
            for tablet in team:
                calls[tablet.name] += 1
            if card.state is CardState.RETURNED:
                agree_again(card, team, self.random)
                continue
            carry_out(card, team, self.random)
            self.done.add(card.id)
            self.report.visits_done += 1

    def _ready(self) -> list[tuple[VisitCard, Sequence[SimulatedTablet]]]:
        """Visits whose card every member of the team holds, and that are still to be made or to be corrected."""
        ready: list[tuple[VisitCard, Sequence[SimulatedTablet]]] = []
        held = {tablet.name: tablet.device.visits() for tablet in self.tablets.values()}
        cards = {card.id: card for visits in held.values() for card in visits.values()}
        for card in sorted(cards.values(), key=lambda one: str(one.id)):
            team = self._team(card)
            known = team and all(card.id in held[tablet.name] for tablet in team)
            waits = card.state is CardState.RETURNED or (card.state is CardState.OPEN and card.id not in self.done)
            if known and waits:
                ready.append((card, team))
        return ready

    def _team(self, card: VisitCard) -> list[SimulatedTablet]:
        """The team's tablets, the leader's first; empty when somebody has none."""
        members = sorted(card.team, key=lambda member: (not member.leader, member.slot))
        team = [self.tablets[member.inspector] for member in members if member.inspector in self.tablets]
        return team if len(team) == len(members) else []

    async def _decide(self) -> None:
        approved, sent_back = await self.office.review(self.leaders)
        self.report.approved += approved
        self.report.sent_back += len(sent_back)
        await self.worker.drain()
