"""What a visit's entries are judged and folded by: its team, its rule-set, its checklists."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from inspection.kernel.journal import EventKind, read_kind
from inspection.policy.load import rule_set_named
from inspection.registry import find as registry
from inspection.registry.items.facts import ChecklistFacts
from inspection.visits import store
from inspection.visits.entries.admission import VisitFacts
from inspection.visits.links.store import one_with
from inspection.visits.record import Authority, ReturnedField, Scheme, Stretch, scheme_of
from inspection.visits.rows import ServedTask, VisitRow
from inspection.visits.states import VisitState
from inspection.visits.team import Team, team_from
from mobile_contract.checklist import Checklist
from mobile_contract.envelope import ChecklistRef


@dataclass(frozen=True, slots=True)
class Setting:
    """The visit with everything its entries refer to. `pinned`: the checklists by the id of their row.

    `joined`: the visits that are one, the canonical one first; their tasks, teams and leaders are one as well.
    """

    joined: tuple[VisitRow, ...]
    tasks: tuple[ServedTask, ...]
    people: Team
    pinned: dict[UUID, Checklist]
    scheme: Scheme

    @property
    def visit(self) -> VisitRow:
        """The canonical one, under which the record is read."""
        return self.joined[0]

    @property
    def team(self) -> frozenset[str]:
        return frozenset(str(member.inspector) for member in self.people.going)

    @property
    def former(self) -> dict[str, str]:
        """Who left, with the word for what they state since then."""
        return {str(person): word for person, word in self.people.former.items()}

    @property
    def leaders(self) -> frozenset[str]:
        return frozenset(str(one.leader) for one in self.joined if one.leader is not None)

    @property
    def executed_at(self) -> datetime | None:
        """When the first record of one of them came that counted."""
        return min((one.executed_at for one in self.joined if one.executed_at is not None), default=None)

    @property
    def served(self) -> frozenset[UUID]:
        """The tasks that are to be done there."""
        return frozenset(task.task for task in self.tasks)

    async def facts(self, authors: Iterable[UUID]) -> VisitFacts:
        """What arriving entries of these authors are judged by."""
        state = VisitState.APPROVED if any(one.approved_at for one in self.joined) else self.visit.state
        held = await registry.certificates(frozenset(authors))
        return VisitFacts(
            state,
            min(one.created_at for one in self.joined),
            self.team,
            self.scheme,
            self.former,
            self.leaders,
            tasks=self.served,
            certificates={str(author): certificates for author, certificates in held.items()},
            office=self.visit.authority,
            published=state is VisitState.APPROVED and await _is_published(self.visit.id),
        )

    def authority(
        self,
        uncounted: dict[str, tuple[str, ...]],
        returned: tuple[ReturnedField, ...] = (),
        gaps: tuple[Stretch, ...] = (),
    ) -> Authority:
        """What the fold counts by. `uncounted`: entry hash → reasons found at its admission."""
        rules = rule_set_named(self.visit.rule_set)
        return Authority(
            team=self.team,
            deciders=self.leaders,
            former=self.former,
            uncounted=uncounted,
            quorum=rules.team.minimum_size,
            refusal_vouchers=rules.record.refusal_inspector_signatures,
            witness=rules.record.witness,
            office=frozenset({str(self.visit.authority)}),
            returned=returned,
            gaps=gaps,
        )


async def _is_published(visit: UUID) -> bool:
    """Publishing is another room's business; what it did to a visit stands in the visit's own story."""
    return bool(await read_kind(f"visit:{visit}", EventKind.PUBLICATION_PUBLISHED))


@dataclass(frozen=True, slots=True)
class _Version:
    """A checklist, known by its digest alone: a released version never changes."""

    digest: str
    checklist: Checklist = field(compare=False)


def _versions(facts: Iterable[ChecklistFacts]) -> tuple[_Version, ...]:
    return tuple(sorted((_Version(one.digest, one.checklist) for one in facts), key=lambda one: one.digest))


@lru_cache(maxsize=512)
def _scheme(pinned: tuple[_Version, ...], others: tuple[_Version, ...]) -> Scheme:
    """Visit after visit is checked by the same versions, push after push: put together once."""
    return scheme_of((one.checklist for one in pinned), (one.checklist for one in others))


async def setting_of(visit: VisitRow, named: Iterable[ChecklistRef | None] = ()) -> Setting:
    """Read it, with the visits that are one with this one; `named` are the checklist versions that the entries name."""
    joined = await one_with(visit)
    going = [one.id for one in joined if one.state is not VisitState.CANCELLED or len(joined) == 1]
    tasks = await store.served_tasks(going)
    held = await registry.checklists([task.checklist for task in tasks])
    pinned = {facts.id: facts.checklist for facts in held.values()}
    known = {facts.digest for facts in held.values()}
    others: list[ChecklistFacts] = []
    for code, version, digest in sorted({ref for ref in named if ref is not None and ref[2] not in known}):
        facts = await registry.checklist_version(visit.authority, code, version)
        if facts is not None and facts.digest == digest:
            others.append(facts)
    scheme = _scheme(_versions(held.values()), _versions(others))
    people = team_from(joined, {one.id: await store.members(one.id) for one in joined})
    return Setting(joined, tuple(tasks), people, pinned, scheme)
