"""What a tablet gets of one visit: enough to work for days without a network, and to fold its entries by itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from inspection.authority import store as authorities
from inspection.authority.store import AuthorityRow
from inspection.kernel.errors import NotFound
from inspection.planning.facts import TaskPapers
from inspection.planning.find import papers_of
from inspection.planning.materials import tidied
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.inspectors.facts import CertificateFacts
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits import store, store_cards
from inspection.visits.going import unsealed_visit
from inspection.visits.links.store import one_with
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import ReturnedPoint, ServedTask, VisitRow
from inspection.visits.states import VisitState
from inspection.visits.team import Team, team_from
from inspection.visits.team_cards import team_cards
from mobile_contract.envelope import ChecklistRef
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import (
    CardState,
    FieldRemark,
    FormerMemberCard,
    ObjectCard,
    TaskCard,
    VisitCard,
    VisitWindow,
)

_STATES = {
    VisitState.OPEN: CardState.OPEN,
    VisitState.IN_PROGRESS: CardState.OPEN,
    VisitState.RETURNED: CardState.RETURNED,
    VisitState.APPROVED: CardState.APPROVED,
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the cards of many visits are written from, each by its id."""

    authorities: Mapping[UUID, AuthorityRow]
    objects: Mapping[UUID, ObjectFacts]
    tasks: Mapping[UUID, list[ServedTask]]
    papers: Mapping[UUID, TaskPapers]
    teams: Mapping[UUID, Team]
    people: Mapping[UUID, tuple[str, str | None]]
    certificates: Mapping[UUID, Sequence[CertificateFacts]]
    pinned: Mapping[UUID, ChecklistRef]
    returned: Sequence[ReturnedPoint]


async def visit_card(visit_id: UUID) -> VisitCard:
    """The card of an unsealed visit.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`: nobody learns of it yet.
        Conflict: `visits.cancelled`: another object came in.
    """
    await unsealed_visit(visit_id)
    cards = await visit_cards([visit_id])
    if visit_id not in cards:
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_visit", visit=str(visit_id))
    return cards[visit_id]


async def visit_cards(ids: Collection[UUID]) -> dict[UUID, VisitCard]:
    """By id, the cards of those that are unsealed, not cancelled, and have a team; as many statements as for one."""
    rows = await store_cards.visits_by_id(ids)
    shown = {id_: visit for id_, visit in rows.items() if visit.state in _STATES}
    if not shown:
        return {}
    joined = {id_: await _joined(visit) for id_, visit in shown.items()}
    everything = {one.id for together in joined.values() for one in together}
    members = await store_cards.members_of(everything)
    teams = {id_: team_from(together, members) for id_, together in joined.items()}
    going = {one.id for together in joined.values() for one in together if one.state is not VisitState.CANCELLED}
    served: dict[UUID, list[ServedTask]] = {}
    for task in await store.served_tasks(list(going)):
        served.setdefault(task.visit, []).append(task)
    people = {one.inspector for team in members.values() for one in team}
    known = _Known(
        authorities={
            one: row for one in {v.authority for v in shown.values()} if (row := await authorities.authority(one))
        },
        objects=await registry.objects({visit.object for visit in shown.values()}),
        tasks=served,
        papers=await papers_of({task.task for tasks in served.values() for task in tasks}),
        teams=teams,
        people=await registry.named_people(people),
        certificates=await registry.certificates(people),
        pinned=await registry.checklist_refs({task.checklist for tasks in served.values() for task in tasks}),
        returned=await store_reviews.returned_points(shown),
    )
    return {id_: _card(together, known) for id_, together in joined.items() if teams[id_].going}


async def _joined(visit: VisitRow) -> tuple[VisitRow, ...]:
    """The visit itself, then those that are one with it."""
    return (visit, *(one for one in await one_with(visit) if one.id != visit.id))


def _card(joined: Sequence[VisitRow], known: _Known) -> VisitCard:
    """The card of the first of visits that are one: what is to be done there, and by whom, is that of all of them."""
    visit, rules = joined[0], rule_set_named(joined[0].rule_set)
    team = known.teams[visit.id]
    tasks = [task for one in joined for task in known.tasks.get(one.id, ())]
    return VisitCard(
        id=visit.id,
        authority=known.authorities[visit.authority].name,
        office=visit.authority,
        rule_set=visit.rule_set,
        rule_set_digest=visit.rule_digest,
        state=_STATES[visit.state],
        returned_because=visit.remarks if visit.state is VisitState.RETURNED else None,
        returned=tuple(
            FieldRemark(
                checklist=one.field.checklist, item=one.field.item, remark=one.field.remark, through=one.through
            )
            for one in known.returned
            if one.visit == visit.id
        ),
        object=_object_card(known.objects[visit.object]),
        tasks=tuple(_task_card(task, known) for task in tasks),
        team=team_cards(visit, team, known.people, known.certificates),
        former=tuple(FormerMemberCard(inspector=person, word=word) for person, word in team.former.items()),
        deciders=tuple(dict.fromkeys(one.leader for one in joined if one.leader is not None)),
        quorum=rules.team.minimum_size,
        refusal_vouchers=rules.record.refusal_inspector_signatures,
        witness=rules.record.witness,
        checklists=tuple(sorted({known.pinned[task.checklist] for task in tasks})),
        linked=tuple(one.id for one in joined[1:]),
        notice=rules.notice.text.zh,
        materials=tidied(one for task in tasks for one in known.papers[task.task].materials),
        window=VisitWindow(opens=visit.starts_on, closes=visit.ends_on),
    )


def _object_card(facts: ObjectFacts) -> ObjectCard:
    contact = " ".join(part for part in (facts.contact, facts.phone) if part)
    return ObjectCard(
        id=facts.id,
        kind=facts.kind.value,
        code=facts.code,
        name=facts.name,
        address=facts.address,
        representative=facts.representative,
        contact=contact or None,
    )


def _task_card(task: ServedTask, known: _Known) -> TaskCard:
    papers = known.papers[task.task]
    return TaskCard(
        id=task.task,
        title=task.task_name,
        item_code=task.item_code,
        item_name=task.item_name,
        assignment=task.id,
        assignment_version=1,
        checklist=known.pinned[task.checklist][:2],
        scheme=papers.scheme or None,
        procedure=papers.procedure,
    )
