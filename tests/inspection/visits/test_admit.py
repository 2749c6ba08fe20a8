"""Custody before judgement: what is stored, at which place, and with which word."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspection.authority.tables import Authority
from inspection.kernel.command import Command
from inspection.kernel.journal import EventKind, read
from inspection.kernel.sql import bulk_insert
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry.inspectors.facts import CertificateFacts
from inspection.registry.inspectors.tables import Inspector
from inspection.registry.inspectors.terms import CertificateStatus
from inspection.visits.entries import admit
from inspection.visits.entries import store as store_entries
from inspection.visits.entries.admission import Circumstances, VerifiedEntry, VisitFacts, device_reasons, judge
from inspection.visits.entries.admit import admit_entries, known_entries, readmit_waiting
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.reading import known_visit, read_record
from inspection.visits.record import scheme_of
from inspection.visits.states import VisitState
from inspection.visits.tables import Entry
from mobile_contract.envelope import ParsedEntry, entry_hash
from mobile_contract.push import Verdict
from tests.inspection.publicity.world import RULES, insert
from tests.inspection.visits.tablet import ANNE, BO, CHEN, FIRE, Tablet, ref
from tests.inspection.visits.world import CARRIER, START, World
from tests.inspection.visits.worlds import worlds


async def test_bytes_are_kept_exactly_under_their_hash(world: World) -> None:
    visit = await world.open_visit()
    entry = world.tablet(0, visit).write("note.add", {"text": "a\u0000b 🐉 \u2028"})
    (admitted,) = await world.push(entry)
    assert (admitted.verdict, admitted.visit, admitted.vseq) == (Verdict.ACCEPTED, visit, 1)
    (stored,) = await store_entries.entries(visit)
    assert (stored.header, stored.body, stored.signature) == (entry.p, entry.b, entry.sig)
    assert stored.hash == entry.text_hash
    assert entry_hash(stored.header) == entry.hash
    assert (await read_record(visit)).notes[0].text == "a␀b 🐉 \u2028"


async def test_the_database_itself_refuses_to_change_or_delete_an_entry(world: World) -> None:
    visit = await world.open_visit()
    entry = world.tablet(0, visit).answer("f1", "yes")
    await world.push(entry)
    for change in (
        Entry.update({Entry.body: b"{}"}).where(Entry.hash == entry.text_hash),
        Entry.update({Entry.carrier: UUID(int=9)}).where(Entry.hash == entry.text_hash),
        Entry.delete().where(Entry.hash == entry.text_hash),
    ):
        with pytest.raises(Exception, match="append-only"):
            await change


async def test_a_repeated_entry_is_a_duplicate_at_its_first_place_and_changes_nothing(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    one, two = tablet.answer("f1", "yes"), tablet.answer("f3", "yes")
    await world.push(one)
    lines = len(await read(f"visit:{visit}"))
    again = await world.push(one)
    assert [(a.verdict, a.visit, a.vseq) for a in again] == [(Verdict.DUPLICATE, visit, 1)]
    assert len(await read(f"visit:{visit}")) == lines
    mixed = await world.push(two, one, two)
    assert [(a.verdict, a.vseq) for a in mixed] == [
        (Verdict.ACCEPTED, 2),
        (Verdict.DUPLICATE, 1),
        (Verdict.DUPLICATE, 2),
    ]
    assert await known_entries([one.text_hash, "x" * 43]) == {one.text_hash}


async def test_numbers_are_dense_in_each_visit_and_one_push_writes_one_line_a_visit(world: World) -> None:
    here, there = await world.open_visit(objects=(0,)), await world.open_visit(objects=(1,))
    a, b = world.tablet(0, here), world.tablet(0, there, device=UUID(int=9))
    entries = [a.answer("f1", "yes"), b.answer("f1", "no"), a.answer("f3", "yes"), b.answer("f3", "no")]
    assert [(x.visit, x.vseq) for x in await world.push(*entries)] == [(here, 1), (there, 1), (here, 2), (there, 2)]
    assert [(x.visit, x.vseq) for x in await world.push(a.answer("f2", "yes"))] == [(here, 3)]
    kinds = [line.kind for line in await read(f"visit:{here}")]
    assert kinds.count(EventKind.ENTRIES_ADMITTED) == 2


async def test_two_pushes_of_one_batch_at_once_number_every_entry_once(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    entries = [tablet.answer("f1", "yes") for _ in range(8)]
    first, second = await asyncio.gather(world.push(*entries), world.push(*reversed(entries)))
    told = [*first, *second]
    assert sorted(a.vseq or 0 for a in told if a.verdict is Verdict.ACCEPTED) == list(range(1, 9))
    assert sum(a.verdict is Verdict.DUPLICATE for a in told) == 8
    assert {a.hash: a.vseq for a in first} == {a.hash: a.vseq for a in second}


async def test_a_push_that_fails_half_way_leaves_no_trace_and_no_gap(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)

    async def fails(*_: Any) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(admit, "append", fails)
        with pytest.raises(RuntimeError):
            await world.push(tablet.answer("f1", "yes"))
    assert await store_entries.entries(visit) == []
    assert [a.vseq for a in await world.push(tablet.answer("f1", "no"))] == [1]


async def test_entries_of_an_unknown_visit_are_held_and_numbered_when_it_appears(world: World) -> None:
    visit = UUID(int=0xABCDEF)
    tablet = world.tablet(0, visit)
    entries = [tablet.answer("f1", "yes"), tablet.answer("f3", "no")]
    held = await world.push(*entries)
    assert [(a.verdict, a.reasons, a.vseq) for a in held] == [(Verdict.HELD, ("unknown-visit",), None)] * 2
    assert [a.verdict for a in await world.push(entries[0])] == [Verdict.DUPLICATE]
    assert await readmit_waiting(world.cmd()) == 0
    made = await world.draw()
    world.cmd = _with_next_id(world, visit)  # type: ignore[method-assign]
    (assembled,) = (await assemble_visits(world.cmd(), draw_id=made.draw)).created
    assert assembled == visit
    assert [a.vseq for a in await world.push(*entries)] == [
        stored.vseq
        for entry in entries
        for stored in await store_entries.entries(visit)
        if stored.hash == entry.text_hash
    ]
    assert {stored.vseq for stored in await store_entries.entries(visit)} == {1, 2}
    record = await read_record(visit)
    assert [item.value for item in record.items] == ["yes", None, "no"]
    assert EventKind.ENTRIES_READMITTED in {line.kind for line in await read(f"visit:{visit}")}


async def test_entries_stored_in_the_moment_their_visit_appears_are_found_by_the_next_push_or_sweep(
    world: World,
) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    late, lost, next_one = tablet.answer("f1", "yes"), tablet.answer("f2", "yes"), tablet.answer("f3", "yes")
    await _store_as_held(late)
    assert [a.vseq for a in await world.push(next_one)] == [2]
    await _store_as_held(lost)
    assert await readmit_waiting(world.cmd()) == 1
    assert {s.hash: s.vseq for s in await store_entries.entries(visit)} == {
        late.text_hash: 1,
        next_one.text_hash: 2,
        lost.text_hash: 3,
    }


async def test_a_push_that_meets_a_held_copy_gives_it_the_number_it_took(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await world.open_visit()
    entry = world.tablet(0, visit).answer("f1", "yes")
    real = store_entries.claim

    async def overtaken(visit_id: UUID, count: int) -> int:
        await _store_as_held(entry)
        return await real(visit_id, count)

    with monkeypatch.context() as race:
        race.setattr(store_entries, "claim", overtaken)
        assert [a.vseq for a in await world.push(entry)] == [1]
    assert [(s.hash, s.vseq) for s in await store_entries.entries(visit)] == [(entry.text_hash, 1)]


async def test_the_first_record_makes_it_a_visit_that_was_carried_out(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    await world.push(tablet.write("visit.open", {"object": str(world.objects[0])}))
    row = await known_visit(visit)
    assert (row.state, row.executed_at) == (VisitState.IN_PROGRESS, None)
    await world.push(tablet.write("arrive", {"no_fix": "室内"}), revoked=True)
    assert (await known_visit(visit)).executed_at is None
    await world.push(tablet.write("arrive", {"no_fix": "室内"}))
    executed = (await known_visit(visit)).executed_at
    assert executed == world.now
    await world.push(tablet.answer("f1", "yes"))
    assert (await known_visit(visit)).executed_at == executed


async def test_a_visit_of_another_authority_is_as_unknown_as_none(world: World) -> None:
    visit = await world.open_visit()
    entry = world.tablet(0, visit).answer("f1", "yes")
    stranger = replace(world.cmd(), authority=world.plan)
    verified = VerifiedEntry(entry, entry.header.dev, frozenset({entry.header.ins}), revoked=False)
    (told,) = await admit_entries(stranger, [verified], CARRIER)
    assert (told.verdict, told.vseq) == (Verdict.HELD, None)
    await Inspector.update(
        {Inspector.authority: await insert(Authority, code="other", name="x", rule_set=RULES)}
    ).where(Inspector.id == world.people[0])
    assert await readmit_waiting(world.cmd()) == 0
    await world.push(world.tablet(1, visit).answer("f1", "yes"))
    assert set((await read_record(visit)).entries).isdisjoint({entry.text_hash})


async def test_an_entry_without_a_visit_is_kept_with_its_device(world: World) -> None:
    entry = world.tablet(0, world.plan).write("log.epoch", {"reason": "fork"}, visit=None)
    assert [(a.verdict, a.visit, a.vseq) for a in await world.push(entry)] == [(Verdict.ACCEPTED, None, None)]
    assert await known_entries([entry.text_hash]) == {entry.text_hash}


async def test_a_revoked_device_or_a_strangers_hand_is_stored_flagged_and_not_counted(world: World) -> None:
    visit = await world.open_visit()
    a, c = world.tablet(0, visit), world.tablet(2, visit)
    (revoked,) = await world.push(a.answer("f1", "no"), revoked=True)
    (borrowed,) = await world.push(a.answer("f1", "no"), inspectors=frozenset({world.people[1]}))
    (stranger,) = await world.push(c.answer("f1", "no"))
    assert [(x.verdict, x.reasons) for x in (revoked, borrowed, stranger)] == [
        (Verdict.FLAGGED, ("device-revoked",)),
        (Verdict.FLAGGED, ("not-bound",)),
        (Verdict.FLAGGED, ("not-in-team",)),
    ]
    record = await read_record(visit)
    assert record.items[0].cls.value == "unanswered"
    assert {one.reasons for one in record.items[0].statements} == {
        ("device-revoked",),
        ("not-bound",),
        ("not-in-team",),
    }


async def test_one_id_on_two_contents_keeps_both_and_flags_the_second(world: World) -> None:
    visit = await world.open_visit()
    a, twin = world.tablet(0, visit), world.tablet(0, visit)
    (first,) = await world.push(a.answer("f1", "yes"))
    (second,) = await world.push(twin.answer("f1", "no"))
    assert (first.verdict, second.verdict, second.reasons) == (Verdict.ACCEPTED, Verdict.FLAGGED, ("id-reuse",))
    assert (second.vseq, len((await read_record(visit)).entries)) == (2, 2)


@given(entries=worlds, data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_i2_i3_i5_any_way_of_pushing_stores_the_same_set_once(
    world: World, entries: list[ParsedEntry], data: st.DataObject
) -> None:
    # Nobody knows this visit: the entries are kept all the same, and that is what these invariants are about.
    pushes = data.draw(st.lists(st.lists(st.sampled_from(entries), max_size=6), max_size=4)) if entries else []
    for batch in (*pushes, entries):
        await world.push(*batch)
    again = await world.push(*entries)
    assert {a.verdict for a in again} <= {Verdict.DUPLICATE}
    wanted = {entry.text_hash: entry for entry in entries}
    rows = await Entry.select(Entry.hash, Entry.header, Entry.body).where(Entry.hash.is_in([*wanted, "none"]))
    assert sorted(row["hash"] for row in rows) == sorted(wanted)
    for row in rows:
        entry = wanted[row["hash"]]
        assert (bytes(row["header"]), row["body"] and bytes(row["body"])) == (entry.p, entry.b)
        assert entry_hash(bytes(row["header"])) == entry.hash


VALID = CertificateFacts(
    UUID(int=1), "某市司法局", "ZF-1", date(2026, 1, 1), date(2026, 3, 2), (), (), CertificateStatus.VALID, None, None
)
"""Its last day is the local day of START."""

FACTS = VisitFacts(
    VisitState.IN_PROGRESS,
    START,
    frozenset({str(ANNE), str(BO)}),
    scheme_of([FIRE]),
    {str(CHEN): "recused"},
    frozenset({str(ANNE)}),
    certificates={str(person): (VALID,) for person in (ANNE, BO, CHEN)},
)
WALL = int(START.timestamp() * 1000)


def verdict(
    entry: ParsedEntry, facts: VisitFacts | None = FACTS, latest: datetime = START, **known: int | None
) -> tuple[Verdict, tuple[str, ...]]:
    told = judge(entry, facts, Circumstances(START, latest, **known))  # type: ignore[arg-type]
    return told.verdict, told.reasons


def on_time(who: UUID = ANNE) -> Tablet:
    return Tablet(who, wall=WALL)


def test_a_clock_far_ahead_or_from_before_the_visit_is_suspect_and_nothing_more() -> None:
    for wall in (0, WALL - 121_000, WALL + 121_000, 2**53 - 1, -(2**53) + 1):
        assert verdict(on_time().answer("f1", "yes", wall=wall)) == (Verdict.FLAGGED, ("clock-suspect",))
    for wall in (WALL - 119_000, WALL + 119_000):
        assert verdict(on_time().answer("f1", "yes", wall=wall)) == (Verdict.ACCEPTED, ())


def test_what_cannot_be_folded_yet_is_held() -> None:
    unknown = ref(FIRE.model_copy(update={"version": 9}))
    bare = on_time().answer("f1", "yes")
    cases = {
        "unknown-type": on_time().write("smell.add", {}),
        "newer-version": on_time().write("answer.set", {"item": "f1", "value": "yes"}, v=2),
        "unknown-checklist": on_time().answer("f1", "yes", ck=unknown),
        "body-missing": ParsedEntry(bare.header, None, bare.hash, bare.p, None, bare.sig, bare.kid, bare.alg),
    }
    for reason, entry in cases.items():
        told, reasons = verdict(entry)
        assert (told, reason in reasons) == (Verdict.HELD, True)
    assert verdict(bare, None) == (Verdict.HELD, ("unknown-visit",))


def test_what_is_folded_but_needs_an_eye_is_flagged() -> None:
    newer = FIRE.model_copy(update={"version": 8})
    aware = replace(FACTS, scheme=scheme_of([FIRE], [newer]))
    approved = replace(FACTS, state=VisitState.APPROVED)
    flagged = {
        "unknown-item": (on_time().answer("zz", "yes"), FACTS),
        "invalid-value": (on_time().answer("f1", "perhaps"), FACTS),
        "invalid-body": (on_time().write("answer.set", {"item": 5}), FACTS),
        "recused": (on_time(CHEN).answer("f1", "yes"), FACTS),
        "not-in-team": (on_time(BO).decide("admit", on_time().answer("f1", "yes")), FACTS),
        "superseded-checklist": (on_time().answer("f1", "yes", ck=ref(newer)), aware),
        "after-approval": (on_time().answer("f1", "yes"), approved),
        "after-publication": (on_time().answer("f1", "yes"), replace(approved, published=True)),
        "cancelled-task": (on_time().answer("f1", "yes", tasks=[str(CHEN)]), replace(FACTS, tasks=frozenset({BO}))),
        "certificate-expired": (on_time().answer("f1", "yes"), replace(FACTS, certificates={})),
    }
    for reason, (entry, facts) in flagged.items():
        assert verdict(entry, facts) == (Verdict.FLAGGED, (reason,))


def test_recused_or_acted_after_recusal_is_told_by_what_the_tablet_had_confirmed() -> None:
    late = on_time(CHEN).answer("f1", "yes")
    for aware, removed in ((0, None), (9, None), (0, 5), (4, 5)):
        assert verdict(late, aware=aware, removed=removed) == (Verdict.FLAGGED, ("recused",))
    for aware, removed in ((5, 5), (9, 5)):
        assert verdict(late, aware=aware, removed=removed) == (Verdict.FLAGGED, ("acted-after-recusal",))
    away = replace(FACTS, former={str(CHEN): "stale-assignment"})
    assert verdict(late, away, aware=9, removed=5) == (Verdict.FLAGGED, ("stale-assignment",))
    assert verdict(on_time().answer("f1", "yes"), aware=9, removed=5) == (Verdict.ACCEPTED, ())


def test_a_certificate_must_be_valid_on_the_local_day_of_the_latest_instant() -> None:
    entry = on_time().answer("f1", "yes")
    last = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert verdict(entry, latest=last) == (Verdict.ACCEPTED, ())
    assert verdict(entry, latest=last + timedelta(seconds=1)) == (Verdict.FLAGGED, ("certificate-expired",))
    stopped = replace(VALID, status=CertificateStatus.SUSPENDED, status_since=date(2026, 3, 2))
    held = replace(FACTS, certificates={str(ANNE): (stopped,)})
    assert verdict(entry, held) == (Verdict.FLAGGED, ("certificate-expired",))
    assert verdict(entry, held, latest=START - timedelta(days=1)) == (Verdict.ACCEPTED, ())
    decided = on_time().decide("admit", entry)
    assert verdict(decided, replace(FACTS, certificates={})) == (Verdict.ACCEPTED, ())


def test_the_header_must_name_the_device_and_the_inspector_that_signed() -> None:
    entry = on_time().answer("f1", "yes")
    dev, ins = entry.header.dev, entry.header.ins
    assert device_reasons(VerifiedEntry(entry, dev, frozenset({ins}), revoked=False)) == frozenset()
    assert device_reasons(VerifiedEntry(entry, ins, frozenset({ins}), revoked=False)) == {"not-bound"}
    assert device_reasons(VerifiedEntry(entry, dev, frozenset(), revoked=False)) == {"not-bound"}
    assert device_reasons(VerifiedEntry(entry, dev, frozenset({BO}), revoked=True)) == {"not-bound", "device-revoked"}


def _with_next_id(world: World, visit: UUID) -> Any:
    """Commands whose first new id is `visit`: a server restored from a backup makes the same visit again."""
    real, minted = World.cmd, [visit]

    class Restored(Command):
        def new_id(self) -> UUID:
            return minted.pop() if minted else super().new_id()

    def cmd(*args: Any) -> Command:
        made = real(world, *args)
        return Restored(made.actor, made.now, made.entropy, made.authority)

    return cmd


async def _store_as_held(entry: ParsedEntry) -> None:
    header = entry.header
    row = {
        "hash": entry.text_hash,
        "id": header.id,
        "visit": header.visit,
        "device": header.dev,
        "carrier": CARRIER,
        "epoch": header.ep,
        "seq": header.seq,
        "prev": header.prev,
        "inspector": header.ins,
        "type": header.type,
        "kid": entry.kid,
        "alg": entry.alg,
        "header": entry.p,
        "body": entry.b,
        "signature": entry.sig,
        "vseq": None,
        "verdict": "held",
        "reasons": '["unknown-visit"]',
        "received_at": START,
    }
    async with unit_of_work():
        await bulk_insert(Entry, [row])
