"""Cases 45, 50, 51, 54 and 56 of sync.md §4: lost tablets, leaders who disagree, a second inspector who never comes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict
from inspection.publicity.open_publications import open_publications
from inspection.visits.reading import read_record
from inspection.visits.record import ItemClass, RecordStatus, Stretch, state_digest
from inspection.visits.record.grounds import GroundWord
from inspection.visits.record.model import AttestationState
from inspection.visits.review.approve import approve_visit
from inspection.visits.review.steps import Step
from mobile_contract.problems import ProblemCode
from tests.inspection.visits.queue import only, queue
from tests.inspection.visits.tablet import ANNE, BO, Tablet, hashes
from tests.inspection.visits.test_record_classes import TEAM, item, record, states
from tests.inspection.visits.world import World


def test_case_45_a_destroyed_tablets_gap_is_told_by_its_partners_attestation_until_the_leader_certifies_it() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    for code in ("f1", "f2", "f3"):
        a.answer(code, "yes")
        b.answer(code, "yes")
    attested = a.submit(b)
    lost, b.entries = b.entries[1:], b.entries[:1]  # the tablet went down with all but its first entry
    told = record(a, b)
    assert [(gap.dev, gap.ep, gap.first, gap.last, gap.certified) for gap in told.gaps] == [
        (str(b.device), 1, 2, 3, ())
    ]
    assert [one.state for one in told.attestations] == [AttestationState.PENDING]

    certificate = a.certify(b, 2, 3)
    told = record(a, b)
    assert [gap.certified for gap in told.gaps] == [(certificate.text_hash,)]
    assert [(one.hash, one.state, one.by) for one in told.attestations] == [
        (attested.text_hash, AttestationState.CERTIFIED, (certificate.text_hash,))
    ]
    assert [(one.type, one.effective) for one in told.decisions] == [("log.gap", True)]

    b.entries += lost  # found after all: then nothing is missing, whatever was certified
    told = record(a, b)
    assert (told.gaps, [one.state for one in told.attestations]) == ((), [AttestationState.VERIFIED])


def test_a_certificate_of_loss_never_lets_an_attestation_cover_the_other_branch_of_a_fork() -> None:
    a, b, fork = Tablet(ANNE), Tablet(BO), Tablet(BO)
    for code in ("f1", "f2", "f3"):
        b.answer(code, "yes")
    a.answer("f1", "yes")
    attested = a.submit(b)
    fork.answer("f1", "yes")
    fork.answer("f2", "no")
    other = fork.answer("f3", "no")
    a.certify(b, 2, 2)
    b.entries = [b.entries[0], other]
    told = record(a, b)
    assert [(one.hash, one.state) for one in told.attestations] == [(attested.text_hash, AttestationState.PENDING)]


async def test_a_known_gap_of_a_log_hinders_the_approval_until_the_leader_certifies_it(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    lost, beyond = a.write("note.add", {"text": "丢失"}), a.write("note.add", {"text": "后来"})
    await world.push(beyond, a.submit())
    told = await read_record(visit)
    assert [(gap.dev, gap.first, gap.last) for gap in told.gaps] == [(str(a.device), lost.header.seq, lost.header.seq)]
    await world.push(a.certify(a, lost.header.seq, lost.header.seq))
    seen = await world.seen(visit)
    assert (await read_record(visit)).quorum.met
    await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=seen)


async def test_case_50_two_leaders_who_resolve_differently_at_once_are_in_conflict(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    yes, no = a.answer("f1", "yes"), b.answer("f1", "no")
    one = a.resolve("f1", yes, no, value="yes")
    two = Tablet(world.people[0], device=UUID(int=9), visit=visit, wall=a.wall).resolve("f1", yes, no, value="no")
    await world.push(yes, no, one, two)
    told = await read_record(visit)
    assert item(told).cls is ItemClass.RESOLUTION_CONFLICT
    assert [(ground.word, ground.hashes) for ground in item(told).because] == [
        (GroundWord.DIFFER, tuple(sorted(hashes([yes, no])))),
        (GroundWord.RULINGS_DIFFER, tuple(sorted(hashes([one, two])))),
    ]
    assert [(conflict.topic, conflict.kind) for conflict in told.conflicts] == [("f1", ItemClass.RESOLUTION_CONFLICT)]
    await world.push(a.resolve("f1", one, two, value="no"))
    assert (item(await read_record(visit)).cls, item(await read_record(visit)).value) == (ItemClass.RESOLVED, "no")


def test_case_51_a_third_tablet_with_another_value_reopens_a_resolution_and_one_with_the_same_does_not() -> None:
    a, b = Tablet(ANNE), Tablet(BO)
    yes, no = a.answer("f1", "yes"), b.answer("f1", "no")
    ruling = a.resolve("f1", yes, no, value="no")
    third = Tablet(BO, device=UUID(int=3))
    third.answer("f1", "no")
    assert (item(record(a, b, third)).cls, item(record(a, b, third)).value) == (ItemClass.RESOLVED, "no")
    other = Tablet(BO, device=UUID(int=4))
    late = other.answer("f1", "not_applicable")
    told = record(a, b, third, other)
    found = item(told)
    assert (found.cls, found.value, found.remarks) == (ItemClass.REOPENED, None, ("reopened",))
    assert [(g.word, g.hashes) for g in found.because if g.word in (GroundWord.RULED, GroundWord.UNSEEN)] == [
        (GroundWord.RULED, (ruling.text_hash,)),
        (GroundWord.UNSEEN, (late.text_hash,)),
    ]
    assert late.text_hash in told.conflicts[0].heads


async def test_case_54_a_second_inspector_who_never_syncs_raises_an_alarm_and_nothing_can_be_published(
    world: World,
) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    for code in ("f1", "f2", "f3"):
        a.answer(code, "not_applicable")
    a.sign_all()
    a.submit()
    assert (await queue(world)).lines == ()
    await world.push(*a.entries)
    assert (await read_record(visit)).status is RecordStatus.AWAITING_SECOND
    later = local_day(world.now + timedelta(days=40))
    alarm = await only(world, on=later, step=Step.SECOND_INSPECTOR)
    assert (alarm.visit, alarm.vouched, alarm.silent) == (visit, (world.people[0],), (world.people[1],))
    assert (alarm.late, alarm.turn.person) == (True, world.people[1])
    assert not (await only(world)).late
    seen = await world.seen(visit)
    with pytest.raises(Conflict) as refused:
        await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=seen)
    assert (refused.value.code, refused.value.facts["status"]) == (ProblemCode.RECORD_INCOMPLETE, "awaiting-second")
    assert await open_publications(world.cmd(), visit_id=visit) == 0
    b = world.tablet(1, visit)
    b.answer("f2", "not_applicable")
    b.submit(a)
    await world.push(*b.entries)
    assert (await queue(world, on=later, step=Step.SECOND_INSPECTOR)).lines == ()


def test_case_56_one_inspector_on_two_tablets_is_one_author_whose_survivors_are_compared() -> None:
    a, second = Tablet(ANNE), Tablet(ANNE, device=UUID(int=77))
    first, other = a.answer("f1", "yes"), second.answer("f1", "no")
    told = record(a, second)
    found = item(told)
    assert (found.cls, [(g.word, g.hashes) for g in found.because]) == (
        ItemClass.SELF_CONFLICT,
        [(GroundWord.DIFFER_FROM_OWN, tuple(sorted(hashes([first, other]))))],
    )
    a.submit(second)
    second.submit(a)
    assert record(a, second).quorum.inspectors == (str(ANNE),)
    # His other tablet may correct what he stated on the first: it is one author, in two logs.
    second.answer("f1", "yes", first, other)
    assert (item(record(a, second)).cls, item(record(a, second)).value) == (ItemClass.SINGLE, "yes")


def test_what_only_the_server_knows_of_gaps_does_not_change_the_digest_a_tablet_computes() -> None:
    a = Tablet(ANNE)
    a.answer("f1", "yes")
    told = record(a, authority=replace(TEAM, gaps=(Stretch(str(a.device), 1, 2, 5),)))
    assert [(gap.first, gap.last) for gap in told.gaps] == [(2, 5)]
    assert states(item(told)) == states(item(record(a)))
    assert state_digest(told) == state_digest(record(a))
