"""What a visit's entries are judged and folded by: its team, its rule-set, its checklists."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from inspection.kernel.journal import EventKind, read_kind
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.visits import store
from inspection.visits.admission import VisitFacts
from inspection.visits.record import Authority, Scheme, scheme_of
from inspection.visits.rows import Member, ServedTask, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.checklist import Checklist
from mobile_contract.envelope import ChecklistRef
from mobile_contract.push import Reason

RECUSAL = "recusal"


@dataclass(frozen=True, slots=True)
class Setting:
    """The visit with everything its entries refer to. `pinned`: the checklists by the id of their row."""

    visit: VisitRow
    tasks: tuple[ServedTask, ...]
    members: tuple[Member, ...]
    pinned: dict[UUID, Checklist]
    scheme: Scheme

    @property
    def team(self) -> frozenset[str]:
        return frozenset(str(member.inspector) for member in self.members if member.left_at is None)

    @property
    def former(self) -> dict[str, str]:
        """Who left, with the word for what they state since then."""
        return {str(one.inspector): self._word(one) for one in self.members if one.left_at is not None}

    def _word(self, member: Member) -> Reason:
        if member.left_reason == RECUSAL:
            return Reason.RECUSED
        return Reason.CANCELLED_TASK if self.visit.state is VisitState.CANCELLED else Reason.STALE_ASSIGNMENT

    async def facts(self, authors: Iterable[UUID]) -> VisitFacts:
        """What arriving entries of these authors are judged by."""
        visit = self.visit
        held = await registry.certificates(frozenset(authors))
        return VisitFacts(
            visit.state,
            visit.created_at,
            self.team,
            self.scheme,
            self.former,
            str(visit.leader) if visit.leader else None,
            tasks=frozenset(task.task for task in self.tasks),
            certificates={str(author): certificates for author, certificates in held.items()},
            published=visit.state is VisitState.APPROVED and await _is_published(visit.id),
        )

    def authority(self, uncounted: dict[str, tuple[str, ...]]) -> Authority:
        """What the fold counts by. `uncounted`: entry hash → reasons found at its admission."""
        rules = rule_set_named(self.visit.rule_set)
        return Authority(
            team=self.team,
            deciders=frozenset({str(self.visit.leader)} if self.visit.leader else ()),
            former=self.former,
            uncounted=uncounted,
            quorum=rules.team.minimum_size,
            refusal_vouchers=rules.record.refusal_inspector_signatures,
            witness=rules.record.witness,
        )


async def _is_published(visit: UUID) -> bool:
    """Publishing is another room's business; what it did to a visit stands in the visit's own story."""
    return bool(await read_kind(f"visit:{visit}", EventKind.PUBLICATION_PUBLISHED))


async def setting_of(visit: VisitRow, named: Iterable[ChecklistRef | None] = ()) -> Setting:
    """Read it; `named` are the checklist versions that the entries name."""
    tasks = await store.served_tasks([visit.id])
    held = await registry.checklists([task.checklist for task in tasks])
    pinned = {facts.id: facts.checklist for facts in held.values()}
    known = {facts.digest for facts in held.values()}
    others = []
    for code, version, digest in sorted({ref for ref in named if ref is not None and ref[2] not in known}):
        facts = await registry.checklist_version(visit.authority, code, version)
        if facts is not None and facts.digest == digest:
            others.append(facts.checklist)
    return Setting(
        visit,
        tuple(tasks),
        tuple(await store.members(visit.id)),
        pinned,
        scheme_of(pinned.values(), others),
    )
