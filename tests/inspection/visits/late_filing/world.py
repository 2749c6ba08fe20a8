"""Inspectors who were at a shop that nobody had assigned to them, and the section that files it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from inspection.kernel.calendar import seed_calendar
from inspection.kernel.command import Actor, Command, Role
from inspection.policy.terms import TaskKind
from inspection.visits.entries.admit import Admission, VerifiedEntry, admit_entries
from inspection.visits.late_filing.file import Filed, Filing, file_late
from inspection.visits.late_filing.note import note_late
from inspection.visits.late_filing.rows import FilingRow
from mobile_contract.envelope import ParsedEntry
from tests.inspection.visits.outside_world import ITEM, OutsideWorld, build
from tests.inspection.visits.tablet import Tablet
from tests.support.kept import kept

AD_HOC = UUID("01990000-0000-7000-8000-0000000000ad")
"""The id that a tablet made for a visit nobody assigned."""


@dataclass
class Office:
    """The world outside the draw with two tablets at the door."""

    world: OutsideWorld
    tablets: list[Tablet] = field(default_factory=list)

    def tablet(self, who: int, visit: UUID = AD_HOC) -> Tablet:
        wall = int((self.world.now - timedelta(hours=3)).timestamp() * 1000)
        return Tablet(self.world.people[who], visit=visit, wall=wall)

    def open(self, tablet: Tablet, shop: UUID | None = None) -> ParsedEntry:
        body = {"object": str(shop or self.world.shops[0]), "tasks": [], "reason": "群众报警，现场冒烟"}
        return tablet.write("visit.open", body, ck=None)

    async def push(self, *entries: ParsedEntry, revoked: bool = False) -> list[Admission]:
        own = [VerifiedEntry(one, one.header.dev, frozenset({one.header.ins}), revoked) for one in entries]
        return await admit_entries(self.world.cmd(Role.DEVICE), own, entries[0].header.dev)

    def system(self) -> Command:
        """As the background work: of no authority."""
        cmd = self.world.cmd(Role.SYSTEM)
        return Command(Actor("system", "system", Role.SYSTEM), cmd.now, cmd.entropy)

    async def note(self, visit: UUID = AD_HOC) -> FilingRow | None:
        return await note_late(self.system(), visit)

    async def went(self, *, people: tuple[int, ...] = (0, 1), visit: UUID = AD_HOC) -> list[ParsedEntry]:
        """They open the visit and note what they see; their tablets bring it, and it is noted."""
        written = []
        for who in people:
            tablet = self.tablet(who, visit)
            self.tablets.append(tablet)
            written += [self.open(tablet), tablet.write("note.add", {"text": "到达，见烟"}, ck=None)]
        await self.push(*written)
        await self.note(visit)
        return written

    def filing(self, **changes: Any) -> Filing:
        facts: dict[str, Any] = {
            "items": (ITEM,),
            "object": self.world.shops[0],
            "kind": TaskKind.EMERGENCY,
            "reason": "现场无网络，未取得执法码",
            "basis": "重庆市人民政府令第375号第十八条",
            "source": "110-2026-0302",
            "scheme": "现场核查。",
            "approve_by": date(2026, 3, 12),
        }
        return Filing(**{**facts, **changes})

    async def file(self, visit: UUID = AD_HOC, **changes: Any) -> Filed:
        return await file_late(self.world.head, self.filing(**changes), visit_id=visit)


async def build_office() -> Office:
    """On 2 March 2026, with the calendar of that year."""

    async def make() -> Office:
        world = await build()
        await seed_calendar(Command(Actor("admin:1", "管理员", Role.ADMIN), world.now, world.entropy))
        return Office(world)

    return await kept("late filing", make)
