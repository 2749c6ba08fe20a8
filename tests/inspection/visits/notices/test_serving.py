"""A notice served from a tablet: each entry one step, whatever its number says, and no name outside the entry."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from inspection.kernel.command import Role
from inspection.kernel.journal.kinds import EventKind
from inspection.kernel.journal.read import read_kind
from inspection.kernel.unit_of_work import unit_of_work
from inspection.visits.entries.admit import VerifiedEntry, admit_entries, readmit_waiting
from inspection.visits.entries.erase import erase_bodies
from inspection.visits.notices.blocks import reserve_numbers
from inspection.visits.notices.numbers import NOT_RESERVED, TWICE, notice_number
from inspection.visits.notices.read import read_notice
from inspection.visits.notices.serving import BEFORE_ARRIVAL
from inspection.visits.notices.steps import served_notice
from inspection.visits.notices.store import Step, StepRow
from inspection.visits.reading import read_record
from inspection.visits.record import fold, record_json, scheme_of, state_digest
from inspection.visits.states import VisitState
from inspection.visits.store import visit as visit_of
from mobile_contract.envelope import ParsedEntry
from mobile_contract.push import Reason, Verdict
from tests.inspection.visits.tablet import ANNE, FIRE, VISIT, Tablet
from tests.inspection.visits.test_record_classes import TEAM
from tests.inspection.visits.world import CARRIER, World

PAPER = "b" * 64
HOSTILE = "王\u202e某\u2066🙂\"'</text>\n\t{{x}}"


def serve(tablet: Tablet, number: str, how: str = "handed_over", **more: Any) -> ParsedEntry:
    return tablet.write("notice.serve", {"number": number, "how": how, **more})


async def reserved(world: World, device: UUID) -> list[str]:
    told = await reserve_numbers(world.cmd(), authority=world.authority, device=device)
    return [told.pattern.of(n).text for one in told.blocks for n in range(one.block.first, one.block.last + 1)]


async def served(visit: UUID) -> tuple[StepRow, ...]:
    return (await served_notice(visit)).of(Step.SERVED)


async def test_a_notice_served_with_a_reserved_number_is_a_step_and_its_number_the_visits(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    (number, *_) = await reserved(world, tablet.device)
    arrival = tablet.write("arrive", {"no_fix": "indoors"})
    entry = serve(tablet, number, "shown", receiver={"name": "李某", "role": "店长"}, doc=PAPER, lang="en")
    await world.push(arrival, entry)
    (step,) = await served(visit)
    assert (step.number, step.how, step.doc, step.flags, step.entry) == (number, "shown", PAPER, (), entry.text_hash)
    assert step.by == str(world.people[0])
    assert step.claimed is not None
    assert await notice_number(world.head, visit) == number
    (line,) = await read_kind(f"visit:{visit}", EventKind.NOTICE_SERVED)
    assert line.payload == {"source": entry.text_hash, "how": "shown", "number": number, "doc": PAPER}
    (told,) = (await read_record(visit)).servings
    assert (told.hash, told.number, told.receiver, told.counted) == (entry.text_hash, number, "李某", True)


async def test_an_entry_that_comes_again_or_by_another_courier_is_one_step(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    entry = serve(tablet, (await reserved(world, tablet.device))[0])
    for _ in range(3):
        await world.push(entry)
    assert len(await served(visit)) == 1
    assert len(await read_kind(f"visit:{visit}", EventKind.NOTICE_SERVED)) == 1


async def test_the_offices_own_number_of_the_visit_is_no_strange_one_on_the_tablet(world: World) -> None:
    visit = await world.open_visit()
    number = await notice_number(world.head, visit)
    tablet = world.tablet(0, visit)
    await world.push(tablet.write("arrive", {"no_fix": "indoors"}), serve(tablet, number))
    assert [step.flags for step in await served(visit)] == [()]


STRANGE = (
    "商务局检告〔2026〕000777号",
    "商务局检告〔2025〕000001号",
    "商务局检告〔9999〕000001号",
    "别局检告〔2026〕000001号",
    "1",
    HOSTILE,
    "\u202e" * 60,
    "商务局检告〔2026〕000001号\u200b",
)


async def test_a_number_that_no_block_of_the_tablet_holds_is_kept_as_it_came_and_flagged(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    await reserved(world, tablet.device)
    told = await world.push(tablet.write("arrive", {"no_fix": "indoors"}), *(serve(tablet, one) for one in STRANGE))
    assert {one.verdict for one in told} == {Verdict.ACCEPTED}
    assert {(step.number, step.flags) for step in await served(visit)} == {(one, (NOT_RESERVED,)) for one in STRANGE}
    assert (await served_notice(visit)).number is None
    assert await notice_number(world.head, visit) not in STRANGE


async def test_a_number_out_of_another_tablets_block_is_flagged_and_what_two_visits_bear_at_both(world: World) -> None:
    one, two = await world.open_visit(), await world.open_visit(objects=(1,))
    mine, other = world.tablet(0, one), world.tablet(1, two)
    (number, *_) = await reserved(world, mine.device)
    await world.push(serve(mine, number))
    await world.push(serve(other, number))
    (late,) = await served(two)
    assert set(late.flags) >= {NOT_RESERVED, TWICE}
    assert (await served_notice(two)).number is None
    for visit in (one, two):
        (step,) = (await read_notice(visit)).of(Step.SERVED)
        assert TWICE in step.flags


async def test_one_number_for_two_visits_from_one_tablet_is_twice(world: World) -> None:
    one, two = await world.open_visit(), await world.open_visit(objects=(1,))
    mine = world.tablet(0, one)
    (number, *_) = await reserved(world, mine.device)
    await world.push(serve(mine, number), mine.write("notice.serve", {"number": number, "how": "link"}, visit=str(two)))
    flags = [set(step.flags) for visit in (one, two) for step in await served(visit)]
    assert [TWICE in found for found in flags] == [False, True]
    assert [NOT_RESERVED in found for found in flags] == [False, False]


async def test_serving_before_anybody_arrived_is_told_and_is_no_visit_that_was_carried_out(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    first, second, *_ = await reserved(world, tablet.device)
    await world.push(serve(tablet, first, "link"))
    row = await visit_of(visit)
    assert row is not None
    assert (row.executed_at, row.state) == (None, VisitState.IN_PROGRESS)
    await world.push(tablet.write("arrive", {"no_fix": "indoors"}))
    await world.push(serve(tablet, second))
    assert [BEFORE_ARRIVAL in step.flags for step in await served(visit)] == [True, False]


async def test_what_somebody_outside_the_team_served_is_kept_and_gives_the_visit_no_number(world: World) -> None:
    visit = await world.open_visit()
    stranger = world.tablet(3, visit)
    (number, *_) = await reserved(world, stranger.device)
    await world.push(serve(stranger, number))
    (step,) = await served(visit)
    assert Reason.NOT_IN_TEAM in step.flags
    assert (await served_notice(visit)).number is None
    assert [one.counted for one in (await read_record(visit)).servings] == [False]


UNUSABLE: tuple[dict[str, Any], ...] = (
    {"number": "", "how": "shown"},
    {"number": "x" * 61, "how": "shown"},
    {"number": "1", "how": "posted"},
    {"number": "1"},
    {"number": 1, "how": "shown"},
    {"number": "1", "how": "shown", "receiver": {"name": ""}},
    {"number": "1", "how": "shown", "receiver": "李某"},
    {"number": "1", "how": "shown", "doc": "b" * 63},
    {"number": "1", "how": "shown", "lang": "fr"},
    {"number": "1", "how": "shown", "count": 10**9},
)


async def test_a_body_that_says_nothing_usable_is_no_step_and_is_never_refused(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    told = await world.push(*(tablet.write("notice.serve", body) for body in UNUSABLE))
    assert {(one.verdict, one.reasons) for one in told} == {(Verdict.FLAGGED, (Reason.INVALID_BODY,))}
    assert await served(visit) == ()
    assert (await read_record(visit)).servings == ()


async def test_hostile_texts_are_kept_and_shown_as_they_came_but_for_nul(world: World) -> None:
    visit = await world.open_visit()
    entry = serve(world.tablet(0, visit), "a\x00b", receiver={"name": HOSTILE, "role": "\x00" + "长" * 199})
    await world.push(entry)
    (step,) = (await read_notice(visit)).steps
    assert (step.number, step.receiver) == ("a␀b", f"{HOSTILE}，␀{'长' * 199}")


async def test_who_took_the_notice_goes_with_the_entry_when_that_is_erased(world: World) -> None:
    visit = await world.open_visit()
    entry = serve(world.tablet(0, visit), "1", receiver={"name": "李某某"})
    await world.push(entry)
    lines = await read_kind(f"visit:{visit}", EventKind.NOTICE_SERVED)
    assert "李某某" not in json.dumps([line.payload for line in lines], ensure_ascii=False)
    assert [step.receiver for step in (await read_notice(visit)).steps] == ["李某某"]
    async with unit_of_work():
        await erase_bodies(world.head, visit_id=visit, targets=[entry.text_hash], decision="d" * 43, ground="law")
    assert [step.receiver for step in (await read_notice(visit)).steps] == [None]


async def test_a_body_that_comes_after_its_header_makes_the_step_then(world: World) -> None:
    visit = await world.open_visit()
    entry = serve(world.tablet(0, visit), "1")
    await world.push(ParsedEntry(entry.header, None, entry.hash, entry.p, None, entry.sig, entry.kid, entry.alg))
    assert await served(visit) == ()
    await world.push(entry)
    assert [step.number for step in await served(visit)] == ["1"]


async def test_what_waited_for_its_visit_is_a_step_when_that_appears(world: World) -> None:
    visit = await world.open_visit()
    tablet = world.tablet(0, visit)
    (number, *_) = await reserved(world, tablet.device)
    stranger = replace(world.cmd(Role.DEVICE), authority=world.plan)
    entry = serve(tablet, number)
    verified = VerifiedEntry(entry, entry.header.dev, frozenset({entry.header.ins}), revoked=False)
    (told,) = await admit_entries(stranger, [verified], CARRIER)
    assert (told.vseq, await served(visit)) == (None, ())
    assert await readmit_waiting(world.cmd()) == 1
    assert [(step.number, step.entry) for step in await served(visit)] == [(number, entry.text_hash)]


def test_a_record_without_the_type_is_written_and_digested_as_before_there_was_one() -> None:
    plain = Tablet(ANNE)
    plain.answer("f1", "yes")
    before = fold(VISIT, plain.entries, TEAM, scheme_of([FIRE]))
    assert "servings" not in record_json(before)
    assert state_digest(before) == "ade31b0ce0806fae3d2a7eb4aab35c5626ff5049e6b0ca09938c6a84af86668d"
    serve(plain, "1")
    after = fold(VISIT, plain.entries, TEAM, scheme_of([FIRE]))
    assert [one.number for one in after.servings] == ["1"]
    assert state_digest(after) != state_digest(before)
    assert (after.held, after.isolated, after.flags) == ((), (), ())
