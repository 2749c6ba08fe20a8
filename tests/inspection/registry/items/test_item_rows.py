"""Rows of item lists: what a list may leave out, how names and codes come about, what is warned of."""

from collections.abc import Collection
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.kernel.catalogue import LANGUAGES
from inspection.kernel.errors import Invalid
from inspection.policy.terms import ItemClass, ItemField, Method
from inspection.registry.intake.remarks import Oddity, Reason
from inspection.registry.intake.rows import Good, Rejected, body_of
from inspection.registry.intake.sheet import take
from inspection.registry.items.columns import ITEM_COLUMNS
from inspection.registry.items.draft import ItemDraft, derived_code
from inspection.registry.items.measures import read_methods
from inspection.registry.items.rows import read_item
from inspection.registry.items.seed_list import seed_checklists, seed_items
from mobile_contract.problems import ProblemCode
from tests.inspection.registry.files import csv_of
from tests.inspection.registry.items.lists import PROVINCIAL, provincial

SHORT = ("事项名称", "抽查依据", "抽查比例", "抽查频次")


def results(
    data: bytes, checklists: Collection[str] = (), demanded: Collection[ItemField] = ()
) -> list[Good[ItemDraft] | Rejected]:
    read = partial(read_item, checklists=checklists, demanded=demanded)
    return list(body_of(take(data).rows(), ITEM_COLUMNS).results(read))


def one(header: str, *cells: str, demanded: Collection[ItemField] = ()) -> Good[ItemDraft] | Rejected:
    return results(csv_of([cells], header.split(",")), demanded=demanded)[0]


def draft(header: str, *cells: str) -> ItemDraft:
    found = one(header, *cells)
    assert isinstance(found, Good), found
    return found.draft


def keys(found: Good[ItemDraft] | Rejected) -> list[Reason | Oddity]:
    return [r.key for r in (found.reasons if isinstance(found, Rejected) else found.warnings)]


def test_an_off_site_check_is_no_on_site_check() -> None:
    assert read_methods("非现场检查") == (Method.ONLINE,)
    assert read_methods("现场检查、书面检查") == (Method.ON_SITE, Method.WRITTEN)


def test_the_seed_list_is_whole_and_every_item_has_its_checklist() -> None:
    codes = {checklist.code for checklist in seed_checklists()}
    found = [result for result in results(seed_items(), codes) if isinstance(result, Good)]
    assert [result.draft.code for result in found] == ["SW01", "SW02", "SW03", "SW04", "SW05"]
    assert {result.draft.checklist_code for result in found} == codes
    assert found[1].draft.item_class is ItemClass.KEY
    assert found[2].draft.ratio == Fraction(1, 2)
    assert found[3].draft.ratio is None


def test_the_seed_checklists_use_what_a_tablet_must_show() -> None:
    points = [item for checklist in seed_checklists() for item in checklist.items]
    assert all(4 <= len(checklist.items) <= 8 for checklist in seed_checklists())
    assert all(any(item.photo_required for item in checklist.items) for checklist in seed_checklists())
    assert any(item.is_veto for item in points)
    assert any(item.is_key for item in points)
    assert any(item.note_required_on_no for item in points)
    assert all(item.text.en for item in points)


def test_an_item_that_names_an_unknown_checklist_is_rejected() -> None:
    assert {reason for result in results(seed_items()) for reason in keys(result)} == {Reason.CHECKLIST_UNKNOWN}


def test_a_list_of_a_province_goes_in_whole_without_codes_and_without_content() -> None:
    found = results(provincial())
    assert [type(result) for result in found] == [Good] * len(PROVINCIAL)
    drafts = [result.draft for result in found if isinstance(result, Good)]
    assert drafts[0].name == "获证企业监管/获证生产企业监督"
    assert drafts[1].name == "出租单位监督检查"
    assert len({one.code for one in drafts}) == len(drafts)
    assert all(one.content == "" for one in drafts)
    assert [one.qualification for one in drafts[:2]] == [None, "专业岗位资格"]
    assert drafts[1].note == "2018年开始实施"


def test_a_derived_code_is_the_same_in_every_edition_and_place_of_the_list() -> None:
    forwards, backwards = provincial(), provincial(rows=tuple(reversed(PROVINCIAL)))
    codes = [
        {r.draft.name: r.draft.code for r in results(data) if isinstance(r, Good)} for data in (forwards, backwards)
    ]
    assert codes[0] == codes[1]
    assert (
        derived_code("登记事项检查/名称") == derived_code(" 登记事项检查 ／ 名称") != derived_code("登记事项检查/住所")
    )


def test_two_rows_without_code_and_with_one_name_are_one_item_the_second_is_rejected() -> None:
    found = results(csv_of([("甲", "某法", "5%", "1"), ("甲", "另一法", "6%", "1")], SHORT))
    assert [keys(result) for result in found[1:]] == [[Reason.DUPLICATE]]


def test_a_list_with_codes_wants_one_in_every_row() -> None:
    assert keys(one("事项编码,事项名称,抽查依据,抽查比例,抽查频次", "", "甲", "某法", "5%", "1")) == [
        Reason.VALUE_MISSING
    ]


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        (
            "抽查类别,抽查事项,依据",
            ("登记事项检查", "名称规范使用情况的检查", "某条例"),
            "登记事项检查/名称规范使用情况的检查",
        ),
        ("抽查项目,抽查子项,依据", ("广告行为检查", "广告经营检查", "某法"), "广告行为检查/广告经营检查"),
        ("抽查项目,抽查子项,依据", ("认证活动检查", "", "某法"), "认证活动检查"),
        ("抽查项目,抽查事项,依据", ("直销", "重大变更的检查", "某条例"), "直销/重大变更的检查"),
        ("item,sub_item,basis", ("甲", "甲", "某法"), "甲"),
    ],
)
def test_the_name_is_told_with_what_stands_above_and_below_it(header: str, cells: tuple[str, ...], name: str) -> None:
    assert draft(header, *cells).name == name


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("需专业岗位资格", "专业岗位资格"),
        ("无需专业岗位资格", None),
        ("须具备特种设备安全监察资格", "特种设备安全监察资格"),
        ("特种设备安全监察员", "特种设备安全监察员"),
        ("是", "专业岗位资格"),
        ("无", None),
        ("", None),
    ],
)
def test_the_qualification_that_inspectors_need_is_read(text: str, needed: str | None) -> None:
    assert draft("事项名称,抽查依据,检查人员要求", "甲", "某法", text).qualification == needed


@pytest.mark.parametrize(
    ("text", "found", "warned"),
    [
        ("重点检查事项", ItemClass.KEY, False),
        ("一般检查事项", ItemClass.GENERAL, False),
        ("key", ItemClass.KEY, False),
        ("", ItemClass.GENERAL, False),
        ("特殊", ItemClass.GENERAL, True),
    ],
)
def test_the_class_is_read_and_an_unknown_one_is_a_general_one_with_a_warning(
    text: str, found: ItemClass, warned: bool
) -> None:
    row = one("事项名称,抽查依据,事项类别", "甲", "某法", text)
    assert isinstance(row, Good)
    assert (row.draft.item_class, row.draft.class_text) == (found, text or None)
    assert (Oddity.CLASS_UNREAD in keys(row)) is warned


def test_an_item_with_a_leading_or_participating_department_is_fit_for_joint_checks() -> None:
    joint = draft("事项名称,抽查依据,牵头部门,参与部门", "甲", "某法", "文旅局", "卫健局、市场监管局")
    assert (joint.joint_eligible, joint.lead_department) == (True, "文旅局")
    assert joint.departments == ("卫健局", "市场监管局")
    assert not draft("事项名称,抽查依据,牵头部门,参与部门", "甲", "某法", "", "").joint_eligible


def test_where_one_cell_is_empty_the_other_may_state_ratio_and_frequency() -> None:
    both = draft(",".join(SHORT), "甲", "某法", "100%，每月不少于1次", "")
    assert (both.ratio, both.frequency) == (Fraction(1), 12)
    turned = draft(",".join(SHORT), "甲", "某法", "", "每年1次33%；或者每年分次达到33%")
    assert (turned.ratio, turned.frequency) == (Fraction(33, 100), 1)


def test_what_the_rule_set_demands_and_the_row_lacks_is_warned_of() -> None:
    fields = (ItemField.CONTENT, ItemField.CHANNEL, ItemField.BASIS, ItemField.RATIO)
    row = one("事项名称,抽查依据,公开途径", "甲", "", "网站", demanded=fields)
    assert isinstance(row, Good)
    assert [r.facts["column"] for r in row.warnings if r.key is Oddity.FIELD_EMPTY] == ["抽查内容", "抽查依据"]


def test_a_bound_taken_for_one_level_of_authority_is_warned_of() -> None:
    row = one(",".join(SHORT), "甲", "某法", "市局抽查比例不少于30%", "1")
    assert Oddity.LEVEL_TAKEN in keys(row)


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("事项名称", "", Reason.VALUE_MISSING),
        ("事项名称", "名" * 301, Reason.VALUE_TOO_LONG),
        ("事项名称", "甲\n乙", Reason.CONTROL_CHARACTER),
        ("抽查依据", "据" * 4001, Reason.VALUE_TOO_LONG),
        ("抽查依据", "甲\x07", Reason.CONTROL_CHARACTER),
        ("抽查主体", "主" * 301, Reason.VALUE_TOO_LONG),
        ("抽查对象", "象" * 501, Reason.VALUE_TOO_LONG),
        ("适用对象类型", "型" * 501, Reason.VALUE_TOO_LONG),
        ("抽查内容", "容" * 4001, Reason.VALUE_TOO_LONG),
        ("抽查方式", "式" * 301, Reason.VALUE_TOO_LONG),
        ("抽查比例", "比" * 301, Reason.VALUE_TOO_LONG),
        ("抽查频次", "频" * 301, Reason.VALUE_TOO_LONG),
        ("事项类别", "类" * 41, Reason.VALUE_TOO_LONG),
        ("检查人员要求", "资" * 121, Reason.VALUE_TOO_LONG),
        ("公开途径", "途" * 501, Reason.VALUE_TOO_LONG),
        ("部门联合", "联" * 11, Reason.VALUE_TOO_LONG),
        ("牵头部门", "牵" * 301, Reason.VALUE_TOO_LONG),
        ("参与部门", "参" * 1001, Reason.VALUE_TOO_LONG),
        ("备注", "注" * 1001, Reason.VALUE_TOO_LONG),
        ("检查要点表", "NONE", Reason.CHECKLIST_UNKNOWN),
        ("事项编码", "码" * 61, Reason.VALUE_TOO_LONG),
    ],
)
def test_every_column_has_its_limits_and_a_row_beyond_them_is_told_why(column: str, text: str, reason: Reason) -> None:
    cells = {"事项名称": "甲", "抽查依据": "某法"} | {column: text}
    row = one(",".join(cells), *cells.values())
    assert isinstance(row, Rejected)
    assert reason in keys(row)
    assert all(len({told.text(lang) for lang in LANGUAGES}) == 2 for told in row.reasons)


def test_a_name_that_is_too_long_together_with_its_heading_is_rejected() -> None:
    row = one("抽查类别,抽查事项,依据", "类" * 200, "名" * 200, "某法")
    assert keys(row) == [Reason.VALUE_TOO_LONG]


def test_a_list_without_a_column_for_the_basis_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refusal:
        results(csv_of([("甲", "5%")], ("事项名称", "抽查比例")))
    assert refusal.value.code is ProblemCode.IMPORT_COLUMN_MISSING
    assert refusal.value.facts["missing"] == "抽查依据"


@settings(max_examples=100)
@given(cells=st.lists(st.text(max_size=25), min_size=1, max_size=len(ITEM_COLUMNS)))
def test_no_row_whatever_raises(cells: list[str]) -> None:
    for found in results(csv_of([cells], [column.synonyms[0] for column in ITEM_COLUMNS]), demanded=tuple(ItemField)):
        assert isinstance(found, Rejected) or len(found.draft.digest()) == 64
