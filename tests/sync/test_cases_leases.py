"""Cases 26–28, 48, 49 and 58 of sync.md §4: what comes for a visit, a checklist or an assignment that is not, or is
not any more, what its author took it for.
"""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.draw.changes.decide import decide_change
from inspection.kernel.command import Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Invalid
from inspection.policy.terms import RecusalWay
from inspection.visits.card import visit_card
from inspection.visits.changes import store as store_changes
from inspection.visits.entries import store as store_entries
from inspection.visits.entries.admit import readmit_waiting
from inspection.visits.entries.late import late_entries
from inspection.visits.reading import fold_visit, known_visit, read_record
from inspection.visits.record import ItemClass, VisitRecord, fold, intake, state_digest
from inspection.visits.record.model import ItemRecord
from mobile_contract.checklist import Checklist
from mobile_contract.client import Device
from mobile_contract.client.state import Captured, Custody
from mobile_contract.decisions import DecisionType
from mobile_contract.pull import RemoveReason
from mobile_contract.push import Reason, Verdict
from sync.devices.tokens import renew_token
from sync.office.decide import decide
from sync.office.waiting import waiting_visits
from sync.pull import projections
from tests.inspection.visits.tablet import FIRE, item, ref
from tests.inspection.visits.world import World as Visits
from tests.inspection.visits.world import build_world as build_visits
from tests.inspection.visits.world import insert_checklist
from tests.sync.test_draw_changes import Tablets, tablets
from tests.sync.world import CK, KEYS, PINNED, World

NEWER = FIRE.model_copy(update={"version": 8, "items": (*FIRE.items, item("f4"))})
BENT = NEWER.model_copy(update={"version": 9, "items": NEWER.items[1:]})
HEAD = UUID(int=0xEAD)
__all__ = ["tablets"]


@pytest.fixture
async def visits(db: Engine, monkeypatch: pytest.MonkeyPatch) -> Visits:
    projections.install()
    return await build_visits(monkeypatch)


def point(record: VisitRecord, code: str) -> ItemRecord:
    return next(one for one in record.items if one.code == code)


async def test_case_26_entries_of_an_unknown_visit_are_held_shown_after_a_day_and_folded_when_it_appears(
    world: World,
) -> None:
    tablet, visit = await world.tablet(), UUID(int=0xF00)
    answer = tablet.capture("answer.set", {"item": PINNED.items[0].code, "value": "yes"}, visit=visit, ck=CK)
    note = tablet.capture("note.add", {"text": "门口"}, visit=visit)
    told = (await world.push(tablet, answer, note)).verdicts
    assert [(one.verdict, one.reasons, one.vseq) for one in told] == [(Verdict.HELD, (Reason.UNKNOWN_VISIT,), None)] * 2
    # Leaders of the authority hear of it after a day, nobody else ever.
    came = world.now
    assert await waiting_visits(world.authority, came + timedelta(hours=23, minutes=59)) == []
    (waiting,) = await waiting_visits(world.authority, came + timedelta(hours=24, minutes=1))
    assert (waiting.visit, waiting.entries, waiting.inspectors, waiting.carriers) == (
        visit,
        2,
        (tablet.inspector,),
        (tablet.id,),
    )
    assert waiting.since <= came
    assert await waiting_visits(world.task, came + timedelta(days=9)) == []
    # The visit appears: its entries get their numbers, in the order in which they came, and are folded.
    await world.add_visit(id=visit)
    world.now += timedelta(days=2)
    assert await readmit_waiting(world.cmd()) == 2
    record = await read_record(visit)
    assert set(record.entries) == {answer.hash, note.hash}
    assert [(one.value, one.state.value) for one in point(record, PINNED.items[0].code).statements] == [
        ("yes", "current")
    ]
    places = await store_entries.places(record.entries)
    assert sorted(place.vseq or 0 for place in places.values()) == [1, 2]
    assert {(place.verdict, place.reasons) for place in places.values()} == {(Verdict.ACCEPTED, ())}
    assert await waiting_visits(world.authority, came + timedelta(days=9)) == []


async def test_case_27_answers_on_an_unknown_checklist_are_held_verbatim_and_on_another_version_flagged(
    visits: Visits,
) -> None:
    visit = await visits.open_visit()
    tablet = visits.tablet(0, visit)
    unknown = tablet.answer("f1", "yes", ck=ref(NEWER))
    forged = tablet.answer("f1", "yes", ck=[FIRE.code, FIRE.version, BENT.digest()])
    held = await visits.push(unknown, forged)
    assert [(one.verdict, one.vseq) for one in held] == [(Verdict.HELD, 1), (Verdict.HELD, 2)]
    assert all(Reason.UNKNOWN_CHECKLIST in one.reasons for one in held)
    before = await read_record(visit)
    assert {(one.hash, one.why) for one in before.held} == {
        (unknown.text_hash, "unknown-checklist"),
        (forged.text_hash, "unknown-checklist"),
    }
    assert point(before, "f1").cls is ItemClass.UNANSWERED
    # The version is released: what was held is read, and flagged because the visit is bound to another one.
    await insert_checklist(visits.authority, NEWER)
    after = await read_record(visit)
    assert [(one.hash, one.value) for one in point(after, "f1").statements] == [(unknown.text_hash, "yes")]
    assert (unknown.text_hash, "superseded-checklist") in {(one.hash, one.why) for one in after.flags}
    assert [one.hash for one in after.held] == [forged.text_hash]
    for entry in (unknown, forged):
        stored = (await store_entries.entries_by_hash([entry.text_hash]))[entry.text_hash]
        assert (stored.header, stored.body) == (entry.p, entry.b)


async def test_case_28_entries_of_an_unknown_type_are_held_and_replayed_after_an_upgrade_in_any_order(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = await visits.open_visit()
    a, b = visits.tablet(0, visit), visits.tablet(1, visit)
    with monkeypatch.context() as old:
        for kind in ("note.add", "concur"):
            old.delitem(intake.BODIES, kind)
        answer = a.answer("f1", "yes")
        agreed = b.stance("concur", answer)
        note = b.write("note.add", {"text": "新"})
        told = await visits.push(note, agreed, answer)
        assert [(one.verdict, one.reasons) for one in told] == [
            (Verdict.HELD, ("unknown-type",)),
            (Verdict.HELD, ("unknown-type",)),
            (Verdict.ACCEPTED, ()),
        ]
        before = await read_record(visit)
        assert {one.hash for one in before.held} == {note.text_hash, agreed.text_hash}
        assert (point(before, "f1").cls, before.notes) == (ItemClass.SINGLE, ())
    folded = await fold_visit(await known_visit(visit))
    assert folded.record.held == ()
    assert point(folded.record, "f1").cls is ItemClass.COUNTERSIGNED
    assert [one.text for one in folded.record.notes] == ["新"]
    for order in itertools.permutations((answer, agreed, note)):
        again = fold(visit, order, folded.authority, folded.setting.scheme)
        assert state_digest(again) == folded.digest


async def test_case_48_work_of_an_inspector_recused_while_offline_is_kept_flagged_and_still_uploads(
    tablets: Tablets,
) -> None:
    here, world = tablets.here, tablets.world
    device = tablets.devices[here.other]
    card = (await tablets.last(here.other)).card  # type: ignore[union-attr]
    assert card is not None
    tasks = (card.tasks[0].id,)

    def answer(code: str) -> Captured:
        body = {"item": code, "value": "yes"}
        return device.capture("answer.set", body, visit=here.visit, tasks=tasks, ck=tuple(ref(FIRE)))

    async with world.session(device) as session:
        await session.pull()
        answer("f1")
        await _recused(tablets, device)
        answer("f2")
        # Three days later: all of it is taken, flagged, and in custody for the tablet.
        await session.push()
        kept = device.store.entries(Custody.SERVER)
        assert [(entry.verdict, Reason.RECUSED in entry.reasons) for entry in kept] == [(Verdict.FLAGGED, True)] * 2
        # The feed takes the visit from it with the reason; what it wrote itself stays on it, sent or not.
        unsent = answer("f3")
        await session.pull()
        lost = await tablets.last(here.other)
        assert lost is not None
        assert lost.reason is RemoveReason.RECUSED
        assert f"visit:{here.visit}" not in device.store.topics()
        assert len(device.store.entries()) == 3
        assert [one.hash for one in device.outbox()] == [unsent.hash]
        await session.push()
        assert device.outbox() == []
        # From now on an anchor proves that this tablet had been told.
        await session.pull()
        knowing = answer("f1")
        await session.push()
    said = {entry.hash: set(entry.reasons) for entry in device.store.entries()}
    assert Reason.RECUSED in said[unsent.hash]
    assert said[knowing.hash] >= {Reason.ACTED_AFTER_RECUSAL}
    assert Reason.RECUSED not in said[knowing.hash]
    await _nothing_counts(here.visit, set(said))


async def _recused(tablets: Tablets, device: Device) -> None:
    """The inspector of the tablet is recused; three days pass, of which the tablet knows nothing."""
    here, world = tablets.here, tablets.world
    asked = await here.recuse(way=RecusalWay.ABSTAIN)
    await decide_change(here.office.approver, change_id=asked.id, approved=True)
    await here.settle(asked)
    world.now += timedelta(days=3)
    device.keep_token(await renew_token(world.cmd(Role.DEVICE), kid=device.key.kid))


async def _nothing_counts(visit: UUID, hashes: set[str]) -> None:
    """All of it is in the record, and none of it counts, each with its reason in words."""
    folded = await fold_visit(await known_visit(visit))
    assert set(folded.record.entries) == hashes
    assert {one.cls for one in folded.record.items} == {ItemClass.UNANSWERED}
    late = await late_entries(folded)
    assert {one.hash for one in late if not one.counts} == hashes
    assert all(reason.zh and reason.en for one in late for reason in one.reasons)


@pytest.mark.parametrize("value", ["yes", "no"])
async def test_case_49_after_a_reassignment_both_inspectors_work_is_kept_and_compared_by_rule_not_by_date(
    visits: Visits, value: str
) -> None:
    outcomes = []
    for late_first, years in ((True, -3), (False, 3)):
        visit = await visits.open_visit(objects=(0,) if late_first else (1,))
        old, new = visits.tablet(1, visit, device=visit), visits.tablet(2, visit)
        old.wall += years * 31_536_000_000
        await store_changes.leave(visit, visits.people[1], visits.now, "work-conflict")
        await store_changes.join(visit, visits.cmd().new_id(), (visits.people[2], 2, "lot"), visits.now)
        mine, his = old.answer("f1", "yes"), new.answer("f1", value)
        for entry in (mine, his) if late_first else (his, mine):
            (told,) = await visits.push(entry)
            assert (Reason.STALE_ASSIGNMENT in told.reasons) is (entry is mine)
        kept = point(await read_record(visit), "f1")
        assert {one.hash for one in kept.statements} == {mine.text_hash, his.text_hash}
        assert kept.cls is ItemClass.SINGLE
        leader = visits.tablet(0, visit, device=visits.people[3])
        await visits.push(leader.decide("admit", mine))
        outcomes.append(point(await read_record(visit), "f1").cls)
    assert set(outcomes) == {ItemClass.CORROBORATED if value == "yes" else ItemClass.CONFLICT}


async def test_case_58_a_visit_stays_on_its_checklist_until_a_leader_decides_to_ask_more(visits: Visits) -> None:
    visit = await visits.open_visit()
    a, b = visits.tablet(0, visit), visits.tablet(1, visit)
    before = a.answer("f1", "yes")
    await visits.push(before)
    await insert_checklist(visits.authority, NEWER)
    # Published meanwhile: the visit stays on 7; who worked on 8 is flagged, and counts where 7 asks the same.
    shared, further = b.answer("f1", "yes", ck=ref(NEWER)), b.answer("f4", "no", ck=ref(NEWER))
    told = await visits.push(shared, further)
    assert [one.reasons for one in told] == [("superseded-checklist",), ("superseded-checklist", "unknown-item")]
    record = await read_record(visit)
    assert {one.code for one in record.items} == {"f1", "f2", "f3"}
    assert point(record, "f1").cls is ItemClass.CORROBORATED
    assert [one.hash for one in record.unplaced] == [further.text_hash]
    assert [version for _, version, _ in (await visit_card(visit)).checklists] == [7]

    async def pin(checklist: Checklist) -> None:
        await insert_checklist(visits.authority, checklist)
        seen, head = await visits.seen(visit), visits.cmd(Role.SECTION_HEAD, HEAD)
        body = {"ck": ref(checklist)}
        await decide(head, visit_id=visit, type=DecisionType.CK_PIN, body=body, seen=seen, keys=KEYS)

    # Only a leader's decision asks more, and no decision can drop or change what was asked already.
    with pytest.raises(Invalid) as refused:
        await pin(BENT)
    assert refused.value.message_key == "visits.pin_not_more"
    await pin(NEWER)
    record = await read_record(visit)
    assert {one.code for one in record.items} == {"f1", "f2", "f3", "f4"}
    assert (point(record, "f1").cls, point(record, "f4").value) == (ItemClass.CORROBORATED, "no")
    assert {one.hash for one in point(record, "f1").statements} == {before.text_hash, shared.text_hash}
    assert [version for _, version, _ in (await visit_card(visit)).checklists] == [8]
    assert [(one.type, one.effective) for one in record.decisions] == [("ck.pin", True)]
