"""What the papers of one visit are written from, read once from the rooms that keep it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.contact import contact_of
from inspection.authority.store import AuthorityRow
from inspection.documents.views import Contact, Ground, ItemLine, Officer, Party
from inspection.documents.words import Words
from inspection.kernel.catalogue import text
from inspection.planning import find as planning
from inspection.planning.assistants import ever_assisted
from inspection.planning.facts import AssistantFacts, TaskFacts
from inspection.planning.materials import tidied
from inspection.policy.load import rule_set_named
from inspection.policy.model import RuleSet
from inspection.policy.terms import TaskKind
from inspection.registry import find as registry
from inspection.registry.items.facts import ItemFacts
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits.going import Going, going_to
from inspection.visits.rows import VisitRow
from mobile_contract.visit_card import TeamMemberCard

_CASE = frozenset({TaskKind.CLUE, TaskKind.EMERGENCY, TaskKind.UNLICENSED, TaskKind.RECHECK})
_SPECIAL = frozenset({TaskKind.CAMPAIGN, TaskKind.KEY_CHECK, TaskKind.FLIGHT})


@dataclass(frozen=True, slots=True)
class KnownVisit:
    """An unsealed visit and what stands around it; `plans`: the plan's name by task, of those that come out of one;
    `assistants`: who ever helped with its tasks.
    """

    going: Going
    authority: AuthorityRow
    object: ObjectFacts
    tasks: Sequence[TaskFacts]
    items: Mapping[UUID, ItemFacts]
    plans: Mapping[UUID, str]
    assistants: Sequence[AssistantFacts]
    rules: RuleSet

    @property
    def visit(self) -> VisitRow:
        return self.going.visit

    @property
    def team(self) -> tuple[TeamMemberCard, ...]:
        """Who goes, as the tablets have it."""
        return self.going.team

    @property
    def materials(self) -> tuple[str, ...]:
        """What the party is asked to have ready."""
        return tidied(one for task in self.tasks for one in task.materials)

    @property
    def unsealed_at(self) -> datetime:
        """Since when anybody knows of it."""
        found = self.visit.unsealed_at
        assert found is not None  # noqa: S101  `known` gives no other
        return found

    def assistants_at(self, at: datetime) -> int:
        """How many came along without inspecting, as of an instant."""
        there = (one for one in self.assistants if one.attached_at <= at)
        return len({one.inspector for one in there if one.detached_at is None or one.detached_at > at})

    def party(self) -> Party:
        """The inspected party."""
        one = self.object
        return Party(
            name=one.name,
            code=one.code,
            address=one.address or "",
            representative=one.representative or "",
            contact=one.contact or "",
            contact_phone=one.phone or "",
        )

    def contact(self) -> Contact:
        """Whom the party asks at the authority, and where it complains."""
        told = contact_of(self.authority)
        return Contact(self.authority.name, told.contact_person, told.phone, told.address, told.supervision_phone)

    def ground(self, words: Words) -> Ground:
        """Where the visit comes from; of several tasks at one door, all of them."""
        between = words.shared("between")
        return Ground(
            kind=between.join(dict.fromkeys(words.shared(_kind(task.kind)) for task in self.tasks)),
            source=between.join(dict.fromkeys(self._source(task, words) for task in self.tasks)),
            task_name=between.join(task.name for task in self.tasks),
            task_number=between.join(task.number for task in self.tasks),
            draw_number=between.join(str(draw) for draw in self.going.draws),
        )

    def item_lines(self) -> tuple[ItemLine, ...]:
        """What is checked."""
        return tuple(_item(self.items[task.item]) for task in self.tasks)

    def methods(self, words: Words) -> tuple[str, ...]:
        """How it is checked, as the items say."""
        known = dict.fromkeys(method for task in self.tasks for method in self.items[task.item].methods)
        return tuple(text(f"policy.word.method_{method.value}", words.lang) for method in known)

    def officers(self) -> tuple[Officer, ...]:
        """The team as it goes."""
        return tuple(_officer(member) for member in self.team)

    def _source(self, task: TaskFacts, words: Words) -> str:
        return self.plans.get(task.id) or task.source or words.shared("source_unknown")


@dataclass(frozen=True, slots=True)
class Around:
    """What many visits have in common, read once for papers that are printed at one go: authorities, tasks with their
    plan's name and who assists, items; by id.
    """

    authorities: dict[UUID, AuthorityRow] = field(default_factory=dict)
    known: dict[UUID, "_Task"] = field(default_factory=dict)

    async def authority(self, authority_id: UUID) -> AuthorityRow:
        """Whose visit it is."""
        if authority_id not in self.authorities:
            found = await authorities.authority(authority_id)
            assert found is not None  # noqa: S101  the visit refers to it
            self.authorities[authority_id] = found
        return self.authorities[authority_id]

    async def tasks(self, ids: Sequence[UUID]) -> list["_Task"]:
        """Tasks with what their papers say of them."""
        if wanted := [one for one in ids if one not in self.known]:
            self.known.update(await _tasks(wanted))
        return [self.known[one] for one in ids]


@dataclass(frozen=True, slots=True)
class _Task:
    facts: TaskFacts
    item: ItemFacts
    plan: str | None
    assistants: Sequence[AssistantFacts]


async def _tasks(ids: Collection[UUID]) -> dict[UUID, _Task]:
    found, assisted = await planning.tasks_with_plans(ids), await ever_assisted(ids)
    items = await registry.items_by_id({task.item for task, _ in found.values()})
    return {id_: _Task(task, items[task.item], plan, assisted.get(id_, ())) for id_, (task, plan) in found.items()}


async def known(visit_id: UUID, around: Around | None = None) -> KnownVisit:
    """Everything of an unsealed visit that its papers name. `around`: what papers printed at one go share.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`.
        Conflict: `visits.cancelled`.
    """
    going, shared = await going_to(visit_id), around or Around()
    tasks = await shared.tasks(going.tasks)
    return KnownVisit(
        going=going,
        authority=await shared.authority(going.visit.authority),
        object=await registry.object_facts(going.visit.object),
        tasks=[task.facts for task in tasks],
        items={task.facts.item: task.item for task in tasks},
        plans={task.facts.id: task.plan for task in tasks if task.plan is not None},
        assistants=[one for task in tasks for one in task.assistants],
        rules=rule_set_named(going.visit.rule_set),
    )


def _kind(kind: TaskKind) -> str:
    if kind in _CASE:
        return "kind_case"
    return "kind_special" if kind in _SPECIAL else "kind_daily"


def _item(item: ItemFacts) -> ItemLine:
    return ItemLine(item.code, item.name, item.content, (item.basis,) if item.basis else ())


def _officer(member: TeamMemberCard) -> Officer:
    shown = member.certificate
    told = " ".join(part for part in (shown.issuer, shown.number) if part) if shown is not None else ""
    return Officer(member.name, member.unit or "", told, member.leader)
