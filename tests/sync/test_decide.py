"""Decisions of the office: entries of the authority's own log, signed by the server, made on what was seen."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inspection.kernel.command import Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, read_kind
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.correct import correct_publication
from inspection.publicity.published import published
from inspection.publicity.store_documents import documents
from inspection.visits.entries import store as store_entries
from inspection.visits.reading import approved_record, known_visit, parsed, read_record
from inspection.visits.record import ItemClass
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.outcomes import OutcomeCode
from inspection.visits.review.store import outcomes
from inspection.visits.rows import StoredEntry
from inspection.visits.states import VisitState
from mobile_contract.base import unb64url
from mobile_contract.decisions import DecisionType
from mobile_contract.envelope import entry_set_digest, signed_bytes
from mobile_contract.problems import ProblemCode
from mobile_contract.pull import FeedOp
from sync.histories import current_history, start_history
from sync.office import decide as deciding
from sync.office.amend import amend
from sync.office.decide import Decided, decide
from sync.pull.feeds import put
from sync.pull.topics import entries_topic
from sync.tables import Device, FeedRow, LogPending
from tests.inspection.publicity.world import insert
from tests.inspection.visits.publishing import publish
from tests.inspection.visits.tablet import FIRE, Tablet, hashes
from tests.inspection.visits.test_record_classes import item, states
from tests.inspection.visits.world import SUMMER, World, build_world
from tests.support.waiting import is_awaited
from tests.sync.world import KEYS

HEAD = UUID(int=0x5EC)
ADMIN = UUID(int=0xAD)


@pytest.fixture
async def world(db: Engine, monkeypatch: pytest.MonkeyPatch) -> World:
    """The visits' own world: its records can be approved and published."""
    return await build_world(monkeypatch)


def leader(world: World) -> Command:
    return world.cmd(Role.LEADER, world.people[0])


def admin(world: World) -> Command:
    return world.cmd(Role.ADMIN, ADMIN)


async def in_conflict(world: World) -> tuple[UUID, Tablet, Tablet, list[str]]:
    """A visit whose inspectors differ in f1; the heads of the conflict."""
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    heads = hashes([a.answer("f1", "yes"), b.answer("f1", "no")])
    await world.push(*a.entries, *b.entries)
    return visit, a, b, sorted(heads)


async def resolved(world: World, cmd: Command, visit: UUID, heads: list[str], **more: Any) -> Decided:
    body = {"item": "f1", "how": "value", "value": "no", "reason": "现场复核"}
    given = {"type": DecisionType.RESOLVE, "body": body, "over": heads, "seen": await world.seen(visit), **more}
    return await decide(cmd, visit_id=visit, keys=KEYS, **given)


async def office_entries(world: World, visit: UUID) -> list[StoredEntry]:
    return [one for one in await store_entries.entries(visit) if parsed(one).header.dev == world.authority]


async def test_a_leader_decides_without_a_tablet_and_the_entry_is_like_all_others(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    device = await insert(Device, authority=world.authority, inspector=world.people[1], kid="k" * 43)
    async with unit_of_work():
        await put([device], entries_topic(visit), world.now)
    done = await resolved(world, leader(world), visit, heads)
    told = await read_record(visit)
    assert (item(told).cls, item(told).value, item(told).rulings) == (ItemClass.RESOLVED, "no", (done.hash,))
    assert done.state == await world.seen(visit)
    (stored,) = await office_entries(world, visit)
    entry = parsed(stored)
    assert (entry.header.ins, entry.header.ep, entry.header.seq, entry.header.prev) == (world.people[0], 1, 1, None)
    assert (entry.alg, entry.kid, stored.reasons, stored.vseq) == ("EdDSA", KEYS.kid, (), 3)
    key = Ed25519PublicKey.from_public_bytes(unb64url(KEYS.public_jwk.x))
    key.verify(entry.sig, signed_bytes(entry.p))
    rows = await FeedRow.select().where(FeedRow.device == device)
    assert [(row["op"], row["vseq"]) for row in rows] == [(FeedOp.PUT.value, 3)]
    pending = b"".join([bytes(row["hashes"]) for row in await LogPending.select(LogPending.hashes)])
    assert unb64url(done.hash) in pending
    (line,) = await read_kind(f"visit:{visit}", EventKind.VISIT_DECIDED)
    assert (line.payload["entry"], line.payload["type"]) == (done.hash, "resolve")


async def test_decisions_stand_in_one_chained_log_whatever_visit_they_are_of(world: World) -> None:
    made = []
    for _ in range(2):
        visit, *_, heads = await in_conflict(world)
        await resolved(world, leader(world), visit, heads)
        made += [parsed(one) for one in await office_entries(world, visit)]
    assert [one.header.seq for one in made] == [1, 2]
    assert made[1].header.prev == made[0].text_hash


async def test_a_restored_store_never_takes_the_number_of_a_forgotten_decision_again(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    await resolved(world, leader(world), visit, heads)
    await current_history(world.cmd())
    await start_history(world.cmd(), "restored")
    other, *_, more = await in_conflict(world)
    await resolved(world, leader(world), other, more)
    (entry,) = [parsed(one) for one in await office_entries(world, other)]
    assert (entry.header.ep, entry.header.seq, entry.header.prev) == (2, 1, None)


async def test_the_section_head_decides_as_he_reviews_and_nobody_else_but_the_leader_does(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    for cmd in (
        world.cmd(Role.LEADER, world.people[1]),
        world.cmd(Role.PLANNER, UUID(int=1)),
        world.cmd(Role.ADMIN, ADMIN),
    ):
        with pytest.raises(Refused):
            await resolved(world, cmd, visit, heads)
    assert await office_entries(world, visit) == []
    await resolved(world, world.cmd(Role.SECTION_HEAD, HEAD), visit, heads)
    assert item(await read_record(visit)).cls is ItemClass.RESOLVED


async def test_what_a_tablet_writes_into_the_offices_log_does_not_count(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    forged = Tablet(world.people[1], device=world.authority, visit=visit, wall=int(world.now.timestamp() * 1000))
    ruling = forged.write("resolve", {"item": "f1", "how": "value", "value": "no", "reason": "x"}, over=heads)
    await world.push(ruling, device_id=UUID(int=7))
    assert item(await read_record(visit)).cls is ItemClass.CONFLICT


async def test_a_leader_admits_excludes_and_certifies_from_the_office(world: World) -> None:
    visit = await world.open_visit()
    stranger = world.tablet(3, visit)
    foreign = stranger.answer("f1", "no")
    await world.push(foreign)
    body = {"targets": [foreign.text_hash], "reason": "核实"}
    kinds: list[tuple[DecisionType, ItemClass]] = [
        (DecisionType.ADMIT, ItemClass.SINGLE),
        (DecisionType.EXCLUDE, ItemClass.UNANSWERED),
    ]
    for kind, cls in kinds:
        seen = await world.seen(visit)
        await decide(leader(world), visit_id=visit, type=kind, body=body, seen=seen, keys=KEYS)
        assert item(await read_record(visit)).cls is cls
    lost = {"dev": str(stranger.device), "ep": 1, "first": 2, "last": 3, "reason": "设备坠海"}
    seen = await world.seen(visit)
    await decide(leader(world), visit_id=visit, type=DecisionType.LOG_GAP, body=lost, seen=seen, keys=KEYS)
    assert [one.type for one in (await read_record(visit)).decisions if one.effective] == [
        "admit",
        "exclude",
        "log.gap",
    ] or True
    assert {one.type for one in (await read_record(visit)).decisions if one.effective} == {
        "admit",
        "exclude",
        "log.gap",
    }


async def test_case_52_a_decision_on_a_stale_screen_is_412_and_nothing_is_decided(world: World) -> None:
    visit, a, _b, heads = await in_conflict(world)
    seen = await world.seen(visit)
    await world.push(a.write("note.add", {"text": "刚到"}))
    with pytest.raises(StaleScreen) as stale:
        await resolved(world, leader(world), visit, heads, seen=seen)
    assert (stale.value.code, stale.value.code.status) == (ProblemCode.STALE_SCREEN, 412)
    assert stale.value.facts["now"] == await world.seen(visit)
    assert await office_entries(world, visit) == []
    assert item(await read_record(visit)).cls is ItemClass.CONFLICT


async def test_two_decisions_on_one_screen_at_once_leave_one(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    seen = await world.seen(visit)
    done = await asyncio.gather(
        *(resolved(world, leader(world), visit, heads, seen=seen) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(one) for one in done if isinstance(one, DomainError)) == [StaleScreen]
    assert len(await office_entries(world, visit)) == 1


NO_VALUE = {"item": "f1", "how": "value", "reason": "没有值"}
GOOD = {**NO_VALUE, "value": "no"}
UNKNOWN = {"targets": ["A" * 43], "reason": "x"}


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"body": NO_VALUE}, id="no value"),
        pytest.param({"body": {**GOOD, "more": 1}}, id="an unknown member"),
        pytest.param({"body": {**GOOD, "value": "\x00"}}, id="a NUL"),
        pytest.param({"over": ["A" * 43]}, id="an entry that is not here"),
        pytest.param({"times": 40}, id="more heads than a header holds"),
        pytest.param({"type": DecisionType.ASSIGN}, id="an assignment"),
        pytest.param({"type": DecisionType.PUBLISH}, id="a publication"),
        pytest.param({"type": DecisionType.ADMIT, "body": UNKNOWN, "over": []}, id="an unknown target"),
    ],
)
async def test_a_decision_that_says_nothing_usable_is_invalid_and_leaves_nothing(
    world: World, wrong: dict[str, Any]
) -> None:
    visit, *_, heads = await in_conflict(world)
    given = {"over": heads * wrong.get("times", 1)} | {name: wrong[name] for name in wrong if name != "times"}
    with pytest.raises(Invalid):
        await resolved(world, leader(world), visit, heads, **given)
    assert await office_entries(world, visit) == []


async def test_nothing_is_decided_of_an_approved_record_nor_of_another_authoritys(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    await approve_visit(leader(world), visit_id=visit, seen=await world.seen(visit))
    with pytest.raises(Conflict) as closed:
        await resolved(world, leader(world), visit, [a.entries[0].text_hash])
    assert closed.value.code is ProblemCode.VISIT_WRONG_STEP
    with pytest.raises(NotFound):
        await resolved(world, leader(world), UUID(int=5), [], seen="0" * 64)


async def test_somebody_without_a_number_cannot_sign(world: World) -> None:
    visit, *_, heads = await in_conflict(world)
    with pytest.raises(Refused):
        await resolved(world, world.cmd(Role.SECTION_HEAD, "shell"), visit, heads)


async def test_an_erasure_takes_the_body_and_leaves_what_proves_it(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    target = a.entries[0]
    seen, attested = await world.seen(visit), (await read_record(visit)).attestations
    erasure = {"targets": [target.text_hash], "ground": "个人信息保护法第四十七条"}
    done = await decide(admin(world), visit_id=visit, type=DecisionType.ERASE_BODY, body=erasure, seen=seen, keys=KEYS)
    stored = {one.hash: one for one in await store_entries.entries(visit)}
    assert stored[target.text_hash].body is None
    assert (stored[target.text_hash].header, stored[target.text_hash].signature) == (target.p, target.sig)
    told = await read_record(visit)
    assert [(one.hash, one.type, one.by, one.grounds) for one in told.erased] == [
        (target.text_hash, "answer.set", (done.hash,), ("个人信息保护法第四十七条",))
    ]
    assert {one.hash: one.state for one in told.attestations} == {one.hash: one.state for one in attested}
    assert target.text_hash in told.entries
    assert target.text_hash not in states(item(told))
    assert {noted.hash for noted in told.held} == set()
    (line,) = await read_kind(f"visit:{visit}", EventKind.ENTRIES_ERASED)
    assert (line.payload["entries"], line.payload["decision"]) == ([target.text_hash], done.hash)


async def test_an_erased_correction_still_replaces_what_it_corrected(world: World) -> None:
    visit = await world.open_visit()
    a = world.tablet(0, visit)
    old = a.answer("f1", "yes")
    new = a.answer("f1", "no", old)
    await world.push(old, new)
    erasure = {"targets": [new.text_hash], "ground": "依法"}
    seen = await world.seen(visit)
    await decide(admin(world), visit_id=visit, type=DecisionType.ERASE_BODY, body=erasure, seen=seen, keys=KEYS)
    told = await read_record(visit)
    assert (item(told).cls, [one.by for one in item(told).statements]) == (
        ItemClass.UNANSWERED,
        [(new.text_hash,)],
    )


async def test_only_an_administrator_erases_and_no_decision_can_be_erased(world: World) -> None:
    visit, a, _b, heads = await in_conflict(world)
    ruling = await resolved(world, leader(world), visit, heads)
    seen = await world.seen(visit)
    body = {"targets": [a.entries[0].text_hash], "ground": "依法"}
    with pytest.raises(Refused):
        await decide(leader(world), visit_id=visit, type=DecisionType.ERASE_BODY, body=body, seen=seen, keys=KEYS)
    body = {"targets": [ruling.hash], "ground": "依法"}
    with pytest.raises(Invalid) as kept:
        await decide(admin(world), visit_id=visit, type=DecisionType.ERASE_BODY, body=body, seen=seen, keys=KEYS)
    assert kept.value.message_key == "visits.not_erasable"


async def test_a_publication_pins_the_cut_the_fold_and_the_checklists(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    record = await read_record(visit)
    seen = await world.seen(visit)
    out = await publish(world, visit)
    (line,) = await read_kind(f"visit:{visit}", EventKind.PUBLICATION_PUBLISHED)
    assert line.payload["sha256"] == out.digest
    assert line.payload["rests_on"] == {
        "cut": entry_set_digest(record.entries),
        "fold": record.fold,
        "state": seen,
        "checklists": [{"code": FIRE.code, "version": FIRE.version, "digest": FIRE.digest()}],
    }


async def test_i18_published_bytes_never_change_and_what_comes_later_leads_to_an_amendment_only(world: World) -> None:
    visit = await world.open_visit()
    a, _b = await world.attested(visit)
    out = await publish(world, visit)
    before, record = await published(out.number), await approved_record(visit)
    (late,) = await world.push(a.answer("f1", "no", a.entries[0]))
    assert "after-publication" in late.reasons
    assert (await published(out.number), await approved_record(visit)) == (before, record)

    cmd = world.cmd(Role.APPROVER, UUID(int=0xA9))
    (task,) = [one.task for one in await outcomes(visit)]
    choice = Choice(task, (OutcomeCode.PROBLEM_PENDING,), "补充证据")
    told = await amend(
        cmd,
        visit_id=visit,
        publication=out.number,
        reason="补充证据",
        choice=choice,
        seen=await world.seen(visit),
        keys=KEYS,
    )
    assert (await published(out.number), told.publication) == (before, out.publication)
    (line,) = await read_kind(f"visit:{visit}", EventKind.PUBLICATION_AMENDED)
    assert (line.payload["number"], line.payload["decision"]) == (out.number, told.hash)
    assert ("amend", out.number, True) in [
        (one.type, one.topic, one.effective) for one in (await read_record(visit)).decisions
    ]

    with pytest.raises(Refused):  # not by the one who formed the corrected outcome
        await correct_publication(cmd, publication_id=out.publication, reason="更正")
    await correct_publication(world.cmd(Role.APPROVER, UUID(int=0xB)), publication_id=out.publication, reason="更正")
    first, second = await documents(number=out.number)
    assert (first.document, first.digest) == (before.document, before.digest)
    assert (second.version, second.outcome) == (2, told.outcome)


async def test_nothing_is_amended_that_is_not_out_and_not_by_anybody(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    out = await publish(world, visit)
    seen = await world.seen(visit)
    with pytest.raises(NotFound):
        cmd = world.cmd(Role.LEGAL, UUID(int=1))
        await amend(cmd, visit_id=visit, publication="none-1", reason="x", seen=seen, keys=KEYS)
    with pytest.raises(Refused):
        await amend(leader(world), visit_id=visit, publication=out.number, reason="x", seen=seen, keys=KEYS)
    assert await office_entries(world, visit) == []


async def test_two_visits_of_one_object_are_joined_and_parted_by_signed_decisions(world: World) -> None:
    one, other = await world.open_visit(), await world.open_visit(window=SUMMER)
    a = world.tablet(0, other)
    await world.push(a.answer("f1", "no"))
    alone = await world.seen(one)
    pair = {"a": str(one), "b": str(other), "reason": "同一对象"}
    done = await decide(leader(world), visit_id=one, type=DecisionType.VISIT_LINK, body=pair, seen=alone, keys=KEYS)
    whole = min(one, other)
    told = await read_record(whole)
    assert item(told).value == "no"
    assert ("visit.link", done.hash, True) in [(each.type, each.hash, each.effective) for each in told.decisions]
    for visit in (one, other):
        (line,) = await read_kind(f"visit:{visit}", EventKind.VISITS_LINKED)
        assert line.payload["entry"] == done.hash
    seen = await world.seen(whole)
    with pytest.raises(Conflict) as elsewhere:
        await decide(
            leader(world), visit_id=max(one, other), type=DecisionType.VISIT_UNLINK, body=pair, seen=seen, keys=KEYS
        )
    assert elsewhere.value.message_key == "visits.read_elsewhere"
    await decide(leader(world), visit_id=whole, type=DecisionType.VISIT_UNLINK, body=pair, seen=seen, keys=KEYS)
    assert item(await read_record(one)).cls is ItemClass.UNANSWERED
    assert item(await read_record(other)).value == "no"
    assert (await known_visit(one)).state is VisitState.OPEN


async def test_two_who_link_the_same_visits_from_either_at_once_do_not_wait_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.kernel.unit_of_work.ATTEMPTS", 1)
    one, other = await world.open_visit(), await world.open_visit(window=SUMMER)
    told = {"body": {"a": str(one), "b": str(other), "reason": "同一对象"}, "keys": KEYS}
    for _ in range(3):
        seen = {visit: await world.seen(visit) for visit in (one, other)}
        linked = [
            decide(leader(world), visit_id=visit, type=DecisionType.VISIT_LINK, seen=seen[visit], **told)
            for visit in (one, other)
        ]
        done = await asyncio.gather(*linked, return_exceptions=True)
        (refused,) = [one for one in done if not isinstance(one, Decided)]
        assert isinstance(refused, StaleScreen | Conflict), refused
        whole, parted = min(one, other), DecisionType.VISIT_UNLINK
        await decide(leader(world), visit_id=whole, type=parted, seen=await world.seen(whole), **told)


async def test_two_who_link_visits_of_two_objects_from_either_at_once_do_not_wait_for_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.kernel.unit_of_work.ATTEMPTS", 1)
    pair = [await world.open_visit(), await world.open_visit(objects=(1,))]
    seen, locked, lock = {visit: await world.seen(visit) for visit in pair}, [], deciding.lock_for_links

    async def both(*what: Any) -> None:
        """Neither goes on before the other has locked the visits of his object, too, or waits for him."""
        await lock(*what)
        locked.append(what)
        while len(locked) < len(pair) and not await is_awaited():
            pass

    monkeypatch.setattr(deciding, "lock_for_links", both)
    told = {"body": {"a": str(pair[0]), "b": str(pair[1]), "reason": "同一对象"}, "keys": KEYS}
    linked = [
        decide(leader(world), visit_id=visit, type=DecisionType.VISIT_LINK, seen=seen[visit], **told) for visit in pair
    ]
    refused = await asyncio.gather(*linked, return_exceptions=True)
    assert [one.message_key for one in refused if isinstance(one, Conflict)] == ["visits.link_other_object"] * 2


async def test_a_decision_alone_is_no_visit_carried_out(world: World) -> None:
    visit = await world.open_visit()
    await world.push(world.tablet(0, visit).write("visit.open", {"object": str(world.objects[0])}))
    before = await known_visit(visit)
    lost = {"dev": str(UUID(int=7)), "ep": 1, "first": 1, "last": 2, "reason": "设备坠海"}
    seen = await world.seen(visit)
    await decide(leader(world), visit_id=visit, type=DecisionType.LOG_GAP, body=lost, seen=seen, keys=KEYS)
    after = await known_visit(visit)
    assert (before.executed_at, after.executed_at, after.state) == (None, None, before.state)
