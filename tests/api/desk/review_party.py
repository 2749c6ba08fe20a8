"""An office with one unsealed visit of a team of three, and people at its desk."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from re import search
from typing import Any, Final
from uuid import UUID

import httpx

from api.desk.session import cookie_name
from inspection.authority import store as accounts
from inspection.authority.desk_sessions import open_session
from inspection.authority.tables import Account
from inspection.kernel.calendar import seed_calendar
from inspection.kernel.clock import FixedClock
from inspection.kernel.command import Role
from inspection.planning.plan_rules import PlanState
from inspection.planning.tables import AnnualPlan
from inspection.publicity import store
from inspection.publicity.open_publications import open_publications
from inspection.visits.review.approve import approve_visit
from tests.api.desk.conftest import LASTS, Seat
from tests.inspection.publicity.world import insert
from tests.inspection.visits.world import World

ACCOUNTS: Final = {
    Role.SECTION_HEAD: UUID(int=0xAE),
    Role.LEGAL: UUID(int=0x1E6A1),
    Role.APPROVER: UUID(int=0xA9),
    Role.PLANNER: UUID(int=0xC1),
    Role.SUPERVISOR: UUID(int=0x5A),
    Role.ADMIN: UUID(int=0xAD),
}
SECOND_LEGAL: Final = UUID(int=0x1E6A2)


@dataclass
class Party:
    """Who asks, and about which visit. The server's clock goes on with the world's."""

    app: Any
    world: World
    clock: FixedClock
    visit: UUID

    @property
    def leader(self) -> UUID:
        """The inspector who leads, whose account has the same id."""
        return self.world.people[0]

    async def seat(self, role: Role, account: UUID | None = None) -> Seat:
        """Somebody of the office at the desk."""
        self.clock.instant = self.world.now = self.world.now + timedelta(seconds=1)
        who = account or (self.leader if role is Role.LEADER else ACCOUNTS[role])
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url="http://testserver")
        held = await accounts.account(who)
        assert held is not None
        cmd = self.world.cmd(role, who)
        opened = await open_session(cmd, held, browser="Tests", lasts=LASTS, factor="passkey")
        http.cookies.set(cookie_name(self.app.state.process), opened.token)
        return Seat(http)

    async def approved(self) -> UUID:
        """The record is approved, and the publication of its result opened; its id."""
        await self.world.attested(self.visit)
        seen = await self.world.seen(self.visit)
        await approve_visit(self.world.cmd(Role.LEADER, self.leader), visit_id=self.visit, seen=seen)
        await seed_calendar(self.world.cmd())
        await open_publications(self.world.cmd(), visit_id=self.visit)
        (row,) = await store.waiting(visit=self.visit)
        return row.id


async def people_of(world: World) -> None:
    """An account of every role of the office; the leader's has the id of the inspector."""
    known = {**{key: role for role, key in ACCOUNTS.items()}, SECOND_LEGAL: Role.LEGAL, world.people[0]: Role.LEADER}
    await AnnualPlan.update(state=PlanState.FILED.value, approved_at=world.now, force=True)
    for key, role in known.items():
        named = {"name": f"{role}{key.int % 1000}", "username": f"{role}{key.int % 1000}"}
        held = {"role": role.value, "active": True, "failures": 0}
        await insert(Account, id=key, authority=world.authority, **named, **held)


def hidden(text: str, name: str) -> str:
    """The first value of a hidden field of a page."""
    found = search(rf'name="{name}" value="([^"]*)"', text)
    assert found, (name, text)
    return unescape(found[1])
