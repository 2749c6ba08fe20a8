"""Taking authentic entries into custody: exact bytes under their hash, each with its number in its visit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, append
from inspection.kernel.unit_of_work import in_unit, inside_unit
from inspection.registry.find import inspectors
from inspection.visits import store
from inspection.visits.entries import store as store_entries
from inspection.visits.entries.admission import AT_THE_DOOR, VerifiedEntry
from inspection.visits.entries.judging import Judged, Removals, judge_fresh, judge_waiting, nobody_told
from inspection.visits.notices.serving import take_servings
from inspection.visits.reading import parsed
from inspection.visits.rows import Place, StoredEntry, VisitRow
from inspection.visits.states import VisitState
from mobile_contract.decisions import DECISION_OF, DecisionType
from mobile_contract.entries import EntryType
from mobile_contract.push import Reason, Verdict

__all__ = ["Admission", "VerifiedEntry", "admit_entries", "known_entries", "readmit_waiting"]


class Admission(NamedTuple):
    """What became of one entry. `vseq`: its number in the visit, the same for ever; None while it waits for one."""

    hash: str
    verdict: Verdict
    reasons: tuple[str, ...]
    visit: UUID | None
    vseq: int | None


async def known_entries(hashes: Collection[str]) -> frozenset[str]:
    """Those of these entries that are in custody already: their signatures need not be verified again."""
    return await store_entries.known(hashes)


async def entries_since(device: UUID, since: datetime) -> tuple[int, int]:
    """How many entries that a device signed came into custody at `since` or later, and the bytes of their bodies."""
    return await store_entries.size_since(device, since)


async def admit_entries(
    cmd: Command, entries: Sequence[VerifiedEntry], carrier: UUID, *, removals: Removals = nobody_told
) -> list[Admission]:
    """Store the entries and judge them; one transaction and one journal line for each visit among them.

    Never refuses an entry. One that is there already is a `duplicate` at its first place and changes nothing. `carrier`
    is the device that brought them; `removals` asks the feeds what devices were told. Answers stand in the order of
    `entries`.
    """
    groups: dict[UUID | None, list[VerifiedEntry]] = defaultdict(list)
    for verified in entries:
        groups[verified.entry.header.visit].append(verified)
    told: dict[str, Admission] = {}
    # Sorted, so that two pushes that touch the same visits lock them in the same order.
    for visit in sorted(groups, key=str):
        group = (cmd, visit, groups[visit], carrier, removals)
        # Inside the caller's unit what fails here fails there: it needs no savepoint.
        told |= await (_admit_group(*group) if inside_unit() else in_unit(_admit_group, *group))
    return _in_order(entries, told)


async def readmit_waiting(cmd: Command, limit: int = 100) -> int:
    """Admit entries whose visit appeared while they were being stored; how many. For the worker's sweep."""
    moved = 0
    for visit_id in await store_entries.awaited_visits(limit):
        moved += await in_unit(readmit, cmd, visit_id)
    return moved


async def readmit(cmd: Command, visit_id: UUID) -> int:
    """Number and judge the entries that waited for this visit, if it is known now. Call inside a unit of work.

    Only those by people of its authority: to all others it stays as unknown as one that does not exist.
    """
    waiting = await store_entries.waiting_for(visit_id)
    visit = await store.lock_visit(visit_id) if waiting else None
    if visit is None or not (waiting := await _of_authority(visit.authority, waiting)):
        return 0
    judged = await judge_waiting(visit, waiting)
    first = await store_entries.claim(visit.id, len(judged))
    for number, one in enumerate(judged, start=first):
        judgement = one.judgement
        await store_entries.settle(Place(one.entry.text_hash, visit.id, number, judgement.verdict, judgement.reasons))
    await _move_on(cmd, visit, judged)
    await append(
        cmd.event(EventKind.ENTRIES_READMITTED, f"visit:{visit.id}", first=first, last=first + len(judged) - 1)
    )
    return len(judged)


async def _of_authority(authority: UUID, waiting: Sequence[StoredEntry]) -> list[StoredEntry]:
    authors = {stored.hash: parsed(stored).header.ins for stored in waiting}
    known = await inspectors(set(authors.values()))
    own = {person for person, facts in known.items() if facts.authority == authority}
    return [stored for stored in waiting if authors[stored.hash] in own]


async def _admit_group(
    cmd: Command, visit_id: UUID | None, group: Sequence[VerifiedEntry], carrier: UUID, removals: Removals
) -> dict[str, Admission]:
    visit = await _visit_for(cmd, visit_id)
    sent = {verified.entry.text_hash: verified for verified in group}
    bearers = await store_entries.bearers({str(verified.entry.header.id) for verified in group})
    told = {place.hash: _duplicate(place) for _, place in bearers if place.hash in sent}
    late = [sent[place.hash] for _, place in bearers if place.hash in sent and Reason.BODY_MISSING in place.reasons]
    if late:
        await _complete(cmd, visit, [one for one in late if one.entry.b is not None], removals, bearers)
    fresh = [verified for hash_, verified in sent.items() if hash_ not in told]
    if not fresh:
        return told
    judged = await judge_fresh(visit, fresh, cmd.now, removals, [(id_, place.hash) for id_, place in bearers])
    if visit is None:
        return told | await _keep_waiting(cmd, visit_id, judged, carrier)
    await readmit(cmd, visit.id)
    return told | await _number(cmd, visit, judged, carrier)


async def _complete(
    cmd: Command,
    visit: VisitRow | None,
    late: Sequence[VerifiedEntry],
    removals: Removals,
    bearers: Sequence[tuple[UUID, Place]],
) -> None:
    """Keep the bodies of entries whose headers came alone (sync.md §4, case 24), and judge the whole entries."""
    waiting = await store_entries.without_body([one.entry.text_hash for one in late])
    places = {place.hash: place for _, place in bearers}
    whole = [one for one in late if one.entry.text_hash in waiting]
    judged = await judge_fresh(visit, whole, cmd.now, removals, [(id_, place.hash) for id_, place in bearers])
    numbers: list[int] = []
    for one in judged:
        place, judgement = places[one.entry.text_hash], one.judgement
        at = Place(place.hash, place.visit, place.vseq, judgement.verdict, judgement.reasons)
        await store_entries.give_body(at, one.entry.b or b"")
        numbers += [] if place.vseq is None else [place.vseq]
    if visit is not None and numbers:
        await _move_on(cmd, visit, judged)
        newest = await store_entries.claim(visit.id, 0) - 1
        stream, first = f"visit:{visit.id}", min(numbers)
        await append(cmd.event(EventKind.ENTRIES_READMITTED, stream, first=first, last=newest, bodies=len(numbers)))


async def _visit_for(cmd: Command, visit_id: UUID | None) -> VisitRow | None:
    visit = await store.lock_visit(visit_id) if visit_id is not None else None
    # Another authority's visit is as unknown here as one that does not exist.
    if visit is not None and cmd.authority is not None and visit.authority != cmd.authority:
        return None
    return visit


async def _keep_waiting(
    cmd: Command, visit_id: UUID | None, judged: Sequence[Judged], carrier: UUID
) -> dict[str, Admission]:
    """Entries without a known visit: stored, without a number."""
    stored = await store_entries.add_told([_row(one, None, carrier, cmd.now) for one in judged])
    told = {one.entry.text_hash: _admission(one, visit_id, None) for one in judged if one.entry.text_hash in stored}
    late = {one.entry.text_hash for one in judged} - stored
    told |= {hash_: _duplicate(place) for hash_, place in (await store_entries.places(late)).items()}
    if stored:
        stream = f"visit:{visit_id}" if visit_id is not None else f"device:{carrier}"
        await append(
            cmd.event(EventKind.ENTRIES_KEPT, stream, count=len(stored), carrier=str(carrier), hashes=sorted(stored))
        )
    return told


async def _number(cmd: Command, visit: VisitRow, judged: Sequence[Judged], carrier: UUID) -> dict[str, Admission]:
    first = await store_entries.claim(visit.id, len(judged))
    numbered = list(enumerate(judged, start=first))
    if not await store_entries.add([_row(one, number, carrier, cmd.now) for number, one in numbered]):
        for number, one in numbered:
            # What a push stored that did not see the visit yet has no number, so it gets the one taken for it.
            told = Place(one.entry.text_hash, visit.id, number, one.judgement.verdict, one.judgement.reasons)
            await store_entries.settle(told)
    await _move_on(cmd, visit, judged)
    verdicts = [one.judgement.verdict for one in judged]
    await append(
        cmd.event(
            EventKind.ENTRIES_ADMITTED,
            f"visit:{visit.id}",
            first=first,
            last=first + len(judged) - 1,
            carrier=str(carrier),
            held=verdicts.count(Verdict.HELD),
            flagged=verdicts.count(Verdict.FLAGGED),
        )
    )
    return {one.entry.text_hash: _admission(one, visit.id, number) for number, one in numbered}


async def _move_on(cmd: Command, visit: VisitRow, judged: Sequence[Judged]) -> None:
    """The visit's own state: its first record makes it a visit that was carried out.

    What does not count moves nothing, until a leader admits it: a stolen tablet must not begin a visit.
    """
    change: dict[str, Any] = {}
    types = {one.entry.header.type for one in judged if one.judgement.counts}
    admitted = DecisionType.ADMIT in types
    # What else the office decides is nothing that was recorded there.
    recorded = bool(types - DECISION_OF.keys())
    if (recorded and visit.state is VisitState.RETURNED) or ((recorded or admitted) and visit.state is VisitState.OPEN):
        change["state"] = VisitState.IN_PROGRESS.value
    at_the_door = admitted or not AT_THE_DOOR.isdisjoint(types)
    if visit.executed_at is None and at_the_door and visit.state is not VisitState.CANCELLED:
        change["executed_at"] = cmd.now
    if change:
        await store.change_visit(visit.id, **change)
    if served := [one for one in judged if one.entry.header.type == EntryType.NOTICE_SERVE]:
        await take_servings(cmd, visit, served, arrived=at_the_door or visit.executed_at is not None)


def _row(one: Judged, number: int | None, carrier: UUID, now: datetime) -> tuple[Any, ...]:
    """In the order of `store_entries.WRITTEN`."""
    entry, header = one.entry, one.entry.header
    return (
        entry.text_hash,
        header.id,
        header.visit,
        header.dev,
        carrier,
        header.ep,
        header.seq,
        header.prev,
        header.ins,
        header.type,
        entry.kid,
        entry.alg,
        entry.p,
        entry.b,
        entry.sig,
        number,
        one.judgement.verdict.value,
        store_entries.reasons_text(one.judgement.reasons),
        now,
    )


def _admission(one: Judged, visit: UUID | None, number: int | None) -> Admission:
    return Admission(one.entry.text_hash, one.judgement.verdict, one.judgement.reasons, visit, number)


def _duplicate(place: Place) -> Admission:
    return Admission(place.hash, Verdict.DUPLICATE, place.reasons, place.visit, place.vseq)


def _in_order(entries: Sequence[VerifiedEntry], told: dict[str, Admission]) -> list[Admission]:
    """A line that stands twice among `entries` is a duplicate of its first copy."""
    seen: set[str] = set()
    answers: list[Admission] = []
    for verified in entries:
        first = told[verified.entry.text_hash]
        if first.hash in seen:
            first = Admission(first.hash, Verdict.DUPLICATE, first.reasons, first.visit, first.vseq)
        seen.add(first.hash)
        answers.append(first)
    return answers
