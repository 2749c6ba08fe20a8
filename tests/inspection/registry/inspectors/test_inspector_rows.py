"""From the rows of a register of inspectors to drafts: nothing guessed in silence, every column's fault named."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.policy.terms import StaffCategory
from inspection.registry.inspectors.certificate_cells import CertificateDraft
from inspection.registry.inspectors.columns import INSPECTOR_COLUMNS
from inspection.registry.inspectors.facts import UNKNOWN_START
from inspection.registry.inspectors.rows import RelationDraft
from inspection.registry.inspectors.terms import CertificateStatus, InspectorRole, RelationKind
from inspection.registry.intake.remarks import Oddity
from inspection.registry.intake.rows import Good, Rejected
from inspection.registry.objects.synthetic import synthetic_code, synthetic_inspector_file
from tests.inspection.registry.files import xlsx_of
from tests.inspection.registry.inspectors.people import SIX, WANG, draft_of, file_of, keys, read_all, read_one

# The import template of a real provincial system, in its own order.
TEMPLATE = (
    "单位工号,姓名,性别,身份证号,手机号,学历,学历专业,岗位大类,从事本岗起始日期,岗位资质资格,执法事项范围,地区,层级,担任职务,"
    "具体职务,所在业务部门（机构）,是否专家,执法证编号,执法证有效期,执法证发证机关,执法人员状态"
)
TEMPLATE_ROW = (
    "0007,王一,男,11010519491231002X,13800000000,本科,法学,食品药品管理类,2015-01-01,药品检查员,药品、食品,东区,县级,副科长,"
    "副科长,药品科,药品GSP,SC-00071,2027-12-31,省药监局,在岗"
)


def test_the_six_fields_and_the_certificate_are_read():
    found = draft_of(SIX, *WANG[:8], "长期")
    assert (found.name, found.position, found.unit, found.given_no) == ("王一", "科员", "商贸科", "")
    assert (found.qualifications, found.expertise) == (("商务执法",), ("成品油",))
    (held,) = found.certificates
    assert held == CertificateDraft("某省司法厅", "鲁K0001", date(2025, 1, 1), date(9999, 12, 31))


def test_the_real_import_template_is_read_and_what_we_do_not_need_stays_out():
    found = read_one(TEMPLATE, *TEMPLATE_ROW.split(","))
    assert isinstance(found, Good)
    one = found.draft
    assert (one.given_no, one.area, one.post_class, one.background) == ("0007", "东区", "食品药品管理类", "法学")
    assert (one.role, one.expertise, one.active) == (InspectorRole.INSPECTOR, ("药品GSP",), True)
    assert one.certificates[0].scope == ("药品", "食品")
    assert one.certificates[0].valid_from == UNKNOWN_START
    assert keys(found) == ["START_UNKNOWN"]
    kept = repr(one)
    assert "11010519491231002X" not in kept
    assert "13800000000" not in kept


def test_two_certificates_stand_side_by_side_each_with_its_own_days():
    header = "姓名,工作单位,工商执法证编号,工商执法证有效期,省政府执法证编号,省政府执法证有效期,省政府执法证发证机关"
    found = read_one(
        header, "王一", "商贸科", "GS-0001", "2026-12-31", "SZF-0001", "2024-01-01至2028-12-31", "某省政府"
    )
    assert isinstance(found, Good)
    trade, province = found.draft.certificates
    assert (trade.issuer, trade.number, trade.valid_until) == ("工商", "GS-0001", date(2026, 12, 31))
    assert province == CertificateDraft("某省政府", "SZF-0001", date(2024, 1, 1), date(2028, 12, 31))
    assert sorted(keys(found)) == ["ISSUER_FROM_HEADER", "START_UNKNOWN"]


@pytest.mark.parametrize(
    "cell", ["2021-01-01至2025-12-31", "2021.1.1-2025.12.31", "2021年1月1日—2025年12月31日", "20210101~20251231"]
)
def test_a_cell_of_validity_may_hold_both_days(cell: str):
    found = draft_of("姓名,工作单位,执法证号,发证机关,执法证有效期", "王一", "商贸科", "鲁K0001", "某厅", cell)
    assert (found.certificates[0].valid_from, found.certificates[0].valid_until) == (
        date(2021, 1, 1),
        date(2025, 12, 31),
    )


@pytest.mark.parametrize(
    ("word", "status"),
    [("有效", CertificateStatus.VALID), ("暂扣", CertificateStatus.SUSPENDED), ("已注销", CertificateStatus.REVOKED)],
)
def test_the_standing_of_a_certificate_is_read_with_day_and_reason(word: str, status: CertificateStatus):
    header = f"{SIX},执法证状态,执法证状态日期,执法证状态原因"
    (held,) = draft_of(header, *WANG, word, "2026-02-01", "调离").certificates
    assert (held.status, held.status_since, held.status_reason) == (status, date(2026, 2, 1), "调离")


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("行政执法类公务员", StaffCategory.CIVIL_SERVANT),
        ("具有行政执法资格的工作人员", StaffCategory.QUALIFIED),
        ("从事日常监管工作的人员", StaffCategory.DAILY_SUPERVISION),
        ("qualified", StaffCategory.QUALIFIED),
    ],
)
def test_the_three_staff_categories_are_known_by_their_words(word: str, category: StaffCategory):
    assert draft_of(f"{SIX},人员类别", *WANG, word).category is category


@pytest.mark.parametrize(
    ("header", "cells", "role"),
    [
        ("姓名,工作单位,人员类别", ("赵教授", "某大学", "科研院所人员"), InspectorRole.ASSISTANT),
        ("姓名,工作单位,人员类别", ("赵教授", "某协会", "行业专家"), InspectorRole.EXPERT),
        ("姓名,工作单位,是否专家", ("赵教授", "某协会", "是"), InspectorRole.EXPERT),
        ("姓名,工作单位,是否专家", ("赵教授", "某协会", "药品GMP"), InspectorRole.EXPERT),
        ("姓名,工作单位,是否专家", ("赵教授", "某协会", "否"), InspectorRole.INSPECTOR),
        (f"{SIX},是否专家", (*WANG, "是"), InspectorRole.INSPECTOR),
    ],
)
def test_experts_and_assistants_are_told_from_inspectors(header: str, cells: tuple[str, ...], role: InspectorRole):
    assert draft_of(header, *cells).role is role


def test_who_has_no_certificate_is_taken_with_a_warning():
    found = read_one("工号,姓名,工作单位", "S9", "李二", "商贸科")
    assert isinstance(found, Good)
    assert keys(found) == ["NO_CERTIFICATE"]
    assert found.draft.category is None


def test_objects_of_recusal_are_codes_with_their_kind_in_brackets():
    first, second = synthetic_code(1), synthetic_code(2)
    found = draft_of(f"{SIX},回避对象", *WANG, f"{first}（亲属）、{second.lower()}(曾任职)")
    assert set(found.relations) == {
        RelationDraft(first, RelationKind.KINSHIP),
        RelationDraft(second, RelationKind.FORMER_EMPLOYMENT),
    }


WRONG = [
    (SIX, ("", *WANG[1:]), "VALUE_MISSING", "姓名"),
    (SIX, ("王" * 121, *WANG[1:]), "VALUE_TOO_LONG", "120"),
    (SIX, ("王\x00一", *WANG[1:]), "CONTROL_CHARACTER", "姓名"),
    (SIX, ("王一", "长" * 121, *WANG[2:]), "VALUE_TOO_LONG", "职务"),
    (SIX, ("王一", "", "", *WANG[3:]), "VALUE_MISSING", "工作单位"),
    (SIX, ("王一", "", "科" * 201, *WANG[3:]), "VALUE_TOO_LONG", "工作单位"),
    (SIX, (*WANG[:3], "K1", *WANG[4:]), "CERTIFICATE_SHAPE", "K1"),
    (SIX, (*WANG[:3], "鲁K 0001!", *WANG[4:]), "CERTIFICATE_SHAPE", "鲁K 0001!"),
    (SIX, (*WANG[:3], "", *WANG[4:]), "VALUE_MISSING", "执法证号"),
    (SIX, (*WANG[:4], "资" * 501, *WANG[5:]), "VALUE_TOO_LONG", "执法资质"),
    (SIX, (*WANG[:5], "专" * 501, *WANG[6:]), "VALUE_TOO_LONG", "业务专长"),
    (SIX, (*WANG[:6], "", *WANG[7:]), "CERTIFICATE_INCOMPLETE", "鲁K0001"),
    (SIX, (*WANG[:6], "厅" * 201, *WANG[7:]), "VALUE_TOO_LONG", "发证机关"),
    (SIX, (*WANG[:7], "明天", WANG[8]), "DATE_SHAPE", "明天"),
    (SIX, (*WANG[:8], "2026-02-30"), "DATE_SHAPE", "2026-02-30"),
    (SIX, (*WANG[:8], ""), "CERTIFICATE_INCOMPLETE", "鲁K0001"),
    (SIX, (*WANG[:8], "2024-12-31"), "DATES_REVERSED", "2024-12-31"),
    (f"{SIX},执法证状态", (*WANG, "遗失"), "CERTIFICATE_STATUS", "遗失"),
    (f"{SIX},执法证状态,执法证状态日期", (*WANG, "暂扣", "上周"), "DATE_SHAPE", "上周"),
    (f"{SIX},执法证状态原因", (*WANG, "因" * 501), "VALUE_TOO_LONG", "执法证状态原因"),
    (f"{SIX},执法事项范围", (*WANG, "事" * 1001), "VALUE_TOO_LONG", "执法事项范围"),
    (f"{SIX},执法区域", (*WANG, "区" * 501), "VALUE_TOO_LONG", "执法区域"),
    (f"{SIX},省政府执法证编号", (*WANG, "x"), "CERTIFICATE_SHAPE", "x"),
    (f"{SIX},省政府执法证有效期", (*WANG, "2027-01-01"), "VALUE_MISSING", ""),
    (f"{SIX},人员类别", (*WANG, "类" * 81), "VALUE_TOO_LONG", "人员类别"),
    (f"{SIX},是否专家", (*WANG, "专" * 201), "VALUE_TOO_LONG", "是否专家"),
    (f"{SIX},执法人员状态", (*WANG, "态" * 81), "VALUE_TOO_LONG", "执法人员状态"),
    (f"{SIX},可任组长", (*WANG, "也许也许也许也许也许也"), "VALUE_TOO_LONG", "可任组长"),
    (f"{SIX},回避对象", (*WANG, "隔壁老王"), "CODE_SHAPE", "隔壁老王"),
    (f"{SIX},工号", (*WANG, "1" * 61), "VALUE_TOO_LONG", "工号"),
    (f"{SIX},区域", (*WANG, "区" * 201), "VALUE_TOO_LONG", "区域"),
    (f"{SIX},岗位大类", (*WANG, "岗" * 121), "VALUE_TOO_LONG", "岗位大类"),
    (f"{SIX},学历专业", (*WANG, "学" * 201), "VALUE_TOO_LONG", "学历专业"),
    (f"{SIX},工作量上限", (*WANG, "很多"), "NUMBER_SHAPE", "很多"),
    (f"{SIX},工作量上限", (*WANG, "-1"), "NUMBER_SHAPE", "-1"),
    (f"{SIX},工作量上限", (*WANG, "1001"), "NUMBER_SHAPE", "1001"),
]


@pytest.mark.parametrize(("header", "cells", "reason", "named"), WRONG)
def test_each_column_names_its_fault_in_both_languages(header: str, cells: tuple[str, ...], reason: str, named: str):
    found = read_one(header, *cells)
    assert isinstance(found, Rejected)
    assert reason in keys(found)
    told = next(one for one in found.reasons if one.key.name == reason)
    said = [told.text(lang) for lang in LANGUAGES]
    assert len(set(said)) == 2
    assert all(named in sentence for sentence in said)
    assert not any("{" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("column", "cell", "oddity"),
    [("人员类别", "临时人员", Oddity.CATEGORY_UNKNOWN), ("执法人员状态", "未知", Oddity.STANDING_UNKNOWN)],
)
def test_words_that_nobody_knows_are_a_warning(column: str, cell: str, oddity: Oddity):
    found = read_one(f"{SIX},{column}", *WANG, cell)
    assert isinstance(found, Good)
    assert [one.key for one in found.warnings] == [oddity]
    assert cell in found.warnings[0].text("zh_CN")
    assert cell in found.warnings[0].text("en")


@pytest.mark.parametrize(
    ("word", "active"),
    [("在岗", True), ("正常", True), ("离岗", False), ("已退休", False), ("借调", False), ("不在岗", False)],
)
def test_the_standing_of_a_person_is_read(word: str, active: bool):
    assert draft_of(f"{SIX},执法人员状态", *WANG, word).active is active


def test_gbk_and_workbooks_read_like_utf_8():
    utf_8, gbk = (read_all(file_of(SIX, WANG, encoding=name)) for name in ("utf-8", "gb18030"))
    (book,) = read_all(xlsx_of([(*WANG[:7], date(2025, 1, 1), date(2027, 12, 31))], SIX.split(",")))
    assert isinstance(book, Good)
    assert utf_8 == gbk
    assert [one.draft for one in utf_8 if isinstance(one, Good)] == [book.draft]


@settings(max_examples=150)
@given(cells=st.lists(st.text(max_size=20), min_size=1, max_size=len(INSPECTOR_COLUMNS)))
def test_no_row_whatever_raises(cells: list[str]):
    header = ",".join(column.synonyms[0] for column in INSPECTOR_COLUMNS)
    for found in read_all(file_of(header, cells)):
        assert isinstance(found, Good | Rejected)
        if isinstance(found, Good):
            assert len(found.draft.digest()) == 64


def test_the_synthetic_inspectors_hold_two_who_may_not_be_sent():
    found = [one.draft for one in read_all(synthetic_inspector_file(date(2026, 3, 2))) if isinstance(one, Good)]
    assert len(found) == 16
    good = [one for one in found if any(held.valid_until >= date(2026, 12, 31) for held in one.certificates)]
    assert len(good) == 14
    assert sum(not one.certificates for one in found) == 1
