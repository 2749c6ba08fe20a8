"""The papers of an objection say what is kept of it: as of their own moment, whatever came afterwards."""

from datetime import date
from uuid import UUID

import pytest

from inspection.documents.of_objection import decision_number, decision_view, receipt_view
from inspection.documents.papers import make_paper
from inspection.documents.views import PaperKind
from inspection.kernel.command import Actor, Command, Role
from inspection.kernel.errors import Conflict
from inspection.kernel.unit_of_work import in_unit
from inspection.publicity.objections.case import case_of
from inspection.publicity.objections.decide import Instead, Ruling, decidable, settle
from inspection.publicity.objections.read import known_objection
from inspection.publicity.objections.receive import receive_objection
from inspection.publicity.objections.rows import Channel, HandedIn, ObjectionRow
from inspection.publicity.objections.take import take_objection
from inspection.publicity.store_documents import documents
from inspection.visits.review.outcomes import OutcomeCode
from tests.inspection.visits.publishing import publish
from tests.inspection.visits.world import World

ENTRY = "h" * 43
FOUND = {"facts": "执照已更新。", "reasons": "结果与事实不符。"}


def legal(world: World) -> Command:
    made = world.cmd(Role.LEGAL)
    return Command(Actor(str(UUID(int=0x1E9)), "法制员", Role.LEGAL), made.now, made.entropy, world.authority)


async def objected(world: World, visit: UUID, publication: UUID | None) -> ObjectionRow:
    said = {"grounds": "执照在店内。", "name": "李店主", "contact": "1380000"}
    files = (HandedIn("ab" * 32, "执照.jpg"),)
    cmd = world.cmd(Role.PUBLIC)
    given = {"publication_id": publication, "form": str(publication), "channel": Channel.DOOR, "files": files}
    return await receive_objection(cmd, visit_id=visit, **given, **said)


async def decided(world: World, row: ObjectionRow, ruling: Ruling) -> ObjectionRow:
    async def decide() -> ObjectionRow:
        seen = (await case_of(await known_objection(row.id))).seen
        return await settle(legal(world), await decidable(legal(world), row.id, seen, ruling), ruling, entry=ENTRY)

    await take_objection(legal(world), objection_id=row.id, seen=(await case_of(row)).seen)
    return await in_unit(decide)


@pytest.fixture
async def visit(world: World) -> UUID:
    visit = await world.open_visit()
    await world.attested(visit)
    await publish(world, visit)
    return visit


async def test_receipt_and_decision_of_a_corrected_result(world: World, visit: UUID) -> None:
    row = await objected(world, visit, (await documents(visit=visit))[0].publication)
    with pytest.raises(Conflict) as early:
        await decision_view(row.id, lang="zh_CN")
    assert early.value.code == "objection-wrong-step"
    before = await receipt_view(row.id, lang="zh_CN")
    assert (before.number, before.about, before.attachments) == (row.number, "第1项检查：未发现问题", ("执照.jpg",))
    assert (before.due, before.at, before.party.name) == (row.due_on, row.received_at, "第0商店")
    await decided(world, row, Ruling(upheld=False, **FOUND, instead=Instead((OutcomeCode.RECTIFIED,))))
    assert await receipt_view(row.id, lang="zh_CN") == before
    told = await decision_view(row.id, lang="zh_CN")
    assert told.number == row.number.replace("异受", "异决")
    assert (told.about, told.corrected) == (before.about, ("第1项检查：发现问题已责令改正",))
    assert (told.upheld, told.reviewer, told.facts) == (False, "法制员", FOUND["facts"])
    lines = list(make_paper(PaperKind.OBJECTION_DECISION, told).lines())
    assert any("予以更正并重新公示" in line for line in lines)
    english = make_paper(PaperKind.OBJECTION_RECEIPT, await receipt_view(row.id, lang="en"), "en")
    assert any("No problem" in line for line in english.lines())


async def test_a_decision_about_no_result_promises_no_publication(world: World, visit: UUID) -> None:
    row = await objected(world, visit, None)
    await decided(world, row, Ruling(upheld=False, **FOUND))
    told = await decision_view(row.id, lang="zh_CN")
    assert told.about == "第1号任务的检查行为"
    text = "\n".join(make_paper(PaperKind.OBJECTION_DECISION, told).lines())
    assert "异议成立。" in text
    assert "重新公示" not in text
    assert (await receipt_view(row.id, lang="zh_CN")).due > date(2026, 3, 2)


def test_a_decision_bears_the_serial_of_its_receipt_whatever_the_authority_is_called() -> None:
    assert decision_number("某局异受〔2026〕0007号") == "某局异决〔2026〕0007号"
    assert decision_number("异受科异受〔2026〕0007号") == "异受科异决〔2026〕0007号"
