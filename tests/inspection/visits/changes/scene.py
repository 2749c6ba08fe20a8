"""A ceremony that was really held, its visits, and one of them unsealed: where changes after the draw begin."""

from dataclasses import dataclass, replace
from uuid import UUID

from inspection.draw.changes.settle import Chance
from inspection.draw.changes.store import ChangeRow
from inspection.draw.changes.terms import Fresh
from inspection.draw.lot.chain import chain_of
from inspection.draw.supervision.register_chain import register_chain
from inspection.kernel.command import Actor, Command, Role
from inspection.planning.tables import Task
from inspection.policy.terms import RecusalWay
from inspection.registry.inspectors.terms import RelationKind
from inspection.visits.changes.ask import recuse
from inspection.visits.changes.settle import settle_change
from inspection.visits.listing import VisitLine, list_visits
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.opening.name_leader import name_leader
from inspection.visits.opening.unseal import unseal_visit
from tests.inspection.draw.office import WITNESSED, Office, open_office, sealed, supervision
from tests.inspection.visits.world import FIRE, insert_checklist
from tests.support.kept import keeps

LINKS = chain_of(b"c" * 32, 20)
DICE = b"16180339887498948482"
OFFICES = ("法规科", "办公室", "人事科")
"""Who has to watch under the strictest of the rule-sets (泉州 二(二)3)."""


@dataclass
class Scene:
    """`visit` is unsealed and led by the first of its team."""

    office: Office
    draw: UUID
    visit: UUID
    leader: UUID
    other: UUID
    chain: UUID | None = None
    given: int = 0

    @property
    def head(self) -> Command:
        return self.office.by("科长", Role.SECTION_HEAD)

    def self_(self, inspector: UUID) -> Command:
        """A command of an inspector; the account bears the inspector's id."""
        return replace(self.head, actor=Actor(str(inspector), "检查员", Role.INSPECTOR))

    async def line(self, visit: UUID | None = None) -> VisitLine:
        lines = await list_visits(self.office.authority)
        return next(line for line in lines if line.id == (visit or self.visit))

    async def lines(self) -> list[VisitLine]:
        return await list_visits(self.office.authority)

    async def with_chain(self) -> "Scene":
        """The supervisor registers a chain."""
        row = await register_chain(
            self.office.supervisor, authority=self.office.authority, name="监察室链", head=LINKS[-1]
        )
        self.chain = row.id
        return self

    def link(self) -> Chance:
        """The next link."""
        self.given += 1
        return Chance(Fresh.LINK, LINKS[-1 - self.given], self.chain)

    async def recuse(self, who: UUID | None = None, way: RecusalWay = RecusalWay.SWAP) -> ChangeRow:
        asked = await recuse(
            self.self_(who or self.other),
            visit_id=self.visit,
            inspector_id=who or self.other,
            way=way,
            ground=RelationKind.KINSHIP,
        )
        assert len(asked) == 1
        return asked[0]

    async def settle(self, change: ChangeRow, chance: Chance | None = None) -> ChangeRow:
        """With no chain and no dice the key has to do."""
        return await settle_change(self.office.supervisor, change_id=change.id, chance=chance or Chance(Fresh.KEY))


@keeps
async def scene(cmd: Command, *, rules: str | None = None, objects: int = 60, inspectors: int = 8) -> Scene:
    """`rules`: the task's rule-set, where it is not the usual one."""
    made = await open_office(cmd, objects=objects, inspectors=inspectors, checklist=FIRE.code)
    await insert_checklist(made.authority, FIRE)
    if rules is not None:
        await Task.update({Task.rule_set: rules}).where(Task.id == made.task)
    ceremony = await sealed(made, contributors=(replace(WITNESSED, witnesses=OFFICES), supervision()))
    await assemble_visits(made.operator, draw_id=ceremony.draw)
    first = (await list_visits(made.authority))[0]
    found = Scene(made, ceremony.draw, first.id, first.team[0], first.team[1])
    await name_leader(found.head, visit_id=first.id, inspector_id=first.team[0])
    await unseal_visit(found.head, visit_id=first.id)
    return found
