"""What a tablet gets of one visit: enough to work for days without a network."""

from collections.abc import Sequence
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.errors import Conflict, NotFound, Refused
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.items.facts import ChecklistFacts
from inspection.registry.objects.facts import ObjectFacts
from inspection.visits import store
from inspection.visits.reading import known_visit
from inspection.visits.rows import Member, ServedTask, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.checklist import PinnedChecklist
from mobile_contract.problems import ProblemCode
from mobile_contract.visit_card import (
    CardState,
    CertificateCard,
    ObjectCard,
    TaskCard,
    TeamMemberCard,
    VisitCard,
    VisitWindow,
)

_STATES = {
    VisitState.OPEN: CardState.OPEN,
    VisitState.IN_PROGRESS: CardState.OPEN,
    VisitState.RETURNED: CardState.RETURNED,
    VisitState.APPROVED: CardState.APPROVED,
}


async def visit_card(visit_id: UUID) -> VisitCard:
    """The card of an unsealed visit.

    Raises:
        NotFound: `visits.no_visit`.
        Refused: `visits.sealed`: nobody learns of it yet.
        Conflict: `visits.cancelled`: another object came in.
    """
    visit = await known_visit(visit_id)
    if visit.state is VisitState.SEALED:
        raise Refused(ProblemCode.VISIT_SEALED, "visits.sealed", visit=str(visit_id))
    if visit.state is VisitState.CANCELLED:
        raise Conflict(ProblemCode.VISIT_WRONG_STEP, "visits.cancelled", visit=str(visit_id))
    authority = await authorities.authority(visit.authority)
    if authority is None:
        raise NotFound(ProblemCode.NOT_FOUND, "visits.no_visit", visit=str(visit_id))
    tasks = await store.served_tasks([visit_id])
    members = [member for member in await store.members(visit_id) if member.left_at is None]
    checklists = await registry.checklists([task.checklist for task in tasks])
    return VisitCard(
        id=visit.id,
        authority=authority.name,
        rule_set=visit.rule_set,
        rule_set_digest=visit.rule_digest,
        state=_STATES[visit.state],
        returned_because=visit.remarks if visit.state is VisitState.RETURNED else None,
        object=_object_card((await registry.objects([visit.object]))[visit.object]),
        tasks=tuple(_task_card(task, checklists[task.checklist]) for task in tasks),
        team=_team(visit, members, await registry.inspectors([member.inspector for member in members])),
        checklists=_pinned(list(checklists.values())),
        notice=rule_set_named(visit.rule_set).notice.text.zh,
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


def _task_card(task: ServedTask, checklist: ChecklistFacts) -> TaskCard:
    return TaskCard(
        id=task.task,
        title=task.task_name,
        item_code=task.item_code,
        item_name=task.item_name,
        assignment=task.id,
        assignment_version=1,
        checklist=(checklist.code, checklist.version),
    )


def _team(visit: VisitRow, members: Sequence[Member], people: dict[UUID, InspectorFacts]) -> tuple[TeamMemberCard, ...]:
    return tuple(
        TeamMemberCard(
            inspector=member.inspector,
            name=people[member.inspector].name,
            unit=people[member.inspector].unit,
            slot=member.slot,
            leader=member.inspector == visit.leader,
            certificate=_certificate(visit, people[member.inspector]),
        )
        for member in members
    )


def _certificate(visit: VisitRow, person: InspectorFacts) -> CertificateCard | None:
    """The certificate that is valid on all days of the window, which is what may be shown at the door."""
    held = person.certificate_for(visit.starts_on, visit.ends_on)
    return CertificateCard(number=held.number, issuer=held.issuer, valid_until=held.valid_until) if held else None


def _pinned(checklists: Sequence[ChecklistFacts]) -> tuple[PinnedChecklist, ...]:
    ordered = sorted(checklists, key=lambda facts: (facts.code, facts.version))
    return tuple(PinnedChecklist(digest=facts.digest, checklist=facts.checklist) for facts in ordered)
