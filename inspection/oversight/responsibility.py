"""谁做了什么: who prepared, drafted, reviewed, approved and published what became of a visit, and when.

兴隆台 七 and 金凤 第五条 make persons answer for legality, accuracy and truth: one list, read out of the journal, which
nobody can change, and out of the entries that inspectors signed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from inspection.kernel.command import Role
from inspection.kernel.journal import EventKind, JournalEntry, read_all
from inspection.publicity.penalties.read import penalties_of
from inspection.registry import find as registry
from inspection.visits import store as visits
from inspection.visits.entries import store_late
from inspection.visits.entries.store_late import Line
from inspection.visits.reading import joined_visits
from mobile_contract.entries import EntryType


class Part(StrEnum):
    """What somebody did for the result of a visit."""

    PREPARED = "prepared"  # 制定、审核任务，指定组长，启封
    DRAFTED = "drafted"  # 记录、提交
    REVIEWED = "reviewed"  # 退回、裁定
    APPROVED = "approved"  # 审核通过，形成或者更正结果
    LEGAL = "legal"  # 法制审核
    PUBLISHED = "published"  # 审批公示、公示、更正公示
    FOLLOWED_UP = "followed_up"  # 移送、复查、处罚
    OBJECTION = "objection"  # 受理、复核异议
    ARCHIVED = "archived"  # 归档


PARTS: Final[Mapping[EventKind, Part]] = MappingProxyType(
    {
        EventKind.TASK_PRESET: Part.PREPARED,
        EventKind.TASK_APPROVED: Part.PREPARED,
        EventKind.LEADER_NAMED: Part.PREPARED,
        EventKind.VISIT_UNSEALED: Part.PREPARED,
        EventKind.VISIT_TEAM_CHANGED: Part.PREPARED,
        EventKind.VISIT_DECIDED: Part.REVIEWED,
        EventKind.VISIT_RETURNED: Part.REVIEWED,
        EventKind.VISITS_LINKED: Part.REVIEWED,
        EventKind.VISITS_UNLINKED: Part.REVIEWED,
        EventKind.VISIT_APPROVED: Part.APPROVED,
        EventKind.OUTCOME_CORRECTED: Part.APPROVED,
        EventKind.LEGAL_REVIEWED: Part.LEGAL,
        EventKind.RUN_EXPLAINED: Part.APPROVED,
        EventKind.CONCLUSION_ATTACHED: Part.APPROVED,
        EventKind.CONCLUSION_WITHDRAWN: Part.APPROVED,
        EventKind.REFERRAL_MADE: Part.FOLLOWED_UP,
        EventKind.REFERRAL_RECEIVED: Part.FOLLOWED_UP,
        EventKind.REFERRAL_REFUSED: Part.FOLLOWED_UP,
        EventKind.REFERRAL_ANSWERED: Part.FOLLOWED_UP,
        EventKind.REFERRAL_CLOSED: Part.FOLLOWED_UP,
        EventKind.RECHECK_ORDERED: Part.FOLLOWED_UP,
        EventKind.RECHECK_SETTLED: Part.FOLLOWED_UP,
        EventKind.RECTIFICATION_ACCEPTED: Part.FOLLOWED_UP,
        EventKind.PENALTY_ENTERED: Part.FOLLOWED_UP,
        EventKind.PENALTY_ANNULLED: Part.FOLLOWED_UP,
        EventKind.PUBLICATION_NARROWED: Part.PUBLISHED,
        EventKind.PUBLICATION_PICTURED: Part.PUBLISHED,
        EventKind.WITHDRAWAL_ASKED: Part.PUBLISHED,
        EventKind.WITHDRAWAL_REFUSED: Part.PUBLISHED,
        EventKind.PUBLICATION_WITHDRAWN: Part.PUBLISHED,
        EventKind.PUBLICATION_APPROVED: Part.PUBLISHED,
        EventKind.PUBLICATION_WITHHELD: Part.PUBLISHED,
        EventKind.WITHHOLDING_LIFTED: Part.PUBLISHED,
        EventKind.PUBLICATION_PUBLISHED: Part.PUBLISHED,
        EventKind.PUBLICATION_AMENDED: Part.PUBLISHED,
        EventKind.PUBLICATION_CORRECTED: Part.PUBLISHED,
        EventKind.OBJECTION_TAKEN: Part.OBJECTION,
        EventKind.OBJECTION_DECIDED: Part.OBJECTION,
        EventKind.DOSSIER_SEALED: Part.ARCHIVED,
    }
)
"""The acts that somebody answers for; what the house does by itself is none."""

_SIGNED: Final = {EntryType.VISIT_OPEN, EntryType.ATTEST, EntryType.SUBMIT}


@dataclass(frozen=True, slots=True)
class Acted:
    """One act. `what`: the journal's kind, or `entry.<type>` of a signed entry; `stream` and `seq`: where it stands.

    `at`: when the house took it; of an entry, when it was received.
    """

    at: datetime
    part: Part
    what: str
    by: str
    by_name: str
    role: str
    stream: str
    seq: int


async def responsibility(visit_id: UUID) -> tuple[Acted, ...]:
    """Who did what for a visit and those that are one with it, the oldest act first.

    Raises:
        NotFound: `visits.no_visit`.
    """
    joined = await joined_visits(visit_id)
    tasks = {task.task for task in await visits.served_tasks(list(joined))}
    penalties = [one.penalty.id for one in await penalties_of(visit_id)]
    streams = [f"visit:{one}" for one in joined]
    streams += [*(f"task:{one}" for one in tasks), *(f"penalty:{one}" for one in penalties)]
    lines = await store_late.lines(joined)
    names = await registry.named_people({line.inspector for line in lines})
    acted = [
        *(_act(line) for told in (await read_all(streams)).values() for line in told if line.kind in PARTS),
        *_drafted(lines, {person: name for person, (name, _) in names.items()}),
    ]
    return tuple(sorted(acted, key=lambda one: (one.at, one.stream, one.seq)))


def _act(line: JournalEntry) -> Acted:
    return Acted(
        line.at,
        PARTS[line.kind],
        line.kind.value,
        line.actor_id,
        line.actor_name,
        line.actor_role,
        line.stream,
        line.seq,
    )


def _drafted(lines: Iterable[Line], names: Mapping[UUID, str]) -> Iterator[Acted]:
    """The first entry of each inspector, and every time that he vouched for the record."""
    begun: set[UUID] = set()
    for line in sorted(lines, key=lambda one: (one.visit, one.vseq)):
        if line.inspector in names and (line.inspector not in begun or line.type in _SIGNED):
            begun.add(line.inspector)
            what, who, name = f"entry.{line.type}", str(line.inspector), names[line.inspector]
            stream = f"visit:{line.visit}"
            yield Acted(line.received_at, Part.DRAFTED, what, who, name, Role.INSPECTOR, stream, line.vseq)
