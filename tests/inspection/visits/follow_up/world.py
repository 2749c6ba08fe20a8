"""Visits that were made, recorded and approved with a result of one's choice, and what may follow them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command, Role
from inspection.planning.review_task import review_task
from inspection.policy.terms import ReferralKind
from inspection.visits import store
from inspection.visits.entries.admit import VerifiedEntry, admit_entries
from inspection.visits.follow_up.acknowledge import CameBack
from inspection.visits.follow_up.order_recheck import Again, order_recheck
from inspection.visits.follow_up.refer import Wanted, refer
from inspection.visits.follow_up.rows import RecheckRow, ReferralRow
from inspection.visits.opening.assign_outside import assign_outside
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.preset_outside import preset_outside_task
from inspection.visits.opening.unseal import unseal_visit
from inspection.visits.reading import fold_visit, known_visit
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.legal import seen_of
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.rows import OutcomeRow
from tests.inspection.visits.outside_world import ITEM, OutsideWorld, build
from tests.inspection.visits.tablet import Tablet
from tests.support.kept import kept

PROBLEM = OutcomeCode.PROBLEM_PENDING
PENALTY = Wanted(ReferralKind.PENALTY, "某市商务执法支队", "涉嫌违反《成品油流通管理办法》")


@dataclass
class Follow:
    """The world outside the draw; the leader is the first inspector."""

    world: OutsideWorld

    @property
    def today(self) -> date:
        return local_day(self.world.now)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    @property
    def leader(self) -> Command:
        cmd = self.world.cmd(Role.LEADER)
        return Command(type(cmd.actor)(str(self.world.people[0]), "检查员0", Role.LEADER), *_rest(cmd))

    async def begun(self, shop: int = 0) -> UUID:
        """A visit that its team knows of."""
        draft = self.world.draft(objects=(self.world.shops[shop],), starts_on=self.today, ends_on=self.day(5))
        made = await preset_outside_task(self.world.planner, draft, authority=self.world.authority, item_code=ITEM)
        return await self.sent_out(made.id)

    async def sent_out(self, task: UUID) -> UUID:
        """The task is approved, its team goes."""
        await review_task(self.world.cmd(Role.APPROVER), task, approve=True)
        (visit,) = (await assign_outside(self.world.head, task_id=task)).created
        await name_leader(self.world.head, visit_id=visit, inspector_id=self.world.people[0])
        await unseal_visit(self.world.head, visit_id=visit)
        return visit

    async def recorded(self, visit: UUID) -> None:
        """Nobody lets them in; both inspectors say so. What comes of it is for the leader to choose."""
        wall = int(self.world.now.timestamp() * 1000)
        # A log of its own for each visit.
        a, b = (
            Tablet(who, device=UUID(int=visit.int ^ who.int), visit=visit, wall=wall) for who in self.world.people[:2]
        )
        a.refuse("access", witness={"name": "王某"})
        a.submit()
        b.stance("concur", a.entries[0])
        b.submit()
        entries = [*a.entries, *b.entries]
        own = [VerifiedEntry(one, one.header.dev, frozenset({one.header.ins}), revoked=False) for one in entries]
        await admit_entries(self.world.cmd(Role.DEVICE), own, entries[0].header.dev)

    async def approved(
        self,
        visit: UUID,
        *codes: OutcomeCode,
        follow_up: tuple[FollowUp, ...] = (FollowUp.OTHER,),
        rectify_by: date | None = None,
        **more: Any,
    ) -> OutcomeRow:
        """The record is approved with this result."""
        (task,) = {one.task for one in await store.served_tasks([visit])}
        choice = Choice(task, codes, "现场认定", follow_up, rectify_by, **more)
        seen = (await fold_visit(await known_visit(visit))).digest
        done = await approve_visit(self.leader, visit_id=visit, seen=seen, choices=[choice])
        (outcome,) = done.outcomes
        return outcome

    async def found(self, *codes: OutcomeCode, shop: int = 0, **more: Any) -> OutcomeRow:
        """A visit from its task to its result."""
        visit = await self.begun(shop)
        await self.recorded(visit)
        return await self.approved(visit, *(codes or (PROBLEM,)), **more)

    async def refer(self, outcome: OutcomeRow, form: str = "f1", wanted: Wanted = PENALTY, **more: Any) -> ReferralRow:
        facts = {"outcome_id": outcome.id, "seen": seen_of(outcome), "form": form, "wanted": wanted}
        return await refer(self.world.head, **{**facts, **more})

    def came(self, day: date | None = None, **more: Any) -> CameBack:
        return CameBack(day or self.today, "执法支队 王某", **more)

    async def recheck(self, outcome: OutcomeRow, form: str = "r1", **more: Any) -> RecheckRow:
        again = Again("整改期满，现场复查", self.today, self.day(10), scheme="逐项复查。")
        facts = {"outcome_id": outcome.id, "seen": seen_of(outcome), "form": form, "again": again}
        return await order_recheck(self.world.planner, **{**facts, **more})

    async def looked_again(self, row: RecheckRow, *codes: OutcomeCode, **more: Any) -> OutcomeRow:
        """The re-check's task is approved and assigned, its visit made, recorded and approved with this result."""
        await review_task(self.world.cmd(Role.APPROVER), row.task, approve=True)
        done = await assign_outside(self.world.head, task_id=row.task, inspectors=self.world.people[:2])
        (visit,) = done.created
        await name_leader(self.world.head, visit_id=visit, inspector_id=self.world.people[0])
        await unseal_visit(self.world.head, visit_id=visit)
        await self.recorded(visit)
        return await self.approved(visit, *codes, **more)


def _rest(cmd: Command) -> tuple[Any, ...]:
    return cmd.now, cmd.entropy, cmd.authority, cmd.rule_set, cmd.request_id


async def build_follow(rule_set: str = "weihai-jingkai-commerce") -> Follow:
    """On 2 March 2026, under this rule-set."""

    async def make() -> Follow:
        return Follow(await build(rule_set))

    return await kept(f"follow up {rule_set}", make)
