"""Registers of inspectors go in on both engines: nobody twice, nothing by half, everything on record."""

import asyncio
from datetime import date

import pytest

from inspection.authority import store as authorities
from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.command import Command
from inspection.kernel.errors import Invalid, StaleScreen
from inspection.kernel.journal import EventKind, read
from inspection.registry import find
from inspection.registry.inspectors.export import csv_lines
from inspection.registry.inspectors.facts import InspectorFacts
from inspection.registry.inspectors.import_inspectors import import_inspectors, preview_inspectors
from inspection.registry.inspectors.questions import assistants, history
from inspection.registry.inspectors.terms import ChangeKind, InspectorRole, RelationKind, RelationSource
from inspection.registry.intake.report import Counts, ImportReport
from inspection.registry.intake.wanted import Wanted
from inspection.registry.objects.synthetic import synthetic_code, synthetic_inspector_file
from mobile_contract.problems import ProblemCode
from tests.inspection.registry.files import xlsx_of
from tests.inspection.registry.inspectors.conftest import Found
from tests.inspection.registry.inspectors.people import SIX, WANG, file_of

TODAY = date(2026, 3, 2)
PEOPLE = "工号,姓名,工作单位,执法证号,发证机关,有效期起,有效期止"
LI = ("李二", "科员", "投资科", "鲁K0002", "商务执法", "汽车", "某省司法厅", "2025-01-01", "2027-12-31")


async def bring(cmd: Command, header: str, *rows: tuple[str, ...]) -> ImportReport:
    assert cmd.authority is not None
    return await import_inspectors(cmd, file_of(header, *rows), authority=cmd.authority)


async def everybody(cmd: Command) -> list[InspectorFacts]:
    assert cmd.authority is not None
    return await find.inspectors_of(cmd.authority)


def why(report: ImportReport) -> list[tuple[int, list[str]]]:
    return [(row.number, [told.key.name for told in row.remarks]) for row in report.rejected]


async def test_the_synthetic_inspectors_go_in_and_their_units_are_opened(clerk: Command):
    assert clerk.authority is not None
    report = await import_inspectors(clerk, synthetic_inspector_file(TODAY), authority=clerk.authority)
    assert report.counts == Counts(rows=16, added=16, warned=1)
    people = await everybody(clerk)
    assert {person.unit for person in people} == {unit.name for unit in await authorities.units(clerk.authority)}
    assert len([p for p in people if p.certificate_for(TODAY, date(2026, 12, 31))]) == 14
    assert (await find.inspectors([people[3].id]))[people[3].id] == people[3]
    again = await import_inspectors(clerk, synthetic_inspector_file(TODAY), authority=clerk.authority)
    assert again.counts == Counts(rows=16, unchanged=16, warned=1)


async def test_two_imports_at_once_enter_every_person_once(clerk: Command):
    assert clerk.authority is not None
    data = synthetic_inspector_file(TODAY)
    reports = await asyncio.gather(
        *(import_inspectors(clerk, data + b"\r\n" * n, authority=clerk.authority) for n in range(3)),
    )
    assert sorted((report.counts.added, report.counts.unchanged) for report in reports) == [(0, 16), (0, 16), (16, 0)]
    assert len(await everybody(clerk)) == 16


async def test_several_certificates_of_one_person_come_on_several_rows_or_side_by_side(clerk: Command):
    first = await bring(
        clerk,
        PEOPLE,
        ("S1", "王一", "商贸科", "A-0001", "工商", "2021-01-01", "2026-12-31"),
        ("S1", "王一", "商贸科", "B-0001", "省政府", "2024-01-01", "2028-12-31"),
    )
    assert first.counts == Counts(rows=2, added=2, warned=1)
    (one,) = await everybody(clerk)
    assert [(held.issuer, held.number) for held in one.certificates] == [("工商", "A-0001"), ("省政府", "B-0001")]
    header = (
        "工号,姓名,工作单位,工商执法证编号,工商执法证有效期起,工商执法证有效期,"
        "省政府执法证编号,省政府执法证有效期起,省政府执法证有效期"
    )
    beside = ("S1", "王一", "商贸科", "A-0001", "2021-01-01", "2026-12-31", "B-0001", "2024-01-01", "2028-12-31")
    second = await bring(clerk, header, beside)
    assert (second.counts.added, second.counts.unchanged) == (0, 1)
    assert await everybody(clerk) == [one]


async def test_a_renewed_certificate_joins_the_old_one_whatever_tells_the_person(clerk: Command):
    await bring(clerk, SIX, WANG, LI)
    before = {one.name: one.id for one in await everybody(clerk)}
    renewed = await bring(clerk, SIX, (*WANG[:3], "鲁K9001", *WANG[4:]))
    assert renewed.counts == Counts(rows=1, changed=1, warned=1)
    header = f"{SIX},执法证号2,发证机关2,有效期起2,有效期止2"
    moved = (*LI[:2], "商贸科", "鲁K9002", *LI[4:], "鲁K0002", *LI[6:])
    assert (await bring(clerk, header, moved)).counts == Counts(rows=1, changed=1)
    after = await everybody(clerk)
    assert {one.name: one.id for one in after} == before
    assert {one.name: [held.number for held in one.certificates] for one in after} == {
        "王一": ["鲁K0001", "鲁K9001"],
        "李二": ["鲁K0002", "鲁K9002"],
    }


async def test_a_certificate_belongs_to_one_person(clerk: Command):
    report = await bring(
        clerk,
        PEOPLE,
        ("S1", "王一", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30"),
        ("S2", "李二", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30"),
    )
    assert report.counts == Counts(rows=2, added=1, rejected=1, warned=1)
    assert why(report) == [(3, ["CERTIFICATE_TAKEN"])]
    assert [person.name for person in await everybody(clerk)] == ["王一"]


async def test_a_certificate_that_another_authority_has_entered_keeps_nobody_out(clerk: Command, office_under: Found):
    """Neither register tells who stands in the other."""
    held = ("S1", "王一", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30")
    await bring(clerk, PEOPLE, held)
    elsewhere = await office_under("xinglongtai-market")
    report = await bring(elsewhere, PEOPLE, held)
    assert (report.counts, why(report)) == (Counts(rows=1, added=1), [])
    (here,), (there,) = await everybody(clerk), await everybody(elsewhere)
    assert here.id != there.id


async def test_a_certificate_must_cover_every_day_of_the_visit(clerk: Command):
    await bring(clerk, PEOPLE, ("S1", "王一", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30"))
    (person,) = await everybody(clerk)
    assert person.certificate_for(date(2026, 6, 30), date(2026, 6, 30))
    assert person.certificate_for(date(2026, 6, 1), date(2026, 7, 1)) is None
    assert person.certificate_for(date(2024, 12, 31), date(2025, 1, 2)) is None


async def test_columns_that_a_file_has_not_leave_what_there_is_and_empty_cells_do_not(clerk: Command):
    await bring(clerk, f"{SIX},工作量上限,执法证状态", (*WANG, "5", "暂扣"))
    await bring(clerk, SIX, (*WANG[:5], "", *WANG[6:]))
    (one,) = await everybody(clerk)
    assert (one.maximum_load, one.expertise, one.certificates[0].status.value) == (5, (), "suspended")


@pytest.mark.parametrize(("empty", "column"), [(1, "职务"), (3, "执法证号"), (4, "执法资质"), (5, "业务专长")])
async def test_the_six_fields_are_demanded_where_the_rule_set_says_so(
    reviewed: Command, clerk: Command, empty: int, column: str
):
    """安岳 一(四): 姓名、职务、工作单位、执法证号、执法资质、业务专长; 威海 names no such list."""
    cells = tuple("" if index == empty or (empty == 3 and index > 5) else cell for index, cell in enumerate(WANG))
    header = f"工号,{SIX}"
    report = await bring(reviewed, header, ("S1", *cells), ("S2", *LI))
    assert report.counts == Counts(rows=2, added=1, rejected=1, warned=0)
    assert why(report) == [(2, ["VALUE_MISSING"])]
    assert all(column in report.rejected[0].text(lang) for lang in LANGUAGES)
    assert [one.name for one in await everybody(reviewed)] == ["李二"]
    assert (await bring(clerk, header, ("S1", *(WANG if empty == 3 else cells)[:3], *cells[3:]))).counts.rejected == 0


async def test_a_file_that_lacks_a_column_the_rule_set_demands_rejects_every_row(reviewed: Command):
    report = await bring(reviewed, PEOPLE, ("S1", "王一", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30"))
    assert why(report) == [(2, ["VALUE_MISSING"] * 3)]
    assert "业务专长" in report.rejected[0].text("zh_CN")
    assert await everybody(reviewed) == []


async def test_where_only_certified_people_may_stand_in_the_register_others_are_rejected(office_under: Found):
    """金凤 第三条; an expired certificate is none."""
    cmd = await office_under("jinfeng-commerce")
    report = await bring(
        cmd,
        PEOPLE,
        ("S1", "王一", "商贸科", "A-0001", "某厅", "2025-01-01", "2026-06-30"),
        ("S2", "李二", "商贸科", "A-0002", "某厅", "2020-01-01", "2026-03-01"),
        ("S3", "赵三", "商贸科", "", "", "", ""),
        ("S4", "钱四", "商贸科", "A-0004", "某厅", "2020-01-01", "2026-03-01"),
        ("S4", "钱四", "商贸科", "A-0005", "某厅", "2026-01-01", "2030-03-01"),
    )
    assert [(number, "NOT_CERTIFIED" in told) for number, told in why(report)] == [(3, True), (4, True)]
    assert {
        row.text(lang) for row in report.rejected for lang in LANGUAGES if "2026-03-02" not in row.text(lang)
    } == set()
    assert [one.name for one in await everybody(cmd)] == ["王一", "钱四"]


async def test_uncertified_staff_of_daily_supervision_stand_in_the_register_with_a_warning(clerk: Command):
    """威海 第十条; tension with 国办发〔2024〕54号: they stand there and are never sent."""
    report = await bring(
        clerk, f"{PEOPLE},人员类别", ("S1", "王一", "商贸科", "", "", "", "", "从事日常监管工作的人员")
    )
    assert report.counts == Counts(rows=1, added=1, warned=1)
    assert [told.key.name for told in report.warned[0].remarks] == ["NO_CERTIFICATE", "LABEL_MISSING", "LABEL_MISSING"]


async def test_a_category_that_the_rule_set_does_not_name_is_rejected(office_under: Found):
    cmd = await office_under("quanzhou-economy")
    header = f"{SIX},人员类别"
    report = await bring(cmd, header, (*WANG, "从事日常监管工作的人员"), (*LI, "公务员"))
    assert why(report) == [(2, ["CATEGORY_REFUSED"])]
    assert [one.category for one in await everybody(cmd)] == ["civil_servant"]


async def test_experts_stand_in_the_register_where_they_may_assist_and_only_there(clerk: Command, office_under: Found):
    header, row = "姓名,工作单位,人员类别", ("赵教授", "某大学", "行业专家")
    assert (await bring(clerk, header, row)).counts == Counts(rows=1, added=1)
    (one,) = await everybody(clerk)
    assert one.role is InspectorRole.EXPERT
    assert clerk.authority is not None
    assert await assistants(clerk.authority) == (one,)
    again = await bring(clerk, header, (*row[:2], "行业专家 "))
    assert (again.counts.added, again.counts.warned) == (0, 1)  # known by name and unit alone
    refused = await bring(await office_under("jinfeng-commerce"), header, row)
    assert why(refused) == [(2, ["ASSISTANTS_REFUSED"])]


async def test_interests_come_with_the_file_and_end_when_it_no_longer_names_them(clerk: Command):
    first, second = synthetic_code(1), synthetic_code(2)
    await bring(clerk, f"{SIX},回避对象", (*WANG, f"{first}（亲属）、{second}"))
    (one,) = await everybody(clerk)
    assert one.related(TODAY, TODAY) == tuple(sorted((first, second)))
    await bring(clerk, f"{SIX},回避对象", (*WANG, second))
    (one,) = await everybody(clerk)
    assert one.related(date(2026, 3, 3), date(2026, 4, 1)) == (second,)
    ended = next(tie for tie in one.relations if tie.object_code == first)
    assert (ended.kind, ended.source, ended.since, ended.until) == (
        RelationKind.KINSHIP,
        RelationSource.REGISTER,
        TODAY,
        TODAY,
    )
    await bring(clerk, SIX, WANG)
    (one,) = await everybody(clerk)
    assert one.related(date(2026, 3, 3), date(2026, 4, 1)) == (second,)


async def test_the_change_log_says_who_changed_what_and_never_in_whom_the_interest_is(clerk: Command):
    assert clerk.authority is not None
    await bring(clerk, f"{SIX},回避对象", (*WANG, synthetic_code(1)))
    await bring(clerk, SIX, ("王一", "副科长", *WANG[2:]))
    (one,) = await everybody(clerk)
    first, second = await history(clerk.authority, one.id)
    assert [change.kind for change in first.changes] == [
        ChangeKind.ADDED,
        ChangeKind.CERTIFICATE_ENTERED,
        ChangeKind.RELATION_DECLARED,
    ]
    assert [change.facts for change in second.changes] == [{"position": ["科员", "副科长"]}]
    assert (first.made_by_name, first.run is not None) == (clerk.actor.name, True)
    assert synthetic_code(1) not in repr(first)


async def test_the_journal_holds_ids_and_no_personal_data(clerk: Command):
    await bring(clerk, f"{SIX},回避对象", (*WANG, synthetic_code(1)))
    lines = [line for line in await read(f"registry:{clerk.authority}") if line.kind is EventKind.INSPECTORS_IMPORTED]
    (one,) = await everybody(clerk)
    assert [line.payload["added"] for line in lines] == [[str(one.id)]]
    text = b"".join(line.text for line in await read(f"registry:{clerk.authority}")).decode()
    assert not [word for word in ("王一", "鲁K0001", synthetic_code(1)) if word in text]


async def test_gbk_and_workbooks_go_in_alike(clerk: Command):
    assert clerk.authority is not None
    gbk = await import_inspectors(clerk, file_of(SIX, WANG, encoding="gb18030"), authority=clerk.authority)
    assert gbk.counts == Counts(rows=1, added=1)
    book = xlsx_of([(*WANG[:7], date(2025, 1, 1), date(2027, 12, 31))], SIX.split(","))
    again = await import_inspectors(clerk, book, authority=clerk.authority)
    assert again.counts.unchanged == 1


async def test_a_file_without_name_or_unit_is_refused_whole(clerk: Command):
    with pytest.raises(Invalid) as refusal:
        await bring(clerk, "姓名,执法证号", ("王一", "鲁K0001"))
    assert refusal.value.code is ProblemCode.IMPORT_COLUMN_MISSING
    assert await everybody(clerk) == []


async def test_what_is_exported_comes_back_unchanged(clerk: Command):
    assert clerk.authority is not None
    header = (
        f"工号,{SIX},执法事项范围,执法证状态,执法证状态日期,执法证状态原因,执法人员状态,回避对象,"
        "工作量上限,岗位大类,学历专业,人员类别"
    )
    more = (
        "成品油",
        "暂扣",
        "2026-02-01",
        "调查",
        "在岗",
        f"{synthetic_code(1)}（亲属）",
        "5",
        "综合",
        "法学",
        "公务员",
    )
    await bring(clerk, header, ("S1", *WANG, *more), ("S1", *WANG[:3], "鲁K9001", *WANG[4:], *more))
    await bring(clerk, "姓名,工作单位,人员类别", ("=赵教授", "某大学", "行业专家"))
    before = await everybody(clerk)
    data = "".join(csv_lines(before, TODAY)).encode()
    report = await import_inspectors(clerk, data, authority=clerk.authority)
    assert (report.counts.rows, report.counts.unchanged, report.counts.rejected) == (3, 3, 0)
    assert await everybody(clerk) == before


async def test_a_preview_says_what_the_import_does_and_writes_nothing(clerk: Command):
    assert clerk.authority is not None
    await bring(clerk, SIX, WANG)
    before, lines = await everybody(clerk), len(await read(f"registry:{clerk.authority}"))
    data = file_of(
        SIX, ("王一", "副科长", *WANG[2:]), LI, (*WANG[:3], "鲁K9001", *WANG[4:8], "2029-12-31"), ("", *LI[1:])
    )
    preview = await preview_inspectors(clerk, data, authority=clerk.authority)
    assert await everybody(clerk) == before
    assert len(await read(f"registry:{clerk.authority}")) == lines
    assert preview.changes[0].key == "鲁K0001"
    assert preview.changes[0].fields["position"] == ["科员", "副科长"]
    assert preview.changes[0].fields["certificate_entered 鲁K9001"] == [None, "某省司法厅 鲁K9001"]
    wanted = Wanted(token=preview.token)
    report = await import_inspectors(clerk, data, authority=clerk.authority, wanted=wanted)
    assert report.counts == preview.counts
    with pytest.raises(StaleScreen):
        await import_inspectors(clerk, data, authority=clerk.authority, wanted=wanted)
