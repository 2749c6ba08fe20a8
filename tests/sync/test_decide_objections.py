"""An objection is reviewed by somebody without a part in it, decided on what was seen, told, and published anew."""

import json
from asyncio import gather
from datetime import timedelta
from uuid import UUID

import pytest

from inspection.authority.tables import Account
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused, StaleScreen
from inspection.kernel.journal import EventKind, append, read, read_kind
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity import store as publications
from inspection.publicity.approve_publication import approve_publication
from inspection.publicity.correct import correct_publication
from inspection.publicity.objections.case import case_of
from inspection.publicity.objections.decide import Instead, Ruling
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel, ObjectionRow, ObjectionState, Told
from inspection.publicity.objections.take import take_objection, withdraw_objection
from inspection.publicity.objections.tell import told_objection
from inspection.publicity.open_publications import open_publications
from inspection.publicity.publish import publish_due
from inspection.publicity.published import published
from inspection.publicity.release import Standing
from inspection.publicity.store_documents import documents
from inspection.visits.review.approve import approve_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from sync.office.objections import decide_objection
from tests.inspection.publicity.world import insert
from tests.inspection.visits.publishing import APPROVER, YEAR_END, publish
from tests.inspection.visits.world import World, build_world
from tests.support.kept import kept
from tests.sync.world import KEYS

REVIEWER, OTHER = UUID(int=0x1E9A1), UUID(int=0x1E9A2)
UPHELD = Ruling(upheld=True, facts="调取现场照片，执照未悬挂。", reasons="结果与事实相符。")
PENDING = Instead((OutcomeCode.RECTIFIED,), (FollowUp.ORDERED_TO_CORRECT,))
CORRECTED = Ruling(upheld=False, facts="执照于检查前已更新。", reasons="结果与事实不符。", instead=PENDING)


@pytest.fixture
async def published_visit(db: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[World, UUID]:
    """A visit of an authority whose result is public; made once and kept."""

    async def make() -> tuple[World, UUID]:
        world = await build_world(monkeypatch)
        visit = await world.open_visit()
        await world.attested(visit)
        await publish(world, visit)
        return world, visit

    return await kept("a visit whose result is public", make)


@pytest.fixture
def world(published_visit: tuple[World, UUID]) -> World:
    return published_visit[0]


@pytest.fixture
def visit(published_visit: tuple[World, UUID]) -> UUID:
    return published_visit[1]


def legal(world: World, who: UUID = REVIEWER, name: str = "法制员") -> Command:
    made = world.cmd(Role.LEGAL)
    return Command(Actor(str(who), name, Role.LEGAL), made.now, made.entropy, world.authority)


async def objected(world: World, visit: UUID, *, about_result: bool = True) -> ObjectionRow:
    publication = (await documents(visit=visit) or await publications.waiting(visit=visit))[0] if about_result else None
    key = getattr(publication, "publication", None) or getattr(publication, "id", None)
    said = {"grounds": "执照在店内。", "name": "李店主", "contact": "1380000"}
    return await receive_objection(
        world.cmd(Role.PUBLIC), visit_id=visit, publication_id=key, form="f", channel=Channel.DOOR, **said
    )


async def seen(row: ObjectionRow) -> str:
    return (await case_of(await known_objection(row.id))).seen


async def taken(world: World, row: ObjectionRow, cmd: Command | None = None) -> ObjectionRow:
    return await take_objection(cmd or legal(world), objection_id=row.id, seen=await seen(row))


async def ruled(world: World, row: ObjectionRow, ruling: Ruling, cmd: Command | None = None) -> ObjectionRow:
    return await decide_objection(
        cmd or legal(world), objection_id=row.id, seen=await seen(row), ruling=ruling, keys=KEYS
    )


async def kinds(visit: UUID) -> list[EventKind]:
    return [line.kind for line in await read(f"visit:{visit}") if line.kind.value.startswith("objection.")]


async def test_an_upheld_objection_leaves_what_is_public_as_it_is_and_its_party_is_told_once(
    world: World, visit: UUID
) -> None:
    before, row = await documents(visit=visit), await objected(world, visit)
    assert (await taken(world, row)).state is ObjectionState.IN_REVIEW
    done = await ruled(world, row, UPHELD)
    assert (done.state, done.facts, done.reasons) == (ObjectionState.UPHELD, UPHELD.facts, UPHELD.reasons)
    assert (done.reviewer, done.untold, done.corrected_by) == (str(REVIEWER), True, None)
    first = await told_objection(legal(world), objection_id=row.id, how=Told.POST)
    again = await told_objection(world.cmd(Role.PUBLIC), objection_id=row.id, how=Told.DOOR)
    assert again == first
    assert (first.told_how, first.untold) == (Told.POST, False)
    assert await documents(visit=visit) == before
    assert await kinds(visit) == [
        EventKind.OBJECTION_RECEIVED,
        EventKind.OBJECTION_TAKEN,
        EventKind.OBJECTION_DECIDED,
        EventKind.OBJECTION_TOLD,
    ]
    told = json.dumps([dict(line.payload) for line in await read(f"visit:{visit}")], ensure_ascii=False)
    assert UPHELD.facts not in told


async def test_a_corrected_result_goes_out_again_under_its_number_by_another_person_with_its_history(
    world: World, visit: UUID
) -> None:
    row = await objected(world, visit)
    (old,) = await documents(visit=visit)
    await taken(world, row)
    done = await ruled(world, row, CORRECTED)
    assert done.state is ObjectionState.CORRECTED
    (amended,) = await read_kind(f"visit:{visit}", EventKind.PUBLICATION_AMENDED)
    (decided,) = await read_kind(f"visit:{visit}", EventKind.VISIT_DECIDED)
    assert (amended.payload["outcome"], amended.payload["decision"]) == (
        str(done.corrected_by),
        decided.payload["entry"],
    )
    with pytest.raises(Refused) as same:
        await correct_publication(legal(world), publication_id=old.publication, reason=CORRECTED.reasons)
    assert same.value.code == "same-person"
    new = await correct_publication(
        world.cmd(Role.APPROVER, APPROVER), publication_id=old.publication, reason=CORRECTED.reasons
    )
    assert (new.number, new.version, new.replaces) == (old.number, 2, old.digest)
    public = await published(old.number)
    assert (public.result_codes, public.corrected) == (("rectified",), True)
    first, second = await documents(visit=visit)
    assert (first.document, second.outcome) == (old.document, done.corrected_by)


async def test_a_result_that_is_not_public_yet_is_corrected_first_and_approved_again_by_another_person(
    db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await build_world(monkeypatch)
    visit = await world.open_visit()
    await world.attested(visit)
    await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=await world.seen(visit))
    await open_publications(world.cmd(), visit_id=visit)
    await approve_publication(world.cmd(Role.APPROVER, APPROVER), visit_id=visit, secrecy_reviewed=True)
    row = await objected(world, visit)
    await taken(world, row)
    done = await ruled(world, row, CORRECTED)
    (waiting,) = await publications.waiting(visit=visit)
    assert (waiting.standing, waiting.approved_by) == (Standing.OPEN, None)
    assert (await publish_due(world.cmd(), through=YEAR_END)).published == ()
    with pytest.raises(Refused) as same:
        await approve_publication(legal(world), visit_id=visit, secrecy_reviewed=True)
    assert same.value.code == "same-person"
    await approve_publication(world.cmd(Role.APPROVER, APPROVER), visit_id=visit, secrecy_reviewed=True)
    (out,) = (await publish_due(world.cmd(), through=YEAR_END)).published
    assert (await published(out.number)).result_codes == ("rectified",)
    assert (await documents(visit=visit))[0].outcome == done.corrected_by


@pytest.mark.parametrize("part", ["inspected", "namesake", "led", "record", "publication"])
async def test_who_had_a_part_in_the_result_does_not_review_it_and_learns_who_may(
    world: World, visit: UUID, part: str
) -> None:
    row = await objected(world, visit)
    for key, name, role in ((REVIEWER, "法制员", "legal"), (OTHER, "检查员1", "approver")):
        await insert(Account, id=key, authority=world.authority, name=name, role=role, username=name, active=True)
    who = {
        "inspected": legal(world, world.people[1]),
        "namesake": legal(world, OTHER, "检查员1"),
        "led": legal(world, world.people[0]),
        "record": legal(world, UUID(int=0xBEEF), "原审核人"),
        "publication": legal(world, APPROVER),
    }[part]
    if part == "record":
        # Nobody of the team; the journal remembers who sent the record back.
        async with unit_of_work():
            await append(who.event(EventKind.VISIT_RETURNED, f"visit:{visit}", remarks="补充"))
    with pytest.raises(Refused) as refused:
        await taken(world, row, who)
    facts = refused.value.facts
    assert (refused.value.code, facts["part"]) == ("same-person", "inspected" if part == "namesake" else part)
    assert facts["others"] == "法制员"
    assert (await known_objection(row.id)).reviewer is None


async def test_a_decision_on_an_old_screen_is_refused_whether_objection_record_or_result_moved(
    world: World, visit: UUID
) -> None:
    row = await objected(world, visit)
    old = await seen(row)
    await taken(world, row)
    for verb in ("decide", "take"):
        with pytest.raises(StaleScreen) as stale:
            if verb == "decide":
                await decide_objection(legal(world), objection_id=row.id, seen=old, ruling=UPHELD, keys=KEYS)
            else:
                await take_objection(legal(world, OTHER, "另一人"), objection_id=row.id, seen=old)
        assert stale.value.facts["now"] == await seen(row)
    now = await seen(row)
    late = world.tablet(0, visit)
    late.write("note.add", {"text": "补记"}, ck=None)
    await world.push(*late.entries)
    with pytest.raises(StaleScreen):
        await decide_objection(legal(world), objection_id=row.id, seen=now, ruling=UPHELD, keys=KEYS)
    await ruled(world, row, UPHELD)


async def test_of_two_reviewers_who_decide_or_take_at_once_one_does(world: World, visit: UUID) -> None:
    row = await objected(world, visit)
    tag = await seen(row)
    both = [legal(world), legal(world, OTHER, "另一人")]
    taking = [take_objection(cmd, objection_id=row.id, seen=tag) for cmd in both]
    done = [one for one in await gather(*taking, return_exceptions=True) if isinstance(one, ObjectionRow)]
    assert len(done) == 1
    cmd = next(cmd for cmd in both if cmd.actor.id == done[0].reviewer)
    now = await seen(row)
    deciding = [decide_objection(cmd, objection_id=row.id, seen=now, ruling=CORRECTED, keys=KEYS) for _ in range(2)]
    answers = await gather(*deciding, return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["ObjectionRow", "StaleScreen"]
    assert len(await read_kind(f"visit:{visit}", EventKind.PUBLICATION_AMENDED)) == 1


async def test_deciding_twice_with_the_same_screen_decides_once(world: World, visit: UUID) -> None:
    row = await objected(world, visit)
    await taken(world, row)
    tag = await seen(row)
    await decide_objection(legal(world), objection_id=row.id, seen=tag, ruling=CORRECTED, keys=KEYS)
    with pytest.raises(StaleScreen):
        await decide_objection(legal(world), objection_id=row.id, seen=tag, ruling=CORRECTED, keys=KEYS)
    assert (await kinds(visit)).count(EventKind.OBJECTION_DECIDED) == 1


async def test_only_who_took_it_decides_and_another_may_take_it_over(world: World, visit: UUID) -> None:
    row, other = await objected(world, visit), legal(world, OTHER, "另一人")
    with pytest.raises(Conflict) as early:
        await ruled(world, row, UPHELD)
    assert early.value.facts["state"] == "received"
    await taken(world, row)
    assert (await taken(world, row)).reviewer == str(REVIEWER)
    with pytest.raises(Refused) as refused:
        await ruled(world, row, UPHELD, other)
    assert refused.value.facts["reviewer"] == "法制员"
    assert (await taken(world, row, other)).reviewer_name == "另一人"
    assert (await ruled(world, row, UPHELD, other)).reviewer == str(OTHER)
    assert (await kinds(visit)).count(EventKind.OBJECTION_TAKEN) == 2


async def test_nothing_more_is_done_to_what_is_decided_or_withdrawn(world: World, visit: UUID) -> None:
    row = await objected(world, visit)
    with pytest.raises(Conflict):
        await told_objection(legal(world), objection_id=row.id, how=Told.POST)
    for _ in range(2):
        gone = await withdraw_objection(world.cmd(Role.PUBLIC), objection_id=row.id, channel=Channel.DOOR)
        assert gone.state is ObjectionState.WITHDRAWN
    with pytest.raises(Conflict) as refused:
        await taken(world, row)
    assert refused.value.code == "objection-wrong-step"
    with pytest.raises(Conflict):
        await told_objection(legal(world), objection_id=row.id, how=Told.POST)
    assert await kinds(visit) == [EventKind.OBJECTION_RECEIVED, EventKind.OBJECTION_WITHDRAWN]


async def test_a_decided_objection_is_not_withdrawn(world: World, visit: UUID) -> None:
    row = await objected(world, visit)
    await taken(world, row)
    await ruled(world, row, UPHELD)
    with pytest.raises(Conflict) as refused:
        await withdraw_objection(legal(world), objection_id=row.id, channel=Channel.COUNTER)
    assert refused.value.facts["state"] == "upheld"


async def test_another_authority_sees_no_objection(world: World, visit: UUID) -> None:
    row = await objected(world, visit)
    made = legal(world)
    stranger = Command(made.actor, made.now, made.entropy, UUID(int=7))
    for refused in (
        take_objection(stranger, objection_id=row.id, seen="0" * 64),
        told_objection(stranger, objection_id=row.id, how=Told.POST),
        withdraw_objection(stranger, objection_id=row.id, channel=Channel.COUNTER),
        decide_objection(stranger, objection_id=row.id, seen="0" * 64, ruling=UPHELD, keys=KEYS),
    ):
        with pytest.raises(NotFound) as unknown:
            await refused
        assert unknown.value.code == "objection-unknown"


@pytest.mark.parametrize(
    ("ruling", "key"),
    [
        (Ruling(upheld=False, facts="一", reasons="二"), "publicity.instead_missing"),
        (Ruling(upheld=True, facts="一", reasons="二", instead=PENDING), "publicity.instead_unfit"),
        (Ruling(upheld=True, facts=" ", reasons="二"), "publicity.ruling_words"),
        (
            Ruling(
                upheld=False,
                facts="一",
                reasons="二",
                instead=Instead((OutcomeCode.NO_PROBLEM,), (FollowUp.NONE,)),
            ),
            "publicity.instead_same",
        ),
        (
            Ruling(
                upheld=False,
                facts="一",
                reasons="二",
                instead=Instead((OutcomeCode.NO_PROBLEM, OutcomeCode.CLOSED)),
            ),
            "visits.choice_contradictory",
        ),
    ],
    ids=["no new result", "upheld with one", "no facts", "the same result", "codes that exclude each other"],
)
async def test_a_ruling_that_does_not_hold_together_changes_nothing(
    world: World, visit: UUID, ruling: Ruling, key: str
) -> None:
    row = await objected(world, visit)
    await taken(world, row)
    with pytest.raises(Invalid) as refused:
        await ruled(world, row, ruling)
    assert refused.value.message_key == key
    assert (await known_objection(row.id)).state is ObjectionState.IN_REVIEW
    assert await read_kind(f"visit:{visit}", EventKind.VISIT_DECIDED) == []


async def test_an_objection_to_what_was_done_succeeds_without_a_new_result(world: World, visit: UUID) -> None:
    row = await objected(world, visit, about_result=False)
    await taken(world, row)
    with pytest.raises(Invalid):
        await ruled(world, row, CORRECTED)
    done = await ruled(world, row, Ruling(upheld=False, facts="未出示证件。", reasons="程序有误，已责令改正。"))
    assert (done.state, done.corrected_by) == (ObjectionState.CORRECTED, None)
    assert done.decided_at is not None
    assert done.decided_at - done.received_at < timedelta(days=1)
