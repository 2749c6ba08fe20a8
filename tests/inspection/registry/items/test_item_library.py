"""Item lists in the library, on both engines: imported leniently, published strictly, withdrawn, never forgotten."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from inspection.authority.found import found_authority
from inspection.kernel.calendar.rules import local_day
from inspection.kernel.command import Command
from inspection.kernel.database import Engine
from inspection.kernel.errors import Conflict, Invalid, NotFound, Refused
from inspection.kernel.journal import EventKind, read
from inspection.kernel.unit_of_work import unit_of_work
from inspection.registry import find
from inspection.registry.intake.report import Counts
from inspection.registry.items import store
from inspection.registry.items.import_items import import_items
from inspection.registry.items.publish_items import LONGEST_REASON, publish_items, withdraw_item
from inspection.registry.items.seed_list import seed_checklists, seed_items
from inspection.registry.items.tables import InspectionItem
from tests.inspection.registry.files import csv_of
from tests.inspection.registry.items.lists import PROVINCIAL, provincial, provincial_workbook

ALL = len(PROVINCIAL)
HEADER = (
    "事项编码",
    "事项名称",
    "抽查依据",
    "抽查主体",
    "抽查对象",
    "抽查内容",
    "抽查方式",
    "抽查比例",
    "抽查频次",
    "事项类别",
)
FULL = ("A1", "甲事项", "某法", "某局", "各类企业", "某行为", "现场检查", "不超过10%", "每年1次", "一般检查事项")
OPEN = ("A2", "乙事项", "某法", "某局", "各类企业", "某行为", "现场检查", "不低于3%", "每年1次", "一般检查事项")
BARE = ("A3", "丙事项", "某法", "某局", "各类企业", "", "现场检查", "≤5%", "每年1次", "一般检查事项")


@pytest.fixture
async def joint(db: Engine, cmd: Command) -> UUID:
    """An authority whose rule-set wants classes and caps."""
    row = await found_authority(cmd, code="joint", name="某县市场监督管理局", short_name="市监", rule_set="anyue-joint")
    return row.id


@pytest.mark.parametrize(
    "data", [provincial(), provincial(encoding="gbk"), provincial_workbook()], ids=["utf-8", "gbk", "xlsx"]
)
async def test_a_list_without_codes_goes_in_whole_and_again_changes_nothing(
    cmd: Command, authority: UUID, data: bytes
) -> None:
    report = await import_items(cmd, data, authority=authority)
    assert (report.counts.added, report.counts.rejected) == (ALL, 0)
    before = await find.items(authority)
    again = await import_items(cmd, provincial() + b"\n", authority=authority)
    assert again.counts == Counts(rows=ALL, unchanged=ALL, warned=again.counts.warned)
    assert await find.items(authority) == before


async def test_the_bounds_of_a_version_are_stored_with_it(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, provincial(), authority=authority)
    by_name = {item.name: item for item in await find.items(authority)}
    spread = by_name["器械监督"]
    assert spread.frequency_bound.ways[1].times is None
    assert (spread.ratio, spread.frequency) == (spread.ratio_bound.least, 1)
    assert by_name["出租单位监督检查"].ratio_bound.most is not None
    assert by_name["出租单位监督检查"].ratio is None
    assert spread.imported_by == cmd.actor.name
    assert spread.imported_at is not None


async def test_a_version_older_than_bounds_is_read_anew_from_its_texts(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, provincial(), authority=authority)
    item = (await find.items(authority))[0]
    row = await InspectionItem.select().where(InspectionItem.id == item.id).first()
    assert row is not None
    assert store.item_of({**row, "bounds": None}) == item


async def test_what_a_version_says_cannot_be_changed_in_the_database(cmd: Command, authority: UUID) -> None:
    await import_items(cmd, seed_items(), authority=authority, checklists=seed_checklists())
    item = (await find.items(authority))[0]
    with pytest.raises(Exception, match="append-only"):
        async with unit_of_work():
            await InspectionItem.update({InspectionItem.basis: "另一法"}).where(InspectionItem.id == item.id)


async def test_an_unfit_item_keeps_the_whole_list_from_being_published(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL, OPEN, BARE], HEADER), authority=joint)
    with pytest.raises(Refused) as refusal:
        await publish_items(cmd, authority=joint)
    told = refusal.value.facts
    assert (told["items"], told["count"]) == (2, 2)
    assert [one["item"] for one in told["findings"]] == ["A2", "A3"]  # type: ignore[union-attr,index]
    assert all(one["zh"] != one["en"] for one in told["findings"])  # type: ignore[union-attr,index]
    assert await find.published_items(joint) == []
    kinds = [entry.kind for entry in await read(f"registry:{joint}")]
    assert EventKind.ITEMS_PUBLISHED not in kinds


async def test_a_named_part_of_the_list_may_be_published(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL, OPEN, BARE], HEADER), authority=joint)
    published = await publish_items(cmd, authority=joint, codes=["A1"])
    assert [(item.code, item.published_by, item.effective_from) for item in published] == [
        ("A1", cmd.actor.name, local_day(cmd.now))
    ]
    assert [item.code for item in await find.published_items(joint)] == ["A1"]
    with pytest.raises(Refused):
        await publish_items(cmd, authority=joint, codes=["A1", "A3"])


async def test_a_code_without_an_item_cannot_be_published(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    with pytest.raises(NotFound):
        await publish_items(cmd, authority=joint, codes=["A1", "ZZ"])
    assert await find.published_items(joint) == []


async def test_a_list_is_not_published_for_days_past(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    with pytest.raises(Invalid) as refusal:
        await publish_items(cmd, authority=joint, effective_from=local_day(cmd.now) - timedelta(days=1))
    assert refusal.value.message_key == "registry.effective_past"


async def test_the_list_as_of_a_day_follows_publications_and_withdrawals(cmd: Command, joint: UUID) -> None:
    today = local_day(cmd.now)
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    await publish_items(cmd, authority=joint)
    await import_items(cmd, csv_of([(*FULL[:2], "新法", *FULL[3:])], HEADER), authority=joint)
    await publish_items(cmd, authority=joint, effective_from=today + timedelta(days=10))
    await withdraw_item(cmd, authority=joint, code="A1", reason="依据废止", on=today + timedelta(days=20))

    async def basis(days: int) -> list[str]:
        return [item.basis for item in await find.published_items(joint, today + timedelta(days=days))]

    assert [await basis(days) for days in (-1, 0, 9, 10, 19, 20)] == [[], ["某法"], ["某法"], ["新法"], ["新法"], []]
    assert await find.published_items(joint) == []
    first, second = await find.item_history(joint, "A1")
    assert (first.last_day, second.last_day) == (today + timedelta(days=9), today + timedelta(days=19))
    assert [change.field for change in second.changes] == ["basis"]
    assert second.item.withdrawn_reason == "依据废止"


async def test_a_withdrawal_is_told_to_the_journal_and_happens_once(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    await publish_items(cmd, authority=joint)
    gone = await withdraw_item(cmd, authority=joint, code="A1", reason=" 依据废止 ")
    assert (gone.withdrawn_on, gone.withdrawn_by, gone.withdrawn_reason) == (
        local_day(cmd.now),
        cmd.actor.name,
        "依据废止",
    )
    with pytest.raises(Conflict):
        await withdraw_item(cmd, authority=joint, code="A1", reason="再次")
    entries = [entry for entry in await read(f"registry:{joint}") if entry.kind is EventKind.ITEM_WITHDRAWN]
    assert [entry.payload["item"] for entry in entries] == ["A1"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * (LONGEST_REASON + 1)])
async def test_a_withdrawal_needs_a_reason(cmd: Command, joint: UUID, reason: str) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    await publish_items(cmd, authority=joint)
    with pytest.raises(Invalid) as refusal:
        await withdraw_item(cmd, authority=joint, code="A1", reason=reason)
    assert refusal.value.message_key == "registry.withdrawal_reason"
    assert len(await find.published_items(joint)) == 1


async def test_only_a_published_item_can_be_withdrawn(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    with pytest.raises(Conflict):
        await withdraw_item(cmd, authority=joint, code="A1", reason="误录")
    with pytest.raises(NotFound):
        await withdraw_item(cmd, authority=joint, code="ZZ", reason="误录")
    with pytest.raises(Invalid):
        await withdraw_item(cmd, authority=joint, code="A1", reason="误录", on=date(2000, 1, 1))


async def test_a_withdrawn_item_comes_back_with_a_later_version_only(cmd: Command, joint: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    await publish_items(cmd, authority=joint)
    await withdraw_item(cmd, authority=joint, code="A1", reason="依据废止")
    assert (await import_items(cmd, csv_of([FULL, OPEN], HEADER), authority=joint)).counts.unchanged == 1
    assert await publish_items(cmd, authority=joint, codes=["A1"]) == ()
    await import_items(cmd, csv_of([(*FULL[:2], "新法", *FULL[3:])], HEADER), authority=joint)
    assert [item.version for item in await publish_items(cmd, authority=joint, codes=["A1"])] == [2]
    assert [item.basis for item in await find.published_items(joint)] == ["新法"]


async def test_an_unknown_item_has_no_history(cmd: Command, joint: UUID) -> None:
    with pytest.raises(NotFound):
        await find.item_history(joint, "ZZ")


async def test_another_authority_s_items_are_not_seen(cmd: Command, joint: UUID, authority: UUID) -> None:
    await import_items(cmd, csv_of([FULL], HEADER), authority=joint)
    await publish_items(replace(cmd, authority=joint), authority=joint)
    assert await find.published_items(authority, local_day(cmd.now)) == []
    with pytest.raises(NotFound):
        await find.item_history(authority, "A1")
