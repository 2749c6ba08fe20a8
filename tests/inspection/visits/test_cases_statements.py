"""Cases 29–35 of sync.md §4: what entries name, withdraw and correct."""

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.reading import approved_record, read_record
from inspection.visits.record import ItemClass, ItemRecord, VisitRecord, fold, scheme_of, state_digest
from inspection.visits.record.model import StatementState
from mobile_contract.envelope import ParsedEntry
from sync.pull.feeds import put, tell_entries
from sync.pull.topics import entries_topic
from sync.tables import Device, FeedRow
from tests.inspection.publicity.world import insert
from tests.inspection.visits.publishing import publish
from tests.inspection.visits.tablet import ANNE, BO, FIRE, VISIT, Tablet
from tests.inspection.visits.test_record_classes import TEAM, item, record, states
from tests.inspection.visits.test_record_properties import folded
from tests.inspection.visits.world import World


def flags(folded_: VisitRecord) -> set[tuple[str, str]]:
    return {(flag.hash, flag.why) for flag in folded_.flags}


def test_case_29_over_of_an_unknown_hash_takes_effect_when_its_entry_comes_in_any_order() -> None:
    a = Tablet(ANNE)
    old = a.answer("f1", "yes")
    new = a.answer("f1", "no", old)
    alone = folded([new])
    assert (item(alone).value, flags(alone)) == ("no", set())
    both = [folded([old, new]), folded([new, old]), folded([new, old, new])]
    assert len({state_digest(one) for one in both}) == 1
    assert states(item(both[0])) == {
        old.text_hash: StatementState.SUPERSEDED,
        new.text_hash: StatementState.CURRENT,
    }


def test_case_30_over_of_another_inspectors_statement_has_no_effect_on_it_and_is_flagged() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    theirs = a.answer("f1", "yes")
    mine = b.answer("f1", "no", theirs)
    told = record(a, b)
    assert states(item(told))[theirs.text_hash] is StatementState.CURRENT
    assert item(told).cls is ItemClass.CONFLICT
    assert flags(told) == {(mine.text_hash, "over-foreign")}


def test_case_31_an_over_cycle_or_a_self_reference_has_no_effect_and_is_flagged() -> None:
    # Nobody can make these without a collision of SHA-256: the headers are forged behind the hashes' backs.
    a = Tablet(ANNE)
    one, two, self_named = a.answer("f1", "yes"), a.answer("f1", "no"), a.answer("f2", "yes")
    forged = [naming(one, two), naming(two, one), naming(self_named, self_named)]
    told = folded(forged)
    assert flags(told) == {(entry.text_hash, "over-cycle") for entry in (one, two, self_named)}
    assert set(states(item(told)).values()) == {StatementState.CURRENT}
    assert (item(told).cls, item(told, "f2").value) == (ItemClass.SELF_CONFLICT, "yes")


def naming(entry: ParsedEntry, target: ParsedEntry) -> ParsedEntry:
    header = entry.header.model_copy(update={"over": (target.text_hash,)})
    return ParsedEntry(header, entry.body, entry.hash, entry.p, entry.b, entry.sig, entry.kid, entry.alg)


def test_case_32_an_answer_to_an_item_outside_the_checklist_is_stored_flagged_and_visible() -> None:
    a = Tablet(ANNE)
    stray = a.answer("zz", "yes", comment="后门也有")
    told = record(a)
    assert told.entries == (stray.text_hash,)
    assert flags(told) == {(stray.text_hash, "unknown-item")}
    assert [(one.hash, one.value, one.comment, one.state) for one in told.unplaced] == [
        (stray.text_hash, "yes", "后门也有", StatementState.INVALID)
    ]


async def test_case_33_a_value_of_the_wrong_type_is_stored_not_counted_and_the_leader_sees_it(world: World) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    (told,) = await world.push(wrong := a.answer("f1", "42"))
    assert told.reasons == ("invalid-value",)
    seen = await read_record(visit)
    assert (item(seen).cls, item(seen).value) == (ItemClass.UNANSWERED, None)
    assert [(one.hash, one.value, one.state, one.reasons) for one in item(seen).statements] == [
        (wrong.text_hash, "42", StatementState.INVALID, ("invalid-value",))
    ]
    assert (wrong.text_hash, "invalid-value") in flags(seen)


MANY = 10_000


async def test_case_34_ten_thousand_corrections_cost_in_proportion_leave_one_and_move_one_feed_row(
    world: World,
) -> None:
    last, found = corrected()
    survivors = [one.hash for one in found.statements if one.state is StatementState.CURRENT]
    assert (survivors, found.cls, len(found.statements)) == ([last.text_hash], ItemClass.SINGLE, MANY + 1)
    few, more = (calls(lambda n=n: fold(VISIT, corrections()[:n], TEAM, scheme_of([FIRE]))) for n in (200, 400))
    assert more < 2.2 * few
    assert await rows_after_corrections(world) == 1


@cache
def corrections() -> list[ParsedEntry]:
    """One answer and ten thousand corrections of it, each of the one before."""
    a = Tablet(ANNE)
    last = a.answer("f1", "yes")
    for number in range(MANY):
        last = a.answer("f1", "no" if number % 2 else "yes", last)
    return a.entries


@cache
def corrected() -> tuple[ParsedEntry, ItemRecord]:
    """The last correction, and what the point amounts to."""
    return corrections()[-1], item(fold(VISIT, corrections(), TEAM, scheme_of([FIRE])))


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called: what work costs, on any machine."""
    count = 0

    def see(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


async def rows_after_corrections(world: World) -> int:
    """The rows of one device's feed about one visit, after its entries came in ever new pushes."""
    visit = await world.open_visit()
    device = await insert(Device, authority=world.authority, inspector=world.people[0], kid="k" * 43)
    async with unit_of_work():
        await put([device], entries_topic(visit), world.now)
    b = world.tablet(0, visit)
    last = b.answer("f1", "yes")
    for number in range(5):
        (told,) = await world.push(last)
        assert told.vseq is not None
        async with unit_of_work():
            await tell_entries(visit, told.vseq, world.now)
        last = b.answer("f1", "no" if number % 2 else "yes", last)
    return await FeedRow.count().where(FeedRow.device == device)


async def test_case_35_a_withdrawn_withdrawal_is_told_by_over_and_one_after_publication_is_flagged(
    world: World,
) -> None:
    c = Tablet(ANNE)
    gone = c.withdraw_answer("f1", c.answer("f1", "yes"))
    c.withdraw_answer("f1", gone)
    assert item(record(c)).cls is ItemClass.UNANSWERED
    c.answer("f1", "no", gone)
    assert (item(record(c)).cls, item(record(c)).value) == (ItemClass.SINGLE, "no")

    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    await publish(world, visit)
    before = await approved_record(visit)
    (told,) = await world.push(a.withdraw_answer("f1", a.entries[0]))
    assert "after-publication" in told.reasons
    assert await approved_record(visit) == before
