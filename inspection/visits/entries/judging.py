"""Brings together what entries are judged by when they come, and when the visit that they waited for appears."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from inspection.visits.entries.admission import (
    DEVICE_FACTS,
    Circumstances,
    Judgement,
    VerifiedEntry,
    VisitFacts,
    device_reasons,
    judge,
)
from inspection.visits.reading import parsed
from inspection.visits.rows import StoredEntry, VisitRow
from inspection.visits.setting import setting_of
from mobile_contract.envelope import ParsedEntry
from mobile_contract.push import Reason

Removals: TypeAlias = Callable[[UUID, Collection[UUID]], Awaitable[Mapping[UUID, int]]]
"""Asks of a visit: by which number of its feed was each of these devices told, at the latest, that it lost the visit?

Feeds belong to the room above; it hands its answer in. A device that was never told is left out.
"""


async def nobody_told(_visit: UUID, _devices: Collection[UUID]) -> Mapping[UUID, int]:
    """`Removals` where there are no feeds."""
    return {}


class Judged(NamedTuple):
    """An entry with its judgement."""

    entry: ParsedEntry
    judgement: Judgement


async def judge_fresh(
    visit: VisitRow | None,
    fresh: Sequence[VerifiedEntry],
    now: datetime,
    removals: Removals,
    bearers: Iterable[tuple[UUID, str]],
) -> list[Judged]:
    """Judge entries that were not known before, in their order. `bearers`: (id, hash) of the stored entries that bear
    an id of theirs.
    """
    facts, removed = None, dict[UUID, int]()
    if visit is not None:
        facts = await _facts(visit, [one.entry for one in fresh])
        # Only an anchor can prove that somebody knew: without one nobody needs to be asked.
        suspects = {one.device_id for one in fresh if one.aware and _recused(one.entry, facts)}
        removed |= await removals(visit.id, suspects) if suspects else {}
    reused = _reused([one.entry for one in fresh], bearers)
    shared: dict[object, frozenset[Reason]] = {}
    return [
        Judged(
            one.entry,
            judge(
                one.entry,
                facts,
                Circumstances(
                    now,
                    min(now, one.not_after or now),
                    device_reasons(one),
                    one.entry.header.id in reused,
                    one.aware,
                    removed.get(one.device_id),
                ),
                shared,
            ),
        )
        for one in fresh
    ]


async def judge_waiting(visit: VisitRow, waiting: Sequence[StoredEntry]) -> list[Judged]:
    """Judge entries that were stored before their visit was known, by when they came and what was found then.

    None of them can have been made after a removal: there was nothing yet that could have been taken away.
    """
    entries = [parsed(stored) for stored in waiting]
    facts = await _facts(visit, entries)
    return [
        Judged(entry, judge(entry, facts, _as_stored(stored))) for stored, entry in zip(waiting, entries, strict=True)
    ]


def _as_stored(stored: StoredEntry) -> Circumstances:
    noticed = frozenset(Reason(reason) for reason in stored.reasons if reason in DEVICE_FACTS)
    return Circumstances(stored.received_at, stored.received_at, noticed, Reason.ID_REUSE in stored.reasons)


async def _facts(visit: VisitRow, entries: Sequence[ParsedEntry]) -> VisitFacts:
    setting = await setting_of(visit, (entry.header.ck for entry in entries))
    return await setting.facts({entry.header.ins for entry in entries})


def _recused(entry: ParsedEntry, facts: VisitFacts) -> bool:
    return facts.former.get(str(entry.header.ins)) == Reason.RECUSED


def _reused(entries: Sequence[ParsedEntry], stored: Iterable[tuple[UUID, str]]) -> frozenset[UUID]:
    """Ids that more than one entry bears, stored ones included."""
    bearers: dict[UUID, set[str]] = defaultdict(set)
    for id_, hash_ in stored:
        bearers[id_].add(hash_)
    for entry in entries:
        bearers[entry.header.id].add(entry.text_hash)
    return frozenset(id_ for id_, hashes in bearers.items() if len(hashes) > 1)
