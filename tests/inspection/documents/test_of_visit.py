"""What the papers of a real visit say: read from the rooms that keep it, in either language."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from inspection.documents.of_record import record_view
from inspection.documents.of_refusal import refusal_view
from inspection.documents.of_result import result_view
from inspection.documents.of_visit import approval_view, notice_view
from inspection.documents.papers import make_paper
from inspection.documents.press import typeset
from inspection.documents.told_times import at_wall
from inspection.documents.views import Deadline, PaperKind, Told
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, DomainError, NotFound, Refused
from inspection.kernel.unit_of_work import in_unit
from inspection.planning.tables import Task, TaskAssistant
from inspection.visits.notices.numbers import notice_number
from inspection.visits.notices.store import Step, StepRow, add_steps
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.review.approve import Choice, approve_visit
from inspection.visits.review.outcomes import FollowUp, OutcomeCode
from inspection.visits.tables import VisitTask
from inspection.visits.timing.interval import Timing
from mobile_contract.ink import Ink
from tests.inspection.publicity.world import insert
from tests.inspection.visits.world import PRICE, World

RECORDING = "f" * 64


def draw(ink: Ink) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{ink.width}" height="{ink.height}"/>'


async def approved(world: World, value: str = "yes") -> UUID:
    visit = await world.open_visit()
    await world.attested(visit, value)
    seen = await world.seen(visit)
    await approve_visit(world.cmd(Role.LEADER, world.people[0]), visit_id=visit, seen=seen, remarks="情况属实，同意。")
    return visit


def lines(kind: PaperKind, view: Any, lang: str = "zh_CN") -> str:
    return "\n".join(make_paper(kind, view, lang).lines())


async def given(world: World, visit: UUID) -> None:
    """The notice gets its number, which is its first printing."""
    await notice_number(world.cmd(Role.LEADER), visit)


async def test_the_notice_names_party_task_plan_item_team_and_the_cap_as_the_rule_set_has_it(world: World) -> None:
    visit = await world.open_visit()
    view = await notice_view(visit, lang="zh_CN")
    said = lines(PaperKind.NOTICE, view)
    for told in ("第1号任务", "T1", "第1项检查", "日常检查", *(one.name for one in view.officers), view.party.name):
        assert told in said
    assert [one.leader for one in view.officers].count(True) == 1
    assert len(view.officers) == 2
    assert "本次检查之前已计 0 次" in view.frequency
    assert str(next(iter(world.draws))) in said


async def test_the_notice_lists_what_the_tasks_want_once_and_counts_who_helps_at_its_issue(world: World) -> None:
    visit = await world.open_visit()
    (task,) = await VisitTask.select(VisitTask.task).where(VisitTask.visit == visit)
    wanted = json.dumps(["营业执照", "进销货台账"], ensure_ascii=False)
    await Task.update({Task.materials: wanted}).where(Task.id == task["task"])
    helps = {"task": task["task"], "attached_by": "x", "attached_at": world.now}
    await insert(TaskAssistant, **helps, inspector=world.people[2])
    await insert(TaskAssistant, **helps, inspector=world.people[3])
    await given(world, visit)
    view = await notice_view(visit, lang="zh_CN")
    assert (view.materials, view.assistants) == (("营业执照", "进销货台账"), 2)
    assert "1. 营业执照\n2. 进销货台账" in lines(PaperKind.NOTICE, view)
    left = {TaskAssistant.detached_at: world.cmd().now}
    await TaskAssistant.update(left).where(TaskAssistant.inspector == world.people[3])
    assert await notice_view(visit, lang="zh_CN") == view


async def test_notice_and_result_printed_at_two_instants_are_the_same_bytes(world: World) -> None:
    visit = await approved(world)
    early = await notice_view(visit, lang="zh_CN")
    await given(world, visit)
    first = await notice_view(visit, lang="zh_CN"), await result_view(visit, lang="zh_CN", draw=draw)
    issued = [one.at for one in first]
    world.now += timedelta(days=40)
    await world.attested(await world.open_visit(checklist=PRICE))
    await serve(world, visit)
    then = await notice_view(visit, lang="zh_CN"), await result_view(visit, lang="zh_CN", draw=draw)
    kinds = (PaperKind.NOTICE, PaperKind.RESULT)
    before, after = ([typeset(make_paper(k, v)) for k, v in zip(kinds, made, strict=True)] for made in (first, then))
    assert before == after
    assert [one.at for one in then] == issued
    assert (early.number, early.at < first[0].at) == ("", True)
    assert first[0].number


async def serve(world: World, visit: UUID) -> None:
    """Somebody hands the notice over, long after it was printed."""
    row = StepRow(world.cmd().new_id(), visit, Step.SERVED, "s", "x", world.now, how="handed_over")
    assert await in_unit(add_steps, [row])


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_paper_of_an_approved_visit_is_set_in_both_languages(world: World, lang: str) -> None:
    visit = await approved(world)
    views = {
        PaperKind.NOTICE: await notice_view(visit, lang=lang),
        PaperKind.APPROVAL: await approval_view(visit, lang=lang),
        PaperKind.RECORD: await record_view(visit, lang=lang, draw=draw, times={}),
        PaperKind.RESULT: await result_view(visit, lang=lang, draw=draw),
    }
    for kind, view in views.items():
        assert typeset(make_paper(kind, view, lang)).startswith(b"%PDF")


async def test_the_record_form_shows_answers_signature_outcome_and_the_leaders_words(world: World) -> None:
    visit = await approved(world)
    view = await record_view(visit, lang="zh_CN", draw=draw, times={})
    assert [one.answer for one in view.answers] == ["是", "是", "合理缺项"]
    assert [(one.name, bool(one.drawing)) for one in view.party_signed] == [("李某", True)]
    assert [one.result for one in view.findings] == ["未发现问题"]
    assert (view.leader.text, view.leader.by) == ("情况属实，同意。", "某人") if view.leader else False
    assert view.publication is None
    assert view.digest == await world.seen(visit)


async def test_the_form_of_an_approved_record_is_the_same_whenever_it_is_asked_for(world: World) -> None:
    visit = await approved(world)
    first = await record_view(visit, lang="zh_CN", draw=draw, times={})
    world.cmd()
    assert await record_view(visit, lang="zh_CN", draw=draw, times={}) == first


async def test_a_finding_stands_on_the_form_and_on_the_notice_of_the_result_with_its_follow_up(world: World) -> None:
    visit = await approved(world, "no")
    result = await result_view(visit, lang="zh_CN", draw=draw)
    (found,) = result.findings
    assert found.result == "发现问题待后续处理"
    assert found.problems
    assert result.follow_up == ("反馈至日常监管部门依法依规处理",)
    assert result.object_days == 20


async def test_before_its_approval_a_record_has_open_results_and_no_notice_of_a_result(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    view = await record_view(visit, lang="zh_CN", draw=draw, times={})
    assert ([one.result for one in view.findings], view.leader) == (["待定"], None)
    with pytest.raises(Conflict):
        await result_view(visit, lang="zh_CN", draw=draw)


async def test_a_refusal_to_sign_makes_its_note_and_stands_on_the_form(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    a.answer("f1", "yes")
    a.attach(RECORDING, "video/mp4")
    refusal = a.refuse("signature", outcome="unable", media=[RECORDING])
    a.submit()
    b.submit(a)
    await world.push(*a.entries, *b.entries)
    note = await refusal_view(visit, refusal.text_hash, lang="zh_CN", draw=draw, times={})
    assert (note.outcome, note.recordings, note.what) == ("unable", 1, "在检查记录上签名")
    assert len(note.officers) == 2
    assert lines(PaperKind.REFUSAL, note).splitlines()[2].startswith("当事人无法签名，原因：")
    form = await record_view(visit, lang="zh_CN", draw=draw, times={})
    assert form.not_signed.startswith("当事人无法签名")
    assert form.evidence == ("录音录像 1 份",)
    with pytest.raises(NotFound):
        await refusal_view(visit, "A" * 43, lang="zh_CN", draw=draw, times={})


async def test_a_clock_that_is_proven_wrong_is_told_as_such_with_what_is_proven(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    here = {"no_fix": "室内"}
    come, gone = [a.write("arrive", here), b.write("arrive", here)], a.write("leave", here)
    await world.push(*a.entries, *b.entries)
    right = await record_view(visit, lang="zh_CN", draw=draw, times={})
    assert right.arrived == Told(at_wall(come[0].header.wall))
    hour = timedelta(hours=1)
    proven = {come[0].text_hash: (5 * hour, 6 * hour), gone.text_hash: (None, -hour), come[1].text_hash: (-hour, hour)}
    start = right.arrived.claimed
    times = {
        hash_: Timing(None if low is None else start + low, None, start + high, "x", None, None, ())
        for hash_, (low, high) in proven.items()
    }
    view = await record_view(visit, lang="zh_CN", draw=draw, times=times)
    assert (
        (view.arrived.not_after, view.left.not_after) == (None, start - hour) if view.arrived and view.left else False
    )
    said = lines(PaperKind.RECORD, view)
    assert "能够证实的时间：不晚于" in said
    assert view.at == start + 6 * hour


async def test_what_is_to_be_put_right_is_told_item_by_item_with_its_day(world: World) -> None:
    none = await result_view(await approved(world, "no"), lang="zh_CN", draw=draw)
    assert none.rectify == ()
    visit = await world.open_visit(checklist=PRICE)
    await world.attested(visit, "no")
    (task,) = await VisitTask.select(VisitTask.task).where(VisitTask.visit == visit)
    code = OutcomeCode.RECTIFIED
    choice = Choice(task["task"], (code,), "当场责令改正", (FollowUp.ORDERED_TO_CORRECT,), date(2026, 4, 1))
    leader = world.cmd(Role.LEADER, world.people[0])
    await approve_visit(leader, visit_id=visit, seen=await world.seen(visit), choices=[choice])
    view = await result_view(visit, lang="zh_CN", draw=draw)
    assert view.rectify == (Deadline(("第2项检查",), date(2026, 4, 1)),)
    assert "对“第2项检查”发现的问题，请于2026年4月1日前（含当日）改正" in lines(PaperKind.RESULT, view)


@pytest.mark.parametrize("paper", ["notice", "approval", "record"])
async def test_nothing_is_printed_of_a_visit_that_is_still_secret(world: World, paper: str) -> None:
    drawn = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    asked: dict[str, Any] = {
        "notice": notice_view(visit, lang="zh_CN"),
        "approval": approval_view(visit, lang="zh_CN"),
        "record": record_view(visit, lang="zh_CN", draw=draw, times={}),
    }
    for name, coroutine in asked.items():
        if name != paper:
            coroutine.close()
    with pytest.raises(Refused) as refused:
        await asked[paper]
    assert isinstance(refused.value, DomainError)
