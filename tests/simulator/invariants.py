"""The invariants of sync.md §2.15, and where each is checked.

| # | here | elsewhere |
|---|---|---|
| I1 no loss | `_nothing_lost`: every entry of a living tablet is stored, with a verdict it knows | |
| I2 no duplication | `_each_once`: numbers dense and unique | `tests/sync/test_push.py` |
| I3 immutability | `_bytes_hold`: hash and body of every stored entry, as the tablets wrote it | append-only triggers |
| I4 receipt soundness | `World._check_receipt`, at the moment of every ack | |
| I5 ack monotone | `World._check_receipt`, until the store goes back | |
| I6 order independence | `_fold_holds`: permuted and doubled | `test_record_properties.py` |
| I7 convergence | `replicas`: every tablet's own fold of what it was given | `test_reference_client.py` |
| I8 no silent overwrite | `_nothing_overwritten` | `test_record_properties.py` |
| I9 conflict completeness | `_conflicts_listed` | `test_record_properties.py` |
| I10 clock independence | `_fold_holds`: every wall and mono replaced | `test_record_properties.py` |
| I11 isolation | `test_isolation.py`: each entry of a batch left out in turn | |
| I12 progress | `_nothing_left_to_do`: outboxes empty after `world.ROUNDS` round trips | |
| I13 cursor completeness | `_feeds_drained`: what stands in a feed is on the tablet, and the whole audience has it | |
| I14 cursor monotone | `World.take`: after every step | `test_reference_client.py` |
| I15 revocation | `_feeds_drained`: nothing else is on the tablet | |
| I16 history change | as I1, after restores that were announced, noticed, or neither | |
| I17 chain | `_forks_told`: two entries of one number mean a reported fork; the prefix is whole | `test_log_heads.py` |
| I18 publication | `_late_is_told`: what came after the approval says so | `tests/inspection/publicity` |
| I19 re-opening | `_conflicts_listed`: a resolved point has no unseen differing statement | `test_record_rulings.py` |
| I20 totality | `_fold_holds`: nothing breaks the fold | `test_record_properties.py` |
| I21 cost | | counted rows and statements of `tests/sync` |
| I22 media | `_fold_holds`: folded with none and with all media | `test_record_properties.py` |
| I23 log | `invariants_tree` | `tests/sync/test_log_*.py` |
| I24 authority annotates | `test_authority.py`: the same trace with and without an office | |
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from inspection.visits.listing import team_of
from inspection.visits.reading import Folded, fold_visit, known_visit
from inspection.visits.record import VisitRecord, fold
from inspection.visits.record.model import ItemClass, ItemRecord, StatementState
from inspection.visits.states import VisitState
from mobile_contract.base import b64url
from mobile_contract.client.state import Custody
from mobile_contract.envelope import ParsedEntry, entry_hash, parse_entry, parse_line
from mobile_contract.push import Reason
from sync.push.log_heads import LogHead
from tests.simulator.invariants_office import check_office, in_custody
from tests.simulator.invariants_tree import check_tree
from tests.simulator.replicas import Replicas
from tests.simulator.server import Kept, Picture
from tests.simulator.verdict import demand

if TYPE_CHECKING:
    from tests.simulator.world import World

_UNDECIDED = {
    ItemClass.CONFLICT,
    ItemClass.SELF_CONFLICT,
    ItemClass.DISPUTED,
    ItemClass.RESOLUTION_CONFLICT,
    ItemClass.REINSPECT,
    ItemClass.RESOLVED,
    ItemClass.REOPENED,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at. `folds`: the record of every visit; `forks`: the logs that forked."""

    picture: Picture
    folds: dict[UUID, Folded]

    @property
    def forks(self) -> frozenset[tuple[UUID, int]]:
        return frozenset(log for log, head in self.picture.logs.items() if head.forked)


async def check(world: World) -> Checked:
    """Assert all of them on a healed world."""
    picture = await world.server.look()
    _nothing_lost(world, picture)
    _nothing_left_to_do(world)
    _each_once(picture)
    _bytes_hold(world, picture)
    _forks_told(picture, world.founding.authority.id)
    _rights_are_told(world, picture)
    _feeds_fit(world)
    await check_office(world, picture)
    await check_tree(world, picture)
    await _feeds_drained(world, picture)
    folds = {visit: await fold_visit(await known_visit(visit)) for visit in sorted(world.known)}
    replicas = Replicas(folds, signed=world.server.signed)
    for tablet in world.tablets:
        if world.reads(tablet):
            replicas.check(tablet)
    for folded in folds.values():
        _fold_holds(folded, Random(world.trace.seed))
        _nothing_overwritten(folded.record, folded.entries)
        for item in folded.record.items:
            _conflicts_listed(item, folded)
        _late_is_told(world, folded, picture)
    return Checked(picture, folds)


def _nothing_lost(world: World, picture: Picture) -> None:
    gone = world.acks.keys() - picture.entries.keys()
    demand(not gone, "I1/I5", "acknowledged and gone", sorted(gone))
    dropped = world.refused - picture.letters
    demand(not dropped, "I1", "refused and not kept", sorted(dropped))
    for tablet in world.tablets:
        tablet.note_written()
        forgotten = tablet.written - tablet.lost - tablet.store.all_hashes()
        demand(not forgotten, "I1", "tablet", tablet.number, "forgot", sorted(forgotten))
        for entry in tablet.store.entries():
            demand(
                in_custody(picture, entry.hash, entry.line),
                "I1/I16",
                "lost",
                entry.hash,
                entry.type,
                "of tablet",
                tablet.number,
                entry.ep,
                entry.seq,
            )
            demand(entry.verdict is not None, "I1", "no verdict for", entry.hash)


def _nothing_left_to_do(world: World) -> None:
    for tablet in world.tablets:
        left = tablet.store.entries(Custody.OWN)
        demand(not left, "I12", "tablet", tablet.number, "still holds", [(one.ep, one.seq) for one in left])
        # Nothing a healthy tablet wrote is refused, whatever the network made of it on the way.
        refused = tablet.store.entries(Custody.REFUSED)
        demand(not refused, "I12", "refused for ever", [(one.hash, one.reasons) for one in refused])


def _each_once(picture: Picture) -> None:
    numbers: dict[UUID, list[int]] = defaultdict(list)
    for entry in picture.entries.values():
        if entry.vseq is not None and entry.visit is not None:
            numbers[entry.visit].append(entry.vseq)
    for visit, found in numbers.items():
        demand(sorted(found) == list(range(1, len(found) + 1)), "I2", "numbers of", visit, sorted(found))


def _bytes_hold(world: World, picture: Picture) -> None:
    for hash_, entry in picture.entries.items():
        demand(b64url(entry_hash(entry.header)) == hash_, "I3", "bytes of", hash_)
    for tablet in world.tablets:
        for own in tablet.store.entries():
            line = parse_line(own.line.encode())
            kept = picture.entries.get(own.hash)
            if kept is not None:
                demand(kept.header == line.p.encode(), "I3", "stored otherwise than written", own.hash)
            if kept is not None and kept.body is not None:
                demand(kept.body == (line.b or "").encode(), "I3", "stored otherwise than written", own.hash)
                digest = b64url(hashlib.sha256(kept.body).digest())
                demand(parse_entry(line).header.body == digest, "I3", "body of", own.hash)


def _forks_told(picture: Picture, office: UUID) -> None:
    slots: dict[tuple[UUID, int], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in picture.entries.values():
        if entry.device != office:
            slots[entry.device, entry.epoch][entry.seq].add(entry.hash)
    for log, taken in slots.items():
        head = picture.logs.get(log, LogHead(*log))
        if any(len(hashes) > 1 for hashes in taken.values()):
            demand(head.forked, "I17", "a fork nobody reports", log)
        whole = set(range(1, head.seq + 1)) <= taken.keys()
        demand(whole, "I17", "a head beyond its entries", log, head.seq, sorted(taken))
        demand(head.top == max(taken), "I17", "the highest number of", log, head.top, max(taken))
        demand(head.seq == _prefix(taken), "I17", "the head lags behind", log, head.seq, _prefix(taken))


def _prefix(taken: dict[int, set[str]]) -> int:
    seq = 0
    while seq + 1 in taken:
        seq += 1
    return seq


def _feeds_fit(world: World) -> None:
    """I13: a snapshot heals what does not fit together. Where nothing went back and nothing old was told, none is
    needed: a tablet that takes one all the same found a hole.
    """
    went_back = world.report.server_restores or world.report.tablet_restores or world.report.stale
    demand(went_back or not world.snapshots_taken(), "I13", "a feed did not fit together")


def _rights_are_told(world: World, picture: Picture) -> None:
    """I20, I24: nothing waits for what is known, and what a revoked device sent since is marked."""
    waiting = [one.hash for one in picture.entries.values() if one.vseq is None and one.visit in world.known]
    demand(not waiting, "I20", "still waiting for a visit that is known", waiting)
    for device in world.revoked:
        late = [one for one in picture.entries.values() if one.device == device]
        late = [one for one in late if one.hash not in world.before_revocation[device]]
        unmarked = [one.hash for one in late if Reason.DEVICE_REVOKED not in one.reasons]
        demand(not unmarked, "I24", "of a revoked device and counted", unmarked)


async def _feeds_drained(world: World, picture: Picture) -> None:
    for tablet in world.tablets:
        device = tablet.id
        stands = picture.feeds.get(device, {})
        if world.reads(tablet):
            has = set(tablet.store.topics())
            demand(has == set(stands), "I13/I15", "tablet", tablet.number, "has", has ^ set(stands))
        acting = world.bound[device]
        for visit in world.known:
            row = await known_visit(visit)
            visible = bool(acting & set(await team_of(visit)))
            told = f"visit:{visit}" in stands
            demand(visible or not told, "I15", "tablet", tablet.number, "is told of", visit)
            # Whoever is bound after the approval is not told any more.
            if visible and row.state is not VisitState.APPROVED and world.reads(tablet):
                demand(told, "I13", "tablet", tablet.number, "is not told of", visit)


def _again(folded: Folded, entries: list[ParsedEntry], complete: frozenset[str] = frozenset()) -> VisitRecord:
    setting = folded.setting
    joined = frozenset(one.id for one in setting.joined)
    return fold(setting.visit.id, entries, folded.authority, setting.scheme, complete, joined)


def _fold_holds(folded: Folded, random: Random) -> None:
    entries = list(folded.entries)
    broken = [one for one in folded.record.isolated if one.why == "breaks-the-fold"]
    demand(not broken, "I20", broken)
    shuffled = [*entries, *random.sample(entries, len(entries) // 3)]
    random.shuffle(shuffled)
    demand(_again(folded, shuffled) == folded.record, "I6", "order", folded.setting.visit.id)
    elsewhen = [_at_another_time(entry, random) for entry in entries]
    demand(_timeless(_again(folded, elsewhen)) == _timeless(folded.record), "I10", folded.setting.visit.id)
    media = frozenset(one.digest for one in folded.record.media)
    complete = replace(_again(folded, entries, media), missing_media=())
    demand(complete == replace(folded.record, missing_media=()), "I22", folded.setting.visit.id)


def _at_another_time(entry: ParsedEntry, random: Random) -> ParsedEntry:
    other = {"wall": random.randrange(1 << 50), "mono": random.randrange(1 << 40)}
    return replace(entry, header=entry.header.model_copy(update=other))


def _timeless(record: VisitRecord) -> VisitRecord:
    return replace(record, stays=tuple(replace(one, arrived_wall=None, left_wall=None) for one in record.stays))


def _nothing_overwritten(record: VisitRecord, entries: tuple[ParsedEntry, ...]) -> None:
    aside = {one.hash for one in (*record.held, *record.isolated, *record.erased)}
    shown = {one.hash: one for one in record.unplaced}
    for item in record.items:
        shown |= {one.hash: one for one in item.statements}
    for entry in entries:
        if entry.header.type == "answer.set" and entry.text_hash not in aside:
            demand(entry.text_hash in shown, "I8", "not shown", entry.text_hash)
    for statement in shown.values():
        explained = statement.state is StatementState.CURRENT or statement.by or statement.reasons
        invalid = statement.state is StatementState.INVALID
        demand(bool(explained or invalid), "I8", "gone without a word", statement.hash, statement.state)


def _conflicts_listed(item: ItemRecord, folded: Folded) -> None:
    standing = [one for one in item.statements if one.state is StatementState.CURRENT]
    values = {one.value for one in standing}
    if len(values) > 1:
        demand(item.cls in _UNDECIDED, "I9", item.code, item.cls, values)
    overruled = [one for one in item.statements if one.state is StatementState.RESOLVED_AGAINST]
    if item.cls is ItemClass.RESOLVED and item.value is not None:
        seen = {hash_ for one in folded.entries if one.text_hash in item.rulings for hash_ in _considered(one, folded)}
        unseen = {one.hash for one in (*standing, *overruled) if one.value != item.value} - seen
        demand(not unseen, "I19", item.code, "resolved over unseen", unseen)


def _considered(entry: ParsedEntry, folded: Folded) -> set[str]:
    by_hash = {one.text_hash: one for one in folded.entries}
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        for target in waiting.pop().header.over:
            if target not in found:
                found.add(target)
                if target in by_hash and by_hash[target].header.type == "resolve":
                    waiting.append(by_hash[target])
    return found


def _late_is_told(world: World, folded: Folded, picture: Picture) -> None:
    """I18. What was there before is known from what was seen then: clocks that were set back tell it wrongly."""
    before = world.before_approval.get(folded.setting.visit.id)
    if before is None:
        return
    for entry in folded.entries:
        kept: Kept = picture.entries[entry.text_hash]
        if entry.text_hash not in before:
            told = Reason.AFTER_APPROVAL in kept.reasons or Reason.AFTER_PUBLICATION in kept.reasons
            demand(told, "I18", "came late and does not say so", entry.text_hash)
