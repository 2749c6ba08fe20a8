"""Everything that one simulated year works with: the service, the people, their tablets, and what is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from api.simulation.founding import open_leader_account
from api.simulation.office import OfficeRefusalError, SimulatedOffice
from api.simulation.service import Service
from api.simulation.year.doors import Tablets
from api.simulation.year.plot import Plot
from inspection.kernel.calendar.rules import BEIJING
from inspection.kernel.keys import ServerKeys
from inspection.policy.model import RuleSet

MORNING: Final = time(9)
Answer = Any


@dataclass(slots=True)
class Year:
    """A year as it is being lived.

    `tasks`, `draws`, `visits`: ids by the names that the plot gives them (of a draw several visits); `found`: what
    reading routes told on the way, for the clauses.
    """

    plot: Plot
    rules: RuleSet
    service: Service
    keys: ServerKeys
    office: SimulatedOffice
    tablets: Tablets
    authority: UUID
    password: str
    seed: int
    people: dict[str, str] = field(default_factory=dict)
    """Inspector's id → user name."""
    staff: dict[str, str] = field(default_factory=dict)
    """Staff number → inspector's id."""
    plan: dict[str, Any] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    sections: set[str] = field(default_factory=set)
    """The sections that have tasks of their own."""
    draws: dict[str, str] = field(default_factory=dict)
    visits: dict[str, list[str]] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    """Visits that a leader sent back."""
    published: list[dict[str, Any]] = field(default_factory=list)
    """What went out, as the route told it."""
    penalties: list[str] = field(default_factory=list)
    """Ids."""
    parcels: list[str] = field(default_factory=list)
    """What the receivers got: host and key."""
    dossiers: list[str] = field(default_factory=list)
    """Numbers."""

    @property
    def today(self) -> date:
        return self.service.clock.now().astimezone(BEIJING).date()

    def go_to(self, day: date) -> None:
        """It is nine o'clock on this day, or a minute later than it was."""
        target = datetime.combine(day, MORNING, BEIJING).astimezone(UTC)
        self.service.clock.instant = max(target, self.service.clock.now() + timedelta(minutes=1))

    def wait(self, minutes: int = 1) -> None:
        """Some time passes."""
        self.service.clock.advance(timedelta(minutes=minutes))

    async def read(self, who: str, path: str) -> Answer:
        return await self.office.ask(who, "GET", path)

    async def post(self, who: str, path: str, **body: Any) -> Answer:
        return await self.office.post(who, path, **body)

    async def account_of(self, inspector: str) -> str:
        """The user name of an inspector who has to sign in: most only ever hold a tablet."""
        if inspector not in self.people:
            cmd = replace(self.service.command(), authority=self.authority)
            username = f"inspector{len(self.people) + 1}"
            await open_leader_account(cmd, self.authority, UUID(inspector), username, self.password)
            self.people[inspector] = username
        return self.people[inspector]

    async def settle(self) -> None:
        """What the journal asks for is done."""
        await self.service.worker.drain()

    async def refused(self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> str:
        """The problem code with which a route refuses; empty when it does not."""
        try:
            await self.office.ask(who, method, path, body)
        except OfficeRefusalError as refusal:
            return refusal.code
        return ""

    def visits_of(self, names: str | list[str]) -> list[str]:
        """The visits of these draws and tasks, in the order of their ids."""
        asked = [names] if isinstance(names, str) else names
        return sorted({visit for name in asked for visit in self.visits[name]})
