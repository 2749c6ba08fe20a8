"""What a party sends is one act however often it comes, within its limits, and through an open door only."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from inspection.door import object as coming
from inspection.door import quota, store
from inspection.door.keep import revoke_door
from inspection.door.limits import FILES_A_FORM, FILES_A_VISIT
from inspection.door.object import checked_grounds, object_at_the_door, open_to_objection
from inspection.door.put_right import PutRight, left_to_put_right, put_right
from inspection.door.rate import Question, averaged, averages, rate, rating_of
from inspection.door.rectify import rectifications_of, rectify
from inspection.door.store import DoorRow
from inspection.door.store_sent import RatingRow, RectificationRow, files_of
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Conflict, Invalid
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.publicity.objections.rows import Channel, HandedIn
from inspection.visits.review import store as store_reviews
from inspection.visits.rows import OutcomeRow
from tests.conftest import NOW
from tests.inspection.door.conftest import Scene
from tests.support.waiting import is_awaited

FIVE = dict.fromkeys(Question, 5)
HEAD = Actor("head", "head", Role.SECTION_HEAD)


def _files(count: int, of: str = "") -> tuple[HandedIn, ...]:
    return tuple(HandedIn(f"{of}{n:x}".rjust(64, "0"), f"{n}.jpg") for n in range(count))


async def _send(
    scene: Scene, form: str = "F1", note: str = "已整改", files: tuple[HandedIn, ...] = (), days: int = 0
) -> RectificationRow:
    return await rectify(scene.after(days), visit_id=scene.visit.id, turn=1, form=form, note=note, files=files)


async def test_the_same_form_twice_at_once_is_one_act_and_one_line(scene: Scene) -> None:
    first, second = await asyncio.gather(_send(scene, files=_files(2)), _send(scene, note="另一份", files=_files(1)))
    assert first == second
    assert await rectifications_of(scene.visit.id) == [first]
    lines = [line for line in await read(f"visit:{scene.visit.id}") if line.kind is EventKind.RECTIFICATION_RECEIVED]
    assert [line.payload["rectification"] for line in lines] == [str(first.id)]
    assert lines[0].actor_id == "party"
    assert await _send(scene, form="F2") != first


async def test_a_file_that_was_chosen_twice_is_kept_once_under_its_first_name(scene: Scene) -> None:
    twice = (HandedIn("a" * 64, "前.jpg"), HandedIn("b" * 64, "b.jpg"), HandedIn("a" * 64, "后.jpg"))
    assert (await _send(scene, files=twice)).files == twice[:2]
    assert (await rectifications_of(scene.visit.id))[0].files == twice[:2]


async def test_what_comes_after_the_last_day_is_taken_and_marked(scene: Scene) -> None:
    (formed,) = await store_reviews.outcomes(scene.visit.id)
    corrected = replace(formed, id=UUID(int=7), replaces=formed.id, rectify_by=date(2026, 3, 5))
    async with unit_of_work():
        await store_reviews.add_outcomes([corrected])
    assert await put_right(scene.visit.id) == PutRight(formed=True, asked=True, by=date(2026, 3, 5))
    assert not (await _send(scene, form="F1", days=3)).late
    assert (await _send(scene, form="F2", days=4)).late


async def test_nothing_empty_too_long_or_too_much_is_taken(scene: Scene) -> None:
    for note, files, key in (
        (" \n", (), "door.nothing_sent"),
        ("长" * 4001, (), "door.note_too_long"),
        ("x", _files(FILES_A_FORM + 1), "door.too_many_files"),
    ):
        with pytest.raises(Invalid) as refused:
            await _send(scene, note=note, files=files)
        assert refused.value.message_key == key
    for form in range(FILES_A_VISIT // FILES_A_FORM - 1):
        await _send(scene, form=f"F{form}", files=_files(FILES_A_FORM))
    said = checked_grounds("不服", "王某", "138")
    await object_at_the_door(
        scene.cmd, visit_id=scene.visit.id, turn=1, form="O", publication_id=None, said=said, files=_files(4)
    )
    with pytest.raises(Conflict) as full:
        await _send(scene, form="last", files=_files(2))
    assert full.value.message_key == "door.enough_files"
    await _send(scene, form="last", files=_files(1))
    assert len(await files_of(scene.visit.id)) == FILES_A_VISIT
    assert await _send(scene, form="F0", files=_files(5)) is not None


async def test_two_forms_at_once_do_not_both_take_the_last_places(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "FILES_A_VISIT", 3)
    sent = (_send(scene, form=form, files=_files(2, form)) for form in ("A", "B"))
    told = await asyncio.gather(*sent, return_exceptions=True)
    assert sorted(type(one).__name__ for one in told) == ["Conflict", "RectificationRow"]
    assert len(await files_of(scene.visit.id)) == 2


@pytest.mark.parametrize("closed", ["turn", "revoked", "expired"])
async def test_a_closed_door_takes_nothing(scene: Scene, closed: str) -> None:
    cmd, turn = scene.cmd, 1
    if closed == "turn":
        turn = 2
    elif closed == "revoked":
        await store.change_door(scene.visit.id, revoked_at=NOW, revoked_by="head")
    else:
        cmd = scene.after(91)
    said = checked_grounds("不服", "王某", "138")
    for attempt in (
        rectify(cmd, visit_id=scene.visit.id, turn=turn, form="F", note="x", files=()),
        rate(cmd, visit_id=scene.visit.id, turn=turn, marks=FIVE),
        object_at_the_door(cmd, visit_id=scene.visit.id, turn=turn, form="F", publication_id=None, said=said, files=()),
    ):
        with pytest.raises(Conflict) as refused:
            await attempt
        assert refused.value.message_key == "door.closed"


async def test_an_objection_comes_in_once_a_form_through_the_door(scene: Scene) -> None:
    said = checked_grounds("  结果与事实不符\r\n", "王某", "138")
    assert await open_to_objection(scene.visit.id) == []
    rows = [
        await object_at_the_door(
            scene.cmd, visit_id=scene.visit.id, turn=1, form="O", publication_id=None, said=said, files=_files(2)
        )
        for _ in range(2)
    ]
    assert rows[0] == rows[1]
    assert (rows[0].channel, rows[0].grounds, len(rows[0].files)) == (Channel.DOOR, "结果与事实不符", 2)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (("", "王", "138"), "door.grounds_missing"),
        (("不服", " ", "138"), "door.name_missing"),
        (("不服", "王", "\x01"), "door.contact_missing"),
        (("不" * 4001, "王", "138"), "door.grounds_too_long"),
        (("不服", "王" * 121, "138"), "door.name_too_long"),
        (("不服", "王", "1" * 121), "door.contact_too_long"),
    ],
)
def test_what_an_objection_lacks_is_told(typed: tuple[str, str, str], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_grounds(*typed)
    assert refused.value.message_key == key


async def test_a_visit_is_rated_once_and_its_journal_tells_no_marks(scene: Scene) -> None:
    for marks in ({}, FIVE | {Question.BURDEN: 6}, {Question.BURDEN: 3}):
        with pytest.raises(Invalid):
            await rate(scene.cmd, visit_id=scene.visit.id, turn=1, marks=marks)
    for _ in range(2):
        await rate(scene.cmd, visit_id=scene.visit.id, turn=1, marks=FIVE)
    with pytest.raises(Conflict) as again:
        await rate(scene.cmd, visit_id=scene.visit.id, turn=1, marks=FIVE | {Question.BURDEN: 1})
    assert again.value.message_key == "door.rated_already"
    known = await rating_of(scene.visit.id)
    assert known is not None
    assert known.rated_on == date(2026, 3, 2)
    (line,) = [line for line in await read(f"visit:{scene.visit.id}") if line.kind is EventKind.VISIT_RATED]
    assert line.payload == {}
    day = known.rated_on
    assert {one.mean_hundredths for one in await averages(scene.world.authority, day, day)} == {500}
    assert {one.answers for one in await averages(scene.world.authority, day + timedelta(1), day + timedelta(9))} == {0}


def test_means_are_rounded_half_up() -> None:
    marks = "{" + ",".join(f'"{question.value}":{{0}}' for question in Question) + "}"
    rows = [RatingRow(UUID(int=n), marks.replace("{0}", str(n)), date(2026, 3, 2)) for n in (1, 2, 2)]
    assert averaged(rows)[0].mean_hundredths == 167


@pytest.mark.parametrize(
    ("codes", "follow_up", "by", "asked"),
    [
        (("no_problem",), ("none",), None, False),
        (("problem_pending",), ("other",), None, True),
        (("closed",), ("ordered_to_correct",), None, True),
        (("unreachable",), ("none",), date(2026, 4, 1), True),
        (("unreachable",), ("none",), None, False),
    ],
)
def test_what_a_result_leaves_to_be_put_right(
    codes: tuple[str, ...], follow_up: tuple[str, ...], by: date | None, asked: bool
) -> None:
    nobody = UUID(int=0)
    row = OutcomeRow(
        UUID(int=1), nobody, nobody, nobody, codes, "[]", follow_up, None, "", date(2026, 3, 2), NOW, "x", None, by
    )
    assert left_to_put_right([row]) == PutRight(formed=True, asked=asked, by=by)
    corrected = replace(row, id=UUID(int=2), replaces=row.id, codes=("no_problem",), follow_up=(), rectify_by=None)
    assert not left_to_put_right([row, corrected]).asked
    assert not left_to_put_right([]).formed


async def test_a_door_that_is_closed_while_somebody_comes_through_it_waits_for_him(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inspection.kernel.unit_of_work.ATTEMPTS", 1)
    inside, let_in = asyncio.Event(), coming.admitted

    async def admitted(cmd: Command, visit_id: UUID, turn: int) -> DoorRow:
        door = await let_in(cmd, visit_id, turn)
        inside.set()
        while not closing.done() and not await is_awaited():
            pass
        return door

    async def closed() -> None:
        await inside.wait()
        await revoke_door(replace(scene.cmd, actor=HEAD), visit_id=scene.visit.id, ground="误发")

    monkeypatch.setattr(coming, "admitted", admitted)
    closing, said = asyncio.create_task(closed()), checked_grounds("不服", "王某", "138")
    objection = await object_at_the_door(
        scene.cmd, visit_id=scene.visit.id, turn=1, form="O", publication_id=None, said=said, files=()
    )
    await closing
    assert objection.form == "O"
    door = await store.door_of(scene.visit.id)
    assert door is not None
    assert door.revoked_at is not None
