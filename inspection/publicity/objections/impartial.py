"""Who may not review an objection: whoever had a part in what is objected to. The rule is pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.authority import store as authorities
from inspection.kernel.command import Actor, Role
from inspection.kernel.journal import EventKind, JournalEntry, read_kind
from inspection.registry import find as registry
from inspection.visits import store as visits
from inspection.visits.rows import VisitRow


class Part(StrEnum):
    """What somebody did for a result. Each has a text in the catalogue under `publicity.had_a_part_<value>`."""

    INSPECTED = "inspected"  # 参加检查
    LED = "led"  # 带队检查
    RECORD = "record"  # 审核检查记录
    LEGAL = "legal"  # 法制审核
    PUBLICATION = "publication"  # 审批、发布或者更正公示


ACTS: Final[Mapping[EventKind, Part]] = MappingProxyType(
    {
        EventKind.VISIT_RETURNED: Part.RECORD,
        EventKind.VISIT_APPROVED: Part.RECORD,
        EventKind.VISIT_DECIDED: Part.RECORD,
        EventKind.OUTCOME_CORRECTED: Part.RECORD,
        EventKind.LEGAL_REVIEWED: Part.LEGAL,
        EventKind.PUBLICATION_APPROVED: Part.PUBLICATION,
        EventKind.PUBLICATION_WITHHELD: Part.PUBLICATION,
        EventKind.WITHHOLDING_LIFTED: Part.PUBLICATION,
        EventKind.PUBLICATION_PUBLISHED: Part.PUBLICATION,
        EventKind.PUBLICATION_AMENDED: Part.PUBLICATION,
        EventKind.PUBLICATION_CORRECTED: Part.PUBLICATION,
    }
)
"""The lines of a visit's journal whose author had a part in its result."""

REVIEWERS: Final = frozenset({Role.APPROVER, Role.LEGAL})
"""Who reviews at all."""


def part_of(
    actor: Actor, team: Mapping[UUID, str], leaders: Collection[UUID], lines: Iterable[JournalEntry]
) -> Part | None:
    """What `actor` did for the result, the gravest first; None for who had no part in it.

    `team`: inspector → name. An account of an inspector bears the inspector's id; a person who is an inspector too but
    acts by another account is known by name only, so a namesake is kept out as well.
    """
    own = {inspector for inspector, name in team.items() if actor.id == str(inspector) or actor.name == name}
    if own:
        return Part.LED if own & set(leaders) else Part.INSPECTED
    acts = {ACTS[line.kind] for line in lines if line.kind in ACTS and line.actor_id == actor.id}
    return next((part for part in Part if part in acts), None)


async def part_in(actor: Actor, joined: Collection[VisitRow]) -> Part | None:
    """What `actor` did on these visits, which are one."""
    return part_of(actor, *await _told(joined))


async def who_may(authority: UUID, joined: Collection[VisitRow]) -> tuple[str, ...]:
    """The names of those of the authority who may review: who is asked instead."""
    team, leaders, lines = await _told(joined)
    asked = [one for one in await authorities.accounts(authority) if one.active and one.role in REVIEWERS]
    return tuple(
        one.name for one in asked if part_of(Actor(str(one.id), one.name, one.role), team, leaders, lines) is None
    )


async def _told(joined: Collection[VisitRow]) -> tuple[dict[UUID, str], set[UUID], list[JournalEntry]]:
    people = {member.inspector for one in joined for member in await visits.members(one.id)}
    leaders = {one.leader for one in joined if one.leader is not None}
    known = await registry.named_people(people | leaders)
    lines = [line for one in joined for kind in ACTS for line in await read_kind(f"visit:{one.id}", kind)]
    return {one: known[one][0] if one in known else "" for one in people | leaders}, leaders, lines
