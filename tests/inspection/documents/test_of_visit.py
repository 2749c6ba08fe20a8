"""What the papers of a real visit say: read from the rooms that keep it, in either language."""

from typing import Any
from uuid import UUID

import pytest

from inspection.documents.of_record import record_view
from inspection.documents.of_refusal import refusal_view
from inspection.documents.of_result import result_view
from inspection.documents.of_visit import approval_view, notice_view
from inspection.documents.papers import make_paper
from inspection.documents.press import typeset
from inspection.documents.views import PaperKind
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Role
from inspection.kernel.errors import Conflict, DomainError, NotFound, Refused
from inspection.visits.opening.assemble import assemble_visits
from inspection.visits.review.approve import approve_visit
from mobile_contract.ink import Ink
from tests.inspection.visits.world import World

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


async def test_the_notice_names_party_task_plan_item_team_and_the_cap_as_the_rule_set_has_it(world: World) -> None:
    visit = await world.open_visit()
    view = await notice_view(visit, at=world.now, lang="zh_CN")
    said = lines(PaperKind.NOTICE, view)
    for told in ("第1号任务", "T1", "第1项检查", "日常检查", *(one.name for one in view.officers), view.party.name):
        assert told in said
    assert [one.leader for one in view.officers].count(True) == 1
    assert len(view.officers) == 2
    assert view.frequency


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_paper_of_an_approved_visit_is_set_in_both_languages(world: World, lang: str) -> None:
    visit = await approved(world)
    views = {
        PaperKind.NOTICE: await notice_view(visit, at=world.now, lang=lang),
        PaperKind.APPROVAL: await approval_view(visit, lang=lang),
        PaperKind.RECORD: await record_view(visit, at=world.now, lang=lang, draw=draw),
        PaperKind.RESULT: await result_view(visit, at=world.now, lang=lang, draw=draw),
    }
    for kind, view in views.items():
        assert typeset(make_paper(kind, view, lang)).startswith(b"%PDF")


async def test_the_record_form_shows_answers_signature_outcome_and_the_leaders_words(world: World) -> None:
    visit = await approved(world)
    view = await record_view(visit, at=world.now, lang="zh_CN", draw=draw)
    assert [one.answer for one in view.answers] == ["是", "是", "合理缺项"]
    assert [(one.name, bool(one.drawing)) for one in view.party_signed] == [("李某", True)]
    assert [one.result for one in view.findings] == ["未发现问题"]
    assert (view.leader.text, view.leader.by) == ("情况属实，同意。", "某人") if view.leader else False
    assert view.publication is None
    assert view.digest == await world.seen(visit)


async def test_the_form_of_an_approved_record_is_the_same_whenever_it_is_asked_for(world: World) -> None:
    visit = await approved(world)
    first = await record_view(visit, at=world.now, lang="zh_CN", draw=draw)
    world.cmd()
    assert await record_view(visit, at=world.cmd().now, lang="zh_CN", draw=draw) == first


async def test_a_finding_stands_on_the_form_and_on_the_notice_of_the_result_with_its_follow_up(world: World) -> None:
    visit = await approved(world, "no")
    result = await result_view(visit, at=world.now, lang="zh_CN", draw=draw)
    (found,) = result.findings
    assert found.result == "发现问题待后续处理"
    assert found.problems
    assert result.follow_up == ("反馈至日常监管部门依法依规处理",)
    assert result.object_days == 20


async def test_before_its_approval_a_record_has_open_results_and_no_notice_of_a_result(world: World) -> None:
    visit = await world.open_visit()
    await world.attested(visit)
    view = await record_view(visit, at=world.now, lang="zh_CN", draw=draw)
    assert ([one.result for one in view.findings], view.leader) == (["待定"], None)
    with pytest.raises(Conflict):
        await result_view(visit, at=world.now, lang="zh_CN", draw=draw)


async def test_a_refusal_to_sign_makes_its_note_and_stands_on_the_form(world: World) -> None:
    visit = await world.open_visit()
    a, b = world.tablet(0, visit), world.tablet(1, visit)
    a.answer("f1", "yes")
    a.attach(RECORDING, "video/mp4")
    refusal = a.refuse("signature", outcome="unable", media=[RECORDING])
    a.submit()
    b.submit(a)
    await world.push(*a.entries, *b.entries)
    note = await refusal_view(visit, refusal.text_hash, lang="zh_CN", draw=draw)
    assert (note.outcome, note.recordings, note.what) == ("unable", 1, "在检查记录上签名")
    assert len(note.officers) == 2
    assert lines(PaperKind.REFUSAL, note).splitlines()[2].startswith("当事人无法签名，原因：")
    form = await record_view(visit, at=world.now, lang="zh_CN", draw=draw)
    assert form.not_signed.startswith("当事人无法签名")
    assert form.evidence == ("录音录像 1 份",)
    with pytest.raises(NotFound):
        await refusal_view(visit, "A" * 43, lang="zh_CN", draw=draw)


@pytest.mark.parametrize("paper", ["notice", "approval", "record"])
async def test_nothing_is_printed_of_a_visit_that_is_still_secret(world: World, paper: str) -> None:
    drawn = await world.draw()
    (visit,) = (await assemble_visits(world.cmd(), draw_id=drawn.draw)).created
    asked: dict[str, Any] = {
        "notice": notice_view(visit, at=world.now, lang="zh_CN"),
        "approval": approval_view(visit, lang="zh_CN"),
        "record": record_view(visit, at=world.now, lang="zh_CN", draw=draw),
    }
    for name, coroutine in asked.items():
        if name != paper:
            coroutine.close()
    with pytest.raises(Refused) as refused:
        await asked[paper]
    assert isinstance(refused.value, DomainError)
