"""Marks and special registers on both engines: imported whole, one by one, and as a draw's directory sees them."""

from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Conflict, DomainError, Invalid, NotFound
from inspection.kernel.journal import EventKind, read
from inspection.policy.load import rule_set
from inspection.policy.terms import Mark
from inspection.registry.intake import store as store_imports
from inspection.registry.intake.remarks import Reason
from inspection.registry.intake.report import Counts
from inspection.registry.objects import store_marks, store_registers
from inspection.registry.objects.directory import directory_rows
from inspection.registry.objects.entries import RegisterSort
from inspection.registry.objects.history import HistoryKind, object_history
from inspection.registry.objects.import_entries import import_entries
from inspection.registry.objects.import_marks import import_marks
from inspection.registry.objects.import_objects import import_objects
from inspection.registry.objects.record_mark import lift_mark, record_mark
from inspection.registry.objects.remove_entry import remove_entry
from inspection.registry.objects.store import object_by_code
from tests.inspection.registry.files import csv_of, firms

DAY = date(2026, 3, 2)
CODES = [row[1] for row in firms(5)]
MARK_HEADER = ("信用代码", "情形", "认定日期", "截止日期", "文号", "认定机关", "备注", "移出日期", "移出原因")
ENTRY_HEADER = (
    "专项库名称",
    "监管标签",
    "统一社会信用代码/注册号",
    "企业名称",
    "许可证名称",
    "许可证编号",
    "许可批准日期",
    "有效期至",
    "许可发证机关",
    "检查机关",
)
NOBODY = uuid5(UUID(int=0), "nobody")


@pytest.fixture
async def stocked(cmd: Command, authority: UUID) -> UUID:
    await import_objects(cmd, csv_of(firms(5)), authority=authority)
    return authority


def mark_row(code: str = CODES[0], mark: str = "行政处罚", since: str = "2025-01-05", **more: str) -> tuple[str, ...]:
    cells = {"信用代码": code, "情形": mark, "认定日期": since, **more}
    return tuple(cells.get(title, "") for title in MARK_HEADER)


def entry_row(code: str = CODES[0], register: str = "危险化学品企业", **more: str) -> tuple[str, ...]:
    cells = {"专项库名称": register, "统一社会信用代码/注册号": code, **more}
    return tuple(cells.get(title, "") for title in ENTRY_HEADER)


async def id_of(authority: UUID, code: str) -> UUID:
    return (await object_by_code(authority, code)).id


async def marks_of(authority: UUID, code: str = CODES[0]) -> list:
    object_id = await id_of(authority, code)
    return (await store_marks.marks_of([object_id])).get(object_id, [])


def said(remarks) -> set[str]:
    return {one.text(lang) for one in remarks for lang in LANGUAGES}


async def test_marks_go_in_and_the_second_time_nothing_changes(cmd: Command, stocked: UUID):
    rows = [
        mark_row(文号="罚〔2025〕1号", 认定机关="某局"),
        mark_row(mark="列入经营异常名录", since="2025年2月3日"),
        mark_row(CODES[1], "严重违法失信名单", "20250304", 移出日期="2025-06-01", 移出原因="已修复"),
    ]
    report = await import_marks(cmd, csv_of(rows, MARK_HEADER), authority=stocked)
    assert report.counts == Counts(rows=3, added=3)
    assert [(m.mark, m.since, m.reference) for m in await marks_of(stocked)] == [
        (Mark.PENALTY, date(2025, 1, 5), "罚〔2025〕1号"),
        (Mark.ABNORMAL_LIST, date(2025, 2, 3), ""),
    ]
    (serious,) = await marks_of(stocked, CODES[1])
    assert (serious.mark, serious.lifted_on, serious.lifted_reason) == (
        Mark.SERIOUS_VIOLATION,
        date(2025, 6, 1),
        "已修复",
    )
    again = await import_marks(cmd, csv_of(rows[::-1], MARK_HEADER), authority=stocked)
    assert again.counts == Counts(rows=3, unchanged=3)


async def test_a_later_file_lifts_a_mark_and_leaves_it_as_it_was(cmd: Command, stocked: UUID):
    await import_marks(cmd, csv_of([mark_row(mark="失信")], MARK_HEADER), authority=stocked)
    report = await import_marks(
        cmd, csv_of([mark_row(mark="失信", 移出日期="2026-01-01")], MARK_HEADER), authority=stocked
    )
    assert report.counts == Counts(rows=1, changed=1)
    (mark,) = await marks_of(stocked)
    assert (mark.since, mark.lifted_on) == (date(2025, 1, 5), date(2026, 1, 1))
    entries = await read(f"registry:{stocked}")
    assert [entry.kind for entry in entries].count(EventKind.MARKS_IMPORTED) == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (mark_row("123"), Reason.CODE_SHAPE),
        (mark_row(""), Reason.CODE_MISSING),
        (mark_row(firms(9)[8][1]), Reason.OBJECT_NOT_REGISTERED),
        (mark_row(mark="表现良好"), Reason.MARK_UNKNOWN),
        (mark_row(mark=""), Reason.VALUE_MISSING),
        (mark_row(since=""), Reason.VALUE_MISSING),
        (mark_row(since="去年"), Reason.DATE_SHAPE),
        (mark_row(since="2026-03-03"), Reason.DAY_AHEAD),
        (mark_row(截止日期="2024-01-01"), Reason.DATES_REVERSED),
        (mark_row(截止日期="很久"), Reason.DATE_SHAPE),
        (mark_row(移出日期="2024-12-31"), Reason.LIFTED_EARLIER),
        (mark_row(移出日期="2026-03-03"), Reason.DAY_AHEAD),
        (mark_row(移出日期="不详"), Reason.DATE_SHAPE),
        (mark_row(文号="长" * 121), Reason.VALUE_TOO_LONG),
        (mark_row(认定机关="长" * 201), Reason.VALUE_TOO_LONG),
        (mark_row(备注="长" * 501), Reason.VALUE_TOO_LONG),
        (mark_row(移出原因="长" * 501), Reason.VALUE_TOO_LONG),
        (mark_row(备注="甲\x00乙"), Reason.CONTROL_CHARACTER),
    ],
)
async def test_a_wrong_cell_of_a_mark_rejects_its_row_and_no_other(row, reason: Reason, cmd: Command, stocked: UUID):
    good = mark_row(CODES[1], "投诉")
    report = await import_marks(cmd, csv_of([row, good], MARK_HEADER), authority=stocked)
    assert report.counts == Counts(rows=2, added=1, rejected=1)
    (noted,) = report.rejected
    assert [one.key for one in noted.remarks] == [reason]
    assert len(said(noted.remarks)) == 2
    assert await marks_of(stocked) == []
    assert len(await store_imports.rejected(report.run, 0, 10)) == 1


@pytest.mark.parametrize("cells", [{"备注": "另一事由"}, {"截止日期": "2027-01-01"}, {"认定机关": "另一局"}])
async def test_a_recorded_mark_is_never_changed_by_a_file(cells, cmd: Command, stocked: UUID):
    await import_marks(cmd, csv_of([mark_row(认定机关="某局", 备注="事由")], MARK_HEADER), authority=stocked)
    report = await import_marks(cmd, csv_of([mark_row(**cells)], MARK_HEADER), authority=stocked)
    assert [one.key for one in report.rejected[0].remarks] == [Reason.MARK_DIFFERS]
    assert (await marks_of(stocked))[0].note == "事由"


async def test_a_mark_is_recorded_once_and_lifted_once(cmd: Command, stocked: UUID):
    object_id = await id_of(stocked, CODES[0])
    asked = {"authority": stocked, "object_id": object_id, "mark": Mark.PENALTY, "since": DAY, "reference": "1号"}
    mark = await record_mark(cmd, **asked)
    assert await record_mark(cmd, **asked) == mark
    with pytest.raises(Conflict, match=r"registry\.mark_recorded"):
        await record_mark(cmd, **asked, note="不同")
    lifted = await lift_mark(cmd, authority=stocked, mark_id=mark.id, on=DAY, reason="复议撤销")
    assert (lifted.lifted_on, lifted.lifted_by_name) == (DAY, cmd.actor.name)
    assert await lift_mark(cmd, authority=stocked, mark_id=mark.id, on=DAY, reason="复议撤销") == lifted
    with pytest.raises(Conflict, match=r"registry\.mark_lifted"):
        await lift_mark(cmd, authority=stocked, mark_id=mark.id, on=DAY, reason="别的原因")
    kinds = [entry.kind for entry in await read(f"registry:{stocked}")]
    assert (kinds.count(EventKind.MARK_RECORDED), kinds.count(EventKind.MARK_LIFTED)) == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"since": DAY + timedelta(days=1)}, "registry.day_ahead"),
        ({"until": DAY - timedelta(days=1)}, "registry.dates_reversed"),
        ({"reference": "长" * 121}, "registry.value_too_long"),
        ({"source": "长" * 201}, "registry.value_too_long"),
        ({"note": "长" * 501}, "registry.value_too_long"),
        ({"note": "甲\x00乙"}, "registry.control_character"),
        ({"object_id": NOBODY}, "registry.object_unknown"),
        ({"authority": NOBODY}, "registry.object_unknown"),
    ],
)
async def test_a_wrong_field_of_a_mark_is_refused_and_nothing_is_recorded(wrong, key, cmd: Command, stocked: UUID):
    object_id = await id_of(stocked, CODES[0])
    asked = {"authority": stocked, "object_id": object_id, "mark": Mark.PENALTY, "since": DAY}
    with pytest.raises(DomainError, match=key.replace(".", r"\.")):
        await record_mark(cmd, **(asked | wrong))
    assert await marks_of(stocked) == []


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"reason": " "}, "registry.value_missing"),
        ({"reason": "长" * 501}, "registry.value_too_long"),
        ({"reference": "长" * 121}, "registry.value_too_long"),
        ({"on": DAY + timedelta(days=1)}, "registry.day_ahead"),
        ({"on": DAY - timedelta(days=1)}, "registry.lifted_earlier"),
        ({"mark_id": NOBODY}, "registry.mark_not_found"),
        ({"authority": NOBODY}, "registry.mark_not_found"),
    ],
)
async def test_a_wrong_field_of_a_lifting_is_refused_and_the_mark_stands(wrong, key, cmd: Command, stocked: UUID):
    object_id = await id_of(stocked, CODES[0])
    mark = await record_mark(cmd, authority=stocked, object_id=object_id, mark=Mark.DISHONESTY, since=DAY)
    asked = {"authority": stocked, "mark_id": mark.id, "on": DAY, "reason": "修复"}
    with pytest.raises(DomainError, match=key.replace(".", r"\.")):
        await lift_mark(cmd, **(asked | wrong))
    assert (await marks_of(stocked))[0].lifted_on is None


async def test_a_special_register_is_filled_by_the_template_and_the_second_time_nothing_changes(
    cmd: Command, stocked: UUID
):
    rows = [
        entry_row(监管标签="重点、高危", 许可证名称="经营许可", 许可证编号="A-1", 有效期至="长期"),
        entry_row(
            许可证编号="A-2", 许可批准日期="2020-01-01", 有效期至="9999-09-09", 许可发证机关="某局", 检查机关="某队"
        ),
        entry_row(CODES[1], "", 监管标签="重点"),
    ]
    report = await import_entries(cmd, csv_of(rows, ENTRY_HEADER), authority=stocked)
    assert report.counts == Counts(rows=3, added=3)
    found = await store_registers.registers(stocked, DAY)
    assert [(one.sort, one.name, one.entries) for one in found] == [
        (RegisterSort.REGISTER, "危险化学品企业", 2),
        (RegisterSort.TAG, "重点", 2),
        (RegisterSort.TAG, "高危", 1),
    ]
    members = await store_registers.members(found[0].id, "", 10)
    assert {(one.licence.number, one.licence.valid_until) for one in members} == {
        ("A-1", date(9999, 12, 31)),
        ("A-2", date(9999, 12, 31)),
    }
    again = await import_entries(cmd, csv_of(rows[::-1], ENTRY_HEADER), authority=stocked)
    assert again.counts == Counts(rows=3, unchanged=3)


async def test_a_renewed_licence_changes_its_entry_and_the_journal_says_from_what(cmd: Command, stocked: UUID):
    for until in ("2026-01-01", "2031-01-01"):
        rows = [entry_row(许可证编号="A-1", 有效期至=until)]
        report = await import_entries(cmd, csv_of(rows, ENTRY_HEADER), authority=stocked)
    assert report.counts == Counts(rows=1, changed=1)
    entries = [e for e in await read(f"registry:{stocked}") if e.kind is EventKind.ENTRIES_IMPORTED]
    (changed,) = entries[-1].payload["changed"].values()
    assert changed == {"code": CODES[0], "valid_until": ["2026-01-01", "2031-01-01"]}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (entry_row("123"), Reason.CODE_SHAPE),
        (entry_row(""), Reason.CODE_MISSING),
        (entry_row(firms(9)[8][1]), Reason.OBJECT_NOT_REGISTERED),
        (entry_row(register=""), Reason.REGISTER_MISSING),
        (entry_row(register="长" * 121), Reason.VALUE_TOO_LONG),
        (entry_row(监管标签="长" * 121), Reason.VALUE_TOO_LONG),
        (entry_row(企业名称="长" * 301), Reason.VALUE_TOO_LONG),
        (entry_row(许可证名称="长" * 201), Reason.VALUE_TOO_LONG),
        (entry_row(许可证编号="长" * 121), Reason.VALUE_TOO_LONG),
        (entry_row(许可批准日期="某日"), Reason.DATE_SHAPE),
        (entry_row(有效期至="2026-02-30"), Reason.DATE_SHAPE),
        (entry_row(许可批准日期="2026-01-02", 有效期至="2026-01-01"), Reason.DATES_REVERSED),
        (entry_row(许可发证机关="长" * 201), Reason.VALUE_TOO_LONG),
        (entry_row(检查机关="长" * 201), Reason.VALUE_TOO_LONG),
    ],
)
async def test_a_wrong_cell_of_an_entry_rejects_its_row_and_no_other(row, reason: Reason, cmd: Command, stocked: UUID):
    report = await import_entries(cmd, csv_of([row, entry_row(CODES[1], "好名录")], ENTRY_HEADER), authority=stocked)
    assert report.counts == Counts(rows=2, added=1, rejected=1)
    assert [one.key for one in report.rejected[0].remarks] == [reason]
    assert len(said(report.rejected[0].remarks)) == 2
    assert [one.name for one in await store_registers.registers(stocked)] == ["好名录"]


async def test_an_entry_counts_up_to_the_last_day_of_its_licence(cmd: Command, stocked: UUID):
    rows = [entry_row(许可证编号="1", 有效期至="2026-03-02"), entry_row(CODES[1], 许可证编号="2")]
    await import_entries(cmd, csv_of(rows, ENTRY_HEADER), authority=stocked)

    async def inside(on: date | None) -> set[str]:
        return {row.oid async for row in directory_rows(stocked, ["危险化学品企业"], on)}

    assert await inside(DAY) == {CODES[0], CODES[1]}
    assert await inside(DAY + timedelta(days=1)) == {CODES[1]}
    assert await inside(None) == {CODES[0], CODES[1]}


async def test_a_removed_entry_stays_with_its_reason_and_no_longer_counts(cmd: Command, stocked: UUID):
    await import_entries(cmd, csv_of([entry_row()], ENTRY_HEADER), authority=stocked)
    (register,) = await store_registers.registers(stocked)
    (entry,) = await store_registers.members(register.id, "", 10)
    with pytest.raises(Invalid, match=r"registry\.value_missing"):
        await remove_entry(cmd, authority=stocked, entry_id=entry.id, reason="")
    with pytest.raises(Invalid, match=r"registry\.value_too_long"):
        await remove_entry(cmd, authority=stocked, entry_id=entry.id, reason="长" * 501)
    for wrong in ({"entry_id": NOBODY}, {"authority": NOBODY}):
        with pytest.raises(NotFound, match=r"registry\.entry_not_found"):
            await remove_entry(cmd, **({"authority": stocked, "entry_id": entry.id, "reason": "x"} | wrong))
    assert (await store_registers.registers(stocked, DAY))[0].entries == 1
    removed = await remove_entry(cmd, authority=stocked, entry_id=entry.id, reason="不再经营")
    assert (removed.removed_on, removed.removed_reason) == (DAY, "不再经营")
    assert (await store_registers.registers(stocked, DAY))[0].entries == 0
    assert [row async for row in directory_rows(stocked, ["危险化学品企业"], DAY)] == []
    with pytest.raises(Conflict, match=r"registry\.entry_removed"):
        await remove_entry(cmd, authority=stocked, entry_id=entry.id, reason="不再经营")
    again = await import_entries(cmd, csv_of([entry_row()], ENTRY_HEADER), authority=stocked)
    assert again.counts.added == 1
    assert len(await store_registers.members(register.id, "", 10)) == 2


async def test_the_directory_carries_marks_registers_and_grounds_of_the_day(cmd: Command, stocked: UUID):
    rules = rule_set("weihai-jingkai-commerce", DAY)
    abnormal = next(one for one in rules.visit_cap.exemptions if one.mark is Mark.ABNORMAL_LIST)
    rows = [mark_row(mark="经营异常", since="2025-01-01", 移出日期="2026-02-01"), mark_row(CODES[1], "经营异常")]
    await import_marks(cmd, csv_of(rows, MARK_HEADER), authority=stocked)
    await import_entries(cmd, csv_of([entry_row(CODES[2])], ENTRY_HEADER), authority=stocked)
    found = {row.oid: row async for row in directory_rows(stocked, ["enterprise", "危险化学品企业"], DAY, rules)}
    assert set(found) == set(CODES)
    assert {code: row.grounds for code, row in found.items() if row.grounds} == {CODES[1]: (abnormal.code,)}
    assert found[CODES[1]].marks == (Mark.ABNORMAL_LIST,)
    assert found[CODES[2]].registers == ("危险化学品企业",)
    earlier = {row.oid: row async for row in directory_rows(stocked, (), date(2026, 1, 31), rules)}
    assert earlier[CODES[0]].grounds == (abnormal.code,)


async def test_a_ground_that_the_register_states_counts_as_a_mark_of_it(cmd: Command, authority: UUID):
    rules = rule_set("weihai-jingkai-commerce", DAY)
    header = ("名称", "信用代码", "监管标识")
    rows = [("甲", CODES[0], "列入经营异常名录、投诉举报多"), ("乙", CODES[1], "")]
    await import_objects(cmd, csv_of(rows, header), authority=authority)
    found = {row.oid: row async for row in directory_rows(authority, (), DAY, rules)}
    assert set(found[CODES[0]].grounds) == {"abnormal-list", "many-complaints"}
    assert found[CODES[1]].grounds == ()


async def test_the_history_of_an_object_tells_who_did_what_when(cmd: Command, authority: UUID):
    header = ("名称", "信用代码", "区域", "电话", "信用等级")
    for area, phone, grade in (("东", "1", "A"), ("南", "2", "B")):
        await import_objects(cmd, csv_of([("甲", CODES[0], area, phone, grade)], header), authority=authority)
    object_id = await id_of(authority, CODES[0])
    mark = await record_mark(cmd, authority=authority, object_id=object_id, mark=Mark.PENALTY, since=DAY)
    await lift_mark(cmd, authority=authority, mark_id=mark.id, on=DAY, reason="撤销")
    await import_entries(cmd, csv_of([entry_row()], ENTRY_HEADER), authority=authority)
    (register,) = await store_registers.registers(authority)
    (entry,) = await store_registers.members(register.id, "", 10)
    await remove_entry(cmd, authority=authority, entry_id=entry.id, reason="退出")
    history = await object_history(object_id)
    assert sorted(one.kind for one in history) == sorted(HistoryKind)
    assert {one.by_name for one in history} == {cmd.actor.name}
    (changed,) = (one for one in history if one.kind is HistoryKind.CHANGED)
    assert changed.fields == {"area": ["东", "南"], "phone": [], "credit_grade": ["A", "B"]}
    assert changed.run is not None
