"""Penalties of the small world: decided on 4 March 2026, in consequence of a visit of 2 March."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from inspection.authority.tables import Authority
from inspection.kernel.command import Command, Role
from inspection.publicity.approve_publication import approve_penalty
from inspection.publicity.penalties.annul import Annulled, annul_penalty
from inspection.publicity.penalties.enter import PenaltyDraft, enter_penalty
from inspection.publicity.penalties.read import PenaltyFile
from inspection.publicity.penalties.store import AnnulledBy
from inspection.publicity.publish import Published, publish_due
from inspection.visits.tables import Visit
from tests.conftest import MakeCommand
from tests.inspection.publicity.world import VisitMade, World

DECIDED = date(2026, 3, 4)
ENTERED = datetime(2026, 3, 5, 2, tzinfo=UTC)
OUT = datetime(2026, 3, 9, 2, tzinfo=UTC)
SEVEN_DAYS = date(2026, 3, 13)
TWENTY_DAYS = date(2026, 4, 1)
IDENTITY = "11010519491231002X"
JINFENG = "jinfeng-commerce.2023"
END = date(2026, 12, 31)


class Penal:
    """Enters, approves, publishes and annuls penalties, each step by its own person."""

    def __init__(self, world: World, make_cmd: MakeCommand) -> None:
        self.world, self._make = world, make_cmd

    def by(self, name: str, role: Role = Role.APPROVER, now: datetime = OUT) -> Command:
        """A command of somebody of the world's authority."""
        return self._make(role, name, now=now, authority=self.world.authority)

    async def visit(self, rules: str = JINFENG) -> VisitMade:
        """A visit judged by these rules, as its authority is."""
        made = await self.world.add_visit(codes='["problem_pending"]')
        await Visit.update(rule_set=rules).where(Visit.id == made.id)
        await Authority.update(rule_set=rules.split(".", maxsplit=1)[0]).where(Authority.id == self.world.authority)
        return made

    def draft(self, visit: VisitMade, /, **said: object) -> PenaltyDraft:
        """What the decision says: it names a witness, and by mistake an identity number."""
        told = PenaltyDraft(
            object=visit.object,
            visit=visit.id,
            number="银金商罚〔2026〕3号",
            decided_on=DECIDED,
            violation=f"未按规定建立台账，证人王小二（{IDENTITY}，13812345678）证实。",
            basis="《成品油流通管理办法》第二十条",
            content="罚款人民币五千元",
            amount_fen=500_000,
            persons=("王小二",),
        )
        return replace(told, **said)  # type: ignore[arg-type]

    async def enter(self, visit: VisitMade, /, **said: object) -> PenaltyFile:
        cmd = self.by("经办人", Role.PLANNER, ENTERED)
        return await enter_penalty(cmd, authority=self.world.authority, draft=self.draft(visit, **said))

    async def publish(self, penalty: UUID) -> Published:
        await approve_penalty(self.by("分管负责人"), penalty_id=penalty, secrecy_reviewed=True)
        report = await publish_due(self.by("经办人", Role.PLANNER), through=END)
        (out,) = [one for one in report.published if one.penalty == penalty]
        return out

    async def annul(self, penalty: UUID, on: date = date(2026, 3, 10), who: str = "法制人员") -> PenaltyFile:
        said = Annulled(AnnulledBy.COURT, "（2026）宁01行初8号", "主要证据不足", on)
        cmd = self.by(who, Role.LEGAL, datetime(2026, 3, 11, 2, tzinfo=UTC))
        return await annul_penalty(cmd, penalty_id=penalty, annulled=said)
